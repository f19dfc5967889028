/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "faultserver.h"

G_BEGIN_DECLS

/* What a fault server says, as bytes; no socket here. */

/* An answer with success around @text, spoilt as @kind says. */
GBytes *fault_body_answer (const FaultRequest * request, FaultKind kind, const gchar * text);
/* An error of @status in the dialect of the request. */
GBytes *fault_body_error (const FaultRequest * request, guint status, const gchar * code, const gchar * param);
/* Of what is asked beside the questions: the list of models, the server's
 * health, the number of a token; NULL of anything else. */
GBytes *fault_body_aside (const FaultRequest * request);
GBytes *fault_body_gzip (GBytes * plain);
/* Whether the body has this member on its top level or in generationConfig. */
gboolean fault_body_has_member (const FaultRequest * request, const gchar * member);

G_END_DECLS
