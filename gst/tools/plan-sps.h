/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the sequence parameter set of an H.264 stream (ITU-T H.264, 7.3.2.1 and
 * annex E) says of its order. */
typedef struct
{
  gboolean progressive;         /* no fields */
  gboolean gaps_allowed;        /* frame numbers may be missing */
  gboolean order_known;         /* how far pictures are reordered is said, or that they are not */
} ScorePlanSps;

/* Of a whole NAL unit; FALSE where it is damaged or of a kind not known. */
gboolean score_plan_sps_parse (ScorePlanSps * sps, const guint8 * nal, gsize size);

G_END_DECLS
