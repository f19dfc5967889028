/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A video that is asked about once more from the pictures that were kept of it: the
 * requests must be the same to the byte, and the record but for what it cost. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-samples.h"
#include "run-scratch.h"

#include "../../check/goodmodel.h"

#include <glib/gstdio.h>
#include <gst/score/score.h>
#include <string.h>

#define FIRST "put the banana in the bowl"
#define SECOND "open the drawer"

/* How a toy episode is recorded and scored. */
typedef struct
{
  const gchar *method, *properties, *id;
  gboolean thinned;             /* some was asked of samples that were then dropped */
} Way;

static const Way ways[] = {
  {"score", "", "toy", FALSE},
  {"score", "max-frames=12", "toy", TRUE},
  {"score", "describe-batch=3 framerate=5/1 image-size=100 max-frames=99",
      "a/b c", FALSE},
  {"gvl", "", "toy", FALSE},
  {"topreward", "", "-x", FALSE},
  {"topreward", "max-frames=11", "-x", TRUE},
  {"roboreward", "", "toy", FALSE},
  {"roboreward", "dense=true", "toy", FALSE},
  {"roboreward", "dense=true max-frames=7", "toy", TRUE},
  {"robometer", "", "toy", FALSE},
};

typedef struct
{
  gchar *samples;
  FaultServer *server;
} Fixture;

static void
set_up (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->samples = score_run_scratch_new (&error);
  g_assert_no_error (error);
  self->server = fault_server_new ();
  fault_server_set_answer (self->server, good_model_answer, NULL);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  score_run_scratch_remove (self->samples);
  g_assert_false (g_file_test (self->samples, G_FILE_TEST_EXISTS));
  g_free (self->samples);
  fault_server_free (self->server);
}

static GstElement *
make_sink (Fixture * self, const Way * way, gboolean keep)
{
  GstElement *sink = gst_element_factory_make ("scoresink", NULL);
  g_auto (GStrv) list = g_strsplit (way->properties, " ", -1);

  gst_util_set_object_arg (G_OBJECT (sink), "method", way->method);
  for (guint i = 0; list[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);

    gst_util_set_object_arg (G_OBJECT (sink), pair[0], pair[1]);
  }
  if (g_str_equal (way->method, "robometer"))
    g_object_set (sink, "base-url", fault_server_get_url (self->server), NULL);
  else
    g_object_set (sink, "base-url", fault_server_get_base_url (self->server),
        "model", "m", NULL);
  if (keep)
    g_object_set (sink, "samples-location", self->samples, NULL);
  /* one question at a time, and so in one order */
  g_object_set (sink, "max-in-flight", 1, NULL);
  return sink;
}

static GstElement *
take_samples (Fixture * self, const Way * way, const gchar * folder,
    GError ** error)
{
  g_autoptr (GstElement) sink =
      gst_object_ref_sink (make_sink (self, way, FALSE));

  return score_run_samples_source_new (folder, sink, error);
}

/* A toy episode that does not begin at 0, neither in the file nor as it runs. */
static GstElement *
make_toy (void)
{
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description ("scoretestsrc seed=4"
      " num-episodes=1 ! video/x-raw,format=I420,width=320,height=240,"
      "framerate=15/1 ! identity ts-offset=70000000 ! identity", TRUE, &error);

  g_assert_no_error (error);
  return bin;
}

static GstScoreResult *
wait_for_result (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstScoreResult *result = NULL;

  for (;;) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        60 * GST_SECOND, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS |
        GST_MESSAGE_ERROR);
    GstScoreMessageType type;

    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
      return result;
    if (gst_score_message_parse_type (message, &type)
        && type == GST_SCORE_MESSAGE_EPISODE) {
      g_assert_null (result);
      result = gst_score_message_parse_result (message, NULL);
    }
  }
}

/* Episode marks of the source give way to ours. */
static GstPadProbeReturn
drop_marks_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) ==
      GST_EVENT_CUSTOM_DOWNSTREAM ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static GstScoreResult *
run (Fixture * self, const Way * way, GstElement * source, const gchar * task,
    gboolean keep)
{
  g_autoptr (GstElement) pipeline =
      gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *sink = make_sink (self, way, keep);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  GstScoreResult *result;

  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  g_assert_true (gst_element_link (source, sink));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_marks_cb,
      NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  g_signal_emit_by_name (sink, "start-episode", task, way->id);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  result = wait_for_result (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_nonnull (result);
  if (gst_score_result_get_error (result))
    g_test_message ("%s", gst_score_result_get_error (result)->message);
  g_assert_true (gst_score_result_is_scored (result));
  return result;
}

static gint
compare_bytes (gconstpointer a, gconstpointer b)
{
  return g_bytes_compare (*(GBytes * const *) a, *(GBytes * const *) b);
}

/* A boundary is drawn anew for every request. */
static GBytes *
normalize (GBytes * body)
{
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);
  const gchar *end = memmem (data, size, "\r\n", 2);
  g_autoptr (GByteArray) array = g_byte_array_new ();

  if (size < 2 || data[0] != '-' || end == NULL)
    return g_bytes_ref (body);
  for (const gchar * at = data; at < data + size;) {
    const gchar *next = memmem (at, data + size - at, data, end - data);

    if (next == NULL)
      next = data + size;
    g_byte_array_append (array, (const guint8 *) at, next - at);
    at = MIN (next + (end - data), data + size);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

/* The questions from the @first request to the @end, in an order of their own: those
 * that can be asked at once may overtake each other. */
static GPtrArray *
list_questions (Fixture * self, guint first, guint end)
{
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = first; i < end; i++) {
    const FaultRequest *request = fault_server_get_request (self->server, i);

    if (g_str_equal (request->method, "POST")
        && !g_str_has_suffix (request->target, "/tokenize"))
      g_ptr_array_add (list, normalize (request->body));
  }
  g_ptr_array_sort (list, compare_bytes);
  return list;
}

static void
assert_same_questions (GPtrArray * one, GPtrArray * other)
{
  g_assert_cmpuint (one->len, >, 0);
  g_assert_cmpuint (one->len, ==, other->len);
  for (guint i = 0; i < one->len; i++)
    g_assert_true (g_bytes_equal (g_ptr_array_index (one, i),
            g_ptr_array_index (other, i)));
}

/* Nothing new is asked, and what was asked in vain is asked no more. */
static void
assert_fewer_questions (GPtrArray * all, GPtrArray * some)
{
  g_assert_cmpuint (some->len, >, 0);
  g_assert_cmpuint (some->len, <, all->len);
  for (guint i = 0; i < some->len; i++)
    g_assert_true (g_ptr_array_find_with_equal_func (all, g_ptr_array_index
            (some, i), g_bytes_equal, NULL));
}

/* Every question has the task in it, so that no answer serves two of them. */
static void
assert_none_shared (GPtrArray * one, GPtrArray * other)
{
  g_assert_cmpuint (one->len, >, 0);
  for (guint i = 0; i < other->len; i++)
    g_assert_false (g_ptr_array_find_with_equal_func (one, g_ptr_array_index
            (other, i), g_bytes_equal, NULL));
}

static void
assert_same_samples (const GstScoreResult * one, const GstScoreResult * other)
{
  guint n = gst_score_result_get_n_samples (one);

  g_assert_cmpuint (n, ==, gst_score_result_get_n_samples (other));
  for (guint i = 0; i < n; i++) {
    const GstScoreSample *a = gst_score_result_get_sample (one, i);
    const GstScoreSample *b = gst_score_result_get_sample (other, i);

    g_assert_cmpuint (a->timestamp, ==, b->timestamp);
    g_assert_cmpuint (a->stream_time, ==, b->stream_time);
    g_assert_cmpuint (a->running_time, ==, b->running_time);
    g_assert_cmpfloat (a->progress, ==, b->progress);
  }
  g_assert_cmpuint (gst_score_result_get_timestamp (one), ==,
      gst_score_result_get_timestamp (other));
  g_assert_cmpuint (gst_score_result_get_stream_time (one), ==,
      gst_score_result_get_stream_time (other));
  g_assert_cmpuint (gst_score_result_get_duration (one), ==,
      gst_score_result_get_duration (other));
  g_assert_cmpstr (gst_score_result_get_task (one), ==,
      gst_score_result_get_task (other));
}

static void
test_same (Fixture * self, gconstpointer data)
{
  const Way *way = data;
  g_autoptr (GstScoreResult) first = run (self, way, make_toy (), FIRST, TRUE);
  guint n_first = fault_server_count (self->server, FAULT_COUNT_REQUESTS);
  g_autoptr (GstScoreResult) decoded =
      run (self, way, make_toy (), SECOND, FALSE);
  guint n_third, n_second =
      fault_server_count (self->server, FAULT_COUNT_REQUESTS);
  g_autofree gchar *folder =
      score_run_samples_find (self->samples, way->id, FIRST);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) again = NULL;
  g_autoptr (GPtrArray) from_video = NULL, from_samples = NULL, of_first = NULL;
  GstElement *source;

  g_assert_nonnull (folder);
  g_assert_null (score_run_samples_find (self->samples, way->id, SECOND));
  g_assert_cmpuint (gst_score_result_get_n_samples (first), >, 4);
  source = take_samples (self, way, folder, &error);
  g_assert_no_error (error);
  again = run (self, way, source, SECOND, FALSE);
  assert_same_samples (decoded, again);
  n_third = fault_server_count (self->server, FAULT_COUNT_REQUESTS);
  of_first = list_questions (self, 0, n_first);
  from_video = list_questions (self, n_first, n_second);
  from_samples = list_questions (self, n_second, n_third);
  if (!way->thinned)
    assert_same_questions (from_video, from_samples);
  else if (g_str_equal (way->method, "topreward"))
    assert_fewer_questions (from_video, from_samples);
  assert_none_shared (of_first, from_samples);
}

/* As many samples as there may be, the last of them a step after one that was
 * thinned, and a frame rate by whose frames they were taken. */
static void
test_thinned (Fixture * self, gconstpointer data)
{
  for (guint max_frames = 5; max_frames < 13; max_frames++) {
    g_autofree gchar *properties =
        g_strdup_printf ("max-frames=%u", max_frames);
    g_autofree gchar *id = g_strdup_printf ("e%u", max_frames);
    Way way = { "roboreward", properties, id };
    g_autoptr (GstScoreResult) first =
        run (self, &way, make_toy (), FIRST, TRUE);
    g_autofree gchar *folder = score_run_samples_find (self->samples, id,
        FIRST);
    g_autoptr (GError) error = NULL;
    GstElement *source = take_samples (self, &way, folder, &error);
    g_autoptr (GstScoreResult) again = NULL;

    g_assert_no_error (error);
    again = run (self, &way, source, FIRST, FALSE);
    assert_same_samples (first, again);
  }
}

/* Samples that this sink would not take again are not given to it. */
static void
test_left_out (Fixture * self, gconstpointer data)
{
  static const Way way = { "roboreward", "framerate=2/1", "toy" };
  static const Way slower = { "roboreward", "framerate=1/1", "toy" };
  static const Way shorter =
      { "roboreward", "framerate=2/1 max-frames=5", "toy" };
  g_autoptr (GstScoreResult) first = run (self, &way, make_toy (), FIRST, TRUE);
  g_autofree gchar *folder =
      score_run_samples_find (self->samples, "toy", FIRST);
  g_autoptr (GError) slow = NULL, few = NULL;

  g_assert_null (take_samples (self, &slower, folder, &slow));
  g_assert_nonnull (strstr (slow->message, "not all of its pictures"));
  g_assert_null (take_samples (self, &shorter, folder, &few));
  g_assert_nonnull (strstr (few->message, "not all of its pictures"));
}

/* Nobody knows the rate of a video of which a decoder left out frames. */
static void
test_uncounted (Fixture * self, gconstpointer data)
{
  static const Way way = { "roboreward", "framerate=2/1", "toy" };
  g_autoptr (GstScoreResult) first = run (self, &way, make_toy (), FIRST, TRUE);
  g_autofree gchar *folder =
      score_run_samples_find (self->samples, "toy", FIRST);
  g_autofree gchar *path = g_build_filename (folder, "record.json", NULL);
  g_autofree gchar *counted = g_strdup_printf ("\"n_frames\":%"
      G_GUINT64_FORMAT ",", gst_score_result_get_n_frames (first));
  g_autofree gchar *text = NULL;
  g_autoptr (GString) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  record = g_string_new (text);
  g_assert_cmpuint (g_string_replace (record, counted, "\"n_frames\":20,", 0),
      ==, 1);
  g_assert_true (g_file_set_contents (path, record->str, -1, NULL));
  g_assert_null (take_samples (self, &way, folder, &error));
  g_assert_nonnull (strstr (error->message, "not all of its pictures"));
}

static void
test_wrong_folders (Fixture * self, gconstpointer data)
{
  static const Way way = { "roboreward", "", "toy" };
  g_autoptr (GstScoreResult) first = run (self, &way, make_toy (), FIRST, TRUE);
  g_autofree gchar *folder =
      score_run_samples_find (self->samples, "toy", FIRST);
  g_autofree gchar *record = g_build_filename (folder, "record.json", NULL);
  g_autofree gchar *picture = g_build_filename (folder, "00002.jpg", NULL);
  g_autoptr (GError) missing = NULL, torn = NULL, gone = NULL;

  g_assert_cmpint (g_remove (picture), ==, 0);
  g_assert_null (take_samples (self, &way, folder, &missing));
  g_assert_nonnull (strstr (missing->message, "a picture is missing"));
  g_assert_true (g_file_set_contents (record, "{\"sch", 5, NULL));
  g_assert_null (take_samples (self, &way, folder, &torn));
  g_assert_nonnull (torn);
  g_assert_cmpint (g_remove (record), ==, 0);
  g_assert_null (take_samples (self, &way, folder, &gone));
  g_assert_error (gone, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_null (score_run_samples_find (self->samples, "toy", FIRST));
}

/* Of several the newest, and only of this id: other ids have the same name. */
static void
test_find (Fixture * self, gconstpointer data)
{
  static const Way slash = { "roboreward", "", "a/b" };
  static const Way line = { "roboreward", "", "a_b" };
  static const struct
  {
    const Way *way;
    const gchar *task, *name;
  } runs[] = {
    {&slash, FIRST, "a_b"}, {&line, FIRST, "a_b-2"}, {&slash, SECOND, "a_b-3"},
    {&slash, FIRST, "a_b-4"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++) {
    g_autoptr (GstScoreResult) result =
        run (self, runs[i].way, make_toy (), runs[i].task, TRUE);
    g_autofree gchar *found = score_run_samples_find (self->samples,
        runs[i].way->id, runs[i].task);
    g_autofree gchar *name = found ? g_path_get_basename (found) : NULL;

    g_assert_cmpstr (name, ==, runs[i].name);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree gchar *name = g_strdup_printf ("/run-samples/same/%s-%s",
        ways[i].method, ways[i].properties);

    g_test_add (name, Fixture, &ways[i], set_up, test_same, tear_down);
  }
  g_test_add ("/run-samples/thinned", Fixture, NULL, set_up, test_thinned,
      tear_down);
  g_test_add ("/run-samples/left-out", Fixture, NULL, set_up, test_left_out,
      tear_down);
  g_test_add ("/run-samples/uncounted", Fixture, NULL, set_up, test_uncounted,
      tear_down);
  g_test_add ("/run-samples/wrong-folders", Fixture, NULL, set_up,
      test_wrong_folders, tear_down);
  g_test_add ("/run-samples/find", Fixture, NULL, set_up, test_find, tear_down);
  return g_test_run ();
}
