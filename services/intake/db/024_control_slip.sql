-- The hand-overs of signed documents from the office to the counter, as return tells of them: the way back on the control slip
-- (form 05). Append-only; a giving is answered by the next row of its document.
CREATE TABLE hand_over (
    dossier     uuid NOT NULL,
    version     bigint NOT NULL,                      -- of return's event
    document    uuid NOT NULL,
    step        int NOT NULL,
    act         text NOT NULL CHECK (act IN ('given', 'taken', 'refused')),
    from_unit   text NOT NULL,
    to_unit     text NOT NULL,
    post        text NOT NULL,
    at          timestamptz NOT NULL,
    fault       text CHECK (fault IN ('incomplete', 'damaged', 'mistaken', 'other')),
    PRIMARY KEY (dossier, version),
    CHECK ((fault IS NOT NULL) = (act = 'refused'))
);
REVOKE UPDATE, DELETE, TRUNCATE ON hand_over FROM taicho_intake;

-- A block of the slip: the receiver signs before the day of its date, on that day in time, or behind it. NULL: nobody signed yet.
CREATE FUNCTION slip_result(signed_at timestamptz, due_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN signed_at > due_at THEN 'late'
                WHEN left(civil(signed_at), 10) = left(civil(due_at), 10) THEN 'on_time'
                WHEN signed_at < due_at THEN 'early' END;

-- One row per hand-over, of papers between two desks, and of signed documents on their way to the counter. What is due when a document
-- comes to the counter is the dossier; an apology and a correction have no date of their own.
CREATE FUNCTION slip_blocks(of_dossier uuid)
    RETURNS TABLE (what text, document uuid, step int, from_unit text, to_unit text, given_by text, given_at timestamptz, due_at timestamptz,
                   state text, answered_by text, answered_at timestamptz, result text, fault text, reason text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 'papers', NULL::uuid, t.step, t.from_unit, t.to_unit, t.given_by, t.given_at, t.due_at, t.state, t.answered_by, t.answered_at,
           CASE WHEN t.state = 'taken' THEN slip_result(t.answered_at, t.due_at) END, NULL::text, t.reason
      FROM transfer t WHERE t.dossier = of_dossier AND t.state <> 'awaiting'
    UNION ALL
    SELECT 'document', g.document, g.step, g.from_unit, g.to_unit, g.post, g.at, x.due_at, coalesce(a.act, 'given'), a.post, a.at,
           CASE WHEN a.act = 'taken' THEN slip_result(a.at, x.due_at) END, a.fault, NULL::text
      FROM hand_over g
      JOIN dossier d ON d.id = g.dossier
      LEFT JOIN document o ON o.id = g.document
      CROSS JOIN LATERAL (SELECT CASE WHEN coalesce(o.kind, '') NOT IN ('apology', 'correction') THEN d.due_at END AS due_at) x
      LEFT JOIN LATERAL (SELECT n.* FROM hand_over n
                          WHERE n.dossier = g.dossier AND n.document = g.document AND n.version > g.version
                          ORDER BY n.version LIMIT 1) a ON true
     WHERE g.dossier = of_dossier AND g.act = 'given';
END;

-- Every look at the slip is written down, beside the looks that were before.
DO $$
DECLARE known text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                        WHERE conrelid = 'access_log'::regclass AND conname = 'access_log_what_check');
BEGIN
    ALTER TABLE access_log DROP CONSTRAINT access_log_what_check;
    EXECUTE 'ALTER TABLE access_log ADD CONSTRAINT access_log_what_check ' || replace(known, 'ARRAY[', 'ARRAY[''control_slip''::text, ');
END $$;
