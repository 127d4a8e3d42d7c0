-- An apology that was sealed when the date in force had passed moves that date and does not make the dossier early: it is judged by the one
-- that had passed. And a time in hours is judged by its moment, not its day.
ALTER TABLE fact ADD COLUMN apologised_at timestamptz,
                 ADD COLUMN passed_at timestamptz,
                 ADD COLUMN by_hours boolean NOT NULL DEFAULT false;
-- Of what was moved before this nobody tells any more which date had passed; what is on its way to be moved is known.
UPDATE fact f SET apologised_at = e.occurred_at
  FROM entry e
 WHERE e.type = 'ApologyIssued' AND e.subject = f.dossier AND f.extended = 0;
