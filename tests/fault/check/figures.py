"""V9: the figures. What the sealed entries say, counted again from nothing, is what audit holds of each dossier, what its
figures are, and what the last message of each figure says."""
import datetime
import json

import clock

from . import duedates, steps
from .topics import FIGURES
from .database import micros
from .words import word

INVARIANT = 'V9'
COUNTED = ['received', 'refused', 'early', 'on_time', 'late', 'withdrawn', 'stopped', 'on_the_spot', 'overdue', 'extended', 'breaches', 'late_entries', 'guided', 'guided_again', 'supplement_late']
BEGINNINGS = {'Received': ('open', 'received'), 'Refused': ('refused_at_counter', 'refused'), 'Guided': ('guided', 'guided')}     # result, figure
ENDS = {'Sealed': None, 'WithdrawalGranted': 'withdrawn', 'NoticeIssued': 'stopped'}       # result; None: as it says
VOICES = ['ratings', 'satisfaction_points', 'attitude_points', 'contact_points', 'agency_points', 'conduct_points', 'complaints', 'complaints_justified',
          'complaints_in_time', 'complaints_late', 'complaints_asked_more', 'complaints_published', 'complaints_published_late']
WAYS = ['returned_counter', 'returned_post', 'returned_electronic', 'returned_proxy', 'came_back', 'unclaimed']
LOSSES = ['papers_lost', 'papers_damaged', 'losses_settled', 'losses_paid']
FILINGS = ['filed_online', 'filed_answered', 'filed_late']
LATES = ['late_open', 'late_withdrawn', 'late_stopped']       # of those that are late
CONTACTS = ['contacts_sum', 'agencies_sum', 'contacts_rated_sum']
COUNTED += VOICES + WAYS + LOSSES + FILINGS + LATES + CONTACTS
CONDUCT = {'early': 2, 'on_time': 1}        # and nothing with a complaint that is justified
SPOTS = ['Received', 'Appraised', 'Signed', 'Sealed', 'HandedOver']        # receipt, appraisal, signature, seal, return
FEES = ['fee_dossiers', 'fee_dossiers_online', 'due', 'due_vnd', 'paid', 'paid_vnd', 'paid_cash', 'paid_transfer', 'paid_post', 'paid_online', 'waived',
        'waived_vnd', 'refunded', 'refunded_vnd']
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def day(us):
    return datetime.datetime.fromtimestamp(us // 1000000, VIETNAM).date().isoformat()


class Fact:
    """What figures need to know of a dossier."""

    def __init__(self, e, result):
        self.code, self.unit, self.procedure, self.day = e.get('dossier_code', ''), e.get('unit', ''), e.get('procedure', ''), day(e.at)
        self.receiving_unit = e.body.get('receiving_unit') or self.unit
        self.counter, self.received = e.body.get('counter', '') if e.type == 'Received' else '', clock.day_of(e.at)
        self.due_at = e.body.get('due_at')
        self.apologised_at = self.passed_at = None      # when the apology was sealed; the date that had passed by then, if it had
        self.by_hours = e.body.get('due_rule', '').startswith('hours:')
        self.result, self.timing, self.ended_at = result, '', None
        self.at_counter = self.elsewhere = self.supplements = self.extended = 0
        self.overdue = self.rated = self.supplement_late = False
        self.waits_from = None          # since when the citizen is waited for
        self.complaints = self.justified = 0
        self.contacts = int(e.type == 'Received' and 'guidance' in e.body)       # that he had to turn to the counter to complete it
        self.visited = e.type == 'Received' and word(e.body.get('channel'), 'CHANNEL') == 'counter'
        self.answers, self.late_answers, self.late_publications = set(), set(), set()
        self.delivery, self.proxy, self.unclaimed = '', False, False
        self.fees, self.has_fee, self.paid_online = list(e.body.get('fees', [])), False, False
        self.had_fees = bool(self.fees)

    def pay(self, e):
        """What falls due, is paid, waived or given back: {figure of FEES: how it moves}."""
        when = 'intake' if e.type == 'Received' else 'supplement' if e.type == 'SupplementReceived' else \
            'return' if e.type == 'Ready' and word(e.body.get('outcome'), 'OUTCOME') == 'granted' else None
        due = [f['amount_vnd'] for f in self.fees if word(f['due'], 'FEE_DUE') == when]
        if due:
            self.fees = [f for f in self.fees if word(f['due'], 'FEE_DUE') != when]
            first, self.has_fee = not self.has_fee, True
            return {'due': len(due), 'due_vnd': sum(due), 'fee_dossiers': int(first)}
        vnd = e.body.get('amount_vnd', 0)
        if e.type == 'FeeWaived':
            return {'waived': 1, 'waived_vnd': vnd}
        if e.type == 'FeeRefunded':
            return {'refunded': 1, 'refunded_vnd': vnd}
        if e.type != 'FeePaid':
            return {}
        means = word(e.body.get('means'), 'PAY_MEANS')
        first = means == 'online' and not self.paid_online
        self.paid_online |= means == 'online'
        return {'paid': 1, 'paid_vnd': vnd, f'paid_{means}': 1, 'fee_dossiers_online': int(first)}

    def fee_row(self):
        """How many fees have not fallen due, and how much, of those of a supplement and of a result; whether one fell due, and one was paid online."""
        awaited = [[f['amount_vnd'] for f in self.fees if word(f['due'], 'FEE_DUE') == when] for when in ('supplement', 'return')]
        return [str(n) for amounts in awaited for n in (len(amounts), sum(amounts))] + ['t' if said else 'f' for said in (self.has_fee, self.paid_online)]

    def row(self):
        return [self.code, self.unit, self.receiving_unit, self.procedure, self.day, _text(self.due_at), _text(self.ended_at), self.result, self.timing,
                str(self.at_counter), str(self.elsewhere), 't' if self.overdue else 'f', str(self.extended), 't' if self.rated else 'f', str(self.complaints),
                str(self.justified), *(str(sum(1 << n - 1 for n in among)) for among in (self.answers, self.late_answers, self.late_publications)),
                self.delivery, *('t' if said else 'f' for said in (self.proxy, self.unclaimed, self.supplement_late)),
                str(self.contacts), 't' if self.visited else 'f', _text(self.waits_from), self.counter,
                _text(self.apologised_at), _text(self.passed_at), 't' if self.by_hours else 'f']

    @property
    def judged_by(self):
        """The date in force; one that had passed before an apology moved it stays."""
        return self.due_at if self.passed_at is None else self.passed_at

    def extend(self, due):
        """What was late when the apology was sealed, while no citizen was waited for, stays late."""
        ran = [t for t in (self.apologised_at, self.waits_from) if t is not None]
        if not self.extended and self.apologised_at is not None and min(ran) > self.due_at:
            self.passed_at = self.due_at
        self.due_at = due

    def judge(self):
        """Early, on time or late: by rule, by when the result was sealed, or, of what ended without one, by how long its clock ran."""
        if self.supplements > 1:
            self.timing = 'late'
        elif self.result in ('granted', 'refused'):
            due = self.judged_by
            early = self.ended_at < due if self.by_hours else day(self.ended_at) < day(due)
            self.timing = 'late' if self.ended_at > due else 'early' if early else 'on_time'
        elif self.result in ('withdrawn', 'stopped'):
            self.timing = 'late' if min(t for t in (self.ended_at, self.waits_from) if t is not None) > self.judged_by else ''

    @property
    def standing(self):
        """The one figure that it is in, and what is told of it apart; while it is in process, none."""
        if self.timing == 'late':
            return {'late'} | ({f'late_{self.result}'} & set(LATES))
        return {self.timing or self.result} & {'early', 'on_time', 'withdrawn', 'stopped'}

    @property
    def conduct(self):
        return 0 if self.justified else CONDUCT.get(self.timing, 0)

    @property
    def ways(self):
        return {f'returned_{way}': int(self.delivery == way) for way in ('counter', 'post', 'electronic')} | {
            'returned_proxy': int(self.proxy), 'unclaimed': int(self.unclaimed)}

    def go(self, e):
        """A result on its way to the citizen, or back: {figure: how it moves}."""
        before, b = self.ways, e.body
        result = word(b.get('outcome'), 'OUTCOME') in ('granted', 'refused')
        if e.type == 'HandedOver':
            self.delivery, self.proxy, self.unclaimed = word(b.get('delivery'), 'DELIVERY'), word(b.get('who'), 'COLLECTOR') == 'proxy', False
        elif e.type == 'CameBack' and result:
            self.delivery, self.proxy = '', False
        elif e.type == 'Archived' and result and b.get('unclaimed'):
            self.unclaimed = True
        return {k: n - before[k] for k, n in self.ways.items()} | {'came_back': int(e.type == 'CameBack' and result)}

    def turn_to(self, e):
        """Whether the citizen had to turn to the counter to complete it, and came there, and what he says: {figure: how it moves}."""
        contacts, visited = (self.contacts, self.visited) if e.type not in BEGINNINGS else (0, False)
        at_counter = e.type in ('HandedOver', 'CorrectionHandedOver') and word(e.body.get('delivery'), 'DELIVERY') == 'counter'
        self.contacts += int(e.type == 'SupplementRequested' or e.type == 'CorrectionHandedOver' and at_counter)
        self.visited = self.visited or at_counter
        rated = e.body.get('contacts', 0) if e.type == 'RatingGiven' and not self.rated else 0
        return {'contacts_sum': self.contacts - contacts, 'agencies_sum': self.visited - visited, 'contacts_rated_sum': rated}

    def hear(self, e):
        """What a citizen says, what is answered, and what becomes of lost papers: {figure: how it moves}."""
        b, moved = e.body, {}
        if e.type == 'RatingGiven' and not self.rated:
            self.rated = True
            moved = {'ratings': 1, 'satisfaction_points': b.get('satisfaction', 0), 'attitude_points': b.get('attitude', 0),
                     'contact_points': b.get('contact_points', 0), 'agency_points': b.get('agency_points', 0)}
        elif e.type == 'PaperLost':
            moved = {'papers_' + b['what']: 1}
        elif e.type == 'LossSettled':
            moved = {'losses_settled': 1, 'losses_paid': int(b.get('paid_vnd', 0) > 0)}
        elif e.type == 'ComplaintFiled':
            self.complaints += 1
            moved = {'complaints': 1}
        elif e.type.startswith('Complaint'):
            moved = self.reply(e)
        return moved

    @property
    def answered(self):
        """An answer is in time that was given, and, once the date for it has come, published in time."""
        late = self.late_answers | self.late_publications
        return {'complaints_in_time': len(self.answers - late), 'complaints_late': len(late), 'complaints_published_late': len(self.late_publications)}

    def reply(self, e):
        """What becomes of a complaint. What was done in time on paper may be entered when its date had been told as passed."""
        n, before, moved = e.body['number'], self.answered, {}
        if e.type == 'ComplaintAnswered':
            self.answers.add(n)
            if word(e.body.get('outcome'), 'COMPLAINT_OUTCOME') == 'justified':
                self.justified += 1
                moved['complaints_justified'] = 1
        elif e.type == 'ComplaintMoreAsked':
            moved['complaints_asked_more'] = 1
        elif e.type == 'ComplaintPublished':
            moved['complaints_published'] = 1
        if e.type == 'ComplaintDuePassed' or e.type == 'ComplaintAnswered' and e.body.get('late'):
            self.late_answers.add(n)
        elif e.type == 'ComplaintAnswered' or e.type in ('ComplaintMoreAsked', 'ComplaintSupplied') and e.body['answer_due_at'] > e.at:
            self.late_answers.discard(n)
        if e.type == 'ComplaintPublicationPassed' or e.type == 'ComplaintPublished' and e.body.get('late'):
            self.late_publications.add(n)
        elif e.type == 'ComplaintPublished':
            self.late_publications.discard(n)
        return moved | {name: now - before[name] for name, now in self.answered.items()}


def _text(n):
    return None if n is None else str(n)


def count(entries):
    """({dossier: Fact}, {(unit, procedure, day): {name: n}}) of the entries, in their order."""
    facts, figures = {}, {}
    for entry in entries:
        e = entry.event
        if e is None or e.get('subject_kind') != 'dossier':
            continue
        f, moved = facts.get(e.subject), []
        if f is None:
            if e.type == 'Submitted':       # nothing is received by that
                figure = figures.setdefault((e.get('unit'), e.get('procedure'), day(e.at)), {**dict.fromkeys(COUNTED, 0), 'fees': dict.fromkeys(FEES, 0)})
                figure['filed_online'] += 1
                figure['as_of'] = entry.number
            if e.type not in BEGINNINGS:
                continue
            result, figure = BEGINNINGS[e.type]
            f = facts[e.subject] = Fact(e, result)
            moved.append(figure)
            if 'filing' in e.body:
                moved += ['filed_answered'] + ['filed_late'] * (e.at > e.body['filing']['answer_due_at'])
            if e.type != 'Received':
                f.ended_at = e.at
            if e.type == 'Guided' and e.body.get('number') > 1 and e.body.get('ground') != 'new_matter':
                moved.append('guided_again')
        elif e.type in BEGINNINGS:
            continue
        conduct, stood, overdue = f.conduct, f.standing, f.overdue
        if e.type in SPOTS:
            spot = 1 << SPOTS.index(e.type)
            if e.get('place', '') in ('', 'office'):
                f.elsewhere |= spot
            else:
                f.at_counter |= spot
        if e.type in ENDS and f.result == 'open':
            f.result, f.ended_at = ENDS[e.type] or word(e.body.get('outcome'), 'OUTCOME'), e.at
        elif e.type in ('ObligationMet', 'SupplementReceived', 'FindingRecorded', 'PeriodExcluded', 'PeriodEnded', 'DueMoved', 'Extended'):
            f.extend(e.body.get('due_at_reported')) if e.type == 'Extended' else setattr(f, 'due_at', e.body.get('due_at_reported'))
            f.by_hours = f.by_hours and e.type != 'FindingRecorded'       # in which unit the time is that was found is not told
            f.waits_from = None if e.type in ('ObligationMet', 'SupplementReceived') else f.waits_from
        elif e.type in ('SupplementRequested', 'ObligationOpened'):
            f.supplements = e.body.get('number', f.supplements)
            f.waits_from = e.body.get('paused_from')
            if e.type == 'SupplementRequested' and f.supplements == 1 and e.body.get('ground'):     # the first one, behind its term
                f.supplement_late = True
                moved.append('supplement_late')
        elif e.type == 'CameBack' and word(e.body.get('outcome'), 'OUTCOME') in ('granted', 'refused'):     # it was not returned
            if f.at_counter == 31 and not f.elsewhere:
                moved.append('-on_the_spot')
            f.at_counter, f.elsewhere = f.at_counter & ~16, f.elsewhere & ~16
        elif e.type == 'HandedOver' and f.at_counter == 31 and not f.elsewhere:
            moved.append('on_the_spot')
        if e.type == 'Extended':        # once; one that came on the last day or later is a breach
            breach = e.body.get('breach', False)
            moved += ['extended'] * (not f.extended) + ['breaches'] * (breach and f.extended < 2)
            f.extended = 2 if breach else 1
        elif e.type == 'DuePassed':
            f.overdue = True
        elif e.type == 'ApologyIssued':
            f.apologised_at = e.at
        if e.late and e.commanded:
            moved.append('late_entries')
        f.judge()
        if f.result != 'open' and f.timing != 'late':       # it had ended in time, when intake had not heard of that
            f.overdue = False
        moved += ['overdue'] * (f.overdue and not overdue) + ['-overdue'] * (overdue and not f.overdue)
        moved += sorted(f.standing - stood) + ['-' + name for name in sorted(stood - f.standing)]
        paid = f.pay(e)
        said = f.turn_to(e) | f.hear(e) | f.go(e)
        said['conduct_points'] = f.conduct - conduct
        if moved or any(said.values()) or any(paid.values()):
            figure = figures.setdefault((f.unit, f.procedure, f.day), {**dict.fromkeys(COUNTED, 0), 'fees': dict.fromkeys(FEES, 0)})
            for name, n in paid.items():
                figure['fees'][name] += n
            for name in moved:
                figure[name.lstrip('-')] += -1 if name[0] == '-' else 1
            for name, n in said.items():
                figure[name] += n
            figure['as_of'] = entry.number
    return facts, figures


def check(world, report):
    facts, figures = count(world.entries)
    sql = ('SELECT dossier, code, unit, receiving_unit, procedure, day, ' + micros('due_at') + ', ' + micros('ended_at')
           + ', result, timing, at_counter, elsewhere, overdue, extended, rated, complaints, justified, answers, late_answers, late_publications, delivery,'
           ' proxy, unclaimed, supplement_late, contacts, visited, '
           + micros('waits_from') + f", counter, {micros('apologised_at')}, {micros('passed_at')}, by_hours FROM audit.fact")
    held = {row[0]: row[1:] for row in world.db.rows(sql)}
    for dossier in facts.keys() | held.keys():
        mine = facts[dossier].row() if dossier in facts else None
        if mine != held.get(dossier):
            report.wrong(INVARIANT, dossier, f'audit holds {held.get(dossier)}; its entries say {mine}')
    report.looked(INVARIANT, 'dossiers', len(facts))
    _fees(world, report, facts)

    sql = f"SELECT unit, procedure, day, {', '.join(COUNTED)}, as_of FROM audit.kpi"
    stored = {tuple(row[:3]): dict(zip(COUNTED + ['as_of'], map(int, row[3:]))) for row in world.db.rows(sql)}
    money = {tuple(row[:3]): dict(zip(FEES, map(int, row[3:]))) for row in world.db.rows(f"SELECT unit, procedure, day, {', '.join(FEES)} FROM audit.fee_kpi")}
    for key in stored.keys() | money.keys():
        stored.setdefault(key, {})['fees'] = money.get(key, dict.fromkeys(FEES, 0))
    published = {r.key: r.value for r in world.topics.records.get(FIGURES, [])}
    for key in figures.keys() | stored.keys():
        name = '/'.join(key)
        if figures.get(key) != stored.get(key):
            report.wrong(INVARIANT, name, f'audit counts {stored.get(key)}; its entries say {figures.get(key)}')
        _published(report, name, figures.get(key), published.get(name.encode()))
    for key in published.keys() - {'/'.join(key).encode() for key in figures}:
        report.wrong(INVARIANT, key.decode('utf-8', 'replace'), f'{FIGURES} has a figure of it; no entry is counted there')
    report.looked(INVARIANT, 'figures', len(figures))
    _pauses(world, report)
    steps.check_figures(world, report, facts, duedates.Catalogue.of(world))


def _fees(world, report, facts):
    """What audit keeps of a dossier's fees to go on counting by: one row of each that has some."""
    mine = {d: f.fee_row() for d, f in facts.items() if f.had_fees}
    held = {row[0]: row[1:] for row in world.db.rows('SELECT dossier, supplement_fees, supplement_vnd, return_fees, return_vnd, has_fee, paid_online FROM audit.fee_fact')}
    for dossier in mine.keys() | held.keys():
        if mine.get(dossier) != held.get(dossier):
            report.wrong(INVARIANT, dossier, f'audit keeps {held.get(dossier)} of its fees; its entries say {mine.get(dossier)}')
    report.looked(INVARIANT, 'dossiers with fees', len(mine))


PAUSES = {'SupplementRequested': ('supplement', 'ground'), 'ObligationOpened': ('obligation', None), 'PeriodExcluded': ('excluded', 'period')}  # kind, its code


def _pauses(world, report):
    """What makes clocks stand still is kept beside the entry that says so."""
    wanted = {}
    for entry in world.entries:
        e = entry.event
        if e is None or e.type not in PAUSES:
            continue
        kind, code = PAUSES[e.type]
        since = e.body.get('from' if kind == 'excluded' else 'paused_from')
        wanted[str(entry.number)] = [day(since), kind, e.body.get(code, '') if code else '', e.body.get('superior', ''), _text(since), _text(e.body.get('until'))]
    kept = {row[0]: row[1:] for row in world.db.rows(f"SELECT number, day, kind, code, superior, {micros('from_at')}, {micros('until_at')} FROM audit.pause")}
    for number in wanted.keys() | kept.keys():
        if wanted.get(number) != kept.get(number):
            report.wrong(INVARIANT, f'entry {number}', f'audit keeps {kept.get(number)} of it as a pause; it says {wanted.get(number)}')
    report.looked(INVARIANT, 'pauses', len(wanted))
    early = {str(x.number): [x.event.body['period'], _text(x.event.body['from']), _text(x.event.body['until'])]
             for x in world.entries if x.event and x.event.type == 'PeriodEnded'}
    kept = {row[0]: row[1:] for row in world.db.rows(f"SELECT number, code, {micros('from_at')}, {micros('until_at')} FROM audit.pause_end")}
    for number in early.keys() | kept.keys():
        if early.get(number) != kept.get(number):
            report.wrong(INVARIANT, f'entry {number}', f'audit keeps {kept.get(number)} of it as the end of a period; it says {early.get(number)}')
    report.looked(INVARIANT, 'periods that ended early', len(early))


def _published(report, name, figure, value):
    if figure is None:
        return
    try:
        said = json.loads(value)
    except (TypeError, ValueError):
        report.wrong(INVARIANT, name, f'{FIGURES} has no readable message of it')
        return
    wanted = {**figure, 'in_process': figure['received'] - sum(figure[k] for k in ('early', 'on_time', 'late', 'withdrawn', 'stopped'))}
    wrong = {k: (said.get(k), v) for k, v in wanted.items() if said.get(k) != v}
    if wrong or '/'.join((said.get('unit', ''), said.get('procedure', ''), said.get('day', ''))) != name:
        report.wrong(INVARIANT, name, f'{FIGURES} says (wrong, right): {wrong}')
