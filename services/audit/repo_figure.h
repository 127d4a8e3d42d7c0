/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a day: counted by unit and procedure as a batch moves them, and published as they are then. */
#ifndef TAICHO_AUDIT_REPO_FIGURE_H
#define TAICHO_AUDIT_REPO_FIGURE_H

#include "common/flow/batch.h"
#include "services/audit/audit.h"

/* What a batch adds to the figures of a unit, a procedure and a day. */
struct audit_figure {
    struct audit_delta delta;
    int64_t as_of; /* number of the last entry that is in it */
};

extern const struct db_stmt audit_save_figures;

/* audit_figures_save sends them with their fees, and what is published. Each unit, procedure and day stands once. */
void audit_figures_save(struct batch *b, const struct audit_figure *figures, size_t count);

#endif
