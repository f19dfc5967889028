/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-bits.h"
#include "plan-codec.h"
#include "plan-nal.h"
#include "plan-sets.h"

/* HEVC. A sub-layer non-reference picture of the highest sub-layer is referred to
 * by none, and after an IDR picture nothing refers to what was before it (ITU-T
 * H.265, 7.4.2.2 and 3). Other key pictures, of open groups, begin nothing here:
 * what follows them counts its order on from before. */

#define NAL_RASL_N 8
#define NAL_RASL_R 9
#define LAST_PICTURE_TYPE 9
#define NAL_BLA_W_LP 16
#define NAL_IDR_W_RADL 19
#define NAL_IDR_N_LP 20
#define NAL_CRA 21
#define NAL_VPS 32
#define NAL_SPS 33
#define NAL_PPS 34
#define NAL_DELIMITER 35
#define NAL_FILLER 38
#define NAL_PREFIX_SEI 39
#define NAL_SUFFIX_SEI 40

#define DAMAGED "a unit of it is damaged"

typedef struct
{
  guint length_size;
  guint max_layer;              /* highest temporal sub-layer so far */
  guint n_units;
  gboolean begun_open;          /* with something else than an IDR picture */
  GArray *layers;               /* of guint8: sub-layer of each unit */
  ScorePlanSets sets;
} H265;

static const gchar *
take_pps (const guint8 * nal, gsize size)
{
  ScorePlanBits bits;
  gboolean may_hide;

  score_plan_bits_init (&bits, nal, size);
  score_plan_bits_skip (&bits, 16);
  score_plan_bits_read_ue (&bits);      /* ids */
  score_plan_bits_read_ue (&bits);
  score_plan_bits_skip (&bits, 1);
  may_hide = score_plan_bits_read (&bits, 1);
  if (bits.ended)
    return "its picture parameters cannot be read";
  return may_hide ? "it may have pictures that are not shown" : NULL;
}

static const gchar *
take_set (H265 * self, guint type, const guint8 * nal, gsize size)
{
  if (!score_plan_sets_add (&self->sets, nal, size))
    return "its parameters change";
  return type == NAL_PPS ? take_pps (nal, size) : NULL;
}

static gboolean
is_set (guint type)
{
  return type == NAL_VPS || type == NAL_SPS || type == NAL_PPS;
}

/* The arrays of an hvcC box (ISO/IEC 14496-15). */
static const gchar *
take_codec_data (gpointer state, const guint8 * data, gsize size)
{
  H265 *self = state;
  gsize at = 23;

  if (size < at)
    return SCORE_PLAN_BAD_HEADER;
  self->length_size = (data[21] & 3) + 1;
  for (guint arrays = data[22]; arrays > 0; arrays--) {
    guint type, n;

    if (size - at < 3)
      return SCORE_PLAN_BAD_HEADER;
    type = data[at] & 0x3f;
    n = (guint) (data[at + 1] << 8 | data[at + 2]);
    at += 3;
    while (n-- > 0) {
      gsize length = size - at < 2 ? 0 : (gsize) (data[at] << 8 | data[at + 1]);
      const gchar *reason;

      if (length < 3 || length > size - at - 2)
        return SCORE_PLAN_BAD_HEADER;
      if (is_set (type)
          && (reason = take_set (self, type, data + at + 2, length)) != NULL)
        return reason;
      at += 2 + length;
    }
  }
  score_plan_sets_end_header (&self->sets);
  return NULL;
}

static void
h265_close (gpointer state)
{
  H265 *self = state;

  score_plan_sets_clear (&self->sets);
  g_array_unref (self->layers);
  g_free (self);
}

static gpointer
h265_open (GstCaps * caps, const gchar ** reason)
{
  H265 *self = g_new0 (H265, 1);

  self->layers = g_array_new (FALSE, FALSE, 1);
  score_plan_sets_init (&self->sets);
  *reason = score_plan_nals_open (gst_caps_get_structure (caps, 0),
      take_codec_data, self);
  if (*reason == NULL)
    return self;
  h265_close (self);
  return NULL;
}

typedef struct
{
  guint n_slices, type, layer;
} Picture;

static gboolean
is_slice (guint type)
{
  return type <= LAST_PICTURE_TYPE || (type >= NAL_BLA_W_LP && type <= NAL_CRA);
}

static const gchar *
take_slice (const guint8 * nal, guint type, Picture * picture)
{
  guint layer = (nal[1] & 7u) - 1;

  /* no_output_of_prior_pics_flag */
  if (type >= NAL_BLA_W_LP && (nal[2] & 0x40))
    return "it has pictures that are not shown";
  if (picture->n_slices++ > 0 && (type != picture->type
          || layer != picture->layer))
    return DAMAGED;
  picture->type = type;
  picture->layer = layer;
  return NULL;
}

static const gchar *
take_nal (H265 * self, const guint8 * nal, gsize size, Picture * picture)
{
  guint type = nal[0] >> 1 & 0x3f;

  if (size < 3 || (nal[1] & 7) == 0)
    return type == NAL_DELIMITER || type == NAL_FILLER ? NULL : DAMAGED;
  if ((nal[0] & 1) || nal[1] >> 3)
    return "it has layers";
  if (is_slice (type))
    return take_slice (nal, type, picture);
  if (is_set (type))
    return take_set (self, type, nal, size);
  switch (type) {
    case NAL_DELIMITER:
    case NAL_FILLER:
    case NAL_PREFIX_SEI:
    case NAL_SUFFIX_SEI:
      return NULL;
    default:
      return "it has units of a rare kind";
  }
}

/* Leading pictures of an open group that begins the stream are not shown. */
static const gchar *
judge (H265 * self, const Picture * picture, ScorePlanUnit * unit)
{
  guint8 layer = (guint8) picture->layer;

  score_plan_sets_end_unit (&self->sets);
  if (picture->n_slices == 0)
    return "it has units without a picture";
  if (self->n_units++ == 0) {
    self->begun_open = picture->type == NAL_CRA;
    if (picture->type < NAL_IDR_W_RADL)
      return "it does not begin with a key picture";
    unit->flags |= SCORE_PLAN_START;
  }
  /* whose leading pictures a decoder leaves out, or not */
  if (picture->type >= NAL_BLA_W_LP && picture->type < NAL_IDR_W_RADL)
    return "it has broken links";
  if (self->begun_open && (picture->type == NAL_RASL_N
          || picture->type == NAL_RASL_R))
    return "it begins with an open group";
  if (picture->type == NAL_IDR_W_RADL || picture->type == NAL_IDR_N_LP)
    unit->flags |= SCORE_PLAN_START;
  else if (picture->type <= NAL_RASL_N && picture->type % 2 == 0)
    unit->flags |= SCORE_PLAN_LEAF;
  self->max_layer = MAX (self->max_layer, layer);
  g_array_append_val (self->layers, layer);
  return NULL;
}

static const gchar *
h265_look (gpointer state, const guint8 * data, gsize size,
    ScorePlanUnit * unit)
{
  H265 *self = state;
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

/* Only in the highest sub-layer is nothing above to refer to it. */
static const gchar *
h265_finish (gpointer state, const ScorePlan * plan)
{
  H265 *self = state;

  for (guint i = 0; i < self->layers->len; i++) {
    if ((score_plan_get_unit (plan, i)->flags & SCORE_PLAN_LEAF)
        && g_array_index (self->layers, guint8, i) != self->max_layer)
      return "it has temporal layers";
  }
  return NULL;
}

const ScorePlanCodec score_plan_h265 = {
  "video/x-h265", "avdec_h265", h265_open, h265_look, h265_finish, h265_close
};
