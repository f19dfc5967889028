/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaypicture.h"

#include <math.h>

#include "elements/overlaypanel.h"

struct _ScoreOverlayPicture
{
  PangoFontMap *fonts;          /* not the thread's, which nobody frees */
  gboolean has_curve;
};

ScoreOverlayPicture *
score_overlay_picture_new (void)
{
  ScoreOverlayPicture *self = g_new0 (ScoreOverlayPicture, 1);

  self->fonts = pango_cairo_font_map_new ();
  return self;
}

void
score_overlay_picture_free (ScoreOverlayPicture * self)
{
  g_object_unref (self->fonts);
  g_free (self);
}

gboolean
score_overlay_picture_has_curve (const ScoreOverlayPicture * self)
{
  return self->has_curve;
}

/* Even places keep the colours of 4:2:0 video sharp; a lower one is inside the
 * video also where the width was rounded up. */
static gint
to_even (gdouble place)
{
  return (gint) (place / 2) * 2;
}

static cairo_surface_t *
draw_panel (const ScoreOverlayPanel * panel, gdouble squeeze)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32,
      (gint) ceil (panel->box.width * squeeze), (gint) panel->box.height);
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, squeeze, 1.0);
  cairo_push_group (cr);
  score_overlay_panel_draw (panel, cr);
  cairo_pop_group_to_source (cr);
  cairo_paint_with_alpha (cr, MIN (panel->state->look.opacity, 1.0));
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

cairo_surface_t *
score_overlay_picture_draw (ScoreOverlayPicture * self,
    const ScoreOverlayState * state, gint * x, gint * y)
{
  gdouble squeeze = score_overlay_canvas_squeeze (&state->canvas);
  cairo_surface_t *surface = NULL;
  ScoreOverlayFont font;
  ScoreOverlayPanel panel;

  score_overlay_font_init (&font, self->fonts, state->look.font);
  if (score_overlay_panel_plan (&panel, state, &font)) {
    *x = to_even (panel.box.x * squeeze);
    *y = to_even (panel.box.y);
    surface = draw_panel (&panel, squeeze);
  }
  self->has_curve = panel.curve_height > 0;
  score_overlay_panel_clear (&panel);
  score_overlay_font_clear (&font);
  if (surface && cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    g_clear_pointer (&surface, cairo_surface_destroy);
  return surface;
}
