/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue's snapshots: read from the table up to a release, held while somebody looks, replaced meanwhile. */
#include "tests/pg/flow_fixture.h"

#include <pthread.h>

#include "common/base/role.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/wire.h"
#include "taicho/v1/catalogue.pb-c.h"

static struct fixture f;

static const struct db_stmt insert = {
    "t_insert",
    "INSERT INTO catalogue_record (kind, id, version, release, digest, record) VALUES ($1, $2, $3, $4, '', $5)"};

static void put(struct db *db, Taicho__V1__CatalogueRecord *m)
{
    struct err e = {0};
    ok(db_run(db, f.arena, &insert,
              DB_ARGS(db_text(m->kind), db_text(m->id), db_int4(m->version), db_int8(m->release),
                      db_bytes(wire_pack(&m->base, f.arena))),
              NULL, &e),
       &e);
}

static void put_unit(struct db *db, int version, int64_t release, const char *name)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Unit u = TAICHO__V1__UNIT__INIT;
    m.kind = wire_text("unit");
    m.id = wire_text("u1");
    m.version = version;
    m.release = release;
    m.valid_from = version * 100;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_UNIT;
    m.unit = &u;
    u.name = wire_text(name);
    u.level = TAICHO__V1__LEVEL__LEVEL_COMMUNE;
    put(db, &m);
}

static void put_others(struct db *db)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Officer o = TAICHO__V1__OFFICER__INIT;
    Taicho__V1__Process p = TAICHO__V1__PROCESS__INIT;
    Taicho__V1__ProcessStep s = TAICHO__V1__PROCESS_STEP__INIT;
    Taicho__V1__Calendar c = TAICHO__V1__CALENDAR__INIT;
    char *roles[] = {wire_text("approver"), wire_text("of a newer release")};
    Taicho__V1__ProcessStep *steps[] = {&s};
    m.id = wire_text("x");
    m.version = 1;
    m.release = 1;
    m.kind = wire_text("officer");
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_OFFICER;
    m.officer = &o;
    o.roles = roles;
    o.n_roles = 2;
    put(db, &m);
    m.kind = wire_text("process");
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS;
    m.process = &p;
    p.procedure = wire_text("p");
    p.level = TAICHO__V1__LEVEL__LEVEL_DISTRICT;
    p.on_the_spot = true;
    p.steps = steps;
    p.n_steps = 1;
    s.kind = TAICHO__V1__STEP_KIND__STEP_KIND_APPROVE;
    s.role = wire_text("approver");
    s.minutes = 60;
    put(db, &m);
    m.kind = wire_text("calendar");
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR;
    m.calendar = &c;
    c.first_year = c.last_year = 2019;
    put(db, &m);
}

static void a_release_is_read_and_replaced(void **state)
{
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    struct catalogue_store *s = catalogue_store_new();
    const struct catalogue *empty = catalogue_store_hold(s);
    assert_int_equal(empty->release, 0);
    assert_null(catalogue_unit(empty, "u1", CATALOGUE_ANY_DAY));

    put_unit(db, 1, 1, "Xã A");
    put_others(db);
    put_unit(db, 2, 2, "Phường A");
    ok(catalogue_store_load(s, db, 1, &e), &e);
    const struct catalogue *one = catalogue_store_hold(s);
    assert_string_equal(catalogue_unit(one, "u1", CATALOGUE_ANY_DAY)->name, "Xã A");
    assert_int_equal(catalogue_officer(one, "x", CATALOGUE_ANY_DAY)->roles, ROLE_BIT(APPROVER));
    const struct process *p = catalogue_process_version(one, "x", 1);
    assert_true(p && p->step_count == 1 && p->steps[0].kind == STEP_APPROVE && p->steps[0].roles == ROLE_BIT(APPROVER));
    assert_true(p->route == ROUTE_ON_THE_SPOT && p->level == LEVEL_DISTRICT);
    assert_non_null(one->calendar);
    assert_int_equal(one->calendar_last_year, 2019);

    ok(catalogue_store_load(s, db, 2, &e), &e);
    const struct catalogue *two = catalogue_store_hold(s);
    assert_int_equal(catalogue_store_release(s), 2);
    assert_string_equal(catalogue_unit(two, "u1", CATALOGUE_ANY_DAY)->name, "Phường A");
    assert_string_equal(catalogue_unit(one, "u1", CATALOGUE_ANY_DAY)->name, "Xã A"); /* still held */
    catalogue_store_drop(s, one);
    catalogue_store_drop(s, empty);

    script(db, "INSERT INTO catalogue_record VALUES ('unit', 'bad', 1, 3, '', '\\x01')");
    assert_int_equal(catalogue_store_load(s, db, 3, &e), ERR_MALFORMED);
    assert_int_equal(catalogue_store_release(s), 2);
    catalogue_store_drop(s, two);
    catalogue_store_free(s);
    db_close(db);
}

struct reader {
    struct catalogue_store *store;
    _Atomic bool stop;
};

static void *look(void *arg)
{
    struct reader *r = arg;
    while (!r->stop) {
        const struct catalogue *c = catalogue_store_hold(r->store);
        const struct unit *u = catalogue_unit(c, "u1", CATALOGUE_ANY_DAY);
        if (u && !strstr(u->name, "A"))
            abort();
        catalogue_store_drop(r->store, c);
    }
    return NULL;
}

static void readers_and_a_loader_at_once(void **state)
{
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    struct reader r = {.store = catalogue_store_new()};
    pthread_t threads[3];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look, &r), 0);
    for (int i = 0; i < 300; i++)
        ok(catalogue_store_load(r.store, db, 1 + i % 2, &e), &e);
    r.stop = true;
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    catalogue_store_free(r.store);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_is_read_and_replaced),
        cmocka_unit_test(readers_and_a_loader_at_once),
    };
    if (!getenv("TEST_PG")) {
        printf("skipped: TEST_PG is not set\n");
        return 0;
    }
    fixture_open(&f, "flow_catalogue");
    fixture_migrate(&f, "intake", NULL);
    int failed = cmocka_run_group_tests_name("flow_catalogue", tests, NULL, NULL);
    fixture_close(&f);
    return failed;
}
