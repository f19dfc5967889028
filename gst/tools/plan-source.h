/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plan-scan.h"

G_BEGIN_DECLS

/* A bin with the source pad "src", which gives of the file's first video stream
 * those frames that @sink, a scoresink, will take as samples: the very frames of
 * decoding everything. What lies between is not decoded where nothing that is
 * wanted refers to it. Before EOS the sink is told how many frames there are.
 *
 * Where the file is another than it was when scanned, or the decoder does not do
 * as was foreseen, there is an error on the bus and no EOS.
 *
 * @scan: has no reason against it, and is taken. NULL where it turns out that
 * there is one: then the scan stays and says it. Floating. */
GstElement *score_plan_source_new (const gchar * path, ScorePlanScan ** scan, GstElement * sink);

G_END_DECLS
