"""V6: the watch of open steps. What it told of a step (which one, whose, until when, and that it was time to) is computed again from the
events that opened it and from its process; what appraisal and approval keep of that, and when their timers look next, is compared."""
from collections import defaultdict

import clock

from .database import micros

INVARIANT = 'V6'
TOLD = {'AppraisalNear': ('appraisal', 'near'), 'AppraisalPassed': ('appraisal', 'late'), 'ApprovalNear': ('approval', 'near'), 'ApprovalPassed': ('approval', 'late')}
WATCHED = {'appraisal': ('queued', 'assigned', 'verifying', 'consulting'), 'approval': ('pending', 'decided')}
NEAR_PART = 5           # of a step whose process does not say how much is left when it is warned of


class Kept:
    """The steps of appraisal and approval as they stand, and the timers of those that are open."""

    def __init__(self, world):
        self.steps, self.timers = defaultdict(dict), {}
        for service in WATCHED:
            for dossier, step, round_, state, due, near, warning in world.db.rows(
                    f'SELECT dossier, step, round, state, {micros("due_at")}, {micros("near_at")}, warning FROM {service}.step'):
                self.steps[dossier][service, int(step), int(round_)] = (state, due and int(due), near and int(near), warning)
            for dossier, due in world.db.rows(f"SELECT subject, {micros('due_at')} FROM {service}.timer WHERE act = 'step'"):
                self.timers[service, dossier] = int(due)


def _times(catalogue, story, n, since, releases):
    """What a step's time and its warning may be, by each calendar that was in use."""
    s = story.steps[n - 1]
    minutes = s.get('minutes', 0)
    left = s.get('near_minutes', 0) or minutes // NEAR_PART
    out = {}
    for release in releases:
        office = catalogue.office(story.counter if s.get('at_counter') else None, release)
        out[clock.add(office, since, 'hour', minutes)] = clock.add(office, since, 'hour', minutes - left)
    return out


def _asked(story, e):
    """The question that a consultation waits for, as the event e found it; None."""
    return next((x for x in story.events if x.type == 'ConsultationAsked' and x.step == e.step and x.version < e.version), None) if e.type in (
        'AppraisalNear', 'AppraisalPassed') else None


def _officer(story, e):
    has_it = [x for x in story.events if x.type == 'Assigned' and x.step == e.step and x.version < e.version] if e.type.startswith('Appraisal') else []
    return has_it[-1].body.get('officer', '') if has_it else ''


def _one(catalogue, story, e):
    """What is wrong with an event of the watch; None."""
    n, round_ = e.step
    told, asked = e.body.get('step', {}), _asked(story, e)
    openings = story.openings[n]
    if not 0 < n <= len(story.steps) or not 0 < round_ <= len(openings):
        return 'is about a step that is not there'
    opened = openings[round_ - 1]
    unit, officer = (asked.body.get('unit'), '') if asked else (story.unit(n), _officer(story, e))
    said = tuple(told.get(k, '') for k in ('kind', 'unit', 'officer', 'opened_at'))
    if said != (story.kind(n), unit, officer, opened):
        return f'says {said}, computed {(story.kind(n), unit, officer, opened)}'
    releases = {of for of, _ in catalogue.calendars if of <= e.get('release', 0)}
    times = _times(catalogue, story, n, asked.at if asked else opened, releases)
    due = told.get('due_at', 0)
    if due not in times:
        return f'says it is due at {due}, computed {sorted(times)}'
    if not (times[due] <= e.at < due if TOLD[e.type][1] == 'near' else e.at >= due):
        return f'was told at {e.at}, of a step that is warned of at {times[due]} and due at {due}'
    return None


def check(report, dossier, story, kept):
    told = {}
    for e in sorted(story.events, key=lambda e: e.version):
        if e.type == 'ConsultationAsked':
            told.pop(('appraisal', *e.step), None)              # the asked unit was told nothing yet
        if e.type not in TOLD:
            continue
        if wrong := _one(story.catalogue, story, e):
            report.wrong(INVARIANT, dossier, f'{e} {wrong}')
        service, what = TOLD[e.type]
        if told.get((service, *e.step)) in (what, 'late'):
            report.wrong(INVARIANT, dossier, f'{e} was told before')
        told[service, *e.step] = what
        report.looked(INVARIANT, 'warnings of steps', 1)
    next_look = {service: None for service in WATCHED}
    for key, (state, due, near, warning) in kept.steps[dossier].items():
        if warning != told.get(key, ''):
            report.wrong(INVARIANT, dossier, f'{key[0]} keeps "{warning}" of step {key[1:]}, its events say "{told.get(key, "")}"')
        if state in WATCHED[key[0]] and due:
            looks = {'': {near, due}, 'near': {due}, 'late': {None}}[warning]
            next_look[key[0]] = {None if at == due else at for at in looks} if state == 'consulting' else looks
    for service, looks in next_look.items():
        timer = kept.timers.get((service, dossier))
        if timer not in (looks or {None}):
            report.wrong(INVARIANT, dossier, f'the watch of {service} looks at {timer}, computed {looks}')
