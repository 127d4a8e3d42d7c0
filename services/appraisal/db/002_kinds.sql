-- Steps of several kinds: an endorse step beside the appraise step. What ends a step is a document, whatever its kind.
ALTER TABLE step ADD COLUMN kind text NOT NULL DEFAULT 'appraise' CHECK (kind IN ('appraise', 'endorse'));
ALTER TABLE step ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE step RENAME COLUMN appraised_at TO ended_at;
ALTER TABLE step RENAME COLUMN draft TO document;
ALTER TABLE step DROP CONSTRAINT step_state_check;
ALTER TABLE step ADD CONSTRAINT step_state_check CHECK (state IN ('queued', 'assigned', 'appraised', 'endorsed', 'sent_back'));
ALTER TABLE step ADD CHECK (state <> 'endorsed' OR (opinion <> '' AND document IS NOT NULL));
