-- What was filed on the portal and waits for its answer is watched from now on.
INSERT INTO timer (subject, act, due_at)
SELECT dossier, 'submission', answer_due_at + interval '1 microsecond' FROM submission WHERE answered_at IS NULL;
