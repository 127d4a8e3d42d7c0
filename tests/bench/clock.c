/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the working-time engine is on one core: bench/clock [SECONDS]. Prints figures, one a line.
 *
 *   clock_due_dates_per_s   worktime_due over a million random questions: every unit, same-day results, three sets of
 *                           hours, starts anywhere in eight years, so that the calendar is not read in order
 *   clock_dossiers_per_s    deadline_fold and both readings: half of the dossiers straight, the others with a
 * supplement, an obligation or an extension
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/oracle/throw.h"

#define QUESTIONS (1 << 20)
#define DOSSIERS  (1 << 15)

struct question {
    instant from;
    struct worktime_rule rule;
    int hours;
};

static void ask(struct question *q)
{
    q->hours = (int)random_below(3);
    do
        q->from = some_moment(&hour_sets[q->hours]);
    while (instant_day(q->from) > calendars[0].first_day + 7 * 365);
    q->rule = (struct worktime_rule){.span = some_span(true)};
    if (random_below(5) == 0)
        q->rule = (struct worktime_rule){.same_day = true, .cutoff_minute = 15 * 60};
}

static double due_dates_per_s(double seconds)
{
    struct question *q = calloc(QUESTIONS, sizeof *q);
    int64_t done = 0, begin, spent;
    instant sum = 0;
    BUG_IF(!q, "memory");
    for (int i = 0; i < QUESTIONS; i++)
        ask(&q[i]);
    begin = instant_mono();
    do {
        for (int i = 0; i < QUESTIONS; i++) {
            instant due;
            struct err e;
            if (worktime_due(&q[i].rule, &calendars[0], &hour_sets[q[i].hours], q[i].from, NULL, &due, &e))
                BUG_IF(true, "%s", e.en);
            sum += due;
        }
        done += QUESTIONS;
        spent = instant_mono() - begin;
    } while ((double)spent < seconds * 1e6);
    fprintf(stderr, "# sum %" PRId64 "\n", sum);
    free(q);
    return (double)done * 1e6 / (double)spent;
}

struct dossier {
    struct deadline_rule rule;
    struct deadline_fact fact[4];
    size_t facts;
    instant now;
};

static void live(struct dossier *l)
{
    struct question q;
    ask(&q);
    l->rule = (struct deadline_rule){
        .id = "bench", .version = 1, .statutory = q.rule, .transferred = true, .transfer_cutoff = 15 * 60};
    l->fact[l->facts++] = (struct deadline_fact){.kind = DEADLINE_RECEIVED, .at = q.from};
    instant t = q.from + INSTANT_DAY;
    switch (random_below(6)) {
    case 0:
        l->fact[l->facts++] = (struct deadline_fact){.kind = DEADLINE_SUPPLEMENT_REQUESTED, .at = t};
        l->fact[l->facts++] = (struct deadline_fact){.kind = DEADLINE_SUPPLEMENT_RECEIVED, .at = t += 3 * INSTANT_DAY};
        break;
    case 1:
        l->fact[l->facts++] = (struct deadline_fact){.kind = DEADLINE_OBLIGATION_OPENED, .at = t, .reference = "TB-1"};
        l->fact[l->facts++] = (struct deadline_fact){.kind = DEADLINE_OBLIGATION_CLOSED, .at = t += 5 * INSTANT_DAY};
        break;
    case 2:
        l->fact[l->facts++] = (struct deadline_fact){
            .kind = DEADLINE_EXTENDED, .at = t, .code = "overload", .due = t + 120 * INSTANT_DAY};
        break;
    default:
        break;
    }
    if (random_below(2))
        l->fact[l->facts++] = (struct deadline_fact){.kind = DEADLINE_SEALED, .at = t + INSTANT_HOUR};
    l->now = t + INSTANT_DAY;
}

static double dossiers_per_s(double seconds)
{
    struct dossier *l = calloc(DOSSIERS, sizeof *l);
    int64_t done = 0, begin, spent, sum = 0;
    BUG_IF(!l, "memory");
    for (int i = 0; i < DOSSIERS; i++)
        live(&l[i]);
    begin = instant_mono();
    do {
        for (int i = 0; i < DOSSIERS; i++) {
            struct deadline d;
            struct deadline_reading r[DEADLINE_CLOCKS];
            struct err e;
            const struct worktime_hours *h = &hour_sets[0];
            enum err_code rc = deadline_fold(&l[i].rule, &calendars[0], h, l[i].fact, l[i].facts, NULL, &d, &e);
            for (int w = 0; !rc && w < DEADLINE_CLOCKS; w++)
                rc = deadline_read(&d, &calendars[0], h, (enum deadline_which)w, l[i].now, &r[w], &e);
            BUG_IF(rc, "%s", e.en);
            sum += r[0].elapsed_minutes + d.clock[1].due;
        }
        done += DOSSIERS;
        spent = instant_mono() - begin;
    } while ((double)spent < seconds * 1e6);
    fprintf(stderr, "# sum %" PRId64 "\n", sum);
    free(l);
    return (double)done * 1e6 / (double)spent;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 3;
    struct arena *arena = arena_new(8 << 20);
    random_seed(1);
    read_calendars(arena, "tests/oracle/calendar.csv", NULL);
    printf("clock_due_dates_per_s %.0f\n", due_dates_per_s(seconds));
    printf("clock_dossiers_per_s %.0f\n", dossiers_per_s(seconds));
    arena_free(arena);
    return 0;
}
