/* SPDX-License-Identifier: Apache-2.0 */
/* What is said to who is refused; the sentence of an act that no row allows names the act and the state. */
#ifndef TAICHO_TESTS_SENTENCE_H
#define TAICHO_TESTS_SENTENCE_H

#include <stdio.h>

#include "common/base/err.h"
#include "common/base/fsm.h"

static inline void is_refused(const struct err *e, enum err_code code, const char *field, const char *vi,
                              const char *en)
{
    assert_int_equal(e->code, code);
    assert_string_equal(e->field, field);
    assert_string_equal(e->vi, vi);
    assert_string_equal(e->en, en);
}

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
    is_refused(e, ERR_ILLEGAL_MOVE, "", vi, en);
}

#endif
