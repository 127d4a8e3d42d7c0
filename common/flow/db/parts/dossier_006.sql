-- How far the competent unit's request to stop the dossier is, why, and which paper the notice is: approval signs it; the others note
-- only that it was signed.
ALTER TABLE dossier ADD COLUMN stop text CHECK (stop IN ('requested', 'signed', 'refused', 'lapsed'));
ALTER TABLE dossier ADD COLUMN stop_ground text CHECK (stop_ground IN ('no_supplement', 'object_gone', 'authority_order', 'other'));
ALTER TABLE dossier ADD COLUMN stop_notice uuid;
