/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `taichoctl status`: what each stage has to do, how its flow goes, and which process has which partitions. The flow
 * is asked of each service on its own port (/ops/status); the work that lies with each stage is counted in its schema,
 * in business time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/base/role.h"
#include "services/ctl/api.h"
#include "services/ctl/clock.h"
#include "services/ctl/commands.h"
#include "services/ctl/owners.h"

#define HELD_SHOWN 5

/* ---- the flow */

struct flow {
    bool answers, connected, halted, leader, kafka;
    int64_t release, lag, outbox, outbox_age_us, waiting, waiting_age_s, held, dead, missing;
    const char *body; /* as it was answered */
};

static int64_t number(struct json_in *in, const struct json *o, const char *name)
{
    return json_int(in, o, name, JSON_OPTIONAL, INT64_MIN / 2, INT64_MAX / 2);
}

static struct flow read_flow(struct api *api, int service)
{
    struct fetch_answer answer;
    struct json_in *in;
    struct flow f = {.answers = false};
    struct err e = {0};

    if (api_call(api, arena_printf(api->arena, "%s/ops/status", ctl_service_url(service)), NULL, NULL, &answer, &e)) {
        ctl_fail("%s: %s; `make status` tells whether it runs", ctl_services[service].name, e.en);
        return f;
    }
    if (answer.status != 200 || json_read(api->arena, answer.body.p, answer.body.n, &in, NULL)) {
        api_fail(api->arena, ctl_services[service].name, &answer);
        return f;
    }
    const struct json *o = json_root(in), *executor = json_object(in, o, "executor", JSON_OPTIONAL);
    const struct json *relay = json_object(in, o, "relay", JSON_OPTIONAL),
                      *consumer = json_object(in, o, "consumer", JSON_OPTIONAL);
    return (struct flow){
        .answers = true,
        .connected = json_bool(in, executor, "connected", JSON_OPTIONAL),
        .halted = json_bool(in, executor, "halted", JSON_OPTIONAL),
        .leader = json_bool(in, relay, "leader", JSON_OPTIONAL),
        .kafka = json_bool(in, relay, "connected", JSON_OPTIONAL) &&
                 (!consumer || json_bool(in, consumer, "connected", JSON_OPTIONAL)),
        .release = number(in, o, "release"),
        .lag = number(in, consumer, "lag"),
        .outbox = number(in, relay, "unpublished"),
        .outbox_age_us = number(in, relay, "oldest_unpublished_us"),
        .waiting = number(in, o, "waiting"),
        .waiting_age_s = number(in, o, "waiting_oldest_s"),
        .held = number(in, o, "held"),
        .dead = number(in, o, "dead"),
        .missing = number(in, o, "missing_sequences"),
        .body = (const char *)answer.body.p,
    };
}

static const char *health(const struct flow *f)
{
    if (!f->answers)
        return "no answer";
    if (f->halted)
        return "HALTED";
    if (!f->connected)
        return "no database";
    return f->kafka ? "runs" : "no broker";
}

/* print_held names what is on hold in a service and why, the oldest first. */
static void print_held(struct api *api, int service)
{
    struct json_in *in;
    const struct json *root;

    if (!api_get(api, arena_printf(api->arena, "%s/ops/held", ctl_service_url(service)), &in, &root))
        return;
    const struct json *list = json_list(in, root, "held", JSON_REQUIRED, 0, 500);
    for (size_t i = 0; i < json_items(list) && i < HELD_SHOWN; i++) {
        const struct json *o = json_item(list, i);
        const char *subject = json_text(in, o, "subject", JSON_REQUIRED, 1, 40);
        const char *kind = json_text(in, o, "kind", JSON_REQUIRED, 1, 40),
                   *why = json_text(in, o, "hold", JSON_REQUIRED, 0, 2000);
        printf("  %s holds %s %s: %s\n    `taichoctl redrive %s %s` when the cause is gone\n",
               ctl_services[service].name, kind ? kind : "", subject ? subject : "", why ? why : "",
               ctl_services[service].name, subject ? subject : "");
    }
}

static bool print_flow(const struct flow *flows)
{
    bool well = true;

    ctl_pad("\ndịch vụ", 11);
    printf(" %-12s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n", "health", "release", "lag", "outbox", "oldest", "waiting",
           "oldest", "held", "dead", "missing");
    for (int i = 0; i < CTL_SERVICES; i++) {
        const struct flow *f = &flows[i];
        well = well && f->answers && f->connected && !f->halted;
        printf("%-10s %-12s", ctl_services[i].name, health(f));
        if (f->answers)
            printf(" %8" PRId64 " %8" PRId64 " %8" PRId64 " %7.1fs %8" PRId64 " %7" PRId64 "s %8" PRId64 " %8" PRId64
                   " %8" PRId64,
                   f->release, f->lag, f->outbox, (double)f->outbox_age_us / 1e6, f->waiting, f->waiting_age_s, f->held,
                   f->dead, f->missing);
        printf("\n");
    }
    return well;
}

/* ---- the work that lies there */

static const struct db_stmt backlogs[CTL_SERVICES] = {
    [CTL_INTAKE] = {"ctl_backlog_intake",
                    "SELECT state, count(*) AS n, min(received_at) AS oldest FROM dossier"
                    " WHERE state NOT IN ('refused', 'guided', 'withdrawn', 'stopped', 'returned') GROUP BY state"
                    " UNION ALL SELECT 'transfer ' || state, count(*), min(coalesce(given_at, due_at)) FROM transfer"
                    " WHERE state <> 'taken' GROUP BY state"
                    " UNION ALL SELECT 'obligation ' || state, count(*), min(notified_at) FROM obligation"
                    " WHERE state <> 'met' GROUP BY state ORDER BY 1"},
    [CTL_APPRAISAL] =
        {"ctl_backlog_appraisal",
         "SELECT state, count(*) AS n, min(opened_at) AS oldest FROM step"
         " WHERE state IN ('queued', 'assigned', 'verifying', 'consulting') GROUP BY state ORDER BY state"},
    [CTL_APPROVAL] = {"ctl_backlog_approval", "SELECT state, count(*) AS n, min(opened_at) AS oldest FROM step"
                                              " WHERE state IN ('pending', 'decided') GROUP BY state ORDER BY state"},
    [CTL_RETURN] = {"ctl_backlog_return",
                    "SELECT state, count(*) AS n, min(opened_at) AS oldest FROM document"
                    " WHERE state NOT IN ('archived', 'unclaimed') GROUP BY state ORDER BY state"},
    [CTL_AUDIT] = {"ctl_backlog_audit",
                   "SELECT 'open' AS state, count(*) AS n, NULL::timestamptz AS oldest FROM fact WHERE result = 'open'"
                   " HAVING count(*) > 0"},
};

static void print_age(instant now, instant since)
{
    int64_t minutes = since == INSTANT_NONE ? 0 : (now - since) / INSTANT_MINUTE;

    if (since == INSTANT_NONE)
        printf("%12s", "-");
    else if (minutes >= 48 * 60)
        printf("%11" PRId64 "d", minutes / (24 * 60));
    else
        printf("%8" PRId64 ":%02" PRId64 "h", minutes / 60, minutes < 0 ? 0 : minutes % 60);
}

static bool print_backlog(struct arena *a, int service, instant now)
{
    struct db *db;
    struct db_answer *q;
    struct err e = {0};

    if (ctl_database(arena_printf(a, "\"%s\",ext", ctl_services[service].name), 2000, &db, &e))
        return ctl_fail_err("opening the database", &e) == CTL_OK;
    enum err_code rc = db_run(db, a, &backlogs[service], DB_NO_ARGS, &q, &e);
    for (size_t i = 0; !rc && i < db_count(q); i++) {
        printf("%-10s ", ctl_services[service].name);
        ctl_pad(db_get_text(q, i, db_column(q, "state")), 22);
        printf(" %8" PRId64 " ", db_get_int(q, i, db_column(q, "n")));
        print_age(now, db_get_time(q, i, db_column(q, "oldest")));
        printf("\n");
    }
    db_close(db);
    return rc ? ctl_fail_err(ctl_services[service].name, &e) == CTL_OK : true;
}

/* ---- who owns what */

static bool print_owners(struct arena *a)
{
    bool well = true;

    ctl_pad("\ndịch vụ", 11);
    ctl_pad(" tiến trình (process)", 25);
    printf("  %-22s %-16s %7s %8s\n", "topic", "partitions", "epoch", "moved");
    for (int i = 0; i < CTL_SERVICES && well; i++)
        well = owners_print(a, i);
    return well;
}

/* ---- the command */

static bool print_json(struct arena *a, const struct flow *flows)
{
    bool well = true;

    for (int i = 0; i < CTL_SERVICES; i++) {
        const char *owners = owners_json(a, i);
        printf("%s{\"service\":\"%s\",\"status\":%s,\"owners\":%s}", i ? "," : "[", ctl_services[i].name,
               flows[i].answers ? flows[i].body : "null", owners ? owners : "null");
        well = well && flows[i].answers && owners;
    }
    printf("]\n");
    return well;
}

int ctl_status(const struct ctl_command *self, int argc, char **argv)
{
    bool json = false, well;
    const struct ctl_option options[] = {{"--json", NULL, &json}, {NULL, NULL, NULL}};
    struct flow flows[CTL_SERVICES];
    struct api api;
    instant now;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc > 0)
        return ctl_usage(self);
    struct arena *a = arena_new((size_t)64 << 20);
    if (!api_open(&api, a, 2, "taichoctl", "taichoctl", ROLE_BIT(OPERATOR))) {
        arena_free(a);
        return CTL_FAILED;
    }
    for (int i = 0; i < CTL_SERVICES; i++)
        flows[i] = read_flow(&api, i);
    if (json) {
        well = print_json(a, flows);
    } else {
        well = clock_business_now(&now);
        if (well)
            printf("giờ nghiệp vụ (business time): %s\n\n", instant_text(now).s);
        printf("%-10s ", "service");
        ctl_pad("trạng thái (state)", 22);
        printf(" %8s %12s\n", "open", "oldest");
        for (int i = 0; i < CTL_SERVICES && well; i++)
            well = print_backlog(a, i, now);
        well = print_flow(flows) && well;
        well = print_owners(a) && well;
        for (int i = 0; i < CTL_SERVICES; i++)
            if (flows[i].held > 0)
                print_held(&api, i);
    }
    api_close(&api);
    arena_free(a);
    return well ? CTL_OK : CTL_FAILED;
}
