/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-dialect.h"
#include "sim-clip.h"

#include <string.h>

void
sim_fault_clear (SimFault * self)
{
  g_clear_pointer (&self->message, g_free);
}

void
sim_fault_set (SimFault * self, guint status, const gchar * code,
    const gchar * param, gchar * message)
{
  g_assert (self->message == NULL);
  self->status = status;
  self->code = code;
  self->param = param;
  self->message = message;
}

GBytes *
sim_base64_decode (const gchar * text)
{
  gsize n = 0, padding, size;
  guchar *data;

  while (g_ascii_isalnum (text[n]) || text[n] == '+' || text[n] == '/')
    n++;
  padding = strspn (text + n, "=");
  if (n == 0 || padding > 2 || text[n + padding] != '\0'
      || (n + padding) % 4 != 0)
    return NULL;
  data = g_base64_decode (text, &size);
  return g_bytes_new_take (data, size);
}

SimPicture *
sim_dialect_add_picture (SimRequest * request, GBytes * jpeg, SimFault * fault)
{
  if (request->pictures->len < SIM_REQUEST_MOST)
    return jpeg ? sim_request_add_picture (request, jpeg) : NULL;
  sim_fault_set (fault, 400, "too_many_images", "messages",
      g_strdup_printf ("At most %d pictures and frames of videos may be"
          " provided in one request.", SIM_REQUEST_MOST));
  return NULL;
}

gboolean
sim_dialect_add_video (SimRequest * request, const gchar * type,
    const gchar * data, guint (*tokens) (guint width, guint height),
    SimFault * fault)
{
  gchar *problem = NULL;
  g_autoptr (GPtrArray) jpegs =
      sim_clip_read (type, data, SIM_REQUEST_MOST, &problem);

  if (jpegs == NULL) {
    sim_fault_set (fault, 400, "invalid_video", "messages", problem);
    return FALSE;
  }
  for (guint i = 0; i < jpegs->len; i++) {
    SimPicture *picture = sim_dialect_add_picture (request,
        g_ptr_array_index (jpegs, i), fault);

    if (picture == NULL) {
      if (fault->message == NULL)
        sim_fault_set (fault, 400, "invalid_video", "messages",
            g_strdup_printf ("Frame %u of the video is not a valid JPEG.",
                i + 1));
      return FALSE;
    }
    picture->video = TRUE;
    picture->tokens = tokens (picture->width, picture->height);
  }
  return TRUE;
}

JsonArray *
sim_dialect_list_models (const SimConfig * config,
    JsonObject * (*show) (const SimModel * model))
{
  JsonArray *models = json_array_new ();

  for (guint i = 0; i < config->models->len; i++)
    json_array_add_object_element (models,
        show (&g_array_index (config->models, SimModel, i)));
  return models;
}
