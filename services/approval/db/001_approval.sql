-- The steps that are decided and signed, and the mandates. The dossiers' facts, papers and work lists, and who appraised
-- them (barred) are in common/flow/db/parts. search_path is this schema, then ext.

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
