/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/sample.h"

static GBytes *
encode_base64 (GBytes * bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  gchar *text = g_base64_encode (data, size);

  return g_bytes_new_take (text, (size + 2) / 3 * 4);
}

ScoreSample *
score_sample_new (guint64 id, GBytes * jpeg, guint width, guint height)
{
  ScoreSample *self;

  g_return_val_if_fail (jpeg != NULL, NULL);

  self = g_atomic_rc_box_new0 (ScoreSample);
  self->id = id;
  self->timestamp = GST_CLOCK_TIME_NONE;
  self->stream_time = GST_CLOCK_TIME_NONE;
  self->running_time = GST_CLOCK_TIME_NONE;
  self->utc_time = GST_CLOCK_TIME_NONE;
  self->width = width;
  self->height = height;
  self->jpeg = g_bytes_ref (jpeg);
  self->base64 = encode_base64 (jpeg);
  return self;
}

ScoreSample *
score_sample_ref (ScoreSample * sample)
{
  g_return_val_if_fail (sample != NULL, NULL);

  return g_atomic_rc_box_acquire (sample);
}

static void
clear_sample (gpointer data)
{
  ScoreSample *self = data;

  g_bytes_unref (self->jpeg);
  g_bytes_unref (self->base64);
}

void
score_sample_unref (ScoreSample * sample)
{
  g_return_if_fail (sample != NULL);

  g_atomic_rc_box_release_full (sample, clear_sample);
}
