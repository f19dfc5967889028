/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-tokenize.h"
#include "sim-tokens.h"

#define CONTEXT 1048576
#define MAX_TOKENS 300000

static gboolean
check (const SimConfig * config, const gchar * model, const gchar * prompt,
    SimFault * fault)
{
  if (model && sim_config_find_model (config, model) == NULL)
    sim_fault_set (fault, 404, "model_not_found", "model",
        g_strdup_printf ("The model `%s` does not exist.", model));
  else if (prompt == NULL)
    sim_fault_set (fault, 400, "missing_required_parameter", "prompt",
        g_strdup ("'prompt' has to be a string; this server does not tokenize"
            " messages."));
  return fault->message == NULL;
}

gchar *
sim_tokenize_answer (const SimConfig * config, JsonObject * body,
    SimFault * fault)
{
  const gchar *prompt = sim_json_string (body, "prompt");
  g_autoptr (GArray) tokens = NULL;
  JsonObject *object;
  JsonArray *ids;

  if (!check (config, sim_json_string (body, "model"), prompt, fault))
    return NULL;
  tokens = sim_tokens_split (prompt);
  if (tokens->len > MAX_TOKENS) {
    sim_fault_set (fault, 400, "invalid_value", "prompt",
        g_strdup_printf ("The prompt has more than %d tokens.", MAX_TOKENS));
    return NULL;
  }
  object = json_object_new ();
  ids = json_array_new ();
  for (guint i = 0; i < tokens->len; i++)
    json_array_add_int_element (ids, g_array_index (tokens, SimToken, i).id);
  json_object_set_int_member (object, "count", tokens->len);
  json_object_set_int_member (object, "max_model_len", CONTEXT);
  json_object_set_array_member (object, "tokens", ids);
  json_object_set_null_member (object, "token_strs");
  return sim_json_print (object);
}
