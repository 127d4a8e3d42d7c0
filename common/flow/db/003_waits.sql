-- Whether events of a subject wait stands in its own row, so that the lock tells it and nobody asks the table `waiting`
-- for nothing. The trigger keeps it true whichever release of the service writes: old and new processes run side by side
-- while an operator upgrades. Whoever writes `waiting` holds the subject's lock.
ALTER TABLE subject ADD COLUMN waits boolean NOT NULL DEFAULT false;
UPDATE subject SET waits = true WHERE id IN (SELECT subject FROM waiting);
CREATE FUNCTION waiting_moved() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE subject SET waits = true WHERE id = NEW.subject AND NOT waits;
    ELSE
        UPDATE subject SET waits = false
         WHERE id = OLD.subject AND waits AND NOT EXISTS (SELECT FROM waiting WHERE subject = OLD.subject);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER waiting_moved AFTER INSERT OR DELETE ON waiting FOR EACH ROW EXECUTE FUNCTION waiting_moved();
