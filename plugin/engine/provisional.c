/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/provisional.h"

GST_DEBUG_CATEGORY_STATIC (score_provisional_debug);
#define GST_CAT_DEFAULT score_provisional_debug

struct _ScoreProvisional
{
  const ScoreSetup *setup;
  ScoreCaller *caller;
  GstClockTime interval;
  gdouble success_threshold;
  ScoreProvisionalCallbacks callbacks;
  gpointer user_data;
  gboolean wanted;
  GQueue flights;               /* of Flight */
};

/* A question on its way. */
typedef struct
{
  ScoreFlight base;
  ScoreProvisional *provisional;
  ScoreJudgedUntil before;      /* to go back to where it gave way */
} Flight;

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (score_provisional_debug, "scoreprovisional", 0,
        "provisional results");
    g_once_init_leave (&done, 1);
  }
}

ScoreProvisional *
score_provisional_new (const ScoreSetup * setup, ScoreCaller * caller,
    GstClockTime interval, gdouble success_threshold,
    const ScoreProvisionalCallbacks * callbacks, gpointer user_data)
{
  ScoreProvisional *self = g_new0 (ScoreProvisional, 1);

  init_debug ();
  self->setup = setup;
  self->caller = caller;
  self->interval = interval;
  self->success_threshold = success_threshold;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  g_queue_init (&self->flights);
  return self;
}

void
score_provisional_free (ScoreProvisional * self)
{
  if (self == NULL)
    return;
  g_assert (g_queue_is_empty (&self->flights));
  g_free (self);
}

void
score_provisional_set_wanted (ScoreProvisional * self, gboolean wanted)
{
  self->wanted = wanted;
}

static gboolean
is_open (const ScoreJob * job)
{
  return job->run != NULL && job->error == NULL && !job->silent
      && !score_episode_is_closed (job->episode);
}

static void
give_result (ScoreProvisional * self, ScoreJob * job,
    const ScoreQuestion * question, const ScoreReply * reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result = score_job_make_provisional (job,
      self->setup, score_caller_get_model (self->caller),
      self->success_threshold, question, reply, &error);

  if (result == NULL) {
    GST_INFO ("episode %s: a provisional answer is of no use: %s",
        score_episode_get_id (job->episode), error->message);
    return;
  }
  GST_DEBUG ("episode %s: %g after %u samples",
      score_episode_get_id (job->episode),
      gst_score_result_get_progress (result),
      gst_score_result_get_n_samples (result));
  self->callbacks.judged (job, result, self->user_data);
}

/* What comes for an episode that has ended meanwhile is old news, and is only
 * paid for. */
static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autofree Flight *flight = user_data;
  g_autoptr (ScoreQuestion) question = flight->base.question;
  ScoreProvisional *self = flight->provisional;
  ScoreJob *job = flight->base.job;
  g_autoptr (GError) error = NULL;
  ScoreCallCost cost = { 0, };
  g_autoptr (ScoreReply) reply =
      score_caller_ask_finish (self->caller, result, &cost, &error);

  g_queue_remove (&self->flights, flight);
  score_job_add_cost (job, question->request, &cost, reply);
  if (reply != NULL && is_open (job))
    give_result (self, job, question, reply);
  else if (reply == NULL && g_cancellable_is_cancelled (job->provisional))
    job->judged = flight->before;
  else if (reply == NULL)
    GST_INFO ("episode %s: no provisional answer: %s",
        score_episode_get_id (job->episode), error->message);
  g_clear_object (&job->provisional);
  job->n_asked--;
  self->callbacks.ended (job, self->user_data);
}

/* Until a question is answered @judged is what it was asked about. */
static gboolean
is_due (ScoreProvisional * self, ScoreJob * job, ScoreJudgedUntil * now)
{
  now->known = job->run->method->get_known (job->run, &now->newest);
  if (now->known <= job->judged.known)
    return FALSE;
  return job->judged.known == 0
      || now->newest >= job->judged.newest + self->interval;
}

static void
ask (ScoreProvisional * self, ScoreJob * job, const ScoreJudgedUntil * now)
{
  ScoreQuestion *question = job->run->method->ask_so_far (job->run);
  Flight *flight;

  if (question == NULL)
    return;
  GST_DEBUG ("episode %s: asking what is known of the first %" GST_TIME_FORMAT,
      score_episode_get_id (job->episode), GST_TIME_ARGS (now->newest));
  flight = g_new (Flight, 1);
  flight->provisional = self;
  flight->base.job = job;
  flight->base.question = question;
  flight->before = job->judged;
  g_queue_push_tail (&self->flights, flight);
  job->judged = *now;
  job->provisional = g_cancellable_new ();
  job->n_asked++;
  score_caller_ask_once_async (self->caller, question->request, 0,
      job->provisional, answered_cb, flight);
}

void
score_provisional_look (ScoreProvisional * self, ScoreJob * job)
{
  ScoreJudgedUntil now;

  if (!self->wanted || !is_open (job) || job->provisional != NULL
      || job->run->method->ask_so_far == NULL
      || !score_caller_has_room (self->caller))
    return;
  if (is_due (self, job, &now))
    ask (self, job, &now);
}

void
score_provisional_give_way (ScoreProvisional * self)
{
  for (GList * link = self->flights.head; link != NULL; link = link->next) {
    const Flight *flight = link->data;

    g_cancellable_cancel (flight->base.job->provisional);
  }
}
