-- Each date that was in force, by the event that moved one: what a reader sees of how a dossier came to its date. Append-only; the date of the
-- receipt is the dossier's own. was_*: what it took the place of, so that a move that was made before this was kept is seen as missing.
CREATE TABLE due_history (
    dossier         uuid NOT NULL,
    version         bigint NOT NULL,                -- of the event
    at              timestamptz NOT NULL,
    why             text NOT NULL CHECK (why IN ('ObligationMet', 'SupplementReceived', 'FindingRecorded', 'PeriodExcluded', 'Extended', 'DueMoved')),
    about           text,                           -- its code or number: the finding, the period, the supplement, the step that was paid for
    was_legal       timestamptz NOT NULL,
    was_reported    timestamptz,                    -- NULL: not known (an old row)
    due_at_legal    timestamptz NOT NULL,
    due_at_reported timestamptz NOT NULL,
    PRIMARY KEY (dossier, version),
    CHECK ((due_at_legal, due_at_reported) IS DISTINCT FROM (was_legal, was_reported))
);
REVOKE UPDATE, DELETE, TRUNCATE ON due_history FROM taicho_intake;

-- The dates of a dossier in order of time, the receipt's first. Of what moved one before that was kept only the dates that came of it are
-- known, not when nor why.
CREATE FUNCTION due_history_of(of_dossier uuid)
    RETURNS TABLE (n bigint, since timestamptz, why text, about text, legal timestamptz, reported timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH d AS (
        SELECT x.received_at, coalesce(x.promised_at, x.due_at) AS promised, x.due_at, coalesce(x.due_at_reported, x.due_at) AS due_at_reported
          FROM dossier x WHERE x.id = of_dossier AND x.due_at IS NOT NULL
    ), first AS (
        SELECT h.was_legal, coalesce(h.was_reported, h.was_legal) AS was_reported
          FROM due_history h WHERE h.dossier = of_dossier ORDER BY h.version LIMIT 1
    )
    SELECT 0::bigint, d.received_at, 'Received', NULL::text, d.promised, d.promised FROM d
    UNION ALL
    SELECT 1, NULL, NULL, NULL, coalesce(f.was_legal, d.due_at), coalesce(f.was_reported, d.due_at_reported)
      FROM d LEFT JOIN first f ON true
     WHERE (coalesce(f.was_legal, d.due_at), coalesce(f.was_reported, d.due_at_reported)) <> (d.promised, d.promised)
    UNION ALL
    SELECT h.version, h.at, h.why, h.about, h.due_at_legal, h.due_at_reported FROM due_history h WHERE h.dossier = of_dossier;
END;
