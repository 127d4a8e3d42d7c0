"""V6, V9: steps. How each step went that an event says to have ended is computed again from the events that opened and ended it and from the
process, by the second implementation of the clocks (tests/oracle/clock.py); and what audit holds of it is counted again."""
from collections import Counter, defaultdict

import clock

from .database import micros
from .watches import TOLD
from .words import SOURCES, id_text, seen_of, turns_of, word

CLOCKS, FIGURES = 'V6', 'V9'
LEFT_OUT = 'left_out'             # whatever the law calls it: no step's time runs
KINDS = {'TransferTaken': 'transfer', 'ObligationMet': 'obligation', 'Verified': 'verify', 'Consulted': 'consult', 'ConsultationLapsed': 'consult',
         'SupplementAsked': 'appraise', 'Appraised': 'appraise', 'Endorsed': 'endorse', 'DraftReturned': 'endorse', 'Signed': 'approve', 'SentBack': 'approve',
         'Sealed': 'number_seal', 'HandOverTaken': 'hand_over', 'Ready': 'return'}
PARTS = ('Contributed', 'PartLapsed')    # of co-operating units, in the lead's step
KINDS |= dict.fromkeys(PARTS, 'appraise')
BREAKS = ('WithdrawalGranted', 'StopSigned')        # of approval: the dossier ends, and with it an open decision
BROKEN_OFF = ('IntakeBrokenOff', 'AppraisalBrokenOff')      # what else was open then
GIVEN = ('transfer', 'consult')         # until a given moment
COUNTED = ['early', 'on_time', 'late', 'broken_off', 'minutes_used', 'minutes_late', 'warned', 'passed']


def said(e):
    """(unit, opened, due, minutes used, minutes late) as the event says; None."""
    c = e.get('step_clock')
    return c and (c.get('unit') or e.get('unit', ''), c.get('opened_at', 0), c.get('due_at', 0), c.get('minutes_used', 0), c.get('minutes_late', 0))


def kind_of(e):
    """The kind of step that an event ends; '': none."""
    return 'approve' if e.type in BREAKS else e.body.get('step', {}).get('kind', '') if e.type in BROKEN_OFF else KINDS.get(e.type, '')


def ended(e):
    """When the step ended: what was broken off, with the dossier."""
    return e.body.get('step', {}).get('at', 0) if e.type in BROKEN_OFF else e.at


def timing(e):
    unit, opened, due, used, late = said(e)
    if late or e.type in ('ConsultationLapsed', 'PartLapsed'):
        return 'late'
    if e.type in BREAKS + BROKEN_OFF:
        return 'broken_off'
    before = clock.day_of(e.at) < clock.day_of(due) if KINDS[e.type] in GIVEN or e.type in PARTS else e.at < due
    return 'early' if before else 'on_time'


def engine(office, received):
    """What counts the time of a step in those office hours, of a dossier that was there by then."""
    oracle = clock.Dossier(office, {
        'span': ('hour', 1), 'same_day': False, 'cutoff': 0, 'has_reduced': False, 'reduced': None, 'transferred': False, 'transfer_cutoff': 0,
        'supplement_days': 0, 'wait': ('day', 0)}, [], [(LEFT_OUT, True)])
    oracle.add(('received', received, '', '', 0))
    return oracle


def leave_out(oracle, opened, minutes, periods):
    """Until when a step is allowed in whose time these periods may begin, one after the other; the oracle knows of those that do, from then on."""
    due = clock.add(oracle.office, opened, 'hour', minutes)
    for begin, end in periods:
        if end > opened and begin < due:
            oracle.facts += [('excluded_from', begin, LEFT_OUT, '', 0), ('excluded_to', end, LEFT_OUT, '', 0)]
            due = int(oracle.steps([(opened, None, minutes, None)], 0, end)[0].split(',')[0])
    return due


def allowed(office, opened, minutes, periods):
    """Until when something is allowed that begins then, without these periods."""
    return leave_out(engine(office, opened), opened, minutes, periods)


class Kept:
    """What intake keeps of its own steps: they open with the event before them, but not before what their clocks know, nor ahead of the clock of its database."""

    def __init__(self, world):
        self.opened = defaultdict(dict)
        for table in ('transfer', 'obligation'):
            for dossier, step, round_, opened in world.db.rows(f'SELECT dossier, step, round, {micros("opened_at")} FROM intake.{table}'):
                self.opened[dossier][int(step), int(round_)] = opened and int(opened)


class Dossier:
    """A dossier's events as far as they open or end steps. `openings` are those of the steps behind intake's and appraisal's events."""

    def __init__(self, catalogue, counter, received, events, openings, kept):
        process = catalogue.version('process', received.get('process'), received.get('process_version', 0))
        self.steps = process['process'].get('steps', []) if process else []
        self.catalogue, self.counter, self.received, self.events = catalogue, counter, received, events
        self.openings, self.kept = openings, kept

    def kind(self, n):
        return word(self.steps[n - 1].get('kind'), 'STEP_KIND') if 0 < n <= len(self.steps) else ''

    def unit(self, n):
        ref = self.steps[n - 1].get('unit_ref', '')
        return {'own': self.received.get('unit', ''), 'receiving': self.received.body.get('receiving_unit', '')}.get(ref, ref)

    def last(self, types, e, **more):
        """The newest such event before e, of e's document where it has one; None."""
        found = [x for x in self.events if x.type in types and x is not e and all(x.get(k) == v for k, v in more.items())]
        return max((x for x in found if x.at <= e.at), key=lambda x: (x.at, x.version), default=None)

    def opener(self, types, e):
        """The newest such event of e's document that e came behind, also when the clock was set back between the two; None."""
        found = [x for x in self.events if x.type in types and x.get('document_id') == e.get('document_id') and (x.source != e.source or x.version < e.version)]
        return max(found, key=lambda x: x.version, default=None)

    def decides(self, e):
        """The event behind which approval had to decide when it ended the dossier with e; None: it had not."""
        n, seen = e.step[0], seen_of(e, 'appraisal')
        drafts = [x for x in self.events if x.type in ('Appraised', 'Endorsed') and x.step[0] == n - 1 and x.version <= seen]
        back = [x for x in self.events if x.type == 'SentBack' and x.step[0] == n and x.version < e.version]
        return max(drafts, key=lambda x: x.version) if len(drafts) > len(back) else None

    def opened(self, e):
        kind = kind_of(e)
        if e.type in BREAKS:
            return self.decides(e).at
        if kind in ('transfer', 'obligation'):
            return self.kept.get(e.step)
        if kind == 'number_seal':
            before = self.opener(('Signed',), e)
        elif kind == 'hand_over':
            before = self.opener(('Sealed',), e)
        elif kind == 'return':
            before = self.opener(('HandOverTaken', 'Sealed'), e)
        else:
            n, round_ = e.step
            return self.openings[n][round_ - 1] if 0 < round_ <= len(self.openings[n]) else None
        return before and before.at

    def until(self, e):
        """The given moment at which its step ends, as it was told, or as it has been counted again since; 0: by its minutes."""
        if kind_of(e) == 'consult':
            asked = self.last(('ConsultationAsked',), e, step=e.step[0], round=e.step[1])
            return asked and self._now(e, asked.body.get('answer_due_at'), self.answers(asked, e.get('release', 0)))
        if kind_of(e) == 'transfer':
            given = self.last(('TransferGiven',), e, step=e.step[0], round=e.step[1])
            return given and self._now(e, given.body.get('due_at'), self.transfers(self.kept.get(e.step), 0, e.get('release', 0)))
        return 0

    @staticmethod
    def _now(e, told, again):
        return said(e)[2] if said(e) and said(e)[2] in again else told

    def calendars(self, since, until=None):
        """The releases whose calendar may have counted what was decided with `since`, up to `until`."""
        known = sorted(of for of, _ in self.catalogue.calendars if until is None or of <= until)
        return [of for n, of in enumerate(known) if n + 1 == len(known) or known[n + 1] > since]

    def answers(self, asked, until=None):
        """Until when an asked unit may answer. Where something is left out of that which was not when it was asked, nobody counts again."""
        return {self.allowed(asked.step[0], asked.at, of, self.left_out(asked), unit=asked.body.get('unit')) for of in self.calendars(asked.get('release', 0), until)}

    def transfers(self, opened, since, until=None):
        """Until when papers are to be taken over whose transfer opened then."""
        return set() if opened is None else {
            clock.transfer(self.catalogue.office(self.counter, of), opened, self.catalogue.term('transfer_cutoff', opened, of))
            for of in self.calendars(since, until)}

    def hand(self, e, due):
        """The unit that had it when its time was over."""
        n, kind = e.step[0], kind_of(e)
        if kind == 'consult':
            return self.asked(e) or self.unit(n)
        if kind not in ('transfer', 'hand_over'):
            return self.unit(n)
        given = self.last(('TransferGiven', 'HandOverGiven'), e, step=n)
        if e.type in BROKEN_OFF:        # it does not say between whom
            back = self.last(('TransferRefused',), e, step=n)
            back = back and back.at <= due and back.version > given.version
            return given.body['to_unit'] if given and given.at <= due and not back else given.body['from_unit'] if given else self.giver(n)
        return e.body.get('to_unit' if given and given.at <= due else 'from_unit', '')

    def giver(self, n):
        """Whose papers wait to be handed on with step n: the unit's that had the step before."""
        return self.unit(n - 1)

    def asked(self, e):
        """The unit that a consultation has asked; None."""
        asked = self.last(('ConsultationAsked',), e, step=e.step[0], round=e.step[1])
        return e.body.get('unit') or (asked and asked.body.get('unit'))

    def engine(self, n, opened, release, unit=None):
        """What counts the time of step n, by the calendar of a release: at a counter in its hours, else in those of the unit that has it, or was asked."""
        office = self.catalogue.office(self.counter, release) if self.steps[n - 1].get('at_counter') else \
            self.catalogue.office_of(unit or self.unit(n), opened, release)
        return engine(office, min(opened, self.received.at))

    def all_left_out(self, known=None):
        """The periods that the law leaves out, in order and each once: [(from, until)]. known: by intake's events up to that version."""
        heard = [x for x in self.events if x.type in ('PeriodExcluded', 'PeriodEnded') and (known is None or x.version <= known)]
        early = {(x.body['period'], x.body['from']): x.body['until'] for x in heard if x.type == 'PeriodEnded'}
        spans = [(x.body['from'], early.get((x.body['period'], x.body['from']), x.body['until'])) for x in heard if x.type == 'PeriodExcluded']
        periods = [((begin, 0), (end, 0)) for begin, end in spans if end > begin]
        return [(begin[0], end[0]) for begin, end in clock.merge(periods)]

    def left_out(self, e):
        """As far as e's service knew them."""
        return self.all_left_out(e.version - 1 if SOURCES[e.source] == 'intake' else seen_of(e, 'intake'))

    def allowed(self, n, opened, release, periods, minutes=None, unit=None):
        """Until when step n is allowed by its minutes, or by fewer of them; of the unit that was asked, where one was."""
        return leave_out(self.engine(n, opened, release, unit), opened, self.steps[n - 1].get('minutes', 0) if minutes is None else minutes, periods)

    def allowed_unit(self, turn, unit, minutes, release):
        """Until when a unit may co-operate whose turn that is: so many minutes of its office hours."""
        return allowed(self.catalogue.office_of(unit, turn.at, release), turn.at, minutes, self.left_out(turn))

    def part(self, e):
        """What the end of a co-operating unit's part should say: it has its office hours from its turn on, until the moment that it was given."""
        unit, until = e.body.get('unit'), e.body.get('due_at')
        turn = max((x for x in self.events if x.step == e.step and x.version < e.version and unit in dict(turns_of(x))), key=lambda x: x.version, default=None)
        if turn is None:
            return 'its turn never came'
        if turn.at > e.at:      # the clock was set back meanwhile
            return None
        minutes = turn.body.get('minutes') or {w['unit']: w['minutes'] for w in self.steps[e.step[0] - 1].get('with', [])}.get(unit, 0)
        oracle = engine(self.catalogue.office_of(unit, turn.at, e.get('release', 0)), min(turn.at, self.received.at))
        _, used, late, _, _ = oracle.steps([(turn.at, e.at, minutes, until)], 0, e.at)[0].split(',')
        return (unit, turn.at, until, int(used), int(late))

    def computed(self, e):
        """What the event should say; None: nothing."""
        n = e.step[0]
        if e.type in PARTS:
            return self.part(e)
        if not 0 < n <= len(self.steps) or self.kind(n) != kind_of(e) or e.type in BREAKS and not self.decides(e):
            return None
        minutes, until, opened = self.steps[n - 1].get('minutes', 0), self.until(e), self.opened(e)
        if not minutes and not until:
            return None
        if opened is None:
            return 'it was never opened'
        if opened > ended(e):       # the clock was set back meanwhile: nothing can be said of how it went
            return None
        oracle = self.engine(n, opened, e.get('release', 0), self.asked(e) if kind_of(e) == 'consult' else None)
        leave_out(oracle, opened, minutes, [] if until else self.left_out(e))
        notified = self.last(('ObligationOpened',), e, step=n) if kind_of(e) == 'obligation' else None
        if notified:
            oracle.facts += [('obligation_opened', notified.at, '', 'notice', 0)] + [('obligation_closed', e.at, '', '', 0)] * (e.type == 'ObligationMet')
        _, used, late, _, _ = oracle.steps([(opened, ended(e), minutes, until or None)], 0, ended(e))[0].split(',')
        now = max([ended(e)] + [fact[1] for fact in oracle.facts])      # until when it was allowed as was known: a period may go on
        due = int(oracle.steps([(opened, None, minutes, until or None)], 0, now)[0].split(',')[0])
        return (self.hand(e, due), opened, due, int(used), int(late))


def check_clocks(report, dossier, story):
    for e in story.events:
        result = e.type not in ('HandOverTaken', 'Ready') or story.last(('Sealed',), e, document_id=e.get('document_id'))
        if e.type not in KINDS and e.type not in BREAKS + BROKEN_OFF or not result:
            if e.get('step_clock'):
                report.wrong(CLOCKS, dossier, f'{e} ends no step, and says how one went')
            continue
        wanted = story.computed(e)
        if said(e) != wanted:
            report.wrong(CLOCKS, dossier, f'the step that {e} ends went {said(e)}, computed {wanted}')
        if e.type in BROKEN_OFF:
            by = next((x for x in story.events if x.id == id_text(e.get('cause'))), None)
            if by is None or by.type not in BREAKS or by.at != ended(e) or story.kind(e.step[0]) != kind_of(e):
                report.wrong(CLOCKS, dossier, f'{e} says that a step of {kind_of(e)} was broken off at {ended(e)}, by {by}')
        report.looked(CLOCKS, 'steps that ended', 1)


def check_broken_off(world, report):
    """Of what was open when its dossier ended, each step is told of, and no other."""
    asked = {(d, e.step) for d, events in world.dossiers.items() for e in events if e.type == 'SupplementAsked'}
    for service, type_, open_ in (
            ('appraisal', 'AppraisalBrokenOff', "SELECT dossier, step, round FROM appraisal.step WHERE state = 'cancelled'"),
            ('intake', 'IntakeBrokenOff', """SELECT s.dossier, s.step, s.round FROM (
                 SELECT dossier, step, round FROM intake.transfer WHERE supplement = 0 AND state <> 'taken'
                  UNION ALL SELECT dossier, step, round FROM intake.obligation WHERE state <> 'met') s
                   JOIN intake.dossier d ON d.id = s.dossier WHERE d.broken_off_at IS NOT NULL""")):
        said = {(d, e.step) for d, events in world.dossiers.items() for e in events if e.type == type_}
        held = {(d, (int(step), int(round_))) for d, step, round_ in world.db.rows(open_)} - asked
        for d, step in said ^ held:
            report.wrong(CLOCKS, d, f'step {step} of {service} was{"" if (d, step) in held else " not"} open when the dossier ended, and is{"" if (d, step) in said else " not"} told of')
        report.looked(CLOCKS, 'steps that were broken off', len(said))


def _late_minutes(catalogue, f):
    """By how much a dossier was late, in the hours of its counter on the day of receipt, as its dates are counted."""
    release = max((of for of, _ in catalogue.calendars), default=0)
    office = catalogue.office(catalogue.find('counter', f.counter, f.received, release), release)
    until = f.ended_at if f.result in ('granted', 'refused') or f.waits_from is None else min(f.ended_at, f.waits_from)
    return clock.begun_minutes(office.worked(f.judged_by, until)) if until > f.judged_by else 0


def check_figures(world, report, facts, catalogue):
    """Audit's rows: what it counts by unit and kind, which steps it keeps as late, and that what a dossier was late is charged whole."""
    figures, late = defaultdict(Counter), {}
    for entry in world.entries:
        e = entry.event
        if e is None or e.get('subject_kind') != 'dossier' or e.subject not in facts:
            continue
        if e.type in TOLD:
            told = e.body.get('step', {})
            figures[told.get('unit', ''), told.get('kind', ''), facts[e.subject].day]['warned' if TOLD[e.type][1] == 'near' else 'passed'] += 1
        if not kind_of(e) or not said(e):
            continue
        unit, _, _, used, minutes = said(e)
        row = figures[unit, kind_of(e), facts[e.subject].day]
        row[timing(e)] += 1
        row['minutes_used'] += used
        row['minutes_late'] += minutes
        if minutes:
            late[e.subject, *e.step, unit] = (kind_of(e), minutes)
    wanted = {key: [row[name] for name in COUNTED] for key, row in figures.items()}
    stored = {tuple(row[:3]): [int(n) for n in row[3:]]
              for row in world.db.rows(f"SELECT unit, kind, day, {', '.join(COUNTED)} FROM audit.step_kpi WHERE kind <> '' AND early + on_time + late + broken_off + warned + passed > 0")}
    for key in wanted.keys() | stored.keys():
        if wanted.get(key) != stored.get(key):
            report.wrong(FIGURES, '/'.join(key), f'audit counts steps {stored.get(key)}; its entries say {wanted.get(key)}')
    report.looked(FIGURES, 'figures of steps', len(wanted))

    charged, kept = Counter(), {}
    for dossier, step, round_, kind, unit, minutes, of in world.db.rows(
            'SELECT dossier, step, round, kind, unit, minutes_late, minutes_charged FROM audit.late_step'):
        kept[dossier, int(step), int(round_), unit] = (kind, int(minutes))
        charged[dossier] += int(of)
    for key in late.keys() | kept.keys():
        if late.get(key) != kept.get(key):
            report.wrong(FIGURES, key[0], f'audit keeps the late step {key[1:]} as {kept.get(key)}; its entries say {late.get(key)}')
    moved = {e.event.subject for e in world.entries if e.event and e.event.type == 'DueMoved'}     # judged by another calendar, perhaps
    for dossier, uncharged in world.db.rows('SELECT dossier, uncharged FROM audit.fact'):
        f = facts.get(dossier)
        if f is None or dossier in moved:
            continue
        minutes = _late_minutes(catalogue, f) if f.result in ('granted', 'refused', 'withdrawn', 'stopped') else 0
        if charged[dossier] + int(uncharged) != minutes:
            report.wrong(FIGURES, dossier, f'{minutes} minutes late, charged {charged[dossier]} and not charged {uncharged}')
    report.looked(FIGURES, 'dossiers that are charged', sum(1 for n in charged.values() if n))
