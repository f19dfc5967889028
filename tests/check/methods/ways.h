/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "watch.h"

G_BEGIN_DECLS

/* What an answer is made of: whether a fault is one depends on that. */
typedef enum
{
  ANSWER_JSON,                  /* of the shape that was asked for */
  ANSWER_WORDS,                 /* free text */
  ANSWER_CHANCES,               /* log-probabilities */
  ANSWER_CURVE,                 /* numbers of a server that is no chat model */
  N_ANSWERS,
} Answer;

/* A way to ask that there is: a method in a dialect, and how its videos travel. */
typedef struct
{
  const gchar *name;
  const gchar *method;
  gboolean gemini;
  Answer answer;
  const gchar *properties;      /* further ones: "name=value name=value", or NULL */
} Way;

extern const Way ways[];
extern const guint n_ways;
/* So many of the first are of different code where an answer is read. */
extern const guint n_dialects;

/* Stopped, before a server that answers well. @properties as of
 * fixture_new_stopped(). */
Fixture *way_new (const Way * way, const gchar * properties, ...) G_GNUC_NULL_TERMINATED;
/* Questions to the model that the server has got, without those for its health,
 * its models and its tokens. */
guint way_count_questions (Fixture * fixture);
/* Until the first has come, or the test fails; how many requests came till then. */
guint way_wait_question (Fixture * fixture);

G_END_DECLS
