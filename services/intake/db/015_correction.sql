-- Corrections of wrong results (D61 Art. 21(1)): by the agency at fault, at its own cost. The dossier stays as it ended.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check
    CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes', 'request', 'opinion', 'apology', 'stop_notice', 'authorisation', 'correction'));

CREATE TABLE correction (
    dossier         uuid NOT NULL,
    number          int NOT NULL CHECK (number BETWEEN 1 AND 8),
    state           text NOT NULL CHECK (state IN ('requested', 'signed', 'refused', 'issued', 'ready', 'handed_over')),
    document        uuid NOT NULL,                    -- that was filed for it
    cause           text NOT NULL CHECK (cause IN ('typing', 'wrong_data', 'wrong_law', 'wrong_person_data', 'system', 'other')),
    unit            text NOT NULL,                    -- at fault
    reported_by     text NOT NULL CHECK (reported_by IN ('citizen', 'agency')),
    asked_by        text NOT NULL,
    asked_at        timestamptz NOT NULL,
    answered_at     timestamptz,                      -- signed, or refused
    issued_at       timestamptz,
    ready_at        timestamptz,                      -- at the counter; once more, when the post has brought it back
    handed_over_at  timestamptz,
    PRIMARY KEY (dossier, number),
    UNIQUE (dossier, document),
    CHECK ((state = 'requested') = (answered_at IS NULL)),
    CHECK ((state IN ('issued', 'ready', 'handed_over')) = (issued_at IS NOT NULL)),
    CHECK ((state IN ('ready', 'handed_over')) = (ready_at IS NOT NULL)),
    CHECK ((state = 'handed_over') = (handed_over_at IS NOT NULL))
) WITH (fillfactor = 80);
-- One at a time, until it is issued.
CREATE UNIQUE INDEX correction_under_way ON correction (dossier) WHERE state IN ('requested', 'signed');

-- All of them, as GET /v1/dossiers/:id shows them.
CREATE FUNCTION corrections_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('number', k.number, 'state', k.state, 'document', k.document, 'cause', k.cause,
               'unit', k.unit, 'reported_by', k.reported_by, 'asked_by', k.asked_by, 'asked_at', civil(k.asked_at),
               'answered_at', civil(k.answered_at), 'issued_at', civil(k.issued_at), 'ready_at', civil(k.ready_at),
               'handed_over_at', civil(k.handed_over_at)) ORDER BY k.number), '[]')
      FROM correction k WHERE k.dossier = of_dossier;
END;
-- The latest one, for the citizen. NULL: there is none.
CREATE FUNCTION correction_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object('number', k.number, 'state', k.state, 'asked_at', civil(k.asked_at), 'ready_at', civil(k.ready_at))
      FROM correction k WHERE k.dossier = of_dossier ORDER BY k.number DESC LIMIT 1;
END;

-- The citizen's latest request to withdraw; NULL: there is none.
CREATE FUNCTION withdrawal_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object('state', d.withdrawal, 'request', d.withdrawal_request, 'asked_at', civil(d.withdrawal_at),
                             'taken_by', d.withdrawal_by)
      FROM dossier d
     WHERE d.id = of_dossier AND d.withdrawal IS NOT NULL;
END;
