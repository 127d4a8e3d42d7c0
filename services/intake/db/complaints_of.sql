-- Complaints as GET /v1/dossiers/:id shows them. A read of personal data: whoever calls it writes access_log.
CREATE OR REPLACE FUNCTION complaints_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('number', k.number, 'state', k.state, 'category', k.category,
               'channel', k.channel, 'about', k.about, 'superior', k.superior, 'text', k.text, 'filed_by', k.filed_by,
               'filed_at', civil(k.filed_at), 'refuse_until', civil(k.refuse_until), 'answer_due_at', civil(k.answer_due_at),
               'due_explained', k.due_explained, 'overdue', k.told, 'answer', k.answer,
               'justified', CASE WHEN k.state IN ('answered', 'published') THEN k.justified END,
               'late', CASE WHEN k.answered_at IS NOT NULL THEN k.late END, 'answered_by', k.answered_by,
               'answered_at', civil(k.answered_at),
               'more', CASE WHEN k.asked_at IS NOT NULL THEN json_build_object('question', k.question, 'asked_by', k.asked_by,
                           'asked_at', civil(k.asked_at), 'late', k.asked_late, 'wait_until', civil(k.wait_until),
                           'text', k.supply, 'supplied_by', k.supplied_by, 'supplied_at', civil(k.supplied_at)) END,
               'publish_until', civil(k.publish_until), 'publication_overdue', k.publication_told,
               'published_at', civil(k.published_at), 'published_by', k.published_by,
               'published_late', CASE WHEN k.state = 'published' THEN k.published_late END) ORDER BY k.number), '[]')
      FROM complaint k WHERE k.dossier = of_dossier;
END;
