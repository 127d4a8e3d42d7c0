"""V7: no acknowledged request is unknown. Each answer that a client wrote down is the one that the service keeps under the key,
and what it acknowledged is an event with what the answer says; what was refused for good left nothing. With complete journals
nothing happened that nobody asked for."""
import hashlib
import json
import re
import time
import uuid
from collections import Counter, defaultdict

from .words import SERVICES, SOURCES, id_text, shown_by, word

INVARIANT = 'V7'
KEPT_FOR = 23 * 3600        # answers are kept for 24 h


def _handle(e, answer, member='document'):
    d = e.body.get(member, {})
    return (id_text(d.get('id', b'')), d.get('sha256', b'').hex(), d.get('pages', 0)) == (answer['id'], answer['sha256'], answer['pages'])


# An act of return's is told by another event when the document is a letter, a transfer by another when a supplement brought the papers.
SAME = {'ApologyIssued': 'Sealed', 'ApologyHandedOver': 'HandedOver', 'NoticeIssued': 'Sealed', 'NoticeHandedOver': 'HandedOver',
        'CorrectionIssued': 'Sealed', 'CorrectionHandedOver': 'HandedOver',
        'SupplyGiven': 'TransferGiven', 'SupplyTaken': 'TransferTaken', 'SupplyRefused': 'TransferRefused'}
LETTERS = {'ApologyIssued': 'apology', 'ApologyHandedOver': 'apology', 'NoticeIssued': 'stopped', 'NoticeHandedOver': 'stopped',
           'CorrectionIssued': 'correction', 'CorrectionHandedOver': 'correction'}


def _outcome(e):
    return LETTERS.get(e.type) or word(e.body.get('outcome'), 'OUTCOME')


def _delivered(e, answer):
    letter = LETTERS.get(e.type)
    if (letter or word(e.body.get('outcome'), 'OUTCOME')) != answer['outcome'] or word(e.body.get('delivery'), 'DELIVERY') != answer['delivery']:
        return False
    papers = {k: id_text(e.body[k]['id']) if k in e.body else '' for k in ('authorisation', 'collector')}
    if papers['collector'] != answer.get('collector', ''):
        return False
    said = (word(e.body.get('who'), 'COLLECTOR'), word(e.body.get('paper'), 'PROOF'), papers['authorisation'], e.body.get('consignment', ''))
    return letter in ('apology', 'stopped') or said == tuple(answer.get(k, '') for k in ('who', 'paper', 'authorisation', 'consignment'))


def points(e):
    return {k: e.body.get(field, 0) for k, field in (('satisfaction', 'satisfaction'), ('attitude', 'attitude'), ('contacts', 'contact_points'), ('agencies', 'agency_points'))}


def went_back(e, a):
    return (e.body['number'], e.body['components']) == (a['number'], a['components'])


def outcome_of(e):
    return word(e.body.get('outcome'), 'COMPLAINT_OUTCOME')


def numbered(late):
    """Which complaint, and whether that was late, as the answer names it."""
    return lambda e, a: (e.body['number'], e.body.get('late', False)) == (a['number'], a[late])


def answered(e, a):
    return (e.body['number'], e.body.get('late', False), outcome_of(e) == 'justified') == (a['number'], a['late'], a['justified'])


def noted(e, a):
    return (e.body['number'], e.body['holder_unit'], e.body.get('holder') or None) == (a['number'], a['holder']['unit'], a['holder']['post'])


def moved(e, a):
    return (e.body.get('supplement', 0), *e.step) == (a.get('supplement', 0), a['step'], a['round'])


def signed_for(e, a):
    return (e.body['from_unit'], e.body['to_unit']) == (a['from_unit'], a['to_unit'])


def fee_and(e):
    """Which fee, and how much."""
    return e.body.get('fee'), e.body.get('amount_vnd')


def act_name(e):
    if e.type == 'AnsweredLate':            # by what it would have been in time
        return 'Contributed' if e.body.get('part') else 'Consulted'
    return SAME.get(e.type, e.type)


# (service, path) -> event; what the event must say of the answer.
ACTS = [
    ('intake', '/v1/dossiers', 'Received', lambda e, a: e.get('dossier_code') == a['code'] and a['due_rule'] == e.body['due_rule'] and a['unit'] == e.get('unit')),
    ('intake', '/v1/submissions', 'Submitted', lambda e, a: e.get('origin_reference') == a['reference'] and e.body['receiving_unit'] == a['unit']),
    ('intake', '/v1/refusals', 'Refused', None),
    ('intake', '/v1/guidances', 'Guided', lambda e, a: e.body.get('number') == a['number']),
    ('intake', '/v1/dossiers/:id/documents', 'DocumentFiled', _handle),
    ('intake', '/v1/dossiers/:id/transfers/give', 'TransferGiven', moved),
    ('intake', '/v1/dossiers/:id/transfers/take', 'TransferTaken', moved),
    ('intake', '/v1/dossiers/:id/transfers/refuse', 'TransferRefused', moved),
    ('intake', '/v1/dossiers/:id/turn/take', 'TurnTaken', signed_for),
    ('intake', '/v1/dossiers/:id/turn/refuse', 'TurnRefused', signed_for),
    ('appraisal', '/v1/appraisals/:id/assign', 'Assigned', lambda e, a: e.body.get('officer') == a['officer']),
    ('intake', '/v1/dossiers/:id/obligation', 'ObligationOpened', None),
    ('intake', '/v1/dossiers/:id/obligation/met', 'ObligationMet', None),
    ('intake', '/v1/dossiers/:id/supplement', 'SupplementReceived', lambda e, a: e.body.get('number') == a['supplement']),
    ('intake', '/v1/dossiers/:id/finding', 'FindingRecorded', lambda e, a: (e.body['finding'], shown_by(e)) == (a['finding'], a['document'])),
    ('intake', '/v1/dossiers/:id/exclude', 'PeriodExcluded', lambda e, a: (e.body['period'], shown_by(e)) == (a['period'], a['document'])),
    ('intake', '/v1/dossiers/:id/exclude/end', 'PeriodEnded', lambda e, a: (e.body['period'], shown_by(e)) == (a['period'], a['document'])),
    ('intake', '/v1/dossiers/:id/papers/bring-back', 'PapersBroughtBack', went_back),
    ('intake', '/v1/dossiers/:id/papers/take-back', 'PapersTakenBack', went_back),
    ('intake', '/v1/dossiers/:id/papers/refuse-back', 'PapersBackRefused', went_back),
    ('intake', '/v1/dossiers/:id/papers/give-back', 'PapersGivenBack', lambda e, a: e.body.get('components') == a['given_back']),
    ('intake', '/v1/dossiers/:id/withdrawal', 'WithdrawalRequested', lambda e, a: id_text(e.body['request']['id']) == a['request']),
    ('intake', '/v1/dossiers/:id/stop', 'StopRequested', lambda e, a: _handle(e, a['notice'], 'notice') and e.body['ground'] == a['ground']),
    ('approval', '/v1/approvals/:id/stop/sign', 'StopSigned', None),
    ('approval', '/v1/approvals/:id/stop/refuse', 'StopRefused', None),
    ('intake', '/v1/dossiers/:id/correct', 'CorrectionRequested', lambda e, a: (id_text(e.get('document_id')), e.body['number'], e.body['cause'], e.body['unit'])
     == tuple(a[k] for k in ('document', 'number', 'cause', 'unit'))),
    ('approval', '/v1/approvals/:id/correction/sign', 'CorrectionSigned', None),
    ('approval', '/v1/approvals/:id/correction/refuse', 'CorrectionRefused', None),
    ('intake', '/v1/dossiers/:id/extension', 'ExtensionRequested', lambda e, a: _handle(e, a['apology'], 'apology')),
    ('intake', '/v1/dossiers/:id/loss', 'PaperLost', lambda e, a: noted(e, a) and _handle(e, a['minutes'], 'minutes')),
    ('intake', '/v1/dossiers/:id/loss/settle', 'LossSettled', lambda e, a: e.body['number'] == a['number'] and (not a['apology'] or _handle(e, a['apology'], 'apology'))),
    ('intake', '/v1/dossiers/:id/fees/pay', 'FeePaid', lambda e, a: fee_and(e) == (a['fee'], a['amount_vnd'])),
    ('intake', '/v1/dossiers/:id/fees/waive', 'FeeWaived', lambda e, a: fee_and(e) == (a['fee'], a['amount_vnd'])),
    ('intake', '/v1/dossiers/:id/fees/refund', 'FeeRefunded', lambda e, a: fee_and(e) == (a['fee'], a['refunded_vnd'])),
    ('intake', '/v1/dossiers/:id/rating', 'RatingGiven', lambda e, a: points(e) == a['points']),
    ('intake', '/v1/dossiers/:id/complaints', 'ComplaintFiled', lambda e, a: e.body['number'] == a['number']),
    ('intake', '/v1/dossiers/:id/complaints/[1-8]/answer', 'ComplaintAnswered', lambda e, a: answered(e, a) and outcome_of(e) != 'refused'),
    ('intake', '/v1/dossiers/:id/complaints/[1-8]/refuse', 'ComplaintAnswered', lambda e, a: answered(e, a) and outcome_of(e) == 'refused'),
    ('intake', '/v1/dossiers/:id/complaints/[1-8]/ask', 'ComplaintMoreAsked', numbered('asked_late')),
    ('intake', '/v1/dossiers/:id/complaints/[1-8]/supply', 'ComplaintSupplied', lambda e, a: e.body['number'] == a['number']),
    ('intake', '/v1/dossiers/:id/complaints/[1-8]/publish', 'ComplaintPublished', numbered('published_late')),
    ('approval', '/v1/approvals/:id/extension/sign', 'ApologySigned', None),
    ('approval', '/v1/approvals/:id/extension/refuse', 'ExtensionRefused', None),
    ('approval', '/v1/approvals/:id/withdrawal/grant', 'WithdrawalGranted', None),
    ('approval', '/v1/approvals/:id/withdrawal/refuse', 'WithdrawalRefused', None),
    ('appraisal', '/v1/appraisals/:id/ask-supplement', 'SupplementAsked', None),
    ('appraisal', '/v1/appraisals/:id/verify', 'Verified', None),
    ('appraisal', '/v1/appraisals/:id/ask', 'ConsultationAsked', None),
    ('appraisal', '/v1/appraisals/:id/answer', 'Consulted', None),
    ('appraisal', '/v1/appraisals/:id/verify-beside', 'VerifiedBeside', None),
    ('appraisal', '/v1/appraisals/:id/ask-opinion', 'OpinionAsked', lambda e, a: e.body.get('unit') == a['asked']),
    ('appraisal', '/v1/appraisals/:id/contribute', 'Contributed', lambda e, a: (e.body.get('unit'), word(e.body.get('view'), 'VIEW')) == (a['unit'], a['opinion'])),
    ('appraisal', '/v1/appraisals/:id/endorse', 'Endorsed', None),
    ('appraisal', '/v1/appraisals/:id/send-back', 'DraftReturned', None),
    ('appraisal', '/v1/appraisals/:id/conclude', 'Appraised', lambda e, a: word(e.body.get('opinion'), 'OPINION') == a['opinion']),
    ('approval', '/v1/approvals/:id/grant', 'Granted', None),
    ('approval', '/v1/approvals/:id/refuse', 'DecisionRefused', None),
    ('approval', '/v1/approvals/:id/send-back', 'SentBack', None),
    ('approval', '/v1/approvals/:id/sign', 'Signed', None),
    ('return', '/v1/returns/:id/number', 'Numbered', lambda e, a: (e.body.get('number'), e.body.get('year'), e.body.get('text')) == (a['number'], a['year'], a['number_text'])),
    ('return', '/v1/returns/:id/seal', 'Sealed', lambda e, a: _outcome(e) == a['outcome'] and id_text(e.get('document_id')) == a['document']),
    ('return', '/v1/returns/:id/hand-over/give', 'HandOverGiven', None),
    ('return', '/v1/returns/:id/hand-over/take', 'HandOverTaken', None),
    ('return', '/v1/returns/:id/hand-over/refuse', 'HandOverRefused', lambda e, a: word(e.body.get('reason'), 'HAND_OVER_FAULT') == a['hand_over_fault']),
    ('return', '/v1/returns/:id/ready', 'Ready', None),
    ('return', '/v1/returns/:id/deliver', 'HandedOver', lambda e, a: _delivered(e, a)),
    ('return', '/v1/returns/:id/came-back', 'CameBack', lambda e, a: word(e.body.get('reason'), 'UNDELIVERED') == a['came_back']),
    ('return', '/v1/returns/:id/archive', 'Archived', lambda e, a: e.body.get('unclaimed', False) == (a['state'] == 'unclaimed')),
]
ID = r'([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'
ACTS = [(service, re.compile(path.replace(':id', ID)), event, says) for service, path, event, says in ACTS]
FOLLOWS = {'PartsOpened', 'FeePaid'}       # of the same source, from an act
NEW = {'/v1/dossiers', '/v1/refusals', '/v1/guidances', '/v1/submissions'}


def act_of(r):
    """(subject in the path or None, event, what it says) of a request; events that this table does not know are not compared."""
    for service, path, event, says in ACTS:
        m = path.fullmatch(r.path) if service == r.service else None
        if m:
            return (m.group(1) if m.groups() else None), event, says
    m = re.search(f'/{ID}/', r.path + '/')
    return (m.group(1) if m else None), None, None


def subject_of_key(actor, key, kind='dossier'):
    """The id that a new subject gets: UUID version 8 of what was asked by whom. A key that is a UUIDv7 lends its time."""
    d = bytearray(hashlib.sha256(b''.join(p.encode() + b'\0' for p in ('taicho:new', actor, key, kind))).digest()[:16])
    d[6], d[8] = d[6] & 0x0f | 0x80, d[8] & 0x3f | 0x80
    try:
        of_key = uuid.UUID(key) if len(key) == 36 else None
    except ValueError:
        of_key = None
    if of_key is not None and of_key.bytes[6] >> 4 == 7:
        d[:6] = of_key.bytes[:6]
    return id_text(bytes(d))


def subject_of_new(r):
    """The id of the dossier that a request begins: that of its key; of what is filed on the portal that of its reference; an answer to it
    names it."""
    if r.path == '/v1/submissions':
        d = bytearray(hashlib.sha256(b''.join(p.encode() + b'\0' for p in ('taicho:code', 'submission', r.reference or ''))).digest()[:16])
        d[6], d[8] = d[6] & 0x0f | 0x80, d[8] & 0x3f | 0x80
        return id_text(bytes(d))
    return r.submission or subject_of_key(r.actor, r.key)


def check(world, report):
    report.looked(INVARIANT, 'journal lines', world.journal_lines)
    if world.journal_torn:
        report.looked(INVARIANT, 'torn last lines', world.journal_torn)
    answers(world, report)
    effects(world, report)
    accounts(world, report)


def answers(world, report):
    """A key has one answer: every client that asked got it, and the service still gives it."""
    stored = {}
    for s in SERVICES:
        sql = f"""SELECT actor, key, encode(body_sha256, 'hex'), status, answer FROM "{s}".idempotency"""
        for actor, key, digest, status, answer in world.db.rows(sql, of_bytes=(2,)):
            stored[s, actor, key] = (digest, int(status), answer)
    now, looked = time.time(), 0
    for r in world.requests:
        final = [a for a in r.answers if a.final]
        for a in final[1:]:
            if (r.done and a.status != r.done.status) or a.done and (a.status, a.content) != (final[0].status, final[0].content):
                report.wrong(INVARIANT, r, f'was answered {final[0].status} {short(final[0].content)}, then {a.status} {short(a.content)}')
        kept = stored.get((r.service, r.actor, r.key))
        if kept is None or kept[0] != r.digest:
            # Refusals of the edge (no JSON, a wrong field) are not kept, nor is what another content of the same key got.
            if r.done and r.done.t > now - KEPT_FOR:
                report.wrong(INVARIANT, r, f'was answered {r.done.status}; the service keeps no such answer')
            continue
        looked += 1
        last = r.done or r.refused
        if last is None:
            continue
        try:
            content = json.loads(kept[2])
        except ValueError:
            content = kept[2]
        if (kept[1], content) != (last.status, without_instance(last.content)):
            report.wrong(INVARIANT, r, f'was answered {last.status} {short(last.content)}; the service keeps {kept[1]} {short(content)}')
    report.looked(INVARIANT, 'answers kept', looked)


def effects(world, report):
    """What was acknowledged happened: the event has the version that the answer names, is the actor's, and says what the answer says."""
    whose, looked, untabled = {}, 0, 0
    for r in world.requests:
        a, (subject, type_, says) = r.done, act_of(r)
        if a is None or not isinstance(a.content, dict) or 'version' not in a.content or r.service not in SOURCES:
            continue
        subject = subject or a.content.get('id')
        if r.path in NEW and a.content.get('id') != subject_of_new(r):
            report.wrong(INVARIANT, r, f'the id {a.content.get("id")} is not that of its key')
        name = (SOURCES.index(r.service), subject, a.content['version'])
        e = world.events.get(name)
        while e is not None and e.type in FOLLOWS and not e.commanded:      # the act is the event before what followed from it
            name = (*name[:2], name[2] - 1)
            e = world.events.get(name)
        if type_ is None:
            untabled += 1
            if r.path.count('/') < 3:           # a mandate, seal or series that was there already is acknowledged without an event
                continue
        if e is None:
            report.wrong(INVARIANT, r, f'was acknowledged: version {name[2]} of {subject}, which {r.service} never emitted')
            continue
        looked += 1
        if type_ is not None and (act_name(e) != type_ or (says and not _says(says, e, a.content))):
            report.wrong(INVARIANT, r, f'was acknowledged with {short(a.content)}; {e} says {short(e.body)}')
        if e.get('actor') != r.actor:
            report.wrong(INVARIANT, r, f'was acknowledged; {e} is by {e.get("actor")}')
        if name in whose and whose[name].key != r.key:
            report.wrong(INVARIANT, r, f'and {whose[name]} were acknowledged with one event: {e}')
        whose[name] = r
    report.looked(INVARIANT, 'acknowledged requests', looked)
    if untabled:
        report.looked(INVARIANT, 'requests of other kinds', untabled)


def _says(says, event, content):
    try:
        return says(event, content)
    except (KeyError, TypeError):
        return False


def accounts(world, report):
    """By service, dossier and kind of act: as many events as acknowledged requests, and not more than those whose outcome the client
    does not know. A key that was refused for good has none, so a refusal that left an effect is one too many."""
    asked, perhaps = defaultdict(Counter), defaultdict(Counter)
    new = set()
    for r in world.requests:
        subject, type_, _ = act_of(r)
        if r.path in NEW:
            subject = subject_of_new(r)
            new.add(subject)
        if type_ is None:
            continue
        if r.done:
            asked[subject][r.service, type_] += 1
        elif r.refused is None:
            perhaps[subject][r.service, type_] += 1
    known = {(service, event) for service, _, event, _ in ACTS}
    looked = 0
    for subject in (world.dossiers.keys() | asked.keys()) if world.complete else asked.keys():
        happened = Counter((SOURCES[e.source], act_name(e)) for e in world.dossiers.get(subject, ()) if e.commanded)
        for act in happened.keys() | asked[subject].keys():
            n, least = happened[act], asked[subject][act]
            if act in known and not least <= n <= least + perhaps[subject][act]:
                if n < least or world.complete:
                    report.wrong(INVARIANT, subject, f'{act[1]} of {act[0]} happened {n} times; {least} were acknowledged, of {perhaps[subject][act]} more nobody knows')
        looked += 1
    for r in world.requests:
        if r.path in NEW and r.refused and not r.done and not (r.reference or r.submission):     # a second filing or answer is refused, too
            subject = subject_of_key(r.actor, r.key)
            if subject in world.dossiers:
                report.wrong(INVARIANT, r, f'was refused with {r.refused.status}; {subject} is there')
    report.looked(INVARIANT, 'dossiers accounted for', looked)


def without_instance(content):
    """A refusal names the exchange it was told in, which is another one each time."""
    return {k: v for k, v in content.items() if k != 'instance'} if isinstance(content, dict) else content


def short(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=lambda b: b.hex())
    return text[:300]


