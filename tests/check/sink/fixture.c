/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#define PATIENCE (10 * GST_SECOND)
#define FRAME_DURATION (100 * GST_MSECOND)

static void
set_properties (GstElement * sink, const gchar * first, va_list args)
{
  for (const gchar * name = first; name != NULL;
      name = va_arg (args, const gchar *))
      gst_util_set_object_arg (G_OBJECT (sink), name,
        va_arg (args, const gchar *));
}

static Fixture *
new_stopped (const gchar * factory)
{
  Fixture *self = g_new0 (Fixture, 1);

  self->server = fault_server_new ();
  fault_server_set_answer (self->server, good_model_answer, NULL);
  self->sink = gst_element_factory_make (factory, NULL);
  fail_unless (self->sink != NULL);
  gst_object_ref_sink (self->sink);
  self->bus = gst_bus_new ();
  gst_element_set_bus (self->sink, self->bus);
  g_object_set (self->sink, "base-url",
      fault_server_get_base_url (self->server), "model", "fault-model",
      "task", "put the banana in the bowl", "retry-backoff-factor", 0.001,
      "retry-backoff-max", 0.01, NULL);
  return self;
}

Fixture *
fixture_new_stopped (const gchar * properties, ...)
{
  Fixture *self = new_stopped ("scoresink");
  va_list args;

  va_start (args, properties);
  set_properties (self->sink, properties, args);
  va_end (args);
  return self;
}

Fixture *
fixture_new (const gchar * properties, ...)
{
  Fixture *self = new_stopped ("scoresink");
  va_list args;

  va_start (args, properties);
  set_properties (self->sink, properties, args);
  va_end (args);
  fixture_start (self);
  return self;
}

Fixture *
fixture_new_of (const gchar * factory, const gchar * properties, ...)
{
  Fixture *self = new_stopped (factory);
  va_list args;

  va_start (args, properties);
  set_properties (self->sink, properties, args);
  va_end (args);
  return self;
}

void
fixture_use_gemini (Fixture * self)
{
  g_autofree gchar *url = g_strconcat (fault_server_get_url (self->server),
      "/v1beta", NULL);

  gst_util_set_object_arg (G_OBJECT (self->sink), "provider", "gemini");
  g_object_set (self->sink, "base-url", url, NULL);
}

void
fixture_start (Fixture * self)
{
  GstPad *src = gst_element_get_static_pad (self->sink, "src");

  self->harness = gst_harness_new_with_element (self->sink, "sink",
      src ? "src" : NULL);
  gst_clear_object (&src);
  gst_harness_set_live (self->harness, FALSE);
  gst_harness_set_src_caps_str (self->harness, FIXTURE_CAPS);
}

void
fixture_free (Fixture * self)
{
  gst_element_set_state (self->sink, GST_STATE_NULL);
  if (self->harness != NULL)
    gst_harness_teardown (self->harness);
  gst_element_set_bus (self->sink, NULL);
  gst_object_unref (self->sink);
  gst_object_unref (self->bus);
  fault_server_free (self->server);
  g_free (self);
}

GstBuffer *
fixture_make_frame (Fixture * self)
{
  guint64 n = self->next_frame++;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 48 * 3 / 2, NULL);

  gst_buffer_memset (buffer, 0, (guint8) (n * 7), 64 * 48);
  gst_buffer_memset (buffer, 64 * 48, 128, 64 * 48 / 2);
  GST_BUFFER_PTS (buffer) = n * FRAME_DURATION;
  GST_BUFFER_DURATION (buffer) = FRAME_DURATION;
  return buffer;
}

GstFlowReturn
fixture_push_one (Fixture * self)
{
  return gst_harness_push (self->harness, fixture_make_frame (self));
}

void
fixture_push (Fixture * self, guint n)
{
  for (guint i = 0; i < n; i++)
    fail_unless_equals_int (fixture_push_one (self), GST_FLOW_OK);
}

void
fixture_push_custom (Fixture * self, const gchar * text)
{
  GstStructure *structure = gst_structure_from_string (text, NULL);

  fail_unless (structure != NULL, "%s", text);
  gst_harness_push_event (self->harness,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure));
}

void
fixture_push_segment (Fixture * self)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (self->harness, gst_event_new_segment (&segment));
}

void
fixture_push_eos (Fixture * self)
{
  gst_harness_push_event (self->harness, gst_event_new_eos ());
}

GstMessage *
fixture_pop (Fixture * self, GstMessageType types)
{
  GstMessage *message = gst_bus_timed_pop_filtered (self->bus, PATIENCE, types);

  fail_unless (message != NULL, "nothing on the bus");
  return message;
}

GstScoreResult *
fixture_pop_result (Fixture * self)
{
  while (TRUE) {
    g_autoptr (GstMessage) message = fixture_pop (self, GST_MESSAGE_ELEMENT);
    g_autoptr (GError) error = NULL;
    GstScoreResult *result;
    GstScoreMessageType type;

    if (!gst_score_message_parse_type (message, &type) ||
        type != GST_SCORE_MESSAGE_EPISODE)
      continue;
    result = gst_score_message_parse_result (message, &error);
    g_assert_no_error (error);
    return result;
  }
}

gchar *
fixture_pop_complaint (Fixture * self, GstMessageType type)
{
  g_autoptr (GstMessage) message = fixture_pop (self, type);
  g_autoptr (GError) error = NULL;

  if (type == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_error (message, &error, NULL);
  return g_strdup (error->message);
}

guint
fixture_count_results (Fixture * self)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (self->bus, GST_MESSAGE_ELEMENT))) {
    GstScoreMessageType type;

    if (gst_score_message_parse_type (message, &type) &&
        type == GST_SCORE_MESSAGE_EPISODE)
      n++;
    gst_message_unref (message);
  }
  return n;
}

guint64
fixture_get_stat (Fixture * self, const gchar * name)
{
  g_autoptr (GstStructure) stats = NULL;
  const GValue *value;

  g_object_get (self->sink, "stats", &stats, NULL);
  value = gst_structure_get_value (stats, name);
  fail_unless (value != NULL, "no stat %s", name);
  return G_VALUE_HOLDS_UINT (value) ? g_value_get_uint (value) :
      g_value_get_uint64 (value);
}

gint64
fixture_get_second (void)
{
  const gchar *multiplier = g_getenv ("CK_TIMEOUT_MULTIPLIER");

  return G_USEC_PER_SEC * (multiplier ? g_ascii_strtoll (multiplier, NULL,
          10) : 1);
}

void
fixture_wait_stat (Fixture * self, const gchar * name, guint64 n)
{
  gint64 end = g_get_monotonic_time () + 10 * fixture_get_second ();

  while (fixture_get_stat (self, name) < n) {
    fail_unless (g_get_monotonic_time () < end, "%s stays at %"
        G_GUINT64_FORMAT, name, fixture_get_stat (self, name));
    g_thread_yield ();
  }
}

typedef struct
{
  GHashTable *started, *ended;  /* ids */
} Lives;

static void
begin_life (Lives * self, const gchar * id)
{
  fail_unless (g_hash_table_add (self->started, g_strdup (id)),
      "%s began twice", id);
  fail_if (g_hash_table_contains (self->ended, id), "%s began after its end",
      id);
}

/* Only an episode that no frame came of is never announced. */
static void
end_life (Lives * self, const gchar * id, GstMessage * message)
{
  g_autoptr (GstScoreResult) result =
      gst_score_message_parse_result (message, NULL);

  fail_unless (g_hash_table_add (self->ended, g_strdup (id)),
      "%s ended twice", id);
  fail_unless (g_hash_table_contains (self->started, id) ||
      gst_score_result_get_n_frames (result) == 0, "%s never began", id);
}

static void
follow (Lives * self, GstMessage * message)
{
  const gchar *id;
  GstScoreMessageType type;

  if (!gst_score_message_parse_type (message, &type))
    return;
  id = gst_structure_get_string (gst_message_get_structure (message),
      "episode-id");
  fail_unless (id != NULL);
  if (type == GST_SCORE_MESSAGE_EPISODE_STARTED)
    begin_life (self, id);
  else if (type == GST_SCORE_MESSAGE_EPISODE)
    end_life (self, id, message);
}

guint
fixture_assert_each_once (Fixture * self)
{
  Lives lives = {
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL)
  };
  GstMessage *message;
  GHashTableIter iter;
  gpointer id;
  guint n;

  while ((message = gst_bus_pop_filtered (self->bus, GST_MESSAGE_ELEMENT))) {
    follow (&lives, message);
    gst_message_unref (message);
  }
  g_hash_table_iter_init (&iter, lives.started);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    fail_unless (g_hash_table_contains (lives.ended, id), "%s has no end",
        (const gchar *) id);
  n = g_hash_table_size (lives.ended);
  g_hash_table_unref (lives.started);
  g_hash_table_unref (lives.ended);
  return n;
}

static gpointer
push_eos (gpointer data)
{
  Fixture *self = data;

  return GINT_TO_POINTER (gst_harness_push_event (self->harness,
          gst_event_new_eos ()));
}

GThread *
fixture_push_eos_elsewhere (Fixture * self)
{
  return g_thread_new ("push-eos", push_eos, self);
}

static gpointer
push_one (gpointer data)
{
  return GINT_TO_POINTER (fixture_push_one (data));
}

GThread *
fixture_push_one_elsewhere (Fixture * self)
{
  return g_thread_new ("push-frame", push_one, self);
}
