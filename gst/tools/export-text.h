/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Values as the formats write them, appended to @out. Pure. */

/* The shortest decimal that reads back as the same number. */
void export_text_add_number (GString * out, gdouble number);
/* A time in nanoseconds; @unknown where there is none. */
void export_text_add_time (GString * out, GstClockTime time, const gchar * unknown);
/* A field of RFC 4180, quoted where it must be. */
void export_text_add_csv (GString * out, const gchar * text);
/* A string of RFC 8259 in its quotes, or null. */
void export_text_add_json (GString * out, const gchar * text);
/* A line of text that no cue's reader takes for markup or for its own marks. */
void export_text_add_vtt (GString * out, const gchar * text);
void export_text_add_srt (GString * out, const gchar * text);

G_END_DECLS
