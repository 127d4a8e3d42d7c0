/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a dossier as the counter sees it.
 *
 *   [*] -> submitted -> received, refused, guided
 *    |
 *   [*] -> received -> in process -> closing -> finished <-> returned
 *    |                  ^  v
 *    |                 awaiting obligation, awaiting supplement
 *    |          '--------'-----> withdrawn
 *    |          '--------'-----> closing -> stopped
 *    '---> refused, guided
 *
 * submitted    A citizen filed it on the portal. Nothing is accepted; the counter has to answer in its time, and he may
 *              complain that it does not.
 * received     It has a code, a receipt, a due date that is kept, and is bound to one version of a process.
 * refused      Nothing was accepted; why is kept, and the citizen was told.
 * guided       Nothing was accepted yet; the citizen has the request form (form 02) with all that is to be completed.
 * in process   An officer has taken it up. It may be appraised and approved several times.
 * awaiting obligation  The tax office has told what is to be paid; the clocks pause until it is.
 * awaiting supplement  The citizen was asked to complete it: the clocks pause, the legal one starts anew.
 * withdrawn    The citizen asked for it back and an approver granted that: it ends without a result. Until then the
 *              request changes nothing; what crossed the approver's answer on the way changes nothing either.
 * stopped      The competent unit asked for it, an approver signed the notice, and that is numbered and sealed. Until
 *              the signature the request changes nothing; what crossed that on the way changes nothing either.
 * closing      The last decision, or the stop notice, is signed. The dossier cannot be changed by anyone but return.
 * finished     The result is signed, numbered and sealed: the due date is met or missed for good, its timer is gone.
 * returned     The citizen has the result; unless the post brings it back, then it is finished once more.
 *
 * A transfer moves papers between two desks, a turn round other units, an obligation waits for the citizen, a complaint
 * for its answer, lost papers for their remedy, a fee for its payment, a correction for its signature and its issue:
 * their own tables, under the dossier's lock. All that is not in a table is refused.
 */
#include "services/intake/guards.h"
#include "services/intake/rules.h"

struct rule {
    struct fsm_edge edge;
    choice *when;      /* which of several rows; NULL: this one */
    guard *must;       /* what has to hold; fills the decision */
    const char *event; /* NULL: nobody needs to be told */
};

#define NOWHERE FSM_NOWHERE
#define RULE(from_, on_, to_, when_, must_, event_, why_)                                                              \
    {                                                                                                                  \
        .edge = {.from = from_, .on = INTAKE_##on_, .to = INTAKE_##to_, .why = why_}, .when = when_, .must = must_,    \
        .event = event_                                                                                                \
    }
#define AT(state) INTAKE_##state

/* In every state, which stays what it is. */
#define EVERYWHERE(on_, when_, must_, event_, why_)                                                                    \
    RULE(AT(SUBMITTED), on_, SUBMITTED, when_, must_, event_, why_),                                                   \
        RULE(AT(RECEIVED), on_, RECEIVED, when_, must_, event_, why_),                                                 \
        RULE(AT(REFUSED), on_, REFUSED, when_, must_, event_, why_),                                                   \
        RULE(AT(GUIDED), on_, GUIDED, when_, must_, event_, why_),                                                     \
        RULE(AT(IN_PROCESS), on_, IN_PROCESS, when_, must_, event_, why_),                                             \
        RULE(AT(AWAITING_SUPPLEMENT), on_, AWAITING_SUPPLEMENT, when_, must_, event_, why_),                           \
        RULE(AT(AWAITING_OBLIGATION), on_, AWAITING_OBLIGATION, when_, must_, event_, why_),                           \
        RULE(AT(CLOSING), on_, CLOSING, when_, must_, event_, why_),                                                   \
        RULE(AT(WITHDRAWN), on_, WITHDRAWN, when_, must_, event_, why_),                                               \
        RULE(AT(STOPPED), on_, STOPPED, when_, must_, event_, why_),                                                   \
        RULE(AT(FINISHED), on_, FINISHED, when_, must_, event_, why_),                                                 \
        RULE(AT(RETURNED), on_, RETURNED, when_, must_, event_, why_)
_Static_assert(INTAKE_STATE_COUNT == 12, "EVERYWHERE names every state");

/* In every state of a dossier that was accepted, which stays what it is. */
#define ONCE_ACCEPTED(on_, must_, event_, why_)                                                                        \
    RULE(AT(RECEIVED), on_, RECEIVED, NULL, must_, event_, why_),                                                      \
        RULE(AT(IN_PROCESS), on_, IN_PROCESS, NULL, must_, event_, why_),                                              \
        RULE(AT(AWAITING_SUPPLEMENT), on_, AWAITING_SUPPLEMENT, NULL, must_, event_, why_),                            \
        RULE(AT(AWAITING_OBLIGATION), on_, AWAITING_OBLIGATION, NULL, must_, event_, why_),                            \
        RULE(AT(CLOSING), on_, CLOSING, NULL, must_, event_, why_),                                                    \
        RULE(AT(WITHDRAWN), on_, WITHDRAWN, NULL, must_, event_, why_),                                                \
        RULE(AT(STOPPED), on_, STOPPED, NULL, must_, event_, why_),                                                    \
        RULE(AT(FINISHED), on_, FINISHED, NULL, must_, event_, why_),                                                  \
        RULE(AT(RETURNED), on_, RETURNED, NULL, must_, event_, why_)

/* While the dossier is worked on, or waits: what a supplement brought follows the other papers. */
#define OF_SUPPLY(on_, must_, event_, why_)                                                                            \
    RULE(AT(IN_PROCESS), on_, IN_PROCESS, is_of_supply, must_, event_, why_),                                          \
        RULE(AT(AWAITING_SUPPLEMENT), on_, AWAITING_SUPPLEMENT, is_of_supply, must_, event_, why_),                    \
        RULE(AT(AWAITING_OBLIGATION), on_, AWAITING_OBLIGATION, is_of_supply, must_, event_, why_),                    \
        RULE(AT(CLOSING), on_, CLOSING, is_of_supply, must_, event_, why_)

/* The papers have come to a unit in their round, or back from it; nothing waits for who signs for them. */
#define ON_THE_ROUND(on_, must_, event_, why_)                                                                         \
    RULE(AT(RECEIVED), on_, RECEIVED, NULL, must_, event_, why_),                                                      \
        RULE(AT(IN_PROCESS), on_, IN_PROCESS, NULL, must_, event_, why_),                                              \
        RULE(AT(AWAITING_SUPPLEMENT), on_, AWAITING_SUPPLEMENT, NULL, must_, event_, why_),                            \
        RULE(AT(AWAITING_OBLIGATION), on_, AWAITING_OBLIGATION, NULL, must_, event_, why_),                            \
        RULE(AT(CLOSING), on_, CLOSING, NULL, must_, event_, why_)

/* clang-format off */
static const struct rule rules[] = {
    /*   from            on               to          when            must          event              why */
    RULE(NOWHERE,        RECEIVE,         RECEIVED,   NULL,           may_receive,  "Received",        "the papers are complete: code, receipt and due date are given"),
    RULE(NOWHERE,        REFUSE,          REFUSED,    NULL,           may_refuse,   "Refused",         "the papers cannot be accepted: the reasons are written down"),
    RULE(NOWHERE,        GUIDE,           GUIDED,     NULL,           may_guide,    "Guided",          "something is missing: the citizen is told all of it, once, and files later"),
    RULE(NOWHERE,        SUBMIT,          SUBMITTED,  NULL,           may_submit,   "Submitted",       "a citizen filed it on the portal: the counter has to answer"),
    RULE(AT(SUBMITTED),  PASS_SUBMISSION, SUBMITTED,  NULL,           is_unanswered, "SubmissionPassed", "the time to answer passed, and the counter has said nothing"),
    RULE(AT(SUBMITTED),  RECEIVE,         RECEIVED,   NULL,           may_receive,  "Received",        "what was filed on the portal is complete: code, receipt and due date are given"),
    RULE(AT(SUBMITTED),  REFUSE,          REFUSED,    NULL,           may_refuse,   "Refused",         "what was filed on the portal cannot be accepted: the reasons are written down"),
    RULE(AT(SUBMITTED),  GUIDE,           GUIDED,     NULL,           may_guide,    "Guided",          "something is missing in what was filed on the portal: the citizen is told all of it, once, and files anew"),
    RULE(AT(RECEIVED),   FILE_DOCUMENT,   RECEIVED,   NULL,           may_file,     "DocumentFiled",   "a document is put into the dossier before it was taken up"),
    RULE(AT(IN_PROCESS), FILE_DOCUMENT,   IN_PROCESS, NULL,           may_file,     "DocumentFiled",   "a draft or another document is put into the dossier"),
    RULE(AT(AWAITING_OBLIGATION), FILE_DOCUMENT, AWAITING_OBLIGATION, NULL, may_file, "DocumentFiled", "a receipt or another document is put into the dossier while it waits"),
    RULE(AT(CLOSING),    FILE_DOCUMENT,   CLOSING,    NULL,           may_file,     "DocumentFiled",   "the signed document is put into the dossier"),
    OF_SUPPLY(GIVE_TRANSFER,   may_give,    "SupplyGiven",   "the counter hands on what a supplement brought"),
    OF_SUPPLY(TAKE_TRANSFER,   may_take,    "SupplyTaken",   "the unit that has the other papers confirms that it has these, too"),
    OF_SUPPLY(REFUSE_TRANSFER, may_decline, "SupplyRefused", "what a supplement brought goes back to the counter with a reason"),
    RULE(AT(RECEIVED),   GIVE_TRANSFER,   RECEIVED,   NULL,           may_give,     "TransferGiven",   "the counter hands the papers over"),
    RULE(AT(IN_PROCESS), GIVE_TRANSFER,   IN_PROCESS, NULL,           may_give,     "TransferGiven",   "the papers move on to another unit"),
    RULE(AT(RECEIVED),   TAKE_TRANSFER,   RECEIVED,   NULL,           may_take,     "TransferTaken",   "the competent unit confirms that it has the papers"),
    RULE(AT(IN_PROCESS), TAKE_TRANSFER,   IN_PROCESS, NULL,           may_take,     "TransferTaken",   "the next unit confirms that it has the papers"),
    RULE(AT(RECEIVED),   REFUSE_TRANSFER, RECEIVED,   NULL,           may_decline,  "TransferRefused", "the papers go back to the counter with a reason"),
    RULE(AT(IN_PROCESS), REFUSE_TRANSFER, IN_PROCESS, NULL,           may_decline,  "TransferRefused", "the papers go back to the giver with a reason"),
    ON_THE_ROUND(TAKE_TURN,    may_take_turn,   "TurnTaken",   "the unit that the papers came to signs for them"),
    ON_THE_ROUND(REFUSE_TURN,  may_refuse_turn, "TurnRefused", "the unit that the papers came to does not take them: they are with whom they came from"),
    RULE(AT(RECEIVED),   OPEN_OBLIGATION, AWAITING_OBLIGATION, NULL, may_open_obligation, "ObligationOpened", "the tax office has told what is to be paid: the clocks pause"),
    RULE(AT(IN_PROCESS), OPEN_OBLIGATION, AWAITING_OBLIGATION, NULL, may_open_obligation, "ObligationOpened", "the tax office has told what is to be paid: the clocks pause"),
    RULE(AT(AWAITING_OBLIGATION), MEET_OBLIGATION, IN_PROCESS, NULL, may_meet_obligation, "ObligationMet", "it is paid: the clocks run on, and the promised date has moved by the pause"),
    RULE(AT(IN_PROCESS), REQUEST_SUPPLEMENT, AWAITING_SUPPLEMENT, NULL, may_request_supplement, "SupplementRequested", "appraisal lacks something: the citizen is asked by the counter, the clocks pause"),
    RULE(AT(AWAITING_SUPPLEMENT), RECEIVE_SUPPLEMENT, IN_PROCESS, NULL, may_receive_supplement, "SupplementReceived", "the dossier is complete: the legal clock starts from zero, the reported one leaves the wait out"),
    RULE(AT(AWAITING_SUPPLEMENT), FILE_DOCUMENT, AWAITING_SUPPLEMENT, NULL, may_file, "DocumentFiled", "what the citizen brings is put into the dossier while it waits"),
    RULE(AT(AWAITING_SUPPLEMENT), PASS_DUE, AWAITING_SUPPLEMENT, NULL, was_due,    "DuePassed",       "the nearest due date had passed before the clocks were paused"),
    RULE(AT(RECEIVED),   REQUEST_WITHDRAWAL, RECEIVED, NULL, may_request_withdrawal, "WithdrawalRequested", "the citizen asks for it back before anyone took it up: an approver decides"),
    RULE(AT(IN_PROCESS), REQUEST_WITHDRAWAL, IN_PROCESS, NULL, may_request_withdrawal, "WithdrawalRequested", "the citizen asks for it back: an approver decides, the work goes on meanwhile"),
    RULE(AT(AWAITING_OBLIGATION), REQUEST_WITHDRAWAL, AWAITING_OBLIGATION, NULL, may_request_withdrawal, "WithdrawalRequested", "the citizen asks for it back instead of paying: an approver decides"),
    RULE(AT(AWAITING_SUPPLEMENT), REQUEST_WITHDRAWAL, AWAITING_SUPPLEMENT, NULL, may_request_withdrawal, "WithdrawalRequested", "the citizen asks for it back instead of completing it: an approver decides"),
    RULE(AT(RECEIVED),   PASS_DUE,        RECEIVED,   draws_near,     prepare_apology, "DueNear",         "a due date draws near and nobody has taken it up: an apology is still in time"),
    RULE(AT(IN_PROCESS), PASS_DUE,        IN_PROCESS, draws_near,     prepare_apology, "DueNear",         "a due date draws near while it is worked on: an apology is still in time"),
    RULE(AT(CLOSING),    PASS_DUE,        CLOSING,    draws_near,     prepare_apology, "DueNear",         "a due date draws near and the result is not sealed: an apology is still in time"),
    RULE(AT(RECEIVED),   PASS_DUE,        RECEIVED,   NULL,           is_due,       "DuePassed",       "the nearest due date passed before anyone took it up"),
    RULE(AT(IN_PROCESS), PASS_DUE,        IN_PROCESS, NULL,           is_due,       "DuePassed",       "the nearest due date passed while it was worked on"),
    RULE(AT(AWAITING_OBLIGATION), PASS_DUE, AWAITING_OBLIGATION, NULL, was_due,    "DuePassed",       "the nearest due date had passed before the clocks were paused"),
    RULE(AT(CLOSING),    PASS_DUE,        CLOSING,    NULL,           is_due,       "DuePassed",       "the nearest due date passed before the result was sealed"),
    RULE(AT(RECEIVED), FIND, RECEIVED, NULL, may_find, "FindingRecorded", "what was found gives it another time, by law"),
    RULE(AT(IN_PROCESS), FIND, IN_PROCESS, NULL, may_find, "FindingRecorded", "what was found while it was worked on gives it another time, by law"),
    RULE(AT(RECEIVED), EXCLUDE, RECEIVED, NULL, may_exclude, "PeriodExcluded", "a period is left out of its time, by law"),
    RULE(AT(IN_PROCESS), EXCLUDE, IN_PROCESS, NULL, may_exclude, "PeriodExcluded", "a period is left out of its time while it is worked on, by law"),
    RULE(AT(RECEIVED), END_PERIOD, RECEIVED, NULL, may_end_period, "PeriodEnded", "a period that is left out has ended earlier than was recorded"),
    RULE(AT(IN_PROCESS), END_PERIOD, IN_PROCESS, NULL, may_end_period, "PeriodEnded", "a period that is left out has ended earlier than was recorded, while it is worked on"),
    RULE(AT(RECEIVED), RECOUNT, RECEIVED, NULL, may_recount, "DueMoved", "the calendar has changed: its dates are counted again"),
    RULE(AT(IN_PROCESS), RECOUNT, IN_PROCESS, NULL, may_recount, "DueMoved", "the calendar has changed: its dates are counted again while it is worked on"),
    RULE(AT(AWAITING_OBLIGATION), RECOUNT, AWAITING_OBLIGATION, NULL, may_recount, "DueMoved", "the calendar has changed: its dates are counted again while the clocks are paused"),
    RULE(AT(AWAITING_SUPPLEMENT), RECOUNT, AWAITING_SUPPLEMENT, NULL, may_recount, "DueMoved", "the calendar has changed: its dates are counted again while the citizen completes it"),
    RULE(AT(CLOSING), RECOUNT, CLOSING, NULL, may_recount, "DueMoved", "the calendar has changed: its dates are counted again until the result is sealed"),
    RULE(AT(WITHDRAWN), RECOUNT, WITHDRAWN, NULL, let_be, NULL, "it was withdrawn before its turn came"),
    RULE(AT(FINISHED), RECOUNT, FINISHED, NULL, let_be, NULL, "it was sealed before its turn came: met or missed for good"),
    RULE(AT(RETURNED), RECOUNT, RETURNED, NULL, let_be, NULL, "it was returned before its turn came"),
    RULE(AT(RECEIVED),   TAKE_UP,         IN_PROCESS, NULL,           note_taken_up,         NULL,              "an appraiser was assigned"),
    RULE(AT(IN_PROCESS), TAKE_UP,         IN_PROCESS, NULL,           note_taken_up,         NULL,              "an appraiser was assigned to a further round, or another one"),
    RULE(AT(IN_PROCESS), CONSULT,         IN_PROCESS, NULL,           note_asked,   NULL,              "another unit is asked: it may see the dossier and file its answer"),
    RULE(AT(IN_PROCESS), END_CONSULT,     IN_PROCESS, NULL,           note_answered, NULL,             "the other unit has answered, or kept silent"),
    RULE(AT(IN_PROCESS), GO_ON,            IN_PROCESS, NULL,           note_go_on,   NULL,              "a step has ended: where the next one is another unit's, the papers go on there"),
    RULE(AT(IN_PROCESS), GO_BACK,          IN_PROCESS, NULL,           note_go_back, NULL,              "it is to be appraised once more: where another unit does that, the papers go back there"),
    RULE(AT(RECEIVED), OPEN_PARTS, RECEIVED, NULL, note_turns, NULL, "it is the turn of co-operating units: they may see the dossier and file their answers"),
    RULE(AT(IN_PROCESS), OPEN_PARTS, IN_PROCESS, NULL, note_turns, NULL, "it is the turn of co-operating units: they may see the dossier and file their answers"),
    RULE(AT(RECEIVED), END_PART, RECEIVED, NULL, note_part, NULL, "a co-operating unit has given its part, or kept silent, before the lead took it up"),
    RULE(AT(IN_PROCESS), END_PART, IN_PROCESS, NULL, note_part, NULL, "a co-operating unit has given its part, or kept silent"),
    RULE(AT(IN_PROCESS), DECIDE,          CLOSING,    last_signature, note_outcome, NULL,              "the last decision is signed"),
    RULE(AT(IN_PROCESS), DECIDE,          IN_PROCESS, another_round,  goes_on,      NULL,              "an earlier decision is signed: the process goes on"),
    RULE(AT(RECEIVED), GRANT_WITHDRAWAL, WITHDRAWN, own_step_is_open, note_withdrawn, "IntakeBrokenOff", "an approver lets the citizen have it back while its papers wait to be handed over: it ends without a result"),
    RULE(AT(RECEIVED),   GRANT_WITHDRAWAL, WITHDRAWN, NULL,           note_withdrawn, NULL,            "an approver lets the citizen have it back: it ends without a result"),
    RULE(AT(IN_PROCESS), GRANT_WITHDRAWAL, WITHDRAWN, own_step_is_open, note_withdrawn, "IntakeBrokenOff", "an approver lets the citizen have it back while papers or a tax notice are waited for: it ends without a result"),
    RULE(AT(IN_PROCESS), GRANT_WITHDRAWAL, WITHDRAWN, NULL,           note_withdrawn, NULL,            "an approver lets the citizen have it back: it ends without a result"),
    RULE(AT(AWAITING_OBLIGATION), GRANT_WITHDRAWAL, WITHDRAWN, NULL, note_withdrawn, "IntakeBrokenOff", "an approver lets the citizen have it back: nothing is left to be paid"),
    RULE(AT(AWAITING_SUPPLEMENT), GRANT_WITHDRAWAL, WITHDRAWN, NULL,  note_withdrawn, NULL,            "an approver lets the citizen have it back: nothing is left to be brought"),
    RULE(AT(RECEIVED),   REFUSE_WITHDRAWAL, RECEIVED, NULL,           note_kept,    NULL,              "an approver does not: it still waits for an appraiser"),
    RULE(AT(IN_PROCESS), REFUSE_WITHDRAWAL, IN_PROCESS, NULL,         note_kept,    NULL,              "an approver does not: the work goes on"),
    RULE(AT(AWAITING_OBLIGATION), REFUSE_WITHDRAWAL, AWAITING_OBLIGATION, NULL, note_kept, NULL,       "an approver does not: it still waits for the obligation"),
    RULE(AT(AWAITING_SUPPLEMENT), REFUSE_WITHDRAWAL, AWAITING_SUPPLEMENT, NULL, note_kept, NULL,       "an approver does not: it still waits for the supplement"),
    RULE(AT(WITHDRAWN),  TAKE_UP,         WITHDRAWN,  NULL,           NULL,         NULL,              "an appraiser was assigned before appraisal knew of the end"),
    RULE(AT(WITHDRAWN),  CONSULT,         WITHDRAWN,  NULL,           NULL,         NULL,              "another unit was asked before appraisal knew of the end"),
    RULE(AT(WITHDRAWN),  END_CONSULT,     WITHDRAWN,  NULL,           note_late_go_on,         NULL,              "the other unit answered before appraisal knew of the end"),
    RULE(AT(WITHDRAWN), GO_ON, WITHDRAWN, NULL, note_late_go_on, NULL, "a step ended before appraisal knew of the end"),
    RULE(AT(WITHDRAWN), GO_BACK, WITHDRAWN, NULL, note_late_go_back, NULL, "a draft went back before appraisal knew of the end"),
    RULE(AT(WITHDRAWN), OPEN_PARTS, WITHDRAWN, NULL, note_late_turns, NULL, "the turn of other units came before appraisal knew of the end"),
    RULE(AT(WITHDRAWN), END_PART, WITHDRAWN, NULL, note_late_part, NULL, "another unit gave its part, or kept silent, before appraisal knew of the end"),
    RULE(AT(WITHDRAWN),  REQUEST_SUPPLEMENT, WITHDRAWN, NULL,         note_late_request,         NULL,              "a supplement was asked for before appraisal knew of the end: the citizen is not asked"),
    RULE(AT(RECEIVED), REQUEST_STOP, RECEIVED, NULL, may_request_stop, "StopRequested", "nobody has taken it up and it is not to be handled any further: the notice is to be signed"),
    RULE(AT(IN_PROCESS), REQUEST_STOP, IN_PROCESS, NULL, may_request_stop, "StopRequested", "it is not to be handled any further: the notice is to be signed, the work goes on meanwhile"),
    RULE(AT(AWAITING_OBLIGATION), REQUEST_STOP, AWAITING_OBLIGATION, NULL, may_request_stop, "StopRequested", "it is not to be handled any further though it is not paid yet: the notice is to be signed"),
    RULE(AT(AWAITING_SUPPLEMENT), REQUEST_STOP, AWAITING_SUPPLEMENT, NULL, may_request_stop, "StopRequested", "the citizen does not complete it, or it is not to be handled any further: the notice is to be signed"),
    RULE(AT(RECEIVED), STOP, CLOSING, own_step_is_open, note_stop, "IntakeBrokenOff", "the stop notice is signed while its papers wait to be handed over: it is to be issued"),
    RULE(AT(RECEIVED), STOP, CLOSING, NULL, note_stop, NULL, "the stop notice is signed before anyone took it up: it is to be issued"),
    RULE(AT(IN_PROCESS), STOP, CLOSING, own_step_is_open, note_stop, "IntakeBrokenOff", "the stop notice is signed while papers or a tax notice are waited for: it is to be issued"),
    RULE(AT(IN_PROCESS), STOP, CLOSING, NULL, note_stop, NULL, "the stop notice is signed: it is to be issued"),
    RULE(AT(AWAITING_OBLIGATION), STOP, CLOSING, NULL, note_stop, "IntakeBrokenOff", "the stop notice is signed: nothing is left to be paid"),
    RULE(AT(AWAITING_SUPPLEMENT), STOP, CLOSING, NULL, note_stop, NULL, "the stop notice is signed: nothing is left to be brought"),
    RULE(AT(RECEIVED), REFUSE_STOP, RECEIVED, NULL, note_not_stopped, NULL, "the notice is not signed: it still waits for an appraiser"),
    RULE(AT(IN_PROCESS), REFUSE_STOP, IN_PROCESS, NULL, note_not_stopped, NULL, "the notice is not signed: the work goes on"),
    RULE(AT(AWAITING_OBLIGATION), REFUSE_STOP, AWAITING_OBLIGATION, NULL, note_not_stopped, NULL, "the notice is not signed: it still waits for the obligation"),
    RULE(AT(AWAITING_SUPPLEMENT), REFUSE_STOP, AWAITING_SUPPLEMENT, NULL, note_not_stopped, NULL, "the notice is not signed: it still waits for the supplement"),
    RULE(AT(CLOSING), SEAL_NOTICE, STOPPED, NULL, note_notice, NULL, "the stop notice is signed, numbered and sealed: it is stopped"),
    RULE(AT(STOPPED), LIE_READY, STOPPED, NULL, note_ready, NULL, "the stop notice lies at the counter: the citizen can see it"),
    RULE(AT(STOPPED), GIVE_NOTICE, STOPPED, NULL, note_return, NULL, "the citizen has the stop notice"),
    RULE(AT(STOPPED), COME_BACK, STOPPED, NULL, note_came_back, NULL, "the post brings the stop notice back: it lies at the counter once more"),
    RULE(AT(CLOSING), TAKE_UP, CLOSING, is_stopping, NULL, NULL, "an appraiser was assigned before appraisal knew of the end"),
    RULE(AT(CLOSING), CONSULT, CLOSING, is_stopping, NULL, NULL, "another unit was asked before appraisal knew of the end"),
    RULE(AT(CLOSING), END_CONSULT, CLOSING, is_stopping, note_late_go_on, NULL, "the other unit answered before appraisal knew of the end"),
    RULE(AT(CLOSING), GO_ON, CLOSING, is_stopping, note_late_go_on, NULL, "a step ended before appraisal knew of the end"),
    RULE(AT(CLOSING), GO_BACK, CLOSING, is_stopping, note_late_go_back, NULL, "a draft went back before appraisal knew of the end"),
    RULE(AT(CLOSING), OPEN_PARTS, CLOSING, is_stopping, note_late_turns, NULL, "the turn of other units came before appraisal knew of the end"),
    RULE(AT(CLOSING), END_PART, CLOSING, is_stopping, note_late_part, NULL, "another unit gave its part, or kept silent, before appraisal knew of the end"),
    RULE(AT(CLOSING), REQUEST_SUPPLEMENT, CLOSING, is_stopping, note_late_request, NULL, "a supplement was asked for before appraisal knew of the end: the citizen is not asked"),
    RULE(AT(STOPPED), TAKE_UP, STOPPED, NULL, NULL, NULL, "an appraiser was assigned before appraisal knew of the end"),
    RULE(AT(STOPPED), CONSULT, STOPPED, NULL, NULL, NULL, "another unit was asked before appraisal knew of the end"),
    RULE(AT(STOPPED), END_CONSULT, STOPPED, NULL, note_late_go_on, NULL, "the other unit answered before appraisal knew of the end"),
    RULE(AT(STOPPED), GO_ON, STOPPED, NULL, note_late_go_on, NULL, "a step ended before appraisal knew of the end"),
    RULE(AT(STOPPED), GO_BACK, STOPPED, NULL, note_late_go_back, NULL, "a draft went back before appraisal knew of the end"),
    RULE(AT(STOPPED), OPEN_PARTS, STOPPED, NULL, note_late_turns, NULL, "the turn of other units came before appraisal knew of the end"),
    RULE(AT(STOPPED), END_PART, STOPPED, NULL, note_late_part, NULL, "another unit gave its part, or kept silent, before appraisal knew of the end"),
    RULE(AT(STOPPED), REQUEST_SUPPLEMENT, STOPPED, NULL, note_late_request, NULL, "a supplement was asked for before appraisal knew of the end: the citizen is not asked"),
    RULE(AT(STOPPED), REFUSE_EXTENSION, STOPPED, NULL, note_not_extended, NULL, "the approver did not sign the apology, and the dossier is stopped"),
    RULE(AT(STOPPED), EXTEND, STOPPED, NULL, note_issued, NULL, "the apology was sealed behind the end: it means nothing any more"),
    RULE(AT(STOPPED), RECOUNT, STOPPED, NULL, let_be, NULL, "it was stopped before its turn came"),
    RULE(AT(RECEIVED), REQUEST_EXTENSION, RECEIVED, NULL, may_request_extension, "ExtensionRequested", "it will be late, though nobody has taken it up: the apology is to be signed"),
    RULE(AT(IN_PROCESS), REQUEST_EXTENSION, IN_PROCESS, NULL, may_request_extension, "ExtensionRequested", "it will be late: the apology is to be signed and issued"),
    RULE(AT(CLOSING), REQUEST_EXTENSION, CLOSING, NULL, may_request_extension, "ExtensionRequested", "the result is signed and will be issued late: the apology goes ahead of it"),
    RULE(AT(RECEIVED), REFUSE_EXTENSION, RECEIVED, NULL, note_not_extended, NULL, "the approver does not sign the apology: the date stays"),
    RULE(AT(IN_PROCESS), REFUSE_EXTENSION, IN_PROCESS, NULL, note_not_extended, NULL, "the approver does not sign the apology: the date stays"),
    RULE(AT(AWAITING_OBLIGATION), REFUSE_EXTENSION, AWAITING_OBLIGATION, NULL, note_not_extended, NULL, "the approver does not sign the apology: the date stays"),
    RULE(AT(AWAITING_SUPPLEMENT), REFUSE_EXTENSION, AWAITING_SUPPLEMENT, NULL, note_not_extended, NULL, "the approver does not sign the apology: the date stays"),
    RULE(AT(CLOSING), REFUSE_EXTENSION, CLOSING, NULL, note_not_extended, NULL, "the approver does not sign the apology: the date stays"),
    RULE(AT(FINISHED), REFUSE_EXTENSION, FINISHED, NULL, note_not_extended, NULL, "the approver did not sign the apology, and the result is there"),
    RULE(AT(RETURNED), REFUSE_EXTENSION, RETURNED, NULL, note_not_extended, NULL, "the approver did not sign the apology, and the citizen has the result"),
    RULE(AT(WITHDRAWN), REFUSE_EXTENSION, WITHDRAWN, NULL, note_not_extended, NULL, "the approver did not sign the apology before he knew of the end"),
    RULE(AT(RECEIVED), EXTEND, RECEIVED, NULL, extend, "Extended", "the apology is signed, numbered and sealed: the new date is in force"),
    RULE(AT(IN_PROCESS), EXTEND, IN_PROCESS, NULL, extend, "Extended", "the apology is signed, numbered and sealed: the new date is in force"),
    RULE(AT(AWAITING_OBLIGATION), EXTEND, AWAITING_OBLIGATION, NULL, extend, "Extended", "the apology is signed, numbered and sealed: the new date is in force"),
    RULE(AT(AWAITING_SUPPLEMENT), EXTEND, AWAITING_SUPPLEMENT, NULL, extend, "Extended", "the apology is signed, numbered and sealed: the new date is in force"),
    RULE(AT(CLOSING), EXTEND, CLOSING, NULL, extend, "Extended", "the apology is signed, numbered and sealed: the new date is in force"),
    RULE(AT(FINISHED), EXTEND, FINISHED, NULL, note_issued, NULL, "the apology was sealed behind the result: it means nothing any more"),
    RULE(AT(RETURNED), EXTEND, RETURNED, NULL, note_issued, NULL, "the apology was sealed behind the result: it means nothing any more"),
    RULE(AT(WITHDRAWN), EXTEND, WITHDRAWN, NULL, note_issued, NULL, "the apology was sealed behind the end: it means nothing any more"),
    RULE(AT(RECEIVED),   PASS_STEP,       RECEIVED,   own_step_draws_near, warn_of_step, "IntakeNear",     "little of the time of intake's open step is left, and nobody has taken the dossier up"),
    RULE(AT(IN_PROCESS), PASS_STEP,       IN_PROCESS, own_step_draws_near, warn_of_step, "IntakeNear",     "little of the time of intake's open step is left while it is worked on"),
    RULE(AT(RECEIVED),   PASS_STEP,       RECEIVED,   NULL,           pass_step,    "IntakePassed",    "the time of intake's open step has passed before anyone took the dossier up"),
    RULE(AT(IN_PROCESS), PASS_STEP,       IN_PROCESS, NULL,           pass_step,    "IntakePassed",    "the time of intake's open step has passed while it was worked on"),
    ONCE_ACCEPTED(BRING_BACK,  may_bring_back,  "PapersBroughtBack", "whoever has papers gives them back to the counter, where the citizen gets them"),
    ONCE_ACCEPTED(TAKE_BACK,   may_take_back,   "PapersTakenBack",   "the counter signs for them"),
    ONCE_ACCEPTED(REFUSE_BACK, may_refuse_back, "PapersBackRefused", "the counter does not take them: they lie with the giver again"),
    RULE(AT(RECEIVED), GIVE_BACK, RECEIVED, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back before anyone took it up"),
    RULE(AT(IN_PROCESS), GIVE_BACK, IN_PROCESS, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back that are no longer needed"),
    RULE(AT(AWAITING_OBLIGATION), GIVE_BACK, AWAITING_OBLIGATION, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back while it waits for the obligation"),
    RULE(AT(AWAITING_SUPPLEMENT), GIVE_BACK, AWAITING_SUPPLEMENT, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back while he completes it"),
    RULE(AT(CLOSING), GIVE_BACK, CLOSING, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back before the result is issued"),
    RULE(AT(FINISHED), GIVE_BACK, FINISHED, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back with the result"),
    RULE(AT(RETURNED), GIVE_BACK, RETURNED, NULL, may_give_back, "PapersGivenBack", "the citizen has papers back that were still held behind the result"),
    RULE(AT(WITHDRAWN), GIVE_BACK, WITHDRAWN, NULL, may_give_back, "PapersGivenBack", "the citizen has the papers of a withdrawn dossier back"),
    RULE(AT(STOPPED), GIVE_BACK, STOPPED, NULL, may_give_back, "PapersGivenBack", "the citizen has the papers of a stopped dossier back"),
    ONCE_ACCEPTED(NOTE_LOSS, may_note_loss, "PaperLost", "papers are lost or damaged where they were kept: a case is opened, the work goes on"),
    ONCE_ACCEPTED(SETTLE_LOSS, may_settle_loss, "LossSettled", "a head has put a loss right, and says who is responsible"),
    ONCE_ACCEPTED(PAY_FEE, may_pay, "FeePaid", "the citizen pays a fee that is due: no clock and no work waits for it"),
    RULE(AT(WITHDRAWN), REFUND_FEE, WITHDRAWN, NULL, may_refund, "FeeRefunded", "a fee is given back as its rule says of what was withdrawn"),
    RULE(AT(STOPPED), REFUND_FEE, STOPPED, NULL, may_refund, "FeeRefunded", "a fee is given back as its rule says of what was stopped"),
    RULE(AT(FINISHED), REFUND_FEE, FINISHED, NULL, may_refund, "FeeRefunded", "a fee is given back as its rule says of what was refused"),
    RULE(AT(RETURNED), REFUND_FEE, RETURNED, NULL, may_refund, "FeeRefunded", "a fee is given back as its rule says of what was refused, and the citizen knows"),
    ONCE_ACCEPTED(WAIVE_FEE, may_waive, "FeeWaived", "the rule of a fee exempts the citizen: it is not to be paid"),
    RULE(AT(RETURNED), RATE, RETURNED, NULL, may_rate, "RatingGiven", "the citizen has the result, and says how it went"),
    RULE(AT(REFUSED), RATE, REFUSED, NULL, may_rate, "RatingGiven", "the citizen was told no at the counter, and says how"),
    RULE(AT(WITHDRAWN), RATE, WITHDRAWN, NULL, may_rate, "RatingGiven", "the citizen has it back, and says how it went"),
    RULE(AT(STOPPED), RATE, STOPPED, NULL, may_rate, "RatingGiven", "the citizen is told that it was stopped, and says how it went"),
    EVERYWHERE(COMPLAIN, NULL, may_complain, "ComplaintFiled", "a citizen complains of how it is dealt with: the work goes on"),
    EVERYWHERE(ANSWER_COMPLAINT, NULL, may_answer_complaint, "ComplaintAnswered", "a head has looked into the complaint: justified, or not"),
    EVERYWHERE(REFUSE_COMPLAINT, NULL, may_refuse_complaint, "ComplaintAnswered", "a head refuses the complaint: it is no matter of these units"),
    EVERYWHERE(ASK_COMPLAINANT, NULL, may_ask_complainant, "ComplaintMoreAsked", "a head asks whoever complained for more: it waits for that, and no date of it runs"),
    EVERYWHERE(SUPPLY_COMPLAINT, NULL, may_supply_complaint, "ComplaintSupplied", "whoever complained says more: the dates of the answer are given anew"),
    EVERYWHERE(PUBLISH_ANSWER, NULL, may_publish, "ComplaintPublished", "a head publishes the answer to a complaint"),
    EVERYWHERE(PASS_ANSWER, publication_is_told, pass_answer, "ComplaintPublicationPassed", "the date to publish an answer passed, and nobody did"),
    EVERYWHERE(PASS_ANSWER, NULL, pass_answer, "ComplaintDuePassed", "the date of an answer passed while its complaint was open, or waited for more"),
    RULE(AT(FINISHED), REQUEST_CORRECTION, FINISHED, NULL, may_request_correction, "CorrectionRequested", "the result is wrong before the citizen has it: the correction is to be signed"),
    RULE(AT(RETURNED), REQUEST_CORRECTION, RETURNED, NULL, may_request_correction, "CorrectionRequested", "the result is wrong, and the citizen has it: the correction is to be signed"),
    RULE(AT(FINISHED), SIGN_CORRECTION, FINISHED, NULL, note_sign_correction, NULL, "the correction is signed: it is to be issued"),
    RULE(AT(RETURNED), SIGN_CORRECTION, RETURNED, NULL, note_sign_correction, NULL, "the correction is signed: it is to be issued"),
    RULE(AT(FINISHED), REFUSE_CORRECTION, FINISHED, NULL, note_refuse_correction, NULL, "the correction is not signed: the result stays as it is"),
    RULE(AT(RETURNED), REFUSE_CORRECTION, RETURNED, NULL, note_refuse_correction, NULL, "the correction is not signed: the result stays as it is"),
    RULE(AT(FINISHED), SEAL_CORRECTION, FINISHED, NULL, note_seal_correction, NULL, "the correction is numbered and sealed"),
    RULE(AT(RETURNED), SEAL_CORRECTION, RETURNED, NULL, note_seal_correction, NULL, "the correction is numbered and sealed"),
    RULE(AT(FINISHED), GIVE_CORRECTION, FINISHED, NULL, note_give_correction, NULL, "the citizen has the correction, and not yet the result, or the post has brought that back"),
    RULE(AT(RETURNED), GIVE_CORRECTION, RETURNED, NULL, note_give_correction, NULL, "the citizen has the correction, too"),
    RULE(AT(CLOSING),    SEAL,            FINISHED,   NULL,           note_finish,  NULL,              "the result is signed, numbered and sealed"),
    RULE(AT(FINISHED),   FILE_DOCUMENT,   FINISHED,   comes_behind,   may_file,     "DocumentFiled",   "somebody comes for the result, or it is to be corrected: the paper is put into the dossier"),
    RULE(AT(RETURNED),   FILE_DOCUMENT,   RETURNED,   is_of_correction, may_file,   "DocumentFiled",   "the result is to be corrected, or somebody comes for its correction, or for papers: the paper is put into the dossier"),
    RULE(AT(STOPPED),    FILE_DOCUMENT,   STOPPED,    is_of_proxy,    may_file,     "DocumentFiled",   "somebody comes for the stop notice, or for papers: who, and his authorisation, is put into the dossier"),
    RULE(AT(WITHDRAWN),  FILE_DOCUMENT,   WITHDRAWN,  is_collector,   may_file,     "DocumentFiled",   "somebody comes for the papers of a withdrawn dossier: who, is put into it"),
    RULE(AT(FINISHED),   LIE_READY,       FINISHED,   NULL,           note_ready,   NULL,              "the result lies at the counter: the citizen can see it"),
    RULE(AT(FINISHED),   REMIND,          FINISHED,   NULL,           note_reminder, NULL,             "nobody has come for the result: the citizen can see it"),
    RULE(AT(FINISHED),   HAND_OVER,       RETURNED,   NULL,           note_return,  NULL,              "the citizen has the result"),
    RULE(AT(RETURNED),   COME_BACK,       FINISHED,   NULL,           note_came_back, NULL,            "the post brings the result back: it lies at the counter once more"),
};

/* clang-format on */

/* ---- words */

#define STATE_NAME(symbol, name, vi, national) name,
#define STATE_VI(symbol, name, vi, national)   vi,
#define NAME(symbol, name, vi)                 name,
#define VI(symbol, name, vi)                   vi,
const char *const intake_state_names[] = {INTAKE_STATE_MAP(STATE_NAME) NULL};
const char *const intake_act_names[] = {INTAKE_ACT_MAP(NAME)};
static const char *const state_vis[] = {INTAKE_STATE_MAP(STATE_VI)};
const char *const intake_act_vis[] = {INTAKE_ACT_MAP(VI)};

const struct fsm intake_fsm = {
    .name = "intake",
    .rows = rules,
    .count = COUNT_OF(rules),
    .stride = sizeof(struct rule),
    .states = intake_state_names,
    .state_count = INTAKE_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = FSM_NOWHERE,
};

int intake_state_parse(const char *name)
{
    return words_find(intake_state_names, name);
}

const char *intake_state_vi(enum intake_state s)
{
    return state_vis[s];
}

/* What was filed and answered with the request form ends there: the citizen files anew, under another reference. So it
 * is not accepted (3); "to be supplemented" (5) would have the portal wait for something that nothing here can take. */
int intake_national_status(enum intake_state s, bool filed)
{
#define NATIONAL(symbol, name, vi, national) national,
    static const int status[] = {INTAKE_STATE_MAP(NATIONAL)};
    return s == INTAKE_GUIDED && filed ? status[INTAKE_REFUSED] : status[s];
}

bool intake_is_closed(enum intake_state s)
{
    return s == INTAKE_RETURNED || s == INTAKE_REFUSED || s == INTAKE_GUIDED || s == INTAKE_WITHDRAWN ||
           s == INTAKE_STOPPED;
}

/* ---- the decision */

enum err_code intake_decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                            const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    struct intake_decision out = {INTAKE_DECISION_NONE};
    struct asked q = {.d = d, .command = command, .f = f, .out = &out};
    int from = d ? (int)d->state : FSM_NOWHERE;
    const struct fsm_edge *e = NULL;

    if (d && intake_is_of_letter(act, command)) {
        out.next = *d;
        enum err_code rc = intake_note_letter(command, act, f, &out, reterr);
        if (!rc)
            *ret = out;
        return rc;
    }
    while ((e = fsm_next(&intake_fsm, from, (int)act, e)) != NULL) {
        const struct rule *r = (const struct rule *)(const void *)e;
        if (r->when && !r->when(&q))
            continue;
        if (d)
            out.next = *d;
        if (r->must) {
            enum err_code rc = r->must(&q, reterr);
            if (rc)
                return rc;
        }
        out.next.state = (enum intake_state)e->to;
        out.event = out.stays ? NULL : r->event;
        out.why = e->why;
        *ret = out;
        return ERR_OK;
    }
    return fsm_refuse(&intake_fsm, from, (int)act, reterr);
}
