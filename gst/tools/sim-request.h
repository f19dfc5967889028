/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-json.h"
#include "sim-vision.h"

typedef enum
{
  SIM_STAGE_TEXT,               /* no schema: plain prose */
  SIM_STAGE_OBJECTS,
  SIM_STAGE_DESCRIBE,
  SIM_STAGE_PROGRESS,
  SIM_STAGE_FRAMES,             /* a percentage of each picture, as GVL asks */
  SIM_STAGE_TRUTH,              /* True or not, as TOPReward asks */
  SIM_STAGE_RUBRIC,             /* a score from 1 to 5, as RoboReward asks */
  SIM_STAGE_CURVE,              /* a value a frame, as Robometer is asked */
  SIM_STAGE_OTHER               /* a schema of somebody else */
} SimStage;

const gchar *sim_stage_name (SimStage stage);

typedef struct
{
  guint frame;                  /* the number written before the picture */
  gboolean labelled;            /* such a number is there */
  gboolean known;               /* its progress is given with it */
  gboolean video;               /* a frame of one */
  guint width, height;
  guint tokens;
  SimScene scene;
} SimPicture;

/* A question, whatever the dialect it came in. */
typedef struct
{
  gchar *model;
  GString *system;
  GString *text;                /* of the user, one part a line */
  GArray *pictures;             /* of SimPicture */
  guint label;                  /* frame number in the newest text part */
  gboolean label_known;         /* and its progress */
  gboolean after_picture;       /* no text since the newest picture */
  JsonNode *schema;             /* the answer has to follow, or NULL */
  gboolean json;                /* the answer has to be JSON */
  guint max_tokens;             /* of the answer, 0 for any */
  gboolean want_chances;        /* log-probabilities */
  guint n_chances;              /* of so many tokens */
  GArray *token_ids;            /* of guint: of these and no others; or NULL */
  gboolean open_ended;          /* the answer goes on with the question */
  guint64 hash;                 /* of all of it */
} SimRequest;

/* One line of the text: `Frame N (t = X s): description`. */
typedef struct
{
  guint frame;
  gchar *description;
} SimFrameLine;

SimRequest *sim_request_new (void);
void sim_request_free (SimRequest * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRequest, sim_request_free)

void sim_request_add_text (SimRequest * self, const gchar * text);
/* Looks at the picture at once and keeps only what it saw. NULL when @jpeg can
 * not be decoded. */
SimPicture *sim_request_add_picture (SimRequest * self, GBytes * jpeg);
SimPicture *sim_request_add_pixels (SimRequest * self,
    const SimPixels * pixels);

/* Pictures and frames of videos in one request. */
#define SIM_REQUEST_MOST 3600

/* The schema of the request, else one that is written in its text. */
SimStage sim_request_stage (SimRequest * self);

/* What follows "Task:" or "Objects:" on the last line that begins so; NULL
 * without one. */
gchar *sim_request_line (const SimRequest * self, const gchar * name);
/* What the robot was told to do, however the question puts it; "" where it does
 * not say. */
gchar *sim_request_task (const SimRequest * self);
/* The described frames, in the order in which they are written. */
GArray *sim_request_frame_lines (const SimRequest * self);
