/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#define SIM_ERROR (sim_error_quark ())
GQuark sim_error_quark (void);

typedef enum
{
  SIM_ERROR_USAGE               /* a knob is set to what it can not be */
} SimError;

typedef struct
{
  gchar *name;
  gdouble noise;                /* negative: that of the server */
  gdouble price;                /* $ per million input tokens, negative: none */
} SimModel;

/* What becomes of a wish for log-probabilities. */
typedef enum
{
  SIM_LOGPROBS_GIVE,
  SIM_LOGPROBS_REFUSE,          /* HTTP 400 */
  SIM_LOGPROBS_IGNORE           /* an answer without them */
} SimLogprobs;

/* The knobs. */
typedef struct
{
  guint port;
  gdouble latency;              /* seconds */
  gdouble noise;                /* cm */
  gdouble hallucinate;
  gdouble fail_rate;
  gdouble rate_limit;           /* requests a minute, 0: none */
  SimLogprobs logprobs;
  gdouble logprob_offset;       /* nats */
  gint64 seed;
  gchar *api_key;
  GArray *models;               /* of SimModel, at least one */
  gchar *log;
} SimConfig;

SimConfig *sim_config_new (void);
void sim_config_free (SimConfig * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimConfig, sim_config_free)

/* @specs: NAME[:NOISE[:PRICE]] each; NULL for the one model "toy-simulator". */
gboolean sim_config_add_models (SimConfig * self, const gchar * const *specs,
    GError ** error);
/* @word: give, refuse or ignore; NULL for give. */
gboolean sim_config_set_logprobs (SimConfig * self, const gchar * word,
    GError ** error);
/* Names the first knob that is out of its range. */
gboolean sim_config_check (const SimConfig * self, GError ** error);
const SimModel *sim_config_find_model (const SimConfig * self,
    const gchar * name);
