/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the relay: what it remembers between two steps. Everything here belongs to whoever holds step_lock.
 *
 * What is saved, and when:
 *   tick        before its first row is published; it names the rows (between two snapshots, up to last_id) and, by the
 *               `published` rows of that moment, the first ce_sequence of each lane
 *   published   after a slice of a tick was acknowledged, with tick.done_id, in one transaction
 * so that a crash at any point repeats the same rows with the same numbers.
 */
#ifndef TAICHO_FLOW_RELAY_PRIVATE_H
#define TAICHO_FLOW_RELAY_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/flow/relay.h"
#include "common/io/bus.h"
#include "common/io/db.h"

#define RELAY_SLICE_ROWS   5000 /* in flight at most */
#define RELAY_SLICE_BYTES  (8 * 1024 * 1024)
#define RELAY_ACK_MS       5000 /* how long a step waits for the brokers */
#define RELAY_CLUSTER_SIZE 64
#define RELAY_SMALL_TICK   10000 /* rows: up to two slices; those are sorted */
#define REPUBLISH_MAX      16

/* throttle.c: what a partition holds that was not read. Bytes are counted from when a relay found it read to its end.
 */
#define UNREAD_MARKS 32
struct unread_mark {
    int64_t offset, sum; /* what lies before the offset has so many bytes */
};
struct unread {
    bool known;
    int64_t read;                           /* the offset that all readers are at */
    int64_t sum, base;                      /* bytes given to it; of them read */
    int64_t planned;                        /* of the slice that is looked at */
    struct unread_mark marks[UNREAD_MARKS]; /* rising */
    size_t count;
};

/* One (topic, partition) that this service has written to. */
struct lane {
    char *topic;
    int partition;
    int64_t next_sequence;    /* of the first row that is not acknowledged; as saved */
    int64_t last_offset;      /* of the last acknowledged one; as saved */
    int64_t sequence, offset; /* the same while a slice is under way */
    int64_t lost_at;          /* an offset that was given twice: the broker lost data; -1: none */
    bool lost;                /* found by the check of the cluster */
    bool rewrite;             /* compacted: written anew from the owner's table */
    int64_t from, to;         /* numbers wanted again, none when from > to */
    int64_t counted;          /* the number of the next row while a tick is read for that; 0: not in this tick */
    bool moved;               /* to be saved */
    bool warm;                /* the producer knows the topic */
    struct unread unread;     /* only with a throttle */

    /* Dead letters: several services write to one partition, so there are no numbers, and nothing is ever missing. */
    bool dead;
    int64_t
        refused_until; /* instant_mono: its topic is missing or wrong, rows count as acknowledged; 0: it takes them */
    bool told;         /* the thread's edge said so */
    char refused_why[128];
};

/* Numbers that an operator wants to be published again. */
struct republish {
    char topic[64];
    int partition;
    int64_t from, to;
    int64_t after;  /* ticks up to this one were looked at */
    uint64_t count; /* published */
};

struct tick {
    int64_t id;                                /* of the newest tick, open or not */
    bool open;                                 /* not wholly acknowledged */
    int64_t rows, done_rows, last_id, done_id; /* done_rows: since this process leads */
};

/* What was given to the producer and not answered yet. */
struct flight {
    uint32_t generation; /* reports of an older one are ignored */
    size_t rows;         /* of the slice */
    size_t sent, answered, refused;
    bool failed, lost_data;
    char why[128];
    int64_t last_id; /* of the slice */
    instant oldest;  /* recorded_at of its first row */
    bool under_way;
};

struct relay {
    struct relay_config config;
    pthread_mutex_t step_lock;
    int wake; /* eventfd */

    struct db *db;       /* holds the advisory lock while leader */
    struct arena *arena; /* goes with a step */
    struct bus_producer *producer;
    bool leader;
    bool checked; /* the cluster is the one that was written to, and has lost nothing */
    bool broker;  /* it answered the last time that something was asked of it */
    bool busy;    /* the last step published something */
    char cluster[RELAY_CLUSTER_SIZE];
    struct tick tick;
    struct flight flight;
    struct lane *lanes;
    size_t lane_count;
    int64_t days_due, made_due, measured; /* instant_mono */
    char leader_name[64];

    pthread_t thread;
    bool started;
    atomic_bool stopping;

    pthread_mutex_t stats_lock; /* all below */
    struct relay_stats stats;
    struct republish asked[REPUBLISH_MAX]; /* the first is under way */
    size_t asked_count;
    char notice[300]; /* something to tell at the thread's edge */
    instant oldest;   /* of what is not published; INSTANT_NONE: nothing */
};

/* relay_tick.c: PostgreSQL */
enum err_code relay_connect(struct relay *r, struct err *reterr) MUST_CHECK;
enum err_code relay_lead(struct relay *r, bool *ret, struct err *reterr) MUST_CHECK; /* tries the lock, then loads */
/*
 * relay_take makes a new tick, when there is something. With ret_rows it reads the first slice in the same round trip;
 * *ret_rows is NULL when there is nothing, or more than is read that way.
 */
enum err_code relay_take(struct relay *r, struct db_answer **ret_rows, struct err *reterr) MUST_CHECK;
/* relay_read gives the next rows of a tick of so many rows, behind an id. */
enum err_code relay_read(struct relay *r, int64_t tick, int64_t rows, int64_t after, struct db_answer **ret,
                         struct err *reterr) MUST_CHECK;
enum err_code relay_save(struct relay *r, struct err *reterr) MUST_CHECK; /* the slice was acknowledged */
/* relay_save_cluster saves the cluster and the moved lanes: as lost until a replay is through, else with their offsets.
 */
enum err_code relay_save_cluster(struct relay *r, const char *cluster, bool lost, struct err *reterr) MUST_CHECK;
enum err_code relay_measure(struct relay *r, int64_t *ret_count, instant *ret_oldest, struct err *reterr) MUST_CHECK;
struct lane *relay_lane(struct relay *r, const char *topic, int partition); /* makes it when it is new */

struct lane *relay_find_lane(struct relay *r, const char *topic, int partition); /* NULL: never written to */
bool relay_is_dead_topic(const char *topic);

#define OUTBOX                                                                                                         \
    "SELECT id, xid, topic, \"partition\", key, event_id, type, time, content, trace, value, recorded_at FROM outbox"

/*
 * The rows of tick $1. Of a small one by the two ranges of xid of `take`, to be sorted. Of a big one along the ids,
 * leaving out what other ticks have among them; no slice sorts the whole tick.
 */
#define RELAY_SMALL_ROWS(more_)                                                                                        \
    "WITH t AS MATERIALIZED (SELECT s1, s2 FROM tick WHERE id = $1 AND rows <= 10000), fresh AS MATERIALIZED (" OUTBOX \
    " WHERE xid >= (SELECT pg_snapshot_xmax(s1) FROM t) AND xid < (SELECT pg_snapshot_xmax(s2) FROM t)" more_          \
    "   AND pg_visible_in_snapshot(xid, (SELECT s2 FROM t))"                                                           \
    " UNION ALL " OUTBOX " WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip(s1) FROM t))" more_                           \
    "   AND pg_visible_in_snapshot(xid, (SELECT s2 FROM t)))"
#define RELAY_BIG_ROWS                                                                                                 \
    " id >= (SELECT first_id FROM tick WHERE id = $1) AND id <= (SELECT last_id FROM tick WHERE id = $1)"              \
    " AND NOT pg_visible_in_snapshot(xid, (SELECT s1 FROM tick WHERE id = $1))"                                        \
    " AND pg_visible_in_snapshot(xid, (SELECT s2 FROM tick WHERE id = $1))"

/*
 * relay_days.c: the days of the outbox, made ahead and dropped when they are old, one piece of work per call, so that
 * publishing goes on in between.
 */
enum err_code relay_days(struct relay *r, struct err *reterr) MUST_CHECK;
extern const struct db_stmt relay_make_days, relay_drop_day, relay_prune_rest, relay_prune_ticks;

/* relay_send.c: Kafka */

/* The rows of one slice. They live until the next db_forget. */
struct relay_rows {
    const struct db_answer *q;
    size_t count;
    int id, topic, partition, key, event_id, type, time, content, trace, value, recorded_at; /* columns */
};
struct relay_rows relay_rows_of(const struct db_answer *q);
struct lane *relay_row_lane(struct relay *r, const struct relay_rows *rows, size_t i);

/* relay_producer makes the producer when there is none. relay_producer_drop ends it with all that is in flight. */
enum err_code relay_producer(struct relay *r, struct err *reterr) MUST_CHECK;
void relay_producer_drop(struct relay *r);

/*
 * throttle.c: relay_throttle cuts rows to those that their partitions have room for, at least one; ERR_BUSY when after
 * a while there is none. Nothing may be in flight.
 */
enum err_code relay_throttle(struct relay *r, struct relay_rows *rows, struct err *reterr) MUST_CHECK;

void relay_flight_begin(struct relay *r);
/* relay_send publishes row i under a number. */
enum err_code relay_send(struct relay *r, const struct relay_rows *rows, size_t i, struct lane *lane, int64_t sequence,
                         struct err *reterr) MUST_CHECK;
/*
 * relay_collect waits for all reports. An error with flight.under_way still set: not all came yet, call it again. With
 * it cleared: something was not delivered, and everything was rewound to what is saved.
 */
enum err_code relay_collect(struct relay *r, int limit_ms, struct err *reterr) MUST_CHECK;
void relay_rewind(struct relay *r);

/*
 * relay_catalogue.c: relay_begin_catalogue begins a transaction that writes the catalogue's topic anew; what is asked
 * behind it belongs to the same one, which relay_commit_catalogue ends. After an error of either nothing of it was
 * done.
 */
enum err_code relay_begin_catalogue(struct relay *r, struct err *reterr) MUST_CHECK;
enum err_code relay_commit_catalogue(struct relay *r, struct err *reterr) MUST_CHECK;
extern const struct db_stmt relay_catalogue_begin, relay_catalogue_lock, relay_catalogue_newest,
    relay_catalogue_release, relay_catalogue_add_records, relay_catalogue_add_others, relay_catalogue_commit,
    relay_catalogue_rollback;

/* relay_recover.c */
enum err_code relay_check_cluster(struct relay *r, struct err *reterr) MUST_CHECK;

/* relay_replay.c */
/* relay_replay publishes again the numbers that lanes want (from, to). */
enum err_code relay_replay(struct relay *r, uint64_t *ret_count, struct err *reterr) MUST_CHECK;
/* relay_serve does one piece of what operators asked for; nothing when nobody asked. */
enum err_code relay_serve(struct relay *r, struct err *reterr) MUST_CHECK;
/* relay_drop_asked: another process publishes now. */
void relay_drop_asked(struct relay *r);
extern const struct db_stmt relay_first_tick, relay_probe_tick, relay_wanted_ticks, relay_count_small, relay_count_big;

#endif
