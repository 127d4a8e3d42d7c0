-- How far an extension with its apology is, and which paper the apology is: approval signs it.
ALTER TABLE dossier ADD COLUMN extension text CHECK (extension IN ('requested', 'signed', 'refused'));
ALTER TABLE dossier ADD COLUMN apology uuid;
