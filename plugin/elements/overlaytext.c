/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaytext.h"

#define DEFAULT_FONT "Sans"
#define DEFAULT_SIZE 14.0
/* More is never seen in a few lines, and Pango takes its time. */
#define MAX_CHARACTERS 600

/* Advances in whole pixels would make the words of a small picture uneven. */
static void
set_up_rendering (PangoContext * context)
{
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 96.0);
  pango_context_set_round_glyph_positions (context, FALSE);
  cairo_font_options_destroy (options);
}

void
score_overlay_font_init (ScoreOverlayFont * self, PangoFontMap * map,
    const gchar * words)
{
  self->context = pango_font_map_create_context (map);
  set_up_rendering (self->context);
  self->font = pango_font_description_from_string (words ? words :
      DEFAULT_FONT);
  if (pango_font_description_get_family (self->font) == NULL)
    pango_font_description_set_family_static (self->font, DEFAULT_FONT);
  self->size_at_480 = DEFAULT_SIZE;
  if (pango_font_description_get_size (self->font) > 0)
    self->size_at_480 = CLAMP ((gdouble)
        pango_font_description_get_size (self->font) / PANGO_SCALE, 4, 100);
}

void
score_overlay_font_clear (ScoreOverlayFont * self)
{
  g_clear_object (&self->context);
  g_clear_pointer (&self->font, pango_font_description_free);
}

/* Marks that turn the direction of what follows, outside their text, too. */
static gboolean
turns_direction (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
is_gap (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c) || c == 0x2028
      || c == 0x2029 || c == 0xfeff || c == 0xfffc || turns_direction (c);
}

gchar *
score_overlay_text_clean (const gchar * text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);
  gboolean gap = FALSE;
  guint n = 0;

  for (const gchar * p = valid; *p != '\0' && n < MAX_CHARACTERS;
      p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_gap (c)) {
      gap = clean->len > 0;
      continue;
    }
    if (gap)
      g_string_append_c (clean, ' ');
    gap = FALSE;
    g_string_append_unichar (clean, c);
    n++;
  }
  return g_string_free (clean, FALSE);
}

PangoLayout *
score_overlay_text_layout (const ScoreOverlayFont * font, const gchar * text,
    gdouble size, PangoWeight weight, gdouble width, gint lines)
{
  PangoLayout *layout = pango_layout_new (font->context);
  PangoFontDescription *description = pango_font_description_copy (font->font);

  pango_font_description_set_absolute_size (description, size * PANGO_SCALE);
  weight = MAX (weight, pango_font_description_get_weight (font->font));
  pango_font_description_set_weight (description, weight);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_text (layout, text, -1);
  if (width >= 0) {
    pango_layout_set_width (layout, (gint) (width * PANGO_SCALE));
    pango_layout_set_height (layout, -lines);
    pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  }
  return layout;
}

void
score_overlay_text_measure (PangoLayout * layout, gdouble * width,
    gdouble * height)
{
  PangoRectangle logical;

  pango_layout_get_extents (layout, NULL, &logical);
  if (width)
    *width = (gdouble) logical.width / PANGO_SCALE;
  if (height)
    *height = (gdouble) logical.height / PANGO_SCALE;
}

gdouble
score_overlay_text_height (const ScoreOverlayFont * font, gdouble size,
    gint lines)
{
  g_autoptr (PangoLayout) layout = score_overlay_text_layout (font, "Ag", size,
      PANGO_WEIGHT_NORMAL, -1, 1);
  gdouble height;

  score_overlay_text_measure (layout, NULL, &height);
  return height * lines;
}

gboolean
score_overlay_text_is_from_right (PangoLayout * layout)
{
  PangoLayoutLine *line = pango_layout_get_line_readonly (layout, 0);

  return line->resolved_dir == PANGO_DIRECTION_RTL;
}

/* Pango 1.50 sets letters too far apart in a context that is squeezed, so these
 * are drawn as shapes. */
void
score_overlay_text_draw (cairo_t * cr, PangoLayout * layout, gdouble x,
    gdouble y)
{
  cairo_matrix_t matrix;

  cairo_get_matrix (cr, &matrix);
  cairo_new_path (cr);
  cairo_move_to (cr, x, y);
  if (matrix.xx == matrix.yy) {
    pango_cairo_show_layout (cr, layout);
  } else {
    pango_cairo_layout_path (cr, layout);
    cairo_fill (cr);
  }
}
