-- What a paper is in the published list of its procedure, by its code; NULL: it was not said, or nothing of it. Of a filing all of them
-- once more, with commas between: its answer is judged by them.
ALTER TABLE component ADD COLUMN listed text;
ALTER TABLE submission_component ADD COLUMN listed text;
ALTER TABLE guidance_missing ADD COLUMN listed text;
ALTER TABLE document_missing ADD COLUMN listed text;
ALTER TABLE submission ADD COLUMN listed text NOT NULL DEFAULT '';
