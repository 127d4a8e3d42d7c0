/* SPDX-License-Identifier: Apache-2.0 */
/* A district with its counter, a department with a counter in the provincial centre, and the centre's shared counter.
 */
#ifndef TAICHO_TESTS_INTAKE_BED_H
#define TAICHO_TESTS_INTAKE_BED_H

#include "common/base/role.h"
#include "common/domain/worktime.h"
#include "services/intake/intake.h"

#define BED_FROM 17897 /* 2019-01-01 */
#define BED_DAY  18170 /* 2019-10-01, a Tuesday */

#define HEAD(name)                                                                                                     \
    {                                                                                                                  \
        .id = (name), .version = 1, .valid_from = BED_FROM                                                             \
    }
#define HOURS .hours = {.count = 2, .open = {{420, 690}, {810, 1020}}}

static const struct unit bed_units[] = {
    {.record = HEAD("H11"), .agency_code = "000.00.00.H11", .name = "UBND tỉnh", .level = LEVEL_PROVINCE, .parent = ""},
    {.record = HEAD("H11.01"),
     .agency_code = "000.00.01.H11",
     .name = "Trung tâm",
     .level = LEVEL_DEPARTMENT,
     .parent = "H11"},
    {.record = HEAD("H11.05"),
     .agency_code = "000.00.05.H11",
     .name = "Sở",
     .level = LEVEL_DEPARTMENT,
     .parent = "H11"},
    {.record = HEAD("H11.35"),
     .agency_code = "000.00.35.H11",
     .name = "UBND thành phố",
     .level = LEVEL_DISTRICT,
     .parent = "H11"},
};

static const struct counter bed_counters[] = {
    {.record = HEAD("H11.01-Q1"), .unit = "H11.01", .name = "Quầy chung", .shared = true, HOURS},
    {.record = HEAD("H11.01-Q5"), .unit = "H11.05", .name = "Quầy Sở", HOURS},
    {.record = HEAD("H11.01-Q6"), .unit = "H11.01", .name = "Quầy khác", HOURS},
    {.record = HEAD("H11.35-Q1"), .unit = "H11.35", .name = "Một cửa", HOURS},
};

static const struct officer bed_officers[] = {
    {.record = HEAD("H11.01-tn01"), .unit = "H11.01", .counter = "H11.01-Q1", .roles = ROLE_BIT(RECEIVER)},
    {.record = HEAD("H11.01-tn06"), .unit = "H11.01", .counter = "H11.01-Q6", .roles = ROLE_BIT(RECEIVER)},
    {.record = HEAD("H11.05-tn01"), .unit = "H11.05", .counter = "H11.01-Q5", .roles = ROLE_BIT(RECEIVER)},
    {.record = HEAD("H11.35-tn01"), .unit = "H11.35", .counter = "H11.35-Q1", .roles = ROLE_BIT(RECEIVER)},
    {.record = HEAD("H11.35-tk01"), .unit = "H11.35", .counter = "H11.35-Q1", .roles = ROLE_BIT(RETURNER)},
    {.record = HEAD("H11.35-tr01"), .unit = "H11.35", .counter = "", .roles = ROLE_BIT(HEAD)},
    {.record = HEAD("H11.35-tr02"), .unit = "H11.35", .counter = "", .roles = ROLE_BIT(HEAD)},
    {.record = HEAD("H11-tr01"), .unit = "H11", .counter = "", .roles = ROLE_BIT(HEAD)},
    {.record = HEAD("H11.05-tr01"), .unit = "H11.05", .counter = "", .roles = ROLE_BIT(HEAD)},
    {.record = HEAD("H11.35-tn09"), .unit = "H11.35", .counter = "", .roles = ROLE_BIT(RECEIVER)},
    {.record = HEAD("H11.35-td01"), .unit = "H11.35", .counter = "", .roles = ROLE_BIT(APPRAISER)},
    {.record = HEAD("H11.35-2v"),
     .unit = "H11.35",
     .counter = "H11.35-Q1",
     .roles = ROLE_BIT(RECEIVER) | ROLE_BIT(CLERK)},
    {.record = HEAD("H11.05-td01"), .unit = "H11.05", .counter = "", .roles = ROLE_BIT(APPRAISER)},
    {.record = HEAD("H11.01-td01"), .unit = "H11.01", .counter = "", .roles = ROLE_BIT(APPRAISER)},
    {.record = HEAD("H11.35-tr01"), .unit = "H11.35", .counter = "", .roles = ROLE_BIT(HEAD)},
    {.record = HEAD("H11.05-tr01"), .unit = "H11.05", .counter = "", .roles = ROLE_BIT(HEAD)},
    {.record = HEAD("H11.35-tr02"),
     .unit = "H11.35",
     .counter = "H11.35-Q1",
     .roles = ROLE_BIT(RECEIVER) | ROLE_BIT(HEAD)},
};

static const struct time_variant bed_variants[] = {
    {.finding = "verification",
     .replaces = true,
     .unit = TIME_WORKING_DAYS,
     .amount = 5,
     .basis = "Luật thử nghiệm, Điều 2"},
    {.finding = "remote_area", .unit = TIME_WORKING_DAYS, .amount = 2, .basis = "Luật thử nghiệm, Điều 3"},
    {.finding = "simple", .replaces = true, .unit = TIME_WORKING_DAYS, .amount = 1, .basis = "Luật thử nghiệm, Điều 4"},
};
static const struct excluded_period bed_excluded[] = {
    {.period = "examination", .basis = "Luật thử nghiệm, Điều 5"},
    {.period = "auction", .reported = true, .basis = "Luật thử nghiệm, Điều 6"},
};

/* Of former years, of today, and each moment at which one falls due; online the charge is not to be paid. */
#define BED_VND(counter_, online_, post_)                                                                              \
    .amounts = {[CHANNEL_COUNTER] = (counter_), [CHANNEL_ONLINE] = (online_), [CHANNEL_POST] = (post_)}
static const struct fee_rule bed_fees[] = {
    {.code = "le-phi",
     .kind = FEE_KIND_CHARGE,
     BED_VND(100000, 0, 100000),
     .due = FEE_DUE_INTAKE,
     .basis = "TT cũ",
     .valid_from = BED_FROM,
     .valid_to = BED_DAY},
    {.code = "le-phi",
     .kind = FEE_KIND_CHARGE,
     BED_VND(50000, 0, 60000),
     .due = FEE_DUE_INTAKE,
     .exemptions = 1u << FEE_EXEMPT_ELDERLY,
     .basis = "TT 47/2019/TT-BTC",
     .valid_from = BED_DAY},
    {.code = "cong-bo",
     .kind = FEE_KIND_FEE,
     BED_VND(300000, 300000, 300000),
     .due = FEE_DUE_INTAKE,
     .refund = 1u << FEE_REFUND_REFUSED | 1u << FEE_REFUND_WITHDRAWN,
     .basis = "NĐ 78/2015/NĐ-CP, Điều 55",
     .valid_from = BED_FROM},
    {.code = "tham-dinh",
     .kind = FEE_KIND_FEE,
     BED_VND(200000, 200000, 200000),
     .due = FEE_DUE_SUPPLEMENT,
     .refund = 1u << FEE_REFUND_STOPPED,
     .basis = "NQ của HĐND",
     .valid_from = BED_FROM},
    {.code = "cap-phep",
     .kind = FEE_KIND_CHARGE,
     BED_VND(150000, 150000, 150000),
     .due = FEE_DUE_RETURN,
     .basis = "NQ của HĐND",
     .valid_from = BED_FROM},
};

/* Of former years, of today, and what is asked for in some cases only. */
static const struct listed_component bed_listed[] = {
    {.code = "so-ho-khau",
     .name = "Sổ hộ khẩu",
     .always = true,
     .copies = 1,
     .basis = "Luật cũ",
     .valid_from = BED_FROM,
     .valid_to = BED_DAY},
    {.code = "to-khai", .name = "Tờ khai", .always = true, .originals = 1, .basis = "Luật", .valid_from = BED_FROM},
    {.code = "ban-ve", .name = "Bản vẽ", .always = true, .certified = 1, .basis = "Luật", .valid_from = BED_DAY},
    {.code = "dong-y", .name = "Văn bản đồng ý (nếu chung)", .originals = 1, .basis = "Luật", .valid_from = BED_FROM},
};

static const struct procedure bed_procedures[] = {
    {.record = HEAD("1.000009"),
     .name = "Có danh mục giấy tờ",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 3,
     .time_unit = TIME_WORKING_DAYS,
     .components = bed_listed,
     .component_count = COUNT_OF(bed_listed)},
    {.record = HEAD("1.000008"),
     .name = "Có phí, lệ phí",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 3,
     .time_unit = TIME_WORKING_DAYS,
     .fees = bed_fees,
     .fee_count = COUNT_OF(bed_fees)},
    {.record = HEAD("1.000001"),
     .name = "Cấp giấy",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 3,
     .time_unit = TIME_WORKING_DAYS,
     .variants = bed_variants,
     .variant_count = COUNT_OF(bed_variants),
     .excluded = bed_excluded,
     .excluded_count = COUNT_OF(bed_excluded)},
    {.record = HEAD("1.000002"),
     .name = "Chứng thực",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 1,
     .time_unit = TIME_WORKING_DAYS,
     .on_the_spot = true,
     .same_day = true,
     .cutoff_minute = 900},
    {.record = HEAD("1.000003"),
     .name = "Của sở",
     .levels = 1u << LEVEL_DEPARTMENT,
     .statutory = 16 * 60,
     .time_unit = TIME_HOURS},
    {.record = HEAD("1.000004"),
     .name = "Chưa có quy trình",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 1,
     .time_unit = TIME_DAYS},
    {.record = HEAD("1.000006"),
     .name = "Có nghĩa vụ tài chính",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 3,
     .time_unit = TIME_WORKING_DAYS},
    {.record = HEAD("1.000007"),
     .name = "Nghĩa vụ tài chính trước",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 15,
     .time_unit = TIME_DAYS,
     .supplement_wait = 30,
     .supplement_basis = "Luật thử nghiệm, Điều 1"},
    {.record = {.id = "1.000005", .version = 1, .valid_from = BED_DAY + 1},
     .name = "Ngày mai",
     .levels = 1u << LEVEL_DISTRICT,
     .statutory = 1,
     .time_unit = TIME_MONTHS},
};

#define STEP(kind_, role_, unit_, counter_)                                                                            \
    {                                                                                                                  \
        .kind = STEP_##kind_, .roles = ROLE_BIT(role_), .minutes = 30, .unit_ref = unit_, .at_counter = counter_       \
    }

static const struct process_step bed_office[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(APPRAISE, APPRAISER, "own", false),    STEP(APPROVE, APPROVER, "own", false),
    STEP(APPRAISE, APPRAISER, "own", false),    STEP(APPROVE, APPROVER, "own", false),
    STEP(NUMBER_SEAL, CLERK, "own", false),     STEP(HAND_OVER, CLERK, "own", false),
    STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step bed_spot[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(APPRAISE, APPRAISER, "own", true),
    STEP(APPROVE, APPROVER, "own", true),       STEP(NUMBER_SEAL, CLERK, "own", true),
    STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step bed_paying[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(APPRAISE, APPRAISER, "own", false),    STEP(APPROVE, APPROVER, "own", false),
    STEP(OBLIGATION, APPRAISER, "own", false),  STEP(APPRAISE, APPRAISER, "own", false),
    STEP(APPROVE, APPROVER, "own", false),      STEP(NUMBER_SEAL, CLERK, "own", false),
    STEP(HAND_OVER, CLERK, "own", false),       STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step bed_paying_first[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(OBLIGATION, CLERK, "own", false),      STEP(APPRAISE, APPRAISER, "own", false),
    STEP(APPROVE, APPROVER, "own", false),      STEP(NUMBER_SEAL, CLERK, "own", false),
    STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process_step bed_department[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(APPRAISE, APPRAISER, "H11.05", false), STEP(APPROVE, APPROVER, "H11.05", false),
    STEP(NUMBER_SEAL, CLERK, "H11.05", false),  STEP(RETURN, RETURNER, "receiving", true),
};

static const struct process bed_processes[] = {
    {.record = HEAD("1.000009-district"),
     .procedure = "1.000009",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 1440,
     .steps = bed_office,
     .step_count = COUNT_OF(bed_office)},
    {.record = HEAD("1.000001-district"),
     .procedure = "1.000001",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 1440,
     .steps = bed_office,
     .step_count = COUNT_OF(bed_office)},
    {.record = HEAD("1.000008-district"),
     .procedure = "1.000008",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 1440,
     .steps = bed_office,
     .step_count = COUNT_OF(bed_office)},
    {.record = HEAD("1.000002-district"),
     .procedure = "1.000002",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_ON_THE_SPOT,
     .total_minutes = 480,
     .steps = bed_spot,
     .step_count = COUNT_OF(bed_spot)},
    {.record = HEAD("1.000006-district"),
     .procedure = "1.000006",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 1440,
     .steps = bed_paying,
     .step_count = COUNT_OF(bed_paying)},
    {.record = HEAD("1.000007-district"),
     .procedure = "1.000007",
     .level = LEVEL_DISTRICT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 1440,
     .steps = bed_paying_first,
     .step_count = COUNT_OF(bed_paying_first)},
    {.record = HEAD("1.000003-department"),
     .procedure = "1.000003",
     .level = LEVEL_DEPARTMENT,
     .route = ROUTE_BACK_OFFICE,
     .total_minutes = 960,
     .steps = bed_department,
     .step_count = COUNT_OF(bed_department)},
};

/* A decree changes the terms for a week, and is then taken back. */
#define BED_DECREE 18198 /* 2019-10-29, a Tuesday */
#define DECREED(name, value_)                                                                                          \
    {                                                                                                                  \
        .record = {.id = (name), .version = 1, .valid_from = BED_DECREE, .valid_to = BED_DECREE + 7},                  \
        .value = (value_)                                                                                              \
    }
static const struct legal_term bed_terms[] = {
    DECREED("transfer_cutoff", 600),    DECREED("supplement_ask", 5),       DECREED("submission_answer", 4),
    DECREED("apology_notice", 3),       DECREED("complaint_refusal", 1),    DECREED("complaint_answer", 10),
    DECREED("complaint_supplement", 3), DECREED("complaint_wait", 6),       DECREED("complaint_publish", 1),
    DECREED("collection_remind", 10),   DECREED("collection_reminders", 1), DECREED("late_entry", 2),
    DECREED("turn_signature", 2)};

/* bed_catalogue_with has one more process; NULL: none. */
static inline struct catalogue *bed_catalogue_with(struct arena *a, const struct process *more)
{
    struct catalogue *c = catalogue_new(a, 7);
    struct worktime_calendar *calendar = ARENA_NEW(a, struct worktime_calendar);

    BUG_IF(worktime_calendar_build(a, 2019, 2020, NULL, 0, NULL, 0, calendar, NULL), "the calendar");
    c->calendar = calendar;
    c->calendar_last_year = 2020;
    for (size_t i = 0; i < COUNT_OF(bed_units); i++)
        catalogue_add_unit(c, &bed_units[i]);
    for (size_t i = 0; i < COUNT_OF(bed_counters); i++)
        catalogue_add_counter(c, &bed_counters[i]);
    for (size_t i = 0; i < COUNT_OF(bed_officers); i++)
        catalogue_add_officer(c, &bed_officers[i]);
    for (size_t i = 0; i < COUNT_OF(bed_procedures); i++)
        catalogue_add_procedure(c, &bed_procedures[i]);
    for (size_t i = 0; i < COUNT_OF(bed_processes); i++)
        catalogue_add_process(c, &bed_processes[i]);
    if (more)
        catalogue_add_process(c, more);
    for (size_t i = 0; i < COUNT_OF(bed_terms); i++)
        catalogue_add_term(c, &bed_terms[i]);
    catalogue_seal(c);
    return c;
}

static inline struct catalogue *bed_catalogue(struct arena *a)
{
    return bed_catalogue_with(a, NULL);
}

/* Posts of the unit that handles it, and whether they speak for it; the token of each says that it does. */
static const struct {
    const char *post;
    bool may;
} bed_handlers[] = {
    {"H11.35-td01", true}, {"H11.35-tr01", true}, {"H11.35-tn01", false}, {"H11.35-tk01", false}, {"H11.35-2v", false},
};

/* What was filed to show what moves a date. */
static struct paper bed_evidence = {.handle = {.id = {{9}}, .sha256 = {7}, .pages = 2}, .kind = DOCUMENT_EVIDENCE};
static const struct papers bed_papers = {.items = &bed_evidence, .count = 1, .room = 1};

/* The facts of an act on 2019-10-01. */
static inline struct intake_facts bed_facts(struct arena *a, const struct catalogue *c, const char *actor,
                                            const char *unit, int minute)
{
    return (struct intake_facts){.catalogue = c,
                                 .now = instant_of_day(BED_DAY, minute),
                                 .actor = actor,
                                 .actor_unit = unit,
                                 .papers = &bed_papers,
                                 .arena = a};
}

static inline struct intake_receive bed_receive(const char *counter, const char *procedure)
{
    static const struct intake_component component = {.name = "Tờ khai", .originals = 1};

    return (struct intake_receive){
        .counter = counter,
        .procedure = procedure,
        .channel = CHANNEL_COUNTER,
        .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
        .components = &component,
        .component_count = 1,
    };
}

/* bed_says that a move of a child is refused by the one sentence for what is not in its table. */
static inline void bed_says(const struct err *e, const struct fsm *f, int from, int act, const char *field,
                            const char *child_vi, const char *child_en)
{
    char vi[256], en[256];

    (void)snprintf(vi, sizeof vi, "không thể %s khi %s ở trạng thái \"%s\"", f->acts_vi[act], child_vi,
                   f->states_vi[from]);
    (void)snprintf(en, sizeof en, "cannot %s when %s is %s", f->acts[act], child_en, f->states[from]);
    assert_int_equal(e->code, ERR_ILLEGAL_MOVE);
    assert_string_equal(e->field, field);
    assert_string_equal(e->vi, vi);
    assert_string_equal(e->en, en);
}

#endif
