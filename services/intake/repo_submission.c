/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was filed on the portal, in and out, and the work list of the counters that answer it. It stays as it was filed;
 * what the counter accepts of it is in the dossier's own tables, under the same id.
 */
#include "services/intake/columns.h"
#include "services/intake/repo.h"
#include "services/intake/rules.h"

/* One that was answered is a dossier, or none at all: its own row says so. */
const struct db_stmt intake_load_submissions = {
    "intake_load_submissions",
    "SELECT dossier, reference, unit, procedure, identity_number, submitted_at, answer_due_at, listed"
    "  FROM submission WHERE dossier = ANY ($1) AND answered_at IS NULL"};

const struct db_stmt intake_add_submissions = {
    "intake_add_submissions",
    "INSERT INTO submission (dossier, reference, unit, procedure, name, identity_number, phone, email, address,"
    "       content, proxy_name, proxy_identity_number, proxy_authorisation, listed, submitted_at, answer_due_at)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
    "       $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],"
    "       $14::text[], $15::timestamptz[], $16::timestamptz[])"};

const struct db_stmt intake_add_submitted = {
    "intake_add_submitted",
    "INSERT INTO submission_component (dossier, number, name, originals, certified, copies, form, listed)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[])"};

const struct db_stmt intake_answer_submissions = {
    "intake_answer_submissions", "UPDATE submission s SET answered_at = a.at, answered_by = a.by, answer_due_at = a.due"
                                 "  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::timestamptz[])"
                                 "    AS a (dossier, at, by, due)"
                                 " WHERE s.dossier = a.dossier"};

/* $1 unit (NULL: all), $2 open or answered, $3 $4 $5 the place behind which the page begins, $6 limit. Without names.
 */
const struct db_stmt intake_query_submissions = {
    "intake_query_submissions",
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY answer_due_at, dossier), '[]'), 'next',"
    "       CASE WHEN count(*) = $6::int"
    "            THEN (array_agg(place ORDER BY answer_due_at, dossier))[$6::int] END)::text"
    "  FROM (SELECT s.answer_due_at, s.dossier,"
    "               json_build_object('id', s.dossier, 'reference', s.reference, 'unit', s.unit, 'procedure',"
    "                 s.procedure, 'submitted_at', civil(s.submitted_at), 'answer_due_at', civil(s.answer_due_at),"
    "                 'answered_at', civil(s.answered_at), 'late', s.answered_at > s.answer_due_at, 'state',"
    "                 coalesce(d.state, 'submitted'), 'code', d.code) AS item,"
    "               (extract(epoch FROM s.answer_due_at) * 1000000)::bigint || '.' || s.dossier || '.1' AS place"
    "          FROM submission s LEFT JOIN dossier d ON d.id = s.dossier"
    "         WHERE (s.answered_at IS NULL) = ($2 = 'open') AND ($1::text IS NULL OR $1 = s.unit)"
    "           AND (s.answer_due_at, s.dossier, 1) > ($3::timestamptz, $4::uuid, $5::int)"
    "         ORDER BY s.answer_due_at, s.dossier LIMIT $6::int) page"};

/* $1 which, $2 the unit that may see it (NULL: all), $3 $4 $5 when, who, of which unit; $6 $7 $8 the words of the
 * states; $9 whether its complaints are shown, as they are to officers. A unit above sees what it may have to answer.
 */
const struct db_stmt intake_query_submission = {
    "intake_query_submission",
    "WITH found AS (SELECT * FROM submission WHERE dossier = $1 AND ($2::text IS NULL OR unit = $2 OR EXISTS ("
    "    SELECT FROM complaint k WHERE k.dossier = $1 AND k.superior = $2))), "
    "noted AS ("
    "    INSERT INTO access_log (at, who, unit, what, dossiers)"
    "    SELECT $3, $4, $5, 'submission', ARRAY[dossier] FROM found) "
    "SELECT json_build_object('id', s.dossier, 'reference', s.reference, 'unit', s.unit, 'unit_name',"
    "           name_at('unit', s.unit, s.submitted_at), 'procedure', s.procedure, 'procedure_name',"
    "           name_at('procedure', s.procedure, s.submitted_at), 'state', w.state, 'state_vi', w.vi,"
    "           'national_status', nullif(w.national, 0), 'code', d.code,"
    "           'reasons', coalesce(r.reasons, g.reasons), 'explanation', coalesce(r.explanation, g.explanation),"
    "           'missing', (SELECT json_agg(json_build_object('number', m.number, 'name', m.name, 'originals',"
    "             m.originals, 'certified', m.certified, 'copies', m.copies, 'listed', m.listed) ORDER BY m.number)"
    "             FROM guidance_missing m WHERE m.dossier = s.dossier),"
    "           'supplement', (SELECT json_build_object('asked_at', civil(u.asked_at), 'answer_until',"
    "             civil(u.answer_until), 'basis', CASE WHEN u.answer_until IS NOT NULL"
    "             THEN supplement_basis_of(d.procedure, d.received_at) END, 'missing', (SELECT coalesce(json_agg(json_build_object('number', m.number,"
    "               'name', m.name, 'originals', m.originals, 'certified', m.certified, 'copies', m.copies, 'listed', m.listed)"
    "               ORDER BY m.number), '[]')"
    "               FROM document_missing m WHERE m.dossier = u.dossier AND m.document = u.request))"
    "             FROM supplement u WHERE d.state = 'awaiting_supplement' AND u.dossier = d.id"
    "               AND u.received_at IS NULL),"
    "           'links', json_build_object("
    "             'receipt', '/v1/dossiers/' || CASE WHEN d.code IS NOT NULL THEN s.dossier END || '/receipt',"
    "             'track', '/v1/track/' || d.code, 'request_form', '/v1/guidances/' || g.dossier || '/form',"
    "             'refusal_form', '/v1/refusals/' || r.dossier || '/form'),"
    "           'documents', (SELECT coalesce(json_agg(json_build_object('what', t.what, 'id', o.id, 'media_type',"
    "             o.media_type, 'pages', o.pages, 'sha256', encode(o.sha256, 'hex'), 'at', civil(t.at), 'link',"
    "             '/v1/dossiers/' || s.dossier || '/documents/' || o.id) ORDER BY t.at, o.id), '[]')"
    "             FROM read_online(s.dossier) t JOIN document o ON o.id = t.document),"
    "           'questions', questions_of(s.dossier), 'complaints', CASE WHEN $9 THEN complaints_of(s.dossier) END,"
    "           'content', s.content,"
    "           'applicant', json_build_object('name', s.name, 'identity_number', s.identity_number, 'phone',"
    "             s.phone, 'email', s.email, 'address', s.address),"
    "           'proxy', CASE WHEN s.proxy_name IS NOT NULL THEN json_build_object('name', s.proxy_name,"
    "             'identity_number', s.proxy_identity_number, 'authorisation', s.proxy_authorisation) END,"
    "           'components', (SELECT coalesce(json_agg(json_build_object('number', c.number, 'name', c.name, 'form',"
    "             c.form, 'originals', c.originals, 'certified', c.certified, 'copies', c.copies, 'listed', c.listed) ORDER BY c.number),"
    "             '[]') FROM submission_component c WHERE c.dossier = s.dossier),"
    "           'submitted_at', civil(s.submitted_at), 'answer_due_at', civil(s.answer_due_at), 'answered_at',"
    "           civil(s.answered_at), 'answered_by', s.answered_by, 'late', s.answered_at > s.answer_due_at)::text"
    "  FROM found s LEFT JOIN dossier d ON d.id = s.dossier LEFT JOIN refusal r ON r.dossier = s.dossier"
    "  LEFT JOIN guidance g ON g.dossier = s.dossier"
    "  JOIN unnest($6::text[], $7::text[], $8::int[]) AS w (state, vi, national) ON w.state = coalesce(d.state,"
    "       'submitted')"};

void intake_submissions_ask(struct batch *b)
{
    intake_asked(b)->submissions = db_ask(b->db, b->arena, &intake_load_submissions, DB_ARGS(db_items(b->subject_ids)));
}

void intake_submissions_take(struct batch *b)
{
    const struct db_answer *q = intake_asked(b)->submissions;

    for (size_t row = 0; row < db_count(q); row++) {
        struct columns c = {.arena = b->arena, .q = q, .row = row};
        struct subject *s = batch_loaded(b, column_id(&c, "dossier"));
        struct intake_submission *filed = ARENA_NEW(b->arena, struct intake_submission);
        struct intake_file *file = ARENA_NEW(b->arena, struct intake_file);

        if (!s)
            continue;
        *filed = (struct intake_submission){.reference = column_text(&c, "reference"),
                                            .identity_number = column_text(&c, "identity_number"),
                                            .at = column_moment(&c, "submitted_at"),
                                            .answer_due_at = column_moment(&c, "answer_due_at"),
                                            .listed = column_text(&c, "listed")};
        file->dossier = intake_submitted(filed, column_text(&c, "unit"), column_text(&c, "procedure"));
        s->state = file;
    }
}

/* ---- save */

static const struct intake_file *file_of(const struct subject *s)
{
    return s->touched && intake_is_dossier(s) ? s->state : NULL;
}

static void save_filed(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *at = db_array_new(a, DB_TIME),
                    *due = db_array_new(a, DB_TIME), *texts[13];

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        texts[i] = db_array_new(a, DB_TEXT);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = file_of(b->subjects[i]);
        const struct intake_submit *c = f ? f->submit : NULL;
        const struct intake_submission *s = c ? f->submitted : NULL;
        if (!c)
            continue;
        const char *const said[COUNT_OF(texts)] = {
            c->reference,
            c->unit,
            c->procedure,
            c->applicant.name,
            c->applicant.identity_number,
            c->applicant.phone,
            c->applicant.email,
            c->applicant.address,
            c->content,
            c->proxy.name,
            c->proxy.identity_number,
            c->proxy.authorisation,
            s->listed,
        };
        db_array_uuid(dossier, b->subjects[i]->id);
        for (size_t n = 0; n < COUNT_OF(texts); n++)
            db_array_text(texts[n], said[n]);
        db_array_time(at, s->at);
        db_array_time(due, s->answer_due_at);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_submissions,
               DB_ARGS(db_items(dossier), db_items(texts[0]), db_items(texts[1]), db_items(texts[2]),
                       db_items(texts[3]), db_items(texts[4]), db_items(texts[5]), db_items(texts[6]),
                       db_items(texts[7]), db_items(texts[8]), db_items(texts[9]), db_items(texts[10]),
                       db_items(texts[11]), db_items(texts[12]), db_items(at), db_items(due)));
}

static void save_components(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *name = db_array_new(a, DB_TEXT), *originals = db_array_new(a, DB_INT4),
                    *certified = db_array_new(a, DB_INT4), *copies = db_array_new(a, DB_INT4),
                    *form = db_array_new(a, DB_TEXT), *listed = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = file_of(b->subjects[i]);
        for (int n = 0; f && f->submit && n < f->submit->component_count; n++) {
            const struct intake_component *c = &f->submit->components[n];
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, n + 1);
            db_array_text(name, c->name);
            db_array_int(originals, c->originals);
            db_array_int(certified, c->certified);
            db_array_int(copies, c->copies);
            db_array_text(form, intake_form_stored(c));
            db_array_text(listed, c->listed);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_submitted,
               DB_ARGS(db_items(dossier), db_items(number), db_items(name), db_items(originals), db_items(certified),
                       db_items(copies), db_items(form), db_items(listed)));
}

static void save_answered(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *at = db_array_new(a, DB_TIME), *by = db_array_new(a, DB_TEXT),
                    *due = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = file_of(b->subjects[i]);
        if (!f || !f->answered)
            continue;
        db_array_uuid(dossier, b->subjects[i]->id);
        db_array_time(at, f->dossier.received_at);
        db_array_text(by, f->dossier.received_by);
        db_array_time(due, f->answered->answer_due_at);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_answer_submissions,
               DB_ARGS(db_items(dossier), db_items(at), db_items(by), db_items(due)));
}

void intake_submissions_save(struct batch *b)
{
    save_filed(b);
    save_components(b);
    save_answered(b);
}
