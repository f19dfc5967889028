/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-confusion.h"
#include "eval-bootstrap.h"

#include <string.h>

/* One record of a video. The records of a video lie together, and the videos of a
 * task of a data set. */
typedef struct
{
  guint row, column;
  gdouble progress;
  guint video;                  /* counted from 0 over all */
} Asked;

/* Videos that replicates are drawn from together. */
typedef struct
{
  const gchar *data_source, *task;
  guint first, n;               /* videos */
} Group;

typedef struct
{
  EvalConfusion *confusion;
  GArray *asked;                /* of Asked */
  GArray *groups;               /* of Group */
  guint n_videos;
} Work;

const gchar *
eval_confusion_get_name (EvalConfusionMetric metric)
{
  static const gchar *const names[EVAL_N_CONFUSION] = {
    "column_normalized_diagonal", "avg_diagonal", "avg_off_diagonal", "margin"
  };

  g_assert (metric < EVAL_N_CONFUSION);
  return names[metric];
}

static gint
compare_records (gconstpointer a, gconstpointer b)
{
  const EvalEpisode *left = *(EvalEpisode * const *) a;
  const EvalEpisode *right = *(EvalEpisode * const *) b;
  gint order = strcmp (left->data_source, right->data_source);

  if (order == 0)
    order = strcmp (left->own_task, right->own_task);
  if (order == 0)
    order = strcmp (left->id, right->id);
  return order != 0 ? order : strcmp (left->task, right->task);
}

/* All records of the videos that were asked about with other tasks: an evaluation
 * may hold more videos than its matrix. */
static GPtrArray *
gather (const EvalFile * file)
{
  g_autoptr (GHashTable) videos = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *records = g_ptr_array_new ();

  for (guint i = 0; i < file->others->len; i++) {
    EvalEpisode *record = g_ptr_array_index (file->others, i);

    g_hash_table_add (videos, record->id);
    g_ptr_array_add (records, record);
  }
  for (guint i = 0; i < file->episodes->len; i++) {
    EvalEpisode *record = g_ptr_array_index (file->episodes, i);

    if (g_hash_table_contains (videos, record->id))
      g_ptr_array_add (records, record);
  }
  g_ptr_array_sort (records, compare_records);
  return records;
}

static void
add_sorted (GHashTable * names, GPtrArray * tasks)
{
  GList *sorted = g_list_sort (g_hash_table_get_keys (names),
      (GCompareFunc) strcmp);

  for (GList * name = sorted; name != NULL; name = name->next)
    g_ptr_array_add (tasks, name->data);
  g_list_free (sorted);
}

static const gchar *
get_words (const EvalEpisode * record)
{
  return *record->task != '\0' ? record->task : record->own_task;
}

/* The tasks that videos are of, then those that were only asked about; @places
 * gets the row of each. */
static void
list_tasks (EvalConfusion * self, GPtrArray * records, GHashTable * places)
{
  g_autoptr (GHashTable) own = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) asked = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < records->len; i++) {
    const EvalEpisode *record = g_ptr_array_index (records, i);

    g_hash_table_add (own, (gpointer) record->own_task);
  }
  for (guint i = 0; i < records->len; i++) {
    const gchar *words = get_words (g_ptr_array_index (records, i));

    if (!g_hash_table_contains (own, words))
      g_hash_table_add (asked, (gpointer) words);
  }
  add_sorted (own, self->tasks);
  self->n_columns = self->tasks->len;
  add_sorted (asked, self->tasks);
  for (guint i = 0; i < self->tasks->len; i++)
    g_hash_table_insert (places, g_ptr_array_index (self->tasks, i),
        GUINT_TO_POINTER (i));
}

static void
take_record (Work * work, GHashTable * places, const EvalEpisode * record,
    const EvalEpisode * before)
{
  gboolean new_group = before == NULL
      || !g_str_equal (before->data_source, record->data_source)
      || !g_str_equal (before->own_task, record->own_task);
  Asked asked;

  if (new_group) {
    Group group = { record->data_source, record->own_task, work->n_videos, 0 };

    g_array_append_val (work->groups, group);
  }
  if (new_group || !g_str_equal (before->id, record->id)) {
    g_array_index (work->groups, Group, work->groups->len - 1).n++;
    work->n_videos++;
  }
  asked.row = GPOINTER_TO_UINT (g_hash_table_lookup (places,
          get_words (record)));
  asked.column = GPOINTER_TO_UINT (g_hash_table_lookup (places,
          record->own_task));
  asked.progress = record->progress;
  asked.video = work->n_videos - 1;
  g_array_append_val (work->asked, asked);
}

/* The cells in one lane. */
static void
fill_cells (const Work * work, const gfloat (*weights)[SCORE_LANES],
    guint lane, gdouble * cells, gdouble * sums)
{
  const EvalConfusion *self = work->confusion;
  gsize n = (gsize) self->tasks->len * self->n_columns;

  memset (cells, 0, n * sizeof *cells);
  memset (sums, 0, n * sizeof *sums);
  for (guint i = 0; i < work->asked->len; i++) {
    const Asked *asked = &g_array_index (work->asked, Asked, i);
    gsize cell = (gsize) asked->row * self->n_columns + asked->column;
    gdouble weight = weights == NULL ? 1.0 : weights[asked->video][lane];

    cells[cell] += weight * asked->progress;
    sums[cell] += weight;
  }
  for (gsize i = 0; i < n; i++)
    cells[i] = sums[i] > 0.0 ? cells[i] / sums[i] : NAN;
}

static void
measure (const EvalConfusion * self, const gdouble * cells,
    ScoreConfusionFigures * figures, gdouble * values)
{
  ScoreConfusion matrix = { self->tasks->len, self->n_columns, cells };

  score_confusion_measure (&matrix, figures);
  values[EVAL_CONFUSION_DIAGONAL] = figures->column_normalized_diagonal;
  values[EVAL_CONFUSION_AVG_DIAGONAL] = figures->avg_diagonal;
  values[EVAL_CONFUSION_AVG_OFF_DIAGONAL] = figures->avg_off_diagonal;
  values[EVAL_CONFUSION_MARGIN] = figures->margin;
}

static void
take_figures (Work * work, gdouble * sums)
{
  EvalConfusion *self = work->confusion;
  gdouble values[EVAL_N_CONFUSION];
  ScoreConfusionFigures figures;

  fill_cells (work, NULL, 0, self->cells, sums);
  for (guint i = 0; i < work->asked->len; i++) {
    const Asked *asked = &g_array_index (work->asked, Asked, i);

    self->counts[(gsize) asked->row * self->n_columns + asked->column]++;
  }
  measure (self, self->cells, &figures, values);
  for (guint m = 0; m < EVAL_N_CONFUSION; m++)
    self->figures[m] = (EvalFigure) {
    values[m], work->asked->len, NAN, NAN};
  self->n_shares = figures.n_columns;
  self->zero_columns = figures.zero_columns;
  self->incomplete_columns = figures.incomplete_columns;
}

static void
bootstrap (Work * work, guint n_replicates, guint64 seed, gdouble * cells,
    gdouble * sums)
{
  g_autofree gfloat *replicates =
      g_new (gfloat, (gsize) n_replicates * EVAL_N_CONFUSION);
  g_autofree gfloat (*weights)[SCORE_LANES] =
      g_malloc (work->n_videos * sizeof *weights);
  gdouble values[EVAL_N_CONFUSION];
  ScoreConfusionFigures figures;

  for (guint r = 0; r < n_replicates; r++) {
    for (guint g = 0; r % SCORE_LANES == 0 && g < work->groups->len; g++) {
      const Group *group = &g_array_index (work->groups, Group, g);

      eval_bootstrap_draw (seed, group->data_source, group->task, r, group->n,
          weights + group->first);
    }
    fill_cells (work, (const gfloat (*)[SCORE_LANES]) weights,
        r % SCORE_LANES, cells, sums);
    measure (work->confusion, cells, &figures, values);
    for (guint m = 0; m < EVAL_N_CONFUSION; m++)
      replicates[(gsize) m * n_replicates + r] = values[m];
  }
  for (guint m = 0; m < EVAL_N_CONFUSION; m++)
    eval_bootstrap_interval (replicates + (gsize) m * n_replicates,
        n_replicates, &work->confusion->figures[m]);
}

static void
work_on (Work * work, GPtrArray * records, guint n_replicates, guint64 seed)
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  EvalConfusion *self = work->confusion;
  g_autofree gdouble *cells = NULL, *sums = NULL;
  gsize n;

  list_tasks (self, records, places);
  for (guint i = 0; i < records->len; i++)
    take_record (work, places, g_ptr_array_index (records, i),
        i > 0 ? g_ptr_array_index (records, i - 1) : NULL);
  n = (gsize) self->tasks->len * self->n_columns;
  self->cells = g_new (gdouble, n);
  self->counts = g_new0 (guint, n);
  cells = g_new (gdouble, n);
  sums = g_new (gdouble, n);
  take_figures (work, sums);
  if (n_replicates > 0)
    bootstrap (work, n_replicates, seed, cells, sums);
}

EvalConfusion *
eval_confusion_new (const EvalFile * file, guint n_replicates, guint64 seed)
{
  g_autoptr (GPtrArray) records = NULL;
  Work work = { 0 };

  if (file->others->len == 0)
    return NULL;
  records = gather (file);
  work.confusion = g_new0 (EvalConfusion, 1);
  work.confusion->tasks = g_ptr_array_new ();
  work.asked = g_array_new (FALSE, FALSE, sizeof (Asked));
  work.groups = g_array_new (FALSE, FALSE, sizeof (Group));
  work_on (&work, records, n_replicates, seed);
  g_array_unref (work.asked);
  g_array_unref (work.groups);
  return work.confusion;
}

void
eval_confusion_free (EvalConfusion * self)
{
  g_ptr_array_unref (self->tasks);
  g_free (self->cells);
  g_free (self->counts);
  g_free (self);
}
