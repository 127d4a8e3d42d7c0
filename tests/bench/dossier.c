/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/dossier.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/attr.h"
#include "common/base/instant.h"

#define PROBE_EVERY_US 2000
#define AGAIN_US       200000 /* after a broken connection, a 503 or a 429 */
#define PAUSE_MIN_US   2000.0
#define PAUSE_MAX_US   5000000.0

enum { INTAKE, APPRAISAL, APPROVAL, RETURN };

const char *const command_names[COMMANDS] = {"receive",        "assign",         "document",         "conclude",
                                             "grant",          "sign",           "number",           "seal",
                                             "ready",          "deliver",        "archive",          "request",
                                             "ask_supplement", "supply",         "document_against", "conclude_against",
                                             "refuse",         "number_refusal", "ask_extension",    "sign_apology",
                                             "number_apology", "seal_apology",   "ready_apology",    "deliver_apology",
                                             "archive_apology"};
const char *const handoff_names[HANDOFFS] = {"intake_appraisal", "appraisal_approval", "approval_return"};

static const struct row {
    int service;
    enum desk_officer officer;
    const char *path; /* behind the dossier's id */
    const char *seen; /* sources whose versions are sent along: the command waits for another stage */
    int handoff;      /* this command needs what the one before committed elsewhere; -1: none that is listed */
} rows[COMMANDS] = {
    [RECEIVE] = {INTAKE, DESK_RECEIVER, NULL, "", -1},
    [ASSIGN] = {APPRAISAL, DESK_APPRAISER, "assign", "i", TO_APPRAISAL},
    [DOCUMENT] = {INTAKE, DESK_APPRAISER, "documents", "", -1},
    [CONCLUDE] = {APPRAISAL, DESK_APPRAISER, "conclude", "i", -1},
    [GRANT] = {APPROVAL, DESK_APPROVER, "grant", "ia", TO_APPROVAL},
    [SIGN] = {APPROVAL, DESK_APPROVER, "sign", "", -1},
    [NUMBER] = {RETURN, DESK_CLERK, "number", "p", TO_RETURN},
    [SEAL] = {RETURN, DESK_CLERK, "seal", "", -1},
    [READY] = {RETURN, DESK_RETURNER, "ready", "", -1},
    [DELIVER] = {RETURN, DESK_RETURNER, "deliver", "", -1},
    [ARCHIVE] = {RETURN, DESK_CLERK, "archive", "", -1},
    [REQUEST] = {INTAKE, DESK_APPRAISER, "documents", "", -1},
    [WANT] = {APPRAISAL, DESK_APPRAISER, "ask-supplement", "i", -1},
    [SUPPLY] = {INTAKE, DESK_RECEIVER, "supplement", "a", -1},
    [DOCUMENT_AGAINST] = {INTAKE, DESK_APPRAISER, "documents", "", -1},
    [CONCLUDE_AGAINST] = {APPRAISAL, DESK_APPRAISER, "conclude", "i", -1},
    [REFUSE] = {APPROVAL, DESK_APPROVER, "refuse", "ia", TO_APPROVAL},
    [NUMBER_REFUSAL] = {RETURN, DESK_CLERK, "number", "p", TO_RETURN},
    [ASK_MORE] = {INTAKE, DESK_APPRAISER, "extension", "", -1},
    [APOLOGISE] = {APPROVAL, DESK_APPROVER, "extension/sign", "i", -1},
    [NUMBER_APOLOGY] = {RETURN, DESK_CLERK, "number", "p", -1},
    [SEAL_APOLOGY] = {RETURN, DESK_CLERK, "seal", "", -1},
    [READY_APOLOGY] = {RETURN, DESK_RETURNER, "ready", "", -1},
    [DELIVER_APOLOGY] = {RETURN, DESK_RETURNER, "deliver", "", -1},
    [ARCHIVE_APOLOGY] = {RETURN, DESK_CLERK, "archive", "", -1},
};

#define TO_THE_END NUMBER, SEAL, READY, DELIVER, ARCHIVE, COMMANDS
static const enum command handed_in[] = {RECEIVE, COMMANDS};
static const enum command straight[] = {RECEIVE, ASSIGN, DOCUMENT, CONCLUDE, GRANT, SIGN, TO_THE_END};
static const enum command supplemented[] = {RECEIVE,  ASSIGN,   REQUEST, WANT, SUPPLY,    ASSIGN,
                                            DOCUMENT, CONCLUDE, GRANT,   SIGN, TO_THE_END};
static const enum command refused[] = {RECEIVE, ASSIGN,  DOCUMENT_AGAINST, CONCLUDE_AGAINST,
                                       REFUSE,  SIGN,    NUMBER_REFUSAL,   SEAL,
                                       READY,   DELIVER, ARCHIVE,          COMMANDS};
static const enum command extended[] = {
    RECEIVE,         ASSIGN,          ASK_MORE, APOLOGISE, NUMBER_APOLOGY, SEAL_APOLOGY, READY_APOLOGY,
    DELIVER_APOLOGY, ARCHIVE_APOLOGY, DOCUMENT, CONCLUDE,  GRANT,          SIGN,         TO_THE_END};
static const char *const roots[] = {"dossiers", "appraisals", "approvals", "returns"};

static struct walk_stats stats;
static double pauses[COMMANDS];
static struct {
    enum mix mix;
    int probes;
    void (*ended)(struct dossier *d, bool well);
    unsigned run;
    char later[40]; /* a working day behind every promised date */
} plan;

/* Eight weeks on it is the same day of the week. */
static void set_later(const char *day)
{
    int32_t n = 0;
    if (!instant_day_parse(day, &n)) {
        (void)fprintf(stderr, "bench: %s is no date\n", day);
        exit(2);
    }
    (void)snprintf(plan.later, sizeof(plan.later), "%s", instant_text(instant_of_day(n + 56, 16 * 60)).s);
}

void walk_begin(enum mix mix, const char *day, int probes, void (*ended)(struct dossier *d, bool well))
{
    plan.mix = mix;
    set_later(day);
    plan.probes = probes;
    plan.ended = ended;
    plan.run = (unsigned)getpid() ^ (unsigned)instant_real();
    for (int i = 0; i < COMMANDS; i++)
        pauses[i] = 20000;
}

struct walk_stats *walk_stats(void)
{
    return &stats;
}

/* ---- requests */

/* 90 bytes, as a short result has: "Giấy khai sinh số 01 ..." */
static const char content[] =
    "R2nhuqV5IGtoYWkgc2luaCBz4buRIDAxOiBO4buZaSBkdW5nIGPhu6dhIGvhur90IHF14bqjIGdp4bqjaSBxdXnhur90"
    "IHRo4bunIHThu6VjIGjDoG5oIGNow61uaA==";

static enum command command_of(const struct dossier *d)
{
    return d->way[d->at];
}

static int put_document(const char *kind, char *to, size_t size)
{
    return snprintf(to, size, "{\"kind\":\"%s\",\"media_type\":\"text/plain\",\"pages\":1,\"content_base64\":\"%s\"}",
                    kind, content);
}

static int body_of(const struct dossier *d, char *to, size_t size)
{
    const struct desk *k = d->desk;
    switch (command_of(d)) {
    case RECEIVE:
        return snprintf(to, size,
                        "{\"counter\":\"%s\",\"procedure\":\"%s\",\"channel\":\"post\",\"applicant\":{\"name\":"
                        "\"Nguyễn Thị Thử %" PRIu64 "\",\"identity_number\":\"%012" PRIu64
                        "\",\"phone\":\"0912345678\","
                        "\"address\":\"Khu phố 1, phường Phú Thủy\"},\"components\":[{\"name\":\"Tờ khai theo mẫu\","
                        "\"originals\":1,\"certified\":0,\"copies\":0},{\"name\":\"Giấy chứng sinh\",\"originals\":1,"
                        "\"certified\":0,\"copies\":1}]}",
                        k->counter, d->procedure, d->number % 1000000, d->number);
    case ASSIGN:
        return snprintf(to, size, "{\"officer\":\"%s\"}", k->officer[DESK_APPRAISER]);
    case DOCUMENT:
        return put_document("draft_result", to, size);
    case DOCUMENT_AGAINST:
        return put_document("draft_refusal", to, size);
    case REQUEST:
        return snprintf(
            to, size,
            "{\"kind\":\"request\",\"missing\":[{\"name\":\"Giấy chứng sinh\",\"originals\":0,\"certified\":1,"
            "\"copies\":0},{\"name\":\"Giấy chứng nhận kết hôn\",\"originals\":0,\"certified\":1,\"copies\":0}],"
            "\"media_type\":\"text/plain\",\"pages\":1,\"content_base64\":\"%s\"}",
            content);
    case CONCLUDE_AGAINST:
        return snprintf(
            to, size,
            "{\"opinion\":\"against\",\"reasons\":[\"not_eligible\"],\"draft\":{\"id\":\"%s\",\"sha256\":\"%s\","
            "\"pages\":1}}",
            d->document, d->sha256);
    case REFUSE:
        return snprintf(to, size,
                        "{\"mandate\":\"%s\",\"reasons\":[\"not_eligible\"],\"draft\":{\"id\":\"%s\",\"sha256\":\"%s\","
                        "\"pages\":1}}",
                        k->mandate, d->document, d->sha256);
    case WANT:
        return snprintf(
            to, size, "{\"reasons\":[\"missing_component\"],\"request\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":1}}",
            d->document, d->sha256);
    case SUPPLY:
        return snprintf(
            to, size,
            "{\"channel\":\"post\",\"components\":[{\"name\":\"Giấy chứng sinh\",\"originals\":0,"
            "\"certified\":1,\"copies\":0,\"item\":1}],\"without\":[{\"item\":2,\"reason\":\"held_by_agency\"}]}");
    case ASK_MORE:
        return snprintf(to, size,
                        "{\"new_due_at\":\"%s\",\"reason\":\"overload\",\"media_type\":\"text/plain\",\"pages\":1,"
                        "\"content_base64\":\"%s\"}",
                        plan.later, content);
    case APOLOGISE:
        return snprintf(to, size,
                        "{\"mandate\":\"%s\",\"kind\":\"ink_attested\",\"document\":{\"id\":\"%s\",\"sha256\":\"%s\","
                        "\"pages\":1}}",
                        k->mandate, d->apology, d->apology_sha256);
    case NUMBER_APOLOGY:
        return snprintf(to, size, "{\"series\":\"%s\",\"document\":\"%s\"}", k->apology_series, d->apology);
    case SEAL_APOLOGY:
        return snprintf(to, size, "{\"seal\":\"%s\",\"document\":\"%s\"}", k->seal, d->apology);
    case DELIVER_APOLOGY:
        return snprintf(to, size, "{\"delivery\":\"counter\",\"document\":\"%s\"}", d->apology);
    case READY_APOLOGY:
    case ARCHIVE_APOLOGY:
        return snprintf(to, size, "{\"document\":\"%s\"}", d->apology);
    case NUMBER_REFUSAL:
        return snprintf(to, size, "{\"series\":\"%s\"}", k->refusal_series);
    case CONCLUDE:
        return snprintf(to, size, "{\"opinion\":\"for\",\"draft\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":1}}",
                        d->document, d->sha256);
    case GRANT:
        return snprintf(to, size, "{\"mandate\":\"%s\",\"draft\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":1}}",
                        k->mandate, d->document, d->sha256);
    case SIGN:
        return snprintf(to, size,
                        "{\"mandate\":\"%s\",\"kind\":\"ink_attested\",\"document\":{\"id\":\"%s\",\"sha256\":\"%s\","
                        "\"pages\":1}}",
                        k->mandate, d->document, d->sha256);
    case NUMBER:
        return snprintf(to, size, "{\"series\":\"%s\"}", k->series);
    case SEAL:
        return snprintf(to, size, "{\"seal\":\"%s\"}", k->seal);
    case DELIVER:
        return snprintf(to, size, "{\"delivery\":\"counter\",\"who\":\"applicant\",\"paper\":\"receipt\"}");
    case READY:
    case ARCHIVE:
    case COMMANDS:
        break;
    }
    return snprintf(to, size, "{}");
}

static void seen_of(const struct dossier *d, char *to, size_t size)
{
    static const char letters[] = "iapr";
    size_t n = 0;
    to[0] = '\0';
    for (const char *s = rows[command_of(d)].seen; *s; s++) {
        const char *version = d->seen[strchr(letters, *s) - letters];
        n += (size_t)snprintf(to + n, size - n, "%s%s", n > 0 ? ", " : "Taicho-Seen: ", version);
    }
    if (n > 0)
        (void)snprintf(to + n, size - n, "\r\n");
}

/* The key of a command, the same for each repeat: a UUIDv7, as clients are advised to make them (deploy/API.md). */
static void key_of(const struct dossier *d, char *to, size_t size)
{
    (void)snprintf(to, size, "%08" PRIx64 "-%04" PRIx64 "-7%03x-%04x-%012" PRIx64, (uint64_t)d->begun_ms >> 16,
                   (uint64_t)d->begun_ms & 0xffff, (unsigned)d->at & 0xfffU, 0x8000U | (plan.run & 0x3fffU), d->number);
}

static void answered(struct call *c, const struct answer *a);

static void send_command(struct dossier *d)
{
    const struct row *r = &rows[command_of(d)];
    char body[1024], seen[128], key[64];
    int n = body_of(d, body, sizeof(body));
    key_of(d, key, sizeof(key));
    seen_of(d, seen, sizeof(seen));
    int size = snprintf(d->request, sizeof(d->request),
                        "POST /v1/%s%s%s%s%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                        "Idempotency-Key: %s\r\n%sContent-Type: application/json\r\n"
                        "Content-Length: %d\r\n\r\n%s",
                        roots[r->service], r->path ? "/" : "", r->path ? d->id : "", r->path ? "/" : "",
                        r->path ? r->path : "", d->desk->token[r->officer], key, seen, n, body);
    d->call = (struct call){.port = r->service, .request = d->request, .size = (size_t)size, .answered = answered};
    if (d->since == 0)
        d->since = instant_mono();
    wire_ask(&d->call);
}

/* ---- probes: when does the next stage show what was committed? */

static void probed(struct call *c, const struct answer *a);

/* What the next stage's list calls it: a stage may know a dossier before it is its turn. */
static const char *const handoff_states[HANDOFFS] = {"queued", "pending", "awaiting_issue"};
#define LISTED 80 /* a page: at half load a desk has a handful open */

static void send_probe(struct dossier *d)
{
    const struct row *r = &rows[command_of(d)];
    int size = snprintf(d->request, sizeof(d->request),
                        "GET /v1/%s?state=%s&limit=%d HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
                        roots[r->service], handoff_states[r->handoff], LISTED, d->desk->token[r->officer]);
    d->call = (struct call){.port = r->service, .request = d->request, .size = (size_t)size, .answered = probed};
    wire_ask(&d->call);
}

static struct dossier *dossier_of_call(struct call *c)
{
    return (struct dossier *)(void *)((char *)c - offsetof(struct dossier, call));
}

static struct dossier *dossier_of_alarm(struct alarm *a)
{
    return (struct dossier *)(void *)((char *)a - offsetof(struct dossier, alarm));
}

static void ring_probe(struct alarm *a, int64_t now)
{
    send_probe(dossier_of_alarm(a));
}

static void ring_command(struct alarm *a, int64_t now)
{
    send_command(dossier_of_alarm(a));
}

static void probed(struct call *c, const struct answer *a)
{
    struct dossier *d = dossier_of_call(c);
    int handoff = rows[command_of(d)].handoff;
    if (a->status == 200 && strstr(a->body, d->id)) {
        histogram_add(&stats.handoff[handoff], a->at - d->committed);
        send_command(d);
        return;
    }
    stats.cut_pages += a->status != 200 || !strstr(a->body, "\"next\" : null");
    agenda_set(&d->alarm, c->asked + PROBE_EVERY_US, ring_probe);
}

/* ---- the way */

static void keep_text(const char *body, const char *name, char *to, size_t size)
{
    const char *at = strstr(body, name);
    size_t n = at ? strcspn(at += strlen(name), "\"") : 0;
    if (n < size && at) {
        memcpy(to, at, n);
        to[n] = '\0';
    }
}

static void go_on(struct dossier *d)
{
    const struct row *r = &rows[command_of(d)];
    d->early = false;
    d->since = 0;
    if (*r->seen == '\0') {
        send_command(d);
    } else if (d->probed && r->handoff >= 0) {
        d->committed = instant_mono();
        send_probe(d);
    } else {
        agenda_set(&d->alarm, instant_mono() + (int64_t)pauses[command_of(d)], ring_command);
    }
}

/* One in ten shall be early: the pause grows by nine steps when one was, and shrinks by one when none was. */
static void learn(struct dossier *d, bool early)
{
    double *pause = &pauses[command_of(d)];
    if (*rows[command_of(d)].seen == '\0' || d->probed)
        return;
    *pause *= early ? 1.009 : 0.999;
    if (*pause < PAUSE_MIN_US)
        *pause = PAUSE_MIN_US;
    if (*pause > PAUSE_MAX_US)
        *pause = PAUSE_MAX_US;
}

static void done(struct dossier *d, const struct answer *a)
{
    histogram_add(&stats.latency[command_of(d)], a->at - d->since);
    stats.done[command_of(d)]++;
    if (!d->early)
        learn(d, false);
    enum command c = command_of(d);
    const char *apology = c == ASK_MORE ? strstr(a->body, "\"apology\":") : NULL;
    if (c == RECEIVE)
        keep_text(a->body, "\"id\":\"", d->id, sizeof(d->id));
    if (apology) {
        keep_text(apology, "\"id\":\"", d->apology, sizeof(d->apology));
        keep_text(apology, "\"sha256\":\"", d->apology_sha256, sizeof(d->apology_sha256));
    }
    if (c == DOCUMENT || c == DOCUMENT_AGAINST || c == REQUEST) {
        keep_text(a->body, "\"id\":\"", d->document, sizeof(d->document));
        keep_text(a->body, "\"sha256\":\"", d->sha256, sizeof(d->sha256));
    }
    (void)snprintf(d->seen[rows[command_of(d)].service], sizeof(d->seen[0]), "%s", a->seen);
    if (d->way[d->at + 1] == COMMANDS) {
        stats.finished++;
        histogram_add(&stats.whole, a->at - d->due);
        plan.ended(d, true);
        return;
    }
    d->at++;
    go_on(d);
}

static void answered(struct call *c, const struct answer *a)
{
    struct dossier *d = dossier_of_call(c);
    if (a->status == 200 || a->status == 201) {
        done(d, a);
    } else if (a->status == 409 && strstr(a->body, "not-yet")) {
        stats.not_yet++;
        if (!d->early)
            learn(d, true);
        d->early = true;
        d->since = 0;
        agenda_set(&d->alarm, a->at + 5000 + (int64_t)(pauses[command_of(d)] / 2), ring_command);
    } else if (a->status == 0 || a->status == 503 || a->status == 429) {
        stats.broken += a->status == 0;
        stats.busy += a->status != 0;
        agenda_set(&d->alarm, a->at + AGAIN_US, ring_command);
    } else {
        stats.refused++;
        (void)snprintf(stats.refusal, sizeof(stats.refusal), "%s %d: %.300s", command_names[command_of(d)], a->status,
                       a->body);
        plan.ended(d, false);
    }
}

/* Spread over the hundred, so that a short run has its share of each. */
static const enum command *way_of(uint64_t number)
{
    uint64_t n = number * 37 % 100;

    if (plan.mix != MIX_ALL)
        return plan.mix == MIX_STRAIGHT ? straight : handed_in;
    return n < 85 ? straight : n < 93 ? supplemented : n < 97 ? refused : extended;
}

void walk_start(struct dossier *d, const struct desk *desk, const char *procedure, uint64_t number, int64_t due)
{
    *d = (struct dossier){.desk = desk, .procedure = procedure, .number = number, .due = due, .since = due};
    d->begun_ms = instant_real() / INSTANT_MS;
    d->probed = (int)(number * 7919 % 1000) < plan.probes;
    d->way = way_of(number);
    send_command(d);
}
