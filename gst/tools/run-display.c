/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-display.h"
#include "run-text.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
#define MOST_ROWS 40            /* of the table; more would only scroll by */
#define CLEAR_LINE "\r\033[K"

struct _ScoreRunDisplay
{
  const ScoreRunOptions *options;
  ScoreRunTotals totals;
  guint n_items, n_done;
  gint64 began;
  gboolean is_terminal, drawn;
  GString *table;
  guint n_rows;
  GHashTable *said;             /* warnings, as a set: each is said once */
};

ScoreRunDisplay *
score_run_display_new (const ScoreRunOptions * options, guint n_items)
{
  ScoreRunDisplay *self = g_new0 (ScoreRunDisplay, 1);

  self->options = options;
  self->n_items = n_items;
  self->began = g_get_monotonic_time ();
  self->is_terminal = isatty (STDOUT_FILENO);
  self->table = g_string_new (NULL);
  self->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
score_run_display_free (ScoreRunDisplay * self)
{
  g_string_free (self->table, TRUE);
  g_hash_table_unref (self->said);
  g_free (self);
}

const ScoreRunTotals *
score_run_display_get_totals (const ScoreRunDisplay * self)
{
  return &self->totals;
}

static gdouble
get_seconds (const ScoreRunDisplay * self)
{
  return (gdouble) (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC;
}

static gboolean
has_bar (const ScoreRunDisplay * self)
{
  return self->is_terminal && !self->options->quiet;
}

static void
clear_bar (ScoreRunDisplay * self)
{
  if (!self->drawn)
    return;
  fputs (CLEAR_LINE, stdout);
  fflush (stdout);
  self->drawn = FALSE;
}

static guint
get_width (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
    return DEFAULT_WIDTH;
  return size.ws_col;
}

void
score_run_display_refresh (ScoreRunDisplay * self)
{
  g_autofree gchar *text = NULL;

  if (!has_bar (self))
    return;
  /* in the last column some terminals begin the next line */
  text = score_run_text_bar (self->n_done, self->n_items, get_seconds (self),
      score_run_totals_get_cost (&self->totals, self->options),
      self->totals.n_failed, get_width () - 1);
  g_print (CLEAR_LINE "%s", text);
  fflush (stdout);
  self->drawn = TRUE;
}

void
score_run_display_complain (ScoreRunDisplay * self, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clear_bar (self);
  g_printerr ("%s: %s\n", g_get_prgname (), text);
}

static void
complain_of_job (ScoreRunDisplay * self, const ScoreRunJob * job)
{
  const ScoreRunItem *item = score_run_job_get_item (job);
  const GError *error =
      gst_score_result_get_error (score_run_job_get_result (job));
  const GPtrArray *warnings = score_run_job_get_warnings (job);

  if (error != NULL)
    score_run_display_complain (self, "%s: %s", item->video, error->message);
  if (score_run_job_get_loss (job) != NULL)
    score_run_display_complain (self, "%s: there is no record of it: %s",
        item->video, score_run_job_get_loss (job));
  if (error != NULL || self->options->quiet)
    return;
  for (guint i = 0; i < warnings->len; i++) {
    const gchar *text = g_ptr_array_index (warnings, i);

    if (g_hash_table_add (self->said, g_strdup (text)))
      score_run_display_complain (self, "%s: warning: %s", item->video, text);
  }
}

static gchar *
make_row (const ScoreRunDisplay * self, const ScoreRunJob * job)
{
  const ScoreRunItem *item = score_run_job_get_item (job);
  const GstScoreResult *result = score_run_job_get_result (job);
  g_autoptr (GString) text = g_string_new (NULL);

  if (gst_score_result_is_scored (result))
    g_string_append_printf (text, "%.3f  %-7s",
        gst_score_result_get_progress (result),
        gst_score_result_is_success (result) ? "success" : "");
  else
    g_string_append (text, "failed        ");
  g_string_append_printf (text, "  %2u samples  %5.1f s  %s",
      gst_score_result_get_n_samples (result),
      (gdouble) score_run_job_get_elapsed (job) / G_USEC_PER_SEC, item->id);
  if (self->options->confusion)
    g_string_append_printf (text, "  \"%s\"", item->task);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
score_run_display_add (ScoreRunDisplay * self, const ScoreRunJob * job)
{
  g_autofree gchar *row = make_row (self, job);

  self->n_done++;
  score_run_totals_add (&self->totals, score_run_job_get_result (job));
  if (score_run_job_get_loss (job) != NULL)
    self->totals.n_lost++;
  complain_of_job (self, job);
  if (has_bar (self)) {
    if (self->n_rows++ < MOST_ROWS)
      g_string_append_printf (self->table, "%s\n", row);
    score_run_display_refresh (self);
  } else if (!self->options->quiet) {
    g_print ("[%u/%u] %s\n", self->n_done, self->n_items, row);
  }
}

void
score_run_display_end (ScoreRunDisplay * self, guint n_before,
    guint n_failed_before)
{
  ScoreRunSummary facts = {.totals = &self->totals,.n_before = n_before,
    .n_failed_before = n_failed_before,.n_left = self->n_items - self->n_done,
    .seconds = get_seconds (self),
    .cost = score_run_totals_get_cost (&self->totals, self->options),
    .output = self->options->output
  };
  g_autofree gchar *summary = score_run_text_summary (&facts);

  clear_bar (self);
  if (self->options->quiet)
    return;
  if (self->n_rows <= MOST_ROWS)
    g_print ("%s", self->table->str);
  g_print ("%s", summary);
}
