/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a reference record: read, put into a snapshot, looked up, packed and read again. */
#include <string.h>

#include "common/domain/process.h"
#include "common/domain/worktime.h"
#include "common/flow/catalogue_read.h"
#include "common/flow/wire.h"
#include "taicho/v1/catalogue.pb-c.h"
#include "tests/fuzz/lib/fuzz.h"

static void holds_process(const struct process *p)
{
    HOLDS(p->step_count >= 1 && p->step_count <= 200, "%d steps", p->step_count);
    for (int n = 0; n <= p->step_count + 1; n++) {
        const struct process_step *s = process_step(p, n);
        HOLDS(!s == (n < 1 || n > p->step_count), "step %d of %d", n, p->step_count);
        HOLDS(!s || ((unsigned)s->kind < STEP_COUNT && s->minutes >= 0), "step %d", n);
    }
}

/* A snapshot of this one record, and every way to look it up. */
static void look(const Taicho__V1__CatalogueRecord *m, struct arena *a)
{
    struct catalogue *c = catalogue_new(a, 1);
    struct err e = {0};

    catalogue_put(c, a, m);
    if (m->body_case == TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR) {
        enum err_code rc = catalogue_set_calendar(c, a, &m, 1, &e);
        HOLDS(rc == ERR_OK, "the calendar is refused later: %s", e.en);
        (void)worktime_is_working_day(c->calendar, INT32_MAX);
        (void)worktime_is_working_day(c->calendar, c->calendar->first_day);
    }
    catalogue_seal(c);
    const int32_t days[] = {CATALOGUE_ANY_DAY, m->valid_from, m->valid_to, INT32_MAX};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        const struct unit *u = catalogue_unit(c, m->id, days[i]);
        const struct counter *at = catalogue_counter(c, m->id, days[i]);
        (void)catalogue_officer(c, m->id, days[i]);
        (void)catalogue_procedure(c, m->id, days[i]);
        HOLDS(!u || (unsigned)u->level < LEVEL_COUNT, "a level");
        HOLDS(!at || (at->hours.count >= 0 && at->hours.count <= WORKTIME_INTERVALS), "hours");
    }
    const struct process *p = catalogue_process_version(c, m->id, m->version);
    if (p)
        holds_process(p);
    HOLDS((p != NULL) == (m->body_case == TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS && !strcmp(m->kind, "process")),
          "%s/%s is not found again", m->kind, m->id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct bytes value = {.p = data, .n = size};
    struct catalogue_record r, again;
    const Taicho__V1__CatalogueRecord *m;
    struct err e = {0};
    enum err_code rc = catalogue_record_read(value, a, &r, &e);

    if (rc) {
        HOLDS(rc == ERR_MALFORMED, "%s", err_row(rc)->symbol);
        holds_refusal(&e, rc, false);
    } else {
        holds_utf8(r.kind);
        holds_utf8(r.id);
        HOLDS(r.kind[0] && r.version >= 0 && r.release >= 0 && r.release_records >= 0, "a record without a kind");
        HOLDS(catalogue_decode(value, a, &m, &e) == ERR_OK, "read, then refused: %s", e.en);
        struct bytes packed = wire_pack(&m->base, a);
        HOLDS(packed.n > WIRE_MAX || catalogue_record_read(packed, a, &again, &e) == ERR_OK, "packed: %s", e.en);
        if (packed.n <= WIRE_MAX)
            HOLDS(!strcmp(r.kind, again.kind) && !strcmp(r.id, again.id) && r.version == again.version &&
                      r.release == again.release && r.release_records == again.release_records,
                  "it reads as another");
        look(m, a);
    }
    arena_free(a);
    return 0;
}
