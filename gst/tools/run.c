/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-score-1.0 run: videos in, records out. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "run-display.h"
#include "run-dry.h"
#include "run-ledger.h"
#include "run-pool.h"
#include "run-record.h"
#include "run-signals.h"

#include <gst/score/score.h>

#define REFRESH_MS 500

typedef struct
{
  ScoreRunOptions *options;
  ScoreRunSettings *settings;
  GPtrArray *items;             /* of ScoreRunItem: all of the list */
  GPtrArray *missing;           /* borrowed: those to be asked about */
  guint n_failed_before;        /* and not asked again */
  ScoreRunLedger *ledger;
  ScoreRunOrigin *origin;       /* of the results that are to come */
  ScoreRunPool *pool;
  ScoreRunDisplay *display;
  gboolean stopped;             /* by a signal */
  gboolean compared;            /* the first result with those of the ledger */
  gboolean mixed;               /* and it was of other settings */
  gboolean is_spent;            /* max-cost */
} Run;

static void
run_clear (Run * run)
{
  g_clear_pointer (&run->pool, score_run_pool_free);
  g_clear_pointer (&run->display, score_run_display_free);
  g_clear_pointer (&run->origin, score_run_origin_free);
  g_clear_pointer (&run->ledger, score_run_ledger_free);
  g_clear_pointer (&run->missing, g_ptr_array_unref);
  g_clear_pointer (&run->items, g_ptr_array_unref);
  g_clear_pointer (&run->settings, score_run_settings_free);
  g_clear_pointer (&run->options, score_run_options_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear);

/* --- while it runs --- */

static gboolean
stop_cb (gpointer data)
{
  Run *run = data;

  run->stopped = TRUE;
  score_run_pool_begin_no_more (run->pool);
  score_run_display_complain (run->display, "stopping when the %u under way"
      " are done; once more stops at once",
      score_run_pool_get_n_running (run->pool));
  return G_SOURCE_CONTINUE;
}

static gboolean
refresh_cb (gpointer data)
{
  Run *run = data;

  score_run_display_refresh (run->display);
  return G_SOURCE_CONTINUE;
}

/* Which model answers is known only now. */
static void
compare (Run * run, const GstScoreResult * result)
{
  g_autoptr (ScoreRunOrigin) origin = NULL;
  g_autoptr (GError) error = NULL;

  if (run->options->mix || run->compared
      || !gst_score_result_is_scored (result))
    return;
  run->compared = TRUE;
  origin = score_run_origin_new (result);
  if (score_run_ledger_check (run->ledger, origin, &error))
    return;
  run->mixed = TRUE;
  score_run_pool_begin_no_more (run->pool);
  score_run_display_complain (run->display, "%s", error->message);
}

/* Every other video would fail with it, too. */
static void
look_at_error (Run * run, const GError * error)
{
  if (!g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_AUTH))
    return;
  score_run_pool_begin_no_more (run->pool);
  score_run_display_complain (run->display, "no other video is begun");
}

static void
look_at_cost (Run * run)
{
  gdouble limit = score_run_settings_get_max_cost (run->settings);
  gdouble cost = score_run_totals_get_cost (score_run_display_get_totals
      (run->display), run->options);

  if (limit <= 0 || !(cost >= limit) || run->is_spent)
    return;
  run->is_spent = TRUE;
  score_run_pool_begin_no_more (run->pool);
  score_run_display_complain (run->display, "max-cost is spent; no other video"
      " is begun");
}

static void
done_cb (const ScoreRunJob * job, gpointer data)
{
  Run *run = data;
  const GstScoreResult *result = score_run_job_get_result (job);

  score_run_display_add (run->display, job);
  compare (run, result);
  look_at_error (run, gst_score_result_get_error (result));
  look_at_cost (run);
}

static int
get_status (const Run * run)
{
  const ScoreRunTotals *totals = score_run_display_get_totals (run->display);
  gboolean left = score_run_pool_get_n_begun (run->pool) < run->missing->len;

  if (run->mixed)
    return 2;
  if (run->stopped && left)
    return SCORE_RUN_STOPPED;
  return left || totals->n_failed > 0 || totals->n_lost > 0
      || run->n_failed_before > 0 ? 1 : 0;
}

static int
ask (Run * run)
{
  guint refresh;

  run->display = score_run_display_new (run->options, run->missing->len);
  run->pool = score_run_pool_new (run->missing, run->options, run->settings,
      done_cb, run);
  score_run_signals_catch (stop_cb, run);
  refresh = g_timeout_add (REFRESH_MS, refresh_cb, run);
  score_run_display_refresh (run->display);
  score_run_pool_run (run->pool);
  g_source_remove (refresh);
  score_run_display_end (run->display, run->items->len - run->missing->len,
      run->n_failed_before);
  return get_status (run);
}

/* --- before it runs --- */

static void
choose_items (Run * run)
{
  run->missing = g_ptr_array_new ();
  for (guint i = 0; i < run->items->len; i++) {
    ScoreRunItem *item = g_ptr_array_index (run->items, i);
    ScoreRunState state =
        score_run_ledger_find (run->ledger, item->id, item->task);

    if (state == SCORE_RUN_NONE
        || (state == SCORE_RUN_FAILED && run->options->retry_failed))
      g_ptr_array_add (run->missing, item);
    else if (state == SCORE_RUN_FAILED)
      run->n_failed_before++;
  }
}

/* A setting that the element refuses is wrong usage, too. */
static gboolean
check_settings (Run * run, GError ** error)
{
  g_autoptr (GstElement) sink = gst_object_ref_sink
      (score_run_settings_make_sink (run->settings, NULL));
  g_autoptr (GError) reason = NULL;

  run->origin = score_run_origin_probe (sink, &reason);
  if (run->origin != NULL && (run->options->mix
          || score_run_ledger_check (run->ledger, run->origin, &reason)))
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      reason->message);
  return FALSE;
}

static gboolean
prepare_output (const Run * run, GError ** error)
{
  gsize cut;

  return score_run_record_check (run->options->output, error)
      && score_run_ledger_mend (run->options->output, &cut, error);
}

/* Everything that can be known to be wrong before anything is asked. */
static gboolean
prepare (Run * run, int argc, char **argv, GError ** error)
{
  run->options = score_run_options_parse (argc, argv, error);
  if (run->options == NULL)
    return FALSE;
  gst_init (NULL, NULL);
  if ((run->settings = score_run_settings_new (run->options, error)) == NULL
      || (run->items = score_run_list_new (run->options, error)) == NULL
      || (run->ledger = score_run_ledger_load (run->options->output,
              error)) == NULL)
    return FALSE;
  choose_items (run);
  return check_settings (run, error)
      && (run->options->dry_run || prepare_output (run, error));
}

static int
say_what_it_takes (const Run * run)
{
  g_autoptr (GstElement) sink = gst_object_ref_sink
      (score_run_settings_make_sink (run->settings, NULL));
  g_autofree gchar *text = score_run_dry (run->options, run->origin, sink,
      run->missing, run->items->len - run->missing->len);

  g_print ("%s", text);
  return 0;
}

int
score_tool_run (int argc, char **argv)
{
  g_auto (Run) run = { NULL, };
  g_autoptr (GError) error = NULL;

  g_set_prgname ("gst-score-" GST_API_VERSION " run");
  if (!prepare (&run, argc, argv, &error)) {
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);
    return error->domain == G_OPTION_ERROR ? 2 : 1;
  }
  if (run.options->dry_run)
    return say_what_it_takes (&run);
  return ask (&run);
}
