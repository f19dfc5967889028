/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The estimate of --dry-run against what scoresink then really asks. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-cost.h"
#include "run-dry.h"
#include "run-scratch.h"

#include "../../check/goodmodel.h"

#include <glib/gstdio.h>
#include <gst/score/score.h>
#include <math.h>
#include <string.h>

/* A video as it is recorded. */
typedef struct
{
  const gchar *name;
  guint n_frames;
  const gchar *framerate;
  guint width, height;
} Film;

static const Film films[] = {
  {"short.mkv", 1, "10/1", 64, 48},
  {"half.mkv", 15, "30/1", 64, 48},
  {"odd.mkv", 61, "25/2", 48, 64},
  {"whole.mkv", 241, "30/1", 64, 48},
  {"long.mkv", 350, "7/1", 64, 48},
  {"longer.mkv", 1001, "15/1", 64, 48},
};

typedef struct
{
  gchar *folder;
  FaultServer *server;
} Fixture;

static void
play (const gchar * description)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  g_assert_no_error (error);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
set_up (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = score_run_scratch_new (&error);
  g_assert_no_error (error);
  self->server = fault_server_new ();
  fault_server_set_answer (self->server, good_model_answer, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (films); i++) {
    const Film *film = &films[i];
    g_autofree gchar *line = g_strdup_printf ("videotestsrc num-buffers=%u !"
        " video/x-raw,format=I420,width=%u,height=%u,framerate=%s !"
        " jpegenc ! matroskamux ! filesink location=%s/%s", film->n_frames,
        film->width, film->height, film->framerate, self->folder, film->name);

    play (line);
  }
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  score_run_scratch_remove (self->folder);
  g_free (self->folder);
  fault_server_free (self->server);
}

static void
test_look (Fixture * self, gconstpointer data)
{
  g_autofree gchar *text = g_build_filename (self->folder, "text.mp4", NULL);
  ScoreRunLook look;

  for (gsize i = 0; i < G_N_ELEMENTS (films); i++) {
    const Film *film = &films[i];
    g_autofree gchar *path = g_build_filename (self->folder, film->name, NULL);
    gdouble framerate;
    gint n, d;

    g_assert_true (score_run_look (path, &look));
    g_assert_cmpint (sscanf (film->framerate, "%d/%d", &n, &d), ==, 2);
    framerate = (gdouble) n / d;
    g_assert_cmpint (look.width, ==, film->width);
    g_assert_cmpint (look.height, ==, film->height);
    g_assert_cmpfloat_with_epsilon ((gdouble) look.fps_n / look.fps_d,
        framerate, .01);
    g_assert_cmpfloat_with_epsilon ((gdouble) look.duration / GST_SECOND,
        film->n_frames / framerate, .01);
  }
  g_assert_true (g_file_set_contents (text, "no video at all", -1, NULL));
  g_assert_false (score_run_look (text, &look));
  g_assert_false (score_run_look ("/nowhere/a.mp4", &look));
}

static GstElement *
make_sink (Fixture * self, const gchar * properties)
{
  GstElement *sink = gst_element_factory_make ("scoresink", NULL);
  g_auto (GStrv) list = g_strsplit (properties, " ", -1);

  g_object_set (sink, "task", "t", "base-url", strstr (properties,
          "robometer") ? fault_server_get_url (self->server) :
      fault_server_get_base_url (self->server), NULL);
  for (guint i = 0; list[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);

    gst_util_set_object_arg (G_OBJECT (sink), pair[0], pair[1]);
  }
  return sink;
}

/* --- as run does it: of frames that become samples alone --- */

static void
handoff_cb (GstElement * fakesink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  GArray *times = user_data;

  g_array_append_val (times, GST_BUFFER_PTS (buffer));
}

static GArray *
list_times (Fixture * self, const Film * film)
{
  g_autofree gchar *line = g_strdup_printf ("filesrc location=%s/%s !"
      " matroskademux ! fakesink name=end sync=false signal-handoffs=true",
      self->folder, film->name);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  GArray *times = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_signal_connect (end, "handoff", G_CALLBACK (handoff_cb), times);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS);
  g_assert_nonnull (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpuint (times->len, ==, film->n_frames);
  return times;
}

static GArray *
plan (Fixture * self, const Film * film, GstElement * sink)
{
  g_autoptr (GArray) times = list_times (self, film);
  GArray *samples = NULL;
  gint n, d;

  g_assert_cmpint (sscanf (film->framerate, "%d/%d", &n, &d), ==, 2);
  g_signal_emit_by_name (sink, "plan-samples", times, n, d, &samples);
  g_assert_nonnull (samples);
  return samples;
}

static GstPadProbeReturn
choose_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  const GArray *samples = user_data;

  for (guint i = 0; i < samples->len; i++) {
    if (g_array_index (samples, guint64, i) ==
        GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)))
      return GST_PAD_PROBE_OK;
  }
  return GST_PAD_PROBE_DROP;
}

static GstScoreResult *
score (Fixture * self, const Film * film, const gchar * properties)
{
  g_autofree gchar *line = g_strdup_printf ("filesrc location=%s/%s !"
      " matroskademux ! jpegdec name=decoder", self->folder, film->name);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) decoder =
      gst_bin_get_by_name (GST_BIN (pipeline), "decoder");
  GstElement *sink = make_sink (self, properties);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstScoreResult *result = NULL;
  gboolean ended = FALSE;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, choose_cb,
      plan (self, film, sink), (GDestroyNotify) g_array_unref);
  gst_bin_add (GST_BIN (pipeline), sink);
  g_assert_true (gst_element_link (decoder, sink));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!ended) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        60 * GST_SECOND, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS);
    GstScoreMessageType type;

    g_assert_nonnull (message);
    ended = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (!ended && gst_score_message_parse_type (message, &type)
        && type == GST_SCORE_MESSAGE_EPISODE)
      result = gst_score_message_parse_result (message, NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_nonnull (result);
  g_assert_true (gst_score_result_is_scored (result));
  return result;
}

static ScoreRunOrigin *
probe (Fixture * self, const gchar * properties)
{
  g_autoptr (GstElement) sink =
      gst_object_ref_sink (make_sink (self, properties));
  g_autoptr (GError) error = NULL;
  ScoreRunOrigin *origin = score_run_origin_probe (sink, &error);

  g_assert_no_error (error);
  return origin;
}

static void
test_real (Fixture * self, gconstpointer data)
{
  const gchar *properties = data;
  g_autoptr (ScoreRunOrigin) origin = probe (self, properties);
  g_autoptr (GstElement) sink =
      gst_object_ref_sink (make_sink (self, properties));
  ScoreRunQuestions questions;

  score_run_questions_init (&questions, origin, sink);
  for (gsize i = 0; i < G_N_ELEMENTS (films); i++) {
    g_autoptr (GstScoreResult) result = score (self, &films[i], properties);
    const GstScoreUsage *usage = gst_score_result_get_usage (result);
    g_autofree gchar *path = g_build_filename (self->folder, films[i].name,
        NULL);
    guint n = gst_score_result_get_n_samples (result);
    ScoreRunLook look;
    ScoreRunCost cost;

    g_assert_true (score_run_look (path, &look));
    score_run_cost_init (&cost, &questions, &look);
    g_test_message ("%s, %s: %u samples, %" G_GUINT64_FORMAT " calls, %"
        G_GUINT64_FORMAT " images; estimated %g, %g, %g", properties,
        films[i].name, n, usage->requests, usage->images, cost.samples,
        cost.calls, cost.images);
    g_assert_cmpfloat (cost.samples, ==, n);
    /* topreward asks about fewer of the long beginnings than of the short ones */
    g_assert_cmpfloat_with_epsilon (cost.calls, usage->requests,
        strstr (properties, "topreward") ? .1 * usage->requests : .01);
    g_assert_cmpfloat_with_epsilon (cost.images, usage->images,
        strstr (properties, "topreward") ? .1 * usage->images : .01);
  }
}

/* The table of docs/methods.md, "Side by side": 29 samples, or 16, of 640x480. */
static void
test_documented (void)
{
  static const struct
  {
    const gchar *options;
    gdouble duration, samples, calls, images, input, output;
  } rows[] = {
    {"method=score framerate=2 max-frames=32", 14.1, 29, 6, 33, 12300, 1700},
    {"method=gvl framerate=10 max-frames=8", 15, 8, 1, 9, 2000, 300},
    {"method=topreward framerate=2 max-frames=64", 14.1, 29, 15, 222, 43300,
        15},
    {"method=roboreward framerate=1 max-frames=64", 15.1, 16, 1, 16, 3250, 3},
    {"method=roboreward framerate=1 max-frames=64 dense=1", 15.1, 16, 16, 137,
        29200, 50},
    {"method=robometer framerate=10 max-frames=8", 15, 8, 1, 8, 0, 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    ScoreRunLook look = { rows[i].duration * GST_SECOND, 640, 480, 10, 1 };
    ScoreRunQuestions questions = { 0 };
    g_auto (GStrv) words = g_strsplit_set (rows[i].options, " =", -1);
    g_autoptr (GstElement) sink = gst_object_ref_sink
        (gst_element_factory_make ("scoresink", NULL));
    ScoreRunCost cost;

    for (guint j = 0; j < 6; j += 2)
      gst_util_set_object_arg (G_OBJECT (sink), words[j], words[j + 1]);
    questions.sink = sink;
    questions.method = words[1];
    questions.framerate = g_ascii_strtod (words[3], NULL);
    questions.max_frames = atoi (words[5]);
    questions.image_size = 512;
    questions.describe_batch = 8;
    questions.dense = g_strv_length (words) > 6;
    score_run_cost_init (&cost, &questions, &look);
    g_test_message ("%s: %g, %g, %g, %g, %g", rows[i].options, cost.samples,
        cost.calls, cost.images, cost.input_tokens, cost.output_tokens);
    g_assert_cmpfloat (cost.samples, ==, rows[i].samples);
    g_assert_cmpfloat (cost.calls, ==, rows[i].calls);
    g_assert_cmpfloat_with_epsilon (cost.images, rows[i].images,
        .02 * rows[i].images);
    g_assert_cmpfloat_with_epsilon (cost.input_tokens, rows[i].input,
        .05 * rows[i].input + 1);
    g_assert_cmpfloat_with_epsilon (cost.output_tokens, rows[i].output,
        .1 * rows[i].output + 1);
  }
}

/* --- what is said --- */

static gchar *
estimate (Fixture * self, const ScoreRunOptions * options,
    const gchar * properties)
{
  g_autoptr (ScoreRunOrigin) origin = probe (self, properties);
  g_autoptr (GstElement) sink =
      gst_object_ref_sink (make_sink (self, properties));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = score_run_list_new (options, &error);
  gchar *text;

  g_assert_no_error (error);
  text = score_run_dry (options, origin, sink, items, 3);
  g_test_message ("%s", text);
  return text;
}

static void
assert_says (const gchar * text, const gchar * what)
{
  if (strstr (text, what) == NULL)
    g_test_message ("missing: %s", what);
  g_assert_nonnull (strstr (text, what));
}

static ScoreRunOptions
make_options (gchar ** inputs)
{
  ScoreRunOptions options = { 0 };

  options.inputs = inputs;
  options.task = (gchar *) "t";
  options.shard = options.n_shards = options.jobs = 1;
  options.price_input = options.price_output = options.price_cached = NAN;
  return options;
}

static void
test_says (Fixture * self, gconstpointer data)
{
  gchar *inputs[] = { self->folder, NULL };
  ScoreRunOptions options = make_options (inputs);
  g_autofree gchar *plain = estimate (self, &options, "method=roboreward");
  g_autofree gchar *priced = NULL;

  assert_says (plain, "6 episodes of 6 videos are left to be asked about, 3 are"
      " done.\n");
  assert_says (plain, "6 videos were looked at: 2.2 min in all, from 0.1 s to"
      " 66.7 s each.\n");
  assert_says (plain, "calls                       6\n");
  assert_says (plain, "tokens out                 18\n");
  assert_says (plain, "method roboreward");
  assert_says (plain, "Nothing was asked.\n");
  g_assert_null (strstr (plain, "USD"));
  options.price_input = 1e6;
  options.price_output = 2e6;
  priced = estimate (self, &options, "method=roboreward");
  assert_says (priced, "USD\n");
  g_assert_cmpuint (fault_server_count (self->server, FAULT_COUNT_CONNECTIONS),
      ==, 0);
}

/* 2 calls, 18 pictures of 2x2 tokens and 2 times 180 tokens of text; 6 of answers. */
static void
test_price (Fixture * self, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (self->folder, "whole.mkv", NULL);
  g_autofree gchar *csv = g_build_filename (self->folder, "set.csv", NULL);
  g_autofree gchar *text = g_strdup_printf ("id,task,video\na,t,%s\nb,u,%s\n",
      path, path);
  ScoreRunOptions options = make_options (NULL);
  g_autofree gchar *says = NULL;

  g_assert_true (g_file_set_contents (csv, text, -1, NULL));
  options.manifest = csv;
  options.price_input = 1e4;    /* a cent a token */
  options.price_output = 1e6;   /* a dollar a token */
  says = estimate (self, &options, "method=roboreward");
  assert_says (says, "2 episodes of 1 videos");
  assert_says (says, "images                     18\n");
  assert_says (says, "tokens in                 432\n");
  assert_says (says, "cost                10.32 USD\n");
}

static void
test_not_looked_at (Fixture * self, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (self->folder, "whole.mkv", NULL);
  g_autofree gchar *wrong = g_build_filename (self->folder, "wrong.mp4", NULL);
  gchar *one[] = { (gchar *) "https://host.invalid/a.mp4", NULL };
  gchar *both[] = { path, one[0], wrong, NULL };
  ScoreRunOptions options = make_options (one);
  g_autofree gchar *unknown = estimate (self, &options, "method=roboreward");
  g_autofree gchar *mixed = NULL;

  assert_says (unknown,
      "1 videos were not looked at, 1 of them for not being on"
      " this machine; they are so long");
  assert_says (unknown, "images                     64\n");
  g_assert_true (g_file_set_contents (wrong, "wrong", -1, NULL));
  options.inputs = both;
  mixed = estimate (self, &options, "method=roboreward");
  assert_says (mixed, "they are as long as the others on average");
  assert_says (mixed, "images                     18\n");
  assert_says (mixed, "1 cannot be read and cost nothing, such as ");
  assert_says (mixed, "wrong.mp4.\n");
}

int
main (int argc, char **argv)
{
  static const gchar *const ways[] = {
    "method=score", "method=score describe-batch=3 framerate=5/1",
    "method=gvl", "method=topreward", "method=roboreward",
    "method=roboreward dense=true max-frames=9",
    "method=roboreward dense=true", "method=robometer",
  };

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree gchar *name = g_strdup_printf ("/run-dry/real/%s", ways[i]);

    g_test_add (name, Fixture, ways[i], set_up, test_real, tear_down);
  }
  g_test_add_func ("/run-dry/documented", test_documented);
  g_test_add ("/run-dry/look", Fixture, NULL, set_up, test_look, tear_down);
  g_test_add ("/run-dry/says", Fixture, NULL, set_up, test_says, tear_down);
  g_test_add ("/run-dry/price", Fixture, NULL, set_up, test_price, tear_down);
  g_test_add ("/run-dry/not-looked-at", Fixture, NULL, set_up,
      test_not_looked_at, tear_down);
  return g_test_run ();
}
