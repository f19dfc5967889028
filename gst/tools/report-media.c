/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report-media.h"
#include "report-jpeg.h"
#include "report-records.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>

#define MAX_POINTS 240          /* of a true curve: more than its pixels show */

typedef struct
{
  gdouble time, progress;
} Point;

typedef struct
{
  gdouble time;
  guint index;                  /* of the sample */
  gchar *base64;
} Picture;

typedef struct
{
  GArray *truth;                /* of Point, or NULL */
  GArray *pictures;             /* of Picture, or NULL */
  guint n_samples;              /* of the record that the pictures belong to */
} Episode;

struct _ReportMedia
{
  GHashTable *episodes;         /* Episode by id, of all ids in the records */
  guint n_broken;
};

static void
picture_clear (Picture * self)
{
  g_free (self->base64);
}

static void
episode_free (Episode * self)
{
  g_clear_pointer (&self->truth, g_array_unref);
  g_clear_pointer (&self->pictures, g_array_unref);
  g_free (self);
}

ReportMedia *
report_media_new (GPtrArray * records)
{
  ReportMedia *self = g_new0 (ReportMedia, 1);

  self->episodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) episode_free);
  for (guint i = 0; i < records->len; i++) {
    const ReportRecord *record = g_ptr_array_index (records, i);

    if (!g_hash_table_contains (self->episodes, record->id))
      g_hash_table_insert (self->episodes, g_strdup (record->id),
          g_new0 (Episode, 1));
  }
  return self;
}

void
report_media_free (ReportMedia * self)
{
  g_hash_table_unref (self->episodes);
  g_free (self);
}

guint
report_media_get_n_broken (const ReportMedia * self)
{
  return self->n_broken;
}

/* --- the truth --- */

static gint
compare_points (gconstpointer a, gconstpointer b)
{
  gdouble left = ((const Point *) a)->time, right = ((const Point *) b)->time;

  return (left > right) - (left < right);
}

/* As many as a page shows, the first and the last among them. */
static GArray *
thin_out (GArray * points)
{
  GArray *kept = g_array_new (FALSE, FALSE, sizeof (Point));
  guint n = MIN (points->len, MAX_POINTS);

  g_array_sort (points, compare_points);
  for (guint i = 0; i < n; i++) {
    gsize place = n == 1 ? 0 : (gsize) i * (points->len - 1) / (n - 1);

    g_array_append_val (kept, g_array_index (points, Point, place));
  }
  return kept;
}

/* FALSE where the line is not one of a truth-location. */
static gboolean
read_point (GHashTable * curves, const gchar * line)
{
  g_autoptr (JsonNode) node = report_parse_object (line, -1);
  JsonObject *object = node == NULL ? NULL : json_node_get_object (node);
  const gchar *id = report_get_string (object, "episode_id", NULL);
  Point point = { report_get_number (object, "stream_time", NAN),
    report_get_number (object, "progress", NAN)
  };
  GArray *points;

  if (id == NULL || isnan (point.time) || isnan (point.progress))
    return FALSE;
  points = g_hash_table_lookup (curves, id);
  if (points == NULL) {
    points = g_array_new (FALSE, FALSE, sizeof (Point));
    g_hash_table_insert (curves, g_strdup (id), points);
  }
  point.progress = CLAMP (point.progress, 0.0, 1.0);
  g_array_append_val (points, point);
  return TRUE;
}

/* A file of one episode need not know its id: it has it as its name, or there is
 * but one episode. */
static Episode *
find_sole (ReportMedia * self, const gchar * path)
{
  g_autofree gchar *name = g_path_get_basename (path);
  gchar *dot = strrchr (name, '.');
  Episode *episode;
  GHashTableIter iter;

  if (dot != NULL)
    *dot = '\0';
  episode = g_hash_table_lookup (self->episodes, name);
  if (episode == NULL && g_hash_table_size (self->episodes) == 1) {
    g_hash_table_iter_init (&iter, self->episodes);
    g_hash_table_iter_next (&iter, NULL, (gpointer *) & episode);
  }
  return episode;
}

static void
take_curves (ReportMedia * self, GHashTable * curves, const gchar * path)
{
  gboolean is_sole = g_hash_table_size (curves) == 1;
  GHashTableIter iter;
  gpointer id, points;

  g_hash_table_iter_init (&iter, curves);
  while (g_hash_table_iter_next (&iter, &id, &points)) {
    Episode *episode = g_hash_table_lookup (self->episodes, id);

    if (episode == NULL && is_sole)
      episode = find_sole (self, path);
    if (episode == NULL)
      continue;
    g_clear_pointer (&episode->truth, g_array_unref);
    episode->truth = thin_out (points);
  }
}

gboolean
report_media_load_truth (ReportMedia * self, const gchar * path,
    GError ** error)
{
  g_autoptr (GHashTable) curves = g_hash_table_new_full (g_str_hash,
      g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autofree gchar *text = NULL;
  guint number = 0;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  for (gchar * line = text, *next; line != NULL; line = next) {
    next = strchr (line, '\n');
    if (next != NULL)
      *next++ = '\0';
    number++;
    if (*g_strchug (line) == '\0' || read_point (curves, line))
      continue;
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "%s, line %u: no object with episode_id, stream_time and progress, as"
        " truth-location of scoretestsrc has them.", path, number);
    return FALSE;
  }
  take_curves (self, curves, path);
  return TRUE;
}

/* --- the pictures --- */

static void
add_picture (ReportMedia * self, Episode * episode, const gchar * folder,
    JsonObject * sample)
{
  guint index = CLAMP (report_get_number (sample, "index", 0.0), 0.0, 99999.0);
  g_autofree gchar *name = g_strdup_printf ("%05u.jpg", index);
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *data = NULL;
  g_autoptr (GBytes) small = NULL;
  Picture picture = { report_get_time (sample), index, NULL };
  gsize size;

  if (!g_file_get_contents (path, &data, &size, NULL))
    return;
  small = report_jpeg_shrink ((const guint8 *) data, size);
  if (small == NULL) {
    self->n_broken++;
    return;
  }
  picture.base64 = g_base64_encode (g_bytes_get_data (small, NULL),
      g_bytes_get_size (small));
  g_array_append_val (episode->pictures, picture);
}

/* Spread evenly over the samples, the first and the last among them. */
static void
add_pictures (ReportMedia * self, Episode * episode, const gchar * folder,
    JsonArray * samples, guint most)
{
  guint length = json_array_get_length (samples), n = MIN (length, most);

  g_clear_pointer (&episode->pictures, g_array_unref);
  episode->pictures = g_array_new (FALSE, FALSE, sizeof (Picture));
  g_array_set_clear_func (episode->pictures, (GDestroyNotify) picture_clear);
  episode->n_samples = length;
  for (guint i = 0; i < n; i++) {
    guint place = n == 1 ? length - 1 : i * (length - 1) / (n - 1);
    JsonNode *sample = json_array_get_element (samples, place);

    if (JSON_NODE_HOLDS_OBJECT (sample))
      add_picture (self, episode, folder, json_node_get_object (sample));
  }
}

/* Of several folders of an episode (it was scored by several methods) the one with
 * the most samples. FALSE where it is none. */
static gboolean
read_folder (ReportMedia * self, const gchar * folder, guint most)
{
  g_autofree gchar *path = g_build_filename (folder, "record.json", NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *record;
  JsonArray *samples;
  Episode *episode;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  node = report_parse_object (text, -1);
  record = node == NULL ? NULL : json_node_get_object (node);
  samples = report_get_array (record, "samples");
  episode = g_hash_table_lookup (self->episodes, report_get_string (record,
          "episode_id", ""));
  if (samples != NULL && episode != NULL
      && json_array_get_length (samples) > episode->n_samples)
    add_pictures (self, episode, folder, samples, most);
  return TRUE;
}

static GPtrArray *
list_folder (const gchar * path, GError ** error)
{
  GPtrArray *names;
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  const gchar *name;

  if (dir == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL) {
    if (*name != '.')
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  }
  return names;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

gboolean
report_media_load_samples (ReportMedia * self, const gchar * path,
    guint most, GError ** error)
{
  g_autoptr (GPtrArray) folders = list_folder (path, error);
  gboolean found;

  if (folders == NULL)
    return FALSE;
  g_ptr_array_sort (folders, compare_names);
  found = read_folder (self, path, most);
  for (guint i = 0; i < folders->len; i++)
    found |= read_folder (self, g_ptr_array_index (folders, i), most);
  if (!found)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s has no folder of an episode with a record.json, as"
        " samples-location of scoresink writes them.", path);
  return found;
}

/* --- both --- */

static void
add_number (JsonBuilder * out, gdouble value)
{
  if (isnan (value))
    json_builder_add_null_value (out);
  else
    json_builder_add_double_value (out, value);
}

static void
describe_truth (JsonBuilder * out, const GArray * points)
{
  json_builder_set_member_name (out, "truth");
  json_builder_begin_array (out);
  for (guint i = 0; points != NULL && i < points->len; i++) {
    const Point *point = &g_array_index (points, Point, i);

    json_builder_begin_array (out);
    add_number (out, point->time);
    add_number (out, round (point->progress * 1e4) / 1e4);
    json_builder_end_array (out);
  }
  json_builder_end_array (out);
}

static void
describe_pictures (JsonBuilder * out, const GArray * pictures)
{
  json_builder_set_member_name (out, "thumbs");
  json_builder_begin_array (out);
  for (guint i = 0; pictures != NULL && i < pictures->len; i++) {
    const Picture *picture = &g_array_index (pictures, Picture, i);

    json_builder_begin_array (out);
    add_number (out, picture->time);
    json_builder_add_int_value (out, picture->index);
    json_builder_add_string_value (out, picture->base64);
    json_builder_end_array (out);
  }
  json_builder_end_array (out);
}

JsonNode *
report_media_describe (ReportMedia * self, const gchar * id)
{
  const Episode *episode = g_hash_table_lookup (self->episodes, id);
  g_autoptr (JsonBuilder) out = NULL;

  if (episode == NULL || (episode->truth == NULL
          && (episode->pictures == NULL || episode->pictures->len == 0)))
    return NULL;
  out = json_builder_new ();
  json_builder_begin_object (out);
  describe_truth (out, episode->truth);
  describe_pictures (out, episode->pictures);
  json_builder_end_object (out);
  return json_builder_get_root (out);
}
