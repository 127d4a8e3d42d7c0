-- What citizens file on the portal (national status 1): as it was filed, until the counter answers and behind that. The dossier
-- that is received of it has the same id; until then it has no row of its own.
CREATE TABLE submission (
    dossier                 uuid PRIMARY KEY,
    reference               text NOT NULL UNIQUE,     -- the portal's own number
    unit                    text NOT NULL,            -- whose counter answers
    procedure               text NOT NULL,
    name                    text NOT NULL,
    identity_number         text NOT NULL CHECK (identity_number ~ '^([0-9]{9}|[0-9]{12})$'),
    phone                   text,
    email                   text,
    address                 text,
    content                 text,
    proxy_name              text,
    proxy_identity_number   text,
    proxy_authorisation     text,
    submitted_at            timestamptz NOT NULL,
    answer_due_at           timestamptz NOT NULL,
    answered_at             timestamptz,
    answered_by             text,
    CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
    CHECK (num_nulls(proxy_name, proxy_identity_number, proxy_authorisation) IN (0, 3))
) WITH (fillfactor = 80);
CREATE INDEX submission_open ON submission (unit, answer_due_at, dossier) WHERE answered_at IS NULL;

CREATE TABLE submission_component (
    dossier     uuid NOT NULL,
    number      int NOT NULL,
    name        text NOT NULL,
    originals   int NOT NULL CHECK (originals >= 0),
    certified   int NOT NULL CHECK (certified >= 0),
    copies      int NOT NULL CHECK (copies >= 0),
    form        text NOT NULL CHECK (form IN ('paper', 'electronic')),
    PRIMARY KEY (dossier, number)
);

-- What was filed is read like a dossier.
DO $$
DECLARE known text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                        WHERE conrelid = 'access_log'::regclass AND conname = 'access_log_what_check');
BEGIN
    ALTER TABLE access_log DROP CONSTRAINT access_log_what_check;
    EXECUTE 'ALTER TABLE access_log ADD CONSTRAINT access_log_what_check ' || replace(known, 'ARRAY[', 'ARRAY[''submission''::text, ');
END $$;
