-- Units that were consulted, or co-operated, at some time: the control slip (form 05) names them.
ALTER TABLE dossier ADD COLUMN took_part text[] NOT NULL DEFAULT '{}';
UPDATE dossier SET took_part = ARRAY(SELECT DISTINCT u FROM unnest(array_append(part_units, asked_unit)) AS u WHERE u IS NOT NULL ORDER BY u)
 WHERE part_units IS NOT NULL OR asked_unit IS NOT NULL;
