/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Where one branch of a pipeline holds frames back, the queue of another may
 * fill up and stop the demuxer that feeds both. Asked each second in which frames
 * wait and nothing has come, this says so: by an element error (TRUE) that names
 * the full queues, or by a warning where there are none. *@n_seconds counts; 0
 * after anything has come. */
gboolean gst_score_check_stall (GstElement * element, guint * n_seconds);

/* The names of the full queues in the pipeline of @element, with commas, or NULL:
 * there are none, or the application has paused the pipeline. */
gchar *gst_score_find_full_queues (GstElement * element);

G_END_DECLS
