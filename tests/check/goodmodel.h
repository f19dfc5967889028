/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "faultserver.h"

G_BEGIN_DECLS

/* What a model that does its work answers to the questions of every method. To
 * those of score: one object, a description of every frame, progress that rises
 * evenly from 0 to 1. Of gvl: percentages that do so in the order shown. Of
 * roboreward: 4. Of topreward: a "True" that is the likelier the more pictures it
 * is shown. Of robometer: a curve that rises evenly. A FaultAnswerFunc without
 * user data. */
gchar *good_model_answer (const FaultRequest * request, gpointer user_data);

typedef enum
{
  GOOD_MODEL_OBJECTS,
  GOOD_MODEL_DESCRIBE,
  GOOD_MODEL_PROGRESS,
  GOOD_MODEL_GVL,
  GOOD_MODEL_REWARD,
  GOOD_MODEL_PREFIX,
  GOOD_MODEL_CURVE,
} GoodModelStage;

/* Which question a request is, and of how many frames: of a video that travels as
 * one file it is 1. */
GoodModelStage good_model_get_stage (const FaultRequest * request);
guint good_model_count_frames (const FaultRequest * request);

G_END_DECLS
