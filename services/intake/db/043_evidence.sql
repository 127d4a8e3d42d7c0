-- A finding and a period that is left out move dates: on evidence, a document of the dossier. NULL: it was recorded before one was asked for.
-- The payment that a tax notice asked for may be proved likewise.
ALTER TABLE finding ADD COLUMN document uuid;
ALTER TABLE exclusion ADD COLUMN document uuid;
ALTER TABLE obligation ADD COLUMN document uuid CHECK (document IS NULL OR met_at IS NOT NULL);

-- One more kind of document, beside those that there are.
DO $$
DECLARE
    kinds text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conrelid = 'document'::regclass AND conname = 'document_kind_check');
BEGIN
    ALTER TABLE document DROP CONSTRAINT document_kind_check;
    EXECUTE 'ALTER TABLE document ADD CONSTRAINT document_kind_check '
         || replace(kinds, '''loss_minutes''::text', '''loss_minutes''::text, ''evidence''::text');
END $$;

CREATE FUNCTION findings_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'finding', f.finding, 'at', civil(f.found_at), 'by', f.found_by, 'basis', f.basis, 'document', f.document) ORDER BY f.number), '[]')
      FROM finding f WHERE f.dossier = of_dossier;
END;

CREATE FUNCTION exclusions_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'period', x.period, 'from', civil(x.from_at), 'until', civil(x.until_at), 'reported', x.reported, 'at', civil(x.recorded_at),
               'by', x.recorded_by, 'basis', x.basis, 'document', x.document) ORDER BY x.number), '[]')
      FROM exclusion x WHERE x.dossier = of_dossier;
END;

-- As it was, with the proof of the payment.
CREATE OR REPLACE FUNCTION obligations_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'step', g.step, 'round', g.round, 'state', g.state, 'opened_at', civil(g.opened_at), 'near_at', civil(g.near_at),
               'due_at', civil(g.due_at), 'warning', nullif(g.warning, ''), 'notice', g.notice, 'opened_by', g.opened_by,
               'notified_at', civil(g.notified_at), 'met_by', g.met_by, 'met_at', civil(g.met_at), 'document', g.document)
               ORDER BY g.step, g.round), '[]')
      FROM obligation g WHERE g.dossier = of_dossier;
END;
