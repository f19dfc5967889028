/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-robometer.h"
#include "sim-multipart.h"
#include "sim-npy.h"
#include "sim-random.h"
#include "sim-rate.h"
#include "sim-usage.h"

#include <string.h>


/* One video and its task, looked at. */
typedef struct
{
  SimRequest *request;
  gchar *task;
} Sample;

typedef struct
{
  const SimConfig *config;
  GPtrArray *parts;             /* of SimPart */
  GPtrArray *samples;           /* of Sample */
  gboolean steps;               /* every beginning by itself */
  guint frames;                 /* of all samples */
  guint64 hash;
} Form;

static void
free_sample (gpointer data)
{
  Sample *self = data;

  sim_request_free (self->request);
  g_free (self->task);
  g_free (self);
}

static void
clear_form (Form * self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Form, clear_form);

/* Takes @message. */
static gboolean
refuse (SimFault * fault, gchar * message)
{
  sim_fault_set (fault, 422, NULL, NULL, message);
  return FALSE;
}

/* A file without ".npy" at the end of its name is no array. */
static GBytes *
find_array (const Form * self, const gchar * name)
{
  for (guint i = 0; i < self->parts->len; i++) {
    const SimPart *part = g_ptr_array_index (self->parts, i);

    if (part->filename && g_str_has_suffix (part->filename, ".npy")
        && g_str_equal (part->name, name))
      return part->body;
  }
  return NULL;
}

static GBytes *
find_field (const Form * self, const gchar * name)
{
  for (guint i = 0; i < self->parts->len; i++) {
    const SimPart *part = g_ptr_array_index (self->parts, i);

    if (part->filename == NULL && g_str_equal (part->name, name))
      return part->body;
  }
  return NULL;
}

static guint
count_fields (const Form * self)
{
  guint n = 0;

  for (guint i = 0; i < self->parts->len; i++) {
    const SimPart *part = g_ptr_array_index (self->parts, i);

    n += part->filename == NULL && !g_str_equal (part->name, "use_frame_steps");
  }
  return n;
}

static gboolean
is_true (GBytes * field)
{
  gsize size = 0;
  const gchar *text = field ? g_bytes_get_data (field, &size) : NULL;

  return size == 4 && g_ascii_strncasecmp (text, "true", 4) == 0;
}

/* "frames_shape", where it is given, is that of the array. */
static gboolean
is_shape (JsonArray * shape, const SimNpy * npy)
{
  const guint sizes[] = { npy->n_frames, npy->height, npy->width, 3 };

  if (shape == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    JsonNode *node = i < json_array_get_length (shape)
        ? json_array_get_element (shape, i) : NULL;

    if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64
        || json_node_get_int (node) != sizes[i])
      return FALSE;
  }
  return json_array_get_length (shape) == G_N_ELEMENTS (sizes);
}

static void
look_at_frames (Form * self, Sample * sample, const SimNpy * npy)
{
  gsize size = (gsize) npy->width * npy->height * 3;

  for (guint i = 0; i < npy->n_frames; i++) {
    SimPixels pixels = {
      .width = npy->width,.height = npy->height,
      .columns = npy->width,.rows = npy->height,
      .rgb = (guint8 *) npy->rgb + i * size
    };
    SimPicture *picture = sim_request_add_pixels (sample->request, &pixels);

    picture->tokens = sim_usage_openai_picture (npy->width, npy->height, NULL);
  }
}

static gboolean
read_frames (Form * self, Sample * sample, JsonObject * trajectory, guint index,
    SimFault * fault)
{
  const gchar *name = sim_json_string (sim_json_object (trajectory, "frames"),
      "__numpy_file__");
  GBytes *array = name ? find_array (self, name) : NULL;
  g_autofree gchar *problem = NULL;
  SimNpy npy;

  if (array == NULL)
    return refuse (fault, g_strdup_printf ("sample_%u: trajectory.frames names"
            " no file of the form whose name ends in .npy", index));
  if (!sim_npy_read (array, &npy, &problem))
    return refuse (fault, g_strdup_printf ("sample_%u: trajectory.frames: %s",
            index, problem));
  if (!is_shape (sim_json_array (trajectory, "frames_shape"), &npy))
    return refuse (fault, g_strdup_printf ("sample_%u: frames_shape is not that"
            " of the array", index));
  if (npy.n_frames > SIM_REQUEST_MOST - self->frames)
    return refuse (fault, g_strdup_printf ("at most %u frames may be in one"
            " request", SIM_REQUEST_MOST));
  self->frames += npy.n_frames;
  look_at_frames (self, sample, &npy);
  return TRUE;
}

static gboolean
has_only_string (JsonObject * object, const gchar * name)
{
  return !json_object_has_member (object, name)
      || sim_json_string (object, name);
}

static gboolean
read_sample (Form * self, guint index, SimFault * fault)
{
  g_autofree gchar *name = g_strdup_printf ("sample_%u", index);
  GBytes *field = find_field (self, name);
  gsize size = 0;
  const gchar *text = field ? g_bytes_get_data (field, &size) : NULL;
  g_autoptr (JsonNode) root = text ? sim_json_parse (text, size) : NULL;
  JsonObject *object = root ? json_node_get_object (root) : NULL;
  JsonObject *trajectory = sim_json_object (object, "trajectory");
  const gchar *task = sim_json_string (trajectory, "task");
  Sample *sample;

  if (field == NULL)
    return refuse (fault, g_strdup_printf ("%s is missing: no other field of"
            " text than use_frame_steps may be in the form", name));
  if (object == NULL)
    return refuse (fault, g_strdup_printf ("%s is not a JSON object", name));
  if (g_strcmp0 (sim_json_string (object, "sample_type"), "progress") != 0)
    return refuse (fault, g_strdup_printf ("%s: sample_type: this server knows"
            " \"progress\" only", name));
  if (task == NULL || !has_only_string (trajectory, "id"))
    return refuse (fault, g_strdup_printf ("%s: trajectory.task and"
            " trajectory.id have to be strings", name));
  sample = g_new0 (Sample, 1);
  sample->request = sim_request_new ();
  sample->task = g_strdup (task);
  g_ptr_array_add (self->samples, sample);
  return read_frames (self, sample, trajectory, index, fault);
}

static const Sample *
get_sample (const Form * self, guint index)
{
  return g_ptr_array_index (self->samples, index);
}

static gboolean
read_form (Form * self, SimFault * fault)
{
  guint n = count_fields (self);

  self->steps = is_true (find_field (self, "use_frame_steps"));
  self->samples = g_ptr_array_new_with_free_func (free_sample);
  if (n == 0)
    return refuse (fault, g_strdup ("there is no sample_0 in the form"));
  for (guint i = 0; i < n; i++) {
    if (!read_sample (self, i, fault))
      return FALSE;
    if (get_sample (self, i)->request->pictures->len
        != get_sample (self, 0)->request->pictures->len)
      return refuse (fault, g_strdup ("all samples of a request need the same"
              " number of frames"));
  }
  return TRUE;
}

static SimRater *
new_rater (const Form * self, guint index)
{
  const Sample *sample = get_sample (self, index);
  const SimModel *model = &g_array_index (self->config->models, SimModel, 0);
  SimDescribing eyes = {
    .noise = model->noise >= 0 ? model->noise : self->config->noise,
    .hallucinate = self->config->hallucinate
  };
  SimRandom random;

  sim_random_init (&random, sim_hash (self->config->seed ^ self->hash, &index,
          sizeof index));
  return sim_rater_new (sample->task, sample->request->pictures, &eyes,
      &random);
}

void
sim_robometer_thin (guint length, guint indices[SIM_STEP_FRAMES])
{
  for (guint i = 0; i < SIM_STEP_FRAMES; i++)
    indices[i] = i + 1 == SIM_STEP_FRAMES ? length - 1
        : (gdouble) i *(length - 1) / (SIM_STEP_FRAMES - 1);
}

/* The last of the first @length frames, of which a few are looked at. */
static gdouble
rate_beginning (const SimRater * rater, guint length)
{
  guint indices[SIM_STEP_FRAMES];

  sim_robometer_thin (length, indices);
  return sim_rater_last (rater, indices, SIM_STEP_FRAMES);
}

static void
add_value (gdouble progress, JsonArray * curve, JsonArray * successes)
{
  json_array_add_double_element (curve, progress);
  json_array_add_double_element (successes, sim_rate_success (progress));
}

static void
rate_sample (const Form * self, guint index, JsonArray * curve,
    JsonArray * successes)
{
  g_autoptr (SimRater) rater = new_rater (self, index);
  guint n = get_sample (self, index)->request->pictures->len;
  g_autoptr (GArray) verdicts = NULL;

  if (!self->steps) {
    verdicts = sim_rater_all (rater);
    for (guint i = 0; i < n; i++)
      add_value (g_array_index (verdicts, SimVerdict, i).progress, curve,
          successes);
    return;
  }
  for (guint i = 1; i <= n; i++)
    add_value (rate_beginning (rater, i), curve, successes);
  /* Of a single frame the reference gives the values of all it was thinned to. */
  for (guint i = 1; n == 1 && i < SIM_STEP_FRAMES; i++)
    add_value (rate_beginning (rater, 1), curve, successes);
}

static gchar *
write_answer (const Form * self)
{
  JsonObject *object = json_object_new ();
  JsonObject *progress = json_object_new (), *success = json_object_new ();
  JsonArray *curves = json_array_new (), *all_successes = json_array_new ();

  for (guint i = 0; i < self->samples->len; i++) {
    JsonArray *curve = json_array_new (), *successes = json_array_new ();

    rate_sample (self, i, curve, successes);
    json_array_add_array_element (curves, curve);
    json_array_add_array_element (all_successes, successes);
  }
  json_object_set_array_member (progress, "progress_pred", curves);
  json_object_set_array_member (success, "success_probs", all_successes);
  json_object_set_null_member (object, "outputs_preference");
  json_object_set_object_member (object, "outputs_progress", progress);
  json_object_set_object_member (object, "outputs_success", success);
  return sim_json_print (object);
}

static guint
count_tokens (const Form * self)
{
  guint tokens = 0;

  for (guint i = 0; i < self->samples->len; i++) {
    const Sample *sample = get_sample (self, i);

    tokens += sim_usage_text (strlen (sample->task));
    for (guint j = 0; j < sample->request->pictures->len; j++)
      tokens += g_array_index (sample->request->pictures, SimPicture, j).tokens;
  }
  return tokens;
}

gboolean
sim_robometer_answer (const SimConfig * config, GBytes * body,
    const gchar * boundary, SimCurves * curves, SimFault * fault)
{
  g_auto (Form) form = {.config = config };
  gchar *problem = NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (body, &size);

  form.parts = sim_multipart_read (body, boundary, &problem);
  if (form.parts == NULL)
    return refuse (fault, problem);
  if (!read_form (&form, fault))
    return FALSE;
  form.hash = sim_hash (0, data, size);
  curves->json = write_answer (&form);
  curves->frames = form.frames;
  curves->prompt_tokens = count_tokens (&form);
  return TRUE;
}

/* There is no GPU to be had, and a client that asks only wants to know whether
 * it is answered. */
gchar *
sim_robometer_health (const SimConfig * config)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "status", "healthy");
  json_object_set_int_member (object, "available_gpus", 0);
  json_object_set_int_member (object, "total_gpus", 0);
  return sim_json_print (object);
}

gchar *
sim_robometer_info (const SimConfig * config)
{
  JsonObject *object = json_object_new ();
  JsonObject *architecture = json_object_new ();

  json_object_set_string_member (object, "model_path",
      g_array_index (config->models, SimModel, 0).name);
  json_object_set_int_member (object, "num_gpus", 0);
  json_object_set_object_member (object, "experiment_config",
      json_object_new ());
  json_object_set_string_member (architecture, "model_class",
      "a simulator that looks for coloured toys, not a model");
  json_object_set_object_member (object, "model_architecture", architecture);
  return sim_json_print (object);
}

gchar *
sim_robometer_complain (const SimFault * fault)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "detail", fault->message);
  return sim_json_print (object);
}
