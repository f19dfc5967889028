/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>
#include <string.h>

#include "method/align.h"
#include "method/curve.h"
#include "method/text.h"

typedef struct
{
  const gchar *name;
  const gchar *numbers;         /* of the answer's items, in order */
  guint n;
  gboolean keep_first;
  const gchar *placed;          /* which item each frame got, by its place in the answer; - none */
  const gchar *problem;         /* part of it; NULL: none */
  gboolean from_zero, strays;
} AlignCase;

static const AlignCase align_cases[] = {
  {"in-order", "1 2 3", 3, FALSE, "0 1 2", NULL},
  {"any-order", "3 1 2", 3, FALSE, "1 2 0", NULL},
  {"one", "1", 1, FALSE, "0", NULL},
  {"one-from-zero", "0", 1, FALSE, "0", NULL, TRUE},
  {"from-zero", "0 1 2", 3, FALSE, "0 1 2", NULL, TRUE},
  {"from-zero-any-order", "2 0 1", 3, FALSE, "1 2 0", NULL, TRUE},
  {"zero-and-hole", "0 1", 3, FALSE, "1 - -",
      "Missing were the frames 2, 3.", FALSE, TRUE},
  {"short", "1 3", 3, FALSE, "0 - 1", "had 2 items, but must have 3"},
  {"empty", "", 2, FALSE, "- -", "Missing were the frames 1, 2."},
  {"twice", "1 2 2", 3, FALSE, "0 - -",
      "More than once there were the frames 2."},
  {"twice-first-kept", "1 2 2", 3, TRUE, "0 1 -", "Missing were the frames 3."},
  {"long", "1 2 3 4", 3, FALSE, "0 1 2",
      "Not asked about were the frames 4.", FALSE, TRUE},
  {"far-out", "1 2 -9223372036854775808", 3, FALSE, "0 1 -",
      "Not asked about were the frames", FALSE, TRUE},
  {"far-up", "1 2 9223372036854775807", 3, FALSE, "0 1 -",
      "the frames 9223372036854775807.", FALSE, TRUE},
  {"many-missing", "1", 20, FALSE,
        "0 - - - - - - - - - - - - - - - - - - -",
      "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 7 more."},
};

static JsonArray *
make_frames (const gchar * numbers)
{
  JsonArray *frames = json_array_new ();
  g_auto (GStrv) words = g_strsplit (numbers, " ", -1);

  for (guint i = 0; words[i]; i++) {
    JsonObject *item = json_object_new ();

    json_object_set_int_member (item, "frame",
        g_ascii_strtoll (words[i], NULL, 10));
    json_array_add_object_element (frames, item);
  }
  return frames;
}

static gchar *
print_places (const ScoreAlignment * alignment, JsonArray * frames)
{
  GString *places = g_string_new (NULL);

  for (guint i = 0; i < alignment->n; i++) {
    guint place = 0;

    if (i > 0)
      g_string_append_c (places, ' ');
    while (alignment->items[i] && json_array_get_object_element (frames,
            place) != alignment->items[i])
      place++;
    if (alignment->items[i])
      g_string_append_printf (places, "%u", place);
    else
      g_string_append_c (places, '-');
  }
  return g_string_free (places, FALSE);
}

static void
test_align (gconstpointer data)
{
  const AlignCase *c = data;
  g_autoptr (JsonArray) frames = make_frames (c->numbers);
  g_autoptr (ScoreAlignment) alignment =
      score_align (frames, c->n, c->keep_first);
  g_autofree gchar *places = print_places (alignment, frames);

  g_assert_cmpstr (places, ==, c->placed);
  g_assert_cmpint (alignment->from_zero, ==, c->from_zero);
  g_assert_cmpint (alignment->strays, ==, c->strays);
  if (c->problem)
    g_assert_nonnull (strstr (alignment->problem, c->problem));
  else
    g_assert_cmpstr (alignment->problem, ==, NULL);
}

typedef struct
{
  const gchar *name;
  guint n;
  gdouble values[4];
  ScoreScale scale;
} ScaleCase;

static const ScaleCase scale_cases[] = {
  {"unit", 3, {0.0, 0.5, 1.0}, SCORE_SCALE_UNIT},
  {"zeros", 3, {0.0, 0.0, 0.0}, SCORE_SCALE_UNIT},
  {"percent", 3, {0.0, 50.0, 100.0}, SCORE_SCALE_PERCENT},
  {"percent-with-hole", 3, {0.0, NAN, 35.0}, SCORE_SCALE_PERCENT},
  {"percent-low", 3, {0.0, 1.0, 5.0}, SCORE_SCALE_PERCENT},
  {"overshoot", 3, {0.0, 0.5, 1.05}, SCORE_SCALE_UNIT},
  {"below", 3, {-1.0, 50.0, 100.0}, SCORE_SCALE_UNIT},
  {"above", 3, {0.0, 50.0, 101.0}, SCORE_SCALE_UNIT},
  {"unclear", 3, {0.0, 0.5, 5.0}, SCORE_SCALE_UNCLEAR},
  {"none", 2, {NAN, NAN}, SCORE_SCALE_UNIT},
};

static void
test_scale (gconstpointer data)
{
  const ScaleCase *c = data;

  g_assert_cmpint (score_curve_guess_scale (c->values, c->n), ==, c->scale);
}

typedef struct
{
  const gchar *name;
  guint n;
  gdouble values[5];
  guint64 times[5];
  gdouble expected[5];
  const gchar *filled;          /* one letter a value: f filled, - given */
} FillCase;

static const FillCase fill_cases[] = {
  {"whole", 3, {0.1, 0.2, 0.3}, {0, 1, 2}, {0.1, 0.2, 0.3}, "---"},
  {"middle", 3, {0.0, NAN, 1.0}, {0, 1, 2}, {0.0, 0.5, 1.0}, "-f-"},
  {"by-time", 3, {0.0, NAN, 1.0}, {0, 1, 4}, {0.0, 0.25, 1.0}, "-f-"},
  {"falling", 4, {1.0, NAN, NAN, 0.4}, {0, 1, 2, 3}, {1.0, 0.8, 0.6, 0.4},
      "-ff-"},
  {"edges", 5, {NAN, NAN, 0.3, 0.6, NAN}, {0, 1, 2, 3, 4}, {0.3, 0.3, 0.3, 0.6,
          0.6}, "ff--f"},
  {"one-known", 3, {NAN, 0.7, NAN}, {0, 1, 2}, {0.7, 0.7, 0.7}, "f-f"},
  {"no-times", 3, {0.0, NAN, 1.0}, {0, 0, 0}, {0.0, 0.5, 1.0}, "-f-"},
  {"times-out-of-order", 3, {0.0, NAN, 1.0}, {0, 9, 4}, {0.0, 0.5, 1.0}, "-f-"},
};

static void
test_fill (gconstpointer data)
{
  const FillCase *c = data;
  gdouble values[5];
  gboolean filled[5];

  memcpy (values, c->values, sizeof (values));
  g_assert_true (score_curve_fill (values, c->times, c->n, filled));
  for (guint i = 0; i < c->n; i++) {
    g_assert_cmpfloat_with_epsilon (values[i], c->expected[i], 1e-12);
    g_assert_cmpint (filled[i], ==, c->filled[i] == 'f');
  }
}

static void
test_fill_from_nothing (void)
{
  gdouble values[] = { NAN, NAN };
  guint64 times[] = { 0, 1 };
  gboolean filled[2];

  g_assert_false (score_curve_fill (values, times, 2, filled));
  g_assert_false (score_curve_fill (NULL, NULL, 0, NULL));
}

typedef struct
{
  const gchar *name;
  const gchar *text;
  gsize max;
  const gchar *expected;
} TextCase;

static const TextCase text_cases[] = {
  {"plain", "a b", 10, "a b"},
  {"null", NULL, 10, ""},
  {"blank", " \n\t ", 10, ""},
  {"breaks", " a\r\nb\n\n c\x01" "d ", 20, "a b c d"},
  {"unicode-breaks", "a\xe2\x80\xa8" "b\xc2\x85" "c", 20, "a b c"},
  {"invalid", "a\xff" "b", 20, "a\xef\xbf\xbd" "b"},
  {"fits", "abcdef", 6, "abcdef"},
  {"cut", "abcdefg", 6, "abc..."},
  /* The third byte from the end lies within the second letter. */
  {"cut-between-letters", "a\xc3\xa4\xc3\xb6\xc3\xbc", 6, "a\xc3\xa4..."},
  {"cut-inside-letter", "ab\xc3\xa4\xc3\xb6\xc3\xbc", 6, "ab..."},
};

static void
test_text (gconstpointer data)
{
  const TextCase *c = data;
  g_autofree gchar *line = score_text_one_line (c->text, c->max);

  g_assert_cmpstr (line, ==, c->expected);
  g_assert_cmpuint (strlen (line), <=, c->max);
  g_assert_true (g_utf8_validate (line, -1, NULL));
}

#define ADD_CASES(prefix, cases, func) \
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) { \
    g_autofree gchar *path = g_strconcat (prefix, cases[i].name, NULL); \
    g_test_add_data_func (path, &cases[i], func); \
  }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/align/", align_cases, test_align);
  ADD_CASES ("/scale/", scale_cases, test_scale);
  ADD_CASES ("/fill/", fill_cases, test_fill);
  g_test_add_func ("/fill/from-nothing", test_fill_from_nothing);
  ADD_CASES ("/text/", text_cases, test_text);
  return g_test_run ();
}
