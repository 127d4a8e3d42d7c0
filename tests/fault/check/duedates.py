"""V6: due dates. Each is computed again from the times that events carry, by the second implementation of the working-time clock
(tests/oracle/clock.py) on the reference data of the release the decision was made with, and compared wherever it is kept."""
from collections import defaultdict

import clock

from . import apologies
from . import steps as step_clocks
from . import transfers, watches
from .database import micros
from .openings import openings_of
from .words import SOURCES, seen_of, turns_of, word
from .world import PROTO

INVARIANT = 'V6'
USUAL_HOURS = [(420, 690), (810, 1020)]         # 07:00-11:30, 13:30-17:00
# Where the reference data say nothing: Decree 61/2018 Art. 18 and 19(9); Decision 766/2022, 5.2; the project's own.
TERMS = {'transfer_cutoff': 15 * 60, 'apology_notice': 1, 'complaint_refusal': 2, 'complaint_answer': 15, 'complaint_supplement': 5,
         'complaint_wait': 10, 'complaint_publish': 2, 'collection_remind': 30, 'collection_reminders': 3}
UNITS = {'HOURS': 'hour', 'DAYS': 'day', 'WORKING_DAYS': 'working_day', 'MONTHS': 'month'}


class Catalogue:
    """The reference data that intake decided with, by the checker's own reader."""

    @classmethod
    def of(cls, world):
        """Read once for all who look at the same world."""
        if world.catalogue is None:
            world.catalogue = cls(world)
        return world.catalogue

    def __init__(self, world):
        self.records, self.offices = defaultdict(list), {}
        sql = "SELECT release, encode(record, 'hex') FROM intake.catalogue_record WHERE kind IN ('unit', 'counter', 'procedure', 'process', 'calendar', 'term') ORDER BY version"
        for release, record in world.db.rows(sql, of_bytes=(1,)):
            r = PROTO.decode('CatalogueRecord', record)
            self.records[r['kind'], r['id']].append((int(release), r))
        self.calendars = [(release, r) for (kind, _), versions in self.records.items() if kind == 'calendar' for release, r in versions]

    def find(self, kind, name, day, release):
        """The newest version up to a release that is valid on a day."""
        for of, r in reversed(self.records[kind, name]):
            if of <= release and r.get('valid_from', 0) <= day and not 0 < r.get('valid_to', 0) <= day:
                return r
        return None

    def version(self, kind, name, version):
        return next((r for _, r in self.records[kind, name] if r['version'] == version), None)

    def term(self, name, at, release):
        """A number of the law on the day of a moment."""
        r = self.find('term', name, clock.day_of(at), release)
        return r['term']['value'] if r else TERMS[name]

    def last_year(self, release):
        """Until when the calendar of a release is issued."""
        return max(((of, r) for of, r in self.calendars if of <= release), key=lambda c: c[0])[1]['calendar'].get('last_year', 0)

    def office_of(self, unit, at, release):
        """The working hours of a unit on the day of a moment, on the calendar of a release."""
        return self.office(self.find('unit', unit, clock.day_of(at), release), release)

    def office(self, place, release):
        """The working hours of a counter or a unit (None: the usual ones) on the calendar of a release."""
        minutes = (place.get('counter') or place.get('unit') or {}).get('office_minutes', []) if place else []
        hours = tuple(zip(minutes[::2], minutes[1::2])) or tuple(USUAL_HOURS)
        at = max((n for n, (of, _) in enumerate(self.calendars) if of <= release), key=lambda n: self.calendars[n][0], default=None)
        if at is None:
            return None
        if (hours, at) not in self.offices:
            c = self.calendars[at][1]['calendar']
            self.offices[hours, at] = clock.Office(set(c.get('days_off', [])), set(c.get('make_up_days', [])), list(hours))
        return self.offices[hours, at]


PAUSES = {'ObligationOpened': 'obligation_opened', 'ObligationMet': 'obligation_closed',
          'SupplementRequested': 'supplement_requested', 'SupplementReceived': 'supplement_received'}


MOVES = ('DueNear', 'DuePassed', 'Sealed', 'WithdrawalGranted', 'StopSigned', 'NoticeIssued', 'DueMoved', 'ExtensionRequested', 'Extended',
         'FindingRecorded', 'PeriodExcluded', 'PeriodEnded')

MOVERS = ('ObligationMet', 'SupplementReceived', 'FindingRecorded', 'PeriodExcluded', 'PeriodEnded', 'DueMoved', 'Extended')


def span(rule, minutes, time):
    """A time as the clock takes it, from a record that has it in minutes or as a count of its unit."""
    unit = word(rule.get('time_unit'), 'TIME_UNIT').upper()
    return UNITS.get(unit), rule.get(minutes if unit == 'HOURS' else time, 0)


class Promise:
    """When a procedure's result is due by either clock, as the dossier's events move it."""

    def __init__(self, procedure, office_of, notice_of, received, refused, issued, asked_for):
        p = procedure['procedure']
        self.office_of, self.release = office_of, received.get('release', 0)    # that the dates were counted with
        self.notice_of = notice_of      # (a date, release) -> by how many days an apology precedes it
        self.clock = clock.Dossier(office_of(self.release), {
            'span': span(p, 'statutory_minutes', 'statutory_time'), 'same_day': p.get('same_day', False), 'cutoff': p.get('cutoff_minute', 0),
            'has_reduced': False, 'reduced': None, 'transferred': False, 'transfer_cutoff': 0, 'supplement_days': 0, 'wait': ('day', 0)},
            [(v['finding'], v.get('replaces', False), span(v, 'minutes', 'time')) for v in p.get('variants', [])],
            [(x['period'], x.get('reported', False)) for x in p.get('excluded', [])])
        self.happened = []              # (event, the legal date behind it, the reported one)
        self.ended = self.paused = False
        self.stop = None                # StopSigned: there will be no result to apologise for
        self.asked, self.new, self.breaches = None, None, {}    # ExtensionRequested; the new date; {Extended: breach}
        self.judged = None              # by what: when it was sealed, which date it had to precede, by how many days
        self.watched, self.opened = True, None  # somebody is to tell when the nearest passes; since when it is paused
        self.set_at, self.set_by, self.warned = received.recorded, self.release, False      # when the watch was set, by which release; it has warned since
        self.nears = {}                 # DueNear -> when it was to be
        self.requests, self.refused = 0, refused        # ExtensionRequested; the events by which approval refused one
        self.asked_for = asked_for      # (step, round) -> when appraisal asked for the supplement
        self.issued = issued            # when the apology was, if it was: intake may hear of it later
        self.warnings, self.apology = [], None  # (DueNear, both dates then, whether none is prepared); the date prepared
        self.facts, self.received, self.latest = [], received.at, {}    # whether of a tax or a supplement -> the latest of it
        self.add(('received', received.at, '', '', 0))
        self.due, self.reported = self.clock.dues()
        self.first = self.due

    @property
    def nearest(self):
        """What an apology has to precede: it is warned of, and told when it passes."""
        return min(self.due, self.reported)

    def add(self, *facts):
        """What happened, in the order of time: a period that is left out may begin before what is known, and end behind what comes later."""
        for fact in facts:
            at = next((n for n, x in enumerate(self.facts) if n and x[1] > fact[1]), len(self.facts))
            self.facts.insert(at, fact)
            if at == len(self.facts) - 1:
                self.clock.add(fact)
            else:
                self.clock = clock.Dossier(self.clock.office, self.clock.rule, self.clock.variants, self.clock.exclusions)
                for x in self.facts:
                    self.clock.add(x)

    def count(self, release):
        """Both dates, by the calendar of a release."""
        self.clock.office, self.release = self.office_of(release), release
        self.due, self.reported = self.clock.dues()

    def end_early(self, e):
        """The period ends when it did, not when it was to: everything is told again, with that."""
        begins = next(n for n, x in enumerate(self.facts) if x[0] == 'excluded_from' and x[1:3] == (e.body['from'], e.body['period']))
        ends = next(n for n, x in enumerate(self.facts) if n > begins and x[0] == 'excluded_to' and x[2] == e.body['period'])
        del self.facts[ends]
        at = next((n for n, x in enumerate(self.facts) if n and x[1] > e.body['until']), len(self.facts))
        self.facts.insert(at, ('excluded_to', e.body['until'], e.body['period'], '', 0))
        self.clock = clock.Dossier(self.clock.office, self.clock.rule, self.clock.variants, self.clock.exclusions)
        for x in self.facts:
            self.clock.add(x)

    def followed(self, e):
        """What followed something did not happen before it, though the clock of a machine may have been set back since."""
        tax = e.type.startswith('Obligation')
        earliest = self.received if e.type == 'ObligationOpened' else self.latest.get(tax, self.received)
        self.latest[tax] = max(self.waits_from(e) if e.type == 'SupplementRequested' else e.at, earliest)
        return self.latest[tax]

    def waits_from(self, e):
        """Since appraisal asked for it, however late intake heard of that; not before what its clocks knew, nor ahead of its own."""
        known = max(x[1] for x in self.facts if x[1] <= e.at or x[0] == 'received')
        return min(max(self.asked_for.get(e.step, e.at), known), e.at)

    def take(self, e):
        release, before = e.get('release', 0), (self.due, self.reported)
        if e.type in PAUSES:
            at = self.followed(e)
            self.add((PAUSES[e.type], at, e.body.get('ground', ''), 'notice' if e.type.startswith('Obligation') else '', 0))
            self.paused = e.type in ('ObligationOpened', 'SupplementRequested')
            if self.paused:
                self.open(at, release)
            else:
                self.resume(e, release)
        elif e.type in ('DueMoved', 'FindingRecorded', 'PeriodExcluded', 'PeriodEnded'):
            if e.type == 'FindingRecorded':
                self.add(('finding', max(e.at, self.received), e.body['finding'], '', 0))
            elif e.type == 'PeriodExcluded':
                self.add(('excluded_from', e.body['from'], e.body['period'], '', 0, e.at), ('excluded_to', e.body['until'], e.body['period'], '', 0))
            elif e.type == 'PeriodEnded':
                self.end_early(e)
            self.count(e.body['calendar_release'] if e.type == 'DueMoved' else release)
            self.set(not self.ended and not self.paused and (self.watched or self.nearest > e.at), e)
        elif e.type == 'ExtensionRequested':
            self.asked, self.new = e, e.body['due_at']
            self.requests += 1
        elif e.type == 'Extended':
            self.extend(e, release)
        elif e.type == 'DueNear':
            self.warned, self.nears[e] = True, self.warns(self.nearest, self.set_at, self.set_by)
            self.prepare(e)
        elif e.type == 'StopSigned':
            self.stop = e
        elif e.type == 'DuePassed':
            self.watched = False
            if not self.paused and (self.stops(e) or (self.apology or 0) <= e.at):
                self.prepare(e)
        elif e.type in ('Sealed', 'WithdrawalGranted', 'NoticeIssued'):
            self.watched, self.ended = False, True
        moved = (self.due, self.reported) != before
        if e.type == 'ExtensionRequested' or moved and self.apology and (
                self.near(self.nearest, release) > e.at or clock.day_of(self.apology) <= clock.day_of(max(self.due, self.reported))):
            self.apology = None
        self.happened.append((e, self.due, self.reported))

    def stops(self, e):
        """Intake knew then that the stop notice is signed."""
        return self.stop is not None and self.stop.version <= seen_of(e, 'approval')

    def prepare(self, e):
        """An apology, unless one was asked for that approval had not refused by then, or the stop notice was signed."""
        seen = seen_of(e, 'approval')
        known = sum(1 for x in self.refused if x.version <= seen)
        self.warnings.append((e, self.due, self.reported, self.requests > known or self.stops(e)))
        self.apology = e.body.get('apology_due_at')

    def open(self, at, release):
        """No date moves as a pause begins; what was counted may have been explained anew."""
        self.watched, self.opened, before = False, at, self.clock.office
        self.clock.office = self.office_of(release)
        if self.clock.dues() == (self.due, self.reported):
            self.release = release
        else:
            self.clock.office = before

    def resume(self, e, release):
        """A supplement may carry a date ahead once more that had passed before it was asked for."""
        in_time = self.nearest > self.opened
        self.count(release)
        self.set(not self.ended and (in_time or e.type == 'SupplementReceived' and self.nearest > e.at), e)

    def set(self, watched, e):
        self.watched |= watched
        if watched:
            self.set_at, self.set_by, self.warned = e.recorded, e.get('release', 0), False

    def near(self, due, release):
        """The opening of the last working day on which an apology is still in time, by the term of a release."""
        office, day = self.clock.office, clock.day_of(due) - self.notice_of(due, release)
        while not office.works(day):
            day -= 1
        return office.of(day)[0][0]

    def warns(self, due, at, release):
        """When a watch that was set at a moment warns: with a fifth of the working time left where that day has begun already."""
        near, office = self.near(due, release), self.clock.office
        if near > at:
            return near
        minutes = office.worked(at, due) // clock.MINUTE
        return office.walk(at, (minutes - minutes // 5) * clock.MINUTE) if minutes >= 5 else due

    @property
    def looks(self):
        """When the watch looks next."""
        return self.nearest if self.warned or self.stop else self.warns(self.nearest, self.set_at, self.set_by)

    def extend(self, e, release):
        """A date that lies behind neither clock any more moves nothing; issued later than the law lets it it is a breach all the same."""
        late = self.nearest <= e.at
        self.count(release)
        nearest = self.nearest
        if self.new is not None and nearest < self.new > e.at:
            self.add(('extended', max(e.at, self.received), self.asked.body['reason'], '', self.new))
        else:
            self.new = None
        self.count(release)
        sealed, notice = e.at if self.issued is None else self.issued, self.notice_of(nearest, release)
        self.judged, self.breaches[e] = (sealed, nearest, notice), clock.day_of(nearest) - clock.day_of(sealed) < notice
        self.set(not self.ended and not self.paused and (not late or self.nearest > e.at), e)

    @property
    def dues(self):
        return {str(self.first)} | {str(due) for _, due, _ in self.happened}


def rule_of(procedure):
    p, version = procedure['procedure'], procedure['version']
    if p.get('same_day'):
        return f"same_day:{p.get('cutoff_minute', 0)}@{version}"
    unit = word(p.get('time_unit'), 'TIME_UNIT')
    return f"{unit}:{p.get('statutory_minutes', 0) if unit == 'hours' else p.get('statutory_time', 0)}@{version}"


class Kept:
    """Where due dates are kept."""

    def __init__(self, world):
        table = lambda sql: dict(world.db.rows(sql))
        self.dossier = {i: tuple(rest) for i, *rest in world.db.rows(
            f'SELECT id, {micros("due_at")}, due_rule, {micros("extension_due_at")}, {micros("coalesce(promised_at, due_at)")},'
            f' {micros("due_at_reported")}, release, calendar_last_year FROM intake.dossier')}
        self.copies = {s: table(f'SELECT id, {micros("due_at")} FROM {s}.dossier') for s in ('appraisal', 'approval', '"return"')}
        self.lists = defaultdict(set)
        for schema in ('intake', 'appraisal', 'approval', '"return"'):
            is_open = 'NOT closed' if schema == 'intake' else 'open'
            for dossier, due, opened in world.db.rows(f'SELECT DISTINCT dossier, {micros("due_at")}, {is_open} FROM {schema}.worklist'):
                self.lists[dossier].add((schema, due, opened == 't'))
        self.apologies = table(f'SELECT id, {micros("apology_due_at")} FROM intake.dossier')
        self.judged = {i: tuple(rest) for i, *rest in world.db.rows(
            f'SELECT id, {micros("extension_sealed_at")}, {micros("extension_nearest_at")}, extension_notice, {micros("extension_issued_at")}'
            ' FROM intake.dossier WHERE extension IS NOT NULL')}
        self.timers = table(f"SELECT subject, {micros('due_at')} FROM intake.timer WHERE act = 'due'")
        self.answers = table(f"SELECT subject, {micros('due_at')} FROM intake.timer WHERE act = 'answer'")
        self.complaints = defaultdict(dict)
        for dossier, number, *rest in world.db.rows(
                f"SELECT dossier, number, {micros('refuse_until')}, {micros('answer_due_at')}, {micros('wait_until')}, {micros('publish_until')},"
                " CASE WHEN state IN ('open', 'awaiting_more') AND NOT told THEN 'answer' WHEN state = 'answered' AND NOT publication_told THEN 'publish' END"
                " FROM intake.complaint"):
            *dates, waits = rest
            self.complaints[dossier][int(number)] = (*(t and int(t) for t in dates), waits)
        self.transfers = defaultdict(dict)
        for dossier, step, round_, due in world.db.rows(f'SELECT dossier, step, round, {micros("due_at")} FROM intake.transfer WHERE supplement = 0'):
            self.transfers[dossier][int(step), int(round_)] = int(due)
        self.supplies = {(dossier, int(n)): int(due) for dossier, n, due in world.db.rows(
            f'SELECT dossier, supplement, {micros("due_at")} FROM intake.transfer WHERE supplement > 0')}
        self.parts = defaultdict(dict)
        for dossier, step, round_, unit, opened, due in world.db.rows(
                f"SELECT dossier, step, round, unit, {micros('opened_at')}, {micros('due_at')} FROM appraisal.part WHERE opened_at IS NOT NULL"):
            self.parts[dossier][int(step), int(round_), unit] = (int(opened), int(due))
        self.own_steps = step_clocks.Kept(world).opened
        self.watches = watches.Kept(world)
        self.order = {e.event.name: e.number for e in world.entries if e.event}
        self.steps = defaultdict(dict)
        for dossier, step, round_, opened, due in world.db.rows(f'SELECT dossier, step, round, {micros("opened_at")}, {micros("due_at")} FROM appraisal.step'):
            self.steps[dossier][int(step), int(round_)] = (int(opened), due)


def check(world, report):
    catalogue, kept = Catalogue.of(world), Kept(world)
    for dossier, events in world.dossiers.items():
        received = next((e for e in events if e.type == 'Received'), None)
        if received is None:
            continue
        try:
            _dossier(report, catalogue, kept, dossier, received, events)
        except clock.Refused as e:
            report.wrong(INVARIANT, dossier, f'the clock refuses it: {e}')
    step_clocks.check_broken_off(world, report)


def _in_order(events):
    """By when they were recorded; of intake's own the versions say it better, for a clock may go back."""
    ordered = sorted(events, key=lambda e: (e.recorded, e.source, e.version))
    own = iter(sorted((e for e in events if SOURCES[e.source] == 'intake'), key=lambda e: e.version))
    return [next(own) if SOURCES[e.source] == 'intake' else e for e in ordered]


def _dossier(report, catalogue, kept, dossier, received, events):
    release, day = received.get('release', 0), clock.day_of(received.at)
    counter = catalogue.find('counter', received.body.get('counter'), day, release)
    procedure = catalogue.find('procedure', received.get('procedure'), day, release)
    office = catalogue.office(counter, release)
    if not counter or not procedure or not office:
        report.wrong(INVARIANT, dossier, f"no counter, procedure or calendar of release {release}: {received.body.get('counter')}, {received.get('procedure')}")
        return
    name = received.body.get('counter')
    office_of = lambda release: catalogue.office(catalogue.find('counter', name, day, release), release)
    issued = next((e.at for e in events if e.type == 'ApologyIssued'), None)
    notice_of = lambda due, release: catalogue.term('apology_notice', due, release)
    promise, rule = Promise(procedure, office_of, notice_of, received, [e for e in events if e.type == 'ExtensionRefused'], issued,
                            {e.step: e.at for e in events if e.type == 'SupplementAsked'}), rule_of(procedure)
    for e in _in_order([e for e in events if e.type in PAUSES or e.type in MOVES]):
        promise.take(e)
    if not promise.breaches and any(e.type == 'ApologyIssued' for e in events):     # behind the end: it means nothing any more
        promise.new = None

    def same(what, stored, wanted=str(promise.due)):
        if stored != wanted:
            report.wrong(INVARIANT, dossier, f'{what} says {stored}, computed {wanted} ({rule}, received {received.at})')

    same('Received', str(received.body.get('due_at')), str(promise.first))
    same('the rule in Received', received.body.get('due_rule'), rule)
    same('intake', kept.dossier.get(dossier, (None, None))[0])
    same('the reported date in intake', kept.dossier.get(dossier, (None,) * 5)[4], str(promise.reported))
    same('the release in intake', kept.dossier.get(dossier, (None,) * 6)[5], str(promise.release))
    same('the calendar in intake', kept.dossier.get(dossier, (None,) * 7)[6], str(catalogue.last_year(promise.release)))
    same('the rule in intake', kept.dossier.get(dossier, (None, None))[1], rule)
    same('the promise in intake', kept.dossier.get(dossier, (None,) * 4)[3], str(promise.first))
    same('the new date of the extension', kept.dossier.get(dossier, (None,) * 4)[2], None if promise.new is None else str(promise.new))
    for schema, copies in kept.copies.items():
        same(f'the copy of {schema}', copies.get(dossier))
    for schema, listed, is_open in kept.lists[dossier]:
        if is_open or listed not in promise.dues:       # what is closed keeps the date that it was closed under
            same(f'the work list of {schema}', listed)
    same('what watches it', kept.timers.get(dossier), str(promise.looks) if promise.watched else None)
    for e, due, reported in promise.happened:
        nearest = min(due, reported)
        if e.type in ('DueNear', 'DuePassed') and (
                e.body.get('due_at') != nearest or (e.type == 'DuePassed' and e.at < nearest) or (e.type == 'DueNear' and not promise.nears[e] <= e.at < nearest)):
            report.wrong(INVARIANT, dossier, f'{e.type} says {e.body.get("due_at")} at {e.at}, computed {nearest}')
        said = tuple(e.body.get(k) for k in ('due_at', 'due_at_legal', 'due_at_reported'))
        if e.type in MOVERS and said != (due, due, reported):
            report.wrong(INVARIANT, dossier, f'{e.type} says {said} at {e.at}, computed {(due, due, reported)}')
        if e.body.get('breach', False) != promise.breaches.get(e, False):
            report.wrong(INVARIANT, dossier, f'{e.type} at {e.at} says breach: {e.body.get("breach", False)}')
    apologies.check(report, dossier, catalogue, received, promise, kept.apologies.get(dossier))
    apologies.check_judged(report, dossier, promise, kept.judged.get(dossier))
    report.looked(INVARIANT, 'dates that moved', sum(e.type in MOVERS for e, _, _ in promise.happened))
    report.looked(INVARIANT, 'dates that parted', sum(due != reported for e, due, reported in promise.happened if e.type in MOVERS))
    story = _story(catalogue, counter, dossier, received, kept, events)
    transfers.check(report, dossier, story, kept)
    _steps(report, dossier, story, kept)
    _parts(report, dossier, story, kept)
    _complaints(report, catalogue, counter, dossier, kept, events)
    report.looked(INVARIANT, 'dossiers', 1)


def _story(catalogue, counter, dossier, received, kept, events):
    process = catalogue.version('process', received.get('process'), received.get('process_version', 0))
    steps = process['process'].get('steps', []) if process else []
    return step_clocks.Dossier(catalogue, counter, received, events, openings_of(events, steps, kept.order), kept.own_steps[dossier])


def _parts(report, dossier, story, kept):
    """The hours of a co-operating unit run from the moment its turn comes, in its office hours; nobody lapses before they are over. While they
    run they are counted again by another calendar, unless something is left out of them."""
    dues = {}
    for e in story.events:
        if turns_of(e):
            minutes = {w['unit']: w['minutes'] for w in story.steps[e.step[0] - 1].get('with', [])} | {e.body.get('unit'): e.body.get('minutes')}
            for unit, told in turns_of(e):
                wanted, *again = (story.allowed_unit(e, unit, minutes.get(unit, 0), of) for of in story.calendars(e.get('release', 0)))
                dues[e.step, unit] = {wanted, *again}
                opened, due = kept.parts[dossier].get((*e.step, unit), (None, None))
                if told != wanted or opened != e.at or due not in dues[e.step, unit]:
                    report.wrong(INVARIANT, dossier, f"the part of {unit} is due at {told} ({e.type}), {(opened, due)}"
                                                     f' (appraisal: opened, due), computed {wanted}, or {again}, from {e.at}')
                report.looked(INVARIANT, 'parts', 1)
        elif e.type in ('Contributed', 'PartLapsed'):
            due = kept.parts[dossier].get((*e.step, e.body.get('unit')), (None, None))[1]
            if e.body.get('due_at') != due or due not in dues.get((e.step, e.body.get('unit')), ()) or e.type == 'PartLapsed' and e.at < due:
                report.wrong(INVARIANT, dossier, f'{e} says {e.body.get("due_at")} at {e.at}, appraisal {due}, computed {dues.get((e.step, e.body.get("unit")))}')


class _Complaint:
    """The dates of one, as its events and the calendars move them: each is counted from a moment, and a calendar only gives more time."""

    def __init__(self, office_of, term, filed):
        self.office_of, self.term = office_of, term
        self.filed, self.asked, self.waits, self.published = filed, None, False, False
        self.bases = {'complaint_refusal': filed, 'complaint_answer': filed}
        self.dates = {}

    def days(self, name, at, release):
        return clock.add(self.office_of(release), at, 'working_day', self.term(name, at, release))

    def count(self, release):
        """By the calendar of a release, which is in use from now on."""
        was = self.dates.get('complaint_wait')
        if self.waits:
            self.dates['complaint_wait'] = max(was or 0, self.days('complaint_wait', self.asked, release))
            self.bases = {name: self.dates['complaint_wait'] if at == was else at for name, at in self.bases.items()}
        for name, at in self.bases.items():
            self.dates[name] = max(self.dates.get(name, 0), self.days(name, at, release))

    def again(self, release):
        """One that would be counted by another calendar."""
        other = _Complaint(self.office_of, self.term, self.filed)
        other.__dict__.update({**self.__dict__, 'bases': dict(self.bases), 'dates': dict(self.dates)})
        other.count(release)
        return other

    def anew(self, at, now, release):
        """Both dates are counted from another moment, unless they had passed."""
        for name in ('complaint_refusal', 'complaint_answer'):
            if now <= self.dates[name]:
                self.bases[name], self.dates[name] = at, self.days(name, at, release)

    def hear(self, e):
        """What is said of a date, or of lateness, that is not so; None."""
        release, at = e.get('release', 0), e.at
        self.count(release)
        if e.type == 'ComplaintMoreAsked':
            late, self.asked, self.waits = at > self.days('complaint_supplement', self.filed, release), at, True
            self.dates['complaint_wait'] = self.days('complaint_wait', at, release)
            self.anew(self.dates['complaint_wait'], at, release)
            if (late, self.dates['complaint_wait']) != (e.body.get('late', False), e.body.get('wait_until')):
                return f'it is late: {late}, and waits until {self.dates["complaint_wait"]}'
        elif e.type == 'ComplaintSupplied':
            self.waits = False
            self.anew(at, at, release)
        elif e.type == 'ComplaintAnswered':
            refused = word(e.body.get('outcome'), 'COMPLAINT_OUTCOME') == 'refused'
            late = at > self.dates['complaint_refusal' if refused else 'complaint_answer']
            if self.waits and at <= self.dates['complaint_wait']:
                return f'more is awaited until {self.dates["complaint_wait"]}'
            self.waits, self.bases = False, {}                                  # both dates stay as it was judged by them
            if not refused:
                self.bases['complaint_publish'], self.dates['complaint_publish'] = at, self.days('complaint_publish', at, release)
            return None if late == e.body.get('late', False) else f'it is late: {late}'
        elif e.type == 'ComplaintPublished':
            late = at > self.dates['complaint_publish']
            return None if late == e.body.get('late', False) else f'it is late: {late}'
        elif e.type == 'ComplaintPublicationPassed':
            until = self.dates['complaint_publish']
            return None if (e.body.get('publish_until'), at > until) == (until, True) else f'it was to be published by {until}'
        due = self.dates['complaint_answer']
        if e.body.get('answer_due_at') != due or e.type == 'ComplaintDuePassed' and at <= due:
            return f'it is to be answered by {due}'
        return None


def _complaints(report, catalogue, counter, dossier, kept, events):
    """Each is refused, answered, published within the working days of the term, and asked about more; behind that it is late. A calendar that came since
    gives more time, and takes none back: what is kept is as of the last act on it. The watch looks just behind the nearest date, by that calendar or a
    later one."""
    found, latest = {}, 0
    for e in events:
        n = e.body.get('number') if e.type.startswith('Complaint') else None
        if e.type == 'ComplaintFiled':
            found[n] = _Complaint(lambda release: catalogue.office(counter, release), catalogue.term, e.at)
        if n not in found:
            continue
        latest = max(latest, e.get('release', 0))
        wrong = found[n].hear(e)
        if wrong:
            report.wrong(INVARIANT, dossier, f'{e.type} {n} says {e.body} at {e.at}; computed: {wrong}')
    held = kept.complaints[dossier]
    for n, c in found.items():
        dates = tuple(c.dates.get(name) for name in ('complaint_refusal', 'complaint_answer', 'complaint_wait', 'complaint_publish'))
        if held.get(n, (None,))[:4] != dates:
            report.wrong(INVARIANT, dossier, f'complaint {n} is to be refused or answered by {dates}; intake {held.get(n)}')
        report.looked(INVARIANT, 'complaints', 1)
    waiting = [(n, 'complaint_' + waits) for n, (*_, waits) in held.items() if waits and n in found and 'complaint_' + waits in found[n].dates]
    looks = {str(min(found[n].again(of).dates[name] for n, name in waiting) + 1)
             for of in {latest, *(of for of, _ in catalogue.calendars if of > latest)}} if waiting else {None}
    if kept.answers.get(dossier) not in looks:
        report.wrong(INVARIANT, dossier, f'what watches its complaints looks at {kept.answers.get(dossier)}, computed {sorted(looks, key=str)}')


ENDED = ('Verified', 'Consulted', 'ConsultationLapsed', 'SupplementAsked', 'Appraised', 'Endorsed', 'DraftReturned')


def _moved_to(story, e, wanted, periods):
    """What appraisal may keep as the end of a step that was assigned: periods that came while it was open have moved it, by some calendar, and so has
    another calendar."""
    ended = next((x for x in story.events if x.type in ENDED and x.source == e.source and x.step == e.step), None)
    if ended:
        known = [story.left_out(ended)]
    elif any(x.type in ('WithdrawalGranted', 'StopSigned') for x in story.events):      # nobody tells what appraisal knew of then
        known = [story.all_left_out(x.version) for x in story.events if x.type in ('PeriodExcluded', 'PeriodEnded')] + [periods]
    else:
        known = [story.all_left_out()]
    n, round_ = e.step
    return {wanted for k in known if k == periods} | {
        story.allowed(n, story.openings[n][round_ - 1], release, k) for k in known for release in story.calendars(e.get('release', 0) if k == periods else 0)}


def _steps(report, dossier, story, kept):
    """A step's time runs from when it was opened, which the events say; what appraisal keeps of that is compared."""
    steps, openings = story.steps, story.openings
    asked = {e.step: e for e in story.events if e.type == 'ConsultationAsked'}
    for e in story.events:
        if e.type not in ('Assigned', 'ConsultationAsked', 'ConsultationLapsed'):
            continue
        step, round_ = e.step
        kept_opening, stored = kept.steps[dossier].get(e.step, (None, None))
        if kept_opening is None or not 0 < step <= len(steps) or not 0 < round_ <= len(openings[step]):
            report.wrong(INVARIANT, dossier, f'{e} is about step {e.step}, which is not there')
            continue
        opened = openings[step][round_ - 1]
        if kept_opening != opened:
            report.wrong(INVARIANT, dossier, f'step {e.step} was opened at {opened}, appraisal says {kept_opening}')
        # The asked unit's time runs from the question; what is left out later does not move its moment.
        given = asked.get(e.step) if e.type != 'Assigned' else None
        periods = story.left_out(given or e)
        wanted = story.allowed(step, given.at if given else opened, e.get('release', 0), periods, unit=given and given.body.get('unit'))
        said = e.body.get('answer_due_at' if given else 'step_due_at')
        if e.type == 'ConsultationLapsed' and said in story.answers(given, e.get('release', 0)):        # by the calendar that it was counted with last
            wanted = said
        kept_as = story.answers(given) if given else _moved_to(story, e, wanted, periods)
        if said != wanted or (int(stored or 0) not in kept_as and not (e.type == 'Assigned' and e.step in asked)):
            report.wrong(INVARIANT, dossier, f'step {e.step} is due at {said} ({e.type}), {stored} (appraisal), computed {wanted}')
        if e.type == 'ConsultationLapsed' and e.at < wanted:
            report.wrong(INVARIANT, dossier, f'{e} came at {e.at}, before {wanted}')
        report.looked(INVARIANT, 'steps', 1)
    step_clocks.check_clocks(report, dossier, story)
    watches.check(report, dossier, story, kept.watches)
