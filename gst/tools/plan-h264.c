/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-bits.h"
#include "plan-codec.h"
#include "plan-nal.h"
#include "plan-sets.h"
#include "plan-sps.h"

/* H.264. A picture whose slices all have nal_ref_idc 0 is referred to by none,
 * and an IDR picture forgets all that was before it (ITU-T H.264, 7.4.1.2.4 and
 * 7.4.1). Other key pictures, of open groups, do not begin anything here. */

#define NAL_SLICE 1
#define NAL_IDR 5
#define NAL_SEI 6
#define NAL_SPS 7
#define NAL_PPS 8
#define NAL_DELIMITER 9
#define NAL_FILLER 12

#define DAMAGED "a unit of it is damaged"
#define CHANGES "its parameters change"

typedef struct
{
  guint length_size;
  ScorePlanSets sets;
  gboolean has_sps, order_known, has_b;
} H264;

static const gchar *
take_sps (H264 * self, const guint8 * nal, gsize size)
{
  ScorePlanSps sps = { 0, };

  if (!score_plan_sps_parse (&sps, nal, size))
    return "its sequence parameters cannot be read";
  if (!sps.progressive)
    return "it may have fields";
  if (sps.gaps_allowed)
    return "its frame numbers may have gaps";
  self->order_known = sps.order_known && (!self->has_sps || self->order_known);
  self->has_sps = TRUE;
  return NULL;
}

static const gchar *
take_set (H264 * self, const guint8 * nal, gsize size)
{
  if (!score_plan_sets_add (&self->sets, nal, size))
    return CHANGES;
  return (nal[0] & 0x1f) == NAL_SPS ? take_sps (self, nal, size) : NULL;
}

/* Of sequences, or of pictures, each behind its length. */
static const gchar *
take_sets (H264 * self, guint n, const guint8 * data, gsize size, gsize * at)
{
  while (n-- > 0) {
    gsize length = size - *at < 2 ? 0 :
        (gsize) (data[*at] << 8 | data[*at + 1]);
    const gchar *reason;

    if (length == 0 || length > size - *at - 2)
      return SCORE_PLAN_BAD_HEADER;
    if ((reason = take_set (self, data + *at + 2, length)) != NULL)
      return reason;
    *at += 2 + length;
  }
  return NULL;
}

/* The parameter sets of an avcC box (ISO/IEC 14496-15). */
static const gchar *
take_codec_data (gpointer state, const guint8 * data, gsize size)
{
  H264 *self = state;
  const gchar *reason;
  gsize at = 6;

  if (size < at || data[0] != 1)
    return SCORE_PLAN_BAD_HEADER;
  self->length_size = (data[4] & 3) + 1;
  reason = take_sets (self, data[5] & 0x1f, data, size, &at);
  if (reason == NULL && at < size) {
    at++;
    reason = take_sets (self, data[at - 1], data, size, &at);
  }
  score_plan_sets_end_header (&self->sets);
  return reason;
}

static void
h264_close (gpointer state)
{
  H264 *self = state;

  score_plan_sets_clear (&self->sets);
  g_free (self);
}

static gpointer
h264_open (GstCaps * caps, const gchar ** reason)
{
  H264 *self = g_new0 (H264, 1);

  score_plan_sets_init (&self->sets);
  *reason = score_plan_nals_open (gst_caps_get_structure (caps, 0),
      take_codec_data, self);
  if (*reason == NULL)
    return self;
  h264_close (self);
  return NULL;
}

/* Whether it may refer to later pictures. */
static gboolean
is_b_slice (const guint8 * nal, gsize size)
{
  ScorePlanBits bits;

  score_plan_bits_init (&bits, nal + 1, size - 1);
  score_plan_bits_read_ue (&bits);      /* first macroblock */
  return score_plan_bits_read_ue (&bits) % 5 == 1;
}

typedef struct
{
  guint n_slices, n_idr, n_referred;
} Picture;

static const gchar *
take_nal (H264 * self, const guint8 * nal, gsize size, Picture * picture)
{
  guint type = nal[0] & 0x1f;

  switch (type) {
    case NAL_SLICE:
    case NAL_IDR:
      picture->n_slices++;
      picture->n_idr += type == NAL_IDR;
      picture->n_referred += (nal[0] & 0x60) != 0;
      self->has_b |= is_b_slice (nal, size);
      return NULL;
    case NAL_SPS:
    case NAL_PPS:
      return take_set (self, nal, size);
    case NAL_SEI:
    case NAL_DELIMITER:
    case NAL_FILLER:
      return NULL;
    default:
      return "it has units of a rare kind";
  }
}

static const gchar *
judge (H264 * self, const Picture * picture, ScorePlanUnit * unit)
{
  score_plan_sets_end_unit (&self->sets);
  if (!self->has_sps)
    return "it has no sequence parameters";
  if (picture->n_slices == 0)
    return "it has units without a picture";
  if (picture->n_idr != 0 && picture->n_idr != picture->n_slices)
    return DAMAGED;
  if (picture->n_idr != 0)
    unit->flags |= SCORE_PLAN_START;
  else if (picture->n_referred == 0)
    unit->flags |= SCORE_PLAN_LEAF;
  else if (picture->n_referred != picture->n_slices)
    return DAMAGED;
  return NULL;
}

static const gchar *
h264_look (gpointer state, const guint8 * data, gsize size,
    ScorePlanUnit * unit)
{
  H264 *self = state;
  Picture picture = { 0, };
  ScorePlanNals nals;
  const guint8 *nal;
  gsize nal_size;

  score_plan_nals_init (&nals, data, size, self->length_size);
  while (score_plan_nals_next (&nals, &nal, &nal_size)) {
    const gchar *reason = take_nal (self, nal, nal_size, &picture);

    if (reason != NULL)
      return reason;
  }
  return nals.damaged ? DAMAGED : judge (self, &picture, unit);
}

/* Where the stream does not say how far it is reordered, the decoder finds out as
 * it goes on, and loses pictures until it knows. */
static const gchar *
h264_finish (gpointer state, const ScorePlan * plan)
{
  H264 *self = state;

  if (!self->order_known && (self->has_b || score_plan_is_reordered (plan)))
    return "it does not say how far it is reordered";
  return NULL;
}

const ScorePlanCodec score_plan_h264 = {
  "video/x-h264", "avdec_h264", h264_open, h264_look, h264_finish, h264_close
};
