/* SPDX-License-Identifier: Apache-2.0 */
/* Reference data for the lifecycles of appraisal and approval: two units, their officers, processes. */
#ifndef TAICHO_TESTS_APPRAISAL_BED_H
#define TAICHO_TESTS_APPRAISAL_BED_H

#include <string.h>

#include "common/base/role.h"
#include "common/domain/catalogue.h"
#include "common/domain/worktime.h"

#define UNIT     "H11.35.21"
#define OTHER    "H11.35.22"
#define THIRD    "H11.35.23"
#define FOURTH   "H11.35.24"
#define BED_MANY "H11.36.2%d" /* units 0 to PROCESS_WITH_MAX */

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
    {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true},
};
/* Linked units in order: the one behind the other. */
static const struct process_step bed_chain[] = {
    {STEP_RECEIVE, ROLE_BIT(RECEIVER), 15, 0, "receiving", true},
    {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, OTHER, false},
    {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, "own", false},
    {STEP_APPROVE, ROLE_BIT(APPROVER), 240, 0, "own", false},
    {STEP_NUMBER_SEAL, ROLE_BIT(CLERK), 15, 0, "own", false},
    {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true},
};
/* Processes by letters, one per step. */
static const struct {
    char letter;
    struct process_step step;
} bed_letters[] = {
    {'R', {STEP_RECEIVE, ROLE_BIT(RECEIVER), 15, 0, "receiving", true}},
    {'T', {STEP_TRANSFER, ROLE_BIT(RECEIVER), 15, 0, "receiving", true}},
    {'V', {STEP_VERIFY, ROLE_BIT(APPRAISER), 120, 0, "own", false}},
    {'C', {STEP_CONSULT, ROLE_BIT(APPRAISER), 120, 0, "own", false}},
    {'A', {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, "own", false}},
    {'L', {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 0, "own", false}}, /* led, with two units */
    /* The same, warned of when this much is left: of the unit that has more, too. */
    {'M', {STEP_APPRAISE, ROLE_BIT(APPRAISER), 480, 150, "own", false}},
    {'E', {STEP_ENDORSE, ROLE_BIT(ENDORSER), 60, 0, "own", false}},
    {'O', {STEP_OBLIGATION, ROLE_BIT(APPRAISER), 60, 0, "own", false}},
    {'P', {STEP_APPROVE, ROLE_BIT(APPROVER), 240, 0, "own", false}},
    {'N', {STEP_NUMBER_SEAL, ROLE_BIT(CLERK), 15, 0, "own", false}},
    {'X', {STEP_RETURN, ROLE_BIT(RETURNER), 0, 0, "receiving", true}},
};
static const char *const bed_words[] = {"RAPNX",    "RTAPNX",  "RAPAPNX",  "RAPOAPNX", "RAPOVAPNX",  "RAPOCAPNX",
                                        "RVAPNX",   "RTVAPNX", "RAPVAPNX", "RVVAPNX",  "RCAPNX",     "RTCAPNX",
                                        "RAPCAPNX", "RVCAPNX", "RAEPNX",   "RAEEPNX",  "RTAEPAEPNX", "RLPNX",
                                        "RTLPNX",   "RALPNX",  "RLEPNX",   "RLPLPNX",  "RMPNX",      "RCCAPNX"};

/* 1 October 2019, 08:00, a Tuesday. */
static instant bed_now(void)
{
    int32_t day = 0;
    return instant_day_parse("2019-10-01", &day) ? instant_of_day(day, 8 * 60) : 0;
}

static void bed_officer(struct catalogue *c, struct arena *a, const char *id, const char *unit, const char *counter,
                        uint32_t roles)
{
    struct officer *o = ARENA_NEW(a, struct officer);
    *o = (struct officer){.record = {.id = id, .version = 1, .valid_from = 0},
                          .unit = unit,
                          .counter = counter,
                          .title = "",
                          .roles = roles};
    catalogue_add_officer(c, o);
}

static struct process *bed_process(struct catalogue *c, struct arena *a, const char *id,
                                   const struct process_step *steps, size_t n)
{
    struct process *p = ARENA_NEW(a, struct process);
    *p = (struct process){.record = {.id = id, .version = 1, .valid_from = 0},
                          .procedure = "1.001193",
                          .level = LEVEL_COMMUNE,
                          .steps = steps,
                          .step_count = (int)n};
    catalogue_add_process(c, p);
    return p;
}

static void bed_word(struct catalogue *c, struct arena *a, const char *word)
{
    size_t n = strlen(word);
    struct process_step *steps = ARENA_ARRAY(a, n, struct process_step);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < COUNT_OF(bed_letters); k++)
            if (bed_letters[k].letter == word[i])
                steps[i] = bed_letters[k].step;
    struct process_with *with = ARENA_ARRAY(a, 2 * n, struct process_with);
    struct process *p = bed_process(c, a, word, steps, n);
    p->with = with;
    for (size_t i = 0; i < n; i++)
        if (word[i] == 'L' || word[i] == 'M') {
            with[p->with_count++] = (struct process_with){(int)i + 1, OTHER, 240};
            with[p->with_count++] = (struct process_with){(int)i + 1, THIRD, 120};
        }
}

static struct catalogue *bed_catalogue(struct arena *a)
{
    struct catalogue *c = catalogue_new(a, 1);
    struct worktime_calendar *calendar = ARENA_NEW(a, struct worktime_calendar);
    struct err e;

    BUG_IF(worktime_calendar_build(a, 2019, 2020, NULL, 0, NULL, 0, calendar, &e) != ERR_OK, "%s", e.en);
    static const struct unit unit = {.record = {.id = UNIT, .version = 1}, .level = LEVEL_COMMUNE};
    static const struct unit other = {.record = {.id = OTHER, .version = 1}, .level = LEVEL_COMMUNE};
    static const struct unit third = {.record = {.id = THIRD, .version = 1}, .level = LEVEL_COMMUNE};
    static const struct unit fourth = {.record = {.id = FOURTH, .version = 1}, .level = LEVEL_COMMUNE};
    static const struct counter counter = {.record = {.id = "Q1", .version = 1}, .unit = UNIT};
    /* The first may be appraised and decided by one officer at once, the second is for two. */
    static const struct procedure one = {
        .record = {.id = "2.000635", .version = 1}, .same_day = true, .one_officer = true};
    static const struct procedure two = {.record = {.id = "1.001193", .version = 1}, .same_day = true};
    catalogue_add_unit(c, &unit);
    catalogue_add_unit(c, &other);
    catalogue_add_unit(c, &third);
    catalogue_add_unit(c, &fourth);
    for (int i = 0; i <= PROCESS_WITH_MAX; i++) {
        struct unit *u = ARENA_NEW(a, struct unit);
        *u = (struct unit){.record = {.id = arena_printf(a, BED_MANY, i), .version = 1}, .level = LEVEL_COMMUNE};
        catalogue_add_unit(c, u);
    }
    catalogue_add_counter(c, &counter);
    catalogue_add_procedure(c, &one);
    catalogue_add_procedure(c, &two);
    bed_officer(c, a, "td01", UNIT, "Q1", ROLE_BIT(APPRAISER));
    bed_officer(c, a, "td02", UNIT, "", ROLE_BIT(APPRAISER));
    bed_officer(c, a, "tr01", UNIT, "", ROLE_BIT(HEAD));
    bed_officer(c, a, "pd01", UNIT, "Q1", ROLE_BIT(APPROVER));
    bed_officer(c, a, "both", UNIT, "Q1", ROLE_BIT(APPROVER) | ROLE_BIT(APPRAISER));
    bed_officer(c, a, "tp01", UNIT, "", ROLE_BIT(ENDORSER));
    bed_officer(c, a, "tdtp", UNIT, "", ROLE_BIT(APPRAISER) | ROLE_BIT(ENDORSER));
    bed_officer(c, a, "tr09", OTHER, "", ROLE_BIT(HEAD));
    bed_officer(c, a, "vt09", OTHER, "", ROLE_BIT(CLERK));
    bed_officer(c, a, "tp09", OTHER, "", ROLE_BIT(ENDORSER));
    bed_officer(c, a, "vt01", UNIT, "", ROLE_BIT(CLERK));
    bed_officer(c, a, "td09", OTHER, "", ROLE_BIT(APPRAISER));
    bed_officer(c, a, "td19", THIRD, "", ROLE_BIT(APPRAISER));
    bed_officer(c, a, "td05", FOURTH, "", ROLE_BIT(APPRAISER));
    bed_officer(c, a, "pd09", OTHER, "", ROLE_BIT(APPROVER));
    bed_process(c, a, "spot", bed_spot, COUNT_OF(bed_spot));
    bed_process(c, a, "office", bed_office, COUNT_OF(bed_office));
    bed_process(c, a, "chain", bed_chain, COUNT_OF(bed_chain));
    bed_process(c, a, "rounds", bed_rounds, COUNT_OF(bed_rounds));
    for (size_t i = 0; i < COUNT_OF(bed_words); i++)
        bed_word(c, a, bed_words[i]);
    /* For ten days in August the officer had longer to ask for a supplement. */
    struct legal_term *term = ARENA_NEW(a, struct legal_term);
    *term = (struct legal_term){
        .record = {.id = "supplement_ask", .version = 1, .valid_from = 18109, .valid_to = 18119}, .value = 60};
    catalogue_add_term(c, term);
    catalogue_seal(c);
    c->calendar = calendar;
    c->calendar_last_year = 2020;
    return c;
}

static struct id bed_id(uint8_t n)
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
