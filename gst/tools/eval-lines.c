/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-lines.h"

#include "record-lines.h"

static gpointer
take (const GstScoreResult * result, guint line)
{
  return eval_episode_new (result);
}

GPtrArray *
eval_lines_load (const gchar * path, guint * torn, GError ** error)
{
  return score_record_lines_load (path, take,
      (GDestroyNotify) eval_episode_free, torn, error);
}
