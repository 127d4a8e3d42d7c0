/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/recount.h"

enum err_code intake_decide_recount(struct item *i, struct err *reterr)
{
    const struct intake_recount *asked = i->work->command;
    struct batch *b = i->batch;

    if (asked->release != b->release)
        return err_say(
            reterr, ERR_CONFLICT, "release", "danh mục đã đổi (đợt %lld): hãy xem trước lại rồi mới tính lại",
            "the reference data have changed (release %lld): make the dry run again first", (long long)b->release);
    struct intake_recount *c = ARENA_NEW(b->arena, struct intake_recount);
    *c = *asked;
    c->by = i->work->actor.subject;
    c->at = b->now;
    c->next = i->subject->state;
    i->subject->state = c;
    i->subject->touched = true;
    i->subject->changed = true; /* its row stays: it is known */
    item_answer(i, 200,
                arena_printf(i->work->arena, "{\"batch\":\"%s\",\"release\":%lld,\"dossiers\":%zu}", c->batch,
                             (long long)c->release, c->count));
    return ERR_OK;
}
