/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/reply.h"
#include "vlm/request.h"
#include "vlm/server.h"

G_BEGIN_DECLS

/* An HTTP request as bytes: what a provider's build gives and http.c sends. */
typedef struct
{
  const gchar *verb;            /* "POST" or "GET" */
  gchar *url;
  GPtrArray *headers;           /* of gchar *: name, value, name, value; the key is among them */
  const gchar *content_type;    /* NULL without a body */
  GPtrArray *body;              /* of GBytes *: the segments in order; pictures are shared, not copied */
} ScoreWire;

ScoreWire *score_wire_new (const gchar * verb, const gchar * url);
void score_wire_free (ScoreWire * wire);
/* Replaces a header of the same name. */
void score_wire_add_header (ScoreWire * wire, const gchar * name, const gchar * value);
gsize score_wire_get_length (const ScoreWire * wire);
GBytes *score_wire_flatten (const ScoreWire * wire);    /* the whole body; for tests and hashes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreWire, score_wire_free)

/* What came back, headers by a pure look-up so that parsers need no libsoup. */
typedef struct
{
  guint status;
  GHashTable *headers;          /* lower-case name -> value */
  GBytes *body;
} ScoreResponse;

ScoreResponse *score_response_new (guint status, GBytes * body);
void score_response_free (ScoreResponse * response);
void score_response_set_header (ScoreResponse * response, const gchar * name, const gchar * value);
const gchar *score_response_get_header (const ScoreResponse * response, const gchar * name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreResponse, score_response_free)

/* What one server turned out not to take; learned from HTTP 400 answers
 * (vlm/ladder.h) and kept by the caller for as long as it lives. */
typedef struct
{
  gboolean other_max_tokens;    /* the other one of max_tokens and max_completion_tokens */
  gboolean no_temperature;
  gboolean no_seed;
  gboolean no_effort;
  ScoreStructured structured;   /* AUTO: as the server's settings say; else the step of the ladder */
  gboolean no_token_ids;        /* knows no request for the log-probability of one token */
  gboolean has_token_id;        /* the server was asked for the number of the token that is wanted */
  guint token_id;
} ScoreQuirks;

/* Why a server did not answer with success, in one shape for all providers. */
typedef struct
{
  guint status;
  gchar *message;               /* the server's words: valid UTF-8, one line, cut to 300 bytes, no key in it */
  gchar *code;                  /* "insufficient_quota", "RESOURCE_EXHAUSTED" ..., or NULL */
  gchar *param;                 /* the refused parameter, or NULL */
  gchar *request_id;            /* or NULL */
  gboolean final;               /* a retry is useless whatever the status says (quota used up) */
  gboolean asked_to_retry;      /* the server said that a retry makes sense, whatever the status says */
  gint64 retry_after;           /* microseconds, from body or headers; -1: no hint */
} ScoreFault;

void score_fault_free (ScoreFault * fault);
/* Blots out @secret (the key) and what is left of it at a cut end. Things that
 * look like keys were blotted out when the fault was read. */
void score_fault_mask (ScoreFault * fault, const gchar * secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreFault, score_fault_free)

/* A wire dialect. Pure: no I/O, no clock, no thread. Adding one is a file and a
 * line in provider.c. */
struct _ScoreProvider
{
  const gchar *nick;            /* value of the property */
  const gchar *blurb;           /* one line: what is needed */
  const gchar *base_url;        /* the provider's own service; NULL: it has none */
  const gchar *model;           /* default there; NULL: ask the server. Without build_models: of any server */
  const gchar *const *key_variables;    /* environment variables of the key, NULL-terminated */
  ScoreAbilities abilities;
  guint video_transports;       /* 1 << ScoreVideoTransport of each that it has */
  gboolean needs_pixels;        /* of every video part: packed as RGB */

  ScoreWire *(*build) (const ScoreServer * server, const ScoreQuirks * quirks,
      const ScoreRequest * request, GError ** error);
  /* Of a 2xx response. A fault is set (and NULL returned) where the body says
   * that it was none after all. */
  ScoreReply *(*parse) (const ScoreResponse * response, ScoreFault ** fault,
      GError ** error);
  /* Of any other response; never NULL. */
  ScoreFault *(*parse_fault) (const ScoreResponse * response);
  /* GET that lists the server's models, and its reading (the first); NULL
   * where the provider has no such thing. */
  ScoreWire *(*build_models) (const ScoreServer * server);
  gchar *(*parse_models) (const ScoreResponse * response, GError ** error);
  /* Asks for the number of a token; NULL where the provider has no such thing, or
   * gives NULL where this server has none. Reading gives FALSE where @text is
   * not one token there. */
  ScoreWire *(*build_tokenize) (const ScoreServer * server, const gchar * text);
  gboolean (*parse_tokenize) (const ScoreResponse * response, guint * id);
  /* GET that tells whether the server is well, asked once at the start; NULL
   * where the provider has no such thing. */
  ScoreWire *(*build_health) (const ScoreServer * server);
  gboolean (*parse_health) (const ScoreResponse * response, GError ** error);
};

extern const ScoreProvider score_provider_openai;
extern const ScoreProvider score_provider_gemini;
extern const ScoreProvider score_provider_robometer;

/* NULL-terminated table of all providers. */
const ScoreProvider *const *score_provider_list (void);
const ScoreProvider *score_provider_find (const gchar * nick);

G_END_DECLS
