#!/usr/bin/env python3
"""Each step has a clock: until when it is allowed is shown where it lies; how it went is told by the event that ends it, counted for the
unit that had it, and what a dossier is late is charged to the steps that were late."""
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'lib'), str(TESTS.parent)]
from story import INSPECTOR, LAND, MOBILE_BIRTH, PHAN_THIET, Desk, Dossier  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402
from tests.fault import check as checker  # noqa: E402

OFFICE = Desk('H11.35.21', at_counter=False)


def slip(s, d, count):
    """The control slip (form 05), when so many steps have ended."""
    read = lambda: s.get('audit', f'/v1/dossiers/{d.code}/steps', d.desk.receiver).json
    until(lambda: len(read().get('steps', ())) >= count, 15, f'{count} steps of {d.code} have ended')
    equal(len(read()['steps']), count, 'steps that have ended')
    return read()


def counted(s, unit):
    a = s.get('audit', f'/v1/kpi/steps?from=2019-10-01&to=2020-12-31&unit={unit}', INSPECTOR)
    return {i['kind']: i for i in a['items']}, {i['unit']: i['minutes'] for i in a['uncharged']}


def transferred(s, unit):
    return Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer()


@test
def a_simulated_day_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '20')
    check('no difference' in done.out, 'the books balance', done.out[-2500:])


@test
def on_the_spot_nobody_is_late(s):
    d = Dossier(s).whole()
    steps = slip(s, d, 3)['steps']              # the return has no time of its own: the citizen comes when he comes
    equal([(x['event'], x['step'], x['unit'], x['result'], x['minutes_late']) for x in steps],
          [('Appraised', 2, d.desk.unit, 'early', 0), ('Signed', 3, d.desk.unit, 'early', 0), ('Sealed', 4, d.desk.unit, 'early', 0)])
    check(all(x['opened_at'] <= x['ended_at'] < x['due_at'] for x in steps), 'in time', steps)
    equal(s.get('audit', '/v1/dossiers/nothing/steps', INSPECTOR).status, 422)
    equal(s.get('audit', f'/v1/dossiers/{d.code}/steps', 'H11.35.22-td02').status, 404, 'no other unit sees it')
    equal(s.get('audit', '/v1/kpi/steps?from=2019-10-02&to=2019-10-01', INSPECTOR).json['field'], 'to')
    equal(s.get('audit', '/v1/kpi/steps?unit=H11.35.22', d.desk.head).status, 403, 'a head sees the figures of his own unit')


@test
def every_list_says_until_when(s):
    d = Dossier(s, OFFICE, MOBILE_BIRTH).receive()
    due = lambda service, who: (d.in_list(service, who) or {}).get('step_due_at')
    shown = s.get('intake', f'/v1/dossiers/{d.id}', OFFICE.receiver)
    equal(due('intake', OFFICE.receiver), shown['transfers'][0]['due_at'], 'the papers are to be taken over')
    check(shown['transfers'][0]['opened_at'] == shown['received_at'], 'since the receipt', shown.json)
    d.give_transfer().take_transfer()
    equal(due('intake', OFFICE.receiver), None, 'nothing of intake is open')
    until(lambda: due('appraisal', OFFICE.appraiser), 10, 'it waits for an officer, and already has its time')
    waiting = due('appraisal', OFFICE.appraiser)
    d.assign()
    equal(due('appraisal', OFFICE.appraiser), waiting, 'who takes it has no more of it')
    d.conclude()
    until(lambda: due('approval', OFFICE.approver), 10, 'the approver sees his')
    d.decided()
    until(lambda: due('return', OFFICE.clerk), 10, 'and so does the clerk')
    first = due('return', OFFICE.clerk)
    d.number().seal()
    check(due('return', OFFICE.clerk) not in (None, first), 'the hand-over has its own time')
    d.give_result().take_result().make_ready()
    equal(due('return', OFFICE.returner), None, 'who waits for the citizen has none')


@test
def the_lateness_is_charged_to_the_step_that_was_late(s):
    d = transferred(s, 'H11.35.22')
    d.assign()
    before, _ = counted(s, 'H11.35.22')
    s.ctl('clock', 'forward', '14d')
    d.conclude().decided()
    d.number().seal().give_result().take_result().make_ready()
    told = slip(s, d, 5)
    equal([(x['event'], x['result']) for x in told['steps']],
          [('TransferTaken', 'on_time'), ('Appraised', 'late'), ('Signed', 'early'), ('Sealed', 'early'), ('HandOverTaken', 'early')])
    appraised = told['steps'][1]
    equal((told['timing'], told['uncharged_minutes']), ('late', 0), 'the dossier is late, and somebody answers for it')
    check(0 < appraised['minutes_charged'] <= appraised['minutes_late'] < appraised['minutes_used'], 'the appraiser', appraised)
    equal([x['minutes_charged'] for x in told['steps'] if x is not appraised], [0] * 4, 'nobody else')
    after, _ = counted(s, 'H11.35.22')
    moved = {k: after['appraise'][k] - before.get('appraise', {}).get(k, 0) for k in ('ended', 'late', 'minutes_late', 'minutes_charged')}
    equal(moved, {'ended': 1, 'late': 1, 'minutes_late': appraised['minutes_late'], 'minutes_charged': appraised['minutes_charged']}, 'counted for its unit')


@test
def who_was_late_when_the_dossier_ended_pays_for_it(s):
    unit, kinds = 'H11.35.24', ('appraise', 'approve', 'transfer')
    appraised, decided, handed_on = transferred(s, unit).assign(), transferred(s, unit).assign().conclude(), Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer()
    for d in (appraised, decided, handed_on):
        d.ask_back()
    until(lambda: (decided.in_list('approval', decided.desk.approver) or {}).get('state') == 'pending', 10, 'it lies before the approver')
    before, _ = counted(s, unit)
    s.ctl('clock', 'forward', '14d')
    in_time = transferred(s, unit).assign()
    in_time.ask_back()
    for d in (appraised, decided, handed_on, in_time):
        until(lambda d=d: (r := d.in_list('approval', d.desk.approver)) and r['withdrawal'], 10)
        d.let_go()
    told = {d: slip(s, d, n) for d, n in ((appraised, 2), (decided, 3), (handed_on, 1), (in_time, 2))}
    last = {d: x['steps'][-1] for d, x in told.items()}
    equal([(x['event'], x['result']) for x in last.values()],
          [('AppraisalBrokenOff', 'late'), ('WithdrawalGranted', 'late'), ('IntakeBrokenOff', 'late'), ('AppraisalBrokenOff', 'broken_off')])
    for d in (appraised, decided, handed_on):
        equal((told[d]['timing'], told[d]['uncharged_minutes'], last[d]['unit']), ('late', 0, unit), 'the dossier is late, and that unit answers for it')
        check(0 < last[d]['minutes_charged'] <= last[d]['minutes_late'], 'for no more than it was late', last[d])
    equal((told[in_time]['timing'], last[in_time]['minutes_charged']), (None, 0), 'who had time left was neither early nor on time')
    after, _ = counted(s, unit)
    moved = lambda kind, what: after[kind][what] - before.get(kind, {}).get(what, 0)    # noqa: E731
    equal([moved(kind, 'late') for kind in kinds], [1, 1, 1])
    equal([moved(kind, 'broken_off') for kind in kinds], [1, 0, 0])
    equal([moved(kind, 'minutes_charged') for kind in kinds], [last[d]['minutes_charged'] for d in (appraised, decided, handed_on)])
    block, = s.get('intake', f'/v1/dossiers/{handed_on.id}/control-slip', INSPECTOR)['hand_overs']
    equal((block['what'], block['state'], block['result']), ('papers', 'given', 'late'), 'and its control slip says the same')


@test
def a_date_that_an_apology_moved_charges_nobody(s):
    d = transferred(s, 'H11.35.23')
    d.assign()
    d.ask_more('2020-03-16T16:00:00+07:00')
    d.sign_apology()
    d.issue_apology().hand_apology()
    s.ctl('clock', 'forward', '14d')
    d.conclude().decided()
    d.number().seal()
    told = slip(s, d, 4)
    equal((told['timing'], told['uncharged_minutes'], told['steps'][1]['result'], told['steps'][1]['minutes_charged']), ('early', 0, 'late', 0),
          'the step was late, the dossier was not')


@test
def while_the_citizen_pays_nobody_is_late(s):
    d = Dossier(s, Desk(PHAN_THIET, at_counter=False), LAND).receive().give_transfer().take_transfer()
    d.assign().verify().assign().conclude().endorse().decided()
    shown = lambda: s.get('intake', f'/v1/dossiers/{d.id}', d.desk.appraiser)['obligations']
    until(shown, 20, 'the obligation is expected')
    equal(d.in_list('intake', d.desk.receiver)['step_due_at'], shown()[0]['due_at'], 'until when the notice is to be here')
    d.owe()
    s.ctl('clock', 'forward', '30d')
    d.pay()
    paid = slip(s, d, 6)['steps'][-1]
    equal((paid['event'], paid['result'], paid['minutes_late']), ('ObligationMet', 'early', 0))
    check(paid['minutes_used'] < 60, 'thirty days were the citizen\'s', paid)


@test
def an_independent_count_agrees(s):
    """Last of all: how every step went is computed again from what happened, and audit's figures from that."""
    conninfo = f"{s.server} dbname={s.database} user={s.pg['user']} password={s.pg['password']}"
    until(lambda: not checker.unrest(conninfo, s.brokers), 60, 'it comes to rest')
    violations, counts = checker.run(conninfo, s.brokers, [], only=['V1', 'V2', 'V6', 'V9', 'V12'])
    equal(violations, [], 'violations')
    check(counts['V6']['steps that were broken off'] >= 3, 'steps were broken off', counts['V6'])


main(System)
