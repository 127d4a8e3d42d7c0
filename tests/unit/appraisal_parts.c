/* SPDX-License-Identifier: Apache-2.0 */
/* Co-operating units: all at once or one after the other, what they say, when they do not, and what the lead waits for.
 */
#include "tests/unit/appraisal_story.h"

#define NOWHERE  FSM_NOWHERE
#define PART(s)  APPRAISAL_PART_##s
#define DOES(a)  APPRAISAL_PART_ACT_##a
#define HOURS(n) ((n)*INSTANT_HOUR)

static const struct {
    int from, act, to;
} allowed[] = {
    {NOWHERE, DOES(OPEN), PART(QUEUED)},
    {NOWHERE, DOES(LINE_UP), PART(WAITING)},
    {PART(WAITING), DOES(OPEN), PART(QUEUED)},
    {PART(QUEUED), DOES(CONTRIBUTE), PART(GIVEN)},
    {PART(QUEUED), DOES(LAPSE), PART(LAPSED)},
    {PART(WAITING), DOES(CANCEL), PART(CANCELLED)},
    {PART(QUEUED), DOES(CANCEL), PART(CANCELLED)},
    {PART(QUEUED), DOES(WARN), PART(QUEUED)},
    {PART(LAPSED), DOES(CONTRIBUTE), PART(LAPSED)},
};

static int goes_to(int from, int act)
{
    for (size_t i = 0; i < COUNT_OF(allowed); i++)
        if (allowed[i].from == from && allowed[i].act == act)
            return allowed[i].to;
    return NOWHERE;
}

/* Every state and act: what stands in the list above is in the table, and nothing else. */
static void the_table_is_what_is_allowed(void **state)
{
    (void)state;
    must(fsm_check(&appraisal_part_fsm, false, &err));
    for (int from = NOWHERE; from < APPRAISAL_PART_STATE_COUNT; from++)
        for (int act = 0; act < APPRAISAL_PART_ACT_COUNT; act++) {
            const struct fsm_edge *e = fsm_next(&appraisal_part_fsm, from, act, NULL);
            if ((e ? e->to : NOWHERE) != goes_to(from, act))
                fail_msg("from %d by act %d", from, act);
            assert_null(e ? fsm_next(&appraisal_part_fsm, from, act, e) : NULL);
        }
}

/* ---- a dossier on paper, or of files, at a step that is led */

static struct appraisal_dossier *led(bool electronic)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_command c = received("RLPNX");
    c.received.electronic = electronic;
    must(hear(&d, c));
    must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
    must(hear(&d, filed_list(13, 1)));
    must(hear(&d, filed(14, DOCUMENT_OPINION)));
    must(by("td01", &d, assign("td01")));
    return d;
}

static const struct appraisal_part *part_of(const struct appraisal_dossier *d, int step, int round, const char *unit)
{
    for (size_t i = 0; i < d->part_count; i++)
        if (d->parts[i].step == step && d->parts[i].round == round && strcmp(d->parts[i].unit, unit) == 0)
            return &d->parts[i];
    return NULL;
}

static void is_at(const struct appraisal_dossier *d, int round, enum appraisal_part_state other,
                  enum appraisal_part_state third)
{
    assert_int_equal(part_of(d, 2, round, OTHER)->state, other);
    assert_int_equal(part_of(d, 2, round, THIRD)->state, third);
}

/* ---- every state of a part, by each way in which an act comes to it */

/* What is said, or ERR_OK: whatever else happens, this part stays as it is. A word stands for its state or its unit. */
struct way {
    enum appraisal_part_act does;
    enum appraisal_act act;
    const char *actor; /* NULL: nobody */
    enum err_code code;
    const char *field, *vi, *en;
};

static const struct way ways[] = {
    {DOES(CONTRIBUTE), APPRAISAL_ACT_CONTRIBUTE, "td09", ERR_ILLEGAL_MOVE, "parts",
     "không thể cho ý kiến phối hợp khi phần phối hợp của đơn vị " OTHER " ở trạng thái \"%s\"",
     "cannot contribute when the part of unit " OTHER " is %s"},
    {DOES(LAPSE), APPRAISAL_ACT_LAPSE_PART, NULL, ERR_ILLEGAL_MOVE, "", "không có đơn vị phối hợp nào quá hạn",
     "no part is overdue"},
    {DOES(WARN), APPRAISAL_ACT_WARN_PART, NULL, ERR_ILLEGAL_MOVE, "", "không có đơn vị phối hợp nào sắp hết hạn",
     "no part is to be warned of"},
    {DOES(CANCEL), APPRAISAL_ACT_WITHDRAW, NULL, ERR_OK, "", "", ""},
    {DOES(CANCEL), APPRAISAL_ACT_STOP, NULL, ERR_OK, "", "", ""},
    {DOES(CANCEL), APPRAISAL_ACT_ASK_SUPPLEMENT, "td01", ERR_OK, "", "", ""},
    {DOES(OPEN), APPRAISAL_ACT_CONTRIBUTE, "td19", ERR_OK, "", "", ""}, /* the one before it has given its own */
    {DOES(LINE_UP), APPRAISAL_ACT_ASK_OPINION, "td01", ERR_CONFLICT, "unit",
     "đơn vị " OTHER " đã được lấy ý kiến trong lượt này", "unit " OTHER " is or was asked in this round already"},
    {DOES(LINE_UP), APPRAISAL_ACT_RECEIVE, NULL, ERR_ILLEGAL_MOVE, "",
     "không thể tiếp nhận khi hồ sơ ở trạng thái \"đã phân công\"", "cannot receive a dossier that is assigned"},
};

static struct appraisal_command as_it_should_be(enum appraisal_act act)
{
    if (act == APPRAISAL_ACT_CONTRIBUTE)
        return contribute();
    if (act == APPRAISAL_ACT_ASK_SUPPLEMENT)
        return ask_supplement(NULL);
    if (act == APPRAISAL_ACT_ASK_OPINION)
        return ask_opinion(OTHER, 60);
    if (act == APPRAISAL_ACT_LAPSE_PART)
        return lapse_part();
    if (act == APPRAISAL_ACT_WARN_PART)
        return warn_part();
    return act == APPRAISAL_ACT_RECEIVE ? received("RLPNX") : event(act, 0);
}

static bool is_said(const char *said, const char *form, const char *state)
{
    char text[256];
    const char *at = strstr(form, "%s");

    if (!at)
        return strcmp(said, form) == 0;
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - form), form, state, at + 2);
    return strcmp(said, text) == 0;
}

/* The part of OTHER is tried; THIRD's is given, or the one before it. */
static void try(const struct way *w, int from)
{
    bool comes_behind = w->does == DOES(OPEN);
    struct appraisal_dossier *d = led(true);
    struct appraisal_part *p = &d->parts[0];
    int to = goes_to(from, w->does);
    struct appraisal_decision x = {.part_count = 0};

    assert_string_equal(p->unit, OTHER);
    p->state = (enum appraisal_part_state)from;
    d->parts[1].state = comes_behind ? PART(QUEUED) : PART(GIVEN);
    passed = w->does == DOES(WARN) ? p->near_at - bed_now() : INSTANT_DAY;

    const struct appraisal_part before = *p;
    const struct officer *o = w->actor ? catalogue_officer(catalogue, w->actor, instant_day(bed_now())) : NULL;
    enum err_code rc = run(&d, as_it_should_be(w->act), o ? w->actor : "", o ? o->unit : "", o ? o->roles : 0, &x);
    p = &d->parts[0];
    if (to != NOWHERE) {
        must(rc);
        assert_int_equal(p->state, to);
        return;
    }
    if (rc != w->code || strcmp(err.field, w->field) != 0 ||
        !is_said(err.vi, w->vi, appraisal_part_fsm.states_vi[from]) ||
        !is_said(err.en, w->en, appraisal_part_state_names[from]))
        fail_msg("%s, a part that is %s: %d [%s] %s | %s", appraisal_act_names[w->act],
                 appraisal_part_state_names[from], rc, err.field, err.vi, err.en);
    assert_memory_equal(p, &before, sizeof before);
    for (int i = 0; !rc && i < x.part_count; i++) /* nor is anything told of it */
        assert_string_not_equal(x.parts[i].unit, OTHER);
}

static void every_state_and_way(void **state)
{
    unsigned tried = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        tried |= 1u << ways[i].does;
        for (int from = 0; from < APPRAISAL_PART_STATE_COUNT; from++)
            try(&ways[i], from);
    }
    assert_int_equal(tried, (1u << APPRAISAL_PART_ACT_COUNT) - 1);
}

/* ---- how a dossier goes */

/* What is on paper goes from unit to unit, what is files to all of them. */
static void only_files_are_at_two_places(void **state)
{
    struct dossier_facts f = {.electronic = true};
    (void)state;
    assert_false(appraisal_parts_in_order(&f));
    f.electronic = false;
    assert_true(appraisal_parts_in_order(&f));
}

static void files_go_to_all_at_once(void **state)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_decision x;
    struct appraisal_command c = received("RLPNX");
    (void)state;
    c.received.electronic = true;
    must(run(&d, c, "", "", 0, &x));
    assert_true(appraisal_parts_open(&x));
    assert_int_equal(x.part_count, 2);
    assert_int_equal(x.waiting_count, 0);
    assert_false(x.in_order);
    assert_string_equal(x.lead, UNIT);
    is_at(d, 1, PART(QUEUED), PART(QUEUED));
    assert_true(part_of(d, 2, 1, OTHER)->due_at == bed_now() + HOURS(6)); /* two of them are noon */
    assert_true(part_of(d, 2, 1, THIRD)->due_at == bed_now() + HOURS(2));
    assert_true(parts_due(d) == bed_now() + HOURS(2));
    assert_true(part_of(d, 2, 1, OTHER)->begun && part_of(d, 2, 1, OTHER)->changed);
}

static void paper_goes_from_one_to_the_next(void **state)
{
    struct appraisal_dossier *d = led(false);
    struct appraisal_decision x;
    struct appraisal_command c = contribute();
    (void)state;
    is_at(d, 1, PART(QUEUED), PART(WAITING));
    assert_true(part_of(d, 2, 1, THIRD)->due_at == INSTANT_NONE);
    assert_int_equal(by("td19", &d, c), ERR_ILLEGAL_MOVE); /* its turn has not come */
    must(run(&d, c, "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    is_at(d, 1, PART(GIVEN), PART(QUEUED));
    assert_int_equal(x.event, APPRAISAL_EVENT_CONTRIBUTED);
    assert_true(appraisal_parts_open(&x) && x.in_order && x.waiting_count == 0);
    assert_int_equal(x.parts[0].edge->to, PART(GIVEN));
    assert_string_equal(x.parts[1].unit, THIRD);
    /* Its own deadline counts from its own turn. */
    assert_true(part_of(d, 2, 1, THIRD)->opened_at == bed_now());
    assert_true(part_of(d, 2, 1, THIRD)->due_at == bed_now() + HOURS(2));
    must(run(&d, c, "td19", THIRD, ROLE_BIT(APPRAISER), &x));
    assert_false(appraisal_parts_open(&x));
    assert_true(parts_due(d) == INSTANT_NONE);
    must(by("td01", &d, conclude(OPINION_FOR)));
}

static void the_first_event_says_who_waits(void **state)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_decision x;
    (void)state;
    must(run(&d, received("RLPNX"), "", "", 0, &x));
    assert_true(x.in_order && x.part_count == 2 && x.waiting_count == 1);
    assert_string_equal(x.waiting[0], THIRD);
}

/* ---- what a unit says */

static void what_is_given_stands(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_decision x;
    static const char *reasons[] = {"not_eligible"};
    struct appraisal_command c = contribute();
    (void)state;
    c.view = APPRAISAL_VIEW_AGAINST;
    c.reasons = reasons;
    c.reason_count = 1;
    must(run(&d, c, "tr09", OTHER, ROLE_BIT(HEAD), &x));
    const struct appraisal_part *p = part_of(d, 2, 1, OTHER);
    assert_int_equal(p->state, PART(GIVEN));
    assert_string_equal(p->officer, "tr09");
    assert_int_equal(p->view, APPRAISAL_VIEW_AGAINST);
    assert_true(id_eq(p->document, bed_id(14)) && p->ended_at == bed_now());
    assert_string_equal(x.asked, OTHER);
    assert_int_equal(x.step, 2);
    assert_null(x.edge); /* the lead's step goes on */
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_ASSIGNED);
    assert_int_equal(by("td09", &d, contribute()), ERR_ILLEGAL_MOVE); /* once */
}

static void refused(const char *who, struct appraisal_command c, enum err_code code, const char *field)
{
    struct appraisal_dossier *d = led(true);
    assert_int_equal(by(who, &d, c), code);
    assert_string_equal(err.field, field);
    is_at(d, 1, PART(QUEUED), PART(QUEUED));
}

static void only_who_co_operates_gives_a_part(void **state)
{
    struct appraisal_command c = contribute();
    (void)state;
    refused("td01", c, ERR_FORBIDDEN, "actor"); /* who leads does not co-operate with himself */
    refused("vt09", c, ERR_FORBIDDEN, "actor");
    refused("tp09", c, ERR_FORBIDDEN, "actor");
    refused("pd09", c, ERR_FORBIDDEN, "actor");
    c.step = 3;
    refused("td09", c, ERR_INVALID, "step");
    c = contribute();
    c.view = APPRAISAL_VIEW_AGAINST;
    refused("td09", c, ERR_INVALID, "reasons");
    c = contribute();
    c.view = APPRAISAL_VIEW_NONE;
    refused("td09", c, ERR_INVALID, "opinion");
    c = contribute();
    c.document = bed_paper(10); /* a draft */
    refused("td09", c, ERR_INVALID, "answer.id");
    c.document = bed_paper(99);
    refused("td09", c, ERR_INVALID, "answer.id");
    c = contribute();
    c.document.sha256[0] ^= 1;
    refused("td09", c, ERR_INVALID, "answer.sha256");
    /* A unit that co-operates does nothing else. */
    refused("td09", assign("td09"), ERR_FORBIDDEN, "actor");
    refused("td09", conclude(OPINION_FOR), ERR_FORBIDDEN, "actor");
}

static void no_step_without_others_has_parts(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    (void)state;
    assert_int_equal(d->part_count, 0);
    assert_int_equal(by("td09", &d, contribute()), ERR_CONFLICT);
    assert_string_equal(err.field, "step");
}

static void who_decided_gives_no_part(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_command c = event(APPRAISAL_ACT_DECIDE, 3);
    (void)state;
    c.approver = "td09";
    must(hear(&d, c));
    assert_int_equal(by("td09", &d, contribute()), ERR_FORBIDDEN);
    must(by("tr09", &d, contribute()));
}

/* What was done on paper before the turn of the unit came cannot have been this. What is done now is: a clock that was
 * ahead when the turn came holds nobody up. */
static void a_turn_is_not_taken_before_it_came(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_command c = contribute();
    struct appraisal_facts f = {.catalogue = catalogue,
                                .now = bed_now() - HOURS(1),
                                .recorded_at = bed_now(),
                                .actor = "td09",
                                .actor_unit = OTHER,
                                .actor_roles = ROLE_BIT(APPRAISER)};
    struct appraisal_decision x;
    (void)state;
    assert_int_equal(appraisal_decide(d, &c, &f, &x, &err), ERR_CONFLICT);
    assert_string_equal(err.field, "parts");
    f.recorded_at = f.now;
    must(appraisal_decide(d, &c, &f, &x, &err));
}

/* ---- the lead waits for them */

static void the_lead_concludes_behind_them(void **state)
{
    struct appraisal_dossier *d = led(true);
    (void)state;
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_CONFLICT);
    assert_string_equal(err.field, "parts");
    assert_non_null(strstr(err.en, OTHER ", " THIRD));
    must(by("td19", &d, contribute()));
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_CONFLICT);
    assert_null(strstr(err.en, THIRD));
    must(by("td09", &d, contribute()));
    must(by("td01", &d, conclude(OPINION_FOR)));
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_APPRAISED);
}

/* Only the clock makes a unit silent: the head of the counter is told, and the lead goes on without it. */
static void silence_is_told_and_holds_nobody_up(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_decision x;
    (void)state;
    passed = HOURS(1);
    assert_int_equal(hear(&d, lapse_part()), ERR_ILLEGAL_MOVE);
    passed = HOURS(2);
    must(run(&d, lapse_part(), "", "", 0, &x));
    is_at(d, 1, PART(QUEUED), PART(LAPSED)); /* the one whose time is over */
    assert_int_equal(x.event, APPRAISAL_EVENT_PART_LAPSED);
    assert_string_equal(x.asked, THIRD);
    assert_string_equal(x.told, "tr01");
    assert_int_equal(hear(&d, lapse_part()), ERR_ILLEGAL_MOVE);
    must(by("td09", &d, contribute()));
    must(by("td01", &d, conclude(OPINION_FOR)));
}

/* Of a dossier on paper, so that a turn could come by it. */
static void a_late_part_stands_beside_the_silence(void **state)
{
    static const char *reasons[] = {"not_eligible"};
    struct appraisal_dossier *d = led(false);
    struct appraisal_command c = contribute();
    struct appraisal_decision x;
    (void)state;
    passed = HOURS(6);
    must(hear(&d, lapse_part()));
    is_at(d, 1, PART(LAPSED), PART(QUEUED));
    const instant ended = part_of(d, 2, 1, OTHER)->ended_at;
    c.view = APPRAISAL_VIEW_AGAINST;
    assert_int_equal(by("td09", &d, c), ERR_INVALID);
    assert_string_equal(err.field, "reasons");
    c.reasons = reasons;
    c.reason_count = 1;
    must(run(&d, c, "tr09", OTHER, ROLE_BIT(HEAD), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_ANSWERED_LATE);
    assert_true(x.step == 2 && x.round == 1 && x.part_count == 1 && !x.timed && !x.edge && !appraisal_parts_open(&x));
    assert_int_equal(x.parts[0].number, 1);
    const struct appraisal_part *p = part_of(d, 2, 1, OTHER);
    is_at(d, 1, PART(LAPSED), PART(QUEUED));
    assert_true(p->view == APPRAISAL_VIEW_AGAINST && id_eq(p->document, bed_id(14)));
    assert_true(p->ended_at == ended && p->answered_at == bed_now() && x.due_at == p->due_at);
    assert_string_equal(p->officer, "tr09");
    assert_int_equal(by("td09", &d, contribute()), ERR_CONFLICT); /* once */
    assert_string_equal(err.field, "parts");
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_CONFLICT); /* the other one is still waited for */
}

/* Also when it was concluded meanwhile, or the draft has gone back: nobody is asked again then. */
static void a_late_part_is_taken_until_it_is_decided(void **state)
{
    struct appraisal_command decided = event(APPRAISAL_ACT_DECIDE, 3);
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct appraisal_dossier *d = led(true);
        passed = HOURS(2);
        must(hear(&d, lapse_part()));
        must(by("td09", &d, contribute()));
        must(by("td01", &d, conclude(OPINION_FOR)));
        if (i == 1)
            must(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 3)));
        if (i == 2)
            must(hear(&d, decided));
        if (i == 3)
            must(hear(&d, event(APPRAISAL_ACT_WITHDRAW, 0)));
        assert_int_equal(by("td19", &d, contribute()), i < 2 ? ERR_OK : ERR_CONFLICT);
        assert_true(id_is_nil(part_of(d, 2, 1, THIRD)->document) == (i >= 2));
        assert_int_equal(part_of(d, 2, 1, THIRD)->state, PART(LAPSED));
    }
}

/* Behind the opinion it might cross the decision, and nobody could tell who knew of whom. */
static void no_late_part_is_taken_of_the_unit_that_decides(void **state)
{
    struct appraisal_dossier *d = led(true);
    (void)state;
    struct process_step *approves =
        (struct process_step *)process_step(catalogue_process_version(catalogue, "RLPNX", 1), 3); /* this test's own */
    assert_int_equal(approves->kind, STEP_APPROVE);
    approves->unit_ref = THIRD;
    passed = HOURS(6);
    must(hear(&d, lapse_part()));
    must(hear(&d, lapse_part()));
    assert_int_equal(by("td19", &d, contribute()), ERR_CONFLICT);
    assert_string_equal(err.field, "parts");
    assert_string_equal(err.en, "unit " THIRD " decides on it, so no late opinion of it is taken");
    must(by("td09", &d, contribute()));
}

static void keep_silent_in(struct appraisal_dossier **d)
{
    must(by("td01", d, assign("td01")));
    passed = HOURS(6);
    must(hear(d, lapse_part()));
    must(hear(d, lapse_part()));
    must(by("td01", d, conclude(OPINION_FOR)));
}

/* A later decision says nothing of what was asked behind an earlier one, and its return nothing of what that decided.
 */
static void each_decision_is_of_the_steps_before_it(void **state)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_command c = received("RLPLPNX"), named = contribute();
    (void)state;
    c.received.electronic = true;
    must(hear(&d, c));
    must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
    must(hear(&d, filed(14, DOCUMENT_OPINION)));
    keep_silent_in(&d);
    must(hear(&d, signed_(3, OUTCOME_GRANTED, false)));
    keep_silent_in(&d);
    assert_true(part_of(d, 2, 1, OTHER)->decided && !part_of(d, 4, 1, OTHER)->decided);
    must(hear(&d, event(APPRAISAL_ACT_DECIDE, 5)));
    assert_true(part_of(d, 4, 1, OTHER)->decided);
    must(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 5)));
    assert_true(part_of(d, 2, 1, OTHER)->decided && !part_of(d, 4, 1, OTHER)->decided);
    must(by("td09", &d, contribute()));
    assert_false(id_is_nil(part_of(d, 4, 1, OTHER)->document));
    named.step = 2;
    assert_int_equal(by("td09", &d, named), ERR_CONFLICT);
    assert_true(id_is_nil(part_of(d, 2, 1, OTHER)->document));
}

/* Unless the process says of the step how much of its time is left then, a fifth of the unit's own. */
static void a_unit_is_warned_once_before_its_time_is_over(void **state)
{
    struct appraisal_dossier *d = led(true);
    const struct appraisal_part *other = part_of(d, 2, 1, OTHER), *third = part_of(d, 2, 1, THIRD);
    enum appraisal_act what;
    struct appraisal_decision x;
    (void)state;
    assert_true(third->near_at == third->due_at - 24 * INSTANT_MINUTE);
    assert_true(other->near_at == bed_now() + 192 * INSTANT_MINUTE);
    assert_true(appraisal_parts_next(d) == third->near_at);
    assert_false(appraisal_parts_tell(d, third->near_at - 1, &what));
    passed = third->near_at - 1 - bed_now();
    assert_int_equal(hear(&d, warn_part()), ERR_ILLEGAL_MOVE); /* too early */
    passed++;
    assert_true(appraisal_parts_tell(d, third->near_at, &what));
    assert_int_equal(what, APPRAISAL_ACT_WARN_PART);
    must(run(&d, warn_part(), "", "", 0, &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_NEAR);
    assert_true(x.step == 2 && x.round == 1 && x.kind == STEP_APPRAISE && !x.edge && !x.timed);
    assert_string_equal(x.unit, THIRD);
    assert_null(x.officer);
    assert_int_equal(x.parts[0].number, third->number);
    assert_true(x.opened_at == third->opened_at && x.due_at == third->due_at);
    assert_false(appraisal_parts_open(&x)); /* no turn comes */
    is_at(d, 1, PART(QUEUED), PART(QUEUED));
    assert_int_equal(third->warning, STEP_WARNING_NEAR);
    assert_int_equal(other->warning, STEP_WARNING_NONE);
    assert_int_equal(appraisal_step_open(d)->warning, STEP_WARNING_NONE); /* nothing of the lead's step */
    assert_int_equal(hear(&d, warn_part()), ERR_ILLEGAL_MOVE);            /* a second time */
    assert_true(appraisal_parts_next(d) == third->due_at);
    assert_true(appraisal_parts_tell(d, third->due_at, &what));
    assert_int_equal(what, APPRAISAL_ACT_LAPSE_PART);
    must(by("td19", &d, contribute()));
    assert_true(appraisal_parts_next(d) == other->near_at);
}

static void who_gave_a_part_is_not_warned(void **state)
{
    struct appraisal_dossier *d = led(true), *gone = led(true);
    instant near = part_of(d, 2, 1, OTHER)->near_at;
    enum appraisal_act what;
    (void)state;
    must(by("td09", &d, contribute()));
    must(by("td19", &d, contribute()));
    must(hear(&gone, event(APPRAISAL_ACT_STOP, 0)));
    passed = near - bed_now();
    assert_false(appraisal_parts_tell(d, near, &what) || appraisal_parts_tell(gone, near, &what));
    assert_true(appraisal_parts_next(d) == INSTANT_NONE && appraisal_parts_next(gone) == INSTANT_NONE);
    assert_int_equal(hear(&d, warn_part()), ERR_ILLEGAL_MOVE);
    assert_int_equal(hear(&gone, warn_part()), ERR_ILLEGAL_MOVE);
    passed = HOURS(6); /* silence is told, and nothing before it any more */
    d = led(true);
    must(hear(&d, lapse_part()));
    must(hear(&d, lapse_part()));
    assert_int_equal(hear(&d, warn_part()), ERR_ILLEGAL_MOVE);
}

/* Whoever waits for his turn has no time yet. */
static void a_unit_is_warned_of_its_own_turn(void **state)
{
    struct appraisal_dossier *d = led(false);
    const struct appraisal_part *third = part_of(d, 2, 1, THIRD);
    (void)state;
    assert_true(third->near_at == INSTANT_NONE);
    assert_true(appraisal_parts_next(d) == part_of(d, 2, 1, OTHER)->near_at);
    must(by("td09", &d, contribute()));
    assert_true(appraisal_parts_next(d) == third->near_at);
    passed = third->near_at - bed_now();
    must(hear(&d, warn_part()));
    assert_int_equal(third->warning, STEP_WARNING_NEAR);
}

/* What moves beside it, when its moment has come and was not looked at yet, takes the warning from no unit. */
static void a_warning_that_is_owed_is_not_lost(void **state)
{
    struct appraisal_dossier *d = led(true);
    instant near = part_of(d, 2, 1, OTHER)->near_at;
    enum appraisal_act what;
    (void)state;
    must(by("td19", &d, contribute()));
    passed = near + INSTANT_MINUTE - bed_now();
    assert_true(appraisal_parts_next(d) == near);
    assert_true(appraisal_parts_tell(d, near + INSTANT_MINUTE, &what));
    assert_int_equal(what, APPRAISAL_ACT_WARN_PART);
    must(hear(&d, warn_part()));
}

/* Of one whose turn came before warnings were kept only the lapse is told. */
static void a_part_from_before_lapses_unwarned(void **state)
{
    struct appraisal_dossier *d = led(false);
    struct appraisal_part *p = &d->parts[0];
    enum appraisal_act what;
    (void)state;
    p->near_at = INSTANT_NONE;
    assert_true(appraisal_parts_next(d) == p->due_at);
    assert_false(appraisal_parts_tell(d, p->due_at - 1, &what));
}

/* What the process says of the step is of a unit, too, that has more than that. */
static void how_much_is_left_then_is_the_steps(void **state)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_command c = received("RMPNX");
    (void)state;
    c.received.electronic = true;
    must(hear(&d, c));
    assert_true(part_of(d, 2, 1, OTHER)->near_at ==
                bed_now() + 90 * INSTANT_MINUTE); /* 240 minutes, 150 of them left */
    assert_true(part_of(d, 2, 1, THIRD)->near_at == bed_now() + 96 * INSTANT_MINUTE); /* a fifth of 120 */
}

static void papers_go_on_behind_silence(void **state)
{
    struct appraisal_dossier *d = led(false);
    struct appraisal_decision x;
    (void)state;
    must(run(&d, lapse_part(), "", "", 0, &x));
    is_at(d, 1, PART(LAPSED), PART(QUEUED));
    assert_true(appraisal_parts_open(&x));
    assert_string_equal(x.asked, OTHER);
    assert_string_equal(x.parts[1].unit, THIRD);
}

static void a_turn_is_without_what_is_left_out_by_then(void **state)
{
    struct appraisal_dossier *d = led(false);
    struct appraisal_command moved = event(APPRAISAL_ACT_MOVE_DUE, 0);
    (void)state;
    moved.due_at = bed_now() + 7 * INSTANT_DAY;
    moved.left_out = (struct left_out_period){.from = bed_now(), .until = bed_now() + 7 * INSTANT_DAY};
    instant due = parts_due(d);
    must(hear(&d, moved));
    assert_true(parts_due(d) == due); /* it was told until when */
    assert_true(d->parts[0].near_at < due);
    must(by("td09", &d, contribute()));
    assert_true(parts_due(d) > bed_now() + 7 * INSTANT_DAY);
    assert_true(d->parts[1].near_at > bed_now() + 7 * INSTANT_DAY && d->parts[1].near_at < parts_due(d));
}

/* ---- further rounds */

static void what_was_said_stands_when_the_draft_is_sent_back(void **state)
{
    struct appraisal_dossier *d = led(true);
    (void)state;
    must(by("td19", &d, contribute()));
    must(by("td09", &d, contribute()));
    must(by("td01", &d, conclude(OPINION_FOR)));
    must(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 3)));
    assert_int_equal(appraisal_step_open(d)->round, 2);
    assert_int_equal(d->part_count, 2);
    must(by("td02", &d, assign("td02")));
    must(by("td02", &d, conclude(OPINION_FOR)));
}

static void a_completed_dossier_is_another_one(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_decision x;
    (void)state;
    must(by("td19", &d, contribute()));
    must(run(&d, ask_supplement(NULL), "td01", UNIT, ROLE_BIT(APPRAISER), &x));
    is_at(d, 1, PART(CANCELLED), PART(GIVEN));
    assert_false(appraisal_parts_open(&x));
    assert_true(parts_due(d) == INSTANT_NONE); /* nobody lapses while the citizen is waited for */
    assert_int_equal(by("td09", &d, contribute()), ERR_ILLEGAL_MOVE);
    must(run(&d, supplemented(2), "", "", 0, &x));
    assert_true(appraisal_parts_open(&x));
    assert_int_equal(x.parts_round, 2);
    is_at(d, 1, PART(CANCELLED), PART(GIVEN));
    is_at(d, 2, PART(QUEUED), PART(QUEUED));
}

/* Files to which a paper has come cannot be at two places any more, in that round nor behind it. */
static void a_dossier_completed_on_paper_goes_from_one_to_the_next(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_command c = supplemented(2);
    struct appraisal_decision x;
    (void)state;
    must(run(&d, ask_supplement(NULL), "td01", UNIT, ROLE_BIT(APPRAISER), &x));
    is_at(d, 1, PART(CANCELLED), PART(CANCELLED));
    c.on_paper = true;
    must(run(&d, c, "", "", 0, &x));
    assert_true(appraisal_parts_open(&x) && x.in_order && x.waiting_count == 1);
    assert_string_equal(x.waiting[0], THIRD);
    is_at(d, 2, PART(QUEUED), PART(WAITING));
    assert_false(d->facts.electronic);
    must(run(&d, contribute(), "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    assert_true(x.in_order);
    is_at(d, 2, PART(GIVEN), PART(QUEUED));
}

static void parts_end_with_the_dossier(void **state)
{
    static const enum appraisal_act ends[] = {APPRAISAL_ACT_WITHDRAW, APPRAISAL_ACT_STOP};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct appraisal_dossier *d = led(false);
        must(hear(&d, event(ends[i], 0)));
        is_at(d, 1, PART(CANCELLED), PART(CANCELLED));
        assert_int_equal(by("td09", &d, contribute()), ERR_ILLEGAL_MOVE);
        assert_int_equal(hear(&d, lapse_part()), ERR_ILLEGAL_MOVE);
        d = led(true);
        must(by("td09", &d, contribute()));
        must(hear(&d, event(ends[i], 0)));
        is_at(d, 1, PART(GIVEN), PART(CANCELLED));
    }
}

/* Each step that is led has its own; a step behind another opens them when that one ends. */
static void every_led_step_has_its_own(void **state)
{
    struct appraisal_dossier *d = led(true);
    (void)state;
    d->facts.process = "RLPLPNX";
    must(by("td19", &d, contribute()));
    must(by("td09", &d, contribute()));
    must(by("td01", &d, conclude(OPINION_FOR)));
    must(hear(&d, signed_(3, OUTCOME_GRANTED, false)));
    assert_int_equal(d->part_count, 4);
    assert_int_equal(part_of(d, 4, 1, OTHER)->state, PART(QUEUED));
    d = come_to("RALPNX", 2, APPRAISAL_APPRAISED);
    assert_int_equal(part_of(d, 3, 1, OTHER)->state, PART(QUEUED));
    d = come_to("RTLPNX", 3, NOWHERE);
    assert_int_equal(d->part_count, 0);
    must(hear(&d, event(APPRAISAL_ACT_TAKE_TRANSFER, 2)));
    assert_int_equal(part_of(d, 3, 1, THIRD)->state, PART(WAITING));
}

/* "own" may be one of the units that co-operate: then it leads, and that is all. */
static void who_leads_takes_no_part_beside(void **state)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_command c = received("RLPNX");
    (void)state;
    c.received.unit = OTHER;
    must(hear(&d, c));
    assert_int_equal(d->part_count, 1);
    assert_string_equal(d->parts[0].unit, THIRD);
    assert_int_equal(d->parts[0].state, PART(QUEUED)); /* the first there is */
}

static void what_was_done_at_once_waits_for_them(void **state)
{
    struct appraisal_dossier *d = NULL;
    struct appraisal_command acts[APPRAISAL_AT_ONCE];
    struct same_day s = {
        .officer = "td01", .roles = ROLE_BIT(APPRAISER), .opinion = OPINION_FOR, .draft = bed_paper(10)};
    (void)state;
    must(hear(&d, received("RLPNX")));
    must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
    must(appraisal_at_once(d, &s, bed_now(), acts, &err));
    must(by("td01", &d, acts[0]));
    assert_int_equal(by("td01", &d, acts[1]), ERR_CONFLICT);
    assert_string_equal(err.field, "parts");
}

static void a_copy_is_as_it_is_stored(void **state)
{
    struct appraisal_dossier *d = led(false);
    (void)state;
    must(by("td09", &d, contribute()));
    struct appraisal_dossier *copy = appraisal_copy(d, arena);
    assert_int_equal(copy->part_count, 2);
    assert_string_equal(copy->parts[0].unit, OTHER);
    assert_ptr_not_equal(copy->parts[0].unit, d->parts[0].unit);
    assert_string_equal(copy->parts[0].officer, "td09");
    assert_false(copy->parts[0].changed || copy->parts[1].begun);
    assert_int_equal(copy->parts[1].state, PART(QUEUED));
}

/* ---- who is asked beside them */

static void the_officer_asks_one_more_unit(void **state)
{
    struct appraisal_decision x;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    const struct appraisal_part *p;
    (void)state;
    must(run(&d, ask_opinion(OTHER, 120), "td01", UNIT, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_OPINION_ASKED);
    assert_int_equal(x.part_count, 1);
    assert_true(id_eq(x.document.id, bed_id(13)));
    assert_int_equal(appraisal_step_latest(d, 2)->state, APPRAISAL_ASSIGNED);
    p = part_of(d, 2, 1, OTHER);
    assert_int_equal(p->state, PART(QUEUED));
    assert_int_equal(p->minutes, 120);
    assert_int_equal(p->number, 1);
    assert_true(id_eq(p->request, bed_id(13)) && p->due_at == bed_now() + HOURS(2));
    assert_true(parts_due(d) == bed_now() + HOURS(2));
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_CONFLICT); /* he waits for it */
    assert_string_equal(err.field, "parts");
    must(run(&d, contribute(), "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_CONTRIBUTED);
    assert_false(appraisal_parts_open(&x));
    assert_int_equal(x.clock.minutes_used, 0);
    must(by("td01", &d, conclude(OPINION_FOR)));
}

static void silence_of_one_that_was_asked_is_told_as_well(void **state)
{
    struct appraisal_decision x;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    (void)state;
    must(by("td01", &d, ask_opinion(OTHER, 120)));
    must(run(&d, lapse_part(), "", "", 0, &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_PART_LAPSED);
    assert_string_equal(x.asked, OTHER);
    assert_int_equal(part_of(d, 2, 1, OTHER)->state, PART(LAPSED));
    must(by("td01", &d, conclude(OPINION_FOR)));
}

/* Papers go their way: nobody's turn comes sooner because a question was answered. */
static void a_question_moves_no_turn(void **state)
{
    struct appraisal_decision x;
    struct appraisal_dossier *d = led(false);
    (void)state;
    must(by("td01", &d, ask_opinion(FOURTH, 60)));
    assert_int_equal(part_of(d, 2, 1, FOURTH)->number, 3);
    is_at(d, 1, PART(QUEUED), PART(WAITING));
    must(run(&d, contribute(), "td05", FOURTH, ROLE_BIT(APPRAISER), &x));
    assert_false(appraisal_parts_open(&x));
    is_at(d, 1, PART(QUEUED), PART(WAITING));
    must(by("td09", &d, contribute()));
    is_at(d, 1, PART(GIVEN), PART(QUEUED));
    must(by("td19", &d, contribute()));
    must(by("td01", &d, conclude(OPINION_FOR)));
}

static void whom_an_officer_asks(void **state)
{
    struct appraisal_dossier *d = led(true);
    struct appraisal_command c = ask_opinion(FOURTH, 60);
    (void)state;
    assert_int_equal(by("td02", &d, c), ERR_FORBIDDEN);
    assert_int_equal(by("td01", &d, ask_opinion(OTHER, 60)), ERR_CONFLICT); /* it has its part */
    assert_string_equal(err.field, "unit");
    assert_int_equal(by("td01", &d, ask_opinion(UNIT, 60)), ERR_INVALID);
    assert_string_equal(err.field, "unit");
    assert_int_equal(by("td01", &d, ask_opinion("H11.99", 60)), ERR_INVALID);
    assert_string_equal(err.field, "unit");
    c.document = bed_paper(10); /* a draft */
    assert_int_equal(by("td01", &d, c), ERR_INVALID);
    assert_string_equal(err.field, "request.id");
    must(by("td01", &d, ask_opinion(FOURTH, 60)));
    assert_int_equal(by("td01", &d, ask_opinion(FOURTH, 60)), ERR_CONFLICT);
}

static void a_step_asks_so_many_units_and_no_more(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    (void)state;
    for (int i = 0; i <= PROCESS_WITH_MAX; i++) {
        const char *unit = arena_printf(arena, BED_MANY, i);
        assert_int_equal(by("td01", &d, ask_opinion(unit, 60)), i < PROCESS_WITH_MAX ? ERR_OK : ERR_CONFLICT);
    }
    assert_string_equal(err.field, "unit");
    must(hear(&d, event(APPRAISAL_ACT_WITHDRAW, 0)));
    for (size_t i = 0; i < d->part_count; i++)
        assert_int_equal(d->parts[i].state, PART(CANCELLED));
}

/* Another calendar: the unit has the hours that it was given. */
static void who_was_asked_is_counted_again(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    struct appraisal_decision x;
    (void)state;
    must(by("td01", &d, ask_opinion(OTHER, 600)));
    instant due = part_of(d, 2, 1, OTHER)->due_at;
    assert_true(due == bed_now() + INSTANT_DAY + HOURS(2));
    bed_day_off(catalogue, arena, instant_day(due));
    must(run(&d, (struct appraisal_command){.act = APPRAISAL_ACT_RECOUNT, .from_clock = true, .at = bed_now()}, "", "",
             0, &x));
    assert_true(part_of(d, 2, 1, OTHER)->due_at == due + INSTANT_DAY);
}

/* In order without a lead: two appraise steps of two units, one behind the other. */
static void linked_units_in_order_are_steps_behind_each_other(void **state)
{
    struct appraisal_dossier *d = NULL;
    (void)state;
    must(hear(&d, received("chain")));
    must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
    assert_string_equal(appraisal_step_open(d)->unit, OTHER);
    assert_int_equal(by("td01", &d, assign("td01")), ERR_FORBIDDEN);
    must(by("td09", &d, assign("td09")));
    must(by("td09", &d, conclude(OPINION_FOR)));
    assert_int_equal(appraisal_step_open(d)->step, 3);
    assert_string_equal(appraisal_step_open(d)->unit, UNIT);
    assert_int_equal(by("td09", &d, assign("td09")), ERR_FORBIDDEN);
    must(by("td01", &d, assign("td01")));
    must(by("td01", &d, conclude(OPINION_FOR)));
    assert_int_equal(d->step_count, 2);
}

int main(void)
{
#define EACH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        EACH(the_table_is_what_is_allowed),
        EACH(only_files_are_at_two_places),
        EACH(every_state_and_way),
        EACH(files_go_to_all_at_once),
        EACH(paper_goes_from_one_to_the_next),
        EACH(the_first_event_says_who_waits),
        EACH(what_is_given_stands),
        EACH(only_who_co_operates_gives_a_part),
        EACH(no_step_without_others_has_parts),
        EACH(who_decided_gives_no_part),
        EACH(a_turn_is_not_taken_before_it_came),
        EACH(the_lead_concludes_behind_them),
        EACH(silence_is_told_and_holds_nobody_up),
        EACH(a_late_part_stands_beside_the_silence),
        EACH(a_late_part_is_taken_until_it_is_decided),
        EACH(no_late_part_is_taken_of_the_unit_that_decides),
        EACH(each_decision_is_of_the_steps_before_it),
        EACH(a_unit_is_warned_once_before_its_time_is_over),
        EACH(who_gave_a_part_is_not_warned),
        EACH(a_unit_is_warned_of_its_own_turn),
        EACH(a_warning_that_is_owed_is_not_lost),
        EACH(a_part_from_before_lapses_unwarned),
        EACH(how_much_is_left_then_is_the_steps),
        EACH(papers_go_on_behind_silence),
        EACH(a_turn_is_without_what_is_left_out_by_then),
        EACH(what_was_said_stands_when_the_draft_is_sent_back),
        EACH(a_completed_dossier_is_another_one),
        EACH(parts_end_with_the_dossier),
        EACH(every_led_step_has_its_own),
        EACH(who_leads_takes_no_part_beside),
        EACH(what_was_done_at_once_waits_for_them),
        EACH(a_copy_is_as_it_is_stored),
        EACH(a_dossier_completed_on_paper_goes_from_one_to_the_next),
        EACH(the_officer_asks_one_more_unit),
        EACH(silence_of_one_that_was_asked_is_told_as_well),
        EACH(a_question_moves_no_turn),
        EACH(whom_an_officer_asks),
        EACH(a_step_asks_so_many_units_and_no_more),
        EACH(who_was_asked_is_counted_again),
        EACH(linked_units_in_order_are_steps_behind_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
