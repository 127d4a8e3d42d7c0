-- What the units that co-operate in an appraise step have to say: one row per step, round and unit.
CREATE TABLE part (
    dossier          uuid NOT NULL,
    step             int NOT NULL CHECK (step > 0),
    round            int NOT NULL CHECK (round > 0),
    number           int NOT NULL CHECK (number > 0),   -- its turn
    unit             text NOT NULL,
    state            text NOT NULL CHECK (state IN ('waiting', 'queued', 'given', 'lapsed', 'cancelled')),
    officer          text,
    opened_at        timestamptz,                       -- when its turn came
    due_at           timestamptz,
    ended_at         timestamptz,
    opinion          text NOT NULL CHECK (opinion IN ('', 'for', 'against', 'no_objection')),
    document         uuid,
    PRIMARY KEY (dossier, step, round, number),
    UNIQUE (dossier, step, round, unit),
    CHECK (state IN ('waiting', 'cancelled') OR (opened_at IS NOT NULL AND due_at IS NOT NULL)),
    CHECK ((state = 'given') = (officer IS NOT NULL AND opinion <> '' AND document IS NOT NULL)),
    CHECK ((state IN ('waiting', 'queued')) = (ended_at IS NULL))
) WITH (fillfactor = 80);
