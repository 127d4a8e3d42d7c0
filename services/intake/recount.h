/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recount (tính lại hạn): the calendar has changed, and the dates of open dossiers are counted again by one auditable
 * batch. Whoever orders it has seen in a dry run which dates would move; the chunks of the batch only name the
 * dossiers, each one's turn comes as a piece of its own, in the order of arrival with everything else, and tells
 * DueMoved.
 */
#ifndef TAICHO_INTAKE_RECOUNT_H
#define TAICHO_INTAKE_RECOUNT_H

#include "common/flow/batch.h"

#define INTAKE_RECOUNT_SUBJECT   "recount" /* the kind of its subject */
#define INTAKE_RECOUNT_TIMER     "recount" /* what brings a dossier's turn */
#define INTAKE_RECOUNT_CHUNK_MAX 1000

/* INTAKE_BEGIN_RECOUNT: one chunk. */
struct intake_recount {
    const char *batch, *reason;
    int64_t release; /* of the reference data that the dry run was made with */
    const struct id *dossiers;
    size_t count;
    /* what the decision adds */
    const char *by;
    instant at;
    const struct intake_recount *next; /* another chunk of the same batch, decided before it */
};

/* Of a RECOUNT: which batch it belongs to, and who ordered that. */
struct intake_ordered {
    struct id batch; /* nil: none is known */
    const char *by;
};

/* intake_decide_recount is the act INTAKE_BEGIN_RECOUNT. ERR_CONFLICT: the reference data have changed since. */
enum err_code intake_decide_recount(struct item *i, struct err *reterr) MUST_CHECK;

#endif
