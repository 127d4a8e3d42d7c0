/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The current snapshot of the reference data. The executor compares the release number in claim and loads the snapshot
 * anew when it moved; readers on HTTP threads hold a reference while they look. Thread-safe.
 */
#ifndef TAICHO_FLOW_CATALOGUE_STORE_H
#define TAICHO_FLOW_CATALOGUE_STORE_H

#include "common/base/err.h"
#include "common/domain/catalogue.h"
#include "common/io/db.h"

struct catalogue_store;

struct catalogue_store *catalogue_store_new(void);
void catalogue_store_free(struct catalogue_store *s);
/* catalogue_store_load reads catalogue_record up to `release` through db and makes it the current snapshot. */
enum err_code catalogue_store_load(struct catalogue_store *s, struct db *db, int64_t release,
                                   struct err *reterr) MUST_CHECK;
int64_t catalogue_store_release(struct catalogue_store *s);
/* Never NULL (release 0 is empty); give it back. */
const struct catalogue *catalogue_store_hold(struct catalogue_store *s);
void catalogue_store_drop(struct catalogue_store *s, const struct catalogue *c);

/* catalogue_record_read decodes taicho.v1.CatalogueRecord; checks UTF-8 and sense. */
struct catalogue_record {
    const char *kind, *id;
    int version;
    int64_t release;
    int64_t release_records; /* of a "release" record */
    int pointer_version;     /* of a "pointer" record */
};
enum err_code catalogue_record_read(struct bytes value, struct arena *a, struct catalogue_record *ret,
                                    struct err *reterr) MUST_CHECK;

extern const struct db_stmt *const catalogue_statements[];

#endif
