/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoreenums-private.h>

/* *INDENT-OFF* */
static const GEnumValue error_codes[] = {
  { GST_SCORE_ERROR_CONFIG, "GST_SCORE_ERROR_CONFIG", "config" },
  { GST_SCORE_ERROR_AUTH, "GST_SCORE_ERROR_AUTH", "auth" },
  { GST_SCORE_ERROR_RATE_LIMITED, "GST_SCORE_ERROR_RATE_LIMITED", "rate-limited" },
  { GST_SCORE_ERROR_UNREACHABLE, "GST_SCORE_ERROR_UNREACHABLE", "unreachable" },
  { GST_SCORE_ERROR_TIMEOUT, "GST_SCORE_ERROR_TIMEOUT", "timeout" },
  { GST_SCORE_ERROR_BAD_REPLY, "GST_SCORE_ERROR_BAD_REPLY", "bad-reply" },
  { GST_SCORE_ERROR_REFUSED, "GST_SCORE_ERROR_REFUSED", "refused" },
  { GST_SCORE_ERROR_ENCODE, "GST_SCORE_ERROR_ENCODE", "encode" },
  { GST_SCORE_ERROR_DROPPED, "GST_SCORE_ERROR_DROPPED", "dropped" },
  { GST_SCORE_ERROR_CANCELLED, "GST_SCORE_ERROR_CANCELLED", "cancelled" },
  { GST_SCORE_ERROR_BUDGET, "GST_SCORE_ERROR_BUDGET", "budget" },
  { 0, NULL, NULL },
};
/* *INDENT-ON* */

/**
 * gst_score_error_quark:
 *
 * Gets the error domain, which C calls %GST_SCORE_ERROR.
 *
 * Returns: the domain
 *
 * Since: 0.1
 */
G_DEFINE_QUARK (gst_score_error_quark, gst_score_error);

GType
gst_score_error_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreError", error_codes));
  return type;
}

/**
 * gst_score_error_to_nick:
 * @code: a code of %GST_SCORE_ERROR
 *
 * Gets the short name of an error code, as it stands in records and messages:
 * "rate-limited" for %GST_SCORE_ERROR_RATE_LIMITED.
 *
 * Returns: (nullable) (transfer none): the name, or %NULL when @code is none of
 *     #GstScoreError
 *
 * Since: 0.1
 */
const gchar *
gst_score_error_to_nick (GstScoreError code)
{
  return score_enum_get_nick (error_codes, code);
}

/**
 * gst_score_error_from_nick:
 * @nick: short name of an error code
 * @code: (out) (optional): where to put the code; left alone when there is none
 *
 * The reverse of gst_score_error_to_nick().
 *
 * Returns: %TRUE when @nick names an error code
 *
 * Since: 0.1
 */
gboolean
gst_score_error_from_nick (const gchar * nick, GstScoreError * code)
{
  gint value;

  g_return_val_if_fail (nick != NULL, FALSE);

  if (!score_enum_find_nick (error_codes, nick, &value))
    return FALSE;
  if (code != NULL)
    *code = value;
  return TRUE;
}
