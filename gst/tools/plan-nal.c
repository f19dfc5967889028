/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-nal.h"

#include <string.h>

/* Where the next 00 00 01 begins; the end where there is none. */
static gsize
find_start_code (const ScorePlanNals * self, gsize from)
{
  gsize at = from + 2;

  while (at < self->size) {
    const guint8 *one = memchr (self->data + at, 1, self->size - at);

    if (one == NULL)
      break;
    at = (gsize) (one - self->data);
    if (one[-1] == 0 && one[-2] == 0)
      return at - 2;
    at++;
  }
  return self->size;
}

void
score_plan_nals_init (ScorePlanNals * nals, const guint8 * data, gsize size,
    guint length_size)
{
  *nals = (ScorePlanNals) {
  .data = data,.size = size,.length_size = length_size};
  if (length_size == 0) {
    nals->at = find_start_code (nals, 0);
    nals->damaged = nals->at == size;
  }
}

static gboolean
next_by_length (ScorePlanNals * self, const guint8 ** nal, gsize * size)
{
  gsize length = 0;

  if (self->at == self->size)
    return FALSE;
  if (self->size - self->at > self->length_size) {
    for (guint i = 0; i < self->length_size; i++)
      length = length << 8 | self->data[self->at + i];
    self->at += self->length_size;
  }
  if (length == 0 || length > self->size - self->at) {
    self->damaged = TRUE;
    return FALSE;
  }
  *nal = self->data + self->at;
  *size = length;
  self->at += length;
  return TRUE;
}

static gboolean
next_by_start_code (ScorePlanNals * self, const guint8 ** nal, gsize * size)
{
  gsize from, to;

  if (self->at == self->size)
    return FALSE;
  from = self->at + 3;
  to = self->at = find_start_code (self, from);
  while (to > from && self->data[to - 1] == 0)
    to--;
  if (to == from) {
    self->damaged = TRUE;
    return FALSE;
  }
  *nal = self->data + from;
  *size = to - from;
  return TRUE;
}

gboolean
score_plan_nals_next (ScorePlanNals * nals, const guint8 ** nal, gsize * size)
{
  if (nals->damaged)
    return FALSE;
  return nals->length_size > 0 ? next_by_length (nals, nal, size) :
      next_by_start_code (nals, nal, size);
}

const gchar *
score_plan_nals_open (const GstStructure * caps, ScorePlanHeaderFunc take,
    gpointer state)
{
  const gchar *format = gst_structure_get_string (caps, "stream-format");
  const GValue *value = gst_structure_get_value (caps, "codec_data");
  const gchar *reason;
  GstMapInfo map;

  if (g_strcmp0 (gst_structure_get_string (caps, "alignment"), "au") != 0)
    return "it does not come a picture at a time";
  if (g_strcmp0 (format, "byte-stream") == 0)
    return NULL;
  if (value == NULL || !GST_VALUE_HOLDS_BUFFER (value))
    return "it has no header";
  if (!gst_buffer_map (gst_value_get_buffer (value), &map, GST_MAP_READ))
    return SCORE_PLAN_BAD_HEADER;
  reason = take (state, map.data, map.size);
  gst_buffer_unmap (gst_value_get_buffer (value), &map);
  return reason;
}
