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
      { "text", "objects", "describe", "progress", "frames", "truth",
    "rubric", "curve", "other"
  };

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
  g_clear_pointer (&self->token_ids, g_array_unref);
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

/* "Frame N:" can be all of a part or the last line of one. */
static guint
find_label (const gchar * text, gboolean * known)
{
  g_autofree gchar *trimmed = g_strchomp (g_strdup (text));
  const gchar *last = strrchr (trimmed, '\n');
  const gchar *line = last ? last + 1 : trimmed;
  const gchar *rest = "";
  guint label = parse_label (line, &rest);

  *known = label > 0 && g_strstr_len (line, rest - line, "%") != NULL;
  if (last && *rest != '\0')
    *known = label = 0;
  return label > 0 ? label : parse_label (trimmed, &rest);
}

/* "Task completion percentage: 40%" behind a picture: an example, whose progress
 * is not asked for. */
static gboolean
gives_progress (const gchar * text)
{
  static GRegex *regex;

  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("^\\s*(?:"
            "[^0-9%\\n]{0,100}\\b[0-9]+(?:\\.[0-9]+)? ?%\\.?"
            "|[^0-9:\\n]{0,60}\\b(?:progress|completion|percentage)"
            "[^0-9:\\n]{0,40}: ?[0-9]+(?:\\.[0-9]+)?)[ \\t]*(?:\\n|$)",
            G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
  return g_regex_match (regex, text, 0, NULL);
}

void
sim_request_add_text (SimRequest * self, const gchar * text)
{
  if (self->after_picture && gives_progress (text))
    g_array_index (self->pictures, SimPicture,
        self->pictures->len - 1).known = TRUE;
  self->after_picture = FALSE;
  self->label = find_label (text, &self->label_known);
  g_string_append (self->text, text);
  g_string_append_c (self->text, '\n');
}

SimPicture *
sim_request_add_pixels (SimRequest * self, const SimPixels * pixels)
{
  SimPicture picture = { 0 };

  picture.labelled = self->label > 0;
  picture.known = picture.labelled && self->label_known;
  picture.frame = picture.labelled ? self->label : self->pictures->len + 1;
  picture.width = pixels->width;
  picture.height = pixels->height;
  sim_vision_look (pixels, &picture.scene);
  self->label = 0;
  self->after_picture = TRUE;
  g_array_append_val (self->pictures, picture);
  return &g_array_index (self->pictures, SimPicture, self->pictures->len - 1);
}

SimPicture *
sim_request_add_picture (SimRequest * self, GBytes * jpeg)
{
  SimPixels pixels;
  SimPicture *picture;

  if (!sim_jpeg_decode (jpeg, &pixels))
    return NULL;
  picture = sim_request_add_pixels (self, &pixels);
  sim_pixels_clear (&pixels);
  return picture;
}

static gboolean
says (const SimRequest * self, const gchar * words)
{
  g_autofree gchar *text = g_ascii_strdown (self->text->str, -1);

  return strstr (text, words) != NULL;
}

/* A question that is known by its words. */
static SimStage
find_worded_stage (const SimRequest * self)
{
  if (says (self, "answer: <score>"))
    return SIM_STAGE_RUBRIC;
  if (says (self, "statement is true or not"))
    return SIM_STAGE_TRUTH;
  if (self->pictures->len > 0 && (says (self, "task_completion_percentage")
          || says (self, "task completion percentages:")))
    return SIM_STAGE_FRAMES;
  return self->json ? SIM_STAGE_OTHER : SIM_STAGE_TEXT;
}

SimStage
sim_request_stage (SimRequest * self)
{
  JsonObject *schema;
  SimFrameNames names;

  if (self->schema == NULL)
    self->schema = sim_json_find_schema (self->text->str);
  if (self->schema == NULL)
    return find_worded_stage (self);
  schema = json_node_get_object (self->schema);
  /* Who asks for a completion state goes by descriptions, whatever is shown. */
  if (self->pictures->len > 0 && sim_schema_frames (schema, &names)
      && !sim_json_object (sim_json_object (schema, "properties"),
          "completion_state"))
    return SIM_STAGE_FRAMES;
  return sim_schema_stage (schema);
}

/* From behind the last "task:" to the question about it or the line's end. */
static gchar *
find_stated_task (const SimRequest * self)
{
  g_autofree gchar *lower = g_ascii_strdown (self->text->str, -1);
  const gchar *begin = g_strrstr (lower, "task:");
  const gchar *end;

  if (begin == NULL)
    return g_strdup ("");
  begin += strlen ("task:");
  end = strstr (begin, "decide whether");
  if (end == NULL || memchr (begin, '\n', end - begin))
    end = begin + strcspn (begin, "\n");
  return g_strstrip (g_strndup (self->text->str + (begin - lower),
          end - begin));
}

gchar *
sim_request_task (const SimRequest * self)
{
  gchar *task = sim_request_line (self, "Task");

  return task ? task : find_stated_task (self);
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
