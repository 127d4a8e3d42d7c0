/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread's edge: one line when a loop begins to fail or fails for another reason, one a minute while it does, one
 * when it goes well again, and the pause between two attempts. Functions of flow/ return errors; only a loop that owns
 * a thread uses this.
 */
#ifndef TAICHO_FLOW_TROUBLE_H
#define TAICHO_FLOW_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"

struct trouble {
    const char *doing; /* "consuming" */
    bool failing;
    enum err_code code;   /* of the failure last logged */
    char told[320];       /* its text */
    int64_t last, logged; /* instant_mono */
    int pause_ms;
};

/* trouble_note takes a failure and returns how long to pause: 100 ms, doubled up to 2 s. One that needs no more than
 * patience (ERR_UNAVAILABLE) is a warning, any other an error. */
int trouble_note(struct trouble *t, const struct err *e);
/* trouble_none is told that a step went well. */
void trouble_none(struct trouble *t);

#endif
