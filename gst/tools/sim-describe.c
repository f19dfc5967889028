/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-describe.h"

#include <math.h>

/* What is said of a frame: taken from the scene, or made up. */
typedef struct
{
  gboolean item, container;     /* can be seen */
  gboolean inside, held;
  gboolean gripper, other, closed;
  gdouble aside;                /* of the container, right is positive */
  gdouble height, away;
} Facts;

static guint
measure (gdouble length, const SimDescribing * self, SimRandom * random)
{
  gdouble measured = length + self->noise * sim_random_normal (random);

  return lround (MAX (0.0, measured));
}

static void
read_facts (const SimDescribing * self, const SimScene * scene, Facts * facts)
{
  SimThing item = self->item, container = self->container;

  facts->item = item >= 0 && scene->things[item].seen;
  facts->container = container >= 0 && scene->things[container].seen;
  facts->gripper = scene->gripper;
  facts->closed = scene->gripper && scene->gap < 2.5;
  facts->other = scene->held != SIM_NOTHING && scene->held != item;
  if (!facts->item)
    return;
  facts->held = scene->held == item;
  facts->height = scene->things[item].bottom;
  facts->away = sim_scene_reach (scene, item);
  if (!facts->container)
    return;
  facts->inside = sim_scene_is_inside (scene, item, container);
  facts->aside = scene->things[item].x - scene->things[container].x;
}

/* Says something else than what is so: in the container what is not, on the
 * table far from it what is. */
static void
invent_facts (Facts * facts, SimRandom * random)
{
  facts->inside = !facts->inside;
  facts->item = facts->container = facts->gripper = TRUE;
  facts->held = facts->other = facts->closed = FALSE;
  facts->height = 0;
  facts->aside = -20 - 40 * sim_random_unit (random);
  facts->away = 8 + 30 * sim_random_unit (random);
}

static const gchar *
pick (SimRandom * random, const gchar * first, const gchar * second)
{
  return sim_random_unit (random) < 0.5 ? first : second;
}

static void
say_inside (const SimDescribing * self, const Facts * facts, SimRandom * random,
    GString * text)
{
  const gchar *item = sim_thing_name (self->item);
  const gchar *container = sim_thing_name (self->container);
  const gchar *in = sim_thing_preposition (self->container);

  if (facts->held) {
    g_string_append_printf (text, "The %s is %s the %s, %s.", item, in,
        container, pick (random, "still held by the gripper",
            "held between the fingers of the gripper"));
    return;
  }
  g_string_append_printf (text, "The %s %s %s the %s", item, pick (random,
          "rests", "lies"), in, container);
  if (facts->gripper)
    g_string_append_printf (text, "; the gripper %s %u cm away.",
        pick (random, "has let go and is", "does not hold it and is"),
        measure (facts->away, self, random));
  else
    g_string_append (text, "; the gripper can not be seen.");
}

static void
say_place (const SimDescribing * self, const Facts * facts, SimRandom * random,
    GString * text)
{
  guint aside;

  if (!facts->container)
    return;
  aside = measure (fabs (facts->aside), self, random);
  if (aside == 0)
    g_string_append_printf (text, ", level with the middle of the %s",
        sim_thing_name (self->container));
  else
    g_string_append_printf (text, ", %u cm to the %s of the %s", aside,
        facts->aside < 0 ? "left" : "right", sim_thing_name (self->container));
}

static void
say_gripper (const SimDescribing * self, const Facts * facts,
    SimRandom * random, GString * text)
{
  const gchar *hand;

  if (!facts->gripper) {
    g_string_append (text, " The gripper can not be seen.");
    return;
  }
  if (facts->other)
    hand = "holds something else";
  else
    hand = facts->closed ? "is closed on nothing" : "is open";
  g_string_append_printf (text, " The gripper %s, %u cm away from the %s.",
      hand, measure (facts->away, self, random), sim_thing_name (self->item));
}

static void
say_outside (const SimDescribing * self, const Facts * facts,
    SimRandom * random, GString * text)
{
  const gchar *item = sim_thing_name (self->item);
  guint height = measure (facts->height, self, random);

  if (facts->held) {
    g_string_append_printf (text, "The %s is %s, %u cm above the table",
        item, pick (random, "held in the gripper", "held by the gripper"),
        height);
    say_place (self, facts, random, text);
    g_string_append_c (text, '.');
    return;
  }
  if (facts->height > 2.0)
    g_string_append_printf (text, "The %s is in the air, %u cm above the table,"
        " and nothing touches it", item, height);
  else
    g_string_append_printf (text, "The %s %s on the table", item,
        pick (random, "lies", "stands"));
  say_place (self, facts, random, text);
  g_string_append_c (text, '.');
  say_gripper (self, facts, random, text);
}

static void
say_missing (const SimDescribing * self, const Facts * facts, GString * text)
{
  SimThing missing = facts->item ? self->container : self->item;

  if (missing < 0)
    return;
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append_printf (text, "The %s is not visible.",
      sim_thing_name (missing));
}

gchar *
sim_describe (const SimDescribing * self, const SimScene * scene,
    SimRandom * random)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Facts facts = { 0 };

  read_facts (self, scene, &facts);
  if (sim_random_unit (random) < self->hallucinate && self->item >= 0
      && self->container >= 0)
    invent_facts (&facts, random);
  if (!facts.item && !facts.container)
    return g_strdup ("None of the named objects is visible.");
  if (!facts.item)
    g_string_append_printf (text, "The %s stands on the table.",
        sim_thing_name (self->container));
  else if (facts.inside)
    say_inside (self, &facts, random, text);
  else
    say_outside (self, &facts, random, text);
  if (!facts.item || !facts.container)
    say_missing (self, &facts, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
sim_describe_all (const SimScene * scene)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new ("I see ");

  for (gint i = 0; i < SIM_N_THINGS; i++) {
    const gchar *name = sim_thing_name (i);

    if (scene->things[i].seen)
      g_ptr_array_add (names, g_strdup_printf ("%s %s",
              *name == 'i' ? "an" : "a", name));
  }
  if (scene->gripper)
    g_ptr_array_add (names, g_strdup ("a gripper"));
  if (names->len == 0)
    return g_strdup ("I see none of the toys that I know.");
  for (guint i = 0; i < names->len; i++) {
    if (i > 0)
      g_string_append (text, i + 1 < names->len ? ", " : " and ");
    g_string_append (text, g_ptr_array_index (names, i));
  }
  g_string_append (text, " over a table.");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
