#!/usr/bin/env python3
"""Before acceptance: what is missing is told with the request form, fully and once; nothing is accepted and no clock runs. What stands on
the forms 02 and 03 is read like a receipt."""
import base64
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, EXTRACT, INSPECTOR, MISSING, MOBILE_BIRTH, Desk, Dossier, applicant, paper, reception, visit  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

def person(number):
    return {'applicant': applicant(identity_number=f'{number:012d}')}


def guided(s, desk, **more):
    a = s.must('intake', '/v1/guidances', desk.receiver, visit(desk, **more))
    equal((a.status, a['state']), (201, 'guided'))
    return a.json


def refused(s, desk, status, field, by=None, **more):
    a = s.post('intake', '/v1/guidances', by or desk.receiver, visit(desk, **more))
    equal((a.status, a.json.get('field')), (status, field), str(more))
    return a


def figures(s, desk):
    return s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={desk.unit}', INSPECTOR)['totals']


def event_of(s, id, kind):
    """The body of an event, from the bytes that audit sealed."""
    sealed = s.value(f"SELECT translate(encode(event, 'base64'), E'\\n', '') FROM audit.entry WHERE subject = '{id}' AND type = '{kind}'")
    return SCHEMA.decode('LifecycleEvent', base64.b64decode(sealed))[kind.lower()]


def state_of(s, id, who):
    return s.get('intake', f'/v1/dossiers/{id}', who).json


@test
def a_simulated_day_with_many_guidances_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '13', '--mix', 'guided=60')
    check('no difference' in done.out and 'Guided' in done.out, 'the books balance', done.out[-2500:])
    again = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '13', '--mix', 'guided=60')
    check('no difference' in again.out, 'and once more, with other people', again.out[-2500:])


@test
def nothing_is_accepted_and_no_clock_runs(s):
    desk = Desk('H11.35.21')
    before = figures(s, desk)
    a = guided(s, desk)
    equal((a['number'], 'code' in a), (1, False))
    d = state_of(s, a['id'], desk.receiver)
    equal([d[k] for k in ('state', 'code', 'due_at', 'national_status', 'process')], ['guided', None, None, None, None])
    equal(s.value(f"SELECT count(*) FROM intake.timer WHERE subject = '{a['id']}'"), '0', 'no date is watched')
    check(a['id'] in [x['id'] for x in s.get('intake', '/v1/dossiers?state=guided&limit=200', desk.receiver)['items']], 'it is in its list')
    check(a['id'] not in [x['id'] for x in s.get('intake', '/v1/dossiers?limit=200', desk.receiver)['items']], 'and no open dossier')
    until(lambda: figures(s, desk)['guided'] == before['guided'] + 1, 10, 'it is counted')
    after = figures(s, desk)
    equal([after[k] - before[k] for k in ('received', 'refused', 'guided_again')], [0, 0, 0])
    e = s.rows(f"SELECT type, place, unit, dossier_code FROM audit.entry WHERE subject = '{a['id']}'")
    equal(e, [{'type': 'Guided', 'place': desk.counter, 'unit': desk.unit, 'dossier_code': ''}])
    sealed = s.value(f"SELECT encode(event, 'escape') FROM audit.entry WHERE subject = '{a['id']}'")
    check('060123456789' not in sealed and 'Thi' not in sealed, 'no personal data, no free text', sealed)
    equal(s.post('intake', f"/v1/dossiers/{a['id']}/transfers/give", desk.receiver, {}).status, 409, 'nothing can be done with it')


@test
def what_stands_on_the_forms_is_recorded_when_read(s):
    desk = Desk('H11.35.22')
    a = guided(s, desk)
    form = s.get('intake', f"/v1/guidances/{a['id']}/form", desk.receiver).json
    equal([form[k] for k in ('unit', 'counter', 'officer', 'procedure', 'channel', 'content', 'reasons', 'explanation', 'times', 'followed_by')],
          [desk.unit, desk.counter, desk.receiver, BIRTH, 'counter', 'Đăng ký khai sinh cho con', ['missing_component'], 'Thiếu hai giấy tờ', 1, None])
    equal([{k: x[k] for k in MISSING[0]} for x in form['missing']], MISSING, 'all that is missing')
    check(form['applicant']['name'] == applicant()['name'] and form['unit_name'] and form['officer_title'] and form['procedure_name'], 'whose, and from whom', form)
    r = s.must('intake', '/v1/refusals', desk.receiver, {k: v for k, v in visit(desk, reasons=['wrong_agency'], explanation='Không thuộc thẩm quyền').items() if k != 'missing'})
    form = s.get('intake', f"/v1/refusals/{r['id']}/form", desk.receiver).json
    equal([form[k] for k in ('unit', 'procedure', 'reasons', 'explanation', 'content')], [desk.unit, BIRTH, ['wrong_agency'], 'Không thuộc thẩm quyền', 'Đăng ký khai sinh cho con'])
    equal(form['applicant']['identity_number'], applicant()['identity_number'])
    for what, id in (('request_form', a['id']), ('refusal_form', r['id'])):
        equal(s.value(f"SELECT count(*) FROM intake.access_log WHERE what = '{what}' AND who = '{desk.receiver}' AND dossiers = ARRAY['{id}']::uuid[]"), '1', 'the read is recorded')
    for path in (f"guidances/{a['id']}", f"refusals/{r['id']}"):
        equal(s.get('intake', f'/v1/{path}/form', 'H11.35.23-tn01').status, 404, 'not of another unit')
    equal(s.get('intake', f"/v1/refusals/{a['id']}/form", desk.receiver).status, 404, 'a guidance is no refusal')
    equal(s.get('intake', f"/v1/guidances/{r['id']}/form", desk.receiver).status, 404, 'and the other way round')


@test
def fully_and_once(s):
    desk = Desk('H11.35.24')
    before = figures(s, desk)
    first = guided(s, desk)
    a = refused(s, desk, 409, 'guidance')
    check(first['id'] in a['detail'], 'it names the first one', a)
    refused(s, desk, 409, 'guidance', channel='post', consignment='EE123456785VN')
    other = guided(s, desk, procedure=EXTRACT)
    check(other['number'] == guided(s, desk, **person(1))['number'] == guided(s, Desk('H11.35.25'))['number'] == 1, 'another procedure, another person, another unit')
    refused(s, desk, 422, 'superior', ground='new_finding')
    refused(s, desk, 422, 'ground', superior=desk.head)
    refused(s, desk, 422, 'ground', ground='tired', superior=desk.head)
    for nobody in ('H11.35.25-pd01', desk.appraiser, desk.receiver, 'nobody'):
        refused(s, desk, 422, 'superior', ground='new_finding', superior=nobody)
    equal(guided(s, desk, ground='new_finding', superior=desk.head)['number'], 2)
    a = refused(s, desk, 409, 'guidance')
    check(first['id'] in a['detail'], 'still the first one', a)
    guided(s, desk, ground='new_matter', superior=desk.head)
    until(lambda: figures(s, desk)['guided'] == before['guided'] + 5, 10, 'all are counted')
    equal(figures(s, desk)['guided_again'], before['guided_again'] + 1, 'whoever is told once more of the same matter is counted apart')


@test
def nobody_is_refused_for_want_of_papers_who_was_not_told(s):
    desk = Desk('H11.35.29')
    no = lambda reasons, **more: s.post('intake', '/v1/refusals', desk.receiver, {k: v for k, v in visit(desk, reasons=reasons, **more).items() if k != 'missing'})
    for reasons in (['missing_component'], ['invalid_document'], ['not_eligible', 'missing_component']):
        a = no(reasons)
        equal((a.status, a.json.get('field')), (422, 'reasons'), str(reasons))
    check('request form' in a.json['detail_en'], 'it says what to do instead', a)
    equal(no(['not_eligible']).status, 201, 'what no paper puts right is refused at once')
    told = guided(s, desk)
    for of in (person(5), {'procedure': EXTRACT}, {'counter': Desk('H11.35.30').counter}):
        check(no(['missing_component'], **of).status in (403, 422), 'that was about another person, procedure or unit', of)
    equal([no([reason]).status for reason in ('missing_component', 'invalid_document')], [201, 201], 'he comes again, and it still lacks')
    equal(s.get('intake', f"/v1/guidances/{told['id']}/form", desk.receiver)['followed_by'], None, 'which follows no guidance')
    Dossier(s, desk).receive(guidance=told['id'])
    equal(no(['missing_component']).status, 422, 'a new matter begins anew')


@test
def a_receipt_that_names_it_has_followed_it(s):
    desk = Desk('H11.35.26')
    first = guided(s, desk)
    second = guided(s, desk, ground='incomplete_answer', superior=desk.head)
    for wrong, more in ((first['id'], person(2)), (first['id'], {'procedure': EXTRACT}), ('018f3b7e-7b5a-7c3d-8e4f-0123456789ab', {})):
        a = s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, **{'procedure': BIRTH, **more, 'guidance': wrong}))
        equal((a.status, a.json.get('field')), (422, 'guidance'), str(more))
    equal(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, guidance='first')).json['field'], 'guidance')
    before = figures(s, desk)
    d = Dossier(s, desk).receive(guidance=first['id'])
    until(lambda: [figures(s, desk)[k] - before[k] for k in ('received', 'contacts_sum', 'agencies_sum')] == [1, 1, 1], 10, 'a contact to complete it, at the counter')
    check(d.code.endswith('-0001'), 'what was refused took no code', d.code)
    for id in (first['id'], second['id']):
        form = s.get('intake', f'/v1/guidances/{id}/form', desk.receiver)
        equal(form['followed_by'], d.id, 'all that he was told is followed')
        check(form['followed_at'], 'and when', form)
    equal(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, guidance=first['id'])).json['field'], 'guidance', 'once')
    equal(guided(s, desk)['number'], 1, 'a new matter begins anew')
    d.appraised().decided().returned().becomes('returned', 10)


@test
def a_receipt_that_names_none_has_followed_what_there_is(s):
    desk = Desk('H11.35.23')
    told = guided(s, desk)
    lacks = {'reasons': ['missing_component'], 'explanation': 'Vẫn thiếu giấy chứng sinh'}
    d = Dossier(s, desk).receive()
    form = s.get('intake', f"/v1/guidances/{told['id']}/form", desk.receiver)
    equal(form['followed_by'], d.id, 'he has filed')
    until(lambda: 'Received' in d.story(), 10, 'audit has sealed it')
    equal(event_of(s, d.id, 'Received')['guidance'], uuid.UUID(told['id']).bytes, 'and the others know')
    a = s.post('intake', '/v1/refusals', desk.receiver, {**{k: v for k, v in visit(desk).items() if k != 'missing'}, **lacks})
    equal((a.status, a.json.get('field')), (422, 'reasons'), 'of a new matter he was not told')
    equal(guided(s, desk)['number'], 1, 'nor guided')
    d.appraised().decided().returned().becomes('returned', 10)


@test
def bad_input_is_named_and_nothing_is_kept(s):
    desk = Desk('H11.35.27')
    one = {**MISSING[0]}
    for wrong, status, field in (({'missing': []}, 422, 'missing'), ({'missing': [one] * 51}, 422, 'missing'), ({'missing': [{**one, 'originals': -1}]}, 422, 'missing[0].originals'),
                                 ({'missing': [{'name': 'x'}]}, 422, 'missing[0].originals'), ({'reasons': []}, 422, 'reasons'), ({'reasons': ['tired']}, 422, 'reasons'),
                                 ({'explanation': ''}, 422, 'explanation'), ({'channel': 'fax'}, 422, 'channel'), ({'applicant': {'name': 'A'}}, 422, 'applicant.name'),
                                 ({'applicant': applicant(identity_number='12345')}, 422, 'applicant.identity_number'), ({'procedure': '9.999999'}, 422, 'procedure'),
                                 ({'counter': 'H11.35.28-Q1'}, 403, 'counter'), ({'counter': 'nowhere'}, 422, 'counter'), ({'ground': 'other'}, 422, 'ground'),
                                 ({'components': MISSING}, 422, 'components')):
        refused(s, desk, status, field, **wrong)
    equal(s.post('intake', '/v1/guidances', desk.appraiser, visit(desk)).status, 403, 'who does not receive does not guide')
    equal(s.value(f"SELECT count(*) FROM intake.guidance WHERE unit = '{desk.unit}'"), '0')
    equal(s.value(f"SELECT count(*) FROM intake.dossier WHERE unit = '{desk.unit}' AND state = 'guided'"), '0')


PROXY = {'name': 'Lê Văn Thay', 'identity_number': '079999888777', 'authorisation': 'Giấy ủy quyền số 12 ngày 01/10/2019'}


@test
def who_files_for_another_is_on_the_receipt_and_in_no_event(s):
    desk = Desk('H11.35.31')
    for wrong, field in (({'identity_number': '12'}, 'proxy.identity_number'), ({'identity_number': applicant()['identity_number']}, 'proxy.identity_number'),
                         ({'name': ''}, 'proxy.name'), ({'authorisation': None}, 'proxy.authorisation'), ({'sex': 'x'}, 'proxy.sex')):
        a = s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, proxy={**PROXY, **wrong}))
        equal((a.status, a.json.get('field')), (422, field), str(wrong))
    d = Dossier(s, desk).receive(proxy=PROXY)
    receipt = s.get('intake', f'/v1/dossiers/{d.id}/receipt', desk.receiver).json
    equal(receipt['submitter'], PROXY, 'who submitted it')
    equal(receipt['applicant']['name'], applicant()['name'], 'and whose it is')
    own = Dossier(s, desk).receive()
    equal(s.get('intake', f'/v1/dossiers/{own.id}/receipt', desk.receiver)['submitter']['name'], applicant()['name'])
    until(lambda: d.story() and own.story(), 10)
    for x, proxy in ((d, True), (own, False)):
        event = event_of(s, x.id, 'Received')
        equal(event.get('proxy', False), proxy)
        check(not any(secret in str(event) for secret in PROXY.values()), 'no name, no number, no paper of authority', event)


@test
def paper_electronic_or_mixed_follows_from_the_components(s):
    desk, scan = Desk('H11.35.32'), 'ab' * 32
    old = {'name': 'Tờ khai', 'originals': 1, 'certified': 0, 'copies': 1}
    sheet, file = {**old, 'form': 'paper'}, {'name': 'Ảnh', 'form': 'electronic'}
    shown = {**sheet, 'copies': 0, 'to_show': True}
    for channel, components, medium, counts in (
            ('counter', [old], 'paper', (1, 0, 0, 1, 0, 1)), ('online', [{'name': 'Tờ khai'}], 'electronic', (0, 1, 0, 0, 0, 0)), ('online', [{**old, 'originals': 0, 'copies': 0}], 'electronic', (0, 1, 0, 0, 0, 0)), ('post', [{**sheet, 'digitised': scan}, sheet], 'paper', (2, 0, 1, 2, 0, 2)),
            ('counter', [sheet, file], 'mixed', (1, 1, 0, 1, 0, 1)), ('online', [file, file], 'electronic', (0, 2, 0, 0, 0, 0)), ('online', [file, shown], 'electronic', (0, 1, 0, 0, 0, 0))):
        d = Dossier(s, desk).receive(channel=channel, components=components)
        equal(state_of(s, d.id, desk.receiver)['medium'], medium, str(components))
        equal(s.get('intake', f'/v1/dossiers/{d.id}/receipt', desk.receiver)['medium'], medium)
        until(lambda d=d: d.story(), 10)
        event = event_of(s, d.id, 'Received')
        equal(event['medium'], 'MEDIUM_' + medium.upper())
        equal(tuple(event['papers'].get(k, 0) for k in ('paper', 'electronic', 'digitised', 'originals', 'certified', 'copies')), counts, str(components))
    for channel, component, field in (('online', sheet, 'form'), ('online', old, 'originals'), ('online', {**old, 'originals': 0}, 'copies'), ('online', {'name': 'x', 'certified': 1}, 'certified'),
                                      ('online', {'name': 'x', 'digitised': scan}, 'form'), ('counter', {'name': 'x'}, 'originals'), ('counter', shown, 'to_show'), ('counter', {**file, 'copies': 1}, 'copies'), ('counter', {**file, 'digitised': scan}, 'form'),
                                      ('online', {**shown, 'originals': 0}, 'to_show'), ('counter', {**sheet, 'form': 'stone'}, 'form'), ('counter', {**sheet, 'digitised': 'ab'}, 'digitised'),
                                      ('counter', {'name': 'x', 'form': 'paper'}, 'originals')):
        a = s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, channel=channel, components=[component]))
        equal((a.status, a.json.get('field')), (422, f'components[0].{field}'), f'{channel} {component}')


@test
def a_paper_is_scanned_later(s):
    d = Dossier(s, Desk('H11.35.33')).receive(components=[{'name': 'Sổ hộ khẩu', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper'}, {'name': 'Ảnh', 'form': 'electronic'}])
    who = d.desk.receiver
    for wrong, field in (({'component': 3}, 'component'), ({'component': 0}, 'component'), ({'component': 1, 'kind': 'minutes'}, 'component')):
        equal(d.refused('intake', 'documents', who, {**paper('component', b'%PDF-1.4 scan'), **wrong}, 422)['field'], field)
    a = s.must('intake', f'/v1/dossiers/{d.id}/documents', who, {**paper('component', b'%PDF-1.4 scan'), 'component': 1})
    scanned, file = state_of(s, d.id, who)['components']
    equal((scanned['digitised'], scanned['scan']), (a['sha256'], a['id']), 'its hash, and where it is')
    equal((file['digitised'], file['scan']), (None, None))


def papers(s, d, who=None):
    return s.get('intake', f'/v1/dossiers/{d.id}/papers', who or d.desk.receiver).json


def moves(p):
    return [(h['act'], h['post'], h['going_to']) for h in p['holdings']]


@test
def who_has_the_papers_is_known_at_every_hour(s):
    d = Dossier(s, Desk('H11.35.34', at_counter=False), MOBILE_BIRTH).receive()
    desk = d.desk
    first = ('receive', desk.receiver, None)
    p = papers(s, d)
    equal((p['medium'], moves(p), p['holder']['unit']), ('paper', [first], desk.unit))
    d.give_transfer()
    equal(moves(papers(s, d)), [first, ('give_transfer', desk.receiver, desk.unit)], 'under way, and the giver answers for them')
    s.must('intake', f'/v1/dossiers/{d.id}/transfers/refuse', desk.appraiser, {'reason': 'thiếu trang'})
    d.give_transfer().take_transfer()
    p = papers(s, d)
    equal(moves(p)[2:], [('refuse_transfer', desk.receiver, None), ('give_transfer', desk.receiver, desk.unit), ('take_transfer', desk.appraiser, None)])
    equal((p['holder']['post'], p['holder']['act']), (desk.appraiser, 'take_transfer'))
    equal([x['since'] for x in p['holdings']], sorted(x['since'] for x in p['holdings']))
    equal(s.get('intake', f'/v1/dossiers/{d.id}/papers', 'H11.35.35-tn01').status, 404, 'not of another unit')
    equal(s.value(f"SELECT count(*) FROM intake.access_log WHERE what = 'papers' AND dossiers = ARRAY['{d.id}']::uuid[]"), '3', 'the reads are recorded')
    e = Dossier(s, desk, BIRTH).receive(channel='online', components=[{'name': 'Ảnh', 'form': 'electronic'}])
    equal([papers(s, e)[k] for k in ('medium', 'holder', 'holdings')], ['electronic', None, []], 'files lie with nobody')


@test
def they_come_back_to_the_counter_by_a_slip_of_two_sides(s):
    sheet = {'name': 'Sổ hộ khẩu', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper'}
    d = Dossier(s, Desk('H11.35.34', at_counter=False), MOBILE_BIRTH).receive(components=[{**sheet, 'to_return': True}, sheet]).give_transfer().take_transfer()
    desk = d.desk
    refuses = lambda act, who, body, status: d.refused('intake', f'papers/{act}', who, body, status)['field']
    equal(refuses('give-back', desk.receiver, {}, 409), 'components', 'its officer has them')
    equal(refuses('take-back', desk.returner, {}, 409), 'components', 'nothing is on its way')
    equal([refuses('bring-back', desk.appraiser, body, 422) for body in ({'components': [{'number': 3}]}, {'components': [{'number': 1}, {'number': 1}]}, {'all': True})], ['components', 'components', 'all'])
    d.refused('intake', 'papers/bring-back', desk.receiver, {}, 403)
    d.refused('intake', 'papers/bring-back', 'H11.35.35-td01', {}, 403)
    a = d.bring_back()
    equal((a['number'], a['way'], a['components'], a['state']), (1, 'given', [1], 'received'), 'what goes back to the citizen')
    equal(refuses('bring-back', desk.appraiser, {'components': [{'number': 2}]}, 409), 'components', 'one way at a time')
    equal(refuses('give-back', desk.receiver, {}, 409), 'components', 'it is on its way')
    equal(refuses('refuse-back', desk.returner, {}, 422), 'reason')
    d.refused('intake', 'papers/take-back', desk.appraiser, {}, 403)
    d.refuse_back()
    equal(refuses('take-back', desk.returner, {}, 409), 'components', 'it was refused')
    d.bring_back()
    d.take_back()
    p = papers(s, d)
    equal([(w['number'], w['state'], w['given_by'], w['answered_by'], w['reason'], w['components']) for w in p['ways']],
          [(1, 'refused', desk.appraiser, desk.returner, 'thiếu một trang', [1]), (2, 'taken', desk.appraiser, desk.returner, None, [1])])
    equal([c['way'] for c in p['components']], [2, None])
    equal(p['holder']['post'], desk.appraiser, 'the others lie where they lay')
    slip = s.get('intake', f'/v1/dossiers/{d.id}/control-slip', desk.receiver).json['hand_overs']
    equal([(h['what'], h['state']) for h in slip], [('papers', 'taken'), ('back', 'refused'), ('back', 'taken')])
    equal(d.give_back()['given_back'], [1])
    told = until(lambda: [SCHEMA.body(r.event)[1] for r in s.published() if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == 'PapersGivenBack'], 10, 'it is told')
    equal([(b['holder_unit'], b['holder']) for b in told], [(desk.unit, desk.returner)], 'the counter had it')
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'PapersBroughtBack', 'PapersBackRefused', 'PapersBroughtBack', 'PapersTakenBack', 'PapersGivenBack')


@test
def originals_go_back_at_the_latest_with_the_result(s):
    sheet = {'name': 'Sổ hộ khẩu', 'originals': 2, 'certified': 0, 'copies': 0, 'form': 'paper'}
    d = Dossier(s, Desk('H11.35.36')).receive(components=[{**sheet, 'to_return': True}, sheet, {'name': 'Ảnh', 'form': 'electronic'}, {**sheet, 'to_return': True}])
    desk = d.desk

    def held():
        return {x['id']: x for x in s.get('intake', '/v1/papers/held?limit=200', desk.receiver)['items']}

    d.appraised().decided().returned().becomes('returned', 10)
    equal([held()[d.id][k] for k in ('code', 'components', 'originals')], [d.code, [1, 4], 4], 'still held though he has the result')
    for numbers, status in (([3], 422), ([5], 422), ([1, 1], 422)):
        equal(d.refused('intake', 'papers/give-back', desk.receiver, {'components': [{'number': n} for n in numbers]}, status)['field'], 'components')
    for body, field in (({'components': []}, 'components'), ({'components': [{'number': 0}]}, 'components[0].number'), ({'components': [{}]}, 'components[0].number'), ({'all': True}, 'all')):
        equal(d.refused('intake', 'papers/give-back', desk.receiver, body, 422)['field'], field)
    d.refused('intake', 'papers/give-back', 'H11.35.37-tn01', {}, 403)
    d.refused('intake', 'papers/give-back', desk.appraiser, {}, 403)
    a = d.give_back(2, by=desk.returner)
    equal((a['given_back'], a['state']), ([2], 'returned'))
    equal(d.give_back()['given_back'], [1, 4], 'all that is left')
    equal(d.refused('intake', 'papers/give-back', desk.receiver, {}, 409)['field'], 'components')
    check(d.id not in held(), 'nothing is held any more')
    equal([(c['given_back_by'], bool(c['given_back_at'])) for c in papers(s, d)['components']], [(desk.receiver, True), (desk.returner, True), (None, False), (desk.receiver, True)])
    until(lambda: d.story().count('PapersGivenBack') == 2, 10)
    equal(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, components=[{**sheet, 'originals': 0, 'copies': 1, 'to_return': True}])).json['field'], 'components[0].to_return')


@test
def they_go_back_by_post_and_all_of_them_when_it_ends_without_a_result(s):
    sheet = {'name': 'Sổ hộ khẩu', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper'}
    d = Dossier(s, Desk('H11.35.36', at_counter=False), MOBILE_BIRTH).receive(components=[{**sheet, 'to_return': True}, sheet, {**sheet, 'originals': 0, 'copies': 1}])
    desk = d.desk
    held = lambda: {x['id']: x['components'] for x in s.get('intake', '/v1/papers/held?limit=200', desk.receiver)['items']}
    back = lambda body, status: equal(d.refused('intake', 'papers/give-back', desk.receiver, body, status)['field'], 'consignment' if 'consignment' in body or body['delivery'] == 'post' else 'delivery')
    d.ask_back()
    until(lambda: (r := d.in_list('approval', desk.approver)) and r['withdrawal'], 15, 'the request lies before the approver')
    d.let_go()
    d.becomes('withdrawn', 7)
    equal(held().get(d.id), [1, 2], 'one of them was to stay: it is needed no more')
    for body in ({'delivery': 'post'}, {'delivery': 'post', 'consignment': 'EE123456784VN'}, {'consignment': 'EE123456785VN'}, {'delivery': 'counter', 'consignment': 'EE123456785VN'},
                 {'delivery': 'electronic'}, {'delivery': 'pigeon'}):
        back(body, 422)
    equal(held().get(d.id), [1, 2], 'what was refused left nothing')
    equal(d.give_back(1, delivery='post', consignment='EE123456785VN')['given_back'], [1])
    fails = lambda body: d.refused('intake', 'papers/give-back', desk.receiver, body, 422)['field']
    equal(fails({'who': 'proxy'}), 'collector', 'somebody else comes for them: who?')
    equal(fails({'who': 'proxy', 'collector': d.id}), 'collector', 'that is no record of who came')
    equal(fails({'delivery': 'post', 'consignment': 'EE123456785VN', 'who': 'applicant'}), 'who')
    came = d.note_collector()
    equal(fails({'delivery': 'post', 'consignment': 'EE123456785VN', 'collector': came['id']}), 'collector')
    equal(d.give_back(delivery='counter', who='proxy', collector=came['id'])['given_back'], [2], 'all that is left')
    equal([[c[k] for k in ('given_back_consignment', 'given_back_who')] for c in papers(s, d)['components']], [['EE123456785VN', None], [None, 'proxy'], [None, None]])
    equal([c['given_back_to'] and c['given_back_to']['name'] for c in papers(s, d)['components']], [None, 'Lê Văn Nhận', None])
    told = until(lambda: [SCHEMA.body(r.event)[1] for r in s.published() if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == 'PapersGivenBack'][1:], 10, 'it is told')
    equal([b['collector']['sha256'].hex() for b in told], [came['sha256']], 'by its handle')
    check(d.id not in held(), 'nothing is held any more')
    e = Dossier(s, Desk('H11.35.36')).receive(components=[{**sheet, 'to_return': True}, sheet]).appraised().decided().number().seal().make_ready()
    e.becomes('finished', 9)
    check(e.id not in held(), 'he may still come for it')
    s.psql(f"UPDATE intake.dossier SET reminders = 1, reminded_at = ready_at WHERE id = '{e.id}'")
    equal(held().get(e.id), [1], 'nobody comes, and that was told')
    s.psql(f"UPDATE intake.dossier SET reminders = 0, reminded_at = NULL WHERE id = '{e.id}'")


@test
def many_at_once_are_told_once(s):
    desk, both = Desk('H11.35.29'), (s.services['intake'], s.add('intake', '2'))
    for turn in range(8):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: s.post(both[n % 2], '/v1/guidances', desk.receiver, visit(desk, **person(100 + turn))).status, range(16)))
        equal(sorted(answers), [201] + [409] * 15, 'by two processes')
    equal(s.value("SELECT count(*) FROM intake.guidance WHERE identity_number BETWEEN '000000000100' AND '000000000107'"), '8')


@test
def many_receipts_at_once_follow_it_once(s):
    desk, both = Desk('H11.35.28'), [x for x in (s.services['intake'], *s.extra) if x.name == 'intake']
    equal(len(both), 2, 'by two processes')
    for turn in range(8):
        told = guided(s, desk, **person(200 + turn))['id']
        for named in ({'guidance': told}, {}):
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda n: s.post(both[n % 2], '/v1/dossiers', desk.receiver, reception(desk, **person(200 + turn), **named)).status, range(8)))
            equal(sorted(answers), [201] + [422] * 7 if named else [201] * 8, 'who names it is the first or is refused')
        told = guided(s, desk, **person(300 + turn))['id']
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: s.must(both[n % 2], '/v1/dossiers', desk.receiver, reception(desk, **person(300 + turn))), range(8)))
        until(lambda: s.value(f"SELECT count(*) FROM intake.guidance WHERE dossier = '{told}' AND followed_by IS NOT NULL") == '1', 10, 'it is followed')
    s.settled()
    named = [SCHEMA.body(r.event)[1].get('guidance') for r in s.published(['taicho.intake.v1']) if SCHEMA.body(r.event)[0] == 'received']
    named = [g for g in named if g]
    equal(len(named), len(set(named)), 'each is followed by one dossier')


@test
def a_closed_counter_guides_nobody(s):
    desk = Desk('H11.35.30')
    s.ctl('clock', 'forward', '11h')
    refused(s, desk, 422, 'counter')
    refused(s, desk, 422, 'consignment', channel='post')
    refused(s, desk, 422, 'consignment', channel='post', consignment='EE123456784VN')
    a = guided(s, desk, channel='post', consignment='EE123456785VN')
    equal(a['number'], 1, 'by post at any hour')
    equal(s.get('intake', f"/v1/guidances/{a['id']}/form", desk.receiver)['consignment'], 'EE123456785VN', 'under which the papers go back')
    turned_away = {**visit(desk), 'channel': 'post', 'reasons': ['not_eligible'], 'explanation': 'Không đủ điều kiện'}
    del turned_away['missing']
    equal(s.post('intake', '/v1/refusals', desk.receiver, turned_away).json['field'], 'consignment')
    a = s.must('intake', '/v1/refusals', desk.receiver, {**turned_away, 'consignment': 'EE123456785VN'})
    equal(s.get('intake', f"/v1/refusals/{a['id']}/form", desk.receiver)['consignment'], 'EE123456785VN')


main(System)
