/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-ids.h"
#include "run-inputs.h"

#include <string.h>

/* Records are UTF-8, and names of files are what they like. */
static gchar *
make_text (const gchar * name)
{
  return g_utf8_validate (name, -1, NULL) ? g_strdup (name)
      : g_uri_escape_string (name, "/ ", TRUE);
}

/* The last component of @place and @depth folders before it. */
static gchar *
make_id (const gchar * place, guint depth, gboolean with_ending)
{
  gsize length = strlen (place), start;
  g_autofree gchar *name = NULL;
  gchar *last, *dot;

  while (length > 0 && place[length - 1] == '/')
    length--;
  for (start = length; start > 0; start--) {
    if (place[start - 1] == '/' && depth-- == 0)
      break;
  }
  name = g_strndup (place + start, length - start);
  last = strrchr (name, '/');
  last = last != NULL ? last + 1 : name;
  dot = strrchr (last, '.');
  if (!with_ending && dot != NULL && dot > last)
    *dot = '\0';
  return make_text (name);
}

static guint
count_folders (const gchar * place)
{
  guint n = 0;

  for (; *place != '\0'; place++)
    n += *place == '/';
  return n;
}

/* FALSE where two of @group get the same. */
static gboolean
try_ids (GPtrArray * inputs, GArray * group, guint depth, gboolean with_ending,
    GStrv ids)
{
  g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean unique = TRUE;

  for (guint i = 0; i < group->len; i++) {
    guint index = g_array_index (group, guint, i);
    const ScoreRunInput *input = g_ptr_array_index (inputs, index);

    g_free (ids[index]);
    ids[index] = make_id (input->place, depth, with_ending);
    unique &= g_hash_table_add (used, ids[index]);
  }
  return unique;
}

static void
tell_apart (GPtrArray * inputs, GArray * group, GStrv ids)
{
  guint most = 0;
  gboolean with_ending;

  for (guint i = 0; i < group->len; i++) {
    const ScoreRunInput *input = g_ptr_array_index (inputs,
        g_array_index (group, guint, i));

    most = MAX (most, count_folders (input->place));
  }
  /* with all folders, only the endings can be what differs */
  with_ending = !try_ids (inputs, group, most, FALSE, ids);
  for (guint depth = 0; depth < most; depth++) {
    if (try_ids (inputs, group, depth, with_ending, ids))
      return;
  }
  try_ids (inputs, group, most, with_ending, ids);
}

/* Indices of the inputs by their ids. */
static GHashTable *
make_groups (GStrv ids)
{
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) g_array_unref);

  for (guint i = 0; ids[i] != NULL; i++) {
    GArray *group = g_hash_table_lookup (groups, ids[i]);

    if (group == NULL) {
      group = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (groups, g_strdup (ids[i]), group);
    }
    g_array_append_val (group, i);
  }
  return groups;
}

/* What is still alike differs in nothing that ids are made of, such as the query of
 * a URI, or is alike by chance ("a.mp4.mp4" beside "a.mp4" and "a.mkv"). */
static void
use_uris (GPtrArray * inputs, GStrv ids)
{
  g_autoptr (GHashTable) groups = make_groups (ids);

  for (guint i = 0; ids[i] != NULL; i++) {
    const ScoreRunInput *input = g_ptr_array_index (inputs, i);
    const GArray *group = g_hash_table_lookup (groups, ids[i]);

    if (group->len > 1) {
      g_free (ids[i]);
      ids[i] = make_text (input->uri);
    }
  }
}

GStrv
score_run_ids_new (GPtrArray * inputs)
{
  GStrv ids = g_new0 (gchar *, inputs->len + 1);
  g_autoptr (GHashTable) groups = NULL;
  GHashTableIter iter;
  gpointer group;

  for (guint i = 0; i < inputs->len; i++) {
    const ScoreRunInput *input = g_ptr_array_index (inputs, i);

    ids[i] = make_id (input->place, 0, FALSE);
  }
  groups = make_groups (ids);
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &group)) {
    if (((GArray *) group)->len > 1)
      tell_apart (inputs, group, ids);
  }
  use_uris (inputs, ids);
  return ids;
}
