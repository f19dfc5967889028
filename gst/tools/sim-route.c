/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-route.h"
#include "sim-robometer.h"

#include <string.h>

void
sim_route_clear (SimRoute * route)
{
  g_free (route->model);
}

static void
find_gemini (const gchar * name, SimRoute * route)
{
  const gchar *colon = strchr (name, ':');

  if (colon && g_str_equal (colon, ":generateContent"))
    route->action = SIM_ACTION_ASK;
  else if (colon == NULL && *name)
    route->action = SIM_ACTION_SHOW;
  else
    return;
  route->model = colon ? g_strndup (name, colon - name) : g_strdup (name);
}

/* Robometer's server has its paths at the root; below /v1 they are for one
 * base URL that does for every method. */
static gboolean
find_robometer (const gchar * path, SimRoute * route)
{
  static const struct
  {
    const gchar *path;
    SimAction action;
  } paths[] = {
    {"/evaluate_batch_npy", SIM_ACTION_CURVE},
    {"/health", SIM_ACTION_HEALTH},
    {"/model_info", SIM_ACTION_INFO},
  };

  if (g_str_has_prefix (path, "/v1/"))
    path += strlen ("/v1");
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    if (g_str_equal (path, paths[i].path))
      route->action = paths[i].action;
  }
  return route->action != SIM_ACTION_NONE;
}

void
sim_route_find (const gchar * path, SimRoute * route)
{
  *route = (SimRoute) {
  .name = "robometer"};
  if (find_robometer (path, route))
    return;
  route->dialect = g_str_has_prefix (path, "/v1beta/")
      ? &sim_gemini : &sim_openai;
  route->name = route->dialect->name;
  if (g_str_equal (path, "/v1/chat/completions")) {
    route->action = SIM_ACTION_ASK;
  } else if (g_str_equal (path, "/tokenize")) {
    route->action = SIM_ACTION_TOKENIZE;
  } else if (g_str_equal (path, "/v1/models")
      || g_str_equal (path, "/v1beta/models")) {
    route->action = SIM_ACTION_LIST;
  } else if (g_str_has_prefix (path, "/v1/models/")) {
    route->action = SIM_ACTION_SHOW;
    route->model = g_strdup (path + strlen ("/v1/models/"));
  } else if (g_str_has_prefix (path, "/v1beta/models/")) {
    find_gemini (path + strlen ("/v1beta/models/"), route);
  }
}

const gchar *
sim_route_method (const SimRoute * route)
{
  return sim_route_is_question (route)
      || route->action == SIM_ACTION_TOKENIZE ? "POST" : "GET";
}

gboolean
sim_route_is_question (const SimRoute * route)
{
  return route->action == SIM_ACTION_ASK || route->action == SIM_ACTION_CURVE;
}

gchar *
sim_route_complain (const SimRoute * route, const SimFault * fault)
{
  return route->dialect ? route->dialect->complain (fault)
      : sim_robometer_complain (fault);
}
