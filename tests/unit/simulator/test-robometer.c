/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Curves of whole videos, as Robometer's evaluation server gives them. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "body.h"
#include "client.h"
#include "sim-jpeg.h"
#include "sim-robometer.h"

#include <string.h>

#define N_MOMENTS 8
#define PATH "/evaluate_batch_npy"
#define BANANA "put the banana in the bowl"
#define BOUNDARY "a-boundary"
#define TYPE "multipart/form-data; boundary=\"" BOUNDARY "\""
#define HEADER "{'descr': '|u1', 'fortran_order': False, 'shape': " \
  "(%u, %u, %u, 3), }"

static Simulator simulator;
/* All moments, one after the other. */
static SimPixels moments[N_MOMENTS];

static void
add_field (GByteArray * form, const gchar * name, const gchar * value)
{
  g_autofree gchar *text = g_strdup_printf ("--" BOUNDARY "\r\n"
      "Content-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);

  g_byte_array_append (form, (const guint8 *) text, strlen (text));
}

static void
add_file (GByteArray * form, const gchar * name, const gchar * filename,
    GByteArray * data)
{
  g_autofree gchar *text = g_strdup_printf ("--" BOUNDARY "\r\n"
      "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n", name, filename);

  g_byte_array_append (form, (const guint8 *) text, strlen (text));
  g_byte_array_append (form, data->data, data->len);
  g_byte_array_append (form, (const guint8 *) "\r\n", 2);
}

/* The first @n moments, behind a header as NumPy writes it. */
static GByteArray *
make_npy (guint n, guint claimed)
{
  GByteArray *out = g_byte_array_new ();
  guint8 lead[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0 };
  g_autofree gchar *header = g_strdup_printf (HEADER, claimed,
      moments[0].height, moments[0].width);
  g_autofree gchar *padded = g_strdup_printf ("%-117s\n", header);

  g_byte_array_append (out, lead, sizeof lead);
  g_byte_array_append (out, (const guint8 *) padded, strlen (padded));
  for (guint i = 0; i < n; i++)
    g_byte_array_append (out, moments[i].rgb, (gsize) moments[i].width
        * moments[i].height * 3);
  return out;
}

static void
add_sample (GByteArray * form, guint index, guint n, const gchar * task)
{
  g_autoptr (GByteArray) npy = make_npy (n, n);
  g_autofree gchar *name = g_strdup_printf ("sample_%u", index);
  g_autofree gchar *key = g_strdup_printf ("sample_%u_trajectory_frames",
      index);
  g_autofree gchar *filename = g_strconcat (key, ".npy", NULL);
  g_autofree gchar *json = g_strdup_printf ("{\"sample_type\":\"progress\","
      "\"trajectory\":{\"frames\":{\"__numpy_file__\":\"%s\"},"
      "\"frames_shape\":[%u,%u,%u,3],\"task\":\"%s\",\"id\":\"0\","
      "\"metadata\":{\"subsequence_length\":%u},\"video_embeddings\":null}}",
      key, n, moments[0].height, moments[0].width, task, n);

  add_file (form, key, filename, npy);
  add_field (form, name, json);
}

static void
end_form (GByteArray * form)
{
  const gchar *end = "--" BOUNDARY "--\r\n";

  g_byte_array_append (form, (const guint8 *) end, strlen (end));
}

/* Takes @form. */
static void
post (Simulator * server, const gchar * path, const gchar * type,
    GByteArray * form, Reply * reply)
{
  SoupMessage *message = simulator_request (server, "POST", path, NULL);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (form);

  soup_message_set_request_body_from_bytes (message, type, bytes);
  simulator_send (server, message, reply);
}

static void
ask (Simulator * server, guint n, const gchar * task, gboolean steps,
    Reply * reply)
{
  GByteArray *form = g_byte_array_new ();

  add_sample (form, 0, n, task);
  if (steps)
    add_field (form, "use_frame_steps", "true");
  end_form (form);
  post (server, PATH, TYPE, form, reply);
}

static JsonArray *
get_curve (const Reply * reply, const gchar * outputs, const gchar * name,
    guint index, guint n)
{
  JsonArray *curves, *curve;

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (json_object_get_null_member (reply_object (reply),
          "outputs_preference"));
  curves = sim_json_array (sim_json_object (reply_object (reply), outputs),
      name);
  curve = json_array_get_array_element (curves, index);
  g_assert_cmpuint (json_array_get_length (curve), ==, n);
  return curve;
}

static JsonArray *
get_progress (const Reply * reply, guint index, guint n)
{
  return get_curve (reply, "outputs_progress", "progress_pred", index, n);
}

static JsonArray *
get_success (const Reply * reply, guint index, guint n)
{
  return get_curve (reply, "outputs_success", "success_probs", index, n);
}

static void
assert_rising (JsonArray * curve, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_test_message ("%u: %g", i, json_array_get_double_element (curve, i));
    g_assert_cmpfloat (json_array_get_double_element (curve, i), >=,
        i > 0 ? json_array_get_double_element (curve, i - 1) : 0);
  }
}

static void
test_curve (void)
{
  g_auto (Reply) reply = { 0 };
  JsonArray *progress, *success;

  ask (&simulator, N_MOMENTS, BANANA, FALSE, &reply);
  progress = get_progress (&reply, 0, N_MOMENTS);
  success = get_success (&reply, 0, N_MOMENTS);
  assert_rising (progress, N_MOMENTS);
  assert_rising (success, N_MOMENTS);
  g_assert_cmpfloat (json_array_get_double_element (progress, 0), <, 0.05);
  g_assert_cmpfloat (json_array_get_double_element (progress, N_MOMENTS - 1),
      ==, 1);
  g_assert_cmpfloat (json_array_get_double_element (success, N_MOMENTS - 2), <,
      0.1);
  g_assert_cmpfloat (json_array_get_double_element (success, N_MOMENTS - 1), >,
      0.9);
}

static void
test_every_beginning (void)
{
  g_auto (Reply) whole = { 0 };
  g_auto (Reply) steps = { 0 };
  g_auto (Reply) one = { 0 };

  ask (&simulator, N_MOMENTS, BANANA, FALSE, &whole);
  ask (&simulator, N_MOMENTS, BANANA, TRUE, &steps);
  for (guint i = 0; i < N_MOMENTS; i++)
    g_assert_cmpfloat (json_array_get_double_element (get_progress (&steps, 0,
                N_MOMENTS), i), ==,
        json_array_get_double_element (get_progress (&whole, 0, N_MOMENTS), i));
  /* As the reference has it of a single frame. */
  ask (&simulator, 1, BANANA, TRUE, &one);
  get_progress (&one, 0, 4);
  get_success (&one, 0, 4);
}

static void
test_several_samples (void)
{
  GByteArray *form = g_byte_array_new ();
  g_auto (Reply) reply = { 0 };

  add_sample (form, 1, 3, "put the cup in the bowl");
  add_field (form, "use_frame_steps", "false");
  add_sample (form, 0, 3, BANANA);
  add_sample (form, 2, 3, "fold the towel");
  end_form (form);
  post (&simulator, "/v1" PATH, TYPE, form, &reply);
  g_assert_cmpfloat (json_array_get_double_element (get_progress (&reply, 0, 3),
          2), >, 0.1);
  g_assert_cmpfloat (json_array_get_double_element (get_progress (&reply, 2, 3),
          2), ==, 0);
  get_success (&reply, 1, 3);
}

static void
assert_detail (const Reply * reply, const gchar * words)
{
  const gchar *detail;

  g_assert_cmpuint (reply->status, ==, 422);
  detail = sim_json_string (reply_object (reply), "detail");
  g_test_message ("%s", detail);
  g_assert_nonnull (strstr (detail, words));
}

#define SAMPLE(type, frames, rest) "{\"sample_type\":\"" type "\"," \
  "\"trajectory\":{\"frames\":{\"__numpy_file__\":\"" frames "\"}" rest "}}"

static void
test_refuses (void)
{
  static const struct
  {
    const gchar *name, *json, *words;
  } cases[] = {
    {"sample_1", SAMPLE ("progress", "f", ",\"task\":\"x\""), "sample_0 is"},
    {"sample_0", "{", "not a JSON object"},
    {"sample_0", "[]", "not a JSON object"},
    {"sample_0", "{}", "sample_type"},
    {"sample_0", SAMPLE ("preference", "f", ",\"task\":\"x\""), "sample_type"},
    {"sample_0", SAMPLE ("progress", "f", ""), "trajectory.task"},
    {"sample_0", SAMPLE ("progress", "f", ",\"task\":1"), "trajectory.task"},
    {"sample_0", SAMPLE ("progress", "f", ",\"task\":\"x\",\"id\":0"),
        "trajectory.id"},
    {"sample_0", SAMPLE ("progress", "g", ",\"task\":\"x\""), "names no file"},
    {"sample_0", SAMPLE ("progress", "text", ",\"task\":\"x\""),
        "names no file"},
    {"sample_0", SAMPLE ("progress", "short", ",\"task\":\"x\""),
        "the shape asks for"},
    {"sample_0", SAMPLE ("progress", "f", ",\"task\":\"x\",\"frames_shape\":"
              "[2,288,512,3]"), "frames_shape"},
    {"sample_0", SAMPLE ("progress", "f", ",\"task\":\"x\",\"frames_shape\":"
              "[]"), "frames_shape"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GByteArray *form = g_byte_array_new ();
    g_autoptr (GByteArray) good = make_npy (1, 1), bad = make_npy (1, 2);
    g_auto (Reply) reply = { 0 };

    add_file (form, "f", "f.npy", good);
    add_file (form, "text", "text.txt", good);
    add_file (form, "short", "short.npy", bad);
    add_field (form, cases[i].name, cases[i].json);
    end_form (form);
    post (&simulator, PATH, TYPE, form, &reply);
    assert_detail (&reply, cases[i].words);
  }
}

static void
test_refuses_forms (void)
{
  GByteArray *uneven = g_byte_array_new (), *open = g_byte_array_new ();
  GByteArray *json = g_byte_array_new (), *empty = g_byte_array_new ();
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };
  g_auto (Reply) third = { 0 };
  g_auto (Reply) fourth = { 0 };

  add_sample (uneven, 0, 2, BANANA);
  add_sample (uneven, 1, 3, BANANA);
  end_form (uneven);
  post (&simulator, PATH, TYPE, uneven, &first);
  assert_detail (&first, "same number of frames");
  add_sample (open, 0, 2, BANANA);
  g_byte_array_set_size (open, open->len - 400);
  post (&simulator, PATH, TYPE, open, &second);
  assert_detail (&second, "cut short");
  g_byte_array_append (json, (const guint8 *) "{}", 2);
  post (&simulator, PATH, "application/json", json, &third);
  assert_detail (&third, "multipart/form-data");
  end_form (empty);
  post (&simulator, PATH, TYPE, empty, &fourth);
  assert_detail (&fourth, "no sample_0");
}

/* Frames of one pixel are small, and there would be millions of them. */
static void
test_too_many_frames (void)
{
  GByteArray *form = g_byte_array_new ();
  g_autoptr (GByteArray) npy = g_byte_array_new ();
  guint8 lead[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0 };
  g_autofree gchar *header = g_strdup_printf (HEADER, 3000000u, 1u, 1u);
  g_autofree gchar *padded = g_strdup_printf ("%-117s\n", header);
  g_auto (Reply) reply = { 0 };

  g_byte_array_append (npy, lead, sizeof lead);
  g_byte_array_append (npy, (const guint8 *) padded, strlen (padded));
  g_byte_array_set_size (npy, npy->len + 9000000);
  memset (npy->data + 128, 7, 9000000);
  add_file (form, "f", "f.npy", npy);
  add_field (form, "sample_0", SAMPLE ("progress", "f", ",\"task\":\"x\""));
  end_form (form);
  post (&simulator, PATH, TYPE, form, &reply);
  assert_detail (&reply, "3600 frames");
}

/* Whatever is sent, something is answered, and the next one is served. */
static void
test_broken (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (53);
  g_autoptr (GByteArray) good = g_byte_array_new ();
  guint n_bad = 0;
  g_auto (Reply) last = { 0 };

  add_sample (good, 0, 1, BANANA);
  end_form (good);
  for (guint i = 0; i < 60; i++) {
    GByteArray *form = g_byte_array_new ();
    guint length = g_rand_boolean (random) ? good->len
        : (guint) g_rand_int_range (random, 0, good->len);
    g_auto (Reply) reply = { 0 };

    g_byte_array_append (form, good->data, length);
    for (guint j = 0; j < 8 && length > 600; j++) {
      /* The pixels are of no interest. */
      guint at = g_rand_int_range (random, 0, 600);

      form->data[at < 300 ? at : length - 601 + at] = g_rand_int (random);
    }
    post (&simulator, PATH, TYPE, form, &reply);
    n_bad += reply.status == 422;
    g_assert_true (reply.status == 422 || reply.status == 200);
  }
  g_assert_cmpuint (n_bad, >, 20);
  ask (&simulator, 1, BANANA, FALSE, &last);
  g_assert_cmpuint (last.status, ==, 200);
}

static void
test_health_and_info (void)
{
  static const gchar *const roots[] = { "", "/v1" };

  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++) {
    g_autofree gchar *path = g_strconcat (roots[i], "/health", NULL);
    g_autofree gchar *info = g_strconcat (roots[i], "/model_info", NULL);
    g_auto (Reply) first = { 0 };
    g_auto (Reply) second = { 0 };
    g_auto (Reply) third = { 0 };

    simulator_get (&simulator, path, &first);
    g_assert_cmpstr (sim_json_string (reply_object (&first), "status"), ==,
        "healthy");
    simulator_get (&simulator, info, &second);
    g_assert_cmpstr (sim_json_string (reply_object (&second), "model_path"), ==,
        "toy-simulator");
    g_assert_nonnull (strstr (sim_json_string (sim_json_object (reply_object
                    (&second), "model_architecture"), "model_class"),
            "not a model"));
    simulator_post (&simulator, path, "{}", &third);
    g_assert_cmpuint (third.status, ==, 405);
    g_assert_nonnull (sim_json_string (reply_object (&third), "detail"));
  }
}

static void
test_knobs (void)
{
  Simulator strict, failing, noisy;
  g_auto (Reply) refused = { 0 };
  g_auto (Reply) failed = { 0 };
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };
  g_autofree gchar *one = NULL, *other = NULL;

  simulator_start (&strict, "--api-key secret");
  ask (&strict, 1, BANANA, FALSE, &refused);
  g_assert_cmpuint (refused.status, ==, 401);
  g_assert_nonnull (sim_json_string (reply_object (&refused), "detail"));
  simulator_stop (&strict);
  simulator_start (&failing, "--fail-rate 1");
  ask (&failing, 1, BANANA, FALSE, &failed);
  g_assert_cmpuint (failed.status, ==, 500);
  simulator_stop (&failing);
  simulator_start (&noisy, "--noise 8 --seed 2");
  ask (&noisy, N_MOMENTS, BANANA, FALSE, &first);
  ask (&noisy, N_MOMENTS, BANANA, FALSE, &second);
  one = json_to_string (first.root, FALSE);
  other = json_to_string (second.root, FALSE);
  g_assert_cmpstr (one, ==, other);
  simulator_stop (&noisy);
  g_clear_pointer (&second.root, json_node_unref);
  g_clear_object (&second.message);
  ask (&simulator, N_MOMENTS, BANANA, FALSE, &second);
  g_free (other);
  other = json_to_string (second.root, FALSE);
  g_assert_cmpstr (one, !=, other);
}

/* As NumPy's linspace cuts to whole numbers. */
static void
test_thinned (void)
{
  static const struct
  {
    guint length, indices[SIM_STEP_FRAMES];
  } vectors[] = {
    {1, {0, 0, 0, 0}}, {2, {0, 0, 0, 1}}, {3, {0, 0, 1, 2}},
    {5, {0, 1, 2, 4}}, {8, {0, 2, 4, 7}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    guint found[SIM_STEP_FRAMES];

    sim_robometer_thin (vectors[i].length, found);
    g_assert_cmpmem (found, sizeof found, vectors[i].indices, sizeof found);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  simulator_start (&simulator, NULL);
  for (guint i = 0; i < N_MOMENTS; i++) {
    g_autoptr (GBytes) jpeg = paint_moment (i / (N_MOMENTS - 1.0));

    g_assert_true (sim_jpeg_decode (jpeg, &moments[i]));
  }
  g_test_add_func ("/robometer/curve", test_curve);
  g_test_add_func ("/robometer/every-beginning", test_every_beginning);
  g_test_add_func ("/robometer/thinned", test_thinned);
  g_test_add_func ("/robometer/several-samples", test_several_samples);
  g_test_add_func ("/robometer/refuses", test_refuses);
  g_test_add_func ("/robometer/refuses-forms", test_refuses_forms);
  g_test_add_func ("/robometer/too-many-frames", test_too_many_frames);
  g_test_add_func ("/robometer/broken", test_broken);
  g_test_add_func ("/robometer/health-and-info", test_health_and_info);
  g_test_add_func ("/robometer/knobs", test_knobs);
  status = g_test_run ();
  simulator_stop (&simulator);
  for (guint i = 0; i < N_MOMENTS; i++)
    sim_pixels_clear (&moments[i]);
  return status;
}
