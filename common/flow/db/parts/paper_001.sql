-- Handles of the papers that intake keeps (common/flow/papers.h).
CREATE TABLE paper (
    dossier          uuid NOT NULL,
    id               uuid NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed')),
    sha256           bytea NOT NULL CHECK (length(sha256) = 32),
    pages            int NOT NULL CHECK (pages >= 0),
    PRIMARY KEY (dossier, id)
);
