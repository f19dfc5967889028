/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

/* A scoreannotate that runs. */
Fixture *annotate_new (const gchar * properties, ...) G_GNUC_NULL_TERMINATED;

/* Frames as they were pushed, to be compared with what comes out. */
typedef struct
{
  Fixture *fixture;
  GPtrArray *pushed;            /* deep copies */
} Frames;

Frames *frames_new (Fixture * fixture);
void frames_free (Frames * frames);
void frames_push (Frames * frames, guint n);
/* Pulls as many as were pushed, each to the bit what was pushed. */
GPtrArray *frames_pull (Frames * frames);

/* What the meta of a frame says; NULL episode where it has none. */
#define assert_no_meta(buffer) fail_unless (gst_score_meta_get (buffer) == NULL)
void assert_final (GstBuffer * buffer, gdouble progress, gboolean interpolated);
void assert_status (GstBuffer * buffer, GstScoreMetaStatus status);
/* That of an episode of @n frames, that begin with the @first, each is what the
 * good model says of it. */
void assert_curve (GPtrArray * frames, guint first, guint n);

/* A probe that adds what passes to a GString: b for a buffer, the names of
 * events, and query for a drain. */
GstPadProbeReturn frames_note (GstPad * pad, GstPadProbeInfo * info, gpointer list);
/* Until EOS is out, after which nothing is added. */
void frames_wait_eos (Fixture * fixture);

/* A finished episode in a file, as results-location writes it; one line each
 * call. Progress rises from 0 to 1 over the samples, which are a second apart. */
void append_record (const gchar * file, const gchar * id, GstClockTime start, guint n_samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frames, frames_free)

G_END_DECLS
