/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schemas, JSON found in text, and the counting of tokens. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client.h"
#include "sim-limits.h"
#include "sim-schema.h"
#include "sim-usage.h"

#include <string.h>

static JsonNode *
parse (const gchar * text)
{
  JsonNode *node = sim_json_parse (text, strlen (text));

  g_assert_nonnull (node);
  return node;
}

static SimStage
find_stage (const gchar * schema)
{
  g_autoptr (JsonNode) node = parse (schema);

  return sim_schema_stage (json_node_get_object (node));
}

static void
test_stages (void)
{
  g_assert_cmpint (find_stage (SCHEMA_OBJECTS), ==, SIM_STAGE_OBJECTS);
  g_assert_cmpint (find_stage (SCHEMA_DESCRIBE), ==, SIM_STAGE_DESCRIBE);
  g_assert_cmpint (find_stage (SCHEMA_PROGRESS), ==, SIM_STAGE_PROGRESS);
  g_assert_cmpint (find_stage ("{\"type\":\"object\",\"properties\":{}}"), ==,
      SIM_STAGE_OTHER);
  g_assert_cmpint (find_stage ("{\"properties\":{\"frames\":3}}"), ==,
      SIM_STAGE_OTHER);
}

static void
assert_blank (const gchar * schema, const gchar * expected)
{
  g_autoptr (JsonNode) node = parse (schema);
  g_autoptr (JsonNode) blank = sim_schema_blank (json_node_get_object (node));
  g_autofree gchar *text = json_to_string (blank, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_blank (void)
{
  assert_blank ("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
      "\"string\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
      "\"c\":{\"type\":\"number\"},\"d\":{\"type\":\"boolean\"},\"e\":{"
      "\"type\":[\"string\",\"null\"]},\"f\":{\"enum\":[\"x\",\"y\"]},\"g\":{"
      "\"type\":\"object\",\"properties\":{\"h\":{\"type\":\"null\"}}}}}",
      "{\"a\":\"\",\"b\":[],\"c\":0,\"d\":false,\"e\":\"\",\"f\":\"x\","
      "\"g\":{\"h\":null}}");
  assert_blank ("{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":"
      "\"ARRAY\"}}}", "{\"a\":[]}");
}

static void
assert_complaint (const gchar * schema, const gchar * about)
{
  g_autoptr (JsonNode) node = parse (schema);
  g_autofree gchar *complaint =
      sim_schema_complain (json_node_get_object (node));

  if (about == NULL)
    g_assert_null (complaint);
  else
    g_assert_nonnull (strstr (complaint, about));
}

static void
test_strict_schemas (void)
{
  assert_complaint (SCHEMA_PROGRESS, NULL);
  assert_complaint ("{\"type\":\"array\"}", "object");
  assert_complaint ("{\"type\":\"object\",\"properties\":{}}",
      "additionalProperties");
  assert_complaint ("{\"type\":\"object\",\"additionalProperties\":false,"
      "\"properties\":{\"a\":{\"type\":\"string\"}}}", "Missing 'a'");
  assert_complaint ("{\"type\":\"object\",\"additionalProperties\":false,"
      "\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"array\"}}}",
      "items");
  assert_complaint ("{\"type\":\"object\",\"additionalProperties\":false,"
      "\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"string\","
      "\"default\":\"x\"}}}", "default");
}

static void
test_schema_in_text (void)
{
  g_autoptr (JsonNode) node = sim_json_find_schema ("Answer {like this} or"
      " {\"a\": 1}, following " SCHEMA_DESCRIBE " and nothing else. {");

  g_assert_nonnull (node);
  g_assert_cmpint (sim_schema_stage (json_node_get_object (node)), ==,
      SIM_STAGE_DESCRIBE);
  g_assert_null (sim_json_find_schema ("no {schema} {\"here\": [}"));
}

static void
test_bad_json (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"a\":");
  static const gchar *const bad[] =
      { "", "  ", "[]", "{", "{\"a\":1}x", "{\"a\":\"\xff\"}", "{'a':}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (sim_json_parse (bad[i], strlen (bad[i])));
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (sim_json_parse (deep->str, deep->len));
}

static void
test_tokens (void)
{
  g_assert_cmpuint (sim_usage_text (0), ==, 0);
  g_assert_cmpuint (sim_usage_text (9), ==, 3);
  g_assert_cmpuint (sim_usage_openai_picture (512, 288, NULL), ==, 16 * 9);
  g_assert_cmpuint (sim_usage_openai_picture (33, 32, "high"), ==, 2);
  g_assert_cmpuint (sim_usage_openai_picture (1920, 1080, "auto"), ==, 1536);
  g_assert_cmpuint (sim_usage_openai_picture (1920, 1080, "low"), ==, 85);
  g_assert_cmpuint (sim_usage_gemini_picture (384, 384, NULL), ==, 258);
  g_assert_cmpuint (sim_usage_gemini_picture (1000, 700, NULL), ==, 516);
  g_assert_cmpuint (sim_usage_gemini_picture (1000, 700,
          "MEDIA_RESOLUTION_LOW"), ==, 280);
  g_assert_cmpuint (sim_usage_cut ("abcdefgh", 1), ==, 4);
  g_assert_cmpuint (sim_usage_cut ("abc\xc3\xa4gh", 1), ==, 3);
  g_assert_cmpuint (sim_usage_cut ("abc", 1), ==, 3);
}

static void
test_bucket (void)
{
  SimBucket bucket;

  sim_bucket_init (&bucket, 2, 0);
  g_assert_cmpfloat (sim_bucket_take (&bucket, 0), ==, 0);
  g_assert_cmpfloat (sim_bucket_take (&bucket, 0), ==, 0);
  g_assert_cmpfloat_with_epsilon (sim_bucket_take (&bucket, 0), 30, 1e-6);
  g_assert_cmpfloat_with_epsilon (sim_bucket_take (&bucket,
          10 * G_USEC_PER_SEC), 20, 1e-6);
  g_assert_cmpfloat (sim_bucket_take (&bucket, 30 * G_USEC_PER_SEC), ==, 0);
  g_assert_cmpfloat (sim_bucket_take (&bucket, 30 * G_USEC_PER_SEC), >, 29);
}

static void
test_failures_have_their_rate (void)
{
  guint n = 0, other = 0;

  for (guint i = 0; i < 10000; i++) {
    n += sim_limits_fails (1, i, 0.25);
    other += sim_limits_fails (1, i, 0.25) != sim_limits_fails (2, i, 0.25);
    g_assert_false (sim_limits_fails (1, i, 0));
    g_assert_true (sim_limits_fails (1, i, 1));
  }
  g_assert_cmpuint (n, >, 2300);
  g_assert_cmpuint (n, <, 2700);
  g_assert_cmpuint (other, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/stages", test_stages);
  g_test_add_func ("/schema/blank", test_blank);
  g_test_add_func ("/schema/strict", test_strict_schemas);
  g_test_add_func ("/schema/in-text", test_schema_in_text);
  g_test_add_func ("/json/bad", test_bad_json);
  g_test_add_func ("/usage/tokens", test_tokens);
  g_test_add_func ("/limits/bucket", test_bucket);
  g_test_add_func ("/limits/failures-have-their-rate",
      test_failures_have_their_rate);
  return g_test_run ();
}
