"""V6: the watch of open steps. What it told of a step (which one, whose, until when, and that it was time to) is computed again from the
events that opened it and from its process; what the four services keep of that, and when their timers look next, is compared. So are the warnings
of units that co-operate in a step: each is told once of its own time, unless that has moved, and none that has given its part, or let it lapse."""
from collections import defaultdict

import clock

from .database import micros
from .words import seen_of, turns_of

INVARIANT = 'V6'
SERVICES = ('intake', 'appraisal', 'approval', 'return')
TOLD = {f'{service.capitalize()}{name}': (service, what) for service in SERVICES for name, what in (('Near', 'near'), ('Passed', 'late'))}
RANK = {'': 0, 'near': 1, 'late': 2}
NEAR_PART = 5           # of a step whose process does not say how much is left when it is warned of

# dossier, step, round, whether it is watched, whether its end is told by something else, due, near, what was told of it
KEPT = {
    'appraisal': f"""SELECT dossier, step, round, state IN ('queued', 'assigned', 'verifying', 'consulting'), state = 'consulting', {micros('due_at')},
                     {micros('near_at')}, warning FROM appraisal.step""",
    'approval': f"SELECT dossier, step, round, state IN ('pending', 'decided'), false, {micros('due_at')}, {micros('near_at')}, warning FROM approval.step",
    'intake': f"""SELECT s.dossier, s.step, s.round, s.open AND d.state IN ('received', 'in_process'), false, {micros('s.due_at')}, {micros('s.near_at')}, s.warning
                    FROM (SELECT dossier, step, round, state <> 'taken' AS open, due_at, near_at, warning FROM intake.transfer WHERE supplement = 0
                          UNION ALL SELECT dossier, step, round, state = 'expected', due_at, near_at, warning FROM intake.obligation) s
                    JOIN intake.dossier d ON d.id = s.dossier""",
    # A document keeps its open step alone.
    'return': f"""SELECT dossier, step, round, true, false, {micros('step_due_at')}, {micros('step_near_at')}, step_warning FROM return.document
                   WHERE outcome IN ('granted', 'refused') AND state IN ('awaiting_issue', 'numbered', 'sealed')""",
}


class Kept:
    """The steps of the four services as they stand, and the timers of those that are open."""

    def __init__(self, world):
        self.steps, self.timers = defaultdict(dict), {}
        for service, kept in KEPT.items():
            for dossier, step, round_, watched, lapses, due, near, warning in world.db.rows(kept):
                self.steps[dossier][service, int(step), int(round_)] = (watched == 't', lapses == 't', due and int(due), near and int(near), warning)
            for dossier, due in world.db.rows(f"SELECT subject, {micros('due_at')} FROM {service}.timer WHERE act = 'step'"):
                self.timers[service, dossier] = int(due)
        self.parts, self.part_timers = defaultdict(dict), {}
        for dossier, step, round_, unit, number, waits, due, near, warning in world.db.rows(
                f"SELECT dossier, step, round, unit, number, state = 'queued', {micros('due_at')}, {micros('near_at')}, warning FROM appraisal.part WHERE opened_at IS NOT NULL"):
            self.parts[dossier][int(step), int(round_), unit] = (int(number), waits == 't', int(due), near and int(near), warning)
        for dossier, due in world.db.rows(f"SELECT subject, {micros('due_at')} FROM appraisal.timer WHERE act = 'part'"):
            self.part_timers[dossier] = int(due)


def _times(story, n, since, until, periods, releases, unit=None):
    """What a step's time and its warning may be, by each calendar that was in use. `until`: the moment at which it ends, None: by its minutes, of
    which these periods are left out. `unit`: that was asked."""
    s = story.steps[n - 1]
    out = {}
    for release in releases:
        engine = story.engine(n, since, release, unit)
        minutes = s.get('minutes', 0) if until is None else int(engine.steps([(since, until, s.get('minutes', 0), until)], 0, until)[0].split(',')[1])
        used = minutes - (s.get('near_minutes', 0) or minutes // NEAR_PART)
        due = story.allowed(n, since, release, periods, unit=unit) if until is None else until
        out[due] = story.allowed(n, since, release, periods if until is None else [], used, unit) if used > 0 else due
    return out


def _before(story, e, *types):
    """The newest event of these types of the same source and step before e; None."""
    return max((x for x in story.events if x.type in types and x.source == e.source and x.step == e.step and x.version < e.version),
               key=lambda x: x.version, default=None)


def _opened(story, e, asked):
    n, round_ = e.step
    service, kind = TOLD[e.type][0], story.kind(n)
    if service == 'intake':
        return story.kept.get(e.step)
    if service == 'return':
        opener = story.opener({'number_seal': ('Signed',), 'hand_over': ('Sealed',), 'return': ('HandOverTaken', 'Sealed')}.get(kind, ()), e)
        return opener and opener.at
    return story.openings[n][round_ - 1] if 0 < round_ <= len(story.openings[n]) else None


def _hand(story, e, asked):
    """Who has the step: papers on their way are the receiver's, until he says why he does not take them. (unit, officer)"""
    n = e.step[0]
    if asked:
        return asked.body.get('unit'), ''
    moved = _before(story, e, 'TransferGiven', 'TransferRefused', 'HandOverGiven', 'HandOverRefused')
    if moved and moved.type.endswith('Given'):
        return moved.body.get('to_unit'), ''
    has_it = _before(story, e, 'Assigned')
    return story.unit(n), has_it.body.get('officer', '') if has_it else ''


def _one(story, e, kept):
    """What is wrong with an event of the watch; None."""
    n, service = e.step[0], TOLD[e.type][0]
    told, asked = e.body.get('step', {}), _before(story, e, 'ConsultationAsked')
    opened = _opened(story, e, asked) if 0 < n <= len(story.steps) else None
    if opened is None:
        return 'is about a step that is not there'
    wanted = (story.kind(n), *_hand(story, e, asked), opened)
    said = tuple(told.get(k, '') for k in ('kind', 'unit', 'officer', 'opened_at'))
    if said != wanted:
        return f'says {said}, computed {wanted}'
    releases = {of for of, _ in story.catalogue.calendars if of <= e.get('release', 0)}
    # When papers are to be taken over is compared with the law elsewhere (duedates.py); it may have been counted again since.
    until = kept.get((service, *e.step), (0, 0, None))[2] if story.kind(n) == 'transfer' else None
    if until is not None and told.get('due_at') in story.transfers(opened, 0, e.get('release', 0)):
        until = told['due_at']
    times = _times(story, n, asked.at if asked else opened, until, story.left_out(asked or e), releases, asked and asked.body.get('unit'))
    due = told.get('due_at', 0)
    if due not in times:
        return f'says it is due at {due}, computed {sorted(times)}'
    if not (times[due] <= e.at < due if TOLD[e.type][1] == 'near' else e.at >= due):
        return f'was told at {e.at}, of a step that is warned of at {times[due]} and due at {due}'
    return None


def _kept(story, key, due, near):
    """(what is wrong with the times that a service keeps of a step that is open, or None; {due: near} by each calendar that may count it)."""
    service, n, round_ = key
    kind, newest = story.kind(n), lambda *types: max((e for e in story.events if e.type in types and e.step[0] <= n), key=lambda e: e.version, default=None)
    asked = next((e for e in story.events if service == 'appraisal' and e.type == 'ConsultationAsked' and e.step == (n, round_)), None)
    opener = {'number_seal': ('Signed',), 'hand_over': ('Sealed',), 'return': ('HandOverTaken', 'Sealed')}.get(kind) if service == 'return' else None
    if asked or opener:
        opened = asked or newest(*opener)
        opened = opened and opened.at
    else:
        opened = story.kept.get((n, round_)) if service == 'intake' else \
            story.openings[n][round_ - 1] if 0 < round_ <= len(story.openings[n]) else None
    if opened is None:
        return f'keeps step {n, round_}, which was never opened', {}
    # Counted again with the dossier, so not by a calendar from before; of what an asked unit was given nobody kept what was left out by then.
    again = max((e.body['calendar_release'] for e in story.events if e.type == 'DueMoved'), default=0)
    stays = asked and any(end > asked.at for _, end in story.all_left_out())
    times = _times(story, n, opened, due if kind == 'transfer' else None, story.left_out(asked) if asked else story.all_left_out(),
                   set(story.calendars(0 if stays else again)), asked and asked.body.get('unit'))
    if due not in times or near not in (None, times[due]):
        return f'keeps {near}, {due} of step {n, round_}, computed {times}', times
    return None, times


class Turn:
    """The turn of a unit that co-operates in a step, and what its time may be by each calendar that was in use."""

    def __init__(self, story, e, unit):
        step = story.steps[e.step[0] - 1]
        minutes, left = {w['unit']: w['minutes'] for w in step.get('with', [])}, step.get('near_minutes', 0)
        beside = [w for w in minutes if w != e.body.get('lead')]
        if e.type == 'OpinionAsked':        # behind whoever has a part in this round of the step
            before = [x for x in story.events if x.source == e.source and x.step == e.step and x.version < e.version]
            beside = [u for x in before for u in [u for u, _ in turns_of(x)] + x.body.get('waiting', [])]
            beside, minutes = [*dict.fromkeys(beside), unit], {unit: e.body.get('minutes', 0)}
        self.story, self.e, self.unit, self.kind = story, e, unit, story.kind(e.step[0])
        self.key, self.number = (*e.step, unit), beside.index(unit) + 1 if unit in beside else None
        self.minutes = minutes.get(unit, 0)
        self.used = self.minutes - (left if 0 < left < self.minutes else self.minutes // NEAR_PART)
        self.times = self.by(story.calendars(e.get('release', 0)))      # {due: near}
        self.end = min((x.version for x in story.events if x.source == e.source and x.version > e.version and self._ends(x)), default=None)

    def by(self, releases):
        return {self.story.allowed_unit(self.e, self.unit, self.minutes, of): self.story.allowed_unit(self.e, self.unit, self.used, of) for of in releases}

    def is_near(self, e):
        """Whether little of its time was left when e was told, by the calendar in use; where something was left out of it, also by the one of its turn."""
        again = not any(end > self.e.at for _, end in self.story.all_left_out())
        in_use = {max((of for of, _ in self.story.catalogue.calendars if of <= x.get('release', 0)), default=0) for x in ((e,) if again else (e, self.e))}
        return all(near <= e.at < due for due, near in self.by(in_use).items())

    def _ends(self, x):
        if x.step != self.e.step:
            return False
        return x.type in ('SupplementAsked', 'Appraised') or x.type in ('Contributed', 'PartLapsed') and x.body.get('unit') == self.unit

    def is_open(self, e):
        """Whether the unit is waited for, as e's service knew when it told e."""
        gone = any(x.type in ('WithdrawalGranted', 'StopSigned') and x.version <= seen_of(e, 'approval') for x in self.story.events)
        return self.e.version < e.version and (self.end is None or e.version < self.end) and not gone


def _one_part(e, turn):
    """What is wrong with the warning of a co-operating unit; None."""
    told = e.body['step']
    if turn is None:
        return 'is about a part whose turn has not come'
    if not turn.is_open(e):
        return f'warns {turn.unit}, whose part has ended'
    said = (e.body['part'], *(told.get(k, '') for k in ('kind', 'unit', 'officer', 'opened_at')))
    if said != (wanted := (turn.number, turn.kind, turn.unit, '', turn.e.at)):
        return f'says {said}, computed {wanted}'
    times, due = turn.by({of for of, _ in turn.story.catalogue.calendars if of <= e.get('release', 0)}), told.get('due_at', 0)
    if due not in times:
        return f'says it is due at {due}, computed {sorted(times)}'
    if not times[due] <= e.at < due:
        return f'was told at {e.at}, of a part that is warned of at {times[due]} and due at {due}'
    return None


def check_parts(report, dossier, story, kept):
    turns = [Turn(story, e, unit) for e in story.events for unit, _ in turns_of(e)]
    told, looked = defaultdict(list), []
    for e in sorted((e for e in story.events if e.type in ('AppraisalNear', 'PartLapsed')), key=lambda e: e.version):
        if e.type == 'PartLapsed' or e.body.get('part'):
            looked.append(e)
        if e.type == 'PartLapsed' or not e.body.get('part'):
            continue
        unit = e.body['step'].get('unit')
        turn = max((t for t in turns if t.key == (*e.step, unit) and t.e.version < e.version), key=lambda t: t.e.version, default=None)
        if wrong := _one_part(e, turn):
            report.wrong(INVARIANT, dossier, f'{e} {wrong}')
        if any(x.body['step'].get('due_at') == e.body['step'].get('due_at') for x in told[*e.step, unit]):
            report.wrong(INVARIANT, dossier, f'{e} was told before')
        told[*e.step, unit].append(e)
        report.looked(INVARIANT, 'warnings of parts', 1)
    # Whatever the clock looks at the parts for, it tells all that there is to tell of them at that moment.
    for e in looked:
        for t in turns:
            if t.is_open(e) and t.is_near(e) and not any(x.version < e.version or x.at == e.at for x in told[t.key]):
                report.wrong(INVARIANT, dossier, f'{t.unit} was not warned of its part, due at {sorted(t.times)}, when the clock told {e}')
    looks = set()
    for t in turns:
        number, waits, due, near, warning = kept.parts[dossier].get(t.key, (t.number, False, None, None, None))
        if due is None:
            continue                                            # what is kept of its turn is compared elsewhere
        of = f'of the part of {t.unit} in step {t.key[:2]}'
        last = told[t.key][-1].body['step'].get('due_at') if told[t.key] else None
        if number != t.number or due in t.times and near not in (None, t.times[due]):
            report.wrong(INVARIANT, dossier, f'appraisal keeps {number}, {near}, {due} {of}, computed {t.number}, {t.times}')
        if warning != ('near' if last else '') and not (last and last != due and warning == ''):    # what was told then need not be true any more
            report.wrong(INVARIANT, dossier, f'appraisal keeps "{warning}" {of}, its events say "{"near" if last else ""}"')
        if waits:   # a watch that looked too early by a newer calendar looks again by that one; what is kept stays
            looks |= {near, *t.times.values()} if warning == '' and near else {due, *t.times}
        report.looked(INVARIANT, 'parts that are waited for', int(waits))
    if kept.part_timers.get(dossier) not in (looks or {None}):
        report.wrong(INVARIANT, dossier, f'what watches its parts looks at {kept.part_timers.get(dossier)}, computed {looks}')


def check(report, dossier, story, kept):
    told = {}
    check_parts(report, dossier, story, kept)
    for e in sorted(story.events, key=lambda e: e.version):
        if e.type == 'ConsultationAsked':
            told.pop(('appraisal', *e.step), None)              # the asked unit was told nothing yet
        if e.type not in TOLD or e.body.get('part'):
            continue
        if wrong := _one(story, e, kept.steps[dossier]):
            report.wrong(INVARIANT, dossier, f'{e} {wrong}')
        service, what = TOLD[e.type]
        before, due = told.get((service, *e.step), ('', None))
        if before in (what, 'late') and due == e.body['step'].get('due_at'):        # whose time has moved since is told anew
            report.wrong(INVARIANT, dossier, f'{e} was told before')
        told[service, *e.step] = (what, e.body['step'].get('due_at'))
        report.looked(INVARIANT, 'warnings of steps', 1)
    next_look = {service: None for service in SERVICES}
    for key, (watched, lapses, due, near, warning) in kept.steps[dossier].items():
        what, told_due = told.get(key, ('', None))
        moved = told_due != due and RANK[warning] < RANK[what]          # what was told then need not be true any more
        if warning != what and not moved:
            report.wrong(INVARIANT, dossier, f'{key[0]} keeps "{warning}" of step {key[1:]}, its events say "{what}"')
        report.looked(INVARIANT, 'open steps', int(bool(watched and due)))
        if watched and due:
            wrong, times = _kept(story, key, due, near)
            if wrong:
                report.wrong(INVARIANT, dossier, f'{key[0]} {wrong}')
            # A watch that looked, and had nothing to tell by a newer calendar, looks again by that one; what is kept stays.
            dues = {due, *times}
            looks = {'': {near, *times.values(), *dues} - {None}, 'near': dues, 'late': {None}}[warning]
            next_look[key[0]] = {None if at in dues else at for at in looks} if lapses else looks
    for service, looks in next_look.items():
        timer = kept.timers.get((service, dossier))
        if timer not in (looks or {None}):
            report.wrong(INVARIANT, dossier, f'the watch of {service} looks at {timer}, computed {looks}')
