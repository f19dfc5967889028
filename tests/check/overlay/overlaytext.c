/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaytext.h"

#include <string.h>

static void
assert_clean (const gchar * text, const gchar * wanted)
{
  g_autofree gchar *clean = score_overlay_text_clean (text);

  g_assert_cmpstr (clean, ==, wanted);
}

static void
test_one_paragraph (void)
{
  assert_clean ("", "");
  assert_clean ("  the cup\n\n is\tfull  ", "the cup is full");
  assert_clean ("\r\n", "");
  assert_clean ("a\xe2\x80\xa9" "b", "a b");
}

static void
test_control_characters (void)
{
  assert_clean ("a\x01\x1b[31mb\x7f", "a [31mb");
  assert_clean ("a\xc2\x85" "b", "a b");
}

/* An override would turn the label in front of the text, too. */
static void
test_direction_overrides (void)
{
  assert_clean ("\xe2\x80\xae" "abc\xe2\x80\xac" "d", "abc d");
  assert_clean ("a\xe2\x81\xa7" "b\xe2\x81\xa9", "a b");
}

static void
test_damaged_bytes (void)
{
  g_autofree gchar *clean = score_overlay_text_clean ("cup\xff" "cup");

  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_true (g_str_has_prefix (clean, "cup"));
}

static void
test_length_is_bounded (void)
{
  g_autofree gchar *long_text = g_strnfill (1000000, 'x');
  g_autofree gchar *clean = score_overlay_text_clean (long_text);

  g_assert_cmpuint (strlen (clean), <, 2000);
}

static void
with_font (void (*test) (const ScoreOverlayFont * font))
{
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  ScoreOverlayFont font;

  score_overlay_font_init (&font, map, "Sans 20");
  test (&font);
  score_overlay_font_clear (&font);
}

static void
check_markup (const ScoreOverlayFont * font)
{
  const gchar *text = "<b>a &amp; b</b> <span size='999999'>";
  g_autoptr (PangoLayout) layout = score_overlay_text_layout (font, text, 20,
      PANGO_WEIGHT_NORMAL, -1, 1);

  g_assert_cmpstr (pango_layout_get_text (layout), ==, text);
}

static void
test_markup_is_text (void)
{
  with_font (check_markup);
}

static void
check_lines (const ScoreOverlayFont * font)
{
  const gchar *text = "one two three four five six seven eight nine ten eleven";
  g_autoptr (PangoLayout) layout = score_overlay_text_layout (font, text, 20,
      PANGO_WEIGHT_NORMAL, 120, 2);
  g_autoptr (PangoLayout) word = score_overlay_text_layout (font,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 20,
      PANGO_WEIGHT_NORMAL, 120, 2);
  gdouble width;

  g_assert_cmpint (pango_layout_get_line_count (layout), ==, 2);
  g_assert_true (pango_layout_is_ellipsized (layout));
  score_overlay_text_measure (layout, &width, NULL);
  g_assert_cmpfloat (width, <=, 121);
  g_assert_cmpint (pango_layout_get_line_count (word), ==, 2);
  score_overlay_text_measure (word, &width, NULL);
  g_assert_cmpfloat (width, <=, 121);
}

static void
test_long_text_ends_in_an_ellipsis (void)
{
  with_font (check_lines);
}

static void
check_size (const ScoreOverlayFont * font)
{
  g_assert_cmpfloat (font->size_at_480, ==, 20);
}

static void
test_size_of_the_font (void)
{
  with_font (check_size);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/one-paragraph", test_one_paragraph);
  g_test_add_func ("/text/control-characters", test_control_characters);
  g_test_add_func ("/text/direction-overrides", test_direction_overrides);
  g_test_add_func ("/text/damaged-bytes", test_damaged_bytes);
  g_test_add_func ("/text/length-is-bounded", test_length_is_bounded);
  g_test_add_func ("/text/markup-is-text", test_markup_is_text);
  g_test_add_func ("/text/long-text-ends-in-an-ellipsis",
      test_long_text_ends_in_an_ellipsis);
  g_test_add_func ("/text/size-of-the-font", test_size_of_the_font);
  return g_test_run ();
}
