/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An HTTP date (RFC 9110: the three forms) in seconds of the Unix epoch, -1
 * where it is none. */
gint64 score_retry_parse_date (const gchar * text);

G_END_DECLS
