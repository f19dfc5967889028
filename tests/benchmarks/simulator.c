/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "simulator.h"

#include <signal.h>

static gchar *
read_url (GSubprocess * process, GError ** error)
{
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out),
      FALSE);
  return g_data_input_stream_read_line (out, NULL, NULL, error);
}

Simulator *
simulator_new (const gchar * latency)
{
  const gchar *tool = g_getenv ("SCORE_TOOL");
  g_autoptr (Simulator) self = g_new0 (Simulator, 1);
  g_autoptr (GError) error = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
      tool ? tool : "gst-score-1.0", "simulate", "--latency", latency, NULL);
  if (self->process != NULL)
    self->url = read_url (self->process, &error);
  if (self->url != NULL)
    return g_steal_pointer (&self);
  g_printerr ("the simulator does not start: %s\n",
      error ? error->message : "it says nothing");
  return NULL;
}

void
simulator_free (Simulator * self)
{
  if (self->process != NULL) {
    g_subprocess_send_signal (self->process, SIGTERM);
    g_subprocess_wait (self->process, NULL, NULL);
    g_object_unref (self->process);
  }
  g_free (self->url);
  g_free (self);
}
