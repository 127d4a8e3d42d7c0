-- Approval's own copy of the dossiers, the steps that are decided and signed, and the mandates. search_path is this
-- schema, then ext.

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
    state            text NOT NULL CHECK (state IN ('expected', 'pending', 'decided', 'signed', 'sent_back')),
    unit             text NOT NULL,             -- in whose hands the step is
    opened_at        timestamptz,               -- when it became pending
    opinion          text NOT NULL CHECK (opinion IN ('', 'for', 'against', 'needs_supplement')),
    draft            uuid,                      -- the appraised draft
    draft_sha256     bytea CHECK (length(draft_sha256) = 32),
    draft_pages      int,
    outcome          text NOT NULL CHECK (outcome IN ('', 'granted', 'refused')),
    decider          text,
    decided_at       timestamptz,
    mandate          text,
    signer           text,
    signed_at        timestamptz,
    signature        text NOT NULL CHECK (signature IN ('', 'ink_attested', 'digital')),
    document         uuid,                      -- that was signed
    PRIMARY KEY (dossier, step, round),
    CHECK (state = 'expected' OR (opened_at IS NOT NULL AND draft IS NOT NULL AND opinion <> '')),
    CHECK (state NOT IN ('decided', 'signed') OR (outcome <> '' AND decider IS NOT NULL AND mandate IS NOT NULL)),
    CHECK (state <> 'signed' OR (signer IS NOT NULL AND signature <> '' AND document IS NOT NULL))
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

-- Who appraised a dossier, in any round: none of them decides it.
CREATE TABLE appraiser (
    dossier          uuid NOT NULL,
    officer          text NOT NULL,
    PRIMARY KEY (dossier, officer)
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

-- Who may decide and sign what. Read FOR SHARE by every decision, so that a revocation holds from its commit.
CREATE TABLE mandate (
    code             text PRIMARY KEY,
    subject          uuid NOT NULL UNIQUE,
    officer          text NOT NULL,
    unit             text NOT NULL,
    form             text NOT NULL CHECK (form IN ('TM', 'KT', 'TL', 'TUQ')),
    procedures       text NOT NULL,             -- "*" or codes separated by a space
    legal_basis      text NOT NULL,
    valid_from       int NOT NULL,              -- civil days since 1970-01-01
    valid_to         int NOT NULL,              -- exclusive; 0: open
    CHECK (valid_to = 0 OR valid_to > valid_from)
);
CREATE INDEX mandate_unit ON mandate (unit, code);
