/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-config.h"

typedef struct _SimServer SimServer;

/* Listens on 127.0.0.1 at once and answers while the default main context
 * runs. Keeps @config, which must outlive it. */
SimServer *sim_server_new (const SimConfig * config, GError ** error);
/* Drops the requests that wait. */
void sim_server_free (SimServer * self);
guint sim_server_get_port (SimServer * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimServer, sim_server_free)
