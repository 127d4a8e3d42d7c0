/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's functions. audit refuses no event: it gives each a number, seals its bytes, and counts. */
#include "services/audit/commands.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/domain/dossier.h"
#include "services/audit/audit.h"
#include "services/audit/events.h"
#include "services/audit/repo.h"
#include "services/audit/repo_late.h"
#include "services/audit/repo_step.h"
#include "services/audit/step.h"

#define ENTRY_SERIES "entry"

static void prepare(struct batch *b, const struct work *w)
{
    if (w->origin == WORK_EVENT || w->origin == WORK_REDRIVE)
        batch_need_series(b, ENTRY_SERIES);
}

/* count_steps counts the step that the event ends; a dossier whose end or date has moved is charged anew. */
static void count_steps(struct item *i, bool judged)
{
    struct batch *b = i->batch;
    const struct event *e = &i->work->event;
    const struct audit_step_end end = audit_step_end_of(e, i->work->command);
    struct audit_step_delta delta[AUDIT_CHARGES_MOST];
    struct audit_fact *next;
    size_t moved = 0;

    if (!i->subject->state || (!e->clock && !judged))
        return;
    next = ARENA_NEW(b->arena, struct audit_fact);
    *next = *(const struct audit_fact *)i->subject->state;
    if (audit_step_count(next, &end, b->arena, &delta[0]))
        audit_step_add(b, &delta[0]);
    /* That a late step was broken off is told behind the end which did it. */
    if (judged || next->late_changed)
        moved = audit_step_charge(next, b->catalogue, b->arena, delta);
    for (size_t n = 0; n < moved; n++)
        audit_step_add(b, &delta[n]);
    next->moved |= moved > 0;
    i->subject->state = next;
}

/* count_warning counts what the watch of a step told. */
static void count_warning(struct item *i)
{
    struct audit_step_delta delta;

    if (i->subject->state && audit_step_warn(i->subject->state, i->work->command, &delta))
        audit_step_add(i->batch, &delta);
}

static enum err_code seal(struct item *i, struct err *reterr)
{
    const struct work *w = i->work;
    struct arena *a = i->batch->arena;
    int64_t number;
    enum err_code rc = item_take_number(i, ENTRY_SERIES, INT64_MAX, &number, reterr);

    if (rc)
        return rc;

    struct audit_fact *fact = ARENA_NEW(a, struct audit_fact);
    struct audit_delta delta;
    struct audit_about about = {.code = w->event.dossier_code,
                                .unit = w->event.unit,
                                .procedure = w->event.procedure,
                                .place = w->event.place,
                                .occurred_at = w->event.occurred_at,
                                .late_entry = audit_is_late_entry(&w->event)};
    const struct audit_fact *known = i->subject->state;

    bool dossier = strcmp(i->subject->kind, DOSSIER) == 0, judged = false;

    audit_repo_add_entry(i->batch, number, w);
    if (dossier && audit_count_filed(w->command, &about, &delta))
        audit_repo_add_delta(i->batch, &delta, number);
    else if (dossier && audit_count(known, w->command, &about, fact, &delta)) {
        fact->dossier = i->subject->id;
        fact->moved = true;
        judged = fact->timing != TIMING_NONE && (!known || fact->due_at != known->due_at ||
                                                 fact->ended_at != known->ended_at || fact->timing != known->timing);
        i->subject->state = fact;
        audit_repo_add_delta(i->batch, &delta, number);
    }
    if (dossier) {
        count_steps(i, judged);
        count_warning(i);
    }
    i->subject->touched = true;
    return ERR_OK;
}

static enum err_code set_target(struct item *i, struct err *reterr)
{
    const struct audit_target *t = i->work->command;
    bool equal = audit_repo_has_target(i->batch, t);
    struct buf b;

    if (!equal) {
        audit_repo_add_target(i->batch, t);
        i->subject->touched = true;
    }
    i->subject->changed = true; /* its row stays: it is known */
    buf_init(&b, 1024);
    buf_str(&b, "{\"target\":");
    buf_json_str(&b, t->target);
    buf_printf(&b, ",\"share_percent\":%d}", t->share_percent);
    item_answer(i, equal ? 200 : 201, arena_strdup(i->work->arena, buf_cstr(&b)));
    buf_release(&b);
    return ERR_OK;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    return i->work->act == AUDIT_ACT_RECORD ? seal(i, reterr) : set_target(i, reterr);
}

static void encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    BUG_IF(true, "audit numbers no events: %s", e->type);
}

static void *copy(const char *kind, const void *state, struct arena *a)
{
    return strcmp(kind, DOSSIER) == 0 ? audit_fact_copy(state, a) : NULL;
}

const struct executor_ops audit_ops = {
    .prepare = prepare,
    .ask = audit_repo_ask,
    .take = audit_repo_take,
    .begins = DOSSIER,
    .copy = copy,
    .ask_named = audit_repo_ask_targets,
    .decide = decide,
    .save = audit_repo_save,
    .encode = encode,
};
