-- The sealed history, the facts that figures are made of, the figures. search_path is this schema, then ext.

-- Every event of every source under a gapless number, its exact bytes. Append-only: the service's role may only add and read.
-- head || event is the SealedEntry as published (protobuf fields may come in any order; head ends with the tag of `event`).
CREATE TABLE entry (
    number       bigint PRIMARY KEY,
    xid          xid8 NOT NULL DEFAULT pg_current_xact_id(),
    topic        text NOT NULL,
    "partition"  int NOT NULL,
    "offset"     bigint NOT NULL,
    source       smallint NOT NULL,
    subject_kind text NOT NULL,
    subject      uuid NOT NULL,
    version      bigint NOT NULL,
    type         text NOT NULL,
    event_id     uuid NOT NULL,
    dossier_code text NOT NULL,
    unit         text NOT NULL,
    actor        text NOT NULL,
    place        text NOT NULL,
    step         int NOT NULL,
    round        int NOT NULL,
    occurred_at  timestamptz NOT NULL,
    sealed_at    timestamptz NOT NULL,              -- business time
    sha256       bytea NOT NULL,
    head         bytea NOT NULL,
    event        bytea NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT transaction_timestamp(),
    UNIQUE (subject, source, version)
);
CREATE INDEX entry_xid ON entry (xid);
CREATE INDEX entry_code ON entry (dossier_code, number) WHERE dossier_code <> '';
CREATE INDEX entry_sealed ON entry USING brin (sealed_at);
REVOKE UPDATE, DELETE, TRUNCATE ON entry FROM taicho_audit;

-- What the relay publishes: the entries themselves, and the figures.
CREATE OR REPLACE VIEW outbox AS
    SELECT number AS id, xid, 'taicho.audit.entry.v1'::text AS topic, "partition", subject::text AS key, event_id,
           'audit.SealedEntry'::text AS type, sealed_at AS time, 'application/protobuf'::text AS content, NULL::text AS trace,
           head || event AS value, recorded_at
      FROM entry
    UNION ALL
    SELECT id, xid, topic, "partition", key, event_id, type, time, content, trace, value, recorded_at FROM outbox_row;

-- One row per dossier: what its events say, as far as figures need it.
CREATE TABLE fact (
    dossier        uuid PRIMARY KEY,
    code           text NOT NULL,
    unit           text NOT NULL,                   -- the competent unit
    receiving_unit text NOT NULL,
    procedure      text NOT NULL,
    day            date NOT NULL,                   -- of receipt, in Vietnam
    due_at         timestamptz,
    ended_at       timestamptz,
    result         text NOT NULL CHECK (result IN ('open', 'granted', 'refused', 'refused_at_counter')),
    timing         text NOT NULL CHECK (timing IN ('', 'early', 'on_time', 'late')),
    at_counter     int NOT NULL DEFAULT 0,          -- bits: receipt, appraisal, signature, seal, return
    elsewhere      int NOT NULL DEFAULT 0,          -- the same, where one of them was done at an office
    overdue        boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70);
CREATE INDEX fact_code ON fact (code) WHERE code <> '';

-- Figures by unit, procedure and day of receipt. in_process = received - early - on_time - late.
CREATE TABLE kpi (
    unit           text NOT NULL,
    procedure      text NOT NULL,
    day            date NOT NULL,
    received       bigint NOT NULL DEFAULT 0,
    refused        bigint NOT NULL DEFAULT 0,       -- at the counter: never accepted
    early          bigint NOT NULL DEFAULT 0,
    on_time        bigint NOT NULL DEFAULT 0,
    late           bigint NOT NULL DEFAULT 0,
    on_the_spot    bigint NOT NULL DEFAULT 0,
    overdue        bigint NOT NULL DEFAULT 0,       -- the promised date passed while it was open
    as_of          bigint NOT NULL DEFAULT 0,       -- number of the last entry in it
    PRIMARY KEY (unit, procedure, day)
) WITH (fillfactor = 70);
CREATE INDEX kpi_day ON kpi (day);

-- The shares of procedures on the spot that a level must reach (20 / 50 / 100 %).
CREATE TABLE target (
    target         text PRIMARY KEY,
    level          text NOT NULL CHECK (level IN ('province', 'department', 'district', 'commune')),
    share_percent  int NOT NULL CHECK (share_percent BETWEEN 0 AND 100),
    phase          text NOT NULL,
    valid_from     date NOT NULL,
    valid_to       date
);
