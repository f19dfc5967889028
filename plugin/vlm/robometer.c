/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The evaluation server of Robometer (arXiv 2603.02115, eval_server.py of its
 * repository): a task and a video in, a progress for every frame out. It takes
 * the frames as a NumPy array and runs what it is sent, without scaling or
 * choosing any. */

#include "vlm/provider.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/body.h"
#include "vlm/envelope.h"
#include "vlm/fault.h"
#include "vlm/json-read.h"
#include "vlm/json-write.h"
#include "vlm/multipart.h"
#include "vlm/npy.h"

#define FRAMES "sample_0_trajectory_frames"

static void
add_headers (ScoreWire * wire, const ScoreServer * server)
{
  g_autofree gchar *bearer = NULL;

  /* it knows no keys itself, but a proxy before it may */
  if (server->api_key != NULL) {
    bearer = g_strconcat ("Bearer ", server->api_key, NULL);
    score_wire_add_header (wire, "Authorization", bearer);
  }
  score_body_add_extra_headers (wire, server);
}

static const ScorePart *
find_part (const ScoreRequest * request, ScorePartKind kind)
{
  for (guint i = 0; i < score_request_get_n_parts (request); i++) {
    const ScorePart *part = score_request_get_part (request, i);

    if (part->kind == kind)
      return part;
  }
  return NULL;
}

/* The id must be a string there. */
static gchar *
make_sample (const gchar * task, const guint shape[4])
{
  g_autoptr (GString) out = g_string_new ("{\"sample_type\":\"progress\","
      "\"trajectory\":{\"frames\":{\"__numpy_file__\":\"" FRAMES "\"},");

  g_string_append_printf (out, "\"frames_shape\":[%u,%u,%u,%u],\"task\":",
      shape[0], shape[1], shape[2], shape[3]);
  score_json_append_string (out, task);
  g_string_append_printf (out, ",\"id\":\"0\",\"metadata\":"
      "{\"subsequence_length\":%u},\"video_embeddings\":null}}", shape[0]);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The server counts the text fields to know how many samples there are, so
 * there is no other than these, and passes over files of another ending. */
static void
fill (ScoreWire * wire, const ScoreRequest * request, const gchar * task,
    const ScorePart * video)
{
  const guint shape[4] = { video->frames->len, video->packed_height,
    video->packed_width, 3
  };
  g_autofree gchar *sample = make_sample (task, shape);
  g_autoptr (GBytes) header = score_npy_make_header (shape, 4);
  g_autoptr (ScoreMultipart) form = score_multipart_new ();

  score_multipart_add_field (form, "sample_0", sample);
  /* Of one frame the server answers with four values then, and the whole of it
   * is its only beginning anyway. */
  if (score_request_has_prefixes (request) && shape[0] > 1)
    score_multipart_add_field (form, "use_frame_steps", "true");
  score_multipart_add_file (form, FRAMES, FRAMES ".npy", header, video->packed);
  score_multipart_fill (form, wire);
}

static ScoreWire *
build (const ScoreServer * server, const ScoreQuirks * quirks,
    const ScoreRequest * request, GError ** error)
{
  g_autofree gchar *url = score_server_join (server, "evaluate_batch_npy");
  const ScorePart *task = find_part (request, SCORE_PART_TEXT);
  const ScorePart *video = find_part (request, SCORE_PART_VIDEO);
  ScoreWire *wire;

  if (task == NULL || video == NULL || video->packed == NULL
      || video->packed_width == 0) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "provider: robometer takes a task and the pixels of a video, which "
        "the question \"%s\" is not", score_request_get_name (request));
    return NULL;
  }
  wire = score_wire_new ("POST", url);
  add_headers (wire, server);
  fill (wire, request, task->text, video);
  return wire;
}

/* The list of the one sample in a list of lists; NULL where there is none. */
static JsonArray *
get_list (JsonObject * outputs, const gchar * name)
{
  JsonArray *samples = score_json_get_array (outputs, name);
  JsonNode *first;

  if (samples == NULL || json_array_get_length (samples) != 1)
    return NULL;
  first = json_array_get_element (samples, 0);
  return JSON_NODE_HOLDS_ARRAY (first) ? json_node_get_array (first) : NULL;
}

static gboolean
has_value (JsonObject * object, const gchar * name)
{
  return object != NULL && json_object_has_member (object, name)
      && !json_object_get_null_member (object, name);
}

/* A null is a number that the model could not give. */
static gboolean
append_numbers (GString * out, const gchar * name, JsonArray * list)
{
  g_string_append_printf (out, "\"%s\":[", name);
  for (guint i = 0; i < json_array_get_length (list); i++) {
    gdouble value;

    if (!score_json_node_number (json_array_get_element (list, i), &value))
      return FALSE;
    if (i > 0)
      g_string_append_c (out, ',');
    score_json_append_double (out, value);
  }
  g_string_append_c (out, ']');
  return TRUE;
}

/* Which server it is decides where the probabilities are: the one for other
 * models puts them beside the progress. */
static gboolean
append_success (GString * out, JsonObject * root, JsonObject * progress)
{
  static const gchar name[] = "success_probs";
  JsonObject *outputs = score_json_get_object (root, "outputs_success");
  JsonArray *list;

  if (!has_value (outputs, name))
    outputs = progress;
  if (!has_value (outputs, name))
    return TRUE;
  list = get_list (outputs, name);
  if (list == NULL)
    return FALSE;
  g_string_append_c (out, ',');
  return append_numbers (out, "success", list);
}

/* The text of the reply is {"progress":[...],"success":[...]}, the latter where
 * the server says it. */
static ScoreReply *
parse (const ScoreResponse * response, ScoreFault ** fault, GError ** error)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, error);
  JsonObject *root = score_json_object (node);
  JsonObject *outputs = score_json_get_object (root, "outputs_progress");
  JsonArray *list = get_list (outputs, "progress_pred");
  g_autoptr (GString) out = g_string_new ("{");
  const gchar *problem = NULL;

  if (root == NULL)
    return NULL;
  if (outputs == NULL)
    problem = "has no outputs_progress";
  else if (list == NULL)
    problem = "has no progress_pred of one sample";
  else if (!append_numbers (out, "progress", list))
    problem = "has a progress_pred that is no number";
  else if (!append_success (out, root, outputs))
    problem = "has success_probs that are no numbers of one sample";
  if (problem != NULL) {
    score_envelope_fail (response, error, problem);
    return NULL;
  }
  g_string_append_c (out, '}');
  return score_reply_new (out->str);
}

/* What is said about a wrong address elsewhere is about chat servers. */
static ScoreFault *
parse_fault (const ScoreResponse * response)
{
  ScoreFault *fault = score_fault_read (response);

  if (fault->status == 404) {
    g_free (fault->message);
    fault->message = g_strdup ("a Robometer server has its calls at its root, "
        "without /v1");
  }
  return fault;
}

static ScoreWire *
build_health (const ScoreServer * server)
{
  g_autofree gchar *url = score_server_join (server, "health");
  ScoreWire *wire = score_wire_new ("GET", url);

  add_headers (wire, server);
  return wire;
}

static gboolean
parse_health (const ScoreResponse * response, GError ** error)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, error);
  g_autofree gchar *status = NULL;

  if (node == NULL)
    return FALSE;
  status = score_envelope_dup_name (score_json_object (node), "status");
  if (status == NULL) {
    score_envelope_fail (response, error, "has no status");
    return FALSE;
  }
  if (strcmp (status, "healthy") == 0)
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_UNREACHABLE,
      "its status is \"%s\"", status);
  return FALSE;
}

const ScoreProvider score_provider_robometer = {
  .nick = "robometer",
  .blurb = "The evaluation server of Robometer (method robometer only; needs "
      "base-url)",
  .model = "robometer",
  .abilities = SCORE_ABILITY_CURVE,
  .needs_pixels = TRUE,
  .build = build,
  .parse = parse,
  .parse_fault = parse_fault,
  .build_health = build_health,
  .parse_health = parse_health,
};
