/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "faultwire.h"

#include <string.h>
#include <sys/socket.h>

#include "faultbody.h"

#define BLOCK (1024 * 1024)

static gboolean
write_all (FaultConnection * self, const void *data, gsize size)
{
  return g_output_stream_write_all (self->out, data, size, NULL, self->stop,
      NULL);
}

static gboolean
write_string (FaultConnection * self, const gchar * string)
{
  return write_all (self, string, strlen (string));
}

/* @headers: NULL or whole lines with CRLF. @length below 0: chunked. */
static gboolean
write_head (FaultConnection * self, guint status, const gchar * headers,
    gint64 length)
{
  g_autoptr (GString) head = g_string_new (NULL);

  g_string_append_printf (head, "HTTP/1.1 %u Said\r\n"
      "Content-Type: application/json\r\nX-Request-Id: req-%u\r\n", status,
      self->number);
  if (headers)
    g_string_append (head, headers);
  if (length < 0)
    g_string_append (head, "Transfer-Encoding: chunked\r\n");
  else
    g_string_append_printf (head, "Content-Length: %" G_GINT64_FORMAT "\r\n",
        length);
  g_string_append (head, "\r\n");
  fault_server_mark (self->server, FAULT_COUNT_ANSWERS, 1);
  return write_all (self, head->str, head->len);
}

gboolean
fault_wire_send (FaultConnection * self, guint status, const gchar * headers,
    GBytes * body)
{
  return write_head (self, status, headers, g_bytes_get_size (body))
      && write_all (self, g_bytes_get_data (body, NULL),
      g_bytes_get_size (body));
}

static gboolean
write_chunk (FaultConnection * self, const void *data, gsize size)
{
  g_autofree gchar *head = g_strdup_printf ("%" G_GSIZE_MODIFIER "x\r\n", size);

  return write_string (self, head) && write_all (self, data, size)
      && write_string (self, "\r\n");
}

/* Until the client hangs up or the server is freed. */
static void
wait_for_end (FaultConnection * self)
{
  guint8 byte[1];

  while (g_input_stream_read (G_INPUT_STREAM (self->in), byte, 1, self->stop,
          NULL) > 0);
}

static guint
read_number (const gchar * detail, guint otherwise)
{
  return detail ? (guint) g_ascii_strtoull (detail, NULL, 10) : otherwise;
}

/* "STATUS;Name: value;Name: value" */
static gboolean
answer_status (FaultConnection * self, const FaultRequest * request,
    const gchar * detail)
{
  g_auto (GStrv) parts = g_strsplit (detail ? detail : "500", ";", -1);
  g_autoptr (GString) headers = g_string_new (NULL);
  guint status = read_number (parts[0], 500);
  g_autoptr (GBytes) body = NULL;

  for (guint i = 1; parts[i]; i++)
    g_string_append_printf (headers, "%s\r\n", parts[i]);
  body = fault_body_error (request, status, NULL, NULL);
  return fault_wire_send (self, status, headers->str, body);
}

static gboolean
answer_error (FaultConnection * self, const FaultRequest * request,
    guint status, guint said, const gchar * code, const gchar * param)
{
  g_autoptr (GBytes) body = fault_body_error (request, said, code, param);

  return fault_wire_send (self, status, NULL, body);
}

static gboolean
answer_redirect (FaultConnection * self, const gchar * detail)
{
  g_autofree gchar *header = g_strdup_printf ("Location: %s/elsewhere\r\n",
      fault_server_get_stranger (self->server));
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  return fault_wire_send (self, read_number (detail, 307), header, body);
}

/* Closing with unread bytes would be a reset that may eat the answer. */
static gboolean
answer_early (FaultConnection * self, const FaultRequest * request)
{
  g_autoptr (GBytes) body = fault_body_error (request, 413, NULL, NULL);

  if (fault_wire_send (self, 413, "Connection: close\r\n", body)) {
    g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
    wait_for_end (self);
  }
  return FALSE;
}

static gboolean
answer_drip (FaultConnection * self, GBytes * body, guint ms)
{
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);

  if (!write_head (self, 200, NULL, size))
    return FALSE;
  for (gsize i = 0; i < size; i++) {
    fault_server_pause (self->server, ms);
    if (!write_all (self, data + i, 1))
      return FALSE;
  }
  return TRUE;
}

static gboolean
answer_half (FaultConnection * self, GBytes * body, gboolean chunked)
{
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);

  if (!write_head (self, 200, NULL, chunked ? -1 : (gint64) size))
    return FALSE;
  if (chunked)
    return write_chunk (self, data, size / 2);
  return write_all (self, data, size / 2);
}

static gboolean
answer_reset (FaultConnection * self)
{
  struct linger none = {.l_onoff = 1,.l_linger = 0 };

  setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &none,
      sizeof none);
  return FALSE;
}

/* Blanks, compressed as they go out: JSON allows them before a value. */
static gboolean
answer_bomb (FaultConnection * self, guint megabytes)
{
  g_autofree gchar *blanks = g_malloc (BLOCK), *packed = g_malloc (BLOCK);
  g_autoptr (GConverter) compressor =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));

  memset (blanks, ' ', BLOCK);
  if (!write_head (self, 200, "Content-Encoding: gzip\r\n", -1))
    return FALSE;
  for (guint i = 0; i < megabytes; i++) {
    gsize taken, given;
    GConverterFlags flags = i + 1 < megabytes ? G_CONVERTER_FLUSH :
        G_CONVERTER_INPUT_AT_END;

    if (g_converter_convert (compressor, blanks, BLOCK, packed, BLOCK, flags,
            &taken, &given, NULL) == G_CONVERTER_ERROR)
      return FALSE;
    g_assert (taken == BLOCK);
    if (!write_chunk (self, packed, given))
      return FALSE;
  }
  return write_string (self, "0\r\n\r\n");
}

static gboolean
answer_endless (FaultConnection * self)
{
  g_autofree gchar *blanks = g_malloc (BLOCK);

  memset (blanks, ' ', BLOCK);
  if (!write_head (self, 200, NULL, -1))
    return FALSE;
  while (write_chunk (self, blanks, BLOCK));
  return FALSE;
}

static gboolean
answer_gzip (FaultConnection * self, GBytes * body, FaultKind kind)
{
  g_autoptr (GBytes) packed = fault_body_gzip (body);
  g_autoptr (GBytes) sent = NULL;

  switch (kind) {
    case FAULT_BOGUS_GZIP:
      sent = g_bytes_new_static ("no gzip at all", 14);
      break;
    case FAULT_TRUNCATED_GZIP:
      sent = g_bytes_new_from_bytes (packed, 0, g_bytes_get_size (packed) / 2);
      break;
    default:
      sent = g_bytes_ref (packed);
      break;
  }
  return fault_wire_send (self, 200, "Content-Encoding: gzip\r\n", sent);
}

/* Faults in which the body is well or never comes. */
static gboolean
answer_on_wire (FaultConnection * self, GBytes * body, FaultKind kind,
    const gchar * detail)
{
  switch (kind) {
    case FAULT_SLOW:
      fault_server_pause (self->server, read_number (detail, 100));
      return fault_wire_send (self, 200, NULL, body);
    case FAULT_HANG_BODY:
      if (answer_half (self, body, FALSE))
        wait_for_end (self);
      return FALSE;
    case FAULT_DRIP:
      return answer_drip (self, body, read_number (detail, 20));
    case FAULT_CLOSE_AFTER:
      fault_wire_send (self, 200, NULL, body);
      return FALSE;
    case FAULT_TRUNCATED:
    case FAULT_TRUNCATED_CHUNKED:
      answer_half (self, body, kind == FAULT_TRUNCATED_CHUNKED);
      return FALSE;
    case FAULT_HUGE:
      write_head (self, 200, NULL, G_GINT64_CONSTANT (10000000000));
      wait_for_end (self);
      return FALSE;
    default:
      return fault_wire_send (self, 200, NULL, body);
  }
}

/* Faults without a good answer in them. */
static gboolean
answer_bare (FaultConnection * self, const FaultRequest * request,
    FaultKind kind, const gchar * detail)
{
  switch (kind) {
    case FAULT_STATUS:
      return answer_status (self, request, detail);
    case FAULT_QUOTA:
      return answer_error (self, request, 429, 429, "insufficient_quota", NULL);
    case FAULT_ERROR_200:
      return answer_error (self, request, 200, 502, NULL, NULL);
    case FAULT_REDIRECT:
      return answer_redirect (self, detail);
    case FAULT_EARLY:
      return answer_early (self, request);
    case FAULT_HANG:
      wait_for_end (self);
      return FALSE;
    case FAULT_RESET:
      return answer_reset (self);
    case FAULT_HALF_STATUS:
      write_string (self, "HTTP/1.1 2");
      return FALSE;
    case FAULT_HALF_HEADERS:
      write_string (self, "HTTP/1.1 200 OK\r\nContent-Le");
      return detail ? answer_reset (self) : FALSE;
    case FAULT_GARBAGE:
      write_string (self, "SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
      return FALSE;
    case FAULT_BOMB:
      return answer_bomb (self, read_number (detail, 512));
    case FAULT_ENDLESS:
      return answer_endless (self);
    default:
      return FALSE;
  }
}

gboolean
fault_wire_answer (FaultConnection * self, const FaultRequest * request,
    FaultKind kind, const gchar * detail, const gchar * text)
{
  g_autoptr (GBytes) body = NULL;

  switch (kind) {
    case FAULT_REFUSES:
      if (detail && fault_body_has_member (request, detail))
        return answer_error (self, request, 400, 400, "unsupported_parameter",
            detail);
      break;
    case FAULT_TEXT:
    case FAULT_BODY:
      text = detail ? detail : "";
      break;
    case FAULT_STATUS:
    case FAULT_QUOTA:
    case FAULT_ERROR_200:
    case FAULT_REDIRECT:
    case FAULT_EARLY:
    case FAULT_HANG:
    case FAULT_RESET:
    case FAULT_CLOSE:
    case FAULT_HALF_STATUS:
    case FAULT_HALF_HEADERS:
    case FAULT_GARBAGE:
    case FAULT_BOMB:
    case FAULT_ENDLESS:
      return answer_bare (self, request, kind, detail);
    default:
      break;
  }
  body = fault_body_answer (request, kind, text);
  if (kind == FAULT_GZIP || kind == FAULT_BOGUS_GZIP
      || kind == FAULT_TRUNCATED_GZIP)
    return answer_gzip (self, body, kind);
  return answer_on_wire (self, body, kind, detail);
}
