/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-table.h"

#include "export-text.h"
#include "export-utc.h"

#include <math.h>

struct _ExportTable
{
  ExportTableFormat format;
  FILE *out;
  guint64 index;                /* of the next row */
  GString *row;
};

/* What the rows of an episode have in common: the texts are escaped once. */
typedef struct
{
  const ExportEpisode *episode;
  ExportUtc *utc;
  GString *id, *task;
  const gchar *status;
} Shared;

/* What is a row's own. */
typedef struct
{
  guint number;                 /* in the episode */
  ExportFrame frame;
  GstClockTime utc_time;
  gdouble progress;
  gboolean interpolated;
} Row;

ExportTable *
export_table_new (ExportTableFormat format, FILE * out)
{
  ExportTable *self = g_new0 (ExportTable, 1);

  self->format = format;
  self->out = out;
  self->row = g_string_new (NULL);
  if (format == EXPORT_CSV)
    fputs ("episode_id,episode_index,frame_index,pts,stream_time,utc_time,"
        "progress,interpolated,status,task\n", out);
  else if (format == EXPORT_LEROBOT)
    fputs ("index,episode_index,frame_index,progress_sparse\n", out);
  return self;
}

void
export_table_free (ExportTable * self)
{
  g_string_free (self->row, TRUE);
  g_free (self);
}

static void
write_csv (GString * out, const Shared * shared, const Row * row)
{
  g_string_append_printf (out, "%s,%u,%u,", shared->id->str,
      shared->episode->index, row->number);
  export_text_add_time (out, row->frame.pts, "");
  g_string_append_c (out, ',');
  export_text_add_time (out, row->frame.stream_time, "");
  g_string_append_c (out, ',');
  export_text_add_time (out, row->utc_time, "");
  g_string_append_c (out, ',');
  if (!isnan (row->progress)) {
    export_text_add_number (out, row->progress);
    g_string_append (out, row->interpolated ? ",true" : ",false");
  } else {
    g_string_append_c (out, ',');
  }
  g_string_append_printf (out, ",%s,%s\n", shared->status, shared->task->str);
}

static void
write_json (GString * out, const Shared * shared, const Row * row)
{
  g_string_append_printf (out, "{\"episode_id\":%s,\"episode_index\":%u,"
      "\"frame_index\":%u,\"pts\":", shared->id->str, shared->episode->index,
      row->number);
  export_text_add_time (out, row->frame.pts, "null");
  g_string_append (out, ",\"stream_time\":");
  export_text_add_time (out, row->frame.stream_time, "null");
  g_string_append (out, ",\"utc_time\":");
  export_text_add_time (out, row->utc_time, "null");
  g_string_append (out, ",\"progress\":");
  if (!isnan (row->progress)) {
    export_text_add_number (out, row->progress);
    g_string_append_printf (out, ",\"interpolated\":%s",
        row->interpolated ? "true" : "false");
  } else {
    g_string_append (out, "null,\"interpolated\":null");
  }
  g_string_append_printf (out, ",\"status\":\"%s\",\"task\":%s}\n",
      shared->status, shared->task->str);
}

static void
write_lerobot (GString * out, const Shared * shared, const Row * row,
    guint64 index)
{
  g_string_append_printf (out, "%" G_GUINT64_FORMAT ",%u,%u,", index,
      shared->episode->index, row->number);
  if (!isnan (row->progress))
    export_text_add_number (out, row->progress);
  g_string_append_c (out, '\n');
}

static void
write_row (ExportTable * self, const Shared * shared, const Row * row)
{
  g_string_truncate (self->row, 0);
  if (self->format == EXPORT_CSV)
    write_csv (self->row, shared, row);
  else if (self->format == EXPORT_JSON)
    write_json (self->row, shared, row);
  else
    write_lerobot (self->row, shared, row, self->index);
  fwrite (self->row->str, 1, self->row->len, self->out);
  self->index++;
}

static void
begin (Shared * shared, ExportTableFormat format, const ExportEpisode * episode)
{
  void (*add) (GString *, const gchar *) =
      format == EXPORT_JSON ? export_text_add_json : export_text_add_csv;

  shared->episode = episode;
  shared->utc = export_utc_new (episode->result);
  shared->id = g_string_new (NULL);
  shared->task = g_string_new (NULL);
  add (shared->id, gst_score_result_get_episode_id (episode->result));
  add (shared->task, gst_score_result_get_task (episode->result));
  shared->status =
      gst_score_result_is_scored (episode->result) ? "scored" : "failed";
}

static void
end (Shared * shared)
{
  export_utc_free (shared->utc);
  g_string_free (shared->id, TRUE);
  g_string_free (shared->task, TRUE);
}

void
export_table_add (ExportTable * self, const ExportEpisode * episode,
    const GArray * frames)
{
  Shared shared;

  begin (&shared, self->format, episode);
  for (guint i = 0; i < frames->len && !ferror (self->out); i++) {
    Row row = {.number = i,.frame = g_array_index (frames, ExportFrame, i) };

    row.utc_time = export_utc_at (shared.utc, row.frame.stream_time);
    row.progress = gst_score_result_get_progress_at (episode->result,
        row.frame.stream_time, &row.interpolated);
    write_row (self, &shared, &row);
  }
  end (&shared);
}
