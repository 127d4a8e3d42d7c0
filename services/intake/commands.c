/* SPDX-License-Identifier: Apache-2.0 */
/* A piece of work becomes a decision, and the decision leaves its marks: state, event, code, timer, answer. */
#include "services/intake/commands.h"

#include <string.h>

#include "common/domain/dossier.h"
#include "common/domain/code.h"
#include "services/intake/answers.h"
#include "services/intake/catalogue.h"
#include "services/intake/events.h"
#include "services/intake/recount.h"
#include "services/intake/repo.h"
#include "services/intake/rules.h"

/* person_of gives the citizen of a guidance, of a receipt, or of a refusal for want of papers; false of all other work.
 */
static bool person_of(const struct batch *b, const struct work *w, struct intake_person *ret)
{
    const struct intake_receive *r = w->act == INTAKE_RECEIVE ? w->command : NULL;
    const struct intake_guide *g = w->act == INTAKE_GUIDE ? w->command : NULL;
    const struct intake_visit *v = g ? &g->visit : w->act == INTAKE_REFUSE ? w->command : NULL;

    if (w->origin != WORK_COMMAND || !(g || r || (v && intake_refuses_for_want(v))))
        return false;
    const struct counter *at = catalogue_counter(b->catalogue, v ? v->counter : r->counter, instant_day(b->now));
    if (!at)
        return false; /* it will be refused */
    *ret = (struct intake_person){.unit = at->unit,
                                  .procedure = v ? v->procedure : r->procedure,
                                  .identity_number = v ? v->applicant.identity_number : r->applicant.identity_number};
    return true;
}

static bool is_of_loss(const struct work *w)
{
    return w->act == INTAKE_NOTE_LOSS || w->act == INTAKE_SETTLE_LOSS;
}

/* needs_sheets tells of an act that is decided with the dossier's components: a slip, too, passes through an officer's
 * hands, who may have given papers back. */
static bool needs_sheets(const struct work *w)
{
    const struct intake_rate *rate = w->act == INTAKE_RATE ? w->command : NULL;

    return w->act == INTAKE_RECEIVE_SUPPLEMENT || w->act == INTAKE_GIVE_BACK || w->act == INTAKE_BRING_BACK ||
           w->act == INTAKE_TAKE_BACK || w->act == INTAKE_REFUSE_BACK || w->act == INTAKE_TAKE_TURN ||
           w->act == INTAKE_REFUSE_TURN || is_of_loss(w) || (rate && rate->means == INTAKE_MEANS_SLIP);
}

/* kind_named gives the kind of the paper that an act names, filed before; NONE: it names none. */
static enum document_kind kind_named(const struct work *w)
{
    if (w->act == INTAKE_REQUEST_CORRECTION)
        return DOCUMENT_CORRECTION;
    if (w->act == INTAKE_GIVE_BACK)
        return DOCUMENT_COLLECTOR;
    if (w->act == INTAKE_FIND || w->act == INTAKE_EXCLUDE || w->act == INTAKE_END_PERIOD)
        return DOCUMENT_EVIDENCE;
    return w->act == INTAKE_MEET_OBLIGATION ? DOCUMENT_EVIDENCE : DOCUMENT_NONE;
}

/* A receipt draws its code from a series; which one depends on the counter and the day. */
static void prepare(struct batch *b, const struct work *w)
{
    struct intake_person person = {0};

    if (person_of(b, w, &person))
        intake_guidances_need(b, &person);
    if (w->origin == WORK_COMMAND && needs_sheets(w))
        intake_custody_need(b, w->subject);
    if (w->origin == WORK_COMMAND && w->act == INTAKE_RECEIVE_SUPPLEMENT)
        intake_wanted_need(b, w->subject);
    if (w->origin == WORK_TIMER && w->act == INTAKE_RECOUNT)
        intake_orders_need(b, w->subject);
    if (w->origin == WORK_COMMAND && is_of_loss(w))
        intake_losses_need(b, w->subject);
    if (w->origin == WORK_COMMAND && kind_named(w))
        intake_filings_need(b, w->subject);
    if (w->origin != WORK_COMMAND || w->act != INTAKE_RECEIVE)
        return;

    const struct intake_receive *c = w->command;
    const char *key = intake_series_key(b->catalogue, c->counter, instant_day(b->now), b->arena);

    if (key) /* without a counter nothing is received, and no code is drawn */
        batch_need_series(b, key);
}

/* take_code gives the dossier its code, the next of its agency and day. */
static enum err_code take_code(struct item *i, struct intake_decision *d, struct err *reterr)
{
    struct batch *b = i->batch;
    int32_t day = instant_day(b->now);
    const char *key = intake_series_key(b->catalogue, d->next.counter, day, b->arena);
    const struct unit *unit = catalogue_unit(b->catalogue, d->next.receiving_unit, day);
    char code[CODE_DOSSIER_SIZE];
    int64_t number;

    enum err_code rc = item_take_number(i, key, CODE_SEQUENCE_MAX, &number, reterr);
    if (!rc)
        rc = code_dossier_format(code, sizeof code, unit->agency_code, unit->record.id, day, (int)number, reterr);
    if (!rc)
        d->next.code = arena_strdup(b->arena, code);
    return rc;
}

/* note_took_part keeps who is asked from now on, though his part may be over before the batch is. */
static void note_took_part(struct batch *b, struct intake_file *file, const char *units)
{
    if (units)
        file->took_part = file->took_part ? arena_printf(b->arena, "%s,%s", file->took_part, units) : units;
}

static bool hands_over(int act)
{
    return act == INTAKE_HAND_OVER || act == INTAKE_GIVE_NOTICE || act == INTAKE_GIVE_CORRECTION;
}

/* apply makes the decision the subject's state, and notes what save has to write. */
static struct intake_file *apply(struct item *i, const struct intake_decision *d)
{
    struct batch *b = i->batch;
    struct intake_file *file = i->subject->state;

    if (!file)
        file = i->subject->state = ARENA_NEW(b->arena, struct intake_file);
    if (d->submit) {
        file->submit = d->submit;
        file->submitted = d->next.submission;
    }
    if (d->receive || d->refuse || d->guide) {
        file->created = true;
        file->receive = d->receive;
        file->refuse = d->refuse;
        file->guide = d->guide;
        file->answered = d->answered;
    }
    file->reopened_now |= intake_is_closed(file->dossier.state) && !intake_is_closed(d->next.state) && !file->created;
    file->closed_now |= intake_is_closed(d->next.state) && !file->created;
    file->transfers_changed |= d->transfer >= 0 || d->readdressed || d->told.kind == STEP_TRANSFER ||
                               d->broken_off == STEP_TRANSFER ||
                               d->next.transfer_count != file->dossier.transfer_count || d->recounted;
    file->supplements_changed |= d->supplement >= 0 || d->recounted;
    file->obligations_changed |= d->obligation >= 0 || d->exclusion >= 0 || d->told.kind == STEP_OBLIGATION ||
                                 d->next.obligation_count != file->dossier.obligation_count || d->recounted;
    if (d->next.due_explained != file->dossier.due_explained && !file->created && !file->due_moved) {
        file->due_moved = true;
        file->due_was = file->dossier.due_at;
    }
    file->times_changed |= d->finding >= 0 || d->exclusion >= 0;
    file->withdrawal_changed |= d->withdrawal;
    file->extension_changed |= d->extension;
    file->apology_changed |= !file->created && d->next.apology_due_at != file->dossier.apology_due_at;
    file->stop_changed |= d->stop;
    file->collection_changed |= d->collection;
    file->complaints_changed |= d->complaint >= 0;
    file->corrections_changed |= d->correction >= 0;
    file->fees_changed |= d->fees || (file->created && d->next.fee_count > 0);
    if (d->rate) {
        struct intake_rated *rated = ARENA_NEW(b->arena, struct intake_rated);
        *rated =
            (struct intake_rated){.rate = d->rate, .points = d->points, .by = i->work->actor.subject, .at = b->now};
        file->rated = rated;
    }
    note_took_part(b, file, d->next.asked_unit != file->dossier.asked_unit ? d->next.asked_unit : NULL);
    note_took_part(b, file, d->took_part);
    file->turn_changed |= d->turn || d->next.turn.unit != file->dossier.turn.unit ||
                          d->next.turn.done.result != file->dossier.turn.done.result ||
                          d->next.turn.done.due_at != file->dossier.turn.done.due_at;
    file->asked_changed |= d->took_part || d->next.asked_unit != file->dossier.asked_unit ||
                           d->next.part_units != file->dossier.part_units ||
                           d->next.silent_units != file->dossier.silent_units ||
                           d->next.step_unit != file->dossier.step_unit;
    file->changed |= d->next.state != file->dossier.state || d->next.returned_at != file->dossier.returned_at;
    file->dossier = d->next;
    if (d->supply) {
        struct intake_supplied *supplied = ARENA_NEW(b->arena, struct intake_supplied);
        *supplied = (struct intake_supplied){.next = file->supplied,
                                             .supply = d->supply,
                                             .number = d->supplement + 1,
                                             .first = d->next.component_count - d->supply->component_count + 1};
        file->supplied = supplied;
    }
    if (d->document) {
        struct intake_filed *filed = ARENA_NEW(b->arena, struct intake_filed);
        *filed = (struct intake_filed){
            .next = file->filed, .document = d->document, .by = i->work->actor.subject, .at = b->now};
        file->filed = filed;
        intake_filings_note(b, i->subject->id, d->document);
    }
    intake_custody_note(i, file, d);
    if (hands_over(i->work->act))
        intake_collected_note(i);
    intake_remarks_note(i);
    if (d->loss)
        intake_losses_note(i, file, d);
    i->subject->touched = true;
    return file;
}

/* about says of which dossier an event is, and where it was done. */
static struct emission about(const struct intake_decision *d, const char *type)
{
    const struct intake_dossier *now = &d->next;

    return (struct emission){.type = type,
                             .body = d,
                             .dossier_code = now->code,
                             .place = d->place,
                             .unit = now->unit,
                             .procedure = now->procedure,
                             .process = now->process,
                             .origin_reference = now->origin_reference,
                             .route = now->route,
                             .process_version = now->process_version,
                             .document = id_nil};
}

static void emit(struct item *i, const struct intake_decision *d, struct id batch)
{
    struct emission e = about(d, d->event);

    e.command = batch;
    e.step = d->step;
    e.round = d->round;
    e.clock = d->timed ? &d->clock : NULL;
    e.document = d->document          ? d->document->id
                 : d->named           ? d->named->id
                 : d->supplement >= 0 ? d->next.supplements[d->supplement].request
                                      : id_nil;
    e.notice = (i->work->origin == WORK_TIMER && i->work->act != INTAKE_RECOUNT) || d->broken_off != STEP_NONE;
    item_emit(i, &e);
}

/* about_move gives the code or number of what moved a date: the finding, the period, the supplement, the step that was
 * paid for; NULL: there is none. */
static const char *about_move(const struct intake_decision *d, struct arena *a)
{
    if (d->finding >= 0)
        return d->next.findings[d->finding].finding;
    if (d->exclusion >= 0)
        return d->next.exclusions[d->exclusion].period;
    if (d->supplement >= 0)
        return arena_printf(a, "%d", d->supplement + 1);
    return d->obligation >= 0 ? arena_printf(a, "%d", d->step) : NULL;
}

/* note_due keeps what the event says of the dates when it moved one; of a receipt the dossier keeps it. */
static void note_due(const struct item *i, instant legal, instant reported, const struct intake_decision *d)
{
    struct intake_file *file = i->subject->state;
    struct arena *a = i->batch->arena;

    if (legal == INSTANT_NONE || (legal == d->next.due_at && reported == d->next.due_reported))
        return;
    struct intake_due_moved *m = ARENA_NEW(a, struct intake_due_moved);
    *m = (struct intake_due_moved){.next = file->due_moves,
                                   .version = i->subject->version,
                                   .why = d->event,
                                   .about = about_move(d, a),
                                   .at = i->batch->now,
                                   .was_legal = legal,
                                   .was_reported = reported,
                                   .legal = d->next.due_at,
                                   .reported = d->next.due_reported};
    file->due_moves = m;
}

/* What was paid with the receipt is told behind it, as the officer's act of that moment. */
static void emit_payments(struct item *i, const struct intake_decision *d)
{
    for (int k = 0; d->receive && k < d->next.fee_count; k++) {
        if (d->next.fees[k].state != INTAKE_FEE_PAID)
            continue;
        struct intake_decision *paid = ARENA_NEW(i->batch->arena, struct intake_decision);
        *paid = (struct intake_decision){.next = d->next, .place = d->place, .fee = k};
        struct emission e = about(paid, "FeePaid");
        e.actor = i->work->actor.subject;
        e.occurred_at = i->batch->now;
        e.follows = true;
        item_emit(i, &e);
    }
}

#define STEP_TIMER       "step"
#define SUBMISSION_TIMER "submission"
#define ANSWER_TIMER     "answer"

/* The watch looks when it is time to warn, unless the dossier ends with a stop notice, and when the date has come. */
static void set_watch(struct item *i, const struct intake_dossier *d)
{
    item_set_timer(i, "due",
                   d->outcome != OUTCOME_STOPPED ? intake_warn_at(i->batch->catalogue, d, i->batch->recorded_at)
                                                 : intake_nearest_due(d));
}

/* The promised date is watched until the result is sealed, but not while the clock is paused. Once passed it is told.
 */
static void watch(struct item *i, enum intake_act act, const struct intake_decision *d)
{
    bool paused = intake_is_paused(&d->next), ahead = intake_nearest_due(&d->next) > i->batch->now;

    /* What passed and was told is told again only when the date has come to lie ahead once more. An apology that is
     * issued behind the end is an EXTEND without an event. A stop notice moves no date: one that has come by the time
     * of its entry was told, or is about to be, whenever the notice was signed on paper. */
    if (act == INTAKE_RECOUNT || act == INTAKE_FIND || act == INTAKE_EXCLUDE || act == INTAKE_END_PERIOD ||
        (act == INTAKE_EXTEND && d->event)) {
        if (!paused && (!d->was_late || ahead))
            set_watch(i, &d->next);
    } else if (act == INTAKE_PASS_DUE && ahead) {
        item_set_timer(i, "due", intake_nearest_due(&d->next));
    } else if (act == INTAKE_RECEIVE || (act == INTAKE_RECEIVE_SUPPLEMENT && (!d->was_late || ahead)) ||
               (act == INTAKE_MEET_OBLIGATION && !d->was_late) ||
               (act == INTAKE_STOP && !paused && intake_nearest_due(&d->next) > i->batch->recorded_at))
        set_watch(i, &d->next);
    else if (act == INTAKE_SEAL || act == INTAKE_GRANT_WITHDRAWAL || act == INTAKE_SEAL_NOTICE ||
             ((act == INTAKE_OPEN_OBLIGATION || act == INTAKE_REQUEST_SUPPLEMENT) && !d->was_late))
        item_clear_timer(i, "due");
}

/* What was filed on the portal: the watch looks just behind the moment by which the counter has to answer. */
static void watch_submission(struct item *i, const struct intake_decision *d)
{
    if (d->submit)
        item_set_timer(i, SUBMISSION_TIMER, d->next.submission->answer_due_at + 1);
    else if (d->answered)
        item_clear_timer(i, SUBMISSION_TIMER);
}

/* The open step's time. */
static void watch_step(struct item *i, instant was, const struct intake_dossier *d)
{
    item_move_timer(i, STEP_TIMER, was, intake_step_watch_next(d, i->batch->recorded_at),
                    i->work->act == INTAKE_PASS_STEP);
}

/* count_again moves what is open at the counter to where the calendar in use puts it, before the clock tells anything
 * of it: the dossier's own date need not have moved. */
static void count_again(struct item *i, const struct intake_facts *f)
{
    const struct intake_file *file = i->subject->state;
    struct intake_decision d = {.next = file->dossier, INTAKE_DECISION_NONE};

    d.recounted = intake_recount_open(&d.next, f);
    if (d.recounted)
        apply(i, &d);
}

/* waits_still tells of an answer that has more time than when its watch was set: only the timer moves. */
static bool waits_still(struct item *i, const struct intake_dossier *d, const struct intake_facts *f)
{
    bool filed = i->work->act == INTAKE_PASS_SUBMISSION;
    instant next = filed                                ? intake_submission_watch(d, f)
                   : i->work->act == INTAKE_PASS_ANSWER ? intake_answer_watch(d, f)
                                                        : INSTANT_NONE;

    if (next <= i->batch->now)
        return false;
    item_set_timer(i, filed ? SUBMISSION_TIMER : ANSWER_TIMER, next);
    return true;
}

/* The answers that are waited for, by the nearest date. */
static void watch_answers(struct item *i, const struct intake_dossier *d, const struct intake_facts *f)
{
    instant first = intake_answer_watch(d, f);

    if (first == INSTANT_NONE)
        item_clear_timer(i, ANSWER_TIMER);
    else
        item_set_timer(i, ANSWER_TIMER, first);
}

/* ---- the one way of all acts */

/* Whatever has become of the dossier meanwhile, its control slip says where its documents went. */
static enum err_code note_hand_over(struct item *i, struct err *reterr)
{
    if (!i->subject->state)
        return dossier_unknown(true, reterr);
    intake_slip_note(i->batch, i->subject->id, i->work->event.version, i->work->command);
    return ERR_OK;
}

/* Nor does it matter to who has an apology. */
static enum err_code note_apology_given(struct item *i, struct err *reterr)
{
    if (!i->subject->state)
        return dossier_unknown(true, reterr);
    intake_collected_note(i);
    return ERR_OK;
}

static struct intake_facts facts_of(const struct item *i)
{
    const struct work *w = i->work;
    const struct batch *b = i->batch;
    bool by_person = w->origin == WORK_COMMAND;

    return (struct intake_facts){
        .catalogue = b->catalogue,
        .now = b->now,
        .recorded_at = b->recorded_at,
        .actor = by_person ? w->actor.subject : NULL,
        .actor_unit = by_person ? w->actor.unit : NULL,
        .actor_roles = w->actor.roles,
        .arena = b->arena,
    };
}

/* What the act asks of the tables beside the dossier's own. */
static void gather(const struct item *i, const struct intake_person *person, struct intake_facts *f)
{
    const struct work *w = i->work;

    if (person)
        f->told = intake_guidances_told(i->batch, person);
    if (needs_sheets(w))
        f->sheets = intake_custody_sheets(i->batch, i->subject->id, &f->sheet_count);
    if (w->act == INTAKE_RECEIVE_SUPPLEMENT)
        f->wanted = intake_wanted_of(i->batch, i->subject->id, &f->wanted_count);
    if (is_of_loss(w))
        f->losses = intake_losses_of(i->batch, i->subject->id, &f->loss_count);
    if (w->origin == WORK_COMMAND && kind_named(w))
        f->papers = intake_filings_of(i->batch, i->subject->id, kind_named(w));
}

/* What was decided is stored, watched, told and answered. */
static void carry_out(struct item *i, struct intake_decision *d, const struct intake_person *person,
                      const struct intake_facts *f)
{
    const struct work *w = i->work;
    const struct intake_file *file = i->subject->state;
    struct batch *b = i->batch;
    struct intake_ordered ordered = intake_orders_of(b, i->subject->id);

    d->release = b->release;
    d->ordered_by = ordered.by;
    instant watched = intake_step_watch_next(file ? &file->dossier : NULL, b->recorded_at);
    instant legal = file ? file->dossier.due_at : INSTANT_NONE,
            reported = file ? file->dossier.due_reported : INSTANT_NONE;
    apply(i, d);
    if (person && d->guide)
        intake_guidances_add(b, person, i->subject->id, d->guidance, d->guide);
    else if (person && d->receive && !id_is_nil(d->follows))
        intake_guidances_follow(b, person, i->subject->id);
    watch(i, (enum intake_act)w->act, d);
    watch_step(i, watched, &d->next);
    watch_submission(i, d);
    if (d->complaint >= 0)
        watch_answers(i, &d->next, f);
    if (d->event)
        emit(i, d, w->act == INTAKE_RECOUNT ? ordered.batch : id_nil);
    note_due(i, legal, reported, d);
    emit_payments(i, d);
    if (w->origin == WORK_COMMAND)
        intake_answer(i, d);
}

/* take does one act; *ret_stays: nothing has moved. */
static enum err_code take(struct item *i, struct intake_facts *f, bool *ret_stays, struct err *reterr)
{
    const struct work *w = i->work;
    const struct intake_file *file = i->subject->state;
    struct intake_decision *d = ARENA_NEW(i->batch->arena, struct intake_decision);
    struct intake_person named = {0}, *person = person_of(i->batch, w, &named) ? &named : NULL;

    gather(i, person, f);
    enum err_code rc = intake_decide(file ? &file->dossier : NULL, (enum intake_act)w->act, w->command, f, d, reterr);
    if (!rc && d->receive)
        rc = take_code(i, d, reterr);
    *ret_stays = !rc && d->stays;
    if (!rc && !d->stays)
        carry_out(i, d, person, f);
    return rc;
}

/* A step's time, counted again by the calendar in use; what is not told now has never been counted. */
static enum err_code pass_step(struct item *i, struct intake_facts *f, struct err *reterr)
{
    struct trial trial = item_try(i);
    bool stays = true;
    enum err_code rc = ERR_OK;

    count_again(i, f);
    const struct intake_dossier *d = &((const struct intake_file *)i->subject->state)->dossier;
    bool tells = intake_step_is_told(d, i->batch->now);
    instant next = tells ? INSTANT_NONE : intake_step_watch_next(d, i->batch->recorded_at);

    if (tells)
        rc = take(i, f, &stays, reterr);
    if (rc || stays)
        item_give_up(i, &trial);
    /* It has looked too early: the clock was set back, or the step's time has moved. */
    if (next != INSTANT_NONE)
        item_set_timer(i, STEP_TIMER, next);
    return rc;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    const struct intake_file *file = i->subject->state;
    struct intake_facts f = facts_of(i);
    bool stays;

    switch (i->work->act) {
    case INTAKE_RELEASE:
        return intake_decide_release(i, reterr);
    case INTAKE_BEGIN_RECOUNT:
        return intake_decide_recount(i, reterr);
    case INTAKE_NOTE_HAND_OVER:
        return note_hand_over(i, reterr);
    case INTAKE_NOTE_APOLOGY_GIVEN:
        return note_apology_given(i, reterr);
    case INTAKE_PASS_STEP:
        return file ? pass_step(i, &f, reterr) : take(i, &f, &stays, reterr);
    case INTAKE_PASS_ANSWER:
    case INTAKE_PASS_SUBMISSION:
        if (file && waits_still(i, &file->dossier, &f))
            return ERR_OK;
        return take(i, &f, &stays, reterr);
    default:
        return take(i, &f, &stays, reterr);
    }
}

static void *copy(const char *kind, const void *state, struct arena *a)
{
    if (strcmp(kind, DOSSIER) != 0)
        return NULL;
    struct intake_file *file = ARENA_NEW(a, struct intake_file);

    file->dossier = intake_copy(&((const struct intake_file *)state)->dossier, a);
    return file;
}

static void ask_named(struct batch *b)
{
    intake_shelf_ask(b);
    intake_guidances_ask(b);
    intake_custody_ask(b);
    intake_wanted_ask(b);
    intake_losses_ask(b);
    intake_orders_ask(b);
    intake_filings_ask(b);
}

static enum err_code take_named(struct batch *b, struct err *reterr)
{
    intake_guidances_take(b);
    intake_custody_take(b);
    intake_wanted_take(b);
    intake_orders_take(b);
    enum err_code rc = intake_filings_take(b, reterr);

    if (!rc)
        rc = intake_losses_take(b, reterr);
    return rc ? rc : intake_shelf_take(b, reterr);
}

static const struct timer_act timers[] = {
    {"due", INTAKE_PASS_DUE},       {INTAKE_RECOUNT_TIMER, INTAKE_RECOUNT},     {ANSWER_TIMER, INTAKE_PASS_ANSWER},
    {STEP_TIMER, INTAKE_PASS_STEP}, {SUBMISSION_TIMER, INTAKE_PASS_SUBMISSION}, {NULL, 0}};

const struct executor_ops intake_ops = {
    .prepare = prepare,
    .ask = intake_repo_ask,
    .take = intake_repo_take,
    .begins = DOSSIER,
    .copy = copy,
    .ask_named = ask_named,
    .take_named = take_named,
    .decide = decide,
    .save = intake_repo_save,
    .encode = intake_encode,
    .timer_acts = timers,
};
