/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* multipart/form-data and .npy, good, bad and broken. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-multipart.h"
#include "sim-npy.h"

#include <string.h>

#define FORM \
  "--b0\r\n" \
  "Content-Disposition: form-data; name=\"sample_0\"\r\n\r\n" \
  "{\"a\": 1}\r\n" \
  "--b0\r\n" \
  "Content-Type: application/octet-stream\r\n" \
  "content-disposition: form-data; filename=\"x \\\"y\\\".npy\"; name=file\r\n" \
  "\r\n\0\r\n--b\r\n\r\n" \
  "--b0\r\n" \
  "Content-Disposition: form-data; name=\"empty\"\r\n\r\n" \
  "\r\n" \
  "--b0--\r\n"

static GPtrArray *
read_form (const gchar * text, gsize size, const gchar * boundary,
    gchar ** problem)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);

  *problem = NULL;
  return sim_multipart_read (bytes, boundary, problem);
}

static void
assert_part (GPtrArray * parts, guint index, const gchar * name,
    const gchar * filename, const gchar * body, gsize size)
{
  const SimPart *part = g_ptr_array_index (parts, index);

  g_assert_cmpstr (part->name, ==, name);
  g_assert_cmpstr (part->filename, ==, filename);
  g_assert_cmpmem (g_bytes_get_data (part->body, NULL),
      g_bytes_get_size (part->body), body, size);
}

static void
test_form (void)
{
  gchar *problem;
  g_autoptr (GPtrArray) parts = read_form (FORM, sizeof FORM - 1, "b0",
      &problem);

  g_assert_null (problem);
  g_assert_cmpuint (parts->len, ==, 3);
  assert_part (parts, 0, "sample_0", NULL, "{\"a\": 1}", 8);
  assert_part (parts, 1, "file", "x \"y\".npy", "\0\r\n--b\r\n", 8);
  assert_part (parts, 2, "empty", NULL, "", 0);
}

static void
test_form_with_preamble (void)
{
  const gchar *text = "ignored\r\n" FORM;
  gchar *problem;
  g_autoptr (GPtrArray) parts = read_form (text, strlen ("ignored\r\n")
      + sizeof FORM - 1, "b0", &problem);

  g_assert_nonnull (parts);
  g_assert_cmpuint (parts->len, ==, 3);
}

static void
test_malformed_forms (void)
{
  static const gchar *const forms[] = {
    "", "--", "--b0", "--b0\r\n", "nothing", "--b0\r\n\r\n--b0--\r\n",
    "--b0\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b0--\r\n",
    "--b0\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx",
    "--b0\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx\r\n--b0",
    "--b0x\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx\r\n--b0--",
    "--b0\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b0--",
    "--b0\r\nContent-Disposition: form-data; name=\"x",
  };
  gchar *problem;

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_test_message ("form %" G_GSIZE_FORMAT, i);
    g_assert_null (read_form (forms[i], strlen (forms[i]), "b0", &problem));
    g_assert_nonnull (problem);
    g_free (problem);
  }
  g_assert_null (read_form (FORM, sizeof FORM - 1, NULL, &problem));
  g_free (problem);
  g_assert_null (read_form (FORM, sizeof FORM - 1, "", &problem));
  g_free (problem);
}

static void
test_too_many_parts (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gchar *problem;
  g_autofree gchar *kept = NULL;

  for (guint i = 0; i < 1000000; i++)
    g_string_append (text, "--b\r\nContent-Disposition:;name=x\r\n\r\n\r\n");
  g_string_append (text, "--b--");
  g_assert_null (read_form (text->str, text->len, "b", &problem));
  kept = problem;
  g_assert_nonnull (strstr (problem, "Too many parts"));
}

static void
test_broken_forms (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (43);
  guint n_read = 0;

  for (guint i = 0; i < 20000; i++) {
    gsize size = g_rand_boolean (random) ? sizeof FORM - 1
        : (gsize) g_rand_int_range (random, 0, sizeof FORM - 1);
    /* Of its very size, so that a byte too far is noticed. */
    guint8 *copy = g_memdup2 (FORM, MAX (size, 1));
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GPtrArray) parts = NULL;
    gchar *problem = NULL;

    for (gint j = g_rand_int_range (random, 0, 4); size > 0 && j > 0; j--)
      copy[g_rand_int_range (random, 0, size)] =
          "\r\n-\";:\\\0x"[g_rand_int_range (random, 0, 9)];
    bytes = g_bytes_new_take (copy, size);
    parts = sim_multipart_read (bytes, "b0", &problem);
    g_assert_true ((parts == NULL) != (problem == NULL));
    n_read += parts != NULL;
    g_free (problem);
  }
  g_test_message ("%u of 20000 could be read", n_read);
  g_assert_cmpuint (n_read, >, 100);
  g_assert_cmpuint (n_read, <, 15000);
}

/* A .npy file with @header as its dictionary and @size bytes of pixels. */
static GBytes *
make_npy (guint version, const gchar * header, gsize size)
{
  GByteArray *out = g_byte_array_new ();
  gsize length = strlen (header);
  guint8 lead[12] = { 0x93, 'N', 'U', 'M', 'P', 'Y', version, 0, length & 0xff,
    length >> 8
  };

  g_byte_array_append (out, lead, version == 1 ? 10 : 12);
  g_byte_array_append (out, (const guint8 *) header, length);
  for (gsize i = 0; i < size; i++) {
    guint8 byte = i;

    g_byte_array_append (out, &byte, 1);
  }
  return g_byte_array_free_to_bytes (out);
}

#define HEADER(descr, order, shape) \
  "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }   \n"

static void
test_npy (void)
{
  static const struct
  {
    guint version;
    const gchar *header;
  } cases[] = {
    {1, HEADER ("|u1", "False", "(2, 3, 4, 3)")},
    {2, HEADER ("|u1", "False", "(2, 3, 4, 3)")},
    {3, HEADER ("|u1", "False", "(2, 3, 4, 3)")},
    {1, "{\"shape\":(2,3,4,3,),\"fortran_order\":False,\"descr\":\"<u1\"}\n"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) bytes = make_npy (cases[i].version, cases[i].header, 72);
    gchar *problem = NULL;
    SimNpy npy;

    g_assert_true (sim_npy_read (bytes, &npy, &problem));
    g_assert_null (problem);
    g_assert_cmpuint (npy.n_frames, ==, 2);
    g_assert_cmpuint (npy.height, ==, 3);
    g_assert_cmpuint (npy.width, ==, 4);
    g_assert_cmpuint (npy.rgb[0], ==, 0);
    g_assert_cmpuint (npy.rgb[71], ==, 71);
  }
}

static void
test_npy_that_lies (void)
{
  static const struct
  {
    const gchar *header, *words;
  } cases[] = {
    {HEADER ("|u1", "False", "(2, 3, 4, 4)"), "shape"},
    {HEADER ("|u1", "False", "(2, 3, 4)"), "shape"},
    {HEADER ("|u1", "False", "(2, 3, 4, 3, 1)"), "shape"},
    {HEADER ("|u1", "False", "(-2, 3, 4, 3)"), "shape"},
    {HEADER ("|u1", "False", "(0, 3, 4, 3)"), "shape"},
    {HEADER ("|u1", "False", "2"), "shape"},
    {HEADER ("|u1", "False", "(2, 3, 4, 3"), "shape"},
    {HEADER ("|u1", "False", "(3, 3, 4, 3)"), "108 bytes"},
    {HEADER ("|u1", "False", "(1, 3, 4, 3)"), "36 bytes"},
    {HEADER ("|u1", "False", "(2, 99999, 4, 3)"), "too big"},
    {HEADER ("|u1", "False", "(4294967297, 16384, 16384, 3)"), "too big"},
    {HEADER ("|u1", "False", "(18446744073709551615, 2, 2, 3)"), "too big"},
    {HEADER ("|u1", "False", "(4294967295, 16384, 16384, 3)"), "bytes"},
    {HEADER ("<f4", "False", "(2, 3, 4, 3)"), "uint8"},
    {HEADER ("|O", "False", "(2, 3, 4, 3)"), "uint8"},
    {HEADER ("|u1", "True", "(2, 3, 4, 3)"), "C order"},
    {"{'shape': (2, 3, 4, 3)}", "uint8"},
    {"{}", "shape"},
    {"", "shape"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) bytes = make_npy (1, cases[i].header, 72);
    gchar *problem = NULL;
    g_autofree gchar *kept = NULL;
    SimNpy npy;

    g_assert_false (sim_npy_read (bytes, &npy, &problem));
    kept = problem;
    g_test_message ("%s: %s", cases[i].header, problem);
    g_assert_nonnull (strstr (problem, cases[i].words));
  }
}

static void
test_broken_npy (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (47);
  guint n_read = 0;

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GBytes) good = make_npy (g_rand_int_range (random, 1, 4),
        HEADER ("|u1", "False", "(2, 3, 4, 3)"), 72);
    gsize size = g_bytes_get_size (good);
    gsize length = g_rand_boolean (random) ? size
        : (gsize) g_rand_int_range (random, 0, size);
    guint8 *copy = g_memdup2 (g_bytes_get_data (good, NULL), MAX (length, 1));
    g_autoptr (GBytes) broken = NULL;
    g_autofree gchar *problem = NULL;
    SimNpy npy;

    for (gint j = g_rand_int_range (random, 0, 4); length > 0 && j > 0; j--)
      copy[g_rand_int_range (random, 0, MIN (length, 80))] =
          "(),'0123456789\xff\1"[g_rand_int_range (random, 0, 16)];
    broken = g_bytes_new_take (copy, length);
    if (sim_npy_read (broken, &npy, &problem)) {
      const guint8 *begin = g_bytes_get_data (broken, NULL);

      n_read++;
      g_assert_true (npy.rgb + (gsize) npy.n_frames * npy.height * npy.width * 3
          == begin + length);
    } else {
      g_assert_nonnull (problem);
    }
  }
  g_test_message ("%u of 20000 could be read", n_read);
  g_assert_cmpuint (n_read, >, 100);
  g_assert_cmpuint (n_read, <, 15000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forms/form", test_form);
  g_test_add_func ("/forms/form-with-preamble", test_form_with_preamble);
  g_test_add_func ("/forms/malformed-forms", test_malformed_forms);
  g_test_add_func ("/forms/too-many-parts", test_too_many_parts);
  g_test_add_func ("/forms/broken-forms", test_broken_forms);
  g_test_add_func ("/forms/npy", test_npy);
  g_test_add_func ("/forms/npy-that-lies", test_npy_that_lies);
  g_test_add_func ("/forms/broken-npy", test_broken_npy);
  return g_test_run ();
}
