/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is known of episodes beside their records: pictures and true progress. */
typedef struct _ReportMedia ReportMedia;

/* @records: ReportRecord; borrowed. */
ReportMedia *report_media_new (GPtrArray * records);
void report_media_free (ReportMedia * self);

/* Lines of episode_id, stream_time, progress, as scoretestsrc writes them. FALSE
 * names the file and the line. */
gboolean report_media_load_truth (ReportMedia * self, const gchar * path, GError ** error);

/* A folder of samples-location, at most @most pictures of each episode. */
gboolean report_media_load_samples (ReportMedia * self, const gchar * path, guint most, GError ** error);

/* Pictures that could not be read. */
guint report_media_get_n_broken (const ReportMedia * self);

/* What there is of the episode: {"truth": [[time, progress]], "thumbs": [[time,
 * index, JPEG in base64]]}; NULL: nothing. */
JsonNode *report_media_describe (ReportMedia * self, const gchar * id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportMedia, report_media_free);

G_END_DECLS
