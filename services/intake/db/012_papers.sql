-- Who files for the applicant, and what authorises him. Personal data, like those of applicant.
CREATE TABLE proxy (
    dossier         uuid PRIMARY KEY,
    name            text NOT NULL,
    identity_number text NOT NULL CHECK (identity_number ~ '^([0-9]{9}|[0-9]{12})$'),
    authorisation   text NOT NULL
);

-- In which form a component is handed in, whether its originals are only shown, and the scan that the officer made.
ALTER TABLE component ADD COLUMN form text NOT NULL DEFAULT 'paper' CHECK (form IN ('paper', 'electronic'));
ALTER TABLE component ADD COLUMN to_show boolean NOT NULL DEFAULT false;
ALTER TABLE component ADD COLUMN digitised bytea CHECK (length(digitised) = 32);   -- SHA-256
ALTER TABLE component ADD CONSTRAINT component_file_is_no_paper
    CHECK (form = 'paper' OR (originals + certified + copies = 0 AND NOT to_show AND digitised IS NULL));

-- Originals that go back to the citizen, and who gave them.
ALTER TABLE component ADD COLUMN to_return boolean NOT NULL DEFAULT false;
ALTER TABLE component ADD COLUMN given_back_at timestamptz;
ALTER TABLE component ADD COLUMN given_back_by text;
ALTER TABLE component ADD CONSTRAINT component_given_back_by CHECK ((given_back_at IS NULL) = (given_back_by IS NULL));
ALTER TABLE component ADD CONSTRAINT component_to_return CHECK (NOT to_return OR (form = 'paper' AND originals > 0 AND NOT to_show));
CREATE INDEX component_to_return ON component (dossier) WHERE to_return AND given_back_at IS NULL;

-- Who has the papers from a transfer on, as its act says; until the first one the counter has them, by the receipt.
CREATE TABLE holding (
    dossier  uuid NOT NULL,
    number   int NOT NULL,                            -- in the order of time
    unit     text NOT NULL,
    post     text NOT NULL,
    going_to text,                                    -- the unit that they are on their way to
    act      text NOT NULL CHECK (act IN ('give_transfer', 'take_transfer', 'refuse_transfer')),
    since    timestamptz NOT NULL,
    PRIMARY KEY (dossier, number)
);

-- What was handed in. `scan` is the document with the content that the officer's scan has.
CREATE FUNCTION components_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'number', c.number, 'name', c.name, 'form', c.form, 'originals', c.originals, 'certified', c.certified,
               'copies', c.copies, 'to_show', c.to_show, 'to_return', c.to_return, 'digitised', encode(c.digitised, 'hex'),
               'scan', (SELECT o.id FROM document o
                         WHERE o.dossier = c.dossier AND o.sha256 = c.digitised ORDER BY o.id DESC LIMIT 1),
               'supplement', c.supplement) ORDER BY c.number), '[]')
      FROM component c WHERE c.dossier = of_dossier;
END;

-- What a dossier is follows from its components; an original that is only shown is none of its papers. NULL: there are none.
CREATE FUNCTION medium_of(of_dossier uuid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN count(*) = 0 THEN NULL
                WHEN bool_and(c.form = 'electronic' OR c.to_show) THEN 'electronic'
                WHEN bool_or(c.form = 'electronic') THEN 'mixed'
                ELSE 'paper' END
      FROM component c WHERE c.dossier = of_dossier;
END;
