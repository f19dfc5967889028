/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Tables end with a NULL name, as GObject wants them. */
const gchar *score_enum_get_nick (const GEnumValue * values, gint value);
gboolean score_enum_find_nick (const GEnumValue * values, const gchar * nick, gint * value);

G_END_DECLS
