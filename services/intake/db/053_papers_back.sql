-- Originals go back by post, too. And of what ended without a result all of them do, whether they were marked or not: nothing needs them any more.
ALTER TABLE component ADD COLUMN given_back_consignment text;      -- NULL: at the counter
ALTER TABLE component ADD CONSTRAINT component_given_back_consignment CHECK (given_back_consignment IS NULL OR given_back_at IS NOT NULL);
ALTER TABLE component ADD COLUMN freed boolean NOT NULL DEFAULT false;
UPDATE component c SET freed = true FROM dossier d
 WHERE d.id = c.dossier AND d.state IN ('withdrawn', 'stopped') AND c.form = 'paper' AND NOT c.to_show AND c.originals > 0;
CREATE INDEX component_owed ON component (dossier) WHERE (to_return OR freed) AND given_back_at IS NULL;
DROP INDEX component_to_return;
