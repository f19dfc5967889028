/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints every element of the plugin with its own properties, their defaults
 * and its own signals, as lines of fields with tabs between:
 *
 *   element  NAME
 *   property ELEMENT NAME DEFAULT ACCESS
 *   signal   ELEMENT NAME
 *
 * "Own" is what a type of this project brings, not what GstElement or a base
 * class does. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdlib.h>

#include <gst/gst.h>

static gboolean
is_ours (GType type)
{
  return g_str_has_prefix (g_type_name (type), "GstScore");
}

/* The nicks, in the order of their bits. */
static gchar *
flags_to_text (const GParamSpec * pspec, guint flags)
{
  const GFlagsClass *klass = G_PARAM_SPEC_FLAGS (pspec)->flags_class;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    if (flags & klass->values[i].value)
      g_string_append_printf (text, "%s%s", text->len ? "+" : "",
          klass->values[i].value_nick);
  return g_string_free (text, FALSE);
}

static gchar *
default_to_text (const GParamSpec * pspec)
{
  const GValue *value = g_param_spec_get_default_value ((GParamSpec *) pspec);

  if (G_VALUE_HOLDS_STRING (value))
    return g_strdup (g_value_get_string (value) ? g_value_get_string (value)
        : "none");
  if (G_VALUE_HOLDS_ENUM (value)) {
    const GEnumValue *choice =
        g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class,
        g_value_get_enum (value));
    return g_strdup (choice ? choice->value_nick : "?");
  }
  if (G_VALUE_HOLDS_FLAGS (value))
    return flags_to_text (pspec, g_value_get_flags (value));
  if (G_VALUE_HOLDS_BOXED (value) || G_VALUE_HOLDS_OBJECT (value)
      || G_VALUE_HOLDS_POINTER (value))
    return g_strdup ("none");
  return gst_value_serialize (value);
}

static const gchar *
access_to_text (const GParamSpec * pspec)
{
  if (!(pspec->flags & G_PARAM_WRITABLE))
    return "read-only";
  return pspec->flags & G_PARAM_READABLE ? "read-write" : "write-only";
}

static void
print_properties (GstElementFactory * factory, GstElement * element)
{
  guint n = 0;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *text = NULL;

    if (!is_ours (specs[i]->owner_type))
      continue;
    text = default_to_text (specs[i]);
    g_print ("property\t%s\t%s\t%s\t%s\n", GST_OBJECT_NAME (factory),
        specs[i]->name, text, access_to_text (specs[i]));
  }
}

static void
print_signals (GstElementFactory * factory, GstElement * element)
{
  for (GType type = G_OBJECT_TYPE (element); is_ours (type);
      type = g_type_parent (type)) {
    guint n = 0;
    g_autofree guint *ids = g_signal_list_ids (type, &n);

    for (guint i = 0; i < n; i++)
      g_print ("signal\t%s\t%s\n", GST_OBJECT_NAME (factory),
          g_signal_name (ids[i]));
  }
}

static gboolean
print_factory (GstElementFactory * factory)
{
  g_autoptr (GstElement) element = gst_element_factory_create (factory, NULL);

  if (!element) {
    g_printerr ("cannot make a %s\n", GST_OBJECT_NAME (factory));
    return FALSE;
  }
  gst_object_ref_sink (element);
  g_print ("element\t%s\n", GST_OBJECT_NAME (factory));
  print_properties (factory, element);
  print_signals (factory, element);
  return TRUE;
}

int
main (int argc, char **argv)
{
  GList *features;
  gboolean ok;

  gst_init (&argc, &argv);
  features = gst_registry_get_feature_list_by_plugin (gst_registry_get (),
      "score");
  ok = features != NULL;
  for (GList * l = features; l; l = l->next) {
    g_autoptr (GstPluginFeature) feature = gst_plugin_feature_load (l->data);

    if (GST_IS_ELEMENT_FACTORY (feature))
      ok = print_factory (GST_ELEMENT_FACTORY (feature)) && ok;
  }
  if (!features)
    g_printerr ("the plugin is not in the registry\n");
  gst_plugin_feature_list_free (features);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
