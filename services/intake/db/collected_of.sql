-- Who came for what of a dossier, as the records say: personal data, for whoever may see the dossier with its names, and nobody else.
CREATE OR REPLACE FUNCTION collector_of(of_dossier uuid, record uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object('id', o.id, 'name', w.said ->> 'name', 'paper', w.said ->> 'paper', 'number', w.said ->> 'number')
      FROM document o CROSS JOIN LATERAL (SELECT convert_from(o.content, 'UTF8')::json AS said) w
     WHERE o.dossier = of_dossier AND o.id = record AND o.kind = 'collector';
END;

CREATE OR REPLACE FUNCTION collected_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('document', c.document, 'at', civil(c.at), 'collector', collector_of(c.dossier, c.collector))
               ORDER BY c.at, c.version), '[]')
      FROM collected c WHERE c.dossier = of_dossier;
END;
