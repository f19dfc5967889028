/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-json.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

/* The program under test, running. */
typedef struct
{
  GSubprocess *process;
  gchar *root;                  /* http://127.0.0.1:PORT */
  SoupSession *session;
} Simulator;

/* @options: of the command line, in one string, or NULL. */
void simulator_start (Simulator * self, const gchar * options);
/* Ends it with SIGTERM and asserts that it leaves cleanly. */
void simulator_stop (Simulator * self);

typedef struct
{
  guint status;
  JsonNode *root;               /* NULL when the body is not JSON */
  SoupMessage *message;
} Reply;

void reply_clear (Reply * self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

SoupMessage *simulator_request (Simulator * self, const gchar * method,
    const gchar * path, const gchar * body);
/* Takes @message. */
void simulator_send (Simulator * self, SoupMessage * message, Reply * reply);
void simulator_post (Simulator * self, const gchar * path,
    const gchar * body, Reply * reply);
void simulator_get (Simulator * self, const gchar * path, Reply * reply);

/* The text of a good answer in either dialect. */
const gchar *reply_text (const Reply * reply);
/* That text, as the JSON it has to be. (transfer full) */
JsonNode *reply_json (const Reply * reply);
JsonObject *reply_object (const Reply * reply);

#define SCHEMA_OBJECTS "{\"type\":\"object\",\"properties\":{\"objects\":" \
  "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}," \
  "\"required\":[\"objects\"],\"additionalProperties\":false}"
#define SCHEMA_FRAMES(fields, names) "{\"type\":\"array\",\"items\":" \
  "{\"type\":\"object\",\"properties\":{\"frame\":{\"type\":\"integer\"}," \
  fields "},\"required\":[\"frame\"," names "],\"additionalProperties\":false}}"
#define SCHEMA_DESCRIBE "{\"type\":\"object\",\"properties\":{\"frames\":" \
  SCHEMA_FRAMES ("\"description\":{\"type\":\"string\"}", "\"description\"") \
  "},\"required\":[\"frames\"],\"additionalProperties\":false}"
#define SCHEMA_PROGRESS "{\"type\":\"object\",\"properties\":{" \
  "\"completion_state\":{\"type\":\"string\"},\"frames\":" \
  SCHEMA_FRAMES ("\"reason\":{\"type\":\"string\"},\"progress\":" \
      "{\"type\":\"number\"}", "\"reason\",\"progress\"") \
  "},\"required\":[\"completion_state\",\"frames\"]," \
  "\"additionalProperties\":false}"

/* Requests with pictures, each after its label, and @text as the last part.
 * @format: the response_format, or NULL; @schema likewise. */
gchar *openai_body (GBytes * const *jpegs, guint n, const gchar * text,
    const gchar * format);
gchar *gemini_body (GBytes * const *jpegs, guint n, const gchar * text,
    const gchar * schema);
/* The response_format of a strict schema. */
gchar *openai_schema (const gchar * schema);

#define OPENAI_PATH "/v1/chat/completions"
#define GEMINI_PATH "/v1beta/models/toy-simulator:generateContent"
