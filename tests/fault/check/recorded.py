"""V1: what is kept beside the life of a dossier. Mandates, seals and series stand as the last event about each says; of a visit without a dossier the
reasons, how often the citizen was told and how much was missing; whoever came is kept once (who it was, no event says); and each reason that was
given for an act is kept where the next one reads it."""
from .conservation import compare
from .database import micros
from .words import id_text, word

INVARIANT = 'V1'
# kind of subject: (where it is kept, its columns, what the event says in their order)
RECORDS = {
    'mandate': ('approval.mandate', "code, officer, unit, form, procedures, legal_basis, valid_from, valid_to",
                lambda b: (b['mandate'], b['officer'], b['unit'], word(b['form'], 'SIGNATURE_FORM').upper(), ' '.join(b['procedures']), b['legal_basis'])),
    'seal': ('return.seal', 'code, unit, ordinal, keeper, place, valid_from, valid_to', lambda b: (b['seal'], b['unit'], str(b['ordinal']), b['keeper'], b['place'])),
    'series': ('return.series', 'code, unit, document, pattern, valid_from, valid_to', lambda b: (b['series'], b['unit'], b['document'], b['pattern'])),
}

# Whose reasons a service keeps: of its own acts, and of what it hears that somebody there has to answer.
REFUSALS = ('WithdrawalRefused', 'StopRefused', 'ExtensionRefused', 'CorrectionRefused')
REMARKED = {
    'appraisal': ('Appraised', 'SupplementAsked', 'DraftReturned', 'Contributed', 'AnsweredLate', 'SentBack'),
    'approval': ('DecisionRefused', 'SentBack', 'Appraised', *REFUSALS),
    'intake': ('SupplementAsked', *REFUSALS),
}


def check(world, report):
    for kind in RECORDS:
        _records(world, report, kind)
    visits = {d: events for d, events in world.dossiers.items() if events}
    compare(report, 'intake.refusal', {d: e.body['reasons'] for d, e in _of(visits, 'Refused')},
            {d: reasons.split(' ') for d, reasons in world.db.rows("SELECT dossier, array_to_string(reasons, ' ') FROM intake.refusal")})
    compare(report, 'intake.guidance', {d: _guided(e.body) for d, e in _of(visits, 'Guided')}, {d: tuple(rest) for d, *rest in world.db.rows(
        """SELECT dossier, array_to_string(reasons, ' '), number, coalesce(ground, ''), coalesce(superior, ''),
                  (SELECT count(*) FROM intake.guidance_missing m WHERE m.dossier = g.dossier) FROM intake.guidance g""")})
    for service in REMARKED:
        _remarks(world, report, visits, service)
    came = {d for kind in ('Received', 'Refused', 'Guided') for d, _ in _of(visits, kind)}
    compare(report, 'intake.applicant', dict.fromkeys(came, '1'), dict(world.db.rows('SELECT dossier, count(*) FROM intake.applicant GROUP BY 1')))


def _remarks(world, report, visits, service):
    said = {(d, kind, e.at): (e.get('actor', ''), str(e.step[0]), ' '.join(e.body['reasons'])) for kind in REMARKED[service] for d, e in _of(visits, kind) if e.body.get('reasons')}
    compare(report, f'{service}.remark', said, {(d, what, int(at)): tuple(rest) for d, what, at, *rest in world.db.rows(
        f"SELECT dossier, what, {micros('at')}, officer, step, array_to_string(reasons, ' ') FROM {service}.remark")})


def _of(visits, kind):
    return [(d, e) for d, events in visits.items() for e in events if e.type == kind]


def _guided(b):
    return (' '.join(b['reasons']), str(b['number']), b.get('ground', ''), b.get('superior', ''), str(b.get('missing_count', 0)))


def _records(world, report, kind):
    table, columns, says = RECORDS[kind]
    newest = {}
    for name in sorted(world.events):       # by source, subject and version
        e = world.events[name]
        if e.get('subject_kind') == kind:
            newest[id_text(e.get('subject_id'))] = (*says(e.body), *(str(e.body.get(day, 0)) for day in ('valid_from', 'valid_to')))
    compare(report, table, newest, {subject: tuple(rest) for subject, *rest in world.db.rows(f'SELECT subject, {columns} FROM {table}')})
