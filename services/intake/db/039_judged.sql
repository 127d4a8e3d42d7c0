-- By what an apology was judged too late, or in time: when it was sealed (intake may hear of it later), the date that it had to precede, and by how
-- many days. NULL: it was not judged, for it was issued behind the end.
ALTER TABLE dossier ADD COLUMN extension_sealed_at timestamptz;
ALTER TABLE dossier ADD COLUMN extension_nearest_at timestamptz;
ALTER TABLE dossier ADD COLUMN extension_notice integer CHECK (extension_notice > 0);

-- What is told of those that were issued before this was kept: as of when intake heard of them, a day before the nearest date then (which is
-- counted again where it is told).
UPDATE dossier SET extension_sealed_at = extension_issued_at, extension_notice = 1 WHERE extension = 'issued';
