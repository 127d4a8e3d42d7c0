/* SPDX-License-Identifier: Apache-2.0 */
/* Every SQL statement of intake's schema: batches for the executor, JSON for the reads. */
#ifndef TAICHO_INTAKE_REPO_H
#define TAICHO_INTAKE_REPO_H

#include "common/flow/batch.h"
#include "services/intake/catalogue.h"
#include "services/intake/intake.h"
#include "services/intake/recount.h"

/* A document that waits to be saved, with who filed it. */
struct intake_filed {
    struct intake_filed *next;
    const struct intake_document *document;
    const char *by;
    instant at;
};

/* Components that came with a supplement and wait to be saved. */
struct intake_supplied {
    struct intake_supplied *next;
    const struct intake_supply *supply;
    int number, first; /* of the supplement; of its first component */
};

/* A rating that waits to be saved. */
struct intake_rated {
    const struct intake_rate *rate;
    struct intake_points points;
    const char *by;
    instant at;
};

/* Who has the papers from now on, and what the citizen has back; they wait to be saved. */
struct intake_held {
    struct intake_held *next;
    int supplement; /* whose papers; 0: the dossier's own */
    struct intake_holder holder;
    const char *refused_by, *reason; /* of papers whose turn was refused; NULL of all others */
    struct intake_work gave;         /* of whoever had them before */
};
/* A way back to the counter, as it is now; it waits to be saved. */
struct intake_gone_way {
    struct intake_gone_way *next;
    const struct intake_way *way;
};
/* Both dates, when an event has moved one; they wait to be saved. */
struct intake_due_moved {
    struct intake_due_moved *next;
    int64_t version;   /* of the event */
    const char *why;   /* its type */
    const char *about; /* its code or number; NULL: none */
    instant at, was_legal, was_reported, legal, reported;
};

struct intake_gone {
    struct intake_gone *next;
    int number; /* of the component */
    const char *by;
    const char *consignment; /* NULL: at the counter */
    enum collector who;      /* NONE: by post */
    struct id collector;     /* the record of who came; nil: none */
    instant at;
};

/* A component whose case has changed, and a case that was opened or settled; they wait to be saved. */
struct intake_moved {
    struct intake_moved *next;
    int number; /* of the component */
};
struct intake_case {
    struct intake_case *next; /* the one before */
    const struct intake_loss *loss;
    const int *components; /* of a new one */
    int count;
};

/* What a subject of kind "dossier" carries through a batch. */
struct intake_file {
    struct intake_dossier dossier;
    bool created, changed, transfers_changed, obligations_changed;
    bool due_moved;     /* counted anew: the date, or only why */
    instant due_was;    /* as it is stored */
    bool times_changed; /* findings, periods that are left out */
    bool asked_changed, supplements_changed, withdrawal_changed, extension_changed, apology_changed, stop_changed,
        collection_changed;
    bool complaints_changed, fees_changed, corrections_changed;
    bool turn_changed;
    const char *took_part;         /* units that were asked, or whose turn it came to be, in this batch; NULL: none */
    bool closed_now, reopened_now; /* with this batch it leaves the open work lists, or comes back to them */
    const struct intake_submit *submit; /* it was filed on the portal with this batch; as it is kept */
    const struct intake_submission *submitted;
    const struct intake_receive *receive; /* of a created one */
    const struct intake_visit *refuse;
    const struct intake_guide *guide;
    const struct intake_submission *answered; /* by this batch; NULL: nothing */
    struct intake_filed *filed;
    struct intake_supplied *supplied;
    struct intake_held *held;
    struct intake_due_moved *due_moves;
    struct intake_gone *gone;
    struct intake_gone_way *ways;
    struct intake_moved *lost;
    struct intake_case *cases;
    const struct intake_rated *rated; /* NULL: not in this batch */
};

/* ask, take and save of the executor: dossiers by intake_file, the catalogue by intake_shelf. */
void intake_repo_ask(struct batch *b);
bool intake_is_catalogue(const struct subject *s);
bool intake_is_dossier(const struct subject *s);
enum err_code intake_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_repo_save(struct batch *b);

struct intake_guidances; /* repo_guidance.c */
struct intake_custody;   /* repo_custody.c */
struct intake_lists;     /* repo_supplement.c */
struct intake_losses;    /* repo_loss.c */
struct intake_filings;   /* repo_filing.c */
struct intake_slip;      /* repo_slip.c */
struct intake_collected; /* repo_collected.c */
struct remarks;

/* What was asked for a batch, until take reads it. */
struct intake_asked {
    struct intake_guidances *guidances; /* NULL: no work of this batch is about one */
    struct intake_custody *custody;     /* NULL: no work of this batch needs components */
    struct intake_lists *lists;         /* NULL: no work of this batch completes a dossier */
    struct intake_losses *losses;       /* NULL: no work of this batch is about one */
    struct intake_filings *filings;     /* NULL: no work of this batch names a paper that was filed before */
    struct intake_slip *slip;           /* NULL: no event of this batch tells of a hand-over */
    struct intake_collected *collected; /* NULL: nor of who came for what */
    struct remarks *remarks;            /* NULL: nor of why something is asked for or refused */
    struct intake_orders *orders;       /* NULL: no date is counted again in this batch */
    struct db_answer *findings, *exclusions;
    struct db_answer *submissions, *dossiers, *transfers, *obligations, *supplements, *complaints, *fees, *corrections,
        *shelf; /* shelf NULL: no release in this batch */
};

struct intake_asked *intake_asked(struct batch *b);

/* What is stored of a component's form and scan. */
const char *intake_form_stored(const struct intake_component *c);
struct bytes intake_scan_of(const struct intake_component *c);

/* The reasons as one text: they are codes, so a comma can part them. */
const char *intake_joined_reasons(const struct intake_visit *v, struct arena *a);

/* repo_catalogue.c: once, beside ask and take, for a release */
extern const struct db_stmt intake_load_shelf, intake_put_current;
extern const struct db_stmt intake_load_dossiers;
void intake_shelf_ask(struct batch *b);
enum err_code intake_shelf_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_shelf_save(struct batch *b, const struct intake_shelf *s);

/*
 * repo_guidance.c: what citizens were told and have not followed yet. prepare needs a person, before anything is
 * locked; two processes never decide about one person at a time. What a batch decides is noted, found by its later
 * pieces, and saved.
 */
struct intake_person {
    const char *unit, *procedure, *identity_number;
};
extern const struct db_stmt intake_lock_persons, intake_load_guidances, intake_follow_guidances, intake_add_guidances,
    intake_add_missing;
void intake_guidances_need(struct batch *b, const struct intake_person *p);
const struct intake_told *intake_guidances_told(const struct batch *b, const struct intake_person *p);
void intake_guidances_add(struct batch *b, const struct intake_person *p, struct id id, int number,
                          const struct intake_guide *guide);
/* intake_guidances_follow: whatever he was told is followed by this dossier, at the moment that is being decided. */
void intake_guidances_follow(struct batch *b, const struct intake_person *p, struct id dossier);
void intake_guidances_ask(struct batch *b);
void intake_guidances_take(struct batch *b);
void intake_guidances_save(struct batch *b);

/* repo_submission.c: beside ask, take and save; the counters' work list, and what was filed. */
extern const struct db_stmt intake_load_submissions, intake_add_submissions, intake_add_submitted,
    intake_answer_submissions, intake_query_submissions, intake_query_submission;
void intake_submissions_ask(struct batch *b);
void intake_submissions_take(struct batch *b);
void intake_submissions_save(struct batch *b);

/* repo_papers.c: beside save: who filed for another, the components of a receipt, and scans; and every document. */
extern const struct db_stmt intake_add_proxies, intake_add_components, intake_note_scans, intake_add_documents,
    intake_add_document_missing;
void intake_papers_save(struct batch *b);
void intake_documents_save(struct batch *b);

/* repo_receipt.c: beside save */
extern const struct db_stmt intake_add_dossiers, intake_add_worklist, intake_add_applicants, intake_add_refusals;
void intake_receipts_save(struct batch *b);

/* repo_steps.c: beside ask, take and save */
extern const struct db_stmt intake_load_transfers, intake_load_obligations, intake_put_transfers,
    intake_put_obligations;
void intake_steps_ask(struct batch *b);
enum err_code intake_steps_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_steps_save(struct batch *b);

/* repo_moves.c: beside save */
extern const struct db_stmt intake_put_withdrawals, intake_put_stops, intake_put_apologies, intake_put_extensions,
    intake_move_dossiers, intake_move_due, intake_add_due_history, intake_ask_units, intake_put_collections,
    intake_close_worklist, intake_reopen_worklist;
void intake_moves_save(struct batch *b);

/* repo_custody.c: the components of dossiers that are completed, or of which papers are given back or lost, and who has
 * the others. */
extern const struct db_stmt intake_load_sheets, intake_add_holdings, intake_put_turns, intake_add_ways,
    intake_note_given_back, intake_note_lost;
void intake_custody_need(struct batch *b, struct id dossier);
const struct intake_sheet *intake_custody_sheets(const struct batch *b, struct id dossier, int *ret_count);
/* intake_custody_note notes what a decision changed of the custody, to be saved. */
void intake_custody_note(struct item *i, struct intake_file *file, const struct intake_decision *d);
void intake_custody_ask(struct batch *b);
void intake_custody_take(struct batch *b);
void intake_custody_save(struct batch *b);

/* repo_loss.c: cases of lost or damaged papers, of those dossiers that work of the batch is about; and the work list of
 * those who settle them. */
extern const struct db_stmt intake_load_losses, intake_add_losses, intake_add_lost, intake_settle_losses,
    intake_query_losses;
void intake_losses_need(struct batch *b, struct id dossier);
const struct intake_loss *intake_losses_of(const struct batch *b, struct id dossier, int *ret_count);
/* intake_losses_note notes a case that was opened or settled, found by later pieces of the batch, and to be saved. */
void intake_losses_note(struct item *i, struct intake_file *file, const struct intake_decision *d);
void intake_losses_ask(struct batch *b);
enum err_code intake_losses_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_losses_save(struct batch *b);

/* repo_slip.c: what return tells of hand-overs between office and counter, to be saved */
extern const struct db_stmt intake_add_hand_overs;
void intake_slip_note(struct batch *b, struct id dossier, int64_t version, const struct intake_hand_over *what);
void intake_slip_save(struct batch *b);

/* repo_remarks.c: why appraisal asks the citizen for something, and why an approver does not sign what was asked, noted
 * of their events and saved */
void intake_remarks_note(const struct item *i);
void intake_remarks_save(struct batch *b);
/* repo_collected.c: who came for what return handed over, noted of such an event when it names who, and saved */
extern const struct db_stmt intake_add_collected;
void intake_collected_note(const struct item *i);
void intake_collected_save(struct batch *b);

/* intake_work_add adds a row to the two columns that say how work went; NULL: nothing is to be said. */
void intake_work_add(struct db_array *due, struct db_array *result, const struct intake_work *w);
/* repo_finding.c: beside ask, take and save */
extern const struct db_stmt intake_load_findings, intake_load_exclusions, intake_add_findings, intake_add_exclusions;
void intake_findings_ask(struct batch *b);
enum err_code intake_findings_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_findings_save(struct batch *b);

/* repo_supplement.c: beside ask, take and save; and, where one is received, what its dossier's request forms list. */
extern const struct db_stmt intake_load_supplements, intake_load_wanted, intake_put_supplements, intake_add_supplied,
    intake_count_supplied, intake_add_without;
void intake_wanted_need(struct batch *b, struct id dossier);
const struct intake_wanted *intake_wanted_of(const struct batch *b, struct id dossier, int *ret_count);
void intake_wanted_ask(struct batch *b);
void intake_wanted_take(struct batch *b);
void intake_supplements_ask(struct batch *b);
enum err_code intake_supplements_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_supplements_save(struct batch *b);

/* repo_rating.c */
extern const struct db_stmt intake_add_ratings;
void intake_ratings_save(struct batch *b);

/* repo_complaint.c: beside ask, take and save; and the heads' work list, without the words of anybody */
extern const struct db_stmt intake_load_complaints, intake_add_complaints, intake_put_complaints,
    intake_query_complaints;
void intake_complaints_ask(struct batch *b);
enum err_code intake_complaints_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_complaints_save(struct batch *b);

/* repo_correction.c: beside ask, take and save */
extern const struct db_stmt intake_load_corrections, intake_put_corrections;
void intake_corrections_ask(struct batch *b);
enum err_code intake_corrections_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_corrections_save(struct batch *b);

/* repo_filing.c: of dossiers of which an act names a paper, those that were filed before, those of this batch included.
 * intake_filings_of gives those of a kind. */
extern const struct db_stmt intake_load_filings;
void intake_filings_need(struct batch *b, struct id dossier);
void intake_filings_ask(struct batch *b);
enum err_code intake_filings_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_filings_note(const struct batch *b, struct id dossier, const struct intake_document *filed);
const struct papers *intake_filings_of(const struct batch *b, struct id dossier, enum document_kind kind);

/* repo_fee.c: beside ask, take and save */
extern const struct db_stmt intake_load_fees, intake_put_fees;
void intake_fees_ask(struct batch *b);
enum err_code intake_fees_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_fees_save(struct batch *b);

/* repo_deadline.c */
extern const struct db_stmt intake_put_recounts, intake_order_recounts, intake_query_open, intake_query_deadline,
    intake_query_recount, intake_load_orders;
void intake_recounts_save(struct batch *b);
/* Where the turn of a dossier has come: the latest batch that names it. */
void intake_orders_need(struct batch *b, struct id dossier);
void intake_orders_ask(struct batch *b);
void intake_orders_take(struct batch *b);
struct intake_ordered intake_orders_of(const struct batch *b, struct id dossier);

/* queries.c: each answers one JSON text; those with names in them write access_log in the same statement. */
extern const struct db_stmt intake_query_list, intake_query_dossier, intake_query_receipt, intake_query_apology,
    intake_query_request_form, intake_query_refusal_form, intake_query_papers, intake_query_control_slip,
    intake_query_held, intake_query_unsigned, intake_query_document, intake_query_track, intake_query_release,
    intake_query_records, intake_query_record;

extern const struct db_stmt *const intake_statements[];

#endif
