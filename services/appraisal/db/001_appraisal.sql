-- Appraisal's own copy of the dossiers, and the steps that are appraised. search_path is this schema, then ext.

-- How moments are written in answers: civil time of Vietnam, always +07:00.
CREATE FUNCTION civil(t timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT to_char(t AT TIME ZONE INTERVAL '+07:00', 'YYYY-MM-DD"T"HH24:MI:SS.US"+07:00"') $$;

-- The facts of Received; they never change.
CREATE TABLE dossier (
    id               uuid PRIMARY KEY,
    code             text NOT NULL,
    unit             text NOT NULL,             -- the competent unit
    receiving_unit   text NOT NULL,
    counter          text NOT NULL,
    procedure        text NOT NULL,
    process          text NOT NULL,
    process_version  int NOT NULL,
    route            text NOT NULL CHECK (route IN ('', 'on_the_spot', 'back_office')),
    origin_reference text NOT NULL,
    due_at           timestamptz NOT NULL
);

-- One row per step and round. What an index covers never changes, so that a move stays a HOT update.
CREATE TABLE step (
    dossier          uuid NOT NULL,
    step             int NOT NULL CHECK (step > 0),
    round            int NOT NULL CHECK (round > 0),
    state            text NOT NULL CHECK (state IN ('queued', 'assigned', 'appraised')),
    unit             text NOT NULL,             -- in whose hands the step is
    officer          text,
    opened_at        timestamptz NOT NULL,
    assigned_at      timestamptz,
    due_at           timestamptz,
    appraised_at     timestamptz,
    opinion          text NOT NULL CHECK (opinion IN ('', 'for', 'against', 'needs_supplement')),
    draft            uuid,
    PRIMARY KEY (dossier, step, round),
    CHECK (state = 'queued' OR officer IS NOT NULL),
    CHECK (state <> 'appraised' OR (opinion <> '' AND draft IS NOT NULL))
) WITH (fillfactor = 80);

-- Handles of the papers that intake keeps.
CREATE TABLE document (
    dossier          uuid NOT NULL,
    id               uuid NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed')),
    sha256           bytea NOT NULL CHECK (length(sha256) = 32),
    pages            int NOT NULL CHECK (pages >= 0),
    PRIMARY KEY (dossier, id)
);

-- The work lists: a step once for each unit that may see it (the step's, the competent, the receiving), by due date.
CREATE TABLE worklist (
    unit             text NOT NULL,
    open             boolean NOT NULL,
    due_at           timestamptz NOT NULL,      -- of the dossier
    dossier          uuid NOT NULL,
    step             int NOT NULL,
    round            int NOT NULL,
    PRIMARY KEY (unit, open, due_at, dossier, step, round)
) WITH (fillfactor = 70);
CREATE INDEX worklist_step ON worklist (dossier, step, round);
