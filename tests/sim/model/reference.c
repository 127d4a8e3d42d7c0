/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference data of two releases: a district with its counter, a department whose dossiers come in at the shared
 * counter of the provincial centre, and in whose appraise step two other units have a say; three kinds of process, one
 * with a second version. Mandates, seals and series.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/worktime.h"
#include "services/approval/repo.h"
#include "services/return/repo.h"
#include "tests/sim/model/sim.h"

#define FROM 17897 /* 2019-01-01 */

#define HEAD(name)                                                                                                     \
    {                                                                                                                  \
        .id = (name), .version = 1, .valid_from = FROM                                                                 \
    }
#define HOURS .hours = {.count = 2, .open = {{420, 690}, {810, 1020}}}

static const struct unit units[] = {
    {.record = HEAD("H11"), .agency_code = "000.00.00.H11", .name = "", .level = LEVEL_PROVINCE, .parent = ""},
    {.record = HEAD("H11.01"), .agency_code = "000.00.01.H11", .name = "", .level = LEVEL_DEPARTMENT, .parent = "H11"},
    {.record = HEAD("H11.05"), .agency_code = "000.00.05.H11", .name = "", .level = LEVEL_DEPARTMENT, .parent = "H11"},
    {.record = HEAD("H11.07"), .agency_code = "000.00.07.H11", .name = "", .level = LEVEL_DEPARTMENT, .parent = "H11"},
    {.record = HEAD("H11.35"), .agency_code = "000.00.35.H11", .name = "", .level = LEVEL_DISTRICT, .parent = "H11"},
};

static const struct counter counters[] = {
    {.record = HEAD("H11.01-Q1"), .unit = "H11.01", .name = "", .shared = true, HOURS},
    {.record = HEAD("H11.35-Q1"), .unit = "H11.35", .name = "", HOURS},
};

#define POST(name, unit_, counter_, ...)                                                                               \
    {                                                                                                                  \
        .record = HEAD(name), .unit = unit_, .counter = counter_, .title = "", .roles = __VA_ARGS__                    \
    }
#define DESKS(unit_)                                                                                                   \
    POST(unit_ "-td1", unit_, "", ROLE_BIT(APPRAISER)), POST(unit_ "-td2", unit_, "", ROLE_BIT(APPRAISER)),            \
        POST(unit_ "-2v", unit_, "", ROLE_BIT(APPRAISER) | ROLE_BIT(APPROVER)),                                        \
        POST(unit_ "-3v", unit_, "", ROLE_BIT(ENDORSER) | ROLE_BIT(APPROVER)),                                         \
        POST(unit_ "-tp", unit_, "", ROLE_BIT(ENDORSER)), POST(unit_ "-tr", unit_, "", ROLE_BIT(HEAD)),                \
        POST(unit_ "-pd1", unit_, "", ROLE_BIT(APPROVER)), POST(unit_ "-pd2", unit_, "", ROLE_BIT(APPROVER)),          \
        POST(unit_ "-vt", unit_, "", ROLE_BIT(CLERK))

static const struct officer officers[] = {
    DESKS("H11.35"),
    DESKS("H11.05"),
    DESKS("H11.07"),
    POST("H11-tr", "H11", "", ROLE_BIT(HEAD)),
    POST("H11.35-vq", "H11.35", "H11.35-Q1", ROLE_BIT(CLERK)),
    POST("H11.35-tn", "H11.35", "H11.35-Q1", ROLE_BIT(RECEIVER)),
    POST("H11.35-tk", "H11.35", "H11.35-Q1", ROLE_BIT(RETURNER)),
    POST("H11.01-tn", "H11.01", "H11.01-Q1", ROLE_BIT(RECEIVER)),
    POST("H11.01-tk", "H11.01", "H11.01-Q1", ROLE_BIT(RETURNER)),
};

static const struct time_variant variants[] = {
    {.finding = "verification", .replaces = true, .unit = TIME_WORKING_DAYS, .amount = 5, .basis = ""},
};
static const struct excluded_period excluded[] = {{.period = "examination", .basis = ""}};

#define ENDS (1u << FEE_REFUND_REFUSED | 1u << FEE_REFUND_WITHDRAWN | 1u << FEE_REFUND_STOPPED)
#define FEE(code_, due_, refund_)                                                                                      \
    {                                                                                                                  \
        .code = code_, .kind = FEE_KIND_FEE, .amounts = {0, 50000, 50000, 50000}, .due = FEE_DUE_##due_,               \
        .refund = refund_, .exemptions = 1u << FEE_EXEMPT_CHILD, .basis = "x"                                          \
    }
static const struct fee_rule once_more[] = {FEE("bo-sung", SUPPLEMENT, 0)};
static const struct fee_rule now_and_then[] = {FEE("cap-phep", RETURN, 0), FEE("phi", INTAKE, ENDS)};

static const struct procedure procedures[] = {
    {.record = HEAD("1.000001"),
     .name = "",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 3,
     .time_unit = TIME_WORKING_DAYS,
     .supplement_wait = 1,
     .variants = variants,
     .variant_count = COUNT_OF(variants),
     .excluded = excluded,
     .excluded_count = COUNT_OF(excluded),
     .fees = once_more,
     .fee_count = COUNT_OF(once_more)},
    {.record = HEAD("1.000002"),
     .name = "",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 1,
     .time_unit = TIME_WORKING_DAYS,
     .on_the_spot = true,
     .fees = now_and_then,
     .fee_count = COUNT_OF(now_and_then)},
    {.record = HEAD("1.000003"),
     .name = "",
     .levels = 1u << LEVEL_DEPARTMENT,
     .statutory = 16 * 60,
     .time_unit = TIME_HOURS},
};

static const struct legal_term terms[] = {{.record = HEAD("supplement_ask"), .value = 2},
                                          {.record = HEAD("collection_remind"), .value = 0}, /* at once */
                                          {.record = HEAD("collection_reminders"), .value = SIM_REMINDERS}};

/* A warning is due soon after a step has begun, and of a transfer, which has until the evening, in the afternoon: time
 * goes by in leaps here. */
#define STEP(kind_, role_, unit_, counter_)                                                                            \
    {                                                                                                                  \
        .kind = STEP_##kind_, .roles = ROLE_BIT(role_), .minutes = 960,                                                \
        .near_minutes = STEP_##kind_ == STEP_TRANSFER ? 120 : 955, .unit_ref = unit_, .at_counter = counter_           \
    }

static const struct process_step office[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(VERIFY, APPRAISER, "own", false),      STEP(APPRAISE, APPRAISER, "own", false),
    STEP(ENDORSE, ENDORSER, "own", false),      STEP(APPROVE, APPROVER, "own", false),
    STEP(OBLIGATION, APPRAISER, "own", false),  STEP(APPRAISE, APPRAISER, "own", false),
    STEP(APPROVE, APPROVER, "own", false),      STEP(NUMBER_SEAL, CLERK, "own", false),
    STEP(HAND_OVER, CLERK, "own", false),       STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step spot[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(APPRAISE, APPRAISER, "own", true),
    STEP(APPROVE, APPROVER, "own", true),       STEP(NUMBER_SEAL, CLERK, "own", true),
    STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step spot_later[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(APPRAISE, APPRAISER, "own", true),
    STEP(APPROVE, APPROVER, "own", true),       STEP(NUMBER_SEAL, CLERK, "own", true),
    STEP(HAND_OVER, CLERK, "own", true),        STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step department[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(CONSULT, APPRAISER, "H11.05", false),  STEP(APPRAISE, APPRAISER, "H11.05", false),
    STEP(ENDORSE, ENDORSER, "H11.05", false),   STEP(APPROVE, APPROVER, "H11.05", false),
    STEP(NUMBER_SEAL, CLERK, "H11.05", false),  STEP(HAND_OVER, CLERK, "H11.05", false),
    STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_with department_with[] = {
    {.step = 4, .unit = "H11.35", .minutes = 30},
    {.step = 4, .unit = "H11.07", .minutes = 960},
};

#define PROCESS(name, procedure_, level_, route_, steps_)                                                              \
    {                                                                                                                  \
        .record = HEAD(name), .procedure = procedure_, .level = LEVEL_##level_, .route = ROUTE_##route_,               \
        .total_minutes = 480, .steps = steps_, .step_count = COUNT_OF(steps_)                                          \
    }
static const struct process processes[] = {
    PROCESS("1.000001-district", "1.000001", DISTRICT, BACK_OFFICE, office),
    {.record = HEAD("1.000003-department"),
     .procedure = "1.000003",
     .level = LEVEL_DEPARTMENT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 480,
     .steps = department,
     .step_count = COUNT_OF(department),
     .with = department_with,
     .with_count = COUNT_OF(department_with)},
};
static const struct process spots[] = {
    PROCESS("1.000002-district", "1.000002", DISTRICT, ON_THE_SPOT, spot),
    {.record = {.id = "1.000002-district", .version = 2, .valid_from = FROM + 1},
     .procedure = "1.000002",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_ON_THE_SPOT,
     .total_minutes = 480,
     .steps = spot_later,
     .step_count = COUNT_OF(spot_later)},
};
/* Release 2 ends version 1, which dossiers stay bound to. */
static const struct process spot_ended = {
    .record = {.id = "1.000002-district", .version = 1, .valid_from = FROM, .valid_to = FROM + 1},
    .procedure = "1.000002",
    .level = LEVEL_DISTRICT,
    .route = ROUTE_ON_THE_SPOT,
    .total_minutes = 480,
    .steps = spot,
    .step_count = COUNT_OF(spot)};

#define HOLIDAY 18176 /* 2019-10-07, in days since 1970: nobody receives anything so late */

static struct arena *memory; /* for all seeds */
static struct catalogue *made[3];

static struct catalogue *make(int64_t release)
{
    struct catalogue *c = catalogue_new(memory, release);
    struct worktime_calendar *calendar = ARENA_NEW(memory, struct worktime_calendar);

    static const int32_t holiday[] = {HOLIDAY};

    /* The second release brings a holiday. */
    BUG_IF(worktime_calendar_build(memory, 2019, 2020, holiday, release > 1, NULL, 0, calendar, NULL), "the calendar");
    c->calendar = calendar;
    c->calendar_last_year = 2020;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        catalogue_add_unit(c, &units[i]);
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        catalogue_add_counter(c, &counters[i]);
    for (size_t i = 0; i < COUNT_OF(officers); i++)
        catalogue_add_officer(c, &officers[i]);
    for (size_t i = 0; i < COUNT_OF(procedures); i++)
        catalogue_add_procedure(c, &procedures[i]);
    for (size_t i = 0; i < COUNT_OF(processes); i++)
        catalogue_add_process(c, &processes[i]);
    catalogue_add_process(c, release > 1 ? &spot_ended : &spots[0]);
    if (release > 1)
        catalogue_add_process(c, &spots[1]);
    for (size_t i = 0; i < COUNT_OF(terms); i++)
        catalogue_add_term(c, &terms[i]);
    catalogue_seal(c);
    return c;
}

void reference_make(void)
{
    if (!memory) {
        memory = arena_new(16u << 20);
        made[1] = make(1);
        made[2] = make(2);
    }
    world.catalogues[1] = made[1];
    world.catalogues[2] = made[2];
}

/* Somebody of a unit with a role, by chance among those that fit; counter: NULL for wherever. any: the mixed post too.
 */
const struct officer *reference_officer(const char *unit, uint32_t roles, const char *counter, bool any)
{
    const struct officer *found[COUNT_OF(officers)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(officers); i++)
        if (strcmp(officers[i].unit, unit) == 0 && (officers[i].roles & roles) &&
            (!counter || strcmp(officers[i].counter, counter) == 0) &&
            (any || (officers[i].roles & (officers[i].roles - 1)) == 0))
            found[n++] = &officers[i];
    BUG_IF(n == 0, "nobody of %s with roles %u", unit, roles);
    return found[sim_random(n)];
}

/* ---- mandates: each approver has one of his own */

static const char *everything[] = {APPROVAL_ANY_PROCEDURE};

const char *reference_mandate(const struct officer *o)
{
    return o->record.id; /* the code is the officer's */
}

void approval_mandates_need(struct batch *b UNUSED, const char *code UNUSED)
{
}

const struct approval_mandate *approval_mandates_find(const struct batch *b, const char *code)
{
    for (size_t i = 0; i < COUNT_OF(officers); i++)
        if (strcmp(officers[i].record.id, code) == 0 && (officers[i].roles & ROLE_BIT(APPROVER))) {
            struct approval_mandate *m = ARENA_NEW(b->arena, struct approval_mandate);
            *m = (struct approval_mandate){.code = officers[i].record.id,
                                           .officer = officers[i].record.id,
                                           .unit = officers[i].unit,
                                           .form = FORM_TM,
                                           .procedures = everything,
                                           .procedure_count = 1,
                                           .legal_basis = "",
                                           .valid_from = FROM};
            return m;
        }
    return NULL;
}

void approval_mandates_ask(struct batch *b UNUSED)
{
}

enum err_code approval_mandates_take(struct batch *b UNUSED, struct err *reterr UNUSED)
{
    return ERR_OK;
}

void approval_mandates_put(struct batch *b UNUSED, struct subject *s UNUSED, const struct approval_mandate *m UNUSED)
{
    BUG_IF(true, "mandates are constant here");
}

/* ---- registers */

static const struct return_series all_series[] = {
    {"S35-kq", "H11.35", OUTCOME_GRANTED, "{n}/KQ", FROM, 0},
    {"S35-tc", "H11.35", OUTCOME_REFUSED, "{n}/TC", FROM, 0},
    {"S35-xl", "H11.35", OUTCOME_APOLOGY, "{n}/PXL", FROM, 0},
    {"S35-dg", "H11.35", OUTCOME_STOPPED, "{n}/TBD", FROM, 0},
    {"S35-dc", "H11.35", OUTCOME_CORRECTION, "{n}/DC", FROM, 0},
    {"S05-kq", "H11.05", OUTCOME_GRANTED, "{n}/KQ", FROM, 0},
    {"S05-tc", "H11.05", OUTCOME_REFUSED, "{n}/TC", FROM, 0},
    {"S05-xl", "H11.05", OUTCOME_APOLOGY, "{n}/PXL", FROM, 0},
    {"S05-dg", "H11.05", OUTCOME_STOPPED, "{n}/TBD", FROM, 0},
    {"S05-dc", "H11.05", OUTCOME_CORRECTION, "{n}/DC", FROM, 0},
};

static const struct return_seal all_seals[] = {
    {"D35-1", "H11.35", 1, "H11.35-vt", "office", "", "", FROM, 0},
    {"D35-2", "H11.35", 2, "H11.35-vq", "H11.35-Q1", "", "x", FROM, 0},
    {"D05-1", "H11.05", 1, "H11.05-vt", "office", "", "", FROM, 0},
};

const char *reference_series(const char *unit, int outcome)
{
    for (size_t i = 0; i < COUNT_OF(all_series); i++)
        if (strcmp(all_series[i].unit, unit) == 0 && all_series[i].outcome == outcome)
            return all_series[i].code;
    BUG_IF(true, "no series of %s", unit);
}

const char *reference_seal(const char *unit, bool second, const struct officer **ret_keeper)
{
    for (size_t i = 0; i < COUNT_OF(all_seals); i++)
        if (strcmp(all_seals[i].unit, unit) == 0 && all_seals[i].ordinal == 1 + second) {
            for (size_t k = 0; k < COUNT_OF(officers); k++)
                if (strcmp(officers[k].record.id, all_seals[i].keeper) == 0)
                    *ret_keeper = &officers[k];
            return all_seals[i].code;
        }
    BUG_IF(true, "no seal of %s", unit);
}

void return_repo_ask_registers(struct batch *b UNUSED)
{
}

enum err_code return_repo_take_registers(struct batch *b UNUSED, struct err *reterr UNUSED)
{
    return ERR_OK;
}

void return_repo_name_series(struct batch *b UNUSED, const char *code UNUSED)
{
}

void return_repo_name_seal(struct batch *b UNUSED, const char *code UNUSED)
{
}

const struct return_series *return_repo_series(const struct batch *b UNUSED, const char *code)
{
    for (size_t i = 0; i < COUNT_OF(all_series); i++)
        if (strcmp(all_series[i].code, code) == 0)
            return &all_series[i];
    return NULL;
}

const struct return_seal *return_repo_seal(const struct batch *b UNUSED, const char *code)
{
    for (size_t i = 0; i < COUNT_OF(all_seals); i++)
        if (strcmp(all_seals[i].code, code) == 0)
            return &all_seals[i];
    return NULL;
}

struct return_series *return_repo_put_series(struct batch *b UNUSED, const struct return_series *s UNUSED)
{
    BUG_IF(true, "series are constant here");
}

struct return_seal *return_repo_put_seal(struct batch *b UNUSED, const struct return_seal *s UNUSED)
{
    BUG_IF(true, "seals are constant here");
}
