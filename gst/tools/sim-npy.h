/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A video as NumPy saves it: bytes in C order, frame after frame, RGB. */
typedef struct
{
  guint n_frames, height, width;
  const guint8 *rgb;            /* inside the bytes that were read */
} SimNpy;

/* Versions 1.0, 2.0 and 3.0 of the format, shape (T, H, W, 3), dtype |u1, and
 * as many bytes as the shape says. FALSE with *@problem, a sentence to free, for
 * anything else. */
gboolean sim_npy_read (GBytes * bytes, SimNpy * npy, gchar ** problem);
