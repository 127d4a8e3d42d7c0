/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier whose papers go round units that co-operate: what is heard of it, and who has them. */
#ifndef TAICHO_TESTS_INTAKE_ROUND_H
#define TAICHO_TESTS_INTAKE_ROUND_H

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

#define MINUTE(m) instant_of_day(BED_DAY, m)
#define LEAD      "H11.35"
#define FIRST     "H11.05"
#define SECOND    "H11.01"

static struct intake_dossier dossier;
static const struct intake_sheet sheet = {.number = 1, .originals = 1, .paper = true, .to_return = true};

/* What is written of each move of the papers. */
static struct intake_holder moves[16];
static struct intake_work gave[16]; /* of whoever had them before */
static int moved;

static const struct intake_decision *at(int minute, enum intake_act act, const void *command, const char *actor,
                                        const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, minute);

    f.sheets = &sheet;
    f.sheet_count = 1;
    err = (struct err){.code = ERR_OK};
    return intake_decide(act == INTAKE_RECEIVE ? NULL : &dossier, act, command, &f, out, &err) ? NULL : out;
}

static const struct intake_decision *keep(const struct intake_decision *out)
{
    assert_non_null(out);
    dossier = out->next;
    if (out->turn)
        gave[moved] = out->gave;
    if (out->turn)
        moves[moved++] = intake_holder_turned(&dossier.turn);
    return out;
}

/* The events of the others, as they are told. */
struct told {
    enum intake_act act;
    const char *unit, *lead;
    bool waits;
    int minute;
    const struct step_clock *clock; /* of the work that it ends; NULL: that had no time, or it ends none */
    enum step_judged judged;
};

static void hear(struct told t)
{
    const struct intake_progress c = {.step = 3,
                                      .asked = t.unit,
                                      .lead = t.lead,
                                      .waits = t.waits,
                                      .at = MINUTE(t.minute),
                                      .clock = t.clock,
                                      .judged = t.judged};
    const struct intake_supplement_asked s = {.step = 3, .round = 1, .by = LEAD "-td01", .at = MINUTE(t.minute)};
    bool is_supplement = t.act == INTAKE_REQUEST_SUPPLEMENT;

    /* Heard of later than it was told. */
    keep(at(t.minute + 2, t.act, is_supplement ? (const void *)&s : &c, NULL, NULL));
}

#define TURN(unit_, waits_, minute_)                                                                                   \
    ((struct told){.act = INTAKE_OPEN_PARTS, .unit = unit_, .lead = LEAD, .waits = waits_, .minute = minute_})
#define ENDS(unit_, minute_) ((struct told){.act = INTAKE_END_PART, .unit = unit_, .minute = minute_})
#define TELLS(act_, minute_) ((struct told){.act = INTAKE_##act_, .minute = minute_})

/* went is a told end with how the work went: of this unit, allowed until then, and so many minutes late. */
static inline struct told went(struct told t, const char *unit, int due, int64_t late, enum step_judged by)
{
    struct step_clock *c = ARENA_NEW(arena, struct step_clock);

    *c = (struct step_clock){.unit = unit, .due = MINUTE(due), .minutes_late = late};
    t.clock = c;
    t.judged = by;
    return t;
}

/* gave_on tells how the n-th move says that the work of its giver went. */
static inline void gave_on(int n, enum timing result, int due)
{
    assert_true(n < moved);
    assert_int_equal(gave[n].result, result);
    if (result != TIMING_NONE)
        assert_int_equal(gave[n].due_at, MINUTE(due));
}

/* The dossier lies with the appraiser of the lead, who has taken it over. */
static void taken(void)
{
    const struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    const struct intake_move move = {0};

    moved = 0;
    keep(at(480, INTAKE_RECEIVE, &c, "H11.35-tn01", LEAD));
    keep(at(490, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", LEAD));
    keep(at(500, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", LEAD));
    hear(TELLS(TAKE_UP, 505));
}

static void is_held(struct intake_holder h, const char *unit, const char *post, const char *act, int minute)
{
    assert_string_equal(h.unit, unit);
    assert_true((h.post != NULL) == (post != NULL));
    if (post)
        assert_string_equal(h.post, post);
    assert_string_equal(h.act, act);
    assert_int_equal(h.since, MINUTE(minute));
}

static void holds(const char *unit, const char *post, const char *act, int minute)
{
    struct intake_holder h = intake_holder_of(&dossier);

    is_held(h, unit, post, act, minute);
    assert_null(h.going_to);
}

#endif
