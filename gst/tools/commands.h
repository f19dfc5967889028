/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One function a command. argv[0] is the command's name; the return value is
 * the exit status: 0 done, 1 failed, 2 wrong usage. */
int score_tool_run (int argc, char **argv);
int score_tool_export (int argc, char **argv);
int score_tool_simulate (int argc, char **argv);
int score_tool_eval (int argc, char **argv);
int score_tool_report (int argc, char **argv);
