/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of the schema appraisal. One statement per table and batch: arrays in, arrays out. */
#include "services/appraisal/repo.h"

#include <string.h>

#include "services/appraisal/appraisal.h"

/* ---- load */

struct loaded {
    struct db_answer *dossiers, *steps, *documents;
};

static const struct db_stmt load_dossiers = {"appraisal_load_dossiers",
                                             "SELECT id, code, unit, receiving_unit, counter, procedure, process, "
                                             "process_version, route, origin_reference, due_at"
                                             "  FROM dossier WHERE id = ANY($1)"};
static const struct db_stmt load_steps = {
    "appraisal_load_steps",
    "SELECT dossier, step, round, state, unit, officer, opened_at, assigned_at, due_at, appraised_at, opinion, draft"
    "  FROM step WHERE dossier = ANY($1) ORDER BY dossier, step, round"};
static const struct db_stmt load_documents = {
    "appraisal_load_documents",
    "SELECT id, dossier, kind, sha256, pages FROM document WHERE dossier = ANY($1) ORDER BY dossier, id"};

void appraisal_repo_ask(struct batch *b)
{
    struct loaded *l = ARENA_NEW(b->arena, struct loaded);
    l->dossiers = db_ask(b->db, b->arena, &load_dossiers, DB_ARGS(db_items(b->subject_ids)));
    l->steps = db_ask(b->db, b->arena, &load_steps, DB_ARGS(db_items(b->subject_ids)));
    l->documents = db_ask(b->db, b->arena, &load_documents, DB_ARGS(db_items(b->subject_ids)));
    b->service = l;
}

/* known_word turns a stored name into its number, "" into 0; a name that this release does not know is the table's
 * error. */
static enum err_code known_word(int number, const char *name, const char *column, int *ret, struct err *reterr)
{
    if (number < 0 && name[0])
        return err_set(reterr, ERR_BUG, "appraisal.%s holds \"%s\", which this release does not know", column, name);
    *ret = number < 0 ? 0 : number;
    return ERR_OK;
}

static enum err_code take_dossiers(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int id = db_column(q, "id"), code = db_column(q, "code"), unit = db_column(q, "unit"),
        receiving_unit = db_column(q, "receiving_unit"), counter = db_column(q, "counter"),
        procedure = db_column(q, "procedure"), process = db_column(q, "process"),
        process_version = db_column(q, "process_version"), route = db_column(q, "route"),
        origin_reference = db_column(q, "origin_reference"), due_at = db_column(q, "due_at");

    for (size_t i = 0; i < db_count(q); i++) {
        struct appraisal_dossier *d = ARENA_NEW(b->arena, struct appraisal_dossier);
        const char *route_word = db_get_text(q, i, route);
        int route_number;
        enum err_code rc = known_word(route_parse(route_word), route_word, "dossier.route", &route_number, reterr);
        if (rc)
            return rc;
        d->id = db_get_uuid(q, i, id);
        d->code = db_get_text(q, i, code);
        d->unit = db_get_text(q, i, unit);
        d->receiving_unit = db_get_text(q, i, receiving_unit);
        d->counter = db_get_text(q, i, counter);
        d->procedure = db_get_text(q, i, procedure);
        d->process = db_get_text(q, i, process);
        d->process_version = (int)db_get_int(q, i, process_version);
        d->route = (enum route)route_number;
        d->origin_reference = db_get_text(q, i, origin_reference);
        d->due_at = db_get_time(q, i, due_at);
        batch_subject(b, d->id)->state = d;
    }
    return ERR_OK;
}

static enum err_code take_steps(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int dossier = db_column(q, "dossier"), step = db_column(q, "step"), round = db_column(q, "round"),
        state = db_column(q, "state"), unit = db_column(q, "unit"), officer = db_column(q, "officer"),
        opened_at = db_column(q, "opened_at"), assigned_at = db_column(q, "assigned_at"),
        due_at = db_column(q, "due_at"), appraised_at = db_column(q, "appraised_at"), opinion = db_column(q, "opinion"),
        draft = db_column(q, "draft");

    for (size_t i = 0; i < db_count(q); i++) {
        struct appraisal_step *s = appraisal_add_step(batch_subject(b, db_get_uuid(q, i, dossier))->state, b->arena);
        const char *state_word = db_get_text(q, i, state), *opinion_word = db_get_text(q, i, opinion);
        int state_number;
        enum err_code rc =
            known_word(appraisal_state_parse(state_word), state_word, "step.state", &state_number, reterr);
        if (!rc)
            rc = known_word(opinion_parse(opinion_word), opinion_word, "step.opinion", &s->opinion, reterr);
        if (rc)
            return rc;
        s->step = (int)db_get_int(q, i, step);
        s->round = (int)db_get_int(q, i, round);
        s->state = (enum appraisal_state)state_number;
        s->unit = db_get_text(q, i, unit);
        s->officer = db_get_text(q, i, officer);
        s->opened_at = db_get_time(q, i, opened_at);
        s->assigned_at = db_get_time(q, i, assigned_at);
        s->due_at = db_get_time(q, i, due_at);
        s->appraised_at = db_get_time(q, i, appraised_at);
        s->draft = db_get_uuid(q, i, draft);
    }
    return ERR_OK;
}

static enum err_code take_documents(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int id = db_column(q, "id"), dossier = db_column(q, "dossier"), kind = db_column(q, "kind"),
        sha256 = db_column(q, "sha256"), pages = db_column(q, "pages");

    for (size_t i = 0; i < db_count(q); i++) {
        struct appraisal_document *x =
            appraisal_add_document(batch_subject(b, db_get_uuid(q, i, dossier))->state, b->arena);
        const char *word = db_get_text(q, i, kind);
        struct bytes digest = db_get_bytes(q, i, sha256);
        enum err_code rc = known_word(document_kind_parse(word), word, "document.kind", &x->kind, reterr);
        if (rc)
            return rc;
        if (digest.n != sizeof x->sha256)
            return err_set(reterr, ERR_BUG, "appraisal.document.sha256 has %zu bytes", digest.n);
        memcpy(x->sha256, digest.p, sizeof x->sha256);
        x->id = db_get_uuid(q, i, id);
        x->pages = (int)db_get_int(q, i, pages);
    }
    return ERR_OK;
}

enum err_code appraisal_repo_take(struct batch *b, struct err *reterr)
{
    const struct loaded *l = b->service;
    enum err_code rc = take_dossiers(b, l->dossiers, reterr);
    if (!rc)
        rc = take_steps(b, l->steps, reterr);
    if (!rc)
        rc = take_documents(b, l->documents, reterr);
    return rc;
}

/* ---- save */

static const struct db_stmt save_dossiers = {
    "appraisal_save_dossiers",
    "INSERT INTO dossier (id, code, unit, receiving_unit, counter, procedure, process, process_version, route,"
    "                     origin_reference, due_at)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::int[],"
    "                      $9::text[], $10::text[], $11::timestamptz[])"};

static void ask_dossiers(struct batch *b, struct appraisal_dossier *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *code = db_array_new(b->arena, DB_TEXT),
                    *unit = db_array_new(b->arena, DB_TEXT), *receiving_unit = db_array_new(b->arena, DB_TEXT),
                    *counter = db_array_new(b->arena, DB_TEXT), *procedure = db_array_new(b->arena, DB_TEXT),
                    *process = db_array_new(b->arena, DB_TEXT), *process_version = db_array_new(b->arena, DB_INT4),
                    *route = db_array_new(b->arena, DB_TEXT), *origin_reference = db_array_new(b->arena, DB_TEXT),
                    *due_at = db_array_new(b->arena, DB_TIME);
    for (size_t i = 0; i < count; i++) {
        const struct appraisal_dossier *d = dossiers[i];
        if (!d->changed)
            continue;
        db_array_uuid(id, d->id);
        db_array_text(code, d->code);
        db_array_text(unit, d->unit);
        db_array_text(receiving_unit, d->receiving_unit);
        db_array_text(counter, d->counter);
        db_array_text(procedure, d->procedure);
        db_array_text(process, d->process);
        db_array_int(process_version, d->process_version);
        db_array_text(route, route_name((int)d->route));
        db_array_text(origin_reference, d->origin_reference);
        db_array_time(due_at, d->due_at);
    }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &save_dossiers,
               DB_ARGS(db_items(id), db_items(code), db_items(unit), db_items(receiving_unit), db_items(counter),
                       db_items(procedure), db_items(process), db_items(process_version), db_items(route),
                       db_items(origin_reference), db_items(due_at)));
}

static const struct db_stmt save_steps = {
    "appraisal_save_steps",
    "INSERT INTO step (dossier, step, round, state, unit, officer, opened_at, assigned_at, due_at, appraised_at, "
    "opinion,"
    "                  draft)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "                      $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[])"
    " ON CONFLICT (dossier, step, round) DO UPDATE"
    "    SET state = excluded.state, officer = excluded.officer, assigned_at = excluded.assigned_at,"
    "        due_at = excluded.due_at, appraised_at = excluded.appraised_at, opinion = excluded.opinion,"
    "        draft = excluded.draft"};

static void ask_steps(struct batch *b, struct appraisal_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *step = db_array_new(a, DB_INT4),
                    *round = db_array_new(a, DB_INT4), *state = db_array_new(a, DB_TEXT),
                    *unit = db_array_new(a, DB_TEXT), *officer = db_array_new(a, DB_TEXT),
                    *opened_at = db_array_new(a, DB_TIME), *assigned_at = db_array_new(a, DB_TIME),
                    *due_at = db_array_new(a, DB_TIME), *appraised_at = db_array_new(a, DB_TIME),
                    *opinion = db_array_new(a, DB_TEXT), *draft = db_array_new(a, DB_UUID);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->step_count; n++) {
            const struct appraisal_step *s = &dossiers[i]->steps[n];
            if (!s->changed)
                continue;
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_int(step, s->step);
            db_array_int(round, s->round);
            db_array_text(state, appraisal_state_names[s->state]);
            db_array_text(unit, s->unit);
            db_array_text(officer, s->officer);
            db_array_time(opened_at, s->opened_at);
            db_array_time(assigned_at, s->assigned_at);
            db_array_time(due_at, s->due_at);
            db_array_time(appraised_at, s->appraised_at);
            db_array_text(opinion, opinion_name(s->opinion));
            db_array_uuid_or_null(draft, s->draft);
        }
    if (db_array_count(dossier))
        db_ask(b->db, a, &save_steps,
               DB_ARGS(db_items(dossier), db_items(step), db_items(round), db_items(state), db_items(unit),
                       db_items(officer), db_items(opened_at), db_items(assigned_at), db_items(due_at),
                       db_items(appraised_at), db_items(opinion), db_items(draft)));
}

/* The work lists go with the steps: an opened one is put on the list of each unit that may see it, an ended one leaves.
 */
static const struct db_stmt save_listed = {
    "appraisal_save_listed",
    "INSERT INTO worklist (unit, open, due_at, dossier, step, round)"
    " SELECT DISTINCT * FROM unnest($1::text[], $2::bool[], $3::timestamptz[], $4::uuid[], $5::int[], $6::int[])"};
static const struct db_stmt save_unlisted = {
    "appraisal_save_unlisted", "UPDATE worklist w SET open = false"
                               "  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS c (dossier, step, round)"
                               " WHERE w.dossier = c.dossier AND w.step = c.step AND w.round = c.round"};

static void ask_worklist(struct batch *b, struct appraisal_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *open = db_array_new(a, DB_BOOL),
                    *due_at = db_array_new(a, DB_TIME), *dossier = db_array_new(a, DB_UUID),
                    *step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4);
    struct db_array *ended = db_array_new(a, DB_UUID), *ended_step = db_array_new(a, DB_INT4),
                    *ended_round = db_array_new(a, DB_INT4);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->step_count; n++) {
            const struct appraisal_step *s = &dossiers[i]->steps[n];
            const char *units[] = {s->unit, dossiers[i]->unit, dossiers[i]->receiving_unit};
            bool is_open = s->state != APPRAISAL_APPRAISED;
            for (size_t u = 0; s->opened && u < COUNT_OF(units); u++) {
                db_array_text(unit, units[u]);
                db_array_bool(open, is_open);
                db_array_time(due_at, dossiers[i]->due_at);
                db_array_uuid(dossier, dossiers[i]->id);
                db_array_int(step, s->step);
                db_array_int(round, s->round);
            }
            if (s->changed && !s->opened && !is_open) {
                db_array_uuid(ended, dossiers[i]->id);
                db_array_int(ended_step, s->step);
                db_array_int(ended_round, s->round);
            }
        }
    if (db_array_count(unit))
        db_ask(b->db, a, &save_listed,
               DB_ARGS(db_items(unit), db_items(open), db_items(due_at), db_items(dossier), db_items(step),
                       db_items(round)));
    if (db_array_count(ended))
        db_ask(b->db, a, &save_unlisted, DB_ARGS(db_items(ended), db_items(ended_step), db_items(ended_round)));
}

static const struct db_stmt save_documents = {
    "appraisal_save_documents", "INSERT INTO document (id, dossier, kind, sha256, pages)"
                                " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::int[])"};

static void ask_documents(struct batch *b, struct appraisal_dossier *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *dossier = db_array_new(b->arena, DB_UUID),
                    *kind = db_array_new(b->arena, DB_TEXT), *sha256 = db_array_new(b->arena, DB_BYTES),
                    *pages = db_array_new(b->arena, DB_INT4);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct appraisal_document *x = &dossiers[i]->documents[n];
            if (!x->changed)
                continue;
            db_array_uuid(id, x->id);
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_text(kind, document_kind_name(x->kind));
            db_array_bytes(sha256, (struct bytes){x->sha256, sizeof x->sha256});
            db_array_int(pages, x->pages);
        }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &save_documents,
               DB_ARGS(db_items(id), db_items(dossier), db_items(kind), db_items(sha256), db_items(pages)));
}

void appraisal_repo_save(struct batch *b)
{
    struct appraisal_dossier **touched = ARENA_ARRAY(b->arena, b->subject_count + 1, struct appraisal_dossier *);
    size_t count = 0;
    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched && b->subjects[i]->state)
            touched[count++] = b->subjects[i]->state;
    ask_dossiers(b, touched, count);
    ask_steps(b, touched, count);
    ask_worklist(b, touched, count);
    ask_documents(b, touched, count);
}

/* ---- reads */

#define ITEM                                                                                                           \
    "json_build_object('id', d.id, 'code', d.code, 'state', s.state, 'step', s.step, 'round', s.round,"                \
    " 'officer', s.officer, 'opinion', nullif(s.opinion, ''), 'procedure', d.procedure, 'unit', d.unit,"               \
    " 'receiving_unit', d.receiving_unit, 'step_unit', s.unit, 'route', d.route, 'due_at', civil(d.due_at),"           \
    " 'step_due_at', civil(s.due_at), 'opened_at', civil(s.opened_at))"

/* One page of the work lists, by due date. `next` is where the page ended; io of it is routes.c's. */
#define PAGE(lists)                                                                                                    \
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY due_at, dossier, step, round), '[]'), 'next',"  \
    "       CASE WHEN count(*) = $9::int THEN (array_agg(place ORDER BY due_at, dossier, step, round))[$9::int] "      \
    "END)::text"                                                                                                       \
    "  FROM (SELECT w.due_at, w.dossier, w.step, w.round, " ITEM " AS item,"                                           \
    "               (extract(epoch FROM w.due_at) * 1000000)::bigint || '.' || w.dossier || '.' || w.step || '.' || "  \
    "w.round AS place"                                                                                                 \
    "          FROM worklist w JOIN step s USING (dossier, step, round) JOIN dossier d ON d.id = w.dossier"            \
    "         WHERE " lists " AND w.open = $2 AND ($3 = '' OR s.state = $3) AND ($4 = '' OR d.procedure = $4)"         \
    "           AND (w.due_at, w.dossier, w.step, w.round) > ($5::timestamptz, $6::uuid, $7::int, $8::int)"            \
    "         ORDER BY w.due_at, w.dossier, w.step, w.round LIMIT $9::int) page"

const struct db_stmt appraisal_list_of_unit = {"appraisal_list_of_unit", PAGE("w.unit = $1")};
const struct db_stmt appraisal_list_of_all = {"appraisal_list_of_all", PAGE("w.unit = s.unit AND $1 = ''")};

const struct db_stmt appraisal_read_one = {
    "appraisal_read_one",
    "SELECT json_build_object('id', d.id, 'code', d.code, 'procedure', d.procedure, 'process', d.process,"
    "       'process_version', d.process_version, 'route', d.route, 'unit', d.unit, 'receiving_unit', d.receiving_unit,"
    "       'counter', d.counter, 'due_at', civil(d.due_at), 'version', (SELECT version FROM subject WHERE id = d.id),"
    "       'held', (SELECT hold IS NOT NULL FROM subject WHERE id = d.id),"
    "       'steps', (SELECT coalesce(json_agg(json_build_object('step', s.step, 'round', s.round, 'state', s.state,"
    "                        'unit', s.unit, 'officer', s.officer, 'opened_at', civil(s.opened_at),"
    "                        'assigned_at', civil(s.assigned_at), 'due_at', civil(s.due_at),"
    "                        'appraised_at', civil(s.appraised_at), 'opinion', nullif(s.opinion, ''),"
    "                        'draft', s.draft) ORDER BY s.step, s.round), '[]')"
    "                   FROM step s WHERE s.dossier = d.id),"
    "       'documents', (SELECT coalesce(json_agg(json_build_object('id', x.id, 'kind', x.kind,"
    "                            'sha256', encode(x.sha256, 'hex'), 'pages', x.pages) ORDER BY x.id), '[]')"
    "                       FROM document x WHERE x.dossier = d.id))::text"
    "  FROM dossier d WHERE d.id = $1"
    "   AND ($2::text = '' OR d.unit = $2 OR d.receiving_unit = $2"
    "        OR EXISTS (SELECT FROM step s WHERE s.dossier = d.id AND s.unit = $2))"};

const struct db_stmt *const appraisal_statements[] = {
    &load_dossiers, &load_steps,     &load_documents,         &save_dossiers,         &save_steps,         &save_listed,
    &save_unlisted, &save_documents, &appraisal_list_of_unit, &appraisal_list_of_all, &appraisal_read_one, NULL};
