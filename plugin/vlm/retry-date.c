/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/retry-date.h"

#include <stdio.h>

static gint
parse_month (const gchar * name)
{
  static const gchar months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const gchar *found = strlen (name) == 3 ? strstr (months, name) : NULL;

  if (found == NULL || (found - months) % 3 != 0)
    return 0;
  return (gint) (found - months) / 3 + 1;
}

gint64
score_retry_parse_date (const gchar * text)
{
  gint year = 0, day = 0, hour = 0, minute = 0, second = 0;
  gchar month[4] = "", zone[5] = "";
  g_autoptr (GDateTime) time = NULL;

  /* Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT;
   * Sun Nov  6 08:49:37 1994 */
  if (sscanf (text, "%*[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %4s", &day,
          month, &year, &hour, &minute, &second, zone) == 7
      || sscanf (text, "%*[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d %4s", &day,
          month, &year, &hour, &minute, &second, zone) == 7) {
    if (strcmp (zone, "GMT") != 0 && strcmp (zone, "UTC") != 0)
      return -1;
  } else if (sscanf (text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", month,
          &day, &hour, &minute, &second, &year) != 6) {
    return -1;
  }
  if (year >= 0 && year < 100)
    year += year < 70 ? 2000 : 1900;
  /* a leap second is none to GDateTime */
  time = g_date_time_new_utc (year, parse_month (month), day, hour, minute,
      MIN (second, 59));
  return time != NULL ? g_date_time_to_unix (time) : -1;
}
