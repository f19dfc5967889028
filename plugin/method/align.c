/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/align.h"

/* More numbers than this are not spelled out to the model. */
#define MAX_NAMED 12

/* Numbers for a sentence: "3, 4, 9". */
typedef struct
{
  GString *text;
  guint n;
} Numbers;

static void
add_number (Numbers * numbers, gint64 number)
{
  numbers->n++;
  if (numbers->n > MAX_NAMED)
    return;
  if (!numbers->text)
    numbers->text = g_string_new (NULL);
  g_string_append_printf (numbers->text, "%s%" G_GINT64_FORMAT,
      numbers->n > 1 ? ", " : "", number);
}

static void
end_sentence (GString * problem, Numbers * numbers, const gchar * start)
{
  if (numbers->n > 0) {
    g_string_append_printf (problem, "%s %s", start, numbers->text->str);
    if (numbers->n > MAX_NAMED)
      g_string_append_printf (problem, " and %u more", numbers->n - MAX_NAMED);
    g_string_append (problem, ". ");
    g_string_free (numbers->text, TRUE);
  }
}

static JsonObject *
get_item (JsonArray * frames, guint index, gint64 * number)
{
  JsonObject *item = json_array_get_object_element (frames, index);

  *number = json_object_get_int_member (item, "frame");
  return item;
}

/* A habit of models that is no mistake in what they saw: 0..n-1 for 1..n. */
static gboolean
counts_from_zero (JsonArray * frames, guint n)
{
  g_autofree gboolean *seen = g_new0 (gboolean, n);
  gint64 number;

  if (json_array_get_length (frames) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    get_item (frames, i, &number);
    if (number < 0 || number >= n || seen[number])
      return FALSE;
    seen[number] = TRUE;
  }
  return TRUE;
}

static void
place_items (ScoreAlignment * self, JsonArray * frames, guint * counts,
    Numbers * strays)
{
  gint64 first = self->from_zero ? 0 : 1;

  for (guint i = 0; i < json_array_get_length (frames); i++) {
    gint64 number;
    JsonObject *item = get_item (frames, i, &number);

    if (number < first || number - first >= self->n)
      add_number (strays, number);
    else if (counts[number - first]++ == 0)
      self->items[number - first] = item;
  }
}

static gchar *
describe_problem (const ScoreAlignment * self, JsonArray * frames,
    const guint * counts, Numbers * strays)
{
  GString *problem = g_string_new (NULL);
  guint length = json_array_get_length (frames);
  Numbers missing = { NULL }, twice = { NULL };

  for (guint i = 0; i < self->n; i++) {
    if (counts[i] == 0)
      add_number (&missing, i + 1);
    else if (counts[i] > 1)
      add_number (&twice, i + 1);
  }
  if (length != self->n)
    g_string_append_printf (problem,
        "\"frames\" had %u items, but must have %u. ", length, self->n);
  end_sentence (problem, &missing, "Missing were the frames");
  end_sentence (problem, &twice, "More than once there were the frames");
  end_sentence (problem, strays, "Not asked about were the frames");
  g_string_truncate (problem, problem->len > 0 ? problem->len - 1 : 0);
  return g_string_free (problem, problem->len == 0);
}

ScoreAlignment *
score_align (JsonArray * frames, guint n, gboolean keep_first)
{
  ScoreAlignment *self = g_new0 (ScoreAlignment, 1);
  g_autofree guint *counts = g_new0 (guint, n);
  Numbers strays = { NULL };

  self->n = n;
  self->items = g_new0 (JsonObject *, n);
  self->from_zero = counts_from_zero (frames, n);
  place_items (self, frames, counts, &strays);
  self->strays = strays.n > 0;
  self->problem = describe_problem (self, frames, counts, &strays);
  for (guint i = 0; i < n && !keep_first; i++) {
    if (counts[i] > 1)
      self->items[i] = NULL;
  }
  return self;
}

void
score_alignment_free (ScoreAlignment * alignment)
{
  g_free (alignment->items);
  g_free (alignment->problem);
  g_free (alignment);
}
