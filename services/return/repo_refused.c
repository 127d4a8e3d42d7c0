/* SPDX-License-Identifier: Apache-2.0 */
/* The refused acts that inspectors read. They are no subject's state: a refused act leaves that as it was. */
#include "services/return/repo_private.h"

const struct db_stmt return_save_refused = {
    "return_save_refused",
    "INSERT INTO refused_act (id, at, day, dossier, document, act, missing, actor, actor_unit)"
    " SELECT id, at, DATE '1970-01-01' + day, dossier, document, act, missing, actor, actor_unit"
    "   FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],"
    "               $8::text[], $9::text[])"
    "     AS n (id, at, day, dossier, document, act, missing, actor, actor_unit)"
    " ON CONFLICT (dossier, document, act, actor, day) DO NOTHING"};

const struct db_stmt return_list_refused = {
    "return_list_refused",
    "SELECT json_build_object('items', coalesce(json_agg(p.item ORDER BY p.at, p.id), '[]'), 'next',"
    "         CASE WHEN count(*) = $4::int THEN (array_agg(p.place ORDER BY p.at, p.id))[$4::int] END)::text"
    "  FROM (SELECT r.at, r.id, (extract(epoch FROM r.at) * 1000000)::bigint || '.' || r.id AS place,"
    "               json_build_object('at', civil(r.at), 'dossier', r.dossier, 'code', d.code, 'unit', d.unit,"
    "                 'receiving_unit', d.receiving_unit, 'procedure', d.procedure, 'document',"
    "                 nullif(r.document, '00000000-0000-0000-0000-000000000000'), 'act', r.act, 'missing', r.missing,"
    "                 'actor', r.actor, 'actor_unit', r.actor_unit) AS item"
    "          FROM refused_act r JOIN dossier d ON d.id = r.dossier"
    "         WHERE ($1::text = '' OR $1 IN (d.unit, d.receiving_unit, r.actor_unit))"
    "           AND (r.at, r.id) > ($2::timestamptz, $3::uuid) ORDER BY r.at, r.id LIMIT $4::int) p"};

void return_repo_note_refused(struct batch *b, struct id command, const struct return_attempt *x)
{
    struct loaded *l = return_repo_loaded(b);
    l->refused = arena_room(b->arena, l->refused, l->refused_count, &l->refused_room, sizeof *l->refused);
    l->refused[l->refused_count++] = (struct refused_row){.id = command, .attempt = *x};
    b->noted = true;
}

void return_repo_save_refused(struct batch *b)
{
    const struct loaded *l = return_repo_loaded(b);
    struct arena *a = b->arena;
    struct db_array *id = db_array_new(a, DB_UUID), *at = db_array_new(a, DB_TIME), *day = db_array_new(a, DB_INT4),
                    *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *act = db_array_new(a, DB_TEXT), *missing = db_array_new(a, DB_TEXT),
                    *actor = db_array_new(a, DB_TEXT), *unit = db_array_new(a, DB_TEXT);
    if (l->refused_count == 0)
        return;
    for (size_t i = 0; i < l->refused_count; i++) {
        const struct return_attempt *x = &l->refused[i].attempt;
        db_array_uuid(id, l->refused[i].id);
        db_array_time(at, x->at);
        db_array_int(day, instant_day(x->at));
        db_array_uuid(dossier, x->dossier);
        db_array_uuid(document, x->document);
        db_array_text(act, return_act_names[x->act]);
        db_array_text(missing, return_evidence_names[x->missing]);
        db_array_text(actor, x->actor);
        db_array_text(unit, x->unit);
    }
    db_ask(b->db, a, &return_save_refused,
           DB_ARGS(db_items(id), db_items(at), db_items(day), db_items(dossier), db_items(document), db_items(act),
                   db_items(missing), db_items(actor), db_items(unit)));
}
