/* SPDX-License-Identifier: Apache-2.0 */
/* Who came for what return has handed over: the document with the name, by the event that names it. */
#include "services/intake/rows.h"

const struct db_stmt intake_add_collected = {"intake_add_collected",
                                             "INSERT INTO collected (dossier, version, document, collector, at)"
                                             " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[],"
                                             "                      $5::timestamptz[])"};

void intake_collected_note(struct item *i, struct intake_file *file)
{
    const struct work *w = i->work;
    bool hands_over = w->act == INTAKE_HAND_OVER || w->act == INTAKE_GIVE_NOTICE || w->act == INTAKE_GIVE_CORRECTION;
    const struct intake_progress *p = w->command;

    if (!hands_over || id_is_nil(p->collector))
        return;
    struct intake_collected *c = ARENA_NEW(i->batch->arena, struct intake_collected);
    *c = (struct intake_collected){.next = file->collected,
                                   .version = w->event.version,
                                   .document = p->document,
                                   .collector = p->collector,
                                   .at = p->at};
    file->collected = c;
}

static void put_collected(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (const struct intake_collected *c = f->collected; c; c = c->next) {
        struct db_array **v = r->of;

        db_array_uuid(*v++, s->id);
        db_array_int(*v++, c->version);
        db_array_uuid(*v++, c->document);
        db_array_uuid(*v++, c->collector);
        db_array_time(*v++, c->at);
    }
}

static const struct rows_write collected[] = {
    ROWS(intake_add_collected, put_collected, DB_UUID, DB_INT8, DB_UUID, DB_UUID, DB_TIME),
};

void intake_collected_save(struct batch *b)
{
    rows_save(b, collected, COUNT_OF(collected));
}
