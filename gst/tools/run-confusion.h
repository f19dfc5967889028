/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-list.h"

G_BEGIN_DECLS

/* Every item of @items with every task of @all, which @items are of: its own first,
 * then the others in the order in which @all names them. The id stays that of the
 * item. Tasks of the same words are one. */
GPtrArray *score_run_confusion_new (GPtrArray * items, GPtrArray * all);

G_END_DECLS
