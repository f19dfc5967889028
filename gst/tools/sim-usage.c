/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-usage.h"

#include <string.h>

#define BYTES_A_TOKEN 4

static guint
divide_up (guint64 a, guint64 b)
{
  return (a + b - 1) / b;
}

guint
sim_usage_text (gsize bytes)
{
  return divide_up (bytes, BYTES_A_TOKEN);
}

guint
sim_usage_openai_picture (guint width, guint height, const gchar * detail)
{
  if (g_strcmp0 (detail, "low") == 0)
    return 85;
  return MIN (1536, divide_up (width, 32) * divide_up (height, 32));
}

guint
sim_usage_gemini_picture (guint width, guint height, const gchar * resolution)
{
  static const struct
  {
    const gchar *name;
    guint tokens;
  } levels[] = {
    {"MEDIA_RESOLUTION_LOW", 280},
    {"MEDIA_RESOLUTION_MEDIUM", 560},
    {"MEDIA_RESOLUTION_HIGH", 1120},
    {"MEDIA_RESOLUTION_ULTRA_HIGH", 2240},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++) {
    if (g_strcmp0 (resolution, levels[i].name) == 0)
      return levels[i].tokens;
  }
  if (width <= 384 && height <= 384)
    return 258;
  return 258 * divide_up (width, 768) * divide_up (height, 768);
}

guint
sim_usage_openai_frame (guint width, guint height)
{
  return divide_up (sim_usage_openai_picture (width, height, NULL), 2);
}

guint
sim_usage_gemini_frame (guint width, guint height)
{
  return 70;
}

gsize
sim_usage_cut (const gchar * text, guint tokens)
{
  gsize size = strlen (text);
  gsize most = (gsize) tokens * BYTES_A_TOKEN;

  if (size <= most)
    return size;
  while (most > 0 && (text[most] & 0xc0) == 0x80)
    most--;
  return most;
}
