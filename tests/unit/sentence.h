/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence of an act that no row allows: it names the act and the state, in Vietnamese and in English. */
#ifndef TAICHO_TESTS_SENTENCE_H
#define TAICHO_TESTS_SENTENCE_H

#include <stdio.h>

#include "common/base/err.h"
#include "common/base/fsm.h"

static inline void is_refused_with_its_sentence(const struct fsm *f, int from, int act, const struct err *e)
{
    char vi[512], en[512];

    if (from == FSM_NOWHERE) {
        (void)snprintf(vi, sizeof vi, "không thể %s khi chưa đến bước này", f->acts_vi[act]);
        (void)snprintf(en, sizeof en, "cannot %s before there is a dossier", f->acts[act]);
    } else {
        (void)snprintf(vi, sizeof vi, "không thể %s khi hồ sơ ở trạng thái \"%s\"", f->acts_vi[act],
                       f->states_vi[from]);
        (void)snprintf(en, sizeof en, "cannot %s a dossier that is %s", f->acts[act], f->states[from]);
    }
    assert_int_equal(e->code, ERR_ILLEGAL_MOVE);
    assert_string_equal(e->field, "");
    assert_string_equal(e->vi, vi);
    assert_string_equal(e->en, en);
}

#endif
