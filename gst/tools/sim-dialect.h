/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-answer.h"

/* Why a request is not answered, whatever the dialect. */
typedef struct
{
  guint status;                 /* HTTP */
  gchar *message;
  const gchar *code;            /* OpenAI's word for it, or NULL */
  const gchar *param;           /* the field that is wrong, or NULL */
  gdouble retry_after;          /* seconds, 0: not said */
} SimFault;

/* A wire format: pure functions from JSON to a request and from an answer to
 * JSON. */
typedef struct
{
  const gchar *name;
  /* @model is that of the path, NULL when the body has it. NULL with @fault
   * filled when the request is not a good one. */
  SimRequest *(*read) (const SimConfig * config, JsonObject * body,
      const gchar * model, SimFault * fault);
  gchar *(*write) (const SimRequest * request, const SimAnswer * answer);
  gchar *(*complain) (const SimFault * fault);
  JsonObject *(*show_model) (const SimModel * model);
  gchar *(*list_models) (const SimConfig * config);
} SimDialect;

extern const SimDialect sim_openai;
extern const SimDialect sim_gemini;

void sim_fault_clear (SimFault * self);
/* Takes @message. */
void sim_fault_set (SimFault * self, guint status, const gchar * code,
    const gchar * param, gchar * message);

/* Adds the frames of a video (see sim-clip.h), each of which counts @tokens of
 * its size. FALSE with @fault filled, a 400, when it can not be taken. */
gboolean sim_dialect_add_video (SimRequest * request, const gchar * type,
    const gchar * data, guint (*tokens) (guint width, guint height),
    SimFault * fault);
/* Adds a JPEG; NULL with @fault untouched when it is none. With @fault filled
 * when there are too many already. */
SimPicture *sim_dialect_add_picture (SimRequest * request, GBytes * jpeg,
    SimFault * fault);

/* What @show makes of each model. */
JsonArray *sim_dialect_list_models (const SimConfig * config,
    JsonObject * (*show) (const SimModel * model));

/* NULL when @text is not clean base64. */
GBytes *sim_base64_decode (const gchar * text);
