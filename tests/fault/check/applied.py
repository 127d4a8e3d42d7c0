"""V3: each event was applied, and once. The number of a version says only that a listener has gone past it; here what the event does there is counted.
A listener's copies (facts, papers, officers who may not act, rounds of steps, what lies before an approver, what is to be issued) are made anew from the
events of others that it hears, each taken once, and compared row by row: one that was left out, taken twice, or taken in another order makes another row.
(What the stages tell of themselves is compared with their tables by V1; audit's tables by V9, from the entries; intake's by V1, custody, slips.)

What a dossier's end overtook may or may not have come before it at a listener; of such a dossier no more than the events say is there."""
from collections import defaultdict

from .database import micros
from .duedates import Catalogue
from .openings import openings_of
from .words import id_text, word

INVARIANT = 'V3'
KEEP_FACTS = ('appraisal', 'approval', 'return')
APPRAISED = ('verify', 'consult', 'appraise', 'endorse')       # kinds of steps that are appraisal's
BREAKS = ('WithdrawalGranted', 'StopSigned')
DECIDE = ('Granted', 'DecisionRefused', 'SentBack', 'Signed')
HAND = ('Verified', 'VerifiedBeside', 'OpinionAsked', 'ConsultationAsked', 'Contributed', 'DraftReturned', 'Appraised', 'Endorsed', 'StopRequested', 'CorrectionRequested')
SIGNS = ('Signed', 'ApologySigned', 'StopSigned', 'CorrectionSigned')


class Heard:
    """What the events of one accepted dossier make of it at those who listen."""

    def __init__(self, catalogue, events, order):
        self.events, self.order = events, order
        self.received = next(e for e in events if e.type == 'Received')
        process = catalogue.version('process', self.received.get('process'), self.received.get('process_version', 0))
        self.steps = process['process'].get('steps', []) if process else []
        self.broken_off = any(e.type in BREAKS for e in events)

    def of(self, *types):
        return [e for e in self.events if e.type in types]

    def kind(self, n):
        return word(self.steps[n - 1].get('kind'), 'STEP_KIND') if 0 < n <= len(self.steps) else ''

    def facts(self):
        b = self.received.body
        media = [word(e.body.get('medium'), 'MEDIUM') for e in self.of('Received', 'SupplementReceived')]
        return (b['counter'], word(self.received.get('route'), 'ROUTE'), self.received.get('origin_reference', ''), str(self.received.at),
                media[0] == 'electronic' and not set(media) - {'', 'electronic'}, 'filing' in b, self.left_out())

    def left_out(self):
        """The periods as one range that has no doubles: 'from-until from-until'."""
        merged, last = [], {(e.body['period'], e.body['from']): e.body['until'] for e in self.of('PeriodEnded')}
        for begin, end in sorted((e.body['from'], last.get((e.body['period'], e.body['from']), e.body['until'])) for e in self.of('PeriodExcluded')):
            if end == begin:
                continue
            if merged and begin <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([begin, end])
        return ' '.join(f'{begin}-{end}' for begin, end in merged) or None

    def papers(self, listener):
        """{id: (kind, SHA-256, pages, papers that it lists)}"""
        filed = [(word(e.body.get('kind'), 'DOCUMENT_KIND'), e.body['document'], e.body.get('missing_count', 0)) for e in self.of('DocumentFiled')]
        at_once = self.received.body.get('same_day')
        if at_once:
            filed.append(('draft_result' if word(at_once['opinion'], 'OPINION') == 'for' else 'draft_refusal', at_once['draft'], 0))
        if listener == 'return':
            filed = [(kind, handle, 0) for kind, handle, _ in filed if kind in ('authorisation', 'collector')]
        if listener == 'approval':
            for kind, type_, member in (('request', 'WithdrawalRequested', 'request'), ('stop_notice', 'StopRequested', 'notice'), ('apology', 'ExtensionRequested', 'apology')):
                filed += [(kind, e.body[member], 0) for e in self.of(type_)]
        return {id_text(h['id']): (kind, h['sha256'].hex(), str(h.get('pages', 0)), str(lists)) for kind, h, lists in filed}

    def barred(self, listener):
        if listener == 'appraisal':
            return {e.get('actor') for e in self.of(*DECIDE)}
        late = {e.get('actor') for e in self.of('AnsweredLate') if e.body.get('part')}
        return {e.get('actor') for e in self.of(*HAND)} | {e.body['officer'] for e in self.of('SupplementAsked')} | late

    def rounds(self, *kinds):
        """{(step, round): when it was opened} of steps of these kinds."""
        openings = openings_of(self.events, self.steps, self.order)
        return {(n, i): str(at) for n, moments in openings.items() if self.kind(n) in kinds for i, at in enumerate(moments, 1)}

    def unit(self, n):
        ref = self.steps[n - 1].get('unit_ref', '') if 0 < n <= len(self.steps) else 'own'
        return {'own': self.received.get('unit', ''), 'receiving': self.received.body['receiving_unit']}.get(ref, ref)

    def drafts(self):
        """{(step, round): (when it came to lie there, opinion, draft)} of approval's."""
        came, drafts = defaultdict(int), {}
        for e in self.of('Appraised', 'Endorsed'):
            n = e.step[0] + 1
            if self.kind(n) == 'approve':
                came[n] += 1
                h = e.body['draft']
                drafts[n, came[n]] = (str(e.at), word(e.body.get('opinion'), 'OPINION'), id_text(h['id']), h['sha256'].hex(), str(h.get('pages', 0)))
        return drafts

    def signed(self):
        """{document: how it was signed} that return is to issue."""
        return {id_text(e.body['document']['id']): (str(e.at), str(e.step[0]), e.body['signer'], e.body['mandate'], word(e.body['form'], 'SIGNATURE_FORM').upper(),
                                                    word(e.body['kind'], 'SIGNATURE_KIND'), str(e.body['signed_at']), str(e.body['document'].get('pages', 0)))
                for e in self.of(*SIGNS) if e.type != 'Signed' or e.get('last') or word(e.body.get('outcome'), 'OUTCOME') == 'refused'}

    def returned(self):
        """What intake keeps of the result, and of who handed it over last: (document, whether it is finished, by whom)."""
        beside = {e.body['document']['id'] for e in self.of('CorrectionSigned', 'ApologySigned')}
        sealed, notice = self.of('Sealed'), self.of('NoticeIssued')
        acts = [e for e in self.of('HandedOver', 'NoticeHandedOver', 'CameBack') if e.get('document_id') not in beside]
        by = acts[-1].get('actor') if acts and acts[-1].type != 'CameBack' else None
        return (id_text(sealed[-1].get('document_id')) if sealed else None, bool(sealed or notice), by)


def check(world, report):
    catalogue, order = Catalogue.of(world), {e.event.name: e.number for e in world.entries if e.event}
    heard = {d: Heard(catalogue, events, order) for d, events in world.dossiers.items() if any(e.type == 'Received' for e in events)}
    sure = lambda: {d: h for d, h in heard.items() if not h.broken_off}    # noqa: E731
    left_out = f"(SELECT string_agg({micros('lower(p)')} || '-' || {micros('upper(p)')}, ' ' ORDER BY lower(p)) FROM unnest(left_out) AS p)"
    for s in KEEP_FACTS:
        same(report, f'{s}.dossier', {d: h.facts() for d, h in heard.items()}, {
            d: (counter, route, origin, received, electronic == 't', filed == 't', periods) for d, counter, route, origin, received, electronic, filed, periods in world.db.rows(
                f'SELECT id, counter, route, origin_reference, {micros("received_at")}, electronic, filed_online, {left_out} FROM "{s}".dossier')})
        same(report, f'{s}.paper', {(d, i): row for d, h in heard.items() for i, row in h.papers(s).items()}, {(d, i): tuple(row) for d, i, *row in world.db.rows(
            f'SELECT dossier, id, kind, encode(sha256, \'hex\'), pages, missing FROM "{s}".paper')})
    for s in ('appraisal', 'approval'):
        same(report, f'{s}.barred', {(d, o): True for d, h in heard.items() for o in h.barred(s)}, {
            (d, o): True for d, o in world.db.rows(f'SELECT dossier, officer FROM {s}.barred')})
    ends(world, report, heard)
    rounds = {(d, *key): at for d, h in heard.items() for key, at in h.rounds(*APPRAISED).items()}
    drafts = {(d, *key): row for d, h in heard.items() for key, row in h.drafts().items()}
    same(report, 'appraisal.step', rounds, {(d, int(n), int(r)): at for d, n, r, at in world.db.rows(
        f'SELECT dossier, step, round, {micros("opened_at")} FROM appraisal.step')}, sure())
    same(report, 'approval.step', drafts, {(d, int(n), int(r)): tuple(row) for d, n, r, *row in world.db.rows(
        f"SELECT dossier, step, round, {micros('opened_at')}, opinion, draft, encode(draft_sha256, 'hex'), draft_pages FROM approval.step WHERE opened_at IS NOT NULL")}, sure())
    same(report, 'return.document', {(d, i): row for d, h in heard.items() for i, row in h.signed().items()}, {(d, i): tuple(row) for d, i, *row in world.db.rows(
        f'SELECT dossier, id, {micros("opened_at")}, signed_step, signer, mandate, form, signature, {micros("signed_at")}, pages FROM "return".document')})
    same(report, 'intake.dossier', {d: h.returned() for d, h in heard.items()}, {
        d: (document, finished == 't', by) for d, document, finished, by in world.db.rows(
            "SELECT id, sealed_document, finished_at IS NOT NULL, returned_by FROM intake.dossier WHERE code IS NOT NULL")})
    same(report, 'intake.transfer', {(d, *key): (h.unit(key[0]), h.unit(key[0] + 1)) for d, h in heard.items() for key in h.rounds('transfer')}, {
        (d, int(n), int(r)): tuple(units) for d, n, r, *units in world.db.rows('SELECT dossier, step, round, from_unit, to_unit FROM intake.transfer WHERE supplement = 0')}, sure())
    same(report, 'intake.obligation', {(d, *key): True for d, h in heard.items() for key in h.rounds('obligation')}, {
        (d, int(n), int(r)): True for d, n, r in world.db.rows('SELECT dossier, step, round FROM intake.obligation')}, sure())
    took_part(world, report, heard)


def same(report, table, wanted, held, sure=None):
    """sure: the dossiers of which all that the events say must be there; None: all."""
    for key in wanted.keys() | held.keys():
        mine, there = wanted.get(key), held.get(key)
        dossier, *rest = key if isinstance(key, tuple) else (key,)
        if mine != there and not (there is None and sure is not None and dossier not in sure):
            report.wrong(INVARIANT, dossier, f'{table}{" " + str(tuple(rest)) if rest else ""} has {there}; each event applied once makes {mine}')
    report.looked(INVARIANT, f'rows of {table} made by events of others', len(held))


def ends(world, report, heard):
    """Whether appraisal knows of an end without a result; what approval knows of the citizen's request to have the dossier back, which lapses when it comes
    behind the last signature. A stop notice may be signed while it waits, and leaves it as it is."""
    at_appraisal, at_approval = {}, {}
    kept = dict(world.db.rows('SELECT id, withdrawal FROM approval.dossier'))
    for d, h in heard.items():
        granted, stopped, asked, refused = (len(h.of(t)) for t in ('WithdrawalGranted', 'StopSigned', 'WithdrawalRequested', 'WithdrawalRefused'))
        at_appraisal[d] = ('granted' if granted else None, 'signed' if stopped else None)
        signed = any(e.type == 'Signed' and (e.get('last') or word(e.body.get('outcome'), 'OUTCOME') == 'refused') for e in h.events)
        open_ = kept.get(d) if stopped and kept.get(d) in ('requested', 'lapsed') else 'lapsed' if signed else 'requested'
        at_approval[d] = None if not asked else 'granted' if granted else 'refused' if asked == refused else open_
    same(report, 'appraisal.dossier, its end,', at_appraisal, {d: tuple(row) for d, *row in world.db.rows('SELECT id, withdrawal, stop FROM appraisal.dossier')})
    same(report, 'approval.dossier, its withdrawal,', at_approval, kept)


def took_part(world, report, heard):
    """The units that intake was told of as asked, or as having their turn. What was asked of one that crossed the end is not noted."""
    held = {d: set(units.split()) for d, units in world.db.rows("SELECT id, array_to_string(took_part, ' ') FROM intake.dossier WHERE code IS NOT NULL")}
    for d, h in heard.items():
        turns = {p['unit'] for e in h.of('PartsOpened') for p in e.body['parts']} | {e.body['unit'] for e in h.of('OpinionAsked')}
        asked = {e.body['unit'] for e in h.of('ConsultationAsked')}
        there = held.get(d, set())
        if not turns <= there <= turns | asked or not (asked <= there or h.broken_off):
            report.wrong(INVARIANT, d, f'intake.dossier says that {sorted(there)} took part; each event applied once makes {sorted(turns | asked)}')
    report.looked(INVARIANT, 'dossiers in which others took part', sum(map(bool, held.values())))
