-- The new date of the apology that is prepared for a dossier and may be asked for at that moment; NULL: none. What was prepared is void once
-- another date is in force, one was asked for (both empty it), the dossier ended, or it is to be stopped.
CREATE FUNCTION prepared_of(d dossier, at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.apology_due_at
     WHERE d.apology_due_at > at AND d.state IN ('received', 'in_process', 'closing') AND coalesce(d.outcome, '') <> 'stopped';
END;
