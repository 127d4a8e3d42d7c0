/* SPDX-License-Identifier: Apache-2.0 */
/* `taichoctl simulate`: what is asked for, whether the counters are open, and the figures at the end. */
#include "services/ctl/simulate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/id.h"
#include "services/ctl/catalogue.h"
#include "services/ctl/clock.h"
#include "services/ctl/commands.h"

/* ---- is there anything to do */

/* minutes_to_opening counts from now to the next moment at which some counter is open on a working day, on this day. */
static int minutes_to_opening(const struct world *w, int minute)
{
    int best = -1;

    for (size_t i = 0; w->working_day && i < w->place_count; i++)
        for (int k = 0; k + 1 < w->places[i].open_count; k += 2)
            if (w->places[i].open[k] > minute && (best < 0 || w->places[i].open[k] - minute < best))
                best = w->places[i].open[k] - minute;
    return best;
}

static bool counters_are_open(const struct world *w, instant now)
{
    struct civil c = instant_civil(now);
    int minute = c.hour * 60 + c.minute, wait = minutes_to_opening(w, minute);

    for (size_t i = 0; i < w->place_count; i++)
        if (world_is_open(w, &w->places[i], minute))
            return true;
    if (!w->place_count)
        ctl_fail("no counter is valid on this day; is the reference data there? `taichoctl catalogue import DIR`");
    else if (wait > 0)
        ctl_fail("the counters are closed at %02d:%02d business time (quầy đang đóng cửa); `taichoctl clock forward "
                 "%dm` opens them",
                 c.hour, c.minute, wait);
    else
        ctl_fail(
            "the counters are closed at %02d:%02d business time and do not open again on this day (quầy đã đóng cửa); "
            "`taichoctl clock forward %dm` goes to 07:30 of the next day, then simulate that one",
            c.hour, c.minute, 24 * 60 - minute + 7 * 60 + 30);
    return false;
}

/* day_is checks that the business day is the one that was asked for. */
static bool day_is(int32_t asked, instant now)
{
    int32_t today = instant_day(now);

    if (asked == today)
        return true;
    if (asked > today)
        ctl_fail("the business day is %s, not %s; `taichoctl clock forward %dd` goes there", day_text(today).s,
                 day_text(asked).s, asked - today);
    else
        ctl_fail("the business day is %s already and the clock never goes back; simulate --day %s", day_text(today).s,
                 day_text(today).s);
    return false;
}

/* ---- figures */

static int by_number(const void *x, const void *y)
{
    int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;

    return (a > b) - (a < b);
}

static double quantile(const int32_t *sorted, size_t count, double q)
{
    size_t at = (size_t)((double)count * q);

    return sorted[at < count ? at : count - 1] / 1000.0;
}

static void print_table(struct simulation *s)
{
    printf("\n%-44s %8s %8s   %8s %8s %8s %8s   %8s %8s\n", "command (ms)", "done", "repeats", "p50", "p95", "p99",
           "max", "all p50", "all p99");
    for (int d = 0; d < DEED_COUNT; d++) {
        struct samples *m = &s->samples[d];
        char name[80];
        if (!m->count)
            continue;
        qsort(m->us, m->count, sizeof *m->us, by_number);
        qsort(m->arrive_us, m->count, sizeof *m->arrive_us, by_number);
        (void)snprintf(name, sizeof name, "%s %s", deeds[d].event ? deeds[d].event : "(409)", deeds[d].vi);
        ctl_pad(name, 44);
        printf(" %8zu %8" PRIu64 "   %8.1f %8.1f %8.1f %8.1f   %8.1f %8.1f\n", m->count, m->repeats,
               quantile(m->us, m->count, .5), quantile(m->us, m->count, .95), quantile(m->us, m->count, .99),
               m->us[m->count - 1] / 1000.0, quantile(m->arrive_us, m->count, .5),
               quantile(m->arrive_us, m->count, .99));
    }
}

static uint64_t commands_of(const struct simulation *s)
{
    uint64_t n = 0;

    for (int d = 0; d < DEED_COUNT; d++)
        n += s->samples[d].count;
    return n;
}

static void print_figures(struct simulation *s)
{
    double seconds = (double)s->wall_us / 1e6;

    printf("%" PRId64 " dossiers: %" PRId64 " received, %" PRId64 " refused at the counter, %zu guided, %" PRId64
           " did not get to their end\n",
           s->finished, s->received, s->turned_away, s->visit_count, s->failed);
    printf("%.1f s, %.1f dossiers/s, %.0f commands/s over %" PRId64 " connections; %" PRIu64 " of %" PRIu64
           " requests were repeats\n",
           seconds, (double)s->finished / seconds, (double)commands_of(s) / seconds, s->connections, s->repeats,
           s->requests);
    if (s->dark.counter)
        printf("%" PRId64 " acts of counter %s were entered late, behind an outage of %" PRId64
               " min (nhập sau sự cố)\n",
               s->late, s->dark.counter->id, (s->dark.ended - s->dark.begun) / INSTANT_MINUTE);
    print_table(s);
    printf("all: from the act before on, with the time that an event needed to arrive at the next stage\n");
}

/* By the deed's own name: several have one event, and what is to be refused has none. */
static void print_json(struct simulation *s, bool books)
{
    const char *comma = "";

    printf("{\"dossiers\":%" PRId64 ",\"received\":%" PRId64 ",\"refused_at_counter\":%" PRId64
           ",\"guided\":%zu,\"failed\":%" PRId64 ",\"seconds\":%.3f,\"connections\":%" PRId64 ",\"commands\":%" PRIu64
           ",\"requests\":%" PRIu64 ",\"repeats\":%" PRIu64 ",\"late_entries\":%" PRId64
           ",\"books\":%s,\"clocks\":%s,\"commands_ms\":{",
           s->finished, s->received, s->turned_away, s->visit_count, s->failed, (double)s->wall_us / 1e6,
           s->connections, commands_of(s), s->requests, s->repeats, s->late, books ? "true" : "false",
           s->clocks < 0 ? "null" : arena_printf(s->arena, "%" PRId64, s->clocks));
    for (int d = 0; d < DEED_COUNT; d++) {
        struct samples *m = &s->samples[d];
        const char *event = deeds[d].event ? arena_printf(s->arena, "\"%s\"", deeds[d].event) : "null";
        if (!m->count)
            continue;
        qsort(m->us, m->count, sizeof *m->us, by_number);
        qsort(m->arrive_us, m->count, sizeof *m->arrive_us, by_number);
        printf("%s\"%s\":{\"event\":%s,\"count\":%zu,\"repeats\":%" PRIu64
               ",\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f,"
               "\"from_first_try_p50\":%.3f,\"from_first_try_p99\":%.3f}",
               comma, deeds[d].name, event, m->count, m->repeats, quantile(m->us, m->count, .5),
               quantile(m->us, m->count, .95), quantile(m->us, m->count, .99), m->us[m->count - 1] / 1000.0,
               quantile(m->arrive_us, m->count, .5), quantile(m->arrive_us, m->count, .99));
        comma = ",";
    }
    printf("}}\n");
}

/* ---- the command */

static int run(struct simulation *s, int32_t day, const char *units, bool json)
{
    struct world w;
    instant now;

    if (!clock_business_now(&now))
        return CTL_FAILED;
    s->business_less_mono = now - instant_mono(); /* before the world is loaded, which takes its time */
    if (!day_is(day, now) || !world_load(&w, s->arena, day, units) || !counters_are_open(&w, now))
        return CTL_FAILED;
    if (s->ways.unanswered > 0 && !world_waits(&w))
        return ctl_fail(
            "no supplement can go unanswered (unanswered=%g): no procedure of this day has a supplement_wait "
            "that ends within %d times 30 days",
            s->ways.unanswered, MONTHS_MOST);
    s->world = &w;
    s->begun_at = instant_real();
    outage_choose(&w, s->chance, now, &s->dark);
    bool went = simulation_run(s);
    if (!json)
        print_figures(s);
    bool books = simulation_books(s, json ? stderr : stdout);
    if (json)
        print_json(s, books);
    if (!went || !books)
        return ctl_fail("the day was not carried to its end; `taichoctl status` shows what each stage holds");
    return CTL_OK;
}

int ctl_simulate(const struct ctl_command *self, int argc, char **argv)
{
    const char *day = NULL, *dossiers = NULL, *rate = "0", *connections = "32", *seed = NULL, *mix = "", *units = NULL;
    bool json = false, help = false, no_oracle = false;
    struct simulation s = {0};
    const struct ctl_option options[] = {
        {"--day", &day, NULL},     {"--dossiers", &dossiers, NULL},
        {"--rate", &rate, NULL},   {"--connections", &connections, NULL},
        {"--seed", &seed, NULL},   {"--mix", &mix, NULL},
        {"--units", &units, NULL}, {"--oracle", &s.oracle, NULL},
        {"--json", NULL, &json},   {"--no-oracle", NULL, &no_oracle},
        {"--help", NULL, &help},   {NULL, NULL, NULL},
    };
    int32_t on;
    int64_t seed_number = (int64_t)(instant_real() & INT32_MAX);
    char *after;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (!mix_read(&s, mix)) {
        ctl_fail("--mix takes shares in percent, like on_spot=70,refused=4, and the word days; else it is:");
        (void)mix_read(&s, "");
        mix_print(stderr, &s);
        return CTL_USAGE;
    }
    if (help) {
        printf("taichoctl %s %s\n%s\n\n", self->name, self->arguments, self->sentence);
        mix_print(stdout, &s);
        return CTL_OK;
    }
    if (!day || !dossiers || argc > 0 || (s.oracle && no_oracle))
        return ctl_usage(self);
    if (!instant_day_parse(day, &on)) {
        ctl_fail("--day %s is no date like 2019-10-01", day);
        return CTL_USAGE;
    }
    if (!ctl_number(self, "--dossiers", dossiers, 1, 1000000, &s.dossier_count) ||
        !ctl_number(self, "--connections", connections, 1, 1000, &s.connections) ||
        (seed && !ctl_number(self, "--seed", seed, 0, INT64_MAX, &seed_number)))
        return CTL_USAGE;
    s.rate = strtod(rate, &after);
    if (*after || after == rate || !(s.rate >= 0)) {
        ctl_fail("--rate %s is no number of dossiers per second", rate);
        return CTL_USAGE;
    }
    s.chance = (struct chance){(uint64_t)seed_number};
    s.arena = arena_new((size_t)1 << 32);
    if (!s.oracle && !no_oracle)
        s.oracle = clocks_oracle(s.arena);
    s.run = arena_printf(s.arena, "%.12s", id_text(id_new()).s + 24);
    int rc = run(&s, on, units, json);
    arena_free(s.arena);
    return rc;
}
