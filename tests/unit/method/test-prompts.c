/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>

#include "method/prompts.h"

/* A folder of the user's, with one file. */
typedef struct
{
  gchar *folder;
  gchar *path;
} Folder;

static Folder
make_folder (const gchar * file, const gchar * content, gssize length)
{
  g_autoptr (GError) error = NULL;
  Folder folder = { g_dir_make_tmp ("score-prompts-XXXXXX", &error), NULL };

  g_assert_no_error (error);
  if (file) {
    folder.path = g_build_filename (folder.folder, file, NULL);
    g_file_set_contents (folder.path, content, length, &error);
    g_assert_no_error (error);
  }
  return folder;
}

static void
remove_folder (Folder * folder)
{
  if (folder->path)
    g_remove (folder->path);
  g_rmdir (folder->folder);
  g_free (folder->path);
  g_free (folder->folder);
}

static gchar *
expand_describe (ScorePrompts * prompts, const gchar * task)
{
  return score_prompts_expand (prompts, "describe", "task", task, "objects",
      "banana; bowl", "count", "8", "first", "1", "last", "8", NULL);
}

/* Line by line, as whoever reads a request looks for them. */
static gboolean
has_line (const gchar * text, const gchar * line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strv_contains ((const gchar * const *) lines, line);
}

static void
test_built_in (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ScorePrompts) prompts = score_prompts_new (NULL, &error);
  g_autofree gchar *system = NULL, *objects = NULL, *describe = NULL;
  g_autofree gchar *progress = NULL, *repair = NULL;

  g_assert_no_error (error);
  system = score_prompts_expand (prompts, "system", NULL);
  objects = score_prompts_expand (prompts, "objects", "task", "the task",
      "count", "4", "first", "1", "last", "4", NULL);
  describe = expand_describe (prompts, "the task");
  progress = score_prompts_expand (prompts, "progress", "task", "the task",
      "objects", "bowl", "descriptions", "Frame 1 (t = 0.00 s): a bowl",
      "count", "1", "first", "1", "last", "1", NULL);
  repair = score_prompts_expand (prompts, "repair", "problem", "Too short.",
      NULL);
  g_assert_cmpuint (strlen (system), >, 200);
  g_assert_true (has_line (objects, "Task: the task"));
  g_assert_true (has_line (describe, "Task: the task"));
  g_assert_true (has_line (describe, "Objects: banana; bowl"));
  g_assert_true (has_line (progress, "Task: the task"));
  g_assert_true (has_line (progress, "Objects: bowl"));
  g_assert_true (has_line (progress, "Frame 1 (t = 0.00 s): a bowl"));
  g_assert_nonnull (strstr (repair, "Too short."));
}

/* What a model must not be led to: these words would be of one toy world. */
static void
test_built_in_knows_no_task (void)
{
  const gchar *const words[] = { "banana", "bowl", "robosuite", NULL };
  g_autoptr (ScorePrompts) prompts = score_prompts_new (NULL, NULL);
  g_autofree gchar *text = score_prompts_expand (prompts, "progress", "task",
      "t", "objects", "o", "descriptions", "d", "count", "1", "first", "1",
      "last", "1", NULL);
  g_autofree gchar *system = score_prompts_expand (prompts, "system", NULL);

  for (guint i = 0; words[i]; i++) {
    g_assert_null (strstr (text, words[i]));
    g_assert_null (strstr (system, words[i]));
  }
}

static void
test_values_are_not_expanded (void)
{
  g_autoptr (ScorePrompts) prompts = score_prompts_new (NULL, NULL);
  g_autofree gchar *text =
      expand_describe (prompts, "a {objects} {{b}} } { {nonsense}");

  g_assert_true (has_line (text, "Task: a {objects} {{b}} } { {nonsense}"));
}

static void
test_folder_replaces_one (void)
{
  const gchar content[] =
      "\xef\xbb\xbfTask: {task}\r\n{objects} {{\"a\": {{}}}}\r\n\n";
  Folder folder = make_folder ("describe.txt", content, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (ScorePrompts) ours = score_prompts_new (NULL, NULL);
  g_autoptr (ScorePrompts) prompts = score_prompts_new (folder.folder, &error);
  g_autofree gchar *text = NULL, *system = NULL, *our_system = NULL;

  g_assert_no_error (error);
  text = expand_describe (prompts, "x");
  g_assert_cmpstr (text, ==, "Task: x\nbanana; bowl {\"a\": {}}");
  system = score_prompts_expand (prompts, "system", NULL);
  our_system = score_prompts_expand (ours, "system", NULL);
  g_assert_cmpstr (system, ==, our_system);
  g_assert_cmpstr (score_prompts_get_digest (prompts), !=,
      score_prompts_get_digest (ours));
  remove_folder (&folder);
}

static void
test_digest (void)
{
  Folder folder = make_folder ("README", "not a prompt", -1);
  g_autoptr (ScorePrompts) a = score_prompts_new (NULL, NULL);
  g_autoptr (ScorePrompts) b = score_prompts_new (folder.folder, NULL);
  const gchar *digest = score_prompts_get_digest (a);

  g_assert_cmpuint (strlen (digest), ==, 16);
  g_assert_cmpuint (strspn (digest, "0123456789abcdef"), ==, 16);
  g_assert_cmpstr (digest, ==, score_prompts_get_digest (b));
  remove_folder (&folder);
}

/* Starting from a copy of the built-in text gives the same text. */
static void
test_installed_copy (void)
{
  const gchar *file = g_getenv ("SCORE_PROMPTS_DIR");
  g_autoptr (GError) error = NULL;
  g_autoptr (ScorePrompts) ours = score_prompts_new (NULL, NULL);
  g_autoptr (ScorePrompts) copy = score_prompts_new (file, &error);

  g_assert_no_error (error);
  g_assert_nonnull (file);
  g_assert_cmpstr (score_prompts_get_digest (ours), ==,
      score_prompts_get_digest (copy));
}

typedef struct
{
  const gchar *name;
  const gchar *file;
  const gchar *content;
  gssize length;                /* -1: a string */
  const gchar *message;         /* a part of it */
} BadCase;

static const BadCase bad_cases[] = {
  {"unknown-placeholder", "objects.txt", "a\nb {task}\nc {speed}\n", -1,
      "objects.txt, line 3: there is no placeholder {speed}"},
  {"placeholder-of-another-text", "describe.txt",
        "{task} {objects}\n{descriptions}", -1,
      "describe.txt, line 2: there is no placeholder {descriptions}"},
  {"picture-text-in-progress", "progress.txt", "{task} {descriptions} {frames}",
      -1, "progress.txt, line 1: there is no placeholder {frames}"},
  {"placeholder-in-system", "system.txt", "for {task}", -1,
      "system.txt, line 1: there is no placeholder {task}"},
  {"no-task", "objects.txt", "{count} pictures", -1,
      "objects.txt nowhere says {task}"},
  {"no-objects", "describe.txt", "{task}", -1,
      "describe.txt nowhere says {objects}"},
  {"no-descriptions", "progress.txt", "{task} {objects}", -1,
      "progress.txt nowhere says {descriptions}"},
  {"no-problem", "repair.txt", "Again!", -1,
      "repair.txt nowhere says {problem}"},
  {"escaped-task", "objects.txt", "{{task}}", -1,
      "objects.txt nowhere says {task}"},
  {"stray-opening", "objects.txt", "{task}\n\n {\"objects\": []}", -1,
      "objects.txt, line 3: a single {"},
  {"stray-closing", "objects.txt", "{task}\n}", -1,
      "objects.txt, line 2: a single }"},
  {"open-at-end", "objects.txt", "{task} {", -1, "line 1: a single {"},
  {"upper-case", "objects.txt", "{task} {Task}", -1, "line 1: a single {"},
  {"empty", "objects.txt", "", -1, "objects.txt is empty"},
  {"blank", "objects.txt", "\xef\xbb\xbf \n\t\n", -1, "objects.txt is empty"},
  {"not-utf8", "objects.txt", "{task}\n\n\xff", -1,
      "objects.txt, line 3: not UTF-8"},
  {"nul", "objects.txt", "{task}\n\0b", 9, "objects.txt, line 2: not UTF-8"},
};

static void
test_bad (gconstpointer data)
{
  const BadCase *c = data;
  Folder folder = make_folder (c->file, c->content, c->length);
  g_autoptr (GError) error = NULL;

  g_assert_null (score_prompts_new (folder.folder, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, "prompt-location: "));
  g_assert_nonnull (strstr (error->message, folder.path));
  if (!strstr (error->message, c->message))
    g_error ("\"%s\" does not say \"%s\"", error->message, c->message);
  remove_folder (&folder);
}

static void
test_missing_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (score_prompts_new ("/nonexistent/prompts", &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "/nonexistent/prompts"));
}

static void
test_too_long (void)
{
  g_autofree gchar *content = g_strnfill (SCORE_PROMPTS_MAX_FILE + 1, '{');
  Folder folder = make_folder ("system.txt", content, -1);
  g_autoptr (GError) error = NULL;

  g_assert_null (score_prompts_new (folder.folder, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "system.txt"));
  remove_folder (&folder);
}

/* A fifo would hold whoever opens it for ever. */
static void
test_fifo (void)
{
  Folder folder = make_folder (NULL, NULL, 0);
  g_autoptr (GError) error = NULL;

  folder.path = g_build_filename (folder.folder, "system.txt", NULL);
  g_assert_cmpint (mkfifo (folder.path, 0600), ==, 0);
  g_assert_null (score_prompts_new (folder.folder, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "not a regular file"));
  remove_folder (&folder);
}

/* Any text is either refused or expanded, and braces come out in pairs. */
static void
test_random_braces (void)
{
  static const gchar *const pieces[] = { "{", "}", "{{", "}}", "task",
    "{task}", "objects", "{objects}", " ", "\n", "\xc3\xa4"
  };
  g_autoptr (GRand) dice = g_rand_new_with_seed (7);
  Folder folder = make_folder ("describe.txt", "", 0);
  guint n_good = 0;

  for (guint round = 0; round < 400; round++) {
    GString *content = g_string_new ("{task}{objects}");
    g_autoptr (GError) error = NULL;
    g_autoptr (ScorePrompts) prompts = NULL;

    for (gint i = g_rand_int_range (dice, 0, 5); i > 0; i--)
      g_string_append (content, pieces[g_rand_int_range (dice, 0,
                  G_N_ELEMENTS (pieces))]);
    g_file_set_contents (folder.path, content->str, -1, NULL);
    prompts = score_prompts_new (folder.folder, &error);
    g_assert_true ((prompts == NULL) == (error != NULL));
    if (prompts) {
      g_autofree gchar *text = expand_describe (prompts, "{x}");

      n_good++;
      g_assert_true (g_str_has_prefix (text, "{x}banana; bowl"));
    }
    g_string_free (content, TRUE);
  }
  g_assert_cmpuint (n_good, >, 50);
  g_assert_cmpuint (n_good, <, 350);
  remove_folder (&folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompts/built-in", test_built_in);
  g_test_add_func ("/prompts/built-in-knows-no-task",
      test_built_in_knows_no_task);
  g_test_add_func ("/prompts/values-are-not-expanded",
      test_values_are_not_expanded);
  g_test_add_func ("/prompts/folder-replaces-one", test_folder_replaces_one);
  g_test_add_func ("/prompts/digest", test_digest);
  g_test_add_func ("/prompts/installed-copy", test_installed_copy);
  for (guint i = 0; i < G_N_ELEMENTS (bad_cases); i++) {
    g_autofree gchar *path =
        g_strconcat ("/prompts/bad/", bad_cases[i].name, NULL);

    g_test_add_data_func (path, &bad_cases[i], test_bad);
  }
  g_test_add_func ("/prompts/missing-folder", test_missing_folder);
  g_test_add_func ("/prompts/too-long", test_too_long);
  g_test_add_func ("/prompts/fifo", test_fifo);
  g_test_add_func ("/prompts/random-braces", test_random_braces);
  return g_test_run ();
}
