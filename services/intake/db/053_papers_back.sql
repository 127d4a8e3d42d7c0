-- Originals go back by post, too. And of what ended without a result all of them do, whether they were marked or not: nothing needs them any more. They
-- are marked here, so that it holds of what a process of the release before ends, too. What ended before this migration stays as it was marked: the list
-- of what is held would begin with the papers of all the years.
ALTER TABLE component ADD COLUMN given_back_consignment text;      -- NULL: at the counter
ALTER TABLE component ADD CONSTRAINT component_given_back_consignment CHECK (given_back_consignment IS NULL OR given_back_at IS NOT NULL);
ALTER TABLE component ADD COLUMN freed boolean NOT NULL DEFAULT false;
CREATE INDEX component_owed ON component (dossier) WHERE (to_return OR freed) AND given_back_at IS NULL;
DROP INDEX component_to_return;
CREATE FUNCTION free_papers() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE component SET freed = true WHERE dossier = NEW.id AND form = 'paper' AND NOT to_show AND originals > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER dossier_free_papers AFTER UPDATE OF state ON dossier FOR EACH ROW
    WHEN (NEW.state IN ('withdrawn', 'stopped') AND OLD.state <> NEW.state) EXECUTE FUNCTION free_papers();
