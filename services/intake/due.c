/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The due dates, one of each clock (common/domain/deadline.h): by the rule of the procedure, and moved by nothing but
 * what the law knows. A dossier keeps its rule as a text, so that they are counted again by that rule whatever became
 * of the procedure, and what they were counted with: the release and the year that its calendar ends with.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/domain/deadline_explain.h"
#include "common/domain/term.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

#define EXPLAINED_MAX ((size_t)1 << 17) /* each of eight articles may have 1,500 bytes, in two languages */

instant intake_nearest_due(const struct intake_dossier *d)
{
    return d->due_reported != INSTANT_NONE && d->due_reported < d->due_at ? d->due_reported : d->due_at;
}

bool intake_due_by_hours(const struct intake_dossier *d)
{
    bool first = strncmp(d->due_rule, "hours:", strlen("hours:")) == 0, added = false, last = false;

    for (int i = 0; i < d->finding_count; i++) {
        bool hours = d->findings[i].unit == TIME_HOURS;
        if (d->findings[i].replaces)
            first = hours;
        else
            last = hours;
        added |= !d->findings[i].replaces;
    }
    return added ? last : first;
}

/* How long before is a matter of the day on which the date is kept or not. */
static int apology_notice(const struct catalogue *c, instant due)
{
    return term_value(c, TERM_APOLOGY_NOTICE, instant_day(due));
}

/* last_apology gives the opening of the last working day on which an apology is in time; the due date itself when the
 * calendar knows no such day. */
static instant last_apology(const struct catalogue *c, const struct intake_dossier *d)
{
    instant due = intake_nearest_due(d);
    int32_t day;

    if (deadline_apology_day(due, apology_notice(c, due), c->calendar, &day, NULL))
        return due;
    return instant_of_day(day, catalogue_counter_hours(c, d->counter, day).open[0].from);
}

#define NEAR_PART 5 /* of what is left: as of a step to which its process gives no time to warn in */

instant intake_warn_at(const struct catalogue *c, const struct intake_dossier *d, instant now)
{
    struct worktime_hours hours = catalogue_counter_hours(c, d->counter, instant_day(d->received_at));
    instant due = intake_nearest_due(d), near = last_apology(c, d);
    int64_t minutes;

    if (near > now)
        return near;
    if (worktime_between(c->calendar, &hours, now, due, &minutes, NULL) || minutes < NEAR_PART ||
        worktime_add(c->calendar, &hours, now, WORKTIME_SPAN_MINUTES(minutes - minutes / NEAR_PART), NULL, &near, NULL))
        return due;
    return near;
}

struct deadline_apology intake_judged(const struct catalogue *c, instant due, instant sealed_at)
{
    return (struct deadline_apology){.sealed_at = sealed_at, .nearest = due, .notice = apology_notice(c, due)};
}

bool intake_is_paused(const struct intake_dossier *d)
{
    for (int i = 0; i < d->obligation_count; i++)
        if (d->obligations[i].state == INTAKE_OBLIGATION_NOTIFIED)
            return true;
    for (int i = 0; i < d->supplement_count; i++)
        if (d->supplements[i].received_at == INSTANT_NONE)
            return true;
    return false;
}

static struct worktime_span span_of(enum time_unit unit, int64_t amount)
{
    switch (unit) {
    case TIME_HOURS:
        return WORKTIME_SPAN_MINUTES(amount);
    case TIME_DAYS:
        return WORKTIME_SPAN_DAYS(amount);
    case TIME_WORKING_DAYS:
        return WORKTIME_SPAN_WORKING_DAYS(amount);
    case TIME_MONTHS:
        return WORKTIME_SPAN_MONTHS(amount);
    case TIME_NONE:
    case TIME_COUNT:
        break;
    }
    BUG_IF(true, "there is no unit of time %d", (int)unit);
}

/* rule_text is what is stored of the rule; read_rule reads it again. */
static const char *rule_text(const struct procedure *p, struct arena *a)
{
    if (p->same_day)
        return arena_printf(a, "same_day:%d@%d", p->cutoff_minute, p->record.version);
    return arena_printf(a, "%s:%lld@%d", time_unit_name((int)p->time_unit), (long long)p->statutory, p->record.version);
}

/* add_lines writes the lines of a text as a JSON array. */
static void add_lines(struct buf *out, const char *text, struct arena *a)
{
    buf_str(out, "[");
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        if (line != text)
            buf_str(out, ",");
        buf_json_str(out, arena_strndup(a, line, n));
        line += n + (line[n] == '\n');
    }
    buf_str(out, "]");
}

/* in_two_tongues is a text per language as {"vi":[..],"en":[..]}, so that it can be shown years later. */
static const char *in_two_tongues(const struct buf *vi, const struct buf *en, struct arena *a)
{
    struct buf out;

    buf_init(&out, EXPLAINED_MAX);
    buf_str(&out, "{\"vi\":");
    add_lines(&out, buf_cstr(vi), a);
    buf_str(&out, ",\"en\":");
    add_lines(&out, buf_cstr(en), a);
    buf_str(&out, "}");
    const char *text = arena_strdup(a, buf_cstr(&out));
    buf_release(&out);
    return text;
}

/* explain is the calculation as it was made. */
static const char *explain(const struct worktime_trace *trace, struct arena *a)
{
    struct buf vi, en;

    buf_init(&vi, EXPLAINED_MAX);
    buf_init(&en, EXPLAINED_MAX);
    worktime_explain_vi(trace, &vi);
    worktime_explain_en(trace, &en);
    const char *text = in_two_tongues(&vi, &en, a);
    buf_release(&vi);
    buf_release(&en);
    return text;
}

static const char *explain_deadline(const struct deadline_trace *trace, struct arena *a)
{
    struct buf vi, en;

    buf_init(&vi, EXPLAINED_MAX);
    buf_init(&en, EXPLAINED_MAX);
    deadline_explain(trace, WORKTIME_VI, &vi);
    deadline_explain(trace, WORKTIME_EN, &en);
    const char *text = in_two_tongues(&vi, &en, a);
    buf_release(&vi);
    buf_release(&en);
    return text;
}

enum err_code intake_days_from_now(const struct intake_dossier *d, int working_days, const struct intake_facts *f,
                                   instant *ret, const char **ret_explained, struct err *reterr)
{
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, d->counter, instant_day(f->now));
    struct worktime_trace trace;
    enum err_code rc = worktime_add(f->catalogue->calendar, &hours, f->now, WORKTIME_SPAN_WORKING_DAYS(working_days),
                                    &trace, ret, reterr);

    if (!rc && ret_explained)
        *ret_explained = explain(&trace, f->arena);
    return rc;
}

bool intake_give_more(instant *told, instant counted)
{
    if (counted <= *told)
        return false;
    *told = counted;
    return true;
}

enum err_code intake_transfer_due(const struct worktime_hours *hours, const struct intake_facts *f, instant *ret,
                                  struct err *reterr)
{
    int cutoff = term_value(f->catalogue, TERM_TRANSFER_CUTOFF, instant_day(f->now));

    return worktime_transfer_due(f->catalogue->calendar, hours, cutoff, f->now, NULL, ret, reterr);
}

/* Every date says what it was counted with. */
static void note_counted(struct intake_dossier *d, const struct catalogue *c)
{
    d->release = c->release;
    d->calendar_last_year = c->calendar_last_year;
}

/* ---- what happened */

/* What was found, and what is left out, as the dossier keeps it. */
static void put_times(const struct intake_dossier *d, struct arena *a, struct deadline_rule *ret)
{
    struct deadline_variant *variants = ARENA_ARRAY(a, INTAKE_FINDINGS_MAX, struct deadline_variant);
    struct deadline_exclusion *exclusions = ARENA_ARRAY(a, INTAKE_EXCLUSIONS_MAX, struct deadline_exclusion);

    for (int i = 0; i < d->finding_count; i++)
        variants[ret->variant_count++] =
            (struct deadline_variant){.finding = d->findings[i].finding,
                                      .article = d->findings[i].basis,
                                      .replaces = d->findings[i].replaces,
                                      .span = span_of(d->findings[i].unit, d->findings[i].amount)};
    for (int i = 0; i < d->exclusion_count; i++) {
        const struct intake_exclusion *x = &d->exclusions[i];
        bool known = false;
        for (int k = 0; k < i; k++)
            known |= strcmp(d->exclusions[k].period, x->period) == 0;
        if (!known)
            exclusions[ret->exclusion_count++] =
                (struct deadline_exclusion){.code = x->period, .article = x->basis, .reported = x->reported};
    }
    ret->variant = variants;
    ret->exclusion = exclusions;
}

static enum err_code read_rule(const struct intake_dossier *d, const struct intake_facts *f, struct deadline_rule *ret,
                               struct err *reterr)
{
    const char *colon = strchr(d->due_rule, ':'), *at = colon ? strchr(colon, '@') : NULL;
    const char *unit = colon ? arena_strndup(f->arena, d->due_rule, (size_t)(colon - d->due_rule)) : "";
    bool same_day = strcmp(unit, "same_day") == 0;
    int of = time_unit_parse(unit);

    if (!at || (!same_day && of <= TIME_NONE))
        return err_say(reterr, ERR_CONFLICT, "due_rule", "quy định thời hạn \"%s\" không đọc được",
                       "the rule of the due date, \"%s\", cannot be read", d->due_rule);
    int64_t amount = strtoll(colon + 1, NULL, 10);
    *ret = (struct deadline_rule){.id = d->procedure,
                                  .version = (int)strtol(at + 1, NULL, 10),
                                  .supplement_days =
                                      term_value(f->catalogue, TERM_SUPPLEMENT_ASK, instant_day(d->received_at))};
    ret->statutory = same_day ? (struct worktime_rule){.same_day = true, .cutoff_minute = (int)amount}
                              : (struct worktime_rule){.span = span_of((enum time_unit)of, amount)};
    put_times(d, f->arena, ret);
    return ERR_OK;
}

#define FACTS_MAX                                                                                                      \
    (2 + 2 * INTAKE_OBLIGATIONS_MAX + 2 * INTAKE_SUPPLEMENTS_MAX + INTAKE_FINDINGS_MAX + 2 * INTAKE_EXCLUSIONS_MAX)

/* What happened at one moment stays in its order; there are a dozen at the most. */
static void sort_by_time(struct deadline_fact *facts, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct deadline_fact x = facts[i];
        size_t k = i;
        for (; k > 0 && facts[k - 1].at > x.at; k--)
            facts[k] = facts[k - 1];
        facts[k] = x;
    }
}

/* The clock of a machine may have been set back since: what followed something did not happen before it. */
static instant not_before(instant at, instant earliest)
{
    return at < earliest ? earliest : at;
}

static size_t supplements_of(const struct intake_dossier *d, struct deadline_fact *facts)
{
    instant last = d->received_at;
    size_t n = 0;

    for (int i = 0; i < d->supplement_count; i++) {
        const struct intake_supplement *s = &d->supplements[i];
        last = not_before(s->asked_at, last);
        facts[n++] = (struct deadline_fact){.kind = DEADLINE_SUPPLEMENT_REQUESTED, .at = last, .code = s->ground};
        if (s->received_at == INSTANT_NONE)
            continue;
        last = not_before(s->received_at, last);
        facts[n++] = (struct deadline_fact){.kind = DEADLINE_SUPPLEMENT_RECEIVED, .at = last};
    }
    return n;
}

/* The findings and the periods that are left out. */
static size_t times_of(const struct intake_dossier *d, struct deadline_fact *facts)
{
    size_t n = 0;

    for (int i = 0; i < d->finding_count; i++)
        facts[n++] = (struct deadline_fact){.kind = DEADLINE_FINDING,
                                            .at = not_before(d->findings[i].at, d->received_at),
                                            .code = d->findings[i].finding};
    for (int i = 0; i < d->exclusion_count; i++) {
        const struct intake_exclusion *x = &d->exclusions[i];
        facts[n++] =
            (struct deadline_fact){.kind = DEADLINE_EXCLUDED_FROM, .at = x->from, .code = x->period, .known = x->at};
        facts[n++] = (struct deadline_fact){
            .kind = DEADLINE_EXCLUDED_TO, .at = x->until, .code = x->period, .due = x->recorded_until};
    }
    return n;
}

/* facts_of tells the engine what happened: the receipt, every obligation from its notice on, every supplement, what
 * changed its time or is left out of it, and the new date of an extension. */
static size_t facts_of(const struct intake_dossier *d, struct deadline_fact *facts)
{
    size_t n = 0;

    facts[n++] = (struct deadline_fact){.kind = DEADLINE_RECEIVED,
                                        .at = d->received_at,
                                        .due = d->promised_at == INSTANT_NONE ? d->due_at : d->promised_at};
    for (int i = 0; i < d->obligation_count; i++) {
        const struct intake_obligation *o = &d->obligations[i];
        instant opened = not_before(o->notified_at, d->received_at);
        if (o->state != INTAKE_OBLIGATION_EXPECTED)
            facts[n++] =
                (struct deadline_fact){.kind = DEADLINE_OBLIGATION_OPENED, .at = opened, .reference = o->notice};
        if (o->state == INTAKE_OBLIGATION_MET)
            facts[n++] =
                (struct deadline_fact){.kind = DEADLINE_OBLIGATION_CLOSED, .at = not_before(o->met_at, opened)};
    }
    bool extended = d->extension.state == EXTENSION_ISSUED && d->extension.due_at != INSTANT_NONE;
    n += supplements_of(d, facts + n);
    n += times_of(d, facts + n);
    if (extended)
        facts[n++] = (struct deadline_fact){.kind = DEADLINE_EXTENDED,
                                            .at = not_before(d->extension.issued_at, d->received_at),
                                            .code = d->extension.reason,
                                            .due = d->extension.due_at,
                                            .apology = d->extension.judged};
    if (d->supplement_count || d->finding_count || d->exclusion_count || extended)
        sort_by_time(facts + 1, n - 1);
    return n;
}

instant intake_heard_at(const struct intake_dossier *d, instant at, const struct intake_facts *f)
{
    struct deadline_fact facts[FACTS_MAX];
    size_t n = facts_of(d, facts);

    for (size_t i = 0; i < n; i++)
        if (facts[i].at <= f->now)
            at = not_before(at, facts[i].at);
    return at > f->now ? f->now : at;
}

static enum err_code fold(const struct intake_dossier *d, const struct intake_facts *f, struct deadline_trace *trace,
                          struct deadline *ret, struct err *reterr)
{
    struct deadline_fact facts[FACTS_MAX];
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, d->counter, instant_day(d->received_at));
    struct deadline_rule rule;
    size_t n = facts_of(d, facts), at = 0;
    enum err_code rc = read_rule(d, f, &rule, reterr);

    while (at < n && facts[at].kind != DEADLINE_EXTENDED)
        at++;
    /* Another calendar may have carried the dates behind the new one: then it means nothing any more. */
    if (!rc && at < n)
        rc = deadline_fold(&rule, f->catalogue->calendar, &hours, facts, at, NULL, ret, reterr);
    if (!rc && at < n && facts[at].due <= deadline_nearest(ret)) {
        memmove(&facts[at], &facts[at + 1], (n - at - 1) * sizeof *facts);
        n--;
    }
    return rc ? rc : deadline_fold(&rule, f->catalogue->calendar, &hours, facts, n, trace, ret, reterr);
}

/* As any date that is counted later: the receipt is what has happened so far. */
enum err_code intake_set_due(struct intake_dossier *d, const struct procedure *p, const struct intake_facts *f,
                             struct err *reterr)
{
    struct deadline_trace trace; /* of some forty thousand bytes: a batch has no room for one of each */
    struct deadline deadline;

    d->due_at = INSTANT_NONE;
    d->due_rule = rule_text(p, f->arena);
    enum err_code rc = fold(d, f, &trace, &deadline, reterr);
    if (rc)
        return rc;
    d->due_at = deadline.clock[DEADLINE_LEGAL].due;
    d->due_reported = deadline.clock[DEADLINE_REPORTED].due;
    d->due_explained = explain_deadline(&trace, f->arena);
    note_counted(d, f->catalogue);
    return ERR_OK;
}

enum err_code intake_would_be_due(const struct intake_dossier *d, const struct intake_facts *f, instant *ret_due,
                                  instant *ret_reported, struct err *reterr)
{
    struct deadline deadline;
    enum err_code rc = fold(d, f, NULL, &deadline, reterr);

    if (rc)
        return rc;
    *ret_due = deadline.clock[DEADLINE_LEGAL].due;
    *ret_reported = deadline.clock[DEADLINE_REPORTED].due;
    return ERR_OK;
}

/* What was prepared for another date is void, unless it is the last day for an apology by the new one, too, and lies
 * behind that. */
static void void_apology(struct intake_dossier *d, const struct intake_facts *f)
{
    instant last = d->due_reported > d->due_at ? d->due_reported : d->due_at;

    if (d->apology_due_at != INSTANT_NONE &&
        (last_apology(f->catalogue, d) > f->now || instant_day(d->apology_due_at) <= instant_day(last)))
        d->apology_due_at = INSTANT_NONE;
}

enum err_code intake_count_due(struct intake_dossier *d, const struct intake_facts *f, struct err *reterr)
{
    struct deadline_trace trace;
    struct deadline deadline;
    enum err_code rc = fold(d, f, &trace, &deadline, reterr);

    if (rc)
        return rc;
    instant due = deadline.clock[DEADLINE_LEGAL].due;
    if (due != d->due_at && d->promised_at == INSTANT_NONE)
        d->promised_at = d->due_at;

    bool moved = due != d->due_at || deadline.clock[DEADLINE_REPORTED].due != d->due_reported;

    d->due_at = due;
    d->due_reported = deadline.clock[DEADLINE_REPORTED].due;
    if (moved)
        void_apology(d, f);
    d->due_explained = explain_deadline(&trace, f->arena);
    note_counted(d, f->catalogue);
    return ERR_OK;
}

enum err_code intake_explain_pause(struct intake_dossier *d, const struct intake_facts *f, struct err *reterr)
{
    struct intake_dossier counted = *d;
    enum err_code rc = intake_count_due(&counted, f, reterr);

    if (!rc && counted.due_at == d->due_at && counted.due_reported == d->due_reported)
        *d = counted;
    return rc;
}
