/* SPDX-License-Identifier: Apache-2.0 */
/* Reference records: what is refused and where, the same text for the same record, and bytes that the snapshot can
 * read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/domain/process.h"
#include "common/flow/catalogue_read.h"
#include "common/flow/catalogue_store.h"
#include "services/intake/catalogue_json.h"
#include "tests/unit/intake_bed.h"

#include "taicho/v1/catalogue.pb-c.h"

static struct arena *arena;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 24);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define UNIT_OF(id, code, more)                                                                                        \
    "{\"kind\":\"unit\",\"id\":\"" id "\",\"agency_code\":\"" code "\",\"name\":\"U\"," more "}"
#define UNIT(id, more)        UNIT_OF(id, "000.00.35.H11", more)
#define CODED(id, code, more) UNIT_OF(id, code, more ",\"level\":\"district\",\"parent\":\"H11\"")
#define FROM                  "\"valid_from\":\"2019-01-01\""
#define PROCESS(steps)                                                                                                 \
    "{\"kind\":\"process\",\"id\":\"p\"," FROM                                                                         \
    ",\"procedure\":\"1.000001\",\"level\":\"district\",\"total_minutes\":100,"                                        \
    "\"steps\":[" steps "]}"
#define STEP_BY(kind, role, minutes)                                                                                   \
    "{\"kind\":\"" kind "\",\"role\":\"" role "\",\"minutes\":" minutes ",\"unit_ref\":\"own\",\"at_counter\":false}"
#define RECEIVE(minutes) STEP_BY("receive", "receiver", minutes)
#define TRANSFER         STEP_BY("transfer", "receiver", "1")
#define APPRAISE         STEP_BY("appraise", "appraiser", "30")
#define LED(with)                                                                                                      \
    "{\"kind\":\"appraise\",\"role\":\"appraiser\",\"minutes\":30,\"unit_ref\":\"own\",\"at_counter\":false,\"with\":" \
    "[" with "]}"
#define WITH(unit, minutes) "{\"unit\":\"" unit "\",\"minutes\":" minutes "}"
#define OBLIGATION          STEP_BY("obligation", "appraiser", "1")
#define ENDORSE             STEP_BY("endorse", "endorser", "1")
#define APPROVE             STEP_BY("approve", "approver", "10")
#define SEAL                STEP_BY("number_seal", "clerk", "10")
#define HAND_OVER           STEP_BY("hand_over", "clerk", "1")
#define RETURN              STEP_BY("return", "returner", "0")
#define ISSUE               SEAL "," RETURN
#define REST                STEP_BY("appraise", "appraiser", "30") "," STEP_BY("approve", "approver", "30") "," ISSUE

#define PROCEDURE(more)                                                                                                \
    "{\"kind\":\"procedure\",\"id\":\"1.000100\"," FROM                                                                \
    ",\"name\":\"P\",\"field\":\"f\",\"field_name\":\"F\",\"levels\":[\"district\"],\"time_unit\":\"working_days\","   \
    "\"statutory_time\":3," more "}"
#define FEES(rules)     PROCEDURE("\"fees\":[" rules "]")
#define FEE(code, more) "{\"code\":\"" code "\",\"kind\":\"fee\",\"amount_vnd\":50000,\"basis\":\"TT 1\"," more "}"
#define AT_INTAKE       "\"due\":\"intake\"," FROM

#define FROM_2020 (BED_FROM + 365) /* 2020-01-01 */

/* Against the bed's snapshot: H11, H11.35 and its counter and procedures are in use. */
static const struct {
    const char *what, *records, *field; /* field NULL: it is right */
} table[] = {
    {"a unit below one in use", UNIT("H11.35.21", FROM ",\"level\":\"commune\",\"parent\":\"H11.35\""), NULL},
    {"no parent", UNIT("H11.35.21", FROM ",\"level\":\"commune\""), "records[0].parent"},
    {"an unknown parent", UNIT("H11.35.21", FROM ",\"level\":\"commune\",\"parent\":\"H11.77\""), "records[0].parent"},
    {"no unit code", UNIT("h11", FROM ",\"level\":\"province\""), "records[0].id"},
    {"an unknown level", UNIT("H11.35.21", FROM ",\"level\":\"village\",\"parent\":\"H11\""), "records[0].level"},
    {"a bad date", UNIT("H11.35.21", "\"valid_from\":\"2019-02-30\",\"level\":\"commune\",\"parent\":\"H11\""),
     "records[0].valid_from"},
    {"it ends first", UNIT("H11.35.21", FROM ",\"valid_to\":\"2018-01-01\",\"level\":\"commune\",\"parent\":\"H11\""),
     "records[0].valid_to"},
    {"an unknown field", UNIT("H11.35.21", FROM ",\"level\":\"commune\",\"parent\":\"H11\",\"x\":1"), "records[0].x"},
    {"twice",
     UNIT("H11.36", FROM ",\"level\":\"district\",\"parent\":\"H11\"") "," UNIT(
         "H11.36", FROM ",\"level\":\"district\",\"parent\":\"H11\""),
     "records[1].id"},
    {"one agency code for two",
     UNIT("H11.36", FROM ",\"level\":\"district\",\"parent\":\"H11\"") "," UNIT(
         "H11.37", FROM ",\"level\":\"district\",\"parent\":\"H11\""),
     "records[1].agency_code"},
    {"the agency code of a stored unit", CODED("H11.42", "000.00.41.H11", FROM), "records[0].agency_code"},
    {"the same once that one has another",
     CODED("H11.41", "000.00.49.H11", FROM) "," CODED("H11.42", "000.00.41.H11", FROM), NULL},
    {"the same once that one has ended",
     CODED("H11.41", "000.00.41.H11", FROM ",\"valid_to\":\"2020-01-01\"") "," CODED("H11.42", "000.00.41.H11",
                                                                                     "\"valid_from\":\"2020-01-01\""),
     NULL},
    {"the same as long as that one goes on",
     CODED("H11.41", "000.00.41.H11", FROM ",\"valid_to\":\"2020-01-02\"") "," CODED("H11.42", "000.00.41.H11",
                                                                                     "\"valid_from\":\"2020-01-01\""),
     "records[1].agency_code"},
    {"a stored unit again", CODED("H11.41", "000.00.41.H11", FROM), NULL},
    {"the agency code of a stored unit that has ended",
     CODED("H11.44", "000.00.43.H11", "\"valid_from\":\"2020-01-01\""), NULL},
    {"the agency code of a stored unit until it has ended", CODED("H11.44", "000.00.43.H11", FROM),
     "records[0].agency_code"},
    {"the agency code of a stored unit that begins later",
     CODED("H11.44", "000.00.45.H11", FROM ",\"valid_to\":\"2021-01-01\""), NULL},
    {"the agency code of a stored unit, beyond its first day", CODED("H11.44", "000.00.45.H11", FROM),
     "records[0].agency_code"},
    {"overlapping",
     UNIT("H11.36", FROM ",\"level\":\"district\",\"parent\":\"H11\"") "," UNIT(
         "H11.36", "\"valid_from\":\"2020-01-01\",\"level\":\"district\",\"parent\":\"H11\""),
     "records[1].valid_from"},
    {"following",
     UNIT("H11.36", FROM ",\"valid_to\":\"2020-01-01\",\"level\":\"district\",\"parent\":\"H11\"") "," UNIT(
         "H11.36", "\"valid_from\":\"2020-01-01\",\"level\":\"district\",\"parent\":\"H11\""),
     NULL},
    {"overlapping what is stored",
     UNIT("H11.40", "\"valid_from\":\"2020-01-01\",\"level\":\"district\",\"parent\":\"H11\""),
     "records[0].valid_from"},
    {"office hours that fall",
     "{\"kind\":\"counter\",\"id\":\"q\"," FROM
     ",\"unit\":\"H11.35\",\"name\":\"Q\",\"office_minutes\":[\"13:30-11:30\"]}",
     "records[0].office_minutes"},
    {"office hours that are none",
     "{\"kind\":\"counter\",\"id\":\"q\"," FROM ",\"unit\":\"H11.35\",\"name\":\"Q\",\"office_minutes\":[\"7-11\"]}",
     "records[0].office_minutes"},
    {"a unit with hours of its own",
     UNIT("H11.38",
          FROM ",\"level\":\"district\",\"parent\":\"H11\",\"office_minutes\":[\"07:30-11:30\",\"13:00-17:00\"]"),
     NULL},
    {"a unit whose hours touch",
     UNIT("H11.38",
          FROM ",\"level\":\"district\",\"parent\":\"H11\",\"office_minutes\":[\"07:30-11:30\",\"11:30-17:00\"]"),
     "records[0].office_minutes"},
    {"a counter of another unit",
     "{\"kind\":\"officer\",\"id\":\"o\"," FROM
     ",\"unit\":\"H11.35\",\"counter\":\"H11.01-Q1\",\"title\":\"T\",\"roles\":[\"clerk\"]}",
     "records[0].counter"},
    {"an unknown role",
     "{\"kind\":\"officer\",\"id\":\"o\"," FROM ",\"unit\":\"H11.35\",\"title\":\"T\",\"roles\":[\"king\"]}",
     "records[0].roles"},
    {"a fee", FEES(FEE("phi", AT_INTAKE ",\"online_vnd\":0,\"refund\":[\"refused\"],\"exemptions\":[\"child\"]")),
     NULL},
    {"no fees", FEES(""), NULL},
    {"two fees", FEES(FEE("phi", AT_INTAKE) "," FEE("le-phi", AT_INTAKE)), NULL},
    {"a fee that changes",
     FEES(FEE("phi", AT_INTAKE ",\"valid_to\":\"2020-01-01\"") "," FEE("phi", "\"due\":\"intake\",\"valid_from\":"
                                                                              "\"2020-01-01\"")),
     NULL},
    {"two rules of a fee on one day", FEES(FEE("phi", AT_INTAKE) "," FEE("phi", AT_INTAKE)), "records[0].fees"},
    {"nine fees",
     FEES(FEE("a", AT_INTAKE) "," FEE("b", AT_INTAKE) "," FEE("c", AT_INTAKE) "," FEE("d", AT_INTAKE) "," FEE(
         "e", AT_INTAKE) "," FEE("f", AT_INTAKE) "," FEE("g", AT_INTAKE) "," FEE("h", AT_INTAKE) "," FEE("i",
                                                                                                         AT_INTAKE)),
     "records[0].fees"},
    {"a fee that falls due nowhere", FEES(FEE("phi", "\"due\":\"never\"," FROM)), "records[0].fees[0].due"},
    {"a fee for a result that is given back", FEES(FEE("phi", "\"due\":\"return\",\"refund\":[\"refused\"]," FROM)),
     "records[0].fees[0].refund"},
    {"a refund of no such end", FEES(FEE("phi", AT_INTAKE ",\"refund\":[\"granted\"]")), "records[0].fees[0].refund"},
    {"an exemption of nobody", FEES(FEE("phi", AT_INTAKE ",\"exemptions\":[\"king\"]")),
     "records[0].fees[0].exemptions"},
    {"a fee below nothing", FEES(FEE("phi", AT_INTAKE ",\"post_vnd\":-1")), "records[0].fees[0].post_vnd"},
    {"a fee without a beginning", FEES(FEE("phi", "\"due\":\"intake\"")), "records[0].fees[0].valid_from"},
    {"a fee that ends first", FEES(FEE("phi", AT_INTAKE ",\"valid_to\":\"2018-01-01\"")),
     "records[0].fees[0].valid_to"},
    {"a fee without a law", FEES("{\"code\":\"phi\",\"kind\":\"fee\",\"amount_vnd\":1,\"due\":\"intake\"," FROM "}"),
     "records[0].fees[0].basis"},
    {"a process", PROCESS(RECEIVE("10") "," REST), NULL},
    {"with others", PROCESS(RECEIVE("10") "," LED(WITH("H11.05", "20") "," WITH("H11.01", "10")) "," APPROVE "," ISSUE),
     NULL},
    {"with an unknown unit", PROCESS(RECEIVE("10") "," LED(WITH("H11.77", "20")) "," APPROVE "," ISSUE),
     "records[0].steps[1].with"},
    {"with one unit twice",
     PROCESS(RECEIVE("10") "," LED(WITH("H11.05", "1") "," WITH("H11.05", "1")) "," APPROVE "," ISSUE),
     "records[0].steps[1].with"},
    {"longer than the step", PROCESS(RECEIVE("10") "," LED(WITH("H11.05", "31")) "," APPROVE "," ISSUE),
     "records[0].steps[1].with"},
    {"with no time", PROCESS(RECEIVE("10") "," LED(WITH("H11.05", "0")) "," APPROVE "," ISSUE),
     "records[0].steps[1].with[0].minutes"},
    {"more than eight",
     PROCESS(RECEIVE("10") "," LED(
         WITH("H11.05", "1") "," WITH("H11.05", "1") "," WITH("H11.05", "1") "," WITH("H11.05", "1") "," WITH(
             "H11.05", "1") "," WITH("H11.05", "1") "," WITH("H11.05", "1") "," WITH("H11.05",
                                                                                     "1") "," WITH("H11.05",
                                                                                                   "1")) "," APPROVE
                                                                                                         "," ISSUE),
     "records[0].steps[1].with"},
    {"steps above the total: it is in force as it was decided", PROCESS(RECEIVE("31") "," REST), NULL},
    {"warned of in its time",
     PROCESS(RECEIVE("10") "," STEP_BY("verify", "appraiser", "10,\"near_minutes\":9") "," REST), NULL},
    {"warned of as it opens",
     PROCESS(RECEIVE("10") "," STEP_BY("verify", "appraiser", "10,\"near_minutes\":10") "," REST),
     "records[0].steps[1].near_minutes"},
    {"no receipt", PROCESS(REST), "records[0].steps[0].kind"},
    {"a kind that is none", PROCESS(STEP_BY("dream", "clerk", "1") "," REST), "records[0].steps[0].kind"},
    {"an obligation behind the receipt", PROCESS(RECEIVE("1") "," OBLIGATION "," REST), "records[0].steps[1].kind"},
    {"an obligation behind a transfer", PROCESS(RECEIVE("1") "," TRANSFER "," OBLIGATION "," REST), NULL},
    {"an obligation between two decisions",
     PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," OBLIGATION "," APPRAISE "," APPROVE "," ISSUE), NULL},
    {"an obligation behind the last decision", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," OBLIGATION "," ISSUE),
     "records[0].steps[3].kind"},
    {"an obligation of the approver",
     PROCESS(RECEIVE("1") "," TRANSFER "," STEP_BY("obligation", "approver", "1") "," REST),
     "records[0].steps[2].role"},
    {"another unit consulted first", PROCESS(RECEIVE("1") "," STEP_BY("consult", "appraiser", "1") "," REST), NULL},
    {"consulted by a clerk", PROCESS(RECEIVE("1") "," STEP_BY("consult", "clerk", "1") "," REST),
     "records[0].steps[1].role"},
    {"a role that does not do the step", PROCESS(STEP_BY("receive", "clerk", "1") "," REST),
     "records[0].steps[0].role"},
    {"endorsed by an appraiser",
     PROCESS(RECEIVE("1") "," APPRAISE "," STEP_BY("endorse", "appraiser", "1") "," APPROVE "," ISSUE),
     "records[0].steps[2].role"},
    {"a transfer in the middle", PROCESS(RECEIVE("1") "," APPRAISE "," TRANSFER "," REST), "records[0].steps[2].kind"},
    {"verified first", PROCESS(RECEIVE("1") "," STEP_BY("verify", "appraiser", "1") "," REST), NULL},
    {"verified by a clerk", PROCESS(RECEIVE("1") "," STEP_BY("verify", "clerk", "1") "," REST),
     "records[0].steps[1].role"},
    {"approved on a verification",
     PROCESS(RECEIVE("1") "," APPRAISE "," STEP_BY("verify", "appraiser", "1") "," APPROVE "," ISSUE),
     "records[0].steps[3].kind"},
    {"endorsed", PROCESS(RECEIVE("1") "," APPRAISE "," ENDORSE "," APPROVE "," ISSUE), NULL},
    {"endorsed twice", PROCESS(RECEIVE("1") "," APPRAISE "," ENDORSE "," ENDORSE "," APPROVE "," ISSUE), NULL},
    {"endorsed by the head",
     PROCESS(RECEIVE("1") "," APPRAISE "," STEP_BY("endorse", "head", "1") "," APPROVE "," ISSUE), NULL},
    {"endorsed without an appraisal", PROCESS(RECEIVE("1") "," ENDORSE "," REST), "records[0].steps[1].kind"},
    {"endorsed behind the approval", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," ENDORSE "," ISSUE),
     "records[0].steps[3].kind"},
    {"approved twice in a row", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," APPROVE "," ISSUE),
     "records[0].steps[3].kind"},
    {"appraised behind the last approval", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," APPRAISE "," ISSUE),
     "records[0].steps[3].kind"},
    {"sealed before it is decided", PROCESS(RECEIVE("1") "," SEAL "," APPRAISE "," APPROVE "," ISSUE),
     "records[0].steps[1].kind"},
    {"sealed behind the first of two decisions",
     PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," SEAL "," APPRAISE "," APPROVE "," RETURN),
     "records[0].steps[3].kind"},
    {"sealed twice", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," SEAL "," ISSUE), "records[0].steps"},
    {"handed over before it is decided", PROCESS(RECEIVE("1") "," HAND_OVER "," REST), "records[0].steps[1].kind"},
    {"handed over before it is sealed", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," HAND_OVER "," ISSUE),
     "records[0].steps[3].kind"},
    {"handed over", PROCESS(RECEIVE("1") "," APPRAISE "," APPROVE "," SEAL "," HAND_OVER "," RETURN), NULL},
    {"a wait for a supplement by law",
     PROCEDURE("\"supplement_wait\":30,\"supplement_basis\":\"Luật thử nghiệm, Điều 1\""), NULL},
    {"a wait that no law names", PROCEDURE("\"supplement_wait\":30"), "records[0].supplement_basis"},
    {"a wait by an empty law", PROCEDURE("\"supplement_wait\":30,\"supplement_basis\":\"\""),
     "records[0].supplement_basis"},
    {"no wait, and no law", PROCEDURE("\"supplement_wait\":0"), NULL},
    {"no approval", PROCESS(RECEIVE("1") "," APPRAISE "," STEP_BY("return", "returner", "1")), "records[0].steps"},
};

#define STORED(id_, code, from, to)                                                                                    \
    {                                                                                                                  \
        .kind = "unit", .id = (id_), .valid_from = (from), .valid_to = (to), .version = 1, .agency_code = (code)       \
    }
static const struct intake_stored stored[] = {
    {.kind = "counter", .id = "H11.41-Q1", .valid_from = BED_FROM, .version = 1},
    STORED("H11.40", "000.00.40.H11", BED_FROM, 0),
    STORED("H11.41", "000.00.41.H11", BED_FROM, 0),
    STORED("H11.43", "000.00.43.H11", BED_FROM, FROM_2020),
    STORED("H11.45", "000.00.45.H11", FROM_2020 + 366, 0),
};

static enum err_code check(const char *records, const struct catalogue *snapshot, const struct intake_release **ret)
{
    const struct intake_shelf shelf = {.stored = stored, .stored_count = COUNT_OF(stored)};
    const char *text = arena_printf(arena, "{\"records\":[%s]}", records);
    const struct intake_entry **sorted;
    struct json_in *in;

    err = (struct err){.code = ERR_OK};
    if (json_read(arena, text, strlen(text), &in, &err))
        return err.code;
    const struct intake_release *r = *ret = intake_release_read(in, arena);
    if (json_done(in, &err) || intake_release_sort(r, arena, &sorted, &err))
        return err.code;
    return intake_release_check(sorted, r->count, snapshot, &shelf, &err);
}

static void each_row(void **state)
{
    const struct catalogue *snapshot = bed_catalogue(arena);
    const struct intake_release *r;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        enum err_code rc = check(table[i].records, snapshot, &r);
        if (strcmp(err.field, table[i].field ? table[i].field : "") != 0)
            print_error("%s: %s %s\n", table[i].what, err.field, err.en);
        assert_int_equal(rc, table[i].field ? ERR_INVALID : ERR_OK);
        assert_string_equal(err.field, table[i].field ? table[i].field : "");
    }
}

/* Who gives a unit its code learns which two it is about. */
static void a_clash_of_codes_names_both_units(void **state)
{
    const struct intake_release *r;

    (void)state;
    check(CODED("H11.42", "000.00.41.H11", FROM), bed_catalogue(arena), &r);
    assert_string_equal(err.en, "unit \"H11.42\": agency code 000.00.41.H11 is taken by unit \"H11.41\"");
    assert_string_equal(err.vi, "đơn vị \"H11.42\": mã cơ quan 000.00.41.H11 đã dùng cho đơn vị \"H11.41\"");
}

/* The order of fields in the request makes no difference; a changed value does. */
static void equal_records_have_equal_digests(void **state)
{
    const struct catalogue *snapshot = bed_catalogue(arena);
    const struct intake_release *a, *b, *c;

    (void)state;
    assert_int_equal(check(UNIT("H11.36", FROM ",\"level\":\"district\",\"parent\":\"H11\""), snapshot, &a), ERR_OK);
    assert_int_equal(
        check(UNIT("H11.36", "\"parent\":\"H11\",\"level\":\"district\",\"verified\":false," FROM), snapshot, &b),
        ERR_OK);
    assert_int_equal(
        check(UNIT("H11.36", "\"parent\":\"H11\",\"level\":\"district\",\"verified\":true," FROM), snapshot, &c),
        ERR_OK);
    assert_memory_equal(&a->entries[0].digest, &b->entries[0].digest, sizeof(struct digest));
    assert_memory_not_equal(&a->entries[0].digest, &c->entries[0].digest, sizeof(struct digest));
}

static void records_can_be_read_again(void **state)
{
    const struct catalogue *snapshot = bed_catalogue(arena);
    const struct intake_release *r;
    struct catalogue_record record;

    (void)state;
    assert_int_equal(check(PROCESS(RECEIVE("10") "," REST), snapshot, &r), ERR_OK);
    assert_int_equal(catalogue_record_read(intake_record_pack(&r->entries[0], 3, 9, arena), arena, &record, &err),
                     ERR_OK);
    assert_string_equal(record.kind, "process");
    assert_string_equal(record.id, "p");
    assert_int_equal(record.version, 3);
    assert_int_equal(record.release, 9);
    /* The units that co-operate are shown, and sent, in their order. */
    assert_int_equal(
        check(PROCESS(RECEIVE("10") "," LED(WITH("H11.05", "20") "," WITH("H11.01", "10")) "," APPROVE "," ISSUE),
              snapshot, &r),
        ERR_OK);
    assert_non_null(strstr(r->entries[0].json, "\"with\":[{\"unit\":\"H11.05\",\"minutes\":20},{\"unit\":\"H11.01\""));
    struct bytes packed = intake_record_pack(&r->entries[0], 1, 9, arena);
    Taicho__V1__CatalogueRecord *m = taicho__v1__catalogue_record__unpack(NULL, packed.n, packed.p);
    assert_non_null(m);
    struct catalogue *c = catalogue_new(arena, 9);
    catalogue_put(c, arena, m);
    catalogue_seal(c);
    const struct process *p = catalogue_process_version(c, "p", 1);
    const struct process_with *with;
    assert_int_equal(process_with(p, 2, &with), 2);
    assert_string_equal(with[0].unit, "H11.05");
    assert_int_equal(with[1].minutes, 10);
    taicho__v1__catalogue_record__free_unpacked(m, NULL);
    assert_int_equal(check(PROCESS(RECEIVE("10") "," REST), snapshot, &r), ERR_OK);
    assert_int_equal(catalogue_record_read(intake_pointer_pack(&r->entries[0], 3, 9, arena), arena, &record, &err),
                     ERR_OK);
    assert_int_equal(record.pointer_version, 3);
    assert_int_equal(catalogue_record_read(intake_release_pack(9, 12, arena), arena, &record, &err), ERR_OK);
    assert_int_equal(record.release_records, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clash_of_codes_names_both_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equal_records_have_equal_digests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(records_can_be_read_again, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
