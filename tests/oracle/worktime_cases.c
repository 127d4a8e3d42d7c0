/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random cases of the working-time engine with its answers, one a line, for an independent second implementation
 * (clock.py) to answer again: worktime_cases CALENDAR.CSV COUNT [SEED]. What stands before " = " is the question.
 */
#include "tests/oracle/throw.h"

/* ---- writing */

static void put_span(struct worktime_span s)
{
    printf("%s,%" PRId64, worktime_unit_name(s.unit), s.unit == WORKTIME_HOURS ? s.minutes : s.amount);
}

static void put_text(const char *s)
{
    fputs(s && *s ? s : "-", stdout);
}

/* A refusal is its field; with the year when it is the calendar's. */
static void put_refusal(const struct err *e)
{
    size_t n = strlen(e->en);
    if (strcmp(e->field, "calendar") == 0 && n > 4)
        printf(" !calendar:%s", e->en + n - 4);
    else
        printf(" !%s", e->field);
}

static void put_result(enum err_code rc, int64_t value, const struct err *e)
{
    if (rc)
        put_refusal(e);
    else
        printf(" %" PRId64, value);
    printf("\n");
}

/* ---- single calculations */

static void case_add(void)
{
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    instant from = some_moment(&hour_sets[h]), due = 0;
    struct worktime_span span = some_span(false);
    struct err e;
    enum err_code rc = worktime_add(&calendars[k], &hour_sets[h], from, span, NULL, &due, &e);
    printf("A %d %d %" PRId64 " ", h, k, from);
    put_span(span);
    printf(" =");
    put_result(rc, due, &e);
}

static void case_cutoff(bool transfer)
{
    static const int cutoffs[] = {0, 15 * 60, 15 * 60, 15 * 60, 16 * 60 + 30, 10 * 60, 20 * 60};
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    int cutoff = cutoffs[random_below(COUNT_OF(cutoffs))];
    const struct worktime_rule rule = {.same_day = true, .cutoff_minute = cutoff};
    instant from = some_moment(&hour_sets[h]), due = 0;
    struct err e;
    enum err_code rc = transfer ? worktime_transfer_due(&calendars[k], &hour_sets[h], cutoff, from, NULL, &due, &e)
                                : worktime_due(&rule, &calendars[k], &hour_sets[h], from, NULL, &due, &e);
    printf("%c %d %d %" PRId64 " %d =", transfer ? 'T' : 'S', h, k, from, cutoff);
    put_result(rc, due, &e);
}

static void case_between(void)
{
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    instant a = some_moment(&hour_sets[h]);
    instant b = random_below(10)
                    ? a + (instant)random_below(60) * INSTANT_DAY + (instant)random_below(1000) * INSTANT_MINUTE
                    : some_moment(&hour_sets[h]);
    struct err e;
    int64_t minutes = 0;
    enum err_code rc = worktime_between(&calendars[k], &hour_sets[h], a, b, &minutes, &e);
    printf("B %d %d %" PRId64 " %" PRId64 " =", h, k, a, b);
    put_result(rc, minutes, &e);
}

static void case_opening(void)
{
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    instant from = some_moment(&hour_sets[h]), t = 0;
    struct err e;
    enum err_code rc = worktime_next_opening(&calendars[k], &hour_sets[h], from, &t, &e);
    printf("O %d %d %" PRId64 " =", h, k, from);
    put_result(rc, t, &e);
}

/* ---- whole dossiers */

static void put_life(const struct life *l)
{
    const struct deadline_rule *r = &l->rule;
    printf("D %d %d %d ", l->h, l->k, l->other);
    put_span(r->statutory.span);
    printf(",%d,%d,%d,", r->statutory.same_day, r->statutory.cutoff_minute, r->reduced);
    put_span(r->reduced_span);
    printf(",%d,%d,%d,", r->transferred, r->transfer_cutoff, r->supplement_days);
    put_span(r->supplement_wait);
    printf(" -");
    for (int i = 0; i < r->variant_count; i++) {
        printf(";%s,%d,", l->variant[i].finding, l->variant[i].replaces);
        put_span(l->variant[i].span);
    }
    printf(" -");
    for (int i = 0; i < r->exclusion_count; i++)
        printf(";%s,%d", l->exclusion[i].code, l->exclusion[i].reported);
    printf(" -");
    for (size_t i = 0; i < l->facts; i++) {
        const struct deadline_fact *x = &l->fact[i];
        printf(";%s,%" PRId64 ",", deadline_fact_name(x->kind), x->at);
        put_text(x->code);
        printf(",");
        put_text(x->reference);
        printf(",%" PRId64, x->due);
        if (x->kind == DEADLINE_EXTENDED)
            printf(",%" PRId64 ",%" PRId64 ",%d", x->apology.sealed_at, x->apology.nearest, x->apology.notice);
        if (x->kind == DEADLINE_EXCLUDED_FROM)
            printf(",%" PRId64, x->known);
    }
    printf(" %" PRId64 " %d -", l->now, l->notice);
    for (size_t i = 0; i < l->steps; i++)
        printf(";%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, l->step[i].opened,
               l->step[i].closed == INSTANT_NONE ? 0 : l->step[i].closed, l->step[i].minutes_allowed, l->step[i].until);
    printf(" =");
}

static void put_moment(instant t)
{
    printf(" %" PRId64, t == INSTANT_NONE ? 0 : t);
}

static void put_deadline(const struct deadline *d)
{
    for (int w = 0; w < DEADLINE_CLOCKS; w++)
        put_moment(d->clock[w].due);
    put_moment(d->promised_first);
    put_moment(d->promised);
    put_moment(d->transfer_due);
    put_moment(d->supplement_until);
    printf(" %d,%d,%" PRId64, d->supplements, d->rounds, d->rework_us);
    for (int b = 0; b < DEADLINE_BREACH_COUNT; b++) {
        const struct deadline_breach *x = &d->breach[b];
        printf(" %d,%" PRId64 ",%" PRId64, x->count, x->count ? x->at : 0,
               x->count && x->limit != INSTANT_NONE ? x->limit : 0);
    }
}

static void case_life(void)
{
    struct life l;
    struct deadline d;
    struct deadline_reading reading[DEADLINE_CLOCKS];
    struct deadline_step_reading steps[STEPS];
    struct deadline_change change;
    struct err e;
    int32_t apology;
    int64_t uncharged;

    throw_life(&l);
    put_life(&l);
    const struct worktime_calendar *cal = &calendars[l.k];
    const struct worktime_hours *h = &hour_sets[l.h];
    if (deadline_fold(&l.rule, cal, h, l.fact, l.facts, NULL, &d, &e)) {
        put_refusal(&e);
        printf("\n");
        return;
    }
    put_deadline(&d);
    for (int w = 0; w < DEADLINE_CLOCKS; w++) {
        struct deadline_reading *r = &reading[w];
        if (deadline_read(&d, cal, h, (enum deadline_which)w, l.now, r, &e)) {
            put_refusal(&e);
            printf("\n");
            return;
        }
        printf(" %d,%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%s,%d", (int)r->state, deadline_hold_name(r->hold),
               r->judged_at, r->elapsed_minutes, r->late_minutes, deadline_lateness_name(r->lateness),
               r->late_by_supplements);
    }
    if (deadline_apology_day(deadline_nearest(&d), l.notice, cal, &apology, &e))
        put_refusal(&e);
    else
        printf(" %" PRId32, apology);
    if (deadline_steps(&l.rule, cal, h, l.fact, l.facts, l.step, l.steps, reading[DEADLINE_REPORTED].late_minutes,
                       l.now, steps, &uncharged, &e)) {
        put_refusal(&e);
    } else {
        for (size_t i = 0; i < l.steps; i++)
            printf(" %" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%s", steps[i].due, steps[i].minutes_used,
                   steps[i].minutes_late, steps[i].minutes_charged, deadline_lateness_name(steps[i].lateness));
        printf(" %" PRId64, uncharged);
    }
    if (l.other >= 0) {
        if (deadline_compare(&l.rule, cal, &calendars[l.other], h, l.fact, l.facts, &change, &e))
            put_refusal(&e);
        else
            printf(" %d,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId32, change.changed, change.before[0],
                   change.before[1], change.after[0], change.after[1], change.day == INT32_MIN ? 0 : change.day);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: worktime_cases CALENDAR.CSV COUNT [SEED]\n");
        return 2;
    }
    long count = strtol(argv[2], NULL, 10);
    random_seed(argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    struct arena *arena = arena_new(8 << 20);
    for (size_t i = 0; i < COUNT_OF(hour_sets); i++) {
        printf("H %zu", i);
        for (int j = 0; j < hour_sets[i].count; j++)
            printf(" %d-%d", hour_sets[i].open[j].from, hour_sets[i].open[j].to);
        printf("\n");
    }
    read_calendars(arena, argv[1], stdout);
    for (long i = 0; i < count; i++) {
        uint64_t kind = random_below(20);
        if (kind < 4)
            case_add();
        else if (kind < 6)
            case_cutoff(kind == 4);
        else if (kind == 6)
            case_between();
        else if (kind == 7)
            case_opening();
        else
            case_life();
    }
    arena_free(arena);
    return 0;
}
