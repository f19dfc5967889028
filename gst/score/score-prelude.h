/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* Marks what the library exports; everything else is hidden. */
#define GST_SCORE_API __attribute__ ((visibility ("default"))) extern
