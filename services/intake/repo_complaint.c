/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints in and out, and the work list of those who answer them. Seldom: without one, no statement but the load is
 * sent. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

const struct db_stmt intake_load_complaints = {"intake_load_complaints",
                                               "SELECT dossier, number, state, category, channel, about, superior, "
                                               "filed_by, filed_at, refuse_until, answer_due_at,"
                                               "       told,"
                                               "       justified, late, answered_by, answered_at"
                                               "  FROM complaint WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_add_complaints = {
    "intake_add_complaints",
    "INSERT INTO complaint (dossier, number, state, told, justified, late, answered_by, answered_at, answer,"
    "       refuse_until, answer_due_at, due_explained, category, channel, about, filed_by, filed_at, text, superior)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::text[],"
    "       $8::timestamptz[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::jsonb[], $13::text[],"
    "       $14::text[], $15::text[], $16::text[], $17::timestamptz[], $18::text[], $19::text[])"};

const struct db_stmt intake_put_complaints = {
    "intake_put_complaints",
    "UPDATE complaint c SET state = m.state, told = m.told, justified = m.justified, late = m.late,"
    "       answered_by = m.answered_by, answered_at = m.answered_at, answer = coalesce(m.answer, c.answer),"
    "       refuse_until = m.refuse_until, answer_due_at = m.due_at,"
    "       due_explained = coalesce(m.explained, c.due_explained)"
    "  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::text[],"
    "              $8::timestamptz[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::jsonb[])"
    "    AS m (dossier, number, state, told, justified, late, answered_by, answered_at, answer, refuse_until, due_at,"
    "          explained)"
    " WHERE c.dossier = m.dossier AND c.number = m.number"};

/* $1 unit (NULL: all), $2 state, $3 $4 $5 the place behind which the page begins, $6 limit */
const struct db_stmt intake_query_complaints = {
    "intake_query_complaints",
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY answer_due_at, dossier, number), '[]'), 'next',"
    "       CASE WHEN count(*) = $6::int"
    "            THEN (array_agg(place ORDER BY answer_due_at, dossier, number))[$6::int] END)::text"
    "  FROM (SELECT c.answer_due_at, c.dossier, c.number,"
    "               json_build_object('dossier', d.id, 'code', d.code, 'procedure', d.procedure, 'unit', d.unit,"
    "                 'receiving_unit', d.receiving_unit, 'number', c.number, 'state', c.state, 'category', c.category,"
    "                 'channel', c.channel, 'about', c.about, 'filed_at', civil(c.filed_at), 'refuse_until',"
    "                 civil(c.refuse_until), 'answer_due_at', civil(c.answer_due_at), 'overdue', c.told, 'justified',"
    "                 CASE WHEN c.state = 'answered' THEN c.justified END, 'late',"
    "                 CASE WHEN c.state <> 'open' THEN c.late END) AS item,"
    "               (extract(epoch FROM c.answer_due_at) * 1000000)::bigint || '.' || c.dossier || '.' || c.number"
    "                 AS place"
    "          FROM complaint c JOIN dossier d ON d.id = c.dossier"
    "         WHERE c.state = $2 AND ($1::text IS NULL OR $1 IN (d.unit, d.receiving_unit, c.superior))"
    "           AND (c.answer_due_at, c.dossier, c.number) > ($3::timestamptz, $4::uuid, $5::int)"
    "         ORDER BY c.answer_due_at, c.dossier, c.number LIMIT $6::int) page"};

void intake_complaints_ask(struct batch *b)
{
    intake_asked(b)->complaints = db_ask(b->db, b->arena, &intake_load_complaints, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take_complaint(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.complaint_count == INTAKE_COMPLAINTS_MAX ||
        column_number(c, "number") != file->dossier.complaint_count + 1)
        return err_set(c->reterr, ERR_BUG, "dossier %s has complaints that cannot be", id_text(s->id).s);
    struct intake_complaint *list =
        columns_grown(c, file->dossier.complaints, file->dossier.complaint_count, sizeof *list);
    list[file->dossier.complaint_count++] = (struct intake_complaint){
        .state = (enum intake_complaint_state)column_word(c, "state", intake_complaint_state_parse),
        .category = column_text(c, "category"),
        .about = column_text(c, "about"),
        .superior = column_text(c, "superior"),
        .channel = (enum channel)column_word(c, "channel", channel_parse),
        .filed_at = column_moment(c, "filed_at"),
        .refuse_until = column_moment(c, "refuse_until"),
        .answer_due_at = column_moment(c, "answer_due_at"),
        .answered_at = column_moment(c, "answered_at"),
        .filed_by = column_text(c, "filed_by"),
        .answered_by = column_text(c, "answered_by"),
        .justified = column_yes(c, "justified"),
        .late = column_yes(c, "late"),
        .told = column_yes(c, "told"),
    };
    file->dossier.complaints = list;
    return c->rc;
}

enum err_code intake_complaints_take(struct batch *b, struct err *reterr)
{
    return columns_each(b, intake_asked(b)->complaints, take_complaint, reterr);
}

/* ---- save */

/* The columns of both statements: the first twelve are what an answer, or the calendar behind it, changes. */
struct rows {
    struct db_array *dossier, *number, *state, *told, *justified, *late, *answered_by, *answered_at, *answer,
        *refuse_until, *due_at, *explained;
    struct db_array *category, *channel, *about, *filed_by, *filed_at, *text, *superior;
};

static struct rows rows_new(struct arena *a)
{
    return (struct rows){
        .dossier = db_array_new(a, DB_UUID),
        .number = db_array_new(a, DB_INT4),
        .state = db_array_new(a, DB_TEXT),
        .told = db_array_new(a, DB_BOOL),
        .justified = db_array_new(a, DB_BOOL),
        .late = db_array_new(a, DB_BOOL),
        .answered_by = db_array_new(a, DB_TEXT),
        .answered_at = db_array_new(a, DB_TIME),
        .answer = db_array_new(a, DB_TEXT),
        .category = db_array_new(a, DB_TEXT),
        .channel = db_array_new(a, DB_TEXT),
        .about = db_array_new(a, DB_TEXT),
        .filed_by = db_array_new(a, DB_TEXT),
        .filed_at = db_array_new(a, DB_TIME),
        .refuse_until = db_array_new(a, DB_TIME),
        .due_at = db_array_new(a, DB_TIME),
        .text = db_array_new(a, DB_TEXT),
        .explained = db_array_new(a, DB_JSON),
        .superior = db_array_new(a, DB_TEXT),
    };
}

static void put(struct rows *r, struct id dossier, int n, const struct intake_complaint *c)
{
    db_array_uuid(r->dossier, dossier);
    db_array_int(r->number, n);
    db_array_text(r->state, intake_complaint_state_names[c->state]);
    db_array_bool(r->told, c->told);
    db_array_bool(r->justified, c->justified);
    db_array_bool(r->late, c->late);
    db_array_text(r->answered_by, c->answered_by);
    db_array_time(r->answered_at, c->answered_at);
    db_array_text(r->answer, c->answer);
    db_array_text(r->category, c->category);
    db_array_text(r->channel, channel_name((int)c->channel));
    db_array_text(r->about, c->about);
    db_array_text(r->filed_by, c->filed_by);
    db_array_time(r->filed_at, c->filed_at);
    db_array_time(r->refuse_until, c->refuse_until);
    db_array_time(r->due_at, c->answer_due_at);
    db_array_text(r->text, c->text);
    db_array_text(r->explained, c->due_explained);
    db_array_text(r->superior, c->superior);
}

#define CHANGED(r)                                                                                                     \
    db_items((r).dossier), db_items((r).number), db_items((r).state), db_items((r).told), db_items((r).justified),     \
        db_items((r).late), db_items((r).answered_by), db_items((r).answered_at), db_items((r).answer),                \
        db_items((r).refuse_until), db_items((r).due_at), db_items((r).explained)

/* One with its text is new. */
void intake_complaints_save(struct batch *b)
{
    struct rows added = rows_new(b->arena), changed = rows_new(b->arena);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]) || !f->complaints_changed)
            continue;
        for (int n = 0; n < f->dossier.complaint_count; n++) {
            const struct intake_complaint *c = &f->dossier.complaints[n];
            put(c->text ? &added : &changed, b->subjects[i]->id, n + 1, c);
        }
    }
    if (db_array_count(added.dossier))
        db_ask(b->db, b->arena, &intake_add_complaints,
               DB_ARGS(CHANGED(added), db_items(added.category), db_items(added.channel), db_items(added.about),
                       db_items(added.filed_by), db_items(added.filed_at), db_items(added.text),
                       db_items(added.superior)));
    if (db_array_count(changed.dossier))
        db_ask(b->db, b->arena, &intake_put_complaints, DB_ARGS(CHANGED(changed)));
}
