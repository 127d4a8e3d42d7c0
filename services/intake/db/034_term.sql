-- Terms: numbers of the law that hold for every procedure, as records of the catalogue with a validity.
ALTER TABLE catalogue_current DROP CONSTRAINT catalogue_current_kind_check;
ALTER TABLE catalogue_current ADD CONSTRAINT catalogue_current_kind_check
    CHECK (kind IN ('unit', 'counter', 'officer', 'procedure', 'process', 'calendar', 'term'));
