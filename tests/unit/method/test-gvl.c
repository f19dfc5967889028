/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>
#include <string.h>

#include "method/shuffle.h"
#include "player.h"

/* Which sample the picture of frame @number shows, by its content. */
static guint
find_shown (const ScoreRequest * request, guint number)
{
  g_autofree gchar *label = g_strdup_printf ("Frame %u:", number);

  for (guint i = 0; i + 1 < score_request_get_n_parts (request); i++) {
    const ScorePart *part = score_request_get_part (request, i);
    g_autofree gchar *base64 = NULL, *content = NULL;
    gsize size;

    if (part->kind != SCORE_PART_TEXT || strcmp (part->text, label) != 0)
      continue;
    part = score_request_get_part (request, i + 1);
    base64 = g_strndup (g_bytes_get_data (part->base64, NULL),
        g_bytes_get_size (part->base64));
    content = (gchar *) g_base64_decode (base64, &size);
    content = g_realloc (content, size + 1);
    content[size] = '\0';
    return atoi (content + strlen ("sample "));
  }
  g_assert_not_reached ();
  return 0;
}

/* Every frame by what it shows: sample i of n is at i / (n - 1); those in @skip (a
 * string of digits) are left out. */
static gchar *
answer_by_content (const ScoreRequest * request, guint n, const gchar * skip,
    gdouble scale)
{
  g_autoptr (GString) text = g_string_new ("{\"frames\":[");
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 1; i <= n; i++) {
    guint sample = find_shown (request, i);

    if (skip != NULL && strchr (skip, '0' + (gint) sample))
      continue;
    g_ascii_dtostr (number, sizeof number, scale * sample / (n - 1));
    g_string_append_printf (text, "%s{\"frame\":%u,\"description\":\"sample "
        "%u\",\"task_completion_percentage\":%s}",
        text->str[text->len - 1] == '[' ? "" : ",", i, sample, number);
  }
  g_string_append (text, "]}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static Player *
new_asked (guint n)
{
  Player *player = player_new (&score_method_gvl, NULL);

  player_add (player, n);
  g_assert_cmpuint (player_ask (player), ==, 0);
  player_close (player);
  g_assert_cmpuint (player_ask (player), ==, 1);
  return player;
}

static GstScoreResult *
finish (Player * player)
{
  g_autoptr (GError) error = NULL;
  GstScoreResult *result = player_finish (player, &error);

  g_assert_no_error (error);
  return result;
}

static const gchar *
get_note (GstScoreResult * result, guint index)
{
  return gst_score_result_get_notes (result)[index];
}

static void
test_question (void)
{
  g_autoptr (Player) player = new_asked (5);

  player_assert_golden (player_request (player, 0), "gvl");
}

static void
test_unshuffled (void)
{
  g_autoptr (Player) player = new_asked (5);
  static const gdouble values[] = { 0, 0.25, 0.5, 0.75, 1 };
  g_autofree gchar *text =
      answer_by_content (player_request (player, 0), 5, NULL, 100);
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_true (player_reply (player, 0, text, NULL));
  result = finish (player);
  player_assert_progress (result, values, 5);
  g_assert_cmpstr (gst_score_result_get_sample (result, 3)->description, ==,
      "sample 3");
  g_assert_null (get_note (result, 0));
}

/* An episode of three frames whose shuffle shows them as frames 2, 3 and 1. */
static Player *
new_shown_as_231 (void)
{
  for (guint i = 0; i < 1000; i++) {
    g_autofree gchar *task = g_strdup_printf ("task %u", i);
    Player *player = player_new_for_task (&score_method_gvl, NULL, task);
    const ScoreRequest *request;

    player_add (player, 3);
    player_close (player);
    player_ask (player);
    request = player_request (player, 0);
    if (find_shown (request, 2) == 0 && find_shown (request, 3) == 1
        && find_shown (request, 1) == 2)
      return player;
    player_free (player);
  }
  g_assert_not_reached ();
  return NULL;
}

#define FRAME(number, percentage) "{\"frame\":" number \
  ",\"description\":\"\",\"task_completion_percentage\":" percentage "}"

/* Where upstream gives a list of two for the second answer, the place of the frame
 * that is missing is filled. */
static void
test_published_vector (void)
{
  static const gchar whole[] = "{\"frames\":[" FRAME ("1", "100") ","
      FRAME ("2", "0") "," FRAME ("3", "40") "]}";
  static const gchar without_3[] = "{\"frames\":[" FRAME ("1", "100") ","
      FRAME ("2", "0") "]}";
  static const gdouble values[] = { 0, 0.4, 1 }, filled[] = { 0, 0.5, 1 };
  g_autoptr (Player) player = new_shown_as_231 ();
  g_autoptr (Player) other = new_shown_as_231 ();
  g_autoptr (GstScoreResult) result = NULL, other_result = NULL;

  g_assert_true (player_reply (player, 0, whole, NULL));
  result = finish (player);
  player_assert_progress (result, values, 3);

  g_assert_true (player_reply (other, 0, without_3, NULL));
  g_assert_true (player_reply (other, 0, without_3, NULL));
  other_result = finish (other);
  player_assert_progress (other_result, filled, 3);
  g_assert_true (gst_score_result_get_sample (other_result, 1)->flags
      & GST_SCORE_SAMPLE_INTERPOLATED);
}

/* The order is shuffled, the same for the same episode and task, and another one
 * for other tasks. */
static void
test_shuffle (void)
{
  guint order[3][64], n_moved = 0, n_other = 0;
  static const gchar *const tasks[] = { "a", "a", "b" };
  ScoreShuffle shuffle;

  for (guint i = 0; i < 3; i++) {
    gboolean seen[64] = { FALSE };

    score_shuffle_init (&shuffle, "episode", tasks[i]);
    score_shuffle_fill (&shuffle, order[i], 64);
    for (guint j = 0; j < 64; j++)
      seen[order[i][j]] = TRUE;
    for (guint j = 0; j < 64; j++)
      g_assert_true (seen[j]);
  }
  for (guint j = 0; j < 64; j++) {
    g_assert_cmpuint (order[0][j], ==, order[1][j]);
    n_moved += order[0][j] != j;
    n_other += order[0][j] != order[2][j];
  }
  g_assert_cmpuint (n_moved, >, 50);
  g_assert_cmpuint (n_other, >, 50);
}

/* Every order of three comes up about equally often. */
static void
test_shuffle_is_fair (void)
{
  guint counts[27] = { 0 }, n_orders = 0;
  ScoreShuffle shuffle;

  score_shuffle_init (&shuffle, "episode", "task");
  for (guint i = 0; i < 6000; i++) {
    guint order[3];

    score_shuffle_fill (&shuffle, order, 3);
    counts[order[0] * 9 + order[1] * 3 + order[2]]++;
  }
  for (guint i = 0; i < 27; i++) {
    if (counts[i] == 0)
      continue;
    n_orders++;
    g_assert_cmpuint (counts[i], >, 850);
    g_assert_cmpuint (counts[i], <, 1150);
  }
  g_assert_cmpuint (n_orders, ==, 6);
}

static void
test_selection (void)
{
  g_autoptr (Player) player = new_asked (20);
  static const guint expected[] = { 0, 1, 4, 7, 10, 13, 16, 19 };
  g_autofree gchar *text =
      answer_by_content (player_request (player, 0), 8, NULL, 10);
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_true (player_reply (player, 0, text, NULL));
  result = finish (player);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 8);
  for (guint i = 0; i < 8; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    g_assert_cmpuint (sample->index, ==, i);
    g_assert_cmpuint (sample->stream_time, ==, expected[i] * PLAYER_STEP);
  }
}

/* A frame that is missing is asked for once more. */
static void
test_repaired (void)
{
  g_autoptr (Player) player = new_asked (3);
  static const gdouble values[] = { 0, 0.4, 1 };
  g_autofree gchar *first = NULL, *second = NULL;
  g_autoptr (GstScoreResult) result = NULL;

  first = answer_by_content (player_request (player, 0), 3, "1", 100);
  g_assert_true (player_reply (player, 0, first, NULL));
  g_assert_cmpuint (player->open->len, ==, 1);
  player_assert_golden (player_request (player, 0), "gvl-repair");
  second = answer_by_content (player_request (player, 0), 3, NULL, 80);
  g_assert_true (player_reply (player, 0, second, NULL));
  result = finish (player);
  /* what the first answer said stays */
  player_assert_progress (result, values, 3);
  g_assert_cmpint (gst_score_result_get_sample (result, 1)->flags, ==, 0);
  g_assert_nonnull (strstr (get_note (result, 0), "asked for again"));
}

/* Never a shorter list, as upstream gives: its place is filled and flagged. */
static void
test_interpolated (void)
{
  g_autoptr (Player) player = new_asked (3);
  static const gdouble values[] = { 0, 0.5, 1 };
  g_autofree gchar *text =
      answer_by_content (player_request (player, 0), 3, "1", 100);
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_true (player_reply (player, 0, text, NULL));
  g_assert_true (player_reply (player, 0, text, NULL));
  result = finish (player);
  player_assert_progress (result, values, 3);
  g_assert_true (gst_score_result_get_sample (result, 1)->flags
      & GST_SCORE_SAMPLE_INTERPOLATED);
  g_assert_cmpint (gst_score_result_get_sample (result, 2)->flags, ==, 0);
  g_assert_nonnull (strstr (get_note (result, 1), "1 of 3 frames"));
}

static void
assert_fails (const gchar * first, const gchar * second, gint code)
{
  g_autoptr (Player) player = new_asked (4);
  g_autoptr (GError) error = NULL, again = NULL;

  g_assert_true (player_reply (player, 0, first, &error));
  g_assert_no_error (error);
  g_assert_false (player_reply (player, 0, second, &error));
  g_assert_error (error, GST_SCORE_ERROR, code);
  g_assert_cmpuint (player->open->len, ==, 0);
  g_assert_null (player_finish (player, &again));
  g_assert_cmpstr (again->message, ==, error->message);
}

static void
test_mostly_missing (void)
{
  static const gchar one[] = "{\"frames\":[{\"frame\":2,\"description\":\"x\","
      "\"task_completion_percentage\":50}]}";

  assert_fails (one, one, GST_SCORE_ERROR_BAD_REPLY);
  assert_fails ("[]", "I cannot", GST_SCORE_ERROR_BAD_REPLY);
  assert_fails ("", "{\"frames\":[]}", GST_SCORE_ERROR_BAD_REPLY);
}

static void
test_refused (void)
{
  g_autoptr (Player) player = new_asked (4);
  ScoreReply *reply = score_reply_new ("");
  g_autoptr (GError) error = NULL;

  reply->refusal = g_strdup ("this is not that task");
  g_assert_false (player_give (player, 0, reply, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED);
}

static void
test_fractions (void)
{
  g_autoptr (Player) player = new_asked (3);
  static const gdouble values[] = { 0, 0.5, 1 };
  g_autofree gchar *text =
      answer_by_content (player_request (player, 0), 3, NULL, 1);
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_true (player_reply (player, 0, text, NULL));
  result = finish (player);
  player_assert_progress (result, values, 3);
}

/* Values outside of 0 to 100 are clamped and say so. */
static void
test_clamped (void)
{
  g_autoptr (Player) player = new_asked (3);
  static const gdouble values[] = { 0, 0.75, 1 };
  g_autofree gchar *text =
      answer_by_content (player_request (player, 0), 3, NULL, 150);
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_true (player_reply (player, 0, text, NULL));
  result = finish (player);
  player_assert_progress (result, values, 3);
  g_assert_cmpint (gst_score_result_get_sample (result, 2)->flags, ==,
      GST_SCORE_SAMPLE_CLAMPED);
}

static void
clear_example (gpointer data)
{
  ScoreExample *example = data;

  g_free (example->task);
  g_array_unref (example->pictures);
  g_array_unref (example->progress);
  g_free (example);
}

static void
test_examples (void)
{
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) other = g_bytes_new_static ("two", 3);
  const ScoreStill stills[] = { {jpeg, jpeg, 8, 8}, {other, other, 8, 8} };
  const gdouble progress[] = { 0.25, 1.0 };
  ScoreExample *example = g_new0 (ScoreExample, 1);
  ScoreExamples examples = { g_ptr_array_new_with_free_func (clear_example) };
  const ScoreMethodSettings settings = {.examples = &examples };
  g_autoptr (Player) player = player_new (&score_method_gvl, &settings);

  /* from a file: a line of its own would be one of ours to the model */
  example->task = g_strdup ("open\nthe drawer");
  example->pictures = g_array_new (FALSE, FALSE, sizeof (ScoreStill));
  g_array_append_vals (example->pictures, stills, 2);
  example->progress = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_array_append_vals (example->progress, progress, 2);
  g_ptr_array_add (examples.list, example);
  player_add (player, 2);
  player_close (player);
  player_ask (player);
  player_assert_golden (player_request (player, 0), "gvl-examples");
  g_ptr_array_unref (examples.list);
}

static void
test_few_frames (void)
{
  for (guint n = 1; n <= 3; n++) {
    g_autoptr (Player) player = new_asked (n);
    g_autoptr (GString) text = g_string_new ("{\"frames\":[");
    g_autoptr (GstScoreResult) result = NULL;

    for (guint i = 1; i <= n; i++)
      g_string_append_printf (text, "%s{\"frame\":%u,\"description\":\"x\","
          "\"task_completion_percentage\":50}", i > 1 ? "," : "", i);
    g_string_append (text, "]}");
    g_assert_true (player_reply (player, 0, text->str, NULL));
    result = finish (player);
    g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, n);
    g_assert_cmpfloat (gst_score_result_get_progress (result), ==, 0.5);
  }
}

static void
test_no_frames (void)
{
  g_autoptr (Player) player = player_new (&score_method_gvl, NULL);
  g_autoptr (GError) error = NULL;

  player_close (player);
  g_assert_cmpuint (player_ask (player), ==, 0);
  g_assert_null (player_finish (player, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gvl/question", test_question);
  g_test_add_func ("/gvl/unshuffled", test_unshuffled);
  g_test_add_func ("/gvl/published-vector", test_published_vector);
  g_test_add_func ("/gvl/shuffle", test_shuffle);
  g_test_add_func ("/gvl/shuffle-is-fair", test_shuffle_is_fair);
  g_test_add_func ("/gvl/selection", test_selection);
  g_test_add_func ("/gvl/repaired", test_repaired);
  g_test_add_func ("/gvl/interpolated", test_interpolated);
  g_test_add_func ("/gvl/mostly-missing", test_mostly_missing);
  g_test_add_func ("/gvl/refused", test_refused);
  g_test_add_func ("/gvl/fractions", test_fractions);
  g_test_add_func ("/gvl/clamped", test_clamped);
  g_test_add_func ("/gvl/examples", test_examples);
  g_test_add_func ("/gvl/few-frames", test_few_frames);
  g_test_add_func ("/gvl/no-frames", test_no_frames);
  return g_test_run ();
}
