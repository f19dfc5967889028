/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "faultchances.h"

#include <string.h>

#include "faultbody.h"

#define PAIR "\"(\\w+)\":(-?[0-9.]+|NaN|1e999)"

gboolean
fault_chances_are_wanted (const FaultRequest * request)
{
  return fault_body_has_member (request, "logprobs")
      || fault_body_has_member (request, "responseLogprobs");
}

static gboolean
is_gemini (const FaultRequest * request)
{
  return strstr (request->target, ":generateContent") != NULL;
}

static GMatchInfo *
find_pairs (const gchar * text)
{
  g_autoptr (GRegex) pair = g_regex_new (PAIR, 0, 0, NULL);
  GMatchInfo *match = NULL;

  g_regex_match (pair, text, 0, &match);
  return match;
}

static void
append_chance (GString * out, gboolean gemini, const gchar * token,
    const gchar * logprob)
{
  g_string_append_printf (out, gemini ? "{\"token\":\"%s\","
      "\"logProbability\":%s}" : "{\"token\":\"%s\",\"logprob\":%s}", token,
      logprob);
}

/* Every chance, with commas between; the first one is the chosen token. */
static gchar *
list_chances (const gchar * text, gboolean gemini, gboolean all)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GMatchInfo) match = find_pairs (text);

  for (; g_match_info_matches (match) && (all || out->len == 0);
      g_match_info_next (match, NULL)) {
    g_autofree gchar *token = g_match_info_fetch (match, 1);
    g_autofree gchar *logprob = g_match_info_fetch (match, 2);

    g_string_append (out, out->len > 0 ? "," : "");
    append_chance (out, gemini, token, logprob);
  }
  return g_string_free (out, FALSE);
}

gchar *
fault_chances_make (const FaultRequest * request, const gchar * text)
{
  gboolean gemini = is_gemini (request);
  g_autofree gchar *all = NULL;
  g_autofree gchar *chosen = NULL;

  if (text == NULL || !fault_chances_are_wanted (request))
    return g_strdup ("");
  all = list_chances (text, gemini, TRUE);
  chosen = list_chances (text, gemini, FALSE);
  if (*chosen == '\0')
    return g_strdup ("");
  if (gemini)
    return g_strdup_printf (",\"logprobsResult\":{\"topCandidates\":["
        "{\"candidates\":[%s]}],\"chosenCandidates\":[%s]}", all, chosen);
  chosen[strlen (chosen) - 1] = '\0';
  return g_strdup_printf (",\"logprobs\":{\"content\":["
      "%s,\"top_logprobs\":[%s]}]}", chosen, all);
}

gchar *
fault_chances_choose (const FaultRequest * request, const gchar * text)
{
  g_autoptr (GMatchInfo) match = NULL;

  if (text == NULL || !fault_chances_are_wanted (request))
    return g_strdup (text);
  match = find_pairs (text);
  return g_match_info_matches (match) ? g_match_info_fetch (match, 1)
      : g_strdup (text);
}
