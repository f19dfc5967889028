/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "media/sampler.h"

G_BEGIN_DECLS

/* Everything a user can set, as a plain value: filled by the elements'
 * properties under their object lock, copied at start, validated then, not
 * changed afterwards. Strings are owned; NULL and the marked values mean
 * "unset". (Called settings so that it is not taken for the config.h of the
 * build.) */
typedef struct _ScoreSettings ScoreSettings;

struct _ScoreSettings
{
  gchar *task;
  gint method;                  /* of score_settings_method_type() */
  gint provider;                /* of score_settings_provider_type(); 0 is auto */
  gchar *base_url, *model;
  gchar *api_key, *api_key_file;

  gint framerate_n, framerate_d;        /* 0/1: the method's */
  guint max_frames;             /* 0: the method's */
  guint image_size, jpeg_quality;
  guint describe_batch;
  GstClockTime update_interval; /* between two provisional questions */
  gboolean dense;
  gint video_transport;         /* of score_settings_video_transport_type() */
  gchar *gvl_context;
  gboolean topreward_chat_template;
  gint topreward_normalize;     /* of score_settings_normalize_type() */

  gchar *reasoning_effort;
  gdouble temperature;          /* below 0: unset */
  gint64 seed;                  /* -1: unset */
  guint max_tokens;             /* 0: unset */
  gchar *extra_body;            /* JSON object */
  GstStructure *extra_headers;
  gint structured_output;       /* of score_settings_structured_type() */
  gboolean object_cache;
  gchar *prompt_location;

  GstClockTime expected_duration;       /* 0: as earlier episodes of the task */
  GstClockTime episode_duration;        /* 0: none */
  guint max_in_flight, max_queued_episodes;
  guint timeout;                /* seconds */
  guint retries;
  gdouble retry_backoff_factor, retry_backoff_max;      /* seconds */
  guint episode_timeout;        /* seconds; 0: none */
  guint drain_timeout;          /* seconds; 0: none */

  gdouble price_input, price_output;    /* US dollars a million tokens; 0: not known */
  gdouble price_cached;         /* below 0: as input */
  gdouble max_cost;             /* US dollars; 0: no limit */
  guint max_requests_per_episode;       /* 0: no limit */
  guint requests_per_minute, tokens_per_minute; /* 0: no limit */

  gdouble success_threshold;
  gchar *results_location, *samples_location;
  gchar *cache_location;
  guint64 cache_max_bytes;      /* 0: no limit */
  gint on_error;                /* of score_settings_on_error_type() */

  gchar *proxy, *ca_file;
  gboolean ssl_strict;
};

typedef enum
{
  SCORE_ON_ERROR_WARN,
  SCORE_ON_ERROR_FAIL,
} ScoreOnError;

ScoreSettings *score_settings_new (void);       /* with the defaults */
ScoreSettings *score_settings_copy (const ScoreSettings * settings);
void score_settings_free (ScoreSettings * settings);

/* The property enums, built from the tables of methods and providers. */
GType score_settings_method_type (void);
GType score_settings_provider_type (void);
GType score_settings_structured_type (void);
GType score_settings_on_error_type (void);
GType score_settings_video_transport_type (void);
GType score_settings_normalize_type (void);

/* What sampling comes down to: the user's, else the method's. */
GstClockTime score_settings_get_step (const ScoreSettings * settings);
/* Frames that the method is to judge. */
guint score_settings_get_max_frames (const ScoreSettings * settings);
/* Samples that an episode keeps for it. */
guint score_settings_get_max_samples (const ScoreSettings * settings);
/* Pixels that the short side of a picture needs no more of; 0: no matter. */
guint score_settings_get_short_side (const ScoreSettings * settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreSettings, score_settings_free)

G_END_DECLS
