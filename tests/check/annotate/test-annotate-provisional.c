/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <glib/gstdio.h>

#include "latency.h"

/* Results of episodes that are still open, and what becomes of them. Samples are
 * half a second apart, so with batches of two the first six frames have what the
 * first provisional result is made of. */

typedef struct
{
  GMutex lock;
  GCond cond;
  guint n;                      /* of episode-progress */
} Signals;

static void
signals_cb (GstElement * element, GstScoreResult * result, Signals * self)
{
  fail_unless (gst_score_result_is_provisional (result));
  g_mutex_lock (&self->lock);
  self->n++;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
signals_init (Signals * self, Fixture * fixture)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->n = 0;
  g_signal_connect (fixture->sink, "episode-progress",
      G_CALLBACK (signals_cb), self);
}

/* After it the frames that come carry the result. */
static void
signals_wait (Signals * self, guint n)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (self->n < n)
    fail_unless (g_cond_wait_until (&self->cond, &self->lock, end));
  g_mutex_unlock (&self->lock);
}

static void
signals_clear (Signals * self, Fixture * fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->sink, self);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

/* Names of the messages of elements, one letter each: s started, p progress,
 * e episode, l late. */
static gchar *
spell_messages (Fixture * fixture)
{
  static const gchar letters[] = {
    [GST_SCORE_MESSAGE_EPISODE_STARTED] = 's',
    [GST_SCORE_MESSAGE_PROGRESS] = 'p',
    [GST_SCORE_MESSAGE_EPISODE] = 'e',
    [GST_SCORE_MESSAGE_LATE] = 'l'
  };
  GString *spelled = g_string_new (NULL);
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ELEMENT))) {
    GstScoreMessageType type;

    if (gst_score_message_parse_type (message, &type))
      g_string_append_c (spelled, letters[type]);
    gst_message_unref (message);
  }
  return g_string_free (spelled, FALSE);
}

static void
pull_pending (Fixture * fixture, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_try_pull (fixture->harness);

    assert_status (buffer, GST_SCORE_META_PENDING);
  }
}

/* @sample: of which frame the value is. Takes the buffer. */
static void
check_provisional (GstBuffer * frame, gdouble progress, guint sample)
{
  g_autoptr (GstBuffer) buffer = frame;
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  gdouble value = -1;
  gboolean success;

  assert_status (buffer, GST_SCORE_META_PROVISIONAL);
  fail_unless (gst_score_meta_get_progress (meta, &value, NULL));
  fail_unless_equals_float (value, progress);
  fail_unless_equals_uint64 (gst_score_meta_get_sample_time (meta),
      sample * 100 * GST_MSECOND);
  fail_unless (gst_score_meta_get_sample_time (meta) <=
      GST_BUFFER_PTS (buffer));
  fail_unless_equals_string (gst_score_meta_get_description (meta),
      "The banana lies on the table.");
  fail_unless_equals_string (gst_score_meta_get_completion_state (meta),
      "The banana lies in the bowl.");
  fail_if (gst_score_meta_get_success (meta, &success));
}

/* As a camera has it: what is known is on the frames that come, and what is said
 * in the end is the final result. */
GST_START_TEST (live_frames_carry_them)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", "describe-batch",
      "2", NULL);
  g_autofree gchar *messages = NULL;
  Signals signals;

  signals_init (&signals, fixture);
  fixture_push (fixture, 6);
  pull_pending (fixture, 6);
  signals_wait (&signals, 1);
  fixture_push (fixture, 10);
  for (guint i = 6; i < 16; i++)
    check_provisional (gst_harness_try_pull (fixture->harness), 1, 5);
  signals_wait (&signals, 2);
  fixture_push (fixture, 1);
  check_provisional (gst_harness_try_pull (fixture->harness), 1, 15);
  fixture_push_eos (fixture);
  messages = spell_messages (fixture);
  fail_unless_equals_string (messages, "sppel");
  signals_clear (&signals, fixture);
}

GST_END_TEST;

/* The next episode begins with nothing. */
GST_START_TEST (the_next_episode_is_pending)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", "describe-batch",
      "2", "episode-duration", "600000000", NULL);
  Signals signals;

  signals_init (&signals, fixture);
  fixture_push (fixture, 6);
  pull_pending (fixture, 6);
  signals_wait (&signals, 1);
  fixture_push (fixture, 1);
  pull_pending (fixture, 1);
  signals_clear (&signals, fixture);
}

GST_END_TEST;

/* Frames that wait have what came while they did, if it is of them or before. */
GST_START_TEST (held_frames_carry_what_came_meanwhile)
{
  g_autoptr (Fixture) fixture = latency_new ("describe-batch", "2");
  g_autoptr (Frames) frames = frames_new (fixture);
  Signals signals;

  signals_init (&signals, fixture);
  latency_set (fixture, GST_SECOND);
  latency_push (frames, 6);
  signals_wait (&signals, 1);
  latency_assert_waits (fixture, 6);
  for (guint i = 0; i < 6; i++) {
    latency_pass (fixture, GST_SECOND + i * FRAME);
    check_provisional (latency_pull (fixture), i < 5 ? 0 : 1, i < 5 ? 0 : 5);
  }
  signals_clear (&signals, fixture);
}

GST_END_TEST;

static void
check_wanted (const gchar * mode, const gchar * provisional, gboolean wanted)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", mode, "provisional",
      provisional, "describe-batch", "2", NULL);
  g_autofree gchar *messages = NULL;
  Signals signals;

  signals_init (&signals, fixture);
  fixture_push (fixture, 6);
  if (wanted)
    signals_wait (&signals, 1);
  fixture_push_eos (fixture);
  messages = spell_messages (fixture);
  fail_unless_equals_int (strchr (messages, 'p') != NULL, wanted);
  if (g_str_equal (mode, "hold"))
    for (guint i = 0; i < 6; i++) {
      g_autoptr (GstBuffer) buffer = gst_harness_pull (fixture->harness);

      assert_status (buffer, GST_SCORE_META_FINAL);
    }
  signals_clear (&signals, fixture);
}

GST_START_TEST (auto_is_for_live_frames)
{
  check_wanted ("live", "auto", TRUE);
  check_wanted ("live", "true", TRUE);
  check_wanted ("live", "false", FALSE);
  check_wanted ("hold", "auto", FALSE);
  check_wanted ("hold", "true", TRUE);
  check_wanted ("hold", "false", FALSE);
}

GST_END_TEST;

/* Also where mode=auto, which is settled by the first frame. */
GST_START_TEST (auto_of_both)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate", "mode", "auto",
      "describe-batch", "2", NULL);
  Signals signals;

  signals_init (&signals, fixture);
  fixture_start (fixture);
  gst_harness_set_live (fixture->harness, TRUE);
  fixture_push (fixture, 6);
  signals_wait (&signals, 1);
  signals_clear (&signals, fixture);
}

GST_END_TEST;

/* They have no record, and the final one is what it is without them. */
GST_START_TEST (a_sink_posts_them)
{
  g_autofree gchar *file = g_strdup_printf ("%s/provisional-%d.jsonl",
      g_get_tmp_dir (), (gint) getpid ());
  g_autoptr (Fixture) fixture = fixture_new ("provisional", "true",
      "describe-batch", "2", "results-location", file, NULL);
  g_autofree gchar *messages = NULL, *record = NULL;
  g_autoptr (GstScoreResult) result = NULL;
  g_auto (GStrv) lines = NULL;
  Signals signals;

  signals_init (&signals, fixture);
  fixture_push (fixture, 6);
  signals_wait (&signals, 1);
  fixture_push_eos (fixture);
  messages = spell_messages (fixture);
  fail_unless_equals_string (messages, "spe");
  fail_unless (g_file_get_contents (file, &record, NULL, NULL));
  lines = g_strsplit (record, "\n", -1);
  fail_unless_equals_int (g_strv_length (lines), 2);
  result = gst_score_result_new_from_json (lines[0], -1, NULL);
  fail_if (gst_score_result_is_provisional (result));
  g_unlink (file);
  signals_clear (&signals, fixture);
}

GST_END_TEST;

static void
check_defaults (const gchar * factory, gint wanted)
{
  g_autoptr (GstElement) element = gst_element_factory_make (factory, NULL);
  guint64 interval = 1;
  gint provisional = -1;

  g_object_get (element, "provisional", &provisional, "update-interval",
      &interval, NULL);
  fail_unless_equals_int (provisional, wanted);
  fail_unless_equals_uint64 (interval, 0);
}

GST_START_TEST (defaults)
{
  check_defaults ("scoresink", FALSE);
  check_defaults ("scoreannotate", 2);
}

GST_END_TEST;

/* Of the whole stream: it is not said twice, and not where it is not asked for. */
GST_START_TEST (a_method_without_them_says_so)
{
  g_autoptr (Fixture) fixture = fixture_new ("provisional", "true", "method",
      "gvl", NULL);
  g_autoptr (Fixture) live = annotate_new ("mode", "live", "method", "gvl",
      NULL);
  g_autofree gchar *complaint = fixture_pop_complaint (fixture,
      GST_MESSAGE_WARNING);

  fail_unless (g_str_has_prefix (complaint, "provisional: "), "%s", complaint);
  fixture_push (live, 3);
  fail_unless (gst_bus_pop_filtered (live->bus, GST_MESSAGE_WARNING) == NULL);
}

GST_END_TEST;

static gchar *
read_pad (GstPad * pad, GstPadProbeInfo * info)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gchar *text;
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  text = g_strndup ((const gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return text;
}

static GstPadProbeReturn
note_cb (GstPad * pad, GstPadProbeInfo * info, gpointer list)
{
  g_ptr_array_add (list, read_pad (pad, info));
  return GST_PAD_PROBE_DROP;
}

static GPtrArray *
listen (Fixture * fixture, const gchar * name)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GstPad) pad = gst_element_request_pad_simple (fixture->sink, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_cb, list, NULL);
  return list;
}

static const gchar *
get_last (GPtrArray * list)
{
  fail_unless (list->len > 0);
  return g_ptr_array_index (list, list->len - 1);
}

/* In text and JSON as well one sees that it is not final. */
GST_START_TEST (pads_beside_the_video)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", "describe-batch",
      "2", NULL);
  g_autoptr (GPtrArray) texts = listen (fixture, "text_src");
  g_autoptr (GPtrArray) records = listen (fixture, "json_src");
  g_autoptr (GstScoreResult) early = NULL;
  g_autoptr (GstScoreResult) final = NULL;
  Signals signals;

  signals_init (&signals, fixture);
  fixture_push (fixture, 6);
  signals_wait (&signals, 1);
  fail_unless_equals_int (texts->len, 0);
  fixture_push (fixture, 1);
  fail_unless_equals_string (get_last (texts), "~100%");
  fail_unless_equals_int (records->len, 1);
  early = gst_score_result_new_from_json (get_last (records), -1, NULL);
  fail_unless (gst_score_result_is_provisional (early));
  fixture_push_eos (fixture);
  fail_unless_equals_int (records->len, 2);
  final = gst_score_result_new_from_json (get_last (records), -1, NULL);
  fail_if (gst_score_result_is_provisional (final));
  signals_clear (&signals, fixture);
}

GST_END_TEST;

static Suite *
annotate_suite (void)
{
  Suite *suite = suite_create ("annotate-provisional");
  TCase *tcase = tcase_create ("provisional");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, live_frames_carry_them);
  tcase_add_test (tcase, the_next_episode_is_pending);
  tcase_add_test (tcase, held_frames_carry_what_came_meanwhile);
  tcase_add_test (tcase, auto_is_for_live_frames);
  tcase_add_test (tcase, auto_of_both);
  tcase_add_test (tcase, a_sink_posts_them);
  tcase_add_test (tcase, defaults);
  tcase_add_test (tcase, a_method_without_them_says_so);
  tcase_add_test (tcase, pads_beside_the_video);
  return suite;
}

GST_CHECK_MAIN (annotate);
