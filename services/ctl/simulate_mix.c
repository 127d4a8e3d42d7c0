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
    const char *source; /* where the figure comes from */
    const char *of;     /* what, and of what */
    double days;        /* of what moves the clock: its share where days may pass */
    enum plan plan;     /* of a way that a dossier goes as a whole: it goes one of these at most */
};

/* No source known here tells how often most of this occurs. */
#define ASSUMED "assumed"
#define BENCH   "mix of the bench" /* tests/bench: 85 straight, 8 supplemented, 4 refused by decision, 3 extended */
#define TARGETS "assumed, near the targets of Circular 01/2018 Art. 13(5)"

/* clang-format off */
#define SHARE(field_, name_, usual_, source_, of_, ...) \
    {.name = name_, .at = offsetof(struct simulation, field_), .usual = usual_, .source = source_, .of = of_, __VA_ARGS__}
#define OF_ALL(name_, usual_, source_, of_)    SHARE(name_, #name_, usual_, source_, of_, .days = 0)
#define ONE(name_, usual_, source_, of_, goes) SHARE(name_, #name_, usual_, source_, "dossiers: " of_, .plan = PLAN_##goes)
#define WAY(name_, usual_, of_)                SHARE(ways.name_, #name_, usual_, ASSUMED, of_, .days = 0)
#define MOVES(field_, name_, days_, of_)       SHARE(field_, name_, 0, ASSUMED, of_ " (moves the clock)", .days = days_)

static const struct share shares[] = {
    OF_ALL(on_spot,     70, TARGETS, "dossiers: at the counter, on the spot"),
    ONE(refused,         4, ASSUMED, "refused at the counter",             TURN_AWAY),
    ONE(rejected,        4, BENCH,   "refused by decision",                REJECT),
    ONE(back,            3, ASSUMED, "sent back to appraisal once",        BACK),
    ONE(supplement,      8, BENCH,   "supplemented once",                  SUPPLEMENT),
    ONE(extended,        3, BENCH,   "extended, with an apology",          EXTEND),
    ONE(at_once,         3, ASSUMED, "decided at once by one officer",     AT_ONCE),
    ONE(stopped,         1, ASSUMED, "stopped with a notice",              STOP),
    ONE(guided,          2, ASSUMED, "guided before they are filed",       GUIDE),
    ONE(withdrawn,       1, ASSUMED, "withdrawn by the citizen",           WITHDRAW),
    OF_ALL(outage,       2, ASSUMED, "dossiers not decided at once: received where the system was away, and entered late"),
    OF_ALL(paid_online, 30, ASSUMED, "fees: paid online"),
    OF_ALL(exempt,       5, ASSUMED, "fees whose rule exempts somebody: waived"),
    OF_ALL(rated,       20, ASSUMED, "dossiers: rated"),
    OF_ALL(complained,   2, ASSUMED, "dossiers: complained of"),
    OF_ALL(corrected,    1, ASSUMED, "results: wrong, and corrected"),
    WAY(combined,       10, "dossiers supplemented, of another case, or with a tax to pay: extended, too"),
    WAY(found,          10, "dossiers whose procedure has another time for some: one of these"),
    WAY(left_out,       10, "dossiers whose procedure leaves a period out: had one"),
    WAY(ended_early,    20, "periods that are left out: ended earlier than was recorded"),
    WAY(hand_refused,    2, "hand-overs to the counter: not taken at first"),
    WAY(filed,           5, "dossiers without a paper that goes back: filed on the portal"),
    WAY(online,         10, "other dossiers without such a paper: received online"),
    WAY(posted,         10, "receipts: of what came by post"),
    WAY(for_another,    10, "receipts: brought by a proxy"),
    WAY(on_paper,       50, "dossiers that go from unit to unit: on paper, not files"),
    WAY(lends,          15, "dossiers: with an original that goes back"),
    WAY(lost,            5, "originals that are to go back: lost or damaged before"),
    WAY(at_counter,     50, "originals lost or damaged: at the counter, not at the end"),
    WAY(damaged,        40, "originals lost or damaged: damaged"),
    WAY(settled,        80, "originals lost or damaged: the case is settled"),
    WAY(proxy,          10, "results: fetched by a proxy"),
    WAY(post,           15, "other results: sent by post"),
    WAY(came_back,      10, "results sent by post: brought back"),
    WAY(electronic,     50, "results of what was filed on the portal: given electronically"),
    WAY(by_head,        10, "steps of appraisal: assigned by the head"),
    WAY(reassigned,      3, "steps of appraisal: given to another officer"),
    WAY(beside,          5, "appraisals: its officer looks at something himself, and asks one more unit"),
    WAY(not_taken,       2, "transfers, of supplements as well, turns, and ways back: the papers are not taken at first"),
    WAY(signed_for,     80, "turns on paper: signed for"),
    WAY(partly,         25, "supplements: not all that was asked for"),
    WAY(initials,       50, "dossiers sent back that are endorsed: by who endorses"),
    WAY(early,          60, "dossiers withdrawn or stopped: before they are appraised"),
    WAY(in_hand,        80, "of these: while an officer has it"),
    WAY(files_later,    80, "dossiers guided: come back with all of it"),
    WAY(no_at_once,     10, "other dossiers decided at once: refused"),
    WAY(left,           10, "dossiers decided at once: the decision is left to an approver"),
    WAY(hurried,         2, "results and stop notices: sealed, archived or given before their time, each of which is refused"),
    WAY(denied,          2, "dossiers that go straight on: a withdrawal, an extension or a stop was denied; corrections: one was denied before"),
    WAY(twice,          10, "dossiers supplemented or guided: something is asked for once more"),
    WAY(slip,           40, "ratings: on a slip, not at the device"),
    WAY(answered,       80, "complaints: answered"),
    WAY(questioned,     25, "complaints answered: more is asked first"),
    WAY(reply_refused,  15, "complaints answered: not taken up"),
    WAY(justified,      40, "complaints answered: justified"),
    WAY(published,      80, "answers to complaints that were taken up: published"),
    WAY(by_citizen,     60, "corrections: reported by the citizen"),
    WAY(elsewhere,      25, "dossiers overdue: before they go to the unit, or once they are appraised"),
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

/* straight gives what the ways of a dossier as a whole leave; below 0: they come to more than all. */
static double straight(struct simulation *s)
{
    double rest = 100;

    for (size_t i = 0; i < COUNT_OF(shares); i++)
        rest -= shares[i].plan != PLAN_GRANT ? *value_of(s, &shares[i]) : 0;
    return rest;
}

enum plan mix_plan(struct simulation *s)
{
    double rest = straight(s), at = chance_share(&s->chance) * (rest < 0 ? 100 - rest : 100);

    for (size_t i = 0; i < COUNT_OF(shares); i++) {
        double share = shares[i].plan != PLAN_GRANT ? *value_of(s, &shares[i]) : 0;
        if (at < share)
            return shares[i].plan;
        at -= share;
    }
    return PLAN_GRANT;
}

void mix_print(FILE *out, struct simulation *s)
{
    double rest = straight(s);

    fprintf(out, "SHARE, its percentage, of what, and where the figure comes from:\n");
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        fprintf(out, "  %-13s %3g  %s [%s]\n", shares[i].name, *value_of(s, &shares[i]), shares[i].of,
                shares[i].source);
    fprintf(out, "A dossier goes one of these ways at most, and else straight on:");
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        if (shares[i].plan != PLAN_GRANT)
            fprintf(out, " %s", shares[i].name);
    if (rest >= 0)
        fprintf(out, "; straight on: %g\n", rest);
    else
        fprintf(out, "; they come to %g, and each has its part of that\n", 100 - rest);
    fprintf(out, "The word " DAYS " in their place lets the days pass that such dossiers take:");
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        if (shares[i].days > 0)
            fprintf(out, " %s=%g", shares[i].name, shares[i].days);
    fprintf(out, "\n");
}
