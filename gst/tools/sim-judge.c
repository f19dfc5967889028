/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads descriptions, and nothing else, and says how much of the task is done
 * in each. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-judge.h"

#include <math.h>
#include <string.h>

typedef enum
{
  UNKNOWN,                      /* nothing is said of the item */
  UNSEEN,                       /* it is said not to be visible */
  OUTSIDE,
  HELD,
  INSIDE,
  INSIDE_HELD
} State;

/* What one description says; lengths in cm, negative when not said. */
typedef struct
{
  State state;
  gboolean container;           /* said to be there */
  gboolean other;               /* something else is in the gripper */
  gboolean mistaken;            /* by what the frames beside it say */
  gdouble aside, height, away;
} Reading;

struct _SimJudge
{
  SimThing item, container;
  GRegex *unseen_item, *unseen_container, *inside, *held, *free;
  GRegex *aside, *level, *height, *away, *other;
};

static GRegex *
compile (const gchar * pattern)
{
  GRegex *regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE,
      0, NULL);

  g_assert (regex != NULL);
  return regex;
}

#define NUMBER "([0-9]+(?:\\.[0-9]+)?) ?(?:cm|centimet(?:er|re)s?)"
#define UNSEEN_WORDS "(?:is not|isn't|can ?not be|is no longer) " \
  "(?:visible|seen|to be seen|in (?:the picture|sight|view))"

static GRegex *
compile_unseen (SimThing thing)
{
  g_autofree gchar *pattern = g_strdup_printf ("\\b%s " UNSEEN_WORDS,
      sim_thing_name (thing));

  return compile (pattern);
}

static GRegex *
compile_inside (SimThing item, SimThing container)
{
  g_autofree gchar *pattern =
      g_strdup_printf ("\\b%s (?:is|rests|lies|sits|stands)(?: now| already)? "
      "(?:in|on|inside|on top of|within) the %s", sim_thing_name (item),
      sim_thing_name (container));

  return compile (pattern);
}

static GRegex *
compile_held (SimThing item)
{
  const gchar *name = sim_thing_name (item);
  g_autofree gchar *pattern =
      g_strdup_printf
      ("\\b%s (?:is|remains)\\b[^.;]*\\b(?:held|grasped|gripped)\\b"
      "|\\bgripper (?:holds|grips|is holding) (?:it|the %s)\\b", name, name);

  return compile (pattern);
}

SimJudge *
sim_judge_new (SimThing item, SimThing container)
{
  SimJudge *self = g_new0 (SimJudge, 1);

  self->item = item;
  self->container = container;
  if (item < 0 || container < 0)
    return self;
  self->unseen_item = compile_unseen (item);
  self->unseen_container = compile_unseen (container);
  self->inside = compile_inside (item, container);
  self->held = compile_held (item);
  self->free = compile ("\\b(?:not|nothing|no longer) "
      "(?:is )?(?:held|grasped|gripped)\\b|\\blet go\\b");
  self->aside = compile (NUMBER " to the (?:left|right) of the");
  self->level = compile ("\\b(?:level with|straight above|directly above)\\b");
  self->height = compile (NUMBER " above the table");
  self->away = compile (NUMBER " away");
  self->other = compile ("\\b(?:holds|grips|carries|is holding) "
      "(?:something else|another)");
  return self;
}

void
sim_judge_free (SimJudge * self)
{
  g_clear_pointer (&self->unseen_item, g_regex_unref);
  g_clear_pointer (&self->unseen_container, g_regex_unref);
  g_clear_pointer (&self->inside, g_regex_unref);
  g_clear_pointer (&self->held, g_regex_unref);
  g_clear_pointer (&self->free, g_regex_unref);
  g_clear_pointer (&self->aside, g_regex_unref);
  g_clear_pointer (&self->level, g_regex_unref);
  g_clear_pointer (&self->height, g_regex_unref);
  g_clear_pointer (&self->away, g_regex_unref);
  g_clear_pointer (&self->other, g_regex_unref);
  g_free (self);
}

static gdouble
read_number (GRegex * regex, const gchar * text)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree gchar *number = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    return -1;
  number = g_match_info_fetch (match, 1);
  return g_ascii_strtod (number, NULL);
}

static gboolean
says (GRegex * regex, const gchar * text)
{
  return g_regex_match (regex, text, 0, NULL);
}

static gboolean
says_nothing_is_there (const gchar * text)
{
  g_autofree gchar *lower = g_ascii_strdown (text, -1);

  return strstr (lower, "none of the named objects") != NULL;
}

static State
read_state (const SimJudge * self, const gchar * text, const Reading * reading)
{
  SimThings named = sim_things_in_text (text);
  gboolean held;

  if (says_nothing_is_there (text) || says (self->unseen_item, text))
    return UNSEEN;
  if (!(named & SIM_BIT (self->item)))
    return UNKNOWN;
  held = says (self->held, text) && !says (self->free, text);
  if (reading->container && says (self->inside, text))
    return held ? INSIDE_HELD : INSIDE;
  if (held)
    return HELD;
  return reading->away >= 0 || reading->aside >= 0 || reading->height >= 0
      || strstr (text, "on the table") ? OUTSIDE : UNKNOWN;
}

static void
read_description (const SimJudge * self, const gchar * text, Reading * reading)
{
  reading->container =
      (sim_things_in_text (text) & SIM_BIT (self->container)) != 0
      && !says (self->unseen_container, text);
  reading->other = says (self->other, text);
  reading->height = read_number (self->height, text);
  reading->away = read_number (self->away, text);
  reading->aside = read_number (self->aside, text);
  if (reading->aside < 0 && says (self->level, text))
    reading->aside = 0;
  reading->state = read_state (self, text, reading);
}

static gdouble
clamp01 (gdouble value)
{
  return CLAMP (value, 0.0, 1.0);
}

static gdouble
weigh (const Reading * reading)
{
  gdouble near = reading->aside < 0 ? 0
      : 0.5 * clamp01 (1 - reading->aside / 45);
  gdouble height = MAX (reading->height, 0);

  switch (reading->state) {
    case INSIDE_HELD:
      return 0.88;
    case INSIDE:
      /* A gripper that is not in the picture is far away. */
      return reading->away < 0 ? 1
          : 0.95 + 0.05 * clamp01 (MAX (reading->away - 4, 0) / 15);
    case HELD:
      return 0.2 + near + 0.15 * MAX (clamp01 (height / 12),
          reading->aside < 0 ? 0 : clamp01 (1 - reading->aside / 10));
    case OUTSIDE:
      if (reading->other || reading->away < 0)
        return near;
      return near + 0.15 * clamp01 (1 - (reading->away - 4) / 26);
    case UNKNOWN:
    case UNSEEN:
    default:
      return 0;
  }
}

static gchar *
explain (const SimJudge * self, const Reading * reading)
{
  const gchar *item = sim_thing_name (self->item);
  const gchar *container = sim_thing_name (self->container);
  const gchar *in = sim_thing_preposition (self->container);

  switch (reading->state) {
    case INSIDE_HELD:
      return g_strdup_printf ("The %s is %s the %s but has not been let go.",
          item, in, container);
    case INSIDE:
      return g_strdup_printf ("The %s is %s the %s and released%s.", item, in,
          container, reading->away < 0
          || reading->away >= 19 ? ", and the gripper is clear" : "");
    case HELD:
      return reading->aside < 0 ?
          g_strdup_printf ("The %s has been picked up.", item) :
          g_strdup_printf ("The %s has been picked up and is still %.0f cm from"
          " the %s.", item, reading->aside, container);
    case OUTSIDE:
      if (reading->other)
        return g_strdup_printf ("Something else than the %s is being carried.",
            item);
      return g_strdup_printf ("The %s is not in the gripper, which is %s it.",
          item, reading->away >= 0 && reading->away < 12 ? "close to" :
          "far from");
    case UNSEEN:
      return g_strdup_printf ("The %s is not visible.", item);
    case UNKNOWN:
    default:
      if (reading->mistaken)
        return g_strdup ("The frames before and after contradict this one.");
      return g_strdup_printf ("The description does not say where the %s is.",
          item);
  }
}

static gboolean
is_known (const Reading * reading)
{
  return reading->state >= OUTSIDE && reading->container;
}

static gboolean
is_same_place (const Reading * a, const Reading * b)
{
  return a->state == b->state && is_known (a) && is_known (b)
      && fabs (a->aside - b->aside) < 8;
}

/* In the container for one frame and not where it lay before and lies after, or
 * the other way round: nothing moves like that, so the description is taken for
 * a mistake. */
static gboolean
is_contradicted (const Reading * readings, guint i, guint n)
{
  const Reading *before = readings + i - 1, *after = readings + i + 1;
  State state = readings[i].state;

  if (i == 0 || i + 1 >= n || !is_same_place (before, after))
    return FALSE;
  return (state == INSIDE && before->state == OUTSIDE)
      || (state == OUTSIDE && before->state == INSIDE);
}

/* Why the whole episode shows nothing of the task, NULL when it does show it. */
static gchar *
dismiss (const SimJudge * self, const Reading * readings, guint n)
{
  gboolean item = FALSE, container = FALSE, other = FALSE, touched = FALSE;

  for (guint i = 0; i < n; i++) {
    State state = readings[i].state;

    item |= state >= OUTSIDE;
    container |= readings[i].container;
    other |= readings[i].other;
    touched |= state >= HELD;
  }
  if (!item || !container)
    return g_strdup_printf ("No description says where the %s is.",
        sim_thing_name (item ? self->container : self->item));
  /* Then what little stands near the container stood there before. */
  if (other && !touched)
    return g_strdup_printf ("Something else is picked up and the %s is never"
        " touched, so another task is being done.",
        sim_thing_name (self->item));
  return NULL;
}

static void
drop_mistakes (Reading * readings, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (is_contradicted (readings, i, n)) {
      readings[i].state = UNKNOWN;
      readings[i].mistaken = TRUE;
    }
  }
}

/* What can not be judged by itself is as far as the frame before it, or, at the
 * beginning, as the one after it. */
static void
fill_holes (const Reading * readings, GArray * verdicts)
{
  gint known = -1;

  for (guint i = 0; i < verdicts->len; i++) {
    SimVerdict *verdict = &g_array_index (verdicts, SimVerdict, i);

    if (is_known (&readings[i])) {
      for (guint j = 0; known < 0 && j < i; j++)
        g_array_index (verdicts, SimVerdict, j).progress = verdict->progress;
      known = i;
    } else if (known >= 0) {
      verdict->progress = verdict[-1].progress;
    }
  }
}

static void
add_verdict (GArray * verdicts, gdouble progress, gchar * reason)
{
  SimVerdict verdict = { progress, reason };

  g_array_append_val (verdicts, verdict);
}

static void
clear_verdict (gpointer data)
{
  g_free (((SimVerdict *) data)->reason);
}

static void
judge_readings (const SimJudge * self, const Reading * readings, guint n,
    GArray * verdicts)
{
  g_autofree gchar *dismissal = dismiss (self, readings, n);

  for (guint i = 0; i < n; i++) {
    if (dismissal)
      add_verdict (verdicts, 0, g_strdup (dismissal));
    else
      add_verdict (verdicts, weigh (&readings[i]),
          explain (self, &readings[i]));
  }
  if (!dismissal)
    fill_holes (readings, verdicts);
}

gchar *
sim_judge_completion_state (SimThing item, SimThing container)
{
  if (item < 0 || container < 0)
    return g_strdup ("I can not tell what the finished task looks like.");
  return
      g_strdup_printf ("The %s rests %s the %s, and the gripper has let go of"
      " it and moved away.", sim_thing_name (item),
      sim_thing_preposition (container), sim_thing_name (container));
}

GArray *
sim_judge_read (const SimJudge * self, const gchar * const *descriptions,
    guint n)
{
  GArray *verdicts = g_array_new (FALSE, TRUE, sizeof (SimVerdict));
  g_autofree Reading *readings = g_new0 (Reading, n);

  g_array_set_clear_func (verdicts, clear_verdict);
  if (self->item < 0 || self->container < 0) {
    for (guint i = 0; i < n; i++)
      add_verdict (verdicts, 0, g_strdup ("I do not know the things that the"
              " task names."));
    return verdicts;
  }
  for (guint i = 0; i < n; i++)
    read_description (self, descriptions[i], &readings[i]);
  drop_mistakes (readings, n);
  judge_readings (self, readings, n, verdicts);
  return verdicts;
}

GArray *
sim_judge (SimThing item, SimThing container,
    const gchar * const *descriptions, guint n)
{
  g_autoptr (SimJudge) judge = sim_judge_new (item, container);

  return sim_judge_read (judge, descriptions, n);
}
