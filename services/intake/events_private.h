/* SPDX-License-Identifier: Apache-2.0 */
/* Every event of intake in one list, and how each is written: the encoders are in events_*.c, by what they tell of. */
#ifndef TAICHO_INTAKE_EVENTS_PRIVATE_H
#define TAICHO_INTAKE_EVENTS_PRIVATE_H

#include "common/flow/event.h"
#include "common/flow/wire.h"
#include "services/intake/intake.h"
#include "taicho/v1/lifecycle.pb-c.h"

/* clang-format off */
/* encoder, type, what happened, nobody but audit takes it up */
#define INTAKE_EVENTS(X) \
    X(submitted, "Submitted", "a citizen filed a dossier on the portal: nothing is accepted yet; until when the counter has to answer", true) \
    X(submission_passed, "SubmissionPassed", "the counter has not answered a filing of the portal within its time", true) \
    X(received, "Received", "a dossier was accepted: code, receipt, due date, process; of a same-day procedure also what the officer at the counter did at once", false) \
    X(refused, "Refused", "nothing was accepted at the counter; the reasons as codes", true) \
    X(guided, "Guided", "the citizen was told what is missing, with the request form: nothing was accepted; how often", true) \
    X(document_filed, "DocumentFiled", "a document was put into the dossier; its handle, and of a request form how many papers it lists", false) \
    X(transfer_given, "TransferGiven", "the giver's half of a transfer", true) \
    X(transfer_taken, "TransferTaken", "the receiver's half: the transfer step ended", false) \
    X(transfer_refused, "TransferRefused", "the papers went back to the giver", true) \
    X(supply_given, "SupplyGiven", "the giver's half of the transfer of what a supplement brought", true) \
    X(supply_taken, "SupplyTaken", "the receiver's half: all papers lie together again", true) \
    X(supply_refused, "SupplyRefused", "what a supplement brought went back to the counter", true) \
    X(turn_taken, "TurnTaken", "the unit that the papers came to in their turn, or back from the last one, has signed for them", true) \
    X(turn_refused, "TurnRefused", "it does not take them: they are with whom they came from", true) \
    X(due_near, "DueNear", "the nearest of both due dates draws near: an apology is prepared; one that is issued on this day is in time, if it is a day before", true) \
    X(due_passed, "DuePassed", "the nearest of both due dates passed while the dossier was open: it is late", true) \
    X(intake_near, "IntakeNear", "little of the time of a transfer, or for a tax notice, is left", true) \
    X(intake_passed, "IntakePassed", "the time of a transfer, or for a tax notice, has passed", true) \
    X(intake_broken_off, "IntakeBrokenOff", "the dossier ended without a result while a transfer or an obligation was open: how it went until then", true) \
    X(obligation_opened, "ObligationOpened", "the tax office has told what is to be paid: the clocks pause", true) \
    X(obligation_met, "ObligationMet", "it is paid, both due dates have moved by the pause: it ends the step", false) \
    X(supplement_requested, "SupplementRequested", "the counter has asked the citizen to complete the dossier: the clocks pause", true) \
    X(supplement_received, "SupplementReceived", "it is complete, the legal clock starts from zero: its appraise step opens in its next round; how much was asked for, and how much of that it is taken without", false) \
    X(finding_recorded, "FindingRecorded", "what was found gives it another time, by law: its due dates have moved", false) \
    X(period_excluded, "PeriodExcluded", "a period is left out of its time, by law: its due dates have moved", false) \
    X(period_ended, "PeriodEnded", "a period that is left out has ended earlier than was recorded: its due dates have moved", false) \
    X(extension_requested, "ExtensionRequested", "it will be late: the apology with the new date is to be signed; its handle", false) \
    X(extended, "Extended", "the apology is issued: the promised date has moved, once", false) \
    X(due_moved, "DueMoved", "the calendar has changed: its dates were counted again", false) \
    X(stop_requested, "StopRequested", "it is not to be handled any further: the stop notice is to be signed; its handle, the ground as a code", false) \
    X(correction_requested, "CorrectionRequested", "the result is wrong by an agency's fault: the correction is to be signed; its handle, the cause as a code, the unit at fault", false) \
    X(papers_brought_back, "PapersBroughtBack", "whoever had papers gives them back to the counter: which, and from which unit", true) \
    X(papers_taken_back, "PapersTakenBack", "the counter has signed for them", true) \
    X(papers_back_refused, "PapersBackRefused", "the counter does not take them: they lie with the giver again", true) \
    X(papers_given_back, "PapersGivenBack", "the citizen has papers back, and who had held them", true) \
    X(paper_lost, "PaperLost", "papers were lost or damaged: which, who had them, and the minutes' handle", true) \
    X(loss_settled, "LossSettled", "a loss was put right: how, and who was responsible", true) \
    X(withdrawal_requested, "WithdrawalRequested", "the citizen asks to withdraw the dossier; the request's handle", false) \
    X(fee_paid, "FeePaid", "a fee that was due is paid: how much, and by which means", false) \
    X(fee_refunded, "FeeRefunded", "what was paid is given back, as the rule of the fee says", true) \
    X(fee_waived, "FeeWaived", "the rule of a fee exempts the citizen: nothing is to be paid", false) \
    X(rating_given, "RatingGiven", "the citizen has rated how it was dealt with: points, never words", true) \
    X(complaint_filed, "ComplaintFiled", "a citizen complains: its category, and until when it is answered", true) \
    X(complaint_answered, "ComplaintAnswered", "a head has answered: justified or not, or no matter of these units; in time or late", true) \
    X(complaint_more_asked, "ComplaintMoreAsked", "a head has asked whoever complained for more: until when that is awaited; in time or late", true) \
    X(complaint_supplied, "ComplaintSupplied", "whoever complained has said more; until when it is answered now", true) \
    X(complaint_published, "ComplaintPublished", "a head has published the answer to a complaint; in time or late", true) \
    X(complaint_due_passed, "ComplaintDuePassed", "the date of its answer passed while a complaint was open", true) \
    X(complaint_publication_passed, "ComplaintPublicationPassed", "the date to publish an answer passed, and nobody had", true)
/* clang-format on */

/* Each writes the event of a decision; memory is the arena's. */
#define X(encoder, type, what, audit_only)                                                                             \
    void intake_encode_##encoder(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret);
INTAKE_EVENTS(X)
#undef X

/* A message of a type in the arena, set to its defaults. */
#define MESSAGE(a, Type, TYPE)                                                                                         \
    Type *m = ARENA_NEW((a), Type);                                                                                    \
    *m = (Type)TYPE##__INIT

#endif
