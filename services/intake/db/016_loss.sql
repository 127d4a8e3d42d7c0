-- Papers that were lost or damaged while the administration had them (D61 Art. 21(2)): one row per case. Who had them
-- at that hour is custody's word. No personal data: what the minutes say stands in the document.
CREATE TABLE loss (
    dossier     uuid NOT NULL,
    number      int NOT NULL CHECK (number BETWEEN 1 AND 8),
    state       text NOT NULL CHECK (state IN ('open', 'settled')),
    what        text NOT NULL CHECK (what IN ('lost', 'damaged')),
    found       text NOT NULL CHECK (found IN ('custody', 'transfer', 'post', 'other')),
    unit        text NOT NULL,                        -- who had them
    post        text NOT NULL,
    going_to    text,                                 -- the unit that they were on their way to
    superior    text,                                 -- the unit above the holder's: it may settle it, too
    noted_by    text NOT NULL,
    noted_at    timestamptz NOT NULL,
    minutes     uuid NOT NULL,
    remedy      text CHECK (remedy IN ('found', 'replaced', 'reissued', 'paid')),
    responsible text,                                 -- a unit or a post
    paid_vnd    bigint NOT NULL DEFAULT 0 CHECK (paid_vnd >= 0),
    apology     uuid,
    settled_by  text,
    settled_at  timestamptz,
    PRIMARY KEY (dossier, number),
    CHECK ((state = 'open') = (settled_at IS NULL)),
    CHECK ((settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (remedy IS NULL)
           AND (settled_at IS NULL) = (responsible IS NULL)),
    CHECK (responsible IS NULL OR responsible <> settled_by),
    CHECK (remedy IS NULL OR remedy <> 'found' OR (what = 'lost' AND paid_vnd = 0)),
    CHECK (remedy IS NULL OR remedy = 'found' OR apology IS NOT NULL),
    CHECK (remedy IS NULL OR remedy <> 'paid' OR paid_vnd > 0)
) WITH (fillfactor = 80);
CREATE INDEX loss_list ON loss (state, noted_at, dossier, number);

-- What each case is about. A paper that was found again may be lost once more.
CREATE TABLE loss_component (
    dossier   uuid NOT NULL,
    number    int NOT NULL,
    component int NOT NULL,
    PRIMARY KEY (dossier, number, component)
);

-- The case that a component is in: open, or settled by something else in its place. NULL: it is there, or went back.
ALTER TABLE component ADD COLUMN loss int;
ALTER TABLE component ADD CONSTRAINT component_lost_is_not_given_back CHECK (loss IS NULL OR given_back_at IS NULL);

-- Where a component is: with its holder, with the citizen, lost or damaged, or what the citizen has in its place. NULL:
-- it is not kept at all.
CREATE FUNCTION standing_of(c component) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN (c).form <> 'paper' OR (c).to_show THEN NULL
                WHEN (c).given_back_at IS NOT NULL THEN 'given_back'
                WHEN (c).loss IS NULL THEN 'held'
                ELSE (SELECT coalesce(l.remedy, l.what) FROM loss l WHERE l.dossier = (c).dossier AND l.number = (c).loss) END;
END;

-- The cases of a dossier as GET /v1/dossiers/:id and its papers show them.
CREATE FUNCTION losses_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('number', l.number, 'state', l.state, 'what', l.what, 'found', l.found,
               'components', (SELECT json_agg(x.component ORDER BY x.component) FROM loss_component x
                               WHERE x.dossier = l.dossier AND x.number = l.number),
               'holder', json_build_object('unit', l.unit, 'post', l.post, 'going_to', l.going_to), 'superior', l.superior,
               'noted_by', l.noted_by, 'noted_at', civil(l.noted_at), 'minutes', l.minutes, 'remedy', l.remedy,
               'responsible', l.responsible, 'paid_vnd', CASE WHEN l.state = 'settled' THEN l.paid_vnd END,
               'apology', l.apology, 'settled_by', l.settled_by, 'settled_at', civil(l.settled_at)) ORDER BY l.number), '[]')
      FROM loss l WHERE l.dossier = of_dossier;
END;

-- What the citizen is told while a case is open, in plain words; NULL: none is.
CREATE FUNCTION loss_told(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object('papers', count(*), 'since', civil(min(l.noted_at)),
               'vi', 'Cơ quan giải quyết đã làm mất hoặc làm hư hỏng ' || count(*) || ' giấy tờ trong hồ sơ của ông/bà và đang '
                  || 'khắc phục bằng chi phí của mình. Hạn trả kết quả không thay đổi.',
               'en', 'The administration has lost or damaged ' || count(*) || ' of the papers in your dossier and is putting that '
                  || 'right at its own cost. The promised date stays.')
      FROM loss l JOIN loss_component x ON x.dossier = l.dossier AND x.number = l.number
     WHERE l.dossier = of_dossier AND l.state = 'open'
    HAVING count(*) > 0;
END;

-- Units beside its own that may have to answer for a dossier, and so see it: the one above a head who is complained of,
-- those that had its papers when they were lost, and the one above.
CREATE FUNCTION answers_for(of_dossier uuid, by_unit text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM complaint k WHERE k.dossier = of_dossier AND k.superior = by_unit)
        OR EXISTS (SELECT FROM loss l WHERE l.dossier = of_dossier AND by_unit IN (l.unit, l.superior));
END;

-- One more kind of document, beside those that there are.
DO $$
DECLARE
    kinds text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conrelid = 'document'::regclass AND conname = 'document_kind_check');
BEGIN
    ALTER TABLE document DROP CONSTRAINT document_kind_check;
    EXECUTE 'ALTER TABLE document ADD CONSTRAINT document_kind_check '
         || replace(kinds, '''authorisation''::text', '''authorisation''::text, ''loss_minutes''::text');
END $$;
