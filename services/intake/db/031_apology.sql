-- The new date of the apology that was prepared when the due date drew near; NULL: none is, or another date is in force since.
ALTER TABLE dossier ADD COLUMN apology_due_at timestamptz;
