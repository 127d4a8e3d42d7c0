-- The financial obligation: from the notice of the tax office until it is met the clocks pause, and the date moves.
ALTER TABLE dossier DROP CONSTRAINT dossier_state_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_state_check
    CHECK (state IN ('received', 'refused', 'in_process', 'awaiting_obligation', 'closing', 'finished', 'returned'));
ALTER TABLE dossier ADD COLUMN promised_at timestamptz;   -- on the receipt, once due_at has moved from it

CREATE TABLE obligation (
    dossier     uuid NOT NULL,
    step        int NOT NULL,
    round       int NOT NULL,
    state       text NOT NULL CHECK (state IN ('expected', 'notified', 'met')),
    notice      text,                                 -- the number of the tax notice; it never leaves this schema
    opened_by   text,
    notified_at timestamptz,
    met_by      text,
    met_at      timestamptz,
    PRIMARY KEY (dossier, step, round),
    CHECK (state = 'expected' OR (notice IS NOT NULL AND notified_at IS NOT NULL AND opened_by IS NOT NULL)),
    CHECK (state <> 'met' OR (met_at IS NOT NULL AND met_by IS NOT NULL))
) WITH (fillfactor = 80);
