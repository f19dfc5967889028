/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

#include "vlm/npy.h"

#include <string.h>

#define MAGIC "\x93NUMPY\x01\x00"
#define MAGIC_SIZE 8
#define ALIGNMENT 64

GBytes *
score_npy_make_header (const guint * shape, guint n_dimensions)
{
  g_autoptr (GString) text = g_string_new ("{'descr': '|u1', "
      "'fortran_order': False, 'shape': (");
  g_autoptr (GByteArray) header = g_byte_array_new ();
  guint8 length[2];
  gsize n;

  g_return_val_if_fail (n_dimensions >= 1 && n_dimensions <= 8, NULL);

  for (guint i = 0; i < n_dimensions; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? ", " : "", shape[i]);
  /* a tuple of one has a comma behind it in Python */
  g_string_append (text, n_dimensions == 1 ? ",), }" : "), }");
  n = MAGIC_SIZE + sizeof length + text->len + 1;
  for (; n % ALIGNMENT != 0; n++)
    g_string_append_c (text, ' ');
  g_string_append_c (text, '\n');

  length[0] = text->len & 0xff;
  length[1] = (text->len >> 8) & 0xff;
  g_byte_array_append (header, (const guint8 *) MAGIC, MAGIC_SIZE);
  g_byte_array_append (header, length, sizeof length);
  g_byte_array_append (header, (const guint8 *) text->str, text->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&header));
}
