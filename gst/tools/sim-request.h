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
  SIM_STAGE_OTHER               /* a schema of somebody else */
} SimStage;

const gchar *sim_stage_name (SimStage stage);

typedef struct
{
  guint frame;                  /* the number written before the picture */
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
  JsonNode *schema;             /* the answer has to follow, or NULL */
  gboolean json;                /* the answer has to be JSON */
  guint max_tokens;             /* of the answer, 0 for any */
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
/* Looks at the picture at once and keeps only what it saw. FALSE when @jpeg can
 * not be decoded. */
SimPicture *sim_request_add_picture (SimRequest * self, GBytes * jpeg);

/* The schema of the request, else one that is written in its text. */
SimStage sim_request_stage (SimRequest * self);

/* What follows "Task:" or "Objects:" on the last line that begins so; NULL
 * without one. */
gchar *sim_request_line (const SimRequest * self, const gchar * name);
/* The described frames, in the order in which they are written. */
GArray *sim_request_frame_lines (const SimRequest * self);
