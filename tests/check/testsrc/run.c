/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run.h"

#include <gst/score/gstscoremeta.h>

static void
note_event (Run * self, GstEvent * event)
{
  const GstStructure *structure = gst_event_get_structure (event);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM) {
    g_autofree gchar *text = gst_structure_to_string (structure);

    g_string_append_printf (self->story, "[%s]", text);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT
      || GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    g_string_append_printf (self->story, "[%s]", GST_EVENT_TYPE_NAME (event));
}

static void
note_truth (Run * self, GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer,
      GST_SCORE_TRUTH_META_NAME);
  gdouble progress;

  if (!gst_score_truth_meta_get_progress (buffer, &progress)) {
    self->n_without_truth++;
    return;
  }
  g_array_append_val (self->progress, progress);
  g_ptr_array_add (self->episodes,
      g_strdup (gst_structure_get_string (gst_custom_meta_get_structure (meta),
              "episode-id")));
}

static void
note_buffer (Run * self, GstBuffer * buffer)
{
  GstMapInfo map;

  g_string_append_c (self->story, '.');
  self->n_frames++;
  fail_unless (GST_BUFFER_PTS_IS_VALID (buffer));
  fail_unless (GST_BUFFER_DURATION_IS_VALID (buffer));
  self->gapless &= GST_BUFFER_PTS (buffer) == self->next;
  self->next = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  note_truth (self, buffer);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_checksum_update (self->checksum, map.data, (gssize) map.size);
  gst_buffer_unmap (buffer, &map);
}

static GstPadProbeReturn
note_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Run *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    note_buffer (self, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    note_event (self, GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

Run *
run_new (const gchar * caps, const gchar * properties)
{
  Run *self = g_new0 (Run, 1);
  g_autofree gchar *line = g_strdup_printf ("scoretestsrc name=src %s ! %s "
      "! fakesink name=sink sync=false", properties, caps);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GError) error = NULL;

  self->pipeline = gst_parse_launch (line, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  self->src = gst_bin_get_by_name (GST_BIN (self->pipeline), "src");
  self->story = g_string_new (NULL);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->progress = g_array_new (FALSE, FALSE, sizeof (gdouble));
  self->episodes = g_ptr_array_new_with_free_func (g_free);
  self->gapless = TRUE;
  sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_cb, self, NULL);
  return self;
}

void
run_free (Run * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->src);
  gst_object_unref (self->pipeline);
  g_string_free (self->story, TRUE);
  g_checksum_free (self->checksum);
  g_array_unref (self->progress);
  g_ptr_array_unref (self->episodes);
  g_free (self);
}

GstMessage *
wait_for (Run * self, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, PATIENCE, types);

  fail_unless (message != NULL, "waited in vain");
  return message;
}

void
play_to_eos (Run * self)
{
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  message = wait_for (self, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
}

Run *
run_to_eos (const gchar * caps, const gchar * properties)
{
  Run *self = run_new (caps, properties);

  play_to_eos (self);
  return self;
}
