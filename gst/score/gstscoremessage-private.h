/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of the messages' structures and of their fields: here and nowhere else. */

#define SCORE_MESSAGE_EPISODE_STARTED "score/episode-started"
#define SCORE_MESSAGE_PROGRESS "score/progress"
#define SCORE_MESSAGE_EPISODE "score/episode"
#define SCORE_MESSAGE_LATE "score/late"

#define SCORE_FIELD_EPISODE_ID "episode-id"
#define SCORE_FIELD_TASK "task"
#define SCORE_FIELD_METHOD "method"
#define SCORE_FIELD_PROVIDER "provider"
#define SCORE_FIELD_MODEL "model"
#define SCORE_FIELD_OUTCOME "outcome"
#define SCORE_FIELD_STATUS "status"
#define SCORE_FIELD_PROVISIONAL "provisional"
#define SCORE_FIELD_ERROR_CODE "error-code"
#define SCORE_FIELD_ERROR_MESSAGE "error-message"
#define SCORE_FIELD_PROGRESS "progress"
#define SCORE_FIELD_MEAN_PROGRESS "mean-progress"
#define SCORE_FIELD_SUCCESS "success"
#define SCORE_FIELD_SUCCESS_THRESHOLD "success-threshold"
#define SCORE_FIELD_TIMESTAMP "timestamp"
#define SCORE_FIELD_STREAM_TIME "stream-time"
#define SCORE_FIELD_RUNNING_TIME "running-time"
#define SCORE_FIELD_UTC_TIME "utc-time"
#define SCORE_FIELD_DURATION "duration"
#define SCORE_FIELD_N_FRAMES "n-frames"
#define SCORE_FIELD_OBJECTS "objects"
#define SCORE_FIELD_COMPLETION_STATE "completion-state"
#define SCORE_FIELD_SAMPLES "samples"
#define SCORE_FIELD_NOTES "notes"
#define SCORE_FIELD_USAGE "usage"
#define SCORE_FIELD_LATENCY "latency"
#define SCORE_FIELD_OPTIONS "options"

/* Of the structures in "samples". */
#define SCORE_SAMPLE_STRUCTURE "sample"
#define SCORE_FIELD_INDEX "index"
#define SCORE_FIELD_RAW_VALUE "raw-value"
#define SCORE_FIELD_SUCCESS_PROBABILITY "success-probability"
#define SCORE_FIELD_FLAGS "flags"
#define SCORE_FIELD_DESCRIPTION "description"
#define SCORE_FIELD_REASON "reason"

#define SCORE_STATUS_SCORED "scored"
#define SCORE_STATUS_FAILED "failed"
