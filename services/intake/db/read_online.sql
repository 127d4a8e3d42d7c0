-- What the portal may read of the documents of a dossier that was filed on it, by what each is and since when: the result, or the refusal in
-- writing, and a correction once they were handed over, by whichever way (what is owed is paid before that); the apology and the stop notice
-- once they are sealed, for from then on they are in force. Nothing that was only filed, drafted or signed.
CREATE OR REPLACE FUNCTION read_online(of_dossier uuid) RETURNS TABLE (what text, document uuid, at timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH d AS (SELECT x.* FROM dossier x JOIN submission f ON f.dossier = x.id WHERE x.id = of_dossier)
    SELECT CASE d.outcome WHEN 'refused' THEN 'refusal' ELSE 'result' END, d.sealed_document, d.returned_at
      FROM d WHERE d.state = 'returned' AND d.sealed_document IS NOT NULL
    UNION ALL
    SELECT 'apology', d.extension_apology, d.extension_issued_at FROM d WHERE d.extension = 'issued'
    UNION ALL
    SELECT 'stop_notice', d.stop_notice, d.finished_at FROM d WHERE d.state = 'stopped'
    UNION ALL
    SELECT 'correction', k.document, k.handed_over_at FROM d JOIN correction k ON k.dossier = d.id WHERE k.state = 'handed_over';
END;
