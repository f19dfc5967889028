/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GST_ELEMENT_REGISTER_DECLARE (scoreannotate);
GST_ELEMENT_REGISTER_DECLARE (scoreoverlay);
GST_ELEMENT_REGISTER_DECLARE (scoresink);
GST_ELEMENT_REGISTER_DECLARE (scoretestsrc);

G_END_DECLS
