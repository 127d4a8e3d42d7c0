/* SPDX-License-Identifier: Apache-2.0 */
/* Late entries as they are kept for inspection: what was done on paper, who entered it when, why, who answers for it.
 */
#ifndef TAICHO_AUDIT_REPO_LATE_H
#define TAICHO_AUDIT_REPO_LATE_H

#include "services/audit/repo.h"

extern const struct db_stmt audit_add_late_entries, audit_read_late_entries;

/* audit_is_late_entry tells whether a person entered it late; what followed from such an entry is none. */
bool audit_is_late_entry(const struct event *e);
/* audit_late_save queues the rows of those entries that are late. */
void audit_late_save(struct batch *b, const struct audit_entry *entries, size_t count);

#endif
