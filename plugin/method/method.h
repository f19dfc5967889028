/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresultbuilder.h>

#include "media/episode.h"
#include "method/prompts.h"
#include "vlm/reply.h"
#include "vlm/request.h"

G_BEGIN_DECLS

typedef struct _ScoreMethod ScoreMethod;
typedef struct _ScoreRun ScoreRun;
typedef struct _ScoreQuestion ScoreQuestion;

/* How log-probabilities become progress. */
typedef enum
{
  SCORE_NORMALIZE_MINMAX,       /* from 0 at the episode's least to 1 at its greatest */
  SCORE_NORMALIZE_PROB,         /* the probability */
  SCORE_NORMALIZE_RAW,          /* the same, meant to be read with the samples' raw values */
} ScoreNormalize;

/* An episode whose progress is known, to be shown as an example. */
typedef struct
{
  gchar *task;
  GArray *pictures;             /* of ScoreStill, in order of time */
  GArray *progress;             /* of gdouble, 0 to 1, one a picture */
} ScoreExample;

/* Several of them; owned by whoever read them, outlives every run. */
typedef struct
{
  GPtrArray *list;              /* of ScoreExample */
} ScoreExamples;

/* What a method is begun with; copied where it is kept. */
typedef struct
{
  ScorePrompts *prompts;
  guint describe_batch;         /* samples a describe question */
  const gchar *const *objects;  /* from the object cache; NULL: ask */
  guint max_frames;             /* frames to be judged, see ScoreMethod */
  gboolean dense;               /* roboreward, robometer: every beginning by itself */
  gboolean chat_template;       /* topreward: with the server's chat template */
  ScoreNormalize normalize;     /* topreward */
  const ScoreExamples *examples;        /* gvl: NULL for none */
} ScoreMethodSettings;

/* A request under way. The method makes it, the engine carries it to the model
 * and back, and frees it after the answer. */
struct _ScoreQuestion
{
  ScoreRequest *request;
  gpointer tag;                 /* the method's own */
  GDestroyNotify tag_free;
};

ScoreQuestion *score_question_new (ScoreRequest * request, gpointer tag, GDestroyNotify tag_free);      /* takes the request */
void score_question_free (ScoreQuestion * question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreQuestion, score_question_free)

/* How answers become progress. Pure: no I/O, no clock, no thread. Adding one is
 * a file and a line in method.c.
 *
 * A run is begun when the episode has a task, looks at the episode whenever it
 * is asked (samples come and go while it is open), and never waits. */
struct _ScoreMethod
{
  const gchar *nick;            /* value of the property */
  const gchar *blurb;           /* one line: what it does and needs */
  ScoreAbilities needs;         /* of the provider */
  const gchar *needs_what;      /* the same in words: "needs ..." */
  gdouble framerate;            /* finest rate of samples, a second, unless the user set one */
  guint max_frames;             /* to be judged, unless the user set it */
  /* An episode keeps so many times max_frames of samples, among which a method
   * that wants max_frames evenly spaced ones chooses at the end; 0 is 1. */
  guint oversampling;
  guint short_side;             /* of the pictures, in pixels, where image-size allows more; 0: no matter */

  ScoreRun *(*begin) (const ScoreMethodSettings * settings, ScoreEpisode * episode);
  void (*free) (ScoreRun * run);

  /* The next question that can be asked now, or NULL. Called until it gives
   * NULL, after begin and after each change of the episode and each answer. */
  ScoreQuestion *(*ask) (ScoreRun * run);
  /* An answer came. FALSE: the episode has failed. A method that wants a bad
   * answer repaired keeps the corrected question for the next ask. */
  gboolean (*answer) (ScoreRun * run, ScoreQuestion * question,
      const ScoreReply * reply, GError ** error);
  /* TRUE once the episode is closed, or has failed, and nothing is left to ask
   * or to wait for. Questions still in the air are then of no use (they are
   * about dropped samples): the engine may cancel them. */
  gboolean (*is_done) (ScoreRun * run);
  /* Adds samples (with progress), objects, completion state and notes. */
  gboolean (*finish) (ScoreRun * run, GstScoreResultBuilder * builder, GError ** error);
  /* For provisional results, of an open episode; all three NULL where the method
   * judges whole episodes only.
   * How much is known by now: grows with what can be judged, 0 is nothing.
   * @newest: the time of the newest sample that can be, since the first one. */
  guint (*get_known) (ScoreRun * run, GstClockTime * newest);
  /* The question by which that is judged, or NULL. Nothing but its answer comes
   * of it: what is asked for the final result stays as it is. */
  ScoreQuestion *(*ask_so_far) (ScoreRun * run);
  /* Adds what the answer says, as finish does. FALSE: it is of no use. */
  gboolean (*judge_so_far) (ScoreRun * run, const ScoreQuestion * question,
      const ScoreReply * reply, GstScoreResultBuilder * builder, GError ** error);
  /* What is known of a failed episode: samples without progress, objects. */
  void (*describe_failure) (ScoreRun * run, GstScoreResultBuilder * builder);
  /* Objects worth keeping for the next episode of this task, or NULL. Borrowed.
   * NULL for a method that knows no objects. */
  const gchar *const *(*get_objects) (ScoreRun * run);
};

/* First member of every method's own struct. */
struct _ScoreRun
{
  const ScoreMethod *method;
};

extern const ScoreMethod score_method_gvl;
extern const ScoreMethod score_method_roboreward;
extern const ScoreMethod score_method_score;
extern const ScoreMethod score_method_robometer;
extern const ScoreMethod score_method_topreward;

/* For a run that has failed: keeps the first @problem it is told of (takes it; NULL:
 * none is new) in @kept, and gives a copy of that one. Always FALSE. */
gboolean score_method_fail (GError ** kept, GError * problem, GError ** error);

/* NULL-terminated table of all methods. */
const ScoreMethod *const *score_method_list (void);
const ScoreMethod *score_method_find (const gchar * nick);

G_END_DECLS
