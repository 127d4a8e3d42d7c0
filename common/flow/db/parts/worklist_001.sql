-- The work lists (common/flow/worklist.h): a step in its round, once for each unit that may see it (the step's, the
-- competent, the receiving), by due date. Narrow, and apart from what moves, so that a move stays a HOT update.
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
