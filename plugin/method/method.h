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

/* What a method is begun with; copied where it is kept. */
typedef struct
{
  ScorePrompts *prompts;
  guint describe_batch;         /* samples a describe question */
  const gchar *const *objects;  /* from the object cache; NULL: ask */
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
  gdouble framerate;            /* finest rate of samples, a second, unless the user set one */
  guint max_frames;             /* unless the user set it */

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
  /* What is known of a failed episode: samples without progress, objects. */
  void (*describe_failure) (ScoreRun * run, GstScoreResultBuilder * builder);
  /* Objects worth keeping for the next episode of this task, or NULL. Borrowed. */
  const gchar *const *(*get_objects) (ScoreRun * run);
};

/* First member of every method's own struct. */
struct _ScoreRun
{
  const ScoreMethod *method;
};

extern const ScoreMethod score_method_score;

/* NULL-terminated table of all methods. */
const ScoreMethod *const *score_method_list (void);
const ScoreMethod *score_method_find (const gchar * nick);

G_END_DECLS
