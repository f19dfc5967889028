/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "faultserver.h"

G_BEGIN_DECLS

/* What a model that does its work answers to the three questions of method
 * score: one object, a description of every frame, progress that rises evenly
 * from 0 to 1. A FaultAnswerFunc without user data. */
gchar *good_model_answer (const FaultRequest * request, gpointer user_data);

typedef enum
{
  GOOD_MODEL_OBJECTS,
  GOOD_MODEL_DESCRIBE,
  GOOD_MODEL_PROGRESS,
} GoodModelStage;

/* Which question a request is, and of how many frames. */
GoodModelStage good_model_get_stage (const FaultRequest * request);
guint good_model_count_frames (const FaultRequest * request);

G_END_DECLS
