/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/* The samples of which both stream time and UTC are known. */
typedef struct _ExportUtc ExportUtc;

ExportUtc *export_utc_new (const GstScoreResult * result);
/* UTC of any stream time: on the line between the samples around it, and as far
 * from the nearest sample as it is in stream time outside of them. */
GstClockTime export_utc_at (const ExportUtc * self, GstClockTime stream_time);
void export_utc_free (ExportUtc * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExportUtc, export_utc_free)

G_END_DECLS
