/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions of return as protobuf. */
#include "services/return/events.h"

#include "common/flow/step_told.h"
#include "common/flow/wire.h"
#include "services/return/return.h"

#include "taicho/v1/lifecycle.pb-c.h"

const struct emitted return_emits[] = {
    {.type = "Numbered", .what = "the signed document has a number of its series and year", .audit_only = true},
    {.type = "Sealed", .what = "it bears the seal: the result or refusal exists, the due date is met or missed"},
    {.type = "ApologyIssued", .what = "the apology bears its seal: the new date is in force"},
    {.type = "ApologyHandedOver", .what = "the citizen has the apology"},
    {.type = "NoticeIssued", .what = "the stop notice bears its seal: the dossier is stopped"},
    {.type = "NoticeHandedOver", .what = "the citizen has the stop notice"},
    {.type = "CorrectionIssued",
     .what = "the correction bears its seal; the result stays in the books as it was issued"},
    {.type = "CorrectionHandedOver",
     .what = "the citizen has the correction: who came with which paper, or by which consignment"},
    {.type = "Ready", .what = "it lies at the counter for the citizen"},
    {.type = "CollectionReminded", .what = "it lies there, and nobody has come for it"},
    {.type = "ReturnNear", .what = "little of the open step's time is left", .audit_only = true},
    {.type = "ReturnPassed", .what = "the open step's time has passed", .audit_only = true},
    {.type = "HandedOver", .what = "the citizen has it: who came with which paper, or by which consignment"},
    {.type = "CameBack", .what = "the post brought it back: it lies at the counter once more"},
    {.type = "Archived",
     .what = "the clerk keeps the original; of a result also since nobody came for it",
     .audit_only = true},
    {.type = "HandOverGiven", .what = "the office gave it away towards the counter"},
    {.type = "HandOverTaken", .what = "the counter has it"},
    {.type = "HandOverRefused", .what = "the counter did not take it: it is with the giver again"},
    {.type = "SealRecorded", .what = "a seal with its keeper and place is known or changed", .audit_only = true},
    {.type = "SeriesRecorded", .what = "a number series of a unit is known or changed", .audit_only = true},
};
const size_t return_emit_count = COUNT_OF(return_emits);

static Taicho__V1__Numbered *numbered(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__Numbered *m = ARENA_NEW(a, Taicho__V1__Numbered);
    taicho__v1__numbered__init(m);
    m->series = wire_text(x->series->code);
    m->year = x->year;
    m->number = x->number;
    m->text = wire_text(x->number_text);
    return m;
}

static Taicho__V1__Sealed *sealed(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__Sealed *m = ARENA_NEW(a, Taicho__V1__Sealed);
    taicho__v1__sealed__init(m);
    m->seal = wire_text(x->seal->code);
    m->ordinal = x->seal->ordinal;
    m->keeper = wire_text(x->seal->keeper);
    m->document = event_handle_pack(&x->document, a);
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    return m;
}

/* A letter is issued, and given, in the same words whatever it says; each in a message of its own. */
#define LETTER_ISSUED(name, Message, init)                                                                             \
    static Message *name(const struct return_decision *x, struct arena *a)                                             \
    {                                                                                                                  \
        Message *m = ARENA_NEW(a, Message);                                                                            \
        init(m);                                                                                                       \
        m->seal = wire_text(x->seal->code);                                                                            \
        m->ordinal = x->seal->ordinal;                                                                                 \
        m->keeper = wire_text(x->seal->keeper);                                                                        \
        m->document = event_handle_pack(&x->document, a);                                                              \
        return m;                                                                                                      \
    }

LETTER_ISSUED(apology_issued, Taicho__V1__ApologyIssued, taicho__v1__apology_issued__init)
LETTER_ISSUED(notice_issued, Taicho__V1__NoticeIssued, taicho__v1__notice_issued__init)
LETTER_ISSUED(correction_issued, Taicho__V1__CorrectionIssued, taicho__v1__correction_issued__init)

static Taicho__V1__DocumentHandle *record_of(const struct return_decision *x, struct arena *a)
{
    return id_is_nil(x->handing.collector.id) ? NULL : event_handle_pack(&x->handing.collector, a);
}

#define LETTER_GIVEN(name, Message, init)                                                                              \
    static Message *name(const struct return_decision *x, struct arena *a)                                             \
    {                                                                                                                  \
        Message *m = ARENA_NEW(a, Message);                                                                            \
        init(m);                                                                                                       \
        m->delivery = (Taicho__V1__Delivery)x->delivery;                                                               \
        m->collector = record_of(x, a);                                                                                \
        return m;                                                                                                      \
    }

LETTER_GIVEN(apology_handed_over, Taicho__V1__ApologyHandedOver, taicho__v1__apology_handed_over__init)
LETTER_GIVEN(notice_handed_over, Taicho__V1__NoticeHandedOver, taicho__v1__notice_handed_over__init)

static Taicho__V1__CorrectionHandedOver *correction_handed_over(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__CorrectionHandedOver *m = ARENA_NEW(a, Taicho__V1__CorrectionHandedOver);
    taicho__v1__correction_handed_over__init(m);
    m->delivery = (Taicho__V1__Delivery)x->delivery;
    m->who = (Taicho__V1__Collector)x->handing.who;
    m->paper = (Taicho__V1__Proof)x->handing.paper;
    if (!id_is_nil(x->handing.authorisation.id))
        m->authorisation = event_handle_pack(&x->handing.authorisation, a);
    m->collector = record_of(x, a);
    m->consignment = wire_text(x->handing.consignment);
    return m;
}

static Taicho__V1__HandOverGiven *hand_over_given(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__HandOverGiven *m = ARENA_NEW(a, Taicho__V1__HandOverGiven);
    taicho__v1__hand_over_given__init(m);
    m->from_unit = wire_text(x->from_unit);
    m->to_unit = wire_text(x->to_unit);
    return m;
}

static Taicho__V1__HandOverTaken *hand_over_taken(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__HandOverTaken *m = ARENA_NEW(a, Taicho__V1__HandOverTaken);
    taicho__v1__hand_over_taken__init(m);
    m->from_unit = wire_text(x->from_unit);
    m->to_unit = wire_text(x->to_unit);
    return m;
}

static Taicho__V1__HandOverRefused *hand_over_refused(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__HandOverRefused *m = ARENA_NEW(a, Taicho__V1__HandOverRefused);
    taicho__v1__hand_over_refused__init(m);
    m->from_unit = wire_text(x->from_unit);
    m->to_unit = wire_text(x->to_unit);
    m->reason = (Taicho__V1__HandOverFault)x->fault;
    return m;
}

static Taicho__V1__Ready *ready(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__Ready *m = ARENA_NEW(a, Taicho__V1__Ready);
    taicho__v1__ready__init(m);
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    return m;
}

static Taicho__V1__HandedOver *handed_over(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__HandedOver *m = ARENA_NEW(a, Taicho__V1__HandedOver);
    taicho__v1__handed_over__init(m);
    m->delivery = (Taicho__V1__Delivery)x->delivery;
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    m->who = (Taicho__V1__Collector)x->handing.who;
    m->paper = (Taicho__V1__Proof)x->handing.paper;
    if (!id_is_nil(x->handing.authorisation.id))
        m->authorisation = event_handle_pack(&x->handing.authorisation, a);
    m->collector = record_of(x, a);
    m->consignment = wire_text(x->handing.consignment);
    return m;
}

static Taicho__V1__CameBack *came_back(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__CameBack *m = ARENA_NEW(a, Taicho__V1__CameBack);
    taicho__v1__came_back__init(m);
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    m->reason = (Taicho__V1__Undelivered)x->undelivered;
    m->consignment = wire_text(x->handing.consignment);
    return m;
}

static Taicho__V1__CollectionReminded *collection_reminded(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__CollectionReminded *m = ARENA_NEW(a, Taicho__V1__CollectionReminded);
    taicho__v1__collection_reminded__init(m);
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    m->number = x->reminder;
    m->ready_at = x->ready_at;
    return m;
}

static Taicho__V1__StepWatch *watched(const struct return_decision *x, struct arena *a)
{
    const struct step_told told = {.kind = x->kind, .unit = x->unit, .opened_at = x->opened_at, .due_at = x->due_at};

    return step_told_pack(&told, a);
}

static Taicho__V1__ReturnNear *return_near(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__ReturnNear *m = ARENA_NEW(a, Taicho__V1__ReturnNear);
    taicho__v1__return_near__init(m);
    m->step = watched(x, a);
    return m;
}

static Taicho__V1__ReturnPassed *return_passed(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__ReturnPassed *m = ARENA_NEW(a, Taicho__V1__ReturnPassed);
    taicho__v1__return_passed__init(m);
    m->step = watched(x, a);
    return m;
}

static Taicho__V1__Archived *archived(const struct return_decision *x, struct arena *a)
{
    Taicho__V1__Archived *m = ARENA_NEW(a, Taicho__V1__Archived);
    taicho__v1__archived__init(m);
    m->outcome = (Taicho__V1__Outcome)x->outcome;
    m->unclaimed = x->unclaimed;
    return m;
}

static Taicho__V1__SealRecorded *seal_recorded(const struct return_seal *s, struct arena *a)
{
    Taicho__V1__SealRecorded *m = ARENA_NEW(a, Taicho__V1__SealRecorded);
    taicho__v1__seal_recorded__init(m);
    m->seal = wire_text(s->code);
    m->unit = wire_text(s->unit);
    m->ordinal = s->ordinal;
    m->keeper = wire_text(s->keeper);
    m->place = wire_text(s->place);
    m->valid_from = s->valid_from;
    m->valid_to = s->valid_to;
    return m;
}

static Taicho__V1__SeriesRecorded *series_recorded(const struct return_series *s, struct arena *a)
{
    Taicho__V1__SeriesRecorded *m = ARENA_NEW(a, Taicho__V1__SeriesRecorded);
    taicho__v1__series_recorded__init(m);
    m->series = wire_text(s->code);
    m->unit = wire_text(s->unit);
    m->document = wire_text(return_series_documents[s->outcome]);
    m->pattern = wire_text(s->pattern);
    m->valid_from = s->valid_from;
    m->valid_to = s->valid_to;
    return m;
}

/* BODY sets the member of the oneof and its case, whose names differ in nothing but their letters. */
#define BODY(CASE, member, made)                                                                                       \
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_##CASE;                                                         \
    ret->member = made

void return_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    const struct return_decision *x = e->body;
    switch (x->event) {
    case RETURN_EVENT_NUMBERED:
        BODY(NUMBERED, numbered, numbered(x, a));
        return;
    case RETURN_EVENT_SEALED:
        BODY(SEALED, sealed, sealed(x, a));
        return;
    case RETURN_EVENT_APOLOGY_ISSUED:
        BODY(APOLOGY_ISSUED, apology_issued, apology_issued(x, a));
        return;
    case RETURN_EVENT_APOLOGY_HANDED_OVER:
        BODY(APOLOGY_HANDED_OVER, apology_handed_over, apology_handed_over(x, a));
        return;
    case RETURN_EVENT_NOTICE_ISSUED:
        BODY(NOTICE_ISSUED, notice_issued, notice_issued(x, a));
        return;
    case RETURN_EVENT_NOTICE_HANDED_OVER:
        BODY(NOTICE_HANDED_OVER, notice_handed_over, notice_handed_over(x, a));
        return;
    case RETURN_EVENT_CORRECTION_ISSUED:
        BODY(CORRECTION_ISSUED, correction_issued, correction_issued(x, a));
        return;
    case RETURN_EVENT_CORRECTION_HANDED_OVER:
        BODY(CORRECTION_HANDED_OVER, correction_handed_over, correction_handed_over(x, a));
        return;
    case RETURN_EVENT_HAND_OVER_GIVEN:
        BODY(HAND_OVER_GIVEN, hand_over_given, hand_over_given(x, a));
        return;
    case RETURN_EVENT_HAND_OVER_TAKEN:
        BODY(HAND_OVER_TAKEN, hand_over_taken, hand_over_taken(x, a));
        return;
    case RETURN_EVENT_HAND_OVER_REFUSED:
        BODY(HAND_OVER_REFUSED, hand_over_refused, hand_over_refused(x, a));
        return;
    case RETURN_EVENT_READY:
        BODY(READY, ready, ready(x, a));
        return;
    case RETURN_EVENT_HANDED_OVER:
        BODY(HANDED_OVER, handed_over, handed_over(x, a));
        return;
    case RETURN_EVENT_CAME_BACK:
        BODY(CAME_BACK, came_back, came_back(x, a));
        return;
    case RETURN_EVENT_COLLECTION_REMINDED:
        BODY(COLLECTION_REMINDED, collection_reminded, collection_reminded(x, a));
        return;
    case RETURN_EVENT_NEAR:
        BODY(RETURN_NEAR, return_near, return_near(x, a));
        return;
    case RETURN_EVENT_PASSED:
        BODY(RETURN_PASSED, return_passed, return_passed(x, a));
        return;
    case RETURN_EVENT_ARCHIVED:
        BODY(ARCHIVED, archived, archived(x, a));
        return;
    case RETURN_EVENT_SEAL_RECORDED:
        BODY(SEAL_RECORDED, seal_recorded, seal_recorded(x->seal, a));
        return;
    case RETURN_EVENT_SERIES_RECORDED:
        BODY(SERIES_RECORDED, series_recorded, series_recorded(x->series, a));
        return;
    case RETURN_EVENT_NONE:
    case RETURN_EVENT_COUNT:
        break;
    }
    BUG_IF(true, "return emits no event %d", (int)x->event);
}
