/* SPDX-License-Identifier: Apache-2.0 */
/* The real rule of versions, with a place to break it: linked instead of the library's. */
#include "common/flow/inbox.h"

enum inbox_verdict inbox_judge_really(const struct inbox_self *self, const struct subject *s, const struct event *e,
                                      bool type_known);

#define inbox_judge inbox_judge_really
#include "common/flow/inbox.c"
#undef inbox_judge

#include <string.h>

#include "tests/sim/model/sim.h"

enum inbox_verdict inbox_judge(const struct inbox_self *self, const struct subject *s, const struct event *e,
                               bool type_known)
{
    struct event wrong = *e;
    struct subject blind = *s;
    enum inbox_verdict v;

    switch (world.broken) {
    case BREAK_SEEN:
        memset(wrong.seen, 0, sizeof wrong.seen);
        return inbox_judge_really(self, s, &wrong, type_known);
    case BREAK_ORDER:
        v = inbox_judge_really(self, s, e, type_known);
        return v == INBOX_ORDER ? INBOX_APPLY : v;
    case BREAK_HOLD:
        blind.hold = NULL;
        return inbox_judge_really(self, &blind, e, type_known);
    case BREAK_NOTHING:
    case BREAK_WAITING:
    case BREAK_OFFSET:
    case BREAK_CURSOR:
    case BREAK_NUMBERS:
    case BREAK_LAST_ID:
    case BREAK_KEYS:
    case BREAK_RELEASE:
    case BREAK_RACE:
    case BREAK_STATE:
    case BREAK_KEEP:
    case BREAK_PLACE:
    case BREAK_COUNT:
        break;
    }
    return inbox_judge_really(self, s, e, type_known);
}
