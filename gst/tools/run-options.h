/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the command line of run says, checked: see score_run_options_parse(). */
typedef struct
{
  gchar *manifest;              /* NULL: the videos are those of the command line */
  gchar *output;                /* the file of records, never NULL */
  gchar *task;                  /* of the videos of the command line */
  gchar *samples;               /* NULL: samples are not kept */
  gchar **properties;           /* NAME=VALUE for scoresink; later ones win; never NULL */
  gchar **inputs;               /* videos, folders, patterns, URIs; never NULL */
  gint jobs;                    /* pipelines at a time, 1 or more */
  guint shard, n_shards;        /* part shard of n_shards, from 1; 1 of 1: everything */
  gboolean confusion;           /* every video with every distinct task */
  gboolean retry_failed;
  gboolean mix;                 /* records of other settings may be in the output */
  gboolean dry_run;
  gboolean quiet;
  gboolean decode_all;
  gdouble price_input, price_output, price_cached;      /* NAN: not given */
} ScoreRunOptions;

/* Takes the options and the inputs out of the command line. An error is one of
 * usage; --help prints and ends the program, as GOption does. */
ScoreRunOptions *score_run_options_parse (int argc, char **argv, GError ** error);
void score_run_options_free (ScoreRunOptions * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunOptions, score_run_options_free);

G_END_DECLS
