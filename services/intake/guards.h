/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of lifecycle.c ask before they let an act happen, and what they add to the decision. Pure, as the table
 * is; the rules of a noun of its own (a stop, a rating ...) are in its file. */
#ifndef TAICHO_INTAKE_GUARDS_H
#define TAICHO_INTAKE_GUARDS_H

#include "services/intake/intake.h"

/* One piece being decided: what is asked, and the decision as far as it is made. */
struct asked {
    const struct intake_dossier *d;
    const void *command;
    const struct intake_facts *f;
    struct intake_decision *out;
};

/* choice tells which of several rows it is. */
typedef bool choice(const struct asked *q);
choice last_signature, another_round, draws_near, is_stopping, is_of_proxy, is_collector, comes_behind,
    is_of_correction, is_of_supply, own_step_draws_near, own_step_is_open, publication_is_told;

/* guard refuses, or fills the decision. */
typedef enum err_code guard(struct asked *q, struct err *reterr);
guard may_submit, is_unanswered, may_receive, may_refuse, may_guide, may_file, may_give, may_take, may_decline,
    may_take_turn, may_refuse_turn, may_open_obligation, may_meet_obligation, may_request_supplement,
    may_receive_supplement, may_request_withdrawal, may_bring_back, may_take_back, may_refuse_back, may_give_back,
    may_find, may_exclude, may_end_period, may_note_loss, may_settle_loss, note_withdrawn, note_kept, may_request_stop,
    note_stop, note_not_stopped, note_notice, may_request_correction, note_sign_correction, note_refuse_correction,
    note_seal_correction, note_give_correction, is_due, was_due, prepare_apology, may_request_extension,
    note_not_extended, extend, note_issued, may_rate, may_pay, may_refund, may_waive, may_complain,
    may_answer_complaint, may_refuse_complaint, may_ask_complainant, may_supply_complaint, may_publish, pass_answer,
    may_recount, let_be, note_asked, note_answered, note_taken_up, note_go_on, note_go_back, note_late_go_on,
    note_late_go_back, note_turns, note_part, note_late_turns, note_late_part, note_late_request, goes_on, note_outcome,
    warn_of_step, pass_step, note_finish, note_return, note_ready, note_reminder, note_came_back;

#endif
