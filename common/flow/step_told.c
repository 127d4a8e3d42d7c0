/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/step_told.h"

#include "common/flow/projection.h"
#include "common/flow/wire.h"

#include "taicho/v1/lifecycle.pb-c.h"

struct Taicho__V1__StepWatch *step_told_pack(const struct step_told *t, struct arena *a)
{
    Taicho__V1__StepWatch *m = ARENA_NEW(a, Taicho__V1__StepWatch);

    taicho__v1__step_watch__init(m);
    m->kind = wire_text(step_kind_name((int)t->kind));
    m->unit = wire_text(t->unit);
    m->officer = wire_text(t->officer);
    m->opened_at = t->opened_at;
    m->due_at = t->due_at;
    return m;
}

enum err_code step_told_read(const struct Taicho__V1__StepWatch *m, const struct event *e, struct arena *a,
                             struct step_told *ret, struct err *reterr)
{
    int kind = m ? step_kind_parse(m->kind) : STEP_NONE;

    if (kind <= STEP_NONE)
        return event_lacks(e, "kind of the step", reterr);
    if (!m->unit[0])
        return event_lacks(e, "unit that has the step", reterr);
    if (!event_time_holds(m->opened_at) || !event_time_holds(m->due_at))
        return event_lacks(e, "time of the step that can be true", reterr);
    *ret = (struct step_told){.kind = (enum step_kind)kind,
                              .unit = arena_strdup(a, m->unit),
                              .officer = m->officer[0] ? arena_strdup(a, m->officer) : NULL,
                              .opened_at = m->opened_at,
                              .due_at = m->due_at};
    return ERR_OK;
}

struct Taicho__V1__BrokenOff *broken_off_pack(enum step_kind kind, instant at, struct arena *a)
{
    Taicho__V1__BrokenOff *m = ARENA_NEW(a, Taicho__V1__BrokenOff);

    taicho__v1__broken_off__init(m);
    m->kind = wire_text(step_kind_name((int)kind));
    m->at = at;
    return m;
}

enum err_code broken_off_read(const struct Taicho__V1__BrokenOff *m, const struct event *e, enum step_kind *ret_kind,
                              instant *ret_at, struct err *reterr)
{
    int kind = m ? step_kind_parse(m->kind) : STEP_NONE;

    if (kind <= STEP_NONE)
        return event_lacks(e, "kind of the step", reterr);
    if (!event_time_holds(m->at))
        return event_lacks(e, "time of the end that can be true", reterr);
    *ret_kind = (enum step_kind)kind;
    *ret_at = m->at;
    return ERR_OK;
}
