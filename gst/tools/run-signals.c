/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-signals.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

static const int signals[] = { SIGINT, SIGTERM };

typedef struct
{
  GSourceFunc func;
  gpointer user_data;
} Catch;

static gint n_caught;           /* atomic */
static gint wake[2];            /* a pipe, written to by the first signal */

/* Not left to the main loop, which may be held up by a file that does not open. */
static void
catch_signal (int number)
{
  gint saved = errno;

  if (g_atomic_int_add (&n_caught, 1) > 0)
    _exit (SCORE_RUN_STOPPED);
  (void) !write (wake[1], "", 1);
  errno = saved;
}

static gboolean
first_cb (gint fd, GIOCondition condition, gpointer data)
{
  Catch *self = data;

  self->func (self->user_data);
  return G_SOURCE_REMOVE;
}

void
score_run_signals_catch (GSourceFunc func, gpointer user_data)
{
  static Catch self;
  struct sigaction action = {.sa_handler = catch_signal,.sa_flags = SA_RESTART
  };

  if (!g_unix_open_pipe (wake, FD_CLOEXEC, NULL))
    return;
  self.func = func;
  self.user_data = user_data;
  g_unix_fd_add (wake[0], G_IO_IN, first_cb, &self);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);
}
