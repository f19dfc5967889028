/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstcheck.h>

/* The elements of the plugin, as the registry knows them. */
static GList *
list_elements (void)
{
  GList *features = gst_registry_get_feature_list_by_plugin (gst_registry_get
      (), "score");
  GList *elements = NULL;

  for (GList * item = features; item != NULL; item = item->next) {
    if (GST_IS_ELEMENT_FACTORY (item->data))
      elements = g_list_prepend (elements, gst_object_ref (item->data));
  }
  gst_plugin_feature_list_free (features);
  fail_unless (elements != NULL);
  return elements;
}

static GstElement *
make (GstElementFactory * factory)
{
  GstElement *element = gst_element_factory_create (factory, NULL);
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);

  gst_object_ref_sink (element);
  /* Nobody is asked anything without a frame. */
  if (g_object_class_find_property (klass, "base-url") != NULL)
    g_object_set (element, "base-url", "http://127.0.0.1:1/v1", NULL);
  return element;
}

static void
go (GstElement * element, GstState state)
{
  fail_unless (gst_element_set_state (element, state) !=
      GST_STATE_CHANGE_FAILURE, "%s to %s", GST_OBJECT_NAME (element),
      gst_element_state_get_name (state));
}

static void
go_up_and_down (GstElement * element)
{
  static const GstState states[] = {
    GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED,
    GST_STATE_READY, GST_STATE_NULL, GST_STATE_PAUSED, GST_STATE_READY,
    GST_STATE_PAUSED, GST_STATE_NULL, GST_STATE_PLAYING, GST_STATE_NULL,
    GST_STATE_NULL
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    go (element, states[i]);
}

GST_START_TEST (test_up_and_down)
{
  GList *elements = list_elements ();

  for (GList * item = elements; item != NULL; item = item->next) {
    GstElement *element = make (item->data);

    for (guint i = 0; i < 3; i++)
      go_up_and_down (element);
    gst_check_object_destroyed_on_unref (element);
  }
  gst_plugin_feature_list_free (elements);
}

GST_END_TEST;

/* Without a setting an element may refuse to start; it must do so cleanly. */
GST_START_TEST (test_as_it_is_made)
{
  GList *elements = list_elements ();

  for (GList * item = elements; item != NULL; item = item->next) {
    GstElement *element = gst_element_factory_create (item->data, NULL);

    gst_object_ref_sink (element);
    for (guint i = 0; i < 3; i++) {
      gst_element_set_state (element, GST_STATE_PLAYING);
      go (element, GST_STATE_NULL);
    }
    gst_check_object_destroyed_on_unref (element);
  }
  gst_plugin_feature_list_free (elements);
}

GST_END_TEST;

/* Thrown away in a bin that goes. */
GST_START_TEST (test_in_a_bin)
{
  GList *elements = list_elements ();

  for (GList * item = elements; item != NULL; item = item->next) {
    GstElement *element = make (item->data);
    GstElement *bin = gst_pipeline_new (NULL);

    gst_bin_add (GST_BIN (bin), element);
    go (bin, GST_STATE_PAUSED);
    go (bin, GST_STATE_NULL);
    gst_object_unref (bin);
    gst_check_object_destroyed_on_unref (element);
  }
  gst_plugin_feature_list_free (elements);
}

GST_END_TEST;

static Suite *
states_suite (void)
{
  Suite *suite = suite_create ("states");
  TCase *tc = tcase_create ("states");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_up_and_down);
  tcase_add_test (tc, test_as_it_is_made);
  tcase_add_test (tc, test_in_a_bin);
  return suite;
}

GST_CHECK_MAIN (states);
