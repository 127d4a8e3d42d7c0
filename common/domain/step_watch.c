/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/step_watch.h"

const char *const step_warning_names[] = {STEP_WARNINGS(WORD_CODE) NULL};

int step_warning_parse(const char *name)
{
    return words_find(step_warning_names, name);
}

instant step_watch_next(const struct step_watch *w, instant now)
{
    if (w->due_at == INSTANT_NONE || w->told == STEP_WARNING_LATE)
        return INSTANT_NONE;
    return w->told == STEP_WARNING_NONE && w->near_at != INSTANT_NONE && w->near_at > now ? w->near_at : w->due_at;
}

enum step_warning step_watch_tells(const struct step_watch *w, instant now)
{
    if (w->due_at == INSTANT_NONE || w->told == STEP_WARNING_LATE)
        return STEP_WARNING_NONE;
    if (now >= w->due_at)
        return STEP_WARNING_LATE;
    return w->told == STEP_WARNING_NONE && w->near_at != INSTANT_NONE && now >= w->near_at ? STEP_WARNING_NEAR
                                                                                           : STEP_WARNING_NONE;
}

enum err_code step_watch_may_tell(const struct step_watch *w, enum step_warning what, instant now, struct err *reterr)
{
    if (step_watch_tells(w, now) == what)
        return ERR_OK;
    if (w->due_at == INSTANT_NONE || w->told >= what)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này không có gì phải nhắc",
                       "there is nothing to warn of in this step");
    return what == STEP_WARNING_NEAR && now >= w->due_at
               ? err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này đã hết hạn", "the step's time has passed already")
               : err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này chưa đến lúc phải nhắc",
                         "the step's time has not come");
}

bool step_watch_leave_out(struct step_watch *w, const struct catalogue *c, const struct step_span *s,
                          struct left_out_period changed, instant now)
{
    bool given = s->until != 0 && s->until != INSTANT_NONE;
    instant due;

    if (given || w->due_at == INSTANT_NONE || changed.from >= w->due_at || changed.until <= s->opened)
        return false;
    due = step_clock_due(c, s);
    if (due == INSTANT_NONE || due == w->due_at)
        return false;
    w->due_at = due;
    w->near_at = step_clock_near(c, s);
    if (now < w->due_at && w->told == STEP_WARNING_LATE)
        w->told = STEP_WARNING_NEAR;
    if (w->near_at != INSTANT_NONE && now < w->near_at)
        w->told = STEP_WARNING_NONE;
    return true;
}

bool step_watch_recount(struct step_watch *w, const struct catalogue *c, const struct step_span *s, instant now)
{
    bool given = s->until != 0 && s->until != INSTANT_NONE;
    instant due, near;

    if (w->due_at == INSTANT_NONE)
        return false;
    due = given ? s->until : step_clock_due(c, s);
    near = step_clock_near(c, s);
    if (due == INSTANT_NONE || (due == w->due_at && (near == w->near_at || w->near_at == INSTANT_NONE)))
        return false; /* near_at INSTANT_NONE: opened before that was kept */
    w->due_at = due;
    w->near_at = near;
    if (w->told == STEP_WARNING_NEAR && near != INSTANT_NONE && now < near)
        w->told = STEP_WARNING_NONE;
    return true;
}
