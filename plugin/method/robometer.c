/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Robometer (arXiv 2603.02115): a reward model with heads for progress and
 * success, which its own server runs. It was trained and is evaluated on 8 frames
 * of an episode, evenly spaced with the first and the last, with a short side of
 * 240 pixels; the server leaves what it is sent as it is, so all of that is done
 * here. The prompt is the server's. */

#include "method/method.h"

#include <gst/score/gstscoreerror.h>

#include "method/rows.h"
#include "method/select.h"
#include "method/text.h"

/* More is no instruction that one model was trained on. */
#define TASK_SIZE 2000

typedef struct
{
  ScoreRun run;
  ScoreEpisode *episode;
  gchar *task;
  guint max_frames;
  gboolean dense;

  gboolean asked;
  guint *indices;               /* of the samples asked about, once asked */
  guint n;
  gdouble *progress;            /* of each; NULL: not known yet */
  gdouble *success;             /* NULL: the server does not say */
  GError *error;
} Robometer;

/* What the provider makes of every answer. */
static const gchar *const schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"progress\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}},"
    "\"success\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}},"
    "\"required\":[\"progress\"],\"additionalProperties\":false}";

static ScoreRun *
begin (const ScoreMethodSettings * settings, ScoreEpisode * episode)
{
  Robometer *self = g_new0 (Robometer, 1);

  self->run.method = &score_method_robometer;
  self->episode = score_episode_ref (episode);
  self->task = score_text_one_line (score_episode_get_task (episode),
      TASK_SIZE);
  self->max_frames = MAX (settings->max_frames, 2);     /* with both ends */
  self->dense = settings->dense;
  return &self->run;
}

static void
free_run (ScoreRun * run)
{
  Robometer *self = (Robometer *) run;

  g_clear_error (&self->error);
  g_free (self->success);
  g_free (self->progress);
  g_free (self->indices);
  g_free (self->task);
  score_episode_unref (self->episode);
  g_free (self);
}

/* Of an episode with fewer frames all are asked about as they are. The published
 * evaluation repeats the last one until there are 8, because it stacks episodes
 * into batches of one length; here each is asked about alone, and the last frame
 * would only be judged, and paid for, several times. */
static ScoreRequest *
make_request (Robometer * self)
{
  ScoreRequest *request = score_request_new ("progress", NULL);
  g_autoptr (GArray) stills = g_array_new (FALSE, FALSE, sizeof (ScoreStill));

  for (guint i = 0; i < self->n; i++) {
    ScoreStill still = score_rows_get_still (self->episode, self->indices[i]);

    g_array_append_val (stills, still);
  }
  score_request_add_text (request, self->task);
  /* the model knows frames by their order only */
  score_request_add_video (request, (const ScoreStill *) stills->data,
      stills->len, 1.0);
  if (self->dense)
    score_request_set_prefixes (request);
  return request;
}

/* Only of a closed episode: which frames are evenly spaced is not known before,
 * and none comes or goes afterwards. */
static ScoreQuestion *
ask (ScoreRun * run)
{
  Robometer *self = (Robometer *) run;
  guint n_samples = score_episode_get_n_samples (self->episode);

  if (self->asked || n_samples == 0 || !score_episode_is_closed (self->episode))
    return NULL;
  self->asked = TRUE;
  self->indices = g_new (guint, MIN (n_samples, self->max_frames));
  self->n = score_select_even (n_samples, self->max_frames, self->indices);
  return score_question_new (make_request (self), NULL, NULL);
}

/* NULL with an error where the list is not as long as that of the frames. */
static gdouble *
read_numbers (Robometer * self, JsonObject * root, const gchar * name,
    GError ** error)
{
  JsonArray *list = json_object_get_array_member (root, name);
  guint n = json_array_get_length (list);
  gdouble *numbers;

  if (n != self->n) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "the server gave %u values of %s for %u frames", n, name, self->n);
    return NULL;
  }
  numbers = g_new (gdouble, n);
  for (guint i = 0; i < n; i++)
    numbers[i] = json_array_get_double_element (list, i);
  return numbers;
}

static gboolean
take_answer (Robometer * self, const ScoreReply * reply, GError ** error)
{
  g_autoptr (JsonNode) node = score_reply_read (reply, schema, error);
  g_autofree gdouble *progress = NULL;
  g_autofree gdouble *success = NULL;
  JsonObject *root;

  if (node == NULL)
    return FALSE;
  root = json_node_get_object (node);
  progress = read_numbers (self, root, "progress", error);
  if (progress == NULL)
    return FALSE;
  if (json_object_has_member (root, "success")
      && (success = read_numbers (self, root, "success", error)) == NULL)
    return FALSE;
  self->progress = g_steal_pointer (&progress);
  self->success = g_steal_pointer (&success);
  return TRUE;
}

/* The same question would get the same answer, so a bad one is not repaired. */
static gboolean
answer (ScoreRun * run, ScoreQuestion * question, const ScoreReply * reply,
    GError ** error)
{
  Robometer *self = (Robometer *) run;

  if (take_answer (self, reply, &self->error))
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->error);
  return FALSE;
}

static gboolean
is_done (ScoreRun * run)
{
  Robometer *self = (Robometer *) run;

  if (self->error != NULL || self->progress != NULL)
    return TRUE;
  return score_episode_is_closed (self->episode)
      && score_episode_get_n_samples (self->episode) == 0;
}

static gboolean
finish (ScoreRun * run, GstScoreResultBuilder * builder, GError ** error)
{
  Robometer *self = (Robometer *) run;

  if (self->error != NULL) {
    g_propagate_error (error, g_error_copy (self->error));
    return FALSE;
  }
  if (self->progress == NULL) {
    g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "the episode has no frames");
    return FALSE;
  }
  for (guint i = 0; i < self->n; i++) {
    GstScoreSample row;

    score_row_init (&row, score_episode_get_sample (self->episode,
            self->indices[i]), i);
    row.progress = self->progress[i];
    if (self->success != NULL)
      row.success_probability = self->success[i];
    gst_score_result_builder_add_sample (builder, &row);
  }
  return TRUE;
}

static void
describe_failure (ScoreRun * run, GstScoreResultBuilder * builder)
{
  score_rows_add_bare (builder, ((Robometer *) run)->episode);
}

const ScoreMethod score_method_robometer = {
  .nick = "robometer",
  .blurb = "Progress and success of 8 frames from the Robometer model (needs "
      "its own server: provider robometer)",
  .needs = SCORE_ABILITY_CURVE,
  .needs_what = "needs the server of the Robometer model (provider=robometer "
      "and its base-url)",
  .framerate = 10.0,
  .max_frames = 8,
  .oversampling = 8,
  .short_side = 240,
  .begin = begin,
  .free = free_run,
  .ask = ask,
  .answer = answer,
  .is_done = is_done,
  .finish = finish,
  .describe_failure = describe_failure,
};
