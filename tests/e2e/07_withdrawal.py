#!/usr/bin/env python3
"""A citizen asks for an accepted dossier back: only approval ends it, the work goes on until then, and it ends without a result."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import INSPECTOR, LAND, MOBILE_BIRTH, PHAN_THIET, Desk, Dossier  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

REQUEST = {'channel': 'counter', 'media_type': 'text/plain', 'pages': 1, 'content_base64': 'eGluIHLDunQ='}


def appraising(s, unit):
    return Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()


def at_approval(s, d):
    """What approval shows of it."""
    return s.get('approval', f'/v1/approvals/{d.id}', d.desk.approver).json


def withdrawn(s, d):
    d.becomes('withdrawn', 7)
    equal(s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['withdrawal']['state'], 'granted')
    until(lambda: (d.history() or {}).get('result') == 'withdrawn', 10, 'audit counts it as withdrawn')


@test
def a_simulated_day_with_many_withdrawals_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '7', '--mix', 'withdrawn=60')
    check('no difference' in done.out and 'WithdrawalGranted' in done.out, 'the books balance', done.out[-2500:])


@test
def while_it_is_appraised(s):
    d = appraising(s, 'H11.35.21')
    desk = d.desk
    before = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={desk.unit}', INSPECTOR)['totals']
    d.refused('approval', 'withdrawal/grant', desk.approver, {'mandate': desk.mandate}, 409)    # nobody asked
    equal(d.refused('intake', 'withdrawal', desk.receiver, {**REQUEST, 'channel': 'fax'}, 422)['field'], 'channel')
    d.refused('intake', 'withdrawal', 'H11.35.22-tn01', REQUEST, 403)
    d.refused('intake', 'withdrawal', desk.appraiser, REQUEST, 403)
    a = d.ask_back()
    equal((a['state'], a['withdrawal']), ('in_process', 'requested'), 'nothing has ended yet')
    equal(d.refused('intake', 'withdrawal', desk.receiver, REQUEST, 409)['field'], 'withdrawal', 'once at a time')
    equal(d.track()['withdrawal'], 'requested', 'the citizen sees it')
    row = until(lambda: (r := d.in_list('approval', desk.approver)) and r['withdrawal'] and r, 10, 'it lies before the approver')
    equal((row['state'], row['withdrawal']), ('expected', 'requested'))
    check(a['request'] in [x['id'] for x in at_approval(s, d)['documents']], 'with the paper')
    d.let_go()
    withdrawn(s, d)
    until(lambda: d.in_list('appraisal', desk.appraiser) is None, 10, 'nobody appraises it any more')
    d.refused('appraisal', 'conclude', desk.appraiser, {'opinion': 'for', 'draft': {'id': a['request'], 'sha256': '0' * 64, 'pages': 1}, 'reasons': []}, 409)
    equal(s.post('intake', f'/v1/dossiers/{d.id}/documents', desk.appraiser, {k: v for k, v in {**REQUEST, 'kind': 'component'}.items() if k != 'channel'},
                 seen=dict(d.seen)).status, 409, 'nothing is filed any more')
    check(d.in_list('intake', desk.receiver) is None, 'it is no open dossier')
    s.ctl('clock', 'forward', '9d')
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'WithdrawalRequested', 'WithdrawalGranted', 'AppraisalBrokenOff')
    after = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={desk.unit}', INSPECTOR)['totals']
    equal(after['withdrawn'], before['withdrawn'] + 1)
    equal(after['received'], sum(after[k] for k in ('early', 'on_time', 'late', 'withdrawn', 'in_process')), 'every one is counted once')


@test
def it_is_not_granted_and_the_work_goes_on(s):
    d = appraising(s, 'H11.35.22')
    desk = d.desk
    d.conclude()
    d.ask_back()
    for verb, body in (('grant', {'mandate': desk.mandate, 'draft': d.draft}), ('send-back', {'mandate': desk.mandate, 'reasons': ['wrong_draft']})):
        equal(d.refused('approval', verb, desk.approver, body, 409)['field'], 'withdrawal', 'the request comes first')
    equal(d.refused('approval', 'withdrawal/refuse', desk.approver, {'mandate': desk.mandate, 'reasons': ['because']}, 422)['field'], 'reasons')
    d.keep()
    until(lambda: d.track()['withdrawal'] == 'refused', 10, 'the citizen sees it')
    equal(d.reasons_given('intake', desk.receiver), [('WithdrawalRefused', desk.approver, ['other'])], 'the counter can tell why')
    equal(d.track()['state'], 'in_process')
    d.decided().becomes('closing')
    d.refused('intake', 'withdrawal', desk.receiver, REQUEST, 409)      # what is signed stands
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)


@test
def instead_of_paying(s):
    d = Dossier(s, Desk(PHAN_THIET, at_counter=False), LAND).receive().give_transfer().take_transfer()
    d.assign().verify().assign().conclude().endorse().decided()
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', d.desk.appraiser)['obligations'], 20, 'the obligation is expected')
    d.owe()
    d.becomes('awaiting_obligation', 6)
    d.ask_back(channel='post')
    d.let_go()
    withdrawn(s, d)
    states = [(x['step'], x['state']) for x in at_approval(s, d)['steps']]
    equal([state for _, state in states], ['signed', 'stopped'], 'the first decision stands, the second is never made')
    for r in s.published():
        if r.key == d.id.encode() and SCHEMA.body(r.event)[0].startswith('Withdrawal'):
            check('xin' not in str(r.event), 'no words of the citizen in an event', r.event)


@test
def behind_its_date_it_is_late_whether_or_not_that_was_told(s):
    unit = 'H11.35.23'
    late, waits = appraising(s, unit), appraising(s, unit)
    waits.ask_supplement()
    waits.becomes('awaiting_supplement', 5)
    for d in (late, waits):
        d.ask_back()
        until(lambda d=d: (r := d.in_list('approval', d.desk.approver)) and r['withdrawal'], 10, 'it lies before the approver')
    s.services['intake'].stop()
    s.ctl('clock', 'forward', '30d')
    for d in (late, waits):
        d.let_go()
        until(lambda d=d: d.history()['result'] == 'withdrawn', 10)
    equal([(d.history()['timing'], d.history()['overdue']) for d in (late, waits)], [('late', False), (None, False)], 'nobody has told it; of one the clock stood still')
    s.services['intake'].start().ready()
    late.becomes('withdrawn', 7)
    waits.becomes('withdrawn', 7)
    totals = s.get('audit', f'/v1/kpi?from=2019-01-01&to=2019-12-31&unit={unit}', INSPECTOR)['totals']
    equal([totals[k] for k in ('received', 'late', 'late_withdrawn', 'withdrawn')], [2, 1, 1, 1], 'each is counted once')


main(System)
