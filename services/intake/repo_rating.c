/* SPDX-License-Identifier: Apache-2.0 */
/* Ratings, written once. That there is one is read with the dossier (repo.c). */
#include "services/intake/repo.h"

const struct db_stmt intake_add_ratings = {
    "intake_add_ratings",
    "INSERT INTO rating (dossier, means, satisfaction, attitude, contacts, agencies, contact_points, agency_points,"
    "       remark, given_by, given_at)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[],"
    "       $9::text[], $10::text[], $11::timestamptz[])"};

void intake_ratings_save(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *means = db_array_new(a, DB_TEXT),
                    *satisfaction = db_array_new(a, DB_INT4), *attitude = db_array_new(a, DB_INT4),
                    *contacts = db_array_new(a, DB_INT4), *agencies = db_array_new(a, DB_INT4),
                    *contact_points = db_array_new(a, DB_INT4), *agency_points = db_array_new(a, DB_INT4),
                    *remark = db_array_new(a, DB_TEXT), *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]) || !f->rated)
            continue;
        const struct intake_rated *r = f->rated;
        db_array_uuid(dossier, b->subjects[i]->id);
        db_array_text(means, intake_means_names[r->rate->means]);
        db_array_int(satisfaction, r->points.satisfaction);
        db_array_int(attitude, r->points.attitude);
        db_array_int(contacts, r->rate->contacts);
        db_array_int(agencies, r->rate->agencies);
        db_array_int(contact_points, r->points.contacts);
        db_array_int(agency_points, r->points.agencies);
        db_array_text(remark, r->rate->remark);
        db_array_text(by, r->by);
        db_array_time(at, r->at);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_ratings,
               DB_ARGS(db_items(dossier), db_items(means), db_items(satisfaction), db_items(attitude),
                       db_items(contacts), db_items(agencies), db_items(contact_points), db_items(agency_points),
                       db_items(remark), db_items(by), db_items(at)));
}
