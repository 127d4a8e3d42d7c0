/* SPDX-License-Identifier: Apache-2.0 */
/* A mandate (thẩm quyền ký): which officer may decide and sign what, for which unit, in which form, from when to when.
 */
#ifndef TAICHO_APPROVAL_MANDATE_H
#define TAICHO_APPROVAL_MANDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/domain/catalogue.h"
#include "common/domain/words.h"

#define APPROVAL_MANDATE        "mandate" /* the kind of its subject */
#define APPROVAL_PROCEDURES_MAX 500
#define APPROVAL_ANY_PROCEDURE  "*"

struct approval_mandate {
    const char *code, *officer, *unit;
    int form;                /* enum signature_form */
    const char **procedures; /* {"*"}: all of the unit */
    size_t procedure_count;
    const char *legal_basis;
    int32_t valid_from, valid_to; /* civil days; valid_to exclusive, 0: open */
};

/*
 * approval_mandate_covers tells whether an act may be done under a mandate (NULL: no such code). Each rule refuses with
 * a sentence of its own: ERR_INVALID when there is none, ERR_FORBIDDEN when it is another's, of another unit, not valid
 * on the day, or not for the procedure.
 */
enum err_code approval_mandate_covers(const struct approval_mandate *m, const char *code, const char *actor,
                                      const char *unit, const char *procedure, int32_t day,
                                      struct err *reterr) MUST_CHECK;

/*
 * approval_mandate_record says whether a mandate may be recorded over what is stored (NULL: nothing yet). *ret_new is
 * false when it is equal: then nothing is to be done. A code keeps its officer and unit for good.
 */
enum err_code approval_mandate_record(const struct approval_mandate *stored, const struct approval_mandate *m,
                                      const struct catalogue *catalogue, bool *ret_new, struct err *reterr) MUST_CHECK;

#endif
