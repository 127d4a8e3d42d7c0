-- The steps that are appraised. The dossiers' facts, papers and work lists, and who approved them (barred) are in
-- common/flow/db/parts. search_path is this schema, then ext.

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
