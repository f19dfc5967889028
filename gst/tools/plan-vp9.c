/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-bits.h"
#include "plan-codec.h"

/* VP9. A key frame replaces all references and sets back all that is learnt (VP9
 * Bitstream & Decoding Process Specification, 6.2). Frames come in the order in
 * which they are shown; one that is not shown shares a superframe (annex B) with
 * one that is. */

#define FRAME_MARKER 2
#define SUPERFRAME_MARKER 6

static gpointer
vp9_open (GstCaps * caps, const gchar ** reason)
{
  const gchar *alignment =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "alignment");

  *reason = g_strcmp0 (alignment, "frame") == 0 ?
      "it does not come a superframe at a time" : NULL;
  return *reason != NULL ? NULL : caps;
}

static gboolean
is_superframe (const guint8 * data, gsize size)
{
  return data[size - 1] >> 5 == SUPERFRAME_MARKER;
}

static const gchar *
vp9_look (gpointer state, const guint8 * data, gsize size, ScorePlanUnit * unit)
{
  ScorePlanBits bits;
  gboolean shown = TRUE;
  guint profile;

  if (size < 2)
    return "a unit of it is damaged";
  score_plan_bits_init (&bits, data, size);
  if (score_plan_bits_read (&bits, 2) != FRAME_MARKER)
    return "a unit of it is damaged";
  profile = score_plan_bits_read (&bits, 1);
  profile |= score_plan_bits_read (&bits, 1) << 1;
  if (profile == 3)
    score_plan_bits_skip (&bits, 1);
  if (!score_plan_bits_read (&bits, 1)) {       /* not a frame shown again */
    if (score_plan_bits_read (&bits, 1) == 0)
      unit->flags |= SCORE_PLAN_START;
    shown = score_plan_bits_read (&bits, 1);
  }
  if (!shown && !is_superframe (data, size))
    return "it has frames that are not shown";
  return NULL;
}

static const gchar *
finish_ordered (gpointer state, const ScorePlan * plan)
{
  return score_plan_is_reordered (plan) ? "its times go back" : NULL;
}

static void
vp9_close (gpointer state)
{
}

const ScorePlanCodec score_plan_vp9 = {
  "video/x-vp9", "vp9dec", vp9_open, vp9_look, finish_ordered, vp9_close
};
