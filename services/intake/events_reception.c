/* SPDX-License-Identifier: Apache-2.0 */
/* How a dossier begins, and what is put into it: events of a filing, a visit and a document. */
#include "services/intake/events_private.h"

#include <string.h>

#include "common/flow/same_day.h"
#include "services/intake/rules.h"

static ProtobufCBinaryData packed_id(struct id id, struct arena *a)
{
    uint8_t *p = arena_alloc(a, sizeof id.b);

    memcpy(p, id.b, sizeof id.b);
    return (ProtobufCBinaryData){.len = sizeof id.b, .data = p};
}

static Taicho__V1__Papers *papers_of(const struct intake_receive *c, struct arena *a)
{
    struct intake_papers n = intake_count_papers(c->components, c->component_count);
    MESSAGE(a, Taicho__V1__Papers, TAICHO__V1__PAPERS);

    m->paper = n.paper;
    m->electronic = n.electronic;
    m->digitised = n.digitised;
    m->originals = n.originals;
    m->certified = n.certified;
    m->copies = n.copies;
    return m;
}

static Taicho__V1__Fee *fee_of(const struct intake_fee *x, struct arena *a)
{
    MESSAGE(a, Taicho__V1__Fee, TAICHO__V1__FEE);

    m->code = wire_text(x->code);
    m->kind = (Taicho__V1__FeeKind)x->kind;
    m->amount_vnd = x->amount;
    m->due = (Taicho__V1__FeeDue)x->due;
    m->paid = x->state == INTAKE_FEE_PAID;
    return m;
}

void intake_encode_submitted(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__Submitted, TAICHO__V1__SUBMITTED);

    m->channel = (Taicho__V1__Channel)d->next.channel;
    m->receiving_unit = wire_text(d->next.receiving_unit);
    m->answer_due_at = d->next.submission->answer_due_at;
    m->component_count = d->submit->component_count;
    m->proxy = d->submit->proxy.name != NULL;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUBMITTED;
    ret->submitted = m;
}

void intake_encode_submission_passed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__SubmissionPassed, TAICHO__V1__SUBMISSION_PASSED);

    m->receiving_unit = wire_text(d->next.receiving_unit);
    m->answer_due_at = d->answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUBMISSION_PASSED;
    ret->submission_passed = m;
}

/* What an act answers; NULL: nothing that was filed on the portal. */
static Taicho__V1__Filing *filing_of(const struct intake_submission *s, struct arena *a)
{
    if (!s)
        return NULL;
    MESSAGE(a, Taicho__V1__Filing, TAICHO__V1__FILING);
    m->submitted_at = s->at;
    m->answer_due_at = s->answer_due_at;
    return m;
}

void intake_encode_received(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_dossier *x = &d->next;
    MESSAGE(a, Taicho__V1__Received, TAICHO__V1__RECEIVED);

    m->channel = (Taicho__V1__Channel)x->channel;
    m->counter = wire_text(x->counter);
    m->receiving_unit = wire_text(x->receiving_unit);
    /* The three dates part only when a clock is paused or extended. */
    m->due_at = m->due_at_legal = x->due_at;
    m->due_at_reported = x->due_reported;
    m->due_rule = wire_text(x->due_rule);
    m->calendar_year_last = x->calendar_last_year;
    m->component_count = x->component_count;
    m->calendar_release = x->release;
    m->same_day = same_day_pack(d->same_day, a);
    m->medium = (Taicho__V1__Medium)intake_medium_of(d->receive->components, d->receive->component_count);
    m->papers = papers_of(d->receive, a);
    m->proxy = d->receive->proxy.name != NULL;
    m->n_fees = (size_t)x->fee_count;
    m->fees = ARENA_ARRAY(a, m->n_fees + 1, Taicho__V1__Fee *);
    for (int i = 0; i < x->fee_count; i++)
        m->fees[i] = fee_of(&x->fees[i], a);
    m->filing = filing_of(d->answered, a);
    if (!id_is_nil(d->follows))
        m->guidance = packed_id(d->follows, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED;
    ret->received = m;
}

static char **reasons_of(const struct intake_visit *c, struct arena *a, size_t *ret_count)
{
    char **reasons = ARENA_ARRAY(a, (size_t)c->reason_count, char *);

    for (int i = 0; i < c->reason_count; i++)
        reasons[i] = wire_text(c->reasons[i]);
    *ret_count = (size_t)c->reason_count;
    return reasons;
}

void intake_encode_refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_visit *c = d->refuse;
    MESSAGE(a, Taicho__V1__Refused, TAICHO__V1__REFUSED);

    m->channel = (Taicho__V1__Channel)c->channel;
    m->counter = wire_text(c->counter);
    m->reasons = reasons_of(c, a, &m->n_reasons);
    m->filing = filing_of(d->answered, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_REFUSED;
    ret->refused = m;
}

void intake_encode_guided(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_guide *c = d->guide;
    MESSAGE(a, Taicho__V1__Guided, TAICHO__V1__GUIDED);

    m->channel = (Taicho__V1__Channel)c->visit.channel;
    m->counter = wire_text(c->visit.counter);
    m->reasons = reasons_of(&c->visit, a, &m->n_reasons);
    m->missing_count = c->missing_count;
    m->number = d->guidance;
    m->ground = wire_text(c->ground ? c->ground : "");
    m->superior = wire_text(c->superior ? c->superior : "");
    m->filing = filing_of(d->answered, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_GUIDED;
    ret->guided = m;
}

void intake_encode_document_filed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__DocumentFiled, TAICHO__V1__DOCUMENT_FILED);

    m->kind = (Taicho__V1__DocumentKind)d->document->kind;
    m->document = event_handle_pack(&handle, a);
    m->missing_count = d->document->missing_count;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DOCUMENT_FILED;
    ret->document_filed = m;
}
