/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-dry.h"

#include "run-cost.h"

#include <math.h>
#include <string.h>

#define MOST_LOOKS 1000         /* videos that are opened */

/* A video and what is asked about it. */
typedef struct
{
  GPtrArray *items;             /* borrowed */
  gchar *path;                  /* NULL: not on this machine */
  gboolean chosen;              /* to be looked at */
  gboolean found;               /* a video is in it */
  ScoreRunLook look;
  ScoreRunCost cost;
} Video;

typedef struct
{
  const ScoreRunOptions *options;
  const ScoreRunOrigin *origin;
  ScoreRunQuestions questions;
  GArray *videos;               /* of Video */

  guint n_items, n_before;
  guint n_found, n_broken, n_away;      /* videos: looked at, broken, elsewhere */
  const Video *broken;          /* one of them */
  gdouble seconds, shortest, longest;
  ScoreRunCost all;
  gdouble least, most;          /* samples of an episode */
} Estimate;

static void
video_clear (gpointer data)
{
  g_free (((Video *) data)->path);
}

/* --- looking --- */

static void
list_videos (Estimate * self, GPtrArray * groups)
{
  guint n_local = 0, seen = 0;

  for (guint i = 0; i < groups->len; i++) {
    Video video = { g_ptr_array_index (groups, i) };
    const ScoreRunItem *item = g_ptr_array_index (video.items, 0);

    video.path = g_filename_from_uri (item->uri, NULL, NULL);
    n_local += video.path != NULL;
    g_array_append_val (self->videos, video);
  }
  /* evenly over the list, which may be sorted by what makes them alike */
  for (guint i = 0; i < self->videos->len; i++) {
    Video *video = &g_array_index (self->videos, Video, i);

    if (video->path == NULL)
      continue;
    video->chosen = n_local <= MOST_LOOKS || (guint64) seen *MOST_LOOKS
        / n_local != (guint64) (seen + 1) * MOST_LOOKS / n_local;
    seen++;
  }
}

static void
look_cb (gpointer data, gpointer user_data)
{
  Video *video = data;

  video->found = score_run_look (video->path, &video->look);
}

static void
look_at_all (Estimate * self)
{
  GThreadPool *pool =
      g_thread_pool_new (look_cb, NULL, MAX (self->options->jobs, 1),
      FALSE, NULL);

  for (guint i = 0; i < self->videos->len; i++) {
    Video *video = &g_array_index (self->videos, Video, i);

    if (video->chosen)
      g_thread_pool_push (pool, video, NULL);
  }
  g_thread_pool_free (pool, FALSE, TRUE);
}

/* --- adding up --- */

static void
measure (Estimate * self, Video * video)
{
  gdouble seconds = GST_CLOCK_TIME_IS_VALID (video->look.duration) ?
      (gdouble) video->look.duration / GST_SECOND : 0.0;

  score_run_cost_init (&video->cost, &self->questions, &video->look);
  self->seconds += seconds;
  self->shortest = self->n_found == 0 ? seconds : MIN (self->shortest, seconds);
  self->longest = MAX (self->longest, seconds);
  self->least = self->n_found == 0 ? video->cost.samples :
      MIN (self->least, video->cost.samples);
  self->most = MAX (self->most, video->cost.samples);
  self->n_found++;
}

/* What is not known of the others is the mean of those that are known; a video that
 * cannot be read costs nothing. */
static void
add_up (Estimate * self)
{
  ScoreRunCost mean = { 0 };
  guint n_known = 0, n_unknown = 0;

  for (guint i = 0; i < self->videos->len; i++) {
    Video *video = &g_array_index (self->videos, Video, i);

    if (video->found) {
      measure (self, video);
      score_run_cost_add (&self->all, &video->cost, video->items->len);
      n_known += video->items->len;
    } else if (video->chosen) {
      self->n_broken++;
      self->broken = video;
    } else {
      self->n_away += video->path == NULL;
      n_unknown += video->items->len;
    }
  }
  if (n_known > 0) {
    score_run_cost_add (&mean, &self->all, 1.0 / n_known);
  } else {
    ScoreRunLook look = { GST_CLOCK_TIME_NONE };

    score_run_cost_init (&mean, &self->questions, &look);
    self->least = self->most = mean.samples;
  }
  score_run_cost_add (&self->all, &mean, n_unknown);
}

/* --- saying it --- */

/* "12,345" */
static gchar *
format_count (gdouble number)
{
  g_autofree gchar *digits = g_strdup_printf ("%.0f", number);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      g_string_append_c (text, ',');
    g_string_append_c (text, digits[i]);
  }
  return g_string_free (text, FALSE);
}

static gchar *
format_time (gdouble seconds)
{
  if (seconds < 100)
    return g_strdup_printf ("%.1f s", seconds);
  if (seconds < 6000)
    return g_strdup_printf ("%.1f min", seconds / 60);
  return g_strdup_printf ("%.1f h", seconds / 3600);
}

static void
say_count (GString * text, const gchar * name, gdouble number)
{
  g_autofree gchar *count = format_count (number);

  g_string_append_printf (text, "%-14s %14s\n", name, count);
}

static void
say_videos (const Estimate * self, GString * text)
{
  g_autofree gchar *all = format_time (self->seconds);
  g_autofree gchar *shortest = format_time (self->shortest);
  g_autofree gchar *longest = format_time (self->longest);

  g_string_append_printf (text, "%u episodes of %u videos are left to be asked"
      " about, %u are done.\n", self->n_items, self->videos->len,
      self->n_before);
  if (self->n_found > 0)
    g_string_append_printf (text, "%u videos were looked at: %s in all, from %s"
        " to %s each.\n", self->n_found, all, shortest, longest);
  if (self->n_broken > 0) {
    const ScoreRunItem *item = g_ptr_array_index (self->broken->items, 0);
    g_autofree gchar *name = g_filename_display_name (item->video);

    g_string_append_printf (text, "%u cannot be read and cost nothing, such as"
        " %s.\n", self->n_broken, name);
  }
}

static gdouble
get_price (gdouble price)
{
  return isnan (price) ? 0.0 : price;
}

static void
say_cost (const Estimate * self, GString * text)
{
  const ScoreRunOptions *options = self->options;
  gdouble cost = self->all.input_tokens * get_price (options->price_input)
      + self->all.output_tokens * get_price (options->price_output);

  say_count (text, "calls", self->all.calls);
  say_count (text, "images", self->all.images);
  say_count (text, "tokens in", self->all.input_tokens);
  say_count (text, "tokens out", self->all.output_tokens);
  if (!isnan (options->price_input) || !isnan (options->price_output))
    g_string_append_printf (text, "%-14s %10.2f USD\n", "cost", cost / 1e6);
}

static void
assume (GString * text, const gchar * what)
{
  g_string_append_printf (text, "- %s\n", what);
}

/* The videos that the figures are not of. */
static void
say_unknown (const Estimate * self, GString * text)
{
  guint n = self->videos->len - self->n_found - self->n_broken;
  const gchar *as = self->n_found > 0 ? "as long as the others on average"
      : "so long that they have as many samples as there may be";

  if (n == 0)
    return;
  g_string_append_printf (text, "- %u videos were not looked at", n);
  if (self->n_away > 0)
    g_string_append_printf (text, ", %u of them for not being on this machine",
        self->n_away);
  g_string_append_printf (text, "; they are %s\n", as);
}

static void
say_tokens (const Estimate * self, GString * text)
{
  if (strcmp (self->questions.method, "robometer") == 0) {
    assume (text, "its own server counts no tokens");
    return;
  }
  assume (text, self->questions.is_gemini ?
      "a picture is 1,120 tokens, as with Gemini 3" :
      "a picture is a token for 32x32 of its pixels, and text one for four bytes,"
      " as with Qwen3-VL; others count up to several times as many");
  assume (text,
      "the model answers as it is asked to at once and does not reason"
      " before; nothing is cached");
}

/* A look does not tell which frames refer to which, so not whether there will be a
 * plan. */
static void
say_outgrown (const Estimate * self, GString * text)
{
  if (self->all.outgrown >= .5)
    g_string_append_printf (text, "- %.0f episodes outgrow max-frames; of those"
        " that cannot be decoded by a plan, what is asked about frames that are"
        " left out then comes on top\n", self->all.outgrown);
}

static void
say_assumptions (const Estimate * self, GString * text)
{
  gdouble mean = self->n_items > 0 ? self->all.samples / self->n_items : 0;

  g_string_append_printf (text,
      "Taken for granted:\n- method %s, %.1f samples an"
      " episode (%.0f to %.0f), by framerate=%s and max-frames=%u\n",
      self->questions.method, mean, self->least, self->most,
      score_run_origin_get (self->origin, "framerate"),
      self->questions.max_frames);
  say_unknown (self, text);
  if (strcmp (self->questions.method, "score") == 0)
    assume (text, "the objects are asked for in every episode");
  say_tokens (self, text);
  say_outgrown (self, text);
}

/* --- gvl-context --- */

static gboolean
is_example (const gchar * folder)
{
  g_autofree gchar *record = g_build_filename (folder, "record.json", NULL);

  return g_file_test (record, G_FILE_TEST_EXISTS);
}

static guint
count_examples_in (const gchar * folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;
  guint n = 0;

  if (is_example (folder))
    return 1;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *below = g_build_filename (folder, name, NULL);

    n += *name != '.' && is_example (below);
  }
  return n;
}

/* The last of several counts, as with the element. */
static guint
count_examples (const ScoreRunOptions * options)
{
  static const gchar name[] = "gvl-context=";
  const gchar *folder = NULL;

  for (gchar ** text = options->properties; text && *text != NULL; text++) {
    if (g_str_has_prefix (*text, name))
      folder = *text + strlen (name);
  }
  return folder != NULL ? count_examples_in (folder) : 0;
}

gchar *
score_run_dry (const ScoreRunOptions * options, const ScoreRunOrigin * origin,
    GstElement * sink, GPtrArray * items, guint n_before)
{
  g_autoptr (GPtrArray) groups = score_run_list_group (items);
  g_autoptr (GArray) videos = g_array_new (FALSE, TRUE, sizeof (Video));
  Estimate self = {.options = options,.origin = origin,.videos = videos,
    .n_items = items->len,.n_before = n_before
  };
  GString *text = g_string_new (NULL);

  g_array_set_clear_func (videos, video_clear);
  score_run_questions_init (&self.questions, origin, sink);
  self.questions.n_examples = count_examples (options);
  list_videos (&self, groups);
  look_at_all (&self);
  add_up (&self);
  say_videos (&self, text);
  if (items->len > 0) {
    say_cost (&self, text);
    say_assumptions (&self, text);
  }
  g_string_append (text, "Nothing was asked.\n");
  return g_string_free (text, FALSE);
}
