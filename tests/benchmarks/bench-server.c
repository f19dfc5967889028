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
 * standard input ends. Arguments: a file, to which the SHA-256 of each picture
 * that comes is appended; another, to which a line a question is: the bytes of
 * its body, the number of its pictures, the number of its connection and the
 * SHA-256 of its messages without the pictures. */

#define MESSAGES "\"messages\":"
#define PICTURE "data:image/jpeg;base64,"

static FILE *pictures, *questions;
static GMutex lock;             /* guards what is written to both */

static void
log_picture (const gchar * start, gsize length)
{
  g_autofree gchar *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
      (const guchar *) start, length);

  if (pictures != NULL)
    fprintf (pictures, "%s\n", sum);
}

/* Where the list that @start opens ends; brackets in its strings do not count. */
static gsize
measure_list (const gchar * start)
{
  gboolean in_string = FALSE;
  guint depth = 0;
  const gchar *p;

  for (p = start; *p; p++) {
    if (in_string && *p == '\\' && p[1] != '\0')
      p++;
    else if (*p == '"')
      in_string = !in_string;
    else if (!in_string && *p == '[')
      depth++;
    else if (!in_string && *p == ']' && --depth == 0)
      return p + 1 - start;
  }
  return p - start;
}

static void
log_question (const FaultRequest * request, guint n_pictures,
    const gchar * words)
{
  const gchar *list = strstr (words, MESSAGES);
  const gchar *start = list ? list + strlen (MESSAGES) : words;
  g_autofree gchar *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
      (const guchar *) start, measure_list (start));

  if (questions != NULL)
    fprintf (questions, "%" G_GSIZE_FORMAT " %u %u %s\n",
        g_bytes_get_size (request->body), n_pictures, request->connection, sum);
}

static void
log_request (const FaultRequest * request)
{
  g_autofree gchar *body = fault_request_dup_body (request);
  g_autoptr (GString) words = g_string_new (NULL);
  const gchar *rest = body, *start;
  guint n_pictures = 0;

  while ((start = strstr (rest, PICTURE)) != NULL) {
    gsize length;

    start += strlen (PICTURE);
    length = strcspn (start, "\"");
    log_picture (start, length);
    g_string_append_len (words, rest, start - rest);
    rest = start + length;
    n_pictures++;
  }
  g_string_append (words, rest);
  log_question (request, n_pictures, words->str);
}

static gchar *
answer (const FaultRequest * request, gpointer user_data)
{
  if (pictures != NULL || questions != NULL) {
    g_mutex_lock (&lock);
    log_request (request);
    if (pictures != NULL)
      fflush (pictures);
    if (questions != NULL)
      fflush (questions);
    g_mutex_unlock (&lock);
  }
  return good_model_answer (request, user_data);
}

static gboolean
open_log (const gchar * path, FILE ** file)
{
  if (path != NULL && (*file = fopen (path, "a")) == NULL)
    g_printerr ("%s: %s\n", path, g_strerror (errno));
  return path == NULL || *file != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  gchar byte;

  if (!open_log (argc > 1 ? argv[1] : NULL, &pictures)
      || !open_log (argc > 2 ? argv[2] : NULL, &questions))
    return 1;
  fault_server_set_answer (server, answer, NULL);
  g_print ("%s\n", fault_server_get_base_url (server));
  while (read (STDIN_FILENO, &byte, 1) > 0)
    continue;
  return 0;
}
