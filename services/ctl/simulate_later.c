/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Behind the day: what was asked for comes on the next working day; and in the months behind it nobody comes for a
 * result, and a complaint is answered when its date has passed.
 */
#include <inttypes.h>

#include "services/ctl/clock.h"
#include "services/ctl/simulate.h"

#define PATIENCE_US (60 * INSTANT_SECOND)
#define POLL_MS     100

/* What the clock has still to say of these dossiers: that nobody came (so often by now), that an answer is overdue, or
 * not published, that a unit that was asked kept silent. */
static const struct db_stmt unsaid = {"ctl_later_unsaid",
                                      "SELECT (SELECT count(*) FROM \"return\".document d WHERE d.dossier = ANY ($1) "
                                      "AND d.state = 'ready' AND d.reminders < $2)"
                                      "     + (SELECT count(*) FROM intake.complaint c WHERE c.dossier = ANY ($1) AND "
                                      "(c.state = 'open' AND NOT c.told OR c.state = 'answered' AND NOT "
                                      "c.publication_told))"
                                      "     + (SELECT count(*) FROM appraisal.step x WHERE x.dossier = ANY ($1) AND "
                                      "x.state = 'consulting')"
                                      "     + (SELECT count(*) FROM appraisal.part p WHERE p.dossier = ANY ($1) AND "
                                      "p.state IN ('waiting', 'queued')) AS n"};

static bool await_clock(struct simulation *s, struct db *db, struct arena *a)
{
    struct db_array *ids = db_array_new(a, DB_UUID);
    int64_t until = instant_mono() + PATIENCE_US, left = 1;

    for (int64_t i = 0; i < s->dossier_count; i++) {
        struct id id;
        if (id_parse(s->dossiers[i].id, &id))
            db_array_uuid(ids, id);
    }
    while (left) {
        struct db_answer *q;
        struct err e = {0};
        if (db_run(db, a, &unsaid, DB_ARGS(db_items(ids), db_int4(s->months)), &q, &e))
            return ctl_fail_err("reading what the clock has said", &e) == CTL_OK;
        left = db_get_int(q, 0, 0);
        db_forget(db);
        if (left && instant_mono() > until)
            return ctl_fail("%" PRId64 " reminders, overdue answers, unpublished ones or silent units were not told "
                            "within 60 s after %d times 30 days; has return other terms than the usual ones, or does "
                            "a step's time last longer?",
                            left, s->months) == CTL_OK;
        if (left)
            ctl_pause(POLL_MS);
    }
    return true;
}

/* move_to goes on to the first working day that lies at least so many days behind the day. */
static bool move_to(struct simulation *s, int32_t days)
{
    int32_t to = world_after(s->world, days);
    instant now;
    bool moved = clock_move((to - s->days) * INSTANT_DAY, &now);

    if (moved) {
        s->business_less_mono += (to - s->days) * INSTANT_DAY;
        s->days = to;
    }
    return moved;
}

bool later_day(struct simulation *s)
{
    s->next_day = move_to(s, 1);
    return s->next_day;
}

bool later_month(struct simulation *s)
{
    struct db *db;
    struct err e = {0};

    if (!move_to(s, s->days + (int32_t)(MONTH / INSTANT_DAY)))
        return false;
    s->months++;
    if (ctl_database("public", 2000, &db, &e))
        return ctl_fail_err("opening the database", &e) == CTL_OK;
    struct arena *a = arena_new((size_t)1 << 30);
    bool said = await_clock(s, db, a);
    db_close(db);
    arena_free(a);
    return said;
}
