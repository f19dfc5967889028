/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/settings.h"

#include "method/method.h"
#include "vlm/provider.h"

ScoreSettings *
score_settings_new (void)
{
  ScoreSettings *self = g_new0 (ScoreSettings, 1);

  self->framerate_n = 0;
  self->framerate_d = 1;
  self->image_size = 512;
  self->jpeg_quality = 85;
  self->describe_batch = 8;
  self->topreward_chat_template = TRUE;
  self->temperature = -1;
  self->seed = -1;
  self->object_cache = TRUE;
  self->cache_max_bytes = G_GUINT64_CONSTANT (1) << 30;
  self->max_in_flight = 8;
  self->max_queued_episodes = 4;
  self->timeout = 120;
  self->retries = 3;
  self->retry_backoff_factor = 0.5;
  self->retry_backoff_max = 60;
  self->episode_timeout = 600;
  self->price_cached = -1;
  self->success_threshold = 0.9;
  self->on_error = SCORE_ON_ERROR_WARN;
  self->ssl_strict = TRUE;
  return self;
}

ScoreSettings *
score_settings_copy (const ScoreSettings * settings)
{
  ScoreSettings *self;

  g_assert (settings != NULL);
  self = g_memdup2 (settings, sizeof (ScoreSettings));
  self->task = g_strdup (settings->task);
  self->base_url = g_strdup (settings->base_url);
  self->model = g_strdup (settings->model);
  self->api_key = g_strdup (settings->api_key);
  self->api_key_file = g_strdup (settings->api_key_file);
  self->reasoning_effort = g_strdup (settings->reasoning_effort);
  self->extra_body = g_strdup (settings->extra_body);
  self->extra_headers = settings->extra_headers ?
      gst_structure_copy (settings->extra_headers) : NULL;
  self->prompt_location = g_strdup (settings->prompt_location);
  self->results_location = g_strdup (settings->results_location);
  self->gvl_context = g_strdup (settings->gvl_context);
  self->samples_location = g_strdup (settings->samples_location);
  self->cache_location = g_strdup (settings->cache_location);
  self->proxy = g_strdup (settings->proxy);
  self->ca_file = g_strdup (settings->ca_file);
  return self;
}

void
score_settings_free (ScoreSettings * self)
{
  if (self == NULL)
    return;
  g_free (self->task);
  g_free (self->base_url);
  g_free (self->model);
  g_free (self->api_key);
  g_free (self->api_key_file);
  g_free (self->reasoning_effort);
  g_free (self->extra_body);
  g_clear_pointer (&self->extra_headers, gst_structure_free);
  g_free (self->prompt_location);
  g_free (self->results_location);
  g_free (self->gvl_context);
  g_free (self->samples_location);
  g_free (self->cache_location);
  g_free (self->proxy);
  g_free (self->ca_file);
  g_free (self);
}

/* The table of methods decides the enum, so that it cannot drift from it. */
static GType
register_method_type (void)
{
  const ScoreMethod *const *methods = score_method_list ();
  guint n = 0;
  GEnumValue *values;

  while (methods[n] != NULL)
    n++;
  values = g_new0 (GEnumValue, n + 1);
  for (guint i = 0; i < n; i++) {
    values[i].value = (gint) i;
    values[i].value_name = methods[i]->blurb;
    values[i].value_nick = methods[i]->nick;
  }
  return g_enum_register_static ("GstScoreMethod", values);
}

static GType
register_provider_type (void)
{
  const ScoreProvider *const *providers = score_provider_list ();
  guint n = 0;
  GEnumValue *values;

  while (providers[n] != NULL)
    n++;
  values = g_new0 (GEnumValue, n + 2);
  values[0].value_name = "From the URL, the model's name and the key";
  values[0].value_nick = "auto";
  for (guint i = 0; i < n; i++) {
    values[i + 1].value = (gint) i + 1;
    values[i + 1].value_name = providers[i]->blurb;
    values[i + 1].value_nick = providers[i]->nick;
  }
  return g_enum_register_static ("GstScoreProvider", values);
}

GType
score_settings_method_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, register_method_type ());
  return type;
}

GType
score_settings_provider_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, register_provider_type ());
  return type;
}

GType
score_settings_structured_type (void)
{
  static const GEnumValue values[] = {
    {SCORE_STRUCTURED_AUTO, "The strictest form that the server takes",
        "auto"},
    {SCORE_STRUCTURED_JSON_SCHEMA, "A JSON schema sent along", "json-schema"},
    {SCORE_STRUCTURED_JSON_OBJECT, "Any JSON object, its form asked in words",
        "json-object"},
    {SCORE_STRUCTURED_PROMPT, "Asked in words only", "prompt"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreStructuredOutput", values));
  return type;
}

GType
score_settings_on_error_type (void)
{
  static const GEnumValue values[] = {
    {SCORE_ON_ERROR_WARN, "Post a warning, the pipeline goes on", "warn"},
    {SCORE_ON_ERROR_FAIL, "Post an error, the pipeline stops", "fail"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreOnError", values));
  return type;
}

GType
score_settings_video_transport_type (void)
{
  static const GEnumValue values[] = {
    {SCORE_VIDEO_IMAGES, "As so many pictures; every server takes them",
        "images"},
    {SCORE_VIDEO_JPEG_SEQUENCE, "As one data URL of JPEGs (vLLM of 2026 on)",
        "jpeg-sequence"},
    {SCORE_VIDEO_MP4, "As one MP4 file (vLLM, SGLang, Gemini); the server "
          "samples it again", "mp4"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreVideoTransport", values));
  return type;
}

GType
score_settings_normalize_type (void)
{
  static const GEnumValue values[] = {
    {SCORE_NORMALIZE_MINMAX, "From 0 at the episode's least to 1 at its "
          "greatest, as published; episodes cannot be compared", "minmax"},
    {SCORE_NORMALIZE_PROB, "The probability of the affirmative word", "prob"},
    {SCORE_NORMALIZE_RAW, "As prob, for readers of the samples' raw values, "
          "which are its logarithms", "raw"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreNormalize", values));
  return type;
}

static const ScoreMethod *
get_method (const ScoreSettings * self)
{
  return score_method_list ()[self->method];
}

GstClockTime
score_settings_get_step (const ScoreSettings * self)
{
  gdouble rate = get_method (self)->framerate;

  if (self->framerate_n > 0)
    return MAX (1, gst_util_uint64_scale_int (GST_SECOND, self->framerate_d,
            self->framerate_n));
  return (GstClockTime) (GST_SECOND / rate);
}

guint
score_settings_get_max_frames (const ScoreSettings * self)
{
  return self->max_frames > 0 ? self->max_frames :
      get_method (self)->max_frames;
}

guint
score_settings_get_max_samples (const ScoreSettings * self)
{
  guint max_frames = MAX (2, score_settings_get_max_frames (self));

  return max_frames * MAX (1, get_method (self)->oversampling);
}

guint
score_settings_get_short_side (const ScoreSettings * self)
{
  return get_method (self)->short_side;
}
