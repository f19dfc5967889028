/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Keeps buffers until they are wanted back: in memory, and past hold-memory
 * in an unlinked temporary file, from which they come back to the bit with
 * their flags, times and metas. One thread may put while another takes. */
typedef struct _GstScoreFrameStore GstScoreFrameStore;
/* A buffer that is kept. */
typedef struct _GstScoreKeptFrame GstScoreKeptFrame;

/* @folder: of the temporary file; NULL: $TMPDIR, else /var/tmp. @memory: bytes
 * of frames kept in memory. @max_bytes: of frames kept at all; 0: no limit. */
GstScoreFrameStore *gst_score_frame_store_new (const gchar * folder, guint64 memory, guint64 max_bytes);
/* Every frame must have been taken or dropped. */
void gst_score_frame_store_free (GstScoreFrameStore * store);

/* Takes @buffer. NULL with an error of GST_RESOURCE_ERROR where there is no room
 * (NO_SPACE_LEFT) or the file fails. */
GstScoreKeptFrame *gst_score_frame_store_put (GstScoreFrameStore * store, GstBuffer * buffer, GError ** error);
/* Gives the buffer back, writable but for its memory; @frame is gone then, also
 * where it fails. */
GstBuffer *gst_score_frame_store_take (GstScoreFrameStore * store, GstScoreKeptFrame * frame, GError ** error);
void gst_score_frame_store_drop (GstScoreFrameStore * store, GstScoreKeptFrame * frame);

/* Bytes of frames that are kept now; each may be NULL. */
void gst_score_frame_store_get_bytes (GstScoreFrameStore * store, guint64 * in_memory, guint64 * in_file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreFrameStore, gst_score_frame_store_free)

G_END_DECLS
