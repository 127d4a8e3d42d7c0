-- Who came to the counter: a document of the dossier of a kind of its own, written by intake from what the officer says (name, paper shown, its number).
-- Return tells to which hand-over it belongs, by its handle; of papers that went back the officer says it with them.
-- A process of the release before that takes return's event beside this does not keep it: the record is a document of the dossier all the same, and
-- audit's history has the event. Intake is upgraded before return, which asks for the record of whoever comes in the applicant's place.
DO $$
DECLARE
    kinds text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conrelid = 'document'::regclass AND conname = 'document_kind_check');
BEGIN
    ALTER TABLE document DROP CONSTRAINT document_kind_check;
    EXECUTE 'ALTER TABLE document ADD CONSTRAINT document_kind_check '
         || replace(kinds, '''evidence''::text', '''evidence''::text, ''collector''::text');
END $$;

-- Append-only.
CREATE TABLE collected (
    dossier   uuid NOT NULL,
    version   bigint NOT NULL,                        -- of return's event
    document  uuid NOT NULL,                          -- that was handed over
    collector uuid NOT NULL,                          -- the record of who came for it
    at        timestamptz NOT NULL,
    PRIMARY KEY (dossier, version)
);
REVOKE UPDATE, DELETE, TRUNCATE ON collected FROM taicho_intake;

-- NULL: of what went back by post, or before this was kept. Who came himself need not be written down.
ALTER TABLE component ADD COLUMN given_back_who text CHECK (given_back_who IN ('applicant', 'proxy'));
ALTER TABLE component ADD COLUMN given_back_collector uuid;
ALTER TABLE component ADD CONSTRAINT component_given_back_to
    CHECK ((given_back_who IS NULL OR given_back_at IS NOT NULL) AND (given_back_collector IS NULL OR given_back_who IS NOT NULL)
           AND (given_back_who IS DISTINCT FROM 'proxy' OR given_back_collector IS NOT NULL));
