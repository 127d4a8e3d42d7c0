-- What nobody signed for is looked for by when it was passed on (GET /v1/papers/unsigned), not in every dossier that ever went round.
CREATE INDEX holding_passed_on ON holding (since) WHERE act IN ('open_parts', 'end_part', 'request_supplement', 'go_on', 'go_back');
DROP INDEX dossier_turned;
