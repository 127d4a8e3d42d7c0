/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns what: the process that has each partition of the topics that a service listens to, with its epoch, from the
 * service's own rows (`consumed`), not from the broker's word. A row keeps its last owner until another one claims it,
 * so beside it stands whether that process is connected to the database now.
 */
#ifndef TAICHO_CTL_OWNERS_H
#define TAICHO_CTL_OWNERS_H

#include "services/ctl/ctl.h"

/* owners_print prints a line for each process, topic and epoch of a service; false after it has said what is wrong. */
bool owners_print(struct arena *a, int service);
/* owners_json gives the same as a JSON array in the arena; NULL after it has said what is wrong. */
const char *owners_json(struct arena *a, int service);

#endif
