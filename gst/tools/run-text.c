/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-text.h"

#include <math.h>

#define BAR_MIN 5
#define BAR_MAX 40
#define LONGEST (100 * 3600.0)  /* what lies beyond is not worth a number */

gchar *
score_run_text_time (gdouble seconds)
{
  guint whole;

  if (!(seconds >= 0 && seconds < LONGEST))
    return g_strdup ("?");
  whole = (guint) (seconds + 0.5);
  if (whole >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", whole / 3600, whole / 60 % 60,
        whole % 60);
  return g_strdup_printf ("%u:%02u", whole / 60, whole % 60);
}

gchar *
score_run_text_rate (gdouble per_second)
{
  const gchar *unit = per_second >= 1 ? "s" : "min";
  gdouble rate = per_second >= 1 ? per_second : per_second * 60;

  return g_strdup_printf (rate >= 10 ? "%.0f/%s" : "%.1f/%s", rate, unit);
}

gchar *
score_run_text_cost (gdouble dollars)
{
  return g_strdup_printf (dollars < 1 ? "$%.4f" : "$%.2f", dollars);
}

gchar *
score_run_text_count (guint64 n)
{
  g_autofree gchar *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  g_autoptr (GString) text = g_string_new (digits);

  for (gssize at = (gssize) text->len - 3; at > 0; at -= 3)
    g_string_insert_c (text, at, ',');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gchar *
make_bar (guint n_done, guint n_items, guint width)
{
  guint n_full = n_items ? (guint) ((guint64) width * n_done / n_items) : width;
  g_autofree gchar *full = g_strnfill (n_full, '#');
  g_autofree gchar *rest = g_strnfill (width - n_full, '-');

  return g_strdup_printf ("[%s%s] ", full, rest);
}

/* A line that wraps would leave its first half behind: what does not fit goes. */
gchar *
score_run_text_bar (guint n_done, guint n_items, gdouble seconds, gdouble cost,
    guint n_failed, guint width)
{
  gdouble per_second = seconds > 0 ? n_done / seconds : 0;
  g_autofree gchar *rate = score_run_text_rate (per_second);
  g_autofree gchar *left = score_run_text_time (n_done ?
      (n_items - n_done) / per_second : -1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *bar = NULL;

  g_string_printf (text, "%u/%u", n_done, n_items);
  if (n_failed > 0)
    g_string_append_printf (text, ", %u failed", n_failed);
  g_string_append_printf (text, "  %s", rate);
  if (!isnan (cost)) {
    g_autofree gchar *price = score_run_text_cost (cost);

    g_string_append_printf (text, "  %s", price);
  }
  g_string_append_printf (text, "  %s left", left);
  if (width >= text->len + BAR_MIN + 3) {
    bar = make_bar (n_done, n_items,
        MIN (BAR_MAX, width - (guint) text->len - 3));
    g_string_prepend (text, bar);
  }
  g_string_truncate (text, MIN (text->len, width));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_episodes (GString * text, const ScoreRunSummary * facts)
{
  const ScoreRunTotals *totals = facts->totals;

  g_string_append_printf (text, "%u scored (%u %s), %u failed",
      totals->n_scored, totals->n_successes,
      totals->n_successes == 1 ? "success" : "successes", totals->n_failed);
  if (facts->n_left > 0)
    g_string_append_printf (text, ", %u not begun", facts->n_left);
  if (facts->n_before > 0)
    g_string_append_printf (text, ", %u had a record before", facts->n_before);
  g_string_append_c (text, '\n');
  if (facts->n_failed_before > 0)
    g_string_append_printf (text, "%u of those had failed; --retry-failed asks"
        " again\n", facts->n_failed_before);
}

static void
append_usage (GString * text, const ScoreRunSummary * facts)
{
  const ScoreRunTotals *totals = facts->totals;
  g_autofree gchar *input = score_run_text_count (totals->input_tokens);
  g_autofree gchar *cached = score_run_text_count (totals->cached_tokens);
  g_autofree gchar *answers = score_run_text_count (totals->output_tokens);
  g_autofree gchar *requests = score_run_text_count (totals->requests);

  g_string_append_printf (text, "%.1f s, %s requests", facts->seconds,
      requests);
  if (totals->retries > 0)
    g_string_append_printf (text, " (%" G_GUINT64_FORMAT " retries)",
        totals->retries);
  g_string_append_printf (text, ", %s tokens in (%s cached), %s out", input,
      cached, answers);
  if (!isnan (facts->cost)) {
    g_autofree gchar *price = score_run_text_cost (facts->cost);

    g_string_append_printf (text, ", %s", price);
  }
  g_string_append_c (text, '\n');
}

gchar *
score_run_text_summary (const ScoreRunSummary * facts)
{
  g_autofree gchar *file = g_filename_display_name (facts->output);
  g_autoptr (GString) text = g_string_new (NULL);

  append_episodes (text, facts);
  append_usage (text, facts);
  g_string_append_printf (text, "Records: %s\n", file);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
