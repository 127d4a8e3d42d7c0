/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier's table: what it allows, and nothing else; a whole life; transfers with two sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/role.h"
#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"
#include "tests/unit/sentence.h"
#include "services/intake/rules.h"

/* The letter that corrects a result, filed before. */
static struct paper correcting = {.kind = DOCUMENT_CORRECTION, .handle = {.id = {{7}}, .pages = 1}};
static const struct papers filed = {.items = &correcting, .count = 1, .room = 1};

/* When a timer looks: long behind every date, or while little time is left. */
#define LONG_AFTER instant_of_day(BED_DAY + 60, 480)
static instant looked_at;

static struct intake_decision *decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                                      const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 8 * 60);

    static const struct intake_sheet lent = {.number = 1, .originals = 1, .paper = true, .to_return = true};
    static const struct intake_loss lost = {
        .number = 1, .state = INTAKE_LOSS_OPEN, .unit = "H11.35", .post = "H11.35-tn01", .settled_at = INSTANT_NONE};
    static const struct intake_sheet
        refused = {.number = 1,
                   .originals = 1,
                   .paper = true,
                   .to_return = true,
                   .way = 1,
                   .lies = {.unit = "H11.35", .post = "H11.35-td01", .act = "refuse_back"}},
        on_its_way = {.number = 1,
                      .originals = 1,
                      .paper = true,
                      .to_return = true,
                      .way = 1,
                      .lies = {.unit = "H11.35", .post = "H11.35-td01", .going_to = "H11.35", .act = "bring_back"}};
    f.sheets = act == INTAKE_BRING_BACK                               ? &refused
               : act == INTAKE_TAKE_BACK || act == INTAKE_REFUSE_BACK ? &on_its_way
                                                                      : &lent;
    f.sheet_count = 1;
    f.losses = &lost;
    f.loss_count = 1;
    if (act == INTAKE_REQUEST_CORRECTION)
        f.papers = &filed;
    if (act == INTAKE_PASS_DUE || act == INTAKE_PASS_ANSWER || act == INTAKE_PASS_STEP || act == INTAKE_PASS_SUBMISSION)
        f.now = looked_at;
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier received_for(const char *procedure)
{
    static struct intake_receive c;
    c = bed_receive("H11.35-Q1", procedure);
    struct intake_decision *out = decide(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35");

    assert_non_null(out);
    assert_string_equal(out->event, "Received");
    return out->next;
}

static struct intake_dossier received(void)
{
    return received_for("1.000001");
}

static void table_is_sound(void **state)
{
    (void)state;
    assert_int_equal(fsm_check(&intake_fsm, true, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_transfer_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_turn_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_obligation_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_complaint_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_loss_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_way_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_correction_fsm, false, &err), ERR_OK);
    assert_int_equal(fsm_check(&intake_fee_fsm, false, &err), ERR_OK);
}

static const struct intake_document authorisation = {.kind = DOCUMENT_AUTHORISATION},
                                    correction = {.kind = DOCUMENT_CORRECTION},
                                    collector = {.kind = DOCUMENT_COLLECTOR};

/* The command of an act, right for the states in which the act is allowed. */
static const void *right_command(enum intake_act act)
{
    static const char *const why[] = {"not_eligible"};
    static const struct intake_component lacking = {.name = "Giấy chứng sinh", .originals = 1};
#define VISIT                                                                                                          \
    {                                                                                                                  \
        .counter = "H11.35-Q1", .procedure = "1.000001", .channel = CHANNEL_COUNTER, .reasons = why, .reason_count = 1 \
    }
    static const struct intake_visit refuse = VISIT;
    static const struct intake_guide guide = {.visit = VISIT, .missing = &lacking, .missing_count = 1};
    static const struct intake_document document = {.kind = DOCUMENT_SIGNED};
    static const struct intake_move move = {.reason = "thiếu giấy tờ"};
    static const struct intake_sign_turn sign_turn = {.reason = "thiếu giấy tờ"};
    static const struct intake_notice notice = {.notice = "12/TB-CCT"};
    static const struct intake_progress progress = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED},
                                        of_letter = {.step = 6, .document = {{7}}};
    static const struct intake_ask_correction ask_correction = {.correction = {.id = {{7}}, .pages = 1},
                                                                .cause = CORRECTION_CAUSE_TYPING,
                                                                .reported_by = REPORTER_CITIZEN,
                                                                .unit = "H11.35"};
    static const struct intake_progress turn = {.step = 3, .asked = "H11.05"};
    static const struct intake_supplement_asked supplement = {.step = 3, .round = 1, .by = "H11.35-td01"};
    static const struct intake_component component = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {
        .channel = CHANNEL_POST, .components = &component, .component_count = 1};
    static const struct intake_rate rate = {
        .means = INTAKE_MEANS_SLIP, .satisfaction = 2, .attitude = 2, .contacts = 1, .agencies = 1};
    static const struct intake_complain_more complain_more = {.number = 1, .channel = CHANNEL_POST, .text = "Rõ hơn"};
    static const struct intake_complain complain = {.channel = CHANNEL_POST, .category = "delay", .text = "Chậm"};
    static const struct intake_reply reply = {.number = 1, .text = "Đã xem xét"};
    static const struct intake_ask_back ask_back = {.channel = CHANNEL_POST, .request = {.kind = DOCUMENT_REQUEST}};
    static const struct intake_ask_stop ask_stop = {.ground = STOP_GROUND_OBJECT_GONE,
                                                    .notice = {.kind = DOCUMENT_STOP_NOTICE}};
    static const struct intake_pay pay = {.fee = "cong-bo", .means = PAY_CASH, .receipt = "BL-01"};
    static const struct intake_refund refund = {.fee = "cong-bo"};
    static const struct intake_waive waive = {.fee = "le-phi", .ground = FEE_EXEMPT_ELDERLY, .superior = "H11.35-tr01"};
    static struct intake_ask_more ask_more = {.reason = "overload", .apology = {.kind = DOCUMENT_APOLOGY}};
    static const struct intake_move_back move_back = {.reason = "thiếu một trang"};
    static const struct intake_give_back give_back;
    static const int first[] = {1};
    static const struct intake_note_loss note_loss = {
        .components = first, .count = 1, .minutes = {.kind = DOCUMENT_LOSS_MINUTES}};
    static const struct intake_settle_loss settle_loss = {
        .number = 1, .remedy = INTAKE_REMEDY_FOUND, .responsible = "H11.35"};
    static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
    static const struct intake_submit submit = {.reference = "DVC-1",
                                                .unit = "H11.35",
                                                .procedure = "1.000001",
                                                .applicant = {.name = "A", .identity_number = "123456789"},
                                                .components = &file,
                                                .component_count = 1};
    static const struct intake_find find = {.finding = "remote_area", .document = {{9}}};
    static struct intake_exclude exclude = {.period = "auction", .document = {{9}}};
    static struct intake_end_period ended = {.period = "auction", .document = {{9}}};
    static struct intake_receive receive;

    receive = bed_receive("H11.35-Q1", "1.000001");
    ask_more.due_at = instant_of_day(BED_DAY + 20, 960);
    exclude.from = instant_of_day(BED_DAY, 480);
    exclude.until = exclude.from + INSTANT_DAY;
    ended.until = exclude.from;
    switch (act) {
    case INTAKE_FIND:
        return &find;
    case INTAKE_EXCLUDE:
        return &exclude;
    case INTAKE_END_PERIOD:
        return &ended;
    case INTAKE_SUBMIT:
        return &submit;
    case INTAKE_RECEIVE:
        return &receive;
    case INTAKE_REFUSE:
        return &refuse;
    case INTAKE_GUIDE:
        return &guide;
    case INTAKE_FILE_DOCUMENT:
        return &document;
    case INTAKE_GIVE_TRANSFER:
    case INTAKE_TAKE_TRANSFER:
    case INTAKE_REFUSE_TRANSFER:
        return &move;
    case INTAKE_TAKE_TURN:
    case INTAKE_REFUSE_TURN:
        return &sign_turn;
    case INTAKE_OPEN_OBLIGATION:
    case INTAKE_MEET_OBLIGATION:
        return &notice;
    case INTAKE_REQUEST_SUPPLEMENT:
        return &supplement;
    case INTAKE_RECEIVE_SUPPLEMENT:
        return &supply;
    case INTAKE_REQUEST_WITHDRAWAL:
        return &ask_back;
    case INTAKE_REQUEST_STOP:
        return &ask_stop;
    case INTAKE_REQUEST_EXTENSION:
        return &ask_more;
    case INTAKE_REQUEST_CORRECTION:
        return &ask_correction;
    case INTAKE_SIGN_CORRECTION:
    case INTAKE_REFUSE_CORRECTION:
    case INTAKE_SEAL_CORRECTION:
    case INTAKE_GIVE_CORRECTION:
        return &of_letter;
    case INTAKE_RATE:
        return &rate;
    case INTAKE_PAY_FEE:
        return &pay;
    case INTAKE_REFUND_FEE:
        return &refund;
    case INTAKE_WAIVE_FEE:
        return &waive;
    case INTAKE_COMPLAIN:
        return &complain;
    case INTAKE_ANSWER_COMPLAINT:
    case INTAKE_REFUSE_COMPLAINT:
    case INTAKE_ASK_COMPLAINANT:
    case INTAKE_PUBLISH_ANSWER:
        return &reply;
    case INTAKE_SUPPLY_COMPLAINT:
        return &complain_more;
    case INTAKE_BRING_BACK:
    case INTAKE_TAKE_BACK:
    case INTAKE_REFUSE_BACK:
        return &move_back;
    case INTAKE_GIVE_BACK:
        return &give_back;
    case INTAKE_NOTE_LOSS:
        return &note_loss;
    case INTAKE_SETTLE_LOSS:
        return &settle_loss;
    case INTAKE_OPEN_PARTS:
    case INTAKE_END_PART:
        return &turn;
    case INTAKE_PASS_ANSWER:
    case INTAKE_PASS_STEP:
    case INTAKE_PASS_SUBMISSION:
    case INTAKE_STOP:
    case INTAKE_REFUSE_STOP:
    case INTAKE_SEAL_NOTICE:
    case INTAKE_GIVE_NOTICE:
    case INTAKE_REFUSE_EXTENSION:
    case INTAKE_EXTEND:
    case INTAKE_GRANT_WITHDRAWAL:
    case INTAKE_REFUSE_WITHDRAWAL:
    case INTAKE_RECOUNT:
    case INTAKE_PASS_DUE:
    case INTAKE_TAKE_UP:
    case INTAKE_CONSULT:
    case INTAKE_END_CONSULT:
    case INTAKE_GO_ON:
    case INTAKE_GO_BACK:
    case INTAKE_DECIDE:
    case INTAKE_SEAL:
    case INTAKE_LIE_READY:
    case INTAKE_REMIND:
    case INTAKE_HAND_OVER:
    case INTAKE_COME_BACK:
    case INTAKE_ACT_COUNT:
    case INTAKE_BEGIN_RECOUNT:
    case INTAKE_NOTE_HAND_OVER:
    case INTAKE_NOTE_APOLOGY_GIVEN:
        break;
    }
    return &progress;
}

/* ---- what is allowed */

#define IN(state)   FROM(INTAKE_##state)
#define TO(state)   INTAKE_##state
#define DO(act)     INTAKE_##act
#define NEW         FROM(FSM_NOWHERE)
#define WORKED      (IN(RECEIVED) | IN(IN_PROCESS))
#define OPEN        (WORKED | IN(AWAITING_OBLIGATION) | IN(AWAITING_SUPPLEMENT)) /* nothing is signed that ends it */
#define UNDER_WAY   (OPEN | IN(CLOSING))
#define CUT_SHORT   (IN(WITHDRAWN) | IN(STOPPED))
#define WITH_RESULT (IN(FINISHED) | IN(RETURNED))
#define ENDED       (CUT_SHORT | WITH_RESULT)
#define ACCEPTED    (UNDER_WAY | ENDED)
#define ANYWHERE    (ACCEPTED | IN(SUBMITTED) | IN(REFUSED) | IN(GUIDED))
#define CROSSED     (IN(CLOSING) | CUT_SHORT) /* by what appraisal did before it knew of the end; closing, of a stop */

static const struct allowed allowed[] = {
    /* Filed on the portal, answered at the counter; what is not accepted has no code (D61 Art. 17). */
    {NEW, DO(SUBMIT), TO(SUBMITTED), "Submitted"},
    {IN(SUBMITTED), DO(PASS_SUBMISSION), STAYS, "SubmissionPassed"},
    {NEW | IN(SUBMITTED), DO(RECEIVE), TO(RECEIVED), "Received"},
    {NEW | IN(SUBMITTED), DO(REFUSE), TO(REFUSED), "Refused"},
    {NEW | IN(SUBMITTED), DO(GUIDE), TO(GUIDED), "Guided"},
    /* Papers: behind the end what a proxy or a correction needs; who signs for them while the work is not over. */
    {UNDER_WAY | WITH_RESULT | IN(STOPPED) | IN(WITHDRAWN), DO(FILE_DOCUMENT), STAYS, "DocumentFiled"},
    {WORKED, DO(GIVE_TRANSFER), STAYS, "TransferGiven"},
    {WORKED, DO(TAKE_TRANSFER), STAYS, "TransferTaken"},
    {WORKED, DO(REFUSE_TRANSFER), STAYS, "TransferRefused"},
    {UNDER_WAY & ~IN(RECEIVED), DO(GIVE_TRANSFER), STAYS, "SupplyGiven"},
    {UNDER_WAY & ~IN(RECEIVED), DO(TAKE_TRANSFER), STAYS, "SupplyTaken"},
    {UNDER_WAY & ~IN(RECEIVED), DO(REFUSE_TRANSFER), STAYS, "SupplyRefused"},
    {UNDER_WAY, DO(TAKE_TURN), STAYS, "TurnTaken"},
    {UNDER_WAY, DO(REFUSE_TURN), STAYS, "TurnRefused"},
    {ACCEPTED, DO(BRING_BACK), STAYS, "PapersBroughtBack"},
    {ACCEPTED, DO(TAKE_BACK), STAYS, "PapersTakenBack"},
    {ACCEPTED, DO(REFUSE_BACK), STAYS, "PapersBackRefused"},
    {ACCEPTED, DO(GIVE_BACK), STAYS, "PapersGivenBack"},
    {ACCEPTED, DO(NOTE_LOSS), STAYS, "PaperLost"},
    {ACCEPTED, DO(SETTLE_LOSS), STAYS, "LossSettled"},
    /* Waiting for the citizen: the clocks pause. */
    {WORKED, DO(OPEN_OBLIGATION), TO(AWAITING_OBLIGATION), "ObligationOpened"},
    {IN(AWAITING_OBLIGATION), DO(MEET_OBLIGATION), TO(IN_PROCESS), "ObligationMet"},
    {IN(IN_PROCESS), DO(REQUEST_SUPPLEMENT), TO(AWAITING_SUPPLEMENT), "SupplementRequested"},
    {CROSSED, DO(REQUEST_SUPPLEMENT), STAYS, NULL},
    {IN(AWAITING_SUPPLEMENT), DO(RECEIVE_SUPPLEMENT), TO(IN_PROCESS), "SupplementReceived"},
    /* Dates: one that is kept or missed for good moves no more. */
    {WORKED | IN(CLOSING), DO(PASS_DUE), STAYS, "DueNear"},
    {UNDER_WAY, DO(PASS_DUE), STAYS, "DuePassed"},
    {WORKED, DO(PASS_STEP), STAYS, "IntakeNear"},
    {WORKED, DO(PASS_STEP), STAYS, "IntakePassed"},
    {WORKED, DO(FIND), STAYS, "FindingRecorded"},
    {WORKED, DO(EXCLUDE), STAYS, "PeriodExcluded"},
    {WORKED, DO(END_PERIOD), STAYS, "PeriodEnded"},
    {UNDER_WAY, DO(RECOUNT), STAYS, "DueMoved"},
    {ENDED, DO(RECOUNT), STAYS, NULL},
    {WORKED | IN(CLOSING), DO(REQUEST_EXTENSION), STAYS, "ExtensionRequested"},
    {ACCEPTED, DO(REFUSE_EXTENSION), STAYS, NULL},
    {UNDER_WAY, DO(EXTEND), STAYS, "Extended"},
    {ENDED, DO(EXTEND), STAYS, NULL},
    /* What the others do. */
    {WORKED, DO(TAKE_UP), TO(IN_PROCESS), NULL},
    {CROSSED, DO(TAKE_UP), STAYS, NULL},
    {IN(IN_PROCESS) | CROSSED, DO(CONSULT), STAYS, NULL},
    {IN(IN_PROCESS) | CROSSED, DO(END_CONSULT), STAYS, NULL},
    {IN(IN_PROCESS) | CROSSED, DO(GO_ON), STAYS, NULL},
    {IN(IN_PROCESS) | CROSSED, DO(GO_BACK), STAYS, NULL},
    {WORKED | CROSSED, DO(OPEN_PARTS), STAYS, NULL},
    {WORKED | CROSSED, DO(END_PART), STAYS, NULL},
    {IN(IN_PROCESS), DO(DECIDE), TO(CLOSING), NULL},
    {IN(IN_PROCESS), DO(DECIDE), STAYS, NULL},
    /* An end without a result is asked for, and an approver answers. */
    {OPEN, DO(REQUEST_WITHDRAWAL), STAYS, "WithdrawalRequested"},
    {WORKED | IN(AWAITING_OBLIGATION), DO(GRANT_WITHDRAWAL), TO(WITHDRAWN), "IntakeBrokenOff"},
    {WORKED | IN(AWAITING_SUPPLEMENT), DO(GRANT_WITHDRAWAL), TO(WITHDRAWN), NULL},
    {OPEN, DO(REFUSE_WITHDRAWAL), STAYS, NULL},
    {OPEN, DO(REQUEST_STOP), STAYS, "StopRequested"},
    {WORKED | IN(AWAITING_OBLIGATION), DO(STOP), TO(CLOSING), "IntakeBrokenOff"},
    {WORKED | IN(AWAITING_SUPPLEMENT), DO(STOP), TO(CLOSING), NULL},
    {OPEN, DO(REFUSE_STOP), STAYS, NULL},
    {IN(CLOSING), DO(SEAL_NOTICE), TO(STOPPED), NULL},
    {IN(STOPPED), DO(GIVE_NOTICE), STAYS, NULL},
    /* The result, and what was wrong with it. */
    {IN(CLOSING), DO(SEAL), TO(FINISHED), NULL},
    {IN(FINISHED) | IN(STOPPED), DO(LIE_READY), STAYS, NULL},
    {IN(FINISHED), DO(REMIND), STAYS, NULL},
    {IN(FINISHED), DO(HAND_OVER), TO(RETURNED), NULL},
    {IN(RETURNED), DO(COME_BACK), TO(FINISHED), NULL},
    {IN(STOPPED), DO(COME_BACK), STAYS, NULL},
    {WITH_RESULT, DO(REQUEST_CORRECTION), STAYS, "CorrectionRequested"},
    {WITH_RESULT, DO(SIGN_CORRECTION), STAYS, NULL},
    {WITH_RESULT, DO(REFUSE_CORRECTION), STAYS, NULL},
    {WITH_RESULT, DO(SEAL_CORRECTION), STAYS, NULL},
    {WITH_RESULT, DO(GIVE_CORRECTION), STAYS, NULL},
    /* Fees are due from the receipt on, and given back of what has ended; a citizen has a voice wherever he was
       answered. */
    {ACCEPTED, DO(PAY_FEE), STAYS, "FeePaid"},
    {ACCEPTED, DO(WAIVE_FEE), STAYS, "FeeWaived"},
    {ENDED, DO(REFUND_FEE), STAYS, "FeeRefunded"},
    {IN(RETURNED) | IN(REFUSED) | CUT_SHORT, DO(RATE), STAYS, "RatingGiven"},
    {ANYWHERE, DO(COMPLAIN), STAYS, "ComplaintFiled"},
    {ANYWHERE, DO(ANSWER_COMPLAINT), STAYS, "ComplaintAnswered"},
    {ANYWHERE, DO(REFUSE_COMPLAINT), STAYS, "ComplaintAnswered"},
    {ANYWHERE, DO(ASK_COMPLAINANT), STAYS, "ComplaintMoreAsked"},
    {ANYWHERE, DO(SUPPLY_COMPLAINT), STAYS, "ComplaintSupplied"},
    {ANYWHERE, DO(PUBLISH_ANSWER), STAYS, "ComplaintPublished"},
    {ANYWHERE, DO(PASS_ANSWER), STAYS, "ComplaintDuePassed"},
    {ANYWHERE, DO(PASS_ANSWER), STAYS, "ComplaintPublicationPassed"},
};

static void the_table_is_what_is_allowed(void **state)
{
    (void)state;
    table_is(&intake_fsm, allowed, COUNT_OF(allowed));
}

/*
 * attempt does an act in a state with everything else right. In the other way, where there are two: what a supplement
 * brought is moved and not the dossier's own papers, an earlier decision is signed and not the last, a timer looks
 * while little time is left and not long behind, or finds an answer that nobody published and not one that is open.
 */
static void attempt(int from, int act, bool other, const struct allowed *expected)
{
    bool taking = act == INTAKE_TAKE_TRANSFER || act == INTAKE_REFUSE_TRANSFER;
    bool paying = act == INTAKE_OPEN_OBLIGATION || act == INTAKE_MEET_OBLIGATION;
    bool costs = act == INTAKE_PAY_FEE || act == INTAKE_REFUND_FEE || act == INTAKE_WAIVE_FEE;
    struct intake_dossier d = received_for(paying ? "1.000006" : costs ? "1.000008" : "1.000001"), before;
    static const struct intake_refund of_stopped = {.fee = "tham-dinh"};
    bool refunds_stopped = act == INTAKE_REFUND_FEE && from == INTAKE_STOPPED;
    struct intake_fee paid; /* the publication is given back of what was refused or withdrawn; the appraisal's
                             * fee of what was stopped */
    if (act == INTAKE_REFUND_FEE) {
        paid = d.fees[refunds_stopped ? 3 : 1];
        paid.state = INTAKE_FEE_PAID;
        d.fees = &paid, d.fee_count = 1;
    }
    d.state = (enum intake_state)(from < 0 ? 0 : from);
    bool crosses = act == INTAKE_TAKE_UP || act == INTAKE_CONSULT || act == INTAKE_END_CONSULT ||
                   act == INTAKE_OPEN_PARTS || act == INTAKE_END_PART || act == INTAKE_GO_ON || act == INTAKE_GO_BACK ||
                   act == INTAKE_REQUEST_SUPPLEMENT || act == INTAKE_SEAL_NOTICE;
    d.outcome = from == INTAKE_CLOSING && crosses ? OUTCOME_STOPPED : OUTCOME_GRANTED;
    if (act == INTAKE_REFUND_FEE)
        d.outcome = OUTCOME_REFUSED;
    if (act == INTAKE_RECOUNT) /* it was counted by another calendar */
        d.due_at += INSTANT_DAY;
    if (taking) {
        d.transfers[0].state = INTAKE_TRANSFER_GIVEN;
        d.transfers[0].given_by = "H11.35-tn01";
    }
    if (other && (act == INTAKE_GRANT_WITHDRAWAL || act == INTAKE_STOP)) /* nothing of intake's is open */
        d.transfers[0].state = INTAKE_TRANSFER_TAKEN;
    bool signs = act == INTAKE_TAKE_TURN || act == INTAKE_REFUSE_TURN;
    if (signs)
        d.turn = (struct intake_turn){.unit = "H11.35",
                                      .lead = "H11.05",
                                      .by = INTAKE_OPEN_PARTS,
                                      .since = d.received_at,
                                      .from_unit = "H11.05",
                                      .answered_at = INSTANT_NONE};
    if (act == INTAKE_PASS_DUE && from == INTAKE_AWAITING_OBLIGATION) /* its date had passed before the pause */
        d.obligations[d.obligation_count++] = (struct intake_obligation){
            .step = 5, .round = 1, .state = INTAKE_OBLIGATION_NOTIFIED, .notified_at = d.due_at};
    bool waits = from == INTAKE_AWAITING_SUPPLEMENT;
    if (waits) /* its date had passed before the pause, when it is told */
        d.supplements[d.supplement_count++] =
            (struct intake_supplement){.step = 3,
                                       .round = 1,
                                       .asked_by = "H11.35-td01",
                                       .asked_at = act == INTAKE_PASS_DUE ? d.due_at : d.received_at,
                                       .answer_until = INSTANT_NONE,
                                       .received_at = INSTANT_NONE};
    if (paying) {
        bool met = act == INTAKE_MEET_OBLIGATION;
        d.obligations[d.obligation_count++] =
            (struct intake_obligation){.step = 5,
                                       .round = 1,
                                       .state = met ? INTAKE_OBLIGATION_NOTIFIED : INTAKE_OBLIGATION_EXPECTED,
                                       .notice = met ? "12/TB-CCT" : NULL,
                                       .notified_at = met ? d.received_at : INSTANT_NONE,
                                       .met_at = INSTANT_NONE};
    }
    bool answered = act == INTAKE_EXTEND || act == INTAKE_REFUSE_EXTENSION;
    if (answered)
        d.extension = (struct intake_extension){.state = EXTENSION_REQUESTED,
                                                .due_at = instant_of_day(BED_DAY + 20, 960),
                                                .reason = "overload",
                                                .by = "H11.35-td01",
                                                .asked_at = d.received_at,
                                                .issued_at = INSTANT_NONE};
    bool publishes = act == INTAKE_PUBLISH_ANSWER || (other && act == INTAKE_PASS_ANSWER);
    const struct intake_complaint waits_for_answer = {
        .state = act == INTAKE_SUPPLY_COMPLAINT ? INTAKE_COMPLAINT_AWAITING_MORE
                 : publishes                    ? INTAKE_COMPLAINT_ANSWERED
                                                : INTAKE_COMPLAINT_OPEN,
        .category = "delay",
        .channel = CHANNEL_POST,
        .filed_at = d.received_at,
        .refuse_until = d.received_at,
        .answer_due_at = d.received_at,
        .refuse_from = d.received_at,
        .answer_from = d.received_at,
        .answered_at = publishes ? d.received_at : INSTANT_NONE,
        .asked_at = act == INTAKE_SUPPLY_COMPLAINT ? d.received_at : INSTANT_NONE,
        .wait_until = act == INTAKE_SUPPLY_COMPLAINT ? d.received_at : INSTANT_NONE,
        .supplied_at = INSTANT_NONE,
        .publish_until = publishes ? d.received_at : INSTANT_NONE,
        .published_at = INSTANT_NONE,
        .filed_by = "H11.35-tn01"};
    bool replying = act == INTAKE_ANSWER_COMPLAINT || act == INTAKE_REFUSE_COMPLAINT || act == INTAKE_ASK_COMPLAINANT ||
                    act == INTAKE_PUBLISH_ANSWER;
    if (replying || act == INTAKE_SUPPLY_COMPLAINT || act == INTAKE_PASS_ANSWER)
        d.complaints = &waits_for_answer, d.complaint_count = 1;
    const struct intake_correction under_way = {.state = act == INTAKE_SEAL_CORRECTION   ? INTAKE_CORRECTION_SIGNED
                                                         : act == INTAKE_GIVE_CORRECTION ? INTAKE_CORRECTION_READY
                                                                                         : INTAKE_CORRECTION_REQUESTED,
                                                .document = correcting.handle.id,
                                                .cause = CORRECTION_CAUSE_OTHER,
                                                .reported_by = REPORTER_AGENCY,
                                                .unit = "H11.35",
                                                .asked_by = "H11.35-td01",
                                                .asked_at = d.received_at};
    bool corrects = act == INTAKE_SIGN_CORRECTION || act == INTAKE_REFUSE_CORRECTION || act == INTAKE_SEAL_CORRECTION ||
                    act == INTAKE_GIVE_CORRECTION;
    if (corrects)
        d.corrections = &under_way, d.correction_count = 1;
    static const struct intake_move of_supply = {.supplement = 1, .reason = "thiếu giấy tờ"};
    bool moves = act >= INTAKE_GIVE_TRANSFER && act <= INTAKE_REFUSE_TRANSFER,
         supplied = moves && (other || waits || from == INTAKE_AWAITING_OBLIGATION || from == INTAKE_CLOSING);
    if (supplied)
        d.transfers[d.transfer_count++] =
            (struct intake_transfer){.supplement = 1,
                                     .step = 3,
                                     .round = 1,
                                     .state = taking ? INTAKE_TRANSFER_GIVEN : INTAKE_TRANSFER_AWAITING,
                                     .from_unit = "H11.35",
                                     .to_unit = "H11.35",
                                     .given_by = taking ? "H11.35-tn01" : NULL};
    static const struct intake_submission filed_online = {.reference = "DVC-1", .identity_number = "123456789"};
    if (act == INTAKE_PASS_SUBMISSION)
        d.submission = &filed_online;
    if (act == INTAKE_END_PERIOD)
        d.exclusions[d.exclusion_count++] = (struct intake_exclusion){.period = "auction",
                                                                      .basis = "Điều 6",
                                                                      .by = "H11.35-td01",
                                                                      .from = instant_of_day(BED_DAY, 480),
                                                                      .until = instant_of_day(BED_DAY + 1, 480),
                                                                      .at = instant_of_day(BED_DAY, 480)};
    before = d;
    static const struct intake_progress earlier = {.step = 4, .outcome = OUTCOME_GRANTED};
    looked_at = other && act == INTAKE_PASS_STEP     ? d.transfers[0].near_at
                : other && act != INTAKE_PASS_ANSWER ? d.received_at
                                                     : LONG_AFTER;
    const void *command = supplied          ? &of_supply
                          : refunds_stopped ? &of_stopped
                          : act == INTAKE_FILE_DOCUMENT && (from == INTAKE_FINISHED || from == INTAKE_STOPPED)
                              ? &authorisation
                          : act == INTAKE_FILE_DOCUMENT && from == INTAKE_RETURNED  ? &correction
                          : act == INTAKE_FILE_DOCUMENT && from == INTAKE_WITHDRAWN ? &collector
                          : other && act == INTAKE_DECIDE                           ? (const void *)&earlier
                                                          : right_command((enum intake_act)act);
    struct intake_decision *out =
        decide(from < 0 ? NULL : &d, (enum intake_act)act, command,
               replying || act == INTAKE_SETTLE_LOSS || act == INTAKE_RATE               ? "H11.35-tr01"
               : taking || signs || paying                                               ? "H11.35-td01"
               : act == INTAKE_REQUEST_EXTENSION || act == INTAKE_REQUEST_STOP           ? "H11.35-td01"
               : act == INTAKE_REQUEST_CORRECTION || act == INTAKE_BRING_BACK            ? "H11.35-td01"
               : act == INTAKE_FIND || act == INTAKE_EXCLUDE || act == INTAKE_END_PERIOD ? "H11.35-td01"
                                                                                         : "H11.35-tn01",
               "H11.35");
    if ((out != NULL) != (expected != NULL))
        fail_msg("%s from %d: %s", intake_act_names[act], from, out ? "done" : err.en);
    assert_memory_equal(&d, &before, sizeof d);
    if (out) {
        assert_int_equal(out->next.state, allowed_to(expected, from));
        told_is(expected, out->event);
    } else
        is_refused_with_its_sentence(&intake_fsm, from, act, &err);
}

/* What the list allows twice in a state is done in both ways. */
static void every_state_and_act(void **state)
{
    (void)state;
    for (int from = FSM_NOWHERE; from < INTAKE_STATE_COUNT; from++)
        for (int act = 0; act < INTAKE_ACT_COUNT; act++) {
            const struct allowed *one = allowed_next(allowed, COUNT_OF(allowed), from, act, NULL),
                                 *two = one ? allowed_next(allowed, COUNT_OF(allowed), from, act, one) : NULL;
            bool near_first = act == INTAKE_PASS_DUE || act == INTAKE_PASS_STEP; /* what is told earlier stands first */
            attempt(from, act, false, two && near_first ? two : one);
            if (two)
                attempt(from, act, true, near_first ? one : two);
        }
}

static void a_whole_life(void **state)
{
    static const struct intake_progress first = {.step = 4, .last = false, .outcome = OUTCOME_GRANTED};
    static const struct intake_progress last = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED};
    static const struct {
        enum intake_act act;
        const struct intake_progress *command;
        enum intake_state state;
        int national;
    } life[] = {
        {INTAKE_TAKE_UP, &first, INTAKE_IN_PROCESS, 4}, {INTAKE_DECIDE, &first, INTAKE_IN_PROCESS, 4},
        {INTAKE_TAKE_UP, &first, INTAKE_IN_PROCESS, 4}, {INTAKE_DECIDE, &last, INTAKE_CLOSING, 4},
        {INTAKE_SEAL, &last, INTAKE_FINISHED, 9},       {INTAKE_HAND_OVER, &last, INTAKE_RETURNED, 10},
    };
    struct intake_dossier d = received();

    (void)state;
    assert_int_equal(intake_national_status(d.state, false), 2);
    for (size_t i = 0; i < COUNT_OF(life); i++) {
        struct intake_decision *out = decide(&d, life[i].act, life[i].command, NULL, NULL);
        assert_non_null(out);
        assert_null(out->event);
        d = out->next;
        assert_int_equal(d.state, life[i].state);
        assert_int_equal(intake_national_status(d.state, false), life[i].national);
    }
    assert_int_equal(d.outcome, OUTCOME_GRANTED);
    assert_true(d.finished_at != INSTANT_NONE && d.returned_at != INSTANT_NONE);
}

/* Sealed before the hour, heard of on the next morning: it ended in time. A clock that goes behind takes nothing back
 * behind the receipt. */
static void it_ended_when_it_was_sealed(void **state)
{
    struct intake_dossier d = received();
    struct intake_progress sealed = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED, .at = d.received_at + 1},
                           given = sealed;

    (void)state;
    d.state = INTAKE_CLOSING;
    d.outcome = OUTCOME_GRANTED;
    given.at += INSTANT_MINUTE;
    struct intake_dossier done = decide(&d, INTAKE_SEAL, &sealed, NULL, NULL)->next;
    assert_true(done.finished_at == sealed.at && done.returned_at == INSTANT_NONE);
    done = decide(&done, INTAKE_HAND_OVER, &given, NULL, NULL)->next;
    assert_true(done.returned_at == given.at);
    sealed.at = d.received_at - 1;
    assert_true(decide(&d, INTAKE_SEAL, &sealed, NULL, NULL)->next.finished_at == d.received_at);
}

/* The citizen asks, once at a time; the dossier is as it was until an approver has answered. */
static void a_withdrawal_is_asked_for_and_answered(void **state)
{
    static const struct intake_ask_back ask = {.channel = CHANNEL_POST, .request = {.kind = DOCUMENT_REQUEST}};
    static const struct intake_progress last = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED};
    struct intake_dossier d = received();

    (void)state;
    d.state = INTAKE_IN_PROCESS;
    d.asked_unit = d.part_units = "H11.05";
    assert_null(decide(&d, INTAKE_REQUEST_WITHDRAWAL, &ask, "H11.05-tn01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_WITHDRAWAL, &ask, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->event, "WithdrawalRequested");
    assert_ptr_equal(out->document, &ask.request);
    assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
    assert_int_equal(out->next.withdrawal.state, WITHDRAWAL_REQUESTED);
    assert_string_equal(out->next.withdrawal.by, "H11.35-tn01");
    d = out->next;
    assert_null(decide(&d, INTAKE_REQUEST_WITHDRAWAL, &ask, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_string_equal(err.field, "withdrawal");

    out = decide(&d, INTAKE_REFUSE_WITHDRAWAL, &last, NULL, NULL);
    assert_int_equal(out->next.withdrawal.state, WITHDRAWAL_REFUSED);
    assert_string_equal(out->next.asked_unit, "H11.05");
    assert_non_null(decide(&out->next, INTAKE_REQUEST_WITHDRAWAL, &ask, "H11.35-tn01", "H11.35")); /* once more */

    out = decide(&d, INTAKE_GRANT_WITHDRAWAL, &last, NULL, NULL);
    assert_int_equal(out->next.state, INTAKE_WITHDRAWN);
    assert_int_equal(intake_national_status(out->next.state, false), 7);
    assert_true(intake_is_closed(out->next.state));
    assert_null(out->next.asked_unit);
    assert_null(out->next.part_units);

    out = decide(&d, INTAKE_DECIDE, &last, NULL, NULL); /* signed before the approver knew */
    assert_int_equal(out->next.state, INTAKE_CLOSING);
    assert_int_equal(out->next.withdrawal.state, WITHDRAWAL_LAPSED);
    assert_null(decide(&out->next, INTAKE_REQUEST_WITHDRAWAL, &ask, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
}

static void what_is_sealed_is_what_was_signed(void **state)
{
    static const struct intake_progress other = {.step = 7, .outcome = OUTCOME_REFUSED};
    struct intake_dossier d = received();

    (void)state;
    d.state = INTAKE_CLOSING;
    d.outcome = OUTCOME_GRANTED;
    assert_null(decide(&d, INTAKE_SEAL, &other, NULL, NULL));
    assert_int_equal(err.code, ERR_INVALID);
}

/* Three working days from a Tuesday: due on Friday, and told on Thursday morning. */
static void told_once_a_day_before(void **state)
{
    struct intake_dossier d = received();
    struct intake_decision out;
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 480);
    const instant warn = instant_of_day(instant_day(d.due_at) - 1, 420);

    (void)state;
    assert_true(intake_warn_at(catalogue, &d, d.received_at) == warn);
    f.now = warn;
    static const enum intake_state still_open[] = {INTAKE_RECEIVED, INTAKE_IN_PROCESS, INTAKE_CLOSING};
    for (size_t i = 0; i < COUNT_OF(still_open); i++) {
        d.state = still_open[i];
        assert_int_equal(intake_decide(&d, INTAKE_PASS_DUE, NULL, &f, &out, &err), ERR_OK);
        assert_string_equal(out.event, "DueNear");
        assert_int_equal(out.next.state, still_open[i]);
    }
    d.due_at = d.due_reported = instant_of_day(18176, 1020); /* on a Monday: warned on Friday */
    assert_true(intake_warn_at(catalogue, &d, d.received_at) == instant_of_day(18173, 420));
    d.due_at = d.due_reported =
        instant_of_day(BED_FROM, 1020); /* the first day of the calendar: nothing is known of the one before */
    assert_true(intake_warn_at(catalogue, &d, d.received_at - INSTANT_DAY * 365) == d.due_at);
}

/* What has no such day left as its watch is set. */
static void what_has_less_than_a_day_is_warned_of_with_a_fifth_left(void **state)
{
    static const struct {
        int set_day, set_at, due_day, due_at, day, minute; /* after BED_DAY; minutes of the day */
    } rows[] = {
        {0, 480, 0, 1020, 0, 936}, /* 420 working minutes: 84 before the end */
        {0, 480, 1, 480, 0, 984},  /* 480 of them, 60 on the second day: 96 before its end, 36 of these on the first */
        {0, 1015, 0, 1020, 0, 1019}, /* five minutes are enough for it */
        {0, 1016, 0, 1020, 0, 1020}, /* four are not */
        {1, 480, 0, 1020, 0, 1020},  /* behind the date it is told that it passed, and nothing else */
    };
    struct intake_dossier d = received();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        d.due_at = d.due_reported = instant_of_day(BED_DAY + rows[i].due_day, rows[i].due_at);
        instant warn = intake_warn_at(catalogue, &d, instant_of_day(BED_DAY + rows[i].set_day, rows[i].set_at));
        instant wanted = instant_of_day(BED_DAY + rows[i].day, rows[i].minute);
        if (warn != wanted)
            fail_msg("row %zu: %s, not %s", i, instant_text(warn).s, instant_text(wanted).s);
    }
}

static void not_due_before_its_time(void **state)
{
    struct intake_dossier d = received();
    struct intake_decision out;
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 480);

    (void)state;
    f.now = d.due_at - 1; /* the watch may look early, when the office hours have changed since it was set: it warns */
    assert_int_equal(intake_decide(&d, INTAKE_PASS_DUE, NULL, &f, &out, &err), ERR_OK);
    assert_string_equal(out.event, "DueNear");
    f.now = d.due_at;
    static const enum intake_state still_open[] = {INTAKE_RECEIVED, INTAKE_IN_PROCESS, INTAKE_CLOSING};
    for (size_t i = 0; i < COUNT_OF(still_open); i++) {
        d.state = still_open[i];
        assert_int_equal(intake_decide(&d, INTAKE_PASS_DUE, NULL, &f, &out, &err), ERR_OK);
        assert_string_equal(out.event, "DuePassed");
        assert_int_equal(out.next.state, still_open[i]);
    }
    d.state = INTAKE_FINISHED;
    assert_int_equal(intake_decide(&d, INTAKE_PASS_DUE, NULL, &f, &out, &err), ERR_ILLEGAL_MOVE);
}

/* ---- transfers */

static void a_transfer_has_two_sides(void **state)
{
    static const struct intake_move move = {0}, no_reason = {0}, reason = {.reason = "thiếu chữ ký"},
                                    other = {.step = 3};
    struct intake_dossier d = received();
    struct intake_decision *out;

    (void)state;
    assert_int_equal(d.transfer_count, 1);
    assert_int_equal(d.transfers[0].step, 2);
    assert_int_equal(d.transfers[0].due_at, instant_of_day(BED_DAY, 17 * 60));
    assert_null(decide(&d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", "H11.35")); /* nothing was given */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    assert_null(decide(&d, INTAKE_GIVE_TRANSFER, &other, "H11.35-tn01", "H11.35"));
    assert_string_equal(err.field, "step");
    assert_null(decide(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-td01", "H11.35")); /* not the giver's role */
    assert_int_equal(err.code, ERR_FORBIDDEN);

    out = decide(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-2v", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->event, "TransferGiven");
    assert_string_equal(out->place, "H11.35-Q1");
    d = out->next;
    assert_null(decide(&d, INTAKE_TAKE_TRANSFER, &move, "H11.35-2v", "H11.35")); /* the giver himself */
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(decide(&d, INTAKE_TAKE_TRANSFER, &move, "H11.05-td01", "H11.05")); /* another unit */
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(decide(&d, INTAKE_REFUSE_TRANSFER, &no_reason, "H11.35-td01", "H11.35"));
    assert_string_equal(err.field, "reason");

    out = decide(&d, INTAKE_REFUSE_TRANSFER, &reason, "H11.35-td01", "H11.35");
    assert_non_null(out);
    d = out->next;
    out = decide(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_null(out->next.transfers[0].reason);
    d = out->next;
    out = decide(&d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_int_equal(out->step, 2);
    assert_int_equal(out->round, 1);
    assert_int_equal(out->next.transfers[0].state, INTAKE_TRANSFER_TAKEN);
    d = out->next;
    assert_null(decide(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
}

static void documents_are_of_the_units_concerned(void **state)
{
    static const struct intake_document document = {.kind = DOCUMENT_DRAFT_RESULT};
    struct intake_dossier d = received();

    (void)state;
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.35-xx", "H11.35"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.35-td01", "H11.35"));
}

static void a_consulted_unit_files_its_answer(void **state)
{
    static const struct intake_document document = {.kind = DOCUMENT_OPINION};
    static const struct intake_progress asked = {.step = 3, .asked = "H11.05"}, ended = {.step = 3};
    struct intake_dossier d = received();

    (void)state;
    d.state = INTAKE_IN_PROCESS;
    struct intake_decision *out = decide(&d, INTAKE_CONSULT, &asked, NULL, NULL);
    assert_non_null(out);
    assert_null(out->event);
    assert_string_equal(out->next.asked_unit, "H11.05");
    d = out->next;
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.05-td01", "H11.05"));
    for (int kind = DOCUMENT_NONE + 1; kind < DOCUMENT_COUNT; kind++) {
        const struct intake_document other = {.kind = (enum document_kind)kind};
        if (kind == DOCUMENT_OPINION)
            continue;
        err = (struct err){.code = ERR_OK};
        assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &other, "H11.05-td01", "H11.05"));
        assert_int_equal(err.code, ERR_FORBIDDEN);
        assert_string_equal(err.field, "kind");
        if (kind == DOCUMENT_LOSS_MINUTES) { /* they come with the loss */
            assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &other, "H11.35-td01", "H11.35"));
            assert_int_equal(err.code, ERR_INVALID);
            continue;
        }
        assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &other, "H11.35-td01", "H11.35"));
    }
    out = decide(&d, INTAKE_END_CONSULT, &ended, NULL, NULL);
    assert_non_null(out);
    d = out->next;
    assert_null(d.asked_unit);
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
}

/* One that kept silent may still say something, until it is decided or has ended. */
static void a_silent_unit_files_its_answer_until_it_is_decided(void **state)
{
    static const struct intake_document document = {.kind = DOCUMENT_OPINION}, draft = {.kind = DOCUMENT_DRAFT_RESULT};
    static const struct intake_progress asked = {.step = 3, .asked = "H11.05"}, lapsed = {.step = 3, .silent = true},
                                        two = {.step = 3, .asked = "H11.01,H11.05"},
                                        part_lapsed = {.step = 3, .asked = "H11.01", .silent = true},
                                        given = {.step = 3, .asked = "H11.05"},
                                        last = {.step = 5, .last = true, .outcome = OUTCOME_GRANTED};
    struct intake_dossier d = received();

    (void)state;
    d.state = INTAKE_IN_PROCESS;
    d = decide(&d, INTAKE_CONSULT, &asked, NULL, NULL)->next;
    d = decide(&d, INTAKE_END_CONSULT, &lapsed, NULL, NULL)->next;
    assert_null(d.asked_unit);
    assert_string_equal(d.silent_units, "H11.05");
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.05-td01", "H11.05"));
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &draft, "H11.05-td01", "H11.05"));
    assert_string_equal(err.field, "kind");
    d = decide(&d, INTAKE_OPEN_PARTS, &two, NULL, NULL)->next;
    d = decide(&d, INTAKE_END_PART, &part_lapsed, NULL, NULL)->next;
    assert_string_equal(d.silent_units, "H11.05,H11.01");
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.01-td01", "H11.01"));
    d = decide(&d, INTAKE_END_PART, &given, NULL, NULL)->next; /* asked once more, and in time */
    assert_string_equal(d.silent_units, "H11.01");
    struct intake_dossier gone = decide(&d, INTAKE_GRANT_WITHDRAWAL, &asked, NULL, NULL)->next;
    assert_null(gone.silent_units);
    d = decide(&d, INTAKE_DECIDE, &last, NULL, NULL)->next;
    assert_null(d.silent_units);
}

/* As long as it is their turn, co-operating units see the dossier and file their answers, and nothing else. */
static void a_co_operating_unit_files_its_answer(void **state)
{
    static const struct intake_document document = {.kind = DOCUMENT_OPINION}, draft = {.kind = DOCUMENT_DRAFT_RESULT};
    static const struct intake_progress two = {.step = 3, .asked = "H11.01,H11.05"},
                                        third = {.step = 3, .asked = "H11"}, own = {.step = 3, .asked = "H11.05"},
                                        first = {.step = 3, .asked = "H11.01"};
    static const struct intake_supplement_asked supplement = {.step = 3, .round = 1, .by = "H11.35-td01"};
    struct intake_dossier d = received();

    (void)state;
    assert_false(intake_takes_part(&d, "H11.05"));
    struct intake_decision *out = decide(&d, INTAKE_OPEN_PARTS, &two, NULL, NULL); /* before anybody took it up */
    assert_non_null(out);
    assert_null(out->event);
    assert_int_equal(out->next.state, INTAKE_RECEIVED);
    d = out->next;
    assert_true(intake_takes_part(&d, "H11.01") && intake_takes_part(&d, "H11.05"));
    assert_false(intake_takes_part(&d, "H11") || intake_takes_part(&d, "H11.0"));
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.05-td01", "H11.05"));
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &draft, "H11.05-td01", "H11.05"));
    assert_string_equal(err.field, "kind");
    d = decide(&d, INTAKE_OPEN_PARTS, &third, NULL, NULL)->next;
    assert_string_equal(d.part_units, "H11.01,H11.05,H11");
    d.state = INTAKE_IN_PROCESS;
    d = decide(&d, INTAKE_END_PART, &own, NULL, NULL)->next; /* in the middle, at the end, the last one */
    assert_string_equal(d.part_units, "H11.01,H11");
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &document, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    d = decide(&d, INTAKE_END_PART, &own, NULL, NULL)->next; /* it has none any more */
    d = decide(&d, INTAKE_END_PART, &third, NULL, NULL)->next;
    assert_string_equal(d.part_units, "H11.01");
    out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &supplement, NULL, NULL);
    assert_non_null(out);
    assert_null(out->next.part_units);
    d = decide(&d, INTAKE_END_PART, &first, NULL, NULL)->next;
    assert_null(d.part_units);
}

/* A step may lie with another unit (linked units, one behind the other): whose officer has it, that unit works on it.
 */
static void the_unit_that_has_the_step_works_on_it(void **state)
{
    static const struct intake_document draft = {.kind = DOCUMENT_DRAFT_RESULT};
    static const struct intake_progress theirs = {.step = 3}, ours = {.step = 4},
                                        last = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED};
    struct intake_dossier d = received();
    struct process p = *catalogue_process_version(catalogue, d.process, d.process_version);
    struct process_step steps[16];

    (void)state;
    assert_true(p.step_count <= (int)COUNT_OF(steps));
    memcpy(steps, p.steps, (size_t)p.step_count * sizeof *steps);
    steps[2].unit_ref = "H11.05";
    steps[3].unit_ref = "own";
    p.record.id = d.process = "chain";
    p.steps = steps;
    struct catalogue *c = catalogue_new(arena, 1);
    catalogue_add_process(c, &p);
    catalogue_seal(c);
    struct intake_facts f = {.catalogue = c, .arena = arena};
    struct intake_decision out;
    assert_int_equal(intake_decide(&d, INTAKE_TAKE_UP, &theirs, &f, &out, &err), ERR_OK);
    assert_string_equal(out.next.step_unit, "H11.05");
    d = out.next;
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &draft, "H11.05-td01", "H11.05"));
    assert_int_equal(intake_decide(&d, INTAKE_TAKE_UP, &ours, &f, &out, &err), ERR_OK);
    assert_null(out.next.step_unit);
    assert_null(decide(&out.next, INTAKE_FILE_DOCUMENT, &draft, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(decide(&d, INTAKE_DECIDE, &last, NULL, NULL)->next.step_unit);
}

/* What return tells of the result; of an apology it changes nothing, whatever the state. */
static void what_lies_at_the_counter(void **state)
{
    struct intake_dossier d = received();
    struct intake_progress ready = {.outcome = OUTCOME_GRANTED, .at = d.due_at - INSTANT_DAY},
                           reminded = {.outcome = OUTCOME_GRANTED, .at = d.due_at + 30 * INSTANT_DAY, .number = 1},
                           back = {.outcome = OUTCOME_GRANTED, .at = d.due_at + 60 * INSTANT_DAY},
                           letter = {.outcome = OUTCOME_APOLOGY, .at = d.due_at};
    static const enum intake_act told[] = {INTAKE_LIE_READY, INTAKE_REMIND, INTAKE_COME_BACK};

    (void)state;
    for (int from = 0; from < INTAKE_STATE_COUNT; from++)
        for (size_t i = 0; i < COUNT_OF(told); i++) {
            d.state = (enum intake_state)from;
            struct intake_decision *out = decide(&d, told[i], &letter, NULL, NULL);
            assert_non_null(out);
            assert_true(out->stays);
            assert_memory_equal(&out->next, &d, sizeof d);
        }
    d.state = INTAKE_FINISHED;
    d.outcome = OUTCOME_GRANTED;
    d = decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next;
    assert_true(d.collection.ready_at == ready.at && d.collection.early);
    d = decide(&d, INTAKE_REMIND, &reminded, NULL, NULL)->next;
    assert_int_equal(d.collection.reminders, 1);
    assert_true(d.collection.reminded_at == reminded.at);
    d = decide(&d, INTAKE_HAND_OVER, &ready, NULL, NULL)->next;
    assert_int_equal(d.state, INTAKE_RETURNED);
    d = decide(&d, INTAKE_COME_BACK, &back, NULL, NULL)->next;
    assert_int_equal(d.state, INTAKE_FINISHED);
    assert_int_equal(intake_national_status(d.state, false), 9);
    assert_true(d.returned_at == INSTANT_NONE && d.collection.came_back_at == back.at);
    assert_int_equal(d.collection.reminders, 0);
    ready.at = d.due_at - 1; /* on the very day it is on time, not early */
    assert_false(decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next.collection.early);
    d.due_rule = "hours:480@1"; /* but with a time in hours */
    assert_true(decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next.collection.early);
    ready.at = d.due_at;
    assert_false(decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next.collection.early);
}

/* By the date that he holds in writing, not by the reported one; and by the unit of his time, after what was found. */
static void the_citizen_is_told_by_his_own_date(void **state)
{
    static const struct {
        int reported; /* days before the date that he was given */
        bool ready_before;
        const char *rule;
        enum time_unit found[2];
        bool replaces[2], early;
    } rows[] = {
        {7, true, "working_days:3@1", {0}, {0}, true},
        {7, false, "working_days:3@1", {0}, {0}, false},
        {0, true, "working_days:3@1", {0}, {0}, true},
        {0, false, "hours:480@1", {0}, {0}, true},
        {0, false, "hours:480@1", {TIME_WORKING_DAYS}, {true}, false},
        {0, false, "hours:480@1", {TIME_WORKING_DAYS}, {false}, false},
        {0, false, "working_days:3@1", {TIME_HOURS}, {true}, true},
        {0, false, "working_days:3@1", {TIME_HOURS}, {false}, true},
        {0, false, "hours:480@1", {TIME_HOURS, TIME_DAYS}, {false, true}, true},
        {0, false, "hours:480@1", {TIME_WORKING_DAYS, TIME_HOURS}, {true, true}, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct intake_dossier d = received();
        d.state = INTAKE_FINISHED;
        d.outcome = OUTCOME_GRANTED;
        d.due_rule = rows[i].rule;
        d.due_at = instant_of_day(instant_day(d.received_at) + 10, 900);
        d.due_reported = d.due_at - rows[i].reported * INSTANT_DAY;
        for (int n = 0; n < 2 && rows[i].found[n]; n++)
            d.findings[d.finding_count++] =
                (struct intake_finding){.finding = "f", .replaces = rows[i].replaces[n], .unit = rows[i].found[n]};
        const struct intake_progress ready = {.outcome = OUTCOME_GRANTED,
                                              .at = d.due_at - (rows[i].ready_before ? INSTANT_DAY : INSTANT_MINUTE)};
        if (decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next.collection.early != rows[i].early)
            fail_msg("row %zu", i);
    }
}

/* A stop notice that the post brings back is not with the citizen; the dossier stays stopped. */
static void a_stop_notice_lies_at_the_counter(void **state)
{
    struct intake_dossier d = received();
    struct intake_progress ready = {.outcome = OUTCOME_STOPPED, .at = d.due_at - INSTANT_DAY},
                           given = {.by = "H11.35-tk01"}, back = {.outcome = OUTCOME_STOPPED, .at = d.due_at};

    (void)state;
    d.state = INTAKE_STOPPED;
    d.outcome = OUTCOME_STOPPED;
    d = decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next;
    assert_true(d.collection.ready_at == ready.at);
    assert_false(d.collection.early); /* no day was promised for it */
    d = decide(&d, INTAKE_GIVE_NOTICE, &given, NULL, NULL)->next;
    assert_true(d.returned_at != INSTANT_NONE);
    struct intake_decision *out = decide(&d, INTAKE_COME_BACK, &back, NULL, NULL);
    assert_non_null(out);
    assert_true(out->collection && !out->event);
    d = out->next;
    assert_int_equal(d.state, INTAKE_STOPPED);
    assert_true(d.returned_at == INSTANT_NONE && !d.returned_by && d.collection.came_back_at == back.at);
    d = decide(&d, INTAKE_GIVE_NOTICE, &given, NULL, NULL)->next;
    assert_string_equal(d.returned_by, given.by);
}

/* Behind the seal only what a proxy brings is filed; who returns results files nothing else. */
static void an_authorisation_is_filed_behind_the_end(void **state)
{
    static const struct intake_document other = {.kind = DOCUMENT_COMPONENT};
    struct intake_dossier d = received();
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-td01", "H11.35", 480);
    struct intake_decision out;

    (void)state;
    d.state = INTAKE_FINISHED;
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &other, "H11.35-td01", "H11.35"));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &authorisation, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    f.actor_roles = ROLE_BIT(RETURNER);
    assert_int_equal(intake_decide(&d, INTAKE_FILE_DOCUMENT, &authorisation, &f, &out, &err), ERR_OK);
    assert_string_equal(out.event, "DocumentFiled");
    d.state = INTAKE_CLOSING;
    assert_int_equal(intake_decide(&d, INTAKE_FILE_DOCUMENT, &other, &f, &out, &err), ERR_FORBIDDEN);
    assert_string_equal(err.field, "kind");
    f.actor_roles |= ROLE_BIT(RECEIVER);
    assert_int_equal(intake_decide(&d, INTAKE_FILE_DOCUMENT, &other, &f, &out, &err), ERR_OK);
}

/* Papers may be fetched long behind the end, in every state: who comes for them is written down by whoever is there. */
static void who_comes_is_recorded_in_every_state(void **state)
{
    static const enum intake_state behind[] = {INTAKE_CLOSING, INTAKE_FINISHED, INTAKE_RETURNED, INTAKE_WITHDRAWN,
                                               INTAKE_STOPPED};
    struct intake_dossier d = received();
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-td01", "H11.35", 480);
    struct intake_decision out;

    (void)state;
    f.actor_roles = ROLE_BIT(RETURNER);
    for (size_t i = 0; i < COUNT_OF(behind); i++) {
        d.state = behind[i];
        assert_int_equal(intake_decide(&d, INTAKE_FILE_DOCUMENT, &collector, &f, &out, &err), ERR_OK);
        assert_string_equal(out.event, "DocumentFiled");
        assert_int_equal(out.next.state, behind[i]);
    }
    d.state = INTAKE_WITHDRAWN;
    assert_int_equal(intake_decide(&d, INTAKE_FILE_DOCUMENT, &authorisation, &f, &out, &err), ERR_ILLEGAL_MOVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(table_is_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_table_is_what_is_allowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_state_and_act, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_whole_life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_ended_when_it_was_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_withdrawal_is_asked_for_and_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_sealed_is_what_was_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(told_once_a_day_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_less_than_a_day_is_warned_of_with_a_fifth_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_due_before_its_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transfer_has_two_sides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(documents_are_of_the_units_concerned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_consulted_unit_files_its_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_silent_unit_files_its_answer_until_it_is_decided, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_co_operating_unit_files_its_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_unit_that_has_the_step_works_on_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_lies_at_the_counter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_citizen_is_told_by_his_own_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stop_notice_lies_at_the_counter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_authorisation_is_filed_behind_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_comes_is_recorded_in_every_state, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
