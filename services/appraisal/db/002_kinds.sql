-- Steps of several kinds: verify, consult and endorse beside appraise. What ends a step is a document, whatever its kind.
ALTER TABLE step ADD COLUMN kind text NOT NULL DEFAULT 'appraise' CHECK (kind IN ('verify', 'consult', 'appraise', 'endorse'));
ALTER TABLE step ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE step RENAME COLUMN appraised_at TO ended_at;
ALTER TABLE step RENAME COLUMN draft TO document;
ALTER TABLE step DROP CONSTRAINT step_state_check;
ALTER TABLE step ADD CONSTRAINT step_state_check
    CHECK (state IN ('queued', 'assigned', 'verifying', 'verified', 'consulting', 'consulted', 'unanswered', 'appraised', 'endorsed', 'sent_back'));
ALTER TABLE step ADD CHECK (state <> 'endorsed' OR (opinion <> '' AND document IS NOT NULL));
ALTER TABLE step ADD CHECK (state NOT IN ('verified', 'consulted') OR document IS NOT NULL);
ALTER TABLE step ADD COLUMN asked text;             -- the unit that is consulted
ALTER TABLE step ADD CHECK (state NOT IN ('consulting', 'consulted', 'unanswered') OR (asked IS NOT NULL AND due_at IS NOT NULL));

-- What was looked at; written once, when the step ends, and only read.
CREATE TABLE verification (
    dossier          uuid NOT NULL,
    step             int NOT NULL,
    round            int NOT NULL,
    at               timestamptz NOT NULL,
    place            text NOT NULL,
    participants     text[] NOT NULL CHECK (cardinality(participants) > 0),
    others           int NOT NULL CHECK (others >= 0),
    PRIMARY KEY (dossier, step, round)
);
