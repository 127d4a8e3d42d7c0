/* SPDX-License-Identifier: Apache-2.0 */
/* The table of appraisal: for every kind of step, what each state allows, and nothing else. */
#include "tests/unit/appraisal_story.h"

/* What is allowed, said once more. FOLLOW is no act of anybody: it is what ends the step before. */
#define NOWHERE   FSM_NOWHERE
#define AT(state) APPRAISAL_##state
#define DO(act)   APPRAISAL_ACT_##act
static const struct {
    char kind;
    int from, act, to;
} allowed[] = {
    {'V', NOWHERE, DO(RECEIVE), AT(QUEUED)},
    {'V', NOWHERE, DO(TAKE_TRANSFER), AT(QUEUED)},
    {'V', NOWHERE, DO(SIGN), AT(QUEUED)},
    {'V', NOWHERE, DO(MEET_OBLIGATION), AT(QUEUED)},
    {'V', NOWHERE, DO(FOLLOW), AT(QUEUED)},
    {'V', AT(QUEUED), DO(ASSIGN), AT(VERIFYING)},
    {'V', AT(VERIFYING), DO(ASSIGN), AT(VERIFYING)},
    {'V', AT(VERIFYING), DO(VERIFY), AT(VERIFIED)},
    {'V', AT(QUEUED), DO(WITHDRAW), AT(CANCELLED)},
    {'V', AT(VERIFYING), DO(WITHDRAW), AT(CANCELLED)},
    {'V', AT(QUEUED), DO(STOP), AT(CANCELLED)},
    {'V', AT(VERIFYING), DO(STOP), AT(CANCELLED)},
    {'V', AT(QUEUED), DO(WARN), AT(QUEUED)},
    {'V', AT(VERIFYING), DO(WARN), AT(VERIFYING)},
    {'V', AT(QUEUED), DO(PASS), AT(QUEUED)},
    {'V', AT(VERIFYING), DO(PASS), AT(VERIFYING)},
    {'C', NOWHERE, DO(RECEIVE), AT(QUEUED)},
    {'C', NOWHERE, DO(TAKE_TRANSFER), AT(QUEUED)},
    {'C', NOWHERE, DO(SIGN), AT(QUEUED)},
    {'C', NOWHERE, DO(MEET_OBLIGATION), AT(QUEUED)},
    {'C', NOWHERE, DO(FOLLOW), AT(QUEUED)},
    {'C', AT(QUEUED), DO(ASSIGN), AT(ASSIGNED)},
    {'C', AT(ASSIGNED), DO(ASSIGN), AT(ASSIGNED)},
    {'C', AT(ASSIGNED), DO(ASK), AT(CONSULTING)},
    {'C', AT(CONSULTING), DO(ANSWER), AT(CONSULTED)},
    {'C', AT(CONSULTING), DO(LAPSE), AT(UNANSWERED)},
    {'C', AT(UNANSWERED), DO(ANSWER), AT(UNANSWERED)},
    {'C', AT(QUEUED), DO(WITHDRAW), AT(CANCELLED)},
    {'C', AT(ASSIGNED), DO(WITHDRAW), AT(CANCELLED)},
    {'C', AT(CONSULTING), DO(WITHDRAW), AT(CANCELLED)},
    {'C', AT(QUEUED), DO(STOP), AT(CANCELLED)},
    {'C', AT(ASSIGNED), DO(STOP), AT(CANCELLED)},
    {'C', AT(CONSULTING), DO(STOP), AT(CANCELLED)},
    {'C', AT(QUEUED), DO(WARN), AT(QUEUED)},
    {'C', AT(ASSIGNED), DO(WARN), AT(ASSIGNED)},
    {'C', AT(CONSULTING), DO(WARN), AT(CONSULTING)},
    {'C', AT(QUEUED), DO(PASS), AT(QUEUED)},
    {'C', AT(ASSIGNED), DO(PASS), AT(ASSIGNED)},
    {'A', NOWHERE, DO(RECEIVE), AT(QUEUED)},
    {'A', NOWHERE, DO(TAKE_TRANSFER), AT(QUEUED)},
    {'A', NOWHERE, DO(SIGN), AT(QUEUED)},
    {'A', NOWHERE, DO(MEET_OBLIGATION), AT(QUEUED)},
    {'A', NOWHERE, DO(FOLLOW), AT(QUEUED)},
    {'A', AT(APPRAISED), DO(SEND_BACK), AT(QUEUED)},
    {'A', AT(QUEUED), DO(ASSIGN), AT(ASSIGNED)},
    {'A', AT(ASSIGNED), DO(ASSIGN), AT(ASSIGNED)},
    {'A', AT(ASSIGNED), DO(VERIFY_BESIDE), AT(ASSIGNED)},
    {'A', AT(ASSIGNED), DO(ASK_OPINION), AT(ASSIGNED)},
    {'A', AT(ASSIGNED), DO(CONCLUDE), AT(APPRAISED)},
    {'A', AT(ASSIGNED), DO(ASK_SUPPLEMENT), AT(AWAITING_SUPPLEMENT)},
    {'A', AT(AWAITING_SUPPLEMENT), DO(TAKE_SUPPLEMENT), AT(SUPPLEMENTED)},
    {'A', AT(SUPPLEMENTED), DO(FOLLOW), AT(QUEUED)},
    {'A', AT(QUEUED), DO(WITHDRAW), AT(CANCELLED)},
    {'A', AT(ASSIGNED), DO(WITHDRAW), AT(CANCELLED)},
    {'A', AT(AWAITING_SUPPLEMENT), DO(WITHDRAW), AT(CANCELLED)},
    {'A', AT(QUEUED), DO(STOP), AT(CANCELLED)},
    {'A', AT(ASSIGNED), DO(STOP), AT(CANCELLED)},
    {'A', AT(AWAITING_SUPPLEMENT), DO(STOP), AT(CANCELLED)},
    {'A', AT(QUEUED), DO(WARN), AT(QUEUED)},
    {'A', AT(ASSIGNED), DO(WARN), AT(ASSIGNED)},
    {'A', AT(QUEUED), DO(PASS), AT(QUEUED)},
    {'A', AT(ASSIGNED), DO(PASS), AT(ASSIGNED)},
    {'E', NOWHERE, DO(FOLLOW), AT(QUEUED)},
    {'E', AT(ENDORSED), DO(FOLLOW), AT(QUEUED)},
    {'E', AT(SENT_BACK), DO(FOLLOW), AT(QUEUED)},
    {'E', AT(QUEUED), DO(ENDORSE), AT(ENDORSED)},
    {'E', AT(QUEUED), DO(RETURN_DRAFT), AT(SENT_BACK)},
    {'E', AT(QUEUED), DO(WITHDRAW), AT(CANCELLED)},
    {'E', AT(QUEUED), DO(STOP), AT(CANCELLED)},
    {'E', AT(QUEUED), DO(WARN), AT(QUEUED)},
    {'E', AT(QUEUED), DO(PASS), AT(QUEUED)},
};

static int goes_to(char kind, int from, int act)
{
    for (size_t i = 0; i < COUNT_OF(allowed); i++)
        if (allowed[i].kind == kind && allowed[i].from == from && allowed[i].act == act)
            return allowed[i].to;
    return FSM_NOWHERE;
}

static void table_is_sound(void **state)
{
    (void)state;
    must(fsm_check(&appraisal_fsm, true, &err));
}

/* Each row stands in the list above, and the other way round. */
static void the_table_is_what_is_allowed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(allowed); i++) {
        const struct fsm_edge *e = NULL;
        bool found = false;
        while ((e = fsm_next(&appraisal_fsm, allowed[i].from, allowed[i].act, e)) != NULL)
            found |= e->to == allowed[i].to;
        if (!found)
            fail_msg("no row of %c from %d by %s", allowed[i].kind, allowed[i].from,
                     appraisal_act_names[allowed[i].act]);
    }
    for (int from = FSM_NOWHERE; from < APPRAISAL_STATE_COUNT; from++)
        for (int act = 0; act < APPRAISAL_ACT_COUNT; act++) {
            const struct fsm_edge *e = NULL;
            while ((e = fsm_next(&appraisal_fsm, from, act, e)) != NULL) {
                bool found = false;
                for (size_t i = 0; i < COUNT_OF(allowed); i++)
                    found |= allowed[i].from == from && allowed[i].act == act && allowed[i].to == e->to;
                if (!found)
                    fail_msg("a row from %d by %s that nobody tests", from, appraisal_act_names[act]);
            }
        }
}

/* ---- every kind x state x act */

/* Where a step of a kind is opened by an event: the process, the step, the event and the step that it ended. */
static const struct place {
    const char *word;
    int step, opens, ended;
} places[] = {
    {"RVAPNX", 2, DO(RECEIVE), 1},
    {"RTVAPNX", 3, DO(TAKE_TRANSFER), 2},
    {"RAPVAPNX", 4, DO(SIGN), 3},
    {"RVVAPNX", 3, DO(FOLLOW), 2},
    {"RVAPNX", 3, DO(FOLLOW), 2},
    {"RCAPNX", 2, DO(RECEIVE), 1},
    {"RTCAPNX", 3, DO(TAKE_TRANSFER), 2},
    {"RAPCAPNX", 4, DO(SIGN), 3},
    {"RVCAPNX", 3, DO(FOLLOW), 2},
    {"RCAPNX", 3, DO(FOLLOW), 2},
    {"RAPNX", 2, DO(RECEIVE), 1},
    {"RTAPNX", 3, DO(TAKE_TRANSFER), 2},
    {"RAPAPNX", 4, DO(SIGN), 3},
    {"RAEPNX", 3, DO(FOLLOW), 2},
    {"RAPOVAPNX", 5, DO(MEET_OBLIGATION), 4},
    {"RAPOCAPNX", 5, DO(MEET_OBLIGATION), 4},
    {"RAPOAPNX", 5, DO(MEET_OBLIGATION), 4},
};

static const int verify_states[] = {NOWHERE, AT(QUEUED), AT(VERIFYING), AT(VERIFIED), AT(CANCELLED)};
static const int consult_states[] = {NOWHERE,       AT(QUEUED),     AT(ASSIGNED), AT(CONSULTING),
                                     AT(CONSULTED), AT(UNANSWERED), AT(CANCELLED)};
static const int appraise_states[] = {
    NOWHERE, AT(QUEUED), AT(ASSIGNED), AT(APPRAISED), AT(AWAITING_SUPPLEMENT), AT(SUPPLEMENTED), AT(CANCELLED)};
static const int endorse_states[] = {NOWHERE, AT(QUEUED), AT(ENDORSED), AT(SENT_BACK), AT(CANCELLED)};

static const int *states_of(char kind, size_t *ret_count)
{
    switch (kind) {
    case 'V':
        *ret_count = COUNT_OF(verify_states);
        return verify_states;
    case 'C':
        *ret_count = COUNT_OF(consult_states);
        return consult_states;
    case 'A':
        *ret_count = COUNT_OF(appraise_states);
        return appraise_states;
    default:
        *ret_count = COUNT_OF(endorse_states);
        return endorse_states;
    }
}

/* right gives the act as it would be allowed: who does it, with what. */
static struct appraisal_command right(int act, const struct place *p, const char **ret_actor)
{
    struct appraisal_command c = event((enum appraisal_act)act, p->ended);
    *ret_actor = "";
    switch ((enum appraisal_act)act) {
    case DO(RECEIVE):
        return received(p->word);
    case DO(SIGN):
        return signed_(p->ended, OUTCOME_GRANTED, false);
    case DO(MEET_OBLIGATION):
        return met(p->ended);
    case DO(SEND_BACK):
        c.step = (int)(strchr(p->word + p->step, 'P') - p->word) + 1;
        return c;
    case DO(ASSIGN):
        *ret_actor = "tr01";
        c = assign("td02");
        break;
    case DO(VERIFY):
        *ret_actor = "td01";
        c = verify();
        break;
    case DO(VERIFY_BESIDE):
        *ret_actor = "td01";
        c = verify_beside();
        break;
    case DO(ASK_OPINION):
        *ret_actor = "td01";
        c = ask_opinion(FOURTH, 60);
        break;
    case DO(ASK):
        *ret_actor = "td01";
        c = ask(OTHER);
        break;
    case DO(ANSWER):
        *ret_actor = p->word[p->step - 1] == 'C' ? "td09" : "td01";
        c = answer();
        break;
    case DO(LAPSE):
        return lapse();
    case DO(CONTRIBUTE):
        *ret_actor = "td09";
        c = contribute();
        break;
    case DO(WARN_PART):
        return warn_part();
    case DO(LAPSE_PART):
        return lapse_part();
    case DO(WARN):
    case DO(PASS):
        return told_by_the_clock((enum appraisal_act)act);
    case DO(CONCLUDE):
        *ret_actor = "td01";
        c = conclude(OPINION_FOR);
        break;
    case DO(ASK_SUPPLEMENT):
        *ret_actor = "td01";
        c = ask_supplement(NULL);
        break;
    case DO(TAKE_SUPPLEMENT):
        return supplemented(p->step);
    case DO(ENDORSE):
        *ret_actor = "tp01";
        c = endorse();
        break;
    case DO(RETURN_DRAFT):
        *ret_actor = "tp01";
        c = return_draft();
        break;
    case DO(WITHDRAW):
    case DO(STOP):
    case DO(TAKE_TRANSFER):
    case DO(FOLLOW):
    case DO(FILE_DOCUMENT):
    case DO(DECIDE):
    case DO(MOVE_DUE):
    case DO(RECOUNT):
    case APPRAISAL_ACT_COUNT:
        return c;
    }
    c.step = p->step;
    return c;
}

/* What is to be answered to an act that no row allows; ERR_OK: it moves nothing and tells nobody. */
struct answer {
    enum err_code code;
    const char *field;
    char vi[256], en[256];
};

static struct answer says(enum err_code code, const char *field, const char *vi, const char *en)
{
    struct answer a = {.code = code, .field = field};

    (void)snprintf(a.vi, sizeof a.vi, "%s", vi);
    (void)snprintf(a.en, sizeof a.en, "%s", en);
    return a;
}

static struct answer nothing(void)
{
    return says(ERR_OK, "", "", "");
}

/* The one sentence for what is not in the table, of a step in this state. */
static struct answer the_sentence(int from, int act)
{
    struct answer a = says(ERR_ILLEGAL_MOVE, "", "", "");
    const char *vi = appraisal_fsm.acts_vi[act], *en = appraisal_act_names[act];

    if (from == NOWHERE) {
        (void)snprintf(a.vi, sizeof a.vi, "không thể %s khi chưa đến bước này", vi);
        (void)snprintf(a.en, sizeof a.en, "cannot %s before there is a dossier", en);
    } else {
        (void)snprintf(a.vi, sizeof a.vi, "không thể %s khi hồ sơ ở trạng thái \"%s\"", vi,
                       appraisal_fsm.states_vi[from]);
        (void)snprintf(a.en, sizeof a.en, "cannot %s a dossier that is %s", en, appraisal_state_names[from]);
    }
    return a;
}

static struct answer untrue(const char *vi, const char *en, int step)
{
    struct answer a = says(ERR_CONFLICT, "step", "", "");

    (void)snprintf(a.vi, sizeof a.vi, "sự kiện không thể đúng: %s (bước %d)", vi, step);
    (void)snprintf(a.en, sizeof a.en, "the event cannot be true: %s (step %d)", en, step);
    return a;
}

/* Which step an act is about: the clock and the end of the dossier are about the open one, what is sent back is the
 * appraisal before the decision, everything else says which. */
static const struct appraisal_step *is_about(const struct appraisal_dossier *d, const struct place *p, int act)
{
    int n = p->step;

    if (act == DO(WITHDRAW) || act == DO(STOP) || act == DO(WARN) || act == DO(PASS) || act == DO(LAPSE))
        return appraisal_step_open(d);
    if (act == DO(SEND_BACK))
        for (n = (int)(strchr(p->word + n, 'P') - p->word); p->word[n - 1] != 'A'; n--)
            continue;
    return appraisal_step_latest(d, n);
}

/* What an event has ended, by its letter, and what is said when it cannot have. */
static const struct {
    int act;
    char ended;
    const char *vi, *en;
} events[] = {
    {DO(TAKE_TRANSFER), 'T', "không phải bước chuyển hồ sơ", "it is no transfer"},
    {DO(SIGN), 'P', "không phải bước phê duyệt", "it is no approval"},
    {DO(FOLLOW), 'P', "không phải bước phê duyệt", "it is no approval"}, /* no event at all: it ends none of its own */
    {DO(MEET_OBLIGATION), 'O', "không phải bước nghĩa vụ tài chính", "it is no obligation"},
    {DO(TAKE_SUPPLEMENT), 0, "chưa có yêu cầu bổ sung nào", "no supplement was asked for"},
    {DO(SEND_BACK), 0, "chưa có thẩm định nào cho bước này", "nothing was appraised for it"},
};

static struct answer of_an_event(const struct appraisal_dossier *d, const struct place *p,
                                 const struct appraisal_command *c, const struct appraisal_step *s)
{
    int act = (int)c->act;
    size_t i = 0;

    if (act == DO(RECEIVE)) /* it is said of the step that is open, by whichever it was received once */
        return the_sentence(appraisal_step_open(d) ? (int)appraisal_step_open(d)->state : NOWHERE, act);
    if (act == DO(WITHDRAW) || act == DO(STOP)) /* what has ended stands */
        return nothing();
    if (facts_ended(&d->facts)) /* what was told meanwhile moves nothing, and is no refusal */
        return nothing();
    while (events[i].act != act)
        i++;
    bool can_be = act == DO(TAKE_SUPPLEMENT) ? s != NULL : events[i].ended == p->word[p->ended - 1];
    if (act == DO(FOLLOW) && can_be)
        return nothing();
    return can_be ? the_sentence(s ? (int)s->state : NOWHERE, act) : untrue(events[i].vi, events[i].en, c->step);
}

static struct answer of_the_clock(const struct appraisal_dossier *d, const struct appraisal_step *s, int act)
{
    if (d->step_count && act == DO(WARN_PART))
        return says(ERR_ILLEGAL_MOVE, "", "không có đơn vị phối hợp nào sắp hết hạn", "no part is to be warned of");
    if (d->step_count && act == DO(LAPSE_PART))
        return says(ERR_ILLEGAL_MOVE, "", "không có đơn vị phối hợp nào quá hạn", "no part is overdue");
    return the_sentence(s ? (int)s->state : NOWHERE, act);
}

static struct answer of_a_command(const struct appraisal_step *s, int act, int step)
{
    struct answer a = says(ERR_INVALID, "step", "", "");

    if (!s) {
        (void)snprintf(a.vi, sizeof a.vi, "bước %d không phải là bước thẩm định đã mở của hồ sơ", step);
        (void)snprintf(a.en, sizeof a.en, "step %d is no opened step of appraisal of the dossier", step);
        return a;
    }
    if (act == DO(CONTRIBUTE)) {
        a.code = ERR_CONFLICT;
        (void)snprintf(a.vi, sizeof a.vi, "bước %d không có đơn vị phối hợp", step);
        (void)snprintf(a.en, sizeof a.en, "no unit co-operates in step %d", step);
        return a;
    }
    if (act == DO(ANSWER) && s->kind == STEP_CONSULT && !s->asked) /* who was not asked has no business here */
        return says(ERR_FORBIDDEN, "actor", "bước \"lấy ý kiến\" thuộc đơn vị " UNIT ", không phải " OTHER,
                    "step \"consult\" lies with unit " UNIT ", not " OTHER);
    return the_sentence((int)s->state, act);
}

static struct answer to_be_said(const struct appraisal_dossier *d, const struct place *p,
                                const struct appraisal_command *c, const struct appraisal_step *s)
{
    if (!d && !c->from_event)
        return says(ERR_NOT_FOUND, "", "không có hồ sơ này", "there is no such dossier");
    if (!d)
        return says(ERR_CONFLICT, "", "hồ sơ chưa được tiếp nhận ở đây", "the dossier was never received here");
    if (c->act == DO(FILE_DOCUMENT) || c->act == DO(DECIDE) || c->act == DO(MOVE_DUE) || c->act == DO(RECOUNT))
        return nothing(); /* these are about the dossier, and no step's */
    return c->from_event   ? of_an_event(d, p, c, s)
           : c->from_clock ? of_the_clock(d, s, (int)c->act)
                           : of_a_command(s, (int)c->act, c->step);
}

/* come gives a dossier whose step is in that state. What is supplemented lasts as long as it takes to open the next
 * round. */
static struct appraisal_dossier *come(const struct place *p, int from)
{
    bool ended = from == AT(CANCELLED), supplemented_now = from == AT(SUPPLEMENTED);
    struct appraisal_dossier *d = come_to(p->word, p->step,
                                          ended              ? AT(QUEUED)
                                          : supplemented_now ? AT(AWAITING_SUPPLEMENT)
                                                             : from);

    if (ended)
        must(hear(&d, event(DO(WITHDRAW), 0)));
    if (supplemented_now)
        d->steps[d->step_count - 1].state = APPRAISAL_SUPPLEMENTED;
    return d;
}

/* is_answered compares what came of an act with what is to be said to it; `before` are the steps as they were. */
static void is_answered(const char *tried, const struct answer *a, const struct appraisal_dossier *d,
                        const struct appraisal_step *before, size_t count, enum err_code rc,
                        const struct appraisal_decision *x)
{
    if (rc != a->code || strcmp(err.field, a->field) != 0 || strcmp(err.vi, a->vi) != 0 || strcmp(err.en, a->en) != 0)
        fail_msg("%s: %d [%s] %s | %s, not %d [%s] %s | %s", tried, rc, err.field, err.vi, err.en, a->code, a->field,
                 a->vi, a->en);
    if (!rc && (x->edge || x->opens_edge || x->event != APPRAISAL_EVENT_NONE || x->part_count))
        fail_msg("%s: something moves, or somebody is told", tried);
    assert_int_equal(d ? d->step_count : 0, count);
    if (count)
        assert_memory_equal(d->steps, before, count * sizeof *before);
}

static void try(const struct place *p, int from, int act)
{
    char kind = p->word[p->step - 1];
    struct appraisal_dossier *d = p->opens == DO(RECEIVE) && from == NOWHERE ? NULL : come(p, from);
    const char *actor,
        *tried = arena_printf(arena, "%s, step %d, state %d, by %s", p->word, p->step, from, appraisal_act_names[act]);
    struct appraisal_command c = right(act, p, &actor);
    const struct officer *o = actor[0] ? catalogue_officer(catalogue, actor, instant_day(bed_now())) : NULL;
    const struct appraisal_step *s = d ? is_about(d, p, act) : NULL;
    int to = NOWHERE;

    if (s)
        to = goes_to(p->word[s->step - 1], (int)s->state, act);
    else if (act == p->opens)
        to = goes_to(kind, NOWHERE, act);
    /* Nobody tells that a step follows: what ends the one before opens it (below). A decision waits for whoever
     * endorses. */
    if (act == DO(FOLLOW) || (act == DO(SEND_BACK) && kind == 'E' && from != AT(ENDORSED)))
        to = NOWHERE;

    size_t count = d ? d->step_count : 0;
    struct appraisal_step *before = ARENA_ARRAY(arena, count + 1, struct appraisal_step);
    if (count)
        memcpy(before, d->steps, count * sizeof *before);
    int step = s ? s->step : p->step, round = s ? s->round : 0;
    struct answer a = to == NOWHERE ? to_be_said(d, p, &c, s) : nothing();
    struct appraisal_decision x;

    passed = act != DO(WARN) ? INSTANT_DAY : s && s->near_at != INSTANT_NONE ? s->near_at - bed_now() : 0;
    enum err_code rc = run(&d, c, actor, o ? o->unit : "", o ? o->roles : 0, &x);
    if (to == NOWHERE) {
        is_answered(tried, &a, d, before, count, rc, &x);
        return;
    }
    if (rc)
        fail_msg("%s: %s", tried, err.en);
    if (to == AT(SUPPLEMENTED)) /* that round is over, and the next one open */
        to = AT(QUEUED);
    bool told = act == DO(WARN) || act == DO(PASS);
    for (size_t i = 0; i < count; i++) /* no other step than that */
        if (before[i].step != step || before[i].round != round)
            assert_memory_equal(&d->steps[i], &before[i], sizeof before[i]);
    assert_int_equal(appraisal_step_latest(d, step)->state, to);
    assert_int_equal(appraisal_step_latest(d, step)->round, round + (to == AT(QUEUED) && !told));
}

static void every_kind_state_and_act(void **state)
{
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        size_t count;
        const int *states = states_of(places[i].word[places[i].step - 1], &count);
        for (size_t k = 0; k < count; k++) {
            for (int act = 0; act < APPRAISAL_ACT_COUNT; act++)
                try(&places[i], states[k], act);
            tear_down(state);
            set_up(state);
        }
    }
}

/* Whatever crossed the end on its way opens nothing, and is no contradiction. */
static void nothing_opens_behind(enum appraisal_act end)
{
    struct appraisal_dossier *d = come_to("RTAPNX", 3, NOWHERE);
    must(hear(&d, event(end, 0)));
    assert_true(facts_ended(&d->facts));
    must(hear(&d, event(DO(TAKE_TRANSFER), 2)));
    assert_null(appraisal_step_latest(d, 3));
    d = come_to("RAPNX", 2, AT(AWAITING_SUPPLEMENT));
    must(hear(&d, event(end, 0)));
    must(hear(&d, supplemented(2)));
    assert_int_equal(d->step_count, 1);
    assert_int_equal(d->steps[0].state, AT(CANCELLED));
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_ILLEGAL_MOVE);
    d = come_to("RAPNX", 2, AT(AWAITING_SUPPLEMENT)); /* the supplement first: the next round is open, and cancelled */
    must(hear(&d, supplemented(2)));
    must(hear(&d, event(end, 0)));
    assert_int_equal(d->step_count, 2);
    assert_int_equal(appraisal_step_latest(d, 2)->state, AT(CANCELLED));
    d = come_to("RAPNX", 2, AT(APPRAISED));
    must(hear(&d, event(end, 0)));
    assert_int_equal(d->steps[0].state, AT(APPRAISED));
    d = come_to("RCAPNX", 2, AT(CONSULTING));
    must(hear(&d, event(end, 0)));
    assert_int_equal(hear(&d, lapse()), ERR_ILLEGAL_MOVE);
}

static void nothing_opens_of_a_withdrawn_dossier(void **state)
{
    (void)state;
    nothing_opens_behind(DO(WITHDRAW));
}

static void nothing_opens_of_a_stopped_dossier(void **state)
{
    (void)state;
    nothing_opens_behind(DO(STOP));
}

/* ---- what ends a step opens the next */

static void an_endorse_step_follows_its_appraisal(void **state)
{
    static const int ends[] = {AT(ENDORSED), AT(SENT_BACK)};
    (void)state;
    struct appraisal_dossier *d = come_to("RAEPNX", 2, AT(ASSIGNED));
    assert_null(appraisal_step_latest(d, 3));
    must(by("td01", &d, conclude(OPINION_FOR)));
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_int_equal(s->step, 3);
    assert_int_equal(s->round, 1);
    assert_int_equal(s->kind, STEP_ENDORSE);
    assert_int_equal(s->state, AT(QUEUED));
    assert_string_equal(s->unit, UNIT);
    assert_true(s->opened && s->changed && s->opened_at == bed_now());
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        d = come_to("RAEPNX", 3, ends[i]);
        if (ends[i] == AT(ENDORSED))
            must(hear(&d, event(DO(SEND_BACK), 4)));
        s = appraisal_step_open(d);
        assert_int_equal(s->step, 2);
        assert_int_equal(s->round, 2);
        assert_int_equal(appraisal_step_latest(d, 3)->state, ends[i]);
        must(by("td02", &d, assign("td02")));
        must(by("td02", &d, conclude(OPINION_FOR)));
        assert_int_equal(appraisal_step_latest(d, 3)->round, 2);
        assert_int_equal(appraisal_step_latest(d, 3)->state, AT(QUEUED));
        must(by("tp01", &d, endorse()));
        assert_int_equal(d->step_count, 4);
    }
}

static void two_endorsements_in_a_row(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RAEEPNX", 4, AT(QUEUED));
    must(by("tp01", &d, return_draft()));
    assert_int_equal(appraisal_step_open(d)->step, 2);
    put(&d, "RAEEPNX", 2, AT(APPRAISED));
    assert_int_equal(appraisal_step_latest(d, 3)->round, 2);
    assert_int_equal(appraisal_step_latest(d, 4)->round, 1);
    must(by("tp01", &d, endorse()));
    assert_int_equal(appraisal_step_latest(d, 4)->round, 2);
    must(by("tp01", &d, endorse()));
    assert_null(appraisal_step_latest(d, 5));
}

static void a_second_part_is_endorsed_by_itself(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RTAEPAEPNX", 7, AT(QUEUED));
    must(by("tp01", &d, return_draft()));
    assert_int_equal(appraisal_step_open(d)->step, 6);
    assert_int_equal(appraisal_step_open(d)->round, 2);
    assert_int_equal(appraisal_step_latest(d, 3)->round, 1);
    assert_int_equal(appraisal_step_latest(d, 4)->round, 1);
}

/* The step behind an obligation waits for it; the date moves with it. */
static void an_appraise_step_follows_an_obligation(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RAPOAPNX", 4, FSM_NOWHERE);
    must(hear(&d, signed_(3, OUTCOME_GRANTED, false)));
    assert_null(appraisal_step_latest(d, 5));
    assert_int_equal(hear(&d, met(3)), ERR_CONFLICT);
    assert_false(d->facts.due_moved);
    must(hear(&d, met(4)));
    assert_int_equal(appraisal_step_open(d)->step, 5);
    assert_true(d->facts.due_moved && d->facts.due_at == bed_now() + 9 * INSTANT_DAY);
}

/* Verified, then appraised; what is sent back is appraised again, not verified. */
static void an_appraise_step_follows_what_was_verified(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RVAPNX", 2, AT(VERIFYING));
    assert_null(appraisal_step_latest(d, 3));
    must(by("td01", &d, verify()));
    assert_int_equal(appraisal_step_open(d)->step, 3);
    assert_int_equal(appraisal_step_open(d)->kind, STEP_APPRAISE);
    put(&d, "RVAPNX", 3, AT(APPRAISED));
    must(hear(&d, event(DO(SEND_BACK), 4)));
    assert_int_equal(appraisal_step_open(d)->step, 3);
    assert_int_equal(appraisal_step_open(d)->round, 2);
    assert_int_equal(appraisal_step_latest(d, 2)->round, 1);
}

/* Whether the other unit answers or keeps silent, the process goes on; only the clock makes it silent. */
static void an_appraise_step_follows_a_consultation(void **state)
{
    static const int ends[] = {AT(CONSULTED), AT(UNANSWERED)};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct appraisal_dossier *d = come_to("RCAPNX", 2, ends[i]);
        assert_int_equal(appraisal_step_open(d)->step, 3);
        assert_int_equal(appraisal_step_open(d)->kind, STEP_APPRAISE);
        struct appraisal_command c = answer();
        c.step = 3;
        assert_int_equal(by("td09", &d, c), ERR_FORBIDDEN); /* the step that is open now is another */
    }
}

/* What was not endorsed yet cannot have been decided on. */
static void a_decision_before_the_endorsement_cannot_be_true(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RTAEPAEPNX", 4, AT(QUEUED));
    assert_int_equal(hear(&d, signed_(5, OUTCOME_GRANTED, false)), ERR_CONFLICT);
    assert_int_equal(hear(&d, event(DO(SEND_BACK), 5)), ERR_CONFLICT);
    assert_int_equal(d->step_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(table_is_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_table_is_what_is_allowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_kind_state_and_act, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_opens_of_a_withdrawn_dossier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_opens_of_a_stopped_dossier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_endorse_step_follows_its_appraisal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_endorsements_in_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_part_is_endorsed_by_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_appraise_step_follows_an_obligation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_appraise_step_follows_what_was_verified, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_appraise_step_follows_a_consultation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_decision_before_the_endorsement_cannot_be_true, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
