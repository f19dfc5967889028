/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoreerrors.h"

static const struct
{
  GstScoreError code;
  gboolean is_stream;           /* else a resource error */
  gint bus_code;
} bus_codes[] = {
  {GST_SCORE_ERROR_CONFIG, FALSE, GST_RESOURCE_ERROR_SETTINGS},
  {GST_SCORE_ERROR_AUTH, FALSE, GST_RESOURCE_ERROR_NOT_AUTHORIZED},
  {GST_SCORE_ERROR_RATE_LIMITED, FALSE, GST_RESOURCE_ERROR_BUSY},
  {GST_SCORE_ERROR_UNREACHABLE, FALSE, GST_RESOURCE_ERROR_OPEN_READ},
  {GST_SCORE_ERROR_TIMEOUT, FALSE, GST_RESOURCE_ERROR_READ},
  {GST_SCORE_ERROR_BAD_REPLY, TRUE, GST_STREAM_ERROR_DECODE},
  {GST_SCORE_ERROR_REFUSED, TRUE, GST_STREAM_ERROR_DECODE},
  {GST_SCORE_ERROR_ENCODE, TRUE, GST_STREAM_ERROR_ENCODE},
  {GST_SCORE_ERROR_DROPPED, FALSE, GST_RESOURCE_ERROR_BUSY},
  {GST_SCORE_ERROR_BUDGET, FALSE, GST_RESOURCE_ERROR_NO_SPACE_LEFT},
};

static void
find_bus_code (const GError * error, GQuark * domain, gint * code)
{
  *domain = GST_RESOURCE_ERROR;
  *code = GST_RESOURCE_ERROR_FAILED;
  for (guint i = 0; i < G_N_ELEMENTS (bus_codes); i++) {
    if (error->domain != GST_SCORE_ERROR ||
        error->code != (gint) bus_codes[i].code)
      continue;
    *domain = bus_codes[i].is_stream ? GST_STREAM_ERROR : GST_RESOURCE_ERROR;
    *code = bus_codes[i].bus_code;
  }
}

static void
post (GstElement * element, GstMessageType type, const GError * error,
    GstStructure * details)
{
  GQuark domain;
  gint code;

  find_bus_code (error, &domain, &code);
  gst_element_message_full_with_details (element, type, domain, code,
      g_strdup (error->message), g_strdup_printf ("%s, code %s",
          g_quark_to_string (error->domain),
          gst_score_error_to_nick (error->code)), __FILE__, G_STRFUNC,
      __LINE__, details);
}

void
gst_score_post_start_error (GstElement * element, const GError * error)
{
  post (element, GST_MESSAGE_ERROR, error, NULL);
}

void
gst_score_post_warning (GstElement * element, const GError * error)
{
  post (element, GST_MESSAGE_WARNING, error, NULL);
}

/* That no task is known was said when the first frame came. */
static gboolean
was_said (GstScoreResult * result)
{
  return gst_score_result_get_task (result) == NULL &&
      gst_score_result_get_n_frames (result) > 0;
}

void
gst_score_post_failure (GstElement * element, GstScoreResult * result,
    gboolean fatal)
{
  const GError *error = gst_score_result_get_error (result);
  const gchar *id = gst_score_result_get_episode_id (result);
  g_autoptr (GError) named = NULL;

  if (error == NULL
      || g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED))
    return;
  named = g_error_new (error->domain, error->code,
      "Episode %s was not scored: %s", id, error->message);
  /* What was dropped is no failure: a flush, an explicit start or a full queue of
   * live input wanted it so. */
  fatal &= error->code != GST_SCORE_ERROR_DROPPED;
  if (!fatal && was_said (result))
    return;
  post (element, fatal ? GST_MESSAGE_ERROR : GST_MESSAGE_WARNING, named,
      gst_structure_new ("details",
          "episode-id", G_TYPE_STRING, id,
          "error-code", G_TYPE_STRING, gst_score_error_to_nick (error->code),
          NULL));
}

static GstMessage *
make_warning (GstElement * element, GQuark domain, gint code,
    const gchar * text, const gchar * debug)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, text);

  return gst_message_new_warning (GST_OBJECT (element), error, debug);
}

GstMessage *
gst_score_message_no_task (GstElement * element)
{
  return make_warning (element, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "task: not known, so nothing is asked of the model; set the property "
      "task, or name it in the episode-start event or the stream's title",
      "a tag may still bring it");
}

GstMessage *
gst_score_message_untimed (GstElement * element)
{
  return make_warning (element, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
      "Frames without time stamps are not sampled.",
      "a video parser, a decoder or do-timestamp=true at the source gives them "
      "some");
}

void
gst_score_post_no_provisional (GstElement * element)
{
  gst_element_post_message (element, make_warning (element, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_SETTINGS, "provisional: the method judges whole "
          "episodes only, so there are no provisional results",
          "of the methods, score has them"));
}

static void
post_message (gpointer data)
{
  GstMessage *message = data;

  gst_element_post_message (GST_ELEMENT (GST_MESSAGE_SRC (message)),
      gst_message_ref (message));
}

void
gst_score_post_in_order (ScoreEngine * engine, GstMessage * message)
{
  score_engine_call (engine, post_message, message,
      (GDestroyNotify) gst_message_unref);
}
