/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "goodmodel.h"

/* A model server that answers at once, in a process of its own, so that what
 * it takes is nobody's. Its first line is the base URL; it runs until its
 * standard input ends. Argument: a file, to which the SHA-256 of each picture
 * that comes is appended. */

#define PICTURE "data:image/jpeg;base64,"

static FILE *pictures;
static GMutex pictures_lock;

static void
log_pictures (const gchar * body)
{
  const gchar *start = body;

  while ((start = strstr (start, PICTURE)) != NULL) {
    g_autofree gchar *sum = NULL;
    gsize length;

    start += strlen (PICTURE);
    length = strcspn (start, "\"");
    sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
        (const guchar *) start, length);
    fprintf (pictures, "%s\n", sum);
    start += length;
  }
  fflush (pictures);
}

static gchar *
answer (const FaultRequest * request, gpointer user_data)
{
  if (pictures != NULL) {
    g_autofree gchar *body = fault_request_dup_body (request);

    g_mutex_lock (&pictures_lock);
    log_pictures (body);
    g_mutex_unlock (&pictures_lock);
  }
  return good_model_answer (request, user_data);
}

int
main (int argc, char **argv)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  gchar byte;

  if (argc > 1 && (pictures = fopen (argv[1], "a")) == NULL) {
    g_printerr ("%s: %s\n", argv[1], g_strerror (errno));
    return 1;
  }
  fault_server_set_answer (server, answer, NULL);
  g_print ("%s\n", fault_server_get_base_url (server));
  while (read (STDIN_FILENO, &byte, 1) > 0)
    continue;
  return 0;
}
