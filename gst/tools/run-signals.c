/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-signals.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

static const int signals[] = { SIGINT, SIGTERM };

typedef struct
{
  GSourceFunc func;
  gpointer user_data;
  gboolean called;
} Catch;

static void
end_process (int number)
{
  _exit (SCORE_RUN_STOPPED);
}

/* The source stays, since GLib puts the default action back when it goes. */
static gboolean
first_cb (gpointer data)
{
  Catch *self = data;
  struct sigaction action = {.sa_handler = end_process };

  if (self->called)
    return G_SOURCE_CONTINUE;
  self->called = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);
  self->func (self->user_data);
  return G_SOURCE_CONTINUE;
}

void
score_run_signals_catch (GSourceFunc func, gpointer user_data)
{
  static Catch self;

  self.func = func;
  self.user_data = user_data;
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], first_cb, &self);
}
