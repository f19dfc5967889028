/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Videos and the rubric question of RoboReward. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "body.h"
#include "client.h"
#include "paint.h"

#include <string.h>

#define N_MOMENTS 9
#define QUESTION "Given the task, assign a discrete progress score reward" \
  " (1,2,3,4,5) for the robot in the video in the format: ANSWER: <score>\n" \
  "1 - No Success\n5 - Perfect Completion\n\nTask: "
#define BANANA "put the banana in the bowl"

static Simulator simulator;
static GBytes *moments[N_MOMENTS];

typedef enum
{
  IMAGES,
  SEQUENCE,
  MOVIE
} Way;

static void
add_video (Body * body, GBytes * const *jpegs, guint n, Way way)
{
  g_autoptr (GBytes) movie = make_movie (jpegs, n, 4, "jpeg", FALSE);
  g_autofree gchar *data = way == MOVIE ? encode_bytes (movie)
      : encode_frames (jpegs, n);

  for (guint i = 0; way == IMAGES && i < n; i++)
    body_picture (body, jpegs[i]);
  if (way != IMAGES)
    body_video (body, way == MOVIE ? "video/mp4" : "video/jpeg", data);
}

static gchar *
ask (gboolean gemini, GBytes * const *jpegs, guint n, Way way,
    const gchar * task)
{
  g_autofree gchar *text = g_strconcat (QUESTION, task, NULL);
  Body body;

  body_begin (&body, gemini);
  add_video (&body, jpegs, n, way);
  body_text (&body, text);
  return body_end (&body, gemini ? NULL : "\"max_tokens\":128,"
      "\"media_io_kwargs\":{\"video\":{\"num_frames\":-1,\"fps\":1}},"
      "\"mm_processor_kwargs\":{\"do_sample_frames\":false}");
}

static void
assert_score (GBytes * const *jpegs, guint n, const gchar * task,
    const gchar * expected)
{
  for (guint i = 0; i < 6; i++) {
    gboolean gemini = i >= 3;
    g_autofree gchar *body = ask (gemini, jpegs, n, i % 3, task);
    g_auto (Reply) reply = { 0 };

    simulator_post (&simulator, gemini ? GEMINI_PATH : OPENAI_PATH, body,
        &reply);
    g_assert_cmpstr (reply_text (&reply), ==, expected);
  }
}

static void
test_scores (void)
{
  g_autoptr (GBytes) held = paint_frame (512, 288, 80, 4.5, 80, 5.5, 9);
  g_autoptr (GBytes) above = paint_frame (512, 288, 78, 15, 78, 16, 9);
  g_autoptr (GBytes) half = paint_frame (512, 288, 45, 15, 45, 16, 9);
  GBytes *const ended_held[] = { moments[0], held };
  GBytes *const ended_above[] = { moments[0], above };
  GBytes *const ended_half[] = { moments[0], half };
  GBytes *const backwards[] = { moments[N_MOMENTS - 1], moments[0] };

  assert_score (moments, N_MOMENTS, BANANA, "ANSWER: 5");
  assert_score (ended_held, 2, BANANA, "ANSWER: 4");
  assert_score (ended_above, 2, BANANA, "ANSWER: 4");
  assert_score (ended_half, 2, BANANA, "ANSWER: 3");
  assert_score (moments, 4, BANANA, "ANSWER: 2");
  assert_score (moments, 1, BANANA, "ANSWER: 1");
  assert_score (backwards, 2, BANANA, "ANSWER: 1");
  assert_score (moments, N_MOMENTS, "put the cup in the bowl", "ANSWER: 1");
  assert_score (moments, N_MOMENTS, "fold the towel", "ANSWER: 1");
}

/* What lies near the bowl and is not touched was not brought there. */
static void
test_no_change_is_no_progress (void)
{
  g_autoptr (GBytes) near = paint_frame (512, 288, 62, 0, 20, 36, 11);
  GBytes *const still[] = { near, near };

  assert_score (still, 2, BANANA, "ANSWER: 1");
}

static void
test_tokens (void)
{
  static const guint image = 16 * 9;
  g_autofree gchar *images = ask (FALSE, moments, 4, IMAGES, BANANA);
  g_autofree gchar *video = ask (FALSE, moments, 4, MOVIE, BANANA);
  g_autofree gchar *gemini = ask (TRUE, moments, 4, MOVIE, BANANA);
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };
  g_auto (Reply) third = { 0 };
  JsonArray *details;

  simulator_post (&simulator, OPENAI_PATH, images, &first);
  g_assert_cmpint (json_object_get_int_member (sim_json_object (sim_json_object
              (reply_object (&first), "usage"), "prompt_tokens_details"),
          "image_tokens"), ==, 4 * image);
  simulator_post (&simulator, OPENAI_PATH, video, &second);
  g_assert_cmpint (json_object_get_int_member (sim_json_object (sim_json_object
              (reply_object (&second), "usage"), "prompt_tokens_details"),
          "image_tokens"), ==, 2 * image);
  simulator_post (&simulator, GEMINI_PATH, gemini, &third);
  details = sim_json_array (sim_json_object (reply_object (&third),
          "usageMetadata"), "promptTokensDetails");
  g_assert_cmpuint (json_array_get_length (details), ==, 2);
  g_assert_cmpstr (sim_json_string (sim_json_element (details, 1), "modality"),
      ==, "VIDEO");
  g_assert_cmpint (json_object_get_int_member (sim_json_element (details, 1),
          "tokenCount"), ==, 4 * 70);
}

static void
test_codec_that_is_not_decoded (void)
{
  g_autoptr (GBytes) sample = g_bytes_new_static ("\0\0\0\1e", 5);
  g_autoptr (GBytes) movie = make_movie (&sample, 1, 1, "avc1", FALSE);
  g_autofree gchar *data = encode_bytes (movie), *text = NULL;
  g_auto (Reply) reply = { 0 };
  const gchar *message;
  Body body;

  body_begin (&body, FALSE);
  body_video (&body, "video/mp4", data);
  body_text (&body, QUESTION BANANA);
  text = body_end (&body, NULL);
  simulator_post (&simulator, OPENAI_PATH, text, &reply);
  g_assert_cmpuint (reply.status, ==, 400);
  message = sim_json_string (sim_json_object (reply_object (&reply), "error"),
      "message");
  g_assert_nonnull (strstr (message, "avc1"));
  g_assert_nonnull (strstr (message, "moving JPEG"));
}

/* Far too much of anything is refused, and the next is answered. */
static void
test_too_many (void)
{
  g_autoptr (GString) parts = g_string_new ("{\"model\":\"toy-simulator\","
      "\"messages\":[{\"role\":\"user\",\"content\":[");
  g_autoptr (GString) frames = g_string_new ("AAAA");
  g_autofree gchar *video = NULL;
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };
  Body body;

  for (guint i = 0; i < 200000; i++)
    g_string_append (parts, "{\"type\":\"text\",\"text\":\"x\"},");
  g_string_append (parts, "{}]}]}");
  simulator_post (&simulator, OPENAI_PATH, parts->str, &first);
  g_assert_cmpuint (first.status, ==, 400);
  for (guint i = 0; i < 200000; i++)
    g_string_append (frames, ",AAAA");
  body_begin (&body, FALSE);
  body_video (&body, "video/jpeg", frames->str);
  video = body_end (&body, NULL);
  simulator_post (&simulator, OPENAI_PATH, video, &second);
  g_assert_cmpuint (second.status, ==, 400);
  g_assert_nonnull (strstr (sim_json_string (sim_json_object (reply_object
                  (&second), "error"), "message"), "more than 3600 frames"));
  assert_score (moments, 1, BANANA, "ANSWER: 1");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  simulator_start (&simulator, NULL);
  for (guint i = 0; i < N_MOMENTS; i++)
    moments[i] = paint_moment (i / (N_MOMENTS - 1.0));
  g_test_add_func ("/rubric/scores", test_scores);
  g_test_add_func ("/rubric/no-change-is-no-progress",
      test_no_change_is_no_progress);
  g_test_add_func ("/rubric/tokens", test_tokens);
  g_test_add_func ("/rubric/codec-that-is-not-decoded",
      test_codec_that_is_not_decoded);
  g_test_add_func ("/rubric/too-many", test_too_many);
  status = g_test_run ();
  simulator_stop (&simulator);
  for (guint i = 0; i < N_MOMENTS; i++)
    g_bytes_unref (moments[i]);
  return status;
}
