/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-dialect.h"

#include <string.h>

void
sim_fault_clear (SimFault * self)
{
  g_clear_pointer (&self->message, g_free);
}

void
sim_fault_set (SimFault * self, guint status, const gchar * code,
    const gchar * param, gchar * message)
{
  g_assert (self->message == NULL);
  self->status = status;
  self->code = code;
  self->param = param;
  self->message = message;
}

GBytes *
sim_base64_decode (const gchar * text)
{
  gsize n = 0, padding, size;
  guchar *data;

  while (g_ascii_isalnum (text[n]) || text[n] == '+' || text[n] == '/')
    n++;
  padding = strspn (text + n, "=");
  if (n == 0 || padding > 2 || text[n + padding] != '\0'
      || (n + padding) % 4 != 0)
    return NULL;
  data = g_base64_decode (text, &size);
  return g_bytes_new_take (data, size);
}
