-- Which act of the officer at the counter, done at once with the receipt, a rule of this stage forbade, and why. NULL: none.
ALTER TABLE dossier ADD COLUMN forbidden json;
