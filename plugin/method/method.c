/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/method.h"

static const ScoreMethod *const methods[] = {
  &score_method_score,
  &score_method_gvl,
  &score_method_topreward,
  &score_method_roboreward,
  &score_method_robometer,
  NULL,
};

const ScoreMethod *const *
score_method_list (void)
{
  return methods;
}

const ScoreMethod *
score_method_find (const gchar * nick)
{
  for (guint i = 0; methods[i]; i++) {
    if (g_strcmp0 (methods[i]->nick, nick) == 0)
      return methods[i];
  }
  return NULL;
}

gboolean
score_method_fail (GError ** kept, GError * problem, GError ** error)
{
  if (!*kept)
    *kept = problem;
  else
    g_clear_error (&problem);
  if (error)
    *error = g_error_copy (*kept);
  return FALSE;
}

ScoreQuestion *
score_question_new (ScoreRequest * request, gpointer tag,
    GDestroyNotify tag_free)
{
  ScoreQuestion *question = g_new0 (ScoreQuestion, 1);

  question->request = request;
  question->tag = tag;
  question->tag_free = tag_free;
  return question;
}

void
score_question_free (ScoreQuestion * question)
{
  if (!question)
    return;
  score_request_unref (question->request);
  if (question->tag_free)
    question->tag_free (question->tag);
  g_free (question);
}
