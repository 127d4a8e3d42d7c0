-- Guidance: the citizen was told at the counter what is missing (form 02), fully and once. No code and no clock; the row of
-- dossier says who, where and when, as it does for a refusal.
ALTER TABLE dossier DROP CONSTRAINT dossier_state_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_state_check
    CHECK (state IN ('received', 'refused', 'guided', 'in_process', 'awaiting_supplement', 'awaiting_obligation', 'closing', 'withdrawn', 'stopped', 'finished', 'returned'));
ALTER TABLE dossier DROP CONSTRAINT dossier_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_code_of_accepted CHECK ((state IN ('refused', 'guided')) = (code IS NULL));

-- Whose it is stands here once more, since a person is told about a procedure once until he has filed.
CREATE TABLE guidance (
    dossier         uuid PRIMARY KEY,
    unit            text NOT NULL,                    -- of the counter
    procedure       text NOT NULL,
    identity_number text NOT NULL,
    number          int NOT NULL CHECK (number > 0),  -- how often he was told without filing since
    reasons         text[] NOT NULL CHECK (cardinality(reasons) > 0),
    explanation     text NOT NULL,
    ground          text,                             -- why once more: a code
    superior        text,                             -- who allowed it
    followed_by     uuid,                             -- the dossier that he filed
    followed_at     timestamptz,
    CHECK ((number > 1) = (ground IS NOT NULL)),
    CHECK ((number > 1) = (superior IS NOT NULL)),
    CHECK ((followed_by IS NULL) = (followed_at IS NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX guidance_open ON guidance (unit, procedure, identity_number, number) WHERE followed_by IS NULL;

CREATE TABLE guidance_missing (
    dossier     uuid NOT NULL,
    number      int NOT NULL,
    name        text NOT NULL,
    originals   int NOT NULL CHECK (originals >= 0),
    certified   int NOT NULL CHECK (certified >= 0),
    copies      int NOT NULL CHECK (copies >= 0),
    PRIMARY KEY (dossier, number)
);

-- What stands on the forms 02 and 03 is read like the receipt, and the list of the papers.
ALTER TABLE access_log DROP CONSTRAINT access_log_what_check,
    ADD CONSTRAINT access_log_what_check CHECK (what IN ('dossier', 'list', 'receipt', 'document', 'apology', 'request_form', 'refusal_form', 'papers'));
