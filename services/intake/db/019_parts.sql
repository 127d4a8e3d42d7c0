-- The units whose turn it is to co-operate: they may see the dossier, and file their answer, as long as it is. And the unit that has
-- the step in hand, when it is neither the competent nor the receiving one.
ALTER TABLE dossier ADD COLUMN part_units text[];
ALTER TABLE dossier ADD COLUMN step_unit text;

-- Every unit that has business with a dossier.
CREATE FUNCTION units_of(d dossier) RETURNS text[] LANGUAGE sql STABLE AS
    'SELECT ARRAY[d.unit, d.receiving_unit, d.asked_unit, d.step_unit] || d.part_units';
