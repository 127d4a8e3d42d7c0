/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a dossier at appraisal, act by act, each as it should be; and a dossier that has come to a step. */
#ifndef TAICHO_TESTS_APPRAISAL_STORY_H
#define TAICHO_TESTS_APPRAISAL_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/appraisal/appraisal.h"
#include "tests/unit/appraisal_bed.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;
static int64_t passed; /* since bed_now, for the acts of the clock */

static inline int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    passed = INSTANT_DAY;
    catalogue = bed_catalogue(arena);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- the commands and events, each as it should be */

static inline struct document_handle bed_paper(uint8_t n)
{
    struct document_handle h = {.id = bed_id(n), .pages = 2};
    memset(h.sha256, n & 0x0f, sizeof h.sha256); /* 10 and 26 are the same content */
    return h;
}

static inline struct appraisal_command event(enum appraisal_act act, int step)
{
    return (struct appraisal_command){.act = act, .from_event = true, .at = bed_now(), .step = step};
}

static inline struct appraisal_command received(const char *process)
{
    struct appraisal_command c = event(APPRAISAL_ACT_RECEIVE, 1);
    c.received = (struct dossier_facts){.id = bed_id(1),
                                        .code = "000.21.35.H11-191001-0001",
                                        .unit = UNIT,
                                        .receiving_unit = UNIT,
                                        .counter = "Q1",
                                        .procedure = "1.001193",
                                        .process = process,
                                        .origin_reference = "",
                                        .process_version = 1,
                                        .received_at = bed_now(),
                                        .due_at = bed_now() + INSTANT_DAY};
    return c;
}

static inline struct appraisal_command filed(uint8_t n, int kind)
{
    struct appraisal_command c = event(APPRAISAL_ACT_FILE_DOCUMENT, 0);
    c.paper = (struct paper){.handle = bed_paper(n), .kind = kind};
    return c;
}

/* A request form that lists so many papers. */
static inline struct appraisal_command filed_list(uint8_t n, int missing)
{
    struct appraisal_command c = filed(n, DOCUMENT_REQUEST);
    c.paper.missing = missing;
    return c;
}

static inline struct appraisal_command signed_(int step, int outcome, bool last)
{
    struct appraisal_command c = event(APPRAISAL_ACT_SIGN, step);
    c.outcome = outcome;
    c.last = last;
    return c;
}

static inline struct appraisal_command met(int step)
{
    struct appraisal_command c = event(APPRAISAL_ACT_MEET_OBLIGATION, step);
    c.due_at = bed_now() + 9 * INSTANT_DAY;
    return c;
}

static inline struct appraisal_command assign(const char *officer)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_ASSIGN, .at = bed_now(), .officer = officer};
}

static inline struct appraisal_command conclude(int opinion)
{
    static const char *reasons[] = {"not_eligible"};
    struct appraisal_command c = {.act = APPRAISAL_ACT_CONCLUDE, .at = bed_now(), .opinion = opinion};
    c.document = bed_paper(opinion == OPINION_FOR ? 10 : 11);
    c.reasons = reasons;
    c.reason_count = opinion == OPINION_AGAINST;
    return c;
}

static inline struct appraisal_command verify(void)
{
    static const char *who[] = {"td01", "td09"};
    static struct appraisal_verification v;
    v = (struct appraisal_verification){
        .at = bed_now(), .place = UNIT, .participants = who, .participant_count = 2, .others = 3};
    return (struct appraisal_command){
        .act = APPRAISAL_ACT_VERIFY, .at = bed_now(), .verification = &v, .document = bed_paper(12)};
}

static inline struct appraisal_command ask(const char *unit)
{
    return (struct appraisal_command){
        .act = APPRAISAL_ACT_ASK, .at = bed_now(), .asked = unit, .document = bed_paper(13)};
}

static inline struct appraisal_command verify_beside(void)
{
    struct appraisal_command c = verify();
    c.act = APPRAISAL_ACT_VERIFY_BESIDE;
    return c;
}

static inline struct appraisal_command ask_opinion(const char *unit, int minutes)
{
    struct appraisal_command c = ask(unit);
    c.act = APPRAISAL_ACT_ASK_OPINION;
    c.minutes = minutes;
    return c;
}

static inline struct appraisal_command answer(void)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_ANSWER, .at = bed_now(), .document = bed_paper(14)};
}

static inline struct appraisal_command lapse(void)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_LAPSE, .from_clock = true, .at = bed_now()};
}

static inline struct appraisal_command contribute(void)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_CONTRIBUTE,
                                      .at = bed_now(),
                                      .view = APPRAISAL_VIEW_NO_OBJECTION,
                                      .document = bed_paper(14)};
}

static inline struct appraisal_command lapse_part(void)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_LAPSE_PART, .from_clock = true, .at = bed_now()};
}

static inline struct appraisal_command warn_part(void)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_WARN_PART, .from_clock = true, .at = bed_now()};
}

/* parts_due gives the moment at which the first open part lapses; INSTANT_NONE: none is open. */
static inline instant parts_due(const struct appraisal_dossier *d)
{
    instant due = INSTANT_NONE;

    for (size_t i = 0; i < d->part_count; i++)
        if (d->parts[i].state == APPRAISAL_PART_QUEUED && (due == INSTANT_NONE || d->parts[i].due_at < due))
            due = d->parts[i].due_at;
    return due;
}

static inline struct appraisal_command told_by_the_clock(enum appraisal_act act)
{
    return (struct appraisal_command){.act = act, .from_clock = true, .at = bed_now()};
}

static inline struct appraisal_command ask_supplement(const char *ground)
{
    static const char *reasons[] = {"missing_component"};
    return (struct appraisal_command){.act = APPRAISAL_ACT_ASK_SUPPLEMENT,
                                      .at = bed_now(),
                                      .ground = ground,
                                      .reasons = reasons,
                                      .reason_count = 1,
                                      .document = bed_paper(13)};
}

static inline struct appraisal_command supplemented(int step)
{
    struct appraisal_command c = event(APPRAISAL_ACT_TAKE_SUPPLEMENT, step);
    c.due_at = bed_now() + 7 * INSTANT_DAY;
    return c;
}

static inline struct appraisal_command endorse(void)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_ENDORSE, .at = bed_now(), .document = bed_paper(10)};
}

static inline struct appraisal_command return_draft(void)
{
    static const char *reasons[] = {"wrong_draft"};
    return (struct appraisal_command){
        .act = APPRAISAL_ACT_RETURN_DRAFT, .at = bed_now(), .reasons = reasons, .reason_count = 1};
}

static inline enum err_code run(struct appraisal_dossier **d, struct appraisal_command c, const char *actor,
                                const char *unit, uint32_t roles, struct appraisal_decision *ret)
{
    struct appraisal_facts f = {.catalogue = catalogue,
                                .now = bed_now() + (c.from_clock ? passed : 0),
                                .recorded_at = bed_now() + passed,
                                .actor = actor,
                                .actor_unit = unit,
                                .actor_roles = roles};
    struct appraisal_decision x = {.step = -1};
    err = (struct err){.code = ERR_OK};
    enum err_code rc = appraisal_decide(*d, &c, &f, &x, &err);
    if (ret)
        *ret = x;
    if (rc) {
        assert_int_equal(x.step, -1);
        assert_true(err.vi[0] && err.en[0]);
        return rc;
    }
    *d = appraisal_apply(*d, &c, &x, arena);
    return rc;
}

static inline enum err_code hear(struct appraisal_dossier **d, struct appraisal_command c)
{
    return run(d, c, "", "", 0, NULL);
}

/* by is an officer with the unit and the rights of the post. */
static inline enum err_code by(const char *actor, struct appraisal_dossier **d, struct appraisal_command c)
{
    const struct officer *o = catalogue_officer(catalogue, actor, instant_day(bed_now()));
    return run(d, c, actor, o ? o->unit : UNIT, o ? o->roles : ROLE_BIT(APPRAISER), NULL);
}

static inline void must(enum err_code rc)
{
    if (rc)
        fail_msg("%s %s", err.field, err.en);
}

/* A dossier of a process by letters, with its papers. */
static inline struct appraisal_dossier *begun(const char *word)
{
    struct appraisal_dossier *d = NULL;
    must(hear(&d, received(word)));
    must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
    must(hear(&d, filed(11, DOCUMENT_DRAFT_REFUSAL)));
    must(hear(&d, filed(26, DOCUMENT_DRAFT_RESULT)));
    must(hear(&d, filed(12, DOCUMENT_MINUTES)));
    must(hear(&d, filed_list(13, 2)));
    must(hear(&d, filed(14, DOCUMENT_OPINION)));
    return d;
}

/* put brings step n, which is open, into a state of its kind; each of them is reached by its one usual way. */
static inline void put(struct appraisal_dossier **d, const char *word, int n, int state)
{
    switch (word[n - 1]) {
    case 'V':
        if (state != APPRAISAL_QUEUED)
            must(by("td01", d, assign("td01")));
        if (state == APPRAISAL_VERIFIED)
            must(by("td01", d, verify()));
        break;
    case 'C':
        if (state != APPRAISAL_QUEUED)
            must(by("td01", d, assign("td01")));
        if (state != APPRAISAL_QUEUED && state != APPRAISAL_ASSIGNED)
            must(by("td01", d, ask(OTHER)));
        if (state == APPRAISAL_CONSULTED)
            must(by("td09", d, answer()));
        if (state == APPRAISAL_UNANSWERED)
            must(hear(d, lapse()));
        break;
    case 'A':
        if (state != APPRAISAL_QUEUED)
            must(by("td01", d, assign("td01")));
        if (state == APPRAISAL_APPRAISED)
            must(by("td01", d, conclude(OPINION_FOR)));
        if (state == APPRAISAL_AWAITING_SUPPLEMENT)
            must(by("td01", d, ask_supplement(NULL)));
        break;
    case 'E':
        if (state == APPRAISAL_ENDORSED)
            must(by("tp01", d, endorse()));
        if (state == APPRAISAL_SENT_BACK)
            must(by("tp01", d, return_draft()));
        break;
    default:
        fail_msg("%s: step %d is none of appraisal", word, n);
    }
}

/* A dossier whose step n is in a state (FSM_NOWHERE: not opened, everything before the step before it has ended). */
static inline struct appraisal_dossier *come_to(const char *word, int n, int state)
{
    struct appraisal_dossier *d = begun(word);
    for (int i = 2; i < n; i++) {
        if (state == FSM_NOWHERE && i == n - 1)
            return d;
        switch (word[i - 1]) {
        case 'T':
            must(hear(&d, event(APPRAISAL_ACT_TAKE_TRANSFER, i)));
            break;
        case 'O':
            must(hear(&d, met(i)));
            break;
        case 'P':
            must(hear(&d, signed_(i, OUTCOME_GRANTED, false)));
            break;
        case 'E':
            put(&d, word, i, APPRAISAL_ENDORSED);
            break;
        case 'V':
            put(&d, word, i, APPRAISAL_VERIFIED);
            break;
        case 'C':
            put(&d, word, i, APPRAISAL_CONSULTED);
            break;
        default:
            put(&d, word, i, APPRAISAL_APPRAISED);
        }
    }
    if (state != FSM_NOWHERE)
        put(&d, word, n, state);
    return d;
}

#endif
