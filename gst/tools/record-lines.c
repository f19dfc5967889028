/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "record-lines.h"

#include <string.h>

#define MAX_THREADS 16
#define BEGINNING "{\"schema\":\"gst-score/"

typedef struct
{
  const gchar *text;
  gsize length;
  guint number;                 /* from 1 */
  gboolean complete;            /* ends with a line break */
  gpointer made;                /* NULL: not yet, or an error */
  GError *error;
} Line;

/* The threads share nothing but the number of the next line. */
typedef struct
{
  GArray *lines;                /* of Line */
  ScoreRecordFunc take;
  gint next;                    /* atomic */
} Work;

static void
line_clear (Line * line)
{
  g_clear_error (&line->error);
}

static gboolean
is_blank (const gchar * text, gsize length)
{
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  return length == 0;
}

static GArray *
split (const gchar * text, gsize length)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  const gchar *end = text + length;
  guint number = 0;

  g_array_set_clear_func (lines, (GDestroyNotify) line_clear);
  while (text < end) {
    const gchar *stop = memchr (text, '\n', end - text);
    Line line = { text, 0, ++number, stop != NULL, NULL, NULL };

    line.length = (stop != NULL ? stop : end) - text;
    if (!is_blank (text, line.length))
      g_array_append_val (lines, line);
    text = stop != NULL ? stop + 1 : end;
  }
  return lines;
}

static gpointer
read_lines (gpointer data)
{
  Work *work = data;
  guint i;

  while ((i = g_atomic_int_add (&work->next, 1)) < work->lines->len) {
    Line *line = &g_array_index (work->lines, Line, i);
    g_autoptr (GstScoreResult) result =
        gst_score_result_new_from_json (line->text, line->length, &line->error);

    if (result != NULL)
      line->made = work->take (result, line->number);
  }
  return NULL;
}

static void
read_all (GArray * lines, ScoreRecordFunc take)
{
  Work work = { lines, take, 0 };
  GThread *threads[MAX_THREADS];
  guint n = MIN (g_get_num_processors (), MAX_THREADS) - 1;

  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new ("read", read_lines, &work);
  read_lines (&work);
  for (guint i = 0; i < n; i++)
    g_thread_join (threads[i]);
}

gboolean
score_record_lines_is_begun (const gchar * text, gsize length)
{
  return strncmp (text, BEGINNING, MIN (length, strlen (BEGINNING))) == 0;
}

/* A file of one line may be no file of records at all. */
static gboolean
is_torn (GArray * lines, guint i)
{
  const Line *line = &g_array_index (lines, Line, i);

  return !line->complete && (i > 0
      || score_record_lines_is_begun (line->text, line->length));
}

GPtrArray *
score_record_lines_load (const gchar * path, ScoreRecordFunc take,
    GDestroyNotify free, guint * torn, GError ** error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free);
  g_autoptr (GArray) lines = NULL;
  g_autofree gchar *text = NULL;
  const Line *wrong = NULL;
  gsize length, skip;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  skip = g_str_has_prefix (text, "\xef\xbb\xbf") ? 3 : 0;
  lines = split (text + skip, length - skip);
  read_all (lines, take);
  for (guint i = 0; i < lines->len; i++) {
    Line *line = &g_array_index (lines, Line, i);

    if (line->made != NULL)
      g_ptr_array_add (list, line->made);
    else if (is_torn (lines, i))
      (*torn)++;
    else if (wrong == NULL)
      wrong = line;
  }
  if (wrong == NULL)
    return g_steal_pointer (&list);
  g_propagate_prefixed_error (error, g_error_copy (wrong->error),
      "%s, line %u: ", path, wrong->number);
  return NULL;
}
