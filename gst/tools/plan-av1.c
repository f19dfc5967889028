/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-codec.h"
#include "plan-sets.h"

/* AV1. A key frame that is shown at once replaces all references (AV1 Bitstream &
 * Decoding Process Specification, 7.20). A temporal unit shows one frame, and they
 * come in the order in which they are shown. */

#define OBU_SEQUENCE_HEADER 1
#define OBU_TEMPORAL_DELIMITER 2
#define OBU_FRAME_HEADER 3
#define OBU_TILE_GROUP 4
#define OBU_METADATA 5
#define OBU_FRAME 6
#define OBU_REDUNDANT_FRAME_HEADER 7
#define OBU_PADDING 15

#define DAMAGED "a unit of it is damaged"

static gpointer
av1_open (GstCaps * caps, const gchar ** reason)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  ScorePlanSets *sets;

  if (g_strcmp0 (gst_structure_get_string (s, "stream-format"),
          "obu-stream") != 0
      || g_strcmp0 (gst_structure_get_string (s, "alignment"), "tu") != 0) {
    *reason = "it does not come a temporal unit at a time";
    return NULL;
  }
  sets = g_new0 (ScorePlanSets, 1);
  score_plan_sets_init (sets);
  return sets;
}

static void
av1_close (gpointer state)
{
  score_plan_sets_clear (state);
  g_free (state);
}

/* A number of 7 bits a byte; FALSE where it does not end. */
static gboolean
read_leb128 (const guint8 * data, gsize size, gsize * at, gsize * value)
{
  *value = 0;
  for (guint i = 0; i < 4 && *at < size; i++) {
    guint8 byte = data[(*at)++];

    *value |= (gsize) (byte & 0x7f) << (7 * i);
    if (!(byte & 0x80))
      return TRUE;
  }
  return FALSE;
}

typedef struct
{
  guint type;
  const guint8 *data;
  gsize size;
} Obu;

static const gchar *
read_obu (const guint8 * data, gsize size, gsize * at, Obu * obu)
{
  guint8 header = data[(*at)++];

  obu->type = header >> 3 & 15;
  if (header & 0x04)
    return "it has layers";
  if (!(header & 0x02))
    obu->size = size - *at;
  else if (!read_leb128 (data, size, at, &obu->size) || obu->size > size - *at)
    return DAMAGED;
  obu->data = data + *at;
  *at += obu->size;
  return NULL;
}

typedef struct
{
  gboolean has_sequence, has_frame, is_key;
} Unit;

/* Reduced headers are of still pictures. */
static const gchar *
take_sequence (ScorePlanSets * sets, const Obu * obu, Unit * unit)
{
  if (obu->size < 1)
    return DAMAGED;
  if (obu->data[0] & 0x08)
    return "it is a still picture";
  unit->has_sequence = TRUE;
  return score_plan_sets_add (sets, obu->data, obu->size) ? NULL :
      "its parameters change";
}

static const gchar *
take_obu (ScorePlanSets * sets, const Obu * obu, Unit * unit)
{
  switch (obu->type) {
    case OBU_SEQUENCE_HEADER:
      return take_sequence (sets, obu, unit);
    case OBU_FRAME_HEADER:
    case OBU_FRAME:
      if (obu->size < 1)
        return DAMAGED;
      /* not shown again, a key frame, shown at once; and the first of the unit */
      if (!unit->has_frame)
        unit->is_key = obu->data[0] >> 4 == 1;
      unit->has_frame = TRUE;
      return NULL;
    case OBU_TEMPORAL_DELIMITER:
    case OBU_TILE_GROUP:
    case OBU_METADATA:
    case OBU_REDUNDANT_FRAME_HEADER:
    case OBU_PADDING:
      return NULL;
    default:
      return "it has units of a rare kind";
  }
}

static const gchar *
av1_look (gpointer state, const guint8 * data, gsize size, ScorePlanUnit * unit)
{
  Unit found = { FALSE, };
  gsize at = 0;

  while (at < size) {
    const gchar *reason;
    Obu obu;

    if ((reason = read_obu (data, size, &at, &obu)) != NULL
        || (reason = take_obu (state, &obu, &found)) != NULL)
      return reason;
  }
  if (!found.has_frame)
    return "it has units without a frame";
  score_plan_sets_end_unit (state);
  if (found.is_key && found.has_sequence)
    unit->flags |= SCORE_PLAN_START;
  return NULL;
}

static const gchar *
av1_finish (gpointer state, const ScorePlan * plan)
{
  return score_plan_is_reordered (plan) ? "its times go back" : NULL;
}

const ScorePlanCodec score_plan_av1 = {
  "video/x-av1", "av1dec", av1_open, av1_look, av1_finish, av1_close
};
