-- How far the latest correction of a wrong result is, why it was wrong, and which paper corrects it: approval signs it.
ALTER TABLE dossier ADD COLUMN correction text CHECK (correction IN ('requested', 'signed', 'refused'));
ALTER TABLE dossier ADD COLUMN correction_cause text
    CHECK (correction_cause IN ('typing', 'wrong_data', 'wrong_law', 'wrong_person_data', 'system', 'other'));
ALTER TABLE dossier ADD COLUMN correction_paper uuid;
