/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/prepare.h"

#include <string.h>

#include "engine/clip.h"
#include "media/pixels.h"

static GPtrArray *
list_jpegs (const ScorePart * part)
{
  GPtrArray *jpegs = g_ptr_array_new ();

  for (guint i = 0; i < part->frames->len; i++)
    g_ptr_array_add (jpegs, g_array_index (part->frames, ScoreStill, i).jpeg);
  return jpegs;
}

static gboolean
pack_pixels (ScoreRequest * request, guint index, GError ** error)
{
  g_autoptr (GPtrArray) jpegs =
      list_jpegs (score_request_get_part (request, index));
  guint width, height;
  g_autoptr (GBytes) pixels = score_pixels_make (jpegs, &width, &height, error);

  if (pixels == NULL)
    return FALSE;
  score_request_pack_video (request, index, pixels, width, height);
  return TRUE;
}

static gboolean
pack_file (ScoreRequest * request, guint index, GError ** error)
{
  const ScorePart *part = score_request_get_part (request, index);
  g_autoptr (GPtrArray) jpegs = list_jpegs (part);
  g_autoptr (GBytes) file = score_clip_make (jpegs, part->framerate, error);
  g_autoptr (GBytes) packed = NULL;
  gchar *base64;

  if (file == NULL)
    return FALSE;
  base64 = g_base64_encode (g_bytes_get_data (file, NULL),
      g_bytes_get_size (file));
  packed = g_bytes_new_take (base64, strlen (base64));
  score_request_pack_video (request, index, packed, 0, 0);
  return TRUE;
}

gboolean
score_prepare_request (ScoreRequest * request, const ScoreServer * server,
    GError ** error)
{
  for (guint i = 0; i < score_request_get_n_parts (request); i++) {
    const ScorePart *part = score_request_get_part (request, i);

    if (part->kind != SCORE_PART_VIDEO || part->packed != NULL)
      continue;
    if (server->provider->needs_pixels) {
      if (!pack_pixels (request, i, error))
        return FALSE;
    } else if (server->video_transport == SCORE_VIDEO_MP4) {
      if (!pack_file (request, i, error))
        return FALSE;
    }
  }
  return TRUE;
}
