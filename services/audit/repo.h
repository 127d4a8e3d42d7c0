/* SPDX-License-Identifier: Apache-2.0 */
/* Every SQL statement of this schema: entries and figures of a batch, and the reads that PostgreSQL answers as JSON. */
#ifndef TAICHO_AUDIT_REPO_H
#define TAICHO_AUDIT_REPO_H

#include "common/flow/batch.h"
#include "services/audit/audit.h"

extern const struct db_stmt *const audit_statements[]; /* NULL-terminated: for `check` */

void audit_repo_ask(struct batch *b);
enum err_code audit_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void audit_repo_save(struct batch *b);
void audit_repo_ask_targets(
    struct batch *b); /* once, beside ask: what is stored of all targets, when one is recorded */

/* An event under its number. */
struct audit_entry {
    int64_t number;
    const struct work *work;
};

/* Marks of a decision, saved with the batch. Deltas of the same (unit, procedure, day) are added up. */
void audit_repo_add_entry(struct batch *b, int64_t number, const struct work *w);
void audit_repo_add_delta(struct batch *b, const struct audit_delta *d, int64_t number);
/* audit_repo_has_target tells whether exactly this target is stored. */
bool audit_repo_has_target(const struct batch *b, const struct audit_target *t);
void audit_repo_add_target(struct batch *b, const struct audit_target *t);

#endif
