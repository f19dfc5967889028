/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "manifest.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One episode of one results file, asked about with one task. */
typedef struct
{
  guint file;                   /* of the results files, from 0 */
  JsonNode *node;               /* the record as it was written */
  JsonObject *object;           /* of it */
  const gchar *id, *task;       /* of it; "" where there is none */
  gboolean scored;
  const ScoreManifestEntry *entry;      /* NULL: not in the manifest, or none */
  ScoreLabel label;
} ReportRecord;

/* Adds the records of a file that eval read without an error, in the order of the
 * file: of several of an episode and a task the one that eval takes. */
void report_records_add (GPtrArray * records, const gchar * path, guint file, const ScoreManifest * manifest);
GPtrArray *report_records_new (void);

/* Members of objects that others wrote: @otherwise where there is none of the kind. */
const gchar *report_get_string (JsonObject * object, const gchar * name, const gchar * otherwise);
gdouble report_get_number (JsonObject * object, const gchar * name, gdouble otherwise);
JsonObject *report_get_object (JsonObject * object, const gchar * name);
JsonArray *report_get_array (JsonObject * object, const gchar * name);

/* The object of a line or file of JSON; NULL where it is none. */
JsonNode *report_parse_object (const gchar * text, gssize length);

/* When a sample was taken, in the nanoseconds of its stream; NAN: not known. */
gdouble report_get_time (JsonObject * sample);

G_END_DECLS
