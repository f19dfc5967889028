/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-ledger.h"

#include "record-lines.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/score/gstscoreerror.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is kept of a record. */
typedef struct
{
  gchar *key;                   /* NULL: provisional */
  gboolean scored;
  ScoreRunOrigin *origin;       /* NULL unless scored */
  guint line;
} Record;

struct _ScoreRunLedger
{
  gchar *path;
  GHashTable *states;           /* key to ScoreRunState */
  GPtrArray *records;           /* of Record: the first of every distinct origin */
};

static void
record_free (gpointer data)
{
  Record *record = data;

  if (record == NULL)
    return;
  g_free (record->key);
  g_clear_pointer (&record->origin, score_run_origin_free);
  g_free (record);
}

static gchar *
make_key (const gchar * id, const gchar * task)
{
  return g_strconcat (task != NULL ? task : "", "\n", id, NULL);
}

static gpointer
take_record (const GstScoreResult * result, guint line)
{
  Record *record = g_new0 (Record, 1);

  record->line = line;
  record->scored = gst_score_result_is_scored (result);
  if (!gst_score_result_is_provisional (result))
    record->key = make_key (gst_score_result_get_episode_id (result),
        gst_score_result_get_task (result));
  if (record->key != NULL && record->scored)
    record->origin = score_run_origin_new (result);
  return record;
}

static void
enter_state (ScoreRunLedger * self, Record * record)
{
  gpointer state = g_hash_table_lookup (self->states, record->key);

  if (GPOINTER_TO_UINT (state) == SCORE_RUN_SCORED)
    return;
  g_hash_table_insert (self->states, g_steal_pointer (&record->key),
      GUINT_TO_POINTER (record->scored ? SCORE_RUN_SCORED : SCORE_RUN_FAILED));
}

static void
enter_all (ScoreRunLedger * self, GPtrArray * records)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);

  for (guint i = 0; i < records->len; i++) {
    Record *record = g_ptr_array_index (records, i);

    if (record->key == NULL)
      continue;
    enter_state (self, record);
    if (record->origin != NULL && g_hash_table_add (seen,
            score_run_origin_to_text (record->origin)))
      g_ptr_array_add (self->records, g_steal_pointer (&g_ptr_array_index
              (records, i)));
  }
}

/* What is read without end, or waited for, is no file of records. */
static gboolean
check_file (const gchar * path, GError ** error)
{
  struct stat facts;

  if (stat (path, &facts) < 0 || S_ISREG (facts.st_mode))
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "%s: records need a file, since a run goes on from what is in it.", path);
  return FALSE;
}

ScoreRunLedger *
score_run_ledger_load (const gchar * path, GError ** error)
{
  g_autoptr (ScoreRunLedger) self = g_new0 (ScoreRunLedger, 1);
  g_autoptr (GPtrArray) records = NULL;
  guint torn = 0;

  self->path = g_strdup (path);
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->records = g_ptr_array_new_with_free_func (record_free);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&self);
  if (!check_file (path, error))
    return NULL;
  records = score_record_lines_load (path, take_record, record_free, &torn,
      error);
  if (records == NULL)
    return NULL;
  enter_all (self, records);
  return g_steal_pointer (&self);
}

void
score_run_ledger_free (ScoreRunLedger * self)
{
  g_ptr_array_unref (self->records);
  g_hash_table_unref (self->states);
  g_free (self->path);
  g_free (self);
}

ScoreRunState
score_run_ledger_find (const ScoreRunLedger * self, const gchar * id,
    const gchar * task)
{
  g_autofree gchar *key = make_key (id, task);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->states, key));
}

guint
score_run_ledger_count (const ScoreRunLedger * self, ScoreRunState state)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->states);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += GPOINTER_TO_UINT (value) == state;
  return n;
}

gboolean
score_run_ledger_check (const ScoreRunLedger * self,
    const ScoreRunOrigin * origin, GError ** error)
{
  const gchar *name, *theirs, *ours;

  for (guint i = 0; i < self->records->len; i++) {
    const Record *record = g_ptr_array_index (self->records, i);

    if (!score_run_origin_differ (record->origin, origin, &name, &theirs,
            &ours))
      continue;
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s was %s for the record in line %u of %s and is %s now; give another"
        " --output, or --mix to have both in one file.", name, theirs,
        record->line, self->path, ours);
    return FALSE;
  }
  return TRUE;
}

/* --- the torn end --- */

/* Where the last line begins. */
static off_t
find_last_line (gint fd, off_t size)
{
  gchar chunk[4096];

  while (size > 0) {
    gsize n = MIN ((gsize) size, sizeof chunk);
    gchar *found;

    if (pread (fd, chunk, n, size - n) != (gssize) n)
      return -1;
    found = memrchr (chunk, '\n', n);
    if (found != NULL)
      return size - n + (found - chunk) + 1;
    size -= n;
  }
  return 0;
}

/* A record that only lacks its line break is a good one. */
static gboolean
is_torn_record (gint fd, off_t start, off_t size)
{
  gsize length = (gsize) (size - start);
  g_autofree gchar *text = g_malloc (length + 1);
  g_autoptr (GstScoreResult) result = NULL;

  if (length == 0 || pread (fd, text, length, start) != (gssize) length)
    return FALSE;
  text[length] = '\0';
  if (!score_record_lines_is_begun (text, length))
    return FALSE;
  result = gst_score_result_new_from_json (text, length, NULL);
  return result == NULL;
}

static gboolean
cut_end (gint fd, gsize * cut)
{
  struct stat facts;
  off_t start;

  if (fstat (fd, &facts) < 0)
    return FALSE;
  if (!S_ISREG (facts.st_mode) || facts.st_size == 0)
    return TRUE;
  start = find_last_line (fd, facts.st_size);
  if (start < 0)
    return FALSE;
  if (!is_torn_record (fd, start, facts.st_size))
    return TRUE;
  *cut = (gsize) (facts.st_size - start);
  return ftruncate (fd, start) == 0;
}

gboolean
score_run_ledger_mend (const gchar * path, gsize * cut, GError ** error)
{
  gint fd = open (path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gint saved;
  gboolean done;

  *cut = 0;
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  /* whoever holds the lock is writing, and so has not crashed */
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
    close (fd);
    return TRUE;
  }
  done = fd >= 0 && cut_end (fd, cut);
  saved = errno;
  if (fd >= 0)
    close (fd);
  if (!done)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s cannot be read and written: %s.", path, g_strerror (saved));
  return done;
}
