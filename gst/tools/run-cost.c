/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The figures are those of docs/methods.md, "Side by side". */

#include "run-cost.h"

#include <math.h>
#include <string.h>

#define DEFAULT_FRAMERATE 30.0  /* of a video that does not say */
#define TOLERANCE .002          /* of the sampler, seconds */
#define OVERSAMPLING 8          /* of methods that choose at the end */
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
    const ScoreRunOrigin * origin)
{
  memset (self, 0, sizeof *self);
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

/* As the sampler does it: what is not a step from the one before goes. */
static guint
thin (gdouble * times, guint n, gdouble step)
{
  guint kept = 1;

  for (guint i = 1; i < n; i++) {
    if (times[i] - times[kept - 1] >= step - TOLERANCE)
      times[kept++] = times[i];
  }
  return kept;
}

/* The samples of an episode as they come. */
typedef struct
{
  guint n;                      /* that are left at the end */
  guint n_thinned;              /* how often some were dropped */
  guint n_taken;                /* dropped ones, too */
  gdouble n_shown;              /* where each is shown with those before it */
} Sampling;

static void
take (Sampling * self, guint n)
{
  self->n = n;
  self->n_taken++;
  self->n_shown += MAX (n, 2);
}

/* The first frame, the first one in every step, and the last. One that makes others
 * go is asked about when they have gone. */
static void
sample (Sampling * self, gdouble last, gdouble framerate, gdouble step,
    guint max)
{
  g_autofree gdouble *times = g_new0 (gdouble, max + 1);
  gdouble next = 0;

  while (next <= last + 1e-6) {
    times[self->n++] = next;
    self->n_thinned += self->n > max - 1;
    while (self->n > max - 1 && self->n > 1) {
      step *= 2;
      self->n = thin (times, self->n, step);
    }
    /* unless it is itself among the dropped */
    if (times[self->n - 1] >= next)
      take (self, self->n);
    next = ceil ((times[self->n - 1] + MAX (step - TOLERANCE, step / 2))
        * framerate - 1e-6) / framerate;
  }
  if (times[self->n - 1] + 1e-6 < last)
    take (self, self->n + 1);
}

static gboolean
chooses (const ScoreRunQuestions * self)
{
  return strcmp (self->method, "gvl") == 0
      || strcmp (self->method, "robometer") == 0;
}

static void
sample_video (Sampling * self, const ScoreRunQuestions * questions,
    const ScoreRunLook * look)
{
  gdouble framerate = look->framerate > 0 ? look->framerate : DEFAULT_FRAMERATE;
  guint max = questions->max_frames * (chooses (questions) ? OVERSAMPLING : 1);
  gdouble last;

  if (!GST_CLOCK_TIME_IS_VALID (look->duration) || questions->framerate <= 0) {
    while (self->n < questions->max_frames)
      take (self, self->n + 1);
    return;
  }
  last = (gdouble) look->duration / GST_SECOND - 1.0 / framerate;
  sample (self, MAX (last, 0), framerate, 1.0 / questions->framerate, max);
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

/* When samples are dropped, all beginnings but the first are asked about anew. */
static void
init_topreward (ScoreRunCost * self, guint max_frames, guint n_thinned)
{
  gdouble n = self->samples, lengths = MIN (n, PREFIXES);
  gdouble in_vain = MIN (max_frames, PREFIXES) - 1;
  gdouble calls = lengths + n_thinned * in_vain;

  set (self, calls, ceil (lengths * (n + 1) / 2) + 1
      + n_thinned * in_vain * max_frames / 2, 50 * calls, calls);
}

static void
init_by_method (ScoreRunCost * self, const ScoreRunQuestions * questions,
    const Sampling * sampling)
{
  const gchar *method = questions->method;
  gdouble n = self->samples;

  if (strcmp (method, "score") == 0)
    init_score (self, questions->describe_batch);
  else if (strcmp (method, "gvl") == 0)
    set (self, 1, n + 1 + EXAMPLE_FRAMES * questions->n_examples, 300, 40 * n);
  else if (strcmp (method, "topreward") == 0)
    init_topreward (self, questions->max_frames, sampling->n_thinned);
  else if (strcmp (method, "roboreward") != 0)
    set (self, 1, n, 0, 0);
  else if (questions->dense)
    set (self, sampling->n_taken, sampling->n_shown, 180 * sampling->n_taken,
        3 * sampling->n_taken);
  else
    set (self, 1, MAX (n, 2), 180, 3);
}

void
score_run_cost_init (ScoreRunCost * self, const ScoreRunQuestions * questions,
    const ScoreRunLook * look)
{
  gdouble tokens = get_picture_tokens (questions, look);
  Sampling sampling = { 0 };

  sample_video (&sampling, questions, look);
  self->samples = MIN (sampling.n, questions->max_frames);
  self->outgrown = sampling.n_thinned > 0 ? 1 : 0;
  init_by_method (self, questions, &sampling);
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
