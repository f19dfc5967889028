/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A video that is asked about with several tasks is decoded for the first of them,
 * with samples-location set; the others are given the pictures that were kept:
 *
 *   first item of a group (score_run_list_group ()): samples-location is the user's
 *     --samples, or score_run_scratch_new ()
 *   when its pipeline has ended without an error of its own:
 *     folder = score_run_samples_find (location, item->id, item->task)
 *   all others: source = score_run_samples_source_new (folder, sink, &error)
 *     in place of score_video_source_new (), and that where it is NULL
 *   when the last is done: score_run_scratch_remove (location), if it was made here
 *
 * The sink takes the pictures untouched, so the requests are the same to the byte.
 * Only where a video outgrew max-frames some is asked of a decoded one that is not
 * asked here: of the samples that were dropped on the way. */

/* The folder below @location (samples-location) of the newest episode @id that was
 * asked about with @task; NULL: there is none. */
gchar *score_run_samples_find (const gchar * location, const gchar * id, const gchar * task);

/* An appsrc, floating, that gives the pictures of an episode's @folder as image/jpeg
 * with the times that its record.json has, then EOS. NULL where these do not make the
 * same episode again: without times, or where @sink, the scoresink that will be fed,
 * with the properties that it will have, would leave some out. */
GstElement *score_run_samples_source_new (const gchar * folder, GstElement * sink, GError ** error);

G_END_DECLS
