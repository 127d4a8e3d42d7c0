/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that co-operating units have given, or not, as they are kept for inspection (D61 Art. 19(6)). */
#ifndef TAICHO_AUDIT_REPO_PARTS_H
#define TAICHO_AUDIT_REPO_PARTS_H

#include "services/audit/repo.h"

extern const struct db_stmt audit_count_parts, audit_read_parts;

/* audit_parts_save counts those of the entries that end a part. */
void audit_parts_save(struct batch *b, const struct audit_entry *entries, size_t count);

#endif
