/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report-page.h"

#include <gio/gio.h>
#include <string.h>

#define FOLDER "/gst-score/report/"

/* JSON text in which nothing can end or open an element, nor a line of a script:
 * these characters are only in strings, where an escape says the same. */
static void
append_inert (GString * text, const gchar * json)
{
  for (const gchar * at = json; *at != '\0'; at++) {
    if (*at == '<' || *at == '>' || *at == '&')
      g_string_append_printf (text, "\\u%04x", (guint) * at);
    else if (g_str_has_prefix (at, "\xe2\x80\xa8")
        || g_str_has_prefix (at, "\xe2\x80\xa9")) {
      g_string_append_printf (text, "\\u202%c", at[2] == '\xa8' ? '8' : '9');
      at += 2;
    } else
      g_string_append_c (text, *at);
  }
}

void
report_page_add_block (GString * blocks, const gchar * name, JsonNode * data)
{
  g_autofree gchar *json = json_to_string (data, FALSE);

  g_string_append_printf (blocks,
      "<script type=\"application/json\" id=\"%s\">", name);
  append_inert (blocks, json);
  g_string_append (blocks, "</script>\n");
}

/* The files one after the other. */
static gchar *
load_parts (const gchar * const *names)
{
  GString *text = g_string_new (NULL);

  for (; *names != NULL; names++) {
    g_autofree gchar *path = g_strconcat (FOLDER, *names, NULL);
    g_autoptr (GBytes) part = g_resources_lookup_data (path,
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    g_assert (part != NULL);
    g_string_append_len (text, g_bytes_get_data (part, NULL),
        g_bytes_get_size (part));
  }
  return g_string_free (text, FALSE);
}

/* What the content security policy knows an inline script or style by. */
static gchar *
hash_part (const gchar * part)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree gchar *base64 = NULL;

  g_checksum_update (checksum, (const guchar *) part, -1);
  g_checksum_get_digest (checksum, digest, &length);
  base64 = g_base64_encode (digest, length);
  return g_strdup_printf ("'sha256-%s'", base64);
}

gchar *
report_page_build (const gchar * title, const gchar * blocks)
{
  static const gchar *const frame_files[] = { "page.html", NULL };
  static const gchar *const style_files[] = { "page.css", NULL };
  static const gchar *const script_files[] = {
    "common.js", "overview.js", "episodes.js", "episode.js", "main.js", NULL
  };
  g_autofree gchar *frame = load_parts (frame_files);
  g_autofree gchar *style = load_parts (style_files);
  g_autofree gchar *script = load_parts (script_files);
  g_autofree gchar *style_hash = hash_part (style);
  g_autofree gchar *script_hash = hash_part (script);
  g_autofree gchar *name = g_markup_escape_text (title, -1);
  const struct
  {
    const gchar *word, *text;
  } places[] = {
    {"STYLE", style}, {"STYLE-HASH", style_hash}, {"SCRIPT", script},
    {"SCRIPT-HASH", script_hash}, {"TITLE", name}, {"BLOCKS", blocks}
  };
  g_auto (GStrv) words = g_strsplit (frame, "@@", -1);
  GString *page = g_string_new (NULL);

  for (gchar ** word = words; *word != NULL; word++) {
    const gchar *text = *word;

    for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
      if (g_str_equal (*word, places[i].word))
        text = places[i].text;
    }
    g_string_append (page, text);
  }
  return g_string_free (page, FALSE);
}
