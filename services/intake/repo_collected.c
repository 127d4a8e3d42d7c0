/* SPDX-License-Identifier: Apache-2.0 */
/* Who came for what return has handed over: the document with the name, by the event that names it. */
#include "services/intake/repo.h"

struct entry {
    struct id dossier;
    int64_t version; /* of return's event */
    const struct intake_progress *said;
};

struct intake_collected {
    struct entry *entries;
    size_t count, room;
};

const struct db_stmt intake_add_collected = {"intake_add_collected",
                                             "INSERT INTO collected (dossier, version, document, collector, at)"
                                             " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[],"
                                             "                      $5::timestamptz[])"};

void intake_collected_note(const struct item *i)
{
    struct batch *b = i->batch;
    struct intake_asked *q = intake_asked(b);
    const struct intake_progress *said = i->work->command;

    if (id_is_nil(said->collector))
        return;
    if (!q->collected)
        q->collected = ARENA_NEW(b->arena, struct intake_collected);
    struct intake_collected *c = q->collected;
    c->entries = arena_room(b->arena, c->entries, c->count, &c->room, sizeof *c->entries);
    c->entries[c->count++] = (struct entry){.dossier = i->subject->id, .version = i->work->event.version, .said = said};
    b->noted = true;
}

void intake_collected_save(struct batch *b)
{
    const struct intake_collected *c = intake_asked(b)->collected;
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *version = db_array_new(a, DB_INT8),
                    *document = db_array_new(a, DB_UUID), *collector = db_array_new(a, DB_UUID),
                    *at = db_array_new(a, DB_TIME);

    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++) {
        const struct entry *e = &c->entries[i];

        db_array_uuid(dossier, e->dossier);
        db_array_int(version, e->version);
        db_array_uuid(document, e->said->document);
        db_array_uuid(collector, e->said->collector);
        db_array_time(at, e->said->at);
    }
    db_ask(b->db, a, &intake_add_collected,
           DB_ARGS(db_items(dossier), db_items(version), db_items(document), db_items(collector), db_items(at)));
}
