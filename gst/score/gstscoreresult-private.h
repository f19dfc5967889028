/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>
#include <gst/score/gstscoreresultbuilder.h>

G_BEGIN_DECLS

#define SCORE_DEFAULT_SUCCESS_THRESHOLD 0.9

/* JSON as it is read everywhere has signed 64-bit integers; what does not fit
 * (292 years) is no time, and a counter stops there. */
#define SCORE_MAX_INTEGER ((guint64) G_MAXINT64)

/* Filled by the builder, finished by its end, and const from then on. */
struct _GstScoreResult
{
  gatomicrefcount ref_count;

  gchar *episode_id, *task;
  gchar *method, *provider, *model;
  gchar *outcome;
  gboolean provisional;
  GError *error;                /* NULL: scored */

  gdouble progress, mean_progress;
  gdouble success_threshold;

  GstClockTime timestamp, stream_time, running_time, duration;
  guint64 n_frames;

  GPtrArray *samples;           /* of GstScoreSample */
  GPtrArray *by_time;           /* the same, ordered by stream time; borrowed */
  GPtrArray *objects;           /* of strings; NULL-terminated */
  gchar *completion_state;
  GPtrArray *notes;             /* of strings; NULL-terminated */

  GstScoreUsage *usage;         /* NULL: unknown */
  GstStructure *latencies;      /* guint64 by stage, or NULL */
  GstStructure *options;        /* string, boolean, gint64 or double by name, or NULL */
};

/* The counters of GstScoreUsage under their names, for writers and readers. */
typedef struct
{
  const gchar *name;            /* in records; messages have - for _ */
  const gchar *field;
  gsize offset;
  gboolean is_rare;             /* records have it only where it is not 0 */
} ScoreUsageCounter;

extern const ScoreUsageCounter score_usage_counters[];  /* ends with a NULL name */

#define SCORE_USAGE_COUNTER(usage, counter) \
  G_STRUCT_MEMBER (guint64, usage, (counter)->offset)

/* The nicks of the flags that can be set, in the order of their bits. */
extern const GFlagsValue score_sample_flags[];  /* ends with a NULL nick */
gboolean score_sample_flags_add (GstScoreSampleFlags * flags, const gchar * nick);

GstScoreResult *score_result_new (void);
GstScoreSample *score_sample_copy (const GstScoreSample * sample);
void score_sample_free (GstScoreSample * sample);
/* What is not finite is none, what has a range is clamped to it. */
void score_sample_limit_numbers (GstScoreSample * sample);

/* Names of stages and options end up in a GstStructure, whose text form knows
 * letters, digits and a few marks, and as quarks, which are never freed. */
gboolean score_field_name_is_valid (const gchar * name);

G_END_DECLS
