/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-episode.h"
#include "metric-curve.h"

/* The samples as two lists. */
typedef struct
{
  guint n;
  gdouble *x, *y;
} Curve;

static void
curve_clear (Curve * self)
{
  g_free (self->x);
  g_free (self->y);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Curve, curve_clear);

/* Stream time where every sample has one that grows, else the sample's place. */
static gboolean
has_times (const GstScoreResult * result)
{
  guint n = gst_score_result_get_n_samples (result);

  for (guint i = 0; i < n; i++) {
    GstClockTime time = gst_score_result_get_sample (result, i)->stream_time;

    if (!GST_CLOCK_TIME_IS_VALID (time) || (i > 0
            && time <= gst_score_result_get_sample (result,
                i - 1)->stream_time))
      return FALSE;
  }
  return TRUE;
}

/* Samples without a value, as the method's own numbers may be, are left out. */
static void
curve_init (Curve * self, const GstScoreResult * result, gboolean raw)
{
  guint n = gst_score_result_get_n_samples (result);
  gboolean by_time = has_times (result);
  GstClockTime start = 0;

  self->n = 0;
  self->x = g_new (gdouble, n);
  self->y = g_new (gdouble, n);
  if (by_time && n > 0)
    start = gst_score_result_get_sample (result, 0)->stream_time;
  for (guint i = 0; i < n; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);
    gdouble value = raw ? sample->raw_value : sample->progress;

    if (isnan (value))
      continue;
    self->x[self->n] = by_time ? (gdouble) (sample->stream_time - start) : i;
    self->y[self->n++] = value;
  }
}

static void
take_values (EvalEpisode * self, const GstScoreResult * result)
{
  g_auto (Curve) curve = { 0 };
  gdouble sum = 0.0;

  curve_init (&curve, result, self->is_raw);
  for (guint i = 0; i < curve.n; i++)
    sum += curve.y[i];
  if (curve.n == 0)
    return;
  self->values[EVAL_LAST] = curve.y[curve.n - 1];
  self->values[EVAL_MEAN] = sum / curve.n;
  score_curve_resample (curve.x, curve.y, curve.n, self->values + EVAL_TIMES,
      EVAL_N_TIMES);
}

static void
take_order (EvalEpisode * self, const GstScoreResult * result)
{
  g_auto (Curve) curve = { 0 };

  curve_init (&curve, result, FALSE);
  self->voc_spearman = score_voc_spearman (curve.y, curve.n);
  self->voc_pearson = score_voc_pearson (curve.x, curve.y, curve.n);
}

static void
take_normalisation (EvalEpisode * self, const GstScoreResult * result)
{
  const GstStructure *options = gst_score_result_get_options (result);
  const gchar *how = options == NULL ? NULL :
      gst_structure_get_string (options, "topreward-normalize");

  self->is_raw = g_strcmp0 (how, "raw") == 0;
  self->is_minmax = g_strcmp0 (how, "minmax") == 0;
}

EvalEpisode *
eval_episode_new (const GstScoreResult * result)
{
  EvalEpisode *self = g_new0 (EvalEpisode, 1);
  const gchar *task = gst_score_result_get_task (result);
  const gchar *outcome = gst_score_result_get_outcome (result);

  self->id = g_strdup (gst_score_result_get_episode_id (result));
  self->task = g_strdup (task != NULL ? task : "");
  self->method = g_strdup (gst_score_result_get_method (result));
  self->model = g_strdup (gst_score_result_get_model (result));
  self->scored = gst_score_result_is_scored (result);
  self->provisional = gst_score_result_is_provisional (result);
  self->progress = gst_score_result_get_progress (result);
  for (guint i = 0; i < EVAL_N_VALUES; i++)
    self->values[i] = NAN;
  take_normalisation (self, result);
  if (self->scored) {
    take_values (self, result);
    take_order (self, result);
  }

  self->own_task = self->task;
  self->data_source = "";
  self->partial_success = NAN;
  if (outcome == NULL || !score_label_parse (outcome, &self->label))
    self->label = SCORE_LABEL_NONE;
  return self;
}

void
eval_episode_free (EvalEpisode * self)
{
  g_free (self->id);
  g_free (self->task);
  g_free (self->method);
  g_free (self->model);
  g_free (self);
}
