/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was given as the reasons of an act on a dossier: for whoever has it next, and for the citizen who asks why. No
 * rule looks at it, so it is written, read by people, and never loaded.
 */
#ifndef TAICHO_DOMAIN_REMARK_H
#define TAICHO_DOMAIN_REMARK_H

#include "common/base/arena.h"
#include "common/base/instant.h"

/* The texts are whoever's who notes it, and last as long as the dossier's other new texts: until it is stored. */
struct remark {
    const char *what; /* the type of the event that tells of it: "SentBack" */
    int step;         /* in which it was done; 0: in none */
    const char *by;   /* the officer */
    instant at;
    const char **reasons; /* codes without commas */
    size_t reason_count;
    struct remark *next;
};

/* remark_note adds a copy behind those of the list; one without reasons says nothing and is not kept. */
void remark_note(struct remark **list, const struct remark *r, struct arena *a);

#endif
