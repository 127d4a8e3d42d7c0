/* SPDX-License-Identifier: Apache-2.0 */
/* The papers of a dossier on their way through a stage: read from DocumentFiled, stored in the table `paper`. */
#ifndef TAICHO_FLOW_PAPERS_H
#define TAICHO_FLOW_PAPERS_H

#include "common/domain/dossier.h"
#include "common/domain/paper.h"
#include "common/flow/batch.h"

/* papers_read reads DocumentFiled; handle_read the handle that an event must have ("readable handle of its draft").
 * ERR_MALFORMED: it cannot be true. */
enum err_code papers_read(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct paper *ret,
                          struct err *reterr) MUST_CHECK;
enum err_code handle_read(const struct Taicho__V1__DocumentHandle *m, const struct event *e, const char *what,
                          struct document_handle *ret, struct err *reterr) MUST_CHECK;

/* papers_of gives the papers of a stage's dossier. */
typedef struct papers *papers_of(void *dossier);

struct db_answer *papers_ask(struct batch *b);
/* papers_take comes behind facts_take. */
enum err_code papers_take(struct batch *b, const struct db_answer *q, papers_of *of, struct err *reterr) MUST_CHECK;
void papers_save(struct batch *b, void *const *dossiers, size_t count, papers_of *of);

/* The three columns of a handle in a stage's own table; NULL columns leave zeros. */
struct handle_columns {
    int id, sha256, pages;
};
enum err_code handle_take(const struct db_answer *q, size_t row, struct handle_columns c, struct document_handle *ret,
                          struct err *reterr) MUST_CHECK;

extern const struct db_stmt papers_load_stmt, papers_save_stmt;

/* The papers of dossier d as JSON. */
#define PAPERS_JSON                                                                                                    \
    "(SELECT coalesce(json_agg(json_build_object('id', x.id, 'kind', x.kind, 'sha256', encode(x.sha256, 'hex'),"       \
    "                'pages', x.pages) ORDER BY x.id), '[]') FROM paper x WHERE x.dossier = d.id)"

#endif
