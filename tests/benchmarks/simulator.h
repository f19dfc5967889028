/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* `gst-score-1.0 simulate` ($SCORE_TOOL) in a process of its own, so that what
 * it takes is nobody's. */
typedef struct
{
  GSubprocess *process;
  gchar *url;                   /* for base-url */
} Simulator;

/* @latency: seconds for each answer. NULL where it does not start, which is said. */
Simulator *simulator_new (const gchar * latency);
void simulator_free (Simulator * simulator);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Simulator, simulator_free)

G_END_DECLS
