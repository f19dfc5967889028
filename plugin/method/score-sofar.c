/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* What is known of an episode before its end, judged by the question that is
 * asked at the end, of the samples that are described by then. The completion
 * state of the first answer is given to the later questions, so that the scale
 * stays where it is. The question at the end is given nothing of all this: the
 * final result is the same with and without provisional ones. */

#include "method/score-private.h"

#include <math.h>

#include "method/align.h"
#include "method/curve.h"
#include "method/rows.h"
#include "method/text.h"

/* What one answer says of the samples that are still kept. */
typedef struct
{
  guint n;
  guint *indices;               /* of the episode */
  guint64 *times;
  gdouble *values;
  gboolean *filled;
  JsonObject **items;           /* borrowed from the answer; NULL: none */
} Curve;

static gboolean
is_described (ScoreStages * self, guint index)
{
  ScoreFrame *frame = score_stages_get_frame (self,
      score_episode_get_sample (self->episode, index)->id);

  return frame && frame->state == SCORE_FRAME_DESCRIBED;
}

guint
score_stages_get_known (ScoreRun * run, GstClockTime * newest)
{
  ScoreStages *self = (ScoreStages *) run;

  *newest = 0;
  for (guint i = score_episode_get_n_samples (self->episode); i > 0; i--) {
    if (is_described (self, i - 1)) {
      *newest = score_rows_get_elapsed (self->episode, i - 1);
      return self->n_described;
    }
  }
  return 0;
}

ScoreQuestion *
score_stages_next_so_far (ScoreRun * run)
{
  ScoreStages *self = (ScoreStages *) run;
  guint n_samples = score_episode_get_n_samples (self->episode), n = 0;
  g_autofree guint *indices = g_new (guint, n_samples);

  for (guint i = 0; i < n_samples; i++) {
    if (is_described (self, i))
      indices[n++] = i;
  }
  if (self->error || n == 0)
    return NULL;
  return score_stages_ask_so_far (self, indices, n);
}

static void
clear_curve (Curve * curve)
{
  g_free (curve->indices);
  g_free (curve->times);
  g_free (curve->values);
  g_free (curve->filled);
  g_free (curve->items);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Curve, clear_curve);

static void
init_curve (Curve * curve, guint max)
{
  curve->n = 0;
  curve->indices = g_new (guint, max);
  curve->times = g_new (guint64, max);
  curve->values = g_new (gdouble, max);
  curve->filled = g_new0 (gboolean, max);
  curve->items = g_new (JsonObject *, max);
}

static gdouble
read_value (JsonObject * item)
{
  return item ? json_object_get_double_member (item, "progress") : NAN;
}

static ScoreScale
guess_scale (const ScoreAlignment * alignment)
{
  g_autofree gdouble *values = g_new (gdouble, alignment->n);

  for (guint i = 0; i < alignment->n; i++)
    values[i] = read_value (alignment->items[i]);
  return score_curve_guess_scale (values, alignment->n);
}

/* Samples that were dropped since the question have no place any more. Both the
 * episode's and the question's are in order of time. */
static void
collect (ScoreStages * self, const ScoreBatch * batch,
    const ScoreAlignment * alignment, gdouble unit, Curve * curve)
{
  guint n_samples = score_episode_get_n_samples (self->episode), at = 0;

  for (guint i = 0; i < n_samples && at < batch->n; i++) {
    guint64 id = score_episode_get_sample (self->episode, i)->id;
    guint n = curve->n;

    while (at < batch->n && batch->ids[at] < id)
      at++;
    if (at == batch->n || batch->ids[at] != id)
      continue;
    curve->indices[n] = i;
    curve->times[n] = score_rows_get_elapsed (self->episode, i);
    curve->items[n] = alignment->items[at];
    curve->values[n] = read_value (alignment->items[at]) / unit;
    curve->n++;
  }
}

static gboolean
fail (GError ** error, const gchar * why)
{
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY, why);
  return FALSE;
}

/* There is another chance soon: what would be asked for again is of no use. */
static gboolean
read_curve (ScoreStages * self, const ScoreBatch * batch, JsonObject * root,
    Curve * curve, GError ** error)
{
  g_autoptr (ScoreAlignment) alignment =
      score_align (json_object_get_array_member (root, "frames"), batch->n,
      FALSE);
  ScoreScale scale = guess_scale (alignment);
  guint n_missing = 0;

  if (alignment->strays)
    return fail (error, alignment->problem);
  if (scale == SCORE_SCALE_UNCLEAR)
    return fail (error, "the scale of the progress is not clear");
  collect (self, batch, alignment, scale == SCORE_SCALE_UNIT ? 1 : 100, curve);
  for (guint i = 0; i < curve->n; i++)
    n_missing += isnan (curve->values[i]);
  if (2 * n_missing > curve->n || !score_curve_fill (curve->values,
          curve->times, curve->n, curve->filled))
    return fail (error, "most of the frames were not judged");
  return TRUE;
}

static void
add_row (ScoreStages * self, const Curve * curve, guint i,
    GstScoreResultBuilder * builder)
{
  ScoreSample *sample =
      score_episode_get_sample (self->episode, curve->indices[i]);
  ScoreFrame *frame = score_stages_get_frame (self, sample->id);
  g_autofree gchar *reason = NULL;
  GstScoreSample row;

  score_row_init (&row, sample, i);
  row.progress = CLAMP (curve->values[i], 0.0, 1.0);
  row.description = frame ? frame->description : NULL;
  if (curve->filled[i])
    row.flags |= GST_SCORE_SAMPLE_INTERPOLATED;
  if (row.progress != curve->values[i])
    row.flags |= GST_SCORE_SAMPLE_CLAMPED;
  if (curve->items[i])
    reason = score_text_one_line (json_object_get_string_member
        (curve->items[i], "reason"), SCORE_TEXT_SIZE);
  row.reason = reason;
  gst_score_result_builder_add_sample (builder, &row);
}

static void
keep_first_state (ScoreStages * self, JsonObject * root)
{
  g_autofree gchar *text =
      score_text_one_line (json_object_get_string_member (root,
          "completion_state"), SCORE_TEXT_SIZE);

  if (!self->first_state && *text)
    self->first_state = g_steal_pointer (&text);
}

static gboolean
judge (ScoreStages * self, const ScoreBatch * batch, JsonObject * root,
    GstScoreResultBuilder * builder, GError ** error)
{
  g_auto (Curve) curve = { 0, };

  init_curve (&curve, batch->n);
  if (!read_curve (self, batch, root, &curve, error))
    return FALSE;
  keep_first_state (self, root);
  for (guint i = 0; i < curve.n; i++)
    add_row (self, &curve, i, builder);
  gst_score_result_builder_set_objects (builder,
      (const gchar * const *) self->objects);
  if (self->first_state)
    gst_score_result_builder_set_completion_state (builder, self->first_state);
  return TRUE;
}

gboolean
score_stages_judge_so_far (ScoreRun * run, const ScoreQuestion * question,
    const ScoreReply * reply, GstScoreResultBuilder * builder, GError ** error)
{
  ScoreStages *self = (ScoreStages *) run;
  g_autoptr (JsonNode) node = NULL;

  score_stages_forget_dropped (self);
  if (reply->finish == SCORE_FINISH_FILTERED)
    return fail (error, "a safety filter stopped the answer");
  node = score_reply_read (reply, score_request_get_schema (question->request),
      error);
  return node && judge (self, question->tag, json_node_get_object (node),
      builder, error);
}
