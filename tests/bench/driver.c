/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The load driver: hands dossiers in, or carries them through all five services, and prints what it saw as
 * "name value" lines. At a fixed rate (--rate) dossiers begin when they are due, whatever the services do; else as many
 * are under way as --flight allows.
 *
 * After --seconds nothing new begins; what is under way is finished, then (--drain) the driver waits until every
 * service has taken in every event. `elapsed_s` ends there: a backlog that grew is part of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/attr.h"
#include "common/base/instant.h"
#include "tests/bench/dossier.h"
#include "tests/bench/meter.h"

#define SERVICES   5
#define QUIET_US   300000
#define PATIENCE_S 300

static struct {
    const char *reference, *secrets, *day, *mode;
    int port, connections, flight, seconds, warm, probes, drain, verbose;
    double rate;
} options = {.day = "2019-10-01", .mode = "chain", .port = 8081, .connections = 32, .flight = 400, .seconds = 10};

static const struct desk *desks;
static size_t desk_count;
static struct dossier *spare;
static uint64_t begun;
static int under_way;
static bool closing;

/* ---- dossiers */

static void begin_one(int64_t due)
{
    struct dossier *d = spare;
    if (d)
        spare = d->next;
    else if (!(d = malloc(sizeof(*d))))
        abort();
    const struct desk *k = &desks[begun % desk_count];
    const char *procedure = k->procedures[begun / desk_count % k->procedure_count];
    under_way++;
    walk_start(d, k, procedure, begun++, due);
}

static void ended(struct dossier *d, bool well)
{
    d->next = spare;
    spare = d;
    under_way--;
    if (!closing && options.rate <= 0)
        begin_one(instant_mono());
}

/* ---- backlogs, from the services' own status */

struct backlog {
    struct call call;
    char request[1024];
    int64_t lag, queued, unpublished;
    uint64_t events;
    bool answered;
};
static struct backlog backlogs[SERVICES];
static int asked;

static int64_t number_after(const char *text, const char *name)
{
    const char *at = text, *last = NULL;
    while ((at = strstr(at, name)))
        last = at += strlen(name);
    return last ? strtoll(last, NULL, 10) : 0;
}

static void status_came(struct call *c, const struct answer *a)
{
    struct backlog *b = (struct backlog *)(void *)c;
    asked--;
    b->answered = a->status == 200;
    b->lag = number_after(a->body, "],\"lag\":");
    b->queued = number_after(a->body, "\"command_queue\":") + number_after(a->body, "\"event_queue\":");
    b->unpublished = number_after(a->body, "\"unpublished\":");
    b->events = (uint64_t)number_after(a->body, "\"events\":");
}

static void ask_statuses(const char *token)
{
    for (int i = 0; i < SERVICES; i++) {
        struct backlog *b = &backlogs[i];
        int n = snprintf(b->request, sizeof(b->request),
                         "GET /ops/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token);
        b->call = (struct call){.port = i, .request = b->request, .size = (size_t)n, .answered = status_came};
        asked++;
        wire_ask(&b->call);
    }
    while (asked > 0)
        wire_turn(agenda_turn());
}

static int64_t backlog_sum(void)
{
    int64_t sum = 0;
    for (int i = 0; i < SERVICES; i++)
        if (backlogs[i].answered)
            sum += backlogs[i].lag + backlogs[i].queued + backlogs[i].unpublished;
    return sum;
}

static uint64_t events_sum(void)
{
    uint64_t sum = 0;
    for (int i = 0; i < SERVICES; i++)
        sum += backlogs[i].events;
    return sum;
}

/* drain waits until nothing is left and nothing moved for a while; returns when the last event was taken in. */
static int64_t drain(const char *token)
{
    int64_t moved = instant_mono(), limit = moved + PATIENCE_S * INSTANT_SECOND;
    uint64_t events = 0;
    while (instant_mono() < limit) {
        ask_statuses(token);
        if (events_sum() != events || backlog_sum() > 0)
            moved = instant_mono();
        events = events_sum();
        if (instant_mono() - moved > QUIET_US)
            return moved;
        for (int64_t until = instant_mono() + 25000; instant_mono() < until;)
            wire_turn(5);
    }
    (void)fprintf(stderr, "bench: not drained after %d s: %" PRId64 " left\n", PATIENCE_S, backlog_sum());
    return instant_mono();
}

/* ---- a run */

static double driver_ms(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static void print_number(const char *name, const char *more, double v)
{
    (void)printf("%s%s %.3f\n", name, more, v);
}

static void print_latency(const char *name, const struct histogram *h)
{
    if (h->total == 0)
        return;
    print_number(name, "_p50_ms", histogram_ms(h, 0.50));
    print_number(name, "_p99_ms", histogram_ms(h, 0.99));
    print_number(name, "_max_ms", (double)h->most / 1000);
}

static void second_passed(int64_t second, uint64_t *last)
{
    const struct walk_stats *s = walk_stats();
    if (options.verbose)
        (void)fprintf(stderr,
                      "%4" PRId64 " s: %" PRIu64 " begun, %" PRIu64 " finished (+%" PRIu64 "), %d under way, %" PRIu64
                      " not yet, %" PRIu64 " refused, %" PRIu64 " busy, %" PRIu64 " broken\n",
                      second, begun, s->finished, s->finished - *last, under_way, s->not_yet, s->refused, s->busy,
                      s->broken);
    *last = s->finished;
    meters_read();
}

/* load runs until `end`: dossiers begin as the rate or the room says. Whatever holds the driver up, each that was due
 * by then begins, and its time counts from when it was due. */
static void load(int64_t start, int64_t end)
{
    static uint64_t last;
    static int64_t second;
    double from = (double)begun;
    int64_t now;
    do {
        now = instant_mono();
        if (now > end)
            now = end;
        int wait = agenda_turn();
        if (options.rate > 0) {
            double wanted = from + (double)(now - start) * options.rate / 1e6;
            while ((double)begun < wanted)
                begin_one(start + (int64_t)(((double)begun - from) * 1e6 / options.rate));
            wait = wait > 1 ? 1 : wait;
        } else {
            while (under_way < options.flight && now < end)
                begin_one(now);
        }
        wire_turn(wait < 100 ? wait : 100);
        if (now / INSTANT_SECOND != second) {
            second = now / INSTANT_SECOND;
            second_passed((now - start) / INSTANT_SECOND, &last);
        }
    } while (now < end);
}

static void finish(void)
{
    int64_t limit = instant_mono() + PATIENCE_S * INSTANT_SECOND;
    closing = true;
    while (under_way > 0 && instant_mono() < limit) {
        int wait = agenda_turn();
        wire_turn(wait < 100 ? wait : 100);
    }
}

static void report(double elapsed_s, double load_s, double reached, double cpu_ms)
{
    const struct walk_stats *s = walk_stats();
    const struct meter *m;
    struct histogram intake = s->latency[RECEIVE], handoff = s->handoff[0];
    size_t n = meters(&m);
    double all = 0;
    char name[64];
    histogram_merge(&intake, &s->latency[DOCUMENT]);
    for (int i = 1; i < HANDOFFS; i++)
        histogram_merge(&handoff, &s->handoff[i]);
    print_number("elapsed", "_s", elapsed_s);
    print_number("load", "_s", load_s);
    print_number("dossiers", "", (double)s->finished);
    print_number("dossiers", "_per_s", (double)s->finished / elapsed_s);
    print_number("reached", "_per_s", reached);
    print_number("not_yet", "", (double)s->not_yet);
    print_number("refused", "", (double)s->refused);
    print_number("busy", "", (double)s->busy);
    print_number("broken", "", (double)s->broken);
    print_number("cut_pages", "", (double)s->cut_pages);
    print_number("lost", "", (double)under_way);
    print_latency("intake", &intake);
    print_latency("handoff", &handoff);
    print_latency("whole", &s->whole);
    for (int i = 0; i < COMMANDS; i++)
        print_latency(command_names[i], &s->latency[i]);
    for (int i = 0; i < HANDOFFS; i++)
        print_latency(handoff_names[i], &s->handoff[i]);
    for (size_t i = 0; i < n; i++) {
        all += m[i].cpu_ms;
        (void)snprintf(name, sizeof(name), "cpu_%s", m[i].name);
        print_number(name, "_ms_per_dossier", s->finished > 0 ? m[i].cpu_ms / (double)s->finished : 0);
        (void)snprintf(name, sizeof(name), "rss_%s", m[i].name);
        print_number(name, "_mib", m[i].rss_mib);
    }
    print_number("cpu", "_ms_per_dossier", s->finished > 0 ? all / (double)s->finished : 0);
    print_number("cpu_driver", "_ms_per_dossier", s->finished > 0 ? cpu_ms / (double)s->finished : 0);
    if (s->refused > 0)
        (void)fprintf(stderr, "bench: %" PRIu64 " refused, the last: %s\n", s->refused, s->refusal);
}

static void usage(void)
{
    (void)fprintf(
        stderr, "usage: driver --reference DIR --secrets DIR [--mode intake|chain|mixed] [--port FIRST] [--seconds N]\n"
                "              [--warm N] [--rate PER_S] [--flight N] [--connections N] [--probes PER_1000]\n"
                "              [--day DATE] [--drain] [--verbose] [--watch NAME=PID]...\n");
    exit(2);
}

static void read_options(int argc, char **argv)
{
    const struct {
        const char *name;
        const char **text;
        int *number;
    } known[] = {{"--reference", &options.reference, NULL},
                 {"--secrets", &options.secrets, NULL},
                 {"--mode", &options.mode, NULL},
                 {"--day", &options.day, NULL},
                 {"--port", NULL, &options.port},
                 {"--seconds", NULL, &options.seconds},
                 {"--warm", NULL, &options.warm},
                 {"--flight", NULL, &options.flight},
                 {"--connections", NULL, &options.connections},
                 {"--probes", NULL, &options.probes}};
    for (int i = 1; i < argc; i++) {
        bool found = false;
        if (strcmp(argv[i], "--drain") == 0 || strcmp(argv[i], "--verbose") == 0) {
            *(argv[i][2] == 'd' ? &options.drain : &options.verbose) = 1;
            continue;
        }
        if (i + 1 == argc)
            usage();
        if (strcmp(argv[i], "--watch") == 0) {
            meters_add(argv[++i]);
            continue;
        }
        if (strcmp(argv[i], "--rate") == 0) {
            options.rate = strtod(argv[++i], NULL);
            continue;
        }
        for (size_t k = 0; k < sizeof(known) / sizeof(known[0]) && !found; k++) {
            if (strcmp(argv[i], known[k].name) != 0)
                continue;
            found = true;
            if (known[k].text)
                *known[k].text = argv[++i];
            else
                *known[k].number = (int)strtol(argv[++i], NULL, 10);
        }
        if (!found)
            usage();
    }
    if (!options.reference || !options.secrets)
        usage();
}

int main(int argc, char **argv)
{
    read_options(argc, argv);
    bool intake_only = strcmp(options.mode, "intake") == 0;
    desk_count = desks_read(options.reference, options.secrets, options.day, intake_only, &desks);
    const char *token = desk_token(options.secrets, "service:bench", "H11", "operator");
    for (int i = 0; i < SERVICES; i++)
        wire_open(i, options.port + i, options.connections);
    walk_begin(intake_only                          ? MIX_HANDED_IN
               : strcmp(options.mode, "mixed") == 0 ? MIX_ALL
                                                    : MIX_STRAIGHT,
               options.day, options.probes, ended);

    if (options.warm > 0) {
        int64_t start = instant_mono();
        load(start, start + options.warm * INSTANT_SECOND);
        if (options.rate <= 0) {
            finish();
            closing = false;
        }
        *walk_stats() = (struct walk_stats){0};
    }
    meters_start();
    double driver = driver_ms();
    int64_t start = instant_mono();
    load(start, start + options.seconds * INSTANT_SECOND);
    int64_t stop = instant_mono();
    double load_s = (double)(stop - start) / 1e6, reached = (double)walk_stats()->finished / load_s;
    finish();
    int64_t end = instant_mono();
    if (options.drain)
        end = drain(token);
    driver = driver_ms() - driver;
    meters_read();
    (void)fprintf(stderr, "bench: %zu desks, %s\n", desk_count, options.mode);
    report((double)(end - start) / 1e6, load_s, reached, driver);
    const struct walk_stats *s = walk_stats();
    return under_way > 0 || s->refused > 0 || s->finished == 0;
}
