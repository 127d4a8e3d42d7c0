/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control slip (form 05): the papers' way to the desks, which is intake's own, and the way of what was signed back
 * to the counter, as return tells of it. What return tells moves nothing of the dossier: it is one row more.
 */
#include "services/intake/repo.h"

struct entry {
    struct id dossier;
    int64_t version;
    const struct intake_hand_over *what;
};

struct intake_slip {
    struct entry *entries;
    size_t count, room;
};

const struct db_stmt intake_add_hand_overs = {
    "intake_add_hand_overs",
    "INSERT INTO hand_over (dossier, version, document, step, act, from_unit, to_unit, post, at, fault, due_at, result)"
    " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[],"
    "                      $8::text[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::text[])"};

void intake_slip_note(struct batch *b, struct id dossier, int64_t version, const struct intake_hand_over *what)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->slip)
        q->slip = ARENA_NEW(b->arena, struct intake_slip);
    struct intake_slip *s = q->slip;
    s->entries = arena_room(b->arena, s->entries, s->count, &s->room, sizeof *s->entries);
    s->entries[s->count++] = (struct entry){.dossier = dossier, .version = version, .what = what};
    b->noted = true;
}

void intake_slip_save(struct batch *b)
{
    const struct intake_slip *s = intake_asked(b)->slip;
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *version = db_array_new(a, DB_INT8),
                    *document = db_array_new(a, DB_UUID), *step = db_array_new(a, DB_INT4),
                    *act = db_array_new(a, DB_TEXT), *from = db_array_new(a, DB_TEXT), *to = db_array_new(a, DB_TEXT),
                    *post = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME), *fault = db_array_new(a, DB_TEXT),
                    *due_at = db_array_new(a, DB_TIME), *result = db_array_new(a, DB_TEXT);

    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        const struct intake_hand_over *h = s->entries[i].what;

        db_array_uuid(dossier, s->entries[i].dossier);
        db_array_int(version, s->entries[i].version);
        db_array_uuid(document, h->document);
        db_array_int(step, h->step);
        db_array_text(act, h->act);
        db_array_text(from, h->from_unit);
        db_array_text(to, h->to_unit);
        db_array_text(post, h->post);
        db_array_time(at, h->at);
        db_array_text(fault, h->fault);
        intake_work_add(due_at, result, &h->went);
    }
    db_ask(b->db, a, &intake_add_hand_overs,
           DB_ARGS(db_items(dossier), db_items(version), db_items(document), db_items(step), db_items(act),
                   db_items(from), db_items(to), db_items(post), db_items(at), db_items(fault), db_items(due_at),
                   db_items(result)));
}
