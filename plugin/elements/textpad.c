/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/textpad.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (score_text_pad_debug);
#define GST_CAT_DEFAULT score_text_pad_debug

#define TEXT_CAPS "text/x-raw, format=(string){ utf8, pango-markup }"
#define JSON_CAPS "application/x-json"
#define DEFAULT_FORMAT GST_SCORE_TEXT_PERCENT
#define DEFAULT_EVERY_FRAME FALSE

/* What a frame will say, once it is its turn: frames of an encoded stream come
 * in another order than they are shown. */
typedef struct
{
  GstClockTime pts, end, duration;      /* the duration is the frame's */
  gchar *text, *episode_id;     /* NULL: nothing */
  GstScoreTextFormat format;
  GstClockTime stream_time;
  GstScoreResult *result;       /* that tells when the text changes, or NULL */
} Saying;

/* What both kinds of pad have. */
typedef struct
{
  GstEvent *stream_start, *segment;     /* of the video's, as they were passed on */
  gboolean markup;              /* negotiated */
  GQueue sayings;               /* of Saying, by pts */
  GstClockTime position;        /* up to which all has been said */
  gchar *text;                  /* of the cue that ends there, or NULL */
  gchar *episode_id;            /* whose record or cue was sent last */
} Side;

struct _GstScoreTextPad
{
  GstPad parent;
  Side side;

  /* Protected by the object lock. */
  GstScoreTextFormat format;
  gboolean every_frame;
};

struct _GstScoreJsonPad
{
  GstPad parent;
  Side side;
};

enum
{
  PROP_0,
  PROP_FORMAT,
  PROP_EVERY_FRAME,
};

G_DEFINE_TYPE (GstScoreTextPad, gst_score_text_pad, GST_TYPE_PAD);
G_DEFINE_TYPE (GstScoreJsonPad, gst_score_json_pad, GST_TYPE_PAD);

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (score_text_pad_debug, "scoretextpad", 0,
        "text beside frames");
    g_once_init_leave (&done, 1);
  }
}

static GstPadTemplate *
make_template (const gchar * name, const gchar * caps_text, GType type)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);

  return gst_pad_template_new_with_gtype (name, GST_PAD_SRC, GST_PAD_REQUEST,
      caps, type);
}

GstPadTemplate *
gst_score_text_pad_template (void)
{
  return make_template ("text_src", TEXT_CAPS, GST_TYPE_SCORE_TEXT_PAD);
}

GstPadTemplate *
gst_score_json_pad_template (void)
{
  return make_template ("json_src", JSON_CAPS, GST_TYPE_SCORE_JSON_PAD);
}

static void
free_saying (gpointer data)
{
  Saying *saying = data;

  g_clear_pointer (&saying->result, gst_score_result_unref);
  g_free (saying->text);
  g_free (saying->episode_id);
  g_free (saying);
}

static void
reset (Side * side)
{
  g_queue_clear_full (&side->sayings, free_saying);
  side->position = GST_CLOCK_TIME_NONE;
  g_clear_pointer (&side->text, g_free);
  g_clear_pointer (&side->episode_id, g_free);
}

static void
clear (Side * side)
{
  reset (side);
  gst_clear_event (&side->stream_start);
  gst_clear_event (&side->segment);
}

static Side *
get_side (GstPad * pad)
{
  return GST_IS_SCORE_TEXT_PAD (pad) ? &GST_SCORE_TEXT_PAD (pad)->side :
      &GST_SCORE_JSON_PAD (pad)->side;
}

static void
start_stream (GstPad * pad, GstEvent * video_start)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  const gchar *video_id;
  g_autofree gchar *id = NULL;
  GstEvent *event;
  guint group;

  gst_event_parse_stream_start (video_start, &video_id);
  id = g_strdup_printf ("%s/%s", video_id, GST_PAD_NAME (pad));
  event = gst_event_new_stream_start (id);
  if (gst_event_parse_group_id (video_start, &group))
    gst_event_set_group_id (event, group);
  gst_event_set_stream_flags (event, GST_STREAM_FLAG_SPARSE);
  gst_pad_push_event (pad, event);
}

/* Plain text where downstream takes it, else markup. */
static GstCaps *
choose_caps (GstPad * pad, Side * side)
{
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) allowed = gst_pad_peer_query_caps (pad, template);
  g_autoptr (GstCaps) plain = gst_caps_from_string ("text/x-raw, format=utf8");

  side->markup = FALSE;
  if (!GST_IS_SCORE_TEXT_PAD (pad))
    return gst_caps_copy (template);
  if (gst_caps_is_empty (allowed) || gst_caps_can_intersect (allowed, plain))
    return g_steal_pointer (&plain);
  side->markup = TRUE;
  return gst_caps_from_string ("text/x-raw, format=pango-markup");
}

static void
send_caps (GstPad * pad, Side * side)
{
  g_autoptr (GstCaps) caps = choose_caps (pad, side);

  gst_pad_push_event (pad, gst_event_new_caps (caps));
}

/* Stream start, caps and segment, where those of the video are new. */
static gboolean
prepare (GstPad * pad, GstPad * video)
{
  Side *side = get_side (pad);
  g_autoptr (GstEvent) start =
      gst_pad_get_sticky_event (video, GST_EVENT_STREAM_START, 0);
  g_autoptr (GstEvent) segment =
      gst_pad_get_sticky_event (video, GST_EVENT_SEGMENT, 0);

  if (start == NULL || segment == NULL)
    return FALSE;
  if (side->stream_start != start) {
    gst_event_replace (&side->stream_start, start);
    start_stream (pad, start);
    send_caps (pad, side);
    gst_clear_event (&side->segment);
  } else if (gst_pad_check_reconfigure (pad)) {
    send_caps (pad, side);
  }
  if (side->segment != segment) {
    gst_event_replace (&side->segment, segment);
    reset (side);
    gst_pad_push_event (pad, gst_event_ref (segment));
  }
  return TRUE;
}

static GstFlowReturn
push_text (GstPad * pad, const gchar * text, GstClockTime pts,
    GstClockTime duration)
{
  GstBuffer *buffer = gst_buffer_new_wrapped (g_strdup (text), strlen (text));

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return gst_pad_push (pad, buffer);
}

static void
push_gap (GstPad * pad, GstClockTime start, GstClockTime end)
{
  if (end > start)
    gst_pad_push_event (pad, gst_event_new_gap (start, end - start));
}

static GstFlowReturn
push_cue (GstPad * pad, Side * side, const Saying * saying, GstClockTime start)
{
  g_autofree gchar *markup = side->markup ?
      g_markup_escape_text (saying->text, -1) : NULL;

  GST_LOG_OBJECT (pad, "\"%s\" from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
      saying->text, GST_TIME_ARGS (start), GST_TIME_ARGS (saying->end));
  return push_text (pad, markup ? markup : saying->text, start,
      saying->end - start);
}

/* Whether the frame is covered. What lacks less than an eighth of it is
 * rounding, and no cue. */
static gboolean
is_said (const Side * side, const Saying * saying)
{
  GstClockTime end = saying->pts + saying->duration - saying->duration / 8;

  return GST_CLOCK_TIME_IS_VALID (side->position) && end <= side->position;
}

/* To whole frames, and one at least. */
static GstClockTime
round_up (GstClockTime lasts, GstClockTime frame)
{
  GstClockTime n = (lasts + frame - frame / 8 - 1) / frame;

  return MAX (n, 1) * frame;
}

/* Lets the text last until it changes. To look for that takes long in an episode
 * of many samples, so it is done only for what is not covered. A text that was to
 * end with the cue before, and that rounding brings up once more, gives way to
 * the next one. */
static void
lengthen (const Side * side, Saying * saying)
{
  GstClockTime change, limit = saying->stream_time + saying->duration / 2;

  if (saying->result == NULL)
    return;
  change = gst_score_cue_text_until (saying->format, saying->result,
      saying->stream_time, saying->text);
  if (g_strcmp0 (saying->text, side->text) == 0 && change <= limit) {
    g_free (saying->text);
    saying->text = gst_score_cue_text_at (saying->format, saying->result,
        change);
    change = gst_score_cue_text_until (saying->format, saying->result, change,
        saying->text);
  }
  saying->end = saying->pts + round_up (change - saying->stream_time,
      saying->duration);
}

/* What splits a recording there must not find its cue before it. */
static gboolean
begins_episode (Side * side, Saying * saying)
{
  if (g_strcmp0 (saying->episode_id, side->episode_id) == 0)
    return FALSE;
  g_free (side->episode_id);
  side->episode_id = g_steal_pointer (&saying->episode_id);
  return TRUE;
}

/* In the order of time. What has been said up to a later time is not repeated. */
static GstFlowReturn
say (GstPad * pad, Side * side, Saying * saying)
{
  GstClockTime start = saying->pts;
  GstFlowReturn ret = GST_FLOW_OK;
  gboolean begins;

  if (is_said (side, saying)) {
    push_gap (pad, saying->pts, saying->pts + saying->duration);
    return GST_FLOW_OK;
  }
  begins = begins_episode (side, saying);
  lengthen (side, saying);
  if (GST_CLOCK_TIME_IS_VALID (side->position)) {
    /* Of less than a frame it is rounding. */
    if (start > side->position && start - side->position > saying->duration / 2)
      push_gap (pad, side->position, start);
    else if (start < side->position || !begins)
      start = side->position;
  }
  if (saying->text != NULL)
    ret = push_cue (pad, side, saying, start);
  else
    push_gap (pad, start, saying->end);
  side->position = saying->end;
  g_free (side->text);
  side->text = g_steal_pointer (&saying->text);
  return ret;
}

static gint
compare_sayings (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Saying *one = a, *other = b;

  return one->pts < other->pts ? -1 : one->pts > other->pts;
}

/* A frame lasts until the next one, whatever its duration says: that of a frame
 * that is coded out of order is the time to the next in the file. */
static void
shorten (Saying * saying, const Saying * next)
{
  if (saying->result != NULL || next == NULL || next->pts <= saying->pts)
    return;
  saying->duration = MIN (saying->duration, next->pts - saying->pts);
  saying->end = MIN (saying->end, next->pts);
}

/* Says what no frame to come can be before. */
static GstFlowReturn
say_until (GstPad * pad, Side * side, GstClockTime time)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (!g_queue_is_empty (&side->sayings) && ret == GST_FLOW_OK) {
    Saying *saying = g_queue_peek_head (&side->sayings);

    if (saying->pts > time)
      break;
    shorten (saying, g_queue_peek_nth (&side->sayings, 1));
    ret = say (pad, side, saying);
    free_saying (g_queue_pop_head (&side->sayings));
  }
  return ret;
}

static void
get_settings (GstPad * pad, GstScoreTextFormat * format, gboolean * every_frame)
{
  GST_OBJECT_LOCK (pad);
  *format = GST_SCORE_TEXT_PAD (pad)->format;
  *every_frame = GST_SCORE_TEXT_PAD (pad)->every_frame;
  GST_OBJECT_UNLOCK (pad);
}

static Saying *
make_saying (GstPad * pad, const Side * side, const GstScoreCue * cue)
{
  Saying *saying = g_new0 (Saying, 1);
  gboolean every_frame;

  get_settings (pad, &saying->format, &every_frame);
  saying->pts = cue->pts;
  saying->duration = cue->duration;
  saying->end = cue->pts + cue->duration;
  saying->stream_time = cue->stream_time;
  if (cue->value == NULL || is_said (side, saying))
    return saying;
  saying->text = gst_score_cue_text (saying->format, cue->value,
      cue->episode_id);
  saying->episode_id = g_strdup (cue->episode_id);
  if (saying->text != NULL && !every_frame && cue->result != NULL)
    saying->result = gst_score_result_ref (cue->result);
  return saying;
}

static GstFlowReturn
push_saying (GstPad * pad, const GstScoreCue * cue)
{
  Side *side = get_side (pad);
  gboolean reordered = GST_CLOCK_TIME_IS_VALID (cue->dts);

  g_queue_insert_sorted (&side->sayings, make_saying (pad, side, cue),
      compare_sayings, NULL);
  return say_until (pad, side, reordered ? MIN (cue->dts, cue->pts) : cue->pts);
}

static GstFlowReturn
push_record (GstPad * pad, GstScoreResult * result, GstClockTime pts,
    GstClockTime duration)
{
  g_autofree gchar *json = gst_score_result_to_json (result);
  g_autofree gchar *line = g_strconcat (json, "\n", NULL);

  return push_text (pad, line, pts, duration);
}

/* The record goes with the first frame of its episode. */
static GstFlowReturn
push_json (GstPad * pad, const GstScoreCue * cue)
{
  Side *side = get_side (pad);
  GstClockTime end = cue->pts + cue->duration;

  if (cue->result != NULL && cue->value != NULL &&
      g_strcmp0 (cue->episode_id, side->episode_id) != 0) {
    g_free (side->episode_id);
    side->episode_id = g_strdup (cue->episode_id);
    side->position = end;
    return push_record (pad, cue->result, cue->pts,
        gst_score_result_get_duration (cue->result));
  }
  if (!GST_CLOCK_TIME_IS_VALID (side->position) || end > side->position) {
    push_gap (pad, cue->pts, end);
    side->position = end;
  }
  return GST_FLOW_OK;
}

GstFlowReturn
gst_score_side_pad_push (GstPad * pad, GstPad * video, const GstScoreCue * cue)
{
  if (!prepare (pad, video) || !GST_CLOCK_TIME_IS_VALID (cue->pts))
    return GST_FLOW_OK;
  return GST_IS_SCORE_TEXT_PAD (pad) ? push_saying (pad, cue) :
      push_json (pad, cue);
}

GstFlowReturn
gst_score_side_pad_push_late (GstPad * pad, GstPad * video,
    GstScoreResult * result)
{
  if (!GST_IS_SCORE_JSON_PAD (pad) || !prepare (pad, video))
    return GST_FLOW_OK;
  return push_record (pad, result, get_side (pad)->position,
      GST_CLOCK_TIME_NONE);
}

void
gst_score_side_pad_event (GstPad * pad, GstPad * video, GstEvent * event)
{
  Side *side = get_side (pad);
  GstClockTime start, duration;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      if (prepare (pad, video))
        say_until (pad, side, GST_CLOCK_TIME_NONE);
      gst_pad_push_event (pad, gst_event_ref (event));
      break;
    case GST_EVENT_GAP:
      gst_event_parse_gap (event, &start, &duration);
      if (prepare (pad, video) && GST_CLOCK_TIME_IS_VALID (duration) &&
          (!GST_CLOCK_TIME_IS_VALID (side->position) ||
              start + duration > side->position))
        gst_pad_push_event (pad, gst_event_ref (event));
      break;
    case GST_EVENT_SEGMENT:
      say_until (pad, side, GST_CLOCK_TIME_NONE);
      break;
    case GST_EVENT_FLUSH_START:
      gst_pad_push_event (pad, gst_event_ref (event));
      break;
    case GST_EVENT_FLUSH_STOP:
      reset (side);
      gst_clear_event (&side->segment);
      gst_pad_push_event (pad, gst_event_ref (event));
      break;
    default:
      break;
  }
}

static void
gst_score_text_pad_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstScoreTextPad *self = GST_SCORE_TEXT_PAD (object);

  GST_OBJECT_LOCK (self);
  if (id == PROP_FORMAT)
    self->format = g_value_get_enum (value);
  else if (id == PROP_EVERY_FRAME)
    self->every_frame = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_score_text_pad_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstScoreTextPad *self = GST_SCORE_TEXT_PAD (object);

  GST_OBJECT_LOCK (self);
  if (id == PROP_FORMAT)
    g_value_set_enum (value, self->format);
  else if (id == PROP_EVERY_FRAME)
    g_value_set_boolean (value, self->every_frame);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_score_text_pad_finalize (GObject * object)
{
  clear (&GST_SCORE_TEXT_PAD (object)->side);
  G_OBJECT_CLASS (gst_score_text_pad_parent_class)->finalize (object);
}

static void
gst_score_text_pad_class_init (GstScoreTextPadClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  init_debug ();
  object_class->set_property = gst_score_text_pad_set_property;
  object_class->get_property = gst_score_text_pad_get_property;
  object_class->finalize = gst_score_text_pad_finalize;
  /* format: what a cue says. Since: 0.1 */
  g_object_class_install_property (object_class, PROP_FORMAT,
      g_param_spec_enum ("format", "format", "What a cue says",
          gst_score_text_format_get_type (), DEFAULT_FORMAT,
          G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING |
          G_PARAM_STATIC_STRINGS));
  /* every-frame: where values are known ahead (not in mode=live, where a text's
   * end is not known) a cue lasts until its text changes. Since: 0.1 */
  g_object_class_install_property (object_class, PROP_EVERY_FRAME,
      g_param_spec_boolean ("every-frame", "every-frame",
          "One cue a frame instead of one a change; live there is one a frame "
          "in any case", DEFAULT_EVERY_FRAME, G_PARAM_READWRITE |
          GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS));
  gst_type_mark_as_plugin_api (gst_score_text_format_get_type (), 0);
}

static void
gst_score_text_pad_init (GstScoreTextPad * self)
{
  self->format = DEFAULT_FORMAT;
  self->every_frame = DEFAULT_EVERY_FRAME;
  g_queue_init (&self->side.sayings);
  self->side.position = GST_CLOCK_TIME_NONE;
}

static void
gst_score_json_pad_finalize (GObject * object)
{
  clear (&GST_SCORE_JSON_PAD (object)->side);
  G_OBJECT_CLASS (gst_score_json_pad_parent_class)->finalize (object);
}

static void
gst_score_json_pad_class_init (GstScoreJsonPadClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_score_json_pad_finalize;
}

static void
gst_score_json_pad_init (GstScoreJsonPad * self)
{
  g_queue_init (&self->side.sayings);
  self->side.position = GST_CLOCK_TIME_NONE;
}
