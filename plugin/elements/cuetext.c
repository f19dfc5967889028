/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/cuetext.h"

#include <json-glib/json-glib.h>

GType
gst_score_text_format_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_SCORE_TEXT_PERCENT, "Percent, such as 42%", "percent"},
    {GST_SCORE_TEXT_PROGRESS, "Progress from 0 to 1, such as 0.420",
        "progress"},
    {GST_SCORE_TEXT_DESCRIPTION, "What the model saw", "description"},
    {GST_SCORE_TEXT_JSON, "A JSON object", "json"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreTextFormat", values));
  return type;
}

static gchar *
format_number (const gchar * format, gdouble number, const gchar * unit)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, format, number);
  return g_strconcat (text, unit, NULL);
}

static void
add_string (JsonBuilder * builder, const gchar * name, const gchar * text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static gchar *
print (JsonBuilder * builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

static gchar *
make_json (const GstScoreValue * value, const gchar * episode_id)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  GEnumClass *statuses = g_type_class_ref (GST_TYPE_SCORE_META_STATUS);

  json_builder_begin_object (builder);
  add_string (builder, "episode_id", episode_id);
  add_string (builder, "status", g_enum_get_value (statuses,
          value->status)->value_nick);
  g_type_class_unref (statuses);
  if (!isnan (value->progress)) {
    json_builder_set_member_name (builder, "progress");
    json_builder_add_double_value (builder,
        round (value->progress * 1e6) / 1e6);
    json_builder_set_member_name (builder, "interpolated");
    json_builder_add_boolean_value (builder, value->interpolated);
  }
  if (value->sample != NULL && value->sample->description != NULL)
    add_string (builder, "description", value->sample->description);
  json_builder_end_object (builder);
  return print (builder);
}

/* What is not final is only about right. */
static gchar *
make_number (const GstScoreValue * value, const gchar * format, gdouble number,
    const gchar * unit)
{
  g_autofree gchar *text = format_number (format, number, unit);

  return g_strconcat (value->status == GST_SCORE_META_PROVISIONAL ? "~" : "",
      text, NULL);
}

gchar *
gst_score_cue_text (GstScoreTextFormat format, const GstScoreValue * value,
    const gchar * episode_id)
{
  if (format == GST_SCORE_TEXT_JSON)
    return make_json (value, episode_id);
  if (format == GST_SCORE_TEXT_DESCRIPTION)
    return g_strdup (value->sample ? value->sample->description : NULL);
  if (isnan (value->progress))
    return NULL;
  if (format == GST_SCORE_TEXT_PERCENT)
    return make_number (value, "%.0f", round (value->progress * 100), "%");
  return make_number (value, "%.3f", value->progress, "");
}

gchar *
gst_score_cue_text_at (GstScoreTextFormat format,
    const GstScoreResult * result, GstClockTime stream_time)
{
  GstScoreValue value;

  gst_score_value_exact (&value, result, stream_time);
  return gst_score_cue_text (format, &value,
      gst_score_result_get_episode_id (result));
}

static gboolean
says (GstScoreTextFormat format, const GstScoreResult * result,
    GstClockTime stream_time, const gchar * text)
{
  g_autofree gchar *other = gst_score_cue_text_at (format, result, stream_time);

  return g_strcmp0 (other, text) == 0;
}

/* The first time in (@same, @other] that says something else: between two
 * samples progress rises or falls, and does not come back. */
static GstClockTime
find_change (GstScoreTextFormat format, const GstScoreResult * result,
    GstClockTime same, GstClockTime other, const gchar * text)
{
  while (other - same > 1) {
    GstClockTime middle = same + (other - same) / 2;

    if (says (format, result, middle, text))
      same = middle;
    else
      other = middle;
  }
  return other;
}

/* The first sample after @stream_time, or NONE. */
static GstClockTime
next_sample (const GstScoreResult * result, GstClockTime stream_time)
{
  GstClockTime next = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    GstClockTime time = gst_score_result_get_sample (result, i)->stream_time;

    if (time > stream_time)
      next = MIN (next, time);
  }
  return next;
}

GstClockTime
gst_score_cue_text_until (GstScoreTextFormat format,
    const GstScoreResult * result, GstClockTime stream_time, const gchar * text)
{
  GstClockTime end = gst_score_result_get_stream_time (result);
  GstClockTime duration = gst_score_result_get_duration (result);
  GstClockTime time = stream_time;

  if (GST_CLOCK_TIME_IS_VALID (end) && GST_CLOCK_TIME_IS_VALID (duration))
    end += duration;
  while (TRUE) {
    GstClockTime next = next_sample (result, time);

    if (next == GST_CLOCK_TIME_NONE)
      return GST_CLOCK_TIME_IS_VALID (end) ? MAX (end, time) : time;
    if (!says (format, result, next, text))
      return find_change (format, result, time, next, text);
    time = next;
  }
}
