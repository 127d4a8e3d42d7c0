#!/usr/bin/env python3
"""Where two features meet, and no other test goes: a stop notice that the post brings back, or a proxy fetches, as he does an apology; who
handed the notice over and the citizen's slip; a complaint that was answered on paper while the system was away."""
import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, MOBILE_BIRTH, Desk, Dossier  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402


def shown(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json


def at_return(s, d):
    return s.get('return', f'/v1/returns/{d.id}', d.desk.returner)['documents'][0]


def notice_ready(s, unit):
    """Stopped at the counter: the notice lies there for the citizen."""
    d = Dossier(s, Desk(unit), BIRTH).receive().assign()
    d.ask_stop()
    d.sign_stop()
    until(lambda: 'AppraisalBrokenOff' in d.story(), 10, 'the open step was broken off')
    d.issue_notice().becomes('stopped', 8)
    d.on_letter(d.notice, 'ready')
    return d


@test
def the_post_brings_a_stop_notice_back(s):
    d = notice_ready(s, 'H11.35.21')
    ready = until(lambda: d.track()['ready'], 15, 'the citizen sees that the notice lies at the counter')
    equal((ready['early'], ready['reminders'], ready['came_back_at']), (False, 0, None), 'no day was promised for it')
    d.on_letter(d.notice, 'deliver', delivery='post', consignment='EE123456785VN')
    until(lambda: shown(s, d)['returned_at'], 10, 'the citizen has it')
    equal(d.track()['ready'], None, 'nothing is announced any more')
    d.on_letter(d.notice, 'came-back', reason='moved')
    until(lambda: shown(s, d)['returned_at'] is None, 10, 'he does not have it')
    equal(shown(s, d)['returned_by'], None)
    check(d.track()['ready']['came_back_at'], 'it lies at the counter again', d.track())
    equal((d.track()['state'], d.track()['national_status']), ('stopped', 8), 'and the dossier is stopped all the same')
    d.on_letter(d.notice, 'deliver', delivery='counter', who='applicant', paper='receipt')
    until(lambda: shown(s, d)['returned_by'] == d.desk.returner, 10, 'now he has it')
    equal(d.track()['ready'], None)
    d.is_told_as('Received', 'Assigned', 'StopRequested', 'StopSigned', 'AppraisalBrokenOff', 'Numbered', 'NoticeIssued', 'Ready', 'NoticeHandedOver', 'CameBack',
                 'NoticeHandedOver')


@test
def a_proxy_fetches_a_stop_notice(s):
    d = notice_ready(s, 'H11.35.22')
    equal(d.refused('return', 'deliver', d.desk.returner, {'delivery': 'counter', 'who': 'proxy', 'paper': 'receipt'}, 422)['field'], 'authorisation')
    d.refused('intake', 'documents', d.desk.returner, {'kind': 'minutes', 'media_type': 'text/plain', 'pages': 1, 'content_base64': 'eA=='}, 409)
    handle = d.file('authorisation', d.desk.returner, b'%PDF-1.4 he may have it')
    how = {'delivery': 'counter', 'who': 'proxy', 'paper': 'receipt', 'authorisation': handle}
    equal(d.refused('return', 'deliver', d.desk.returner, how, 422)['field'], 'collector')
    d.on_letter(d.notice, 'deliver', **how, collector=d.note_collector())
    until(lambda: shown(s, d)['returned_at'], 10, 'the citizen has it')
    row = at_return(s, d)
    equal([row[k] for k in ('outcome', 'state', 'who', 'paper', 'authorisation')], ['stopped', 'handed_over', 'proxy', 'receipt', handle['id']])
    d.is_told_as('Received', 'Assigned', 'StopRequested', 'StopSigned', 'AppraisalBrokenOff', 'Numbered', 'NoticeIssued', 'Ready', 'DocumentFiled', 'DocumentFiled', 'NoticeHandedOver')
    equal([(c['document'], c['collector']['name']) for c in shown(s, d)['collected']], [(d.notice['id'], 'Lê Văn Nhận')], 'intake knows who has the notice')


@test
def a_proxy_fetches_an_apology(s):
    """While the dossier is worked on, which goes on as if nothing were."""
    d = Dossier(s, Desk('H11.35.26', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
    d.ask_more('2019-12-20T16:00:00+07:00')
    d.sign_apology()
    d.issue_apology()
    for verb, who in (('hand-over/give', d.desk.clerk), ('hand-over/take', d.desk.returner), ('ready', d.desk.returner)):
        d.on_letter(d.apology, verb, who)
    until(lambda: shown(s, d)['extension']['state'] == 'issued', 10, 'the date has moved')
    before = shown(s, d)
    equal(before['collected'], [], 'nobody has come yet')
    how = d.proxy()
    d.on_letter(d.apology, 'deliver', delivery='counter', **how)
    (came,) = until(lambda: shown(s, d)['collected'], 10, 'intake knows who has the apology')
    equal((came['document'], came['collector']['id'], came['collector']['name']), (d.apology['id'], how['collector']['id'], 'Lê Văn Nhận'))
    handed = until(lambda: [e for e in d.history()['entries'] if e['type'] == 'ApologyHandedOver'], 10, 'audit has it')
    equal(came['at'][:19], handed[0]['occurred_at'][:19], 'and since when')
    now = shown(s, d)
    equal([now[k] for k in ('state', 'due_at', 'extension', 'ready', 'returned_at')], [before[k] for k in ('state', 'due_at', 'extension', 'ready', 'returned_at')],
          'nothing else of it has moved')
    d.conclude().decided().becomes('closing')


@test
def who_handed_over_a_stop_notice_enters_no_slip(s):
    d = notice_ready(s, 'H11.35.23')
    slip = {'by': 'slip', 'satisfaction': 'neutral', 'attitude': 'good', 'contacts': 1, 'agencies': 1}
    d.on_letter(d.notice, 'deliver', delivery='counter', who='applicant', paper='identity')
    until(lambda: shown(s, d)['returned_by'] == d.desk.returner, 10, 'intake knows who served the citizen')
    for who in (d.desk.returner, d.desk.receiver):
        equal(d.refused('intake', 'rating', who, slip, 403)['field'], 'actor')
    d.rate(d.desk.head, means='slip')
    until(lambda: d.story()[-1] == 'RatingGiven', 10, 'somebody else does')


@test
def an_answer_that_was_given_on_paper_in_time_is_not_late(s):
    """It is three weeks later from now on."""
    d = Dossier(s, Desk('H11.35.24'), BIRTH).receive()
    voices = lambda: {k: v for k, v in s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={d.desk.unit}', INSPECTOR)['totals'].items()
                      if k.startswith('complaints')}
    for _ in range(2):
        d.complain()
    s.ctl('clock', 'forward', '22d')
    until(lambda: d.story().count('ComplaintDuePassed') == 2, 20, 'the date of both answers passes')
    until(lambda: voices()['complaints_late'] == 2, 10, 'audit counts them as late')
    a = d.on_paper('2019-10-21T09:00:00+07:00').reply(1, d.desk.head)
    equal((a['complaint'], a['late']), ('answered', False), 'it was answered the day before')
    equal(d.on_paper('2019-10-22T09:00:00+07:00').publish_answer(1, d.desk.head)['published_late'], False, 'and published')
    wanted = {'complaints': 2, 'complaints_justified': 1, 'complaints_in_time': 1, 'complaints_late': 1, 'complaints_asked_more': 0,
              'complaints_published': 1, 'complaints_published_late': 0}
    until(lambda: voices() == wanted, 10, 'audit takes it back from the late ones')
    equal(d.on_paper(None).reply(2, d.desk.head, justified=False)['late'], True, 'the other one is')
    until(lambda: d.story()[-1] == 'ComplaintAnswered', 10)
    equal(voices(), wanted, 'and is counted once')
    entry = next(x for x in s.get('audit', f'/v1/inspection/late-entries?from=2019-10-01&to=2019-10-31&unit={d.desk.unit}', INSPECTOR)['items'] if (x['code'], x['type']) == (d.code, 'ComplaintAnswered'))
    equal((entry['type'], entry['actor'], entry['superior']), ('ComplaintAnswered', d.desk.head, 'H11.35-tr01'), 'inspectors see who entered it')


@test
def a_simulated_day_and_the_months_behind_it_balance(s):
    """Last: a quarter of a year is over behind it."""
    s.ctl('clock', 'forward', '24h')
    day = s.business_now()[:10]
    done = s.ctl('simulate', '--day', day, '--dossiers', '60', '--connections', '4', '--seed', '22', '--mix', 'unclaimed=30,complained=40,late_answers=50')
    check('no difference' in done.out, 'the books balance', done.out[-2500:])
    check('Archived lưu trữ, không có người nhận' in done.out and 'ComplaintAnswered trả lời phản ánh muộn' in done.out, 'both were done', done.out[-6000:])
    behind = datetime.date.fromisoformat(s.business_now()[:10]) - datetime.date.fromisoformat(day)
    check(behind >= datetime.timedelta(days=90), 'three months have passed', behind)
    late = [x for x in s.get('audit', f'/v1/kpi?from={day}&to={day}', INSPECTOR)['items'] if x['complaints_late']]
    kept = sum(x['unclaimed'] for x in s.get('audit', f'/v1/kpi?from={day}&to={day}', INSPECTOR)['items'])
    check(late and kept, 'audit counts both', late, kept)


main(System)
