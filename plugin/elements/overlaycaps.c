/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaycaps.h"

#define FEATURE GST_CAPS_FEATURE_META_GST_VIDEO_OVERLAY_COMPOSITION

static gboolean
has_feature (const GstCapsFeatures * features)
{
  return !gst_caps_features_is_any (features)
      && gst_caps_features_contains (features, FEATURE);
}

static GstCapsFeatures *
with_feature (const GstCapsFeatures * features)
{
  GstCapsFeatures *copy = gst_caps_features_copy (features);

  if (!gst_caps_features_is_any (copy) && !has_feature (copy))
    gst_caps_features_add (copy, FEATURE);
  return copy;
}

static GstCapsFeatures *
without_feature (const GstCapsFeatures * features)
{
  GstCapsFeatures *copy = gst_caps_features_copy (features);

  if (has_feature (copy))
    gst_caps_features_remove (copy, FEATURE);
  return copy;
}

/* Only frames in this memory can be written to. */
static gboolean
is_plain (const GstCapsFeatures * features)
{
  return gst_caps_features_is_any (features)
      || gst_caps_features_is_equal (features,
      GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);
}

static void
append (GstCaps * caps, const GstStructure * structure,
    GstCapsFeatures * features)
{
  gst_caps_append_structure_full (caps, gst_structure_copy (structure),
      features);
}

/* Attached pictures need a downstream that draws them; those that came from
 * upstream cannot be taken off again. */
static void
append_forwards (GstCaps * caps, const GstStructure * structure,
    const GstCapsFeatures * features)
{
  append (caps, structure, with_feature (features));
  if (is_plain (features))
    append (caps, structure, gst_caps_features_copy (features));
}

static void
append_backwards (GstCaps * caps, const GstStructure * structure,
    const GstCapsFeatures * features)
{
  if (has_feature (features))
    append (caps, structure, gst_caps_features_copy (features));
  if (has_feature (features) || is_plain (features))
    append (caps, structure, without_feature (features));
}

GstCaps *
score_overlay_caps_transform (GstPadDirection direction, GstCaps * caps,
    GstCaps * filter)
{
  g_autoptr (GstCaps) result = gst_caps_new_empty ();

  if (gst_caps_is_any (caps))
    return filter ? gst_caps_ref (filter) : gst_caps_ref (caps);
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    const GstCapsFeatures *features = gst_caps_get_features (caps, i);

    if (direction == GST_PAD_SINK)
      append_forwards (result, structure, features);
    else
      append_backwards (result, structure, features);
  }
  result = gst_caps_simplify (g_steal_pointer (&result));
  if (filter == NULL)
    return g_steal_pointer (&result);
  return gst_caps_intersect_full (filter, result, GST_CAPS_INTERSECT_FIRST);
}

gboolean
score_overlay_caps_has_feature (const GstCaps * caps)
{
  return !gst_caps_is_any (caps) && !gst_caps_is_empty (caps)
      && has_feature (gst_caps_get_features (caps, 0));
}

GstCaps *
score_overlay_caps_choose (GstCaps * caps, gboolean attach)
{
  guint choice = 0;

  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    if (has_feature (gst_caps_get_features (caps, i)) == attach) {
      choice = i;
      break;
    }
  if (gst_caps_get_size (caps) > 1) {
    GstCaps *chosen = gst_caps_copy_nth (caps, choice);

    gst_caps_unref (caps);
    caps = chosen;
  }
  return gst_caps_fixate (caps);
}

gboolean
score_overlay_caps_peer_asks (GstPad * srcpad)
{
  g_autoptr (GstCaps) caps = gst_pad_peer_query_caps (srcpad, NULL);

  if (caps == NULL || gst_caps_is_any (caps))
    return FALSE;
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    if (has_feature (gst_caps_get_features (caps, i)))
      return TRUE;
  return FALSE;
}

GstCaps *
score_overlay_caps_peer_takes_plain (GstPad * srcpad, const GstCaps * caps)
{
  g_autoptr (GstCaps) plain = gst_caps_new_empty ();
  g_autoptr (GstCapsFeatures) features =
      without_feature (gst_caps_get_features (caps, 0));

  if (!is_plain (features))
    return NULL;
  append (plain, gst_caps_get_structure (caps, 0), g_steal_pointer (&features));
  if (!gst_pad_peer_query_accept_caps (srcpad, plain))
    return NULL;
  return g_steal_pointer (&plain);
}
