/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The periods that the law leaves out of a dossier's time, by an article that its procedure names (PeriodExcluded;
 * PeriodEnded when one ended early), as its steps are counted: no working time of theirs runs during one, so that who
 * waits for an expert's examination is not called slow. Which dates of the dossier they move is the counter's to say.
 */
#ifndef TAICHO_DOMAIN_LEFT_OUT_H
#define TAICHO_DOMAIN_LEFT_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/instant.h"

#define LEFT_OUT_MAX 4 /* of one dossier */

struct left_out_period {
    instant from, until;
};

/* In order; none meets another. */
struct left_out {
    struct left_out_period of[LEFT_OUT_MAX];
    size_t count;
};

/* left_out_add adds a period, as one with those that it meets; one too many is not taken (false). */
bool left_out_add(struct left_out *l, struct left_out_period p);

#endif
