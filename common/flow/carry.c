/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch until it is through: again, fenced, bisected, in doubt, halted.
 *
 *   C1  Every piece ends exactly once: stored, refused, or given back to Kafka (its offset did not move).
 *   C2  When a piece of a partition is given back, everything behind it of that partition and epoch is given back too.
 *   C3  A command waits at most COMMAND_PATIENCE for a database that is away, also when it waits behind another batch,
 *       and for halves of it. Of one that hangs this is seen when the statement under way has had its time (db.h).
 *   C4  Rows that somebody else holds keep a batch ROWS_PATIENCE at the most, and the one lock that is waited for then,
 *       however many there are, and however long the database was away before.
 */
#include <string.h>
#include <time.h>

#include "common/base/crash.h"
#include "common/base/log.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/executor_private.h"
#include "common/flow/timers.h"

#define BACKOFF_MIN_MS      20
#define BACKOFF_MAX_MS      1000
#define COMMAND_PATIENCE_US (2 * INSTANT_SECOND)
#define ROWS_PATIENCE_US    (10 * INSTANT_SECOND)
#define DOUBT_US            (3 * INSTANT_SECOND)
#define AGAIN_MAX           100
#define CASCADE_MAX         10000

static const struct db_stmt xact_status = {"executor_xact_status",
                                           "SELECT pg_xact_status($1::bigint::text::xid8) AS status"};
const struct db_stmt *const executor_statements[] = {&xact_status, NULL};

void executor_pause_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L}, NULL);
}

bool executor_is_command(const struct work *w)
{
    return w->origin == WORK_COMMAND || w->origin == WORK_REDRIVE;
}

static bool is_placed(const struct work *w)
{
    return (w->origin == WORK_EVENT || w->origin == WORK_RECORD || w->origin == WORK_DEAD) && w->place.partition >= 0;
}

/* ---- ends of work */

static void finish(struct work *w)
{
    if (w->done)
        w->done(w);
}

static bool is_aside(const struct executor *e, const struct work *w)
{
    for (size_t i = 0; is_placed(w) && i < SET_ASIDE_MAX; i++) {
        const struct set_aside *s = &e->aside[i];

        if (s->epoch == w->place.epoch && s->partition == w->place.partition && s->topic[0] &&
            strcmp(s->topic, w->place.topic) == 0)
            return true;
    }
    return false;
}

static void say_doubt(struct err *ret)
{
    err_say(ret, ERR_IN_DOUBT, NULL, "chưa rõ kết quả; hãy gửi lại với cùng khóa",
            "the outcome is unknown; repeat with the same key");
}

/* refuse ends a piece that was not stored. A placed one takes its partition with it (C2). */
static void refuse(struct executor *e, struct work *w, const struct err *why)
{
    if (is_placed(w) && !is_aside(e, w)) {
        struct set_aside *s = &e->aside[e->aside_next++ % SET_ASIDE_MAX];

        snprintf(s->topic, sizeof s->topic, "%s", w->place.topic);
        s->partition = w->place.partition;
        s->epoch = w->place.epoch;
        if (e->fenced)
            e->fenced(e->fenced_arg, w->place.topic, w->place.partition);
    }
    w->refusal = *why;
    /* What may stand is not "not done": with another key it would be done twice. */
    if (w->doubtful && why->code == ERR_UNAVAILABLE)
        say_doubt(&w->refusal);
    finish(w);
}

/* refuse_some ends the pieces for which `which` says so; returns how many are left. */
static size_t refuse_some(struct executor *e, struct work **works, size_t count, bool (*which)(const struct work *),
                          const struct err *why)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++)
        if (!which || which(works[i]))
            refuse(e, works[i], why);
        else
            works[left++] = works[i];
    return left;
}

/* give_back takes out what stands behind a piece that was given back. */
static size_t give_back(struct executor *e, struct work **works, size_t count)
{
    struct err why;
    size_t left = 0;

    err_set(&why, ERR_CONFLICT, "fenced");
    for (size_t i = 0; i < count; i++)
        if (is_aside(e, works[i]))
            refuse(e, works[i], &why);
        else
            works[left++] = works[i];
    return left;
}

static void count_run(struct executor *e, const struct run *r)
{
    for (size_t i = 0; i < r->count; i++)
        atomic_fetch_add(r->works[i]->origin == WORK_TIMER  ? &e->timers
                         : executor_is_command(r->works[i]) ? &e->commands
                                                            : &e->events,
                         1);
    atomic_fetch_add(&e->batches, 1);
    atomic_fetch_add(&e->refused, r->n_refused);
    atomic_fetch_add(&e->repeated, r->n_repeated);
    atomic_fetch_add(&e->waited, r->n_waited);
    atomic_fetch_add(&e->held, r->n_held);
    atomic_fetch_add(&e->dead, r->n_dead);
}

/* Alarms are raised here, after COMMIT, so that a batch that is run again does not raise them twice. */
static void raise_alarms(const struct run *r)
{
    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (r->slots[i].hold_moved && r->slots[i].subject.hold)
            log_error("subject %s is on hold: %s", id_text(r->slots[i].subject.id).s, r->slots[i].subject.hold);
    for (size_t i = 0; i < r->dead.count; i++)
        log_error("dead letter %s/%d@%lld: %s", r->dead.items[i]->place.topic, r->dead.items[i]->place.partition,
                  (long long)r->dead.items[i]->place.offset, r->dead.items[i]->reason);
    for (size_t i = 0; i < r->missing_of.count; i++)
        log_error("numbers %lld to %lld are missing in %s/%d", (long long)r->missing_from.items[i],
                  (long long)r->missing_of.items[i]->place.sequence - 1, r->missing_of.items[i]->place.topic,
                  r->missing_of.items[i]->place.partition);
}

static bool timers_soon(const struct run *r)
{
    for (size_t i = 0; i < r->timers.count; i++)
        if (r->timers.items[i].due != INSTANT_NONE && r->timers.items[i].due <= r->batch.now + TIMERS_SOON)
            return true;
    return false;
}

static void committed(struct executor *e, struct run *r)
{
    crash_at(CRASH_COMMIT_DONE);
    count_run(e, r);
    raise_alarms(r);
    if (r->closes_release)
        e->release_at = 0; /* look at it at once */
    run_keep(r);
    if (r->service->ops->committed)
        r->service->ops->committed(&r->batch);
    for (size_t i = 0; i < r->count; i++) {
        crash_at(CRASH_ANSWER);
        if (r->works[i]->origin == WORK_COMMAND)
            crash_at(CRASH_COMMAND_ANSWER);
        finish(r->works[i]);
    }
    if (e->config.committed)
        e->config.committed(e->config.committed_arg, r->publications.count > 0, timers_soon(r));
}

/* ---- one attempt */

/*
 * current tells whether the batch was prepared with the business time and the reference data that its claim saw. If
 * not, they are brought up to date and the batch is prepared anew: series and due times were asked for by the old ones.
 */
static enum run_end current(struct executor *e, const struct run *r, struct err *reterr)
{
    int64_t offset = clock_offset(e->config.clock);

    if (r->clock_offset < offset) {
        err_set(reterr, ERR_UNAVAILABLE, "the business clock of this database went back by %lld s",
                (long long)((offset - r->clock_offset) / INSTANT_SECOND));
        return RUN_HALT;
    }
    enum run_end end = executor_use_release(e, r->release, reterr);

    if (r->clock_offset > offset) {
        clock_set(e->config.clock, r->clock_offset);
        end = end == RUN_DONE ? RUN_AGAIN : end;
    }
    return end;
}

/*
 * settle_doubt waits until a transaction whose COMMIT was not answered is over. What became of it, its id cannot tell:
 * after a crash the server gives an id that it never wrote down to somebody else, and "committed" is his (measured). So
 * the batch runs again: what it stored, if it did, stands in its keys and offsets, and gives the same answers.
 */
static enum run_end settle_doubt(struct executor *e, const struct run *r)
{
    int64_t until = instant_mono() + DOUBT_US;

    for (bool first = true; instant_mono() < until; first = false) {
        struct db_answer *q;
        struct err err;

        if (!first)
            executor_pause_ms(100);
        if (executor_connect(e, &err))
            continue;
        enum err_code rc = db_run(e->db, r->batch.arena, &xact_status, DB_ARGS(db_int8(r->xid)), &q, &err);

        if (db_lost(e->db))
            continue;
        /* Refused: the id is "in the future", so it was lost in a crash. */
        if (rc || db_is_null(q, 0, 0) || strcmp(db_get_text(q, 0, 0), "in progress") != 0)
            return RUN_LATER;
    }
    return RUN_IN_DOUBT;
}

static enum run_end attempt(struct executor *e, struct run *r, struct err *reterr)
{
    if (executor_connect(e, reterr))
        return RUN_LATER;
    r->batch.db = e->db;
    r->keep = e->keep;
    enum run_end end = run_load(r, reterr);
    if (end == RUN_DONE)
        end = current(e, r, reterr);
    if (end == RUN_DONE) {
        run_decide(r);
        if (r->halt) {
            err_set(reterr, ERR_UNAVAILABLE, "%s", r->halt);
            end = RUN_HALT;
        } else if (r->oversize) {
            err_set(reterr, ERR_TOO_LARGE, "%s", r->oversize);
            end = RUN_BROKEN;
        } else
            end = run_save(r, reterr);
    }
    if (end == RUN_IN_DOUBT) {
        for (size_t i = 0; i < r->count; i++)
            r->works[i]->doubtful = true;
        end = settle_doubt(e, r);
    } else if (end != RUN_DONE)
        run_rollback(r);
    if (end == RUN_IN_DOUBT)
        say_doubt(reterr);
    atomic_store(&e->connected, !db_lost(e->db));
    return end;
}

/* ---- what does not go through */

static void set_aside_fenced(struct executor *e, const struct run *r, struct work **works, size_t *count)
{
    struct err why;
    size_t left = 0;

    atomic_fetch_add(&e->fenced_count, 1);
    err_set(&why, ERR_CONFLICT, "fenced");
    for (size_t i = 0; i < *count; i++) {
        bool lost = false;

        for (size_t c = 0; is_placed(works[i]) && c < r->claims.count; c++) {
            const struct claim *k = &r->claims.items[c];

            lost = lost || (!k->owned && k->partition == works[i]->place.partition &&
                            k->epoch == works[i]->place.epoch && strcmp(k->topic, works[i]->place.topic) == 0);
        }
        if (lost)
            refuse(e, works[i], &why);
        else
            works[left++] = works[i];
    }
    *count = left;
}

/*
 * drain_alone applies what waits of one subject piece by piece, so that the one that cannot be stored is found: it is
 * held with that reason, the others are not blamed. Tells whether closing the letter lifted a hold.
 */
static bool drain_alone(struct executor *e, struct id subject, const char *kind, const char *reason,
                        const struct closing *closes)
{
    struct arena *a = arena_new(1u << 16), *turn = arena_new(1u << 16);
    const char *poison = NULL;
    bool lifted = false;

    kind = arena_strdup(a, kind);
    reason = arena_strdup(a, reason);
    for (int i = 0; i < CASCADE_MAX; i++) {
        arena_reset(turn);
        struct work w = {.origin = WORK_REDRIVE,
                         .arena = turn,
                         .subject = subject,
                         .subject_kind = kind,
                         .reason = reason,
                         .closes = closes,
                         .place = {.partition = -1},
                         .alone = true,
                         .poison = poison};
        struct work *one = &w;

        executor_carry(e, &one, 1);
        if (w.refusal.code == ERR_BUG && !poison) {
            poison = arena_printf(a, "storing failed: %s", w.refusal.en);
            continue; /* once more: the first that is next is refused with this reason */
        }
        lifted = lifted || (!w.refusal.code && w.lifts);
        reason = NULL; /* the hold that it lifts is lifted, the letter that it closes is closed */
        closes = NULL;
        if (w.refusal.code || !w.moved)
            break;
    }
    arena_free(turn);
    arena_free(a);
    return lifted;
}

/* How long a batch, its halves included, has been tried. instant_mono. Rows have a time of their own: behind an outage
 * one that is held is waited for like any other. */
struct patience {
    int64_t since; /* the first try */
    int64_t rows;  /* the first failure for rows that somebody else holds; 0: none */
};

static void carry_on(struct executor *e, struct work **works, size_t count, struct patience *p);

/* broken: something in the batch cannot be stored. Halves are tried in order; a single piece ends here. */
static void broken(struct executor *e, struct work **works, size_t count, const struct err *why, struct patience *p)
{
    struct work *w = works[0];
    struct err internal;

    atomic_fetch_add(&e->bisected, 1);
    if (count > 1) {
        carry_on(e, works, count / 2, p);
        carry_on(e, works + count / 2, count - count / 2, p);
        return;
    }
    log_err(LOG_ERROR, why, "storing one piece of work");
    err_set(&internal, ERR_BUG, "%s", why->en);
    if (w->origin == WORK_REDRIVE && !w->alone) {
        w->lifted = drain_alone(e, w->subject, w->subject_kind, w->reason, w->closes);
        w->alone = true; /* nothing is next any more, or it is held: this only answers, and lifts no more */
        w->reason = NULL;
        executor_carry(e, works, 1);
    } else if (w->origin == WORK_EVENT && !w->alone) {
        struct id subject = w->subject;
        struct arena *a = arena_new(1024);
        const char *kind = arena_strdup(a, w->subject_kind);

        w->alone = true; /* by itself; what it lets through follows piece by piece */
        executor_carry(e, works, 1);
        (void)drain_alone(e, subject, kind, NULL, NULL);
        arena_free(a);
    } else if (w->origin == WORK_EVENT && !w->poison) {
        /* It cannot be stored as decided: it is held with this reason; the rest of its partition flows on. */
        w->poison = arena_printf(w->arena, "storing failed: %s", why->en);
        executor_carry(e, works, 1);
    } else
        refuse(e, w, &internal);
}

static void halt(struct executor *e, struct work **works, size_t count, const struct err *why)
{
    snprintf(e->halt_reason, sizeof e->halt_reason, "%.199s", why->en);
    atomic_store(&e->halted, true);
    log_err(LOG_ERROR, why, "refusing to run until an operator decides");
    refuse_some(e, works, count, NULL, why);
}

/* answer_queued ends the commands that wait behind a batch for a database that is away (C3). */
static void answer_queued(struct executor *e, const struct err *why)
{
    struct work *works[256];
    size_t n;

    while ((n = queue_take_commands(e->queue, works, COUNT_OF(works))) > 0)
        refuse_some(e, works, n, NULL, why);
}

/* later: the database is away, or asks for a repeat. Returns how many pieces go on. */
static size_t later(struct executor *e, struct work **works, size_t count, struct err *err, struct patience *p)
{
    bool row = strncmp(err->sqlstate, "55", 2) == 0 || strncmp(err->sqlstate, "57014", 5) == 0 ||
               strncmp(err->sqlstate, "40", 2) == 0;
    /* A read-only server, or plans of tables that changed: another connection may do better. */
    if (strncmp(err->sqlstate, "25", 2) == 0 || strcmp(err->sqlstate, "0A000") == 0)
        db_drop(e->db);

    int64_t now = instant_mono();
    if (row && !p->rows)
        p->rows = now;
    if (now - (row ? p->rows : p->since) <= COMMAND_PATIENCE_US && !atomic_load(&e->stopping))
        return count;
    err_say(err, ERR_UNAVAILABLE, NULL, "cơ sở dữ liệu tạm thời không phục vụ được",
            "the database is not available now");
    if (atomic_load(&e->stopping) || (row && (count == 1 || now - p->rows > ROWS_PATIENCE_US)))
        /* Events stay in Kafka: their offsets did not move. A row that somebody else holds stops only its own
         * partition; but behind ROWS_PATIENCE nothing is halved any more, and all that is left is given back. */
        return refuse_some(e, works, count, NULL, err);
    if (row) {
        /* The patience is over for all of them: each half is tried, and hardly waited for once more (C3, C4). */
        carry_on(e, works, count / 2, p);
        carry_on(e, works + count / 2, count - count / 2, p);
        return 0;
    }
    answer_queued(e, err);
    return refuse_some(e, works, count, executor_is_command, err);
}

void executor_carry(struct executor *e, struct work **works, size_t count)
{
    carry_on(e, works, count, &(struct patience){.since = instant_mono()});
}

static void carry_on(struct executor *e, struct work **works, size_t count, struct patience *p)
{
    int backoff = BACKOFF_MIN_MS, again = 0;
    bool said = false, careful = false;

    while ((count = give_back(e, works, count)) > 0) {
        struct err err = {.code = ERR_OK};
        int64_t start = instant_mono();

        if (atomic_load(&e->halted)) {
            err_set(&err, ERR_UNAVAILABLE, "%s", e->halt_reason);
            refuse_some(e, works, count, NULL, &err);
            return;
        }
        db_forget(e->db);
        arena_reset(e->arena);
        const struct catalogue *catalogue = catalogue_store_hold(e->config.catalogue);
        struct run *r = run_new(e->arena, e->config.service, works, count, clock_now(e->config.clock), catalogue);
        r->careful = careful;
        r->hasty = p->rows && start - p->rows > COMMAND_PATIENCE_US;
        enum run_end end = attempt(e, r, &err);

        atomic_fetch_add(&e->commit_us, (uint64_t)(instant_mono() - start));
        if (end == RUN_DONE)
            committed(e, r);
        else if (end == RUN_FENCED)
            set_aside_fenced(e, r, works, &count);
        catalogue_store_drop(e->config.catalogue, catalogue);
        /* What cannot be stored may be there already: a command that is repeated. */
        if (end == RUN_BROKEN && !careful)
            end = RUN_AGAIN;
        careful = true;
        switch (end) {
        case RUN_DONE:
            return;
        case RUN_FENCED:
            break;
        case RUN_AGAIN:
            atomic_fetch_add(&e->retried, 1);
            if (++again > AGAIN_MAX)
                executor_pause_ms(BACKOFF_MIN_MS);
            break;
        case RUN_BROKEN:
            broken(e, works, count, &err, p);
            return;
        case RUN_HALT:
            halt(e, works, count, &err);
            return;
        case RUN_IN_DOUBT:
            count = refuse_some(e, works, count, executor_is_command, &err);
            break;
        case RUN_LATER:
            atomic_fetch_add(&e->retried, 1);
            if (!said)
                log_err(LOG_WARN, &err, "storing a batch, trying again");
            said = true;
            count = later(e, works, count, &err, p);
            if (count)
                executor_pause_ms(backoff);
            backoff = backoff * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : backoff * 2;
            break;
        }
    }
}
