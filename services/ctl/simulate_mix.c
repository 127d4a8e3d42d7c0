/* SPDX-License-Identifier: Apache-2.0 */
/* The shares of a simulated day: one table, which is read, set and printed. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "services/ctl/simulate.h"

struct share {
    const char *name;
    size_t at; /* in struct simulation: a double, in percent */
    double usual;
    const char *of; /* what, and of what */
    double days;    /* of what moves the clock: its share where days may pass */
};

/* clang-format off */
#define SHARE(field_, name_, of_, ...) {.name = name_, .at = offsetof(struct simulation, field_), .of = of_, __VA_ARGS__}
#define OF_ALL(name_, usual_, of_)       SHARE(name_, #name_, of_, .usual = usual_)
#define WAY(name_, usual_, of_)          SHARE(ways.name_, #name_, of_, .usual = usual_)
#define MOVES(field_, name_, days_, of_) SHARE(field_, name_, of_ " (moves the clock)", .days = days_)

static const struct share shares[] = {
    OF_ALL(on_spot,     70, "dossiers: at the counter, on the spot"),
    OF_ALL(refused,      4, "dossiers: refused at the counter"),
    OF_ALL(rejected,     3, "dossiers: refused by decision"),
    OF_ALL(back,         3, "dossiers: sent back to appraisal once"),
    OF_ALL(supplement,   8, "dossiers: supplemented once"),
    OF_ALL(extended,     2, "dossiers: extended, with an apology"),
    OF_ALL(withdrawn,    1, "dossiers: withdrawn by the citizen"),
    OF_ALL(stopped,      1, "dossiers: stopped with a notice"),
    OF_ALL(guided,       2, "dossiers: guided before they are filed"),
    OF_ALL(at_once,      3, "dossiers: decided at once by one officer"),
    OF_ALL(outage,       2, "dossiers: received where the system was away, and entered late"),
    OF_ALL(paid_online, 30, "fees: paid online"),
    OF_ALL(exempt,       5, "fees whose rule exempts somebody: waived"),
    OF_ALL(rated,       20, "dossiers: rated"),
    OF_ALL(complained,   2, "dossiers: complained of"),
    OF_ALL(corrected,    1, "results: wrong, and corrected"),
    WAY(found,          10, "dossiers whose procedure has another time for some: one of these"),
    WAY(left_out,       10, "dossiers whose procedure leaves a period out: had one"),
    WAY(hand_refused,    2, "hand-overs to the counter: not taken at first"),
    WAY(filed,           5, "dossiers without a paper that goes back: filed on the portal"),
    WAY(proxy,          10, "results: fetched by a proxy"),
    WAY(post,           15, "results: sent by post"),
    WAY(came_back,      10, "results sent by post: brought back"),
    WAY(electronic,     50, "results of what was filed on the portal: given electronically"),
    WAY(lost,            5, "originals that are to go back: lost or damaged before"),
    WAY(posted,         10, "receipts: of what came by post"),
    WAY(beside,          5, "appraisals: its officer looks at something himself, and asks one more unit"),
    WAY(reassigned,      3, "steps of appraisal: given to another officer"),
    WAY(not_taken,       2, "transfers and turns: the papers are not taken at first"),
    WAY(no_at_once,     10, "dossiers decided at once: refused"),
    WAY(left,           10, "dossiers decided at once: the decision is left to an approver"),
    WAY(hurried,         2, "results and stop notices: to be archived without a seal, which is refused"),
    WAY(denied,          2, "dossiers: a withdrawal, an extension or a stop was denied"),
    WAY(twice,          10, "dossiers supplemented or guided: something is asked for once more"),
    MOVES(ways.overnight,  "overnight",    50, "supplements and taxes: on the next working day"),
    MOVES(ways.unclaimed,  "unclaimed",     1, "results: nobody comes for them"),
    MOVES(late_answers,    "late_answers", 10, "complaints: not answered in time"),
    MOVES(ways.overdue,    "overdue",       2, "dossiers: nobody does anything for a month"),
    MOVES(ways.unanswered, "unanswered",    0, "dossiers supplemented whose procedure says how long it waits: it never comes"),
};
/* clang-format on */

static double *value_of(struct simulation *s, const struct share *x)
{
    return (double *)(void *)((char *)s + x->at);
}

static const struct share *find(const char *name, size_t n)
{
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        if (strlen(shares[i].name) == n && memcmp(shares[i].name, name, n) == 0)
            return &shares[i];
    return NULL;
}

#define DAYS "days"

/* is_days tells whether the word stands at p. */
static bool is_days(const char *p)
{
    size_t n = strcspn(p, "=,");

    return n == sizeof DAYS - 1 && memcmp(p, DAYS, n) == 0 && p[n] != '=';
}

/* Wherever the word stands, a share that is named is that. */
static void begin(struct simulation *s, const char *text)
{
    bool days = false;

    for (const char *p = text; *p && !days; p += *p == ',') {
        days = is_days(p);
        p += strcspn(p, ",");
    }
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        *value_of(s, &shares[i]) = days && shares[i].days > 0 ? shares[i].days : shares[i].usual;
}

bool mix_read(struct simulation *s, const char *text)
{
    begin(s, text);
    for (const char *p = text; *p; p += *p == ',') {
        size_t n = strcspn(p, "=,");
        const struct share *x = p[n] == '=' ? find(p, n) : NULL;
        char *after;

        if (is_days(p)) {
            p += n;
            continue;
        }
        if (!x)
            return false;
        p += n + 1;
        double percent = strtod(p, &after);
        if (after == p || !(percent >= 0 && percent <= 100) || (*after && *after != ','))
            return false;
        *value_of(s, x) = percent;
        p = after;
    }
    return true;
}

void mix_print(FILE *out, struct simulation *s)
{
    fprintf(out, "SHARE, its percentage, and of what:\n");
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        fprintf(out, "  %-12s %3g  %s\n", shares[i].name, *value_of(s, &shares[i]), shares[i].of);
    fprintf(out, "The word " DAYS " in their place lets the days pass that such dossiers take:");
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        if (shares[i].days > 0)
            fprintf(out, " %s=%g", shares[i].name, shares[i].days);
    fprintf(out, "\n");
}
