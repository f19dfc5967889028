/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/score.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "simulator.h"

/* A minute of 1920x1080 through scoreannotate mode=hold hold-memory=128MiB: all
 * frames are held until the one episode is scored, most of them in a file. They
 * come out to the bit, with final values, and the process stays small. Exit
 * status 77 where the disk has no room for them.
 * Argument: seconds of video (default 60). */

#define HOLD_MEMORY (G_GUINT64_CONSTANT (128) << 20)
#define MOST_RESIDENT (G_GUINT64_CONSTANT (400) << 20)
#define FRAME (G_GUINT64_CONSTANT (1920) * 1080 * 3 / 2)

/* What passed a pad. */
typedef struct
{
  guint n_frames, n_final;
  guint64 sum;
  guint64 in_file;              /* bytes held there when the first one passed */
} Passed;

static guint64
mix (guint64 sum, guint64 word)
{
  return (sum ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

static gboolean
is_final (GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);

  return meta != NULL && gst_score_meta_get_status (meta) ==
      GST_SCORE_META_FINAL && gst_score_meta_get_progress (meta, NULL, NULL);
}

static guint64
get_bytes_in_file (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstStructure) stats = NULL;
  guint64 bytes = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get (stats, "bytes-held-in-file", G_TYPE_UINT64, &bytes, NULL);
  return bytes;
}

static GstPadProbeReturn
look_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Passed *self = user_data;
  GstMapInfo map;

  if (self->n_frames == 0)
    self->in_file = get_bytes_in_file (pad);
  gst_buffer_map (buffer, &map, GST_MAP_READ);
  for (gsize i = 0; i + sizeof (guint64) <= map.size; i += sizeof (guint64)) {
    guint64 word;

    memcpy (&word, map.data + i, sizeof word);
    self->sum = mix (self->sum, word);
  }
  self->sum = mix (self->sum, map.size);
  self->sum = mix (self->sum, GST_BUFFER_PTS (buffer));
  self->sum = mix (self->sum, GST_BUFFER_DURATION (buffer));
  gst_buffer_unmap (buffer, &map);
  self->n_frames++;
  self->n_final += is_final (buffer);
  return GST_PAD_PROBE_OK;
}

static void
watch (GstElement * element, const gchar * name, Passed * passed)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_cb, passed, NULL);
}

/* Whether it got to the end. */
static gboolean
run (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, &error, NULL);
  g_print ("failed: %s\n", error->message);
  return FALSE;
}

static GstElement *
make_pipeline (const gchar * url, guint seconds)
{
  g_autofree gchar *line = g_strdup_printf ("scoretestsrc num-buffers=%u "
      "episode-duration=%" G_GUINT64_FORMAT " ! video/x-raw,format=I420,"
      "width=1920,height=1080,framerate=30/1 ! scoreannotate name=hold "
      "mode=hold hold-memory=%" G_GUINT64_FORMAT " base-url=%s "
      "! fakesink sync=false", seconds * 30, seconds * GST_SECOND, HOLD_MEMORY,
      url);

  return gst_parse_launch (line, NULL);
}

static gboolean
has_room (guint64 needed)
{
  const gchar *tmpdir = g_getenv ("TMPDIR");
  const gchar *folder = tmpdir && *tmpdir ? tmpdir : "/var/tmp";
  struct statvfs disk;

  if (statvfs (folder, &disk) == 0
      && (guint64) disk.f_bavail * disk.f_frsize >= needed)
    return TRUE;
  g_print ("skipped: %s has less than %.1f GB to spare\n", folder,
      (gdouble) needed / 1e9);
  return FALSE;
}

static gboolean
check (gboolean good, const gchar * what)
{
  g_print ("  %-40s %s\n", what, good ? "yes" : "NO");
  return good;
}

static gboolean
judge (const Passed * in, const Passed * out, guint n_frames)
{
  struct rusage usage;
  guint64 resident;
  gboolean good;

  getrusage (RUSAGE_SELF, &usage);
  resident = (guint64) usage.ru_maxrss << 10;
  g_print ("%u frames, %.2f GB, of which %.2f in a file; at most %.0f MiB "
      "resident (limit %.0f)\n", out->n_frames,
      (gdouble) (out->n_frames * FRAME) / 1e9, (gdouble) out->in_file / 1e9,
      (gdouble) resident / (1 << 20), (gdouble) MOST_RESIDENT / (1 << 20));
  good = check (in->n_frames == n_frames && out->n_frames == n_frames,
      "every frame came and left");
  good &= check (in->sum == out->sum, "pixels and times are the same");
  good &= check (out->n_final == n_frames, "every frame has its final value");
  good &= check (resident < MOST_RESIDENT, "the process stayed small");
  return good;
}

int
main (int argc, char **argv)
{
  guint seconds = argc > 1 ? (guint) atoi (argv[1]) : 60;
  Passed in = { 0, }, out = { 0, };
  g_autoptr (Simulator) simulator = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) hold = NULL;

  gst_init (NULL, NULL);
  if (!has_room (seconds * 30 * FRAME + (G_GUINT64_CONSTANT (1) << 30)))
    return 77;
  simulator = simulator_new ("0");
  if (simulator == NULL)
    return 1;
  pipeline = make_pipeline (simulator->url, seconds);
  hold = gst_bin_get_by_name (GST_BIN (pipeline), "hold");
  watch (hold, "sink", &in);
  watch (hold, "src", &out);
  return run (pipeline) && judge (&in, &out, seconds * 30) ? 0 : 1;
}
