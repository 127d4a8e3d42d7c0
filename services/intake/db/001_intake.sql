-- The counter's own facts. Run in the schema intake by its owner; search_path is that schema, then ext.
-- Personal data are in applicant, component, document, refusal.explanation and transfer.reason, and nowhere else.

-- One row per dossier, refused ones too. Nothing that changes is indexed, so that updates stay in the page (HOT).
CREATE TABLE dossier (
    id                uuid PRIMARY KEY,
    code              text UNIQUE,                    -- NULL: refused, nothing was accepted
    state             text NOT NULL CHECK (state IN ('received', 'refused', 'in_process', 'closing', 'finished', 'returned')),
    channel           text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
    counter           text NOT NULL,
    receiving_unit    text NOT NULL,
    unit              text NOT NULL,                  -- the competent one
    procedure         text NOT NULL,
    process           text,
    process_version   int,
    route             text CHECK (route IN ('on_the_spot', 'back_office')),
    received_by       text NOT NULL,
    received_at       timestamptz NOT NULL,
    due_at            timestamptz,
    due_rule          text,
    due_explained     jsonb,                          -- {"vi":[..],"en":[..]}: step by step, as it was calculated
    release           bigint NOT NULL,                -- of the reference data
    calendar_last_year int,
    component_count   int NOT NULL,
    origin_reference  text,
    outcome           text CHECK (outcome IN ('granted', 'refused')),
    finished_at       timestamptz,
    returned_at       timestamptz,
    CHECK ((state = 'refused') = (code IS NULL)),
    CHECK (code IS NULL OR (process IS NOT NULL AND route IS NOT NULL AND due_at IS NOT NULL)),
    CHECK (state NOT IN ('closing', 'finished', 'returned') OR outcome IS NOT NULL)
) WITH (fillfactor = 80);

-- The work lists: one row for the competent unit, one more for the receiving unit when it is another.
CREATE TABLE worklist (
    unit        text NOT NULL,
    closed      boolean NOT NULL,
    due_at      timestamptz NOT NULL,                 -- of a refusal: when it was refused
    dossier     uuid NOT NULL,
    own         boolean NOT NULL,                     -- the row of the competent unit
    PRIMARY KEY (unit, closed, due_at, dossier)
) WITH (fillfactor = 90);

CREATE TABLE applicant (
    dossier         uuid PRIMARY KEY,
    name            text NOT NULL,
    identity_number text NOT NULL CHECK (identity_number ~ '^([0-9]{9}|[0-9]{12})$'),
    phone           text,
    email           text,
    address         text,
    content         text                              -- what is asked for, in the applicant's words
);

CREATE TABLE component (
    dossier     uuid NOT NULL,
    number      int NOT NULL,
    name        text NOT NULL,
    originals   int NOT NULL CHECK (originals >= 0),
    certified   int NOT NULL CHECK (certified >= 0),
    copies      int NOT NULL CHECK (copies >= 0),
    PRIMARY KEY (dossier, number)
);

-- Documents never change and never travel: others get (id, sha256, pages).
CREATE TABLE document (
    id          uuid PRIMARY KEY,
    dossier     uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed')),
    media_type  text NOT NULL,
    pages       int NOT NULL CHECK (pages > 0),
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    content     bytea NOT NULL,
    filed_by    text NOT NULL,
    filed_at    timestamptz NOT NULL
);
ALTER TABLE document ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX document_dossier ON document (dossier);

-- The control slip: papers between two desks.
CREATE TABLE transfer (
    dossier     uuid NOT NULL,
    step        int NOT NULL,
    round       int NOT NULL,
    state       text NOT NULL CHECK (state IN ('awaiting', 'given', 'taken', 'refused')),
    from_unit   text NOT NULL,
    to_unit     text NOT NULL,
    due_at      timestamptz NOT NULL,
    given_by    text,
    given_at    timestamptz,
    answered_by text,
    answered_at timestamptz,
    reason      text,
    PRIMARY KEY (dossier, step, round)
) WITH (fillfactor = 80);

CREATE TABLE refusal (
    dossier     uuid PRIMARY KEY,
    reasons     text[] NOT NULL CHECK (cardinality(reasons) > 0),
    explanation text NOT NULL
);

-- Every read of personal data, written in the same transaction, before it is answered.
CREATE TABLE access_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,                 -- business time
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who         text NOT NULL,
    unit        text NOT NULL,
    what        text NOT NULL CHECK (what IN ('dossier', 'list', 'receipt', 'document')),
    dossiers    uuid[] NOT NULL
);
CREATE INDEX access_log_at ON access_log USING brin (recorded_at);

-- The newest version of each reference record: one row per id and first day. All versions are in catalogue_record.
CREATE TABLE catalogue_current (
    kind        text NOT NULL CHECK (kind IN ('unit', 'counter', 'officer', 'procedure', 'process', 'calendar')),
    id          text NOT NULL,
    valid_from  int NOT NULL,                         -- civil days since 1970-01-01
    valid_to    int NOT NULL,                         -- exclusive; 0: open
    version     int NOT NULL,
    release     bigint NOT NULL,
    digest      bytea NOT NULL,
    record      jsonb NOT NULL,
    PRIMARY KEY (kind, id, valid_from)
);

-- The name (an officer's: the title) that a reference record had at a moment.
CREATE FUNCTION name_at(of_kind text, of_id text, t timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(c.record ->> 'name', c.record ->> 'title')
      FROM catalogue_current c
     WHERE c.kind = of_kind AND c.id = of_id
       AND c.valid_from <= (t AT TIME ZONE INTERVAL '+07:00')::date - DATE '1970-01-01'
     ORDER BY c.valid_from DESC
     LIMIT 1;
END;
