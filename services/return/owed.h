/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to be paid of a dossier (phí, lệ phí), as far as return has to know: a result that grants is handed over when
 * all that is due is paid or waived. Whose it is, by which rule and how it is paid is intake's. Pure.
 */
#ifndef TAICHO_RETURN_OWED_H
#define TAICHO_RETURN_OWED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/domain/catalogue.h"
#include "common/domain/words.h"

/* A fee that was not settled: one that falls due with a supplement is no matter until one was received. */
#define RETURN_FEE_STATE_MAP(X)                                                                                        \
    X(EXPECTED, "expected")                                                                                            \
    X(OWED, "owed")                                                                                                    \
    X(SETTLED, "settled")

enum return_fee_state {
#define X(symbol, name) RETURN_FEE_##symbol,
    RETURN_FEE_STATE_MAP(X)
#undef X
        RETURN_FEE_STATE_COUNT
};
extern const char *const return_fee_state_names[]; /* ends with NULL */

struct return_fee {
    const char *code;
    int64_t amount; /* whole VND */
    enum return_fee_state state;
    bool changed; /* it is to be stored */
};

/* In the order of Received. */
struct return_fees {
    struct return_fee items[PROCEDURE_FEES_MOST];
    int count;
};

/* return_fees_add adds one as it is received: what falls due with the result is owed from the start, since it is due
 * whenever there is one; what was paid with the receipt is settled. False: there are too many. */
bool return_fees_add(struct return_fees *f, const char *code, int64_t amount, int due, bool paid);
/* return_fees_supplemented makes those owed that fall due with a supplement. */
void return_fees_supplemented(struct return_fees *f);
/* return_fees_settle notes that one is paid or waived. */
void return_fees_settle(struct return_fees *f, const char *code);
/* return_fees_allow refuses a hand-over while one is owed, and names it (ERR_ILLEGAL_MOVE, field "fee"). */
enum err_code return_fees_allow(const struct return_fees *f, struct err *reterr) MUST_CHECK;
/* return_fees_find gives one by its code; NULL when there is none. */
const struct return_fee *return_fees_find(const struct return_fees *f, const char *code);
/* return_fees_copy makes a copy in its own memory, as it is read again once it is stored. */
struct return_fees return_fees_copy(const struct return_fees *f, struct arena *a);

#endif
