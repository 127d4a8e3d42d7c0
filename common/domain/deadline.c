/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold: one function per kind of fact, then both due dates. A pause is a bit in `open`; each clock minds the bits
 * that concern it and keeps its own sums, so that pauses may overlap and end in any order.
 */
#include "common/domain/deadline_private.h"

#include <string.h>

/* Everything that one fold has in its hands. */
struct fold {
    const struct deadline_rule *rule;
    const struct worktime_calendar *cal;
    const struct worktime_hours *hours;
    struct deadline_trace *trace;
    struct err *reterr;
    struct deadline d;
    instant known[DEADLINE_EXCLUSIONS]; /* of each period that is open: since when it is known until when */
    bool stale;                         /* the due dates are not those of the clocks as they stand */
};

static enum err_code refuse(const struct fold *f, const struct deadline_fact *x, enum err_code code, const char *vi,
                            const char *en)
{
    return err_say(f->reterr, code, deadline_fact_name(x->kind), "%s%.0s", "%.0s%s", vi, en);
}

/* ---- telling */

static struct deadline_line *tell(struct fold *f, enum deadline_tell what)
{
    const struct deadline_line line = {.tell = what, .at = INSTANT_NONE, .due = INSTANT_NONE};
    deadline_trace_add(f->trace, &line);
    return &f->trace->line[f->trace->count - 1];
}

static instant given_or(instant given, instant otherwise)
{
    return given && given != INSTANT_NONE ? given : otherwise;
}

static void tell_fact(struct fold *f, const struct deadline_fact *x)
{
    if (!f->trace)
        return;
    struct deadline_line *line = tell(f, DEADLINE_TELL_FACT);
    int excluded = deadline_exclusion_find(f->rule, x->code);
    line->what = x->kind;
    line->at = x->kind == DEADLINE_EXTENDED ? given_or(x->apology.sealed_at, x->at) : x->at;
    line->due = x->kind == DEADLINE_RECEIVED ? f->d.promised_first : x->due;
    line->code = x->code;
    line->reference = x->reference;
    line->article = excluded >= 0 ? f->rule->exclusion[excluded].article : NULL;
    line->number =
        x->kind == DEADLINE_ROUND_STARTED || x->kind == DEADLINE_ROUND_ENDED ? f->d.rounds : f->d.supplements;
    for (int i = 0; x->kind == DEADLINE_FINDING && i < f->rule->variant_count; i++)
        if (strcmp(f->rule->variant[i].finding, x->code) == 0) {
            line->variant = &f->rule->variant[i];
            line->article = line->variant->article;
        }
}

/* days: by so many before the limit it had to be; 0 where any moment up to it would have done. */
static void breach(struct fold *f, enum deadline_breach_kind kind, instant at, instant limit, int days)
{
    struct deadline_breach *b = &f->d.breach[kind];
    if (b->count++ == 0) {
        b->at = at;
        b->limit = limit;
    }
    if (!f->trace)
        return;
    struct deadline_line *line = tell(f, DEADLINE_TELL_BREACH);
    line->what = kind;
    line->at = at;
    line->due = limit;
    line->number = days;
}

static enum err_code tell_clock(struct fold *f, enum deadline_which which)
{
    struct worktime_trace count;
    struct deadline_by by;
    instant due;
    enum err_code rc = deadline_count(&f->d, f->rule, f->cal, f->hours, which, &count, &by, &due, f->reterr);
    if (rc)
        return rc;
    if (by.overtaken != INSTANT_NONE)
        tell(f, DEADLINE_TELL_LATER)->due = by.overtaken;
    if (which == DEADLINE_LEGAL)
        tell(f, f->d.open & OPEN_SUPPLEMENT ? DEADLINE_TELL_LEGAL_STOPPED : DEADLINE_TELL_LEGAL);
    else
        tell(f, by.reduced ? DEADLINE_TELL_REDUCED : DEADLINE_TELL_REPORTED);
    for (int i = 0; i < count.count; i++)
        tell(f, DEADLINE_TELL_COUNTED)->step = count.step[i];
    return ERR_OK;
}

/* ---- the clocks */

/* concerns says which pauses hold a clock: the law does not know a stop that is taken up again. */
static uint32_t concerns(const struct deadline_rule *rule, enum deadline_which which)
{
    uint32_t bits = OPEN_SUPPLEMENT | OPEN_OBLIGATION;
    if (which == DEADLINE_REPORTED)
        bits |= OPEN_STOP;
    for (int i = 0; i < rule->exclusion_count; i++)
        if (which == DEADLINE_LEGAL || rule->exclusion[i].reported)
            bits |= OPEN_EXCLUSION(i);
    return bits;
}

static bool same_pause(struct worktime_pause a, struct worktime_pause b)
{
    return a.us == b.us && a.days == b.days;
}

/* settle counts the due dates anew when something moved them. */
static enum err_code settle(struct fold *f)
{
    struct deadline_clock *legal = &f->d.clock[DEADLINE_LEGAL], *reported = &f->d.clock[DEADLINE_REPORTED];
    struct deadline_by by;
    if (!f->stale)
        return ERR_OK;
    enum err_code rc =
        deadline_count(&f->d, f->rule, f->cal, f->hours, DEADLINE_LEGAL, NULL, &by, &legal->due, f->reterr);
    if (rc)
        return rc;
    f->stale = false;
    if (!f->rule->reduced && legal->start == reported->start && legal->extended == reported->extended &&
        same_pause(legal->paused, reported->paused) && same_pause(legal->moves, reported->moves)) {
        reported->due = legal->due;
        return ERR_OK;
    }
    return deadline_count(&f->d, f->rule, f->cal, f->hours, DEADLINE_REPORTED, NULL, &by, &reported->due, f->reterr);
}

static enum err_code end_pause(struct fold *f, struct worktime_pause *sum, instant *since, instant at)
{
    enum err_code rc = worktime_pause_add(f->cal, f->hours, *since, at, sum, f->reterr);
    *since = INSTANT_NONE;
    f->stale = true;
    return rc;
}

/* move_promise minds since when something moves the second promise: what came before it, and how long it was known to
 * last, is part of that date already. */
static enum err_code move_promise(struct fold *f, struct deadline_clock *c, instant at)
{
    bool moves = c->extended && c->open && !(c->open & f->d.foretold);
    if (moves && c->moves_since == INSTANT_NONE)
        c->moves_since = at;
    return moves || c->moves_since == INSTANT_NONE ? ERR_OK : end_pause(f, &c->moves, &c->moves_since, at);
}

static enum err_code change_open(struct fold *f, const struct deadline_fact *x)
{
    f->d.open = deadline_open_after(f->rule, f->d.open, x);
    for (int w = 0; w < DEADLINE_CLOCKS; w++) {
        struct deadline_clock *c = &f->d.clock[w];
        uint32_t open = f->d.open & concerns(f->rule, (enum deadline_which)w), was = c->open;
        enum err_code rc = ERR_OK;
        c->open = open;
        if (open && !was)
            c->paused_since = x->at;
        if (was && !open)
            rc = end_pause(f, &c->paused, &c->paused_since, x->at);
        if (!rc && c->extended)
            rc = move_promise(f, c, x->at);
        if (rc)
            return rc;
    }
    return ERR_OK;
}

/* elapsed gives the working time of the reported clock until `at`. */
static enum err_code elapsed(const struct fold *f, instant at, int64_t *ret_us)
{
    const struct deadline_clock *c = &f->d.clock[DEADLINE_REPORTED];
    instant until = c->paused_since == INSTANT_NONE ? at : c->paused_since;
    enum err_code rc = worktime_length(f->cal, f->hours, c->start, until, ret_us, f->reterr);
    if (!rc)
        *ret_us -= c->paused.us;
    return rc;
}

/* ---- facts */

static enum err_code on_received(struct fold *f, const struct deadline_fact *x)
{
    struct deadline *d = &f->d;
    d->received = x->at;
    for (int w = 0; w < DEADLINE_CLOCKS; w++)
        d->clock[w].start = x->at;
    f->stale = true;
    enum err_code rc = settle(f);
    if (!rc && f->rule->transferred)
        rc =
            worktime_transfer_due(f->cal, f->hours, f->rule->transfer_cutoff, x->at, NULL, &d->transfer_due, f->reterr);
    if (rc)
        return rc;
    d->promised = d->promised_first = x->due && x->due != INSTANT_NONE ? x->due : d->clock[DEADLINE_REPORTED].due;
    tell_fact(f, x);
    return ERR_OK;
}

static enum err_code on_finding(struct fold *f, const struct deadline_fact *x)
{
    for (int i = 0; x->code && i < f->rule->variant_count; i++) {
        const struct deadline_variant *v = &f->rule->variant[i];
        if (strcmp(v->finding, x->code) != 0)
            continue;
        f->d.findings |= UINT32_C(1) << i;
        if (v->replaces)
            f->d.replaced = i;
        f->stale = f->d.received != INSTANT_NONE;
        deadline_unit(&f->d, f->rule);
        tell_fact(f, x);
        return ERR_OK;
    }
    return refuse(f, x, ERR_INVALID, "quy định không có trường hợp này", "the rule knows no such finding");
}

/* check_supplement: Decree 61/2018 Art. 19(4), at the latest on the n-th working day after that of acceptance; Art.
 * 11(2c), only once. */
static enum err_code check_supplement(struct fold *f, instant at)
{
    int days = f->rule->supplement_days ? f->rule->supplement_days : DEADLINE_SUPPLEMENT_DAYS;
    int32_t limit, received = instant_day(f->d.received);
    if (f->d.supplements > 1) {
        breach(f, DEADLINE_SUPPLEMENT_SECOND, at, INSTANT_NONE, 0);
        return ERR_OK;
    }
    if (days < 0 || instant_day(at) <= received + days)
        return ERR_OK;
    enum err_code rc = worktime_day_after(f->cal, received, days, &limit, NULL);
    if (rc || instant_day(at) <= limit)
        return ERR_OK; /* beyond the calendar: `at` is not, so it is in time */
    const struct worktime_hours *h = f->hours;
    breach(f, DEADLINE_SUPPLEMENT_LATE, at, instant_of_day(limit, h->open[h->count - 1].to), 0);
    return ERR_OK;
}

static enum err_code on_supplement_requested(struct fold *f, const struct deadline_fact *x)
{
    if (f->d.open & OPEN_SUPPLEMENT)
        return refuse(f, x, ERR_CONFLICT, "đang chờ bổ sung", "a supplement is already awaited");
    if (f->d.supplements && !(x->code && *x->code))
        return refuse(f, x, ERR_INVALID, "yêu cầu bổ sung lần nữa phải có lý do", "another supplement needs a reason");
    f->d.supplements++;
    enum err_code rc = change_open(f, x);
    if (!rc && (f->rule->supplement_wait.amount || f->rule->supplement_wait.minutes))
        rc = worktime_add(f->cal, f->hours, x->at, f->rule->supplement_wait, NULL, &f->d.supplement_until, f->reterr);
    if (rc)
        return rc;
    tell_fact(f, x);
    return check_supplement(f, x->at);
}

static enum err_code on_supplement_received(struct fold *f, const struct deadline_fact *x)
{
    if (!(f->d.open & OPEN_SUPPLEMENT))
        return refuse(f, x, ERR_CONFLICT, "không chờ bổ sung", "no supplement is awaited");
    enum err_code rc = change_open(f, x);
    if (rc)
        return rc;
    uint32_t open = f->d.clock[DEADLINE_LEGAL].open;
    f->d.clock[DEADLINE_LEGAL] = (struct deadline_clock){
        .start = x->at, .open = open, .paused_since = open ? x->at : INSTANT_NONE, .moves_since = INSTANT_NONE};
    f->d.supplement_until = INSTANT_NONE;
    f->stale = true;
    tell_fact(f, x);
    return ERR_OK;
}

static enum err_code on_obligation(struct fold *f, const struct deadline_fact *x)
{
    bool opens = x->kind == DEADLINE_OBLIGATION_OPENED;
    if (opens == !!(f->d.open & OPEN_OBLIGATION))
        return refuse(f, x, ERR_CONFLICT, "trạng thái nghĩa vụ tài chính không cho phép",
                      opens ? "an obligation is already open" : "no obligation is open");
    if (opens && !(x->reference && *x->reference))
        return refuse(f, x, ERR_INVALID, "nghĩa vụ tài chính phải có số thông báo thuế",
                      "a financial obligation needs the number of the tax notice");
    tell_fact(f, x);
    return change_open(f, x);
}

/* foretell notes whether the second promise reckons with a period that is open. */
static void foretell(struct fold *f, int exclusion)
{
    if (f->known[exclusion] > f->d.extended_at)
        return;
    f->d.foretold |= OPEN_EXCLUSION(exclusion);
    if (f->trace)
        tell(f, DEADLINE_TELL_FORETOLD)->code = f->rule->exclusion[exclusion].code;
}

/* tell_early tells of a period that it ended before it was to; it counts as long as it lasted. */
static void tell_early(struct fold *f, const struct deadline_fact *x)
{
    if (!f->trace || given_or(x->due, 0) <= x->at)
        return;
    struct deadline_line *line = tell(f, DEADLINE_TELL_EARLY);
    line->code = x->code;
    line->due = x->due;
}

static enum err_code on_excluded(struct fold *f, const struct deadline_fact *x)
{
    bool opens = x->kind == DEADLINE_EXCLUDED_FROM;
    int i = deadline_exclusion_find(f->rule, x->code);
    if (i < 0)
        return refuse(f, x, ERR_INVALID, "quy định không loại trừ khoảng thời gian này",
                      "no article of the rule leaves this period out");
    if (opens == !!(f->d.open & OPEN_EXCLUSION(i)))
        return refuse(f, x, ERR_CONFLICT, "khoảng thời gian loại trừ không ở trạng thái phù hợp",
                      opens ? "this period is already open" : "this period is not open");
    tell_fact(f, x);
    if (!opens)
        tell_early(f, x);
    if (opens) {
        f->known[i] = given_or(x->known, INT64_MAX);
        f->d.foretold &= ~OPEN_EXCLUSION(i);
        if (f->d.extended)
            foretell(f, i);
    }
    return change_open(f, x);
}

static enum err_code on_round(struct fold *f, const struct deadline_fact *x)
{
    bool opens = x->kind == DEADLINE_ROUND_STARTED;
    int64_t now;
    if (opens == (f->d.round_began >= 0))
        return refuse(f, x, ERR_CONFLICT, "vòng giải quyết không ở trạng thái phù hợp",
                      opens ? "a round is already running" : "no round is running");
    enum err_code rc = elapsed(f, x->at, &now);
    if (rc)
        return rc;
    if (opens)
        f->d.rounds++;
    else if (f->d.rounds > 1)
        f->d.rework_us += now - f->d.round_began;
    f->d.round_began = opens ? now : -1;
    tell_fact(f, x);
    return ERR_OK;
}

static enum err_code on_extended(struct fold *f, const struct deadline_fact *x)
{
    struct deadline *d = &f->d;
    if (d->extended)
        return refuse(f, x, ERR_CONFLICT, "chỉ được hẹn lại một lần (NĐ 61/2018, Điều 19(9))",
                      "a dossier is extended once (Decree 61/2018 Art. 19(9))");
    if (!(x->code && *x->code))
        return refuse(f, x, ERR_INVALID, "hẹn lại phải có lý do", "a new date needs its reason");
    enum err_code rc = settle(f);
    if (rc)
        return rc;
    instant nearest = deadline_nearest(d);
    if (x->due <= x->at || x->due <= nearest)
        return refuse(f, x, ERR_INVALID, "ngày hẹn lại phải sau hạn cũ", "the new date is not behind the old one");
    d->extended = true;
    d->extended_at = x->at;
    d->promised = x->due;
    f->stale = true;
    tell_fact(f, x);
    for (int i = 0; i < f->rule->exclusion_count; i++)
        if (d->open & OPEN_EXCLUSION(i))
            foretell(f, i);
    for (int w = 0; !rc && w < DEADLINE_CLOCKS; w++) {
        d->clock[w].extended = true;
        rc = move_promise(f, &d->clock[w], x->at);
    }
    if (rc)
        return rc;
    const struct deadline_apology *given = &x->apology;
    const struct deadline_apology letter = {.sealed_at = given_or(given->sealed_at, x->at),
                                            .nearest = given_or(given->nearest, nearest),
                                            .notice = given->notice ? given->notice : DEADLINE_APOLOGY_DAYS};
    if (deadline_apology_is_late(&letter))
        breach(f, DEADLINE_EXTENSION_LATE, letter.sealed_at, letter.nearest, letter.notice);
    return ERR_OK;
}

static enum err_code on_end(struct fold *f, const struct deadline_fact *x)
{
    f->d.end = x->kind == DEADLINE_STOPPED     ? DEADLINE_END_STOPPED
               : x->kind == DEADLINE_WITHDRAWN ? DEADLINE_END_WITHDRAWN
                                               : DEADLINE_END_SEALED;
    f->d.ended = x->at;
    tell_fact(f, x);
    return change_open(f, x);
}

static enum err_code on_resumed(struct fold *f, const struct deadline_fact *x)
{
    if (f->d.end != DEADLINE_END_STOPPED)
        return refuse(f, x, ERR_CONFLICT, "hồ sơ không ở trạng thái dừng", "the dossier is not stopped");
    f->d.end = DEADLINE_OPEN;
    f->d.ended = INSTANT_NONE;
    tell_fact(f, x);
    return change_open(f, x);
}

static enum err_code (*const on_fact[DEADLINE_FACT_COUNT])(struct fold *, const struct deadline_fact *) = {
    [DEADLINE_RECEIVED] = on_received,
    [DEADLINE_FINDING] = on_finding,
    [DEADLINE_SUPPLEMENT_REQUESTED] = on_supplement_requested,
    [DEADLINE_SUPPLEMENT_RECEIVED] = on_supplement_received,
    [DEADLINE_OBLIGATION_OPENED] = on_obligation,
    [DEADLINE_OBLIGATION_CLOSED] = on_obligation,
    [DEADLINE_EXCLUDED_FROM] = on_excluded,
    [DEADLINE_EXCLUDED_TO] = on_excluded,
    [DEADLINE_ROUND_STARTED] = on_round,
    [DEADLINE_ROUND_ENDED] = on_round,
    [DEADLINE_EXTENDED] = on_extended,
    [DEADLINE_STOPPED] = on_end,
    [DEADLINE_RESUMED] = on_resumed,
    [DEADLINE_WITHDRAWN] = on_end,
    [DEADLINE_SEALED] = on_end,
};

/* step checks what holds for every fact, then applies it. */
static enum err_code step(struct fold *f, const struct deadline_fact *x)
{
    struct deadline *d = &f->d;
    if ((unsigned)x->kind >= DEADLINE_FACT_COUNT)
        return err_say(f->reterr, ERR_INVALID, "facts", "không rõ loại sự việc %d", "no such kind of fact: %d",
                       (int)x->kind);
    if (x->at < d->last)
        return refuse(f, x, ERR_INVALID, "sự việc không theo thứ tự thời gian", "the facts are not in order of time");
    if ((x->kind == DEADLINE_RECEIVED) == (d->received != INSTANT_NONE) && x->kind != DEADLINE_FINDING)
        return refuse(f, x, ERR_CONFLICT, "hồ sơ được tiếp nhận đúng một lần, trước các việc khác",
                      "a dossier is received once, before anything else");
    if (d->end != DEADLINE_OPEN && x->kind != DEADLINE_RESUMED)
        return refuse(f, x, ERR_CONFLICT, "hồ sơ đã kết thúc", "the dossier has ended");
    d->last = x->at;
    return on_fact[x->kind](f, x);
}

enum err_code deadline_fold(const struct deadline_rule *rule, const struct worktime_calendar *cal,
                            const struct worktime_hours *hours, const struct deadline_fact *fact, size_t n,
                            struct deadline_trace *trace, struct deadline *ret, struct err *reterr)
{
    struct fold f = {.rule = rule, .cal = cal, .hours = hours, .trace = trace, .reterr = reterr};
    enum err_code rc = ERR_OK;
    BUG_IF(rule->variant_count > DEADLINE_VARIANTS || rule->exclusion_count > DEADLINE_EXCLUSIONS, "rule %s", rule->id);
    f.d = (struct deadline){
        .rule = rule->id,
        .rule_version = rule->version,
        .calendar_version = cal->version,
        .calendar_last_year = cal->last_year,
        .received = INSTANT_NONE,
        .transfer_due = INSTANT_NONE,
        .supplement_until = INSTANT_NONE,
        .clock = {{.paused_since = INSTANT_NONE, .moves_since = INSTANT_NONE},
                  {.paused_since = INSTANT_NONE, .moves_since = INSTANT_NONE}},
        .ended = INSTANT_NONE,
        .replaced = -1,
        .extended_at = INSTANT_NONE,
        .last = INSTANT_NONE,
        .round_began = -1,
    };
    deadline_unit(&f.d, rule);
    if (trace) {
        trace->count = 0;
        trace->cut = false;
        struct deadline_line *line = tell(&f, DEADLINE_TELL_RULE);
        line->code = rule->id;
        line->number = rule->version;
        line->calendar = cal->version;
    }
    for (size_t i = 0; !rc && i < n; i++)
        rc = step(&f, &fact[i]);
    if (!rc && f.d.received == INSTANT_NONE)
        rc = err_say(reterr, ERR_INVALID, "received", "hồ sơ chưa được tiếp nhận", "the dossier was not received");
    if (!rc)
        rc = settle(&f);
    for (int w = 0; !rc && trace && w < DEADLINE_CLOCKS; w++)
        rc = tell_clock(&f, (enum deadline_which)w);
    if (!rc)
        *ret = f.d;
    return rc;
}
