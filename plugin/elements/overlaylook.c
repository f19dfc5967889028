/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaylook.h"

#define DEFAULT_POSITION SCORE_OVERLAY_BOTTOM
#define DEFAULT_ELEMENTS SCORE_OVERLAY_EVERYTHING
#define DEFAULT_FONT "Sans"
#define DEFAULT_OPACITY 1.0
#define DEFAULT_SCALE 1.0

#define GST_TYPE_SCORE_OVERLAY_POSITION (gst_score_overlay_position_get_type ())
static GType
gst_score_overlay_position_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {SCORE_OVERLAY_TOP_LEFT, "Card in the corner", "top-left"},
    {SCORE_OVERLAY_TOP, "Strip over the whole width", "top"},
    {SCORE_OVERLAY_TOP_RIGHT, "Card in the corner", "top-right"},
    {SCORE_OVERLAY_BOTTOM_LEFT, "Card in the corner", "bottom-left"},
    {SCORE_OVERLAY_BOTTOM, "Strip over the whole width", "bottom"},
    {SCORE_OVERLAY_BOTTOM_RIGHT, "Card in the corner", "bottom-right"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreOverlayPosition", values));
  return type;
}

#define GST_TYPE_SCORE_OVERLAY_ELEMENTS (gst_score_overlay_elements_get_type ())
static GType
gst_score_overlay_elements_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    {SCORE_OVERLAY_BAR, "Progress as a number and a bar", "bar"},
    {SCORE_OVERLAY_CURVE, "Curve of the episode so far", "curve"},
    {SCORE_OVERLAY_TASK, "What the robot is to do", "task"},
    {SCORE_OVERLAY_DESCRIPTION, "What the model sees", "description"},
    {SCORE_OVERLAY_STATE, "What the finished task looks like", "state"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_flags_register_static ("GstScoreOverlayElements", values));
  return type;
}

void
score_overlay_look_install_properties (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstScoreOverlay:position:
   *
   * A card in a corner, or a strip over the whole width.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, SCORE_OVERLAY_PROP_POSITION,
      g_param_spec_enum ("position", "Position",
          "Where to draw: a card in a corner, or a strip over the whole width",
          GST_TYPE_SCORE_OVERLAY_POSITION, DEFAULT_POSITION, flags));
  /**
   * GstScoreOverlay:elements:
   *
   * What to draw. On small pictures what has no room is left out, the
   * completion state first. The status is always drawn.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, SCORE_OVERLAY_PROP_ELEMENTS,
      g_param_spec_flags ("elements", "Elements",
          "What to draw, as far as there is room",
          GST_TYPE_SCORE_OVERLAY_ELEMENTS, DEFAULT_ELEMENTS, flags));
  /**
   * GstScoreOverlay:font:
   *
   * Pango's description of a font. A size in it is that of a line of text on a
   * picture of 480 lines, in pixels; it grows and shrinks with the picture.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, SCORE_OVERLAY_PROP_FONT,
      g_param_spec_string ("font", "Font",
          "Font as Pango describes it; its size is for a picture of 480 lines",
          DEFAULT_FONT, flags));
  /**
   * GstScoreOverlay:opacity:
   *
   * Of all that is drawn. At 0 frames pass untouched.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, SCORE_OVERLAY_PROP_OPACITY,
      g_param_spec_double ("opacity", "Opacity",
          "How opaque the drawing is, from 0 to 1", 0, 1, DEFAULT_OPACITY,
          flags));
  /**
   * GstScoreOverlay:scale:
   *
   * Multiplies all sizes, which follow the height of the picture.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, SCORE_OVERLAY_PROP_SCALE,
      g_param_spec_double ("scale", "Scale",
          "Multiplier of all sizes, which follow the height of the picture",
          0.25, 4, DEFAULT_SCALE, flags));
  gst_type_mark_as_plugin_api (GST_TYPE_SCORE_OVERLAY_POSITION, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_SCORE_OVERLAY_ELEMENTS, 0);
}

void
score_overlay_look_init (ScoreOverlayLook * self)
{
  self->position = DEFAULT_POSITION;
  self->elements = DEFAULT_ELEMENTS;
  self->font = g_strdup (DEFAULT_FONT);
  self->opacity = DEFAULT_OPACITY;
  self->scale = DEFAULT_SCALE;
}

void
score_overlay_look_clear (ScoreOverlayLook * self)
{
  g_clear_pointer (&self->font, g_free);
}

void
score_overlay_look_assign (ScoreOverlayLook * self,
    const ScoreOverlayLook * other)
{
  g_free (self->font);
  *self = *other;
  self->font = g_strdup (other->font);
}

gboolean
score_overlay_look_set (ScoreOverlayLook * self, guint id, const GValue * value)
{
  switch (id) {
    case SCORE_OVERLAY_PROP_POSITION:
      self->position = g_value_get_enum (value);
      return TRUE;
    case SCORE_OVERLAY_PROP_ELEMENTS:
      self->elements = g_value_get_flags (value);
      return TRUE;
    case SCORE_OVERLAY_PROP_FONT:
      g_free (self->font);
      self->font = g_value_dup_string (value);
      return TRUE;
    case SCORE_OVERLAY_PROP_OPACITY:
      self->opacity = g_value_get_double (value);
      return TRUE;
    case SCORE_OVERLAY_PROP_SCALE:
      self->scale = g_value_get_double (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
score_overlay_look_get (const ScoreOverlayLook * self, guint id, GValue * value)
{
  switch (id) {
    case SCORE_OVERLAY_PROP_POSITION:
      g_value_set_enum (value, self->position);
      return TRUE;
    case SCORE_OVERLAY_PROP_ELEMENTS:
      g_value_set_flags (value, self->elements);
      return TRUE;
    case SCORE_OVERLAY_PROP_FONT:
      g_value_set_string (value, self->font);
      return TRUE;
    case SCORE_OVERLAY_PROP_OPACITY:
      g_value_set_double (value, self->opacity);
      return TRUE;
    case SCORE_OVERLAY_PROP_SCALE:
      g_value_set_double (value, self->scale);
      return TRUE;
    default:
      return FALSE;
  }
}
