-- A period that is left out may end earlier than was recorded, once. until_at is when it ended, so that whoever counts with it counts right;
-- what was recorded first stands beside it. One that ended as it began has left out nothing.
ALTER TABLE exclusion
    ADD COLUMN recorded_until timestamptz,          -- until when it was recorded first; NULL: it ended as was recorded
    ADD COLUMN ended_by       text,
    ADD COLUMN ended_at       timestamptz,          -- when its end was recorded
    ADD COLUMN ended_document uuid,                 -- the evidence
    DROP CONSTRAINT exclusion_check,
    ADD CHECK (from_at < until_at OR (from_at = until_at AND recorded_until IS NOT NULL)),
    ADD CHECK (until_at < recorded_until),
    ADD CHECK (num_nulls(recorded_until, ended_by, ended_at, ended_document) IN (0, 4));

CREATE OR REPLACE FUNCTION exclusions_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'period', x.period, 'from', civil(x.from_at), 'until', civil(x.until_at), 'reported', x.reported, 'at', civil(x.recorded_at),
               'by', x.recorded_by, 'basis', x.basis, 'document', x.document, 'recorded_until', civil(x.recorded_until),
               'ended_at', civil(x.ended_at), 'ended_by', x.ended_by, 'ended_document', x.ended_document) ORDER BY x.number), '[]')
      FROM exclusion x WHERE x.dossier = of_dossier;
END;

ALTER TABLE due_history DROP CONSTRAINT due_history_why_check,
    ADD CONSTRAINT due_history_why_check CHECK (why IN ('ObligationMet', 'SupplementReceived', 'FindingRecorded', 'PeriodExcluded', 'PeriodEnded',
                                                        'Extended', 'DueMoved'));
