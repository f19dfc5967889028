/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-json.h"
#include "sim-log.h"

#include <math.h>
#include <string.h>

struct _SimLog
{
  GFileOutputStream *stream;
};

SimLog *
sim_log_open (const gchar * path, GError ** error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  GFileOutputStream *stream =
      g_file_append_to (file, G_FILE_CREATE_NONE, NULL, error);
  SimLog *self;

  if (stream == NULL) {
    g_prefix_error (error, "--log can not be written: ");
    return NULL;
  }
  self = g_new0 (SimLog, 1);
  self->stream = stream;
  return self;
}

void
sim_log_free (SimLog * self)
{
  g_output_stream_close (G_OUTPUT_STREAM (self->stream), NULL, NULL);
  g_object_unref (self->stream);
  g_free (self);
}

static void
set_string (JsonObject * object, const gchar * name, const gchar * value)
{
  if (value)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

void
sim_log_write (SimLog * self, const SimLogEntry * entry)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *text = NULL;
  g_autofree gchar *line = NULL;

  json_object_set_int_member (object, "request", entry->number);
  json_object_set_string_member (object, "dialect", entry->dialect);
  set_string (object, "model", entry->model);
  set_string (object, "stage", entry->stage);
  json_object_set_int_member (object, "status", entry->status);
  json_object_set_int_member (object, "images", entry->images);
  json_object_set_int_member (object, "prompt_tokens", entry->prompt_tokens);
  json_object_set_int_member (object, "completion_tokens",
      entry->completion_tokens);
  json_object_set_int_member (object, "bytes", entry->bytes);
  json_object_set_double_member (object, "ms", round (entry->ms * 10) / 10);
  text = sim_json_print (object);
  line = g_strconcat (text, "\n", NULL);
  g_output_stream_write_all (G_OUTPUT_STREAM (self->stream), line,
      strlen (line), NULL, NULL, NULL);
}
