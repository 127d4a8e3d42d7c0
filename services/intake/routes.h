/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP edge: dossiers in routes.c, reads in routes_read.c, the catalogue in routes_catalogue.c, dates and
 * recounts in routes_deadline.c, what is to be paid in routes_fee.c, what citizens say of it in routes_rating.c and
 * routes_complaint.c, lost papers in routes_loss.c, what is filed on the portal in routes_submission.c. */
#ifndef TAICHO_INTAKE_ROUTES_H
#define TAICHO_INTAKE_ROUTES_H

#include "common/io/db.h"
#include "common/io/http.h"

#define INTAKE_ROUTES 60
extern const struct http_route intake_routes[INTAKE_ROUTES];

/* The words of the states as arrays, for a statement that tells them; `filed`: the national status of what was filed on
 * the portal. */
struct intake_state_words {
    struct db_array *names, *vi, *national, *filed;
};
struct intake_state_words intake_state_words(struct arena *a);

/* routes_read.c */
http_handler intake_get_dossiers, intake_get_dossier, intake_get_receipt, intake_get_apology, intake_get_request_form,
    intake_get_refusal_form, intake_get_papers, intake_get_control_slip, intake_get_held, intake_get_unsigned,
    intake_get_document, intake_get_track;

/* routes_deadline.c */
http_handler intake_get_deadline, intake_post_finding, intake_post_exclude, intake_post_end_period, intake_get_changes,
    intake_post_recount, intake_get_recount;

/* routes_fee.c */
http_handler intake_post_payment, intake_post_refund, intake_post_waiver;

/* routes_rating.c */
http_handler intake_post_rating;

/* routes_complaint.c */
http_handler intake_post_complaint, intake_post_answer, intake_post_refuse_complaint, intake_post_ask_complainant,
    intake_post_supply_complaint, intake_post_publish, intake_get_complaints;

/* routes_submission.c */
http_handler intake_post_submission, intake_get_submissions, intake_get_submission;

/* routes_loss.c */
http_handler intake_post_loss, intake_post_loss_settled, intake_get_losses;

/* routes_catalogue.c */
http_handler intake_post_release, intake_get_release, intake_get_records, intake_get_record;

#endif
