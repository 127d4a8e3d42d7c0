"""V1: conservation. Every acknowledged acceptance is in intake once; accepted = ended + open; a dossier ends in one way, and what
all five schemas hold of it is what its events say; codes and numbers are dense.

A dossier's events are folded here, from the contract alone, into what each schema is to hold; the checks of other invariants
compare events with requests, so that what a client was told can be followed to the last table."""
import re
from collections import Counter, defaultdict

from . import custody, fees, supplements
from .custody import Custody
from .database import micros
from .duedates import Catalogue
from .steps import kind_of, said as clock_of, timing
from .words import id_text, seen_of, shown_by, word

INVARIANT = 'V1'
CODE = re.compile(r'(\d{3}\.\d{2}\.\d{2}\.H\d{2}-\d{6})-(\d{4})')
BEGINNINGS = ('Received', 'Refused', 'Guided')            # how a visit to the counter ends; the last two without a code
OPENED_ELSEWHERE = {'queued', 'expected', 'pending'}       # states that no event of the step's own service led to

# What the last event of a step at appraisal makes of it, and the member that names the document it ends with.
STEP_STATES = {'Assigned': ('assigned', None), 'Verified': ('verified', 'minutes'), 'ConsultationAsked': ('consulting', None), 'Consulted': ('consulted', 'answer'),
               'ConsultationLapsed': ('unanswered', None), 'Appraised': ('appraised', 'draft'), 'Endorsed': ('endorsed', 'draft'), 'DraftReturned': ('sent_back', None),
               'SupplementAsked': ('awaiting_supplement', 'request')}


class Story:
    """What the events of one dossier say."""

    def __init__(self, events):
        self.events = events
        self.types = Counter(e.type for e in events)
        self.first = next((e for e in events if e.type in BEGINNINGS), None)
        self.ending = [e for e in events if e.type == 'StopSigned' or e.type == 'Signed' and (e.get('last') or word(e.body.get('outcome'), 'OUTCOME') == 'refused')]
        self.accepted = self.types['Received'] > 0
        # An apology and a correction are documents beside the one that ends the dossier: what happened to them is told apart by their ids.
        self.apologies = {id_text(e.body['document']['id']): e for e in events if e.type == 'ApologySigned'}
        self.corrections = {id_text(e.body['document']['id']): e for e in events if e.type == 'CorrectionSigned'}

    def of(self, *types):
        return [e for e in self.events if e.type in types]

    def issued(self, *types):
        """The same, of what ends the dossier."""
        return [e for e in self.of(*types) if id_text(e.get('document_id', b'')) not in self.apologies.keys() | self.corrections.keys()]

    @property
    def extension(self):
        """How the latest request for a new date stands: (at intake, at approval)."""
        asked, refused = self.types['ExtensionRequested'], self.types['ExtensionRefused']
        if not asked:
            return None, None
        end = 'refused' if refused == asked else None
        return 'issued' if self.types['ApologyIssued'] else end or 'requested', 'signed' if self.types['ApologySigned'] else end or 'requested'

    @property
    def waits(self):
        """It was filed on the portal, and no counter has answered."""
        return self.types['Submitted'] > 0 and self.first is None

    def medium_at(self, version):
        """In which form it was by that version of intake: as it came, with what its supplements brought; one that does not say so changed nothing."""
        told = [word(e.body.get('medium'), 'MEDIUM') for e in self.of('Received', 'SupplementReceived') if e.version <= version]
        return ([m for m in told if m] or [''])[-1]

    @property
    def came_back(self):
        """How often the post brought the result back."""
        return len(self.issued('CameBack'))

    @property
    def withdrawn(self):
        return self.types['WithdrawalGranted'] > 0

    @property
    def stop_signed(self):
        return next((e for e in self.ending if e.type == 'StopSigned'), None)

    @property
    def broken_off(self):
        """Approval ended it without a decision."""
        return self.withdrawn or self.stop_signed is not None

    @property
    def stop(self):
        """How the competent unit's latest request to stop it stands."""
        asked = self.of('StopRequested')
        if not asked or self.stop_signed:
            return 'signed' if self.stop_signed else None
        notice = asked[-1].body['notice']['id']
        if any(e.get('document_id') == notice for e in self.of('StopRefused')):
            return 'refused'
        supplied = asked[-1].body['ground'] == 'no_supplement' and any(e.version > asked[-1].version for e in self.of('SupplementReceived'))
        return 'lapsed' if supplied or self.ending else 'requested'

    @property
    def withdrawal(self):
        """How the citizen's latest request stands, at intake."""
        asked, granted, refused = (self.types[f'Withdrawal{t}'] for t in ('Requested', 'Granted', 'Refused'))
        if not asked:
            return None
        return 'granted' if granted else 'refused' if refused == asked else 'lapsed' if self.ending else 'requested'

    @property
    def outcome(self):
        return outcome_of(self.ending[0]) if self.ending else None

    @property
    def state(self):
        """Intake's."""
        if not self.accepted:
            return 'guided' if self.types['Guided'] else 'refused'
        owing = self.types['ObligationOpened'] > self.types['ObligationMet']
        lacking = self.types['SupplementRequested'] > self.types['SupplementReceived']
        for happened, state in ((self.withdrawn, 'withdrawn'), (self.types['NoticeIssued'], 'stopped'), (self.types['HandedOver'] > self.came_back, 'returned'), (self.types['Sealed'], 'finished'), (self.ending, 'closing'),
                                (owing, 'awaiting_obligation'), (lacking, 'awaiting_supplement'), (self.types['Assigned'] or self.types['ObligationMet'], 'in_process')):
            if happened:
                return state
        return 'received'

    @property
    def result(self):
        """Audit's."""
        if not self.accepted:
            return 'guided' if self.types['Guided'] else 'refused_at_counter'
        if self.withdrawn:
            return 'withdrawn'
        if self.types['NoticeIssued']:
            return 'stopped'
        sealed = self.of('Sealed')
        return word(sealed[0].body.get('outcome'), 'OUTCOME') if sealed else 'open'


def outcome_of(e):
    return 'stopped' if e.type == 'StopSigned' else word(e.body.get('outcome'), 'OUTCOME')


def check(world, report):
    stories = {dossier: Story(events) for dossier, events in world.dossiers.items()}
    custody.read_chains(world, stories)
    acknowledged(world, report)
    one_ending(report, stories)
    intake(world, report, stories)
    copies(world, report, stories)
    appraisal(world, report, stories)
    parts(world, report, stories)
    approval(world, report, stories)
    returned(world, report, stories)
    extensions(world, report, stories)
    stops(world, report, stories)
    corrections(world, report, stories)
    guidances(world, report, stories)
    submissions(world, report, stories)
    papers(world, report, stories)
    recounts(world, report, stories)
    due_moves(world, report, stories)
    custody.check(world, report, stories, compare)
    supplements.check(world, report, stories, compare)
    losses(world, report, stories)
    times(world, report, stories)
    voices(world, report, stories)
    fees.check(world, report, stories)
    audit(world, report, stories)
    codes(world, report)
    document_numbers(world, report)


def acknowledged(world, report):
    there = dict(world.db.rows("SELECT id, coalesce(code, '') FROM intake.dossier"))
    looked = 0
    for r in world.requests:
        if r.service == 'intake' and r.path in ('/v1/dossiers', '/v1/refusals', '/v1/guidances') and r.done:
            looked += 1
            dossier, code = r.done.content.get('id'), r.done.content.get('code', '')
            if there.get(dossier) != code:
                report.wrong(INVARIANT, dossier, f'acknowledged with code "{code}" (key {r.key}); intake has {there.get(dossier)!r}')
    report.looked(INVARIANT, 'acknowledged acceptances', looked)


def one_ending(report, stories):
    for dossier, s in stories.items():
        ways = {outcome_of(e) for e in s.ending + s.issued('Sealed', 'Ready', 'HandedOver', 'CameBack', 'CollectionReminded', 'Archived')}
        if len(s.ending) + s.withdrawn > 1 or len(ways) > 1:
            report.wrong(INVARIANT, dossier, f'it ended {len(s.ending)} times, as {sorted(ways)}{", and was withdrawn" if s.withdrawn else ""}')
        if sum(s.types[t] > 0 for t in BEGINNINGS) != 1 and not s.waits:
            report.wrong(INVARIANT, dossier, 'it was neither received nor refused nor guided, or more than one of them')
        if not s.ending and s.issued('Numbered', 'Sealed', 'NoticeIssued', 'Ready', 'HandedOver', 'NoticeHandedOver', 'Archived'):
            report.wrong(INVARIANT, dossier, 'something was issued, and nothing was signed that ends it')


def compare(report, schema, stories, held):
    """held and stories: {key: what}; what only one of them has is a violation, and so is what differs."""
    for key in stories.keys() | held.keys():
        if stories.get(key) != held.get(key):
            subject, *rest = key if isinstance(key, tuple) else (key,)
            report.wrong(INVARIANT, subject, f'{schema}{" " + str(tuple(rest)) if rest else ""} holds {held.get(key)}; its events say {stories.get(key)}')
    report.looked(INVARIANT, f'rows of {schema}', len(held))


def intake(world, report, stories):
    held = {i: tuple(rest) for i, *rest in world.db.rows('SELECT id, state, code, outcome, withdrawal, unit, procedure FROM intake.dossier')}
    compare(report, 'intake', {d: (s.state, s.first.get('dossier_code') if s.accepted else None, s.outcome, s.withdrawal, s.first.get('unit'), s.first.get('procedure'))
                               for d, s in stories.items() if s.first}, held)
    states = Counter(state for state, *_ in held.values())
    accepted, ended = sum(1 for s in stories.values() if s.accepted), states['finished'] + states['returned'] + states['withdrawn'] + states['stopped']
    still_open = states['received'] + states['in_process'] + states['closing'] + sum(n for s, n in states.items() if s.startswith('awaiting'))
    if accepted != ended + still_open:
        report.wrong(INVARIANT, 'intake', f'{accepted} were accepted; {ended} ended, {still_open} are open')
    for what, n in (('accepted', accepted), ('ended', ended), ('open', still_open), ('refused', states['refused']), ('guided', states['guided'])):
        report.looked(INVARIANT, what, n)
    documents = {(d, i): (kind, sha, int(pages)) for i, d, kind, sha, pages in world.db.rows("SELECT id, dossier, kind, encode(sha256, 'hex'), pages FROM intake.document")}
    filed = [(d, word(e.body.get('kind'), 'DOCUMENT_KIND'), e.body['document']) for d, s in stories.items() for e in s.of('DocumentFiled')]
    filed += [(d, 'draft_result' if word(e.body['same_day']['opinion'], 'OPINION') == 'for' else 'draft_refusal', e.body['same_day']['draft'])
              for d, s in stories.items() for e in s.of('Received') if 'same_day' in e.body]
    filed += [(d, 'request', e.body['request']) for d, s in stories.items() for e in s.of('WithdrawalRequested')]
    filed += [(d, 'stop_notice', e.body['notice']) for d, s in stories.items() for e in s.of('StopRequested')]
    filed += [(d, 'apology', e.body['apology']) for d, s in stories.items() for e in s.of('ExtensionRequested')]
    filed += [(d, 'loss_minutes', e.body['minutes']) for d, s in stories.items() for e in s.of('PaperLost')]
    filed += [(d, 'apology', e.body['apology']) for d, s in stories.items() for e in s.of('LossSettled') if 'apology' in e.body]
    compare(report, 'intake.document', {(d, id_text(h['id'])): (kind, h['sha256'].hex(), h.get('pages', 0)) for d, kind, h in filed}, documents)
    contents = world.db.value('SELECT count(*) FROM intake.document WHERE sha256(content) <> sha256')
    if int(contents):
        report.wrong(INVARIANT, 'intake.document', f'{contents} documents do not have the SHA-256 they were filed with')
    obligations = {(d, *e.step): {'ObligationOpened': 'notified', 'ObligationMet': 'met'}[e.type] for d, s in stories.items() for e in s.of('ObligationOpened', 'ObligationMet')}
    compare(report, 'intake.obligation', obligations, {(d, int(n), int(r)): state for d, n, r, state in
                                                       world.db.rows('SELECT dossier, step, round, state FROM intake.obligation') if state != 'expected'})
    moves = {'TransferGiven': 'given', 'TransferTaken': 'taken', 'TransferRefused': 'refused'}
    said = {(d, *e.step): moves[e.type] for d, s in stories.items() for e in s.of(*moves)}
    compare(report, 'intake.transfer', said, {(d, int(n), int(r)): state for d, n, r, state in
                                              world.db.rows('SELECT dossier, step, round, state FROM intake.transfer WHERE supplement = 0') if state != 'awaiting'})
    moves = {'SupplementReceived': 'awaiting', 'SupplyGiven': 'given', 'SupplyTaken': 'taken', 'SupplyRefused': 'refused'}
    said = {}
    for d, s in stories.items():
        for e in sorted(s.of(*moves), key=lambda e: e.version):
            to = e.body.get('papers_to_unit') if e.type == 'SupplementReceived' else e.body['to_unit']
            if to:
                said[d, e.body.get('number') or e.body['supplement']] = (*e.step, moves[e.type], to)
    compare(report, 'intake.transfer', said, {(d, int(u)): (int(n), int(r), state, to) for d, u, n, r, state, to in world.db.rows(
        'SELECT dossier, supplement, step, round, state, to_unit FROM intake.transfer WHERE supplement > 0')})
    apart = [(d, n) for (d, n), (*_, state, _) in said.items() if state != 'taken']
    report.looked(INVARIANT, 'papers of supplements apart', len(apart))


def guidances(world, report, stories):
    """Each guidance as it was told; one that a receipt named is followed by that very dossier, and with it what the person was told before."""
    said = {d: (e.body.get('number'), e.body.get('missing_count'), e.body.get('ground') or None, e.body.get('superior') or None)
            for d, s in stories.items() for e in s.of('Guided')}
    rows = {d: (int(number), int(missing), ground, superior, by) for d, number, missing, ground, superior, by in world.db.rows(
        'SELECT dossier, number, (SELECT count(*) FROM intake.guidance_missing m WHERE m.dossier = g.dossier), ground, superior, followed_by FROM intake.guidance g')}
    compare(report, 'intake.guidance', said, {d: row[:4] for d, row in rows.items()})
    named = {id_text(e.body['guidance']): d for d, s in stories.items() for e in s.of('Received') if e.body.get('guidance')}
    for guidance, dossier in named.items():
        if rows.get(guidance, (None,) * 5)[4] != dossier:
            report.wrong(INVARIANT, guidance, f'{dossier} has followed it; intake says {rows.get(guidance)}')
    for guidance, (*_, by) in rows.items():
        if by is not None and by not in named.values():
            report.wrong(INVARIANT, guidance, f'is followed by {by}, which names no guidance')


def submissions(world, report, stories):
    """What was filed on the portal, as it was filed; and its answer, which says when that was and until when it had to be answered."""
    said = {}
    for d, s in stories.items():
        for e in s.of('Submitted'):
            said[d] = (e.get('origin_reference'), e.body['receiving_unit'], e.get('procedure'), e.body['component_count'], str(e.at), str(e.body['answer_due_at']),
                       str(s.first.at) if s.first else None)
            if any(x.version <= e.version for x in s.events if x is not e and x.source == e.source):
                report.wrong(INVARIANT, d, 'it was filed on the portal behind something else')
        for e in s.of('SubmissionPassed'):
            if d not in said or (e.body['receiving_unit'], str(e.body['answer_due_at'])) != (said[d][1], said[d][5]) or e.at <= e.body['answer_due_at']:
                report.wrong(INVARIANT, d, f'{e} passed at {e.at}; it was filed as {said.get(d)}')
        filing = s.first and s.first.body.get('filing')
        if filing and (str(filing['submitted_at']), str(filing['answer_due_at'])) != said.get(d, (None,) * 7)[4:6] or s.first and d in said and not filing:
            report.wrong(INVARIANT, d, f'its answer says {filing}; it was filed as {said.get(d)}')
    compare(report, 'the watch of intake.submission', {d: str(int(x[5]) + 1) for d, x in said.items() if x[6] is None and not stories[d].of('SubmissionPassed')},
            dict(world.db.rows(f"SELECT subject, {micros('due_at')} FROM intake.timer WHERE act = 'submission'")))
    compare(report, 'intake.submission', said, {d: (reference, unit, procedure, int(n), *times) for d, reference, unit, procedure, n, *times in world.db.rows(
        'SELECT dossier, reference, unit, procedure, (SELECT count(*) FROM intake.submission_component c WHERE c.dossier = s.dossier), '
        + f"{micros('submitted_at')}, {micros('answer_due_at')}, {micros('answered_at')} FROM intake.submission s")})


def times(world, report, stories):
    """What gives a dossier another time, once per finding, and what is left out of it."""
    filed = {(d, id_text(e.body['document']['id'])): e for d, s in stories.items() for e in s.of('DocumentFiled')
             if word(e.body.get('kind'), 'DOCUMENT_KIND') == 'evidence'}
    named = [(d, e, e.body.get('document')) for d, s in stories.items() for e in s.of('FindingRecorded', 'PeriodExcluded', 'PeriodEnded', 'ObligationMet')]
    for d, e, document in named:
        paper = filed.get((d, shown_by(e)))
        if paper and (paper.version > e.version or paper.body['document'] != document) or not paper and (document or e.type != 'ObligationMet'):
            report.wrong(INVARIANT, d, f'{e} moves a date on {document}; filed as evidence was {paper}')
    report.looked(INVARIANT, 'dates that moved on evidence', sum(1 for _, _, document in named if document))
    compare(report, 'intake.obligation', {(d, *e.step): shown_by(e) for d, e, _ in named if e.type == 'ObligationMet'},
            {(d, int(step), int(round_)): document for d, step, round_, document in world.db.rows(
                "SELECT dossier, step, round, document FROM intake.obligation WHERE state = 'met'")})
    found = {(d, e.body['finding']): (e.get('actor'), str(e.at), shown_by(e)) for d, s in stories.items() for e in s.of('FindingRecorded')}
    if len(found) != sum(len(s.of('FindingRecorded')) for s in stories.values()):
        report.wrong(INVARIANT, 'intake.finding', 'a finding was recorded twice')
    compare(report, 'intake.finding', found, {(d, f): tuple(rest) for d, f, *rest in world.db.rows(
        f'SELECT dossier, finding, found_by, {micros("found_at")}, document FROM intake.finding')})
    early = {(d, e.body['period'], e.body['from']): e for d, s in stories.items() for e in s.of('PeriodEnded')}
    left_out = {}
    for d, s in stories.items():
        for e in s.of('PeriodExcluded'):
            end = early.pop((d, e.body['period'], e.body['from']), None)
            if end and (end.version < e.version or end.body['recorded_until'] != e.body['until'] or not e.body['from'] <= end.body['until'] < e.body['until']
                        or end.body['until'] > end.at):
                report.wrong(INVARIANT, d, f'{end} ends a period early that was left out from {e.body["from"]} until {e.body["until"]}')
            left_out[d, e.body['period'], str(e.body['from']), str((end or e).body['until'])] = (
                e.get('actor'), str(e.at), shown_by(e),
                *((str(end.body['recorded_until']), end.get('actor'), str(end.at), shown_by(end)) if end else (None,) * 4))
    for (d, *_), e in early.items():
        report.wrong(INVARIANT, d, f'{e} ends a period that was never left out')
    if sum(len(s.of('PeriodEnded')) for s in stories.values()) != len({(d, e.body['period'], e.body['from']) for d, s in stories.items() for e in s.of('PeriodEnded')}):
        report.wrong(INVARIANT, 'intake.exclusion', 'a period ended early twice')
    compare(report, 'intake.exclusion', left_out, {(d, p, a, b): tuple(rest) for d, p, a, b, *rest in world.db.rows(
        f'SELECT dossier, period, {micros("from_at")}, {micros("until_at")}, recorded_by, {micros("recorded_at")}, document, {micros("recorded_until")}, ended_by,'
        f' {micros("ended_at")}, ended_document FROM intake.exclusion')})


MOVES = {'ObligationMet': lambda e: str(e.step[0]), 'SupplementReceived': lambda e: str(e.body['number']), 'FindingRecorded': lambda e: e.body['finding'],
         'PeriodExcluded': lambda e: e.body['period'], 'PeriodEnded': lambda e: e.body['period'], 'Extended': lambda e: None, 'DueMoved': lambda e: None}


def due_moves(world, report, stories):
    """Each date that was in force behind that of the receipt: one row of each event that moved one, with both dates before and behind it."""
    said = {}
    for d, s in stories.items():
        if not s.accepted:
            continue
        dates = (str(s.first.body['due_at']),) * 2
        for e in sorted(s.of(*MOVES), key=lambda e: e.version):
            now = (str(e.body['due_at_legal']), str(e.body['due_at_reported']))
            if now != dates:
                said[d, str(e.version)] = (e.type, MOVES[e.type](e), str(e.at), *dates, *now)
            dates = now
    held = {(d, version): tuple(rest) for d, version, *rest in world.db.rows(
        f"SELECT dossier, version, why, about, {', '.join(micros(c) for c in ('at', 'was_legal', 'was_reported', 'due_at_legal', 'due_at_reported'))} FROM intake.due_history")}
    compare(report, 'intake.due_history', said, held)
    report.looked(INVARIANT, 'dates that moved', len(said))


def recounts(world, report, stories):
    """Each date that a recount moved names a batch that names its dossier, and who ordered it."""
    ordered = {(d, batch): by for d, batch, by in world.db.rows('SELECT x.dossier, r.id, r.asked_by FROM intake.recount_dossier x JOIN intake.recount r ON r.id = x.recount')}
    for d, s in stories.items():
        for e in s.of('DueMoved'):
            batch, by = id_text(e.get('command_id')) if e.commanded else None, e.body.get('ordered_by')
            if batch is None or ordered.get((d, batch)) != by:
                report.wrong(INVARIANT, d, f'{e} names batch {batch}, ordered by {by}; intake says {ordered.get((d, batch))}')


def supplied_media(world):
    """{(dossier, supplement): in which form the dossier was with it}, by the components that had come by then."""
    media = {}
    for d, number, paper, files in world.db.rows(
            "SELECT s.dossier, s.number, bool_or(form = 'paper' AND NOT to_show), bool_or(form = 'electronic') FROM intake.supplement s"
            ' JOIN intake.component c ON c.dossier = s.dossier AND coalesce(c.supplement, 0) <= s.number WHERE s.received_at IS NOT NULL GROUP BY s.dossier, s.number'):
        media[d, int(number)] = 'electronic' if paper == 'f' else 'mixed' if files == 't' else 'paper'
    return media


def papers(world, report, stories):
    """What came with the receipt, and whether another person brought it. A component may be scanned later."""
    counts = ('paper', 'electronic', 'originals', 'certified', 'copies')
    said = {}
    for d, s in stories.items():
        for e in s.of('Received'):
            n = e.body.get('papers', {})
            said[d] = (word(e.body.get('medium'), 'MEDIUM'), e.body.get('proxy', False), *(n.get(k, 0) for k in counts))
    held = {}
    for d, proxy, paper, files, *sums in world.db.rows(
            "SELECT d.id, EXISTS (SELECT FROM intake.proxy p WHERE p.dossier = d.id), count(*) FILTER (WHERE form = 'paper' AND NOT to_show),"
            " count(*) FILTER (WHERE form = 'electronic'), coalesce(sum(originals) FILTER (WHERE NOT to_show), 0), sum(certified), sum(copies)"
            ' FROM intake.dossier d JOIN intake.component c ON c.dossier = d.id WHERE c.supplement IS NULL GROUP BY d.id'):
        medium = 'electronic' if paper == '0' else 'mixed' if files != '0' else 'paper'
        held[d] = (medium, proxy == 't', int(paper), int(files), *map(int, sums))
    compare(report, 'intake.component', said, held)
    said = {(d, e.body['number']): word(e.body['medium'], 'MEDIUM') for d, s in stories.items() for e in s.of('SupplementReceived') if e.body.get('medium')}
    compare(report, 'intake.component', said, {key: medium for key, medium in supplied_media(world).items() if key in said})
    gone = [(d, n) for d, s in stories.items() for e in s.of('PapersGivenBack') for n in e.body['components']]
    if len(gone) != len(set(gone)):
        report.wrong(INVARIANT, 'intake.component', 'a paper was given back twice')
    compare(report, 'intake.component', {key: True for key in gone}, {(d, int(n)): True for d, n in world.db.rows(
        'SELECT dossier, number FROM intake.component WHERE given_back_at IS NOT NULL')})
    ended = {d for d, s in stories.items() if s.of('WithdrawalGranted', 'NoticeIssued')}      # without a result: all originals are the citizen's again
    compare(report, 'intake.component', {(d, int(n)): True for d, n in world.db.rows(
        "SELECT dossier, number FROM intake.component WHERE form = 'paper' AND NOT to_show AND originals > 0") if d in ended}, {
            (d, int(n)): True for d, n in world.db.rows('SELECT dossier, number FROM intake.component WHERE freed')})


def losses(world, report, stories):
    """Cases of lost papers are 1, 2, 3 ...; who had the papers is what the transfers and the turns say; no paper is in two at a time, none goes back
    from one, and what was found is there again. Each original is given back, held, or in a case."""
    cases, lost, about = {}, {}, set()
    for d, s in stories.items():
        back = set()
        for e in sorted(s.of('PaperLost', 'LossSettled', 'PapersGivenBack'), key=lambda e: e.version):
            b, n = e.body, e.body.get('number', 0)
            if e.type == 'PapersGivenBack':
                back |= set(b['components'])
                known = Custody(s, e)
                holders = {known.holder_of(c) for c in b['components']}
                had = known.holder if len(holders) > 1 else next(iter(holders))       # of papers in two places, the dossier's own
                if (b['holder_unit'], b.get('holder') or None) != had[:2]:
                    report.wrong(INVARIANT, d, f'{e} says that {b.get("holder") or b["holder_unit"]} had the papers; it was {had}')
                if any(h[0] != known.counter or h[2] for h in holders):
                    report.wrong(INVARIANT, d, f'{e} gives back papers that were with {holders}, and not at the counter')
                if any((d, c) in lost for c in b['components']):
                    report.wrong(INVARIANT, d, f'{b["components"]} were given back, and one of them is lost')
            elif e.type == 'PaperLost':
                if n != 1 + sum(1 for key in cases if key[0] == d):
                    report.wrong(INVARIANT, d, f'case of loss {n} is not the next one')
                known = Custody(s, e)
                holders = {known.holder_of(c) for c in b['components']}
                if holders != {(b['holder_unit'], b.get('holder') or None, b.get('going_to') or None)}:
                    report.wrong(INVARIANT, d, f'case of loss {n} says that {b.get("holder") or b["holder_unit"]} had the papers; it was {holders}')
                for c in b['components']:
                    if (d, c) in lost or c in back:
                        report.wrong(INVARIANT, d, f'component {c} was lost, and was not there any more')
                    lost[d, c] = str(n)
                    about.add((d, n, c))
                cases[d, n] = ['open', b['what'], b['found'], *(x or None for x in (b['holder_unit'], b.get('holder'), b.get('going_to'))), e.get('actor'), str(e.at), id_text(b['minutes']['id']), None, None, '0', None, None, None]
            elif e.type == 'LossSettled':
                if (d, n) not in cases or cases[d, n][0] != 'open':
                    report.wrong(INVARIANT, d, f'LossSettled is of case {n}, which is {cases.get((d, n), ["not there"])[0]}')
                    continue
                if b['remedy'] != 'found' and 'apology' not in b:
                    report.wrong(INVARIANT, d, f'case of loss {n} was settled without an apology')
                if b['responsible'] == e.get('actor'):
                    report.wrong(INVARIANT, d, f'case of loss {n} was settled by who is responsible')
                cases[d, n][0] = 'settled'
                cases[d, n][9:] = [b['remedy'], b['responsible'], str(b.get('paid_vnd', 0)), id_text(b['apology']['id']) if 'apology' in b else None, e.get('actor'), str(e.at)]
                if b['remedy'] == 'found':
                    lost = {key: case for key, case in lost.items() if key[0] != d or case != str(n)}
    report.looked(INVARIANT, 'cases of loss', len(cases))
    compare(report, 'intake.loss', {key: tuple(row) for key, row in cases.items()}, {(d, int(n)): tuple(rest) for d, n, *rest in world.db.rows(
        f'SELECT dossier, number, state, what, found, unit, post, going_to, noted_by, {micros("noted_at")}, minutes, remedy, responsible, paid_vnd, apology, settled_by,'
        f' {micros("settled_at")} FROM intake.loss')})
    compare(report, 'intake.loss_component', {key: True for key in about}, {(d, int(n), int(c)): True for d, n, c in world.db.rows('SELECT dossier, number, component FROM intake.loss_component')})
    compare(report, 'intake.component', lost, {(d, int(n)): case for d, n, case in world.db.rows('SELECT dossier, number, loss FROM intake.component WHERE loss IS NOT NULL')})
    missing = {(d, c) for d, n, c in about if cases[d, n][9] != 'found'}
    kept = back = held = gone = 0
    for d, n, originals, returned, case in world.db.rows(
            "SELECT dossier, number, originals, given_back_at IS NOT NULL, loss FROM intake.component WHERE form = 'paper' AND NOT to_show"):
        kept += int(originals)
        back += int(originals) * (returned == 't')
        held += int(originals) * (returned == 'f' and case is None)
        gone += int(originals) * ((d, int(n)) in missing)
    if kept != back + held + gone:
        report.wrong(INVARIANT, 'intake.component', f'of {kept} originals {back} were given back, {held} are held, {gone} lost')


def copies(world, report, stories):
    """What the stages behind intake keep of every accepted dossier."""
    said = {d: (s.first.get('dossier_code'), s.first.get('unit'), s.first.body.get('receiving_unit'), s.first.get('procedure'), s.first.get('process'),
                str(s.first.get('process_version', 0))) for d, s in stories.items() if s.accepted}
    for schema in ('appraisal', 'approval', '"return"'):
        held = {i: tuple(rest) for i, *rest in world.db.rows(f'SELECT id, code, unit, receiving_unit, procedure, process, process_version FROM {schema}.dossier')}
        compare(report, f'{schema}.dossier', said, held)


def steps_of(stories, *types):
    steps = defaultdict(list)
    for d, s in stories.items():
        for e in s.of(*types):
            steps[d, *e.step].append(e)
    return steps


def verification(said):
    return (str(said['verified_at']), said['place'], ' '.join(said['participants']), str(said.get('others', 0)), id_text(said['minutes']['id']))


def late_answers(report, dossier, story):
    """{(step, round, part): (officer, opinion, document)}: what units that had kept silent said after all, which ends nothing. Part 0: one that was
    consulted. It comes behind its silence, with the date that this had."""
    said = {}
    for e in story.of('AnsweredLate'):
        part = e.body.get('part', 0)
        silence = [x for x in story.of('PartLapsed' if part else 'ConsultationLapsed') if x.step == e.step and x.version < e.version and x.body['unit'] == e.body['unit']]
        if [x.body['due_at' if part else 'answer_due_at'] for x in silence] != [e.body['due_at']]:
            report.wrong(INVARIANT, dossier, f'{e}: {e.body["unit"]} had not kept silent until {e.body["due_at"]}')
        said[*e.step, part] = (e.get('actor'), word(e.body['view'], 'VIEW') if part else '', id_text(e.body['answer']['id']))
    return said


def appraisal(world, report, stories):
    said, looked_at = {}, {}
    supplied = {(d, *e.step) for d, s in stories.items() for e in s.of('SupplementReceived')}
    for key, events in steps_of(stories, *STEP_STATES).items():
        last = events[-1]
        state, document = STEP_STATES[last.type]
        opinion = word(last.body.get('opinion'), 'OPINION')
        if last.type == 'SupplementAsked':
            state, opinion = 'supplemented' if key in supplied else state, 'needs_supplement'
        assigned = [e.body.get('officer') for e in events if e.type == 'Assigned']
        asked = [e.body.get('unit') for e in events if e.type == 'ConsultationAsked']
        said[key] = (state, (assigned or [last.get('actor')])[-1], opinion,
                     id_text(last.body[document]['id']) if document else late_answers(report, key[0], stories[key[0]]).get((*key[1:], 0), (None,))[-1],
                     asked[-1] if asked else None)
        if last.type == 'Verified':
            looked_at[*key, 1] = verification(last.body)
    for d, s in stories.items():
        looked_at.update({(d, *e.step, e.body['number']): verification(e.body['what']) for e in s.of('VerifiedBeside')})
    held = {(d, int(n), int(r)): ('assigned' if state == 'verifying' else state, *rest) for d, n, r, state, *rest in
            world.db.rows('SELECT dossier, step, round, state, officer, opinion, document, asked FROM appraisal.step')}
    # Of a withdrawn or stopped dossier what is open is cancelled; whether a supplement came before that is told by nobody.
    for key, row in said.items():
        if stories[key[0]].broken_off and (row[0] in ('assigned', 'consulting', 'awaiting_supplement') or row[0] == 'supplemented' and held.get(key, row)[0] == 'cancelled'):
            said[key] = ('cancelled', *row[1:])
    elsewhere = lambda k, v: v[0] in OPENED_ELSEWHERE if not stories[k[0]].broken_off else v[0] == 'cancelled' and k not in said
    compare(report, 'appraisal.step', said, {k: v for k, v in held.items() if not elsewhere(k, v)})
    compare(report, 'appraisal.verification', looked_at, {(d, int(n), int(r), int(number)): tuple(rest) for d, n, r, number, *rest in world.db.rows(
        f"SELECT dossier, step, round, number, {micros('at')}, place, array_to_string(participants, ' '), others, minutes FROM appraisal.verification")})
    compare(report, 'appraisal.part asked', {(d, *e.step, e.body['unit']): (str(e.body['minutes']), id_text(e.body['request']['id'])) for d, s in stories.items() for e in s.of('OpinionAsked')},
            {(d, int(n), int(r), unit): (minutes, request) for d, n, r, unit, minutes, request in
             world.db.rows('SELECT dossier, step, round, unit, minutes, request FROM appraisal.part WHERE minutes > 0')})


def parts_of(report, dossier, story):
    """{(step, round, unit): (state, officer, opinion, document)} of one dossier."""
    said, waiting, beside = {}, {}, set()       # beside: who was asked beside the turns of the process

    def end(step, *states):
        said.update({k: ('cancelled', *v[1:]) for k, v in said.items() if step in (None, k[:2]) and v[0] in states})

    for e in sorted(story.of('PartsOpened', 'OpinionAsked', 'Contributed', 'PartLapsed', 'SupplementAsked', 'Appraised'), key=lambda e: e.version):
        unit, given, mine = e.body.get('unit'), e.type == 'Contributed', {k: v for k, v in said.items() if k[:2] == e.step}
        is_open, turn = (any(v[0] == 'queued' for k, v in mine.items() if k not in besides) for besides in ((), beside))
        if e.type == 'PartsOpened':
            in_order, medium = e.body.get('in_order', False), story.medium_at(seen_of(e, 'intake'))
            if in_order != (medium != 'electronic') or in_order and (turn or len(e.body['parts']) != 1):
                report.wrong(INVARIANT, dossier, f'{e} of what is {medium}: {len(e.body["parts"])} turns come{", and one is open" if turn else ""}')
            said.update({(*e.step, p['unit']): ('queued', None, '', None) for p in e.body['parts']})
            waiting[e.step] = e.body.get('waiting', [])
        elif e.type == 'OpinionAsked':
            if (*e.step, unit) in said or unit in waiting.get(e.step, []):
                report.wrong(INVARIANT, dossier, f'{e}: {unit} had its part already')
            said[*e.step, unit] = ('queued', None, '', None)
            beside.add((*e.step, unit))
        elif e.type == 'Appraised':
            if is_open or waiting.get(e.step):
                report.wrong(INVARIANT, dossier, f'{e} while a part was open')
        elif e.type == 'SupplementAsked':
            end(e.step, 'queued')
            said.update({(*e.step, unit): ('cancelled', None, '', None) for unit in waiting.pop(e.step, [])})
        else:
            if said.get((*e.step, unit), ('',))[0] != 'queued':
                report.wrong(INVARIANT, dossier, f'{e}: it was not the turn of {unit}')
            said[*e.step, unit] = ('given', e.get('actor'), word(e.body.get('view'), 'VIEW'), id_text(e.body['answer']['id'])) if given else ('lapsed', None, '', None)
    said.update({(*step, unit): ('waiting', None, '', None) for step, units in waiting.items() for unit in units})
    if story.broken_off:
        end(None, 'queued', 'waiting')
    for e in story.of('AnsweredLate'):
        if e.body.get('part'):
            said[*e.step, e.body['unit']] = ('lapsed', *late_answers(report, dossier, story)[*e.step, e.body['part']])
    return said


def silent_units(story):
    """Who was asked, or co-operates, and kept silent, by what appraisal said last of it; nobody once the dossier is decided for good."""
    silent = set()
    for e in sorted(story.of('Consulted', 'ConsultationLapsed', 'Contributed', 'PartLapsed'), key=lambda e: e.version):
        (silent.add if e.type in ('ConsultationLapsed', 'PartLapsed') else silent.discard)(e.body['unit'])
    return set() if story.broken_off or story.ending else silent


def parts(world, report, stories):
    """What co-operating units gave, in which order their turns came, and for whom it came at all: told by the events, held by appraisal; the
    units that may see the dossier, held by intake; and what audit counted of their parts."""
    said, turns, counted = {}, {}, Counter()
    for d, s in stories.items():
        if not s.of('PartsOpened', 'OpinionAsked', 'Contributed', 'PartLapsed'):
            continue
        own = parts_of(report, d, s)
        said.update({(d, *key): row for key, row in own.items()})
        open_ = {unit for (_, _, unit), row in own.items() if row[0] == 'queued'}
        if open_:
            turns[d] = open_
        for e in s.of('Contributed', 'PartLapsed'):
            counted[e.body.get('unit'), e.get('procedure'), 'given' if e.type == 'Contributed' else 'lapsed'] += 1
            counted[e.body.get('unit'), e.get('procedure'), 'late'] += e.type == 'Contributed' and e.at > e.body['due_at']
    compare(report, 'appraisal.part', said, {(d, int(n), int(r), unit): tuple(rest) for d, n, r, unit, *rest in
                                             world.db.rows('SELECT dossier, step, round, unit, state, officer, opinion, document FROM appraisal.part')})
    compare(report, 'intake part_units', turns, {d: set(units.split()) for d, units in world.db.rows(
        "SELECT id, array_to_string(part_units, ' ') FROM intake.dossier WHERE cardinality(part_units) > 0")})
    compare(report, 'intake silent_units', {d: silent for d, s in stories.items() if (silent := silent_units(s))}, {d: set(units.split()) for d, units in world.db.rows(
        "SELECT id, array_to_string(silent_units, ' ') FROM intake.dossier WHERE cardinality(silent_units) > 0")})
    held = {}
    for unit, procedure, *sums in world.db.rows('SELECT unit, procedure, sum(given), sum(late), sum(lapsed) FROM audit.part_figure GROUP BY 1, 2'):
        held.update({(unit, procedure, what): int(n) for what, n in zip(('given', 'late', 'lapsed'), sums) if int(n)})
    compare(report, 'audit.part_figure', {k: n for k, n in counted.items() if n}, held)
    report.looked(INVARIANT, 'parts', len(said))


def approval(world, report, stories):
    said = {}
    for key, events in steps_of(stories, 'Granted', 'DecisionRefused', 'SentBack', 'Signed', 'WithdrawalGranted', 'StopSigned').items():
        decided = next((e for e in events if e.type in ('Granted', 'DecisionRefused')), None)
        signed = next((e for e in events if e.type == 'Signed'), None)
        outcome = {'Granted': 'granted', 'DecisionRefused': 'refused'}[decided.type] if decided else ''
        types = [e.type for e in events]
        state = 'signed' if signed else 'sent_back' if 'SentBack' in types else 'decided'
        if 'SentBack' in types and (signed or types.index('SentBack') < len([t for t in types if t in ('Granted', 'DecisionRefused')])):
            report.wrong(INVARIANT, key[0], f'step {key[1:]} was sent back, and decided or signed all the same: {types}')
        if state == 'sent_back':                                                         # what was decided before it fell
            outcome, decided = '', None
        if any(e.type in ('WithdrawalGranted', 'StopSigned') for e in events):
            state, outcome, decided = 'stopped', '', None
        said[key] = (state, outcome, decided.get('actor') if decided else None, signed.get('actor') if signed else None)
        if signed and (not decided or word(signed.body.get('outcome'), 'OUTCOME') != outcome):
            report.wrong(INVARIANT, key[0], f'step {key[1:]}: signed as {signed.body.get("outcome")}, decided as {outcome or "nothing"}')
        if {'Granted', 'DecisionRefused'} <= set(types):
            report.wrong(INVARIANT, key[0], f'step {key[1:]} was decided in two ways')
    held = {(d, int(n), int(r)): (state, outcome, decider if state in ('decided', 'signed') else None, signer) for d, n, r, state, outcome, decider, signer in
            world.db.rows('SELECT dossier, step, round, state, outcome, decider, signer FROM approval.step')}
    compare(report, 'approval.step', said, {k: v for k, v in held.items() if v[0] not in OPENED_ELSEWHERE})


NOT_GIVEN = ('', '', '', None, '', None)        # delivery, who, paper, authorisation, consignment, the record of who came


def filed_as(story, kind):
    return {id_text(e.body['document']['id']): e.body['document']['sha256'] for e in story.of('DocumentFiled') if word(e.body.get('kind'), 'DOCUMENT_KIND') == kind}


def collector(report, dossier, story, e):
    """The id of the record of who came that an event names, filed before."""
    record = e.body.get('collector')
    if record and filed_as(story, 'collector').get(id_text(record['id'])) != record['sha256']:
        report.wrong(INVARIANT, dossier, f'{e} names a record of who came that was not filed')
    return id_text(record['id']) if record else None


def collected(world, report, stories):
    """Whose name belongs to which hand-over, and to which papers that went back: at intake, as the events name the records."""
    told = ('HandedOver', 'ApologyHandedOver', 'NoticeHandedOver', 'CorrectionHandedOver')
    said = {(d, str(e.version)): (id_text(e.get('document_id')), collector(report, d, s, e), str(e.at)) for d, s in stories.items() for e in s.of(*told)
            if e.body.get('collector')}
    compare(report, 'intake.collected', said, {(d, version): tuple(rest) for d, version, *rest in world.db.rows(
        f'SELECT dossier, version, document, collector, {micros("at")} FROM intake.collected')})
    fetched = {(d, str(n)): collector(report, d, s, e) for d, s in stories.items() for e in s.of('PapersGivenBack') for n in e.body['components']}
    compare(report, 'who came for papers', {k: v for k, v in fetched.items() if v}, {(d, n): record for d, n, record in world.db.rows(
        'SELECT dossier, number, given_back_collector FROM intake.component WHERE given_back_collector IS NOT NULL')})


def handing(report, dossier, story, acts):
    """How the result was delivered last, what came back last, and how often it was told that nobody came: in return's table."""
    kept, undelivered, reminders = NOT_GIVEN, '', 0
    filed = filed_as(story, 'authorisation')
    for e in acts:
        if e.type in ('HandedOver', 'CorrectionHandedOver'):
            paper, b = e.body.get('authorisation'), e.body
            kept = (word(b.get('delivery'), 'DELIVERY'), word(b.get('who'), 'COLLECTOR'), word(b.get('paper'), 'PROOF'),
                    id_text(paper['id']) if paper else None, b.get('consignment', ''), collector(report, dossier, story, e))
            if kept[1] == 'proxy' and not kept[5]:
                report.wrong(INVARIANT, dossier, f'{e}: nobody knows which proxy came')
            if (kept[1] == 'proxy') != bool(paper) or paper and filed.get(id_text(paper['id'])) != paper['sha256']:
                report.wrong(INVARIANT, dossier, f'{e}: a proxy without an authorisation that was filed, or an authorisation without a proxy')
            if (kept[0] == 'counter') != bool(kept[1] and kept[2]) or (kept[0] == 'post') != bool(kept[4]):
                report.wrong(INVARIANT, dossier, f'{e} is by {kept[0]} and says {kept[1:]}')
        elif e.type == 'CameBack':
            if kept[0] != 'post' or e.body.get('consignment', '') != kept[4]:
                report.wrong(INVARIANT, dossier, f'{e}: what came back was not sent so: {kept}')
            kept, undelivered, reminders = NOT_GIVEN, word(e.body.get('reason'), 'UNDELIVERED'), 0
        elif e.type == 'CollectionReminded':
            reminders += 1
            if e.body.get('number') != reminders:
                report.wrong(INVARIANT, dossier, f'{e} is number {e.body.get("number")}, the {reminders}th')
    return (*kept, undelivered, str(reminders))


def collections(world, report, stories):
    """What the citizen is told of the result, or the stop notice, at the counter, and when it is told next that nobody came for a result: by the terms of the day since which it lies
    there, of the release with which that was decided last."""
    catalogue, said, watched = Catalogue.of(world), {}, {}
    for d, s in stories.items():
        ready, back, told = s.issued('Ready'), s.issued('CameBack'), s.issued('CollectionReminded')
        if ready:
            since = [e for e in told if not back or e.version > back[-1].version]
            said[d] = (str(ready[0].at), str(len(since)), str(since[-1].at) if since else None, str(back[-1].at) if back else None)
        last = (s.issued('Ready', 'CameBack', 'CollectionReminded', 'HandedOver', 'Archived') or [None])[-1]
        if last is not None and not s.stop_signed and last.type not in ('HandedOver', 'Archived'):
            days, most = (catalogue.term(term, (ready + back)[-1].at, last.get('release', 0)) for term in ('collection_remind', 'collection_reminders'))
            if last.body.get('number', 0) < most:
                watched[d] = str(last.at + days * 86400 * 10 ** 6)
    compare(report, 'intake collection', said, {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT id, {micros("ready_at")}, reminders, {micros("reminded_at")}, {micros("came_back_at")} FROM intake.dossier WHERE ready_at IS NOT NULL')})
    compare(report, 'return timer', watched, dict(world.db.rows(f"""SELECT subject, {micros('due_at')} FROM "return".timer WHERE act = 'collection'""")))


def hand_over_went(e):
    """(until when the step was allowed, how it went) where a hand-over ends one that has a time."""
    return (str(clock_of(e)[2]), timing(e)) if e.type == 'HandOverTaken' and clock_of(e) else (None, None)


def slips(world, report, stories):
    """The way back on the control slip: one row per half of a hand-over, as return told of it."""
    acts = {'HandOverGiven': 'given', 'HandOverTaken': 'taken', 'HandOverRefused': 'refused'}
    said = {(d, str(e.version)): (id_text(e.get('document_id')), acts[e.type], e.body['from_unit'], e.body['to_unit'], e.get('actor'), str(e.at),
                                  word(e.body['reason'], 'HAND_OVER_FAULT') if e.type == 'HandOverRefused' else None, *hand_over_went(e))
            for d, s in stories.items() for e in s.of(*acts)}
    compare(report, 'intake hand_over', said, {(d, version): tuple(rest) for d, version, *rest in world.db.rows(
        f'SELECT dossier, version, document, act, from_unit, to_unit, post, {micros("at")}, fault, {micros("due_at")}, result FROM intake.hand_over')})
    judged = {(d, str(e.step[0]), str(e.step[1])): None if timing(e) == 'broken_off' else timing(e)
              for d, s in stories.items() for e in s.of('TransferTaken', 'IntakeBrokenOff') if clock_of(e) and kind_of(e) == 'transfer'}
    compare(report, 'how a transfer went', {k: v for k, v in judged.items() if v}, {(d, step, round_): result for d, step, round_, result in world.db.rows(
        "SELECT dossier, step, round, result FROM intake.transfer WHERE supplement = 0 AND result IS NOT NULL")})


def returned(world, report, stories):
    states = {'Numbered': 'numbered', 'Sealed': 'sealed', 'ApologyIssued': 'sealed', 'Ready': 'ready', 'HandedOver': 'handed_over',
              'ApologyHandedOver': 'handed_over', 'NoticeIssued': 'sealed', 'NoticeHandedOver': 'handed_over', 'Archived': 'archived',
              'CorrectionIssued': 'sealed', 'CorrectionHandedOver': 'handed_over',
              'CameBack': 'ready', 'CollectionReminded': 'ready'}
    said, books, seals, handed = {}, {}, {}, {}
    for d, s in stories.items():
        for e in s.ending + s.of('ApologySigned', 'CorrectionSigned'):
            document = id_text(e.body['document']['id'])
            acts = [x for x in s.of(*states) if id_text(x.get('document_id', b'')) == document]
            outcome = {'ApologySigned': 'apology', 'CorrectionSigned': 'correction'}.get(e.type, s.outcome)
            state = 'unclaimed' if acts and acts[-1].body.get('unclaimed') else states[acts[-1].type] if acts else 'awaiting_issue'
            said[d, document] = (state, outcome, e.body['document']['sha256'].hex())
            if e.type in ('Signed', 'CorrectionSigned'):
                handed[d, document] = handing(report, d, s, acts)
        filed = any(e.body.get('filing') for e in s.of('Received'))
        for e in s.of('HandedOver', 'ApologyHandedOver', 'NoticeHandedOver', 'CorrectionHandedOver'):
            if word(e.body.get('delivery'), 'DELIVERY') == 'electronic' and not filed:
                report.wrong(INVARIANT, d, f'{e} went to nobody: the dossier was not filed on the portal')
        for e in s.of('Numbered'):
            books[d, id_text(e.get('document_id'))] = (e.body['series'], str(e.body['year']), str(e.body['number']), e.body['text'])
        for e in s.of('Sealed', 'ApologyIssued', 'NoticeIssued', 'CorrectionIssued'):
            seals[d, id_text(e.get('document_id'))] = (e.body['seal'], str(e.body['ordinal']))
    held = {(d, i): tuple(rest) for d, i, *rest in world.db.rows("""SELECT dossier, id, state, outcome, encode(sha256, 'hex') FROM "return".document""")}
    compare(report, 'return.document', said, held)
    compare(report, 'return delivery', handed, {(d, i): tuple(rest) for d, i, *rest in world.db.rows(
        """SELECT dossier, id, delivery, coalesce(collector, ''), coalesce(proof, ''), authorisation, coalesce(consignment, ''), collector_record,
                  coalesce(undelivered, ''), reminders
             FROM "return".document WHERE outcome IN ('granted', 'refused', 'correction')""")})
    slips(world, report, stories)
    collected(world, report, stories)
    collections(world, report, stories)
    compare(report, 'return.issued_number', books, {(d, i): tuple(rest) for d, i, *rest in
                                                    world.db.rows('SELECT dossier, document, series, year, number, text FROM "return".issued_number')})
    compare(report, 'return.seal_use', seals, {(d, i): tuple(rest) for d, i, *rest in world.db.rows('SELECT dossier, document, seal, ordinal FROM "return".seal_use')})


def extensions(world, report, stories):
    """Signed is what was asked for; each apology that is signed is issued at most once, and each that is issued moved the date once, unless
    the dossier had ended before intake heard of it. (To which date, V6 knows.)"""
    at_intake, at_approval = {}, {}
    for d, s in stories.items():
        asked, issued, extended = s.of('ExtensionRequested'), s.of('ApologyIssued'), s.of('Extended')
        at_intake[d] = at_approval[d] = (None,) * 2
        if asked:
            last, apology = asked[-1], id_text(asked[-1].body['apology']['id'])
            at_intake[d] = (s.extension[0], apology, last.body['reason'], last.get('actor'), str(last.at), str(extended[0].at) if extended else None)
            at_approval[d] = (s.extension[1], apology)
        for e in s.of('ApologySigned'):
            if not asked or e.body['document']['sha256'] != asked[-1].body['apology']['sha256']:
                report.wrong(INVARIANT, d, 'another apology was signed than the one that was asked for')
        for e in issued + s.of('ApologyHandedOver'):
            document = id_text(e.get('document_id', b''))
            if document not in s.apologies or id_text(e.body.get('document', {}).get('id', e.get('document_id'))) != document:
                report.wrong(INVARIANT, d, f'{e.type} is of {document}, which is no signed apology')
        for e in s.of('Ready', 'Archived', 'Sealed', 'HandedOver', 'CameBack'):
            if (word(e.body.get('outcome'), 'OUTCOME') == 'apology') != (id_text(e.get('document_id', b'')) in s.apologies):
                report.wrong(INVARIANT, d, f"{e.type} is of an apology and does not say so, or says so and is of none")
        # Return's own order: what was sealed behind the result, or the stop notice, moves nothing; of a withdrawal it depends on who was heard first.
        sealed = min((e.version for e in s.issued('Sealed', 'NoticeIssued')), default=None)
        wanted = [e for e in issued if sealed is None or e.version < sealed]
        if not (len(extended) == len(wanted) or s.withdrawn and not extended):
            report.wrong(INVARIANT, d, f'{len(wanted)} apologies were issued before the end, the date was moved {len(extended)} times')
        report.looked(INVARIANT, 'extensions', len(extended))
    columns = 'extension, extension_apology, extension_reason, extension_by'
    held = {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT id, {columns}, {micros("extension_asked_at")}, {micros("extension_issued_at")} FROM intake.dossier WHERE extension IS NOT NULL')}
    said = {d: row for d, row in at_intake.items() if row[0]}
    for d, row in held.items():         # behind the end nothing tells when intake heard of it
        if d in said and row[0] == said[d][0] == 'issued' and said[d][-1] is None:
            said[d] = (*said[d][:-1], row[-1])
    compare(report, 'intake extension', said, held)
    compare(report, 'approval extension', {d: row for d, row in at_approval.items() if row[0]},
            {d: tuple(rest) for d, *rest in world.db.rows('SELECT id, extension, apology FROM approval.dossier WHERE extension IS NOT NULL OR apology IS NOT NULL')})


def stops(world, report, stories):
    """Signed is what was asked for, on a ground that held; what is issued is what was signed."""
    at_intake, at_approval = {}, {}
    for d, s in stories.items():
        asked, signed = s.of('StopRequested'), s.stop_signed
        if asked:
            of = lambda e: (e.body['ground'], id_text(e.body['notice']['id']))
            # A notice that is signed stands, whatever was asked for behind it.
            meant = [e for e in asked if not signed or e.body['notice']['sha256'] == signed.body['document']['sha256']]
            # The request whose notice is signed; an answer that crossed a later one is to the one that had lapsed.
            shown = next((e for e in asked if signed and e.body['notice']['id'] == signed.body['document']['id']), asked[-1])
            at_intake[d] = (s.stop, *of(shown), shown.get('actor'), str(shown.at))
            if meant:
                at_approval[d] = (s.stop, *of(meant[-1]))
            else:
                report.wrong(INVARIANT, d, 'another stop notice was signed than one that was asked for')
        elif signed:
            report.wrong(INVARIANT, d, 'a stop notice was signed that nobody asked for')
        for e in asked:
            waits = [x for x in s.of('SupplementRequested') if x.version < e.version][-1:]
            over = waits and 0 < waits[0].body.get('answer_until', 0) < e.at
            if e.body['ground'] == 'no_supplement' and (not over or any(waits[0].version < x.version < e.version for x in s.of('SupplementReceived'))):
                report.wrong(INVARIANT, d, 'a stop was asked for want of a supplement whose time was not over')
        for e in s.of('NoticeIssued', 'NoticeHandedOver'):
            if not signed or e.get('document_id') != signed.body['document']['id']:
                report.wrong(INVARIANT, d, f'{e.type} is of no signed stop notice')
        if s.types['NoticeIssued'] and (s.types['Sealed'] or s.types['HandedOver']):
            report.wrong(INVARIANT, d, 'a result was issued beside a stop notice')
        report.looked(INVARIANT, 'stops', signed is not None)
    columns = "stop, stop_ground, stop_notice"
    compare(report, 'intake stop', at_intake, {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT id, {columns}, stop_by, {micros("stop_at")} FROM intake.dossier WHERE stop IS NOT NULL')})
    compare(report, 'approval stop', at_approval, {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT id, {columns} FROM approval.dossier WHERE stop IS NOT NULL')})


def corrections(world, report, stories):
    """Asked for of a result that was sealed, 1, 2, 3 ..., one at a time and each with a letter of its own; signed is that very letter; what is
    issued is what was signed; the dossier stays as it ended. No unit is at fault for what the citizen stated."""
    at_intake, at_approval, asked_of, ended = {}, {}, {}, {}
    for d, s in stories.items():
        asked = {id_text(e.body['correction']['id']): e for e in s.of('CorrectionRequested')}
        if [e.body.get('number', 0) for e in asked.values()] != list(range(1, s.types['CorrectionRequested'] + 1)):
            report.wrong(INVARIANT, d, 'its corrections are not 1, 2, 3 ..., or two have one letter')
        for n, (letter, e) in enumerate(asked.items()):
            mine = [x for x in s.events if id_text(x.get('document_id', b'')) == letter]
            when = {x.type: x for x in mine}        # the last one of a type
            answer, moves = when.get('CorrectionSigned', when.get('CorrectionRefused')), [x for x in mine if x.type in ('CorrectionIssued', 'Ready', 'CorrectionHandedOver', 'CameBack')]
            states = {'CorrectionIssued': 'issued', 'Ready': 'ready', 'CorrectionHandedOver': 'handed_over', 'CameBack': 'ready'}
            state = states[moves[-1].type] if moves else {'CorrectionSigned': 'signed', 'CorrectionRefused': 'refused'}[answer.type] if answer else 'requested'
            at = lambda *types: next((str(when[t].at) for t in types if t in when), None)
            who = word(e.body.get('reported_by'), 'REPORTER')
            at_intake[d, n + 1] = (state, letter, e.body['cause'], e.body['unit'], who, e.get('actor'), str(e.at), answer and str(answer.at), at('CorrectionIssued'),
                                   at('CameBack', 'Ready'), at('CorrectionHandedOver') if state == 'handed_over' else None)
            at_approval[d] = ('signed' if answer and answer.type == 'CorrectionSigned' else 'refused' if answer else 'requested', e.body['cause'], letter)
            asked_of[d, letter] = (str(n + 1), e.body['unit'], e.body['cause'], who, str(e.at))
            for x in (when.get('CorrectionIssued'), when.get('CorrectionRefused')):
                if x:
                    ended[d, letter] = ('issued' if x.type == 'CorrectionIssued' else 'refused', str(x.at))
            if e.body['cause'] == 'citizen_data' or not s.types['Sealed']:
                report.wrong(INVARIANT, d, f'{e} is of no result, or at no agency\'s cost')
            if n + 1 < len(asked) and state in ('requested', 'signed'):
                report.wrong(INVARIANT, d, f'{e} was not ended when another correction was asked for')
            if answer and answer.type == 'CorrectionSigned' and answer.body['document']['sha256'] != e.body['correction']['sha256']:
                report.wrong(INVARIANT, d, 'another correction was signed than the one that was asked for')
        for e in s.of('CorrectionSigned', 'CorrectionRefused', 'CorrectionIssued', 'CorrectionHandedOver'):
            document = id_text(e.get('document_id', b''))
            if document not in asked or e.type in ('CorrectionIssued', 'CorrectionHandedOver') and document not in s.corrections:
                report.wrong(INVARIANT, d, f'{e.type} is of {document}, which is no correction that was asked for, or signed')
        for e in s.of('Ready', 'Archived', 'Sealed', 'HandedOver', 'CameBack'):
            if (word(e.body.get('outcome'), 'OUTCOME') == 'correction') != (id_text(e.get('document_id', b'')) in s.corrections):
                report.wrong(INVARIANT, d, f'{e.type} is of a correction and does not say so, or says so and is of none')
        report.looked(INVARIANT, 'corrections', s.types['CorrectionIssued'])
    columns = ', '.join(micros(c) for c in ('asked_at', 'answered_at', 'issued_at', 'ready_at', 'handed_over_at'))
    compare(report, 'intake.correction', at_intake, {(d, int(n)): tuple(rest) for d, n, *rest in world.db.rows(
        f'SELECT dossier, number, state, document, cause, unit, reported_by, asked_by, {columns} FROM intake.correction')})
    compare(report, 'approval correction', at_approval, {d: tuple(rest) for d, *rest in world.db.rows(
        'SELECT id, correction, correction_cause, correction_paper FROM approval.dossier WHERE correction IS NOT NULL')})
    compare(report, 'audit.correction', asked_of, {(d, i): tuple(rest) for d, i, *rest in world.db.rows(
        f'SELECT dossier, document, number, unit, cause, reported_by, {micros("asked_at")} FROM audit.correction')})
    compare(report, 'audit.correction_end', ended, {(d, i): tuple(rest) for d, i, *rest in world.db.rows(
        f'SELECT dossier, document, how, {micros("at")} FROM audit.correction_end')})


# of a complaint: in which states it happens
COMPLAINED = {'ComplaintAnswered': ('open', 'awaiting_more'), 'ComplaintDuePassed': ('open', 'awaiting_more'), 'ComplaintMoreAsked': ('open',),
              'ComplaintSupplied': ('awaiting_more',), 'ComplaintPublished': ('answered',), 'ComplaintPublicationPassed': ('answered',)}


def voices(world, report, stories):
    """What citizens say of a dossier: one rating, of what has ended for them, whose points follow from what was counted; complaints
    1, 2, 3 ..., each answered at most once, and none that was not filed. (By when, V6 knows.)"""
    rated, complained = {}, {}
    for d, s in stories.items():
        for e in s.of('RatingGiven'):
            b = {k: e.body.get(k, 0) for k in ('satisfaction', 'attitude', 'contact_points', 'agency_points', 'contacts', 'agencies')}
            rated[d] = (word(e.body.get('means'), 'RATING_MEANS'), *map(str, b.values()), e.get('actor'), str(e.at))
            if s.accepted and not s.withdrawn and not s.types['HandedOver'] and not s.types['NoticeIssued']:
                report.wrong(INVARIANT, d, 'it was rated before it had ended for the citizen')
            if (b['contact_points'], b['agency_points']) != tuple(max(2 - b[k], 0) for k in ('contacts', 'agencies')):
                report.wrong(INVARIANT, d, f'the points of its rating do not follow from what was counted: {b}')
        for e in sorted(s.of('ComplaintFiled', *COMPLAINED), key=lambda e: e.version):
            n = e.body.get('number', 0)
            if e.type == 'ComplaintFiled':
                if n != 1 + sum(1 for key in complained if key[0] == d):
                    report.wrong(INVARIANT, d, f'complaint number {n} is not the next one')
                complained[d, n] = ['open', e.body['category'], word(e.body['channel'], 'CHANNEL'), e.get('actor'), str(e.at), 'f', 'f', 'f', None, None,
                                    None, None, 'f', None, None, None, None, 'f', 'f']
            elif (d, n) not in complained:
                report.wrong(INVARIANT, d, f'{e.type} is of complaint {n}, which was never filed')
            elif complained[d, n][0] not in COMPLAINED[e.type]:
                report.wrong(INVARIANT, d, f'{e.type} is of complaint {n}, which is {complained[d, n][0]}')
            elif e.type == 'ComplaintDuePassed':
                complained[d, n][5] = 't'
            elif e.type == 'ComplaintPublicationPassed':
                complained[d, n][18] = 't'
            elif e.type == 'ComplaintMoreAsked':
                if complained[d, n][10]:
                    report.wrong(INVARIANT, d, f'more was asked of complaint {n} twice')
                complained[d, n][0], complained[d, n][10:13] = 'awaiting_more', [str(e.at), e.get('actor'), 't' if e.body.get('late') else 'f']
                if e.body['answer_due_at'] > e.at:      # it was not late: what was told of the date before means nothing
                    complained[d, n][5] = 'f'
            elif e.type == 'ComplaintSupplied':
                complained[d, n][0], complained[d, n][13:15] = 'open', [str(e.at), e.get('actor')]
                if e.body['answer_due_at'] > e.at:
                    complained[d, n][5] = 'f'
            elif e.type == 'ComplaintPublished':
                complained[d, n][0], complained[d, n][15:18] = 'published', [str(e.at), e.get('actor'), 't' if e.body.get('late') else 'f']
            else:
                outcome = word(e.body.get('outcome'), 'COMPLAINT_OUTCOME')
                complained[d, n][0] = 'refused' if outcome == 'refused' else 'answered'
                complained[d, n][6:10] = ['t' if outcome == 'justified' else 'f', 't' if e.body.get('late') else 'f', e.get('actor'), str(e.at)]
    compare(report, 'intake.rating', rated, {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT dossier, means, satisfaction, attitude, contact_points, agency_points, contacts, agencies, given_by, {micros("given_at")} FROM intake.rating')})
    compare(report, 'intake.complaint', {key: tuple(row) for key, row in complained.items()}, {(d, int(n)): tuple(rest) for d, n, *rest in world.db.rows(
        f'SELECT dossier, number, state, category, channel, filed_by, {micros("filed_at")}, told, justified, late, answered_by,'
        f' {micros("answered_at")}, {micros("asked_at")}, asked_by, asked_late, {micros("supplied_at")}, supplied_by, {micros("published_at")}, published_by,'
        f' published_late, publication_told FROM intake.complaint')})


def audit(world, report, stories):
    compare(report, 'audit.fact', {d: s.result for d, s in stories.items() if s.first}, dict(world.db.rows('SELECT dossier, result FROM audit.fact')))


# ---- dense series


def dense(report, series, numbers, following):
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        report.wrong(INVARIANT, series, f'{len(numbers)} numbers, the highest is {max(numbers)}')
    if following != len(numbers) + 1:
        report.wrong(INVARIANT, series, f'the next number is {following}, {len(numbers)} were given')


def codes(world, report):
    given = defaultdict(list)
    for (code,) in world.db.rows('SELECT code FROM intake.dossier WHERE code IS NOT NULL'):
        m = CODE.fullmatch(code)
        if not m:
            report.wrong(INVARIANT, code, 'is no code')
            continue
        given[m.group(1).replace('-', '/')].append(int(m.group(2)))
    _series(world, report, 'intake', 'code', given)
    report.looked(INVARIANT, 'codes', sum(map(len, given.values())))


def document_numbers(world, report):
    given = defaultdict(list)
    for series, year, number in world.db.rows('SELECT series, year, number FROM "return".issued_number'):
        given[f'{series}/{int(year):04d}'].append(int(number))
    _series(world, report, '"return"', 'number', given)
    report.looked(INVARIANT, 'document numbers', sum(map(len, given.values())))


def _series(world, report, schema, kind, given):
    following = {key.split('/', 1)[1]: int(n) for key, n in world.db.rows(f"SELECT key, next FROM {schema}.series_number WHERE key LIKE '{kind}/%'")}
    for series in given.keys() | following.keys():
        dense(report, series, given[series], following.get(series, 1))
