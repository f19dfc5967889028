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

/* NULL when @text is not clean base64. */
GBytes *sim_base64_decode (const gchar * text);
