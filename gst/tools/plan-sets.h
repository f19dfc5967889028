/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Parameter sets: those of the header, or of the first unit where the header has
 * none, and those among the pictures. Units may be left out only where the latter
 * repeat the former: then nothing is lost with them. */
typedef struct
{
  GHashTable *known;            /* of GBytes */
  gboolean complete;
} ScorePlanSets;

void score_plan_sets_init (ScorePlanSets * sets);
void score_plan_sets_clear (ScorePlanSets * sets);
/* FALSE where it is another than those that are known, and they are complete. */
gboolean score_plan_sets_add (ScorePlanSets * sets, const guint8 * set, gsize size);
/* After the header and after every unit. */
void score_plan_sets_end_header (ScorePlanSets * sets);
void score_plan_sets_end_unit (ScorePlanSets * sets);

G_END_DECLS
