-- What every service keeps beside its own tables: the subjects' versions, what waits, offsets, answers, outbox.
-- Run in the service's own schema by its owner; search_path is that schema, then ext.

-- How moments and civil days (since 1970-01-01; 0 is "open") are written in answers: civil time of Vietnam, always +07:00.
CREATE FUNCTION civil(t timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_char(t AT TIME ZONE INTERVAL '+07:00', 'YYYY-MM-DD"T"HH24:MI:SS.US"+07:00"');
CREATE FUNCTION civil_day(d int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN d <> 0 THEN to_char(date '1970-01-01' + d, 'YYYY-MM-DD') END;

-- Business time = real time + offset. One row, written by `taichoctl migrate`, moved forward only by `taichoctl clock`.
CREATE TABLE clock (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    offset_us   bigint NOT NULL,
    movable     boolean NOT NULL           -- TAICHO_CLOCK_START was given
);

-- One row per subject: the lock of all work on it, its own version, and what was applied of each source.
CREATE TABLE subject (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL,
    version     bigint NOT NULL DEFAULT 0,
    applied     bigint[] NOT NULL DEFAULT '{0,0,0,0}',   -- by source: intake, appraisal, approval, return
    hold        text,                                    -- why nothing of it is applied; NULL: it flows
    held_at     timestamptz
) WITH (fillfactor = 70);
CREATE INDEX subject_held ON subject (held_at) WHERE hold IS NOT NULL;

-- Events that are not next yet, or were refused (the subject is then on hold). Exact bytes.
CREATE TABLE waiting (
    subject     uuid NOT NULL,
    source      smallint NOT NULL,
    version     bigint NOT NULL,
    type        text NOT NULL,
    event       bytea NOT NULL,
    reason      text NOT NULL,
    since       timestamptz NOT NULL DEFAULT clock_timestamp(),
    topic       text NOT NULL,
    "partition" int NOT NULL,
    "offset"    bigint NOT NULL,
    release     bigint NOT NULL,
    PRIMARY KEY (subject, source, version)
);
CREATE INDEX waiting_since ON waiting (since);
CREATE INDEX waiting_release ON waiting (release) WHERE reason = 'release';

-- Where this service stands in each partition. The epoch is the owner's: an old owner's batch finds no row.
CREATE TABLE consumed (
    topic         text NOT NULL,
    "partition"   int NOT NULL,
    cluster       text NOT NULL,
    next_offset   bigint NOT NULL,
    next_sequence bigint NOT NULL,          -- the ce_sequence expected next
    owner         text NOT NULL,
    epoch         bigint NOT NULL,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, "partition")
) WITH (fillfactor = 50);

-- Sequence numbers that were skipped: written down, alarmed, struck out when they arrive.
CREATE TABLE missing_sequence (
    topic       text NOT NULL,
    "partition" int NOT NULL,
    sequence    bigint NOT NULL,
    noticed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, "partition", sequence)
);

CREATE TABLE dead_letter (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cluster     text NOT NULL,
    topic       text NOT NULL,
    "partition" int NOT NULL,
    "offset"    bigint NOT NULL,
    key         bytea,
    value       bytea,
    headers     jsonb NOT NULL DEFAULT '{}',
    reason      text NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject     uuid,                       -- the subject it put on hold, when its key is one known here
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'discarded', 'replayed')),
    state_by    text,
    state_why   text,
    UNIQUE (cluster, topic, "partition", "offset")
);
CREATE INDEX dead_letter_open ON dead_letter (id) WHERE state = 'open';
CREATE INDEX dead_letter_open_of ON dead_letter (subject) WHERE state = 'open' AND subject IS NOT NULL;

-- Answers to commands, kept 24 h of real time.
CREATE TABLE idempotency (
    actor       text NOT NULL,
    key         text NOT NULL,
    body_sha256 bytea NOT NULL,
    status      smallint NOT NULL,
    answer      text NOT NULL,
    headers     text NOT NULL DEFAULT '',
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- Gapless numbers: dossier codes per agency and day, document numbers per series and year, audit's entries.
CREATE TABLE series_number (
    key         text PRIMARY KEY,
    next        bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 50);

-- One that was tried in vain is tried again at retry_at, behind those that were not, so that a thousand of them starve nobody.
CREATE TABLE timer (
    subject     uuid NOT NULL,
    act         text NOT NULL,
    due_at      timestamptz NOT NULL,       -- business time
    tries       int NOT NULL DEFAULT 0,     -- in vain
    retry_at    timestamptz,                -- business time
    PRIMARY KEY (subject, act)
);
CREATE INDEX timer_due ON timer (greatest(due_at, retry_at));

-- Append-only ledger of what is to be published, partitioned by (real, UTC) day; a day is dropped when it is wholly
-- acknowledged and older than the topics' retention.
CREATE TABLE outbox_row (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    topic       text NOT NULL,
    "partition" int NOT NULL,
    key         text NOT NULL,
    event_id    uuid NOT NULL,
    type        text NOT NULL,
    time        timestamptz NOT NULL,
    content     text NOT NULL,              -- content type
    trace       text,
    value       bytea,                      -- NULL: a tombstone
    recorded_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX outbox_xid ON outbox_row (xid);
-- Takes a row whose day was not made in time, so that no command is ever refused for it.
CREATE TABLE outbox_rest PARTITION OF outbox_row DEFAULT;

-- What the relay reads. audit replaces it by one that includes its entries. Whatever is in it has an index on id and one
-- on xid; within a topic and partition, ids rise in the order of commits (drawn under the lock of what they are about).
CREATE VIEW outbox AS
    SELECT id, xid, topic, "partition", key, event_id, type, time, content, trace, value, recorded_at FROM outbox_row;

-- A tick is what snapshot S2 sees and S1 did not, with the first ce_sequence and the number of rows of each partition it
-- touches. Rows up to done_id are acknowledged.
CREATE TABLE tick (
    id          bigint PRIMARY KEY,
    s1          pg_snapshot NOT NULL,
    s2          pg_snapshot NOT NULL,
    topics      text[] NOT NULL,
    partitions  int[] NOT NULL,
    sequences   bigint[] NOT NULL,          -- first ce_sequence of (topics[i], partitions[i]) in this tick
    counts      bigint[] NOT NULL,          -- how many rows it has there
    rows        bigint NOT NULL,
    first_id    bigint NOT NULL,
    last_id     bigint NOT NULL,
    done_id     bigint NOT NULL DEFAULT 0,
    acknowledged boolean NOT NULL DEFAULT false,
    at          timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);

-- The service's role owns no table; these two, run as the owner, are all that it may do to the outbox's days.
-- outbox_make_days makes today's and the next days' partitions; returns how many it made.
CREATE FUNCTION outbox_make_days(ahead int) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '2s' AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    name text;
    made int := 0;
BEGIN
    FOR i IN 0 .. least(ahead, 30) LOOP
        name := 'outbox_' || to_char(today + i, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF outbox_row FOR VALUES FROM (%L) TO (%L)', name,
                           to_char(today + i, 'YYYY-MM-DD') || ' 00:00+00', to_char(today + i + 1, 'YYYY-MM-DD') || ' 00:00+00');
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            NULL;   -- rows of that day are in outbox_rest already: that day stays there
        END;
    END LOOP;
    RETURN made;
END $$;

-- outbox_drop_day drops the oldest day that is older than `keep` days and wholly acknowledged; returns its name, NULL when
-- there is none. Dropping locks every command out, so it is alone in its transaction and gives up at once when a command is
-- in its way: the relay tries again. The ticks of what is gone are deleted afterwards, piece by piece, by the relay.
CREATE FUNCTION outbox_drop_day(keep int) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '50ms' AS $$
DECLARE
    seen pg_snapshot;
    day text;
    unseen boolean;
BEGIN
    SELECT s2 INTO seen FROM tick WHERE acknowledged ORDER BY id DESC LIMIT 1;
    SELECT min(c.relname) INTO day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'outbox_row'::regclass AND c.relname ~ '^outbox_[0-9]{8}$'
       AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(keep, 1);
    IF seen IS NULL OR day IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE xid >= pg_snapshot_xmin($1) AND NOT pg_visible_in_snapshot(xid, $1))', day)
        INTO unseen USING seen;
    IF unseen THEN
        RETURN NULL;
    END IF;
    EXECUTE format('DROP TABLE %I', day);
    RETURN day;
END $$;
SELECT outbox_make_days(3);

-- How far the relay is, per partition, and on which cluster.
CREATE TABLE published (
    topic         text NOT NULL,
    "partition"   int NOT NULL,
    next_sequence bigint NOT NULL DEFAULT 1,
    last_offset   bigint NOT NULL DEFAULT -1,
    PRIMARY KEY (topic, "partition")
) WITH (fillfactor = 50);
CREATE TABLE relay (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    cluster     text NOT NULL DEFAULT ''
);
INSERT INTO relay DEFAULT VALUES;

-- This service's copy of the reference data; the snapshot in memory is built from it.
CREATE TABLE catalogue_record (
    kind        text NOT NULL,
    id          text NOT NULL,
    version     int NOT NULL,
    release     bigint NOT NULL,
    digest      bytea NOT NULL,             -- of the body, so that an equal import changes nothing
    record      bytea NOT NULL,             -- taicho.v1.CatalogueRecord
    PRIMARY KEY (kind, id, version)
);
CREATE TABLE catalogue_release (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    number      bigint NOT NULL DEFAULT 0,
    at          timestamptz
);
INSERT INTO catalogue_release DEFAULT VALUES;
