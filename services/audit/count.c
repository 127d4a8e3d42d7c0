/* SPDX-License-Identifier: Apache-2.0 */
/* How events become figures: a table of events, and what each does to its dossier and where that stands. Pure. */
#include <string.h>

#include "common/domain/desk.h"
#include "services/audit/count.h"

const char *const audit_result_names[] = {
#define X(symbol, name, vi) name,
    AUDIT_RESULTS(X)
#undef X
};

const char *const audit_pause_names[] = {
#define X(symbol, name, vi) name,
    AUDIT_PAUSES(X)
#undef X
};

int audit_result_parse(const char *name)
{
    for (int i = 0; name && i < AUDIT_RESULT_COUNT; i++)
        if (strcmp(audit_result_names[i], name) == 0)
            return i;
    return -1;
}

static audit_counter received, refused, guided, supplement_asked, supplemented, sealed, withdrawn, stopped;
static audit_counter handed_over, correction_handed_over, came_back, archived;
static audit_counter due_passed, due_moved, found, apologised, extended, obligation_opened, obligation_met, paper_lost,
    loss_settled;

/* One row per event type that figures are made of; every other type is sealed and changes no figure. */
static const struct counted {
    const char *type;
    bool first; /* it begins what is known of a dossier */
    int spot;   /* the act whose place counts */
    audit_counter *count;
} counted[] = {
    {"Received", true, AUDIT_SPOT_RECEIPT, received},
    {"Refused", true, 0, refused},
    {"Guided", true, 0, guided},
    {"Appraised", false, AUDIT_SPOT_APPRAISAL, NULL},
    {"Signed", false, AUDIT_SPOT_SIGNATURE, NULL},
    {"Sealed", false, AUDIT_SPOT_SEAL, sealed},
    {"Ready", false, 0, count_fees_with_result},
    {"FeePaid", false, 0, count_fee_paid},
    {"FeeWaived", false, 0, count_fee_waived},
    {"FeeRefunded", false, 0, count_fee_refunded},
    {"HandedOver", false, AUDIT_SPOT_RETURN, handed_over},
    {"CorrectionHandedOver", false, 0, correction_handed_over},
    {"CameBack", false, 0, came_back},
    {"Archived", false, 0, archived},
    {"DuePassed", false, 0, due_passed},
    {"ObligationOpened", false, 0, obligation_opened},
    {"ObligationMet", false, 0, obligation_met},
    {"SupplementRequested", false, 0, supplement_asked},
    {"SupplementReceived", false, 0, supplemented},
    {"FindingRecorded", false, 0, found},
    {"PeriodExcluded", false, 0, due_moved},
    {"PeriodEnded", false, 0, due_moved},
    {"DueMoved", false, 0, due_moved},
    {"ApologyIssued", false, 0, apologised},
    {"Extended", false, 0, extended},
    {"WithdrawalGranted", false, 0, withdrawn},
    {"NoticeIssued", false, 0, stopped},
    {"PaperLost", false, 0, paper_lost},
    {"LossSettled", false, 0, loss_settled},
    {"RatingGiven", false, 0, count_rated},
    {"ComplaintFiled", false, 0, count_complaint_filed},
    {"ComplaintAnswered", false, 0, count_complaint_answered},
    {"ComplaintDuePassed", false, 0, count_complaint_due_passed},
    {"ComplaintMoreAsked", false, 0, count_complaint_more_asked},
    {"ComplaintSupplied", false, 0, count_complaint_supplied},
    {"ComplaintPublished", false, 0, count_complaint_published},
    {"ComplaintPublicationPassed", false, 0, count_complaint_publication_passed},
};

static const struct counted *row_of(const char *type)
{
    for (size_t i = 0; i < COUNT_OF(counted); i++)
        if (strcmp(counted[i].type, type) == 0)
            return &counted[i];
    return NULL;
}

static void begin(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about)
{
    f->code = about->code;
    f->unit = about->unit;
    f->receiving_unit = r->receiving_unit ? r->receiving_unit : about->unit;
    f->counter = r->counter ? r->counter : "";
    f->procedure = about->procedure;
    f->day = instant_day(about->occurred_at);
    f->due_at = r->due_at;
    f->by_hours = r->by_hours;
    f->ended_at = f->waits_from = f->apologised_at = f->passed_at = INSTANT_NONE;
}

bool audit_count_filed(const struct audit_record *r, const struct audit_about *about, struct audit_delta *ret_delta)
{
    if (strcmp(r->type, "Submitted") != 0)
        return false;
    *ret_delta = (struct audit_delta){.unit = about->unit,
                                      .procedure = about->procedure,
                                      .day = instant_day(about->occurred_at),
                                      .filings = {.filed_online = 1}};
    return true;
}

/* The first event of a dossier that a counter has answers what was filed on the portal, if anything was. */
static void count_answer(const struct audit_record *r, const struct audit_about *about, struct audit_delta *d)
{
    d->filings.filed_answered = r->answer_due_at != INSTANT_NONE;
    d->filings.filed_late = r->answer_due_at != INSTANT_NONE && about->occurred_at > r->answer_due_at;
}

static void received(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                     struct audit_delta *d)
{
    count_answer(r, about, d);
    f->result = AUDIT_RESULT_OPEN;
    f->contacts = r->followed;
    f->visited = r->channel == CHANNEL_COUNTER;
    d->received = 1;
    count_fees_received(f, r, about, d);
}

static void refused(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                    struct audit_delta *d)
{
    count_answer(r, about, d);
    f->result = AUDIT_RESULT_REFUSED_AT_COUNTER;
    f->ended_at = about->occurred_at;
    d->refused = 1;
}

/* "Fully and once": what was said again is counted apart. */
static void guided(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                   struct audit_delta *d)
{
    count_answer(r, about, d);
    f->result = AUDIT_RESULT_GUIDED;
    f->ended_at = about->occurred_at;
    d->guided = 1;
    d->guided_again = r->again;
}

instant audit_judged_by(const struct audit_fact *f)
{
    return f->passed_at != INSTANT_NONE ? f->passed_at : f->due_at;
}

static enum timing timing_of(const struct audit_fact *f)
{
    instant due = audit_judged_by(f);

    if (f->ended_at > due)
        return TIMING_LATE;
    bool early = f->by_hours ? f->ended_at < due : instant_day(f->ended_at) < instant_day(due);
    return early ? TIMING_EARLY : TIMING_ON_TIME;
}

instant audit_ran_until(const struct audit_fact *f)
{
    return f->waits_from != INSTANT_NONE && f->waits_from < f->ended_at ? f->waits_from : f->ended_at;
}

/* What a dossier is by all that is known now: the date of intake and an end elsewhere come in either order. */
static enum timing judge(const struct audit_fact *f)
{
    if (f->supplements > 1)
        return TIMING_LATE;
    if (f->result == AUDIT_RESULT_GRANTED || f->result == AUDIT_RESULT_REFUSED)
        return timing_of(f);
    if (f->result == AUDIT_RESULT_WITHDRAWN || f->result == AUDIT_RESULT_STOPPED)
        return audit_ran_until(f) > audit_judged_by(f) ? TIMING_LATE : TIMING_NONE;
    return TIMING_NONE;
}

/* add_standing adds the one figure that a dossier stands in, n times; one in process stands in none. */
static void add_standing(const struct audit_fact *f, int n, struct audit_delta *d)
{
    int late = n * (f->timing == TIMING_LATE);

    d->early += n * (f->timing == TIMING_EARLY);
    d->on_time += n * (f->timing == TIMING_ON_TIME);
    d->late += late;
    if (f->result == AUDIT_RESULT_OPEN)
        d->lates.late_open += late;
    if (f->result == AUDIT_RESULT_WITHDRAWN) {
        d->withdrawn += n - late;
        d->lates.late_withdrawn += late;
    }
    if (f->result == AUDIT_RESULT_STOPPED) {
        d->stopped += n - late;
        d->lates.late_stopped += late;
    }
}

/* A correction is sealed again: the end was the first. */
static void end(struct audit_fact *f, enum audit_result result, instant at)
{
    if (f->result != AUDIT_RESULT_OPEN)
        return;
    f->result = result;
    f->ended_at = at;
}

static void sealed(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                   struct audit_delta *d)
{
    end(f, r->outcome == OUTCOME_REFUSED ? AUDIT_RESULT_REFUSED : AUDIT_RESULT_GRANTED, about->occurred_at);
}

static void withdrawn(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                      struct audit_delta *d)
{
    end(f, AUDIT_RESULT_WITHDRAWN, about->occurred_at);
}

/* From the seal on its notice on. */
static void stopped(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                    struct audit_delta *d)
{
    end(f, AUDIT_RESULT_STOPPED, about->occurred_at);
}

static void handed_over(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                        struct audit_delta *d)
{
    d->on_the_spot = f->at_counter == AUDIT_SPOT_ALL && f->elsewhere == 0;
    f->delivery = r->delivery;
    f->proxy = r->proxy;
    f->unclaimed = false;
    f->visited |= r->delivery == DELIVERY_COUNTER;
}

/* The result was wrong: whoever came for its correction had to turn to the counter once more. */
static void correction_handed_over(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                                   struct audit_delta *d)
{
    bool came = r->delivery == DELIVERY_COUNTER;

    f->contacts += came;
    f->visited |= came;
}

static bool is_result(const struct audit_record *r)
{
    return r->outcome == OUTCOME_GRANTED || r->outcome == OUTCOME_REFUSED;
}

/* The post has brought the result back: it was not returned, and will be counted when it is. A letter never was. */
static void came_back(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                      struct audit_delta *d)
{
    if (!is_result(r))
        return;
    d->ways.came_back = 1;
    f->delivery = DELIVERY_NONE;
    f->proxy = false;
    d->on_the_spot = -(f->at_counter == AUDIT_SPOT_ALL && f->elsewhere == 0);
    f->at_counter &= ~AUDIT_SPOT_RETURN;
    f->elsewhere &= ~AUDIT_SPOT_RETURN;
}

/* Whoever comes later gets it all the same; then it is unclaimed no more. */
static void archived(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                     struct audit_delta *d)
{
    f->unclaimed |= r->unclaimed && is_result(r);
}

static void due_passed(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                       struct audit_delta *d)
{
    f->overdue = true;
}

/* Time that the law leaves out is over: from now on the dossier is judged by the later date. */
static void due_moved(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                      struct audit_delta *d)
{
    f->due_at = r->due_at;
}

/* One wait at a time: what ends it brings the date that leaves it out. */
static void obligation_opened(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                              struct audit_delta *d)
{
    f->waits_from = r->pause.from;
}

static void obligation_met(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                           struct audit_delta *d)
{
    f->waits_from = INSTANT_NONE;
    due_moved(f, r, about, d);
}

static void supplemented(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                         struct audit_delta *d)
{
    f->waits_from = INSTANT_NONE;
    due_moved(f, r, about, d);
    count_fees_supplemented(f, r, about, d);
}

/* What was found may be a time in another unit, which is not told: days count, as they mostly do. */
static void found(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                  struct audit_delta *d)
{
    f->by_hours = false;
    due_moved(f, r, about, d);
}

static void apologised(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                       struct audit_delta *d)
{
    f->apologised_at = about->occurred_at;
}

/* had_passed tells whether the clock had run beyond the date in force when the apology was sealed. */
static bool had_passed(const struct audit_fact *f)
{
    bool waited = f->waits_from != INSTANT_NONE && f->waits_from < f->apologised_at;

    return f->apologised_at != INSTANT_NONE && (waited ? f->waits_from : f->apologised_at) > f->due_at;
}

/* Judged by the new date from now on, unless the apology came when it was late already: it stays so, by the date that
 * has passed. One that came too late is a breach all the same. */
static void extended(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                     struct audit_delta *d)
{
    if (!f->extended && had_passed(f))
        f->passed_at = f->due_at;
    f->due_at = r->due_at;
    d->extended = !f->extended;
    d->breaches = r->breach && f->extended < 2;
    f->extended = r->breach ? 2 : 1;
}

static void supplement_asked(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                             struct audit_delta *d)
{
    f->contacts++;
    if (r->supplement > f->supplements)
        f->supplements = r->supplement;
    f->waits_from = r->pause.from;
    /* Only what is asked late, or once more, has a ground. */
    bool late = r->supplement == 1 && r->pause.code && r->pause.code[0];
    d->supplement_late = late && !f->supplement_late;
    f->supplement_late |= late;
}

/* ---- papers that were lost or damaged: whatever the dossier's own end */

static void paper_lost(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                       struct audit_delta *d)
{
    d->losses.papers_damaged = r->damaged;
    d->losses.papers_lost = !r->damaged;
}

static void loss_settled(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                         struct audit_delta *d)
{
    d->losses.losses_settled = 1;
    d->losses.losses_paid = r->paid;
}

/* add_ways adds how the result is with the citizen, n times. */
static void add_ways(const struct audit_fact *f, int n, struct audit_ways *w)
{
    w->returned_counter += n * (f->delivery == DELIVERY_COUNTER);
    w->returned_post += n * (f->delivery == DELIVERY_POST);
    w->returned_electronic += n * (f->delivery == DELIVERY_ELECTRONIC);
    w->returned_proxy += n * f->proxy;
    w->unclaimed += n * f->unclaimed;
}

bool audit_count(const struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                 struct audit_fact *ret_fact, struct audit_delta *ret_delta)
{
    const struct counted *row = row_of(r->type);
    struct audit_fact next = {0};
    struct audit_delta delta = {0};

    /* An event about nothing that was received here (a mandate, a seal), or a second beginning, moves no figure. */
    if (row && (row->first ? f != NULL : f == NULL))
        row = NULL;
    if (row && row->count == count_fees_with_result && f->awaited[FEE_DUE_RETURN].count == 0)
        row = NULL; /* mostly: nothing is to be paid with the result */
    if (!row && !(f && about->late_entry))
        return false;
    if (f)
        next = *f;
    else
        begin(&next, r, about);
    if (row && row->spot) {
        bool counter = about->place[0] && strcmp(about->place, PLACE_OFFICE) != 0;

        *(counter ? &next.at_counter : &next.elsewhere) |= row->spot;
    }
    delta.unit = next.unit;
    delta.procedure = next.procedure;
    delta.day = next.day;
    delta.late_entries = about->late_entry;
    if (row && row->count)
        row->count(&next, r, about, &delta);
    next.timing = judge(&next);
    /* Intake's clock told that the date had passed before it heard of an end in time. */
    next.overdue &= next.result == AUDIT_RESULT_OPEN || next.timing == TIMING_LATE;
    delta.overdue = next.overdue - (f && f->overdue);
    add_standing(&next, 1, &delta);
    if (f)
        add_standing(f, -1, &delta);
    delta.contacts.contacts_sum = next.contacts - (f ? f->contacts : 0);
    delta.contacts.agencies_sum = next.visited - (f ? f->visited : 0);
    count_voices_standing(&next, 1, &delta.voices);
    if (f)
        count_voices_standing(f, -1, &delta.voices);
    add_ways(&next, 1, &delta.ways);
    if (f)
        add_ways(f, -1, &delta.ways);
    *ret_fact = next;
    *ret_delta = delta;
    return true;
}

static const struct audit_late_step *late_steps_copy(const struct audit_fact *f, struct arena *a)
{
    struct audit_late_step *copy = ARENA_ARRAY(a, f->late_count, struct audit_late_step);

    for (size_t i = 0; i < f->late_count; i++) {
        copy[i] = f->late_steps[i];
        copy[i].unit = arena_strdup(a, f->late_steps[i].unit);
    }
    return copy;
}

struct audit_fact *audit_fact_copy(const struct audit_fact *f, struct arena *a)
{
    struct audit_fact *copy = ARENA_NEW(a, struct audit_fact);

    *copy = *f;
    copy->code = arena_strdup(a, f->code);
    copy->unit = arena_strdup(a, f->unit);
    copy->receiving_unit = arena_strdup(a, f->receiving_unit);
    copy->procedure = arena_strdup(a, f->procedure);
    copy->counter = arena_strdup(a, f->counter);
    copy->late_steps = late_steps_copy(f, a);
    copy->moved = copy->late_changed = copy->fees_moved = false;
    return copy;
}
