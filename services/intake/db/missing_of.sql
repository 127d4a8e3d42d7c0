-- What the request form of a supplement lists: all that the citizen was asked for, each with the numbers of the components that answer it, or
-- with the reason why the dossier is complete without. A form from before lists were kept has none.
CREATE OR REPLACE FUNCTION missing_of(s supplement) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'number', m.number, 'name', m.name, 'originals', m.originals, 'certified', m.certified, 'copies', m.copies, 'listed', m.listed,
               'components', (SELECT coalesce(json_agg(c.number ORDER BY c.number), '[]') FROM component c
                               WHERE c.dossier = s.dossier AND c.supplement = s.number AND c.item = m.number),
               'without', (SELECT w.reason FROM supplement_without w
                            WHERE w.dossier = s.dossier AND w.supplement = s.number AND w.item = m.number)) ORDER BY m.number), '[]')
      FROM document_missing m WHERE m.dossier = s.dossier AND m.document = s.request;
END;
