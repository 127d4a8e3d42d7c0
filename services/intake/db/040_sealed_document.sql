-- Which paper is the result that bears the seal, as Sealed names it: what the citizen reads of it on the portal. NULL of what was sealed
-- before this was kept: it has gone to him by another way.
ALTER TABLE dossier ADD COLUMN sealed_document uuid;
