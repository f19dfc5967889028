/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-request.h"
#include "sim-schema.h"

#include <string.h>

#define MAX_FRAME 1000000

const gchar *
sim_stage_name (SimStage stage)
{
  static const gchar *const names[] =
      { "text", "objects", "describe", "progress", "other" };

  return names[stage];
}

SimRequest *
sim_request_new (void)
{
  SimRequest *self = g_new0 (SimRequest, 1);

  self->system = g_string_new (NULL);
  self->text = g_string_new (NULL);
  self->pictures = g_array_new (FALSE, TRUE, sizeof (SimPicture));
  return self;
}

void
sim_request_free (SimRequest * self)
{
  g_free (self->model);
  g_string_free (self->system, TRUE);
  g_string_free (self->text, TRUE);
  g_array_unref (self->pictures);
  g_clear_pointer (&self->schema, json_node_unref);
  g_free (self);
}

/* Reads "Frame N", with a time behind it or not; @rest is what follows the
 * colon. */
static guint
parse_label (const gchar * line, const gchar ** rest)
{
  gchar *end;
  guint64 frame;

  line += strspn (line, " \t");
  if (g_ascii_strncasecmp (line, "frame ", 6) != 0
      || !g_ascii_isdigit (line[6]))
    return 0;
  frame = g_ascii_strtoull (line + 6, &end, 10);
  end += strspn (end, " ");
  if (*end == '(')
    end += strcspn (end, ")\n");
  if (*end == ')')
    end++;
  if (*end != ':' || frame == 0 || frame > MAX_FRAME)
    return 0;
  *rest = end + 1;
  return frame;
}

void
sim_request_add_text (SimRequest * self, const gchar * text)
{
  const gchar *rest;

  self->label = parse_label (text, &rest);
  g_string_append (self->text, text);
  g_string_append_c (self->text, '\n');
}

SimPicture *
sim_request_add_picture (SimRequest * self, GBytes * jpeg)
{
  SimPixels pixels;
  SimPicture picture = { 0 };

  if (!sim_jpeg_decode (jpeg, &pixels))
    return NULL;
  picture.frame = self->label > 0 ? self->label : self->pictures->len + 1;
  picture.width = pixels.width;
  picture.height = pixels.height;
  sim_vision_look (&pixels, &picture.scene);
  sim_pixels_clear (&pixels);
  self->label = 0;
  g_array_append_val (self->pictures, picture);
  return &g_array_index (self->pictures, SimPicture, self->pictures->len - 1);
}

SimStage
sim_request_stage (SimRequest * self)
{
  if (self->schema == NULL)
    self->schema = sim_json_find_schema (self->text->str);
  if (self->schema == NULL)
    return self->json ? SIM_STAGE_OTHER : SIM_STAGE_TEXT;
  return sim_schema_stage (json_node_get_object (self->schema));
}

gchar *
sim_request_line (const SimRequest * self, const gchar * name)
{
  g_auto (GStrv) lines = g_strsplit (self->text->str, "\n", -1);
  gsize len = strlen (name);

  for (guint i = g_strv_length (lines); i-- > 0;) {
    const gchar *line = lines[i] + strspn (lines[i], " \t");

    if (g_ascii_strncasecmp (line, name, len) == 0 && line[len] == ':')
      return g_strstrip (g_strdup (line + len + 1));
  }
  return NULL;
}

static void
clear_frame_line (gpointer data)
{
  g_free (((SimFrameLine *) data)->description);
}

GArray *
sim_request_frame_lines (const SimRequest * self)
{
  g_auto (GStrv) lines = g_strsplit (self->text->str, "\n", -1);
  GArray *found = g_array_new (FALSE, TRUE, sizeof (SimFrameLine));

  g_array_set_clear_func (found, clear_frame_line);
  for (guint i = 0; lines[i]; i++) {
    const gchar *rest;
    SimFrameLine line = { parse_label (lines[i], &rest), NULL };

    if (line.frame == 0)
      continue;
    line.description = g_strstrip (g_strdup (rest));
    g_array_append_val (found, line);
  }
  return found;
}
