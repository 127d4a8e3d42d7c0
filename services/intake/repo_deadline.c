/* SPDX-License-Identifier: Apache-2.0 */
/* Recounts: what is ordered, and the open dossiers as far as their dates are concerned. */
#include "services/intake/recount.h"
#include "services/intake/repo.h"

const struct db_stmt intake_put_recounts = {
    "intake_put_recounts",
    "INSERT INTO recount (id, batch, release, reason, asked_by, asked_at)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[])"
    " ON CONFLICT (id) DO NOTHING"};

/* A dossier that is named twice has its turn once; one that is not here has none. */
const struct db_stmt intake_order_recounts = {
    "intake_order_recounts",
    "WITH named AS (SELECT DISTINCT n.recount, d.id FROM unnest($1::uuid[], $2::uuid[]) AS n (recount, dossier)"
    "                 JOIN dossier d ON d.id = n.dossier), "
    "kept AS (INSERT INTO recount_dossier (recount, dossier) SELECT recount, id FROM named ON CONFLICT DO NOTHING) "
    "INSERT INTO timer (subject, act, due_at) SELECT DISTINCT id, '" INTAKE_RECOUNT_TIMER
    "', $3::timestamptz FROM named"
    " ORDER BY id ON CONFLICT (subject, act) DO NOTHING"};

void intake_recounts_save(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *id = db_array_new(a, DB_UUID), *batch = db_array_new(a, DB_TEXT),
                    *release = db_array_new(a, DB_INT8), *reason = db_array_new(a, DB_TEXT),
                    *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME), *of = db_array_new(a, DB_UUID),
                    *dossier = db_array_new(a, DB_UUID);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct subject *s = b->subjects[i];
        const struct intake_recount *last = s->state;
        if (!s->touched || !last || strcmp(s->kind, INTAKE_RECOUNT_SUBJECT) != 0)
            continue;
        db_array_uuid(id, s->id);
        db_array_text(batch, last->batch);
        db_array_int(release, last->release);
        db_array_text(reason, last->reason);
        db_array_text(by, last->by);
        db_array_time(at, last->at);
        for (const struct intake_recount *c = last; c; c = c->next)
            for (size_t n = 0; n < c->count; n++) {
                db_array_uuid(of, s->id);
                db_array_uuid(dossier, c->dossiers[n]);
            }
    }
    if (db_array_count(id) == 0)
        return;
    db_ask(b->db, a, &intake_put_recounts,
           DB_ARGS(db_items(id), db_items(batch), db_items(release), db_items(reason), db_items(by), db_items(at)));
    db_ask(b->db, a, &intake_order_recounts, DB_ARGS(db_items(of), db_items(dossier), db_time(b->now)));
}

/* ---- which batch brings a dossier's turn */

struct intake_orders {
    struct id *dossiers;
    struct intake_ordered *ordered; /* each one's */
    size_t count, room, ordered_room;
    struct db_answer *asked;
};

/* Two batches that name a dossier before its turn comes have one timer: it is counted by the calendar of the later one.
 */
const struct db_stmt intake_load_orders = {
    "intake_load_orders",
    "SELECT DISTINCT ON (x.dossier) x.dossier, r.id, r.asked_by FROM recount_dossier x JOIN recount r ON r.id = x.recount"
    " WHERE x.dossier = ANY ($1) ORDER BY x.dossier, r.asked_at DESC, r.id DESC"};

void intake_orders_need(struct batch *b, struct id dossier)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->orders)
        q->orders = ARENA_NEW(b->arena, struct intake_orders);
    struct intake_orders *o = q->orders;
    o->dossiers = arena_room(b->arena, o->dossiers, o->count, &o->room, sizeof *o->dossiers);
    o->ordered = arena_room(b->arena, o->ordered, o->count, &o->ordered_room, sizeof *o->ordered);
    o->ordered[o->count] = (struct intake_ordered){.batch = id_nil, .by = ""};
    o->dossiers[o->count++] = dossier;
}

void intake_orders_ask(struct batch *b)
{
    struct intake_orders *o = intake_asked(b)->orders;
    struct db_array *ids = db_array_new(b->arena, DB_UUID);

    if (!o)
        return;
    for (size_t i = 0; i < o->count; i++)
        db_array_uuid(ids, o->dossiers[i]);
    o->asked = db_ask(b->db, b->arena, &intake_load_orders, DB_ARGS(db_items(ids)));
}

void intake_orders_take(struct batch *b)
{
    struct intake_orders *o = intake_asked(b)->orders;

    for (size_t row = 0; o && row < db_count(o->asked); row++) {
        struct id dossier = db_get_uuid(o->asked, row, db_column(o->asked, "dossier"));

        for (size_t i = 0; i < o->count; i++)
            if (id_eq(o->dossiers[i], dossier))
                o->ordered[i] =
                    (struct intake_ordered){.batch = db_get_uuid(o->asked, row, db_column(o->asked, "id")),
                                            .by = db_get_text(o->asked, row, db_column(o->asked, "asked_by"))};
    }
}

struct intake_ordered intake_orders_of(const struct batch *b, struct id dossier)
{
    const struct intake_asked *q = b->service;

    for (size_t i = 0; q && q->orders && i < q->orders->count; i++)
        if (id_eq(q->orders->dossiers[i], dossier))
            return q->orders->ordered[i];
    return (struct intake_ordered){.batch = id_nil, .by = ""};
}

/* ---- the dry run */

#define MICROS(t) "(extract(epoch FROM " t ") * 1000000)::bigint"

/* Two columns of times, in pairs: when each pause began and when it ended, 0 when it has not. */
#define PAUSES(of, from, to, named_from, named_to, which, by)                                                          \
    ", (SELECT array_agg(" MICROS(from) " ORDER BY " by ") FROM " of " WHERE " which ") AS " named_from                \
                                        ", (SELECT array_agg(coalesce(" MICROS(to) ", 0) ORDER BY " by ") FROM " of    \
                                                                                   " WHERE " which ") AS " named_to

#define COLUMN_OF(table, column, named)                                                                                \
    ", (SELECT array_agg(" column " ORDER BY t.number) FROM " table " t WHERE t.dossier = d.id) AS " named

/* What gives it another time, and what is left out of it: columns of one length. */
#define TIMED                                                                                                          \
    COLUMN_OF("finding", "t.finding", "found")                                                                         \
    COLUMN_OF("finding", "t.time_unit", "found_unit")                                                                  \
    COLUMN_OF("finding", "t.basis", "found_basis")                                                                     \
    COLUMN_OF("finding", "t.replaces::int", "found_replaces")                                                          \
    COLUMN_OF("finding", "t.amount", "found_amount")                                                                   \
    COLUMN_OF("finding", MICROS("t.found_at"), "found_at")                                                             \
    COLUMN_OF("exclusion", "t.period", "left_out")                                                                     \
    COLUMN_OF("exclusion", "t.basis", "left_out_basis")                                                                \
    COLUMN_OF("exclusion", "t.reported::int", "left_out_reported")                                                     \
    COLUMN_OF("exclusion", MICROS("t.from_at"), "left_out_from")                                                       \
    COLUMN_OF("exclusion", MICROS("t.until_at"), "left_out_until")                                                     \
    COLUMN_OF("exclusion", MICROS("t.recorded_at"), "left_out_known")                                                  \
    COLUMN_OF("exclusion", "coalesce(" MICROS("t.recorded_until") ", 0)", "left_out_recorded")

/* What is open at the counter, as far as its time is concerned: one of each at the most. */
#define OPEN_OF(table, which, named)                                                                                   \
    ", (SELECT ARRAY[t.step, " MICROS("t.opened_at") ", " MICROS("t.due_at") ", coalesce(" MICROS(                     \
        "t.near_at") ", 0)]::bigint[] FROM " table                                                                     \
                     " t WHERE t.dossier = d.id AND t.opened_at IS NOT NULL AND t.due_at IS NOT NULL"                  \
                     " AND " which " LIMIT 1) AS " named
#define OPEN                                                                                                           \
    OPEN_OF("transfer", "t.state <> 'taken' AND t.supplement = 0", "open_transfer")                                    \
    OPEN_OF("transfer", "t.state <> 'taken' AND t.supplement > 0", "open_supply")                                      \
    OPEN_OF("obligation", "t.state = 'expected'", "open_obligation")                                                   \
    ", (SELECT t.answer_until FROM supplement t WHERE t.dossier = d.id AND t.received_at IS NULL LIMIT 1)"             \
    " AS answer_until"

/* The words that these statements compare with: of one that is unknown they say nothing. */
#define WORDS_OF(table, named)                                                                                         \
    ", (SELECT array_agg(DISTINCT t.state) FROM " table " t WHERE t.dossier = d.id) AS " named
#define WORDS WORDS_OF("transfer", "transfer_states") WORDS_OF("obligation", "obligation_states")

/* What the dates of a dossier d are counted from. A new date is told of only while it means something. */
#define DATED                                                                                                          \
    "d.id, d.state, d.code, d.unit, d.receiving_unit, d.procedure, d.process, d.process_version, d.counter,"           \
    " d.received_at, d.due_at,"                                                                                        \
    " d.due_at_reported,"                                                                                              \
    " d.promised_at, d.due_rule, d.extension,"                                                                         \
    " CASE WHEN d.extension = 'issued' THEN d.extension_due_at END AS extension_due_at, d.extension_reason,"           \
    " d.extension_issued_at, d.extension_sealed_at, d.extension_nearest_at, d.extension_notice" PAUSES(                \
        "obligation o", "o.notified_at", "o.met_at", "owed_at", "met_at",                                              \
        "o.dossier = d.id AND o.state <> 'expected'", "o.step, o.round")                                               \
        PAUSES("supplement s", "s.asked_at", "s.received_at", "asked_at", "supplied_at", "s.dossier = d.id",           \
               "s.number") TIMED OPEN WORDS

/* $1 behind which, $2 how many */
const struct db_stmt intake_query_open = {
    "intake_query_open",
    "WITH page AS MATERIALIZED (SELECT dossier FROM worklist WHERE own AND NOT closed AND dossier > $1"
    "                            ORDER BY dossier LIMIT $2) "
    "SELECT " DATED "  FROM page p JOIN dossier d ON d.id = p.dossier ORDER BY d.id"};

/* $1 the dossier, or $3 its code; $2 of whose: who may see the dossier sees until when it is due; $4 $5 $6 the words of
 * what moves a date: event, in Vietnamese, in English. Nothing personal: no trace is left. */
const struct db_stmt intake_query_deadline = {
    "intake_query_deadline",
    "SELECT " DATED
    ", json_build_object('code', d.code, 'received_at', civil(d.received_at), 'due_at', civil(d.due_at),"
    "           'due_at_legal', civil(d.due_at), 'due_at_reported', civil(d.due_at_reported),"
    "           'promised_at', civil(coalesce(d.promised_at, d.due_at)), 'due_rule', d.due_rule, 'release', d.release, "
    "'calendar_last_year', d.calendar_last_year,"
    "           'finished_at', civil(d.finished_at), 'explained', d.due_explained, 'findings', findings_of(d.id),"
    "           'exclusions', exclusions_of(d.id), 'history', (SELECT json_agg(json_build_object('from', civil(h.since),"
    "               'why', h.why, 'about', h.about, 'due_at_legal', civil(h.legal), 'due_at_reported', civil(h.reported),"
    "               'vi', w.vi, 'en', w.en) ORDER BY h.n) FROM due_history_of(d.id) h"
    "               LEFT JOIN unnest($4::text[], $5::text[], $6::text[]) AS w (why, vi, en)"
    "                      ON w.why = coalesce(h.why, '')))::text AS told"
    "  FROM dossier d WHERE d.id = coalesce($1, (SELECT f.id FROM dossier f WHERE f.code = $3))"
    "   AND d.due_at IS NOT NULL AND ($2::text IS NULL OR $2 = ANY (units_of(d)))"};

/* $1 the batch */
const struct db_stmt intake_query_recount = {
    "intake_query_recount",
    "SELECT json_build_object('id', r.id, 'batch', r.batch, 'release', r.release, 'reason', r.reason, 'asked_by', r.asked_by,"
    "           'asked_at', civil(r.asked_at),"
    "           'dossiers', (SELECT count(*) FROM recount_dossier x WHERE x.recount = r.id),"
    "           'waiting', (SELECT count(*) FROM timer t WHERE t.act = '" INTAKE_RECOUNT_TIMER "' AND EXISTS"
    "               (SELECT FROM recount_dossier x WHERE x.recount = r.id AND x.dossier = t.subject)))::text"
    "  FROM recount r WHERE r.batch = $1"};
