#!/usr/bin/env python3
"""The watch of a step, in each of the four services: it warns when a fifth of the step's time is left, and tells when that has passed while the
step is open, each once unless its time moves. The lists show both, audit counts them by unit and kind, and what is done in time is told nothing of."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BUILDING, INSPECTOR, MOBILE_BIRTH, PHAN_THIET, WATCHES, Desk, Dossier, forward_to, moment  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

UNIT = 'H11.35.22'


def transferred(s, unit=UNIT):
    return Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer()


def step(s, d, service, who):
    """The newest step of a dossier, once it is open and has its time."""
    path = {'appraisal': 'appraisals', 'approval': 'approvals'}[service]
    read = lambda: s.get(service, f'/v1/{path}/{d.id}', who)
    return until(lambda: (a := read()).status == 200 and a['steps'] and a['steps'][-1]['near_at'] and a['steps'][-1], 10, f'a step at {service}')


def told(s, d, kind):
    """What was told of its steps, as it was published."""
    events = [r.event for r in s.published() if r.key == d.id.encode()]
    return [body['step'] for name, body in map(SCHEMA.body, events) if name == kind]


def watched(s, service, d):
    return s.value(f"SELECT {service}.civil(due_at) FROM {service}.timer WHERE act = 'step' AND subject = '{d.id}'")


def warning(d, service, who):
    return (d.in_list(service, who) or {}).get('step_warning')


def counted(s, unit=UNIT):
    a = s.get('audit', f'/v1/kpi/steps?from=2019-10-01&to=2020-12-31&unit={unit}', INSPECTOR)
    return {i['kind']: (i['warned'], i['passed']) for i in a['items']}


@test
def what_is_done_in_time_is_told_nothing_of(s):
    d = transferred(s)
    opened = step(s, d, 'appraisal', d.desk.appraiser)
    equal(watched(s, 'appraisal', d), opened['near_at'], 'its watch is set')
    d.assign()
    equal(watched(s, 'appraisal', d), opened['near_at'], 'who has it has no more time')
    d.conclude()
    equal(watched(s, 'appraisal', d), '', 'the step has ended')
    until(lambda: watched(s, 'approval', d), 10, 'the next one is watched by approval')
    equal(watched(s, 'approval', d), step(s, d, 'approval', d.desk.approver)['near_at'])
    d.decided()
    equal(watched(s, 'approval', d), '', 'signed')
    d.number().seal()
    equal([t for kind in WATCHES for t in told(s, d, kind)], [], 'nothing')


@test
def each_step_is_warned_of_once_and_passes_once(s):
    d = transferred(s)
    who, approver = d.desk.appraiser, d.desk.approver
    until(lambda: counted(s).get('appraise'), 10, 'the unit has figures')
    before = counted(s)
    opened = step(s, d, 'appraisal', who)
    check(opened['opened_at'] < opened['near_at'] < opened['due_at'], 'warned of before it is due', opened)
    d.assign()
    equal(warning(d, 'appraisal', who), None, 'not yet')
    forward_to(s, opened['near_at'])
    until(lambda: warning(d, 'appraisal', who) == 'near', 15, 'the list warns')
    equal(watched(s, 'appraisal', d), opened['due_at'], 'the end is watched next')
    forward_to(s, opened['due_at'])
    until(lambda: warning(d, 'appraisal', who) == 'late', 15, 'the list says that it is late')
    equal(watched(s, 'appraisal', d), '', 'there is nothing more to tell')
    d.conclude()
    pending = step(s, d, 'approval', approver)
    forward_to(s, pending['near_at'])
    until(lambda: warning(d, 'approval', approver) == 'near', 15, 'so is the approver')
    d.grant()
    equal(warning(d, 'approval', approver), 'near', 'it is not signed')
    forward_to(s, pending['due_at'])
    until(lambda: warning(d, 'approval', approver) == 'late', 15, 'and is told of its end')
    d.sign()
    d.number().seal()
    for kind, of, has_it, times in (('AppraisalNear', 'appraise', who, opened), ('AppraisalPassed', 'appraise', who, opened),
                                    ('ApprovalNear', 'approve', '', pending), ('ApprovalPassed', 'approve', '', pending)):
        (said,) = until(lambda kind=kind: told(s, d, kind), 10, kind)
        micros = lambda text: round(moment(text).timestamp() * 10 ** 6)
        equal((said['kind'], said['unit'], said.get('officer', '')), (of, UNIT, has_it), kind)
        equal((said['opened_at'], said['due_at']), (micros(times['opened_at']), micros(times['due_at'])), f'the times of {kind}')
    moved = lambda: {k: tuple(b - a for a, b in zip(before.get(k, (0, 0)), counted(s).get(k, (0, 0)))) for k in ('appraise', 'approve')}    # others pass, too
    until(lambda: moved() == {'appraise': (1, 1), 'approve': (1, 1)}, 10, 'both were counted for the unit')


@test
def the_watch_stands_while_the_citizen_is_asked(s):
    d = transferred(s)
    d.assign()
    d.ask_supplement()
    equal(watched(s, 'appraisal', d), '', 'nobody here can do anything')
    d.becomes('awaiting_supplement')
    s.ctl('clock', 'forward', '3d')
    equal(told(s, d, 'AppraisalPassed'), [])
    d.supply()
    until(lambda: watched(s, 'appraisal', d), 10, 'the next round is watched')
    again = step(s, d, 'appraisal', d.desk.appraiser)
    equal((again['round'], again.get('warning'), watched(s, 'appraisal', d)), (2, None, again['near_at']))


@test
def a_step_that_is_sent_back_has_a_watch_of_its_own(s):
    d = transferred(s)
    opened = step(s, d, 'appraisal', d.desk.appraiser)
    d.assign()
    forward_to(s, opened['near_at'])
    until(lambda: warning(d, 'appraisal', d.desk.appraiser) == 'near', 15, 'the first round')
    d.conclude().send_back()
    equal(watched(s, 'approval', d), '', 'sent back: nothing is pending')
    again = until(lambda: (x := step(s, d, 'appraisal', d.desk.appraiser))['round'] == 2 and x, 10, 'the second round')
    equal((again.get('warning'), watched(s, 'appraisal', d)), (None, again['near_at']))
    forward_to(s, again['near_at'])
    until(lambda: len(told(s, d, 'AppraisalNear')) == 2, 15, 'is warned of, too')


@test
def a_consultation_is_the_asked_units(s):
    d = Dossier(s, Desk(PHAN_THIET, at_counter=False), BUILDING).receive().give_transfer().take_transfer()
    d.assign().ask('H11.36')
    asked = step(s, d, 'appraisal', d.desk.appraiser)
    forward_to(s, asked['near_at'])
    until(lambda: warning(d, 'appraisal', 'H11.36-td03') == 'near', 15, 'the asked unit sees it')
    (said,) = until(lambda: told(s, d, 'AppraisalNear'), 10)
    equal((said['kind'], said['unit'], said.get('officer', '')), ('consult', 'H11.36', ''))
    forward_to(s, asked['due_at'])
    until(lambda: 'ConsultationLapsed' in d.story(), 15, 'its end is told by the lapse')
    equal(told(s, d, 'AppraisalPassed'), [], 'and by nothing else')
    until(lambda: counted(s, 'H11.36').get('consult', (0, 0)) == (1, 0), 10, 'counted for the asked unit')


def passes(s, d, service, who, times, kind, unit):
    """A step is warned of, and passes; whoever has it sees both. `unit`: who has it by then."""
    name = service.capitalize()
    micros = lambda text: round(moment(text).timestamp() * 10 ** 6)
    equal(watched(s, service, d), times['near_at'], f'{service} watches {kind}')
    for moment_, word, event in ((times['near_at'], 'near', f'{name}Near'), (times['due_at'], 'late', f'{name}Passed')):
        forward_to(s, moment_)
        until(lambda word=word: warning(d, service, who) == word, 15, f'the list of {service} says {word} of {kind}')
        (said,) = until(lambda event=event: [t for t in told(s, d, event) if t['kind'] == kind], 10, event)
        equal((said['unit'], said.get('officer', ''), said['opened_at'], said['due_at']), (unit, '', micros(times['opened_at']), micros(times['due_at'])), event)
    equal(watched(s, service, d), '', 'there is nothing more to tell')


@test
def the_counter_and_the_clerk_are_warned_too(s):
    """Last of all: the counters are closed by the end of it."""
    d = Dossier(s, Desk(UNIT, at_counter=False), MOBILE_BIRTH).receive()
    clerk = d.desk.clerk
    counts = lambda kind: counted(s).get(kind, (0, 0))
    before = {kind: counts(kind) for kind in ('transfer', 'number_seal')}
    transfer = s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['transfers'][0]
    passes(s, d, 'intake', d.desk.receiver, transfer, 'transfer', UNIT)
    d.give_transfer().take_transfer()
    equal(warning(d, 'intake', d.desk.receiver), None, 'the step has ended')
    d.assign().conclude().decided()
    document = until(lambda: (a := s.get('return', f'/v1/returns/{d.id}', clerk)).status == 200 and a['documents'] and a['documents'][0], 10, 'it awaits its issue')
    times = {k: document[f'step_{k}'] for k in ('opened_at', 'near_at', 'due_at')}
    passes(s, d, 'return', clerk, times, 'number_seal', UNIT)
    d.number().seal()
    until(lambda: all(counts(kind) == (n + 1, m + 1) for kind, (n, m) in before.items()), 10, 'audit has counted both')


main(System)
