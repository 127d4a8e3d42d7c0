#!/usr/bin/env python3
"""What a citizen files on the portal (national status 1): it waits for the counter of that unit, which answers it once, as it was filed, with
a receipt, a refusal or the request form; behind its eight working hours, too, and then it is late."""
import base64
import hashlib
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, EXTRACT, FILES, INSPECTOR, LACKING, MOBILE_BIRTH, PORTAL, Desk, Dossier, applicant, filing, reception, visit  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

OTHER = Desk('H11.35.22')
FIGURES = ('filed_online', 'filed_answered', 'filed_late')


def filed(s, desk, **more):
    a = s.must('intake', '/v1/submissions', PORTAL, filing(desk, **more))
    equal((a.status, a['state'], a['unit']), (201, 'submitted', desk.unit))
    return a.json


def answer(desk, submission, **more):
    """What the officer accepts of it."""
    return reception(desk, **{'channel': 'online', 'components': FILES, 'submission': submission, **more})


def seen(s, id, who=PORTAL):
    return s.get('intake', f'/v1/submissions/{id}', who)


def figures(s, desk):
    totals = s.get('audit', f'/v1/kpi?from=2019-09-01&to=2019-10-31&unit={desk.unit}', INSPECTOR)['totals']
    return [totals[k] for k in FIGURES] + [totals['received'], totals['refused'], totals['guided']]


def settled_figures(s, desk):
    """When audit has counted what the tests before have left."""
    s.settled()
    return figures(s, desk)


def counted(s, desk, before, *moved):
    try:
        until(lambda: [a - b for a, b in zip(figures(s, desk), before)] == list(moved), 10, 'figures move')
    except AssertionError:
        equal([a - b for a, b in zip(figures(s, desk), before)], list(moved), 'figures move')


def waiting(s, who, query=''):
    return [i['id'] for i in s.get('intake', f'/v1/submissions?limit=200{query}', who)['items']]


@test
def a_simulated_day_with_many_filings_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '80', '--connections', '4', '--seed', '27', '--mix', 'filed=70,refused=20')
    check('no difference' in done.out and 'Submitted' in done.out, 'the books balance', done.out[-2500:])
    filed = s.rows('SELECT count(*) AS n, count(answered_at) AS answered FROM intake.submission')[0]
    check(filed['n'] > 30 and filed['n'] == filed['answered'], 'what was filed was answered', filed)


@test
def it_waits_for_the_counter_and_nothing_is_accepted(s):
    desk = Desk('H11.35.21')
    before = settled_figures(s, desk)
    a = filed(s, desk, reference='DVC-000-1')
    counted(s, desk, before, 1, 0, 0, 0, 0, 0)
    is_ = seen(s, a['id'])
    equal([is_[k] for k in ('reference', 'state', 'national_status', 'code', 'answered_at', 'procedure')], ['DVC-000-1', 'submitted', 1, None, None, BIRTH])
    equal((is_['submitted_at'][:10], is_['answer_due_at']), ('2019-10-01', is_['submitted_at'].replace('2019-10-01', '2019-10-02')), 'eight office hours make a day')
    equal(s.get('intake', f"/v1/dossiers/{a['id']}", desk.receiver).status, 404, 'there is no dossier yet')
    equal(s.value(f"SELECT count(*) FROM intake.timer WHERE act <> 'submission' AND subject = '{a['id']}'"), '0', 'no clock of a dossier runs')
    check(a['id'] in waiting(s, desk.receiver) and a['id'] not in waiting(s, OTHER.receiver), 'it is on the list of its unit alone')
    equal(seen(s, a['id'], OTHER.receiver).status, 404)
    equal(seen(s, a['id'], desk.receiver)['applicant']['identity_number'], applicant()['identity_number'])
    log = s.rows(f"SELECT who FROM intake.access_log WHERE what = 'submission' AND dossiers = ARRAY['{a['id']}'::uuid]")
    check(desk.receiver in [r['who'] for r in log], 'whoever reads it leaves a trace', log)


@test
def the_answer_is_a_dossier_of_the_same_id(s):
    desk = Desk('H11.35.21')
    before = settled_figures(s, desk)
    a = filed(s, desk)
    d = Dossier(s, desk, BIRTH)
    r = s.must('intake', '/v1/dossiers', desk.receiver, answer(desk, a['id']))
    d.received, d.id, d.code = r.json, r['id'], r['code']
    s.noted[:] = [d.id, d.code]
    equal((r.status, r['id'], r['state']), (201, a['id'], 'received'))
    d.appraised().decided().returned().becomes('returned', 10)
    is_ = seen(s, a['id'])
    equal([is_[k] for k in ('state', 'national_status', 'code', 'answered_by', 'late')], ['returned', 10, d.code, desk.receiver, False])
    equal(s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver)['origin_reference'], a['reference'], 'it keeps the portal\'s number')
    check(d.story()[:2] == ['Submitted', 'Received'], 'both are told', d.story())
    events = [e.event for e in s.published() if e.key == d.id.encode() and e.event]
    equal([e['version'] for e in events if e['source'] == events[0]['source']][:2], [1, 2])
    counted(s, desk, before, 1, 1, 0, 1, 0, 0)
    check(a['id'] not in waiting(s, desk.receiver) and a['id'] in waiting(s, desk.receiver, '&state=answered'), 'it left the list')


@test
def or_a_refusal_or_the_request_form(s):
    desk = Desk('H11.35.21')
    before = settled_figures(s, desk)
    one, other = filed(s, desk), filed(s, desk, applicant=applicant(identity_number='060000000027'))
    visit_of = {'channel': 'online', 'procedure': BIRTH}
    body = {k: v for k, v in visit(desk, **visit_of, submission=one['id'], reasons=['not_eligible']).items() if k != 'missing'}
    a = s.post('intake', '/v1/refusals', desk.receiver, {**body, 'reasons': ['missing_component']})
    equal((a.status, a.json.get('field'), seen(s, one['id'])['state']), (422, 'reasons', 'submitted'), 'what is missing is asked for with the request form')
    equal(s.must('intake', '/v1/refusals', desk.receiver, body)['id'], one['id'])
    equal(s.must('intake', '/v1/guidances', desk.receiver, visit(desk, **visit_of, submission=other['id'], applicant=applicant(identity_number='060000000027')))['id'],
          other['id'])
    equal([(seen(s, x['id'])['state'], seen(s, x['id'])['national_status']) for x in (one, other)], [('refused', 3), ('guided', 3)], 'nothing was accepted; he files anew')
    equal(s.get('intake', f"/v1/dossiers/{other['id']}", desk.receiver)['national_status'], 3, 'the officer sees the same')
    counted(s, desk, before, 2, 2, 0, 0, 1, 1)


def portal_reads(s, path, who=PORTAL):
    return s.get('intake', path, who)


@test
def whoever_filed_reads_what_he_is_asked_to_bring(s):
    d = Dossier(s, Desk('H11.35.23', at_counter=False), MOBILE_BIRTH).filed_online().give_transfer().take_transfer().assign()
    equal(seen(s, d.id)['supplement'], None, 'nothing is asked of him')
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5)
    asked = seen(s, d.id)['supplement']
    equal(asked['missing'], [{'number': n, **m, 'listed': None} for n, m in enumerate(LACKING, 1)], 'the table of the form')
    public = d.track()['supplement']
    equal({k: v for k, v in asked.items() if k != 'missing'}, public, 'and until when, as everybody may know')
    check('missing' not in public, 'but not what is missing', public)
    d.supply(channel='online', components=[{'name': m['name'], 'form': 'electronic', 'item': n} for n, m in enumerate(LACKING, 1)])
    d.becomes('in_process', 4)
    equal(seen(s, d.id)['supplement'], None, 'it is complete')


@test
def whoever_complained_reads_what_he_is_asked_and_answers_there(s):
    d = Dossier(s, Desk('H11.35.23'), BIRTH).filed_online()
    equal(seen(s, d.id)['questions'], [], 'nobody was asked')
    d.complain(by=PORTAL, channel='online', category='fee')
    d.complain(channel='post')
    equal(seen(s, d.id)['questions'], [], 'nor yet')
    d.ask_complainant(1, d.desk.head)
    own = s.get('intake', f'/v1/dossiers/{d.id}', d.desk.head)['complaints'][0]
    equal(seen(s, d.id)['questions'], [{'number': 1, **{k: own['more'][k] for k in ('question', 'asked_at', 'wait_until')}}])
    check(own['more']['question'] and own['state'] == 'awaiting_more', 'what he is asked, in words', own)
    check('question' not in str(d.track()), 'the public does not read it', d.track())
    d.supply_complaint(1, PORTAL, 'online')
    equal(seen(s, d.id)['questions'], [], 'he has answered')


@test
def that_nobody_answers_may_be_complained_of(s):
    desk = Desk('H11.35.25')
    d, a = Dossier(s, desk, BIRTH), filed(s, desk)
    d.id = a['id']
    for who, body, status in ((PORTAL, {'channel': 'post'}, 403), (Desk('H11.35.26').receiver, {'channel': 'counter'}, 403)):
        d.refused('intake', 'complaints', who, {'category': 'delay', 'text': 'Chậm', **body}, status)
    one = d.complain(by=PORTAL, channel='online', about=desk.head)
    check((one['number'], one['complaint']) == (1, 'open') and one['answer_due_at'] and one['refuse_until'], 'by the hours of the unit', one)
    listed = [x for x in s.get('intake', '/v1/complaints', desk.head)['items'] if x['dossier'] == d.id]
    equal([(x['code'], x['unit'], x['procedure']) for x in listed], [(None, desk.unit, BIRTH)], 'the head has it in his list')
    told = s.get('intake', f'/v1/submissions/{d.id}', desk.head)['complaints']
    equal([(x['number'], x['category'], x['text']) for x in told], [(1, 'delay', 'Hồ sơ chậm, không ai giải thích')], 'and reads it')
    equal(seen(s, d.id)['complaints'], None, 'the portal reads what it is asked, not who dealt with it')
    d.refused('intake', 'complaints/1/answer', desk.head, {'justified': True, 'text': 'Đã kiểm tra'}, 403)
    above = 'H11.35-tr01'
    equal(s.get('intake', f'/v1/submissions/{d.id}', above)['complaints'][0]['superior'], 'H11.35', 'the unit above answers for a head, and sees it')
    d.ask_complainant(1, above)
    equal([x['question'] for x in seen(s, d.id)['questions']], ['Xin nói rõ ngày và quầy'])
    d.supply_complaint(1, PORTAL, 'online')
    d.reply(1, above)
    accepted = s.must('intake', '/v1/dossiers', desk.receiver, answer(desk, d.id))
    d.code = accepted['code']
    equal([x['state'] for x in s.get('intake', f'/v1/dossiers/{d.id}', desk.head)['complaints']], ['answered'], 'the dossier has it')
    d.publish_answer(1, above)
    equal(d.complain(by=PORTAL, channel='online')['number'], 2)
    told = ['Submitted', 'ComplaintFiled', 'ComplaintMoreAsked', 'ComplaintSupplied', 'ComplaintAnswered', 'Received', 'ComplaintPublished', 'ComplaintFiled']
    until(lambda: [t for t in d.story() if t in told] == told, 15, 'every event is written')
    open_ = Dossier(s, desk, BIRTH)
    open_.id = filed(s, desk, applicant=applicant(identity_number='060000000041'))['id']
    open_.complain(channel='post', category='other')
    open_.refuse_complaint(1, desk.head)
    no = visit(desk, channel='online', submission=open_.id, applicant=applicant(identity_number='060000000041'), reasons=['not_eligible'])
    s.must('intake', '/v1/refusals', desk.receiver, {k: v for k, v in no.items() if k != 'missing'})
    equal([x['state'] for x in s.get('intake', f'/v1/dossiers/{open_.id}', desk.head)['complaints']], ['refused'], 'also of what is refused')


@test
def whoever_filed_learns_why_and_what_is_missing(s):
    desk = Desk('H11.35.21')
    one, other, third = filed(s, desk), filed(s, desk, applicant=applicant(identity_number='060000000030')), filed(s, desk)
    equal([seen(s, one['id'])[k] for k in ('reasons', 'explanation', 'missing', 'documents')], [None, None, None, []], 'nothing was said yet')
    equal(set(seen(s, one['id'])['links'].values()), {None})
    turned_away = {k: v for k, v in visit(desk, channel='online', submission=one['id'], reasons=['not_eligible']).items() if k != 'missing'}
    asked = visit(desk, channel='online', submission=other['id'], applicant=applicant(identity_number='060000000030'))
    s.must('intake', '/v1/refusals', desk.receiver, turned_away)
    s.must('intake', '/v1/guidances', desk.receiver, asked)
    code = s.must('intake', '/v1/dossiers', desk.receiver, answer(desk, third['id']))['code']
    said = lambda a: {k: seen(s, a['id'])[k] for k in ('reasons', 'explanation', 'missing')}
    equal(said(one), {'reasons': turned_away['reasons'], 'explanation': turned_away['explanation'], 'missing': None})
    equal(said(other), {'reasons': asked['reasons'], 'explanation': asked['explanation'],
                        'missing': [{'number': n, **m, 'listed': None} for n, m in enumerate(asked['missing'], 1)]})
    links = lambda a: {k: v for k, v in seen(s, a['id'])['links'].items() if v}
    equal(links(one), {'refusal_form': f"/v1/refusals/{one['id']}/form"})
    equal(links(other), {'request_form': f"/v1/guidances/{other['id']}/form"})
    equal(links(third), {'receipt': f"/v1/dossiers/{third['id']}/receipt", 'track': f'/v1/track/{code}'})
    equal(portal_reads(s, links(one)['refusal_form'])['explanation'], turned_away['explanation'])
    equal([m['name'] for m in portal_reads(s, links(other)['request_form'])['missing']], [m['name'] for m in asked['missing']])
    equal(portal_reads(s, links(third)['receipt'])['code'], code)
    log = s.rows(f"SELECT what FROM intake.access_log WHERE who = '{PORTAL[0]}' AND dossiers && ARRAY['{one['id']}', '{other['id']}', '{third['id']}']::uuid[] AND what <> 'submission'")
    equal(sorted(r['what'] for r in log), ['receipt', 'refusal_form', 'request_form'], 'the portal leaves a trace as anybody does')


@test
def the_portal_reads_of_nothing_that_was_not_filed_on_it(s):
    desk = Desk('H11.35.21')
    d = Dossier(s, desk, BIRTH).receive()
    online = Dossier(s, desk, BIRTH).receive(channel='online', components=FILES)        # by another way than the portal
    told = visit(desk, applicant=applicant(identity_number='060000000031'))
    no = s.must('intake', '/v1/refusals', desk.receiver, {**{k: v for k, v in told.items() if k != 'missing'}, 'reasons': ['not_eligible']})['id']
    guided = s.must('intake', '/v1/guidances', desk.receiver, told)['id']
    for path in (f'/v1/dossiers/{d.id}/receipt', f'/v1/dossiers/{online.id}/receipt', f'/v1/refusals/{no}/form', f'/v1/guidances/{guided}/form'):
        equal((portal_reads(s, path).status, portal_reads(s, path, desk.receiver).status), (404, 200), path)
    mine = filed(s, desk)['id']
    s.must('intake', '/v1/dossiers', desk.receiver, answer(desk, mine))
    for path in ('', '/papers', '/control-slip', '/deadline', '/apology'):
        equal(portal_reads(s, f'/v1/dossiers/{mine}{path}').status, 403, 'nor what is the administration\'s own')


def documents(s, d):
    return {x['what']: x for x in seen(s, d.id)['documents']}


def fetched(s, d, what):
    """The bytes that the citizen gets, as the filing says what they are."""
    it = documents(s, d)[what]
    got = s.get('intake', it['link'], PORTAL).json
    content = base64.b64decode(got['content_base64'])
    equal((hashlib.sha256(content).hexdigest(), got['sha256'], got['pages'], got['media_type']), (it['sha256'],) * 2 + (it['pages'], it['media_type']))
    return content


@test
def the_result_is_read_on_the_portal_once_it_was_given_electronically(s):
    desk = Desk('H11.35.23')
    d = Dossier(s, desk, BIRTH).filed_online()
    other = d.file('draft_result', desk.appraiser, b'%PDF-1.4 a draft that nobody signs')
    d.appraised().decided().number().seal().make_ready().becomes('finished', 9)
    draft = portal_reads(s, f'/v1/dossiers/{d.id}', desk.receiver)['documents']
    equal(documents(s, d), {}, 'it lies ready, and nobody has handed it over')
    for x in draft:
        equal(portal_reads(s, f"/v1/dossiers/{d.id}/documents/{x['id']}").status, 404, x['kind'])
    d.deliver(delivery='electronic').becomes('returned', 10)
    equal(list(documents(s, d)), ['result'])
    sealed = s.rows(f'SELECT id, encode(sha256, \'hex\') AS sha256 FROM "return".document WHERE dossier = \'{d.id}\'')
    equal([(x['id'], x['sha256']) for x in documents(s, d).values()], [(x['id'], x['sha256']) for x in sealed], 'that very paper bears the number and the seal')
    fetched(s, d, 'result')
    check(other['id'] != sealed[0]['id'], 'the other draft is another paper')
    equal(portal_reads(s, f"/v1/dossiers/{d.id}/documents/{other['id']}").status, 404, 'and stays with the administration')
    stranger = Dossier(s, desk, BIRTH).receive().appraised().decided().returned().becomes('returned', 10)
    its = s.value(f'SELECT id FROM "return".document WHERE dossier = \'{stranger.id}\'')
    equal([portal_reads(s, f'/v1/dossiers/{x.id}/documents/{its}').status for x in (stranger, d)], [404, 404], 'nor another one\'s')


@test
def a_refusal_in_writing_an_apology_and_a_stop_notice_too(s):
    d = Dossier(s, Desk('H11.35.24'), BIRTH).filed_online().appraised('against').refuse().sign().number(True).seal().make_ready()
    d.deliver(delivery='electronic').becomes('returned', 10)
    equal(list(documents(s, d)), ['refusal'])
    fetched(s, d, 'refusal')
    d = Dossier(s, Desk('H11.35.24', at_counter=False), MOBILE_BIRTH).filed_online().give_transfer().take_transfer().assign()
    d.ask_more('2019-10-14T16:00:00+07:00')
    d.sign_apology()
    equal((documents(s, d), portal_reads(s, f"/v1/dossiers/{d.id}/documents/{d.apology['id']}").status), ({}, 404), 'it bears no seal yet')
    d.issue_apology()
    until(lambda: documents(s, d), 10, 'the apology is in force')
    equal((fetched(s, d, 'apology'), documents(s, d)['apology']['sha256']), (b'%PDF-1.4 we are sorry', d.apology['sha256']))
    d.ask_stop()
    d.sign_stop()
    equal(list(documents(s, d)), ['apology'])
    d.issue_notice()
    d.becomes('stopped', 8)
    equal((list(documents(s, d)), fetched(s, d, 'stop_notice')), (['apology', 'stop_notice'], b'%PDF-1.4 we do not go on'))
    equal(seen(s, d.id)['national_status'], 8)


@test
def it_is_answered_as_it_was_filed_and_once(s):
    desk = Desk('H11.35.21')
    a = filed(s, desk)

    def refused(status, field, who=None, at=None, **more):
        r = s.post('intake', '/v1/dossiers', who or desk.receiver, answer(at or desk, a['id'], **more))
        equal((r.status, r.json.get('field')), (status, field), str(more))

    refused(422, 'channel', channel='post')
    refused(422, 'procedure', procedure=EXTRACT)
    refused(422, 'applicant.identity_number', applicant=applicant(identity_number='060999999999'))
    refused(422, 'origin_reference', origin_reference='DVC-9')
    refused(403, 'counter', who=OTHER.receiver, at=OTHER)
    r = s.post('intake', '/v1/dossiers', desk.receiver, answer(desk, str(uuid.uuid4())))
    equal((r.status, r.json.get('field')), (422, 'submission'), 'nothing was filed under that id')
    equal(s.value("SELECT count(*) FROM intake.subject s WHERE kind = 'dossier' AND version = 0"), '0', 'and nothing of them was stored')
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(r.status for r in pool.map(lambda _: s.post('intake', '/v1/dossiers', desk.receiver, answer(desk, a['id'])), range(8)))
    equal(statuses, [201] + [409] * 7, 'of eight at a time one answers it')
    equal(s.value(f"SELECT count(*) FROM intake.dossier WHERE id = '{a['id']}'"), '1')


@test
def the_same_reference_is_filed_once(s):
    desk = Desk('H11.35.21')
    body = filing(desk)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: s.post('intake', '/v1/submissions', PORTAL, body), range(8)))
    equal(sorted(a.status for a in answers), [201] + [409] * 7)
    key = str(uuid.uuid4())
    twice = [s.post('intake', '/v1/submissions', PORTAL, filing(desk, reference='DVC-again'), key=key) for _ in range(2)]
    equal([(a.status, a['id']) for a in twice], [(201, twice[0]['id'])] * 2, 'the same command is answered as before')


@test
def what_cannot_be_received_there_is_not_taken(s):
    desk = Desk('H11.35.21')
    for status, field, body in ((422, 'unit', filing(desk, unit='H11.99')), (422, 'procedure', filing(desk, procedure='9.999999')),
                                (422, 'components[0].form', filing(desk, components=[{'name': 'Tờ khai', 'form': 'paper', 'originals': 1, 'certified': 0, 'copies': 0}])),
                                (422, 'components[0].originals', filing(desk, components=[{'name': 'Tờ khai', 'originals': 1, 'certified': 0, 'copies': 0}])),
                                (422, 'reference', {k: v for k, v in filing(desk).items() if k != 'reference'}),
                                (422, 'channel', filing(desk, channel='online'))):
        a = s.post('intake', '/v1/submissions', PORTAL, body)
        equal((a.status, a.json.get('field')), (status, field))
    equal(s.post('intake', '/v1/submissions', desk.receiver, filing(desk)).status, 403, 'only the portal hands on what is filed there')


@test
def what_says_no_form_is_a_file(s):
    desk = Desk('H11.35.21')
    unsaid = [{'name': 'Tờ khai'}]
    a = filed(s, desk, components=unsaid)
    d = s.must('intake', '/v1/dossiers', desk.receiver, answer(desk, a['id'], components=unsaid))
    is_ = s.get('intake', f"/v1/dossiers/{d['id']}", desk.receiver).json
    equal((is_['medium'], [c['form'] for c in is_['components']]), ('electronic', ['electronic']))
    equal(s.get('intake', f"/v1/dossiers/{d['id']}/papers", desk.receiver)['holdings'], [], 'nobody holds a paper of it')


@test
def behind_its_time_it_is_answered_all_the_same_and_late(s):
    desk = Desk('H11.35.21')
    before = settled_figures(s, desk)
    a = filed(s, desk, applicant=applicant(identity_number='060000000028'))
    watched = lambda: s.value(f"SELECT count(*) FROM intake.timer WHERE act = 'submission' AND subject = '{a['id']}'")
    told = lambda: [e for r in s.published() if r.key == a['id'].encode() for name, e in [SCHEMA.body(r.event)] if name == 'SubmissionPassed']
    equal((watched(), told()), ('1', []), 'its time is watched')
    s.ctl('clock', 'forward', '2d')
    (passed,) = until(told, 15, 'nobody has answered')
    equal((passed['receiving_unit'], watched()), (desk.unit, '0'))
    r = s.must('intake', '/v1/dossiers', desk.receiver, answer(desk, a['id'], applicant=applicant(identity_number='060000000028')))
    equal(seen(s, r['id'])['late'], True)
    counted(s, desk, before, 1, 1, 1, 1, 0, 0)


main(System)
