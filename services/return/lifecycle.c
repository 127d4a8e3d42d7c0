/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a signed document: a result or a refusal; or a letter, the apology for its being late (form 04), the
 * notice that the dossier is stopped (Circular 03/2025, form 05) or the correction of a result that was wrong, which
 * goes the same way and says its own events.
 *
 *   [*] --sign--> awaiting issue --number--> numbered --seal--> sealed --make ready--> ready --deliver--> handed over
 * --archive--> archived |    ^
 *                                                               +----+ give, take, refuse (back-office route)
 *
 * awaiting issue  the last decision, or a letter, is signed; nothing here begins before that.
 * numbered        it has the next number of its unit's series in this year, for good; the series has no gap.
 * sealed          it bears the seal, set by the seal's keeper; with a hand-over step it is on its way to the counter.
 * ready           it lies at the counter for the citizen; a result that nobody comes for is told of again and again.
 * handed over     the citizen has it, by one of three ways; by post until the post brings it back, if it does.
 * archived        the clerk of the issuing unit keeps the original. Nothing follows, but for what the post brings back.
 * unclaimed       nobody came for it however often that was told: it is archived, and whoever comes later gets it.
 *
 * R1  Only what is signed is numbered (Decree 30/2020 Art. 15).
 * R2  Only what is signed and numbered is sealed, by the keeper in person (Decree 30/2020 Art. 32).
 * R3  On the spot the seal is the second one, at the counter.
 * R4  What a hand-over step gives away counts as there only when another officer has taken it; what he does not take is
 *     with the giver again.
 * R5  A result, or its correction, is given to the applicant, or to a proxy whose authorisation was filed (Decree
 *     61/2018 Art. 6(2)(b)).
 * R6  A result that nobody has come for is archived only after the reminders of the day since which it lies there.
 * R7  A result that grants is handed over when all that is due for it is paid or waived; what refuses, a letter and a
 *     correction are the citizen's to have whatever he owes: with the first his time to complain begins.
 * R8  Only what was filed on the portal is returned electronically: there he reads it, and nowhere else.
 * R9  Who numbers a paper attests the ink signature on it, so it is not his own (Decree 30/2020 Art. 15): but for
 *     the officer at the counter who does all of it at once, with the receipt (D61 Art. 17(5)).
 */
#include "services/return/return.h"

#include <string.h>

#include "common/domain/desk.h"
#include "common/domain/process.h"
#include "common/domain/step_clock.h"

/* Everything a guard looks at; a guard adds to the decision what it found. */
struct question {
    const struct return_dossier *d;
    const struct return_command *c;
    const struct return_facts *f;
    const struct process *process;
    const struct return_document *document; /* NULL when it is made by this act */
    struct desk desk;                       /* of a command's actor */
};

struct rule {
    struct fsm_edge edge;
    enum err_code (*guard)(struct question *q, struct return_decision *x, struct err *reterr);
    enum return_event event;
};

static enum err_code can_be_issued(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_number(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_seal(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_give(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_take(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_refuse_hand_over(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_make_ready(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_deliver(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_archive(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_remind(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_archive_unclaimed(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code may_come_back(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code draws_near(struct question *q, struct return_decision *x, struct err *reterr);
static enum err_code has_passed(struct question *q, struct return_decision *x, struct err *reterr);

#define RULE(from_, act_, to_, guard_, event_, why_)                                                                   \
    {                                                                                                                  \
        .edge = {.from = from_, .on = RETURN_ACT_##act_, .to = RETURN_##to_, .why = why_}, .guard = guard_,            \
        .event = RETURN_EVENT_##event_                                                                                 \
    }

/* clang-format off */
static const struct rule rules[] = {
    RULE(FSM_NOWHERE,           SIGN,       AWAITING_ISSUE, can_be_issued,  NONE,            "the last decision, or a letter, is signed: it is to be issued"),
    RULE(RETURN_AWAITING_ISSUE, NUMBER,     NUMBERED,       may_number,     NUMBERED,        "the clerk gives it the next number of the series"),
    RULE(RETURN_NUMBERED,       SEAL,       SEALED,         may_seal,       SEALED,          "the keeper seals what is signed and numbered"),
    RULE(RETURN_SEALED,         GIVE,       SEALED,         may_give,       HAND_OVER_GIVEN, "the office gives it away towards the counter"),
    RULE(RETURN_SEALED,         TAKE,       SEALED,         may_take,       HAND_OVER_TAKEN, "the counter confirms that it has it"),
    RULE(RETURN_SEALED,         REFUSE_HAND_OVER, SEALED,   may_refuse_hand_over, HAND_OVER_REFUSED, "the counter says why it does not take it: it is with the giver again"),
    RULE(RETURN_SEALED,         MAKE_READY, READY,          may_make_ready, READY,           "it lies at the counter for the citizen"),
    RULE(RETURN_READY,          DELIVER,    HANDED_OVER,    may_deliver,    HANDED_OVER,     "the citizen has it"),
    RULE(RETURN_READY,          REMIND,     READY,          may_remind,     COLLECTION_REMINDED, "it lies there, and nobody has come for it"),
    RULE(RETURN_READY,          ARCHIVE,    UNCLAIMED,      may_archive_unclaimed, ARCHIVED, "nobody came for it however often that was told: the clerk keeps it"),
    RULE(RETURN_UNCLAIMED,      DELIVER,    HANDED_OVER,    may_deliver,    HANDED_OVER,     "the citizen comes after all, and has it"),
    RULE(RETURN_AWAITING_ISSUE, WARN,       AWAITING_ISSUE, draws_near,     NEAR,            "little of the step's time is left and it has no number"),
    RULE(RETURN_NUMBERED,       WARN,       NUMBERED,       draws_near,     NEAR,            "little of the step's time is left and it has no seal"),
    RULE(RETURN_SEALED,         WARN,       SEALED,         draws_near,     NEAR,            "little of the step's time is left and it does not lie ready"),
    RULE(RETURN_AWAITING_ISSUE, PASS,       AWAITING_ISSUE, has_passed,     PASSED,          "the step's time has passed before it had a number"),
    RULE(RETURN_NUMBERED,       PASS,       NUMBERED,       has_passed,     PASSED,          "the step's time has passed before it was sealed"),
    RULE(RETURN_SEALED,         PASS,       SEALED,         has_passed,     PASSED,          "the step's time has passed before it lay ready"),
    RULE(RETURN_HANDED_OVER,    COME_BACK,  READY,          may_come_back,  CAME_BACK,       "the post brings it back: it lies at the counter once more"),
    RULE(RETURN_ARCHIVED,       COME_BACK,  READY,          may_come_back,  CAME_BACK,       "the post brings it back when the original is archived already"),
    RULE(RETURN_HANDED_OVER,    ARCHIVE,    ARCHIVED,       may_archive,    ARCHIVED,        "the clerk keeps the original"),
};
/* clang-format on */

const struct fsm return_fsm = {
    .name = "return",
    .rows = rules,
    .count = COUNT_OF(rules),
    .stride = sizeof rules[0],
    .states = return_state_names,
    .state_count = RETURN_STATE_COUNT,
    .acts = return_act_names,
    .act_count = RETURN_ACT_COUNT,
    .states_vi = return_state_vi,
    .acts_vi = return_act_vi,
    .initial = FSM_NOWHERE,
};

/* ---- steps */

/* The step behind one of ours: a hand-over when it follows at once, or else the return. 0: there is none. */
static int step_behind(const struct process *p, int n)
{
    const struct process_step *next = process_step(p, n + 1);
    return next && next->kind == STEP_HAND_OVER ? n + 1 : process_following(p, n, STEP_RETURN);
}

/* open_step_is refuses an act whose step is not the open one; says what is missing instead. */
static enum err_code open_step_is(const struct question *q, enum step_kind kind, struct err *reterr)
{
    enum step_kind open = process_step(q->process, q->document->step)->kind;
    if (open == kind)
        return ERR_OK;
    if (open == STEP_HAND_OVER)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "step", "quầy chưa nhận bàn giao kết quả (bước %d)",
                       "the counter has not taken the document over yet (step %d)", q->document->step);
    (void)err_say(reterr, ERR_ILLEGAL_MOVE, "step", "bước đang mở (%d) không phải là \"%s\"", "%d%s", q->document->step,
                  step_kind_vi((int)kind));
    return err_english(reterr, ERR_ILLEGAL_MOVE, "the open step (%d) is not \"%s\"", q->document->step,
                       step_kind_name((int)kind));
}

/* may_do asks for the right to a step of the process, as the catalogue gives it to the officer's post. */
static enum err_code may_do(const struct question *q, int step, struct err *reterr)
{
    return desk_may_do(&q->desk, process_step(q->process, step), q->d->facts.unit, q->d->facts.receiving_unit, reterr);
}

static const char *unit_of(const struct question *q, int step)
{
    return process_unit(process_step(q->process, step), q->d->facts.unit, q->d->facts.receiving_unit);
}

/* ---- guards */

/* can_be_issued finds the step that numbers and seals: the next one, for a refusal the next of its kind. */
static enum err_code can_be_issued(struct question *q, struct return_decision *x, struct err *reterr)
{
    const struct process *p = q->process;
    int n = 0;
    if (q->c->signed_.outcome != OUTCOME_GRANTED)
        n = process_following(p, q->c->step, STEP_NUMBER_SEAL);
    else if (process_opens(p, q->c->step, OWNER_RETURN, &n) && process_step(p, n)->kind != STEP_NUMBER_SEAL)
        n = 0;
    if (n == 0 || step_behind(p, n) == 0)
        return err_say(reterr, ERR_CONFLICT, "process",
                       "quy trình \"%s\" không có bước vào số, đóng dấu và trả kết quả sau bước %d",
                       "process \"%s\" has no steps that number, seal and return behind step %d", p->record.id,
                       q->c->step);
    x->document = q->c->signed_.handle;
    x->outcome = q->c->signed_.outcome;
    x->step = x->next_step = n;
    x->round = 1 + (int)q->d->document_count;
    x->unit = unit_of(q, n);
    return ERR_OK;
}

/* attests_another refuses the signer himself: R9. */
static enum err_code attests_another(const struct question *q, struct err *reterr)
{
    const struct return_document *n = q->document;

    if (q->c->same_day || n->signature != SIGNATURE_INK_ATTESTED || strcmp(n->signer, q->f->actor) != 0)
        return ERR_OK;
    return err_say(reterr, ERR_FORBIDDEN, "actor", "người ký (\"%s\") không tự vào số, xác nhận chữ ký của mình",
                   "who signed it (\"%s\") does not number it: that attests his own signature", n->signer);
}

static enum err_code may_number(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = may_do(q, q->document->issue_step, reterr);
    if (!rc)
        rc = attests_another(q, reterr);
    if (!rc)
        rc = return_series_gives(q->f->series, q->c->series, q->document->unit, q->document->outcome,
                                 instant_day(q->f->now), reterr);
    if (rc)
        return rc;
    x->series = q->f->series;
    x->year = instant_civil(q->f->now).year;
    return ERR_OK;
}

static enum err_code may_seal(struct question *q, struct return_decision *x, struct err *reterr)
{
    int n = q->document->issue_step;
    struct return_sealing how = {.code = q->c->seal,
                                 .unit = q->document->unit,
                                 .actor = q->f->actor,
                                 .place = q->desk.place,
                                 .at_counter = process_step(q->process, n)->at_counter,
                                 .day = instant_day(q->f->now)};
    enum err_code rc = may_do(q, n, reterr);
    if (!rc)
        rc = return_seal_fits(q->f->seal, &how, reterr);
    if (rc)
        return rc;
    x->seal = q->f->seal;
    x->next_step = step_behind(q->process, n);
    return ERR_OK;
}

static enum err_code may_give(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = open_step_is(q, STEP_HAND_OVER, reterr);
    if (!rc)
        rc = may_do(q, x->step, reterr);
    if (rc)
        return rc;
    if (q->document->given_at != INSTANT_NONE)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "document", "kết quả đã được giao, đang chờ quầy nhận",
                       "it was given already, the counter has to take it");
    x->from_unit = unit_of(q, x->step);
    x->to_unit = unit_of(q, process_following(q->process, x->step, STEP_RETURN));
    return ERR_OK;
}

/* Answered by whoever will return it: an officer of the receiving unit with the role of the return step, not the giver.
 */
static enum err_code may_answer(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = open_step_is(q, STEP_HAND_OVER, reterr);
    if (rc)
        return rc;
    int back = process_following(q->process, x->step, STEP_RETURN);
    rc = may_do(q, back, reterr);
    if (rc)
        return rc;
    if (q->document->given_at == INSTANT_NONE)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "document", "kết quả chưa được giao", "it was not given yet");
    if (strcmp(q->document->giver, q->f->actor) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người nhận phải khác người giao (\"%s\")",
                       "who takes must not be who gave (\"%s\")", q->document->giver);
    x->from_unit = unit_of(q, x->step);
    x->to_unit = unit_of(q, back);
    return ERR_OK;
}

static enum err_code may_take(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = may_answer(q, x, reterr);
    if (!rc)
        x->next_step = process_following(q->process, x->step, STEP_RETURN);
    return rc;
}

static enum err_code may_refuse_hand_over(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = may_answer(q, x, reterr);
    if (rc)
        return rc;
    if (q->c->fault <= HAND_OVER_FAULT_NONE || q->c->fault >= HAND_OVER_FAULT_COUNT)
        return err_say(reterr, ERR_INVALID, "reason", "phải nêu lý do không nhận", "a refusal needs a reason");
    x->fault = q->c->fault;
    return ERR_OK;
}

static enum err_code may_make_ready(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = open_step_is(q, STEP_RETURN, reterr);
    return rc ? rc : may_do(q, x->step, reterr);
}

static enum err_code may_deliver(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = may_do(q, x->step, reterr);
    if (rc)
        return rc;
    rc = return_handing_fits(q->c->delivery, &q->c->handing, return_is_collected(x->outcome), &q->d->brought, reterr);
    if (!rc)
        rc = return_reaches(q->c->delivery, q->d->facts.filed_online, reterr);
    if (!rc && x->outcome == OUTCOME_GRANTED)
        rc = return_fees_allow(&q->d->fees, reterr);
    if (rc)
        return rc;
    x->delivery = q->c->delivery;
    x->handing = q->c->handing;
    return ERR_OK;
}

/* Only the post brings something back. */
static enum err_code may_come_back(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = may_do(q, x->step, reterr);
    if (rc)
        return rc;
    if (q->document->delivery != DELIVERY_POST)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "document", "kết quả không gửi qua bưu chính",
                       "it was not sent by post");
    x->undelivered = q->c->undelivered;
    x->handing.consignment = q->document->handing.consignment;
    return ERR_OK;
}

static enum err_code may_remind(struct question *q, struct return_decision *x, struct err *reterr UNUSED)
{
    x->reminder = q->document->reminders + 1;
    x->ready_at = q->document->ready_at;
    return ERR_OK;
}

/* tell: what is handed over is the giver's until he has given it. */
static enum err_code tell(const struct question *q, enum step_warning what, struct return_decision *x,
                          struct err *reterr)
{
    const struct return_document *n = q->document;
    bool given = n->given_at != INSTANT_NONE && n->taken_at == INSTANT_NONE;

    x->kind = process_step(q->process, x->step)->kind;
    x->unit = x->kind == STEP_HAND_OVER && given ? q->d->facts.receiving_unit : unit_of(q, x->step);
    return return_may_tell(n, what, q->f->now, x, reterr);
}

static enum err_code draws_near(struct question *q, struct return_decision *x, struct err *reterr)
{
    return tell(q, STEP_WARNING_NEAR, x, reterr);
}

static enum err_code has_passed(struct question *q, struct return_decision *x, struct err *reterr)
{
    return tell(q, STEP_WARNING_LATE, x, reterr);
}

/* The original stays with the clerk of the unit that issued it (Decree 30/2020 Art. 19). */
static enum err_code may_archive(struct question *q, struct return_decision *x UNUSED, struct err *reterr)
{
    return may_do(q, q->document->issue_step, reterr);
}

/* A letter has done what it is for when it is sealed: nobody is reminded of it. */
static enum err_code may_archive_unclaimed(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = may_do(q, q->document->issue_step, reterr);
    if (rc)
        return rc;
    int reminders = return_reminders(q->document, q->f->catalogue);
    if (return_is_result(x->outcome) && q->document->reminders < reminders)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "document",
                       "kết quả chưa có người nhận, mới nhắc %d trong %d lần: chưa được lưu trữ",
                       "nobody has come for it, and that was told %d of %d times: it is not archived yet",
                       q->document->reminders, reminders);
    x->unclaimed = true;
    return ERR_OK;
}

/* ---- decide */

/* A letter says its own events: intake takes them otherwise than a result's. */
static enum return_event event_of(enum return_event e, int outcome)
{
    if (e == RETURN_EVENT_SEALED)
        return outcome == OUTCOME_APOLOGY      ? RETURN_EVENT_APOLOGY_ISSUED
               : outcome == OUTCOME_STOPPED    ? RETURN_EVENT_NOTICE_ISSUED
               : outcome == OUTCOME_CORRECTION ? RETURN_EVENT_CORRECTION_ISSUED
                                               : e;
    if (e == RETURN_EVENT_HANDED_OVER)
        return outcome == OUTCOME_APOLOGY      ? RETURN_EVENT_APOLOGY_HANDED_OVER
               : outcome == OUTCOME_STOPPED    ? RETURN_EVENT_NOTICE_HANDED_OVER
               : outcome == OUTCOME_CORRECTION ? RETURN_EVENT_CORRECTION_HANDED_OVER
                                               : e;
    return e;
}

/* A refusal and a stop notice end the dossier wherever the process is. */
static bool ends_early(int outcome)
{
    return outcome == OUTCOME_REFUSED || outcome == OUTCOME_STOPPED;
}

/*
 * read_clocks tells how the step went that ends, and until when one is allowed that opens. The step that returns it
 * ends when it lies ready: then it waits for the citizen. A hand-over is the giver's until he has given it, then the
 * receiver's: whoever had it when its time was over answers for it. Letters belong to no step's time.
 */
static void read_clocks(const struct question *q, struct return_decision *x)
{
    const struct return_document *n = q->document;
    bool ends =
        x->event == RETURN_EVENT_SEALED || x->event == RETURN_EVENT_HAND_OVER_TAKEN || x->event == RETURN_EVENT_READY;

    if (!return_is_result(x->outcome))
        return;
    x->opens = !n || x->next_step != x->step;
    if (x->opens) {
        const struct process_step *next = process_step(q->process, x->next_step);

        const struct step_span opens = {.of = next,
                                        .counter = q->d->facts.counter,
                                        .office = unit_of(q, x->next_step),
                                        .opened = q->c->at,
                                        .left_out = &q->d->facts.left_out};

        x->next_due = step_clock_due(q->f->catalogue, &opens);
        x->next_near = step_clock_near(q->f->catalogue, &opens);
    }
    if (!ends)
        return;

    const struct step_span span = {.of = process_step(q->process, x->step),
                                   .counter = q->d->facts.counter,
                                   .office = unit_of(q, x->step),
                                   .unit = unit_of(q, x->step),
                                   .opened = n->step_opened_at,
                                   .left_out = &q->d->facts.left_out};
    x->timed = step_clock_read(q->f->catalogue, &span, q->c->at, &x->clock);
    if (x->timed && x->event == RETURN_EVENT_HAND_OVER_TAKEN && n->given_at <= x->clock.due)
        x->clock.unit = x->to_unit;
}

static enum err_code find_rule(int from, struct question *q, struct return_decision *x, struct err *reterr)
{
    const struct fsm_edge *edge = fsm_next(&return_fsm, from, (int)q->c->act, NULL);
    if (!edge)
        return fsm_refuse(&return_fsm, from, (int)q->c->act, reterr);
    const struct rule *rule = (const struct rule *)(const void *)edge;
    enum err_code rc = rule->guard(q, x, reterr);
    if (rc)
        return rc;
    x->edge = edge;
    x->event = event_of(rule->event, x->outcome);
    read_clocks(q, x);
    return ERR_OK;
}

static bool same_kind(int a, int b)
{
    return a == b || (return_ends(a) && return_ends(b));
}

/* document_of gives the document that ends the dossier, the apology, or that correction; NULL when there is none yet.
 */
static const struct return_document *document_of(const struct return_dossier *d, const struct return_document *s)
{
    for (size_t i = 0; i < d->document_count; i++) {
        const struct return_document *x = &d->documents[i];
        if (s->outcome == OUTCOME_CORRECTION ? id_eq(x->handle.id, s->handle.id) : same_kind(x->outcome, s->outcome))
            return x;
    }
    return NULL;
}

/* What is corrected was issued: return sealed it. */
static bool was_sealed(const struct return_dossier *d)
{
    const struct return_document *result = return_result(d);

    return result && result->sealed_at != INSTANT_NONE;
}

/* Only the last signature makes a document; an earlier one opens another stage's step. A stop notice is a last one; an
 * apology is made at any time, a correction once there is a result, and as often as it is wrong. */
static enum err_code decide_signed(struct question *q, struct return_decision *x, struct err *reterr)
{
    const struct process_step *ended = process_step(q->process, q->c->step);
    bool ends = return_ends(q->c->signed_.outcome);
    if (!ended || ended->kind != STEP_APPROVE)
        return dossier_untrue(reterr, "không phải bước phê duyệt", "it is no approval", q->c->step);
    if (q->c->signed_.outcome == OUTCOME_CORRECTION && !was_sealed(q->d))
        return dossier_untrue(reterr, "chưa có kết quả nào để đính chính", "there is no result that could be corrected",
                              q->c->step);
    if (ends && q->c->last != (ends_early(q->c->signed_.outcome) || process_is_last(q->process, q->c->step)))
        return dossier_untrue(reterr, "theo quy trình, quyết định cuối cùng là quyết định khác",
                              "the process says otherwise which decision is the last", q->c->step);
    if (!q->c->last && ends)
        return ERR_OK;
    const struct return_document *already = document_of(q->d, &q->c->signed_);
    return find_rule(already ? (int)already->state : FSM_NOWHERE, q, x, reterr);
}

/* A timer is nobody's act, and of the result alone. */
static enum err_code decide_told(struct question *q, struct return_decision *x, struct err *reterr)
{
    q->document = return_result(q->d);
    if (!q->document)
        return fsm_refuse(&return_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
    x->document = q->document->handle;
    x->outcome = q->document->outcome;
    x->step = x->next_step = q->document->step;
    x->round = q->document->round;
    x->last = x->outcome == OUTCOME_REFUSED || process_is_last(q->process, x->step);
    return find_rule((int)q->document->state, q, x, reterr);
}

/* An officer of neither unit has no business here; what he may do with his own is the guards' question. */
static enum err_code is_concerned(const struct question *q, struct err *reterr)
{
    const char *unit = q->desk.officer->unit;
    if (strcmp(unit, q->d->facts.receiving_unit) == 0 || strcmp(unit, q->document->unit) == 0 ||
        strcmp(unit, unit_of(q, q->document->step)) == 0)
        return ERR_OK;
    return err_say(reterr, ERR_FORBIDDEN, "actor", "hồ sơ không thuộc đơn vị %s", "the dossier is not with unit %s",
                   unit);
}

/* The document that is named; without a name the only one that somebody has still to do something with. */
static enum err_code choose_document(struct question *q, struct err *reterr)
{
    size_t open = 0;

    if (!id_is_nil(q->c->document)) {
        q->document = return_find_document(q->d, q->c->document);
        if (!q->document)
            return err_say(reterr, ERR_INVALID, "document", "đây không phải văn bản đã ký của hồ sơ",
                           "this is no signed document of the dossier");
        if (q->c->step && q->c->step != q->document->step)
            return err_say(reterr, ERR_INVALID, "step", "văn bản này ở bước %d, không phải bước %d",
                           "this document is at step %d, not %d", q->document->step, q->c->step);
        return ERR_OK;
    }
    for (size_t i = 0; i < q->d->document_count; i++)
        open += return_is_open((int)q->d->documents[i].state);
    if (open > 1)
        return err_say(reterr, ERR_INVALID, "document", "hồ sơ có %zu văn bản đang phát hành: hãy nêu rõ văn bản nào",
                       "%zu documents of the dossier are being issued: name one", open);
    q->document = return_document_open(q->d, q->c->step);
    return ERR_OK;
}

static enum err_code decide_command(struct question *q, struct return_decision *x, struct err *reterr)
{
    enum err_code rc = choose_document(q, reterr);
    if (rc)
        return rc;
    if (!q->document && q->c->step)
        return err_say(reterr, ERR_INVALID, "step", "bước %d không phải là bước đang mở của hồ sơ",
                       "step %d is no open step of the dossier", q->c->step);
    if (!q->document)
        return fsm_refuse(&return_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
    rc = desk_find(q->f->catalogue, q->f->actor, q->f->actor_unit, instant_day(q->f->now), &q->desk, reterr);
    if (!rc)
        rc = is_concerned(q, reterr);
    if (rc)
        return rc;
    x->document = q->document->handle;
    x->outcome = q->document->outcome;
    x->step = x->next_step = q->document->step;
    x->round = q->document->round;
    x->place = q->desk.place;
    x->actor = q->desk.officer->record.id;
    x->last = ends_early(x->outcome) || process_is_last(q->process, x->step);
    return find_rule((int)q->document->state, q, x, reterr);
}

/* may_note looks at what moves no document: a paper that is known already, a fee that is not, cannot be true. */
static enum err_code may_note(const struct return_dossier *d, const struct return_command *c, struct err *reterr)
{
    if (c->act == RETURN_ACT_FILE_DOCUMENT)
        return papers_may_file(&d->brought, c->filed.handle.id, reterr);
    if (c->act == RETURN_ACT_SETTLE_FEE && !return_fees_find(&d->fees, c->fee))
        return err_say(reterr, ERR_CONFLICT, "fee", "hồ sơ không có khoản phí, lệ phí \"%s\"",
                       "the dossier has no fee \"%s\"", c->fee);
    return ERR_OK;
}

enum err_code return_decide(const struct return_dossier *d, const struct return_command *c,
                            const struct return_facts *f, struct return_decision *ret, struct err *reterr)
{
    struct question q = {.d = d, .c = c, .f = f};
    struct return_decision x = {.event = RETURN_EVENT_NONE,
                                .same_day = c->from_event ? NULL : c->same_day,
                                .next_due = INSTANT_NONE,
                                .next_near = INSTANT_NONE};

    if (c->act == RETURN_ACT_RECEIVE) {
        if (d)
            return err_say(reterr, ERR_CONFLICT, NULL, "hồ sơ đã được tiếp nhận ở đây",
                           "the dossier was received here already");
        *ret = x;
        return ERR_OK;
    }
    if (!d)
        return dossier_unknown(c->from_event, reterr);
    if (c->act == RETURN_ACT_MOVE_DUE || c->act == RETURN_ACT_RECOUNT || c->act == RETURN_ACT_FILE_DOCUMENT ||
        c->act == RETURN_ACT_SETTLE_FEE) {
        enum err_code known = may_note(d, c, reterr);
        if (!known && c->left_out.until)
            known = return_leaves_out(d, c, f, &x, reterr);
        if (!known && c->act == RETURN_ACT_RECOUNT)
            known = return_is_recounted(d, f, &x, reterr);
        if (!known)
            *ret = x;
        return known;
    }
    enum err_code rc = dossier_process(&d->facts, f->catalogue, &q.process, reterr);
    if (!rc && (c->act == RETURN_ACT_REMIND || c->act == RETURN_ACT_WARN || c->act == RETURN_ACT_PASS))
        rc = decide_told(&q, &x, reterr);
    else if (!rc)
        rc = c->from_event ? decide_signed(&q, &x, reterr) : decide_command(&q, &x, reterr);
    if (rc)
        return rc;
    *ret = x;
    return ERR_OK;
}
