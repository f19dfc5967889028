/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoreproperties.h"

#include <gst/gst.h>

#define READY (G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY)
#define PLAYING (G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING)
#define WRITE_ONLY (G_PARAM_WRITABLE | GST_PARAM_MUTABLE_READY)

#define AT(field) G_STRUCT_OFFSET (ScoreSettings, field)

/* A property is a row: its place in ScoreSettings and how it is shown. Ranges
 * and defaults come from the field of score_settings_new(). */
typedef enum
{
  KIND_STRING,
  KIND_UINT,
  KIND_INT64,
  KIND_UINT64,
  KIND_DOUBLE,
  KIND_BOOLEAN,
  KIND_FRACTION,
  KIND_STRUCTURE,
  KIND_ENUM,
} Kind;

typedef struct
{
  guint id;
  const gchar *name;
  const gchar *blurb;
  GParamFlags flags;
  Kind kind;
  gsize offset;
  gdouble min, max;             /* of numbers */
    GType (*type) (void);       /* of an enum */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  /* task: string, NULL. The instruction that progress is judged against, in
   * natural language. Taken when an episode begins; a change counts for the
   * next one. Since: 0.1 */
  {SCORE_PROP_TASK, "task",
      "What the robot is to do, in words; where it is not set the "
      "episode-start event or the stream's title says",
      PLAYING, KIND_STRING, AT (task)},
  /* method: how answers become progress. Since: 0.1 */
  {SCORE_PROP_METHOD, "method", "How answers become progress",
      READY, KIND_ENUM, AT (method), 0, 0, score_settings_method_type},
  /* provider: wire dialect of the server; auto decides from base-url, model
   * and the key that is set. Since: 0.1 */
  {SCORE_PROP_PROVIDER, "provider", "Wire dialect of the model server",
      READY, KIND_ENUM, AT (provider), 0, 0, score_settings_provider_type},
  /* base-url: string, http or https. NULL: the provider's own service, where
   * its key is set. Since: 0.1 */
  {SCORE_PROP_BASE_URL, "base-url",
      "URL of the model server's API, such as http://127.0.0.1:8000/v1; the "
      "only place that pictures are sent to",
      READY, KIND_STRING, AT (base_url)},
  /* model: string. NULL: the provider's default, or the first model that the
   * server lists. Since: 0.1 */
  {SCORE_PROP_MODEL, "model",
      "Name of the model; unset, the provider's default or the first one that "
      "the server lists",
      READY, KIND_STRING, AT (model)},
  /* api-key: string, can be written but not read, so that it shows in no log
   * and no dot file. NULL: api-key-file, else the provider's environment
   * variable, which is not sent over plain http but to this machine.
   * Since: 0.1 */
  {SCORE_PROP_API_KEY, "api-key",
      "Key of the model server (write-only); else api-key-file, else the "
      "provider's environment variable",
      WRITE_ONLY, KIND_STRING, AT (api_key)},
  /* api-key-file: path of a file that holds the key and nothing else; white
   * space around it is removed. Since: 0.1 */
  {SCORE_PROP_API_KEY_FILE, "api-key-file",
      "File that holds the key of the model server",
      READY, KIND_STRING, AT (api_key_file)},
  /* framerate: fraction, samples a second of running time at the finest.
   * 0/1: the method's own. Since: 0.1 */
  {SCORE_PROP_FRAMERATE, "framerate",
      "Finest rate of samples, per second; 0/1 = the method's own (score: 2/1)",
      READY, KIND_FRACTION, AT (framerate_n)},
  /* max-frames: most samples that an episode is judged by; the step doubles when
   * it would have more. 1 is taken for 2. 0: the method's own. Since: 0.1 */
  {SCORE_PROP_MAX_FRAMES, "max-frames",
      "Most samples an episode is judged by; 0 = the method's own (score: 32)",
      READY, KIND_UINT, AT (max_frames), 0, 10000},
  /* image-size: pixels. Since: 0.1 */
  {SCORE_PROP_IMAGE_SIZE, "image-size",
      "Long side of the pictures sent, in pixels; smaller ones stay as they are",
      READY, KIND_UINT, AT (image_size), 32, 8192},
  /* jpeg-quality: 1 to 100. Since: 0.1 */
  {SCORE_PROP_JPEG_QUALITY, "jpeg-quality", "Quality of the pictures sent",
      READY, KIND_UINT, AT (jpeg_quality), 1, 100},
  /* describe-batch: samples. Since: 0.1 */
  {SCORE_PROP_DESCRIBE_BATCH, "describe-batch",
      "Samples in one describe question",
      READY, KIND_UINT, AT (describe_batch), 1, 256},
  /* update-interval: nanoseconds of the stream. Since: 0.1 */
  {SCORE_PROP_UPDATE_INTERVAL, "update-interval",
      "Least time of the stream between two questions for provisional results, "
      "in nanoseconds; 0 = whenever a batch of descriptions has come",
      READY, KIND_UINT64, AT (update_interval)},
  /* dense: Since: 0.1 */
  {SCORE_PROP_DENSE, "dense",
      "Judge every beginning of the episode by itself, for a curve in place of "
      "one value (roboreward: a question a sample; robometer: use_frame_steps)",
      READY, KIND_BOOLEAN, AT (dense)},
  /* video-transport: Since: 0.1 */
  {SCORE_PROP_VIDEO_TRANSPORT, "video-transport",
      "How the frames travel that topreward and roboreward ask about",
      READY, KIND_ENUM, AT (video_transport), 0, 0,
      score_settings_video_transport_type},
  /* gvl-context: path of a folder that samples-location wrote, or of one such
   * episode. Since: 0.1 */
  {SCORE_PROP_GVL_CONTEXT, "gvl-context",
      "Folder of episodes, written by samples-location, to show as examples "
      "with their progress (gvl)",
      READY, KIND_STRING, AT (gvl_context)},
  /* topreward-chat-template: Since: 0.1 */
  {SCORE_PROP_TOPREWARD_CHAT_TEMPLATE, "topreward-chat-template",
      "Ask with the server's chat template; without it (vLLM only) as the "
      "paper's main setting does",
      READY, KIND_BOOLEAN, AT (topreward_chat_template)},
  /* topreward-normalize: Since: 0.1 */
  {SCORE_PROP_TOPREWARD_NORMALIZE, "topreward-normalize",
      "How log-probabilities become progress (topreward)",
      READY, KIND_ENUM, AT (topreward_normalize), 0, 0,
      score_settings_normalize_type},
  /* reasoning-effort: string, passed on as it is, only when set. Since: 0.1 */
  {SCORE_PROP_REASONING_EFFORT, "reasoning-effort",
      "Effort word passed to the model (low, medium, high ...); sent only when "
      "set",
      READY, KIND_STRING, AT (reasoning_effort)},
  /* temperature: 0 to 2; below 0 it is not sent. Since: 0.1 */
  {SCORE_PROP_TEMPERATURE, "temperature",
      "Sampling temperature; -1 = not sent, which most models want",
      READY, KIND_DOUBLE, AT (temperature), -1, 2},
  /* seed: of the model's sampling; below 0 it is not sent. Since: 0.1 */
  {SCORE_PROP_SEED, "seed", "Seed of the model's sampling; -1 = not sent",
      READY, KIND_INT64, AT (seed), -1, G_MAXINT32},
  /* max-tokens: of an answer, thinking included. Since: 0.1 */
  {SCORE_PROP_MAX_TOKENS, "max-tokens",
      "Limit of an answer in tokens, thinking included; 0 = not sent",
      READY, KIND_UINT, AT (max_tokens), 0, G_MAXINT},
  /* extra-body: text of a JSON object. Since: 0.1 */
  {SCORE_PROP_EXTRA_BODY, "extra-body",
      "JSON object whose members are merged into the body of every request, "
      "last",
      READY, KIND_STRING, AT (extra_body)},
  /* extra-headers: a structure whose fields are the headers' names. May hold
   * a secret, and so is not readable. Since: 0.1 */
  {SCORE_PROP_EXTRA_HEADERS, "extra-headers",
      "Headers added to every request (write-only)",
      WRITE_ONLY, KIND_STRUCTURE, AT (extra_headers)},
  /* structured-output: auto begins with json-schema and steps down where the
   * server refuses it; answers are checked in every case. Since: 0.1 */
  {SCORE_PROP_STRUCTURED_OUTPUT, "structured-output",
      "How the form of answers is asked for",
      READY, KIND_ENUM, AT (structured_output), 0, 0,
      score_settings_structured_type},
  /* object-cache: Since: 0.1 */
  {SCORE_PROP_OBJECT_CACHE, "object-cache",
      "Keep the objects of a task from one episode to the next",
      READY, KIND_BOOLEAN, AT (object_cache)},
  /* prompt-location: folder with system.txt, objects.txt, describe.txt,
   * progress.txt, completion.txt, repair.txt, as many as are to differ. Since: 0.1 */
  {SCORE_PROP_PROMPT_LOCATION, "prompt-location",
      "Folder whose files replace the built-in prompts",
      READY, KIND_STRING, AT (prompt_location)},
  /* episode-duration: nanoseconds of running time. Since: 0.1 */
  {SCORE_PROP_EPISODE_DURATION, "episode-duration",
      "Cut a stream that marks no episodes into episodes of this length, in "
      "nanoseconds; 0 = do not",
      READY, KIND_UINT64, AT (episode_duration), 0, G_MAXINT64},
  /* expected-duration: nanoseconds. Since: 0.1 */
  {SCORE_PROP_EXPECTED_DURATION, "expected-duration",
      "How long an episode will probably be, in nanoseconds, to space its "
      "samples for; 0 = as the last ones of the task",
      READY, KIND_UINT64, AT (expected_duration), 0, G_MAXINT64},
  /* max-in-flight: requests. Since: 0.1 */
  {SCORE_PROP_MAX_IN_FLIGHT, "max-in-flight",
      "Requests under way at a time, and connections open",
      READY, KIND_UINT, AT (max_in_flight), 1, 1024},
  /* max-queued-episodes: beyond it live input drops the oldest waiting
   * episode, other input waits. Since: 0.1 */
  {SCORE_PROP_MAX_QUEUED_EPISODES, "max-queued-episodes",
      "Closed episodes that may wait to be scored",
      READY, KIND_UINT, AT (max_queued_episodes), 1, 10000},
  /* timeout: seconds, from the first byte sent to the last received.
   * Since: 0.1 */
  {SCORE_PROP_TIMEOUT, "timeout", "Seconds for one whole request",
      READY, KIND_UINT, AT (timeout), 1, 86400},
  /* retries: Since: 0.1 */
  {SCORE_PROP_RETRIES, "retries",
      "Attempts after the first, for failures that pass",
      READY, KIND_UINT, AT (retries), 0, 1000},
  /* retry-backoff-factor: seconds. Since: 0.1 */
  {SCORE_PROP_RETRY_BACKOFF_FACTOR, "retry-backoff-factor",
      "Seconds; the n-th wait is drawn from 0 to this times 2^n",
      READY, KIND_DOUBLE, AT (retry_backoff_factor), 0, 3600},
  /* retry-backoff-max: seconds; caps what a server asks for too. Since: 0.1 */
  {SCORE_PROP_RETRY_BACKOFF_MAX, "retry-backoff-max",
      "Longest wait before a retry, in seconds",
      READY, KIND_DOUBLE, AT (retry_backoff_max), 0, 86400},
  /* episode-timeout: seconds from an episode's end to its result. Since: 0.1 */
  {SCORE_PROP_EPISODE_TIMEOUT, "episode-timeout",
      "Seconds after its end within which an episode must be scored; 0 = no "
      "limit",
      READY, KIND_UINT, AT (episode_timeout), 0, G_MAXINT / 1000},
  /* drain-timeout: seconds. Since: 0.1 */
  {SCORE_PROP_DRAIN_TIMEOUT, "drain-timeout",
      "Seconds that the end of the stream waits for results; 0 = no limit",
      READY, KIND_UINT, AT (drain_timeout), 0, G_MAXINT / 1000},
  /* price-input: US dollars. 0: not known. Since: 0.1 */
  {SCORE_PROP_PRICE_INPUT, "price-input",
      "Price of a million input tokens in US dollars; 0 = not known",
      READY, KIND_DOUBLE, AT (price_input), 0, 1e6},
  /* price-output: US dollars. 0: not known. Since: 0.1 */
  {SCORE_PROP_PRICE_OUTPUT, "price-output",
      "Price of a million output tokens, reasoning included, in US dollars; "
      "0 = not known",
      READY, KIND_DOUBLE, AT (price_output), 0, 1e6},
  /* price-cached: US dollars. Below 0: as price-input. Since: 0.1 */
  {SCORE_PROP_PRICE_CACHED, "price-cached",
      "Price of a million input tokens that the server had cached, in US "
      "dollars; -1 = as price-input",
      READY, KIND_DOUBLE, AT (price_cached), -1, 1e6},
  /* max-cost: US dollars, of all episodes since the element left READY. Needs
   * a price. Since: 0.1 */
  {SCORE_PROP_MAX_COST, "max-cost",
      "US dollars; once so much is spent nothing more is asked, until the "
      "element goes to READY; 0 = no limit",
      READY, KIND_DOUBLE, AT (max_cost), 0, 1e9},
  /* max-requests-per-episode: attempts, retries included. Since: 0.1 */
  {SCORE_PROP_MAX_REQUESTS_PER_EPISODE, "max-requests-per-episode",
      "Requests sent for one episode, retries included; one that would take "
      "more fails; 0 = no limit",
      READY, KIND_UINT, AT (max_requests_per_episode), 0, G_MAXINT},
  /* requests-per-minute: of this element, retries included. Since: 0.1 */
  {SCORE_PROP_REQUESTS_PER_MINUTE, "requests-per-minute",
      "Requests sent in any minute, evenly spread; 0 = no limit",
      READY, KIND_UINT, AT (requests_per_minute), 0, G_MAXINT},
  /* tokens-per-minute: of this element, input and output. Since: 0.1 */
  {SCORE_PROP_TOKENS_PER_MINUTE, "tokens-per-minute",
      "Tokens, of questions and answers, in any minute, evenly spread; 0 = no "
      "limit",
      READY, KIND_UINT, AT (tokens_per_minute), 0, G_MAXINT},
  /* success-threshold: 0 to 1. Since: 0.1 */
  {SCORE_PROP_SUCCESS_THRESHOLD, "success-threshold",
      "Final progress from which on an episode is a success",
      READY, KIND_DOUBLE, AT (success_threshold), 0, 1},
  /* results-location: path; appended to and synced before the message is
   * posted. Since: 0.1 */
  {SCORE_PROP_RESULTS_LOCATION, "results-location",
      "JSON Lines file that gets a record of every episode",
      READY, KIND_STRING, AT (results_location)},
  /* samples-location: path of a folder, made where it is missing. Since: 0.1 */
  {SCORE_PROP_SAMPLES_LOCATION, "samples-location",
      "Folder that gets a folder for every episode, with its record and the "
      "pictures that were sent",
      READY, KIND_STRING, AT (samples_location)},
  /* cache-location: path of a folder, made where it is missing, for the user
   * alone. Processes may share it. Since: 0.1 */
  {SCORE_PROP_CACHE_LOCATION, "cache-location",
      "Folder that keeps the model's answers, so that the same question is not "
      "asked twice",
      READY, KIND_STRING, AT (cache_location)},
  /* cache-max-bytes: Since: 0.1 */
  {SCORE_PROP_CACHE_MAX_BYTES, "cache-max-bytes",
      "Bytes of answers to keep; then the least recently used go; 0 = no limit",
      READY, KIND_UINT64, AT (cache_max_bytes)},
  /* on-error: Since: 0.1 */
  {SCORE_PROP_ON_ERROR, "on-error", "What a failed episode does to the pipeline",
      READY, KIND_ENUM, AT (on_error), 0, 0, score_settings_on_error_type},
  /* proxy: URI. Since: 0.1 */
  {SCORE_PROP_PROXY, "proxy",
      "URI of an HTTP proxy (write-only); unset = the system's, but none for "
      "this machine",
      WRITE_ONLY, KIND_STRING, AT (proxy)},
  /* ca-file: absolute path. Since: 0.1 */
  {SCORE_PROP_CA_FILE, "ca-file",
      "Absolute path of a PEM file with the certificates to trust",
      READY, KIND_STRING, AT (ca_file)},
  /* ssl-strict: Since: 0.1 */
  {SCORE_PROP_SSL_STRICT, "ssl-strict",
      "Whether a server's certificate must be valid",
      READY, KIND_BOOLEAN, AT (ssl_strict)},
};
/* *INDENT-ON* */

static GParamSpec *
make_number_spec (const Row * row, gconstpointer field, GParamFlags flags)
{
  switch (row->kind) {
    case KIND_UINT:
      return g_param_spec_uint (row->name, row->name, row->blurb,
          (guint) row->min, (guint) row->max, *(const guint *) field, flags);
    case KIND_INT64:
      return g_param_spec_int64 (row->name, row->name, row->blurb,
          (gint64) row->min, (gint64) row->max, *(const gint64 *) field, flags);
    case KIND_UINT64:
      return g_param_spec_uint64 (row->name, row->name, row->blurb, 0,
          G_MAXINT64, *(const guint64 *) field, flags);
    case KIND_DOUBLE:
      return g_param_spec_double (row->name, row->name, row->blurb, row->min,
          row->max, *(const gdouble *) field, flags);
    default:
      g_assert_not_reached ();
      return NULL;
  }
}

static GParamSpec *
make_spec (const Row * row, gconstpointer field)
{
  GParamFlags flags = row->flags | G_PARAM_STATIC_STRINGS;

  switch (row->kind) {
    case KIND_STRING:
      return g_param_spec_string (row->name, row->name, row->blurb, NULL,
          flags);
    case KIND_BOOLEAN:
      return g_param_spec_boolean (row->name, row->name, row->blurb,
          *(const gboolean *) field, flags);
    case KIND_FRACTION:
      return gst_param_spec_fraction (row->name, row->name, row->blurb, 0, 1,
          1000, 1, 0, 1, flags);
    case KIND_STRUCTURE:
      return g_param_spec_boxed (row->name, row->name, row->blurb,
          GST_TYPE_STRUCTURE, flags);
    case KIND_ENUM:
      return g_param_spec_enum (row->name, row->name, row->blurb,
          row->type (), *(const gint *) field, flags);
    default:
      return make_number_spec (row, field, flags);
  }
}

void
gst_score_properties_install (GObjectClass * klass)
{
  g_autoptr (ScoreSettings) defaults = score_settings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_object_class_install_property (klass, rows[i].id, make_spec (&rows[i],
            G_STRUCT_MEMBER_P (defaults, rows[i].offset)));
  gst_type_mark_as_plugin_api (score_settings_method_type (), 0);
  gst_type_mark_as_plugin_api (score_settings_provider_type (), 0);
  gst_type_mark_as_plugin_api (score_settings_structured_type (), 0);
  gst_type_mark_as_plugin_api (score_settings_on_error_type (), 0);
  gst_type_mark_as_plugin_api (score_settings_video_transport_type (), 0);
  gst_type_mark_as_plugin_api (score_settings_normalize_type (), 0);
}

static const Row *
find_row (guint id)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].id == id)
      return &rows[i];
  }
  return NULL;
}

static void
set_structure (GstStructure ** field, const GValue * value)
{
  g_clear_pointer (field, gst_structure_free);
  *field = g_value_dup_boxed (value);
}

static void
set_string (gchar ** field, const GValue * value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
set_fraction (gint * field, const GValue * value)
{
  field[0] = gst_value_get_fraction_numerator (value);
  field[1] = gst_value_get_fraction_denominator (value);
}

gboolean
gst_score_properties_set (ScoreSettings * settings, guint id,
    const GValue * value)
{
  const Row *row = find_row (id);
  gpointer field = row ? G_STRUCT_MEMBER_P (settings, row->offset) : NULL;

  if (row == NULL)
    return FALSE;
  switch (row->kind) {
    case KIND_STRING:
      set_string (field, value);
      break;
    case KIND_UINT:
      *(guint *) field = g_value_get_uint (value);
      break;
    case KIND_INT64:
      *(gint64 *) field = g_value_get_int64 (value);
      break;
    case KIND_UINT64:
      *(guint64 *) field = g_value_get_uint64 (value);
      break;
    case KIND_DOUBLE:
      *(gdouble *) field = g_value_get_double (value);
      break;
    case KIND_BOOLEAN:
      *(gboolean *) field = g_value_get_boolean (value);
      break;
    case KIND_FRACTION:
      set_fraction (field, value);
      break;
    case KIND_STRUCTURE:
      set_structure (field, value);
      break;
    case KIND_ENUM:
    default:
      *(gint *) field = g_value_get_enum (value);
      break;
  }
  return TRUE;
}

gboolean
gst_score_properties_get (const ScoreSettings * settings, guint id,
    GValue * value)
{
  const Row *row = find_row (id);
  gconstpointer field = row ? G_STRUCT_MEMBER_P (settings, row->offset) : NULL;

  if (row == NULL)
    return FALSE;
  switch (row->kind) {
    case KIND_STRING:
      g_value_set_string (value, *(gchar * const *) field);
      break;
    case KIND_UINT:
      g_value_set_uint (value, *(const guint *) field);
      break;
    case KIND_INT64:
      g_value_set_int64 (value, *(const gint64 *) field);
      break;
    case KIND_UINT64:
      g_value_set_uint64 (value, *(const guint64 *) field);
      break;
    case KIND_DOUBLE:
      g_value_set_double (value, *(const gdouble *) field);
      break;
    case KIND_BOOLEAN:
      g_value_set_boolean (value, *(const gboolean *) field);
      break;
    case KIND_FRACTION:
      gst_value_set_fraction (value, ((const gint *) field)[0],
          ((const gint *) field)[1]);
      break;
    case KIND_STRUCTURE:
      g_value_set_boxed (value, *(GstStructure * const *) field);
      break;
    case KIND_ENUM:
    default:
      g_value_set_enum (value, *(const gint *) field);
      break;
  }
  return TRUE;
}
