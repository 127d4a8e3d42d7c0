-- Whoever collects a result in the applicant's place brings an authorisation, a document of the dossier.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check
    CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes', 'request', 'opinion', 'apology', 'stop_notice', 'authorisation'));
-- Since when the result lies at the counter, whether it did early, and how often it was told that nobody came for it.
ALTER TABLE dossier ADD COLUMN ready_at timestamptz;
ALTER TABLE dossier ADD COLUMN ready_early boolean NOT NULL DEFAULT false;
ALTER TABLE dossier ADD COLUMN reminders int NOT NULL DEFAULT 0 CHECK (reminders >= 0);
ALTER TABLE dossier ADD COLUMN reminded_at timestamptz;
ALTER TABLE dossier ADD COLUMN came_back_at timestamptz;     -- by post, undelivered

-- The result at the counter as JSON: the announcement, for the citizen too. NULL: it never lay there.
CREATE FUNCTION ready_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object('at', civil(d.ready_at), 'early', d.ready_early, 'reminders', d.reminders, 'reminded_at', civil(d.reminded_at),
                             'came_back_at', civil(d.came_back_at))
      FROM dossier d
     WHERE d.id = of_dossier AND d.ready_at IS NOT NULL;
END;
