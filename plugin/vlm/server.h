/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _ScoreProvider ScoreProvider;

/* How structured answers are asked for, from the strictest down. */
typedef enum
{
  SCORE_STRUCTURED_AUTO,
  SCORE_STRUCTURED_JSON_SCHEMA,
  SCORE_STRUCTURED_JSON_OBJECT,
  SCORE_STRUCTURED_PROMPT,
} ScoreStructured;

/* How the frames of a video travel (SCORE_PART_VIDEO). */
typedef enum
{
  SCORE_VIDEO_IMAGES,           /* as so many pictures */
  SCORE_VIDEO_JPEG_SEQUENCE,    /* as one data URL of JPEGs, where the server knows such */
  SCORE_VIDEO_MP4,              /* as one file */
} ScoreVideoTransport;

/* Where questions go and what the user set for them. A plain value, filled by
 * the engine's configuration, resolved once by score_server_resolve(), not
 * changed afterwards. */
typedef struct
{
  const ScoreProvider *provider;        /* NULL: auto */
  gchar *base_url;              /* NULL: the provider's own */
  gchar *model;                 /* NULL: the provider's own, or asked of the server */
  gchar *api_key;               /* trimmed, no control characters; NULL for none */

  gchar *reasoning_effort;      /* passed through; NULL: not sent */
  gdouble temperature;          /* NAN: not sent */
  gint64 seed;                  /* below 0: not sent */
  guint max_tokens;             /* 0: not sent */
  ScoreStructured structured;
  ScoreVideoTransport video_transport;
  JsonObject *extra_body;       /* merged last into every request body; NULL for none */
  GStrv extra_headers;          /* name, value, name, value, NULL; validated */
} ScoreServer;

ScoreServer *score_server_new (void);
ScoreServer *score_server_copy (const ScoreServer * server);
void score_server_free (ScoreServer * server);

/* Decides the provider from the URL and the model's name, fills in the
 * provider's base URL and model, and checks everything that can be checked
 * without a network. GST_SCORE_ERROR_CONFIG whose message starts with the name
 * of the property to change ("base-url: ..."). Never takes a remote URL by
 * itself unless a key for that provider is set: pictures go only where the user
 * said. */
gboolean score_server_resolve (ScoreServer * server, GError ** error);
/* The provider that URL, model and key speak for; what resolving takes for auto. */
const ScoreProvider *score_server_guess_provider (const ScoreServer * server);
/* What the user should be told though it is allowed (a key on its way in the
 * clear), or NULL. */
gchar *score_server_get_warning (const ScoreServer * server);
/* @json must be an object and may not carry what this program writes itself
 * (messages, contents, stream). GST_SCORE_ERROR_CONFIG naming extra-body. NULL
 * or "" for none. */
gboolean score_server_set_extra_body (ScoreServer * server, const gchar * json, GError ** error);
/* Lower-case host of the base URL, or NULL. */
gchar *score_server_get_host (const ScoreServer * server);
/* Whether the host is @host, or below it where @host starts with a dot. */
gboolean score_server_is_at (const ScoreServer * server, const gchar * host);
/* Loopback address or "localhost". */
gboolean score_server_is_local (const ScoreServer * server);
/* base_url and path joined by one slash, the base's query kept behind. */
gchar *score_server_join (const ScoreServer * server, const gchar * path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreServer, score_server_free)

G_END_DECLS
