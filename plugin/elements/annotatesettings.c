/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotatesettings.h"

#include <gst/gst.h>

#define DEFAULT_MODE GST_SCORE_MODE_AUTO
#define DEFAULT_PROVISIONAL GST_SCORE_PROVISIONAL_AUTO
#define DEFAULT_HOLD_MEMORY (G_GUINT64_CONSTANT (512) << 20)
#define DEFAULT_MAX_HOLD_BYTES (G_GUINT64_CONSTANT (16) << 30)

enum
{
  PROP_MODE = SCORE_PROP_LAST,
  PROP_PROVISIONAL,
  PROP_LATENCY,
  PROP_SCORES_LOCATION,
  PROP_HOLD_MEMORY,
  PROP_MAX_HOLD_BYTES,
  PROP_TEMP_DIRECTORY,
};

static GType
get_mode_type (void)
{
  static const GEnumValue values[] = {
    {GST_SCORE_MODE_AUTO, "Live when upstream is live, else hold", "auto"},
    {GST_SCORE_MODE_LIVE, "Never delay a frame by more than latency", "live"},
    {GST_SCORE_MODE_HOLD, "Hold frames until their episode is scored",
        "hold"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreAnnotateMode", values));
  return type;
}

static GType
get_provisional_type (void)
{
  static const GEnumValue values[] = {
    {GST_SCORE_PROVISIONAL_FALSE, "Final results only", "false"},
    {GST_SCORE_PROVISIONAL_TRUE, "Judge the open episode as well", "true"},
    {GST_SCORE_PROVISIONAL_AUTO, "True where frames are live, else false",
        "auto"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreProvisional", values));
  return type;
}

void
gst_score_annotate_settings_install (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY |
      G_PARAM_STATIC_STRINGS;

  /* mode: Since: 0.1 */
  g_object_class_install_property (klass, PROP_MODE,
      g_param_spec_enum ("mode", "mode",
          "Whether frames leave at once or wait for exact values",
          get_mode_type (), DEFAULT_MODE, flags));
  /* provisional: auto follows what mode comes to. Since: 0.1 */
  g_object_class_install_property (klass, PROP_PROVISIONAL,
      g_param_spec_enum ("provisional", "provisional",
          "Judge the open episode as well, by what is known so far; auto = "
          "in live mode", get_provisional_type (), DEFAULT_PROVISIONAL, flags));
  /* latency: nanoseconds. Frames of live input only. Since: 0.1 */
  g_object_class_install_property (klass, PROP_LATENCY,
      g_param_spec_uint64 ("latency", "latency",
          "Longest that a live frame is held for a better value (ns)",
          0, G_MAXINT64, 0, G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING |
          G_PARAM_STATIC_STRINGS));
  /* scores-location: path. Any caps are taken then, and what concerns a model is
   * not looked at. Since: 0.1 */
  g_object_class_install_property (klass, PROP_SCORES_LOCATION,
      g_param_spec_string ("scores-location", "scores-location",
          "JSON Lines file, written by results-location, to take the values "
          "from instead of asking a model", NULL, flags));
  /* hold-memory: bytes. Since: 0.1 */
  g_object_class_install_property (klass, PROP_HOLD_MEMORY,
      g_param_spec_uint64 ("hold-memory", "hold-memory",
          "Bytes of frames held in memory; more are held in a temporary file",
          0, G_MAXUINT64, DEFAULT_HOLD_MEMORY, flags));
  /* max-hold-bytes: bytes, in memory and in the file. Since: 0.1 */
  g_object_class_install_property (klass, PROP_MAX_HOLD_BYTES,
      g_param_spec_uint64 ("max-hold-bytes", "max-hold-bytes",
          "Bytes of frames held at all; past them it is an error; 0 = no limit",
          0, G_MAXUINT64, DEFAULT_MAX_HOLD_BYTES, flags));
  /* temp-directory: path. Since: 0.1 */
  g_object_class_install_property (klass, PROP_TEMP_DIRECTORY,
      g_param_spec_string ("temp-directory", "temp-directory",
          "Folder for the temporary file, which has no name; unset, $TMPDIR or "
          "else /var/tmp", NULL, flags));
  gst_type_mark_as_plugin_api (get_mode_type (), 0);
  gst_type_mark_as_plugin_api (get_provisional_type (), 0);
}

void
gst_score_annotate_settings_init (GstScoreAnnotateSettings * self)
{
  self->mode = DEFAULT_MODE;
  self->provisional = DEFAULT_PROVISIONAL;
  self->hold_memory = DEFAULT_HOLD_MEMORY;
  self->max_hold_bytes = DEFAULT_MAX_HOLD_BYTES;
}

void
gst_score_annotate_settings_clear (GstScoreAnnotateSettings * self)
{
  g_clear_pointer (&self->scores_location, g_free);
  g_clear_pointer (&self->temp_directory, g_free);
}

static void
set_string (gchar ** field, const GValue * value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

gboolean
gst_score_annotate_settings_set (GstScoreAnnotateSettings * self, guint id,
    const GValue * value)
{
  switch (id) {
    case PROP_MODE:
      self->mode = g_value_get_enum (value);
      return TRUE;
    case PROP_PROVISIONAL:
      self->provisional = g_value_get_enum (value);
      return TRUE;
    case PROP_LATENCY:
      self->latency = g_value_get_uint64 (value);
      return TRUE;
    case PROP_SCORES_LOCATION:
      set_string (&self->scores_location, value);
      return TRUE;
    case PROP_HOLD_MEMORY:
      self->hold_memory = g_value_get_uint64 (value);
      return TRUE;
    case PROP_MAX_HOLD_BYTES:
      self->max_hold_bytes = g_value_get_uint64 (value);
      return TRUE;
    case PROP_TEMP_DIRECTORY:
      set_string (&self->temp_directory, value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
gst_score_annotate_settings_get (const GstScoreAnnotateSettings * self,
    guint id, GValue * value)
{
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      return TRUE;
    case PROP_PROVISIONAL:
      g_value_set_enum (value, self->provisional);
      return TRUE;
    case PROP_LATENCY:
      g_value_set_uint64 (value, self->latency);
      return TRUE;
    case PROP_SCORES_LOCATION:
      g_value_set_string (value, self->scores_location);
      return TRUE;
    case PROP_HOLD_MEMORY:
      g_value_set_uint64 (value, self->hold_memory);
      return TRUE;
    case PROP_MAX_HOLD_BYTES:
      g_value_set_uint64 (value, self->max_hold_bytes);
      return TRUE;
    case PROP_TEMP_DIRECTORY:
      g_value_set_string (value, self->temp_directory);
      return TRUE;
    default:
      return FALSE;
  }
}
