/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes are read as a record or refused; what was read is written and read
 * again without a change. */
#include <gst/score/score.h>

int LLVMFuzzerTestOneInput (const guint8 * data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  static gsize ready = 0;
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GstScoreResult) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;

  if (g_once_init_enter (&ready)) {
    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
    gst_init (NULL, NULL);
    g_once_init_leave (&ready, 1);
  }

  result = gst_score_result_new_from_json ((const gchar *) data, size, &error);
  g_assert ((result == NULL) == (error != NULL));
  if (result == NULL)
    return 0;
  first = gst_score_result_to_json (result);
  again = gst_score_result_new_from_json (first, -1, &error);
  g_assert_no_error (error);
  second = gst_score_result_to_json (again);
  g_assert_cmpstr (first, ==, second);
  return 0;
}
