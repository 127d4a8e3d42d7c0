/* SPDX-License-Identifier: Apache-2.0 */
/* From taicho.v1.CatalogueRecord to the records of domain/catalogue.h; private to the catalogue store. */
#ifndef TAICHO_FLOW_CATALOGUE_READ_H
#define TAICHO_FLOW_CATALOGUE_READ_H

#include "common/flow/catalogue_store.h"

struct Taicho__V1__CatalogueRecord;

/* catalogue_decode gives the message in the arena; ERR_MALFORMED when it cannot be true. A kind of a newer release is
 * fine. */
enum err_code catalogue_decode(struct bytes value, struct arena *a, const struct Taicho__V1__CatalogueRecord **ret,
                               struct err *reterr) MUST_CHECK;

/* catalogue_put adds a record to a snapshot that is being built in the same arena; pointers and releases are nothing to
 * it. */
void catalogue_put(struct catalogue *c, struct arena *a, const struct Taicho__V1__CatalogueRecord *m);

/* catalogue_set_calendar merges calendar records, the newest version of each id, in the order of (id, version). */
enum err_code catalogue_set_calendar(struct catalogue *c, struct arena *a,
                                     const struct Taicho__V1__CatalogueRecord *const *calendars, size_t count,
                                     struct err *reterr) MUST_CHECK;

#endif
