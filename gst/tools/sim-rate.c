/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-rate.h"
#include "sim-schema.h"

#include <math.h>

struct _SimRater
{
  SimJudge *judge;
  GPtrArray *words;             /* a description a picture */
};

SimRater *
sim_rater_new (const gchar * task, GArray * pictures,
    const SimDescribing * eyes, SimRandom * random)
{
  SimRater *self = g_new0 (SimRater, 1);
  SimDescribing describing = *eyes;

  describing.item = sim_item_in_text (task);
  describing.container = sim_container_in_text (task);
  self->judge = sim_judge_new (describing.item, describing.container);
  self->words = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < pictures->len; i++)
    g_ptr_array_add (self->words, sim_describe (&describing,
            &g_array_index (pictures, SimPicture, i).scene, random));
  return self;
}

void
sim_rater_free (SimRater * self)
{
  sim_judge_free (self->judge);
  g_ptr_array_unref (self->words);
  g_free (self);
}

GArray *
sim_rater_all (const SimRater * self)
{
  return sim_judge_read (self->judge,
      (const gchar * const *) self->words->pdata, self->words->len);
}

gdouble
sim_rater_last (const SimRater * self, const guint * indices, guint n)
{
  g_autofree const gchar **words = g_new0 (const gchar *, n + 1);
  g_autoptr (GArray) verdicts = NULL;

  for (guint i = 0; i < n; i++)
    words[i] = g_ptr_array_index (self->words, indices ? indices[i] : i);
  verdicts = sim_judge_read (self->judge, words, n);
  return n > 0 ? g_array_index (verdicts, SimVerdict, n - 1).progress : 0;
}

/* Where some pictures have a number, the others are shown for another reason;
 * and the progress of an example is known. */
static gboolean
is_asked_for (const SimRequest * request, guint index)
{
  const SimPicture *picture =
      &g_array_index (request->pictures, SimPicture, index);
  gboolean labels = FALSE;

  for (guint i = 0; i < request->pictures->len; i++)
    labels |= g_array_index (request->pictures, SimPicture, i).labelled;
  return !picture->known && (picture->labelled || !labels);
}

static void
set_progress (JsonObject * frame, const SimFrameNames * names, gdouble progress)
{
  gdouble value = names->percent ? 100 * progress : progress;

  /* Of a percentage, fractions are not asked for. */
  if (names->whole || names->percent)
    json_object_set_int_member (frame, names->progress, lround (value));
  else
    json_object_set_double_member (frame, names->progress,
        round (value * 1000) / 1000);
}

static JsonObject *
make_frame (const SimFrameNames * names, guint number,
    const gchar * description, gdouble progress)
{
  g_autoptr (JsonNode) blank =
      names->item ? sim_schema_blank (names->item) : NULL;
  JsonObject *frame = blank ? json_object_ref (json_node_get_object (blank))
      : json_object_new ();

  json_object_set_int_member (frame, names->frame, number);
  if (names->description)
    json_object_set_string_member (frame, names->description, description);
  set_progress (frame, names, progress);
  return frame;
}

static JsonArray *
list_frames (const SimRater * self, const SimRequest * request,
    const SimFrameNames * names)
{
  JsonArray *frames = json_array_new ();

  for (guint i = 0; i < request->pictures->len; i++) {
    const gchar *words = g_ptr_array_index (self->words, i);
    guint number = g_array_index (request->pictures, SimPicture, i).frame;

    if (is_asked_for (request, i))
      json_array_add_object_element (frames, make_frame (names, number, words,
              sim_rater_last (self, &i, 1)));
  }
  return frames;
}

gchar *
sim_rate_frames (const SimRater * self, const SimRequest * request)
{
  SimFrameNames names = {
    .frame = "frame_number",.description = "frame_description",
    .progress = "task_completion_percentage",.percent = TRUE,.whole = TRUE
  };
  g_autoptr (JsonNode) root = NULL;

  if (request->schema)
    sim_schema_frames (json_node_get_object (request->schema), &names);
  if (names.list) {
    root = sim_schema_blank (json_node_get_object (request->schema));
    json_object_set_array_member (json_node_get_object (root), names.list,
        list_frames (self, request, &names));
  } else {
    root = json_node_new (JSON_NODE_ARRAY);
    json_node_take_array (root, list_frames (self, request, &names));
  }
  return json_to_string (root, FALSE);
}

guint
sim_rate_rubric (const SimRater * self)
{
  g_autoptr (GArray) verdicts = sim_rater_all (self);
  gdouble first, last;

  if (verdicts->len == 0)
    return 1;
  first = g_array_index (verdicts, SimVerdict, 0).progress;
  last = g_array_index (verdicts, SimVerdict, verdicts->len - 1).progress;
  /* In its place and let go of; in its place or straight above it. */
  if (last >= 0.94)
    return 5;
  if (last >= 0.8)
    return 4;
  /* However near it lay from the start, that is no change. */
  if (last < 0.1 || last - first < 0.1)
    return 1;
  return last < 0.45 ? 2 : 3;
}

gdouble
sim_rate_success (gdouble progress)
{
  return 1 / (1 + exp (-40 * (progress - 0.915)));
}
