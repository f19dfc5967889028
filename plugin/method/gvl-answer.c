/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/gvl-private.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>

#include "method/align.h"
#include "method/text.h"

#define PERCENTAGE "task_completion_percentage"

static guint
count_missing (Gvl * self)
{
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    n += isnan (self->progress[i]);
  return n;
}

/* Some models give a share where a percentage was asked for: every number at most
 * 1, and some between 0 and 1. */
static gboolean
are_fractions (const ScoreAlignment * alignment)
{
  gboolean between = FALSE;

  for (guint i = 0; i < alignment->n; i++) {
    gdouble value;

    if (alignment->items[i] == NULL)
      continue;
    value = json_object_get_double_member (alignment->items[i], PERCENTAGE);
    if (value > 1.0)
      return FALSE;
    between |= value > 0.0 && value < 1.0;
  }
  return between;
}

static void
take_item (Gvl * self, guint shown, JsonObject * item, gdouble scale)
{
  guint frame = self->order[shown];
  gdouble value = json_object_get_double_member (item, PERCENTAGE) / scale;

  if (!isnan (self->progress[frame]))
    return;
  self->progress[frame] = CLAMP (value, 0.0, 1.0);
  self->clamped[frame] = value < 0.0 || value > 1.0;
  self->descriptions[frame] =
      score_text_one_line (json_object_get_string_member (item, "description"),
      SCORE_GVL_TEXT_SIZE);
}

/* NULL, or what is wrong with the answer in sentences for the model; what is right
 * of it has been taken then. */
static gchar *
take_frames (Gvl * self, JsonObject * root, gboolean last_time)
{
  g_autoptr (ScoreAlignment) alignment =
      score_align (json_object_get_array_member (root, "frames"), self->n,
      last_time);
  gdouble scale = 100.0;

  /* Where frames are named that were not shown, the other numbers may be
   * shifted too: not to be believed as long as one can ask again. */
  if (alignment->strays && !last_time)
    return g_steal_pointer (&alignment->problem);
  if (are_fractions (alignment)) {
    self->fractions = TRUE;
    scale = 1.0;
  }
  for (guint i = 0; i < self->n; i++) {
    if (alignment->items[i] != NULL)
      take_item (self, i, alignment->items[i], scale);
  }
  return g_steal_pointer (&alignment->problem);
}

/* After the second answer: what is missing is interpolated, unless it is most. */
static gboolean
settle (Gvl * self, const gchar * problem, GError ** error)
{
  guint n_missing = count_missing (self);
  g_autofree gchar *line = score_text_one_line (problem, 600);

  if (2 * n_missing > self->n)
    return score_method_fail (&self->error, g_error_new (GST_SCORE_ERROR,
            GST_SCORE_ERROR_BAD_REPLY, "the model judged only %u of %u frames, "
            "asked twice: %s", self->n - n_missing, self->n, line), error);
  self->known = TRUE;
  return TRUE;
}

gboolean
score_gvl_answer (ScoreRun * run, ScoreQuestion * question,
    const ScoreReply * reply, GError ** error)
{
  Gvl *self = (Gvl *) run;
  gboolean last_time = GPOINTER_TO_INT (question->tag);
  g_autoptr (GError) unreadable = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *problem = NULL;

  if (self->error != NULL || !score_reply_check (reply, &self->error))
    return score_method_fail (&self->error, NULL, error);
  node = score_reply_read (reply, score_request_get_schema (question->request),
      &unreadable);
  problem = node != NULL ?
      take_frames (self, json_node_get_object (node), last_time)
      : g_strdup (unreadable->message);
  if (problem != NULL && !last_time) {
    self->repaired = TRUE;
    self->repair = score_gvl_make_question (self, problem);
    return TRUE;
  }
  return settle (self, problem, error);
}
