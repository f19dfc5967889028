/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-score-1.0: one program, one file a command. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"

#include <glib.h>
#include <locale.h>
#include <string.h>

typedef struct
{
  const gchar *name;
  const gchar *summary;
  int (*run) (int argc, char **argv);
} Command;

static const Command commands[] = {
  {"run", "score videos, several at a time, and go on where it was",
      score_tool_run},
  {"eval", "how well what was scored agrees with labels", score_tool_eval},
  {"report", "a page to look through what was scored", score_tool_report},
  {"export", "frame tables and subtitles from the records of episodes",
      score_tool_export},
  {"simulate", "a model server for the toy world, to try the chain without a"
        " model", score_tool_simulate},
};

static void
print_usage (void)
{
  g_print ("Usage: gst-score-" GST_API_VERSION " COMMAND [OPTION…]\n\n"
      "Commands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, commands[i].summary);
  g_print ("\nOptions:\n"
      "  --help     show this text\n"
      "  --version  show the version\n\n" "Each command has its own --help.\n");
}

static const Command *
find_command (const gchar * name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  }
  return NULL;
}

int
main (int argc, char **argv)
{
  const Command *command;

  setlocale (LC_ALL, "");
  if (argc < 2) {
    g_printerr ("gst-score-" GST_API_VERSION ": no command is given; see"
        " --help.\n");
    return 2;
  }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")) {
    print_usage ();
    return 0;
  }
  if (g_str_equal (argv[1], "--version")) {
    g_print ("gst-score-" GST_API_VERSION " " PACKAGE_VERSION "\n");
    return 0;
  }
  command = find_command (argv[1]);
  if (command == NULL) {
    g_printerr ("gst-score-" GST_API_VERSION ": there is no command \"%s\"; see"
        " --help.\n", argv[1]);
    return 2;
  }
  return command->run (argc - 1, argv + 1);
}
