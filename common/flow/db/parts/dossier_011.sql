-- The periods that the law leaves out of the dossier's time, as far as they came since this is kept; NULL: none.
ALTER TABLE dossier ADD COLUMN left_out tstzmultirange CHECK (NOT isempty(left_out));
