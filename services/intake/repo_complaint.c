/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints in and out, and the work list of those who answer them. Seldom: without one, no statement but the load is
 * sent. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

const struct db_stmt intake_load_complaints = {
    "intake_load_complaints",
    "SELECT dossier, number, state, category, channel, about, superior, filed_by, filed_at, refuse_until, answer_due_at,"
    "       coalesce(refuse_from, filed_at) AS refuse_from, coalesce(answer_from, filed_at) AS answer_from, told, justified, late, answered_by, answered_at, asked_at, asked_by, asked_late,"
    "       wait_until, supplied_at, supplied_by, publish_until, published_at, published_by, published_late,"
    "       publication_told"
    "  FROM complaint WHERE dossier = ANY ($1) ORDER BY dossier, number"};

/* What an answer, a question, what is added, a publication, or the calendar behind it changes; $1 to $27. */
#define CHANGING                                                                                                       \
    "dossier, number, state, told, justified, late, answered_by, answered_at, answer, refuse_until, answer_due_at,"    \
    " due_explained, refuse_from, answer_from, asked_at, asked_by, asked_late, question, wait_until, supplied_at,"     \
    " supplied_by, supply, publish_until, published_at, published_by, published_late, publication_told"
#define CHANGING_ITEMS                                                                                                 \
    "$1::uuid[], $2::int[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::text[], $8::timestamptz[],"   \
    " $9::text[], $10::timestamptz[], $11::timestamptz[], $12::jsonb[], $13::timestamptz[], $14::timestamptz[],"       \
    " $15::timestamptz[], $16::text[], $17::boolean[], $18::text[], $19::timestamptz[], $20::timestamptz[],"           \
    " $21::text[], $22::text[], $23::timestamptz[], $24::timestamptz[], $25::text[], $26::boolean[], $27::boolean[]"

const struct db_stmt intake_add_complaints = {
    "intake_add_complaints",
    "INSERT INTO complaint (" CHANGING ", category, channel, about, filed_by, filed_at, text, superior)"
    " SELECT * FROM unnest(" CHANGING_ITEMS ", $28::text[], $29::text[], $30::text[], $31::text[], $32::timestamptz[],"
    "       $33::text[], $34::text[])"};

const struct db_stmt intake_put_complaints = {
    "intake_put_complaints",
    "UPDATE complaint c SET state = m.state, told = m.told, justified = m.justified, late = m.late,"
    "       answered_by = m.answered_by, answered_at = m.answered_at, answer = coalesce(m.answer, c.answer),"
    "       refuse_until = m.refuse_until, answer_due_at = m.answer_due_at,"
    "       due_explained = coalesce(m.due_explained, c.due_explained), refuse_from = m.refuse_from,"
    "       answer_from = m.answer_from, asked_at = m.asked_at, asked_by = m.asked_by, asked_late = m.asked_late,"
    "       question = coalesce(m.question, c.question), wait_until = m.wait_until, supplied_at = m.supplied_at,"
    "       supplied_by = m.supplied_by, supply = coalesce(m.supply, c.supply), publish_until = m.publish_until,"
    "       published_at = m.published_at, published_by = m.published_by, published_late = m.published_late,"
    "       publication_told = m.publication_told"
    "  FROM unnest(" CHANGING_ITEMS ") AS m (" CHANGING ")"
    " WHERE c.dossier = m.dossier AND c.number = m.number"};

/* $1 unit (NULL: all), $2 state (NULL: what a head may act on now, the open ones and those for which nothing has come
 * within their time), $3 $4 $5 the place behind which the page begins, $6 limit, $7 now */
const struct db_stmt intake_query_complaints = {
    "intake_query_complaints",
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY answer_due_at, dossier, number), '[]'), 'next',"
    "       CASE WHEN count(*) = $6::int"
    "            THEN (array_agg(place ORDER BY answer_due_at, dossier, number))[$6::int] END)::text"
    "  FROM (SELECT c.answer_due_at, c.dossier, c.number,"
    "               json_build_object('dossier', c.dossier, 'code', d.code, 'procedure',"
    "                 coalesce(d.procedure, s.procedure), 'unit', coalesce(d.unit, s.unit),"
    "                 'receiving_unit', coalesce(d.receiving_unit, s.unit), 'number', c.number, 'state', c.state, 'category', c.category,"
    "                 'channel', c.channel, 'about', c.about, 'filed_at', civil(c.filed_at), 'refuse_until',"
    "                 civil(c.refuse_until), 'answer_due_at', civil(c.answer_due_at), 'overdue', c.told, 'wait_until',"
    "                 CASE WHEN c.state = 'awaiting_more' THEN civil(c.wait_until) END, 'justified',"
    "                 CASE WHEN c.state IN ('answered', 'published') THEN c.justified END, 'late',"
    "                 CASE WHEN c.answered_at IS NOT NULL THEN c.late END, 'publish_until', civil(c.publish_until),"
    "                 'publication_overdue', c.publication_told, 'published_late',"
    "                 CASE WHEN c.state = 'published' THEN c.published_late END) AS item,"
    "               (extract(epoch FROM c.answer_due_at) * 1000000)::bigint || '.' || c.dossier || '.' || c.number"
    "                 AS place"
    "          FROM complaint c LEFT JOIN dossier d ON d.id = c.dossier"
    "          LEFT JOIN submission s ON s.dossier = c.dossier AND d.id IS NULL"
    "         WHERE (c.state = $2 OR ($2::text IS NULL AND (c.state = 'open'"
    "                OR (c.state = 'awaiting_more' AND c.wait_until < $7::timestamptz))))"
    "           AND ($1::text IS NULL OR $1 IN (d.unit, d.receiving_unit, s.unit, c.superior))"
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
        .refuse_from = column_moment(c, "refuse_from"),
        .answer_from = column_moment(c, "answer_from"),
        .asked_at = column_moment(c, "asked_at"),
        .asked_by = column_text(c, "asked_by"),
        .asked_late = column_yes(c, "asked_late"),
        .wait_until = column_moment(c, "wait_until"),
        .supplied_at = column_moment(c, "supplied_at"),
        .supplied_by = column_text(c, "supplied_by"),
        .publish_until = column_moment(c, "publish_until"),
        .published_at = column_moment(c, "published_at"),
        .published_by = column_text(c, "published_by"),
        .published_late = column_yes(c, "published_late"),
        .publication_told = column_yes(c, "publication_told"),
    };
    file->dossier.complaints = list;
    return c->rc;
}

enum err_code intake_complaints_take(struct batch *b, struct err *reterr)
{
    return columns_each(b, intake_asked(b)->complaints, take_complaint, reterr);
}

/* ---- save */

/* The columns of both statements: first those of CHANGING. */
struct rows {
    struct db_array *dossier, *number, *state, *told, *justified, *late, *answered_by, *answered_at, *answer,
        *refuse_until, *due_at, *explained, *refuse_from, *answer_from, *asked_at, *asked_by, *asked_late, *question,
        *wait_until, *supplied_at, *supplied_by, *supply, *publish_until, *published_at, *published_by, *published_late,
        *publication_told;
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
        .refuse_from = db_array_new(a, DB_TIME),
        .answer_from = db_array_new(a, DB_TIME),
        .asked_at = db_array_new(a, DB_TIME),
        .asked_by = db_array_new(a, DB_TEXT),
        .asked_late = db_array_new(a, DB_BOOL),
        .question = db_array_new(a, DB_TEXT),
        .wait_until = db_array_new(a, DB_TIME),
        .supplied_at = db_array_new(a, DB_TIME),
        .supplied_by = db_array_new(a, DB_TEXT),
        .supply = db_array_new(a, DB_TEXT),
        .publish_until = db_array_new(a, DB_TIME),
        .published_at = db_array_new(a, DB_TIME),
        .published_by = db_array_new(a, DB_TEXT),
        .published_late = db_array_new(a, DB_BOOL),
        .publication_told = db_array_new(a, DB_BOOL),
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
    db_array_time(r->refuse_from, c->refuse_from);
    db_array_time(r->answer_from, c->answer_from);
    db_array_time(r->asked_at, c->asked_at);
    db_array_text(r->asked_by, c->asked_by);
    db_array_bool(r->asked_late, c->asked_late);
    db_array_text(r->question, c->question);
    db_array_time(r->wait_until, c->wait_until);
    db_array_time(r->supplied_at, c->supplied_at);
    db_array_text(r->supplied_by, c->supplied_by);
    db_array_text(r->supply, c->supply);
    db_array_time(r->publish_until, c->publish_until);
    db_array_time(r->published_at, c->published_at);
    db_array_text(r->published_by, c->published_by);
    db_array_bool(r->published_late, c->published_late);
    db_array_bool(r->publication_told, c->publication_told);
}

#define CHANGED(r)                                                                                                     \
    db_items((r).dossier), db_items((r).number), db_items((r).state), db_items((r).told), db_items((r).justified),     \
        db_items((r).late), db_items((r).answered_by), db_items((r).answered_at), db_items((r).answer),                \
        db_items((r).refuse_until), db_items((r).due_at), db_items((r).explained), db_items((r).refuse_from),          \
        db_items((r).answer_from), db_items((r).asked_at), db_items((r).asked_by), db_items((r).asked_late),           \
        db_items((r).question), db_items((r).wait_until), db_items((r).supplied_at), db_items((r).supplied_by),        \
        db_items((r).supply), db_items((r).publish_until), db_items((r).published_at), db_items((r).published_by),     \
        db_items((r).published_late), db_items((r).publication_told)

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
