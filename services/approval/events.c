/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions of approval as protobuf. */
#include "services/approval/events.h"

#include "common/flow/same_day.h"
#include "common/flow/step_told.h"
#include "common/flow/wire.h"
#include "services/approval/approval.h"

#include "taicho/v1/lifecycle.pb-c.h"

const struct emitted approval_emits[] = {
    {.type = "Granted", .what = "decided in the applicant's favour; not binding before it is signed"},
    {.type = "DecisionRefused", .what = "decided against; not binding before it is signed"},
    {.type = "SentBack", .what = "the step before is to be appraised once more"},
    {.type = "Signed",
     .what = "the decision is signed: it ends the step; the last one, or a refusal, ends the dossier"},
    {.type = "ApprovalNear", .what = "little of the pending step's time is left", .audit_only = true},
    {.type = "ApprovalPassed", .what = "the pending step's time has passed", .audit_only = true},
    {.type = "WithdrawalGranted", .what = "the citizen has the dossier back: it ends without a result"},
    {.type = "WithdrawalRefused", .what = "the citizen's request has ended: the dossier goes on"},
    {.type = "ApologySigned", .what = "the apology with the new date is signed: return issues it"},
    {.type = "StopSigned",
     .what = "the stop notice is signed: the dossier ends without a result, return issues the notice"},
    {.type = "StopRefused", .what = "the stop notice is not signed: the dossier goes on"},
    {.type = "CorrectionSigned", .what = "the correction of a wrong result is signed: return issues it"},
    {.type = "CorrectionRefused", .what = "the correction is not signed: the result stays as it is"},
    {.type = "ExtensionRefused", .what = "the apology is not signed: the date stays"},
    {.type = "MandateRecorded", .what = "who may decide and sign what, from when to when", .audit_only = true},
};
const size_t approval_emit_count = COUNT_OF(approval_emits);

static char **texts(struct arena *a, const char *const *items, size_t count)
{
    char **copy = ARENA_ARRAY(a, count + 1, char *);
    for (size_t i = 0; i < count; i++)
        copy[i] = wire_text(items[i]);
    return copy;
}

static Taicho__V1__Granted *granted(const struct approval_decision *x, struct arena *a)
{
    Taicho__V1__Granted *m = ARENA_NEW(a, Taicho__V1__Granted);
    taicho__v1__granted__init(m);
    m->mandate = wire_text(x->mandate->code);
    m->draft = event_handle_pack(&x->document, a);
    return m;
}

static Taicho__V1__DecisionRefused *decision_refused(const struct approval_decision *x, struct arena *a)
{
    Taicho__V1__DecisionRefused *m = ARENA_NEW(a, Taicho__V1__DecisionRefused);
    taicho__v1__decision_refused__init(m);
    m->mandate = wire_text(x->mandate->code);
    m->draft = event_handle_pack(&x->document, a);
    m->n_reasons = x->reason_count;
    m->reasons = texts(a, x->reasons, x->reason_count);
    return m;
}

/* Whatever is not done has its reasons; each in a message of its own. */
#define REASONED(name, Message, init)                                                                                  \
    static Message *name(const struct approval_decision *x, struct arena *a)                                           \
    {                                                                                                                  \
        Message *m = ARENA_NEW(a, Message);                                                                            \
        init(m);                                                                                                       \
        m->mandate = wire_text(x->mandate->code);                                                                      \
        m->n_reasons = x->reason_count;                                                                                \
        m->reasons = texts(a, x->reasons, x->reason_count);                                                            \
        return m;                                                                                                      \
    }

REASONED(sent_back, Taicho__V1__SentBack, taicho__v1__sent_back__init)
REASONED(withdrawal_refused, Taicho__V1__WithdrawalRefused, taicho__v1__withdrawal_refused__init)
REASONED(extension_refused, Taicho__V1__ExtensionRefused, taicho__v1__extension_refused__init)
REASONED(stop_refused, Taicho__V1__StopRefused, taicho__v1__stop_refused__init)
REASONED(correction_refused, Taicho__V1__CorrectionRefused, taicho__v1__correction_refused__init)

/* A letter is signed in the same words whatever it says. */
#define LETTER(name, Message, init)                                                                                    \
    static Message *name(const struct approval_decision *x, struct arena *a)                                           \
    {                                                                                                                  \
        Message *m = ARENA_NEW(a, Message);                                                                            \
        init(m);                                                                                                       \
        m->signer = wire_text(x->signer);                                                                              \
        m->form = (Taicho__V1__SignatureForm)x->mandate->form;                                                         \
        m->mandate = wire_text(x->mandate->code);                                                                      \
        m->kind = (Taicho__V1__SignatureKind)x->signature;                                                             \
        m->signed_at = x->at;                                                                                          \
        m->document = event_handle_pack(&x->document, a);                                                              \
        return m;                                                                                                      \
    }

LETTER(apology_signed, Taicho__V1__ApologySigned, taicho__v1__apology_signed__init)
LETTER(stop_signed, Taicho__V1__StopSigned, taicho__v1__stop_signed__init)
LETTER(correction_signed, Taicho__V1__CorrectionSigned, taicho__v1__correction_signed__init)

static Taicho__V1__Signed *signed_(const struct approval_decision *x, struct arena *a)
{
    Taicho__V1__Signed *m = ARENA_NEW(a, Taicho__V1__Signed);
    taicho__v1__signed__init(m);
    m->signer = wire_text(x->signer);
    m->form = (Taicho__V1__SignatureForm)x->mandate->form;
    m->mandate = wire_text(x->mandate->code);
    m->kind = (Taicho__V1__SignatureKind)x->signature;
    m->signed_at = x->at;
    m->document = event_handle_pack(&x->document, a);
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    if (x->last && x->same_day && x->same_day->returned)
        m->same_day = same_day_pack(x->same_day, a);
    return m;
}

static Taicho__V1__WithdrawalGranted *withdrawal_granted(const struct approval_decision *x, struct arena *a)
{
    Taicho__V1__WithdrawalGranted *m = ARENA_NEW(a, Taicho__V1__WithdrawalGranted);
    taicho__v1__withdrawal_granted__init(m);
    m->mandate = wire_text(x->mandate->code);
    return m;
}

static Taicho__V1__MandateRecorded *mandate_recorded(const struct approval_mandate *r, struct arena *a)
{
    Taicho__V1__MandateRecorded *m = ARENA_NEW(a, Taicho__V1__MandateRecorded);
    taicho__v1__mandate_recorded__init(m);
    m->mandate = wire_text(r->code);
    m->officer = wire_text(r->officer);
    m->unit = wire_text(r->unit);
    m->form = (Taicho__V1__SignatureForm)r->form;
    m->n_procedures = r->procedure_count;
    m->procedures = texts(a, r->procedures, r->procedure_count);
    m->legal_basis = wire_text(r->legal_basis);
    m->valid_from = r->valid_from;
    m->valid_to = r->valid_to;
    return m;
}

static Taicho__V1__StepWatch *watched(const struct approval_decision *x, struct arena *a)
{
    const struct step_told told = {
        .kind = STEP_APPROVE, .unit = x->unit, .opened_at = x->opened_at, .due_at = x->due_at};

    return step_told_pack(&told, a);
}

static Taicho__V1__ApprovalNear *approval_near(const struct approval_decision *x, struct arena *a)
{
    Taicho__V1__ApprovalNear *m = ARENA_NEW(a, Taicho__V1__ApprovalNear);
    taicho__v1__approval_near__init(m);
    m->step = watched(x, a);
    return m;
}

static Taicho__V1__ApprovalPassed *approval_passed(const struct approval_decision *x, struct arena *a)
{
    Taicho__V1__ApprovalPassed *m = ARENA_NEW(a, Taicho__V1__ApprovalPassed);
    taicho__v1__approval_passed__init(m);
    m->step = watched(x, a);
    return m;
}

void approval_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    const struct approval_decision *x = e->body;
    switch (x->event) {
    case APPROVAL_EVENT_GRANTED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_GRANTED;
        ret->granted = granted(x, a);
        return;
    case APPROVAL_EVENT_DECISION_REFUSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DECISION_REFUSED;
        ret->decision_refused = decision_refused(x, a);
        return;
    case APPROVAL_EVENT_SENT_BACK:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SENT_BACK;
        ret->sent_back = sent_back(x, a);
        return;
    case APPROVAL_EVENT_SIGNED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SIGNED;
        ret->signed_ = signed_(x, a);
        return;
    case APPROVAL_EVENT_NEAR:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPROVAL_NEAR;
        ret->approval_near = approval_near(x, a);
        return;
    case APPROVAL_EVENT_PASSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPROVAL_PASSED;
        ret->approval_passed = approval_passed(x, a);
        return;
    case APPROVAL_EVENT_WITHDRAWAL_GRANTED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_WITHDRAWAL_GRANTED;
        ret->withdrawal_granted = withdrawal_granted(x, a);
        return;
    case APPROVAL_EVENT_WITHDRAWAL_REFUSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_WITHDRAWAL_REFUSED;
        ret->withdrawal_refused = withdrawal_refused(x, a);
        return;
    case APPROVAL_EVENT_APOLOGY_SIGNED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APOLOGY_SIGNED;
        ret->apology_signed = apology_signed(x, a);
        return;
    case APPROVAL_EVENT_STOP_SIGNED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_STOP_SIGNED;
        ret->stop_signed = stop_signed(x, a);
        return;
    case APPROVAL_EVENT_STOP_REFUSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_STOP_REFUSED;
        ret->stop_refused = stop_refused(x, a);
        return;
    case APPROVAL_EVENT_CORRECTION_SIGNED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CORRECTION_SIGNED;
        ret->correction_signed = correction_signed(x, a);
        return;
    case APPROVAL_EVENT_CORRECTION_REFUSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CORRECTION_REFUSED;
        ret->correction_refused = correction_refused(x, a);
        return;
    case APPROVAL_EVENT_EXTENSION_REFUSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENSION_REFUSED;
        ret->extension_refused = extension_refused(x, a);
        return;
    case APPROVAL_EVENT_MANDATE_RECORDED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_MANDATE_RECORDED;
        ret->mandate_recorded = mandate_recorded(x->mandate, a);
        return;
    case APPROVAL_EVENT_NONE:
    case APPROVAL_EVENT_COUNT:
        break;
    }
    BUG_IF(true, "approval emits no event %d", (int)x->event);
}
