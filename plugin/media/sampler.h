/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Chooses samples by time stamp, on a grid that begins with the first frame of
 * the episode: of every step the first frame. When the episode outgrows
 * max_samples the step doubles until enough samples are dropped. One place is
 * kept free for the last frame of the episode, which the caller adds at its end
 * with score_sampler_finish().
 *
 * Where the frame rate is known the grid is rounded to whole frames, half to
 * even: the "aligned" schedule of TOPReward (arXiv 2602.19313), which takes of 15
 * frames a second at a step of 1/2 s frames 0, 8, 15, 22, 30 ...
 *
 * Every gap between neighbours is at least half a step, and longer than two only
 * where the stream itself had no frame for longer than the step of that moment;
 * only the gap before the last frame may be shorter. What was kept would be kept
 * again of a stream without the rest. Pure: no clock, no thread. */
typedef struct _ScoreSampler ScoreSampler;

/* For containers that round time stamps; at most half a step. */
#define SCORE_SAMPLER_TOLERANCE (2 * GST_MSECOND)

ScoreSampler *score_sampler_new (GstClockTime step, guint max_samples); /* step > 0, max_samples >= 2 */
void score_sampler_free (ScoreSampler * sampler);
/* Of what comes from now on; 0/1: not known. */
void score_sampler_set_frame_rate (ScoreSampler * sampler, guint n, guint d);
void score_sampler_reset (ScoreSampler * sampler);      /* a new episode, from the first step again */

/* Before the first frame of an episode that will probably be this long: the step
 * is doubled at once as often as it would be in the end, so that no sample is
 * taken to be dropped later. 0 or NONE: not known. */
void score_sampler_expect (ScoreSampler * sampler, GstClockTime duration);

/* TRUE when the frame at @time is to be a sample. Asks only. */
gboolean score_sampler_wants (const ScoreSampler * sampler, GstClockTime time);
/* Takes the frame at @time as a sample and returns its id (ascending from 0).
 * Sets *thinned when earlier samples were dropped to make room: then
 * score_sampler_get_kept() tells which are left (the new one may be among the
 * dropped). Call only where score_sampler_wants() says so. */
guint64 score_sampler_take (ScoreSampler * sampler, GstClockTime time, gboolean * thinned);
/* Takes the last frame whatever the step; FALSE when @time is that of the
 * newest kept sample already. */
gboolean score_sampler_finish (ScoreSampler * sampler, GstClockTime time, guint64 * id);
/* Ids of the samples kept so far, ascending. */
const guint64 *score_sampler_get_kept (const ScoreSampler * sampler, guint * n);
/* The earliest time at which a frame would be wanted; NONE before the first. */
GstClockTime score_sampler_get_next (const ScoreSampler * sampler);
GstClockTime score_sampler_get_step (const ScoreSampler * sampler);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreSampler, score_sampler_free)

G_END_DECLS
