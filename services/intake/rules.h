/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of intake, by the file that has them: what the rows of its table ask for. Pure, as intake_decide is: they
 * look at the facts, fill the decision's `next`, a copy of the dossier, and refuse with an error that names the field.
 */
#ifndef TAICHO_INTAKE_RULES_H
#define TAICHO_INTAKE_RULES_H

#include "services/intake/intake.h"

/* Whose posts speak for the unit that handles a dossier: of its time, of its end, of what was wrong. */
#define INTAKE_HANDLERS (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD))

/*
 * reception.c: what the law and the catalogue ask before anything is accepted at a counter. They fill `next`; the codes
 * are given later, when the decision stands. Errors name the field of the request.
 */
enum err_code intake_may_receive(const struct intake_receive *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_refuse(const struct intake_visit *c, const struct intake_facts *f, struct intake_decision *ret,
                                struct err *reterr) MUST_CHECK;
/* intake_end_visit is what every visit without a dossier has in common: counter, officer, procedure, a reason. */
enum err_code intake_end_visit(const struct intake_visit *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr) MUST_CHECK;

/*
 * submission.c: what was filed on the portal, and that the counter answers it, once. intake_may_answer is for an act
 * that `ret` has decided already: it is what was filed there, at a counter of that unit; named nil: nothing was.
 */
enum err_code intake_may_submit(const struct intake_submit *c, const struct intake_facts *f,
                                struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_answer(const struct intake_dossier *d, struct id named, const char *identity_number,
                                const struct intake_facts *f, struct intake_decision *ret,
                                struct err *reterr) MUST_CHECK;
/* intake_is_unanswered refuses while there is time left to answer what was filed; else that is what is told. */
enum err_code intake_is_unanswered(const struct intake_dossier *d, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_submission_watch is the first moment behind the time to answer what was filed, by the calendar in use: a
 * holiday that came to be known since gives more of it. INSTANT_NONE: nothing was. */
instant intake_submission_watch(const struct intake_dossier *d, const struct intake_facts *f);

/* intake_submitted is the dossier of a filing that waits. */
struct intake_dossier intake_submitted(const struct intake_submission *s, const char *unit, const char *procedure);
/* intake_answerable finds the unit's counter that could receive such a dossier today, and the papers' rules. */
enum err_code intake_answerable(const struct intake_submit *c, const struct intake_facts *f, const struct counter **ret,
                                struct err *reterr) MUST_CHECK;

/* guidance.c: the citizen is told what is missing, fully and once (D61 Art. 15(3), 17(1)). */
enum err_code intake_may_guide(const struct intake_guide *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr) MUST_CHECK;
/* intake_refuses_for_want tells of a refusal for what the applicant himself can put right: he was told of it before, or
 * intake_was_told refuses it. */
bool intake_refuses_for_want(const struct intake_visit *c);
enum err_code intake_was_told(const struct intake_visit *c, const struct intake_facts *f,
                              struct err *reterr) MUST_CHECK;
/* intake_may_follow checks the guidance that a receipt names: this citizen's, about this procedure, at this unit. One
 * that names none follows the first that he was told of, if any. */
enum err_code intake_may_follow(const struct intake_receive *c, const struct intake_facts *f, struct id *ret,
                                struct err *reterr) MUST_CHECK;

/* papers.c: which papers may come by which channel, and what they are together. */
enum err_code intake_check_papers(enum channel channel, const struct intake_component *components, int count,
                                  struct arena *a, struct err *reterr) MUST_CHECK;
struct intake_papers intake_count_papers(const struct intake_component *components, int count);
enum intake_medium intake_medium_of(const struct intake_component *components, int count);
/* intake_medium_with tells what a dossier is once a supplement has come to its components. */
enum intake_medium intake_medium_with(const struct intake_supply *c, const struct intake_facts *f);

/* listed.c: the published list of a procedure's papers (D61 Art. 5, 15(3)). Where the procedure has none on the day of
 * receipt, nothing is complete or asked for too much by it; a code that is named has to be in it all the same. */
struct intake_list {
    const struct procedure *procedure; /* NULL: it is not known on that day */
    int32_t day;
};
struct intake_list intake_list_of(const struct intake_facts *f, const char *procedure, instant received_at);
/* intake_check_listed tells whether the list has each code that is named; field is the components' in the request. */
enum err_code intake_check_listed(const struct intake_list *l, const char *field,
                                  const struct intake_component *components, int count, struct arena *a,
                                  struct err *reterr) MUST_CHECK;
/* intake_check_complete does, and tells whether all is there that is always asked for. */
enum err_code intake_check_complete(const struct intake_list *l, const struct intake_component *components, int count,
                                    struct arena *a, struct err *reterr) MUST_CHECK;
/* intake_check_asked is for a request form: each paper on it is one of the list. */
enum err_code intake_check_asked(const struct intake_list *l, const struct intake_component *missing, int count,
                                 struct arena *a, struct err *reterr) MUST_CHECK;
/* intake_check_told is for one that answers a filing: whatever that lacks is on it. `filed` are the codes in it. */
enum err_code intake_check_told(const struct intake_list *l, const char *filed, const struct intake_component *missing,
                                int count, struct err *reterr) MUST_CHECK;
/* intake_listed_codes gives the codes that components name, each once, with commas between. */
const char *intake_listed_codes(const struct intake_component *components, int count, struct arena *a);

/* custody.c: who has the papers, at any hour; and that the citizen has them back. */
struct intake_holder intake_holder_of(const struct intake_dossier *d);
struct intake_holder intake_holder_by(const struct intake_transfer *t);    /* that was given, taken or refused */
struct intake_holder intake_holder_signed(const struct intake_dossier *d); /* who signed last, whoever's turn it is */
struct intake_holder intake_holder_turned(const struct intake_turn *t); /* by a turn, what ended one, or who signed */
const char *intake_turn_to(const struct intake_turn *t);                /* the unit that it has brought the papers to */
/* intake_goes_round tells of a holder whether he has them in the round of those units, which lasts. */
bool intake_goes_round(const struct intake_dossier *d, const struct intake_holder *h);
bool intake_in_turn(const struct intake_dossier *d); /* the unit whose turn it is has them, beside those units */
/* intake_apart gives the transfer that papers of a supplement still wait for, or are on; NULL: they lie with the
 * others. intake_holder_apart tells who has them. */
const struct intake_transfer *intake_apart(const struct intake_dossier *d, int supplement);
struct intake_holder intake_holder_apart(const struct intake_dossier *d, const struct intake_transfer *apart);
/* intake_sheet_of finds a component by its number; NULL when there is none. intake_named_once refuses the i-th number
 * when an earlier one is the same. */
const struct intake_sheet *intake_sheet_of(const struct intake_facts *f, int number);
enum err_code intake_named_once(const int *components, int i, struct err *reterr) MUST_CHECK;
/* intake_check_consignment: what goes back by post has a number by which the post is asked for it. */
enum err_code intake_check_consignment(bool by_post, const char *consignment, struct err *reterr) MUST_CHECK;
/* intake_frees_papers tells of a state in which nothing needs the citizen's originals: all of them go back. */
bool intake_frees_papers(enum intake_state s);
/* intake_holder_of_sheet tells who has one component, wherever the others are. intake_in_one_place is for two of it. */
struct intake_holder intake_holder_of_sheet(const struct intake_dossier *d, const struct intake_sheet *s);
bool intake_in_one_place(const struct intake_holder *a, const struct intake_holder *b);
/* intake_may_go refuses what is no paper of the dossier, what the citizen has back already, and what is lost;
 * intake_goes_back tells what is to go back to him. */
enum err_code intake_may_go(const struct intake_sheet *s, int number, struct err *reterr) MUST_CHECK;
bool intake_goes_back(const struct intake_dossier *d, const struct intake_sheet *s);
enum err_code intake_may_give_back(const struct intake_give_back *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* way.c: papers on their way back to the counter, where alone the citizen gets them (D61 Art. 20): a control slip of
 * two sides, as from there. intake_at_the_counter tells of a holder whether he is the counter that received them. */
bool intake_at_the_counter(const struct intake_dossier *d, const struct intake_holder *h, const struct intake_facts *f);
struct intake_holder intake_holder_on(const struct intake_way *w); /* who has what is on it */
enum err_code intake_may_bring_back(const struct intake_move_back *c, const struct intake_facts *f,
                                    struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_take_back(const struct intake_move_back *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_refuse_back(const struct intake_move_back *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* loss.c: papers that were lost or damaged while the administration had them (D61 Art. 21(2)). */
enum err_code intake_may_note_loss(const struct intake_note_loss *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_settle_loss(const struct intake_settle_loss *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* same_day.c: what the officer at the counter does at once, with the receipt. */
enum err_code intake_may_act_at_once(const struct intake_receive *r, const struct procedure *p,
                                     const struct intake_facts *f, struct intake_decision *ret,
                                     struct err *reterr) MUST_CHECK;

/* intake_left_out gives the periods that are left out of the dossier's steps. intake_leave_out moves the time of the
 * tax notice that is waited for when one is left out; a transfer ends at a moment that was given, and stays. */
struct left_out intake_left_out(const struct intake_dossier *d);
void intake_leave_out(struct intake_dossier *d, struct left_out_period p, const struct intake_facts *f);

/* intake_open_next adds the transfer or the obligation that follows step n, when the process has one there. */
enum err_code intake_open_next(struct intake_dossier *d, int n, const struct intake_facts *f,
                               struct err *reterr) MUST_CHECK;

/* transfer.c: the two halves of a control slip. They fill `next`, a copy of the dossier. intake_bring_together opens
 * the transfer of the papers that the last supplement brought to the counter, when the others are elsewhere. */
enum err_code intake_bring_together(struct intake_dossier *d, const struct intake_facts *f,
                                    struct err *reterr) MUST_CHECK;
enum err_code intake_may_give(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
enum err_code intake_may_take(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
enum err_code intake_may_decline(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr) MUST_CHECK;
/* intake_read_transfer tells how a transfer of the dossier went that ends at `ended`, and keeps that in it for the
 * control slip; intake_read_obligation how an obligation did. False: it has no clock. */
bool intake_read_transfer(struct intake_transfer *t, const struct intake_dossier *d, enum step_judged by, instant ended,
                          const struct intake_facts *f, struct step_clock *ret);
bool intake_read_obligation(const struct intake_obligation *o, const struct intake_dossier *d, instant ended,
                            const struct intake_facts *f, struct step_clock *ret);

/* broken_off.c: the dossier ends without a result. intake_break_off notes since when nothing of it is open, and how the
 * step of intake's went until then that was. */
void intake_break_off(instant at, const struct intake_facts *f, struct intake_decision *ret);

/* evidence.c: the paper on which a date moves. */
enum err_code intake_take_evidence(struct id document, const struct intake_facts *f, struct intake_decision *ret,
                                   struct err *reterr) MUST_CHECK;

/* obligation.c: the notice of the tax office, and that it is paid. They fill `next`, a copy of the dossier. */
enum err_code intake_may_open_obligation(const struct intake_notice *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_meet_obligation(const struct intake_notice *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/*
 * turn.c: papers that go round the units that co-operate, one after the other, or on to the unit of the next step. They
 * fill `next`, and tell whether the papers have moved. What appraisal told before it knew of the end counts there, too:
 * so whichever of both comes first, it ends the same. The last two are of who signs for them, or does not.
 */
void intake_begin_turn(const struct intake_progress *c, struct intake_decision *ret);
void intake_end_turn(const struct intake_progress *c, struct intake_decision *ret);
/* intake_end_turns brings the papers back to the lead: the parts are cancelled by this act. */
void intake_end_turns(enum intake_act by, instant at, struct intake_decision *ret);
/* intake_pass_on brings them from the unit that ends a step to the one that has the next, and what a supplement brought
 * follows them; when that unit has them, or they are to come to it. */
void intake_pass_on(enum intake_act by, const char *from, const char *to, const struct intake_progress *c,
                    struct intake_decision *ret);
enum err_code intake_may_take_turn(const struct intake_facts *f, struct intake_decision *ret,
                                   struct err *reterr) MUST_CHECK;
enum err_code intake_may_refuse_turn(const struct intake_sign_turn *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_sign_until is the last day on which a unit signs in time for papers that were passed on to it on that day, by
 * the term of then; INT32_MAX: it lies beyond the calendar. */
int32_t intake_sign_until(const struct catalogue *c, int32_t day);

/*
 * onward.c: work and papers go on when a step ends. intake_take_up notes the unit of the step that an officer has now,
 * by the process; intake_go_on that of the step which follows the one that has ended, or of the appraise step before it
 * (by GO_BACK), and the papers go there; intake_papers_go_on only the way of the papers: nobody works on it any more.
 */
void intake_take_up(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret);
void intake_go_on(enum intake_act by, const struct intake_progress *c, const struct intake_facts *f,
                  struct intake_decision *ret);
void intake_papers_go_on(enum intake_act by, const struct intake_progress *c, const struct intake_facts *f,
                         struct intake_decision *ret);

/* parts.c: the units that co-operate in an appraise step, as long as it is their turn. */
bool intake_takes_part(const struct intake_dossier *d, const char *unit);
void intake_open_parts(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret);
/* intake_note_silence keeps a unit that kept silent when it was asked, and forgets it when it has answered since. */
void intake_note_silence(const char *unit, bool silent, const struct intake_facts *f, struct intake_decision *ret);
void intake_end_part(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret);

/* supplement.c: the citizen is asked to complete the dossier, and does. They fill `next`, a copy of the dossier. */
enum err_code intake_may_request_supplement(const struct intake_supplement_asked *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_receive_supplement(const struct intake_supply *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* withdrawal.c: the citizen asks for the dossier back. Fills `next`, a copy of the dossier. */
enum err_code intake_may_request_withdrawal(const struct intake_ask_back *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_end_withdrawal notes how the request ended. */
void intake_end_withdrawal(enum withdrawal how, struct intake_decision *ret);

/* stop.c: the competent unit asks to stop it, with the notice. Fills `next`, a copy of the dossier. */
enum err_code intake_may_request_stop(const struct intake_ask_stop *c, const struct intake_facts *f,
                                      struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_end_stop notes how the request ended; intake_stop that its notice is signed: the dossier ends with it.
 * The notice may be that of a request which had lapsed here, and another one been asked for: the signature did not
 * know.
 */
void intake_end_stop(enum stop how, struct intake_decision *ret);
void intake_stop(struct id notice, struct intake_decision *ret);

/* correction.c: a wrong result is corrected. They fill `next`, a copy of the dossier; the second with what approval and
 * return say of it. */
enum err_code intake_may_request_correction(const struct intake_ask_correction *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_note_correction(const struct intake_progress *c, enum intake_act act, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* extension.c: a new date, with the apology. They fill `next`, a copy of the dossier. */
enum err_code intake_may_request_extension(const struct intake_ask_more *c, const struct intake_facts *f,
                                           struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_extend(instant sealed_at, const struct intake_facts *f, struct intake_decision *ret,
                            struct err *reterr) MUST_CHECK;

/* collection.c: what return tells of the result, or the stop notice, at the counter. Of a letter it changes nothing,
 * but that a correction lies ready. */
bool intake_is_of_letter(enum intake_act act, const void *command);
enum err_code intake_note_letter(const struct intake_progress *c, enum intake_act act, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;
void intake_note_ready(const struct intake_progress *c, struct intake_decision *ret);
void intake_note_reminder(const struct intake_progress *c, struct intake_decision *ret);
void intake_note_came_back(const struct intake_progress *c, struct intake_decision *ret);

/* rating.c: how the citizen found it. Fills `next`, a copy of the dossier. */
enum err_code intake_may_rate(const struct intake_rate *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
/* intake_points_of computes the points from what the citizen said. */
struct intake_points intake_points_of(const struct intake_rate *c);

/*
 * fee.c: what is to be paid (D61 Art. 22), by the rules of the day of receipt. They fill `next`, a copy of the dossier.
 * A fee never touches a clock, and nothing but the hand-over of a result that grants waits for it, at return.
 */
void intake_set_fees(struct intake_dossier *d, const struct procedure *p, const struct intake_facts *f);
/* intake_fall_due makes those due that fall due then (enum fee_due). */
void intake_fall_due(int when, instant at, const struct intake_facts *f, struct intake_decision *ret);
enum err_code intake_may_pay(const struct intake_pay *c, const struct intake_facts *f, struct intake_decision *ret,
                             struct err *reterr) MUST_CHECK;
/* intake_pay_with_receipt pays what the citizen pays as he files: each is told behind the receipt. A refusal names the
 * payment. */
enum err_code intake_pay_with_receipt(const struct intake_receive *c, const struct intake_facts *f,
                                      struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_refund(const struct intake_refund *c, const struct intake_facts *f,
                                struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_waive(const struct intake_waive *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr) MUST_CHECK;

/* complaint.c: complaints and their answers. They fill `next`, a copy of the dossier. */
enum err_code intake_may_complain(const struct intake_complain *c, const struct intake_facts *f,
                                  struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_reply(const struct intake_reply *c, enum intake_act act, const struct intake_facts *f,
                               struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_ask_complainant(const struct intake_reply *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_supply_complaint(const struct intake_complain_more *c, const struct intake_facts *f,
                                          struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_publish(const struct intake_reply *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_pass_answer tells of one whose answer, or its publication, is behind its date; of which of the two,
 * intake_publication_is_told says before. */
enum err_code intake_pass_answer(const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr) MUST_CHECK;
bool intake_publication_is_told(const struct intake_dossier *d, const struct intake_facts *f);
/* intake_prepare_apology gives the new date that an apology may name (form 04), when there is one to be made:
 * INSTANT_NONE: one was asked for already, or no calendar reaches that far. */
void intake_prepare_apology(struct intake_dossier *d, const struct intake_facts *f);

/* watch.c: of intake's own open step. intake_step_watch_next gives when its watch looks next, INSTANT_NONE: no more, or
 * none is open (d NULL: there is no dossier yet); intake_step_draws_near whether its time is not over then. */
instant intake_step_watch_next(const struct intake_dossier *d, instant now);
bool intake_step_draws_near(const struct intake_dossier *d, instant now);
/* intake_step_is_told tells whether there is anything to tell of it now. */
bool intake_step_is_told(const struct intake_dossier *d, instant now);
/* intake_recount_open moves what is open at the counter to where the calendar in use puts it: until when papers are to
 * be taken over, the tax notice is to be here, the citizen may complete the dossier. False: nothing has moved.
 * intake_recount_supplement is the last of these. */
bool intake_recount_open(struct intake_dossier *d, const struct intake_facts *f);
bool intake_recount_supplement(struct intake_dossier *d, const struct intake_facts *f);
/* intake_tell_step tells of it; ERR_ILLEGAL_MOVE: that was told already, or is not true now. */
enum err_code intake_tell_step(enum step_warning what, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr) MUST_CHECK;

/* intake_answer_watch is the first moment behind the date of an answer, or of its publication, that nobody was told of,
 * by the calendar in use; INSTANT_NONE: none is waited for. */
instant intake_answer_watch(const struct intake_dossier *d, const struct intake_facts *f);

/* intake_at_counter finds the open counter of the unit that received the dossier at which the officer takes what comes
 * later. */
enum err_code intake_at_counter(const struct intake_dossier *d, enum channel channel, const struct intake_facts *f,
                                const char **ret_place, struct err *reterr) MUST_CHECK;

/* intake_at_counter_as is the same for posts with one of these roles. */
enum err_code intake_at_counter_as(uint32_t roles, const struct intake_dossier *d, enum channel channel,
                                   const struct intake_facts *f, const char **ret_place, struct err *reterr) MUST_CHECK;

/* finding.c: what gives the dossier another time, or is left out of it. They fill `next`, a copy of the dossier, and
 * count its dates. */
enum err_code intake_may_find(const struct intake_find *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
enum err_code intake_may_exclude(const struct intake_exclude *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_may_end_period ends one of those earlier, once. The time becomes shorter: so it may, also of what is late. */
enum err_code intake_may_end_period(const struct intake_end_period *c, const struct intake_facts *f,
                                    struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* due.c: the due dates. They follow from the procedure's rule, and explain themselves. */
enum err_code intake_set_due(struct intake_dossier *d, const struct procedure *p, const struct intake_facts *f,
                             struct err *reterr) MUST_CHECK;
/* intake_count_due counts both dates again after what has happened so far, by the rule that the dossier was received
 * under and the calendar of today. */
enum err_code intake_count_due(struct intake_dossier *d, const struct intake_facts *f, struct err *reterr) MUST_CHECK;
/* intake_explain_pause says that a pause has begun. It moves no date, also when the calendar has changed since: what
 * begins a pause tells none, so a recount does. */
enum err_code intake_explain_pause(struct intake_dossier *d, const struct intake_facts *f,
                                   struct err *reterr) MUST_CHECK;
/* intake_would_be_due counts both dates without changing the dossier, or explaining them. */
enum err_code intake_would_be_due(const struct intake_dossier *d, const struct intake_facts *f, instant *ret_due,
                                  instant *ret_reported, struct err *reterr) MUST_CHECK;
/* intake_days_from_now counts working days from now by the hours of the dossier's counter, and explains them as a due
 * date. ret_explained may be NULL. */
enum err_code intake_days_from_now(const struct intake_dossier *d, int working_days, const struct intake_facts *f,
                                   instant *ret, const char **ret_explained, struct err *reterr) MUST_CHECK;
/*
 * intake_nearest_due is the earlier of both dates: what an apology has to precede, and what is warned of and told when
 * it passes. A dossier is late from then on (Decision 766/2022), though the citizen's date may still lie ahead, as it
 * does behind a supplement.
 */
instant intake_nearest_due(const struct intake_dossier *d);
/* intake_heard_at gives the moment from which an act of another stage counts: when it was done, for an outage of this
 * service is nobody's time; but not before what the clocks know already, nor ahead. */
instant intake_heard_at(const struct intake_dossier *d, instant at, const struct intake_facts *f);

/* intake_due_by_hours tells whether its time ends with one in hours, after what was found: then what counts is the
 * moment, otherwise the day. */
bool intake_due_by_hours(const struct intake_dossier *d);
/*
 * intake_warn_at gives when a watch that is set now warns: at the opening of the last working day on which an apology
 * is still in time (D61 Art. 19(9): a day before the nearest date, or what the law says of that date); when that has
 * passed, as it has of what is to be done within a day, with a fifth of the working time left. The due date itself when
 * there is no such moment ahead.
 * intake_judged gives by what one that was sealed at a moment is judged too late, or in time, for what is due.
 */
instant intake_warn_at(const struct catalogue *c, const struct intake_dossier *d, instant now);
struct deadline_apology intake_judged(const struct catalogue *c, instant due, instant sealed_at);
/* intake_give_more moves a date that was told to what is counted now, when that is later; false: it stays. A holiday
 * that came to be known since gives more time; what was told before is never taken back. */
bool intake_give_more(instant *told, instant counted);
/* intake_is_paused tells whether the clocks stand: an obligation, or a supplement, is waited for. */
bool intake_is_paused(const struct intake_dossier *d);

/* intake_transfer_due gives until when papers that are to be passed now have to be there (Decree 61/2018 Art. 18). */
enum err_code intake_transfer_due(const struct worktime_hours *hours, const struct intake_facts *f, instant *ret,
                                  struct err *reterr) MUST_CHECK;

/* intake_series_key names the series of dossier codes of the unit behind a counter on a day; NULL when there is none.
 */
const char *intake_series_key(const struct catalogue *c, const char *counter, int32_t day, struct arena *a);

#endif
