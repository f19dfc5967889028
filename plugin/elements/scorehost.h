/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

#include "elements/scoreproperties.h"
#include "elements/scorerecorder.h"

G_BEGIN_DECLS

/* What the elements that score have in common, embedded in the instance: the
 * shared properties, engine and recorder from start to stop, messages, stats,
 * the signals episode-scored, episode-progress, start-episode and end-episode. */
typedef struct _GstScoreHost GstScoreHost;

struct _GstScoreHost
{
  GstElement *element;

  /* Protected by the element's object lock. */
  ScoreSettings *settings;      /* what the user set */
  GstStructure *last_stats;     /* of the last run, once it is over; or NULL */
  GstScoreRecorder *recorder;   /* NULL while stopped; set in start and stop */
  /* As well; while streaming it does not change and needs no lock. */
  ScoreEngine *engine;

  /* Set in start, when nothing streams. */
  gboolean fail_on_error;
  gint64 drain_timeout;         /* microseconds, -1: none */
};

typedef struct
{
  /* The episode with this number has its result, or a provisional one: on the
   * engine's thread, after the message and before the signal. No lock is held.
   * May be NULL. */
  void (*scored) (GstElement * element, guint64 episode, GstScoreResult * result);
  /* The application marked a boundary, by a signal or by sending the event: a
   * custom event that says so, to be taken. May be NULL. */
  void (*marked) (GstElement * element, GstEvent * event);
  /* Adds to the stats of a run. May be NULL. */
  void (*add_stats) (GstElement * element, GstStructure * stats);
} GstScoreHostFuncs;

/* In class_init: shared properties, "stats" and the signals. @offset: of the
 * GstScoreHost in the instance. */
void gst_score_host_install (GstElementClass * klass, gsize offset, const GstScoreHostFuncs * funcs);

void gst_score_host_init (GstScoreHost * host, GstElement * element);
void gst_score_host_clear (GstScoreHost * host);

/* FALSE where @id is none of the shared ones. Take the object lock. */
gboolean gst_score_host_set_property (GstScoreHost * host, guint id, const GValue * value);
gboolean gst_score_host_get_property (GstScoreHost * host, guint id, GValue * value);

/* READY to PAUSED and back. Start posts its error. */
gboolean gst_score_host_start (GstScoreHost * host);
/* From start on, whether provisional results are wanted. Where they are and the
 * method has none, a warning says so if it is to @complain. A query may come to
 * this while the element stops: nothing happens then. */
void gst_score_host_set_provisional (GstScoreHost * host, gboolean wanted, gboolean complain);
void gst_score_host_stop (GstScoreHost * host);

/* For the application's threads; NULL while stopped. */
GstScoreRecorder *gst_score_host_ref_recorder (GstScoreHost * host);
/* Episode boundaries may be sent to the element by the application; FALSE where
 * @event, which is not taken, is none. */
gboolean gst_score_host_send_event (GstScoreHost * host, GstEvent * event);
/* FALSE, with a warning, for the engine's own thread, which cannot wait for its
 * own end. Asked before the state lock is taken, which the thread that waits may
 * hold. */
gboolean gst_score_host_may_set_state (GstScoreHost * host);

G_END_DECLS
