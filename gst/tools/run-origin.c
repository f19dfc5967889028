/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-origin.h"

#include <gst/score/gstscoreerror.h>
#include <string.h>

#define PATIENCE (20 * GST_SECOND)
#define UNSET "unset"
#define NOBODY "http://127.0.0.1:1"

struct _ScoreRunOrigin
{
  GTree *values;                /* name to value, as text */
};

static gint
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

static void
put (ScoreRunOrigin * self, const gchar * name, const gchar * value)
{
  if (value != NULL)
    g_tree_insert (self->values, g_strdup (name), g_strdup (value));
}

static gchar *
format_number (gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_dtostr (text, sizeof text, value));
}

/* Numbers have other types in a message than in a record. */
static gchar *
format (const GValue * value)
{
  g_auto (GValue) number = G_VALUE_INIT;

  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return g_strdup (g_value_get_boolean (value) ? "true" : "false");
  g_value_init (&number, G_TYPE_DOUBLE);
  if (g_value_transform (value, &number))
    return format_number (g_value_get_double (&number));
  return gst_value_serialize (value);
}

/* Not of the server's place, and not of money. */
static gboolean
has_a_say (const gchar * name)
{
  return !g_str_equal (name, "base-url") && !g_str_has_prefix (name, "price-")
      && !g_str_equal (name, "max-cost");
}

static gboolean
add_option (GQuark field, const GValue * value, gpointer user_data)
{
  ScoreRunOrigin *self = user_data;
  const gchar *name = g_quark_to_string (field);
  g_autofree gchar *text = NULL;
  gchar rate[G_ASCII_DTOSTR_BUF_SIZE];

  if (!has_a_say (name))
    return TRUE;
  text = format (value);
  if (!g_str_equal (name, "step")) {
    put (self, name, text);
    return TRUE;
  }
  /* as the property has it */
  g_ascii_formatd (rate, sizeof rate, "%.6g",
      GST_SECOND / g_ascii_strtod (text, NULL));
  put (self, "framerate", rate);
  return TRUE;
}

ScoreRunOrigin *
score_run_origin_new (const GstScoreResult * result)
{
  ScoreRunOrigin *self = g_new0 (ScoreRunOrigin, 1);
  const GstStructure *options = gst_score_result_get_options (result);
  g_autofree gchar *threshold =
      format_number (gst_score_result_get_success_threshold (result));

  self->values = g_tree_new_full (compare_names, NULL, g_free, g_free);
  if (options != NULL)
    gst_structure_foreach (options, add_option, self);
  put (self, "method", gst_score_result_get_method (result));
  put (self, "provider", gst_score_result_get_provider (result));
  put (self, "model", gst_score_result_get_model (result));
  put (self, "success-threshold", threshold);
  return self;
}

void
score_run_origin_free (ScoreRunOrigin * self)
{
  g_tree_unref (self->values);
  g_free (self);
}

const gchar *
score_run_origin_get (const ScoreRunOrigin * self, const gchar * name)
{
  return g_tree_lookup (self->values, name);
}

static gboolean
append (gpointer name, gpointer value, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%s\n", (const gchar *) name,
      (const gchar *) value);
  return FALSE;
}

gchar *
score_run_origin_to_text (const ScoreRunOrigin * self)
{
  GString *text = g_string_new (NULL);

  g_tree_foreach (self->values, append, text);
  return g_string_free (text, FALSE);
}

static gboolean
add_name (gpointer name, gpointer value, gpointer user_data)
{
  g_ptr_array_add (user_data, name);
  return FALSE;
}

static gboolean
values_differ (const gchar * name, const gchar * one, const gchar * other)
{
  if (g_str_equal (name, "model") && (one == NULL || other == NULL))
    return FALSE;
  return g_strcmp0 (one, other) != 0;
}

gboolean
score_run_origin_differ (const ScoreRunOrigin * one,
    const ScoreRunOrigin * other, const gchar ** name,
    const gchar ** one_value, const gchar ** other_value)
{
  static const gchar *const first[] = { "method", "provider", "model" };
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (names, (gpointer) first[i]);
  g_tree_foreach (one->values, add_name, names);
  g_tree_foreach (other->values, add_name, names);
  for (guint i = 0; i < names->len; i++) {
    const gchar *candidate = g_ptr_array_index (names, i);
    const gchar *a = score_run_origin_get (one, candidate);
    const gchar *b = score_run_origin_get (other, candidate);

    if (!values_differ (candidate, a, b))
      continue;
    *name = candidate;
    *one_value = a != NULL ? a : UNSET;
    *other_value = b != NULL ? b : UNSET;
    return TRUE;
  }
  return FALSE;
}

/* --- what an element would do --- */

static GstScoreResult *
wait_for_result (GstBus * bus, GError ** error)
{
  g_autoptr (GstMessage) message = NULL;
  GstScoreMessageType type;

  while ((message = gst_bus_timed_pop_filtered (bus, PATIENCE,
              GST_MESSAGE_ELEMENT)) != NULL) {
    if (gst_score_message_parse_type (message, &type)
        && type == GST_SCORE_MESSAGE_EPISODE)
      return gst_score_message_parse_result (message, error);
    gst_clear_message (&message);
  }
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "scoresink does not say what its settings are.");
  return NULL;
}

static void
take_start_error (GstBus * bus, GError ** error)
{
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message != NULL)
    gst_message_parse_error (message, error, NULL);
  else
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "scoresink cannot be started.");
}

/* Robometer's server is asked whether it is well at the start; nobody has to be
 * where it is asked now. A URL that is none stays, and is complained of. */
static void
stay_at_home (GstElement * scoresink)
{
  g_auto (GValue) method = G_VALUE_INIT;
  g_autofree gchar *name = NULL, *url = NULL;
  g_autoptr (GUri) uri = NULL;

  g_object_get_property (G_OBJECT (scoresink), "method", &method);
  name = gst_value_serialize (&method);
  g_object_get (scoresink, "base-url", &url, NULL);
  if (g_str_equal (name, "robometer") && url != NULL)
    uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && g_str_has_prefix (g_uri_get_scheme (uri), "http")
      && g_uri_get_host (uri) != NULL)
    g_object_set (scoresink, "base-url", NOBODY, NULL);
}

static GstScoreResult *
score_nothing (GstElement * scoresink, GstBus * bus, GError ** error)
{
  if (gst_element_set_state (scoresink, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_FAILURE) {
    take_start_error (bus, error);
    return NULL;
  }
  g_signal_emit_by_name (scoresink, "start-episode", "settings", "settings");
  g_signal_emit_by_name (scoresink, "end-episode", NULL);
  return wait_for_result (bus, error);
}

ScoreRunOrigin *
score_run_origin_probe (GstElement * scoresink, GError ** error)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstScoreResult) result = NULL;

  g_object_set (scoresink, "results-location", NULL, "samples-location", NULL,
      NULL);
  stay_at_home (scoresink);
  gst_element_set_bus (scoresink, bus);
  result = score_nothing (scoresink, bus, error);
  gst_element_set_state (scoresink, GST_STATE_NULL);
  gst_element_set_bus (scoresink, NULL);
  gst_bus_set_flushing (bus, TRUE);
  return result != NULL ? score_run_origin_new (result) : NULL;
}
