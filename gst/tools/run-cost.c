/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The figures are those of docs/methods.md, "Side by side". */

#include "run-cost.h"

#include <math.h>
#include <string.h>

#define DEFAULT_FRAMERATE 30    /* of a video that does not say */
#define MOST_FRAMES 200000      /* that are gone through, two hours of them */
#define OBJECT_FRAMES 4
#define PREFIXES 15
#define EXAMPLE_FRAMES 8
#define PATCH 32                /* pixels a side that make a token */
#define GEMINI_PICTURE 1120     /* tokens */

static gdouble
get_number (const ScoreRunOrigin * origin, const gchar * name)
{
  const gchar *text = score_run_origin_get (origin, name);

  return text != NULL ? g_ascii_strtod (text, NULL) : 0.0;
}

static gboolean
has_prefix (const ScoreRunOrigin * origin, const gchar * name,
    const gchar * prefix)
{
  const gchar *text = score_run_origin_get (origin, name);

  return text != NULL && g_str_has_prefix (text, prefix);
}

void
score_run_questions_init (ScoreRunQuestions * self,
    const ScoreRunOrigin * origin, GstElement * sink)
{
  memset (self, 0, sizeof *self);
  self->sink = sink;
  self->method = score_run_origin_get (origin, "method");
  self->framerate = get_number (origin, "framerate");
  self->max_frames = MAX (get_number (origin, "max-frames"), 2);
  self->image_size = get_number (origin, "image-size");
  self->describe_batch = MAX (get_number (origin, "describe-batch"), 1);
  self->dense = has_prefix (origin, "dense", "true");
  self->as_video = score_run_origin_get (origin, "video-transport") != NULL
      && !has_prefix (origin, "video-transport", "images");
  self->is_gemini = has_prefix (origin, "provider", "gemini")
      || has_prefix (origin, "model", "gemini");
}

/* --- how many samples --- */

/* Of all frames as they are shown. Where there are very many not all of them: what
 * is left out is then far less than a step. */
static GArray *
make_times (const ScoreRunLook * look, gint fps_n, gint fps_d)
{
  guint64 n = gst_util_uint64_scale_round (look->duration, fps_n,
      fps_d * GST_SECOND);
  guint64 n_frames = CLAMP (n, 1, MOST_FRAMES);
  GArray *times = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n_frames);

  for (guint64 i = 0; i < n_frames; i++) {
    guint64 time = n <= MOST_FRAMES ?
        gst_util_uint64_scale (i, fps_d * GST_SECOND, fps_n) :
        gst_util_uint64_scale (look->duration, i, n_frames);

    g_array_append_val (times, time);
  }
  return times;
}

static GArray *
plan (const ScoreRunQuestions * questions, const ScoreRunLook * look)
{
  gboolean is_known = look->fps_n > 0 && look->fps_d > 0;
  g_autoptr (GArray) times = make_times (look,
      is_known ? look->fps_n : DEFAULT_FRAMERATE, is_known ? look->fps_d : 1);
  GArray *samples = NULL;

  g_signal_emit_by_name (questions->sink, "plan-samples", times,
      is_known ? look->fps_n : 0, is_known ? look->fps_d : 1, &samples);
  return samples;
}

/* Methods that choose at the end ask about none before. */
static gboolean
asks_on_the_way (const ScoreRunQuestions * self)
{
  return strcmp (self->method, "score") == 0
      || strcmp (self->method, "topreward") == 0
      || (strcmp (self->method, "roboreward") == 0 && self->dense);
}

/* One sample a step, and one place is the last frame's; containers round. */
static gboolean
outgrows (const ScoreRunQuestions * self, const ScoreRunLook * look)
{
  gdouble seconds = (gdouble) look->duration / GST_SECOND;
  gdouble framerate = self->framerate, steps;

  if (look->fps_n > 0 && look->fps_d > 0)
    framerate = MIN (framerate, (gdouble) look->fps_n / look->fps_d);
  steps = seconds * framerate;
  return asks_on_the_way (self) && ceil (steps - .01) > self->max_frames - 1;
}

static void
sample_video (ScoreRunCost * self, const ScoreRunQuestions * questions,
    const ScoreRunLook * look)
{
  g_autoptr (GArray) samples = NULL;

  if (GST_CLOCK_TIME_IS_VALID (look->duration)) {
    samples = plan (questions, look);
    self->outgrown = outgrows (questions, look) ? 1 : 0;
  }
  self->samples = samples != NULL ?
      MIN (samples->len, questions->max_frames) : questions->max_frames;
}

/* --- what they cost --- */

static gdouble
get_picture_tokens (const ScoreRunQuestions * self, const ScoreRunLook * look)
{
  gdouble width = look->width > 0 ? look->width : 4 * PATCH * 100;
  gdouble height = look->height > 0 ? look->height : 3 * PATCH * 100;
  gdouble scale = MIN (1.0, self->image_size / MAX (width, height));

  if (self->is_gemini)
    return GEMINI_PICTURE;
  return ceil (width * scale / PATCH - 1e-6)
      * ceil (height * scale / PATCH - 1e-6);
}

static void
set (ScoreRunCost * self, gdouble calls, gdouble images, gdouble text,
    gdouble output)
{
  self->calls = calls;
  self->images = images;
  self->input_tokens = text;    /* the pictures are added to it */
  self->output_tokens = output;
}

static void
init_score (ScoreRunCost * self, guint describe_batch)
{
  gdouble n = self->samples;
  gdouble calls = 2 + ceil (n / describe_batch);

  set (self, calls, n + MIN (n, MIN (describe_batch, OBJECT_FRAMES)),
      800 * calls + 50 * n, 55 * n);
}

static void
init_topreward (ScoreRunCost * self)
{
  gdouble n = self->samples, calls = MIN (n, PREFIXES);

  set (self, calls, ceil (calls * (n + 1) / 2) + 1, 50 * calls, calls);
}

/* With every sample those before it are shown, and a single one twice. */
static void
init_roboreward (ScoreRunCost * self, gboolean dense)
{
  gdouble n = self->samples;

  if (dense)
    set (self, n, n * (n + 1) / 2 + 1, 180 * n, 3 * n);
  else
    set (self, 1, MAX (n, 2), 180, 3);
}

static void
init_by_method (ScoreRunCost * self, const ScoreRunQuestions * questions)
{
  const gchar *method = questions->method;
  gdouble n = self->samples;

  if (strcmp (method, "score") == 0)
    init_score (self, questions->describe_batch);
  else if (strcmp (method, "gvl") == 0)
    set (self, 1, n + 1 + EXAMPLE_FRAMES * questions->n_examples, 300, 40 * n);
  else if (strcmp (method, "topreward") == 0)
    init_topreward (self);
  else if (strcmp (method, "roboreward") == 0)
    init_roboreward (self, questions->dense);
  else
    set (self, 1, n, 0, 0);
}

void
score_run_cost_init (ScoreRunCost * self, const ScoreRunQuestions * questions,
    const ScoreRunLook * look)
{
  gdouble tokens = get_picture_tokens (questions, look);

  memset (self, 0, sizeof *self);
  sample_video (self, questions, look);
  init_by_method (self, questions);
  /* two frames of a video count as one picture */
  if (questions->as_video)
    tokens /= 2;
  if (strcmp (questions->method, "robometer") != 0)
    self->input_tokens += tokens * self->images;
}

void
score_run_cost_add (ScoreRunCost * self, const ScoreRunCost * other,
    gdouble times)
{
  self->samples += other->samples * times;
  self->outgrown += other->outgrown * times;
  self->calls += other->calls * times;
  self->images += other->images * times;
  self->input_tokens += other->input_tokens * times;
  self->output_tokens += other->output_tokens * times;
}
