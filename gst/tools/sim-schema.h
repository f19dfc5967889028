/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-request.h"

/* Which question a schema belongs to, by the names of its properties. */
SimStage sim_schema_stage (JsonObject * schema);

/* Where a schema wants the progress of each frame, and under what names. */
typedef struct
{
  const gchar *list;            /* member of the answer that is the list, NULL: the answer is */
  JsonObject *item;             /* schema of a frame */
  const gchar *frame, *progress;
  const gchar *description;     /* or NULL */
  gboolean percent, whole;      /* of 100, and without fractions */
} SimFrameNames;

/* FALSE where @schema wants no such thing. What @names holds belongs to
 * @schema. */
gboolean sim_schema_frames (JsonObject * schema, SimFrameNames * names);

/* The answer "I can not tell" to any schema: empty lists and texts, false and 0.
 * (transfer full) */
JsonNode *sim_schema_blank (JsonObject * schema);

/* What a strict server has against @schema, NULL when nothing. */
gchar *sim_schema_complain (JsonObject * schema);
