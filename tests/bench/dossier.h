/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One dossier on its way: its commands in their order, each sent when the one before was answered; eleven of them on
 * the straight way. Where a command needs what another stage committed, it is sent after a pause that follows how long
 * that takes (about one in ten is early, is told not-yet, and comes again). Repeats use the same Idempotency-Key.
 *
 * A command's time ends with the answer that it was done. It counts from its first attempt, the first command's from
 * when the dossier was due: what was answered busy, or lost with a connection, stays in it. After a not-yet it counts
 * anew: that wait is for another stage's event, and belongs to the handoff, which is measured by itself.
 */
#ifndef TAICHO_BENCH_DOSSIER_H
#define TAICHO_BENCH_DOSSIER_H

#include <stdbool.h>

#include "tests/bench/agenda.h"
#include "tests/bench/desk.h"
#include "tests/bench/histogram.h"
#include "tests/bench/wire.h"

enum command {
    RECEIVE,
    ASSIGN,
    DOCUMENT,
    CONCLUDE,
    GRANT,
    SIGN,
    NUMBER,
    SEAL,
    READY,
    DELIVER,
    ARCHIVE,
    /* something is missing */
    REQUEST,
    WANT,
    SUPPLY,
    /* it is refused by decision */
    DOCUMENT_AGAINST,
    CONCLUDE_AGAINST,
    REFUSE,
    NUMBER_REFUSAL,
    /* it will be late: the apology goes the way of a result */
    ASK_MORE,
    APOLOGISE,
    NUMBER_APOLOGY,
    SEAL_APOLOGY,
    READY_APOLOGY,
    DELIVER_APOLOGY,
    ARCHIVE_APOLOGY,
    COMMANDS
};
/* What dossiers are there: only handed in; all straight; or 85 % straight, 8 % supplemented, 4 % refused, 3 % extended.
 */
enum mix { MIX_HANDED_IN, MIX_STRAIGHT, MIX_ALL };
enum handoff { TO_APPRAISAL, TO_APPROVAL, TO_RETURN, HANDOFFS };

extern const char *const command_names[COMMANDS], *const handoff_names[HANDOFFS];

struct walk_stats {
    struct histogram latency[COMMANDS], handoff[HANDOFFS], whole;
    uint64_t done[COMMANDS], finished, not_yet, broken, refused;
    uint64_t busy; /* answered with 503 or 429 */
    uint64_t
        cut_pages; /* lists that were longer than a page, or not answered: what they say of a handoff is no measure */
    char refusal[400]; /* the last one that was not expected */
};

struct dossier {
    struct dossier *next;
    struct call call;
    struct alarm alarm;
    const struct desk *desk;
    const char *procedure;
    uint64_t number;
    const enum command *way;
    int at; /* its place on the way */
    bool probed, early;
    int64_t begun_ms;  /* real time, for its keys */
    int64_t due;       /* when it was to begin */
    int64_t since;     /* from when its command's time counts; 0: it was not tried yet */
    int64_t committed; /* when the command that hands over was answered */
    char id[37], document[37], sha256[65], apology[37], apology_sha256[65];
    char seen[5][24];
    char request[2048];
};

/* walk_begin sets what holds for all: which dossiers there are, on which day, how many of 1000 are probed, what to call
 * at an end. */
void walk_begin(enum mix mix, const char *day, int probes, void (*ended)(struct dossier *d, bool well));
void walk_start(struct dossier *d, const struct desk *desk, const char *procedure, uint64_t number, int64_t due);
struct walk_stats *walk_stats(void);

#endif
