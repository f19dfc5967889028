/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-config.h"

#include <math.h>

#define DEFAULT_MODEL "toy-simulator"

G_DEFINE_QUARK (sim_error_quark, sim_error);

static void
clear_model (gpointer data)
{
  g_free (((SimModel *) data)->name);
}

SimConfig *
sim_config_new (void)
{
  SimConfig *self = g_new0 (SimConfig, 1);

  self->models = g_array_new (FALSE, TRUE, sizeof (SimModel));
  g_array_set_clear_func (self->models, clear_model);
  return self;
}

void
sim_config_free (SimConfig * self)
{
  g_free (self->api_key);
  g_free (self->log);
  g_array_unref (self->models);
  g_free (self);
}

static gboolean
parse_number (const gchar * text, gdouble * value)
{
  gchar *end;

  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*value) && *value >= 0;
}

static gboolean
is_model_name (const gchar * name)
{
  const gchar *p = name;

  while (g_ascii_isalnum (*p) || (*p != '\0' && strchr ("-._/", *p)))
    p++;
  return p > name && *p == '\0';
}

static gboolean
parse_model (const gchar * spec, SimModel * model)
{
  g_auto (GStrv) parts = g_strsplit (spec, ":", -1);
  guint n = g_strv_length (parts);

  model->noise = model->price = -1;
  if (n < 1 || n > 3 || !is_model_name (parts[0]))
    return FALSE;
  if (n > 1 && *parts[1] && !parse_number (parts[1], &model->noise))
    return FALSE;
  if (n > 2 && !parse_number (parts[2], &model->price))
    return FALSE;
  model->name = g_strdup (parts[0]);
  return TRUE;
}

gboolean
sim_config_add_models (SimConfig * self, const gchar * const *specs,
    GError ** error)
{
  static const gchar *const standard[] = { DEFAULT_MODEL, NULL };

  if (specs == NULL || specs[0] == NULL)
    specs = standard;
  for (guint i = 0; specs[i]; i++) {
    SimModel model = { 0 };

    if (!parse_model (specs[i], &model)) {
      g_set_error (error, SIM_ERROR, SIM_ERROR_USAGE,
          "--model is NAME[:NOISE[:PRICE]] with numbers from 0 on, not \"%s\".",
          specs[i]);
      return FALSE;
    }
    if (sim_config_find_model (self, model.name)) {
      g_set_error (error, SIM_ERROR, SIM_ERROR_USAGE,
          "--model names \"%s\" twice.", model.name);
      g_free (model.name);
      return FALSE;
    }
    g_array_append_val (self->models, model);
  }
  return TRUE;
}

gboolean
sim_config_set_logprobs (SimConfig * self, const gchar * word, GError ** error)
{
  static const gchar *const words[] = { "give", "refuse", "ignore" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if (word == NULL || g_str_equal (word, words[i])) {
      self->logprobs = i;
      return TRUE;
    }
  }
  g_set_error (error, SIM_ERROR, SIM_ERROR_USAGE,
      "--logprobs is give, refuse or ignore, not \"%s\".", word);
  return FALSE;
}

gboolean
sim_config_check (const SimConfig * self, GError ** error)
{
  const struct
  {
    const gchar *name;
    gdouble value, max;
  } knobs[] = {
    {"--port", self->port, 65535},
    {"--latency", self->latency, 3600},
    {"--noise", self->noise, 1000},
    {"--hallucinate", self->hallucinate, 1},
    {"--fail-rate", self->fail_rate, 1},
    {"--rate-limit", self->rate_limit, 1000000},
    {"--logprob-offset", self->logprob_offset, 100},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (knobs); i++) {
    if (knobs[i].value >= 0 && knobs[i].value <= knobs[i].max)
      continue;
    g_set_error (error, SIM_ERROR, SIM_ERROR_USAGE,
        "%s has to be from 0 to %g.", knobs[i].name, knobs[i].max);
    return FALSE;
  }
  if (self->api_key && *self->api_key == '\0') {
    g_set_error (error, SIM_ERROR, SIM_ERROR_USAGE,
        "--api-key must not be empty.");
    return FALSE;
  }
  return TRUE;
}

const SimModel *
sim_config_find_model (const SimConfig * self, const gchar * name)
{
  for (guint i = 0; name && i < self->models->len; i++) {
    const SimModel *model = &g_array_index (self->models, SimModel, i);

    if (g_str_equal (model->name, name))
      return model;
  }
  return NULL;
}
