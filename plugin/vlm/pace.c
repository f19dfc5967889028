/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/pace.h"

#include <string.h>

#define MARGIN_PARTS 60         /* of the minute, by which it is taken for longer */
#define SLACK_PARTS 1200        /* of the minute, which a late timer may make good */

/* Guesses before the first answer, rather too high: what is sent too early is
 * refused, what is sent too late is only late. */
#define BYTES_OF_A_TOKEN 4
#define TOKENS_OF_AN_IMAGE 1000
#define TOKENS_OF_AN_ANSWER 500

/* How much the newest answer says of the next. */
#define LEARNING 0.25

typedef struct
{
  gint64 at;
  guint64 tokens;
  guint64 guess;                /* that they were taken for, before what was learned */
  gboolean has_images;
} Sent;

struct _ScorePace
{
  ScorePaceLimits limits;
  gint64 window;                /* the minute with its margin */
  gint64 slack;
  gint64 next;                  /* evenly spread, nothing is sent before */
  GArray *sent;                 /* of Sent, by time; the window's from first on */
  guint first;
  guint64 n_gone;               /* that were taken off the array's beginning */
  guint64 tokens;               /* of the window */
  gdouble factors[2];           /* what was taken for what was guessed: text, pictures; 0: not known */
};

ScorePace *
score_pace_new (const ScorePaceLimits * limits)
{
  ScorePace *self = g_new0 (ScorePace, 1);
  gint64 minute = limits->minute > 0 ? limits->minute : G_TIME_SPAN_MINUTE;

  self->limits = *limits;
  self->window = minute + minute / MARGIN_PARTS;
  self->slack = minute / SLACK_PARTS;
  self->sent = g_array_new (FALSE, FALSE, sizeof (Sent));
  return self;
}

void
score_pace_free (ScorePace * self)
{
  if (self == NULL)
    return;
  g_array_unref (self->sent);
  g_free (self);
}

static gboolean
is_idle (const ScorePace * self)
{
  return self->limits.requests == 0 && self->limits.tokens == 0;
}

static guint64
count_bytes (const gchar * text)
{
  return text != NULL ? strlen (text) : 0;
}

static guint64
guess (const ScoreRequest * request)
{
  guint64 bytes = count_bytes (score_request_get_system (request)) +
      count_bytes (score_request_get_schema (request));
  guint answer = score_request_get_max_tokens (request);

  for (guint i = 0; i < score_request_get_n_parts (request); i++)
    bytes += count_bytes (score_request_get_part (request, i)->text);
  return bytes / BYTES_OF_A_TOKEN +
      (guint64) TOKENS_OF_AN_IMAGE *score_request_get_n_images (request) +
      (answer > 0 ? MIN (answer, TOKENS_OF_AN_ANSWER) : TOKENS_OF_AN_ANSWER);
}

guint64
score_pace_estimate (const ScorePace * self, const ScoreRequest * request)
{
  gdouble factor;

  if (self->limits.tokens == 0)
    return 0;
  factor = self->factors[score_request_get_n_images (request) > 0];
  return (guint64) (guess (request) * (factor > 0 ? factor : 1));
}

static Sent *
get_sent (ScorePace * self, guint index)
{
  return &g_array_index (self->sent, Sent, index);
}

/* Half of the array at a time, so that each is moved but once. */
static void
forget_old (ScorePace * self, gint64 now)
{
  while (self->first < self->sent->len
      && get_sent (self, self->first)->at + self->window <= now)
    self->tokens -= get_sent (self, self->first++)->tokens;
  if (self->first == 0 || self->first < self->sent->len / 2)
    return;
  g_array_remove_range (self->sent, 0, self->first);
  self->n_gone += self->first;
  self->first = 0;
}

/* How many of the oldest must leave the window before another fits in. */
static guint
count_in_the_way (ScorePace * self, guint64 tokens)
{
  guint n = self->sent->len - self->first;
  guint n_requests = self->limits.requests > 0
      && n >= self->limits.requests ? n - self->limits.requests + 1 : 0;
  guint64 left = self->tokens;
  guint n_tokens = 0;

  if (self->limits.tokens > 0) {
    while (n_tokens < n && left + tokens > self->limits.tokens)
      left -= get_sent (self, self->first + n_tokens++)->tokens;
  }
  return MAX (n_requests, n_tokens);
}

gint64
score_pace_get_wait (ScorePace * self, guint64 tokens, gint64 now)
{
  gint64 due;
  guint n;

  if (is_idle (self))
    return 0;
  forget_old (self, now);
  due = self->next;
  n = count_in_the_way (self, tokens);
  if (n > 0)
    due = MAX (due, get_sent (self, self->first + n - 1)->at + self->window);
  return MAX (due - now, 0);
}

/* The distance to the next that keeps to the limits if all are like this one. */
static gint64
get_distance (const ScorePace * self, guint64 tokens)
{
  gdouble share = 0;

  if (self->limits.requests > 0)
    share = 1.0 / self->limits.requests;
  if (self->limits.tokens > 0)
    share = MAX (share, (gdouble) tokens / self->limits.tokens);
  return (gint64) (self->window * MIN (share, 1.0));
}

guint64
score_pace_take (ScorePace * self, const ScoreRequest * request, gint64 now)
{
  Sent sent = {.at = now };

  if (is_idle (self))
    return 1;
  if (request != NULL && self->limits.tokens > 0) {
    sent.guess = guess (request);
    sent.tokens = score_pace_estimate (self, request);
    sent.has_images = score_request_get_n_images (request) > 0;
  }
  self->next = MAX (self->next, now - self->slack) +
      get_distance (self, sent.tokens);
  self->tokens += sent.tokens;
  g_array_append_val (self->sent, sent);
  return self->n_gone + self->sent->len;
}

/* The one that was taken as @number, where it is still in the window. */
static Sent *
find_sent (ScorePace * self, guint64 number)
{
  if (is_idle (self) || number <= self->n_gone + self->first
      || number > self->n_gone + self->sent->len)
    return NULL;
  return get_sent (self, (guint) (number - self->n_gone - 1));
}

static void
set_tokens (ScorePace * self, Sent * sent, guint64 tokens)
{
  self->next += get_distance (self, tokens) - get_distance (self, sent->tokens);
  self->tokens += tokens - sent->tokens;
  sent->tokens = tokens;
}

static void
learn (ScorePace * self, const Sent * sent, guint64 tokens)
{
  gdouble *factor = &self->factors[sent->has_images];
  gdouble newest = (gdouble) tokens / sent->guess;

  *factor = *factor > 0 ? *factor + LEARNING * (newest - *factor) : newest;
}

void
score_pace_correct (ScorePace * self, guint64 number,
    const ScoreTokens * tokens)
{
  guint64 sum = tokens->input_tokens + tokens->output_tokens;
  Sent *sent = find_sent (self, number);

  if (sent == NULL || sent->guess == 0 || sum == 0)
    return;
  learn (self, sent, sum);
  set_tokens (self, sent, sum);
}

void
score_pace_refund (ScorePace * self, guint64 number)
{
  Sent *sent = find_sent (self, number);

  if (sent != NULL)
    set_tokens (self, sent, 0);
}
