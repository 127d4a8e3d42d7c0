-- What a request form (form 02) lists that is filed with a dossier: all that the citizen is to bring. Forms that were filed before this have no list.
CREATE TABLE document_missing (
    dossier   uuid NOT NULL,
    document  uuid NOT NULL,                          -- the form
    number    int NOT NULL CHECK (number > 0),
    name      text NOT NULL,
    originals int NOT NULL CHECK (originals >= 0),
    certified int NOT NULL CHECK (certified >= 0),
    copies    int NOT NULL CHECK (copies >= 0),
    PRIMARY KEY (dossier, document, number)
);

-- What a component of a supplement answers in that list, and what the dossier is taken as complete without.
ALTER TABLE component ADD COLUMN item int CHECK (item > 0);
ALTER TABLE component ADD CONSTRAINT component_item_of_supplement CHECK (item IS NULL OR supplement IS NOT NULL);

CREATE TABLE supplement_without (
    dossier    uuid NOT NULL,
    supplement int NOT NULL,
    item       int NOT NULL CHECK (item > 0),
    reason     text NOT NULL CHECK (reason IN ('held_by_agency', 'replaced', 'not_needed', 'not_obtainable')),
    PRIMARY KEY (dossier, supplement, item)
);

-- Both stand as they were told.
REVOKE UPDATE, DELETE, TRUNCATE ON document_missing, supplement_without FROM taicho_intake;
