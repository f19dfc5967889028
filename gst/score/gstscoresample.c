/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreresult-private.h>

/* *INDENT-OFF* */
const ScoreUsageCounter score_usage_counters[] = {
  { "requests", "requests", G_STRUCT_OFFSET (GstScoreUsage, requests) },
  { "retries", "retries", G_STRUCT_OFFSET (GstScoreUsage, retries) },
  { "images", "images", G_STRUCT_OFFSET (GstScoreUsage, images) },
  { "input_tokens", "input-tokens", G_STRUCT_OFFSET (GstScoreUsage, input_tokens) },
  { "cached_tokens", "cached-tokens", G_STRUCT_OFFSET (GstScoreUsage, cached_tokens) },
  { "output_tokens", "output-tokens", G_STRUCT_OFFSET (GstScoreUsage, output_tokens) },
  { "reasoning_tokens", "reasoning-tokens", G_STRUCT_OFFSET (GstScoreUsage, reasoning_tokens) },
  { "bytes_sent", "bytes-sent", G_STRUCT_OFFSET (GstScoreUsage, bytes_sent) },
  { "bytes_received", "bytes-received", G_STRUCT_OFFSET (GstScoreUsage, bytes_received) },
  { "rate_limited", "rate-limited", G_STRUCT_OFFSET (GstScoreUsage, rate_limited), TRUE },
  { NULL, NULL, 0 },
};

const GFlagsValue score_sample_flags[] = {
  { GST_SCORE_SAMPLE_INTERPOLATED, "GST_SCORE_SAMPLE_INTERPOLATED", "interpolated" },
  { GST_SCORE_SAMPLE_NOT_DESCRIBED, "GST_SCORE_SAMPLE_NOT_DESCRIBED", "not-described" },
  { GST_SCORE_SAMPLE_CLAMPED, "GST_SCORE_SAMPLE_CLAMPED", "clamped" },
  { GST_SCORE_SAMPLE_FLOOR, "GST_SCORE_SAMPLE_FLOOR", "floor" },
  { 0, NULL, NULL },
};
/* *INDENT-ON* */

static GstScoreUsage *
copy_usage (const GstScoreUsage * usage)
{
  return g_memdup2 (usage, sizeof *usage);
}

G_DEFINE_BOXED_TYPE (GstScoreSample, gst_score_sample, score_sample_copy,
    score_sample_free);
G_DEFINE_BOXED_TYPE (GstScoreUsage, gst_score_usage, copy_usage, g_free);

GType
gst_score_sample_flags_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_flags_register_static ("GstScoreSampleFlags", score_sample_flags));
  return type;
}

gboolean
score_sample_flags_add (GstScoreSampleFlags * flags, const gchar * nick)
{
  for (const GFlagsValue * flag = score_sample_flags; flag->value_nick; flag++) {
    if (g_str_equal (flag->value_nick, nick)) {
      *flags |= flag->value;
      return TRUE;
    }
  }
  return FALSE;
}

GstScoreSample *
score_sample_copy (const GstScoreSample * sample)
{
  GstScoreSample *copy = g_memdup2 (sample, sizeof *sample);

  copy->description = g_strdup (sample->description);
  copy->reason = g_strdup (sample->reason);
  return copy;
}

void
score_sample_free (GstScoreSample * sample)
{
  g_free ((gchar *) sample->description);
  g_free ((gchar *) sample->reason);
  g_free (sample);
}

void
score_sample_limit_numbers (GstScoreSample * sample)
{
  if (!isfinite (sample->progress)) {
    sample->progress = NAN;
  } else if (sample->progress < 0.0 || sample->progress > 1.0) {
    sample->progress = CLAMP (sample->progress, 0.0, 1.0);
    sample->flags |= GST_SCORE_SAMPLE_CLAMPED;
  }
  if (!isfinite (sample->raw_value))
    sample->raw_value = NAN;
  if (isfinite (sample->success_probability))
    sample->success_probability = CLAMP (sample->success_probability, 0.0, 1.0);
  else
    sample->success_probability = NAN;
}

gboolean
score_field_name_is_valid (const gchar * name)
{
  gsize length = strlen (name);

  if (length == 0 || length > 64 || !g_ascii_isalpha (name[0]))
    return FALSE;
  return strspn (name, "abcdefghijklmnopqrstuvwxyz"
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ" "0123456789" "_-+.:/") == length;
}
