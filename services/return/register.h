/* SPDX-License-Identifier: Apache-2.0 */
/* The two registers that a clerk issues with: number series (dãy số) and seals (con dấu), as reference data with
 * validity. */
#ifndef TAICHO_RETURN_REGISTER_H
#define TAICHO_RETURN_REGISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/domain/catalogue.h"
#include "common/domain/words.h"

#define RETURN_SERIES      "series" /* the kinds of their subjects */
#define RETURN_SEAL        "seal"
#define RETURN_CODE_MAX    64
#define RETURN_NUMBER_MOST 999999 /* of one series in one year */

/* One series numbers the results of a unit, or its refusals, or its letters of one kind; from 01 in each year (Decree
 * 30/2020 Art. 15). */
struct return_series {
    const char *code, *unit;
    int outcome;                  /* enum outcome, of what it numbers */
    const char *pattern;          /* "{n}/KQ-UBND" */
    int32_t valid_from, valid_to; /* civil days; valid_to exclusive, 0: open */
};

/* A seal has one keeper and one place. The second seal of an agency is the one at its counter (Decree 99/2016 Art.
 * 5(4)). */
struct return_seal {
    const char *code, *unit;
    int ordinal;                /* 1 or 2 */
    const char *keeper, *place; /* place: a counter's id, or "office" */
    const char *registration;   /* certificate of the registered specimen, "" when not given */
    const char *permission;     /* of the competent authority for a second seal */
    int32_t valid_from, valid_to;
};

extern const char *const return_ordinal_names[];    /* "first", "second"; ends with NULL */
extern const char *const return_series_documents[]; /* by enum outcome: "", "result", "refusal", ...; ends with NULL */

/*
 * return_series_gives tells whether a series (NULL: no such code) may number a document of that outcome, of that unit,
 * on that day. ERR_INVALID when there is none, it is for other documents or not valid; ERR_FORBIDDEN when it is another
 * unit's.
 */
enum err_code return_series_gives(const struct return_series *s, const char *code, const char *unit, int outcome,
                                  int32_t day, struct err *reterr) MUST_CHECK;

/* Who seals, where, and what is asked of the place. */
struct return_sealing {
    const char *code; /* of the seal that is asked for */
    const char *unit, *actor, *place;
    bool at_counter; /* on the spot: the second seal, at the counter */
    int32_t day;
};

/*
 * return_seal_fits tells whether a seal (NULL: no such code) may be used: by its keeper in person (Decree 30/2020 Art.
 * 32), for its own unit, where it is kept (Decree 99/2016 Art. 24(5)), and at a counter only the second one.
 */
enum err_code return_seal_fits(const struct return_seal *s, const struct return_sealing *how,
                               struct err *reterr) MUST_CHECK;

/*
 * return_series_record and return_seal_record say whether a record may be stored over what is there (NULL: nothing
 * yet). *ret_new is false when it is equal: then nothing is to be done. A series keeps unit, document and pattern for
 * good, a seal unit and ordinal: numbers and imprints that were given bear them.
 */
enum err_code return_series_record(const struct return_series *stored, const struct return_series *s,
                                   const struct catalogue *c, bool *ret_new, struct err *reterr) MUST_CHECK;
enum err_code return_seal_record(const struct return_seal *stored, const struct return_seal *s,
                                 const struct catalogue *c, bool *ret_new, struct err *reterr) MUST_CHECK;

/* return_number_text writes a number into a pattern, in two digits at least: "07/KQ-UBND". */
const char *return_number_text(const char *pattern, int64_t number, struct arena *a);
/* return_number_key names the gapless row of a series and a year. */
const char *return_number_key(const char *series, int year, struct arena *a);

#endif
