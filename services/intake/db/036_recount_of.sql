-- Which batch brings a dossier's turn: its events name it.
CREATE INDEX recount_dossier_of ON recount_dossier (dossier);
