/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope there and back, and everything that must be refused; the records of the catalogue likewise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/flow/catalogue_read.h"
#include "common/flow/clock.h"
#include "common/flow/event.h"
#include "common/flow/wire.h"
#include "taicho/v1/catalogue.pb-c.h"
#include "taicho/v1/lifecycle.pb-c.h"

static struct arena *a;

static int setup(void **state)
{
    a = arena_new((size_t)1 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(a);
    return 0;
}

static const struct step_clock some_clock = {.unit = "u2",
                                             .opened = INT64_C(1569888000000000),
                                             .due = INT64_C(1569889000000000),
                                             .minutes_used = 30,
                                             .minutes_late = 14};

static struct event some_event(void)
{
    return (struct event){
        .id = id_new(),
        .source = SOURCE_APPROVAL,
        .subject_kind = "dossier",
        .subject = id_new(),
        .version = 3,
        .seen = {[SOURCE_INTAKE] = 2, [SOURCE_APPRAISAL] = 5},
        .release = 7,
        .dossier_code = "000.21.35.H11-191001-0001",
        .occurred_at = INT64_C(1569889800000000),
        .recorded_at = INT64_C(1569889800000001),
        .actor = "cb-12",
        .place = "quầy 3",
        .route = ROUTE_ON_THE_SPOT,
        .unit = "u1",
        .procedure = "p1",
        .process = "q1",
        .process_version = 2,
        .step = 4,
        .round = 1,
        .document = id_new(),
        .last = true,
        .command = id_new(),
        .cause = id_new(),
        .origin_reference = "X-1",
        .late_reason = "power",
        .late_superior = "H11.35.21-pd01",
        .clock = &some_clock,
        .type = "Granted",
    };
}

static struct document_handle some_handle(void)
{
    struct document_handle h = {.id = id_new(), .pages = 2};
    memset(h.sha256, 0xAB, sizeof h.sha256);
    return h;
}

static void fill(Taicho__V1__LifecycleEvent *m, Taicho__V1__Granted *body)
{
    struct document_handle h = some_handle();
    taicho__v1__lifecycle_event__init(m);
    taicho__v1__granted__init(body);
    body->mandate = wire_text("m-1");
    body->draft = event_handle_pack(&h, a);
    m->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_GRANTED;
    m->granted = body;
}

static void there_and_back(void **state)
{
    Taicho__V1__LifecycleEvent m;
    Taicho__V1__Granted body;
    const Taicho__V1__LifecycleEvent *read;
    struct event e = some_event(), got;
    struct document_handle handle;
    struct err err = {0};
    fill(&m, &body);
    struct bytes one = event_pack(&e, &m, a), two = event_pack(&e, &m, a);
    assert_int_equal(one.n, two.n);
    assert_memory_equal(one.p, two.p, one.n);

    assert_int_equal(event_read(one, a, &got, &read, &err), ERR_OK);
    assert_true(id_eq(got.id, e.id) && id_eq(got.subject, e.subject) && id_eq(got.document, e.document));
    assert_true(id_eq(got.command, e.command) && id_eq(got.cause, e.cause));
    assert_int_equal(got.source, SOURCE_APPROVAL);
    assert_int_equal(got.version, 3);
    assert_memory_equal(got.seen, e.seen, sizeof e.seen);
    assert_int_equal(got.release, 7);
    assert_string_equal(got.subject_kind, "dossier");
    assert_string_equal(got.dossier_code, e.dossier_code);
    assert_true(got.occurred_at == e.occurred_at && got.recorded_at == e.recorded_at);
    assert_string_equal(got.place, "quầy 3");
    assert_string_equal(got.actor, "cb-12");
    assert_int_equal(got.route, ROUTE_ON_THE_SPOT);
    assert_string_equal(got.origin_reference, "X-1");
    assert_string_equal(got.late_reason, "power");
    assert_string_equal(got.late_superior, "H11.35.21-pd01");
    assert_string_equal(got.clock->unit, "u2");
    assert_true(got.clock->opened == some_clock.opened && got.clock->due == some_clock.due);
    assert_true(got.clock->minutes_used == 30 && got.clock->minutes_late == 14);
    assert_true(event_is_late(&got) && event_by_person(&got));
    assert_true(got.last && got.process_version == 2 && got.step == 4 && got.round == 1);
    assert_string_equal(got.type, "Granted");
    assert_string_equal(read->granted->mandate, "m-1");
    assert_true(event_handle_read(read->granted->draft, &handle));
    assert_int_equal(handle.pages, 2);
    assert_false(event_handle_read(NULL, &handle));
}

static void nothing_is_written_for_what_is_not_there(void **state)
{
    Taicho__V1__LifecycleEvent m;
    Taicho__V1__Granted body;
    const Taicho__V1__LifecycleEvent *read;
    struct event e = {.id = id_new(), .subject = id_new(), .subject_kind = "seal", .version = 1}, got;
    struct err err = {0};
    fill(&m, &body);
    assert_int_equal(event_read(event_pack(&e, &m, a), a, &got, &read, &err), ERR_OK);
    assert_true(id_is_nil(got.command) && id_is_nil(got.cause) && id_is_nil(got.document));
    assert_string_equal(got.actor, "");
    assert_int_equal(read->n_seen, 0);
    assert_null(got.clock);
    assert_false(event_is_late(&got) || event_by_person(&got));
    got.actor = "service:intake";
    assert_false(event_by_person(&got));
}

/* A unit costs bytes in every event: the competent one is not said twice. */
static void the_competent_unit_of_a_clock_is_not_said(void **state)
{
    struct step_clock own = some_clock;
    Taicho__V1__LifecycleEvent m;
    Taicho__V1__Granted body;
    const Taicho__V1__LifecycleEvent *read;
    struct event e = some_event(), got;
    struct err err = {0};
    own.unit = e.unit;
    e.clock = &own;
    fill(&m, &body);
    assert_int_equal(event_read(event_pack(&e, &m, a), a, &got, &read, &err), ERR_OK);
    assert_string_equal(read->step_clock->unit, "");
    assert_string_equal(got.clock->unit, e.unit);
}

/* ---- what is refused */

static enum err_code read_changed(void (*change)(Taicho__V1__LifecycleEvent *m), struct event *got, struct err *err)
{
    Taicho__V1__LifecycleEvent m;
    Taicho__V1__Granted body;
    const Taicho__V1__LifecycleEvent *read;
    struct event e = some_event();
    fill(&m, &body);
    event_pack(&e, &m, a);
    change(&m);
    return event_read(wire_pack(&m.base, a), a, got, &read, err);
}

static uint8_t fifteen[15], nil[16];
#define CHANGE(name, statement)                                                                                        \
    static void name(Taicho__V1__LifecycleEvent *m)                                                                    \
    {                                                                                                                  \
        statement;                                                                                                     \
    }
CHANGE(short_id, m->event_id.len = 15)
CHANGE(no_id, m->event_id.len = 0)
CHANGE(nil_id, m->event_id.data = nil)
CHANGE(no_subject, m->subject_id.len = 0)
CHANGE(short_cause, m->cause.len = 15; m->cause.data = fifteen)
CHANGE(no_kind, m->subject_kind = wire_text(""))
CHANGE(version_0, m->version = 0)
CHANGE(version_minus, m->version = -1)
CHANGE(source_0, m->source = (Taicho__V1__Source)0)
CHANGE(source_9, m->source = (Taicho__V1__Source)9)
CHANGE(seen_0, m->seen[0]->source = (Taicho__V1__Source)0)
CHANGE(seen_minus, m->seen[0]->version = -1)
CHANGE(not_utf8, m->place = wire_text("qu\xE1\xBAy"))
CHANGE(body_not_utf8, m->granted->mandate = wire_text("\xFF"))
CHANGE(short_sha, m->granted->draft->sha256.len = 31)
CHANGE(short_handle, m->granted->draft->id.len = 0)
CHANGE(pages_minus, m->granted->draft->pages = -1)
CHANGE(step_minus, m->step = -1)
CHANGE(late, m->recorded_at = INT64_MAX)
CHANGE(a_clock_before_all_times, m->step_clock->due_at = -1)
CHANGE(a_clock_that_ran_backwards, m->step_clock->minutes_used = -1)
CHANGE(a_clock_less_than_late, m->step_clock->minutes_late = -1)
CHANGE(no_superior, m->late_superior = wire_text(""))
CHANGE(no_reason, m->late_reason = wire_text(""))
CHANGE(no_body, m->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY__NOT_SET)

static void what_cannot_be_true_is_malformed(void **state)
{
    static void (*const changes[])(Taicho__V1__LifecycleEvent *) = {short_id,
                                                                    no_id,
                                                                    nil_id,
                                                                    no_subject,
                                                                    short_cause,
                                                                    no_kind,
                                                                    version_0,
                                                                    version_minus,
                                                                    source_0,
                                                                    source_9,
                                                                    seen_0,
                                                                    seen_minus,
                                                                    not_utf8,
                                                                    body_not_utf8,
                                                                    short_sha,
                                                                    short_handle,
                                                                    pages_minus,
                                                                    step_minus,
                                                                    late,
                                                                    no_body,
                                                                    no_superior,
                                                                    no_reason,
                                                                    a_clock_before_all_times,
                                                                    a_clock_that_ran_backwards,
                                                                    a_clock_less_than_late};
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct err err = {0};
        struct event got;
        if (read_changed(changes[i], &got, &err) != ERR_MALFORMED)
            fail_msg("change %zu was taken", i);
        assert_true(err.en[0] != 0);
    }
}

CHANGE(seen_9, m->seen[0]->source = (Taicho__V1__Source)9)
CHANGE(route_9, m->route = (Taicho__V1__Route)9)

static void what_a_newer_release_may_say_is_readable(void **state)
{
    struct err err = {0};
    struct event got;
    assert_int_equal(read_changed(seen_9, &got, &err), ERR_OK);
    assert_int_equal(got.seen[SOURCE_INTAKE], 0);
    assert_int_equal(got.seen[SOURCE_APPRAISAL], 5);
    assert_int_equal(read_changed(route_9, &got, &err), ERR_OK);
    assert_int_equal(got.route, ROUTE_NONE);
}

/* A body with a number of which this release knows nothing; and an unknown field of the envelope, which is no body. */
static void an_unknown_body_has_no_type(void **state)
{
    static const struct {
        uint8_t bytes[4];
        enum err_code rc;
    } cases[] = {{{0xBA, 0x3E, 0x01, 0x00}, ERR_OK},
                 {{0x82, 0x02, 0x01, 0x00}, ERR_MALFORMED}}; /* 999 and 32, one byte */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Taicho__V1__LifecycleEvent m;
        Taicho__V1__Granted body;
        const Taicho__V1__LifecycleEvent *read;
        struct event e = some_event(), got;
        struct err err = {0};
        fill(&m, &body);
        event_pack(&e, &m, a);
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY__NOT_SET;
        struct bytes known = wire_pack(&m.base, a);
        uint8_t *p = arena_alloc(a, known.n + 4);
        memcpy(p, known.p, known.n);
        memcpy(p + known.n, cases[i].bytes, 4);
        assert_int_equal(event_read((struct bytes){p, known.n + 4}, a, &got, &read, &err), cases[i].rc);
        if (cases[i].rc == ERR_OK)
            assert_string_equal(got.type, "");
    }
}

static void no_bytes_break_the_reader(void **state)
{
    Taicho__V1__LifecycleEvent m;
    Taicho__V1__Granted body;
    const Taicho__V1__LifecycleEvent *read;
    struct event e = some_event(), got;
    struct err err = {0};
    fill(&m, &body);
    struct bytes good = event_pack(&e, &m, a);
    uint8_t *copy = malloc(good.n);
    struct arena *scratch = arena_new((size_t)1 << 20);
    for (size_t n = 0; n < good.n; n++) { /* cut anywhere */
        memcpy(copy, good.p, good.n);
        enum err_code rc = event_read((struct bytes){copy, n}, scratch, &got, &read, &err);
        assert_true(rc == ERR_OK || rc == ERR_MALFORMED);
        arena_reset(scratch);
    }
    srandom(7);
    for (int i = 0; i < 20000; i++) { /* changed anywhere */
        memcpy(copy, good.p, good.n);
        for (int k = 0; k < 3; k++)
            copy[(size_t)random() % good.n] = (uint8_t)random();
        enum err_code rc = event_read((struct bytes){copy, good.n}, scratch, &got, &read, &err);
        assert_true(rc == ERR_OK || rc == ERR_MALFORMED);
        arena_reset(scratch);
    }
    assert_int_equal(event_read((struct bytes){NULL, 0}, scratch, &got, &read, &err), ERR_MALFORMED);
    arena_free(scratch);
    free(copy);
}

/* 60 kB that say 30,000 times "an empty seen": 32 times as much memory. */
static void a_small_message_does_not_become_a_huge_tree(void **state)
{
    const Taicho__V1__LifecycleEvent *read;
    struct event got;
    struct err err = {0};
    struct arena *scratch = arena_new((size_t)2 << 20);
    uint8_t *p = malloc(60000);
    for (size_t i = 0; i < 60000; i += 2) {
        p[i] = 6 << 3 | 2;
        p[i + 1] = 0;
    }
    assert_int_equal(event_read((struct bytes){p, 60000}, scratch, &got, &read, &err), ERR_MALFORMED);
    assert_false(arena_overflown(scratch));
    arena_free(scratch);
    free(p);
}

/* ---- names */

static void types_come_from_the_contract(void **state)
{
    const char *const *t = event_types();
    size_t n = 0;
    bool received = false, sealed = false;
    for (; t[n]; n++) {
        received = received || !strcmp(t[n], "Received");
        sealed = sealed || !strcmp(t[n], "Sealed");
        for (size_t k = 0; k < n; k++)
            assert_string_not_equal(t[n], t[k]);
    }
    assert_true(n >= 23 && received && sealed);
}

static void sources_and_topics(void **state)
{
    assert_string_equal(source_name(SOURCE_RETURN), "return");
    assert_string_equal(source_name(SOURCE_NONE), "audit");
    assert_string_equal(source_topic(SOURCE_INTAKE), "taicho.intake.v1");
    assert_int_equal(source_of_topic("taicho.appraisal.v1"), SOURCE_APPRAISAL);
    assert_int_equal(source_of_topic(CATALOGUE_TOPIC), SOURCE_NONE);
    struct id id;
    assert_true(id_parse("0190a0b0-0000-7000-8000-000000000001", &id));
    assert_int_equal(stage_partition(id), hash_partition("0190a0b0-0000-7000-8000-000000000001", 36, 12));
}

static void the_clock_never_goes_back(void **state)
{
    struct clock *c = clock_new();
    assert_int_equal(clock_offset(c), 0);
    clock_set(c, -5 * INSTANT_DAY);
    assert_true(clock_offset(c) == -5 * INSTANT_DAY);
    clock_set(c, -6 * INSTANT_DAY);
    assert_true(clock_offset(c) == -5 * INSTANT_DAY);
    clock_set(c, INSTANT_DAY);
    assert_true(llabs(clock_now(c) - instant_real() - INSTANT_DAY) < INSTANT_SECOND);
    clock_free(c);
}

/* ---- records of the catalogue */

static enum err_code read_record(Taicho__V1__CatalogueRecord *m, struct catalogue_record *ret)
{
    struct err err = {0};
    return catalogue_record_read(wire_pack(&m->base, a), a, ret, &err);
}

static void catalogue_records(void **state)
{
    Taicho__V1__CatalogueRecord m;
    Taicho__V1__Counter counter;
    Taicho__V1__Release release;
    struct catalogue_record got;
    int32_t minutes[] = {420, 690, 810, 1020};
    taicho__v1__catalogue_record__init(&m);
    taicho__v1__counter__init(&counter);
    m.kind = wire_text("counter");
    m.id = wire_text("q3");
    m.version = 2;
    m.release = 9;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_COUNTER;
    m.counter = &counter;
    counter.office_minutes = minutes;
    counter.n_office_minutes = 4;
    assert_int_equal(read_record(&m, &got), ERR_OK);
    assert_true(!strcmp(got.kind, "counter") && !strcmp(got.id, "q3") && got.version == 2 && got.release == 9);
    minutes[1] = 420;
    assert_int_equal(read_record(&m, &got), ERR_MALFORMED);
    minutes[1] = 690;
    m.kind = wire_text("unit");
    assert_int_equal(read_record(&m, &got), ERR_MALFORMED);
    m.kind = wire_text("counter");
    m.version = 0;
    assert_int_equal(read_record(&m, &got), ERR_MALFORMED);
    m.version = 1;
    m.valid_from = 10;
    m.valid_to = 10;
    assert_int_equal(read_record(&m, &got), ERR_MALFORMED);
    m.valid_to = 0;
    m.kind = wire_text("robot"); /* of a newer release */
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY__NOT_SET;
    assert_int_equal(read_record(&m, &got), ERR_OK);

    taicho__v1__catalogue_record__init(&m);
    taicho__v1__release__init(&release);
    m.kind = wire_text("release");
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED;
    m.release_closed = &release;
    release.number = 4;
    release.records = 120;
    assert_int_equal(read_record(&m, &got), ERR_OK);
    assert_true(got.release == 4 && got.release_records == 120);
}

static void the_calendar_is_the_last_run_of_years(void **state)
{
    static const struct {
        const char *id;
        int version, first, last;
    } years[] = {{"a", 1, 2010, 2010}, {"b", 1, 2018, 2018}, {"b", 2, 2018, 2019}, {"c", 1, 2020, 2020}};
    const Taicho__V1__CatalogueRecord *records[COUNT_OF(years)];
    struct err err = {0};
    for (size_t i = 0; i < COUNT_OF(years); i++) {
        Taicho__V1__CatalogueRecord *m = ARENA_NEW(a, Taicho__V1__CatalogueRecord);
        Taicho__V1__Calendar *c = ARENA_NEW(a, Taicho__V1__Calendar);
        taicho__v1__catalogue_record__init(m);
        taicho__v1__calendar__init(c);
        m->id = wire_text(years[i].id);
        m->version = years[i].version;
        m->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR;
        m->calendar = c;
        c->first_year = years[i].first;
        c->last_year = years[i].last;
        c->n_days_off = 1;
        c->days_off = ARENA_NEW(a, int32_t);
        assert_true(instant_day_parse(arena_printf(a, "%d-09-02", years[i].first), c->days_off));
        records[i] = m;
    }
    struct catalogue *c = catalogue_new(a, 1);
    assert_int_equal(catalogue_set_calendar(c, a, records, COUNT_OF(years), &err), ERR_OK);
    assert_non_null(c->calendar);
    assert_int_equal(c->calendar_last_year, 2020);
    struct catalogue *none = catalogue_new(a, 1);
    assert_int_equal(catalogue_set_calendar(none, a, records, 0, &err), ERR_OK);
    assert_null(none->calendar);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(there_and_back),
        TEST(nothing_is_written_for_what_is_not_there),
        TEST(the_competent_unit_of_a_clock_is_not_said),
        TEST(what_cannot_be_true_is_malformed),
        TEST(what_a_newer_release_may_say_is_readable),
        TEST(an_unknown_body_has_no_type),
        TEST(no_bytes_break_the_reader),
        TEST(a_small_message_does_not_become_a_huge_tree),
        TEST(types_come_from_the_contract),
        TEST(sources_and_topics),
        TEST(the_clock_never_goes_back),
        TEST(catalogue_records),
        TEST(the_calendar_is_the_last_run_of_years),
    };
    return cmocka_run_group_tests_name("flow_event", tests, NULL, NULL);
}
