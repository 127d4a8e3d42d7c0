-- The facts of Received, as appraisal, approval and return keep them (common/flow/facts.h); they never change.
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
