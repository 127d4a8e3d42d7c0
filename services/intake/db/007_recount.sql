-- The dates of open dossiers are counted again when the calendar has changed: who ordered it, why, and which dossiers. Each
-- dossier's turn is a row of `timer`.
CREATE TABLE recount (
    id        uuid PRIMARY KEY,
    batch     text NOT NULL UNIQUE,
    release   bigint NOT NULL,                        -- of the reference data that it is counted with
    reason    text NOT NULL,
    asked_by  text NOT NULL,
    asked_at  timestamptz NOT NULL
);
CREATE TABLE recount_dossier (
    recount   uuid NOT NULL,
    dossier   uuid NOT NULL,
    PRIMARY KEY (recount, dossier)
);
-- Open dossiers by id: a dry run goes through them in an order that no date moves.
CREATE INDEX worklist_open ON worklist (dossier) WHERE own AND NOT closed;
