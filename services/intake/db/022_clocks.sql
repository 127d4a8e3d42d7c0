-- The date of the reported clock (Decision 766/2022) beside that of the legal one: a supplement parts them. Of a dossier that was
-- supplied before it is not known here until its dates are counted again.
ALTER TABLE dossier ADD COLUMN due_at_reported timestamptz;
UPDATE dossier d SET due_at_reported = due_at
 WHERE due_at IS NOT NULL AND NOT EXISTS (SELECT FROM supplement s WHERE s.dossier = d.id AND s.received_at IS NOT NULL);
