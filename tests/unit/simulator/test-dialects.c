/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole questions to the running program, in both dialects. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client.h"
#include "paint.h"

#include <string.h>

#define TASK "Task: put the banana in the bowl\n"
#define N_FRAMES 3

static Simulator simulator;
static GBytes *frames[N_FRAMES];

static void
assert_objects (const Reply * reply)
{
  g_autoptr (JsonNode) node = reply_json (reply);
  g_autofree gchar *text = json_to_string (node, FALSE);

  g_assert_cmpstr (text, ==, "{\"objects\":[\"banana\",\"bowl\"]}");
}

static void
test_openai_objects (void)
{
  g_autofree gchar *format = openai_schema (SCHEMA_OBJECTS);
  g_autofree gchar *body = openai_body (frames, N_FRAMES, TASK, format);
  g_auto (Reply) reply = { 0 };
  JsonObject *root, *usage, *choice;

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  assert_objects (&reply);
  root = reply_object (&reply);
  usage = sim_json_object (root, "usage");
  choice = sim_json_element (sim_json_array (root, "choices"), 0);
  g_assert_true (g_str_has_prefix (sim_json_string (root, "id"), "chatcmpl-"));
  g_assert_cmpstr (sim_json_string (root, "object"), ==, "chat.completion");
  g_assert_cmpstr (sim_json_string (root, "model"), ==, "toy-simulator");
  g_assert_cmpstr (sim_json_string (choice, "finish_reason"), ==, "stop");
  g_assert_cmpint (json_object_get_int_member (sim_json_object (usage,
              "prompt_tokens_details"), "image_tokens"), ==, 3 * 16 * 9);
  g_assert_cmpint (json_object_get_int_member (usage, "total_tokens"), ==,
      json_object_get_int_member (usage, "prompt_tokens") +
      json_object_get_int_member (usage, "completion_tokens"));
}

static void
test_gemini_objects (void)
{
  g_autofree gchar *body = gemini_body (frames, N_FRAMES, TASK,
      SCHEMA_OBJECTS);
  g_auto (Reply) reply = { 0 };
  JsonObject *root, *usage, *candidate;

  simulator_post (&simulator, GEMINI_PATH, body, &reply);
  assert_objects (&reply);
  root = reply_object (&reply);
  usage = sim_json_object (root, "usageMetadata");
  candidate = sim_json_element (sim_json_array (root, "candidates"), 0);
  g_assert_cmpstr (sim_json_string (candidate, "finishReason"), ==, "STOP");
  g_assert_cmpstr (sim_json_string (root, "modelVersion"), ==, "toy-simulator");
  g_assert_cmpuint (json_array_get_length (sim_json_array (usage,
              "promptTokensDetails")), ==, 2);
  g_assert_cmpint (json_object_get_int_member (usage, "totalTokenCount"), ==,
      json_object_get_int_member (usage, "promptTokenCount") +
      json_object_get_int_member (usage, "candidatesTokenCount"));
}

static void
test_gemini_open_api_schema_and_snake_case (void)
{
  g_autofree gchar *plain = gemini_body (frames, N_FRAMES, TASK, NULL);
  g_autofree gchar *body = NULL;
  g_auto (Reply) reply = { 0 };

  plain[strlen (plain) - 1] = '\0';
  body = g_strconcat (plain, ",\"generation_config\":{\"response_mime_type\":"
      "\"application/json\",\"response_schema\":{\"type\":\"OBJECT\","
      "\"properties\":{\"objects\":{\"type\":\"ARRAY\",\"items\":{\"type\":"
      "\"STRING\"}}}}}}", NULL);
  simulator_post (&simulator, GEMINI_PATH, body, &reply);
  assert_objects (&reply);
}

static void
assert_only_visible (const gchar * text, const gchar * expected)
{
  g_autofree gchar *format = openai_schema (SCHEMA_OBJECTS);
  g_autofree gchar *body = openai_body (frames, N_FRAMES, text, format);
  g_auto (Reply) reply = { 0 };

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, expected);
}

static void
test_objects_named_and_visible_only (void)
{
  assert_only_visible ("Task: put the banana on the plate",
      "{\"objects\":[\"banana\"]}");
  assert_only_visible ("Task: put the block in the drawer", "{\"objects\":[]}");
  assert_only_visible ("Task: fold the towel", "{\"objects\":[]}");
  assert_only_visible ("no task at all", "{\"objects\":[]}");
}

static gchar *
get_description (JsonNode * node, guint index)
{
  JsonArray *array = sim_json_array (json_node_get_object (node), "frames");
  JsonObject *frame = sim_json_element (array, index);

  g_assert_cmpuint (json_array_get_length (array), ==, N_FRAMES);
  g_assert_cmpint (json_object_get_int_member (frame, "frame"), ==, index + 1);
  return g_strdup (sim_json_string (frame, "description"));
}

static void
assert_descriptions (const Reply * reply)
{
  g_autoptr (JsonNode) node = reply_json (reply);
  g_autofree gchar *first = get_description (node, 0);
  g_autofree gchar *second = get_description (node, 1);
  g_autofree gchar *third = get_description (node, 2);

  g_assert_nonnull (strstr (first, "on the table, 60 cm to the left of"));
  g_assert_nonnull (strstr (second, "held"));
  g_assert_nonnull (strstr (second, "15 cm above the table"));
  g_assert_nonnull (strstr (third, "in the bowl; the gripper"));
}

static void
test_describe_in_both_dialects (void)
{
  const gchar *text = TASK "Objects: banana; bowl\n";
  g_autofree gchar *format = openai_schema (SCHEMA_DESCRIBE);
  g_autofree gchar *openai = openai_body (frames, N_FRAMES, text, format);
  g_autofree gchar *gemini = gemini_body (frames, N_FRAMES, text,
      SCHEMA_DESCRIBE);
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };

  simulator_post (&simulator, OPENAI_PATH, openai, &first);
  assert_descriptions (&first);
  simulator_post (&simulator, GEMINI_PATH, gemini, &second);
  assert_descriptions (&second);
}

/* Answers carry the numbers that are written before the pictures. */
static void
test_describe_by_label (void)
{
  g_autofree gchar *format = openai_schema (SCHEMA_DESCRIBE);
  g_autofree gchar *plain = openai_body (frames, 1, TASK, format);
  g_auto (GStrv) parts = g_strsplit (plain, "Frame 1 (t = 0.00 s):", 2);
  g_autofree gchar *body = g_strjoinv ("Frame 17 (t = 8.50 s):", parts);
  g_auto (Reply) reply = { 0 };

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_nonnull (strstr (reply_text (&reply), "{\"frame\":17,"));
}

static void
test_describe_without_objects (void)
{
  const gchar *text = TASK "Objects: (none found)\n";
  g_autofree gchar *format = openai_schema (SCHEMA_DESCRIBE);
  g_autofree gchar *body = openai_body (frames, N_FRAMES, text, format);
  g_auto (Reply) reply = { 0 };
  g_autoptr (JsonNode) node = NULL;

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  node = reply_json (&reply);
  for (guint i = 0; i < N_FRAMES; i++) {
    g_autofree gchar *description = get_description (node, i);

    g_assert_cmpstr (description, ==, "None of the named objects is visible.");
  }
}

static gdouble
get_progress (JsonNode * node, guint index, gint64 frame)
{
  JsonArray *array = sim_json_array (json_node_get_object (node), "frames");
  JsonObject *object = sim_json_element (array, index);
  gdouble progress = -1;

  g_assert_cmpint (json_object_get_int_member (object, "frame"), ==, frame);
  g_assert_nonnull (sim_json_string (object, "reason"));
  g_assert_true (sim_json_number (object, "progress", &progress));
  return progress;
}

static void
test_progress_from_words_alone (void)
{
  const gchar *text = "Judge these.\n" TASK "Objects: banana; bowl\n"
      "Frame 3 (t = 2.00 s): The banana rests in the bowl; the gripper has let"
      " go and is 30 cm away.\n"
      "Frame 1 (t = 0.00 s): The banana lies on the table, 60 cm to the left of"
      " the bowl. The gripper is open, 50 cm away from the banana.\n"
      "Frame 7 (t = 3.00 s): The banana is not visible.\nAnswer for 3 frames.";
  g_autofree gchar *body = gemini_body (NULL, 0, text, SCHEMA_PROGRESS);
  g_auto (Reply) reply = { 0 };
  g_autoptr (JsonNode) node = NULL;

  simulator_post (&simulator, GEMINI_PATH, body, &reply);
  node = reply_json (&reply);
  g_assert_nonnull (sim_json_string (json_node_get_object (node),
          "completion_state"));
  g_assert_cmpfloat (get_progress (node, 0, 1), ==, 0);
  g_assert_cmpfloat (get_progress (node, 1, 3), ==, 1);
  g_assert_cmpfloat (get_progress (node, 2, 7), ==, 1);
}

/* The second question must not profit from the pictures of the first. */
static void
test_progress_has_no_memory (void)
{
  const gchar *text = TASK "Objects: banana; bowl\n"
      "Frame 1 (t = 0.00 s):\nFrame 2 (t = 1.00 s):\nFrame 3 (t = 2.00 s):\n";
  g_autofree gchar *format = openai_schema (SCHEMA_PROGRESS);
  g_autofree gchar *body = openai_body (frames, N_FRAMES, text, format);
  g_auto (Reply) reply = { 0 };
  g_autoptr (JsonNode) node = NULL;

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  node = reply_json (&reply);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (get_progress (node, i, i + 1), ==, 0);
}

static void
test_schema_in_the_text (void)
{
  g_autofree gchar *prompt = openai_body (frames, N_FRAMES, TASK
      "Answer with JSON that follows this schema: " SCHEMA_OBJECTS, NULL);
  g_autofree gchar *object = openai_body (frames, N_FRAMES, TASK
      "Answer with JSON that follows this schema: " SCHEMA_OBJECTS,
      "{\"type\":\"json_object\"}");
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };

  simulator_post (&simulator, OPENAI_PATH, prompt, &first);
  assert_objects (&first);
  simulator_post (&simulator, OPENAI_PATH, object, &second);
  assert_objects (&second);
}

static void
test_json_object_without_schema (void)
{
  g_autofree gchar *body = openai_body (frames, N_FRAMES,
      "What do you see? Answer as JSON.", "{\"type\":\"json_object\"}");
  g_auto (Reply) reply = { 0 };
  g_autoptr (JsonNode) node = NULL;

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  node = reply_json (&reply);
  g_assert_nonnull (strstr (sim_json_string (json_node_get_object (node),
              "answer"), "banana"));
}

static void
test_foreign_schema (void)
{
  g_autofree gchar *format = openai_schema ("{\"type\":\"object\","
      "\"properties\":{\"verdict\":{\"type\":\"string\"},\"score\":{\"type\":"
      "\"integer\"}},\"required\":[\"verdict\",\"score\"],"
      "\"additionalProperties\":false}");
  g_autofree gchar *body = openai_body (frames, N_FRAMES, TASK, format);
  g_auto (Reply) reply = { 0 };

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, "{\"verdict\":\"\",\"score\":0}");
}

static void
test_prose (void)
{
  g_autofree gchar *body = openai_body (frames, N_FRAMES, "What is there?",
      NULL);
  g_autofree gchar *blind = gemini_body (NULL, 0, "What is there?", NULL);
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };

  simulator_post (&simulator, OPENAI_PATH, body, &first);
  g_assert_cmpstr (reply_text (&first), ==,
      "I see a banana, a cup, a bowl and a gripper over a table.");
  simulator_post (&simulator, GEMINI_PATH, blind, &second);
  g_assert_nonnull (strstr (reply_text (&second), "no picture"));
}

static void
test_answer_is_cut (void)
{
  g_autofree gchar *format = openai_schema (SCHEMA_DESCRIBE);
  g_autofree gchar *plain = openai_body (frames, N_FRAMES, TASK, format);
  g_autofree gchar *body = NULL;
  g_auto (Reply) reply = { 0 };
  JsonObject *root;

  plain[strlen (plain) - 1] = '\0';
  body = g_strconcat (plain, ",\"max_completion_tokens\":5}", NULL);
  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  root = reply_object (&reply);
  g_assert_cmpuint (strlen (reply_text (&reply)), ==, 20);
  g_assert_cmpstr (sim_json_string (sim_json_element (sim_json_array (root,
                  "choices"), 0), "finish_reason"), ==, "length");
  g_assert_cmpint (json_object_get_int_member (sim_json_object (root,
              "usage"), "completion_tokens"), ==, 5);
}

static void
test_models (void)
{
  g_auto (Reply) openai = { 0 };
  g_auto (Reply) gemini = { 0 };
  g_auto (Reply) one = { 0 };

  simulator_get (&simulator, "/v1/models", &openai);
  g_assert_cmpstr (sim_json_string (sim_json_element (sim_json_array
              (reply_object (&openai), "data"), 0), "id"), ==, "toy-simulator");
  simulator_get (&simulator, "/v1beta/models", &gemini);
  g_assert_cmpstr (sim_json_string (sim_json_element (sim_json_array
              (reply_object (&gemini), "models"), 0), "name"), ==,
      "models/toy-simulator");
  simulator_get (&simulator, "/v1beta/models/toy-simulator", &one);
  g_assert_cmpuint (one.status, ==, 200);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  simulator_start (&simulator, NULL);
  frames[0] = paint_frame (512, 288, 20, 0, 62, 36, 11);
  frames[1] = paint_frame (512, 288, 40, 15, 40, 16.2, 9);
  frames[2] = paint_frame (512, 288, 80, 4.5, 62, 30, 11);
  g_test_add_func ("/dialects/openai-objects", test_openai_objects);
  g_test_add_func ("/dialects/gemini-objects", test_gemini_objects);
  g_test_add_func ("/dialects/gemini-open-api-schema-and-snake-case",
      test_gemini_open_api_schema_and_snake_case);
  g_test_add_func ("/dialects/objects-named-and-visible-only",
      test_objects_named_and_visible_only);
  g_test_add_func ("/dialects/describe", test_describe_in_both_dialects);
  g_test_add_func ("/dialects/describe-by-label", test_describe_by_label);
  g_test_add_func ("/dialects/describe-without-objects",
      test_describe_without_objects);
  g_test_add_func ("/dialects/progress-from-words-alone",
      test_progress_from_words_alone);
  g_test_add_func ("/dialects/progress-has-no-memory",
      test_progress_has_no_memory);
  g_test_add_func ("/dialects/schema-in-the-text", test_schema_in_the_text);
  g_test_add_func ("/dialects/json-object-without-schema",
      test_json_object_without_schema);
  g_test_add_func ("/dialects/foreign-schema", test_foreign_schema);
  g_test_add_func ("/dialects/prose", test_prose);
  g_test_add_func ("/dialects/answer-is-cut", test_answer_is_cut);
  g_test_add_func ("/dialects/models", test_models);
  status = g_test_run ();
  simulator_stop (&simulator);
  for (guint i = 0; i < N_FRAMES; i++)
    g_bytes_unref (frames[i]);
  return status;
}
