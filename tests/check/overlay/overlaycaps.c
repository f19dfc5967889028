/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <math.h>
#include <string.h>

/* Of lightness, in the mean: formats with few colours are off by 4. */
#define FAR 5.0
#define WIDTH 320
#define HEIGHT 240
#define FEATURE GST_CAPS_FEATURE_META_GST_VIDEO_OVERLAY_COMPOSITION
#define SIZE "width=320,height=240,framerate=30/1"
#define WITH_FEATURE "video/x-raw(memory:SystemMemory," FEATURE "),format=I420," SIZE

/* A harness whose downstream answers that it draws compositions. */
static GstHarness *
new_attaching (const gchar * caps)
{
  GstHarness *h = gst_harness_new ("scoreoverlay");

  gst_harness_add_propose_allocation_meta (h,
      GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  gst_harness_set_src_caps_str (h, caps);
  return h;
}

static gboolean
output_has_feature (GstHarness * h)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (h->sinkpad);

  return gst_caps_features_contains (gst_caps_get_features (caps, 0), FEATURE);
}

static void
make_info (GstVideoInfo * info, GstVideoFormat format)
{
  gst_video_info_set_format (info, format, WIDTH, HEIGHT);
  info->fps_n = 30;
  info->fps_d = 1;
}

static GstBuffer *
draw_in (GstHarness * h, GstVideoFormat format)
{
  g_autofree gchar *caps = g_strdup_printf ("video/x-raw,format=%s,%s",
      gst_video_format_to_string (format), SIZE);
  guint64 blended = overlay_stat (h, "blended");
  GstBuffer *out;

  gst_harness_set_src_caps_str (h, caps);
  out = overlay_pass (h, overlay_scored_frame (h, 0, GST_SCORE_META_FINAL,
          0.5));
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), blended + 1);
  return out;
}

/* Of lightness, since some formats have nothing else. */
static gdouble
mean_distance (const guint8 * a, const guint8 * b)
{
  gdouble sum = 0;

  for (gsize i = 0; i < WIDTH * HEIGHT; i++) {
    const guint8 *p = a + 4 * i, *q = b + 4 * i;

    sum += fabs (0.3 * (p[0] - q[0]) + 0.59 * (p[1] - q[1])
        + 0.11 * (p[2] - q[2]));
  }
  return sum / (WIDTH * HEIGHT);
}

/* How far what was drawn in a format is from what was drawn in RGBA and then
 * converted to it. */
static gdouble
compare_with_rgba (GstHarness * h, GstVideoFormat format, GstBuffer * rgba)
{
  g_autoptr (GstBuffer) drawn = draw_in (h, format);
  g_autoptr (GstBuffer) wanted = NULL;
  g_autofree guint8 *a = NULL;
  g_autofree guint8 *b = NULL;
  GstVideoInfo info, rgba_info;

  make_info (&rgba_info, GST_VIDEO_FORMAT_RGBA);
  make_info (&info, format);
  wanted = gst_buffer_new_allocate (NULL, info.size, NULL);
  overlay_convert (&rgba_info, rgba, &info, wanted);
  a = overlay_to_rgba (drawn, &info);
  b = overlay_to_rgba (wanted, &info);
  return mean_distance (a, b);
}

static gdouble
get_change_by_drawing (GstHarness * h, GstBuffer * rgba)
{
  g_autoptr (GstBuffer) plain = overlay_frame (h, 0);
  g_autofree guint8 *a = NULL;
  g_autofree guint8 *b = NULL;
  GstVideoInfo info;

  make_info (&info, GST_VIDEO_FORMAT_RGBA);
  a = overlay_to_rgba (rgba, &info);
  b = overlay_to_rgba (plain, &info);
  return mean_distance (a, b);
}

GST_START_TEST (test_every_format_is_drawn_on)
{
  g_autoptr (GstCaps) caps =
      gst_caps_from_string (GST_VIDEO_CAPS_MAKE
      (GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS));
  const GValue *formats =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), "format");
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");
  g_autoptr (GstBuffer) rgba = draw_in (h, GST_VIDEO_FORMAT_RGBA);

  fail_unless (get_change_by_drawing (h, rgba) > 3 * FAR);
  fail_unless (gst_value_list_get_size (formats) > 80);
  for (guint i = 0; i < gst_value_list_get_size (formats); i++) {
    const gchar *name =
        g_value_get_string (gst_value_list_get_value (formats, i));
    gdouble distance =
        compare_with_rgba (h, gst_video_format_from_string (name), rgba);

    fail_unless (distance < FAR, "%s: %f", name, distance);
  }
}

GST_END_TEST;

GST_START_TEST (test_frames_in_other_memory_need_a_downstream_that_draws)
{
  g_autoptr (GstHarness) h = new_attaching ("video/x-raw(memory:GLMemory),"
      "format=RGBA," SIZE);
  g_autoptr (GstCaps) given = NULL;
  g_autoptr (GstCaps) accepted = NULL;

  given = gst_pad_peer_query_caps (h->srcpad, NULL);
  fail_if (gst_caps_is_empty (given));
  gst_harness_set_sink_caps_str (h, "video/x-raw,format=RGBA");
  accepted = gst_pad_peer_query_caps (h->srcpad, NULL);
  for (guint i = 0; i < gst_caps_get_size (accepted); i++)
    fail_unless (gst_caps_features_is_equal (gst_caps_get_features (accepted,
                i), GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY));
}

GST_END_TEST;

GST_START_TEST (test_the_picture_is_attached_where_downstream_draws)
{
  g_autoptr (GstHarness) h = new_attaching (FIXTURE_CAPS);
  GstBuffer *frame = overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  g_autoptr (GstBuffer) before = gst_buffer_copy_deep (frame);
  g_autoptr (GstBuffer) out = overlay_pass (h, frame);
  gint x, y;
  guint width, height;

  fail_unless (out == frame);
  fail_unless (overlay_same_bytes (out, before));
  fail_unless (gst_video_overlay_rectangle_get_render_rectangle
      (overlay_get_rectangle (out), &x, &y, &width, &height));
  fail_unless (x >= 0 && y > HEIGHT / 3);
  fail_unless (x + width <= WIDTH && y + height <= HEIGHT);
  fail_unless_equals_uint64 (overlay_stat (h, "attached"), 1);
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_shared_frame_is_not_copied_to_attach)
{
  g_autoptr (GstHarness) h = new_attaching (FIXTURE_CAPS);
  g_autoptr (GstBuffer) frame =
      overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  g_autoptr (GstBuffer) out = overlay_pass (h, gst_buffer_ref (frame));

  fail_unless (out != frame);
  fail_unless (gst_buffer_peek_memory (out, 0)
      == gst_buffer_peek_memory (frame, 0));
  fail_unless (gst_buffer_get_video_overlay_composition_meta (frame) == NULL);
}

GST_END_TEST;

/* Sinks keep what they made of a composition by its number. */
GST_START_TEST (test_the_same_picture_is_the_same_composition)
{
  g_autoptr (GstHarness) h = new_attaching (FIXTURE_CAPS);
  guint seqnum[3];

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstBuffer) out = overlay_pass (h, overlay_scored_frame (h, 0,
            GST_SCORE_META_FINAL, i < 2 ? 0.5 : 0.6));

    seqnum[i] = gst_video_overlay_composition_get_seqnum
        (gst_buffer_get_video_overlay_composition_meta (out)->overlay);
  }
  fail_unless_equals_int (seqnum[0], seqnum[1]);
  fail_if (seqnum[1] == seqnum[2]);
}

GST_END_TEST;

static GstVideoOverlayComposition *
make_composition (void)
{
  g_autoptr (GstBuffer) pixels = gst_buffer_new_allocate (NULL, 8 * 8 * 4,
      NULL);
  GstVideoOverlayRectangle *rectangle;
  GstVideoOverlayComposition *composition;

  gst_buffer_memset (pixels, 0, 0xff, 8 * 8 * 4);
  gst_buffer_add_video_meta (pixels, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, 8, 8);
  rectangle = gst_video_overlay_rectangle_new_raw (pixels, 0, 0, 8, 8, 0);
  composition = gst_video_overlay_composition_new (rectangle);
  gst_video_overlay_rectangle_unref (rectangle);
  return composition;
}

GST_START_TEST (test_what_upstream_attached_stays)
{
  g_autoptr (GstHarness) h = new_attaching (WITH_FEATURE);
  GstVideoOverlayComposition *theirs = make_composition ();
  g_autoptr (GstBuffer) out = NULL;
  GstBuffer *frame = overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  GstVideoOverlayCompositionMeta *meta;
  guint width, height;

  gst_buffer_add_video_overlay_composition_meta (frame, theirs);
  out = overlay_pass (h, frame);
  meta = gst_buffer_get_video_overlay_composition_meta (out);
  fail_unless_equals_int (gst_video_overlay_composition_n_rectangles
      (meta->overlay), 2);
  fail_unless_equals_int (gst_video_overlay_composition_n_rectangles (theirs),
      1);
  fail_unless (gst_video_overlay_rectangle_get_render_rectangle
      (gst_video_overlay_composition_get_rectangle (meta->overlay, 0), NULL,
          NULL, &width, &height));
  fail_unless_equals_int (width, 8);
  fail_unless_equals_int (height, 8);
  gst_video_overlay_composition_unref (theirs);
}

GST_END_TEST;

GST_START_TEST (test_caps_say_so_where_downstream_asks)
{
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");

  gst_harness_add_propose_allocation_meta (h,
      GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  gst_harness_set_sink_caps_str (h, WITH_FEATURE ";video/x-raw,format=I420,"
      SIZE);
  gst_harness_set_src_caps_str (h, FIXTURE_CAPS);
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5)));
  fail_unless (output_has_feature (h));
  fail_unless_equals_uint64 (overlay_stat (h, "attached"), 1);
}

GST_END_TEST;

/* Its caps promise what its answer to the allocation query does not. */
GST_START_TEST (test_an_unkept_promise_is_blended)
{
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");

  gst_harness_set_sink_caps_str (h, WITH_FEATURE ";video/x-raw,format=I420,"
      SIZE);
  gst_harness_set_src_caps_str (h, FIXTURE_CAPS);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, i, GST_SCORE_META_FINAL, 0.5)));
  fail_if (output_has_feature (h));
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 3);
}

GST_END_TEST;

/* Upstream's pictures are on the frames already: nobody can take them off, and
 * the promise not either. */
GST_START_TEST (test_what_upstream_promised_stays)
{
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");
  guint n_caps = 0;
  GstEvent *event;

  gst_harness_set_sink_caps_str (h, WITH_FEATURE ";video/x-raw,format=I420,"
      SIZE);
  gst_harness_set_src_caps_str (h, WITH_FEATURE);
  for (guint i = 0; i < 5; i++)
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, i, GST_SCORE_META_FINAL, 0.5)));
  while ((event = gst_harness_try_pull_event (h)) != NULL) {
    n_caps += GST_EVENT_TYPE (event) == GST_EVENT_CAPS;
    gst_event_unref (event);
  }
  fail_unless (output_has_feature (h));
  fail_unless_equals_int (n_caps, 1);
  fail_unless_equals_uint64 (overlay_stat (h, "attached"), 5);
}

GST_END_TEST;

/* Chroma is shared by pixels that an odd frame does not have. */
GST_START_TEST (test_every_format_of_odd_frames_is_drawn_on)
{
  g_autoptr (GstCaps) caps =
      gst_caps_from_string (GST_VIDEO_CAPS_MAKE
      (GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS));
  const GValue *formats =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), "format");
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");

  for (guint i = 0; i < gst_value_list_get_size (formats); i++) {
    g_autofree gchar *line = g_strdup_printf ("video/x-raw,format=%s,"
        "width=%u,height=%u,framerate=30/1",
        g_value_get_string (gst_value_list_get_value (formats, i)),
        161 + 2 * (i % 8), 121 + 2 * (i % 5));

    gst_harness_set_src_caps_str (h, line);
    overlay_set (h, "position", i % 2 ? "bottom-right" : "top");
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5)));
    fail_unless_equals_uint64 (overlay_stat (h, "blended"), i + 1);
  }
}

GST_END_TEST;

/* A decoder that changes its memory, a converter that is put in between. */
GST_START_TEST (test_memory_and_pixels_may_change)
{
  static const gchar *const caps[] = {
    "video/x-raw,format=I420,width=320,height=240,framerate=30/1",
    "video/x-raw(memory:GLMemory),format=RGBA,width=320,height=240,"
        "framerate=30/1",
    "video/x-raw,format=NV12,width=160,height=120,framerate=30/1",
    "video/x-raw,format=NV12,width=160,height=120,framerate=30/1,"
        "pixel-aspect-ratio=4/3",
    "video/x-raw,format=NV12,width=120,height=160,framerate=30/1",
  };
  g_autoptr (GstHarness) h = new_attaching (caps[0]);

  for (guint i = 0; i < G_N_ELEMENTS (caps); i++) {
    gint x, y;
    guint width, height;
    g_autoptr (GstBuffer) out = NULL;

    gst_harness_set_src_caps_str (h, caps[i]);
    out = overlay_pass (h, overlay_scored_frame (h, 0, GST_SCORE_META_FINAL,
            0.5));
    fail_unless_equals_uint64 (overlay_stat (h, "attached"), i + 1);
    fail_unless_equals_uint64 (overlay_stat (h, "drawings"), i < 2 ? 1 : i);
    fail_unless_equals_int (output_has_feature (h), i == 1);
    fail_unless (gst_video_overlay_rectangle_get_render_rectangle
        (overlay_get_rectangle (out), &x, &y, &width, &height));
    fail_unless (x + width <= (i < 2 ? 320 : i < 4 ? 160 : 120));
  }
}

GST_END_TEST;

typedef struct
{
  GstHarness *harness;
  gint done;                    /* atomic */
} Meddler;

/* An application and a downstream that cannot leave it alone. */
static gpointer
meddle (gpointer data)
{
  static const gchar *const fonts[] = { "Sans", "Serif Bold", "Mono 9" };
  Meddler *self = data;
  g_autoptr (GstElement) element =
      gst_harness_find_element (self->harness, "scoreoverlay");

  for (guint i = 0; !g_atomic_int_get (&self->done); i++) {
    g_autoptr (GstStructure) stats = NULL;

    g_object_set (element, "font", fonts[i % 3], "position", i % 6,
        "elements", i % 32, "scale", 0.25 + i % 4, NULL);
    gst_harness_push_upstream_event (self->harness,
        gst_event_new_reconfigure ());
    g_object_get (element, "stats", &stats, NULL);
  }
  return NULL;
}

/* Every frame is drawn on in some way, or had nothing to be drawn on it. */
GST_START_TEST (test_all_may_change_at_once)
{
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");
  Meddler meddler = {.harness = h };
  const guint n = 60;
  GThread *thread;

  gst_harness_set_sink_caps_str (h, WITH_FEATURE ";video/x-raw,format=I420,"
      SIZE);
  gst_harness_set_src_caps_str (h, FIXTURE_CAPS);
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5)));
  thread = g_thread_new ("meddle", meddle, &meddler);
  for (guint i = 1; i < n; i++)
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, i, GST_SCORE_META_FINAL, i / 60.0)));
  g_atomic_int_set (&meddler.done, 1);
  g_thread_join (thread);
  fail_unless_equals_uint64 (overlay_stat (h, "frames"), n);
  fail_unless_equals_uint64 (overlay_stat (h, "blended")
      + overlay_stat (h, "attached") + overlay_stat (h, "untouched"), n);
  fail_unless_equals_uint64 (overlay_stat (h, "attached"), 0);
}

GST_END_TEST;

GST_START_TEST (test_who_takes_all_and_draws_nothing_is_blended_for)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);

  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5)));
  fail_if (output_has_feature (h));
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 1);
}

GST_END_TEST;

/* A sink that takes only promised caps gets what it asks for. */
GST_START_TEST (test_where_only_attaching_is_possible_it_is_attached)
{
  g_autoptr (GstHarness) h = gst_harness_new ("scoreoverlay");

  gst_harness_set_sink_caps_str (h, WITH_FEATURE);
  gst_harness_set_src_caps_str (h, FIXTURE_CAPS);
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5)));
  fail_unless (output_has_feature (h));
  fail_unless_equals_uint64 (overlay_stat (h, "attached"), 1);
}

GST_END_TEST;

/* Downstream changes, as a new sink does. */
GST_START_TEST (test_downstream_may_change_its_mind)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);

  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5)));
  gst_harness_add_propose_allocation_meta (h,
      GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  gst_harness_push_upstream_event (h, gst_event_new_reconfigure ());
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 1, GST_SCORE_META_FINAL, 0.5)));
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 1);
  fail_unless_equals_uint64 (overlay_stat (h, "attached"), 1);
}

GST_END_TEST;

static void
measure (const gchar * caps, guint * width, guint * height)
{
  g_autoptr (GstHarness) h = new_attaching (caps);
  g_autoptr (GstBuffer) out = overlay_pass (h,
      overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5));

  overlay_set (h, "position", "top-left");
  gst_buffer_unref (out);
  out = overlay_pass (h,
      overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5));
  fail_unless (gst_video_overlay_rectangle_get_render_rectangle
      (overlay_get_rectangle (out), NULL, NULL, width, height));
}

GST_START_TEST (test_pixels_that_are_not_square)
{
  guint width, height, wide_width, wide_height;

  measure ("video/x-raw,format=I420,width=1280,height=480,framerate=30/1",
      &width, &height);
  measure ("video/x-raw,format=I420,width=640,height=480,framerate=30/1,"
      "pixel-aspect-ratio=2/1", &wide_width, &wide_height);
  fail_unless_equals_int (height, wide_height);
  fail_unless (ABS ((gint) width - 2 * (gint) wide_width) <= 2);
}

GST_END_TEST;

static Suite *
overlay_caps_suite (void)
{
  Suite *suite = suite_create ("overlaycaps");
  TCase *tc = tcase_create ("caps");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_every_format_is_drawn_on);
  tcase_add_test (tc, test_frames_in_other_memory_need_a_downstream_that_draws);
  tcase_add_test (tc, test_the_picture_is_attached_where_downstream_draws);
  tcase_add_test (tc, test_a_shared_frame_is_not_copied_to_attach);
  tcase_add_test (tc, test_the_same_picture_is_the_same_composition);
  tcase_add_test (tc, test_what_upstream_attached_stays);
  tcase_add_test (tc, test_caps_say_so_where_downstream_asks);
  tcase_add_test (tc, test_an_unkept_promise_is_blended);
  tcase_add_test (tc, test_what_upstream_promised_stays);
  tcase_add_test (tc, test_every_format_of_odd_frames_is_drawn_on);
  tcase_add_test (tc, test_memory_and_pixels_may_change);
  tcase_add_test (tc, test_all_may_change_at_once);
  tcase_add_test (tc, test_who_takes_all_and_draws_nothing_is_blended_for);
  tcase_add_test (tc, test_where_only_attaching_is_possible_it_is_attached);
  tcase_add_test (tc, test_downstream_may_change_its_mind);
  tcase_add_test (tc, test_pixels_that_are_not_square);
  return suite;
}

GST_CHECK_MAIN (overlay_caps);
