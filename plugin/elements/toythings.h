/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/toybrush.h"

G_BEGIN_DECLS

/* How the things of the toy world look. at: the middle of the bottom. */
void score_toy_paint_object (ScoreToyBrush * brush, ScoreToyObject object, ScoreToyPoint at);
/* A container has a part behind what lies in it, and one in front. */
void score_toy_paint_container_back (ScoreToyBrush * brush, ScoreToyContainer container, gdouble x);
void score_toy_paint_container_front (ScoreToyBrush * brush, ScoreToyContainer container, gdouble x);
/* The arm with its gripper; tip: middle between the fingertips. */
void score_toy_paint_robot (ScoreToyBrush * brush, ScoreToyPoint tip, gdouble gap);
/* On the table, of a thing whose bottom is at h. */
void score_toy_paint_shadow (ScoreToyBrush * brush, gdouble x, gdouble h, gdouble width);

G_END_DECLS
