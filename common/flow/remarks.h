/* SPDX-License-Identifier: Apache-2.0 */
/* The reasons that were given for acts on a dossier (domain/remark.h), stored in the table `remark`. */
#ifndef TAICHO_FLOW_REMARKS_H
#define TAICHO_FLOW_REMARKS_H

#include "common/domain/remark.h"
#include "common/flow/batch.h"

/* remarks_of gives those of a stage's dossier that are not stored yet. */
typedef const struct remark *remarks_of(const void *dossier);

void remarks_save(struct batch *b, void *const *dossiers, size_t count, remarks_of *of);

/* The same of what is kept apart from a dossier: what a batch has to store, which is added to one by one. */
struct remarks *remarks_new(struct batch *b);
void remarks_add(struct remarks *r, struct id dossier, const struct remark *list);
void remarks_store(struct remarks *r);

/* remarks_read gives the reasons that an event carries, as they are: another service knows its own codes. */
const char **remarks_read(char *const *reasons, size_t count, struct arena *a);

extern const struct db_stmt remarks_save_stmt;

/* Those of dossier d as JSON, the oldest first. */
#define REMARKS_JSON                                                                                                   \
    "(SELECT coalesce(json_agg(json_build_object('what', m.what, 'step', nullif(m.step, 0), 'by', m.officer,"          \
    " 'at', civil(m.at), 'reasons', m.reasons) ORDER BY m.number), '[]') FROM remark m WHERE m.dossier = d.id)"

#endif
