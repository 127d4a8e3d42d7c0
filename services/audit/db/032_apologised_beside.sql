-- A process of the release before 031 seals what it hears of an apology and knows nothing of apologised_at, so the next release would judge a date
-- that had passed by then as met. Whichever release seals it: the entry says when the letter was sealed.
CREATE FUNCTION note_apology() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE fact SET apologised_at = NEW.occurred_at WHERE dossier = NEW.subject AND extended = 0;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_note_apology AFTER INSERT ON entry FOR EACH ROW WHEN (NEW.type = 'ApologyIssued') EXECUTE FUNCTION note_apology();
-- What was sealed so far, behind the last of them: between two migrations such a process goes on.
UPDATE fact f SET apologised_at = e.occurred_at
  FROM entry e
 WHERE e.type = 'ApologyIssued' AND e.subject = f.dossier AND f.extended = 0 AND f.apologised_at IS NULL;
