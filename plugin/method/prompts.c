/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/prompts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>

#define RESOURCE_PREFIX "/gst-score/prompts/"
#define DIGEST_LENGTH 16
#define MAX_PLACEHOLDERS 6
#define MAX_VALUES 8
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* What a text may say, and how many of the first of these it has to say. */
typedef struct
{
  const gchar *name;
  guint n_required;
  const gchar *placeholders[MAX_PLACEHOLDERS + 1];
} Rule;

static const Rule rules[] = {
  {"system", 0, {NULL}},
  {"objects", 1, {"task", "count", "first", "last", NULL}},
  {"describe", 2, {"task", "objects", "count", "first", "last", NULL}},
  {"progress", 2, {"task", "descriptions", "objects", "count", "first", "last",
          NULL}},
  {"completion", 1, {"completion_state", NULL}},
  {"repair", 1, {"problem", NULL}},
  {"gvl", 1, {"task", NULL}},
  {"gvl-frames", 1, {"task", "count", "first", "last", NULL}},
  {"roboreward", 1, {"task", NULL}},
  {"topreward", 1, {"task", NULL}},
};

struct _ScorePrompts
{
  gatomicrefcount ref_count;
  gchar *texts[G_N_ELEMENTS (rules)];
  gchar digest[DIGEST_LENGTH + 1];
};

typedef enum
{
  TOKEN_END,
  TOKEN_TEXT,
  TOKEN_PLACEHOLDER,
  TOKEN_STRAY_BRACE,
} TokenKind;

/* A stretch of a text: literal, or the name between two braces. */
typedef struct
{
  TokenKind kind;
  const gchar *start;
  gsize length;
} Token;

static Token
next_token (const gchar ** cursor)
{
  const gchar *p = *cursor;
  Token token = { TOKEN_TEXT, p, strcspn (p, "{}") };

  if (*p == '\0') {
    token.kind = TOKEN_END;
  } else if (token.length > 0) {
    *cursor = p + token.length;
  } else if (p[0] == p[1]) {
    token.length = 1;
    *cursor = p + 2;
  } else {
    gsize n = strspn (p + 1, "abcdefghijklmnopqrstuvwxyz_");

    token.kind = TOKEN_STRAY_BRACE;
    token.length = 1;
    *cursor = p + 1;
    if (*p == '{' && n > 0 && p[n + 1] == '}') {
      token.kind = TOKEN_PLACEHOLDER;
      token.start = p + 1;
      token.length = n;
      *cursor = p + n + 2;
    }
  }
  return token;
}

static gboolean
token_is (const Token * token, const gchar * name)
{
  return strlen (name) == token->length
      && strncmp (token->start, name, token->length) == 0;
}

static guint
count_lines (const gchar * start, const gchar * end)
{
  guint lines = 1;

  for (; start < end; start++)
    lines += *start == '\n';
  return lines;
}

/* Marks the placeholder in @seen; FALSE when the rule has no such. */
static gboolean
allow_placeholder (const Rule * rule, const Token * token, gboolean * seen)
{
  for (guint i = 0; rule->placeholders[i]; i++) {
    if (token_is (token, rule->placeholders[i])) {
      seen[i] = TRUE;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
check_required (const Rule * rule, const gboolean * seen, const gchar * path,
    GError ** error)
{
  for (guint i = 0; i < rule->n_required; i++) {
    if (!seen[i]) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "prompt-location: %s nowhere says {%s}, which it has to", path,
          rule->placeholders[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_text (const Rule * rule, const gchar * text, const gchar * path,
    GError ** error)
{
  gboolean seen[MAX_PLACEHOLDERS] = { FALSE };
  const gchar *cursor = text;
  Token token;

  while ((token = next_token (&cursor)).kind != TOKEN_END) {
    if (token.kind == TOKEN_STRAY_BRACE) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "prompt-location: %s, line %u: a single %c; write it twice where a "
          "brace is meant", path, count_lines (text, token.start),
          *token.start);
      return FALSE;
    }
    if (token.kind == TOKEN_PLACEHOLDER
        && !allow_placeholder (rule, &token, seen)) {
      g_autofree gchar *name = g_strndup (token.start, token.length);

      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "prompt-location: %s, line %u: there is no placeholder {%.40s} for "
          "this text", path, count_lines (text, token.start), name);
      return FALSE;
    }
  }
  return check_required (rule, seen, path, error);
}

/* Line ends of one kind, no mark in front, no blanks at the end. */
static gchar *
normalise_text (const gchar * raw)
{
  GString *text = g_string_new (raw);

  if (g_str_has_prefix (text->str, BYTE_ORDER_MARK))
    g_string_erase (text, 0, strlen (BYTE_ORDER_MARK));
  g_string_replace (text, "\r\n", "\n", 0);
  return g_strchomp (g_string_free (text, FALSE));
}

static gchar *
take_text (const Rule * rule, const gchar * raw, gsize length,
    const gchar * path, GError ** error)
{
  g_autofree gchar *text = NULL;
  const gchar *bad = NULL;

  if (!g_utf8_validate (raw, length, &bad)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "prompt-location: %s, line %u: not UTF-8", path,
        count_lines (raw, bad));
    return NULL;
  }
  text = normalise_text (raw);
  if (*text == '\0') {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "prompt-location: %s is empty", path);
    return NULL;
  }
  return check_text (rule, text, path, error) ? g_steal_pointer (&text) : NULL;
}

static gboolean
read_all (gint fd, GString * into)
{
  gchar block[4096];
  gssize n;

  while (into->len <= SCORE_PROMPTS_MAX_FILE) {
    n = read (fd, block, sizeof (block));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return n == 0;
    g_string_append_len (into, block, n);
  }
  errno = EFBIG;
  return FALSE;
}

/* NULL with no error where there is no such file. Opened without blocking, so
 * that a fifo cannot hold the start of an element. */
static GString *
read_file (const gchar * path, GError ** error)
{
  GString *raw = NULL;
  struct stat info;
  gint fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  gint problem = fd < 0 ? errno : 0;

  if (fd < 0 && problem == ENOENT)
    return NULL;
  if (fd >= 0) {
    raw = g_string_new (NULL);
    if (fstat (fd, &info) == 0 && !S_ISREG (info.st_mode))
      problem = EINVAL;
    else if (!read_all (fd, raw))
      problem = errno;
    close (fd);
  }
  if (problem == 0)
    return raw;
  if (raw)
    g_string_free (raw, TRUE);
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "prompt-location: cannot read %s: %s", path, problem == EINVAL
      ? "not a regular file" : g_strerror (problem));
  return NULL;
}

static gchar *
load_user_text (const Rule * rule, const gchar * location, GError ** error)
{
  g_autofree gchar *file = g_strconcat (rule->name, ".txt", NULL);
  g_autofree gchar *path = g_build_filename (location, file, NULL);
  GString *raw = read_file (path, error);
  gchar *text;

  if (!raw)
    return NULL;
  text = take_text (rule, raw->str, raw->len, path, error);
  g_string_free (raw, TRUE);
  return text;
}

static gchar *
load_built_in_text (const Rule * rule, GError ** error)
{
  g_autofree gchar *path =
      g_strconcat (RESOURCE_PREFIX, rule->name, ".txt", NULL);
  g_autoptr (GError) lookup_error = NULL;
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE,
      &lookup_error);
  const gchar *raw;
  gsize length;

  if (!bytes) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "the built-in text %s is missing: %s", path, lookup_error->message);
    return NULL;
  }
  raw = g_bytes_get_data (bytes, &length);
  return take_text (rule, raw, length, path, error);
}

static gchar *
load_text (const Rule * rule, const gchar * location, GError ** error)
{
  g_autoptr (GError) user_error = NULL;
  gchar *text = NULL;

  if (location)
    text = load_user_text (rule, location, &user_error);
  if (user_error) {
    g_propagate_error (error, g_steal_pointer (&user_error));
    return NULL;
  }
  return text ? text : load_built_in_text (rule, error);
}

static void
make_digest (ScorePrompts * self)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    const gchar *text = self->texts[i];

    /* With the final NULs, so that no two sets of texts run together. */
    g_checksum_update (sum, (const guchar *) rules[i].name,
        strlen (rules[i].name) + 1);
    g_checksum_update (sum, (const guchar *) text, strlen (text) + 1);
  }
  g_strlcpy (self->digest, g_checksum_get_string (sum), sizeof (self->digest));
}

ScorePrompts *
score_prompts_new (const gchar * location, GError ** error)
{
  g_autoptr (ScorePrompts) self = NULL;

  if (location && !g_file_test (location, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "prompt-location: %s is not a folder", location);
    return NULL;
  }
  self = g_new0 (ScorePrompts, 1);
  g_atomic_ref_count_init (&self->ref_count);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    self->texts[i] = load_text (&rules[i], location, error);
    if (!self->texts[i])
      return NULL;
  }
  make_digest (self);
  return g_steal_pointer (&self);
}

ScorePrompts *
score_prompts_ref (ScorePrompts * prompts)
{
  g_atomic_ref_count_inc (&prompts->ref_count);
  return prompts;
}

void
score_prompts_unref (ScorePrompts * prompts)
{
  if (!g_atomic_ref_count_dec (&prompts->ref_count))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_free (prompts->texts[i]);
  g_free (prompts);
}

static const gchar *
find_text (const ScorePrompts * self, const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    if (g_str_equal (rules[i].name, name))
      return self->texts[i];
  }
  return NULL;
}

/* @pairs: name, value, name, value, NULL. */
static const gchar *
find_value (const gchar * const *pairs, const Token * token)
{
  for (guint i = 0; pairs[i]; i += 2) {
    if (token_is (token, pairs[i]))
      return pairs[i + 1];
  }
  return NULL;
}

static gchar *
expand (const gchar * text, const gchar * const *pairs)
{
  GString *out = g_string_new (NULL);
  const gchar *cursor = text;
  Token token;

  while ((token = next_token (&cursor)).kind != TOKEN_END) {
    if (token.kind == TOKEN_PLACEHOLDER) {
      const gchar *value = find_value (pairs, &token);

      g_warn_if_fail (value != NULL);
      g_string_append (out, value ? value : "");
    } else {
      g_string_append_len (out, token.start, token.length);
    }
  }
  return g_string_free (out, FALSE);
}

gchar *
score_prompts_expand (const ScorePrompts * prompts, const gchar * name, ...)
{
  const gchar *pairs[2 * MAX_VALUES + 1] = { NULL };
  const gchar *text = find_text (prompts, name);
  const gchar *pair;
  guint n = 0;
  va_list values;

  g_return_val_if_fail (text != NULL, NULL);
  va_start (values, name);
  while (n + 2 < G_N_ELEMENTS (pairs)
      && (pair = va_arg (values, const gchar *)) != NULL)
  {
    pairs[n++] = pair;
    pairs[n++] = va_arg (values, const gchar *);
  }
  va_end (values);
  return expand (text, pairs);
}

const gchar *
score_prompts_get_digest (const ScorePrompts * prompts)
{
  return prompts->digest;
}
