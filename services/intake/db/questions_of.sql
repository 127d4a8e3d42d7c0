-- What whoever complained about a dossier was asked and has not answered, as the portal shows it (GET /v1/submissions/:id). A read of personal
-- data: whoever calls it writes access_log.
CREATE OR REPLACE FUNCTION questions_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('number', k.number, 'question', k.question, 'asked_at', civil(k.asked_at),
               'wait_until', civil(k.wait_until)) ORDER BY k.number), '[]')
      FROM complaint k WHERE k.dossier = of_dossier AND k.state = 'awaiting_more';
END;
