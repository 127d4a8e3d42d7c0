#!/usr/bin/env python3
"""How citizens find it: one rating per dossier, whose points follow from what they say; complaints with their deadlines; and audit counts
both, without a word of what was written."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, PORTAL, Desk, Dossier, applicant  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

RATING = {'by': 'device', 'satisfaction': 'satisfied', 'attitude': 'good', 'contacts': 1, 'agencies': 0}
COMPLAINT = {'channel': 'counter', 'category': 'asked_outside', 'text': 'Bị yêu cầu nộp thêm giấy tờ ngoài quầy'}
VOICES = ['ratings', 'satisfaction_points', 'attitude_points', 'contact_points', 'agency_points', 'conduct_points', 'complaints', 'complaints_justified',
          'complaints_in_time', 'complaints_late', 'complaints_asked_more', 'complaints_published', 'complaints_published_late', 'contacts_rated_sum']


def figures(s, d):
    totals = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-12-31&unit={d.desk.unit}', INSPECTOR)['totals']
    return {k: totals[k] for k in VOICES}


def counted(s, d, before, **more):
    """The figures become what they were, and so much more."""
    wanted = {k: before[k] + more.get(k, 0) for k in VOICES}
    until(lambda: figures(s, d) == wanted, 15, f'audit counts {wanted}, not {figures(s, d)}')


def shown(s, d, who=None):
    return s.get('intake', f'/v1/dossiers/{d.id}', who or d.desk.receiver).json


def looks(s, d):
    """How often its personal data were read."""
    return int(s.value(f"SELECT count(*) FROM intake.access_log WHERE '{d.id}' = ANY (dossiers)"))


def telling(s, d):
    """What stands on the topics of it, as text."""
    return ' '.join(str(r.event) for r in s.published() if r.key == d.id.encode())


def listed(s, who, query=''):
    a = s.get('intake', f'/v1/complaints?limit=200{query}', who)
    check(a.status == 200, 'the list of complaints', a)
    return a['items']


@test
def a_simulated_day_of_outspoken_citizens_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '14', '--mix', 'rated=60,complained=40')
    check('no difference' in done.out and 'RatingGiven' in done.out and 'ComplaintAnswered' in done.out, 'the books balance', done.out[-2500:])
    until(lambda: 'Đánh giá (ratings): ' in s.ctl('report').out, 10, 'the report shows the means')
    check('Phản ánh, kiến nghị (complaints): ' in s.ctl('report').out, 'and the complaints', s.ctl('report').out[-1500:])


@test
def one_rating_when_it_has_ended(s):
    d = Dossier(s, Desk('H11.35.26'), BIRTH).receive()
    desk = d.desk
    d.refused('intake', 'rating', desk.device, RATING, 409)                             # the citizen has not seen the end
    d.appraised().decided().returned().becomes('returned')
    before = figures(s, d)
    for wrong, field in (({'by': 'letter'}, 'by'), ({'satisfaction': 2}, 'satisfaction'), ({'attitude': 'rude'}, 'attitude'), ({'contacts': -1}, 'contacts'),
                         ({'contacts': 100}, 'contacts'), ({'agencies': '1'}, 'agencies'), ({'remark': ''}, 'remark')):
        equal(d.refused('intake', 'rating', desk.device, {**RATING, **wrong}, 422)['field'], field)
    slip = {**RATING, 'by': 'slip'}
    d.refused('intake', 'rating', desk.appraiser, RATING, 403)                           # no role for it
    equal(d.refused('intake', 'rating', Desk('H11.35.27').device, RATING, 403)['field'], 'actor')     # another counter
    equal(d.refused('intake', 'rating', ('H11.35.26-Q9', 'device', desk.unit), RATING, 403)['field'], 'actor')     # no counter
    equal(d.refused('intake', 'rating', (desk.receiver, 'device', desk.unit), RATING, 403)['field'], 'actor')      # a post is none
    equal(d.refused('intake', 'rating', desk.device, slip, 403)['field'], 'actor')       # the device fills in no slip
    d.refused('intake', 'complaints', desk.device, COMPLAINT, 403)                       # and does nothing else
    for who in (desk.receiver, desk.returner):                                           # who served does not say that the device did
        equal(d.refused('intake', 'rating', who, RATING, 403)['field'], 'by')
    equal(d.refused('intake', 'rating', desk.receiver, slip, 403)['field'], 'actor')     # received it
    equal(d.refused('intake', 'rating', desk.returner, slip, 403)['field'], 'actor')     # handed it over
    equal(d.refused('intake', 'rating', desk.head, RATING, 403)['field'], 'by')          # nor anybody else
    equal(d.refused('intake', 'rating', desk.receiver, {**RATING, 'by': 'online'}, 403)['field'], 'by')
    d.refused('intake', 'rating', PORTAL, RATING, 403)                                   # the portal has no device
    check(not shown(s, d)['rating'], 'what was refused left nothing')
    a = d.rate(desk.head, means='slip', satisfaction='neutral', contacts=1, agencies=3, remark='Chờ hơi lâu nhưng cán bộ tận tình')
    equal(a['points'], {'satisfaction': 1, 'attitude': 2, 'contacts': 1, 'agencies': 0}, 'computed, not typed')
    for who, how in ((desk.device, RATING), (PORTAL, {**RATING, 'by': 'online'})):
        equal(d.refused('intake', 'rating', who, how, 409)['field'], 'rating', 'once')
    seen = looks(s, d)
    r = shown(s, d)['rating']
    equal((r['by'], r['satisfaction'], r['contact_points'], r['agency_points'], r['remark'], r['given_by']),
          ('slip', 1, 1, 0, 'Chờ hơi lâu nhưng cán bộ tận tình', desk.head))
    equal(looks(s, d), seen + 1, 'who reads it is written down')
    check('tận tình' not in telling(s, d), 'no words of the citizen in an event')
    counted(s, d, before, ratings=1, satisfaction_points=1, attitude_points=2, contact_points=1, agency_points=0, contacts_rated_sum=1)
    equal(d.story()[-1], 'RatingGiven')
    equal((d.history()['rated'], d.state()), (True, 'returned'), 'it changes nothing else')


@test
def refused_at_the_counter_is_rated_too(s):
    desk = Desk('H11.35.27')
    refusal = s.must('intake', '/v1/refusals', desk.receiver, {'counter': desk.counter, 'procedure': BIRTH, 'channel': 'counter', 'applicant': applicant(),
                                                               'reasons': ['not_eligible'], 'explanation': 'Không đủ điều kiện'})
    d = Dossier(s, desk, BIRTH)
    d.id = refusal['id']
    before = figures(s, d)
    equal(d.rate(PORTAL, means='online', satisfaction='dissatisfied', attitude='poor', contacts=0, agencies=0)['points'],
          {'satisfaction': 0, 'attitude': 0, 'contacts': 2, 'agencies': 2})
    counted(s, d, before, ratings=1, contact_points=2, agency_points=2)


@test
def a_complaint_is_answered_by_a_head_who_is_not_complained_of(s):
    d = Dossier(s, Desk('H11.35.28'), BIRTH).receive()
    desk = d.desk
    before = figures(s, d)
    for wrong, field in (({'channel': 'fax'}, 'channel'), ({'category': 'weather'}, 'category'), ({'text': ''}, 'text'), ({'about': 'H11.35.28-xx99'}, 'about'),
                         ({'about': 'not a code'}, 'about')):
        equal(d.refused('intake', 'complaints', desk.receiver, {**COMPLAINT, **wrong}, 422)['field'], field)
    d.refused('intake', 'complaints', desk.appraiser, COMPLAINT, 403)
    d.refused('intake', 'complaints', 'H11.35.21-tn01', COMPLAINT, 403)
    equal(d.refused('intake', 'complaints', PORTAL, COMPLAINT, 403)['field'], 'channel')
    a = d.complain(category='asked_outside', about=desk.head, text=COMPLAINT['text'])
    equal((a['number'], a['complaint'], a['answer_due_at'][:10], a['refuse_until'][:10]), (1, 'open', '2019-10-22', '2019-10-03'), '15 and 2 working days')
    equal(d.complain(by=PORTAL, channel='online', category='fee')['number'], 2)
    equal(d.state(), 'received', 'the dossier goes its way')
    answer = {'justified': True, 'text': 'Đúng; đã chấn chỉnh'}
    d.refused('intake', 'complaints/1/answer', desk.receiver, answer, 403)               # no head
    equal(d.refused('intake', 'complaints/1/answer', desk.head, answer, 403)['field'], 'actor', 'never the one complained of')
    d.refused('intake', 'complaints/1/answer', 'H11.35.21-pd01', answer, 403)            # another unit's head
    for number in ('3', '0', '01', 'x', '9'):
        d.refused('intake', f'complaints/{number}/answer', desk.head, answer, 404)
    equal(d.refused('intake', 'complaints/2/answer', desk.head, {'text': 'x'}, 422)['field'], 'justified')
    equal(d.refused('intake', 'complaints/2/answer', desk.head, {'justified': 'yes', 'text': 'x'}, 422)['field'], 'justified')
    equal(d.refused('intake', 'complaints/2/refuse', desk.head, {}, 422)['field'], 'text')
    mine = [x for x in listed(s, desk.head) if x['dossier'] == d.id]
    equal([(x['number'], x['state'], x['category'], x['about']) for x in mine], [(1, 'open', 'asked_outside', desk.head), (2, 'open', 'fee', None)], 'by date')
    check('text' not in mine[0], 'the list has no words')
    check(not [x for x in listed(s, 'H11.35.21-pd01') if x['dossier'] == d.id], 'another unit does not see it')
    first = s.get('intake', '/v1/complaints?limit=1', INSPECTOR)
    second = s.get('intake', f"/v1/complaints?limit=1&after={first['next']}", INSPECTOR)
    check(first['items'][0] != second['items'][0], 'page by page', first, second)
    for query, field in (('state=lost', 'state'), ('after=x', 'after'), ('limit=0', 'limit')):
        a = s.get('intake', f'/v1/complaints?{query}', INSPECTOR)
        equal((a.status, a['field']), (422, field))
    equal(d.refuse_complaint(2, desk.head)['complaint'], 'refused', 'no matter of theirs')
    other = 'H11.35-tr01'                                                                # the unit above: the one head here is named
    check([x for x in listed(s, other) if x['dossier'] == d.id and x['number'] == 1], 'it lies before the unit above')
    equal(shown(s, d, other)['complaints'][0]['text'], COMPLAINT['text'])
    check(s.get('intake', f'/v1/dossiers/{d.id}', 'H11.36-tr01').status == 404, 'and before no other')
    a = d.reply(1, other)
    equal((a['complaint'], a['justified'], a['late']), ('answered', True, False))
    d.refused('intake', 'complaints/1/answer', other, answer, 409)                       # once
    d.refused('intake', 'complaints/2/answer', desk.head, answer, 409)
    equal([x['number'] for x in listed(s, desk.head, '&state=answered') if x['dossier'] == d.id], [1])
    c = shown(s, d)['complaints']
    equal([(x['state'], x['justified'], x['late'], x['answered_by']) for x in c], [('answered', True, False, other), ('refused', None, False, desk.head)])
    equal(c[0]['text'], COMPLAINT['text'])
    check(len(c[0]['due_explained']['vi']) > 1, 'the date explains itself', c[0]['due_explained'])
    check('ngoài quầy' not in telling(s, d), 'no words of the citizen in an event')
    counted(s, d, before, complaints=2, complaints_justified=1, complaints_in_time=2)
    equal(d.story(), ['Received', 'ComplaintFiled', 'ComplaintFiled', 'ComplaintAnswered', 'ComplaintAnswered'])


@test
def eight_at_the_most(s):
    d = Dossier(s, Desk('H11.35.29'), BIRTH).receive()
    equal([d.complain(channel='post')['number'] for _ in range(8)], list(range(1, 9)))
    equal(d.refused('intake', 'complaints', d.desk.receiver, COMPLAINT, 409)['field'], 'complaints')


@test
def a_justified_complaint_takes_the_points_of_an_early_end(s):
    d = Dossier(s, Desk('H11.35.30'), BIRTH).receive()
    before = figures(s, d)
    d.appraised().decided().returned().becomes('returned')
    until(lambda: figures(s, d)['conduct_points'] > before['conduct_points'], 15, 'it ended early or on time')
    d.complain(channel='post', category='attitude')
    d.reply(1, d.desk.head)
    counted(s, d, before, complaints=1, complaints_justified=1, complaints_in_time=1)


@test
def more_is_asked_once_and_the_answer_is_published(s):
    day = s.business_now()[:10]
    d = Dossier(s, Desk('H11.35.32'), BIRTH).receive()
    desk, question, more = d.desk, {'text': 'Cán bộ nào, ngày nào?'}, {'channel': 'post', 'text': 'Chị ngồi quầy số 2'}
    before = figures(s, d)
    d.complain(channel='post')
    for verb, who, body, status, field in (
            ('ask', desk.receiver, question, 403, None), ('ask', 'H11.35.21-pd01', question, 403, 'actor'), ('ask', desk.head, {}, 422, 'text'),
            ('supply', desk.receiver, more, 409, 'number'), ('publish', desk.head, {}, 409, 'number')):
        a = d.refused('intake', f'complaints/1/{verb}', who, body, status)
        check(field is None or a['field'] == field, 'the refusal names it', a)
    d.refused('intake', 'complaints/2/ask', desk.head, question, 404)
    a = s.post('intake', f'/v1/dossiers/{d.id}/complaints/1/ask', desk.head, question, seen=dict(d.seen))
    equal((a.status, a['complaint'], a['asked_late'], a.json.get('late')), (200, 'awaiting_more', False, None))
    check(a['wait_until'] < a['refuse_until'] < a['answer_due_at'], 'no date runs while it is awaited', a)
    for verb, body, field in (('ask', question, 'number'), ('answer', {'justified': True, 'text': 'Đúng'}, 'wait_until'), ('refuse', {'text': 'Không'}, 'wait_until')):
        equal(d.refused('intake', f'complaints/1/{verb}', desk.head, body, 409)['field'], field)
    equal([x['number'] for x in listed(s, desk.head, '&state=awaiting_more') if x['dossier'] == d.id], [1])
    equal(d.refused('intake', 'complaints/1/supply', desk.receiver, {**more, 'channel': 'fax'}, 422)['field'], 'channel')
    d.refused('intake', 'complaints/1/supply', desk.head, more, 403)
    equal(d.refused('intake', 'complaints/1/supply', PORTAL, more, 403)['field'], 'channel')
    a = s.post('intake', f'/v1/dossiers/{d.id}/complaints/1/supply', desk.receiver, more, seen=dict(d.seen))
    equal((a.status, a['complaint']), (200, 'open'))
    equal(d.refused('intake', 'complaints/1/ask', desk.head, question, 409)['field'], 'asked_at', 'once')
    a = d.reply(1, desk.head)
    equal((a['complaint'], a['late']), ('answered', False))
    check(a['publish_until'][:10] > day, 'two working days', a)
    d.refused('intake', 'complaints/1/publish', desk.receiver, {}, 403)
    a = d.publish_answer(1, desk.head)
    equal((a['complaint'], a['published_late'], a.get('late')), ('published', False, None))
    d.refused('intake', 'complaints/1/publish', desk.head, {}, 409)
    c = shown(s, d)['complaints'][0]
    equal((c['state'], c['justified'], c['published_late'], c['published_by'], c['more']['question'], c['more']['text']),
          ('published', True, False, desk.head, question['text'], more['text']))
    check('quầy số 2' not in telling(s, d) and 'ngày nào' not in telling(s, d), 'no words of anybody in an event')
    counted(s, d, before, complaints=1, complaints_justified=1, complaints_in_time=1, complaints_asked_more=1, complaints_published=1)
    equal(d.story(), ['Received', 'ComplaintFiled', 'ComplaintMoreAsked', 'ComplaintSupplied', 'ComplaintAnswered', 'ComplaintPublished'])


@test
def nothing_comes_and_nobody_publishes(s):
    d = Dossier(s, Desk('H11.35.33'), BIRTH).receive()
    day, before = s.business_now()[:10], figures(s, d)
    d.complain(channel='post')
    d.ask_complainant(1, d.desk.head)
    mine = lambda query='': [(x['number'], x['state']) for x in listed(s, d.desk.head, query) if x['dossier'] == d.id]      # noqa: E731
    equal((mine(), mine('&state=awaiting_more')), ([], [(1, 'awaiting_more')]), 'it is whoever complained who may act')
    s.ctl('clock', 'forward', '17d')
    equal((mine(), mine('&state=open')), ([(1, 'awaiting_more')], []), 'nothing has come: the head may act')
    a = d.reply(1, d.desk.head, justified=False)
    equal((a['complaint'], a['late']), ('answered', False), 'nothing has come: its date runs from the end of the wait')
    counted(s, d, before, complaints=1, complaints_in_time=1, complaints_asked_more=1)
    s.ctl('clock', 'forward', '7d')
    until(lambda: d.story()[-1] == 'ComplaintPublicationPassed', 20, 'the date to publish it passes')
    counted(s, d, before, complaints=1, complaints_late=1, complaints_asked_more=1, complaints_published_late=1)
    check(next(x for x in listed(s, d.desk.head, '&state=answered') if x['dossier'] == d.id)['publication_overdue'], 'the head sees it')
    equal(d.publish_answer(1, d.desk.head)['published_late'], True, 'late, and published all the same')
    counted(s, d, before, complaints=1, complaints_late=1, complaints_asked_more=1, complaints_published=1, complaints_published_late=1)
    equal((day < s.business_now()[:10], d.story().count('ComplaintPublicationPassed')), (True, 1), 'once')


@test
def nobody_answers_in_time(s):
    d = Dossier(s, Desk('H11.35.31'), BIRTH).receive()
    before = figures(s, d)
    d.complain(channel='post')
    d.complain(channel='post', category='other')
    d.reply(2, d.desk.head, justified=False)
    d.publish_answer(2, d.desk.head)
    s.ctl('clock', 'forward', '22d')
    until(lambda: 'ComplaintDuePassed' in d.story(), 20, 'its date passes')
    counted(s, d, before, complaints=2, complaints_in_time=1, complaints_late=1, complaints_published=1)
    check(next(x for x in listed(s, d.desk.head) if x['dossier'] == d.id)['overdue'], 'the head sees it')
    equal(d.reply(1, d.desk.head)['late'], True, 'late, and answered all the same')
    counted(s, d, before, complaints=2, complaints_in_time=1, complaints_late=1, complaints_justified=1, complaints_published=1)
    equal(d.story().count('ComplaintDuePassed'), 1)


main(System)
