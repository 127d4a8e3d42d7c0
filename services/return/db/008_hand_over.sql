-- The counter may refuse what is handed over to it: why, who said so and when, until it is given again.
ALTER TABLE document ADD COLUMN fault text CHECK (fault IN ('incomplete', 'damaged', 'mistaken', 'other'));
ALTER TABLE document ADD COLUMN refuser text;
ALTER TABLE document ADD COLUMN refused_at timestamptz;
ALTER TABLE document ADD CONSTRAINT document_refused_how
    CHECK (num_nonnulls(fault, refuser, refused_at) IN (0, 3) AND (refused_at IS NULL OR given_at IS NULL));
