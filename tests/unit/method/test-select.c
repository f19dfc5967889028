/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Which frames are looked at, against what NumPy's arithmetic gives; and that
 * the rules hold for every number of frames. */

#include "method/select.h"

typedef guint (*Select) (guint n, guint max, guint * indices);

typedef struct
{
  guint n, max, count;
  guint indices[16];
} Vector;

#define VECTOR(n, max, ...) { n, max, \
    sizeof ((guint[]) { __VA_ARGS__ }) / sizeof (guint), { __VA_ARGS__ } }

static void
check (Select select, const Vector * vectors, guint n_vectors)
{
  for (guint i = 0; i < n_vectors; i++) {
    const Vector *vector = &vectors[i];
    g_autofree guint *found = g_new0 (guint, vector->max);
    guint n = select (vector->n, vector->max, found);

    g_assert_cmpuint (n, ==, vector->count);
    for (guint j = 0; j < n; j++)
      g_assert_cmpuint (found[j], ==, vector->indices[j]);
  }
}

static void
test_gvl (void)
{
  static const Vector vectors[] = {
    VECTOR (20, 8, 0, 1, 4, 7, 10, 13, 16, 19),
    VECTOR (9, 8, 0, 1, 2, 3, 5, 6, 7, 8),
    VECTOR (32, 8, 0, 1, 6, 11, 16, 21, 26, 31),
    VECTOR (100, 15, 0, 1, 9, 16, 24, 31, 39, 46, 54, 61, 69, 76, 84, 91, 99),
    VECTOR (8, 8, 0, 1, 2, 3, 4, 5, 6, 7),
    VECTOR (1, 8, 0),
    VECTOR (5, 2, 0, 4),
  };

  check (score_select_gvl, vectors, G_N_ELEMENTS (vectors));
}

static void
test_even (void)
{
  static const Vector vectors[] = {
    VECTOR (10, 8, 0, 1, 3, 4, 5, 6, 8, 9),
    VECTOR (11, 8, 0, 1, 3, 4, 6, 7, 9, 10),
    VECTOR (32, 8, 0, 4, 9, 13, 18, 22, 27, 31),
    VECTOR (100, 8, 0, 14, 28, 42, 57, 71, 85, 99),
    VECTOR (3, 8, 0, 1, 2),
    VECTOR (1, 8, 0),
  };

  check (score_select_even, vectors, G_N_ELEMENTS (vectors));
}

static void
test_prefixes (void)
{
  static const Vector vectors[] = {
    VECTOR (1, 15, 1),
    VECTOR (2, 15, 2),
    VECTOR (3, 15, 1, 2, 3),
    VECTOR (16, 15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16),
    VECTOR (20, 15, 1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 20),
    VECTOR (32, 15, 1, 3, 5, 7, 9, 12, 14, 16, 18, 20, 23, 25, 27, 29, 32),
    VECTOR (45, 15, 1, 4, 7, 10, 13, 16, 19, 23, 26, 29, 32, 35, 38, 41, 45),
    VECTOR (64, 15, 1, 5, 10, 14, 19, 23, 28, 32, 37, 41, 46, 50, 55, 59, 64),
  };

  check (score_select_prefixes, vectors, G_N_ELEMENTS (vectors));
}

static void
check_rules (Select select, guint n, guint max, guint first, guint last)
{
  g_autofree guint *found = g_new0 (guint, max + 1);
  guint count;

  found[max] = 4711;
  count = select (n, max, found);
  g_assert_cmpuint (count, >=, MIN (n, 1));
  g_assert_cmpuint (count, <=, MIN (n, max));
  g_assert_cmpuint (found[max], ==, 4711);
  if (count > 1)
    g_assert_cmpuint (found[0], ==, first);
  g_assert_cmpuint (found[count - 1], ==, last);
  for (guint i = 1; i < count; i++)
    g_assert_cmpuint (found[i - 1], <, found[i]);
}

static void
test_rules (void)
{
  for (guint n = 1; n < 400; n++) {
    for (guint max = 2; max < 40; max++) {
      check_rules (score_select_even, n, max, 0, n - 1);
      check_rules (score_select_gvl, n, max, 0, n - 1);
      check_rules (score_select_prefixes, n, max, 1, n);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/select/gvl", test_gvl);
  g_test_add_func ("/select/even", test_even);
  g_test_add_func ("/select/prefixes", test_prefixes);
  g_test_add_func ("/select/rules", test_rules);
  return g_test_run ();
}
