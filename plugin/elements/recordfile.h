/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretrack.h"

G_BEGIN_DECLS

/* Reads every record of a JSON Lines file that results-location wrote. NULL with
 * an error that names the file, and the line that is at fault, where it cannot be
 * read, a line is no record, or no episode in it was scored. */
GstScoreTrack *gst_score_record_file_read (const gchar * location, GError ** error);

G_END_DECLS
