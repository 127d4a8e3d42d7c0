-- The units that were asked, or co-operated, and kept silent: until it is decided they may see the dossier and file their answer. Who kept silent
-- before this, or while a process of the release before heard of it, is not kept: what such a unit says after all comes on paper, and whoever has the
-- step files it. Nor does such a process know that a unit has no business any more: whatever it leaves here ends with the dossier.
ALTER TABLE dossier ADD COLUMN silent_units text[];

-- Every unit that has business with a dossier: as it was, and these.
CREATE OR REPLACE FUNCTION units_of(d dossier) RETURNS text[] LANGUAGE sql STABLE AS
    'SELECT ARRAY[d.unit, d.receiving_unit, d.asked_unit, d.step_unit,
                  CASE WHEN d.turn_state = ''refused'' THEN d.turn_from_unit
                       WHEN d.turn_act IN (''go_on'', ''go_back'') THEN d.turn_unit END] || d.part_units
            || CASE WHEN d.outcome IS NULL AND d.state NOT IN (''withdrawn'', ''stopped'') THEN d.silent_units END';
