/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/request.h"

struct _ScoreRequest
{
  gatomicrefcount refs;
  gchar *name;
  gchar *schema;
  gchar *system;
  GPtrArray *parts;
  guint n_images;
  gchar *token;
  guint max_tokens;
  gboolean greedy, open_ended, prefixes;
  ScorePacker packer;           /* NULL: there is nothing to pack */
};

static void
clear_still (gpointer data)
{
  ScoreStill *picture = data;

  g_bytes_unref (picture->jpeg);
  g_bytes_unref (picture->base64);
}

static void
free_part (gpointer data)
{
  ScorePart *part = data;

  g_free (part->text);
  g_clear_pointer (&part->base64, g_bytes_unref);
  g_clear_pointer (&part->frames, g_array_unref);
  g_clear_pointer (&part->packed, g_bytes_unref);
  g_free (part);
}

static gboolean
is_name (const gchar * name)
{
  gsize length = strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-");

  return length > 0 && length <= 64 && name[length] == '\0';
}

ScoreRequest *
score_request_new (const gchar * name, const gchar * schema)
{
  ScoreRequest *self;

  g_return_val_if_fail (name != NULL && is_name (name), NULL);

  self = g_new0 (ScoreRequest, 1);
  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (name);
  self->schema = g_strdup (schema);
  self->parts = g_ptr_array_new_with_free_func (free_part);
  return self;
}

ScoreRequest *
score_request_ref (ScoreRequest * request)
{
  g_atomic_ref_count_inc (&request->refs);
  return request;
}

void
score_request_unref (ScoreRequest * request)
{
  if (!g_atomic_ref_count_dec (&request->refs))
    return;
  g_free (request->name);
  g_free (request->schema);
  g_free (request->system);
  g_free (request->token);
  g_ptr_array_unref (request->parts);
  g_free (request);
}

void
score_request_set_system (ScoreRequest * request, const gchar * text)
{
  gchar *copy = g_strdup (text);

  g_free (request->system);
  request->system = copy;
}

void
score_request_add_text (ScoreRequest * request, const gchar * text)
{
  ScorePart *part;

  g_return_if_fail (text != NULL);

  part = g_new0 (ScorePart, 1);
  part->kind = SCORE_PART_TEXT;
  part->text = g_strdup (text);
  g_ptr_array_add (request->parts, part);
}

void
score_request_add_jpeg (ScoreRequest * request, GBytes * base64, guint width,
    guint height)
{
  ScorePart *part;

  g_return_if_fail (base64 != NULL);

  part = g_new0 (ScorePart, 1);
  part->kind = SCORE_PART_JPEG;
  part->base64 = g_bytes_ref (base64);
  part->width = width;
  part->height = height;
  g_ptr_array_add (request->parts, part);
  request->n_images++;
}

void
score_request_add_video (ScoreRequest * request, const ScoreStill * frames,
    guint n_frames, gdouble framerate)
{
  ScorePart *part;

  g_return_if_fail (n_frames > 0);
  g_return_if_fail (framerate > 0.0);

  part = g_new0 (ScorePart, 1);
  part->kind = SCORE_PART_VIDEO;
  part->framerate = framerate;
  part->frames = g_array_new (FALSE, FALSE, sizeof (ScoreStill));
  g_array_set_clear_func (part->frames, clear_still);
  for (guint i = 0; i < n_frames; i++) {
    ScoreStill picture = frames[i];

    g_bytes_ref (picture.jpeg);
    g_bytes_ref (picture.base64);
    g_array_append_val (part->frames, picture);
  }
  g_ptr_array_add (request->parts, part);
  request->n_images += n_frames;
}

void
score_request_pack_video (ScoreRequest * request, guint index, GBytes * packed,
    guint width, guint height)
{
  ScorePart *part;

  g_return_if_fail (index < request->parts->len);
  part = g_ptr_array_index (request->parts, index);
  g_return_if_fail (part->kind == SCORE_PART_VIDEO && part->packed == NULL);

  part->packed = g_bytes_ref (packed);
  part->packed_width = width;
  part->packed_height = height;
}

void
score_request_set_packer (ScoreRequest * request, ScorePacker packer)
{
  request->packer = packer;
}

gboolean
score_request_pack (ScoreRequest * request, GError ** error)
{
  for (guint i = 0; request->packer != NULL && i < request->parts->len; i++) {
    const ScorePart *part = g_ptr_array_index (request->parts, i);
    g_autoptr (GBytes) packed = NULL;
    guint width = 0, height = 0;

    if (part->kind != SCORE_PART_VIDEO || part->packed != NULL)
      continue;
    packed = request->packer (part, &width, &height, error);
    if (packed == NULL)
      return FALSE;
    score_request_pack_video (request, i, packed, width, height);
  }
  return TRUE;
}

void
score_request_unpack (ScoreRequest * request)
{
  for (guint i = 0; request->packer != NULL && i < request->parts->len; i++) {
    ScorePart *part = g_ptr_array_index (request->parts, i);

    g_clear_pointer (&part->packed, g_bytes_unref);
  }
}

void
score_request_set_greedy (ScoreRequest * request, guint max_tokens)
{
  request->greedy = TRUE;
  request->max_tokens = max_tokens;
}

void
score_request_want_token (ScoreRequest * request, const gchar * token)
{
  gchar *copy = g_strdup (token);

  g_free (request->token);
  request->token = copy;
}

void
score_request_set_open_ended (ScoreRequest * request)
{
  request->open_ended = TRUE;
}

void
score_request_set_prefixes (ScoreRequest * request)
{
  request->prefixes = TRUE;
}

gboolean
score_request_is_greedy (const ScoreRequest * request)
{
  return request->greedy;
}

guint
score_request_get_max_tokens (const ScoreRequest * request)
{
  return request->max_tokens;
}

const gchar *
score_request_get_token (const ScoreRequest * request)
{
  return request->token;
}

gboolean
score_request_is_open_ended (const ScoreRequest * request)
{
  return request->open_ended;
}

gboolean
score_request_has_prefixes (const ScoreRequest * request)
{
  return request->prefixes;
}

const gchar *
score_request_get_name (const ScoreRequest * request)
{
  return request->name;
}

const gchar *
score_request_get_schema (const ScoreRequest * request)
{
  return request->schema;
}

const gchar *
score_request_get_system (const ScoreRequest * request)
{
  return request->system;
}

guint
score_request_get_n_parts (const ScoreRequest * request)
{
  return request->parts->len;
}

const ScorePart *
score_request_get_part (const ScoreRequest * request, guint index)
{
  g_return_val_if_fail (index < request->parts->len, NULL);

  return g_ptr_array_index (request->parts, index);
}

guint
score_request_get_n_images (const ScoreRequest * request)
{
  return request->n_images;
}
