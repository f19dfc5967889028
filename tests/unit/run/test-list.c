/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run asks: files, folders, patterns, URIs, ids, parts and confusion. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-list.h"

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* The test stands in a folder that goes with what is in it. */
typedef struct
{
  gchar *folder, *before;
} Fixture;

static void
set_up (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->before = g_get_current_dir ();
  self->folder = g_dir_make_tmp ("run-list-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chdir (self->folder), ==, 0);
}

static void
remove_all (const gchar * path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR)
      && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const gchar *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
      g_autofree gchar *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  g_assert_cmpint (g_chdir (self->before), ==, 0);
  remove_all (self->folder);
  g_free (self->folder);
  g_free (self->before);
}

static void
touch (const gchar * path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
}

static ScoreRunOptions
make_options (gchar ** inputs)
{
  ScoreRunOptions options = { 0 };

  options.inputs = inputs;
  options.task = (gchar *) "put it there";
  options.shard = options.n_shards = 1;
  options.price_input = options.price_output = options.price_cached = NAN;
  return options;
}

/* "id=video id=video" */
static gchar *
describe (GPtrArray * items)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++) {
    const ScoreRunItem *item = g_ptr_array_index (items, i);

    g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", item->id,
        item->video);
  }
  return g_string_free (text, FALSE);
}

static void
assert_list (const gchar * inputs, const gchar * expected)
{
  g_auto (GStrv) words = g_strsplit (inputs, " ", -1);
  ScoreRunOptions options = make_options (words);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = score_run_list_new (&options, &error);
  g_autofree gchar *text = NULL;

  if (items == NULL) {
    g_test_message ("%s: %s", inputs, error->message);
    g_assert_nonnull (strstr (error->message, expected));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
    return;
  }
  text = describe (items);
  g_assert_cmpstr (text, ==, expected);
}

static void
touch_many (void)
{
  static const gchar *const paths[] = {
    "set/b/2.mp4", "set/b/10.MKV", "set/a/clip.webm", "set/a/notes.txt",
    "set/a/.hidden.mp4", "set/.git/x.mp4", "set/a/code.ts", "one.mp4",
    "two.bin", "empty/readme.md", "[odd].mp4", "b.avi"
  };
  gchar packets[189 + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    touch (paths[i]);
  memset (packets, 'G', sizeof packets);
  g_assert_true (g_file_set_contents ("set/real.ts", packets, 189, NULL));
}

static void
test_inputs (Fixture * self, gconstpointer data)
{
  touch_many ();
  assert_list ("one.mp4", "one=one.mp4");
  /* whatever is named itself is taken, in the order of the command line */
  assert_list ("two.bin one.mp4", "two=two.bin one=one.mp4");
  assert_list ("set", "clip=set/a/clip.webm 10=set/b/10.MKV 2=set/b/2.mp4"
      " real=set/real.ts");
  assert_list ("set/b/ one.mp4", "10=set/b/10.MKV 2=set/b/2.mp4 one=one.mp4");
  assert_list ("*.mp4", "[odd]=[odd].mp4 one=one.mp4");
  assert_list ("set/*/*", "clip=set/a/clip.webm 10=set/b/10.MKV"
      " 2=set/b/2.mp4");
  assert_list ("s*", "clip=set/a/clip.webm 10=set/b/10.MKV 2=set/b/2.mp4"
      " real=set/real.ts");
  /* a file of that very name is no pattern */
  assert_list ("[odd].mp4", "[odd]=[odd].mp4");
  assert_list ("[bo]*", "b=b.avi one=one.mp4");
  /* each once */
  assert_list ("one.mp4 ./one.mp4 *.mp4", "one=one.mp4 [odd]=[odd].mp4");
}

static void
test_uris (Fixture * self, gconstpointer data)
{
  g_autofree gchar *path = g_canonicalize_filename ("a b.mp4", NULL);
  g_autofree gchar *uri = g_filename_to_uri (path, NULL, NULL);
  gchar *inputs[] = { uri, (gchar *) "https://host/x/clip%201.mp4?k=1", NULL };
  ScoreRunOptions options = make_options (inputs);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  const ScoreRunItem *item;

  touch ("a b.mp4");
  items = score_run_list_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 2);
  item = g_ptr_array_index (items, 0);
  g_assert_cmpstr (item->id, ==, "a b");
  g_assert_cmpstr (item->uri, ==, uri);
  g_assert_cmpstr (item->task, ==, "put it there");
  g_assert_cmpuint (item->line, ==, 0);
  item = g_ptr_array_index (items, 1);
  g_assert_cmpstr (item->id, ==, "clip 1");
  g_assert_cmpstr (item->uri, ==, "https://host/x/clip%201.mp4?k=1");
}

/* They are records that failed. */
static void
test_missing_inputs (Fixture * self, gconstpointer data)
{
  touch_many ();
  assert_list ("one.mp4 gone.mp4", "one=one.mp4 gone=gone.mp4");
  assert_list ("file:///nowhere/x.mp4", "x=/nowhere/x.mp4");
}

static void
test_wrong_inputs (Fixture * self, gconstpointer data)
{
  touch_many ();
  assert_list ("empty", "there is no video in the folder \"empty\"");
  assert_list ("*.wmv", "there is no video that fits \"*.wmv\"");
  assert_list ("set/a/*.txt", "there is no video that fits");
  assert_list ("", "No video is named");
}

static void
test_no_task (Fixture * self, gconstpointer data)
{
  gchar *inputs[] = { (gchar *) "one.mp4", NULL };
  static const gchar *const tasks[] = { NULL, "", "\xff" };

  touch ("one.mp4");
  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++) {
    ScoreRunOptions options = make_options (inputs);
    g_autoptr (GError) error = NULL;

    options.task = (gchar *) tasks[i];
    g_assert_null (score_run_list_new (&options, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
    g_assert_nonnull (strstr (error->message, "task"));
  }
}

/* A folder that holds a link to the folder that it is in. */
static void
test_links (Fixture * self, gconstpointer data)
{
  touch ("set/a/1.mp4");
  touch ("other/2.mp4");
  g_assert_cmpint (symlink ("..", "set/a/up"), ==, 0);
  g_assert_cmpint (symlink ("../../other", "set/a/over"), ==, 0);
  g_assert_cmpint (symlink ("nowhere.mp4", "set/a/dead.mp4"), ==, 0);
  assert_list ("set", "1=set/a/1.mp4 2=set/a/over/2.mp4");
}

static void
test_ids (Fixture * self, gconstpointer data)
{
  touch ("a/ep.mp4");
  touch ("b/ep.mp4");
  touch ("b/ep.mkv");
  touch ("x/a/ep.mp4");
  touch ("x/b/other.tar.mp4");
  touch ("a/ep.mp4.mp4");
  touch (".mp4");
  assert_list ("a/ep.mp4 b/ep.mp4", "a/ep=a/ep.mp4 b/ep=b/ep.mp4");
  assert_list ("b/ep.mp4 b/ep.mkv", "ep.mp4=b/ep.mp4 ep.mkv=b/ep.mkv");
  assert_list ("a/ep.mp4 b/ep.mp4 b/ep.mkv",
      "a/ep.mp4=a/ep.mp4 b/ep.mp4=b/ep.mp4 b/ep.mkv=b/ep.mkv");
  assert_list ("x/a/ep.mp4 b/ep.mp4 x/b/other.tar.mp4",
      "a/ep=x/a/ep.mp4 b/ep=b/ep.mp4 other.tar=x/b/other.tar.mp4");
  assert_list (".mp4", ".mp4=.mp4");
  assert_list ("https://h/a.mp4?k=1 https://h/a.mp4?k=2",
      "https://h/a.mp4?k=1=https://h/a.mp4?k=1"
      " https://h/a.mp4?k=2=https://h/a.mp4?k=2");
  assert_list ("http://h/v/a.mp4 http://g/v/a.mp4",
      "h/v/a=http://h/v/a.mp4 g/v/a=http://g/v/a.mp4");
}

/* Two folders up: what is above the fixture's folder is not known here. */
static void
test_deep_ids (Fixture * self, gconstpointer data)
{
  touch ("p/a/ep.mp4");
  touch ("q/a/ep.mp4");
  assert_list ("p q", "p/a/ep=p/a/ep.mp4 q/a/ep=q/a/ep.mp4");
}

static void
test_id_is_text (Fixture * self, gconstpointer data)
{
  touch ("caf\xe9.mp4");
  assert_list ("caf\xe9.mp4", "caf%E9=caf\xe9.mp4");
}

/* --- manifests --- */

static const gchar manifest[] =
    "id,task,video\n" "e1,put,a.mp4\n" "e2,push,b.mp4\n" "e3,put,c.mp4\n"
    "e4,pull,https://host/d.mp4\n" "e5,pull,a.mp4\n";

static ScoreRunOptions
make_manifest (const gchar * text)
{
  ScoreRunOptions options = make_options (NULL);

  touch ("sub/a.mp4");
  touch ("sub/b.mp4");
  touch ("sub/c.mp4");
  g_assert_true (g_file_set_contents ("sub/set.csv", text, -1, NULL));
  options.task = NULL;
  options.manifest = (gchar *) "sub/set.csv";
  return options;
}

/* "id:task id:task" */
static gchar *
describe_tasks (GPtrArray * items)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++) {
    const ScoreRunItem *item = g_ptr_array_index (items, i);

    g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "", item->id,
        item->task);
  }
  return g_string_free (text, FALSE);
}

static void
assert_tasks (const ScoreRunOptions * options, const gchar * expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = score_run_list_new (options, &error);
  g_autofree gchar *text = NULL;

  g_assert_no_error (error);
  text = describe_tasks (items);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_manifest (Fixture * self, gconstpointer data)
{
  ScoreRunOptions options = make_manifest (manifest);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = score_run_list_new (&options, &error);
  g_autofree gchar *path = g_canonicalize_filename ("sub/a.mp4", NULL);
  g_autofree gchar *uri = g_filename_to_uri (path, NULL, NULL);
  const ScoreRunItem *item;

  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 5);
  item = g_ptr_array_index (items, 0);
  g_assert_cmpstr (item->id, ==, "e1");
  g_assert_cmpstr (item->uri, ==, uri);
  g_assert_cmpstr (item->task, ==, "put");
  g_assert_cmpuint (item->line, ==, 2);
  item = g_ptr_array_index (items, 3);
  g_assert_cmpstr (item->uri, ==, "https://host/d.mp4");
}

static void
test_wrong_manifest (Fixture * self, gconstpointer data)
{
  ScoreRunOptions options =
      make_manifest ("id,task,video\r\na,t,a.mp4\r\nb,t,gone.mp4\r\n");
  g_autoptr (GError) error = NULL;

  g_assert_null (score_run_list_new (&options, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_cmpstr (error->message, ==, "sub/set.csv, line 3: there is no file"
      " \"sub/gone.mp4\".");
}

static void
test_parts (Fixture * self, gconstpointer data)
{
  static const gchar *const parts[][4] = {
    {"e1:put e2:push e3:put e4:pull e5:pull"},
    /* e5 is of the same video as e1 */
    {"e1:put e3:put e5:pull", "e2:push e4:pull"},
    {"e1:put e4:pull e5:pull", "e2:push", "e3:put"},
  };
  ScoreRunOptions options = make_manifest (manifest);

  for (guint n = 1; n <= G_N_ELEMENTS (parts); n++) {
    for (guint i = 1; i <= n; i++) {
      options.shard = i;
      options.n_shards = n;
      assert_tasks (&options, parts[n - 1][i - 1]);
    }
  }
  options.shard = options.n_shards = 7;
  assert_tasks (&options, "");
}

/* Every video is in one part, and no part has two more than another. */
static void
test_parts_of_many (Fixture * self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("id,task,video\n");
  ScoreRunOptions options;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "e%u,t,https://host/%u.mp4\n", i, i);
  options = make_manifest (text->str);
  for (guint n = 1; n <= 13; n += 3) {
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash,
        g_str_equal, g_free, NULL);

    for (guint k = 1; k <= n; k++) {
      g_autoptr (GPtrArray) items = NULL;

      options.shard = k;
      options.n_shards = n;
      items = score_run_list_new (&options, NULL);
      g_assert_cmpuint (items->len, >=, 1000 / n);
      g_assert_cmpuint (items->len, <=, 1000 / n + 1);
      for (guint i = 0; i < items->len; i++)
        g_assert_true (g_hash_table_add (seen, g_strdup (((ScoreRunItem *)
                        g_ptr_array_index (items, i))->id)));
    }
    g_assert_cmpuint (g_hash_table_size (seen), ==, 1000);
  }
}

static void
test_confusion (Fixture * self, gconstpointer data)
{
  ScoreRunOptions options = make_manifest (manifest);

  options.confusion = TRUE;
  assert_tasks (&options, "e1:put e1:push e1:pull e2:push e2:put e2:pull"
      " e3:put e3:push e3:pull e4:pull e4:put e4:push e5:pull e5:put e5:push");
  /* also of a part, with the tasks of all */
  options.shard = options.n_shards = 3;
  assert_tasks (&options, "e3:put e3:push e3:pull");
}

static void
test_groups (Fixture * self, gconstpointer data)
{
  static const gchar *const expected[] =
      { "e1:put e5:pull", "e2:push", "e3:put", "e4:pull" };
  ScoreRunOptions options = make_manifest (manifest);
  g_autoptr (GPtrArray) items = score_run_list_new (&options, NULL);
  g_autoptr (GPtrArray) groups = score_run_list_group (items);

  g_assert_cmpuint (groups->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < groups->len; i++) {
    g_autofree gchar *text = describe_tasks (g_ptr_array_index (groups, i));

    g_assert_cmpstr (text, ==, expected[i]);
  }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    {"/run-list/inputs", test_inputs},
    {"/run-list/uris", test_uris},
    {"/run-list/missing-inputs", test_missing_inputs},
    {"/run-list/wrong-inputs", test_wrong_inputs},
    {"/run-list/no-task", test_no_task},
    {"/run-list/links", test_links},
    {"/run-list/ids", test_ids},
    {"/run-list/deep-ids", test_deep_ids},
    {"/run-list/id-is-text", test_id_is_text},
    {"/run-list/manifest", test_manifest},
    {"/run-list/wrong-manifest", test_wrong_manifest},
    {"/run-list/parts", test_parts},
    {"/run-list/parts-of-many", test_parts_of_many},
    {"/run-list/confusion", test_confusion},
    {"/run-list/groups", test_groups},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
