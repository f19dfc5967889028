/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

/* Looks at everything that comes along the bus: no key, no picture, no body that
 * has no end. */
#define WATCH_KEY "sk-faults-0123456789abcdef"

/* The next message of a type; those before it are looked at. @name: NULL for
 * any. */
GstMessage *watch_pop (Fixture * f, GstMessageType type, const gchar * name);
GstScoreResult *watch_pop_result (Fixture * f);
/* The warning about the episode @id, after its result; @helps is in its text. */
void watch_check_warning (Fixture * f, GstScoreError expected, const gchar * helps,
    const gchar * id);

G_END_DECLS
