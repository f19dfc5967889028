/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-bits.h"
#include "plan-codec.h"
#include "plan-nal.h"
#include "plan-sps.h"

#include <string.h>

/* What the units of a stream look like from outside. The SPS are x264's. */

#define BYTES(...) ((const guint8[]) { __VA_ARGS__ }), \
  sizeof ((const guint8[]) { __VA_ARGS__ })

static void
test_bits (void)
{
  /* 00 00 03 is 00 00; then 1, 010, 00100, 011 and the end */
  static const guint8 data[] = { 0xff, 0, 0, 3, 0xa2, 0x3c };
  ScorePlanBits bits;

  score_plan_bits_init (&bits, data, sizeof data);
  g_assert_cmpuint (score_plan_bits_read (&bits, 8), ==, 0xff);
  score_plan_bits_skip (&bits, 16);
  g_assert_cmpuint (score_plan_bits_read_ue (&bits), ==, 0);
  g_assert_cmpint (score_plan_bits_read_se (&bits), ==, 1);
  g_assert_cmpuint (score_plan_bits_read_ue (&bits), ==, 3);
  g_assert_cmpint (score_plan_bits_read_se (&bits), ==, -1);
  g_assert_false (bits.ended);
  score_plan_bits_read (&bits, 32);
  g_assert_true (bits.ended);
}

static guint
count_nals (const guint8 * data, gsize size, guint length_size,
    gboolean * damaged)
{
  ScorePlanNals nals;
  const guint8 *nal;
  gsize nal_size;
  guint n = 0;

  score_plan_nals_init (&nals, data, size, length_size);
  while (score_plan_nals_next (&nals, &nal, &nal_size)) {
    g_assert_cmpuint (nal_size, >, 0);
    g_assert_true (nal >= data && nal + nal_size <= data + size);
    n++;
  }
  *damaged = nals.damaged;
  return n;
}

static void
test_nals (void)
{
  gboolean damaged;

  g_assert_cmpuint (count_nals (BYTES (0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x65, 1),
          0, &damaged), ==, 2);
  g_assert_false (damaged);
  g_assert_cmpuint (count_nals (BYTES (0, 0, 0, 1, 9, 0, 0, 0, 2, 0x65, 7), 4,
          &damaged), ==, 2);
  g_assert_false (damaged);
  g_assert_cmpuint (count_nals (BYTES (0, 1, 9, 0, 3, 0x65, 7), 2, &damaged),
      ==, 1);
  g_assert_true (damaged);
  count_nals (BYTES (0, 0, 0, 0, 9), 4, &damaged);
  g_assert_true (damaged);
  count_nals (BYTES (9, 8, 7), 0, &damaged);
  g_assert_true (damaged);
  count_nals (BYTES (0, 0, 1), 0, &damaged);
  g_assert_true (damaged);
}

/* Whatever the bytes, what is read lies within them and it ends. */
static void
test_any_bytes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint i = 0; i < 20000; i++) {
    gsize size = (gsize) g_rand_int_range (rand, 1, 60);
    g_autofree guint8 *data = g_malloc (size);  /* watched at its end */
    ScorePlanSps sps;
    gboolean damaged;

    for (gsize at = 0; at < size; at++)
      data[at] = (guint8) (g_rand_int_range (rand, 0, 3) == 0 ?
          g_rand_int_range (rand, 0, 256) : g_rand_int_range (rand, 0, 3));
    count_nals (data, size, (guint) g_rand_int_range (rand, 0, 5), &damaged);
    score_plan_sps_parse (&sps, data, size);
  }
}

#define SPS_HIGH 0x67, 0x64, 0x00, 0x0b, 0xac, 0xd9, 0x42, 0x84, 0x7e, 0x5c, \
  0x04, 0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x0f, 0x03, 0xc5, \
  0x0a, 0x65, 0x80
#define SPS_FIELDS 0x67, 0x64, 0x00, 0x15, 0xac, 0xd9, 0x42, 0x88, 0xfd, 0xe0, \
  0x22, 0x00, 0x00, 0x03, 0x00, 0x02, 0x00, 0x00, 0x03, 0x00, 0x78, 0x3e, \
  0x28, 0x53, 0x2c
#define PPS 0x68, 0xef, 0x8f, 0xcb
#define IDR 0x65, 0x88, 0x84
#define REFERENCE 0x41, 0x9a, 0x24
#define LEAF 0x01, 0x9e, 0x41
#define CODE 0, 0, 1

typedef struct
{
  const gchar *what;
  const guint8 *data;
  gsize size;
  gboolean is_known;
  ScorePlanFlags flags;
} Case;

static GstCaps *
make_caps (const ScorePlanCodec * codec)
{
  return gst_caps_new_simple (codec->caps, "stream-format", G_TYPE_STRING,
      g_str_has_prefix (codec->caps, "video/x-h26") ? "byte-stream" :
      "obu-stream", "alignment", G_TYPE_STRING,
      g_str_equal (codec->caps, "video/x-av1") ? "tu" :
      g_str_equal (codec->caps, "video/x-vp9") ? "super-frame" : "au", NULL);
}

/* Each after the first unit of the table. */
static void
look_at (const ScorePlanCodec * codec, const Case * cases, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GstCaps) caps = make_caps (codec);
    ScorePlanUnit first = { 0, }, unit = { 0, };
    const gchar *reason = NULL;
    gpointer state = codec->open (caps, &reason);

    g_assert_cmpstr (reason, ==, NULL);
    g_test_message ("%s", cases[i].what);
    g_assert_cmpstr (codec->look (state, cases[0].data, cases[0].size, &first),
        ==, NULL);
    reason = codec->look (state, cases[i].data, cases[i].size, &unit);
    g_assert_true ((reason == NULL) == cases[i].is_known);
    if (reason == NULL)
      g_assert_cmpuint (unit.flags, ==, cases[i].flags);
    codec->close (state);
  }
}

static void
test_h264 (void)
{
  const Case cases[] = {
    {"first", BYTES (CODE, SPS_HIGH, CODE, PPS, CODE, IDR), TRUE,
        SCORE_PLAN_START},
    {"IDR", BYTES (CODE, IDR), TRUE, SCORE_PLAN_START},
    {"reference", BYTES (CODE, REFERENCE), TRUE, 0},
    {"leaf", BYTES (CODE, 9, 0x30, CODE, LEAF), TRUE, SCORE_PLAN_LEAF},
    {"slices", BYTES (CODE, LEAF, CODE, LEAF), TRUE, SCORE_PLAN_LEAF},
    {"slices that differ", BYTES (CODE, LEAF, CODE, REFERENCE), FALSE, 0},
    {"IDR and others", BYTES (CODE, IDR, CODE, REFERENCE), FALSE, 0},
    {"sets again", BYTES (CODE, PPS, CODE, LEAF), TRUE, SCORE_PLAN_LEAF},
    {"other sets", BYTES (CODE, 0x68, 0xeb, 0xe3, CODE, LEAF), FALSE, 0},
    {"no picture", BYTES (CODE, 9, 0x30), FALSE, 0},
    {"a data partition", BYTES (CODE, 0x42, 0x9a), FALSE, 0},
    {"an end of sequence", BYTES (CODE, LEAF, CODE, 0x0a, 1), FALSE, 0},
    {"no start code", BYTES (1, 2, 3, 4), FALSE, 0},
  };

  look_at (&score_plan_h264, cases, G_N_ELEMENTS (cases));
}

static void
test_sps (void)
{
  ScorePlanSps sps;

  g_assert_true (score_plan_sps_parse (&sps, BYTES (SPS_HIGH)));
  g_assert_true (sps.progressive);
  g_assert_true (sps.order_known);
  g_assert_false (sps.gaps_allowed);
  g_assert_true (score_plan_sps_parse (&sps, BYTES (SPS_FIELDS)));
  g_assert_false (sps.progressive);
  g_assert_false (score_plan_sps_parse (&sps, BYTES (0x67, 0x64, 0, 10)));
}

#define H265(type) (type) << 1, 1
#define H265_PPS H265 (34), 0xc1, 0x72, 0xb4, 0x62, 0x40

static void
test_h265 (void)
{
  const Case cases[] = {
    {"first", BYTES (CODE, H265_PPS, CODE, H265 (19), 0xaf), TRUE,
        SCORE_PLAN_START},
    {"IDR", BYTES (CODE, H265 (20), 0xaf), TRUE, SCORE_PLAN_START},
    {"CRA", BYTES (CODE, H265 (21), 0xaf), TRUE, 0},
    {"TRAIL_R", BYTES (CODE, H265 (1), 0xd0), TRUE, 0},
    {"TRAIL_N", BYTES (CODE, H265 (0), 0xd0), TRUE, SCORE_PLAN_LEAF},
    {"RASL_N", BYTES (CODE, H265 (8), 0xd0), TRUE, SCORE_PLAN_LEAF},
    {"another PPS", BYTES (CODE, H265 (34), 0xc1, 0x72, 0xb5, CODE,
            H265 (0), 0xd0), FALSE, 0},
    {"drops what was before", BYTES (CODE, H265 (19), 0xef), FALSE, 0},
    {"a layer", BYTES (CODE, 1, 1, 0xd0), FALSE, 0},
    {"an end of sequence", BYTES (CODE, H265 (1), 0xd0, CODE, H265 (36), 1),
        FALSE, 0},
  };

  look_at (&score_plan_h265, cases, G_N_ELEMENTS (cases));
}

static void
test_vp9 (void)
{
  const Case cases[] = {
    {"key", BYTES (0x82, 0x49, 0x83, 0x42), TRUE, SCORE_PLAN_START},
    {"inter", BYTES (0x86, 0x00), TRUE, 0},
    {"shown again", BYTES (0x88, 0x00), TRUE, 0},
    {"hidden in a superframe", BYTES (0x84, 0x00, 0xc1), TRUE, 0},
    {"hidden", BYTES (0x84, 0x00, 0x01), FALSE, 0},
    {"no frame", BYTES (0x12, 0x00), FALSE, 0},
    {"too short", BYTES (0x86), FALSE, 0},
  };

  look_at (&score_plan_vp9, cases, G_N_ELEMENTS (cases));
}

#define OBU(type, size) ((type) << 3 | 2), (size)
#define SEQUENCE OBU (1, 3), 0x00, 0x11, 0x22

static void
test_av1 (void)
{
  const Case cases[] = {
    {"key", BYTES (OBU (2, 0), SEQUENCE, OBU (6, 2), 0x10, 0), TRUE,
        SCORE_PLAN_START},
    {"key without a sequence", BYTES (OBU (6, 2), 0x10, 0), TRUE, 0},
    {"inter", BYTES (OBU (2, 0), OBU (6, 2), 0x30, 0), TRUE, 0},
    {"key shown later", BYTES (SEQUENCE, OBU (6, 2), 0x00, 0), TRUE, 0},
    {"another sequence", BYTES (OBU (1, 3), 0x00, 0x11, 0x23, OBU (6, 1),
            0x10), FALSE, 0},
    {"a still picture", BYTES (OBU (1, 1), 0x18, OBU (6, 1), 0x10), FALSE, 0},
    {"layers", BYTES (6 << 3 | 6, 0, 1, 0x30), FALSE, 0},
    {"no frame", BYTES (OBU (2, 0)), FALSE, 0},
    {"cut off", BYTES (OBU (6, 9), 0x30), FALSE, 0},
  };

  look_at (&score_plan_av1, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/bits", test_bits);
  g_test_add_func ("/plan/nals", test_nals);
  g_test_add_func ("/plan/any bytes", test_any_bytes);
  g_test_add_func ("/plan/sps", test_sps);
  g_test_add_func ("/plan/h264", test_h264);
  g_test_add_func ("/plan/h265", test_h265);
  g_test_add_func ("/plan/vp9", test_vp9);
  g_test_add_func ("/plan/av1", test_av1);
  return g_test_run ();
}
