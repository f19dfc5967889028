/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreenums-private.h>

const gchar *
score_enum_get_nick (const GEnumValue * values, gint value)
{
  for (; values->value_nick != NULL; values++) {
    if (values->value == value)
      return values->value_nick;
  }
  return NULL;
}

gboolean
score_enum_find_nick (const GEnumValue * values, const gchar * nick,
    gint * value)
{
  for (; values->value_nick != NULL; values++) {
    if (g_str_equal (values->value_nick, nick)) {
      *value = values->value;
      return TRUE;
    }
  }
  return FALSE;
}
