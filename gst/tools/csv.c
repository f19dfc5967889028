/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "csv.h"

#include <gst/score/gstscoreerror.h>

void
score_csv_init (ScoreCsv * self, const gchar * text, gsize length)
{
  self->at = text;
  self->end = text + length;
  self->line = 1;
}

static gboolean
is_break (const ScoreCsv * self)
{
  return self->at < self->end && (*self->at == '\n' || *self->at == '\r');
}

/* A line break of any of the three kinds. */
static void
take_break (ScoreCsv * self)
{
  if (*self->at == '\r' && self->at + 1 < self->end && self->at[1] == '\n')
    self->at++;
  self->at++;
  self->line++;
}

/* The reader is behind the opening quote, and ends behind the closing one. */
static gboolean
read_quoted (ScoreCsv * self, GString * field, GError ** error)
{
  guint first = self->line;

  while (self->at < self->end) {
    if (is_break (self)) {
      const gchar *start = self->at;

      take_break (self);
      g_string_append_len (field, start, self->at - start);
    } else if (*self->at != '"') {
      g_string_append_c (field, *self->at++);
    } else if (self->at + 1 < self->end && self->at[1] == '"') {
      g_string_append_c (field, '"');
      self->at += 2;
    } else {
      self->at++;
      return TRUE;
    }
  }
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "line %u: a quote is opened and never closed.", first);
  return FALSE;
}

static gboolean
read_field (ScoreCsv * self, GString * field, GError ** error)
{
  if (self->at < self->end && *self->at == '"') {
    self->at++;
    if (!read_quoted (self, field, error))
      return FALSE;
    if (self->at == self->end || *self->at == ',' || is_break (self))
      return TRUE;
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "line %u: there is text behind a closing quote; write a quote that is"
        " part of a field twice.", self->line);
    return FALSE;
  }
  while (self->at < self->end && *self->at != ',' && !is_break (self)) {
    if (*self->at == '"') {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "line %u: there is a quote inside a field that does not begin with"
          " one.", self->line);
      return FALSE;
    }
    g_string_append_c (field, *self->at++);
  }
  return TRUE;
}

gboolean
score_csv_next (ScoreCsv * self, GPtrArray * fields, guint * line,
    GError ** error)
{
  g_ptr_array_set_size (fields, 0);
  while (is_break (self))
    take_break (self);
  if (self->at == self->end)
    return FALSE;

  *line = self->line;
  for (;;) {
    GString *field = g_string_new (NULL);
    gboolean fine = read_field (self, field, error);

    g_ptr_array_add (fields, g_string_free (field, FALSE));
    if (!fine)
      return FALSE;
    if (self->at == self->end || *self->at != ',')
      break;
    self->at++;
  }
  if (is_break (self))
    take_break (self);
  return TRUE;
}
