/* SPDX-License-Identifier: Apache-2.0 */
/* Reference records between JSON and structs. */
#ifndef TAICHO_INTAKE_CATALOGUE_JSON_H
#define TAICHO_INTAKE_CATALOGUE_JSON_H

#include "common/io/json.h"
#include "services/intake/catalogue.h"

/* intake_release_read reads {"records":[...]}; what is wrong is noted in `in` with its path. */
const struct intake_release *intake_release_read(struct json_in *in, struct arena *a);

/* intake_entry_write sets json and digest: the record as it is shown, always in the same order of fields. */
void intake_entry_write(struct intake_entry *e, struct arena *a);

#endif
