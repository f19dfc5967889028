/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-settings.h"

#include <math.h>
#include <string.h>

typedef struct
{
  gchar *name;
  GValue value;
} Setting;

struct _ScoreRunSettings
{
  GArray *settings;             /* of Setting, in the order of the command line */
};

static void
setting_clear (gpointer data)
{
  Setting *setting = data;

  g_free (setting->name);
  g_value_unset (&setting->value);
}

void
score_run_settings_free (ScoreRunSettings * self)
{
  g_array_unref (self->settings);
  g_free (self);
}

/* *INDENT-OFF* */
static gboolean fail (GError ** error, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);
/* *INDENT-ON* */

static gboolean
fail (GError ** error, const gchar * format, ...)
{
  va_list args;

  va_start (args, format);
  g_clear_error (error);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        format, args);
  va_end (args);
  return FALSE;
}

static GstElement *
make_sink (GError ** error)
{
  GstElement *sink = gst_element_factory_make ("scoresink", NULL);

  if (sink == NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "GStreamer has no element scoresink; is GST_PLUGIN_PATH the folder of"
        " libgstscore.so?");
  return sink;
}

/* What has an option of its own, or is the run's. */
static const gchar *
find_option_of (const gchar * property)
{
  static const gchar *const taken[][2] = {
    {"results-location", "--output"},
    {"samples-location", "--samples"},
    {"task", "--task"},
    {"price-input", "--price-input"},
    {"price-output", "--price-output"},
    {"price-cached", "--price-cached"},
    {"episode-duration", NULL},
    {"parent", NULL},
    {"name", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (taken); i++) {
    if (g_str_equal (taken[i][0], property))
      return taken[i][1] ? taken[i][1] : "";
  }
  return NULL;
}

static gchar *
list_enum_values (GParamSpec * pspec)
{
  const GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
        klass->values[i].value_nick);
  return g_string_free (g_steal_pointer (&list), FALSE);
}

/* Words that say what would have been right. */
static gboolean
fail_value (GParamSpec * pspec, const gchar * text, GError ** error)
{
  g_autofree gchar *values = NULL;

  if (!(pspec->flags & G_PARAM_READABLE))
    return fail (error, "-p %s: its value is none of the type %s.",
        pspec->name, g_type_name (pspec->value_type));
  if (!G_IS_PARAM_SPEC_ENUM (pspec))
    return fail (error, "-p %s: \"%s\" is no value of it (type %s), or out of"
        " its range.", pspec->name, text, g_type_name (pspec->value_type));
  values = list_enum_values (pspec);
  return fail (error, "-p %s: \"%s\" is no value of it; there are %s.",
      pspec->name, text, values);
}

/* The pspec makes a value fit that does not; here that is an error. */
static gboolean
read_value (GParamSpec * pspec, const gchar * text, GValue * value,
    GError ** error)
{
  g_value_init (value, pspec->value_type);
  if (!gst_value_deserialize_with_pspec (value, text, pspec)
      || g_param_value_validate (pspec, value)) {
    g_value_unset (value);
    return fail_value (pspec, text, error);
  }
  return TRUE;
}

static GParamSpec *
find_property (GstElement * sink, const gchar * name, GError ** error)
{
  GParamSpec *pspec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (sink), name);
  const gchar *option;

  if (pspec == NULL) {
    fail (error, "-p %s: scoresink has no such property; see gst-inspect-1.0"
        " scoresink.", name);
    return NULL;
  }
  option = find_option_of (pspec->name);
  if (option != NULL || !(pspec->flags & G_PARAM_WRITABLE)) {
    fail (error, "-p %s: it cannot be set here%s%s.", pspec->name,
        option && *option ? "; there is " : "", option ? option : "");
    return NULL;
  }
  return pspec;
}

static gboolean
add (ScoreRunSettings * self, GstElement * sink, const gchar * assignment,
    GError ** error)
{
  const gchar *equals = strchr (assignment, '=');
  g_autofree gchar *name =
      g_strndup (assignment, (gsize) (equals - assignment));
  GParamSpec *pspec = find_property (sink, name, error);
  Setting setting = { NULL, G_VALUE_INIT };

  if (pspec == NULL || !read_value (pspec, equals + 1, &setting.value, error))
    return FALSE;
  setting.name = g_strdup (pspec->name);
  g_array_append_val (self->settings, setting);
  return TRUE;
}

static void
add_value (ScoreRunSettings * self, const gchar * name, const GValue * value)
{
  Setting setting = { g_strdup (name), G_VALUE_INIT };

  g_value_init (&setting.value, G_VALUE_TYPE (value));
  g_value_copy (value, &setting.value);
  g_array_append_val (self->settings, setting);
}

static void
add_price (ScoreRunSettings * self, GstElement * sink, const gchar * name,
    gdouble price)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (isnan (price)
      || !g_object_class_find_property (G_OBJECT_GET_CLASS (sink), name))
    return;
  g_value_init (&value, G_TYPE_DOUBLE);
  g_value_set_double (&value, price);
  add_value (self, name, &value);
}

static void
add_boolean (ScoreRunSettings * self, const gchar * name, gboolean boolean)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_BOOLEAN);
  g_value_set_boolean (&value, boolean);
  add_value (self, name, &value);
}

static void
add_filename (ScoreRunSettings * self, const gchar * name,
    const gchar * filename)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (filename == NULL)
    return;
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, filename);
  add_value (self, name, &value);
}

ScoreRunSettings *
score_run_settings_new (const ScoreRunOptions * options, GError ** error)
{
  g_autoptr (ScoreRunSettings) self = g_new0 (ScoreRunSettings, 1);
  g_autoptr (GstElement) sink = NULL;

  self->settings = g_array_new (FALSE, FALSE, sizeof (Setting));
  g_array_set_clear_func (self->settings, setting_clear);
  sink = make_sink (error);
  if (sink == NULL)
    return NULL;
  gst_object_ref_sink (sink);
  /* The sink is the only one that looks. */
  add_boolean (self, "decoder-throttle", !options->decode_all);
  add_filename (self, "samples-location", options->samples);
  add_price (self, sink, "price-input", options->price_input);
  add_price (self, sink, "price-output", options->price_output);
  add_price (self, sink, "price-cached", options->price_cached);
  for (gchar ** text = options->properties; *text != NULL; text++) {
    if (!add (self, sink, *text, error))
      return NULL;
  }
  return g_steal_pointer (&self);
}

GstElement *
score_run_settings_make_sink (const ScoreRunSettings * self,
    const gchar * output)
{
  GstElement *sink = make_sink (NULL);

  for (guint i = 0; i < self->settings->len; i++) {
    const Setting *setting = &g_array_index (self->settings, Setting, i);

    g_object_set_property (G_OBJECT (sink), setting->name, &setting->value);
  }
  g_object_set (sink, "results-location", output, NULL);
  return sink;
}

gdouble
score_run_settings_get_max_cost (const ScoreRunSettings * self)
{
  gdouble max_cost = 0;

  for (guint i = 0; i < self->settings->len; i++) {
    const Setting *setting = &g_array_index (self->settings, Setting, i);

    if (g_str_equal (setting->name, "max-cost")
        && G_VALUE_HOLDS_DOUBLE (&setting->value))
      max_cost = g_value_get_double (&setting->value);
  }
  return max_cost;
}
