/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/gstscoreelements.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean registered = FALSE;

  registered |= GST_ELEMENT_REGISTER (scoreannotate, plugin);
  registered |= GST_ELEMENT_REGISTER (scoresink, plugin);
  registered |= GST_ELEMENT_REGISTER (scoretestsrc, plugin);
#ifdef HAVE_SCORE_OVERLAY
  registered |= GST_ELEMENT_REGISTER (scoreoverlay, plugin);
#endif
  return registered;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, score,
    "Progress of robot episodes, judged by a vision-language model",
    plugin_init, PACKAGE_VERSION, GST_LICENSE, PACKAGE_NAME, PACKAGE_ORIGIN);
