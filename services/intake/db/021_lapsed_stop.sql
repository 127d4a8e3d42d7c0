-- Another request to stop than the one in `stop`: it has lapsed here. An approver may have signed it all the same without knowing of
-- that, and then it is the one that counts.
ALTER TABLE dossier ADD COLUMN lapsed_stop_notice uuid;
ALTER TABLE dossier ADD COLUMN lapsed_stop_ground text CHECK (lapsed_stop_ground IN ('no_supplement', 'object_gone', 'authority_order', 'other'));
ALTER TABLE dossier ADD COLUMN lapsed_stop_at timestamptz;
ALTER TABLE dossier ADD COLUMN lapsed_stop_by text;         -- the post that asked
ALTER TABLE dossier ADD CONSTRAINT dossier_lapsed_stop_whole
    CHECK (num_nulls(lapsed_stop_notice, lapsed_stop_ground, lapsed_stop_at, lapsed_stop_by) IN (0, 4));
