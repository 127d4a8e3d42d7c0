-- The supplement after acceptance: asked of the citizen by the counter, received at the counter; the clocks pause between.
ALTER TABLE dossier DROP CONSTRAINT dossier_state_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_state_check
    CHECK (state IN ('received', 'refused', 'in_process', 'awaiting_supplement', 'awaiting_obligation', 'closing', 'withdrawn', 'stopped', 'finished', 'returned'));

CREATE TABLE supplement (
    dossier      uuid NOT NULL,
    number       int NOT NULL CHECK (number BETWEEN 1 AND 2),
    step         int NOT NULL,
    round        int NOT NULL,
    request      uuid NOT NULL,                       -- the request form (form 02), a document of the dossier
    asked_by     text NOT NULL,
    ground       text,                                -- why late, or once more: a code
    superior     text,                                -- who asked for it then
    asked_at     timestamptz NOT NULL,
    answer_until timestamptz,                         -- NULL: no rule is known
    received_at  timestamptz,
    received_by  text,
    PRIMARY KEY (dossier, number),
    CHECK (number = 1 OR (ground IS NOT NULL AND superior IS NOT NULL)),
    CHECK ((received_at IS NULL) = (received_by IS NULL))
) WITH (fillfactor = 80);

ALTER TABLE component ADD COLUMN supplement int;      -- the number of the supplement that it came with; NULL: with the receipt
