/* SPDX-License-Identifier: Apache-2.0 */
/* Every SQL statement of intake's schema: batches for the executor, JSON for the reads. */
#ifndef TAICHO_INTAKE_REPO_H
#define TAICHO_INTAKE_REPO_H

#include "common/flow/batch.h"
#include "services/intake/catalogue.h"
#include "services/intake/intake.h"

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

/* What a subject of kind "dossier" carries through a batch. */
struct intake_file {
    struct intake_dossier dossier;
    bool created, changed, transfers_changed, obligations_changed;
    bool due_moved;  /* counted anew: the date, or only why */
    instant due_was; /* as it is stored */
    bool asked_changed, supplements_changed, withdrawal_changed, extension_changed;
    bool complaints_changed;
    bool closed_now;                      /* it leaves the open work lists with this batch */
    const struct intake_receive *receive; /* of a created one */
    const struct intake_refuse *refuse;
    struct intake_filed *filed;
    struct intake_supplied *supplied;
    const struct intake_rated *rated; /* NULL: not in this batch */
};

/* ask, take and save of the executor: dossiers by intake_file, the catalogue by intake_shelf. */
void intake_repo_ask(struct batch *b);
bool intake_is_catalogue(const struct subject *s);
bool intake_is_dossier(const struct subject *s);
enum err_code intake_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_repo_save(struct batch *b);

/* What was asked for a batch, until take reads it. */
struct intake_asked {
    struct db_answer *dossiers, *transfers, *obligations, *supplements, *complaints,
        *shelf; /* shelf NULL: no release in this batch */
};

struct intake_asked *intake_asked(struct batch *b);

/* repo_catalogue.c: once, beside ask and take, for a release */
extern const struct db_stmt intake_load_shelf, intake_put_current;
extern const struct db_stmt intake_load_dossiers, intake_load_transfers, intake_load_obligations;
void intake_shelf_ask(struct batch *b);
enum err_code intake_shelf_take(struct batch *b, struct err *reterr) MUST_CHECK;
void intake_shelf_save(struct batch *b, const struct intake_shelf *s);

/* repo_supplement.c: beside ask, take and save */
extern const struct db_stmt intake_load_supplements, intake_put_supplements, intake_add_supplied, intake_count_supplied;
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

/* repo_deadline.c */
extern const struct db_stmt intake_put_recounts, intake_order_recounts, intake_query_open, intake_query_deadline,
    intake_query_recount;
void intake_recounts_save(struct batch *b);

/* queries.c: each answers one JSON text; those with names in them write access_log in the same statement. */
extern const struct db_stmt intake_query_list, intake_query_dossier, intake_query_receipt, intake_query_apology,
    intake_query_document, intake_query_track, intake_query_release, intake_query_records, intake_query_record;

extern const struct db_stmt *const intake_statements[];

#endif
