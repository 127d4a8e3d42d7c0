/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands, each in the file of its noun. */
#ifndef TAICHO_CTL_COMMANDS_H
#define TAICHO_CTL_COMMANDS_H

#include "services/ctl/ctl.h"

typedef int ctl_run(const struct ctl_command *self, int argc, char **argv);

ctl_run ctl_migrate, ctl_topics;
ctl_run ctl_token_init, ctl_token_print;
ctl_run ctl_catalogue_check, ctl_catalogue_import;
ctl_run ctl_simulate, ctl_report, ctl_status;
ctl_run ctl_dead_list, ctl_dead_show, ctl_dead_replay, ctl_dead_discard;
ctl_run ctl_replay, ctl_redrive;
ctl_run ctl_deadlines_check, ctl_deadlines_move;
ctl_run ctl_clock_show, ctl_clock_forward;

#endif
