/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotateout.h"

#include "elements/textpad.h"

/* How long a frame is where nothing says so. */
#define GUESSED_DURATION (40 * GST_MSECOND)

void
gst_score_out_init (GstScoreOut * self, GstElement * element, GstPad * video)
{
  self->element = element;
  self->video = video;
  g_queue_init (&self->late);
  gst_score_out_reset (self);
}

void
gst_score_out_clear (GstScoreOut * self)
{
  gst_score_out_reset (self);
  gst_clear_object (&self->text);
  gst_clear_object (&self->json);
}

void
gst_score_out_reset (GstScoreOut * self)
{
  g_queue_clear_full (&self->late, (GDestroyNotify) gst_score_result_unref);
  self->last_pts = GST_CLOCK_TIME_NONE;
  self->last_duration = GUESSED_DURATION;
}

/* What is late beside the video is no reason to drop frames of it. */
static gboolean
side_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_QOS)
    return gst_pad_event_default (pad, parent, event);
  gst_event_unref (event);
  return TRUE;
}

GstPad *
gst_score_out_add_pad (GstScoreOut * self, GstPadTemplate * templ)
{
  const gchar *name = GST_PAD_TEMPLATE_NAME_TEMPLATE (templ);
  GstPad **place = g_str_equal (name, "text_src") ? &self->text : &self->json;
  GstPad *pad = g_object_new (GST_PAD_TEMPLATE_GTYPE (templ), "name", name,
      "direction", GST_PAD_SRC, "template", templ, NULL);

  gst_object_ref_sink (pad);
  gst_pad_use_fixed_caps (pad);
  gst_pad_set_event_function (pad, side_event);
  /* Before who pushes sees it, whose first events would be lost. */
  gst_pad_set_active (pad, TRUE);
  GST_OBJECT_LOCK (self->element);
  if (*place != NULL) {
    GST_OBJECT_UNLOCK (self->element);
    gst_pad_set_active (pad, FALSE);
    gst_object_unref (pad);
    return NULL;
  }
  *place = gst_object_ref (pad);
  GST_OBJECT_UNLOCK (self->element);
  gst_element_add_pad (self->element, pad);
  gst_object_unref (pad);
  return pad;
}

void
gst_score_out_remove_pad (GstScoreOut * self, GstPad * pad)
{
  GST_OBJECT_LOCK (self->element);
  if (self->text == pad)
    self->text = NULL;
  else if (self->json == pad)
    self->json = NULL;
  GST_OBJECT_UNLOCK (self->element);
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (self->element, pad);
  gst_object_unref (pad);
}

static GstPad *
ref_pad (GstScoreOut * self, GstPad ** place)
{
  GstPad *pad;

  GST_OBJECT_LOCK (self->element);
  pad = *place ? gst_object_ref (*place) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return pad;
}

static void
set_times (GstScoreOut * self, GstScoreCue * cue, GstBuffer * buffer,
    const GstScoreOutFrame * frame)
{
  cue->pts = GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer) :
      GST_BUFFER_DTS (buffer);
  cue->dts = GST_BUFFER_DTS (buffer);
  cue->stream_time = frame->stream_time;
  cue->duration = GST_BUFFER_DURATION_IS_VALID (buffer) ?
      GST_BUFFER_DURATION (buffer) : frame->duration;
  if (!GST_CLOCK_TIME_IS_VALID (cue->duration) || cue->duration == 0) {
    if (GST_CLOCK_TIME_IS_VALID (self->last_pts) && cue->pts > self->last_pts)
      self->last_duration = MIN (cue->pts - self->last_pts, GST_SECOND);
    cue->duration = self->last_duration;
  }
  self->last_pts = cue->pts;
}

static GstScoreResult *
pop_late (GstScoreOut * self)
{
  GstScoreResult *result;

  GST_OBJECT_LOCK (self->element);
  result = g_queue_pop_head (&self->late);
  GST_OBJECT_UNLOCK (self->element);
  return result;
}

/* Of the two pads only json has them. */
static GstFlowReturn
push_late (GstScoreOut * self, GstPad ** place, GstPad * pad)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstScoreResult *result;

  if (place != &self->json)
    return GST_FLOW_OK;
  while ((result = pop_late (self)) != NULL) {
    ret = gst_score_side_pad_push_late (pad, self->video, result);
    gst_score_result_unref (result);
  }
  return ret;
}

/* That a side is not linked, or wants no more, is not for the video to suffer. */
static GstFlowReturn
worse (GstFlowReturn video, GstFlowReturn side)
{
  return video == GST_FLOW_OK && side < GST_FLOW_EOS ? side : video;
}

static GstFlowReturn
push_side (GstScoreOut * self, GstPad ** place, const GstScoreCue * cue,
    gboolean * linked)
{
  g_autoptr (GstPad) pad = ref_pad (self, place);
  GstFlowReturn ret, late;

  if (pad == NULL)
    return GST_FLOW_OK;
  late = push_late (self, place, pad);
  ret = gst_score_side_pad_push (pad, self->video, cue);
  *linked |= gst_pad_is_linked (pad);
  return worse (ret, late);
}

/* Where nobody asked for pads, this costs nothing. */
static GstFlowReturn
push_sides (GstScoreOut * self, GstBuffer * buffer,
    const GstScoreOutFrame * frame, gboolean * linked)
{
  GstScoreCue cue = { 0, };
  GstFlowReturn ret;

  if (g_atomic_pointer_get (&self->text) == NULL &&
      g_atomic_pointer_get (&self->json) == NULL)
    return GST_FLOW_OK;
  set_times (self, &cue, buffer, frame);
  cue.value = frame->value;
  cue.episode_id = frame->episode_id;
  cue.result = frame->exact ? frame->result : NULL;
  ret = push_side (self, &self->text, &cue, linked);
  return worse (ret, push_side (self, &self->json, &cue, linked));
}

GstFlowReturn
gst_score_out_push (GstScoreOut * self, GstBuffer * buffer,
    const GstScoreOutFrame * frame)
{
  gboolean linked = FALSE;
  GstFlowReturn ret, side;

  if (frame->attach && frame->value != NULL)
    gst_score_value_attach (frame->value, buffer, frame->episode_id,
        frame->task, frame->result);
  side = push_sides (self, buffer, frame, &linked);
  ret = gst_pad_push (self->video, buffer);
  if (ret == GST_FLOW_NOT_LINKED && linked)
    ret = GST_FLOW_OK;
  return worse (ret, side);
}

static void
push_side_event (GstScoreOut * self, GstPad ** place, GstEvent * event)
{
  g_autoptr (GstPad) pad = ref_pad (self, place);

  if (pad == NULL)
    return;
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    push_late (self, place, pad);
  gst_score_side_pad_event (pad, self->video, event);
}

gboolean
gst_score_out_push_event (GstScoreOut * self, GstEvent * event)
{
  push_side_event (self, &self->text, event);
  push_side_event (self, &self->json, event);
  return gst_pad_push_event (self->video, event);
}

void
gst_score_out_add_late (GstScoreOut * self, GstScoreResult * result)
{
  GST_OBJECT_LOCK (self->element);
  if (self->json != NULL)
    g_queue_push_tail (&self->late, gst_score_result_ref (result));
  GST_OBJECT_UNLOCK (self->element);
}
