/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-answer.h"
#include "sim-describe.h"
#include "sim-chances.h"
#include "sim-judge.h"
#include "sim-rate.h"
#include "sim-schema.h"
#include "sim-usage.h"

#include <math.h>
#include <string.h>

void
sim_answer_clear (SimAnswer * self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->chances, g_ptr_array_unref);
}

static const SimPicture *
get_picture (const SimRequest * request, guint index)
{
  return &g_array_index (request->pictures, SimPicture, index);
}

static SimThings
find_visible (const SimRequest * request)
{
  SimThings visible = 0;

  for (guint i = 0; i < request->pictures->len; i++) {
    const SimScene *scene = &get_picture (request, i)->scene;

    for (gint j = 0; j < SIM_N_THINGS; j++) {
      if (scene->things[j].seen)
        visible |= SIM_BIT (j);
    }
  }
  return visible;
}

static gchar *
answer_objects (const SimRequest * request)
{
  g_autofree gchar *task = sim_request_line (request, "Task");
  SimThings wanted = task ? sim_things_in_text (task) : 0;
  JsonArray *names = json_array_new ();
  JsonObject *object = json_object_new ();

  wanted &= find_visible (request);
  for (gint i = 0; i < SIM_N_THINGS; i++) {
    if (wanted & SIM_BIT (i))
      json_array_add_string_element (names, sim_thing_name (i));
  }
  json_object_set_array_member (object, "objects", names);
  return sim_json_print (object);
}

/* The objects that the question lists; without such a list, those of the task. */
static void
read_named (const SimRequest * request, SimDescribing * describing)
{
  g_autofree gchar *named = sim_request_line (request, "Objects");

  if (named == NULL)
    named = sim_request_line (request, "Task");
  describing->item = describing->container = SIM_NOTHING;
  if (named == NULL)
    return;
  describing->item = sim_item_in_text (named);
  describing->container = sim_container_in_text (named);
}

static gchar *
answer_describe (const SimRequest * request, SimDescribing * describing,
    SimRandom * random)
{
  JsonArray *frames = json_array_new ();
  JsonObject *object = json_object_new ();

  read_named (request, describing);
  for (guint i = 0; i < request->pictures->len; i++) {
    const SimPicture *picture = get_picture (request, i);
    g_autofree gchar *text = sim_describe (describing, &picture->scene, random);
    JsonObject *frame = json_object_new ();

    json_object_set_int_member (frame, "frame", picture->frame);
    json_object_set_string_member (frame, "description", text);
    json_array_add_object_element (frames, frame);
  }
  json_object_set_array_member (object, "frames", frames);
  return sim_json_print (object);
}

/* Frames can be listed in any order; they are judged in that of their numbers
 * and, when one is listed twice, by the last line. */
static gint
compare_lines (gconstpointer a, gconstpointer b)
{
  const SimFrameLine *first = a, *second = b;

  return first->frame < second->frame ? -1 : first->frame > second->frame;
}

static GArray *
judge_lines (const SimRequest * request, GArray * lines)
{
  g_autofree gchar *task = sim_request_line (request, "Task");
  g_autofree const gchar **descriptions =
      g_new0 (const gchar *, lines->len + 1);

  for (guint i = 0; i < lines->len; i++)
    descriptions[i] = g_array_index (lines, SimFrameLine, i).description;
  return sim_judge (sim_item_in_text (task ? task : ""),
      sim_container_in_text (task ? task : ""), descriptions, lines->len);
}

static JsonArray *
list_verdicts (GArray * lines, GArray * verdicts)
{
  JsonArray *frames = json_array_new ();

  for (guint i = 0; i < lines->len; i++) {
    const SimVerdict *verdict = &g_array_index (verdicts, SimVerdict, i);
    guint number = g_array_index (lines, SimFrameLine, i).frame;
    JsonObject *frame;

    if (i + 1 < lines->len
        && g_array_index (lines, SimFrameLine, i + 1).frame == number)
      continue;
    frame = json_object_new ();
    json_object_set_int_member (frame, "frame", number);
    json_object_set_string_member (frame, "reason", verdict->reason);
    json_object_set_double_member (frame, "progress",
        round (verdict->progress * 1000) / 1000);
    json_array_add_object_element (frames, frame);
  }
  return frames;
}

static gchar *
answer_progress (const SimRequest * request)
{
  g_autofree gchar *task = sim_request_line (request, "Task");
  g_autoptr (GArray) lines = sim_request_frame_lines (request);
  g_autoptr (GArray) verdicts = NULL;
  g_autofree gchar *state = NULL;
  JsonObject *object = json_object_new ();

  g_array_sort (lines, compare_lines);
  verdicts = judge_lines (request, lines);
  state = sim_judge_completion_state (sim_item_in_text (task ? task : ""),
      sim_container_in_text (task ? task : ""));
  json_object_set_string_member (object, "completion_state", state);
  json_object_set_array_member (object, "frames",
      list_verdicts (lines, verdicts));
  return sim_json_print (object);
}

static gchar *
answer_text (const SimRequest * request)
{
  if (request->pictures->len == 0)
    return g_strdup ("I see no picture, and I can only say what I see.");
  return sim_describe_all (&get_picture (request,
          request->pictures->len - 1)->scene);
}

static gchar *
answer_other (const SimRequest * request)
{
  g_autoptr (JsonNode) blank = NULL;
  g_autofree gchar *sentence = NULL;
  JsonObject *object;

  if (request->schema) {
    blank = sim_schema_blank (json_node_get_object (request->schema));
    return json_to_string (blank, FALSE);
  }
  sentence = answer_text (request);
  object = json_object_new ();
  json_object_set_string_member (object, "answer", sentence);
  return sim_json_print (object);
}

static SimRater *
new_rater (const SimRequest * request, const SimDescribing * eyes,
    SimRandom * random)
{
  g_autofree gchar *task = sim_request_task (request);

  return sim_rater_new (task, request->pictures, eyes, random);
}

/* "True" or "False", whichever is the more likely, and how likely each is. */
static void
answer_truth (const SimConfig * config, const SimRequest * request,
    const SimDescribing * eyes, SimRandom * random, SimAnswer * answer)
{
  g_autofree gchar *task = sim_request_task (request);
  g_autoptr (SimRater) rater = new_rater (request, eyes, random);
  gdouble odds = sim_chances_odds (sim_rater_last (rater, NULL,
          request->pictures->len));

  GArray *chances;

  odds += sim_chances_offset (config->seed, task, config->logprob_offset);
  chances = sim_chances_make (odds, request->open_ended);
  answer->text = g_strdup (g_array_index (chances, SimChance, 0).token);
  answer->chances = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_array_unref);
  g_ptr_array_add (answer->chances, chances);
}

static void
answer_by_stage (const SimConfig * config, SimRequest * request,
    SimDescribing * eyes, SimRandom * random, SimAnswer * answer)
{
  g_autoptr (SimRater) rater = NULL;

  switch (answer->stage) {
    case SIM_STAGE_OBJECTS:
      answer->text = answer_objects (request);
      break;
    case SIM_STAGE_DESCRIBE:
      answer->text = answer_describe (request, eyes, random);
      break;
    case SIM_STAGE_PROGRESS:
      answer->text = answer_progress (request);
      break;
    case SIM_STAGE_FRAMES:
      rater = new_rater (request, eyes, random);
      answer->text = sim_rate_frames (rater, request);
      break;
    case SIM_STAGE_TRUTH:
      answer_truth (config, request, eyes, random, answer);
      break;
    case SIM_STAGE_RUBRIC:
      rater = new_rater (request, eyes, random);
      answer->text = g_strdup_printf ("ANSWER: %u", sim_rate_rubric (rater));
      break;
    case SIM_STAGE_TEXT:
      answer->text = answer_text (request);
      break;
    case SIM_STAGE_OTHER:
    default:
      answer->text = answer_other (request);
      break;
  }
}

static void
count_tokens (const SimRequest * request, SimAnswer * answer)
{
  answer->text_tokens =
      sim_usage_text (request->system->len + request->text->len);
  for (guint i = 0; i < request->pictures->len; i++) {
    const SimPicture *picture = get_picture (request, i);

    answer->picture_tokens += picture->tokens;
    if (picture->video)
      answer->video_tokens += picture->tokens;
  }
  /* One word is one token, however long. */
  if (request->max_tokens > 0 && answer->stage != SIM_STAGE_TRUTH) {
    gsize size = sim_usage_cut (answer->text, request->max_tokens);

    answer->cut = size < strlen (answer->text);
    answer->text[size] = '\0';
  }
  answer->answer_tokens = answer->stage == SIM_STAGE_TRUTH ? 1
      : sim_usage_text (strlen (answer->text));
}

void
sim_answer (const SimConfig * config, const SimModel * model,
    SimRequest * request, SimAnswer * answer)
{
  SimDescribing describing = {
    .noise = model->noise >= 0 ? model->noise : config->noise,
    .hallucinate = config->hallucinate
  };
  SimRandom random;

  *answer = (SimAnswer) {
  0};
  sim_random_init (&random, sim_hash (config->seed, &request->hash,
          sizeof request->hash));
  answer->stage = sim_request_stage (request);
  answer_by_stage (config, request, &describing, &random, answer);
  count_tokens (request, answer);
  if (!request->want_chances)
    g_clear_pointer (&answer->chances, g_ptr_array_unref);
  else if (answer->chances == NULL)
    answer->chances = sim_chances_certain (answer->text);
}
