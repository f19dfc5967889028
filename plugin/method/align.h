/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The items of an answer, put in the places of the frames that they name. */
typedef struct
{
  guint n;
  JsonObject **items;           /* of frame i + 1, borrowed from the answer; NULL: none */
  gchar *problem;               /* whole sentences; NULL: every frame is there exactly once */
  gboolean from_zero;           /* the answer counted 0..n-1 and was moved up */
  gboolean strays;              /* it names frames that were not asked about */
} ScoreAlignment;

/* @frames: array of objects with an integer "frame". A frame that is there more
 * than once has no item, or its first where @keep_first. */
ScoreAlignment *score_align (JsonArray * frames, guint n, gboolean keep_first);
void score_alignment_free (ScoreAlignment * alignment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreAlignment, score_alignment_free)

G_END_DECLS
