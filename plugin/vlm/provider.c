/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/provider.h"

static const ScoreProvider *const providers[] = {
  &score_provider_openai,
  &score_provider_gemini,
  &score_provider_robometer,
  NULL,
};

const ScoreProvider *const *
score_provider_list (void)
{
  return providers;
}

const ScoreProvider *
score_provider_find (const gchar * nick)
{
  for (guint i = 0; providers[i] != NULL; i++) {
    if (g_strcmp0 (providers[i]->nick, nick) == 0)
      return providers[i];
  }
  return NULL;
}

ScoreWire *
score_wire_new (const gchar * verb, const gchar * url)
{
  ScoreWire *self = g_new0 (ScoreWire, 1);

  self->verb = g_intern_string (verb);
  self->url = g_strdup (url);
  self->headers = g_ptr_array_new_with_free_func (g_free);
  self->body = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
score_wire_free (ScoreWire * wire)
{
  g_free (wire->url);
  g_ptr_array_unref (wire->headers);
  g_ptr_array_unref (wire->body);
  g_free (wire);
}

void
score_wire_add_header (ScoreWire * wire, const gchar * name,
    const gchar * value)
{
  for (guint i = 0; i < wire->headers->len; i += 2) {
    if (g_ascii_strcasecmp (g_ptr_array_index (wire->headers, i), name) != 0)
      continue;
    g_ptr_array_remove_range (wire->headers, i, 2);
    break;
  }
  g_ptr_array_add (wire->headers, g_strdup (name));
  g_ptr_array_add (wire->headers, g_strdup (value));
}

gsize
score_wire_get_length (const ScoreWire * wire)
{
  gsize length = 0;

  for (guint i = 0; i < wire->body->len; i++)
    length += g_bytes_get_size (g_ptr_array_index (wire->body, i));
  return length;
}

GBytes *
score_wire_flatten (const ScoreWire * wire)
{
  g_autoptr (GByteArray) flat =
      g_byte_array_sized_new (score_wire_get_length (wire));

  for (guint i = 0; i < wire->body->len; i++) {
    gsize size;
    gconstpointer data =
        g_bytes_get_data (g_ptr_array_index (wire->body, i), &size);

    if (size > 0)
      g_byte_array_append (flat, data, size);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&flat));
}

ScoreResponse *
score_response_new (guint status, GBytes * body)
{
  ScoreResponse *self = g_new0 (ScoreResponse, 1);

  self->status = status;
  self->headers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->body = body != NULL ? g_bytes_ref (body) : g_bytes_new (NULL, 0);
  return self;
}

void
score_response_free (ScoreResponse * response)
{
  g_hash_table_unref (response->headers);
  g_bytes_unref (response->body);
  g_free (response);
}

void
score_response_set_header (ScoreResponse * response, const gchar * name,
    const gchar * value)
{
  g_hash_table_insert (response->headers, g_ascii_strdown (name, -1),
      g_strdup (value));
}

const gchar *
score_response_get_header (const ScoreResponse * response, const gchar * name)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (response->headers, lower);
}
