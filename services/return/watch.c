/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch of the step that is open for the result (common/domain/step_watch.h): that it is numbered and sealed, that
 * the counter has it, that it lies ready. Then it waits for the citizen, and letters belong to no step's time.
 */
#include "common/domain/step_watch.h"

#include "services/return/return.h"

static struct step_watch watch_of(const struct return_document *n)
{
    bool open = n && (n->state == RETURN_AWAITING_ISSUE || n->state == RETURN_NUMBERED || n->state == RETURN_SEALED);

    if (!open)
        return (struct step_watch){.near_at = INSTANT_NONE, .due_at = INSTANT_NONE};
    return (struct step_watch){.near_at = n->step_near_at, .due_at = n->step_due_at, .told = n->step_warning};
}

instant return_watch_next(const struct return_dossier *d, instant now)
{
    const struct step_watch w = watch_of(d ? return_result(d) : NULL);

    return step_watch_next(&w, now);
}

bool return_watch_tells(const struct return_dossier *d, instant now, enum return_act *ret)
{
    const struct step_watch w = watch_of(d ? return_result(d) : NULL);
    enum step_warning what = step_watch_tells(&w, now);

    *ret = what == STEP_WARNING_LATE ? RETURN_ACT_PASS : RETURN_ACT_WARN;
    return what != STEP_WARNING_NONE;
}

enum err_code return_leaves_out(const struct return_dossier *d, const struct return_command *c,
                                const struct return_facts *f, struct return_decision *ret, struct err *reterr)
{
    const struct return_document *n = return_result(d);
    struct step_watch w = watch_of(n);
    bool open = w.due_at != INSTANT_NONE, moved;
    enum err_code rc = dossier_leave_out(&d->facts, f->catalogue, c->left_out, c->all_left_out, open ? n->step : 0,
                                         open ? n->step_opened_at : INSTANT_NONE, f->recorded_at, &w, &moved, reterr);

    if (!rc && moved) {
        ret->moved = n;
        ret->watch = w;
    }
    return rc;
}

enum err_code return_is_recounted(const struct return_dossier *d, const struct return_facts *f,
                                  struct return_decision *ret, struct err *reterr)
{
    const struct return_document *n = return_result(d);
    struct step_watch w = watch_of(n);
    bool open = w.due_at != INSTANT_NONE, moved;
    enum err_code rc = dossier_recount(&d->facts, f->catalogue, open ? n->step : 0, NULL,
                                       open ? n->step_opened_at : INSTANT_NONE, f->recorded_at, &w, &moved, reterr);

    if (!rc && moved) {
        ret->moved = n;
        ret->watch = w;
    }
    return rc;
}

enum err_code return_may_tell(const struct return_document *n, enum step_warning what, instant now,
                              struct return_decision *ret, struct err *reterr)
{
    const struct step_watch w = watch_of(n);
    enum err_code rc = step_watch_may_tell(&w, what, now, reterr);

    if (rc)
        return rc;
    ret->warning = what;
    ret->opened_at = n->step_opened_at;
    ret->due_at = n->step_due_at;
    return ERR_OK;
}
