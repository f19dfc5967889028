/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-dialect.h"

typedef enum
{
  SIM_ACTION_NONE,
  SIM_ACTION_ASK,               /* a question to a model */
  SIM_ACTION_CURVE,             /* videos to Robometer */
  SIM_ACTION_TOKENIZE,
  SIM_ACTION_LIST,              /* the models */
  SIM_ACTION_SHOW,              /* one of them */
  SIM_ACTION_HEALTH,
  SIM_ACTION_INFO
} SimAction;

/* Where a path leads. */
typedef struct
{
  const gchar *name;            /* of the dialect */
  const SimDialect *dialect;    /* NULL: Robometer's */
  SimAction action;
  gchar *model;                 /* of the path, or NULL */
} SimRoute;

void sim_route_find (const gchar * path, SimRoute * route);
void sim_route_clear (SimRoute * route);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimRoute, sim_route_clear)

/* "GET" or "POST". */
const gchar *sim_route_method (const SimRoute * route);
/* It is counted, limited, delayed and logged. */
gboolean sim_route_is_question (const SimRoute * route);
/* @fault in the words of the dialect. */
gchar *sim_route_complain (const SimRoute * route, const SimFault * fault);
