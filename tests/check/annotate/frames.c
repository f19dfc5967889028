/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "frames.h"

#include <gst/score/gstscoreresultbuilder.h>
#include <stdio.h>

Fixture *
annotate_new (const gchar * properties, ...)
{
  Fixture *self = fixture_new_of ("scoreannotate", "mode", "auto", NULL);
  va_list args;

  va_start (args, properties);
  for (const gchar * name = properties; name != NULL;
      name = va_arg (args, const gchar *))
      gst_util_set_object_arg (G_OBJECT (self->sink), name,
        va_arg (args, const gchar *));
  va_end (args);
  fixture_start (self);
  return self;
}

Frames *
frames_new (Fixture * fixture)
{
  Frames *self = g_new0 (Frames, 1);

  self->fixture = fixture;
  self->pushed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  return self;
}

void
frames_free (Frames * self)
{
  g_ptr_array_unref (self->pushed);
  g_free (self);
}

void
frames_push (Frames * self, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = fixture_make_frame (self->fixture);

    g_ptr_array_add (self->pushed, gst_buffer_copy_deep (buffer));
    fail_unless_equals_int (gst_harness_push (self->fixture->harness, buffer),
        GST_FLOW_OK);
  }
}

static void
assert_same (GstBuffer * buffer, GstBuffer * pushed)
{
  GstMapInfo map;

  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), GST_BUFFER_PTS (pushed));
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (buffer),
      GST_BUFFER_DURATION (pushed));
  fail_unless_equals_int (GST_BUFFER_FLAGS (buffer), GST_BUFFER_FLAGS (pushed));
  fail_unless (gst_buffer_map (pushed, &map, GST_MAP_READ));
  fail_unless_equals_int (gst_buffer_get_size (buffer), map.size);
  fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, map.data, map.size), 0);
  gst_buffer_unmap (pushed, &map);
}

GPtrArray *
frames_pull (Frames * self)
{
  GPtrArray *pulled =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);

  for (guint i = 0; i < self->pushed->len; i++) {
    GstBuffer *buffer = gst_harness_pull (self->fixture->harness);

    fail_unless (buffer != NULL);
    g_ptr_array_add (pulled, buffer);
    assert_same (buffer, g_ptr_array_index (self->pushed, i));
  }
  return pulled;
}

void
assert_status (GstBuffer * buffer, GstScoreMetaStatus status)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);

  fail_unless (meta != NULL, "%" GST_PTR_FORMAT, buffer);
  fail_unless_equals_int (gst_score_meta_get_status (meta), status);
  if (status != GST_SCORE_META_FINAL && status != GST_SCORE_META_PROVISIONAL)
    fail_if (gst_score_meta_get_progress (meta, NULL, NULL));
}

void
assert_final (GstBuffer * buffer, gdouble progress, gboolean interpolated)
{
  gdouble value = -1;
  gboolean between = FALSE;

  assert_status (buffer, GST_SCORE_META_FINAL);
  fail_unless (gst_score_meta_get_progress (gst_score_meta_get (buffer), &value,
          &between));
  fail_unless (ABS (value - progress) < 1e-3, "%f is not %f", value, progress);
  fail_unless_equals_int (between, interpolated);
}

/* Frames are a tenth of a second; two samples a second, so of n frames the
 * samples are 0, 5, 10, ... and the last one, and the good model lets progress
 * rise evenly over the samples. */
static gdouble
expected (guint frame, guint n_frames, gboolean * interpolated)
{
  guint last = n_frames - 1, whole = last / 5, n = whole + (last % 5 > 0);
  guint step = MIN (frame / 5, n - (n > 0));
  guint from = step * 5, to = MIN (from + 5, last);

  if (n == 0)
    return 1;
  *interpolated = frame != from && frame != to;
  return (step + (frame - from) / (gdouble) (to - from)) / n;
}

void
assert_curve (GPtrArray * frames, guint first, guint n)
{
  for (guint i = 0; i < n; i++) {
    gboolean interpolated = FALSE;
    gdouble progress = expected (i, n, &interpolated);

    assert_final (g_ptr_array_index (frames, first + i), progress,
        interpolated);
  }
}

GstPadProbeReturn
frames_note (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GString *list = user_data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    g_string_append_c (list, 'b');
  else if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM)
    g_string_append (list, GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) ==
        GST_QUERY_DRAIN ? " query " : "");
  else
    g_string_append_printf (list, " %s ",
        GST_EVENT_TYPE_NAME (GST_PAD_PROBE_INFO_EVENT (info)));
  return GST_PAD_PROBE_OK;
}

void
frames_wait_eos (Fixture * fixture)
{
  gboolean done = FALSE;

  while (!done) {
    GstEvent *event = gst_harness_pull_event (fixture->harness);

    fail_unless (event != NULL);
    done = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
}

void
append_record (const gchar * file, const gchar * id, GstClockTime start,
    guint n_samples)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (id, "put the banana in the bowl");
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *json = NULL;
  FILE *out = fopen (file, "a");

  gst_score_result_builder_set_times (builder, start, start, start,
      n_samples * GST_SECOND);
  for (guint i = 0; i < n_samples; i++) {
    g_autofree gchar *text =
        g_strdup_printf ("%u <banana> & %u bowls", i + 1, i);
    GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

    sample.stream_time = start + i * GST_SECOND;
    sample.progress = n_samples > 1 ? i / (n_samples - 1.0) : 1.0;
    sample.description = text;
    gst_score_result_builder_add_sample (builder, &sample);
  }
  gst_score_result_builder_set_completion_state (builder,
      "The banana lies in the bowl.");
  result = gst_score_result_builder_end (builder);
  json = gst_score_result_to_json (result);
  fail_unless (out != NULL);
  fprintf (out, "%s\n", json);
  fclose (out);
}
