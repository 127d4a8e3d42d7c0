#!/usr/bin/env python3
"""A result will be late: the apology with a new date is signed, numbered and sealed like a result; the date moves once, and the
promised one is never overwritten. What was late before the apology stays late."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import EXTRACT, INSPECTOR, MOBILE_BIRTH, Desk, Dossier, forward_to  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

NEW = '2019-10-14T16:00:00+07:00'
LETTER = {'media_type': 'text/plain', 'pages': 1, 'content_base64': 'eGluIGzhu5dp'}


def appraising(s, unit):
    return Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()


def shown(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json


def figures(s, d):
    return s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-12-31&unit={d.desk.unit}', INSPECTOR)['totals']


@test
def a_simulated_day_with_many_extensions_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '9', '--mix', 'extended=60')
    check('no difference' in done.out and 'ApologyIssued' in done.out, 'the books balance', done.out[-2500:])


@test
def in_time_it_moves_the_date_once(s):
    d = appraising(s, 'H11.35.21')
    desk, first = d.desk, d.received['due_at']
    before = figures(s, d)
    ask = {'new_due_at': NEW, 'reason': 'overload', **LETTER}
    for wrong, field in (({'new_due_at': 'soon'}, 'new_due_at'), ({'new_due_at': first}, 'new_due_at'), ({'reason': 'tired'}, 'reason'), ({'pages': 0}, 'pages')):
        equal(d.refused('intake', 'extension', desk.appraiser, {**ask, **wrong}, 422)['field'], field)
    d.refused('intake', 'extension', desk.receiver, ask, 403)
    d.refused('intake', 'extension', 'H11.35.22-td02', ask, 403)
    d.refused('approval', 'extension/sign', desk.approver, {'mandate': desk.mandate, 'kind': 'ink_attested', 'document': {'id': d.id, 'sha256': '0' * 64, 'pages': 1}}, 409)
    form = s.get('intake', f'/v1/dossiers/{d.id}/apology', desk.appraiser)
    equal([form[k] for k in ('code', 'procedure', 'promised_at', 'due_at', 'new_due_at', 'reason')], [d.code, MOBILE_BIRTH, first, first, None, None],
          'what the letter will say')
    check(form['applicant']['name'] and form['unit_name'], 'to whom, and from whom', form)
    equal(s.get('intake', f'/v1/dossiers/{d.id}/apology', 'H11.35.22-td02').status, 404, 'not of another unit')
    equal(s.value(f"SELECT count(*) FROM intake.access_log WHERE what = 'apology' AND dossiers = ARRAY['{d.id}']::uuid[]"), '1', 'the read is recorded')
    equal(d.ask_more(NEW)['extension'], 'requested')
    equal(s.get('intake', f'/v1/dossiers/{d.id}/apology', desk.appraiser)['reason'], 'overload')
    equal(d.refused('intake', 'extension', desk.appraiser, ask, 409)['field'], 'extension', 'one at a time')
    row = until(lambda: (r := d.in_list('approval', desk.approver)) and r['extension'] and r, 10, 'it lies before the approver')
    equal((row['state'], row['extension'], row['due_at'][:19]), ('expected', 'requested', first[:19]))
    other = d.file('component', content=b'%PDF-1.4 something else')
    equal(d.refused('approval', 'extension/sign', desk.approver, {'mandate': desk.mandate, 'kind': 'ink_attested', 'document': other}, 422)['field'], 'document.sha256')
    d.sign_apology()
    equal(shown(s, d)['due_at'], first, 'a signature moves nothing yet')
    equal(d.refused('return', 'number', desk.clerk, {'series': desk.refusal_series, 'document': d.apology['id']}, 422)['field'], 'series', 'a book of its own')
    d.issue_apology()
    until(lambda: shown(s, d)['due_at'][:19] == NEW[:19], 10, 'the seal moves the date')
    now = shown(s, d)
    equal((now['promised_at'], now['extension']['state'], now['state']), (first, 'issued', 'in_process'), 'the first promise stays, and the work goes on')
    until(lambda: d.in_list('appraisal', desk.appraiser)['due_at'][:19] == NEW[:19], 10, 'the appraiser sees it')
    told = s.get('intake', f'/v1/dossiers/{d.id}/deadline', desk.receiver)
    equal((told['due_at_legal'][:19], told['due_at_reported'][:19]), (NEW[:19], NEW[:19]))
    sealed = s.value(f"SELECT intake.civil(occurred_at) FROM audit.entry WHERE subject = '{d.id}' AND type LIKE '%ApologyIssued'")
    equal(now['extension']['issued_at'], sealed, 'when it was sealed')
    vi = [line for line in told['explained']['vi'] if 'ẹn lại' in line]
    check(f'lập lúc {sealed[11:16]}' in vi[0] and not any('chưa trước hạn' in line for line in vi), 'it says why, and that it came in time', vi)
    equal(d.refused('intake', 'extension', desk.appraiser, {**ask, 'new_due_at': '2019-10-21T16:00:00+07:00'}, 409)['field'], 'extension', 'once')
    d.hand_apology()
    s.ctl('clock', 'forward', '9d')
    d.conclude().decided().becomes('closing')
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'ExtensionRequested', 'DocumentFiled', 'ApologySigned', 'Numbered', 'ApologyIssued',
                 'Extended', 'HandOverGiven', 'HandOverTaken', 'Ready', 'ApologyHandedOver', 'Archived', 'DocumentFiled', 'Appraised', 'Granted', 'Signed',
                 'Numbered', 'Sealed', 'HandOverGiven', 'HandOverTaken', 'Ready', 'HandedOver', 'Archived')
    history = d.history()
    equal((history['timing'], history['extended'], history['overdue']), ('early', True, False), 'judged by the new date')
    equal([figures(s, d)[k] - before[k] for k in ('extended', 'breaches')], [1, 0])


@test
def one_that_comes_late_is_issued_and_a_breach(s):
    d = appraising(s, 'H11.35.22')
    before = figures(s, d)
    s.ctl('clock', 'forward', '14d')
    until(lambda: 'DuePassed' in d.story(), 10, 'it is late')
    again = '2019-11-15T16:00:00+07:00'
    d.ask_more(again, by=d.desk.head, reason='absence')
    d.sign_apology()
    d.conclude().decided().becomes('closing')                       # meanwhile the result is signed
    equal(d.refused('return', 'number', d.desk.clerk, {'series': d.desk.result_series}, 422)['field'], 'document', 'two are being issued: name one')
    d.issue_apology()
    until(lambda: shown(s, d)['due_at'][:19] == again[:19], 10)
    until(lambda: figures(s, d)['breaches'] == before['breaches'] + 1, 10, 'it is counted as a breach')
    told = s.get('intake', f'/v1/dossiers/{d.id}/deadline', d.desk.receiver)['explained']
    check(any(' đủ 1 ngày' in line for line in told['vi']) and any('not 1 day(s) before' in line for line in told['en']), 'and told as one', told)
    d.hand_apology()
    d.number().seal()
    told = until(lambda: (h := d.history())['timing'] and h, 10, 'it has ended')
    equal((told['timing'], told['overdue'], told['due_at'][:19]), ('late', True, again[:19]), 'what was late stays late, though the citizen has a new date')
    slip = s.get('audit', f'/v1/dossiers/{d.code}/steps', d.desk.receiver)
    appraised = next(x for x in slip['steps'] if x['event'] == 'Appraised')
    check(slip['timing'] == 'late' and 0 < appraised['minutes_charged'] <= appraised['minutes_late'], 'and is charged by the date that had passed', slip.json)


@test
def not_signed_the_date_stays(s):
    d = appraising(s, 'H11.35.23')
    due = d.received['due_at']
    d.ask_more('2019-12-20T16:00:00+07:00')
    equal(d.refused('approval', 'extension/refuse', d.desk.approver, {'mandate': d.desk.mandate, 'reasons': []}, 422)['field'], 'reasons')
    d.keep_date()
    until(lambda: shown(s, d)['extension']['state'] == 'refused', 10)
    equal(d.reasons_given('intake', d.desk.receiver), [('ExtensionRefused', d.desk.approver, ['other'])], 'who asked reads why')
    equal(shown(s, d)['due_at'], due)
    d.ask_more('2019-12-13T16:00:00+07:00')                         # a better date may be asked for
    d.sign_apology()
    d.issue_apology()
    until(lambda: shown(s, d)['extension']['state'] == 'issued', 10)


@test
def on_the_last_day_for_it_an_apology_is_prepared(s):
    """Behind the others: the clock goes to the morning before the date."""
    d, gone = appraising(s, 'H11.35.26'), appraising(s, 'H11.35.26')
    desk, due = d.desk, d.received['due_at']
    listed = lambda: d.in_list('intake', desk.appraiser, '&apology=prepared')
    equal(d.refused('intake', 'extension', desk.appraiser, {'reason': 'overload', **LETTER}, 422)['field'], 'new_due_at', 'nothing is prepared yet')
    equal(s.get('intake', '/v1/dossiers?apology=written', desk.appraiser).status, 422, 'the list knows prepared ones only')
    equal(listed(), None)
    d.ask_more('2019-12-20T16:00:00+07:00')
    d.keep_date()
    until(lambda: shown(s, d)['extension']['state'] == 'refused', 10, 'one that was asked for before is not signed')
    near = s.value(f"SELECT intake.civil(due_at) FROM intake.timer WHERE act = 'due' AND subject = '{d.id}'")
    forward_to(s, near)
    row = until(listed, 20, 'the list has it')
    until(lambda: gone.in_list('intake', desk.appraiser, '&apology=prepared'), 20, 'and the other')
    gone.ask_back()
    until(lambda: (r := gone.in_list('approval', desk.approver)) and r['withdrawal'], 10, 'the wish lies before the approver')
    gone.let_go()
    gone.becomes('withdrawn', 7)
    equal(gone.in_list('intake', desk.appraiser, '&state=withdrawn')['apology_due_at'], None, 'of what has ended nothing is prepared')
    new = row['apology_due_at']
    check(new[:10] > due[:10] and new[11:16] == due[11:16], 'another day, at the same hour', new, due)
    form = s.get('intake', f'/v1/dossiers/{d.id}/apology', desk.appraiser)
    equal((form['prepared'], form['new_due_at'], form['promised_at'], form['reason']), (True, new, due, None), 'what the letter will say')
    equal(d.ask_more()['extension'], 'requested')
    equal(shown(s, d)['extension']['new_due_at'], new, 'the date that was prepared')
    equal(listed(), None, 'it is asked for')
    equal(d.in_list('intake', desk.appraiser)['apology_due_at'], None, 'nothing is prepared any more')
    d.sign_apology()
    d.issue_apology()
    until(lambda: shown(s, d)['due_at'] == new, 10, 'it is in force')
    equal(figures(s, d)['breaches'], 0, 'in time')


@test
def what_is_due_the_same_day_is_warned_of_and_an_apology_prepared(s):
    """The clock goes on by some hours: there is no day before it any more, so with a fifth of its time left, and once more with the date."""
    d = Dossier(s, Desk('H11.35.24'), EXTRACT)
    d.receive()
    d.becomes('received', 2)
    desk, due = d.desk, d.received['due_at']
    equal(due[:10], shown(s, d)['received_at'][:10], 'due the same day')
    forward_to(s, s.value(f"SELECT intake.civil(due_at) FROM intake.timer WHERE act = 'due' AND subject = '{d.id}'"))
    until(lambda: 'DueNear' in d.story(), 20, 'it draws near')
    row = d.in_list('intake', desk.receiver, '&apology=prepared')
    check(row['apology_due_at'][:10] > due[:10], 'one is prepared, for another day', row)
    check('DuePassed' not in d.story(), 'and it has not passed')
    d.ask_more()
    d.keep_date()
    until(lambda: shown(s, d)['extension']['state'] == 'refused', 10, 'the approver thinks that there is time enough')
    forward_to(s, due)
    until(lambda: 'DuePassed' in d.story(), 20, 'the date passed')
    new = until(lambda: d.in_list('intake', desk.receiver, '&apology=prepared'), 10, 'one is prepared')['apology_due_at']
    equal(d.ask_more()['extension'], 'requested', 'without a date')
    equal(shown(s, d)['extension']['new_due_at'], new)
    d.sign_apology()
    d.issue_apology()
    until(lambda: shown(s, d)['due_at'] == new, 10, 'in force, though late')
    until(lambda: figures(s, d)['breaches'] == 1, 10, 'and a breach')


main(System)
