/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch changed, written: at most one statement per table, in an order in which each finds what it needs. */
#include "common/flow/remarks.h"
#include "services/intake/repo.h"

static void save_catalogue(struct batch *b)
{
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct subject *s = b->subjects[i];
        if (s->touched && s->state && intake_is_catalogue(s))
            intake_shelf_save(b, s->state);
    }
}

void intake_repo_save(struct batch *b)
{
    save_catalogue(b);
    intake_submissions_save(b);
    intake_receipts_save(b);
    intake_guidances_save(b);
    intake_documents_save(b);
    intake_steps_save(b);
    intake_findings_save(b);
    intake_supplements_save(b);
    intake_papers_save(b); /* behind them: what is scanned may have come with one */
    intake_custody_save(b);
    intake_losses_save(b);
    intake_slip_save(b);
    intake_collected_save(b);
    intake_remarks_save(b);
    intake_complaints_save(b);
    intake_corrections_save(b);
    intake_fees_save(b);
    intake_ratings_save(b);
    intake_recounts_save(b);
    intake_moves_save(b);
}

const struct db_stmt *const intake_statements[] = {
    &intake_load_submissions,
    &intake_add_submissions,
    &intake_add_submitted,
    &intake_answer_submissions,
    &intake_query_submissions,
    &intake_query_submission,
    &intake_load_dossiers,
    &intake_load_transfers,
    &intake_load_obligations,
    &intake_load_findings,
    &intake_load_exclusions,
    &intake_load_supplements,
    &intake_load_complaints,
    &intake_add_complaints,
    &intake_put_complaints,
    &intake_load_corrections,
    &intake_load_filings,
    &intake_put_corrections,
    &intake_add_ratings,
    &intake_query_complaints,
    &intake_load_fees,
    &intake_put_fees,
    &intake_load_wanted,
    &intake_add_without,
    &intake_add_document_missing,
    &intake_load_shelf,
    &intake_lock_persons,
    &intake_load_guidances,
    &intake_load_sheets,
    &intake_load_losses,
    &intake_add_losses,
    &intake_add_lost,
    &intake_settle_losses,
    &intake_query_losses,
    &intake_add_dossiers,
    &intake_add_worklist,
    &intake_add_applicants,
    &intake_add_proxies,
    &intake_add_components,
    &intake_add_refusals,
    &intake_follow_guidances,
    &intake_add_guidances,
    &intake_add_missing,
    &intake_add_holdings,
    &intake_put_turns,
    &intake_add_ways,
    &intake_note_given_back,
    &intake_note_lost,
    &intake_add_hand_overs,
    &intake_add_collected,
    &remarks_save_stmt,
    &intake_add_documents,
    &intake_note_scans,
    &intake_put_transfers,
    &intake_put_obligations,
    &intake_add_findings,
    &intake_add_exclusions,
    &intake_put_supplements,
    &intake_add_supplied,
    &intake_count_supplied,
    &intake_put_recounts,
    &intake_order_recounts,
    &intake_query_open,
    &intake_query_recount,
    &intake_load_orders,
    &intake_move_due,
    &intake_move_dossiers,
    &intake_ask_units,
    &intake_put_withdrawals,
    &intake_put_apologies,
    &intake_put_extensions,
    &intake_put_stops,
    &intake_put_collections,
    &intake_close_worklist,
    &intake_reopen_worklist,
    &intake_put_current,
    &intake_query_list,
    &intake_query_dossier,
    &intake_query_receipt,
    &intake_query_apology,
    &intake_query_request_form,
    &intake_query_refusal_form,
    &intake_query_papers,
    &intake_query_control_slip,
    &intake_query_held,
    &intake_query_document,
    &intake_query_deadline,
    &intake_query_track,
    &intake_query_release,
    &intake_query_records,
    &intake_query_record,
    &intake_query_unsigned,
    &intake_add_due_history,
    NULL,
};
