/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client.h"

#include <signal.h>
#include <string.h>

static gchar *
read_first_line (GSubprocess * process)
{
  g_autoptr (GDataInputStream) stream =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GError) error = NULL;
  gchar *line = g_data_input_stream_read_line (stream, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (stream),
      FALSE);
  return line;
}

void
simulator_start (Simulator * self, const gchar * options)
{
  g_autofree gchar *command = g_strdup_printf ("'%s' simulate %s",
      g_getenv ("GST_SCORE_TOOL"), options ? options : "");
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = NULL;

  g_assert_true (g_shell_parse_argv (command, NULL, &argv, &error));
  self->process = g_subprocess_newv ((const gchar * const *) argv,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      &error);
  g_assert_no_error (error);
  line = read_first_line (self->process);
  g_assert_true (g_str_has_prefix (line, "http://127.0.0.1:"));
  g_assert_true (g_str_has_suffix (line, "/v1"));
  self->root = g_strndup (line, strlen (line) - strlen ("/v1"));
  self->session = soup_session_new_with_options ("max-conns", 32,
      "max-conns-per-host", 32, "timeout", 30, NULL);
  soup_session_set_proxy_resolver (self->session, NULL);
}

void
simulator_stop (Simulator * self)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_true (g_subprocess_wait (self->process, NULL, &error));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_clear_object (&self->process);
  g_clear_object (&self->session);
  g_clear_pointer (&self->root, g_free);
}

void
reply_clear (Reply * self)
{
  g_clear_pointer (&self->root, json_node_unref);
  g_clear_object (&self->message);
}

SoupMessage *
simulator_request (Simulator * self, const gchar * method, const gchar * path,
    const gchar * body)
{
  g_autofree gchar *url = g_strconcat (self->root, path, NULL);
  SoupMessage *message = soup_message_new (method, url);

  if (body) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/json",
        bytes);
  }
  return message;
}

void
simulator_send (Simulator * self, SoupMessage * message, Reply * reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = soup_session_send_and_read (self->session,
      message, NULL, &error);
  gsize size;
  const gchar *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &size);
  reply->message = message;
  reply->status = soup_message_get_status (message);
  reply->root = data ? sim_json_parse (data, size) : NULL;
}

void
simulator_post (Simulator * self, const gchar * path, const gchar * body,
    Reply * reply)
{
  simulator_send (self, simulator_request (self, "POST", path, body), reply);
}

void
simulator_get (Simulator * self, const gchar * path, Reply * reply)
{
  simulator_send (self, simulator_request (self, "GET", path, NULL), reply);
}

JsonObject *
reply_object (const Reply * reply)
{
  g_assert_nonnull (reply->root);
  return json_node_get_object (reply->root);
}

const gchar *
reply_text (const Reply * reply)
{
  JsonObject *root = reply_object (reply);
  JsonArray *choices = sim_json_array (root, "choices");
  JsonObject *content;

  g_assert_cmpuint (reply->status, ==, 200);
  if (choices)
    return sim_json_string (sim_json_object (sim_json_element (choices, 0),
            "message"), "content");
  content = sim_json_object (sim_json_element (sim_json_array (root,
              "candidates"), 0), "content");
  return sim_json_string (sim_json_element (sim_json_array (content, "parts"),
          0), "text");
}

JsonNode *
reply_json (const Reply * reply)
{
  const gchar *text = reply_text (reply);
  JsonNode *node;

  g_assert_nonnull (text);
  node = sim_json_parse (text, strlen (text));
  g_assert_nonnull (node);
  return node;
}

static gchar *
encode (GBytes * jpeg)
{
  gsize size;
  const guchar *data = g_bytes_get_data (jpeg, &size);

  return g_base64_encode (data, size);
}

static gchar *
quote (const gchar * text)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);
  return json_to_string (node, FALSE);
}

gchar *
openai_schema (const gchar * schema)
{
  return g_strdup_printf ("{\"type\":\"json_schema\",\"json_schema\":{"
      "\"name\":\"answer\",\"strict\":true,\"schema\":%s}}", schema);
}

gchar *
openai_body (GBytes * const *jpegs, guint n, const gchar * text,
    const gchar * format)
{
  GString *body = g_string_new ("{\"model\":\"toy-simulator\",\"messages\":["
      "{\"role\":\"system\",\"content\":\"You watch a robot.\"},"
      "{\"role\":\"user\",\"content\":[");
  g_autofree gchar *quoted = quote (text);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *data = encode (jpegs[i]);

    g_string_append_printf (body, "{\"type\":\"text\",\"text\":\"Frame %u"
        " (t = %u.00 s):\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
        "\"data:image/jpeg;base64,%s\"}},", i + 1, i, data);
  }
  g_string_append_printf (body, "{\"type\":\"text\",\"text\":%s}]}]", quoted);
  if (format)
    g_string_append_printf (body, ",\"response_format\":%s", format);
  g_string_append_c (body, '}');
  return g_string_free (body, FALSE);
}

gchar *
gemini_body (GBytes * const *jpegs, guint n, const gchar * text,
    const gchar * schema)
{
  GString *body = g_string_new ("{\"systemInstruction\":{\"parts\":[{\"text\":"
      "\"You watch a robot.\"}]},\"contents\":[{\"role\":\"user\",\"parts\":[");
  g_autofree gchar *quoted = quote (text);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *data = encode (jpegs[i]);

    g_string_append_printf (body, "{\"text\":\"Frame %u (t = %u.00 s):\"},"
        "{\"inlineData\":{\"mimeType\":\"image/jpeg\",\"data\":\"%s\"}},",
        i + 1, i, data);
  }
  g_string_append_printf (body, "{\"text\":%s}]}]", quoted);
  if (schema)
    g_string_append_printf (body, ",\"generationConfig\":{"
        "\"responseMimeType\":\"application/json\","
        "\"responseJsonSchema\":%s}", schema);
  g_string_append_c (body, '}');
  return g_string_free (body, FALSE);
}
