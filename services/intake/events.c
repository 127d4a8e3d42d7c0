/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions become messages. Nothing personal passes here: codes, units, times, reason codes, handles. */
#include "services/intake/events.h"
#include "services/intake/rules.h"

#include <string.h>

#include "common/flow/same_day.h"
#include "common/flow/wire.h"
#include "taicho/v1/lifecycle.pb-c.h"

const struct emitted intake_emits[INTAKE_EMITS] = {
    {.type = "Submitted",
     .what = "a citizen filed a dossier on the portal: nothing is accepted yet; until when the counter has to answer",
     .audit_only = true},
    {.type = "Received",
     .what =
         "a dossier was accepted: code, receipt, due date, process; of a same-day procedure also what the officer at "
         "the counter did at once"},
    {.type = "Refused", .what = "nothing was accepted at the counter; the reasons as codes", .audit_only = true},
    {.type = "Guided",
     .what = "the citizen was told what is missing, with the request form: nothing was accepted; how often",
     .audit_only = true},
    {.type = "DocumentFiled", .what = "a document was put into the dossier; its handle"},
    {.type = "TransferGiven", .what = "the giver's half of a transfer", .audit_only = true},
    {.type = "TransferTaken", .what = "the receiver's half: the transfer step ended"},
    {.type = "TransferRefused", .what = "the papers went back to the giver", .audit_only = true},
    {.type = "SupplyGiven",
     .what = "the giver's half of the transfer of what a supplement brought",
     .audit_only = true},
    {.type = "SupplyTaken", .what = "the receiver's half: all papers lie together again", .audit_only = true},
    {.type = "SupplyRefused", .what = "what a supplement brought went back to the counter", .audit_only = true},
    {.type = "DueNear",
     .what = "the nearest of both due dates draws near: an apology that is issued on this day is in time",
     .audit_only = true},
    {.type = "DuePassed",
     .what = "the nearest of both due dates passed while the dossier was open: it is late",
     .audit_only = true},
    {.type = "ObligationOpened",
     .what = "the tax office has told what is to be paid: the clocks pause",
     .audit_only = true},
    {.type = "ObligationMet", .what = "it is paid, both due dates have moved by the pause: it ends the step"},
    {.type = "SupplementRequested",
     .what = "the counter has asked the citizen to complete the dossier: the clocks pause",
     .audit_only = true},
    {.type = "SupplementReceived",
     .what = "it is complete, the legal clock starts from zero: its appraise step opens in its next round"},
    {.type = "FindingRecorded", .what = "what was found gives it another time, by law: its due dates have moved"},
    {.type = "PeriodExcluded", .what = "a period is left out of its time, by law: its due dates have moved"},
    {.type = "ExtensionRequested",
     .what = "it will be late: the apology with the new date is to be signed; its handle"},
    {.type = "Extended", .what = "the apology is issued: the promised date has moved, once"},
    {.type = "DueMoved", .what = "the calendar has changed: its dates were counted again"},
    {.type = "StopRequested",
     .what = "it is not to be handled any further: the stop notice is to be signed; its handle, the ground as a code"},
    {.type = "CorrectionRequested",
     .what =
         "the result is wrong by an agency's fault: the correction is to be signed; its handle, the cause as a code, "
         "the unit at fault"},
    {.type = "PapersGivenBack", .what = "the citizen has papers back, and who had held them", .audit_only = true},
    {.type = "PaperLost",
     .what = "papers were lost or damaged: which, who had them, and the minutes' handle",
     .audit_only = true},
    {.type = "LossSettled", .what = "a loss was put right: how, and who was responsible", .audit_only = true},
    {.type = "WithdrawalRequested", .what = "the citizen asks to withdraw the dossier; the request's handle"},
    {.type = "FeePaid", .what = "a fee that was due is paid: how much, and by which means"},
    {.type = "FeeRefunded", .what = "what was paid is given back, as the rule of the fee says", .audit_only = true},
    {.type = "FeeWaived", .what = "the rule of a fee exempts the citizen: nothing is to be paid"},
    {.type = "RatingGiven",
     .what = "the citizen has rated how it was dealt with: points, never words",
     .audit_only = true},
    {.type = "ComplaintFiled",
     .what = "a citizen complains: its category, and until when it is answered",
     .audit_only = true},
    {.type = "ComplaintAnswered",
     .what = "a head has answered: justified or not, or no matter of these units; in time or late",
     .audit_only = true},
    {.type = "ComplaintDuePassed",
     .what = "the date of its answer passed while a complaint was open",
     .audit_only = true},
};

/* A message of a type in the arena, set to its defaults. */
#define MESSAGE(a, Type, TYPE)                                                                                         \
    Type *m = ARENA_NEW((a), Type);                                                                                    \
    *m = (Type)TYPE##__INIT

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

static void submitted(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
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

static void received(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
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
    if (!id_is_nil(d->receive->guidance))
        m->guidance = packed_id(d->receive->guidance, a);
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

static void refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
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

static void guided(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
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

static void document_filed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__DocumentFiled, TAICHO__V1__DOCUMENT_FILED);

    m->kind = (Taicho__V1__DocumentKind)d->document->kind;
    m->document = event_handle_pack(&handle, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DOCUMENT_FILED;
    ret->document_filed = m;
}

static void transfer_given(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__TransferGiven, TAICHO__V1__TRANSFER_GIVEN);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->due_at = t->due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TRANSFER_GIVEN;
    ret->transfer_given = m;
}

static void transfer_taken(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__TransferTaken, TAICHO__V1__TRANSFER_TAKEN);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TRANSFER_TAKEN;
    ret->transfer_taken = m;
}

/* The reason is free text and stays here; the event says only that there is one. */
static void transfer_refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__TransferRefused, TAICHO__V1__TRANSFER_REFUSED);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->reason = wire_text("stated");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TRANSFER_REFUSED;
    ret->transfer_refused = m;
}

static void supply_given(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__SupplyGiven, TAICHO__V1__SUPPLY_GIVEN);

    m->supplement = t->supplement;
    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->due_at = t->due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLY_GIVEN;
    ret->supply_given = m;
}

static void supply_taken(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__SupplyTaken, TAICHO__V1__SUPPLY_TAKEN);

    m->supplement = t->supplement;
    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLY_TAKEN;
    ret->supply_taken = m;
}

/* As of a transfer: the reason stays here. */
static void supply_refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__SupplyRefused, TAICHO__V1__SUPPLY_REFUSED);

    m->supplement = t->supplement;
    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->reason = wire_text("stated");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLY_REFUSED;
    ret->supply_refused = m;
}

static void due_near(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__DueNear, TAICHO__V1__DUE_NEAR);

    m->due_at = intake_nearest_due(&d->next);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_NEAR;
    ret->due_near = m;
}

static void due_passed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__DuePassed, TAICHO__V1__DUE_PASSED);

    m->due_at = intake_nearest_due(&d->next);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_PASSED;
    ret->due_passed = m;
}

/* The number of the notice stays here: no other stage needs it. */
static void obligation_opened(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ObligationOpened, TAICHO__V1__OBLIGATION_OPENED);

    m->paused_from = d->next.obligations[d->obligation].notified_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_OPENED;
    ret->obligation_opened = m;
}

/* Both clocks pause alike; but a supplement before it may have parted them. */
static void obligation_met(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ObligationMet, TAICHO__V1__OBLIGATION_MET);

    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_MET;
    ret->obligation_met = m;
}

/* The handle's hash and pages stand in DocumentFiled and SupplementAsked; here its id says which form it was. */
static void supplement_requested(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_supplement *s = &d->next.supplements[d->supplement];
    MESSAGE(a, Taicho__V1__SupplementRequested, TAICHO__V1__SUPPLEMENT_REQUESTED);

    m->number = d->supplement + 1;
    m->paused_from = s->asked_at;
    m->answer_until = s->answer_until == INSTANT_NONE ? 0 : s->answer_until;
    m->ground = wire_text(s->ground ? s->ground : "");
    m->superior = wire_text(s->superior ? s->superior : "");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_REQUESTED;
    ret->supplement_requested = m;
}

/* The two clocks part here. */
static void supplement_received(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *apart = intake_apart(&d->next, d->supplement + 1);
    MESSAGE(a, Taicho__V1__SupplementReceived, TAICHO__V1__SUPPLEMENT_RECEIVED);

    m->number = d->supplement + 1;
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->component_count = d->supply->component_count;
    m->papers_to_unit = wire_text(apart ? apart->to_unit : NULL);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED;
    ret->supplement_received = m;
}

static void finding_recorded(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__FindingRecorded, TAICHO__V1__FINDING_RECORDED);

    m->finding = wire_text(d->next.findings[d->finding].finding);
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FINDING_RECORDED;
    ret->finding_recorded = m;
}

static void period_excluded(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_exclusion *x = &d->next.exclusions[d->exclusion];
    MESSAGE(a, Taicho__V1__PeriodExcluded, TAICHO__V1__PERIOD_EXCLUDED);

    m->period = wire_text(x->period);
    m->from = x->from;
    m->until = x->until;
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED;
    ret->period_excluded = m;
}

static void extension_requested(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__ExtensionRequested, TAICHO__V1__EXTENSION_REQUESTED);

    m->apology = event_handle_pack(&handle, a);
    m->due_at = d->next.extension.due_at;
    m->reason = wire_text(d->next.extension.reason);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENSION_REQUESTED;
    ret->extension_requested = m;
}

static void extended(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__Extended, TAICHO__V1__EXTENDED);

    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->breach = d->breach;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENDED;
    ret->extended = m;
}

static void due_moved(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__DueMoved, TAICHO__V1__DUE_MOVED);

    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->calendar_release = d->release;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_MOVED;
    ret->due_moved = m;
}

static void stop_requested(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__StopRequested, TAICHO__V1__STOP_REQUESTED);

    m->notice = event_handle_pack(&handle, a);
    m->ground = wire_text(stop_ground_name((int)d->next.stop.ground));
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_STOP_REQUESTED;
    ret->stop_requested = m;
}

static int32_t *numbers_of(const int *numbers, size_t count, struct arena *a)
{
    int32_t *packed = ARENA_ARRAY(a, count, int32_t);

    for (size_t i = 0; i < count; i++)
        packed[i] = numbers[i];
    return packed;
}

static void correction_requested(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_correction *c = &d->next.corrections[d->correction];
    MESSAGE(a, Taicho__V1__CorrectionRequested, TAICHO__V1__CORRECTION_REQUESTED);

    m->correction = event_handle_pack(d->corrected, a);
    m->number = d->correction + 1;
    m->cause = wire_text(correction_cause_name((int)c->cause));
    m->unit = wire_text(c->unit);
    m->reported_by = (Taicho__V1__Reporter)c->reported_by;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CORRECTION_REQUESTED;
    ret->correction_requested = m;
}

static void papers_given_back(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__PapersGivenBack, TAICHO__V1__PAPERS_GIVEN_BACK);

    m->n_components = (size_t)d->given_back_count;
    m->components = numbers_of(d->given_back, m->n_components, a);
    m->originals = d->given_back_originals;
    m->holder_unit = wire_text(d->given_back_by.unit);
    m->holder = wire_text(d->given_back_by.post);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPERS_GIVEN_BACK;
    ret->papers_given_back = m;
}

static void paper_lost(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_loss *l = d->loss;
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__PaperLost, TAICHO__V1__PAPER_LOST);

    m->number = l->number;
    m->n_components = (size_t)d->lost_count;
    m->components = numbers_of(d->lost, m->n_components, a);
    m->originals = d->lost_originals;
    m->what = wire_text(intake_harm_names[l->what]);
    m->found = wire_text(intake_found_names[l->found]);
    m->holder_unit = wire_text(l->unit);
    m->holder = wire_text(l->post);
    m->going_to = wire_text(l->going_to);
    m->minutes = event_handle_pack(&handle, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPER_LOST;
    ret->paper_lost = m;
}

static void loss_settled(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_loss *l = d->loss;
    MESSAGE(a, Taicho__V1__LossSettled, TAICHO__V1__LOSS_SETTLED);

    m->number = l->number;
    m->remedy = wire_text(intake_remedy_names[l->remedy]);
    m->responsible = wire_text(l->responsible);
    m->paid_vnd = l->paid_vnd;
    if (d->document) {
        struct document_handle handle = intake_handle(d->document);
        m->apology = event_handle_pack(&handle, a);
    }
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_LOSS_SETTLED;
    ret->loss_settled = m;
}

static void withdrawal_requested(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__WithdrawalRequested, TAICHO__V1__WITHDRAWAL_REQUESTED);

    m->request = event_handle_pack(&handle, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_WITHDRAWAL_REQUESTED;
    ret->withdrawal_requested = m;
}

/* The receipt's number stays here: no other stage needs it. */
static void fee_paid(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_fee *x = &d->next.fees[d->fee];
    MESSAGE(a, Taicho__V1__FeePaid, TAICHO__V1__FEE_PAID);

    m->fee = wire_text(x->code);
    m->amount_vnd = x->amount;
    m->means = (Taicho__V1__PayMeans)x->means;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_PAID;
    ret->fee_paid = m;
}

static void fee_refunded(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_fee *x = &d->next.fees[d->fee];
    MESSAGE(a, Taicho__V1__FeeRefunded, TAICHO__V1__FEE_REFUNDED);

    m->fee = wire_text(x->code);
    m->amount_vnd = x->refunded;
    m->ground = (Taicho__V1__FeeRefund)x->refund;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_REFUNDED;
    ret->fee_refunded = m;
}

static void fee_waived(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_fee *x = &d->next.fees[d->fee];
    MESSAGE(a, Taicho__V1__FeeWaived, TAICHO__V1__FEE_WAIVED);

    m->fee = wire_text(x->code);
    m->amount_vnd = x->amount;
    m->ground = (Taicho__V1__FeeExemption)x->exemption;
    m->superior = wire_text(x->superior);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_WAIVED;
    ret->fee_waived = m;
}

/* What the citizen wrote, and whom a complaint names, stay here. */
static void rating_given(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__RatingGiven, TAICHO__V1__RATING_GIVEN);

    m->means = (Taicho__V1__RatingMeans)(d->rate->means + 1);
    m->satisfaction = d->points.satisfaction;
    m->attitude = d->points.attitude;
    m->contact_points = d->points.contacts;
    m->agency_points = d->points.agencies;
    m->contacts = d->rate->contacts;
    m->agencies = d->rate->agencies;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RATING_GIVEN;
    ret->rating_given = m;
}

static void complaint_filed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_complaint *c = &d->next.complaints[d->complaint];
    MESSAGE(a, Taicho__V1__ComplaintFiled, TAICHO__V1__COMPLAINT_FILED);

    m->number = d->complaint + 1;
    m->category = wire_text(c->category);
    m->channel = (Taicho__V1__Channel)c->channel;
    m->answer_due_at = c->answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_FILED;
    ret->complaint_filed = m;
}

static void complaint_answered(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_complaint *c = &d->next.complaints[d->complaint];
    MESSAGE(a, Taicho__V1__ComplaintAnswered, TAICHO__V1__COMPLAINT_ANSWERED);

    m->number = d->complaint + 1;
    m->outcome = c->state == INTAKE_COMPLAINT_REFUSED ? TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_REFUSED
                 : c->justified                       ? TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_JUSTIFIED
                                                      : TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNJUSTIFIED;
    m->late = c->late;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_ANSWERED;
    ret->complaint_answered = m;
}

static void complaint_due_passed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ComplaintDuePassed, TAICHO__V1__COMPLAINT_DUE_PASSED);

    m->number = d->complaint + 1;
    m->answer_due_at = d->next.complaints[d->complaint].answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_DUE_PASSED;
    ret->complaint_due_passed = m;
}

/* In the order of intake_emits. */
static void (*const encoders[INTAKE_EMITS])(const struct intake_decision *, struct arena *,
                                            Taicho__V1__LifecycleEvent *) = {
    submitted,
    received,
    refused,
    guided,
    document_filed,
    transfer_given,
    transfer_taken,
    transfer_refused,
    supply_given,
    supply_taken,
    supply_refused,
    due_near,
    due_passed,
    obligation_opened,
    obligation_met,
    supplement_requested,
    supplement_received,
    finding_recorded,
    period_excluded,
    extension_requested,
    extended,
    due_moved,
    stop_requested,
    correction_requested,
    papers_given_back,
    paper_lost,
    loss_settled,
    withdrawal_requested,
    fee_paid,
    fee_refunded,
    fee_waived,
    rating_given,
    complaint_filed,
    complaint_answered,
    complaint_due_passed,
};

void intake_encode(const struct emission *e, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    for (size_t i = 0; i < INTAKE_EMITS; i++)
        if (strcmp(intake_emits[i].type, e->type) == 0) {
            encoders[i](e->body, a, ret);
            return;
        }
    BUG_IF(true, "intake emits no %s", e->type);
}
