/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What models write, and what is read out of it. */
#include <gst/score/gstscoreerror.h>

#include "vlm/json-write.h"
#include "vlm/reply.h"

#define OBJECTS "{\"type\":\"object\",\"properties\":{\"objects\":{\"type\":" \
    "\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[\"objects\"]," \
    "\"additionalProperties\":false}"
#define FRAMES "{\"type\":\"object\",\"properties\":{\"state\":{\"type\":" \
    "\"string\"},\"frames\":{\"type\":\"array\",\"items\":{\"type\":" \
    "\"object\",\"properties\":{\"frame\":{\"type\":\"integer\"}," \
    "\"progress\":{\"type\":\"number\"}},\"required\":[\"frame\"," \
    "\"progress\"],\"additionalProperties\":false}}},\"required\":[" \
    "\"state\",\"frames\"],\"additionalProperties\":false}"
#define ONE(type) "{\"type\":\"object\",\"properties\":{\"v\":" type "}," \
    "\"required\":[\"v\"]}"
#define NUMBER ONE ("{\"type\":\"number\"}")
#define INTEGER ONE ("{\"type\":\"integer\"}")
#define STRING ONE ("{\"type\":\"string\"}")
#define BOOLEAN ONE ("{\"type\":\"boolean\"}")
#define MAYBE ONE ("{\"type\":[\"number\",\"null\"]}")
#define CHOICE ONE ("{\"type\":\"string\",\"enum\":[\"yes\",\"no\"]}")
#define LEVEL ONE ("{\"type\":\"integer\",\"enum\":[1,2]}")
#define OPTIONAL "{\"type\":\"object\",\"properties\":{\"v\":{\"type\":" \
    "\"number\"},\"w\":{\"type\":\"string\"}},\"required\":[\"v\"]}"

/* The result as JSON, or the error's message. */
typedef struct
{
  const gchar *schema, *text, *result;
} Case;

#define A "{\"objects\":[\"a\"]}"

static const Case found[] = {
  /* wrappings */
  {OBJECTS, A, A},
  {OBJECTS, "  \n" A "\n ", A},
  {OBJECTS, "\xef\xbb\xbf" A, A},
  {OBJECTS, "```json\n" A "\n```", A},
  {OBJECTS, "```\n" A "\n```", A},
  {OBJECTS, "```json\n" A, A},
  {OBJECTS, "Here is the JSON you asked for:\n" A "\nHope it helps!", A},
  {OBJECTS, "<think>so {\"objects\":[\"draft\"]}</think>" A, A},
  {OBJECTS, "<think>\n</think>\n\n" A, A},
  {OBJECTS, "no head {\"objects\":[\"draft\"]}</think>" A, A},
  {OBJECTS, "<thinking>{\"objects\":[]}</thinking> " A, A},
  {OBJECTS, "[THINK]{\"objects\":[]}[/THINK]" A, A},
  {OBJECTS, "<think>one {\"objects\":[]}</think> <think>two</think>" A, A},
  {OBJECTS, A "</s>", A},
  {OBJECTS, "<|begin|>" A "<|end|>", A},
  {OBJECTS, "\"\"\"" A "\"\"\"", A},
  /* which of several */
  {OBJECTS, "{\"note\":1} " A, A},
  {OBJECTS, "see [1], [2]: " A, A},
  {OBJECTS, "{} [] " A " {\"objects\":[\"late\"]}", A},
  {OBJECTS, "the set {a, b} is " A, A},
  {OBJECTS, "{\"objects\":\"wrong\"}\n" A, A},
  {OBJECTS, "{\"answer\": " A, A},
  {NULL, "[1,2] {\"a\":1}", "[1,2]"},
  {NULL, "x {\"a\":1} [1]", "{\"a\":1}"},
  {NULL, "{\"b\":1.5,\"a\":[true,null]}", "{\"b\":1.5,\"a\":[true,null]}"},
  /* texts inside */
  {OBJECTS, "{\"objects\":[\"<think>x</think>\"]}",
      "{\"objects\":[\"<think>x</think>\"]}"},
  {OBJECTS, "{\"objects\":[\"a } b ] c \\\" {\"]}",
      "{\"objects\":[\"a } b ] c \\\" {\"]}"},
  {OBJECTS, "{\"objects\":[\"line\nbreak\"]}",
      "{\"objects\":[\"line\\nbreak\"]}"},
  {OBJECTS, "{\"objects\":[\"\\u0000\"]}", "{\"objects\":[\"\xef\xbf\xbd\"]}"},
  {OBJECTS, "{\"objects\":[\"\\ud800\"]}", "{\"objects\":[\"\xef\xbf\xbd\"]}"},
  {OBJECTS, "{\"objects\":[\"\\ud83c\\udf4c\"]}",
      "{\"objects\":[\"\xf0\x9f\x8d\x8c\"]}"},
  {OBJECTS, "{\"objects\":[\"\\/ \\b\"]}", "{\"objects\":[\"/ \\b\"]}"},
  {OBJECTS, "{\"objects\":[]}", "{\"objects\":[]}"},
  {OBJECTS, "{\"objects\":[\"broken \xff\"]}",
      "{\"objects\":[\"broken \xef\xbf\xbd\"]}"},
  /* members */
  {OBJECTS, "{\"x\":{\"y\":1e999},\"objects\":[\"a\"],\"z\":null}", A},
  {OBJECTS, "{\"objects\":[\"b\"],\"objects\":[\"a\"]}", A},
  {FRAMES, "{\"frames\":[{\"progress\":0.5,\"frame\":1}],\"state\":\"s\"}",
      "{\"state\":\"s\",\"frames\":[{\"frame\":1,\"progress\":0.5}]}"},
  {OPTIONAL, "{\"v\":1}", "{\"v\":1}"},
  {OPTIONAL, "{\"v\":1,\"w\":\"x\"}", "{\"v\":1,\"w\":\"x\"}"},
  {"{}", "[1]", "[1]"},
  {"{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", "{} [1,\"2\"]",
      "[1,2]"},
  {"{\"type\":\"object\"}", "{\"any\":[1]}", "{\"any\":[1]}"},
  /* numbers */
  {NUMBER, "{\"v\":0.25}", "{\"v\":0.25}"},
  {NUMBER, "{\"v\":1}", "{\"v\":1}"},
  {NUMBER, "{\"v\":-0.5e1}", "{\"v\":-5}"},
  {NUMBER, "{\"v\":1E2}", "{\"v\":100}"},
  {NUMBER, "{\"v\":\"0.75\"}", "{\"v\":0.75}"},
  {NUMBER, "{\"v\":\" .5 \"}", "{\"v\":0.5}"},
  {NUMBER, "{\"v\":\"1e-1\"}", "{\"v\":0.1}"},
  {NUMBER, "{\"v\":9223372036854775807}", "{\"v\":9.223372036854776e+18}"},
  {INTEGER, "{\"v\":7}", "{\"v\":7}"},
  {INTEGER, "{\"v\":7.0}", "{\"v\":7}"},
  {INTEGER, "{\"v\":\"7\"}", "{\"v\":7}"},
  {INTEGER, "{\"v\":-3}", "{\"v\":-3}"},
  {MAYBE, "{\"v\":null}", "{\"v\":null}"},
  {MAYBE, "{\"v\":\"2\"}", "{\"v\":2}"},
  {BOOLEAN, "{\"v\":true}", "{\"v\":true}"},
  {CHOICE, "{\"v\":\"no\"}", "{\"v\":\"no\"}"},
  {LEVEL, "{\"v\":\"2\"}", "{\"v\":2}"},
};

#define NOT(what) "the member v of the answer " what

static const Case refused[] = {
  /* nothing there */
  {OBJECTS, "", "the answer is empty"},
  {OBJECTS, " \n\t", "the answer is empty"},
  {OBJECTS, "I cannot see any objects.", "the answer holds no JSON object"},
  {OBJECTS, "<think>never ends " A, "the answer holds no JSON object"},
  {OBJECTS, "<think>" A "</think>", "the answer holds no JSON object"},
  {OBJECTS, A "</think>", "the answer holds no JSON object"},
  {NULL, "plain words", "the answer holds no JSON object"},
  /* no JSON */
  {OBJECTS, "{", "the answer ends in the middle of its JSON"},
  {OBJECTS, "{\"objects\":[\"a\"", "the answer ends in the middle of its JSON"},
  {OBJECTS, "{\"objects\":[\"a\\", "the answer ends in the middle of its JSON"},
  {OBJECTS, "{\"objects\":[\"a\\u00",
      "the answer ends in the middle of its JSON"},
  {OBJECTS, "{\"objects\":tru", "the answer ends in the middle of its JSON"},
  {OBJECTS, "{\"objects\":1.", "the answer ends in the middle of its JSON"},
  {OBJECTS, "{'objects':['a']}", "the answer is not valid JSON"},
  {OBJECTS, "{objects:[]}", "the answer is not valid JSON"},
  {OBJECTS, "{\"objects\" \"a\"}", "the answer is not valid JSON"},
  {OBJECTS, "{\"objects\":[\"a\\x\"]}", "the answer is not valid JSON"},
  {OBJECTS, "{\"objects\":[\"a\\uZZZZ\"]}", "the answer is not valid JSON"},
  {OBJECTS, "{\"objects\":]", "the answer is not valid JSON"},
  {OBJECTS, "{\"objects\":\"a\"]", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":010}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":0x10}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":+1}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":.5}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":1.}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":1e}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":--1}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":1,}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":1 /* x */}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":1 // x\n}", "the answer is not valid JSON"},
  {NUMBER, "{\"v\":truely}", "the answer is not valid JSON"},
  {NUMBER, "{,}", "the answer is not valid JSON"},
  /* not finite */
  {NUMBER, "{\"v\":NaN}",
      "the answer holds NaN or Infinity where a number is needed"},
  {NUMBER, "{\"v\":nan}",
      "the answer holds NaN or Infinity where a number is needed"},
  {NUMBER, "{\"v\":Infinity}",
      "the answer holds NaN or Infinity where a number is needed"},
  {NUMBER, "{\"v\":-Infinity}",
      "the answer holds NaN or Infinity where a number is needed"},
  {NUMBER, "{\"x\":1} {\"v\":NaN}",
      "the answer holds NaN or Infinity where a number is needed"},
  {NUMBER, "{\"v\":1e999}", NOT ("must be a finite number")},
  {NUMBER, "{\"v\":-1e999}", NOT ("must be a finite number")},
  {NUMBER, "{\"v\":\"1e999\"}", NOT ("must be a finite number")},
  {NUMBER, "{\"v\":99999999999999999999}", NOT ("must be a finite number")},
  {NUMBER, "{\"v\":-99999999999999999999}", NOT ("must be a finite number")},
  /* wrong types */
  {NUMBER, "{\"v\":null}", NOT ("must be a number but is null")},
  {NUMBER, "{\"v\":true}", NOT ("must be a number but is boolean")},
  {NUMBER, "{\"v\":[]}", NOT ("must be a number but is array")},
  {NUMBER, "{\"v\":{}}", NOT ("must be a number but is object")},
  {NUMBER, "{\"v\":\"\"}", NOT ("must be a number but is a text")},
  {NUMBER, "{\"v\":\"half\"}", NOT ("must be a number but is a text")},
  {NUMBER, "{\"v\":\"50%\"}", NOT ("must be a number but is a text")},
  {NUMBER, "{\"v\":\"nan\"}", NOT ("must be a number but is a text")},
  {NUMBER, "{\"v\":\"0x10\"}", NOT ("must be a number but is a text")},
  {NUMBER, "{\"v\":\"1 2\"}", NOT ("must be a number but is a text")},
  {NUMBER, "{\"v\":\"e\"}", NOT ("must be a number but is a text")},
  {INTEGER, "{\"v\":1.5}", NOT ("must be a whole number")},
  {INTEGER, "{\"v\":1e300}", NOT ("must be a whole number")},
  {INTEGER, "{\"v\":\"one\"}", NOT ("must be a number but is a text")},
  {STRING, "{\"v\":1}", NOT ("must be of type string but is number")},
  {STRING, "{\"v\":null}", NOT ("must be of type string but is null")},
  {BOOLEAN, "{\"v\":\"true\"}", NOT ("must be of type boolean but is string")},
  {BOOLEAN, "{\"v\":1}", NOT ("must be of type boolean but is number")},
  {MAYBE, "{\"v\":\"x\"}", NOT ("must be a number but is a text")},
  {CHOICE, "{\"v\":\"YES\"}", NOT ("must be one of [\"yes\",\"no\"]")},
  {LEVEL, "{\"v\":3}", NOT ("must be one of [1,2]")},
  {NUMBER, "{}", NOT ("is missing")},
  {NUMBER, "[]", "the answer must be of type object but is array"},
  {NUMBER, "[{\"v\":1}]", "the answer must be of type object but is array"},
  {OPTIONAL, "{\"v\":1,\"w\":2}",
      "the member w of the answer must be of type string but is number"},
  {FRAMES, "{\"state\":\"s\",\"frames\":[{\"frame\":1,\"progress\":1},"
        "{\"frame\":2}]}",
      "the member frames[1].progress of the answer is missing"},
  {FRAMES, "{\"state\":\"s\",\"frames\":[7]}", "the member frames[0] of the "
        "answer must be of type object but is number"},
  {FRAMES, "{\"state\":\"s\",\"frames\":{}}", "the member frames of the answer "
        "must be of type array but is object"},
  {FRAMES, "{\"frame\":1,\"progress\":1}",
      "the member state of the answer is missing"},
};

static gchar *
to_json (JsonNode * node)
{
  g_autoptr (GString) out = g_string_new (NULL);

  score_json_append_node (out, node);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_found (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
    g_autoptr (ScoreReply) reply = score_reply_new (found[i].text);
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node =
        score_reply_read (reply, found[i].schema, &error);
    g_autofree gchar *json = NULL;

    g_test_message ("row %u", i);
    g_assert_no_error (error);
    g_assert_nonnull (node);
    json = to_json (node);
    g_assert_cmpstr (json, ==, found[i].result);
  }
}

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (ScoreReply) reply = score_reply_new (refused[i].text);
    g_autoptr (GError) error = NULL;

    g_test_message ("row %u", i);
    g_assert_null (score_reply_read (reply, refused[i].schema, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
    g_assert_cmpstr (error->message, ==, refused[i].result);
  }
}

/* Types of what comes out: a method may rely on them. */
static void
test_numbers_have_the_schemas_type (void)
{
  g_autoptr (ScoreReply) reply = score_reply_new ("{\"state\":\"s\","
      "\"frames\":[{\"frame\":\"3\",\"progress\":1}]}");
  g_autoptr (JsonNode) node = score_reply_read (reply, FRAMES, NULL);
  JsonArray *frames =
      json_object_get_array_member (json_node_get_object (node), "frames");
  JsonObject *first = json_array_get_object_element (frames, 0);

  g_assert_cmpint (json_node_get_value_type (json_object_get_member (first,
              "frame")), ==, G_TYPE_INT64);
  g_assert_cmpint (json_node_get_value_type (json_object_get_member (first,
              "progress")), ==, G_TYPE_DOUBLE);
}

static void
assert_read_error (const gchar * text, const gchar * refusal,
    ScoreFinish finish, gint code, const gchar * message)
{
  g_autoptr (ScoreReply) reply = score_reply_new (text);
  g_autoptr (GError) error = NULL;

  reply->refusal = g_strdup (refusal);
  reply->finish = finish;
  g_assert_null (score_reply_read (reply, OBJECTS, &error));
  g_assert_error (error, GST_SCORE_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_refusal_is_not_a_bad_answer (void)
{
  assert_read_error ("", "I would\nrather \xff not", SCORE_FINISH_STOP,
      GST_SCORE_ERROR_REFUSED, "the model declined to answer: I would rather "
      "\xef\xbf\xbd not");
  assert_read_error (A, "no", SCORE_FINISH_STOP, GST_SCORE_ERROR_REFUSED,
      "the model declined to answer: no");
  assert_read_error ("{\"obj", NULL, SCORE_FINISH_FILTERED,
      GST_SCORE_ERROR_REFUSED, "a safety filter cut the answer off");
}

static void
test_cut_answer_says_so (void)
{
  const gchar *message = "the answer was cut off at the output limit; it must "
      "be shorter, or max-tokens larger";

  assert_read_error ("{\"objects\":[\"a", NULL, SCORE_FINISH_LENGTH,
      GST_SCORE_ERROR_BAD_REPLY, message);
  assert_read_error ("", NULL, SCORE_FINISH_LENGTH,
      GST_SCORE_ERROR_BAD_REPLY, message);
}

static void
test_whole_answer_counts_however_it_ended (void)
{
  g_autoptr (ScoreReply) reply = score_reply_new (A " and th");
  g_autoptr (JsonNode) node = NULL;

  reply->finish = SCORE_FINISH_LENGTH;
  node = score_reply_read (reply, OBJECTS, NULL);
  g_assert_nonnull (node);
}

static void
assert_ends_badly (gchar * text)
{
  g_autofree gchar *owned = text;
  g_autoptr (ScoreReply) reply = score_reply_new (owned);
  g_autoptr (GError) error = NULL;

  g_assert_null (score_reply_read (reply, OBJECTS, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
}

static gchar *
repeat (const gchar * piece, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_deep_nesting (void)
{
  assert_ends_badly (repeat ("[", 70000));
  assert_ends_badly (repeat ("{\"a\":", 70000));
  assert_ends_badly (repeat ("[{\"objects\":", 70000));
}

static void
test_depth_limit (void)
{
  g_autofree gchar *open = repeat ("[", 64);
  g_autofree gchar *close = repeat ("]", 64);
  g_autofree gchar *fits = g_strconcat (open, close, NULL);
  g_autofree gchar *deeper = g_strconcat ("{\"a\":", fits, "}", NULL);
  g_autoptr (ScoreReply) good = score_reply_new (fits);
  g_autoptr (ScoreReply) bad = score_reply_new (deeper);
  g_autoptr (JsonNode) node = score_reply_read (good, NULL, NULL);
  g_autoptr (JsonNode) inner = score_reply_read (bad, NULL, NULL);

  g_assert_nonnull (node);
  /* the object is one too deep, the array in it is not */
  g_assert_nonnull (inner);
  g_assert_true (JSON_NODE_HOLDS_ARRAY (inner));
}

/* Megabytes made to be slow: each must be given up after bounded work. */
static void
test_bounded_work (void)
{
  assert_ends_badly (repeat ("[", SCORE_REPLY_MAX_TEXT));
  assert_ends_badly (repeat ("{\"", SCORE_REPLY_MAX_TEXT / 2));
  assert_ends_badly (repeat ("[1,", SCORE_REPLY_MAX_TEXT / 3));
  assert_ends_badly (repeat ("[{},", SCORE_REPLY_MAX_TEXT / 4));
  assert_ends_badly (repeat ("{} ", SCORE_REPLY_MAX_TEXT / 3));
  assert_ends_badly (repeat ("<think>", SCORE_REPLY_MAX_TEXT / 7));
  assert_ends_badly (repeat ("<think></think>", SCORE_REPLY_MAX_TEXT / 15));
}

static void
test_null_text_is_empty (void)
{
  g_autoptr (ScoreReply) reply = score_reply_new (NULL);

  g_assert_cmpstr (reply->text, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reply/found", test_found);
  g_test_add_func ("/reply/refused", test_refused);
  g_test_add_func ("/reply/numbers-have-the-schemas-type",
      test_numbers_have_the_schemas_type);
  g_test_add_func ("/reply/refusal-is-not-a-bad-answer",
      test_refusal_is_not_a_bad_answer);
  g_test_add_func ("/reply/cut-answer-says-so", test_cut_answer_says_so);
  g_test_add_func ("/reply/whole-answer-counts-however-it-ended",
      test_whole_answer_counts_however_it_ended);
  g_test_add_func ("/reply/deep-nesting", test_deep_nesting);
  g_test_add_func ("/reply/depth-limit", test_depth_limit);
  g_test_add_func ("/reply/bounded-work", test_bounded_work);
  g_test_add_func ("/reply/null-text-is-empty", test_null_text_is_empty);
  return g_test_run ();
}
