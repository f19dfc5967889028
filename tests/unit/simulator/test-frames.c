/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shuffled frames, as GVL asks about them. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "body.h"
#include "client.h"

#include <math.h>
#include <string.h>

#define N_MOMENTS 8
#define TASK "Task: put the banana in the bowl\n"
#define SCHEMA(frame, value, type) "{\"type\":\"object\",\"properties\":{" \
  "\"frames\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
  "\"properties\":{\"" frame "\":{\"type\":\"integer\"},\"description\":{" \
  "\"type\":\"string\"},\"" value "\":{\"type\":\"" type "\"}},\"required\":[\"" \
  frame "\",\"description\",\"" value "\"],\"additionalProperties\":false}}}," \
  "\"required\":[\"frames\"],\"additionalProperties\":false}"
#define PERCENT SCHEMA ("frame", "task_completion_percentage", "number")

static Simulator simulator;
static GBytes *moments[N_MOMENTS];
/* Shown k-th is the moment order[k]. */
static const guint order[N_MOMENTS] = { 5, 0, 7, 2, 6, 1, 3, 4 };

static void
add_opening (Body * body)
{
  body_text (body, TASK "Completion is a whole number from 0 to 100.\n\n"
      "Initial robot scene:");
  body_picture (body, moments[0]);
  body_text (body, "The picture above shows the initial robot scene, at a task"
      " completion percentage of 0.\n\n" TASK "\nJudge each frame below.");
}

static void
add_frames (Body * body)
{
  for (guint i = 0; i < N_MOMENTS; i++) {
    g_autofree gchar *label = g_strdup_printf ("Frame %u:", i + 1);

    body_text (body, label);
    body_picture (body, moments[order[i]]);
  }
}

static gchar *
ask (gboolean gemini, const gchar * schema)
{
  g_autofree gchar *format = openai_schema (schema);
  g_autofree gchar *members = g_strdup_printf (gemini ?
      "\"responseMimeType\":\"application/json\",\"responseJsonSchema\":%s" :
      "\"response_format\":%s", gemini ? schema : format);
  Body body;

  body_begin (&body, gemini);
  add_opening (&body);
  add_frames (&body);
  return body_end (&body, members);
}

/* In the order of time, from a list that has every frame once. */
static void
read_values (JsonArray * frames, const gchar * frame, const gchar * value,
    gdouble * values)
{
  g_assert_cmpuint (json_array_get_length (frames), ==, N_MOMENTS);
  for (guint i = 0; i < N_MOMENTS; i++) {
    JsonObject *object = sim_json_element (frames, i);
    gint64 number = json_object_get_int_member (object, frame);

    g_assert_cmpint (number, ==, i + 1);
    values[order[i]] = json_object_get_double_member (object, value);
  }
}

static void
assert_rising (const gdouble * values, gdouble scale)
{
  for (guint i = 0; i < N_MOMENTS; i++) {
    g_test_message ("%u: %g", i, values[i]);
    g_assert_cmpfloat (values[i], >=, i > 0 ? values[i - 1] : 0);
  }
  g_assert_cmpfloat (values[0], <, 0.05 * scale);
  g_assert_cmpfloat (values[N_MOMENTS - 1], ==, scale);
}

static void
assert_answer (gboolean gemini, const gchar * schema, const gchar * frame,
    const gchar * value, gdouble scale)
{
  g_autofree gchar *body = ask (gemini, schema);
  g_autoptr (JsonNode) answer = NULL;
  g_auto (Reply) reply = { 0 };
  gdouble values[N_MOMENTS];

  simulator_post (&simulator, gemini ? GEMINI_PATH : OPENAI_PATH, body, &reply);
  answer = reply_json (&reply);
  read_values (sim_json_array (json_node_get_object (answer), "frames"), frame,
      value, values);
  assert_rising (values, scale);
}

static void
test_by_the_schema (void)
{
  assert_answer (FALSE, PERCENT, "frame", "task_completion_percentage", 100);
  assert_answer (TRUE, PERCENT, "frame", "task_completion_percentage", 100);
  assert_answer (FALSE, SCHEMA ("frame_number", "completion", "integer"),
      "frame_number", "completion", 100);
  assert_answer (FALSE, SCHEMA ("frame", "progress", "number"), "frame",
      "progress", 1);
}

static void
test_descriptions (void)
{
  g_autofree gchar *body = ask (FALSE, PERCENT);
  g_autoptr (JsonNode) answer = NULL;
  g_auto (Reply) reply = { 0 };
  JsonArray *frames;

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  answer = reply_json (&reply);
  frames = sim_json_array (json_node_get_object (answer), "frames");
  g_assert_nonnull (strstr (sim_json_string (sim_json_element (frames, 2),
              "description"), "in the bowl"));
  g_assert_nonnull (strstr (sim_json_string (sim_json_element (frames, 1),
              "description"), "on the table"));
}

/* Without a schema, the list that the published prompt shows. */
static void
test_by_the_published_prompt (void)
{
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_auto (Reply) reply = { 0 };
  gdouble values[N_MOMENTS];
  Body body;

  body_begin (&body, FALSE);
  add_opening (&body);
  body_text (&body, "Answer as [{\"frame_number\": i, \"frame_description\":"
      " \"...\", \"task_completion_percentage\": 0-100}]");
  add_frames (&body);
  text = body_end (&body, NULL);
  simulator_post (&simulator, OPENAI_PATH, text, &reply);
  answer = json_from_string (reply_text (&reply), NULL);
  g_assert_nonnull (answer);
  read_values (json_node_get_array (answer), "frame_number",
      "task_completion_percentage", values);
  assert_rising (values, 100);
}

static void
test_schema_in_the_text (void)
{
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_auto (Reply) reply = { 0 };
  gdouble values[N_MOMENTS];
  Body body;

  body_begin (&body, FALSE);
  add_opening (&body);
  add_frames (&body);
  body_text (&body, "Answer with JSON that follows this schema:\n" PERCENT);
  text = body_end (&body, NULL);
  simulator_post (&simulator, OPENAI_PATH, text, &reply);
  answer = reply_json (&reply);
  read_values (sim_json_array (json_node_get_object (answer), "frames"),
      "frame", "task_completion_percentage", values);
  assert_rising (values, 100);
}

static JsonArray *
get_frames (const Reply * reply, JsonNode ** answer)
{
  *answer = reply_json (reply);
  return sim_json_array (json_node_get_object (*answer), "frames");
}

static void
add_labelled (Body * body, const gchar * before, guint moment,
    const gchar * after)
{
  body_text (body, before);
  body_picture (body, moments[moment]);
  if (after)
    body_text (body, after);
}

/* However the known percentage is told, it is not told back. */
static void
test_examples_are_not_judged (void)
{
  g_autofree gchar *format = openai_schema (PERCENT);
  g_autofree gchar *members =
      g_strdup_printf ("\"response_format\":%s", format);
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_auto (Reply) reply = { 0 };
  JsonArray *frames;
  Body body;

  body_begin (&body, FALSE);
  add_opening (&body);
  add_labelled (&body, "Frame 1:", 4, "Task Completion Percentage: 40%");
  add_labelled (&body, "Frame 2:", 6, "Task completion percentage: 62.5 %\n"
      "Frame 3:");
  body_picture (&body, moments[3]);
  body_text (&body, "progress: 30");
  add_labelled (&body, "Example 4 (task completion percentage: 10):", 2, NULL);
  add_labelled (&body, "Frame 5 (task completion percentage: 10%):", 2, NULL);
  add_labelled (&body, "Frame 6:", 7, NULL);
  add_labelled (&body, "Frame 7:", 0, "Percentages go from 0% to 100%.");
  text = body_end (&body, members);
  simulator_post (&simulator, OPENAI_PATH, text, &reply);
  frames = get_frames (&reply, &answer);
  g_assert_cmpuint (json_array_get_length (frames), ==, 2);
  g_assert_cmpint (json_object_get_int_member (sim_json_element (frames, 0),
          "frame"), ==, 6);
  g_assert_cmpint (json_object_get_int_member (sim_json_element (frames, 0),
          "task_completion_percentage"), ==, 100);
  g_assert_cmpint (json_object_get_int_member (sim_json_element (frames, 1),
          "frame"), ==, 7);
}

/* A frame is what it is, whatever is shown beside it. */
static void
test_each_by_itself (void)
{
  for (guint moment = 0; moment < N_MOMENTS; moment++) {
    g_autofree gchar *format = openai_schema (PERCENT);
    g_autofree gchar *members =
        g_strdup_printf ("\"response_format\":%s", format);
    g_autofree gchar *all = ask (FALSE, PERCENT), *text = NULL;
    g_autoptr (JsonNode) alone = NULL, beside = NULL;
    g_auto (Reply) one = { 0 };
    g_auto (Reply) many = { 0 };
    gdouble values[N_MOMENTS];
    JsonArray *frames;
    Body body;

    body_begin (&body, FALSE);
    body_text (&body, TASK "Frame 1:");
    body_picture (&body, moments[moment]);
    text = body_end (&body, members);
    simulator_post (&simulator, OPENAI_PATH, text, &one);
    simulator_post (&simulator, OPENAI_PATH, all, &many);
    frames = get_frames (&one, &alone);
    g_assert_cmpuint (json_array_get_length (frames), ==, 1);
    read_values (get_frames (&many, &beside), "frame",
        "task_completion_percentage", values);
    g_assert_cmpfloat (json_object_get_double_member (sim_json_element (frames,
                0), "task_completion_percentage"), ==, values[moment]);
  }
}

/* Nothing spreads the values: a still picture stays where it is. */
static void
test_a_still_video (void)
{
  g_autofree gchar *format = openai_schema (PERCENT);
  g_autofree gchar *members =
      g_strdup_printf ("\"response_format\":%s", format);
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_auto (Reply) reply = { 0 };
  JsonArray *frames;
  Body body;

  body_begin (&body, FALSE);
  add_opening (&body);
  for (guint i = 0; i < 5; i++) {
    g_autofree gchar *label = g_strdup_printf ("Frame %u:", i + 1);

    add_labelled (&body, label, 0, NULL);
  }
  text = body_end (&body, members);
  simulator_post (&simulator, OPENAI_PATH, text, &reply);
  frames = get_frames (&reply, &answer);
  g_assert_cmpuint (json_array_get_length (frames), ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (json_object_get_int_member (sim_json_element (frames, i),
            "task_completion_percentage"), ==,
        json_object_get_int_member (sim_json_element (frames, 0),
            "task_completion_percentage"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  simulator_start (&simulator, NULL);
  for (guint i = 0; i < N_MOMENTS; i++)
    moments[i] = paint_moment (i / (N_MOMENTS - 1.0));
  g_test_add_func ("/frames/by-the-schema", test_by_the_schema);
  g_test_add_func ("/frames/descriptions", test_descriptions);
  g_test_add_func ("/frames/by-the-published-prompt",
      test_by_the_published_prompt);
  g_test_add_func ("/frames/schema-in-the-text", test_schema_in_the_text);
  g_test_add_func ("/frames/examples-are-not-judged",
      test_examples_are_not_judged);
  g_test_add_func ("/frames/each-by-itself", test_each_by_itself);
  g_test_add_func ("/frames/a-still-video", test_a_still_video);
  status = g_test_run ();
  simulator_stop (&simulator);
  for (guint i = 0; i < N_MOMENTS; i++)
    g_bytes_unref (moments[i]);
  return status;
}
