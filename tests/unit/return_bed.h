/* SPDX-License-Identifier: Apache-2.0 */
/* Reference data for return: an issuing unit, a receiving unit, their officers, processes, series and seals. */
#ifndef TAICHO_TESTS_RETURN_BED_H
#define TAICHO_TESTS_RETURN_BED_H

#include <string.h>

#include "common/base/role.h"
#include "common/domain/catalogue.h"
#include "services/return/return.h"

#define UNIT  "H11.35"
#define FRONT "H11.35.21"
#define OTHER "H11.36"

/* On the spot: all at the counter of one unit. */
static const struct process_step bed_spot[] = {
    {STEP_RECEIVE, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_APPRAISE, ROLE_BIT(APPRAISER), 45, 0, "own", true},
    {STEP_APPROVE, ROLE_BIT(APPROVER), 30, 0, "own", true},
    {STEP_NUMBER_SEAL, ROLE_BIT(CLERK), 15, 0, "own", true},
    {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true},
};
static const struct process_step bed_office[] = {
    {STEP_RECEIVE, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_TRANSFER, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, "own", false},
    {STEP_APPROVE, ROLE_BIT(APPROVER), 240, 0, "own", false},
    {STEP_NUMBER_SEAL, ROLE_BIT(CLERK), 15, 0, "own", false},
    {STEP_HAND_OVER, ROLE_BIT(CLERK), 60, 0, "own", false},
    {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true},
};
static const struct process_step bed_rounds[] = {
    {STEP_RECEIVE, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_TRANSFER, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, "own", false},
    {STEP_APPROVE, ROLE_BIT(APPROVER), 240, 0, "own", false},
    {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, "own", false},
    {STEP_APPROVE, ROLE_BIT(APPROVER), 240, 0, "own", false},
    {STEP_NUMBER_SEAL, ROLE_BIT(CLERK), 15, 0, "own", false},
    {STEP_HAND_OVER, ROLE_BIT(CLERK), 60, 0, "own", false},
    {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true},
};
static const struct process_step bed_unsealed[] = {
    {STEP_RECEIVE, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_APPROVE, ROLE_BIT(APPROVER), 30, 0, "own", true},
    {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true},
};

static const struct return_series bed_series[] = {
    {"kq", UNIT, OUTCOME_GRANTED, "{n}/KQ-UBND", 1, 0},    {"tb", UNIT, OUTCOME_REFUSED, "{n}/TB-UBND", 1, 0},
    {"xl", UNIT, OUTCOME_APOLOGY, "{n}/XL-UBND", 1, 0},    {"dg", UNIT, OUTCOME_STOPPED, "{n}/TBD-UBND", 1, 0},
    {"dc", UNIT, OUTCOME_CORRECTION, "{n}/DC-UBND", 1, 0}, {"kq-khac", OTHER, OUTCOME_GRANTED, "{n}/KQ-SNV", 1, 0},
    {"kq-cu", UNIT, OUTCOME_GRANTED, "{n}/KQ", 1, 2},      {"kq-moi", UNIT, OUTCOME_GRANTED, "{n}/KQ", 40000, 0},
};
static const struct return_seal bed_seals[] = {
    {"s1", UNIT, 1, "vt01", "office", "01/ĐKMD", "", 1, 0},
    {"s2", UNIT, 2, "vt02", "Q1", "02/ĐKMD", "12/QĐ-UBND", 1, 0},
    {"s1q", UNIT, 1, "vt02", "Q1", "03/ĐKMD", "", 1, 0},
    {"s2q2", UNIT, 2, "vt02", "Q2", "04/ĐKMD", "13/QĐ-UBND", 1, 0},
    {"s2o", UNIT, 2, "vt01", "office", "05/ĐKMD", "14/QĐ-UBND", 1, 0},
    {"s2cu", UNIT, 2, "vt02", "Q1", "06/ĐKMD", "15/QĐ-UBND", 1, 2},
    {"s2moi", UNIT, 2, "vt02", "Q1", "07/ĐKMD", "16/QĐ-UBND", 40000, 0},
    {"s2ca", UNIT, 2, "ca01", "Q1", "09/ĐKMD", "17/QĐ-UBND", 1, 0},
    {"s-khac", OTHER, 1, "vt01", "office", "08/ĐKMD", "", 1, 0},
};

/* How often is told that nobody came for what lies ready on the first of October 2019; a test may say another number.
 */
static struct legal_term bed_reminders = {
    .record = {.id = "collection_reminders", .version = 1, .valid_from = 18170, .valid_to = 18171}};

/* 1 October 2019, 08:00, a Tuesday. */
static inline instant bed_now(void)
{
    int32_t day = 0;
    return instant_day_parse("2019-10-01", &day) ? instant_of_day(day, 8 * 60) : 0;
}

static void bed_officer(struct catalogue *c, struct arena *a, const char *id, const char *unit, const char *counter,
                        uint32_t roles)
{
    struct officer *o = ARENA_NEW(a, struct officer);
    *o = (struct officer){
        .record = {.id = id, .version = 1}, .unit = unit, .counter = counter, .title = "", .roles = roles};
    catalogue_add_officer(c, o);
}

static void bed_process(struct catalogue *c, struct arena *a, const char *id, const struct process_step *steps,
                        size_t n)
{
    struct process *p = ARENA_NEW(a, struct process);
    *p = (struct process){.record = {.id = id, .version = 1},
                          .procedure = "1.001193",
                          .level = LEVEL_COMMUNE,
                          .steps = steps,
                          .step_count = (int)n};
    catalogue_add_process(c, p);
}

static void bed_unit(struct catalogue *c, struct arena *a, const char *id)
{
    struct unit *u = ARENA_NEW(a, struct unit);
    *u = (struct unit){.record = {.id = id, .version = 1},
                       .agency_code = "000.21.35.H11",
                       .name = id,
                       .level = LEVEL_COMMUNE,
                       .parent = "H11"};
    catalogue_add_unit(c, u);
}

static struct catalogue *bed_catalogue(struct arena *a)
{
    struct catalogue *c = catalogue_new(a, 1);
    struct worktime_calendar *calendar = ARENA_NEW(a, struct worktime_calendar);
    struct err e;

    BUG_IF(worktime_calendar_build(a, 2019, 2020, NULL, 0, NULL, 0, calendar, &e) != ERR_OK, "%s", e.en);
    c->calendar = calendar;
    c->calendar_last_year = 2020;
    bed_unit(c, a, UNIT);
    bed_unit(c, a, FRONT);
    bed_unit(c, a, OTHER);
    bed_officer(c, a, "vt01", UNIT, "", ROLE_BIT(CLERK));
    bed_officer(c, a, "vt02", UNIT, "Q1", ROLE_BIT(CLERK));
    bed_officer(c, a, "td01", UNIT, "", ROLE_BIT(APPRAISER));
    bed_officer(c, a, "ca01", UNIT, "Q1", ROLE_BIT(CLERK) | ROLE_BIT(RETURNER));
    bed_officer(c, a, "tk00", UNIT, "Q1", ROLE_BIT(RETURNER));
    bed_officer(c, a, "tk01", FRONT, "Q9", ROLE_BIT(RETURNER));
    bed_officer(c, a, "vt09", FRONT, "", ROLE_BIT(CLERK));
    bed_officer(c, a, "vt08", OTHER, "", ROLE_BIT(CLERK));
    bed_process(c, a, "spot", bed_spot, COUNT_OF(bed_spot));
    bed_process(c, a, "office", bed_office, COUNT_OF(bed_office));
    bed_process(c, a, "rounds", bed_rounds, COUNT_OF(bed_rounds));
    bed_process(c, a, "unsealed", bed_unsealed, COUNT_OF(bed_unsealed));
    catalogue_add_term(c, &bed_reminders);
    catalogue_seal(c);
    return c;
}

static inline const char *bed_unit_of(const char *officer)
{
    return strcmp(officer, "tk01") == 0 || strcmp(officer, "vt09") == 0 ? FRONT
           : strcmp(officer, "vt08") == 0                               ? OTHER
                                                                        : UNIT;
}

static inline const struct return_series *bed_find_series(const char *code)
{
    for (size_t i = 0; code && i < COUNT_OF(bed_series); i++)
        if (strcmp(bed_series[i].code, code) == 0)
            return &bed_series[i];
    return NULL;
}

static inline const struct return_seal *bed_find_seal(const char *code)
{
    for (size_t i = 0; code && i < COUNT_OF(bed_seals); i++)
        if (strcmp(bed_seals[i].code, code) == 0)
            return &bed_seals[i];
    return NULL;
}

static inline struct id bed_id(uint8_t n)
{
    struct id id = {{0}};
    id.b[15] = n;
    return id;
}

/* bed_day_off gives the catalogue a calendar in which a day is off, and no other. */
static inline void bed_day_off(struct catalogue *c, struct arena *a, int32_t day)
{
    struct worktime_calendar *calendar = ARENA_NEW(a, struct worktime_calendar);
    struct err e;

    BUG_IF(worktime_calendar_build(a, 2019, 2020, &day, 1, NULL, 0, calendar, &e) != ERR_OK, "%s", e.en);
    c->calendar = calendar;
}

#endif
