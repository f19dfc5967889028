/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands before the bytes of an array in a file of NumPy's format, version
 * 1.0: unsigned bytes in C order, of the @n_dimensions (1 to 8) of @shape. A
 * multiple of 64 bytes. */
GBytes *score_npy_make_header (const guint * shape, guint n_dimensions);

G_END_DECLS
