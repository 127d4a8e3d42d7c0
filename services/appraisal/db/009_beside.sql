-- What the officer of an appraise step does beside the process: units that he asks, and what he looks at, as often as it takes.
ALTER TABLE part ADD COLUMN minutes int NOT NULL DEFAULT 0 CHECK (minutes >= 0);    -- the time that he gave it; 0: the process says
ALTER TABLE part ADD COLUMN request uuid CHECK ((request IS NULL) = (minutes = 0));

ALTER TABLE step ADD COLUMN verified int NOT NULL DEFAULT 0 CHECK (verified >= 0);
ALTER TABLE verification ADD COLUMN number int NOT NULL DEFAULT 1 CHECK (number > 0);
ALTER TABLE verification ADD COLUMN minutes uuid;   -- NULL: of a verify step that ended before this was kept, whose document it is
ALTER TABLE verification DROP CONSTRAINT verification_pkey;
ALTER TABLE verification ADD PRIMARY KEY (dossier, step, round, number);
