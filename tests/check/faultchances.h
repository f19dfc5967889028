/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "faultserver.h"

G_BEGIN_DECLS

/* The log-probabilities of an answer's first token, for requests that want
 * them. The text of such an answer is the distribution: {"True":-0.5,"No":-1.5}.
 * With any other text there are none. */
gboolean fault_chances_are_wanted (const FaultRequest * request);
/* A member for the dialect's envelope, with the comma before it; or "". */
gchar *fault_chances_make (const FaultRequest * request, const gchar * text);
/* The token that the model chose; the text itself where nothing is wanted. */
gchar *fault_chances_choose (const FaultRequest * request, const gchar * text);

G_END_DECLS
