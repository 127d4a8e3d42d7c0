/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of an event, as each of the five services reads them. What reads, packs again to bytes that read equal;
 * what a projection lets through, the decisions can look at (there is no dossier yet, and an empty catalogue).
 */
#include <string.h>

#include "common/domain/catalogue.h"
#include "common/flow/event.h"
#include "common/flow/projection.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/events.h"
#include "services/approval/approval.h"
#include "services/approval/events.h"
#include "services/audit/audit.h"
#include "services/audit/events.h"
#include "services/audit/repo_late.h"
#include "services/intake/events.h"
#include "services/return/events.h"
#include "services/return/return.h"
#include "taicho/v1/lifecycle.pb-c.h"
#include "tests/fuzz/lib/fuzz.h"

#define LAST INT64_C(253402300799999999) /* the end of the year 9999 */

/* ---- there and back */

static void holds_event(const struct event *e)
{
    const char *const texts[] = {
        e->subject_kind, e->dossier_code,     e->actor,       e->place,        e->unit, e->procedure, e->process,
        e->type,         e->origin_reference, e->late_reason, e->late_superior};

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        holds_utf8(texts[i]);
    HOLDS(!id_is_nil(e->id) && !id_is_nil(e->subject) && e->subject_kind[0], "half an envelope");
    HOLDS(e->version >= 1 && e->release >= 0 && e->process_version >= 0 && e->step >= 0 && e->round >= 0, "numbers");
    HOLDS(e->occurred_at >= 0 && e->occurred_at <= LAST && e->recorded_at >= 0 && e->recorded_at <= LAST, "times");
    HOLDS(event_is_late(e) == (e->late_superior[0] != '\0'), "half a late entry");
    HOLDS((unsigned)e->source < SOURCE_COUNT && (unsigned)e->route < ROUTE_COUNT, "words");
    for (int s = 0; s < SOURCE_COUNT; s++)
        HOLDS(e->seen[s] >= 0, "seen");
    if (!e->clock)
        return;
    holds_utf8(e->clock->unit);
    HOLDS(e->clock->opened >= 0 && e->clock->opened <= LAST && e->clock->due >= 0 && e->clock->due <= LAST,
          "a clock's times");
    HOLDS(e->clock->minutes_used >= 0 && e->clock->minutes_late >= 0, "a clock's minutes");
}

static void holds_equal(const struct event *a, const struct event *b)
{
    HOLDS(id_eq(a->id, b->id) && id_eq(a->subject, b->subject) && id_eq(a->document, b->document) &&
              id_eq(a->command, b->command) && id_eq(a->cause, b->cause),
          "an id");
    HOLDS(a->source == b->source && a->version == b->version && a->release == b->release && a->route == b->route &&
              a->process_version == b->process_version && a->step == b->step && a->round == b->round &&
              a->last == b->last && a->occurred_at == b->occurred_at && a->recorded_at == b->recorded_at,
          "a number");
    HOLDS(memcmp(a->seen, b->seen, sizeof a->seen) == 0, "seen");
    HOLDS(!a->clock == !b->clock, "a clock");
    HOLDS(!a->clock || (!strcmp(a->clock->unit, b->clock->unit) && a->clock->opened == b->clock->opened &&
                        a->clock->due == b->clock->due && a->clock->minutes_used == b->clock->minutes_used &&
                        a->clock->minutes_late == b->clock->minutes_late),
          "what a clock says");
    HOLDS(!strcmp(a->subject_kind, b->subject_kind) && !strcmp(a->dossier_code, b->dossier_code) &&
              !strcmp(a->actor, b->actor) && !strcmp(a->place, b->place) && !strcmp(a->unit, b->unit) &&
              !strcmp(a->procedure, b->procedure) && !strcmp(a->process, b->process) && !strcmp(a->type, b->type) &&
              !strcmp(a->origin_reference, b->origin_reference) && !strcmp(a->late_reason, b->late_reason) &&
              !strcmp(a->late_superior, b->late_superior),
          "a text");
}

/* pack writes an event that was just read; the message is its arena's, so it may be written to. */
static struct bytes pack(const struct event *e, const Taicho__V1__LifecycleEvent *m, struct arena *a)
{
    return event_pack(e, (Taicho__V1__LifecycleEvent *)(uintptr_t)m, a);
}

static void there_and_back(const struct event *e, const Taicho__V1__LifecycleEvent *m, struct arena *a)
{
    struct event again, third;
    const Taicho__V1__LifecycleEvent *m_again, *m_third;
    struct err err = {0};

    if (!e->type[0])
        return; /* a body of a newer release: this one passes its bytes on as they are */
    struct bytes once = pack(e, m, a);
    if (once.n > EVENT_MOST)
        return;
    HOLDS(event_read(once, a, &again, &m_again, &err) == ERR_OK, "packed it is not read: %s", err.en);
    holds_equal(e, &again);
    struct bytes twice = pack(&again, m_again, a);
    HOLDS(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0, "packed twice, %zu and %zu bytes", once.n,
          twice.n);
    HOLDS(event_read(twice, a, &third, &m_third, &err) == ERR_OK, "%s", err.en);
    holds_equal(e, &third);
}

/* ---- what each service makes of it */

static const struct catalogue *empty(struct arena *a)
{
    struct catalogue *c = catalogue_new(a, 0);

    catalogue_seal(c);
    return c;
}

static void holds_due(instant t)
{
    HOLDS(t > 0 && t <= LAST, "due at %lld", (long long)t);
}

static enum err_code intake(const struct work *w, struct arena *a, struct err *reterr)
{
    const struct intake_progress *p = w->command;
    struct intake_facts f = {.catalogue = empty(a), .now = w->event.recorded_at, .arena = a};
    struct intake_decision d;

    if (w->act == INTAKE_NOTE_HAND_OVER) { /* kept for the control slip: no act of the dossier */
        const struct intake_hand_over *h = w->command;
        HOLDS(h->from_unit[0] && h->to_unit[0] && h->post[0] && !id_is_nil(h->document), "a hand-over");
        return ERR_OK;
    }

    HOLDS(p->step >= 0 && (unsigned)p->outcome < OUTCOME_COUNT, "progress");
    if (w->act == INTAKE_NOTE_APOLOGY_GIVEN) /* kept beside the dossier, likewise */
        return ERR_OK;
    return intake_decide(NULL, (enum intake_act)w->act, p, &f, &d, reterr);
}

static enum err_code appraisal(const struct work *w, struct arena *a, struct err *reterr)
{
    const struct appraisal_command *c = w->command;
    struct appraisal_facts f = {.catalogue = empty(a), .now = w->event.recorded_at};
    struct appraisal_decision d;

    if (c->act == APPRAISAL_ACT_RECEIVE)
        holds_due(c->received.due_at);
    HOLDS(c->paper.handle.pages >= 0 && c->paper.kind >= 0 && c->paper.kind < DOCUMENT_COUNT, "a paper");
    return appraisal_decide(NULL, c, &f, &d, reterr);
}

static enum err_code approval(const struct work *w, struct arena *a, struct err *reterr)
{
    const struct approval_command *c = w->command;
    struct approval_facts f = {.catalogue = empty(a), .now = w->event.recorded_at};
    struct approval_decision d;

    if (c->act == APPROVAL_ACT_RECEIVE)
        holds_due(c->received.due_at);
    HOLDS(c->document.pages >= 0 && c->paper.handle.pages >= 0 && c->opinion >= 0 && c->opinion < OPINION_COUNT,
          "a document");
    HOLDS((unsigned)c->ground < STOP_GROUND_COUNT, "a ground");
    HOLDS((unsigned)c->cause < CORRECTION_CAUSE_COUNT && c->cause != CORRECTION_CAUSE_CITIZEN_DATA, "a cause");
    return approval_decide(NULL, c, &f, &d, reterr);
}

static enum err_code give_back(const struct work *w, struct arena *a, struct err *reterr)
{
    const struct return_command *c = w->command;
    struct return_facts f = {.catalogue = empty(a), .now = w->event.recorded_at};
    struct return_decision d;

    if (c->act == RETURN_ACT_RECEIVE)
        holds_due(c->received.due_at);
    if (c->act == RETURN_ACT_SIGN)
        holds_due(c->signed_.signed_at);
    return return_decide(NULL, c, &f, &d, reterr);
}

/* What PostgreSQL cannot store as a time would put the dossier on hold instead of being a dead letter. */
static enum err_code audit(const struct work *w, struct arena *a, struct err *reterr)
{
    const struct audit_record *r = w->command;
    const struct event *e = &w->event;
    const struct audit_about about = {e->dossier_code, e->unit,        e->procedure,
                                      e->place,        e->occurred_at, audit_is_late_entry(e)};
    struct audit_fact fact, next;
    struct audit_delta delta;

    HOLDS(r->due_at == INSTANT_NONE || (r->due_at >= 0 && r->due_at <= LAST), "due at %lld", (long long)r->due_at);
    if (audit_count(NULL, r, &about, &fact, &delta))
        (void)audit_count(&fact, &(struct audit_record){.type = "Sealed", .outcome = r->outcome}, &about, &next,
                          &delta);
    return ERR_OK;
}

static struct reader {
    struct service service;
    enum err_code (*decide)(const struct work *w, struct arena *a, struct err *reterr);
} readers[] = {
    {{.name = "intake", .projections = intake_projections, .projection_count = INTAKE_LISTENS}, intake},
    {{.name = "appraisal", .projections = appraisal_projections}, appraisal},
    {{.name = "approval", .projections = approval_projections}, approval},
    {{.name = "return", .projections = return_projections}, give_back},
    {{.name = "audit", .projections = audit_projections}, audit},
};

static void project(struct reader *r, struct bytes value, enum err_code readable, struct arena *a)
{
    struct work w = {0};
    struct err e = {0};
    enum err_code rc = projection_work(&r->service, value, a, &w, &e);

    if (rc) {
        HOLDS(rc == ERR_MALFORMED, "%s refuses bytes with %s", r->service.name, err_row(rc)->symbol);
        holds_refusal(&e, rc, false);
        return;
    }
    HOLDS(!readable && w.origin == WORK_EVENT && w.raw.p == value.p && w.subject_kind, "%s: half a work",
          r->service.name);
    HOLDS((w.act >= 0) == (w.command != NULL), "%s: act %d", r->service.name, w.act);
    if (w.act < 0)
        return;
    rc = r->decide(&w, a, &e);
    if (rc) {
        HOLDS(rc != ERR_BUG, "%s: %s", r->service.name, e.en);
        holds_refusal(&e, rc, false);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct bytes value = {.p = data, .n = size};
    struct event e;
    const Taicho__V1__LifecycleEvent *m = NULL;
    struct err err = {0};
    const size_t counts[] = {INTAKE_LISTENS, appraisal_projection_count, approval_projection_count,
                             return_projection_count, audit_projection_count};
    enum err_code rc = event_read(value, a, &e, &m, &err);

    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        readers[i].service.projection_count = counts[i];
        project(&readers[i], value, rc, a);
    }
    if (rc) {
        HOLDS(rc == ERR_MALFORMED, "%s", err_row(rc)->symbol);
        holds_refusal(&err, rc, false);
    } else {
        holds_event(&e);
        there_and_back(&e, m, a);
    }
    arena_free(a);
    return 0;
}
