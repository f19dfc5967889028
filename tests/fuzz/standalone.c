/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzz target without libFuzzer, so that every compiler and every test
 * run can: each file of the corpus as it is, then seeded mutations of it. The
 * same arguments always do the same.
 *
 *   fuzz-reply [-runs=N] [-seed=N] FILE-OR-FOLDER... */
#include <glib.h>
#include <glib/gstdio.h>

#include <stdint.h>
#include <stdio.h>

#define MAX_INPUT_SIZE (1024 * 1024)

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

/* A folder has no order of its own. */
static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

static void
collect (GPtrArray * inputs, const gchar * path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gchar *data;
  gsize size;
  const gchar *name;

  if (dir == NULL) {
    if (!g_file_get_contents (path, &data, &size, NULL)) {
      fprintf (stderr, "cannot read %s\n", path);
      exit (2);
    }
    g_ptr_array_add (inputs, g_bytes_new_take (data, size));
    return;
  }
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    collect (inputs, g_ptr_array_index (names, i));
}

static void
feed (const guint8 * data, gsize size)
{
  /* a block of just that size, so that a sanitizer sees reads past it; never
   * NULL, as with libFuzzer */
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static gsize
pick (GRand * dice, gsize below)
{
  return below > 0 ? (gsize) (g_rand_double (dice) * (gdouble) below) : 0;
}

/* Characters that mean something to the parsers under test. */
static guint8
pick_byte (GRand * dice)
{
  static const gchar telling[] = "{}[]\",:\\'<>/0159.-+eEu\n\r\t &=#%_";

  if (g_rand_boolean (dice))
    return (guint8) telling[pick (dice, sizeof telling - 1)];
  return (guint8) g_rand_int_range (dice, 0, 256);
}

static void
insert (GByteArray * input, gsize at, const guint8 * data, gsize size)
{
  gsize tail = input->len - at;

  g_byte_array_set_size (input, (guint) (input->len + size));
  memmove (input->data + at + size, input->data + at, tail);
  memcpy (input->data + at, data, size);
}

/* A piece of @other (or of the input itself) somewhere into @input. */
static void
splice (GByteArray * input, GBytes * other, GRand * dice)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (other, &size);
  gsize from = pick (dice, size);
  gsize n = pick (dice, MIN (size - from, 4096) + 1);
  g_autofree guint8 *piece = n > 0 ? g_memdup2 (data + from, n) : NULL;

  if (n > 0 && input->len + n <= MAX_INPUT_SIZE)
    insert (input, pick (dice, input->len + 1), piece, n);
}

static void
mutate_once (GByteArray * input, GPtrArray * inputs, GRand * dice)
{
  guint8 byte = pick_byte (dice);
  gsize at = pick (dice, input->len);

  switch (g_rand_int_range (dice, 0, 6)) {
    case 0:
      if (input->len > 0)
        input->data[at] = byte;
      break;
    case 1:
      insert (input, at, &byte, 1);
      break;
    case 2:
      if (input->len > 0)
        g_byte_array_remove_range (input, (guint) at,
            (guint) pick (dice, MIN (input->len - at, 64)) + 1);
      break;
    case 3:
      g_byte_array_set_size (input, (guint) at);
      break;
    case 4:
      for (guint n = 1u << g_rand_int_range (dice, 0, 10); n > 0; n--)
        insert (input, at, &byte, 1);
      break;
    default:
      splice (input, g_ptr_array_index (inputs, pick (dice, inputs->len)),
          dice);
      break;
  }
}

static void
run_mutation (GPtrArray * inputs, GRand * dice)
{
  GBytes *seed = g_ptr_array_index (inputs, pick (dice, inputs->len));
  g_autoptr (GByteArray) input = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (seed, &size);

  if (size > 0)
    g_byte_array_append (input, data, (guint) MIN (size, MAX_INPUT_SIZE));
  for (gint n = g_rand_int_range (dice, 1, 9); n > 0; n--)
    mutate_once (input, inputs, dice);
  feed (input->data, input->len);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) inputs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint64 runs = 1000, seed = 1;
  g_autoptr (GRand) dice = NULL;

  for (int i = 1; i < argc; i++) {
    if (g_str_has_prefix (argv[i], "-runs="))
      runs = g_ascii_strtoull (argv[i] + strlen ("-runs="), NULL, 10);
    else if (g_str_has_prefix (argv[i], "-seed="))
      seed = g_ascii_strtoull (argv[i] + strlen ("-seed="), NULL, 10);
    else if (argv[i][0] != '-')
      collect (inputs, argv[i]);
  }
  if (inputs->len == 0) {
    fprintf (stderr, "no input: name the files or folders of a corpus\n");
    return 2;
  }
  feed ((const guint8 *) "", 0);
  for (guint i = 0; i < inputs->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (inputs, i),
        &size);

    feed (data, size);
  }
  dice = g_rand_new_with_seed ((guint32) seed);
  for (guint64 i = 0; i < runs; i++)
    run_mutation (inputs, dice);
  printf ("%u inputs, %" G_GUINT64_FORMAT " mutations\n", inputs->len, runs);
  return 0;
}
