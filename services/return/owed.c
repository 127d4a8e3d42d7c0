/* SPDX-License-Identifier: Apache-2.0 */
#include "services/return/owed.h"

#include <string.h>

const char *const return_fee_state_names[] = {RETURN_FEE_STATE_MAP(WORD_CODE) NULL};

bool return_fees_add(struct return_fees *f, const char *code, int64_t amount, int due, bool paid)
{
    if (f->count == PROCEDURE_FEES_MOST)
        return false;
    f->items[f->count++] = (struct return_fee){.code = code,
                                               .amount = amount,
                                               .state = paid                        ? RETURN_FEE_SETTLED
                                                        : due == FEE_DUE_SUPPLEMENT ? RETURN_FEE_EXPECTED
                                                                                    : RETURN_FEE_OWED,
                                               .changed = true};
    return true;
}

static void set(struct return_fee *x, enum return_fee_state state)
{
    x->state = state;
    x->changed = true;
}

void return_fees_supplemented(struct return_fees *f)
{
    for (int i = 0; i < f->count; i++)
        if (f->items[i].state == RETURN_FEE_EXPECTED)
            set(&f->items[i], RETURN_FEE_OWED);
}

void return_fees_settle(struct return_fees *f, const char *code)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->items[i].code, code) == 0)
            set(&f->items[i], RETURN_FEE_SETTLED);
}

enum err_code return_fees_allow(const struct return_fees *f, struct err *reterr)
{
    for (int i = 0; i < f->count; i++)
        if (f->items[i].state == RETURN_FEE_OWED)
            return err_say(reterr, ERR_ILLEGAL_MOVE, "fee", "chưa nộp khoản \"%s\" (%lld đồng): chưa trả kết quả",
                           "fee \"%s\" (%lld VND) is not paid: the result is not handed over yet", f->items[i].code,
                           (long long)f->items[i].amount);
    return ERR_OK;
}

const struct return_fee *return_fees_find(const struct return_fees *f, const char *code)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->items[i].code, code) == 0)
            return &f->items[i];
    return NULL;
}

struct return_fees return_fees_copy(const struct return_fees *f, struct arena *a)
{
    struct return_fees copy = *f;

    for (int i = 0; i < copy.count; i++) {
        copy.items[i].code = arena_strdup(a, copy.items[i].code);
        copy.items[i].changed = false;
    }
    return copy;
}
