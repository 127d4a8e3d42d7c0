/* SPDX-License-Identifier: Apache-2.0 */
/* Being written. */
#include "services/ctl/commands.h"
#define PENDING(f) int f(const struct ctl_command *self, int argc, char **argv) { (void)argc; (void)argv; return ctl_fail("%s is not there yet", self->name); }
PENDING(ctl_report) PENDING(ctl_status) PENDING(ctl_dead_list) PENDING(ctl_dead_show) PENDING(ctl_dead_replay)
PENDING(ctl_dead_discard) PENDING(ctl_replay) PENDING(ctl_redrive) 
