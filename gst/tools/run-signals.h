/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The exit status of a run that was stopped. */
#define SCORE_RUN_STOPPED 130

/* The first SIGINT or SIGTERM calls @func on the default main context; the next
 * one ends the process at once, whatever it is doing. What the records need is on
 * the disk at any time. */
void score_run_signals_catch (GSourceFunc func, gpointer user_data);

G_END_DECLS
