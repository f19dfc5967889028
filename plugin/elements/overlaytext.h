/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* Text that a model or a stream wrote, made into lines. Pango is given plain
 * text and never markup, so nothing in it has a meaning. */

typedef struct
{
  PangoContext *context;
  PangoFontDescription *font;
  gdouble size_at_480;          /* pixels, from the font's size */
} ScoreOverlayFont;

/* @words: as of pango_font_description_from_string(), or NULL. */
void score_overlay_font_init (ScoreOverlayFont * self, PangoFontMap * map,
    const gchar * words);
void score_overlay_font_clear (ScoreOverlayFont * self);

/* One paragraph without control characters, as long as can be shown. */
gchar *score_overlay_text_clean (const gchar * text);

/* @width: below 0 for as wide as the text is. What does not fit into @lines
 * ends with an ellipsis. */
PangoLayout *score_overlay_text_layout (const ScoreOverlayFont * font,
    const gchar * text, gdouble size, PangoWeight weight, gdouble width,
    gint lines);
void score_overlay_text_measure (PangoLayout * layout, gdouble * width,
    gdouble * height);
/* Height of @lines lines of that size. */
gdouble score_overlay_text_height (const ScoreOverlayFont * font,
    gdouble size, gint lines);
/* Whether its lines begin at the right. */
gboolean score_overlay_text_is_from_right (PangoLayout * layout);
/* (@x, @y) is the upper left corner. */
void score_overlay_text_draw (cairo_t * cr, PangoLayout * layout, gdouble x,
    gdouble y);

G_END_DECLS
