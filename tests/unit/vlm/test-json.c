/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "vlm/json-read.h"
#include "vlm/json-write.h"

static JsonNode *
parse (const gchar * text)
{
  ScoreJsonStatus status;
  JsonNode *node = score_json_parse_text (text, &status);

  g_assert_cmpint (status, ==, SCORE_JSON_OK);
  g_assert_nonnull (node);
  return node;
}

static void
test_scan (void)
{
  static const struct
  {
    const gchar *text;
    ScoreJsonStatus status;
    gsize used;
  } rows[] = {
    {"", SCORE_JSON_EMPTY, 0},
    {" \t\r\n", SCORE_JSON_EMPTY, 4},
    {"1", SCORE_JSON_OK, 1},
    {"-0", SCORE_JSON_OK, 2},
    {"1.5e-3 x", SCORE_JSON_OK, 6},
    {"\"a\\\"b\" c", SCORE_JSON_OK, 6},
    {"true", SCORE_JSON_OK, 4},
    {"null,", SCORE_JSON_OK, 4},
    {"{} {}", SCORE_JSON_OK, 2},
    {"[[],{}]]", SCORE_JSON_OK, 7},
    {" [ 1 , 2 ] ", SCORE_JSON_OK, 10},
    {"{ \"a\" : [ ] }", SCORE_JSON_OK, 13},
    {"[1,]", SCORE_JSON_SYNTAX, 3},
    {"{\"a\":1,}", SCORE_JSON_SYNTAX, 7},
    {"[1 2]", SCORE_JSON_SYNTAX, 3},
    {"{1:2}", SCORE_JSON_SYNTAX, 1},
    {"]", SCORE_JSON_SYNTAX, 0},
    {"}", SCORE_JSON_SYNTAX, 0},
    {"[}", SCORE_JSON_SYNTAX, 1},
    {"{]", SCORE_JSON_SYNTAX, 1},
    {"{\"a\"}", SCORE_JSON_SYNTAX, 4},
    {"{\"a\":}", SCORE_JSON_SYNTAX, 5},
    {"01", SCORE_JSON_SYNTAX, 1},
    {"1.5.5", SCORE_JSON_SYNTAX, 3},
    {"hello", SCORE_JSON_SYNTAX, 0},
    {"-", SCORE_JSON_CUT, 1},
    {"-x", SCORE_JSON_SYNTAX, 1},
    {"1e+", SCORE_JSON_CUT, 3},
    {"[", SCORE_JSON_CUT, 1},
    {"[1", SCORE_JSON_CUT, 2},
    {"[1,", SCORE_JSON_CUT, 3},
    {"{\"a", SCORE_JSON_CUT, 3},
    {"{\"a\"", SCORE_JSON_CUT, 4},
    {"{\"a\":", SCORE_JSON_CUT, 5},
    {"[nul", SCORE_JSON_CUT, 1},
    {"[NaN]", SCORE_JSON_NOT_FINITE, 4},
    {"[-Infinity]", SCORE_JSON_NOT_FINITE, 2},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *text = g_strdup (rows[i].text);
    gsize used;

    g_test_message ("%s", text);
    g_assert_cmpint (score_json_scan (text, strlen (text), &used), ==,
        rows[i].status);
    g_assert_cmpuint (used, ==, rows[i].used);
  }
}

static void
test_scan_depth (void)
{
  g_autofree gchar *fits = g_strnfill (SCORE_JSON_MAX_DEPTH, '[');
  g_autofree gchar *deep = g_strnfill (SCORE_JSON_MAX_DEPTH + 1, '[');
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\"", deep);

  g_assert_cmpint (score_json_scan (fits, strlen (fits), NULL), ==,
      SCORE_JSON_CUT);
  g_assert_cmpint (score_json_scan (deep, strlen (deep), NULL), ==,
      SCORE_JSON_TOO_DEEP);
  g_assert_cmpint (score_json_scan (quoted, strlen (quoted), NULL), ==,
      SCORE_JSON_OK);
}

/* json-glib would cut the first, break the second and wrap the third. */
static void
test_scan_repairs_in_place (void)
{
  static const struct
  {
    const gchar *in, *out;
  } rows[] = {
    {"\"a\\u0000b\"", "\"a\\ufffdb\""},
    {"\"\\ud800\"", "\"\\ufffd\""},
    {"\"\\udc00\"", "\"\\ufffd\""},
    {"\"\\ud800\\u0041\"", "\"\\ufffd\\u0041\""},
    {"\"\\ud800\\ud800\\udc00\"", "\"\\ufffd\\ud800\\udc00\""},
    {"\"\\ud83c\\udf4c\"", "\"\\ud83c\\udf4c\""},
    {"9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", "1e999              "},
    {"-9223372036854775808", "-9223372036854775808"},
    {"-9223372036854775809", "-1e999              "},
    {"12345678901234567890.5", "12345678901234567890.5"},
    {"\\u0000", "\\u0000"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *text = g_strdup (rows[i].in);

    score_json_scan (text, strlen (text), NULL);
    g_assert_cmpstr (text, ==, rows[i].out);
  }
}

static void
test_parse_bytes (void)
{
  static const gchar nul[] = "[\"a\0b\"]";
  g_autoptr (GBytes) bytes = g_bytes_new_static (nul, sizeof nul - 1);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  ScoreJsonStatus status;
  g_autoptr (JsonNode) node = score_json_parse_bytes (bytes, &status);

  g_assert_cmpint (status, ==, SCORE_JSON_OK);
  g_assert_cmpstr (json_array_get_string_element (json_node_get_array (node),
          0), ==, "a\xef\xbf\xbd" "b");
  g_assert_null (score_json_parse_bytes (empty, &status));
  g_assert_cmpint (status, ==, SCORE_JSON_EMPTY);
  g_assert_null (score_json_parse_bytes (NULL, &status));
  g_assert_cmpint (status, ==, SCORE_JSON_EMPTY);
  g_assert_null (score_json_parse_text ("{} x", &status));
  g_assert_cmpint (status, ==, SCORE_JSON_SYNTAX);
}

static void
test_getters_take_any_type (void)
{
  static const gchar *const values[] = { "null", "true", "7", "7.5", "\"x\"",
    "[]", "{}"
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree gchar *text = g_strdup_printf ("{\"a\":%s}", values[i]);
    g_autoptr (JsonNode) node = parse (text);
    JsonObject *object = score_json_object (node);
    gdouble number = 0;

    g_assert_cmpint (score_json_get_string (object, "a") != NULL, ==, i == 4);
    g_assert_cmpint (score_json_get_array (object, "a") != NULL, ==, i == 5);
    g_assert_cmpint (score_json_get_object (object, "a") != NULL, ==, i == 6);
    g_assert_cmpuint (score_json_get_count (object, "a"), ==,
        i == 2 || i == 3 ? 7 : 0);
    g_assert_cmpint (score_json_node_number (json_object_get_member (object,
                "a"), &number), ==, i == 2 || i == 3);
    g_assert_null (score_json_get_string (object, "b"));
    g_assert_null (score_json_get_element (score_json_get_array (object, "a"),
            0));
  }
  g_assert_null (score_json_object (NULL));
  g_assert_null (score_json_get_object (NULL, "a"));
  g_assert_null (score_json_get_array (NULL, "a"));
  g_assert_cmpuint (score_json_get_count (NULL, "a"), ==, 0);
}

static void
test_tame (void)
{
  static const struct
  {
    const gchar *in;
    gsize max;
    const gchar *out;
  } rows[] = {
    {NULL, 9, ""},
    {"", 9, ""},
    {"plain", 9, "plain"},
    {"  two\n\n lines\t", 99, "two lines"},
    {"bell\007 \033[31m", 99, "bell [31m"},
    {"\xc3\xa9\xc3\xa9", 3, "\xc3\xa9"},
    {"ab cd", 3, "ab"},
    {"ab cd", 4, "ab c"},
    {"bad \xff\xfe", 99, "bad \xef\xbf\xbd\xef\xbf\xbd"},
    {"\xe2\x80\xa8line", 99, "line"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *out = score_json_tame (rows[i].in, -1, rows[i].max);

    g_assert_cmpstr (out, ==, rows[i].out);
  }
}

static void
assert_written (const gchar * in, const gchar * expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  score_json_append_string (out, in);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_write_strings (void)
{
  assert_written ("", "\"\"");
  assert_written ("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
  assert_written ("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
  assert_written ("\001\037", "\"\\u0001\\u001f\"");
  assert_written ("\177\xc3\xa9\xf0\x9f\x8d\x8c", "\"\177\xc3\xa9"
      "\xf0\x9f\x8d\x8c\"");
  assert_written ("\xff", "\"\xef\xbf\xbd\"");
}

/* What is written reads back as what it was. */
static void
test_strings_survive_a_round_trip (void)
{
  for (gunichar c = 1; c < 0x3000; c++) {
    gchar text[8] = { 0 };
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (JsonNode) node = NULL;

    g_unichar_to_utf8 (c, text);
    score_json_append_string (out, text);
    node = parse (out->str);
    g_assert_cmpstr (json_node_get_string (node), ==, text);
  }
}

static void
test_write_numbers (void)
{
  static const struct
  {
    gdouble value;
    const gchar *text;
  } rows[] = {
    {0, "0"}, {1, "1"}, {-1.5, "-1.5"}, {0.1, "0.1"}, {0.2, "0.2"},
    {1.0 / 3, "0.3333333333333333"}, {1e300, "1e+300"},
    {5e-324, "4.94065645841247e-324"}, {0.1 + 0.2, "0.30000000000000004"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) out = g_string_new (NULL);

    score_json_append_double (out, rows[i].value);
    g_assert_cmpstr (out->str, ==, rows[i].text);
    g_assert_true (g_ascii_strtod (out->str, NULL) == rows[i].value);
  }
}

/* The examples of RFC 7396, appendix A, whose target is an object. */
static void
test_merge (void)
{
  static const struct
  {
    const gchar *target, *patch, *result;
  } rows[] = {
    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
    {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
        "{\"a\":{\"b\":\"d\"}}"},
    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
    {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    {"{\"a\":1}", "{}", "{\"a\":1}"},
    {"{\"a\":1}", "{\"a\":{\"b\":2}}", "{\"a\":{\"b\":2}}"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (JsonNode) target = parse (rows[i].target);
    g_autoptr (JsonNode) patch = parse (rows[i].patch);
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (GString) after = g_string_new (NULL);

    score_json_merge (json_node_get_object (target),
        json_node_get_object (patch));
    score_json_append_node (out, target);
    g_assert_cmpstr (out->str, ==, rows[i].result);
    score_json_append_node (after, patch);
    g_assert_cmpstr (after->str, ==, rows[i].patch);
  }
}

static void
test_write_is_stable (void)
{
  static const gchar text[] = "{\"z\":[1,-2,0.5,true,false,null],\"a\":{},"
      "\"\xc3\xa9\":\"\\n\",\"big\":9007199254740993}";
  g_autoptr (JsonNode) node = parse (text);
  g_autoptr (GString) out = g_string_new (NULL);

  score_json_append_node (out, node);
  g_assert_cmpstr (out->str, ==, text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/scan", test_scan);
  g_test_add_func ("/json/scan-depth", test_scan_depth);
  g_test_add_func ("/json/scan-repairs-in-place", test_scan_repairs_in_place);
  g_test_add_func ("/json/parse-bytes", test_parse_bytes);
  g_test_add_func ("/json/getters-take-any-type", test_getters_take_any_type);
  g_test_add_func ("/json/tame", test_tame);
  g_test_add_func ("/json/write-strings", test_write_strings);
  g_test_add_func ("/json/strings-survive-a-round-trip",
      test_strings_survive_a_round_trip);
  g_test_add_func ("/json/write-numbers", test_write_numbers);
  g_test_add_func ("/json/merge", test_merge);
  g_test_add_func ("/json/write-is-stable", test_write_is_stable);
  return g_test_run ();
}
