/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/retry.h"

#include <gio/gio.h>
#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "vlm/retry-date.h"

/* More than that is no hint but a wrong clock. */
#define MAX_HINT_SECONDS 86400.0

static gint64
to_microseconds (gdouble seconds)
{
  if (!isfinite (seconds) || seconds < 0 || seconds > MAX_HINT_SECONDS)
    return -1;
  return (gint64) (seconds * G_USEC_PER_SEC);
}

/* The whole text must be a plain number (strtod takes hexadecimal, too). */
static gboolean
parse_number (const gchar * text, gdouble * number)
{
  g_autofree gchar *plain = g_strstrip (g_strdup (text));
  gchar *end;

  if (plain[strspn (plain, "0123456789.")] != '\0')
    return FALSE;
  *number = g_ascii_strtod (plain, &end);
  return end != plain && *end == '\0';
}

/* Where nobody brought a clock, the server's own Date header is one. */
static gint64
parse_date (const ScoreResponse * response, const gchar * text, gint64 now)
{
  const gchar *date = score_response_get_header (response, "date");
  gint64 then = score_retry_parse_date (text);

  if (now < 0)
    now = date != NULL ? score_retry_parse_date (date) : -1;
  if (then < 0 || now < 0)
    return -1;
  return to_microseconds ((gdouble) (then - now));
}

gint64
score_retry_hint (const ScoreResponse * response, gint64 now)
{
  const gchar *milliseconds =
      score_response_get_header (response, "retry-after-ms");
  const gchar *after = score_response_get_header (response, "retry-after");
  const gchar *again = score_response_get_header (response, "x-should-retry");
  gdouble number;
  gint64 hint = -1;

  if (again != NULL && g_ascii_strcasecmp (again, "false") == 0)
    return -1;
  if (milliseconds != NULL && parse_number (milliseconds, &number))
    hint = to_microseconds (number / 1000);
  if (hint >= 0 || after == NULL)
    return hint;
  if (parse_number (after, &number))
    return to_microseconds (number);
  return parse_date (response, after, now);
}

/* Full jitter: from nothing to the whole step, so that many who failed
 * together do not come back together. */
static gint64
draw_backoff (const ScoreRetryPolicy * policy, guint attempt, gdouble dice)
{
  gdouble step = policy->backoff_factor * exp2 (MIN (attempt, 60));

  return (gint64) (MIN (step, policy->backoff_max) * dice * G_USEC_PER_SEC);
}

static ScoreRetryVerdict
decide (const ScoreRetryPolicy * policy, guint attempt, gdouble dice,
    gint64 hint, gint64 remaining, ScoreRetryVerdict verdict, gint64 * wait)
{
  gint64 cap = (gint64) (policy->backoff_max * G_USEC_PER_SEC);

  *wait = 0;
  if (attempt >= policy->retries)
    return SCORE_RETRY_GIVE_UP;
  *wait = MAX (MIN (hint, cap), draw_backoff (policy, attempt, dice));
  if (remaining >= 0 && *wait >= remaining) {
    *wait = 0;
    return SCORE_RETRY_GIVE_UP;
  }
  return verdict;
}

static gboolean
is_worth_retrying (guint status)
{
  static const guint statuses[] = { 408, 409, 429, 500, 502, 503, 504, 529 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    if (status == statuses[i])
      return TRUE;
  }
  return FALSE;
}

ScoreRetryVerdict
score_retry_after_fault (const ScoreRetryPolicy * policy,
    const ScoreFault * fault, guint attempt, gdouble dice, gint64 remaining,
    gint64 * wait)
{
  gboolean everybody = fault->status == 429 || fault->status == 503
      || fault->status == 529;

  *wait = 0;
  if (fault->final || (!fault->asked_to_retry
          && !is_worth_retrying (fault->status)))
    return SCORE_RETRY_GIVE_UP;
  return decide (policy, attempt, dice, fault->retry_after, remaining,
      everybody ? SCORE_RETRY_PAUSE : SCORE_RETRY_WAIT, wait);
}

/* An answer cut in transit looks like bad JSON, so that is worth one more. */
static gboolean
is_error_worth_retrying (const GError * error, guint attempt)
{
  if (error->domain == GST_SCORE_ERROR)
    return error->code == GST_SCORE_ERROR_TIMEOUT
        || error->code == GST_SCORE_ERROR_UNREACHABLE
        || (error->code == GST_SCORE_ERROR_BAD_REPLY && attempt == 0);
  if (error->domain == G_IO_ERROR)
    return error->code != G_IO_ERROR_CANCELLED
        && error->code != G_IO_ERROR_INVALID_ARGUMENT
        && error->code != G_IO_ERROR_NOT_SUPPORTED;
  return error->domain == G_RESOLVER_ERROR;
}

ScoreRetryVerdict
score_retry_after_error (const ScoreRetryPolicy * policy, const GError * error,
    guint attempt, gdouble dice, gint64 remaining, gint64 * wait)
{
  *wait = 0;
  if (!is_error_worth_retrying (error, attempt))
    return SCORE_RETRY_GIVE_UP;
  return decide (policy, attempt, dice, -1, remaining, SCORE_RETRY_WAIT, wait);
}
