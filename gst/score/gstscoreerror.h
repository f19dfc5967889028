/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score-prelude.h>

G_BEGIN_DECLS

/**
 * GST_SCORE_ERROR:
 *
 * Error domain of everything that scores. Codes are of #GstScoreError.
 *
 * Since: 0.1
 */
#define GST_SCORE_ERROR (gst_score_error_quark ())

/**
 * GST_TYPE_SCORE_ERROR:
 *
 * The #GEnum of #GstScoreError; its nicks are the codes in records and messages.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_ERROR (gst_score_error_get_type ())

/**
 * GstScoreError:
 * @GST_SCORE_ERROR_CONFIG: a setting is wrong; change the property the message names
 * @GST_SCORE_ERROR_AUTH: the server refused the key
 * @GST_SCORE_ERROR_RATE_LIMITED: quota or rate limit; ask less or later
 * @GST_SCORE_ERROR_UNREACHABLE: the server is down, unreachable or failing
 * @GST_SCORE_ERROR_TIMEOUT: no answer in the time allowed
 * @GST_SCORE_ERROR_BAD_REPLY: an answer, a record or a message arrived that cannot be used
 * @GST_SCORE_ERROR_REFUSED: the model declined to answer (refusal, safety block)
 * @GST_SCORE_ERROR_ENCODE: a frame could not be turned into a JPEG
 * @GST_SCORE_ERROR_DROPPED: the episode was given up before it was scored
 * @GST_SCORE_ERROR_CANCELLED: the element was stopped
 * @GST_SCORE_ERROR_BUDGET: what may be spent is spent, so nothing more was asked
 *
 * What went wrong, named by what the caller can do about it.
 *
 * Since: 0.1
 */
typedef enum {
  GST_SCORE_ERROR_CONFIG,
  GST_SCORE_ERROR_AUTH,
  GST_SCORE_ERROR_RATE_LIMITED,
  GST_SCORE_ERROR_UNREACHABLE,
  GST_SCORE_ERROR_TIMEOUT,
  GST_SCORE_ERROR_BAD_REPLY,
  GST_SCORE_ERROR_REFUSED,
  GST_SCORE_ERROR_ENCODE,
  GST_SCORE_ERROR_DROPPED,
  GST_SCORE_ERROR_CANCELLED,
  GST_SCORE_ERROR_BUDGET,
} GstScoreError;

GST_SCORE_API
GType gst_score_error_get_type (void);

GST_SCORE_API
GQuark gst_score_error_quark (void);

GST_SCORE_API
const gchar *gst_score_error_to_nick (GstScoreError code);

GST_SCORE_API
gboolean gst_score_error_from_nick (const gchar * nick, GstScoreError * code);

G_END_DECLS
