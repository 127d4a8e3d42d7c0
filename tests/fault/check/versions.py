"""V2: no effect twice. What each source says of a subject is numbered 1, 2, 3 ..., in its outbox, in its own row and in
audit's entries; no event id is used twice; what can happen only once to a step, a document or a number did."""
from collections import Counter, defaultdict

from .words import SOURCES, id_text

INVARIANT = 'V2'
ONCE = {
    # event: what it happens to only once; return: to a document, until the post brings it back; giving: to one, until the counter refuses it; watch: to a step, and to the unit that has it, of one time; dated complaint: to one, of one date
    'Submitted': 'subject', 'SubmissionPassed': 'subject', 'Received': 'dossier', 'Refused': 'dossier', 'Guided': 'dossier', 'TransferTaken': 'step', 'Appraised': 'step', 'Granted': 'decision', 'DecisionRefused': 'decision',
    'SentBack': 'step', 'Signed': 'step', 'Numbered': 'document', 'Sealed': 'document', 'Ready': 'document', 'HandedOver': 'return',
    'Verified': 'step', 'ConsultationAsked': 'step', 'Consulted': 'answer', 'ConsultationLapsed': 'answer', 'OpinionAsked': 'asked part', 'Contributed': 'part', 'PartLapsed': 'part', 'AnsweredLate': 'late part', 'Endorsed': 'endorsement', 'DraftReturned': 'endorsement',
    'FeePaid': 'fee', 'FeeWaived': 'fee', 'FeeRefunded': 'fee',
    'PaperLost': 'case', 'LossSettled': 'case', 'PapersBroughtBack': 'case', 'PapersTakenBack': 'case', 'PapersBackRefused': 'case', 'RatingGiven': 'subject', 'ComplaintFiled': 'complaint', 'ComplaintAnswered': 'complaint', 'ComplaintDuePassed': 'dated complaint',
    'ComplaintMoreAsked': 'complaint', 'ComplaintSupplied': 'complaint', 'ComplaintPublished': 'complaint', 'ComplaintPublicationPassed': 'complaint',
    'WithdrawalGranted': 'subject', 'StopSigned': 'subject', 'NoticeIssued': 'document', 'NoticeHandedOver': 'return', 'ApologySigned': 'subject', 'Extended': 'subject', 'ApologyIssued': 'document', 'ApologyHandedOver': 'return',
    'CorrectionRequested': 'document', 'CorrectionSigned': 'document', 'CorrectionRefused': 'document', 'CorrectionIssued': 'document', 'CorrectionHandedOver': 'return',
    'IntakeNear': 'watch', 'IntakePassed': 'watch', 'AppraisalNear': 'watch', 'AppraisalPassed': 'watch', 'ApprovalNear': 'watch', 'ApprovalPassed': 'watch',
    'ReturnNear': 'watch', 'ReturnPassed': 'watch', 'IntakeBrokenOff': 'step', 'AppraisalBrokenOff': 'step',
    'SupplyTaken': 'step', 'SupplementAsked': 'step', 'SupplementRequested': 'step', 'SupplementReceived': 'step',
    'ObligationOpened': 'step', 'ObligationMet': 'step', 'Archived': 'return', 'HandOverGiven': 'giving', 'HandOverRefused': 'giving', 'HandOverTaken': 'document', 'DocumentFiled': 'document',
}


def check(world, report):
    dense_in_outboxes(world, report)
    dense_in_entries(world, report)
    event_ids(world, report)
    happened_once(world, report)
    numbers_once(world, report)


def _dense(versions, first=1):
    return sorted(versions) == list(range(first, first + len(versions)))


def dense_in_outboxes(world, report):
    """A dropped day takes the first versions along, never one in the middle."""
    for service in SOURCES:
        versions = defaultdict(list)
        for _, e in world.emitted[service]:
            if SOURCES[e.source] != service:
                report.wrong(INVARIANT, e.subject, f'{service} emitted an event as {SOURCES[e.source]}')
            versions[e.subject].append(e.version)
        known = world.subjects[service]
        for subject, seen in versions.items():
            own = known[subject].version if subject in known else 0
            first = min(seen)
            gone = first > 1 and all((v := world.events.get((SOURCES.index(service), subject, n))) and world.is_dropped(service, v.id) for n in range(1, first))
            if not _dense(seen, first if gone else 1) or max(seen) != own:
                report.wrong(INVARIANT, subject, f'{service} emitted the versions {ranges(seen)}; its own version is {own}')
        for subject, s in known.items():
            if s.version and subject not in versions and not all(
                    (v := world.events.get((SOURCES.index(service), subject, n))) and world.is_dropped(service, v.id) for n in range(1, s.version + 1)):
                report.wrong(INVARIANT, subject, f'{service} is at version {s.version} and has none in its outbox')
        report.looked(INVARIANT, 'subjects in outboxes', len(versions))


def dense_in_entries(world, report):
    versions = defaultdict(list)
    for e in world.entries:
        versions[e.source, e.subject].append(e.version)
    for (source, subject), seen in versions.items():
        if not _dense(seen):
            report.wrong(INVARIANT, subject, f'audit sealed the versions {ranges(seen)} of {SOURCES[source] if 0 <= source < 4 else source}')
    report.looked(INVARIANT, 'subjects in entries', len(versions))


def event_ids(world, report):
    rows = Counter(row.event_id for rows in world.outbox.values() for row in rows if row.service != 'audit' or row.topic.endswith('kpi.v1'))
    entries = Counter(e.event_id for e in world.entries)
    for where, counted in (('the outboxes', rows), ('audit', entries)):
        for event_id, n in counted.items():
            if n > 1:
                report.wrong(INVARIANT, event_id, f'{n} events with this id in {where}')
    report.looked(INVARIANT, 'event ids', len(rows) + len(entries))


def happened_once(world, report):
    seen = 0
    for subject, events in world.dossiers.items():
        counted, commands, came_back, not_taken = Counter(), Counter(), Counter(), Counter()
        for e in events:
            document = id_text(e.get('document_id', b''))
            came_back[document] += e.type == 'CameBack'
            if e.commanded:     # a batch moves each dossier's dates once by one calendar
                commands[e.get('command_id'), e.body.get('calendar_release') if e.type == 'DueMoved' else None] += 1
            once = ONCE.get(e.type)
            if once:
                what = '' if once == 'dossier' else e.type if once == 'subject' else (e.type, e.body.get('number')) if once in ('complaint', 'case') else (once, *e.step, e.body.get('unit')) if once in ('part', 'asked part', 'late part') else (e.type, e.body.get('fee')) if once == 'fee' else (e.type, document) if once == 'document' else \
                    (e.type, e.body.get('number'), e.body.get('answer_due_at')) if once == 'dated complaint' else \
                    (e.type, document, came_back[document], e.body.get('unclaimed', False)) if once == 'return' else \
                    (e.type, document, not_taken[document]) if once == 'giving' else \
                    (e.type, *e.step, *map(e.body.get('step', {}).get, ('unit', 'due_at'))) if once == 'watch' else \
                    (e.type if once == 'step' else once, *e.step)
                counted[what] += 1
                seen += 1
            not_taken[document] += e.type == 'HandOverRefused'
        for what, n in counted.items():
            if n > 1:
                report.wrong(INVARIANT, subject, f'happened {n} times: {what or "received, refused or guided"}')
        for (command, _), n in commands.items():
            if n > 1:
                report.wrong(INVARIANT, subject, f'one command made {n} events: {id_text(command)}')
    report.looked(INVARIANT, 'acts that happen once', seen)


def numbers_once(world, report):
    """A document number is one document's, in the events as in the book."""
    holders, codes = defaultdict(set), defaultdict(set)
    for subject, events in world.dossiers.items():
        for e in events:
            if e.type == 'Numbered':
                holders[e.body.get('series'), e.body.get('year'), e.body.get('number')].add((subject, e.get('document_id')))
            if e.get('dossier_code'):
                codes[e.get('dossier_code')].add(subject)
    for number, whose in holders.items():
        if len(whose) > 1:
            report.wrong(INVARIANT, number, f'a number that {len(whose)} documents have')
    for code, whose in codes.items():
        if len(whose) > 1:
            report.wrong(INVARIANT, code, f'a code that {len(whose)} dossiers have')
    report.looked(INVARIANT, 'numbers and codes', len(holders) + len(codes))


def ranges(seen):
    """1-3, 5, 5: for people."""
    out, seen = [], sorted(seen)
    for v in seen:
        if out and out[-1][1] + 1 == v:
            out[-1][1] = v
        else:
            out.append([v, v])
    return ', '.join(str(a) if a == b else f'{a}-{b}' for a, b in out[:8]) + (' ...' if len(out) > 8 else '')


