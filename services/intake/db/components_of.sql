-- What was handed in. `scan` is the document with the content that the officer's scan has; `listed` what it is in the published list.
CREATE OR REPLACE FUNCTION components_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'number', c.number, 'name', c.name, 'form', c.form, 'originals', c.originals, 'certified', c.certified,
               'copies', c.copies, 'to_show', c.to_show, 'to_return', c.to_return, 'digitised', encode(c.digitised, 'hex'),
               'scan', (SELECT o.id FROM document o
                         WHERE o.dossier = c.dossier AND o.sha256 = c.digitised ORDER BY o.id DESC LIMIT 1),
               'supplement', c.supplement, 'listed', c.listed) ORDER BY c.number), '[]')
      FROM component c WHERE c.dossier = of_dossier;
END;
