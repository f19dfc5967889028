/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/recordfile.h"

#include <gio/gio.h>
#include <string.h>

static gboolean
is_blank (const gchar * line, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isspace (line[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_line (GstScoreTrack * track, const gchar * line, gsize length,
    GError ** error)
{
  g_autoptr (GstScoreResult) result = NULL;

  if (is_blank (line, length))
    return TRUE;
  result = gst_score_result_new_from_json (line, (gssize) length, error);
  if (result == NULL)
    return FALSE;
  /* An episode without times, such as one that failed before its first frame,
   * has no frame to be found by. */
  gst_score_track_add (track, result);
  return TRUE;
}

static gboolean
add_lines (GstScoreTrack * track, const gchar * location, const gchar * text,
    gsize length, GError ** error)
{
  g_autoptr (GError) failure = NULL;
  guint number = 1;

  while (length > 0) {
    const gchar *newline = memchr (text, '\n', length);
    gsize n = newline != NULL ? (gsize) (newline - text) : length;

    if (!add_line (track, text, n, &failure)) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "scores-location: %s, line %u: %s%s", location, number,
          failure->message, newline == NULL ?
          " (the line has no end: was the file cut?)" : "");
      return FALSE;
    }
    n += newline != NULL;
    text += n;
    length -= n;
    number++;
  }
  return TRUE;
}

GstScoreTrack *
gst_score_record_file_read (const gchar * location, GError ** error)
{
  g_autoptr (GstScoreTrack) track = gst_score_track_new ();
  g_autoptr (GError) failure = NULL;
  g_autofree gchar *text = NULL;
  gsize length;

  if (!g_file_get_contents (location, &text, &length, &failure)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "scores-location: %s", failure->message);
    return NULL;
  }
  if (!add_lines (track, location, text, length, error))
    return NULL;
  if (gst_score_track_get_n_scored (track) == 0) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "scores-location: %s holds no scored episode", location);
    return NULL;
  }
  return g_steal_pointer (&track);
}
