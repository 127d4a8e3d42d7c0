/* SPDX-License-Identifier: Apache-2.0 */
/* The approve step: what its table allows and nothing else, under which mandate, in which round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/approval/approval.h"
#include "tests/unit/allowed.h"
#include "tests/unit/sentence.h"
#include "tests/unit/appraisal_bed.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;
static struct approval_mandate mandate; /* what the table of mandates holds under "m1" */

static int set_up(void **state)
{
    static const char *any[] = {"*"};
    (void)state;
    arena = arena_new(1 << 20);
    catalogue = bed_catalogue(arena);
    mandate = (struct approval_mandate){.code = "m1",
                                        .officer = "pd01",
                                        .unit = UNIT,
                                        .form = FORM_KT,
                                        .procedures = any,
                                        .procedure_count = 1,
                                        .legal_basis = "101/QĐ-UBND",
                                        .valid_from = instant_day(bed_now())};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- the commands and events, each as it should be */

static struct approval_command received(const char *process)
{
    struct approval_command c = {.act = APPROVAL_ACT_RECEIVE, .from_event = true, .at = bed_now(), .step = 1};
    c.received = (struct dossier_facts){.id = bed_id(1),
                                        .code = "000.21.35.H11-191001-0001",
                                        .unit = UNIT,
                                        .receiving_unit = UNIT,
                                        .counter = "Q1",
                                        .procedure = "1.001193",
                                        .process = process,
                                        .origin_reference = "",
                                        .process_version = 1,
                                        .due_at = bed_now() + INSTANT_DAY};
    return c;
}

static struct document_handle paper(uint8_t n)
{
    struct document_handle h = {.id = bed_id(n), .pages = 2};
    memset(h.sha256, n & 0x0f, sizeof h.sha256); /* 10 and 26 are the same content */
    return h;
}

static struct approval_command filed(uint8_t n, int kind)
{
    return (struct approval_command){.act = APPROVAL_ACT_FILE_DOCUMENT,
                                     .from_event = true,
                                     .at = bed_now(),
                                     .paper = {.handle = paper(n), .kind = kind}};
}

static struct approval_command appraised(int step, int opinion, const char *by)
{
    return (struct approval_command){.act = APPROVAL_ACT_APPRAISE,
                                     .from_event = true,
                                     .at = bed_now(),
                                     .step = step,
                                     .opinion = opinion,
                                     .appraiser = by,
                                     .document = paper(opinion == OPINION_AGAINST ? 11 : 10)};
}

static struct approval_command endorsed(int step, int opinion, const char *by)
{
    struct approval_command c = appraised(step, opinion, by);
    c.act = APPROVAL_ACT_ENDORSE;
    return c;
}

static struct approval_command command(enum approval_act act)
{
    static const char *reasons[] = {"not_eligible"};
    return (struct approval_command){.act = act,
                                     .at = bed_now(),
                                     .mandate = "m1",
                                     .document = paper(act == APPROVAL_ACT_REFUSE            ? 11
                                                       : act == APPROVAL_ACT_SIGN_APOLOGY    ? 14
                                                       : act == APPROVAL_ACT_SIGN_STOP       ? 15
                                                       : act == APPROVAL_ACT_SIGN_CORRECTION ? 12
                                                                                             : 10),
                                     .reasons = reasons,
                                     .reason_count = 1,
                                     .signature = SIGNATURE_INK_ATTESTED};
}

static struct approval_command told_by_the_clock(enum approval_act act, int64_t later)
{
    return (struct approval_command){.act = act, .from_clock = true, .at = bed_now() + later};
}

/* till_near tells how long it is until little of the pending step's time is left. */
static int64_t till_near(const struct approval_dossier *d)
{
    const struct approval_step *s = d ? approval_step_open(d) : NULL;

    return s && s->near_at != INSTANT_NONE ? s->near_at - bed_now() : 0;
}

static struct approval_command asked_back(void)
{
    struct approval_command c = filed(13, DOCUMENT_REQUEST);
    c.act = APPROVAL_ACT_REQUEST_WITHDRAWAL;
    return c;
}

static struct approval_command asked_more(uint8_t apology)
{
    struct approval_command c = filed(apology, DOCUMENT_APOLOGY);
    c.act = APPROVAL_ACT_REQUEST_EXTENSION;
    return c;
}

static struct approval_command asked_stop(uint8_t notice, enum stop_ground ground)
{
    struct approval_command c = filed(notice, DOCUMENT_STOP_NOTICE);
    c.act = APPROVAL_ACT_REQUEST_STOP;
    c.ground = ground;
    c.appraiser = "td02";
    return c;
}

static struct approval_command asked_correction(uint8_t letter)
{
    return (struct approval_command){.act = APPROVAL_ACT_REQUEST_CORRECTION,
                                     .from_event = true,
                                     .at = bed_now(),
                                     .document = paper(letter),
                                     .cause = CORRECTION_CAUSE_TYPING,
                                     .appraiser = "td02"};
}

static struct approval_command supplied(void)
{
    return (struct approval_command){.act = APPROVAL_ACT_TAKE_SUPPLEMENT,
                                     .from_event = true,
                                     .at = bed_now(),
                                     .due_at = bed_now() + 9 * INSTANT_DAY};
}

static enum err_code run(struct approval_dossier **d, struct approval_command c, const char *actor, const char *unit,
                         struct approval_decision *ret)
{
    struct approval_facts f = {.catalogue = catalogue,
                               .now = c.from_clock ? c.at : bed_now(),
                               .recorded_at = c.from_clock ? c.at : bed_now(),
                               .actor = actor,
                               .actor_unit = unit,
                               .actor_roles = ROLE_BIT(APPROVER),
                               .mandate = c.mandate && strcmp(c.mandate, "m1") == 0 ? &mandate : NULL};
    struct approval_decision x = {.step = -1};
    struct approval_dossier before = {.step_count = 0};
    struct approval_step *steps = NULL;
    if (*d) {
        before = **d;
        steps = ARENA_ARRAY(arena, before.step_count + 1, struct approval_step);
        if (before.step_count)
            memcpy(steps, before.steps, before.step_count * sizeof *steps);
    }
    err = (struct err){.code = ERR_OK};
    enum err_code rc = approval_decide(*d, &c, &f, &x, &err);
    if (rc) {
        /* A refusal says why and leaves everything as it was. */
        assert_int_equal(x.step, -1);
        assert_true(err.vi[0] && err.en[0]);
        if (*d) {
            assert_memory_equal(*d, &before, sizeof before);
            if (before.step_count)
                assert_memory_equal((*d)->steps, steps, before.step_count * sizeof *steps);
        }
        return rc;
    }
    *d = approval_apply(*d, &c, &x, arena);
    if (ret)
        *ret = x;
    return rc;
}

static enum err_code hear(struct approval_dossier **d, struct approval_command c)
{
    return run(d, c, "", "", NULL);
}

static enum err_code act(struct approval_dossier **d, struct approval_command c)
{
    return run(d, c, "pd01", UNIT, NULL);
}

static void must(enum err_code rc)
{
    if (rc)
        fail_msg("%s", err.en);
}

static int appraise_step(const char *process)
{
    return strcmp(process, "spot") == 0 ? 2 : 3;
}

/* A dossier of the process, with its papers, whose first approve step is in a state. */
static struct approval_dossier *in_state(const char *process, int state)
{
    struct approval_dossier *d = NULL;
    must(hear(&d, received(process)));
    must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
    must(hear(&d, filed(11, DOCUMENT_DRAFT_REFUSAL)));
    must(hear(&d, filed(26, DOCUMENT_SIGNED)));
    bool endorsing = strcmp(process, "RAEPNX") == 0;
    if (state >= APPROVAL_PENDING && endorsing)
        must(hear(&d, endorsed(3, OPINION_FOR, "tp01")));
    else if (state >= APPROVAL_PENDING)
        must(hear(&d, appraised(appraise_step(process), OPINION_FOR, "td01")));
    if (state == APPROVAL_SENT_BACK)
        must(act(&d, command(APPROVAL_ACT_SEND_BACK)));
    else if (state == APPROVAL_DECIDED || state == APPROVAL_SIGNED)
        must(act(&d, command(APPROVAL_ACT_GRANT)));
    if (state == APPROVAL_STOPPED) {
        must(hear(&d, asked_back()));
        must(act(&d, command(APPROVAL_ACT_GRANT_WITHDRAWAL)));
    }
    if (state == APPROVAL_SIGNED)
        must(act(&d, command(APPROVAL_ACT_SIGN)));
    assert_int_equal(d->steps[0].state, state);
    return d;
}

/* ---- the table */

static void table_is_sound(void **state)
{
    (void)state;
    must(fsm_check(&approval_fsm, true, &err));
}

#define IN(state) FROM(APPROVAL_##state)
#define TO(state) APPROVAL_##state
#define DO(act)   APPROVAL_ACT_##act
#define UNSIGNED  (IN(EXPECTED) | IN(PENDING) | IN(DECIDED) | IN(SENT_BACK)) /* the step has no end yet */

static const struct allowed allowed[] = {
    {FROM(FSM_NOWHERE), DO(RECEIVE), TO(EXPECTED), NULL},
    {FROM(FSM_NOWHERE), DO(EXPECT), TO(EXPECTED), NULL},
    {IN(EXPECTED) | IN(SENT_BACK), DO(APPRAISE), TO(PENDING), NULL},
    {IN(EXPECTED) | IN(SENT_BACK), DO(ENDORSE), TO(PENDING), NULL},
    /* Decided and signed are two acts; what is not signed can still go back. */
    {IN(PENDING), DO(GRANT), TO(DECIDED), "Granted"},
    {IN(PENDING), DO(REFUSE), TO(DECIDED), "DecisionRefused"},
    {IN(PENDING) | IN(DECIDED), DO(SEND_BACK), TO(SENT_BACK), "SentBack"},
    {IN(DECIDED), DO(SIGN), TO(SIGNED), "Signed"},
    {IN(PENDING) | IN(DECIDED), DO(WARN), STAYS, "ApprovalNear"},
    {IN(PENDING) | IN(DECIDED), DO(PASS), STAYS, "ApprovalPassed"},
    /* What ends it without a result, until a result is signed. */
    {UNSIGNED, DO(GRANT_WITHDRAWAL), TO(STOPPED), "WithdrawalGranted"},
    {UNSIGNED, DO(REFUSE_WITHDRAWAL), STAYS, "WithdrawalRefused"},
    {UNSIGNED, DO(SIGN_STOP), TO(STOPPED), "StopSigned"},
    {UNSIGNED, DO(REFUSE_STOP), STAYS, "StopRefused"},
    /* An apology moves a date that there is; of one that was ended there is none, but who asked is answered. */
    {UNSIGNED | IN(SIGNED), DO(SIGN_APOLOGY), STAYS, "ApologySigned"},
    {UNSIGNED | IN(SIGNED) | IN(STOPPED), DO(REFUSE_EXTENSION), STAYS, "ExtensionRefused"},
    {IN(SIGNED), DO(SIGN_CORRECTION), STAYS, "CorrectionSigned"},
    {IN(SIGNED), DO(REFUSE_CORRECTION), STAYS, "CorrectionRefused"},
};

static void the_table_is_what_is_allowed(void **state)
{
    (void)state;
    table_is(&approval_fsm, allowed, COUNT_OF(allowed));
}

/* as_it_should_be gives the act with all that it needs, of a dossier in a state, in which it waits for it: only the
 * table may forbid it. */
static struct approval_command as_it_should_be(enum approval_act act, int from, struct approval_dossier **d)
{
    struct approval_command c;

    switch (act) {
    case DO(RECEIVE):
        return received("spot");
    case DO(WARN):
    case DO(PASS):
        return told_by_the_clock(act, act == DO(PASS) ? INSTANT_DAY : till_near(*d));
    case DO(APPRAISE):
        return appraised(2, OPINION_FOR, "td01");
    case DO(ENDORSE):
        return endorsed(3, OPINION_FOR, "tp01");
    case DO(FILE_DOCUMENT):
        return filed(16, DOCUMENT_MINUTES);
    case DO(REQUEST_WITHDRAWAL):
        c = asked_back();
        c.paper.handle = paper(17); /* of a dossier that was given back it is the second */
        return c;
    case DO(REQUEST_EXTENSION):
        return asked_more(14);
    case DO(REQUEST_STOP):
        return asked_stop(15, STOP_GROUND_OTHER);
    case DO(TAKE_SUPPLEMENT):
        return supplied();
    case DO(MOVE_DUE):
    case DO(RECOUNT):
    case DO(TAKE_PART):
        return (struct approval_command){.act = act, .from_event = true, .at = bed_now(), .appraiser = "td02"};
    case DO(REQUEST_CORRECTION):
        if (*d)
            must(hear(d, filed(12, DOCUMENT_CORRECTION)));
        return asked_correction(12);
    case DO(EXPECT):
        if (*d)
            break;
        *d = in_state("rounds", APPROVAL_DECIDED); /* it comes with the signature before it alone */
        return command(DO(SIGN));
    case DO(REFUSE):
        if (from != APPROVAL_PENDING)
            break;
        *d = in_state("spot", APPROVAL_EXPECTED);
        must(hear(d, appraised(2, OPINION_AGAINST, "td01")));
        break;
    case DO(GRANT_WITHDRAWAL):
    case DO(REFUSE_WITHDRAWAL):
        if (*d && from != APPROVAL_STOPPED)
            must(hear(d, asked_back()));
        break;
    case DO(SIGN_STOP):
    case DO(REFUSE_STOP):
        if (*d)
            must(hear(d, asked_stop(15, STOP_GROUND_OTHER)));
        break;
    case DO(SIGN_APOLOGY):
    case DO(REFUSE_EXTENSION):
        if (*d)
            must(hear(d, asked_more(14)));
        break;
    case DO(SIGN_CORRECTION):
    case DO(REFUSE_CORRECTION):
        if (!*d)
            break;
        must(hear(d, filed(12, DOCUMENT_CORRECTION)));
        facts_ask_correction(&(*d)->facts, CORRECTION_CAUSE_TYPING, bed_id(12));
        break;
    case DO(GRANT):
    case DO(SEND_BACK):
    case DO(SIGN):
    case DO(RECORD_MANDATE): /* it is of no dossier, and comes to its own table (mandate.c) */
    case APPROVAL_ACT_COUNT:
        break;
    }
    return command(act);
}

/* What is noted of the dossier, whatever state its step is in: no step moves and nobody is told. */
static const enum approval_act noted[] = {DO(FILE_DOCUMENT), DO(REQUEST_WITHDRAWAL), DO(REQUEST_EXTENSION),
                                          DO(REQUEST_STOP),  DO(TAKE_SUPPLEMENT),    DO(MOVE_DUE),
                                          DO(RECOUNT),       DO(TAKE_PART)};

static bool moves_nothing(int from, int act)
{
    if (from == APPROVAL_STOPPED && (act == DO(APPRAISE) || act == DO(ENDORSE)))
        return true; /* it crossed the end on its way */
    if (from == APPROVAL_SIGNED && act == DO(REQUEST_CORRECTION))
        return true;
    for (size_t i = 0; i < COUNT_OF(noted); i++)
        if (act == (int)noted[i])
            return true;
    return false;
}

/* What is said to an act that the list does not allow. */
static void says_why(int from, const struct approval_command *c)
{
    if (from == FSM_NOWHERE && c->from_event)
        is_refused(&err, ERR_CONFLICT, "", "hồ sơ chưa được tiếp nhận ở đây", "the dossier was never received here");
    else if (from == FSM_NOWHERE)
        is_refused(&err, ERR_NOT_FOUND, "", "không có hồ sơ này", "there is no such dossier");
    else if (c->act == DO(REQUEST_CORRECTION))
        is_refused(&err, ERR_CONFLICT, "step", "sự kiện không thể đúng: chưa ký văn bản nào để đính chính (bước 0)",
                   "the event cannot be true: nothing is signed that could be corrected (step 0)");
    else
        is_refused_with_its_sentence(&approval_fsm, from, (int)c->act, &err);
}

static void try(int from, int a)
{
    const struct allowed *may = allowed_next(allowed, COUNT_OF(allowed), from, a, NULL);
    struct approval_dossier *d = from == FSM_NOWHERE ? NULL : in_state(a == DO(ENDORSE) ? "RAEPNX" : "spot", from);
    const struct approval_command c = as_it_should_be((enum approval_act)a, from, &d);
    size_t count = d ? d->step_count : 0;
    struct approval_step *before = ARENA_ARRAY(arena, count + 1, struct approval_step);
    struct approval_decision x;

    if (count)
        memcpy(before, d->steps, count * sizeof *before);
    enum err_code rc = c.from_event ? run(&d, c, "", "", &x) : run(&d, c, "pd01", UNIT, &x);
    bool nothing = !may && from != FSM_NOWHERE && moves_nothing(from, a);
    if ((may || nothing) != !rc)
        fail_msg("state %d act %s: %d %s", from, approval_act_names[a], rc, err.en);
    if (may) {
        assert_int_equal(d->steps[d->step_count - 1].state, allowed_to(may, from));
        if (from == FSM_NOWHERE)
            assert_int_equal(d->step_count, count + 1);
        if (c.act == (enum approval_act)a)
            told_is(may, approval_event_types[x.event]);
    } else if (nothing) {
        assert_true(!x.edge && x.event == APPROVAL_EVENT_NONE);
        if (a == DO(REQUEST_CORRECTION)) /* what is signed is on the approver's list once more */
            before[count - 1].changed = before[count - 1].reopened = true;
        assert_int_equal(d->step_count, count);
        assert_memory_equal(d->steps, before, count * sizeof *before);
    } else
        says_why(from, &c); /* run() has seen that nothing was touched */
}

/* Every state and act: what the list allows is done when its guard is content, everything else is refused and changes
 * nothing. */
static void every_state_and_act(void **state)
{
    for (int from = FSM_NOWHERE; from < APPROVAL_STATE_COUNT; from++) {
        for (int a = 0; a < APPROVAL_ACT_COUNT; a++)
            try(from, a);
        tear_down(state);
        set_up(state);
    }
}

/* ---- the watch of the step */

static void the_watch_warns_once_and_then_tells_the_end(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED);
    struct approval_decision x;
    assert_true(approval_watch_next(d, bed_now()) == INSTANT_NONE);
    must(hear(&d, appraised(2, OPINION_FOR, "td01")));
    const struct approval_step *s = approval_step_open(d);
    assert_true(bed_now() < s->near_at && s->near_at < s->due_at);
    assert_true(approval_watch_next(d, bed_now()) == s->near_at);
    enum approval_act what;
    assert_false(approval_watch_tells(d, s->near_at - 1, &what)); /* it looks once more */
    assert_true(approval_watch_tells(d, s->due_at - 1, &what) && what == APPROVAL_ACT_WARN);
    assert_true(approval_watch_tells(d, s->due_at, &what) && what == APPROVAL_ACT_PASS);
    must(run(&d, told_by_the_clock(APPROVAL_ACT_WARN, s->near_at - bed_now()), "", "", &x));
    assert_int_equal(x.event, APPROVAL_EVENT_NEAR);
    assert_string_equal(x.unit, UNIT);
    assert_true(x.opened_at == bed_now() && x.due_at == s->due_at && !x.timed);
    assert_true(approval_watch_next(d, s->near_at) == s->due_at);
    assert_int_equal(hear(&d, told_by_the_clock(APPROVAL_ACT_WARN, 0)), ERR_ILLEGAL_MOVE); /* a second time */
    assert_int_equal(hear(&d, told_by_the_clock(APPROVAL_ACT_PASS, 0)), ERR_ILLEGAL_MOVE); /* too early */
    must(act(&d, command(APPROVAL_ACT_GRANT)));                                            /* it is not signed yet */
    s = approval_step_open(d);
    must(run(&d, told_by_the_clock(APPROVAL_ACT_PASS, s->due_at - bed_now()), "", "", &x));
    assert_int_equal(x.event, APPROVAL_EVENT_PASSED);
    assert_int_equal(s->warning, STEP_WARNING_LATE);
    assert_true(approval_watch_next(d, s->due_at) == INSTANT_NONE);
    must(act(&d, command(APPROVAL_ACT_SIGN)));
}

static void what_the_law_leaves_out_moves_its_time(void **state)
{
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    const struct approval_step *s = approval_step_open(d);
    const struct approval_command moved = {.act = APPROVAL_ACT_MOVE_DUE,
                                           .from_event = true,
                                           .at = bed_now(),
                                           .due_at = bed_now() + 7 * INSTANT_DAY,
                                           .left_out = {.from = bed_now(), .until = bed_now() + 7 * INSTANT_DAY}};
    instant due = s->due_at;
    struct approval_decision x;

    (void)state;
    must(run(&d, told_by_the_clock(APPROVAL_ACT_WARN, s->near_at - bed_now()), "", "", &x));
    must(hear(&d, moved));
    assert_true(s->due_at > due + 6 * INSTANT_DAY);
    assert_int_equal(s->warning, STEP_WARNING_NONE);
    assert_true(approval_watch_next(d, bed_now()) == s->near_at);
    struct approval_dossier *ended = in_state("spot", APPROVAL_PENDING);
    static const struct left_out nothing = {.count = 0};
    struct approval_command early = moved; /* it ended as it began */
    early.all_left_out = &nothing;
    must(hear(&ended, moved));
    must(hear(&ended, early));
    assert_true(approval_step_open(ended)->due_at == due && ended->facts.left_out.count == 0);
    d = in_state("spot", APPROVAL_EXPECTED); /* known before: of the step that opens then it is left out, too */
    must(hear(&d, moved));
    must(hear(&d, appraised(2, OPINION_FOR, "td01")));
    assert_true(approval_step_open(d)->due_at == s->due_at);
}

/* A day that has become a holiday carries the time of what lies before the approver on; what was told stays told. */
static void another_calendar_moves_its_time(void **state)
{
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING), *late = in_state("spot", APPROVAL_PENDING);
    const struct approval_step *s = approval_step_open(d);
    const struct approval_command counted = {
        .act = APPROVAL_ACT_RECOUNT, .from_event = true, .at = bed_now(), .due_at = bed_now() + 9 * INSTANT_DAY};
    struct approval_command clock = told_by_the_clock(APPROVAL_ACT_RECOUNT, 0);
    instant due = s->due_at;
    struct approval_decision x;

    (void)state;
    must(hear(&d, counted));
    assert_true(s->due_at == due); /* nothing that concerns it has changed */
    must(run(&late, told_by_the_clock(APPROVAL_ACT_PASS, due - bed_now()), "", "", &x));
    bed_day_off(catalogue, arena, instant_day(due));
    must(hear(&d, counted));
    assert_int_equal(instant_day(s->due_at), instant_day(due) + 1);
    assert_true(d->facts.due_at == counted.due_at);
    assert_true(approval_watch_next(d, bed_now()) == s->near_at);
    assert_int_equal(hear(&d, told_by_the_clock(APPROVAL_ACT_PASS, due - bed_now())), ERR_ILLEGAL_MOVE);
    must(run(&late, clock, "", "", &x)); /* nobody has counted the dossier again: the watch does, for its step */
    s = approval_step_open(late);
    assert_int_equal(instant_day(s->due_at), instant_day(due) + 1);
    assert_int_equal(s->warning, STEP_WARNING_LATE);
    assert_true(late->facts.due_at != 0);
    assert_int_equal(x.event, APPROVAL_EVENT_NONE);
}

static void nothing_is_watched_behind_the_step(void **state)
{
    static const int ends[] = {APPROVAL_SIGNED, APPROVAL_SENT_BACK, APPROVAL_STOPPED};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct approval_dossier *d = in_state("spot", ends[i]);
        assert_true(approval_watch_next(d, bed_now()) == INSTANT_NONE);
        assert_int_equal(hear(&d, told_by_the_clock(APPROVAL_ACT_PASS, INSTANT_DAY)), ERR_ILLEGAL_MOVE);
    }
    struct approval_dossier *d = in_state("spot", APPROVAL_SENT_BACK);
    must(hear(&d, appraised(2, OPINION_FOR, "td01"))); /* the next round has its own time */
    assert_true(approval_watch_next(d, bed_now()) == approval_step_open(d)->near_at);
}

/* ---- withdrawal */

static void while_a_request_waits_nothing_else_is_decided(void **state)
{
    static const enum approval_act pending[] = {APPROVAL_ACT_GRANT, APPROVAL_ACT_SEND_BACK};
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING), *e = in_state("spot", APPROVAL_DECIDED);
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT_WITHDRAWAL)), ERR_CONFLICT); /* nobody asked */
    assert_int_equal(act(&d, command(APPROVAL_ACT_REFUSE_WITHDRAWAL)), ERR_CONFLICT);
    must(hear(&d, asked_back()));
    must(hear(&e, asked_back()));
    assert_int_equal(d->facts.withdrawal, WITHDRAWAL_REQUESTED);
    assert_non_null(papers_find(&d->papers, bed_id(13)));
    for (size_t i = 0; i < COUNT_OF(pending); i++) {
        assert_int_equal(act(&d, command(pending[i])), ERR_CONFLICT);
        assert_string_equal(err.field, "withdrawal");
    }
    assert_int_equal(act(&e, command(APPROVAL_ACT_SIGN)), ERR_CONFLICT);
    struct approval_command bare = command(APPROVAL_ACT_REFUSE_WITHDRAWAL);
    bare.reason_count = 0;
    assert_int_equal(act(&d, bare), ERR_INVALID);
    assert_string_equal(err.field, "reasons");
    must(act(&d, command(APPROVAL_ACT_REFUSE_WITHDRAWAL)));
    assert_int_equal(d->facts.withdrawal, WITHDRAWAL_REFUSED);
    assert_int_equal(d->steps[0].state, APPROVAL_PENDING);
    must(act(&d, command(APPROVAL_ACT_GRANT)));
    must(act(&e, command(APPROVAL_ACT_GRANT_WITHDRAWAL)));
    assert_int_equal(e->steps[0].outcome, OUTCOME_NONE); /* what was decided and not signed is nothing */
    assert_string_equal(e->steps[0].decider, "pd01");
}

static void a_withdrawal_needs_the_mandate_and_clean_hands(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    must(hear(&d, asked_back()));
    mandate.officer = "pd02";
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT_WITHDRAWAL)), ERR_FORBIDDEN);
    mandate.officer = "pd01";
    struct approval_command hand = {
        .act = APPROVAL_ACT_TAKE_PART, .from_event = true, .at = bed_now(), .appraiser = "pd01"};
    must(hear(&d, hand));
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT_WITHDRAWAL)), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
}

static void a_request_behind_the_last_signature_has_lapsed(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_SIGNED);
    must(hear(&d, asked_back()));
    assert_int_equal(d->facts.withdrawal, WITHDRAWAL_LAPSED);
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT_WITHDRAWAL)), ERR_ILLEGAL_MOVE);
}

/* Appraisal did not know yet. */
static void an_opinion_that_crossed_the_end_opens_nothing(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&d, asked_back()));
    must(act(&d, command(APPROVAL_ACT_GRANT_WITHDRAWAL)));
    must(hear(&d, appraised(2, OPINION_FOR, "td01")));
    assert_int_equal(d->step_count, 1);
    assert_int_equal(d->steps[0].state, APPROVAL_STOPPED);
    assert_true(barred_has(&d->appraisers, "td01"));
    must(hear(&d, (struct approval_command){
                      .act = APPROVAL_ACT_MOVE_DUE, .from_event = true, .at = bed_now(), .due_at = bed_now()}));
}

static void refused_answer(struct approval_dossier *d, struct approval_command c, enum err_code code, const char *field)
{
    assert_int_equal(act(&d, c), code);
    assert_string_equal(err.field, field);
}

/* ---- stop */

static void while_a_stop_waits_nothing_else_is_decided(void **state)
{
    static const enum approval_act pending[] = {APPROVAL_ACT_GRANT, APPROVAL_ACT_SEND_BACK};
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING), *e = in_state("spot", APPROVAL_DECIDED);
    refused_answer(d, command(APPROVAL_ACT_SIGN_STOP), ERR_CONFLICT, "stop"); /* nobody asked */
    refused_answer(d, command(APPROVAL_ACT_REFUSE_STOP), ERR_CONFLICT, "stop");
    must(hear(&d, asked_stop(15, STOP_GROUND_OTHER)));
    must(hear(&e, asked_stop(15, STOP_GROUND_OTHER)));
    assert_int_equal(d->facts.stop, STOP_REQUESTED);
    assert_int_equal(d->facts.stop_ground, STOP_GROUND_OTHER);
    assert_int_equal(papers_find(&d->papers, bed_id(15))->kind, DOCUMENT_STOP_NOTICE);
    for (size_t i = 0; i < COUNT_OF(pending); i++)
        refused_answer(d, command(pending[i]), ERR_CONFLICT, "stop");
    refused_answer(e, command(APPROVAL_ACT_SIGN), ERR_CONFLICT, "stop");
    struct approval_command bare = command(APPROVAL_ACT_REFUSE_STOP);
    bare.reason_count = 0;
    refused_answer(d, bare, ERR_INVALID, "reasons");
    struct approval_decision x;
    must(run(&d, command(APPROVAL_ACT_REFUSE_STOP), "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_STOP_REFUSED);
    assert_true(id_eq(x.document.id, bed_id(15)) && !x.last); /* which request it was */
    assert_int_equal(d->facts.stop, STOP_REFUSED);
    assert_int_equal(d->steps[0].state, APPROVAL_PENDING);
    must(act(&d, command(APPROVAL_ACT_GRANT)));
    must(act(&e, command(APPROVAL_ACT_SIGN_STOP)));
    assert_int_equal(e->steps[0].outcome, OUTCOME_NONE); /* what was decided and not signed is nothing */
    assert_string_equal(e->steps[0].decider, "pd01");
}

/* Signed is the very paper that was asked for; it ends the dossier. */
static void a_stop_notice_is_signed(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&d, asked_stop(15, STOP_GROUND_OBJECT_GONE)));
    struct approval_command c = command(APPROVAL_ACT_SIGN_STOP);
    c.document = paper(10); /* the draft of the result */
    refused_answer(d, c, ERR_INVALID, "document.sha256");
    c = command(APPROVAL_ACT_SIGN_STOP);
    c.signature = SIGNATURE_DIGITAL;
    refused_answer(d, c, ERR_INVALID, "kind");
    must(hear(&d, filed(31, DOCUMENT_SIGNED))); /* filed anew as signed, with the same content */
    c = command(APPROVAL_ACT_SIGN_STOP);
    c.document = paper(31);
    must(run(&d, c, "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_STOP_SIGNED);
    assert_string_equal(x.signer, "pd01");
    assert_true(id_eq(x.document.id, bed_id(31)) && x.last);
    assert_int_equal(d->facts.stop, STOP_SIGNED);
    assert_int_equal(d->steps[0].state, APPROVAL_STOPPED);
    must(hear(&d, appraised(2, OPINION_FOR, "td01"))); /* appraisal did not know yet */
    assert_int_equal(d->step_count, 1);
    assert_int_equal(d->steps[0].state, APPROVAL_STOPPED);
}

static void a_stop_needs_the_mandate_and_clean_hands(void **state)
{
    static const enum approval_act acts[] = {APPROVAL_ACT_SIGN_STOP, APPROVAL_ACT_REFUSE_STOP};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED), *e = in_state("spot", APPROVAL_EXPECTED);
        struct approval_command asks = asked_stop(15, STOP_GROUND_OTHER);
        must(hear(&d, asks));
        mandate.officer = "both";
        refused_answer(d, command(acts[i]), ERR_FORBIDDEN, "mandate");
        must(hear(&d, appraised(2, OPINION_FOR, "both")));
        assert_int_equal(run(&d, command(acts[i]), "both", UNIT, NULL), ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
        asks.appraiser = "both"; /* who asks does not sign */
        must(hear(&e, asks));
        assert_int_equal(run(&e, command(acts[i]), "both", UNIT, NULL), ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
        mandate.officer = "pd01";
        must(act(&d, command(acts[i])));
    }
}

/* What was waited for has come: the request has lapsed, on that ground alone, and a signature stands. */
static void a_supplement_lets_the_stop_lapse(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED), *e = in_state("spot", APPROVAL_EXPECTED),
                            *f = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&d, asked_stop(15, STOP_GROUND_NO_SUPPLEMENT)));
    must(hear(&e, asked_stop(15, STOP_GROUND_AUTHORITY_ORDER)));
    must(hear(&f, asked_stop(15, STOP_GROUND_NO_SUPPLEMENT)));
    must(act(&f, command(APPROVAL_ACT_SIGN_STOP)));
    must(hear(&d, supplied()));
    must(hear(&e, supplied()));
    must(hear(&f, supplied()));
    assert_int_equal(d->facts.stop, STOP_LAPSED);
    assert_int_equal(e->facts.stop, STOP_REQUESTED);
    assert_int_equal(f->facts.stop, STOP_SIGNED);
    assert_int_equal(f->steps[0].state, APPROVAL_STOPPED);
    assert_true(d->facts.due_moved && d->facts.due_at == bed_now() + 9 * INSTANT_DAY);
    refused_answer(d, command(APPROVAL_ACT_SIGN_STOP), ERR_CONFLICT, "stop");
    must(hear(&d, appraised(2, OPINION_FOR, "td01")));
    must(act(&d, command(APPROVAL_ACT_GRANT)));
    must(hear(&f, asked_back())); /* the supplement came, then the citizen wants it back: it has ended */
    assert_int_equal(f->facts.withdrawal, WITHDRAWAL_LAPSED);
    must(hear(&f, asked_stop(16, STOP_GROUND_OTHER)));
    assert_int_equal(f->facts.stop, STOP_SIGNED);
    assert_true(id_eq(f->facts.notice, bed_id(15)));
}

static void a_stop_behind_the_last_signature_has_lapsed(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_SIGNED);
    must(hear(&d, asked_stop(15, STOP_GROUND_OTHER)));
    assert_int_equal(d->facts.stop, STOP_LAPSED);
    assert_int_equal(act(&d, command(APPROVAL_ACT_SIGN_STOP)), ERR_ILLEGAL_MOVE);
}

/* ---- extension */

/* Signed is the very paper that was asked for, once; the decision on the dossier is another matter. */
static void an_apology_is_signed_once(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    struct approval_command c = command(APPROVAL_ACT_SIGN_APOLOGY);
    refused_answer(d, c, ERR_CONFLICT, "extension"); /* nobody asked */
    refused_answer(d, command(APPROVAL_ACT_REFUSE_EXTENSION), ERR_CONFLICT, "extension");
    must(hear(&d, asked_more(14)));
    assert_int_equal(d->facts.extension, EXTENSION_REQUESTED);
    assert_true(id_eq(d->facts.apology, bed_id(14)) && d->facts.noted);
    assert_int_equal(papers_find(&d->papers, bed_id(14))->kind, DOCUMENT_APOLOGY);
    c.document = paper(10); /* the draft of the result */
    refused_answer(d, c, ERR_INVALID, "document.sha256");
    c.document = paper(14);
    c.document.sha256[0] ^= 1;
    refused_answer(d, c, ERR_INVALID, "document.sha256");
    c = command(APPROVAL_ACT_SIGN_APOLOGY);
    c.signature = SIGNATURE_DIGITAL;
    refused_answer(d, c, ERR_INVALID, "kind");
    must(hear(&d, filed(30, DOCUMENT_SIGNED))); /* filed anew as signed, with the same content */
    c = command(APPROVAL_ACT_SIGN_APOLOGY);
    c.document = paper(30);
    must(run(&d, c, "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_APOLOGY_SIGNED);
    assert_string_equal(x.signer, "pd01");
    assert_true(id_eq(x.document.id, bed_id(30)) && !x.last);
    assert_int_equal(d->facts.extension, EXTENSION_SIGNED);
    assert_null(d->steps[0].signer);
    refused_answer(d, command(APPROVAL_ACT_SIGN_APOLOGY), ERR_CONFLICT, "extension");
    refused_answer(d, command(APPROVAL_ACT_REFUSE_EXTENSION), ERR_CONFLICT, "extension");
    must(act(&d, command(APPROVAL_ACT_GRANT)));
    must(act(&d, command(APPROVAL_ACT_SIGN)));
    assert_int_equal(d->facts.extension, EXTENSION_SIGNED);
}

static void a_refused_extension_may_be_asked_again(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    must(hear(&d, asked_more(14)));
    struct approval_command bare = command(APPROVAL_ACT_REFUSE_EXTENSION);
    bare.reason_count = 0;
    refused_answer(d, bare, ERR_INVALID, "reasons");
    must(run(&d, command(APPROVAL_ACT_REFUSE_EXTENSION), "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_EXTENSION_REFUSED);
    assert_int_equal(x.reason_count, 1);
    assert_int_equal(d->facts.extension, EXTENSION_REFUSED);
    assert_null(d->steps[0].decider);
    refused_answer(d, command(APPROVAL_ACT_SIGN_APOLOGY), ERR_CONFLICT, "extension");
    must(hear(&d, asked_more(15)));
    refused_answer(d, command(APPROVAL_ACT_SIGN_APOLOGY), ERR_INVALID, "document.sha256"); /* the first one */
    struct approval_command c = command(APPROVAL_ACT_SIGN_APOLOGY);
    c.document = paper(15);
    must(act(&d, c));
    assert_true(id_eq(d->facts.apology, bed_id(15)));
}

static void an_apology_needs_the_mandate_and_clean_hands(void **state)
{
    static const enum approval_act acts[] = {APPROVAL_ACT_SIGN_APOLOGY, APPROVAL_ACT_REFUSE_EXTENSION};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED);
        must(hear(&d, asked_more(14)));
        mandate.officer = "both";
        refused_answer(d, command(acts[i]), ERR_FORBIDDEN, "mandate");
        must(hear(&d, appraised(2, OPINION_FOR, "both")));
        assert_int_equal(run(&d, command(acts[i]), "both", UNIT, NULL), ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
        mandate.officer = "pd01";
        must(act(&d, command(acts[i])));
    }
}

/* ---- correction */

/* Of what is signed, once it lies before the approver again; by who signed what is wrong, but not by who asks. */
static void a_correction_is_signed_behind_the_end(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_SIGNED);
    refused_answer(d, command(APPROVAL_ACT_SIGN_CORRECTION), ERR_CONFLICT, "correction"); /* nobody asked */
    refused_answer(d, command(APPROVAL_ACT_REFUSE_CORRECTION), ERR_CONFLICT, "correction");
    assert_int_equal(hear(&d, asked_correction(12)), ERR_CONFLICT); /* its paper was never filed */
    must(hear(&d, filed(12, DOCUMENT_CORRECTION)));
    must(hear(&d, filed(28, DOCUMENT_CORRECTION))); /* the same content */
    d->steps[0].changed = false;
    must(hear(&d, asked_correction(12)));
    assert_int_equal(d->facts.correction, CORRECTION_REQUESTED);
    assert_int_equal(d->facts.correction_cause, CORRECTION_CAUSE_TYPING);
    assert_true(id_eq(d->facts.correction_paper, bed_id(12)) && d->facts.noted);
    assert_true(d->steps[0].changed && d->steps[0].reopened && approval_corrects(d, &d->steps[0]));
    assert_true(barred_has(&d->appraisers, "td02"));
    assert_int_equal(hear(&d, asked_correction(28)), ERR_CONFLICT); /* one at a time */
    struct approval_command c = command(APPROVAL_ACT_SIGN_CORRECTION);
    c.document = paper(10);
    refused_answer(d, c, ERR_INVALID, "document.sha256");
    c.document = paper(28);
    refused_answer(d, c, ERR_INVALID, "document.id"); /* the others know it by its id */
    c = command(APPROVAL_ACT_SIGN_CORRECTION);
    c.signature = SIGNATURE_DIGITAL;
    refused_answer(d, c, ERR_INVALID, "kind");
    assert_string_equal(d->steps[0].signer, "pd01"); /* of what is wrong */
    must(run(&d, command(APPROVAL_ACT_SIGN_CORRECTION), "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_CORRECTION_SIGNED);
    assert_true(id_eq(x.document.id, bed_id(12)) && !x.last);
    assert_int_equal(d->facts.correction, CORRECTION_SIGNED);
    assert_int_equal(d->steps[0].state, APPROVAL_SIGNED);
    assert_true(id_eq(d->steps[0].document, bed_id(10))); /* stays what was signed */
    assert_false(approval_corrects(d, &d->steps[0]));
    must(hear(&d, asked_correction(28))); /* and another one */
}

static void a_correction_that_is_not_signed(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_SIGNED);
    must(hear(&d, filed(12, DOCUMENT_CORRECTION)));
    must(hear(&d, asked_correction(12)));
    struct approval_command bare = command(APPROVAL_ACT_REFUSE_CORRECTION);
    bare.reason_count = 0;
    refused_answer(d, bare, ERR_INVALID, "reasons");
    must(run(&d, command(APPROVAL_ACT_REFUSE_CORRECTION), "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_CORRECTION_REFUSED);
    assert_true(id_eq(x.document.id, bed_id(12))); /* which one */
    assert_int_equal(d->facts.correction, CORRECTION_REFUSED);
    refused_answer(d, command(APPROVAL_ACT_SIGN_CORRECTION), ERR_CONFLICT, "correction");
}

static void a_correction_needs_the_mandate_and_clean_hands(void **state)
{
    static const enum approval_act acts[] = {APPROVAL_ACT_SIGN_CORRECTION, APPROVAL_ACT_REFUSE_CORRECTION};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct approval_dossier *d = in_state("spot", APPROVAL_SIGNED);
        struct approval_command c = asked_correction(12);
        must(hear(&d, filed(12, DOCUMENT_CORRECTION)));
        c.appraiser = "both";
        must(hear(&d, c));
        mandate.officer = "both";
        refused_answer(d, command(acts[i]), ERR_FORBIDDEN, "mandate");
        assert_int_equal(run(&d, command(acts[i]), "both", UNIT, NULL), ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
        mandate.officer = "pd01";
        must(act(&d, command(acts[i])));
    }
}

/* Only what is signed to its end is corrected. */
static void a_correction_of_nothing(void **state)
{
    (void)state;
    for (int s = APPROVAL_EXPECTED; s < APPROVAL_STATE_COUNT; s++) {
        struct approval_dossier *d = in_state("spot", s);
        must(hear(&d, filed(12, DOCUMENT_CORRECTION)));
        assert_int_equal(hear(&d, asked_correction(12)), s == APPROVAL_SIGNED ? ERR_OK : ERR_CONFLICT);
    }
}

/* ---- mandates */

static void refused_grant(enum err_code code, const char *field)
{
    struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&d, appraised(2, OPINION_FOR, "td01")));
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT)), code);
    assert_string_equal(err.field, field);
    assert_int_equal(d->steps[0].state, APPROVAL_PENDING);
    assert_int_equal(act(&d, command(APPROVAL_ACT_SEND_BACK)), code);
}

static void a_mandate_of_another_officer(void **state)
{
    (void)state;
    mandate.officer = "pd02";
    refused_grant(ERR_FORBIDDEN, "mandate");
}

static void a_mandate_of_another_unit(void **state)
{
    (void)state;
    mandate.unit = OTHER;
    refused_grant(ERR_FORBIDDEN, "mandate");
}

static void a_mandate_that_begins_tomorrow(void **state)
{
    (void)state;
    mandate.valid_from++;
    refused_grant(ERR_FORBIDDEN, "mandate");
}

static void a_mandate_that_ended_yesterday(void **state)
{
    (void)state;
    mandate.valid_from -= 10;
    mandate.valid_to = instant_day(bed_now());
    refused_grant(ERR_FORBIDDEN, "mandate");
    mandate.valid_to++;
    struct approval_dossier *d = in_state("spot", APPROVAL_DECIDED);
    must(act(&d, command(APPROVAL_ACT_SIGN)));
}

static void a_mandate_for_other_procedures(void **state)
{
    static const char *others[] = {"1.000894", "1.000656"}, *with[] = {"1.000894", "1.001193"};
    (void)state;
    mandate.procedures = others;
    mandate.procedure_count = 2;
    refused_grant(ERR_FORBIDDEN, "mandate");
    mandate.procedures = with;
    in_state("spot", APPROVAL_DECIDED);
}

static void a_mandate_that_does_not_exist(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    struct approval_command c = command(APPROVAL_ACT_GRANT);
    c.mandate = "m2";
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "mandate");
}

static void a_mandate_revoked_before_signing(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_DECIDED);
    mandate.valid_from -= 10;
    mandate.valid_to = instant_day(bed_now());
    assert_int_equal(act(&d, command(APPROVAL_ACT_SIGN)), ERR_FORBIDDEN);
    assert_int_equal(d->steps[0].state, APPROVAL_DECIDED);
}

static void recording_a_mandate(void **state)
{
    static const char *twice[] = {"1.001193", "1.001193"}, *mixed[] = {"*", "1.001193"}, *odd[] = {"Khai sinh"};
    struct approval_mandate m = mandate;
    bool anew = false;
    (void)state;
    must(approval_mandate_record(NULL, &m, catalogue, &anew, &err));
    assert_true(anew);
    must(approval_mandate_record(&mandate, &m, catalogue, &anew, &err));
    assert_false(anew);
    m.valid_to = m.valid_from + 30;
    must(approval_mandate_record(&mandate, &m, catalogue, &anew, &err));
    assert_true(anew);
    m.valid_to = m.valid_from;
    assert_int_equal(approval_mandate_record(NULL, &m, catalogue, &anew, &err), ERR_INVALID);
    m = mandate;
    m.form = FORM_TUQ;
    m.procedures = &twice[0];
    m.procedure_count = 1;
    assert_int_equal(approval_mandate_record(NULL, &m, catalogue, &anew, &err), ERR_INVALID);
    assert_string_equal(err.field, "valid_to");
    m.valid_to = m.valid_from + 30;
    must(approval_mandate_record(NULL, &m, catalogue, &anew, &err));
    m.procedures = mixed;
    assert_int_equal(approval_mandate_record(NULL, &m, catalogue, &anew, &err), ERR_INVALID);
    assert_string_equal(err.field, "procedures");
    m = mandate;
    m.officer = "td01";
    assert_int_equal(approval_mandate_record(&mandate, &m, catalogue, &anew, &err), ERR_CONFLICT);
    m.officer = "nobody";
    assert_int_equal(approval_mandate_record(NULL, &m, catalogue, &anew, &err), ERR_NOT_YET);
    m = mandate;
    m.unit = OTHER;
    assert_int_equal(approval_mandate_record(&mandate, &m, catalogue, &anew, &err), ERR_CONFLICT);
    assert_int_equal(approval_mandate_record(NULL, &m, catalogue, &anew, &err), ERR_INVALID);
    const char **lists[] = {twice, mixed, odd};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        m = mandate;
        m.procedures = lists[i];
        m.procedure_count = lists[i] == odd ? 1 : 2;
        assert_int_equal(approval_mandate_record(NULL, &m, catalogue, &anew, &err), ERR_INVALID);
        assert_string_equal(err.field, "procedures");
    }
}

/* ---- who may, on what */

static void who_appraised_does_not_approve(void **state)
{
    (void)state;
    mandate.officer = "both";
    struct approval_dossier *d = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&d, appraised(2, OPINION_FOR, "both")));
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "both", UNIT, NULL), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    mandate.officer = "pd01";
    must(act(&d, command(APPROVAL_ACT_SEND_BACK)));
    must(hear(&d, appraised(2, OPINION_FOR, "td02")));
    mandate.officer = "both"; /* an earlier round counts too */
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "both", UNIT, NULL), ERR_FORBIDDEN);
}

/* An error shows between the decision and the signature: the decision falls, and the next round is decided anew. */
static void what_is_decided_may_still_be_sent_back(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_DECIDED);
    must(hear(&d, asked_back()));
    assert_int_equal(act(&d, command(APPROVAL_ACT_SEND_BACK)), ERR_CONFLICT); /* that is answered first */
    d = in_state("spot", APPROVAL_DECIDED);
    must(run(&d, command(APPROVAL_ACT_SEND_BACK), "pd01", UNIT, &x));
    assert_int_equal(x.event, APPROVAL_EVENT_SENT_BACK);
    assert_int_equal(d->steps[0].state, APPROVAL_SENT_BACK);
    assert_int_equal(d->steps[0].outcome, OUTCOME_NONE);
    assert_int_equal(act(&d, command(APPROVAL_ACT_SIGN)), ERR_ILLEGAL_MOVE);
    must(hear(&d, appraised(2, OPINION_AGAINST, "td02")));
    assert_int_equal(d->steps[1].round, 2);
    struct approval_command c = command(APPROVAL_ACT_REFUSE);
    c.document = paper(11);
    must(act(&d, c));
    assert_int_equal(d->steps[1].outcome, OUTCOME_REFUSED);
}

/* Where a draft is endorsed first, the approver gets it on the endorsement, and neither of the two hands approves it.
 */
static void an_endorsed_draft(void **state)
{
    static const char *const barred[] = {"both", "pd01"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(barred); i++) {
        struct approval_dossier *d = in_state("RAEPNX", APPROVAL_EXPECTED);
        must(hear(&d, appraised(2, OPINION_FOR, "both")));
        assert_int_equal(d->steps[0].state, APPROVAL_EXPECTED);
        assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT)), ERR_ILLEGAL_MOVE);
        must(hear(&d, endorsed(3, OPINION_FOR, "pd01")));
        assert_int_equal(d->steps[0].state, APPROVAL_PENDING);
        assert_true(id_eq(d->steps[0].draft.id, bed_id(10)));
        mandate.officer = barred[i];
        assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), barred[i], UNIT, NULL), ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
    }
    struct approval_dossier *d = in_state("RAEPNX", APPROVAL_EXPECTED);
    must(hear(&d,
              (struct approval_command){
                  .act = APPROVAL_ACT_TAKE_PART, .from_event = true, .at = bed_now(), .step = 3, .appraiser = "pd01"}));
    assert_int_equal(d->steps[0].state, APPROVAL_EXPECTED);
    must(hear(&d, endorsed(3, OPINION_FOR, "tp01")));
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "pd01", UNIT, NULL), ERR_FORBIDDEN); /* he sent it back */
    d = in_state("RAEPNX", APPROVAL_PENDING);
    struct approval_command c = command(APPROVAL_ACT_GRANT);
    c.document = paper(11);
    assert_int_equal(act(&d, c), ERR_INVALID); /* not the endorsed draft */
    must(act(&d, command(APPROVAL_ACT_SEND_BACK)));
    must(hear(&d, appraised(2, OPINION_FOR, "td01")));
    assert_int_equal(d->steps[0].state, APPROVAL_SENT_BACK);
    must(hear(&d, endorsed(3, OPINION_FOR, "tp01")));
    assert_int_equal(d->steps[1].round, 2);
    must(act(&d, command(APPROVAL_ACT_GRANT)));
    must(act(&d, command(APPROVAL_ACT_SIGN)));
    d = in_state("RAEPNX", APPROVAL_EXPECTED);
    assert_int_equal(hear(&d, endorsed(2, OPINION_FOR, "tp01")), ERR_CONFLICT);
    assert_int_equal(hear(&d, appraised(3, OPINION_FOR, "td01")), ERR_CONFLICT);
}

static void an_obligation_moves_the_due_date_and_no_step(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    struct approval_command c = {
        .act = APPROVAL_ACT_MOVE_DUE, .from_event = true, .at = bed_now(), .step = 2, .due_at = 77};
    must(hear(&d, c));
    assert_true(d->facts.due_moved && d->facts.due_at == 77);
    assert_int_equal(d->steps[0].state, APPROVAL_PENDING);
    d = NULL;
    assert_int_equal(hear(&d, c), ERR_CONFLICT);
}

static void only_officers_of_the_step(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "pd09", OTHER, NULL), ERR_FORBIDDEN);
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "pd01", OTHER, NULL), ERR_FORBIDDEN);
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "vt01", UNIT, NULL), ERR_FORBIDDEN);
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "nobody", UNIT, NULL), ERR_FORBIDDEN);
}

static void a_decision_follows_its_opinion(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    assert_int_equal(act(&d, command(APPROVAL_ACT_REFUSE)), ERR_CONFLICT);
    d = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&d, appraised(2, OPINION_AGAINST, "td01")));
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT)), ERR_CONFLICT);
    struct approval_command c = command(APPROVAL_ACT_REFUSE);
    c.reason_count = 0;
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "reasons");
    c.reasons = (const char *[]){"free text"};
    c.reason_count = 1;
    assert_int_equal(act(&d, c), ERR_INVALID);
}

static void the_draft_is_the_appraised_one(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_PENDING);
    struct approval_command c = command(APPROVAL_ACT_GRANT);
    c.document = paper(11);
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "draft.sha256");
    c.document = paper(99);
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "draft.id");
    c.document = paper(10);
    c.document.pages = 3;
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "draft.pages");
}

static void what_is_signed_is_what_was_decided(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("spot", APPROVAL_DECIDED);
    struct approval_command c = command(APPROVAL_ACT_SIGN);
    c.signature = SIGNATURE_DIGITAL;
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "kind");
    c = command(APPROVAL_ACT_SIGN);
    c.document = paper(11);
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "document.sha256");
    c.document = paper(26); /* filed anew as signed, with the same content */
    must(run(&d, c, "pd01", UNIT, &x));
    assert_true(x.last);
    assert_int_equal(x.outcome, OUTCOME_GRANTED);
    assert_int_equal(x.mandate->form, FORM_KT);
    assert_string_equal(x.signer, "pd01");
    assert_string_equal(x.place, "Q1");
    assert_int_equal(d->step_count, 1);
}

/* ---- rounds */

static void sent_back_and_appraised_again(void **state)
{
    (void)state;
    struct approval_dossier *d = in_state("spot", APPROVAL_SENT_BACK);
    must(hear(&d, appraised(2, OPINION_FOR, "td02")));
    assert_int_equal(d->step_count, 2);
    assert_int_equal(d->steps[0].state, APPROVAL_SENT_BACK);
    assert_int_equal(d->steps[1].step, 3);
    assert_int_equal(d->steps[1].round, 2);
    assert_int_equal(d->steps[1].state, APPROVAL_PENDING);
    assert_int_equal(hear(&d, appraised(2, OPINION_FOR, "td02")), ERR_ILLEGAL_MOVE);
    must(act(&d, command(APPROVAL_ACT_GRANT)));
    must(act(&d, command(APPROVAL_ACT_SIGN)));
    assert_int_equal(d->appraisers.count, 2);
}

static void a_process_with_two_decisions(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("rounds", APPROVAL_PENDING);
    must(run(&d, command(APPROVAL_ACT_GRANT), "pd01", UNIT, &x));
    assert_false(x.last);
    must(run(&d, command(APPROVAL_ACT_SIGN), "pd01", UNIT, &x));
    assert_false(x.last);
    assert_int_equal(d->step_count, 2);
    assert_int_equal(d->steps[1].step, 6);
    assert_int_equal(d->steps[1].state, APPROVAL_EXPECTED);
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT)), ERR_ILLEGAL_MOVE);
    must(hear(&d, appraised(5, OPINION_FOR, "td01")));
    must(run(&d, command(APPROVAL_ACT_GRANT), "pd01", UNIT, &x));
    assert_true(x.last);
    must(run(&d, command(APPROVAL_ACT_SIGN), "pd01", UNIT, &x));
    assert_true(x.last);
    assert_int_equal(d->step_count, 2);
}

static void a_refusal_ends_it_at_once(void **state)
{
    (void)state;
    struct approval_decision x;
    struct approval_dossier *d = in_state("rounds", APPROVAL_EXPECTED);
    must(hear(&d, appraised(3, OPINION_AGAINST, "td01")));
    must(run(&d, command(APPROVAL_ACT_REFUSE), "pd01", UNIT, &x));
    assert_true(x.last);
    assert_int_equal(x.reason_count, 1);
    struct approval_command c = command(APPROVAL_ACT_SIGN);
    c.document = paper(11);
    must(run(&d, c, "pd01", UNIT, &x));
    assert_true(x.last);
    assert_int_equal(x.outcome, OUTCOME_REFUSED);
    assert_int_equal(d->step_count, 1);
}

/* ---- events that cannot be true, and crossing ones */

static void what_cannot_be_true_is_refused(void **state)
{
    (void)state;
    struct approval_dossier *d = NULL;
    assert_int_equal(hear(&d, appraised(2, OPINION_FOR, "td01")), ERR_CONFLICT);
    assert_int_equal(act(&d, command(APPROVAL_ACT_GRANT)), ERR_NOT_FOUND);
    assert_int_equal(hear(&d, received("unknown")), ERR_CONFLICT);
    d = in_state("rounds", APPROVAL_EXPECTED);
    assert_int_equal(hear(&d, appraised(4, OPINION_FOR, "td01")), ERR_CONFLICT);
    assert_int_equal(hear(&d, appraised(17, OPINION_FOR, "td01")), ERR_CONFLICT);
    assert_int_equal(hear(&d, appraised(5, OPINION_FOR, "td01")), ERR_ILLEGAL_MOVE);
    struct approval_command c = appraised(3, OPINION_FOR, "td01");
    c.document = paper(99);
    assert_int_equal(hear(&d, c), ERR_CONFLICT);
    assert_int_equal(hear(&d, received("rounds")), ERR_ILLEGAL_MOVE);
    assert_int_equal(d->appraisers.count, 0);
    c = command(APPROVAL_ACT_GRANT);
    c.step = 6;
    assert_int_equal(act(&d, c), ERR_INVALID);
    assert_string_equal(err.field, "step");
}

/* ---- at once */

static struct same_day intent;

/* Appraised by "both" at the counter, who did the rest at once, too. */
static struct approval_dossier *handed_in(const char *process, const char *procedure, int opinion)
{
    static const char *reasons[] = {"not_eligible"};
    struct approval_command c = received(process), a = appraised(2, opinion, "both");
    struct approval_dossier *d = NULL;

    mandate.officer = "both";
    intent = (struct same_day){.officer = "both",
                               .roles = ROLE_BIT(APPROVER),
                               .opinion = opinion,
                               .reasons = reasons,
                               .reason_count = opinion == OPINION_AGAINST,
                               .draft = a.document,
                               .mandate = "m1"};
    c.received.procedure = procedure;
    c.received.received_at = bed_now();
    c.same_day = a.same_day = &intent;
    must(hear(&d, c));
    assert_int_equal(d->papers.count, 1); /* the draft came with the receipt */
    must(hear(&d, a));
    return d;
}

/* done_at_once says how many of the two acts went through. */
static int done_at_once(struct approval_dossier **d)
{
    struct approval_command acts[APPROVAL_AT_ONCE];
    struct approval_decision x;
    int n = 0;

    if (approval_at_once(*d, &intent, bed_now(), acts, &err))
        return 0;
    while (n < APPROVAL_AT_ONCE && !run(d, acts[n], "both", UNIT, &x)) {
        assert_ptr_equal(x.same_day, &intent); /* its event is told as his */
        n++;
    }
    return n;
}

static void one_officer_decides_at_once(void **state)
{
    (void)state;
    for (int opinion = OPINION_FOR; opinion <= OPINION_AGAINST; opinion++) {
        struct approval_dossier *d = handed_in("spot", "2.000635", opinion);
        assert_int_equal(done_at_once(&d), 2);
        assert_int_equal(d->steps[0].state, APPROVAL_SIGNED);
        assert_int_equal(d->steps[0].outcome, opinion == OPINION_FOR ? OUTCOME_GRANTED : OUTCOME_REFUSED);
        assert_string_equal(d->steps[0].signer, "both");
    }
}

static void only_where_the_procedures_rule_allows_it(void **state)
{
    (void)state;
    struct approval_dossier *d = handed_in("spot", "1.001193", OPINION_FOR);
    assert_int_equal(done_at_once(&d), 0);
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    d = handed_in("spot", "9.999999", OPINION_FOR); /* a procedure that is not known */
    assert_int_equal(done_at_once(&d), 0);
    /* Not later either, by a command of his own. */
    d = handed_in("spot", "2.000635", OPINION_FOR);
    assert_int_equal(run(&d, command(APPROVAL_ACT_GRANT), "both", UNIT, NULL), ERR_FORBIDDEN);
    mandate.officer = "pd01";
    must(act(&d, command(APPROVAL_ACT_GRANT)));
}

static void at_once_needs_the_mandate_and_the_decision_before_it(void **state)
{
    (void)state;
    struct approval_dossier *d = handed_in("spot", "2.000635", OPINION_FOR);
    mandate.officer = "pd01";
    assert_int_equal(done_at_once(&d), 0);
    assert_string_equal(err.field, "mandate");
    assert_int_equal(d->steps[0].state, APPROVAL_PENDING);
    d = handed_in("spot", "2.000635", OPINION_FOR);
    intent.roles = ROLE_BIT(APPRAISER); /* his post may decide, the token of the receipt may not */
    assert_int_equal(done_at_once(&d), 0);
    assert_string_equal(err.field, "same_day");
    d = handed_in("RAEPNX", "2.000635", OPINION_FOR); /* it is endorsed first */
    assert_int_equal(done_at_once(&d), 0);
    assert_string_equal(err.field, "same_day");
}

/* A paper and an opinion from different sources end the same in both orders. */
static void crossing_pairs_end_the_same(void **state)
{
    (void)state;
    struct approval_dossier *a = in_state("spot", APPROVAL_EXPECTED), *b = in_state("spot", APPROVAL_EXPECTED);
    must(hear(&a, filed(12, DOCUMENT_COMPONENT)));
    must(hear(&a, appraised(2, OPINION_FOR, "td01")));
    must(hear(&b, appraised(2, OPINION_FOR, "td01")));
    must(hear(&b, filed(12, DOCUMENT_COMPONENT)));
    assert_int_equal(a->step_count, b->step_count);
    assert_memory_equal(&a->steps[0], &b->steps[0], sizeof a->steps[0]);
    assert_int_equal(a->papers.count, b->papers.count);
    assert_memory_equal(&a->papers.items[3].handle, &b->papers.items[3].handle, sizeof(struct document_handle));
    assert_int_equal(a->papers.items[3].kind, b->papers.items[3].kind);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(table_is_sound),
        TEST(the_table_is_what_is_allowed),
        TEST(every_state_and_act),
        TEST(while_a_request_waits_nothing_else_is_decided),
        TEST(a_withdrawal_needs_the_mandate_and_clean_hands),
        TEST(the_watch_warns_once_and_then_tells_the_end),
        TEST(what_the_law_leaves_out_moves_its_time),
        TEST(another_calendar_moves_its_time),
        TEST(nothing_is_watched_behind_the_step),
        TEST(a_request_behind_the_last_signature_has_lapsed),
        TEST(an_opinion_that_crossed_the_end_opens_nothing),
        TEST(while_a_stop_waits_nothing_else_is_decided),
        TEST(a_stop_notice_is_signed),
        TEST(a_stop_needs_the_mandate_and_clean_hands),
        TEST(a_supplement_lets_the_stop_lapse),
        TEST(a_stop_behind_the_last_signature_has_lapsed),
        TEST(an_apology_is_signed_once),
        TEST(a_refused_extension_may_be_asked_again),
        TEST(an_apology_needs_the_mandate_and_clean_hands),
        TEST(a_correction_is_signed_behind_the_end),
        TEST(a_correction_that_is_not_signed),
        TEST(a_correction_needs_the_mandate_and_clean_hands),
        TEST(a_correction_of_nothing),
        TEST(a_mandate_of_another_officer),
        TEST(a_mandate_of_another_unit),
        TEST(a_mandate_that_begins_tomorrow),
        TEST(a_mandate_that_ended_yesterday),
        TEST(a_mandate_for_other_procedures),
        TEST(a_mandate_that_does_not_exist),
        TEST(a_mandate_revoked_before_signing),
        TEST(recording_a_mandate),
        TEST(who_appraised_does_not_approve),
        TEST(what_is_decided_may_still_be_sent_back),
        TEST(an_endorsed_draft),
        TEST(an_obligation_moves_the_due_date_and_no_step),
        TEST(only_officers_of_the_step),
        TEST(a_decision_follows_its_opinion),
        TEST(the_draft_is_the_appraised_one),
        TEST(what_is_signed_is_what_was_decided),
        TEST(sent_back_and_appraised_again),
        TEST(a_process_with_two_decisions),
        TEST(a_refusal_ends_it_at_once),
        TEST(what_cannot_be_true_is_refused),
        TEST(one_officer_decides_at_once),
        TEST(only_where_the_procedures_rule_allows_it),
        TEST(at_once_needs_the_mandate_and_the_decision_before_it),
        TEST(crossing_pairs_end_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
