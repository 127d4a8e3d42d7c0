/* SPDX-License-Identifier: Apache-2.0 */
/* The officers who are barred from acting on a dossier here (domain/dossier.h), stored in the table `barred`. */
#ifndef TAICHO_FLOW_BARRED_H
#define TAICHO_FLOW_BARRED_H

#include "common/domain/dossier.h"
#include "common/flow/batch.h"

/* barred_of gives those of a stage's dossier. */
typedef struct barred *barred_of(void *dossier);

struct db_answer *barred_ask(struct batch *b);
void barred_take(struct batch *b, const struct db_answer *q, barred_of *of); /* behind facts_take */
void barred_save(struct batch *b, void *const *dossiers, size_t count, barred_of *of);

extern const struct db_stmt barred_load_stmt, barred_save_stmt;

/* Those of dossier d as JSON. */
#define BARRED_JSON                                                                                                    \
    "(SELECT coalesce(json_agg(p.officer ORDER BY p.officer), '[]') FROM barred p WHERE p.dossier = d.id)"

#endif
