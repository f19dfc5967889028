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

static GBytes *
pack_pixels (const ScorePart * part, guint * width, guint * height,
    GError ** error)
{
  g_autoptr (GPtrArray) jpegs = list_jpegs (part);

  return score_pixels_make (jpegs, width, height, error);
}

static GBytes *
pack_file (const ScorePart * part, guint * width, guint * height,
    GError ** error)
{
  g_autoptr (GPtrArray) jpegs = list_jpegs (part);
  g_autoptr (GBytes) file = score_clip_make (jpegs, part->framerate, error);
  gchar *base64;

  if (file == NULL)
    return NULL;
  base64 = g_base64_encode (g_bytes_get_data (file, NULL),
      g_bytes_get_size (file));
  return g_bytes_new_take (base64, strlen (base64));
}

void
score_prepare_request (ScoreRequest * request, const ScoreServer * server)
{
  if (server->provider->needs_pixels)
    score_request_set_packer (request, pack_pixels);
  else if (server->video_transport == SCORE_VIDEO_MP4)
    score_request_set_packer (request, pack_file);
}
