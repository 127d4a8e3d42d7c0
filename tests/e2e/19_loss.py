#!/usr/bin/env python3
"""Papers that the administration lost or damaged (Decree 61/2018 Art. 21(2)): a case of its own, with its minutes; who had them is known, not
typed; a head puts it right, says who is responsible, apologises; and the citizen's date stays what it was."""
import base64
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, MOBILE_BIRTH, Desk, Dossier, late_entry, new_paper  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

SHEET = {'name': 'Sổ hộ khẩu', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper', 'to_return': True}
FILE = {'name': 'Ảnh', 'form': 'electronic'}
MINUTES = new_paper('Biên bản: không tìm thấy sổ trong tủ hồ sơ'.encode())
SORRY = new_paper('Xin lỗi ông bà'.encode())
LOSS = {'components': [{'number': 1}], 'what': 'lost', 'found': 'custody', 'minutes': MINUTES}
LOSSES = ['papers_lost', 'papers_damaged', 'losses_settled', 'losses_paid']


def figures(s, d):
    totals = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={d.desk.unit}', INSPECTOR)['totals']
    return {k: totals[k] for k in LOSSES}


def counted(s, d, before, **more):
    wanted = {k: before[k] + more.get(k, 0) for k in LOSSES}
    until(lambda: figures(s, d) == wanted, 15, f'audit counts {wanted}, not {figures(s, d)}')


def papers(s, d, who=None):
    return s.get('intake', f'/v1/dossiers/{d.id}/papers', who or d.desk.receiver).json


def standings(s, d):
    return [(c['standing'], c['loss']) for c in papers(s, d)['components']]


def listed(s, who, d, query=''):
    a = s.get('intake', f'/v1/losses?limit=200{query}', who)
    check(a.status == 200, 'the list of losses', a)
    return [x for x in a['items'] if x['dossier'] == d.id]


def event_of(s, d, kind, member):
    """The body of the last event of a kind, from the bytes that audit sealed."""
    until(lambda: kind in d.story(), 15, f'{kind} is sealed')
    sealed = s.value(f"SELECT translate(encode(event, 'base64'), E'\\n', '') FROM audit.entry WHERE subject = '{d.id}' AND type = '{kind}' ORDER BY number DESC LIMIT 1")
    return SCHEMA.decode('LifecycleEvent', base64.b64decode(sealed))[member]


@test
def a_simulated_day_with_many_losses_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '100', '--connections', '4', '--seed', '19', '--mix', 'lost=90')
    check('no difference' in done.out and 'PaperLost' in done.out and 'LossSettled' in done.out, 'the books balance', done.out[-2500:])
    until(lambda: 'Mất, hư hỏng giấy tờ (cases of loss): mất (lost) ' in s.ctl('report').out, 10, 'the report shows them')


@test
def a_case_from_the_loss_to_its_end(s):
    d = Dossier(s, Desk('H11.35.21'), BIRTH).receive(components=[SHEET, SHEET, FILE, {**SHEET, 'to_return': False}])
    desk, before = d.desk, figures(s, d)
    due = s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver)['due_at']
    equal(standings(s, d), [('held', None), ('held', None), (None, None), ('held', None)])
    check(d.track()['loss'] is None, 'nothing is lost')
    a = d.lose(1, 2)
    equal((a['number'], a['loss'], a['state'], a['holder']), (1, 'open', 'received', {'unit': desk.unit, 'post': desk.receiver}))
    equal(standings(s, d), [('lost', 1), ('lost', 1), (None, None), ('held', None)])
    told = d.track()['loss']
    equal(told['papers'], 2)
    check('giấy tờ' in told['vi'] and 'Hạn trả kết quả không thay đổi' in told['vi'] and 'The promised date stays' in told['en'], 'in plain words', told)
    check(set(told) == {'papers', 'since', 'vi', 'en'}, 'and no post is named to the public', told)
    equal(d.refused('intake', 'papers/give-back', desk.receiver, {'components': [{'number': 1}]}, 409)['field'], 'components')
    equal(d.refused('intake', 'papers/give-back', desk.receiver, {}, 409)['field'], 'components', 'nothing is left')
    mine = listed(s, desk.head, d)
    equal([(x['loss']['number'], x['loss']['state'], x['loss']['components'], x['loss']['holder']['post']) for x in mine], [(1, 'open', [1, 2], desk.receiver)])
    check(listed(s, INSPECTOR, d) and listed(s, 'H11.35-tr01', d), 'inspectors and the unit above see it')
    check(not listed(s, 'H11.35.22-pd01', d) and not listed(s, 'H11.36-tr01', d), 'another unit does not')
    equal(s.get('intake', f"/v1/dossiers/{d.id}/documents/{a['minutes']['id']}", 'H11.35-tr01')['kind'], 'loss_minutes', 'who may have to settle it reads the minutes')
    e = event_of(s, d, 'PaperLost', 'paper_lost')
    equal((e['number'], e['components'], e['originals'], e['what'], e['found'], e['holder_unit'], e['holder']), (1, [1, 2], 2, 'lost', 'custody', desk.unit, desk.receiver))
    check('tủ hồ sơ' not in str([r.event for r in s.published() if r.key == d.id.encode()]), 'the words of the minutes stay here')
    b = d.settle_loss(1, 'paid', by='H11.35-tr01', paid_vnd=450000)
    equal((b['loss'], bool(b['apology']['sha256'])), ('settled', True))
    equal(standings(s, d), [('paid', 1), ('paid', 1), (None, None), ('held', None)])
    x = s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver).json
    equal([x['losses'][0][k] for k in ('state', 'remedy', 'responsible', 'paid_vnd', 'settled_by', 'minutes', 'apology')],
          ['settled', 'paid', desk.receiver, 450000, 'H11.35-tr01', a['minutes']['id'], b['apology']['id']])
    equal((x['due_at'], x['promised_at'], x['state']), (due, due, 'received'), 'the date stays')
    check(d.track()['loss'] is None and not listed(s, desk.head, d), 'it is closed')
    equal(len(listed(s, desk.head, d, '&state=settled')), 1)
    equal(event_of(s, d, 'LossSettled', 'loss_settled')['paid_vnd'], 450000)
    counted(s, d, before, papers_lost=1, losses_settled=1, losses_paid=1)
    d.is_told_as('Received', 'PaperLost', 'LossSettled')


@test
def what_was_found_goes_back_and_may_be_lost_again(s):
    d = Dossier(s, Desk('H11.35.22'), BIRTH).receive(components=[SHEET])
    before = figures(s, d)
    d.lose(1)
    d.settle_loss(1)
    equal(standings(s, d), [('held', None)])
    equal(d.lose(1, what='damaged')['number'], 2, 'another case')
    equal(d.refused('intake', 'loss', d.desk.receiver, LOSS, 409)['field'], 'components', 'not twice')
    equal(d.refused('intake', 'loss/settle', d.desk.head, {'number': 2, 'remedy': 'found', 'responsible': d.desk.receiver}, 422)['field'], 'remedy')
    d.settle_loss(2, 'reissued', responsible=d.desk.unit)
    equal(standings(s, d), [('reissued', 2)])
    d.refused('intake', 'papers/give-back', d.desk.receiver, {}, 409)
    e = Dossier(s, d.desk, BIRTH).receive(components=[SHEET])
    e.lose(1)
    e.settle_loss(1)
    equal(e.give_back()['given_back'], [1])
    equal(e.refused('intake', 'loss', e.desk.receiver, LOSS, 409)['field'], 'components', 'the citizen has it')
    counted(s, d, before, papers_lost=2, papers_damaged=1, losses_settled=3)


@test
def who_had_them_is_known_at_that_hour(s):
    d = Dossier(s, Desk('H11.35.34', at_counter=False), MOBILE_BIRTH).receive(components=[SHEET, SHEET, SHEET])
    desk = d.desk
    equal(d.refused('intake', 'loss', desk.receiver, {**LOSS, 'found': 'transfer'}, 422)['field'], 'found', 'they were never handed on')
    d.give_transfer()
    a = d.lose(1, found='transfer', by=desk.appraiser)
    equal(a['holder']['post'], desk.receiver, 'the giver answers until they are taken')
    equal(papers(s, d)['losses'][0]['holder'], {'unit': desk.unit, 'post': desk.receiver, 'going_to': desk.unit})
    d.take_transfer()
    a = d.lose(2, found='post')
    equal((a['number'], a['holder']['post']), (2, desk.appraiser), 'then who has taken them')
    d.settle_loss(2, 'replaced', responsible=desk.appraiser)
    equal([(c['standing'], c['loss']) for c in papers(s, d)['components']], [('lost', 1), ('replaced', 2), ('held', None)])


@test
def the_clock_of_the_law_runs_on(s):
    lost, kept = (Dossier(s, Desk('H11.35.35'), BIRTH).receive(components=[SHEET]) for _ in range(2))
    lost.lose(1)

    def dates(d):
        x = s.get('intake', f'/v1/dossiers/{d.id}/deadline', d.desk.receiver).json
        return x['due_at'], x.get('pauses')

    equal(dates(lost), dates(kept), 'as of one that nothing was lost of')
    equal(int(s.value(f"SELECT count(*) FROM intake.timer WHERE act = 'due' AND subject IN ('{lost.id}', '{kept.id}')")), 2, 'and both are watched')
    lost.appraised().decided().returned().becomes('returned')
    held = {x['id'] for x in s.get('intake', '/v1/papers/held?limit=200', lost.desk.receiver)['items']}
    check(lost.id not in held, 'what is lost is on the list of losses')
    equal(len(listed(s, lost.desk.head, lost)), 1, 'which outlives the result')
    lost.settle_loss(1, by='H11.35-tr01')
    held = {x['id'] for x in s.get('intake', '/v1/papers/held?limit=200', lost.desk.receiver)['items']}
    check(lost.id in held, 'found again, it is to go back')


@test
def what_is_refused(s):
    d = Dossier(s, Desk('H11.35.36'), BIRTH).receive(components=[SHEET, FILE])
    desk = d.desk
    for wrong, field in (({'components': []}, 'components'), ({'components': [{'number': 0}]}, 'components[0].number'), ({'components': [{'number': 9}]}, 'components'),
                         ({'components': [{'number': 2}]}, 'components'), ({'components': [{'number': 1}, {'number': 1}]}, 'components'), ({'what': 'stolen'}, 'what'),
                         ({'found': 'attic'}, 'found'), ({'minutes': None}, 'minutes'), ({'minutes': {**MINUTES, 'pages': 0}}, 'minutes.pages'), ({'holder': desk.appraiser}, 'holder')):
        equal(d.refused('intake', 'loss', desk.receiver, {**LOSS, **wrong}, 422)['field'], field)
    equal(d.refused('intake', 'documents', desk.receiver, {'kind': 'loss_minutes', **MINUTES}, 422)['field'], 'kind', 'they come with the loss')
    d.refused('intake', 'loss', INSPECTOR, LOSS, 403)
    equal(d.refused('intake', 'loss', 'H11.35.21-tn01', LOSS, 403)['field'], 'actor', 'no unit of it')
    equal(standings(s, d), [('held', None), (None, None)], 'what was refused left nothing')
    d.lose(1)
    end = {'number': 1, 'remedy': 'replaced', 'responsible': desk.receiver, 'apology': SORRY}
    for wrong, field in (({'number': 0}, 'number'), ({'remedy': 'forgiven'}, 'remedy'), ({'responsible': 'H11.99'}, 'responsible'), ({'apology': None}, 'apology'),
                         ({'remedy': 'paid'}, 'paid_vnd'), ({'paid_vnd': -1}, 'paid_vnd'), ({'remedy': 'found', 'paid_vnd': 5}, 'paid_vnd')):
        equal(d.refused('intake', 'loss/settle', desk.head, {**end, **wrong}, 422)['field'], field)
    d.refused('intake', 'loss/settle', desk.receiver, end, 403)
    equal(d.refused('intake', 'loss/settle', desk.head, {**end, 'responsible': desk.head}, 403)['field'], 'responsible', 'not by who is responsible')
    d.refused('intake', 'loss/settle', 'H11.35.21-pd01', end, 403)
    equal(d.refused('intake', 'loss/settle', desk.head, {**end, 'number': 2}, 404)['field'], 'number')
    d.settle_loss(1, 'replaced')
    d.refused('intake', 'loss/settle', desk.head, end, 409)
    for query, field in (('state=lost', 'state'), ('after=x', 'after'), ('limit=0', 'limit')):
        a = s.get('intake', f'/v1/losses?{query}', INSPECTOR)
        equal((a.status, a['field']), (422, field))
    equal(s.get('intake', '/v1/losses', desk.receiver).status, 403, 'for heads and inspectors')
    refusal = s.must('intake', '/v1/refusals', desk.receiver, {'counter': desk.counter, 'procedure': BIRTH, 'channel': 'counter', 'applicant': {
        'name': 'Nguyễn Văn Thử', 'identity_number': '060123456789'}, 'reasons': ['other'], 'explanation': 'Không thuộc thẩm quyền'})
    d.id = refusal['id']
    d.refused('intake', 'loss', desk.receiver, LOSS, 409)                 # nothing was taken


@test
def one_that_was_noted_on_paper_is_entered_late(s):
    d = Dossier(s, Desk('H11.35.37'), BIRTH).on_paper('2019-10-01T07:10:00+07:00').receive(components=[SHEET])
    d.lose(1)
    d.on_paper(None)
    noted = listed(s, d.desk.head, d)[0]['loss']['noted_at']
    equal(noted[:16], '2019-10-01T07:11', 'when it was noted, not when it was entered')
    until(lambda: (h := d.history()) and [e['late_entry'] is not None for e in h['entries']] == [True, True], 15, 'and audit knows it')
    d.settle_loss(1)
    a = s.post('intake', f'/v1/dossiers/{d.id}/loss', d.desk.receiver, LOSS, headers=late_entry('2019-10-01T07:12:00+07:00', superior=d.desk.head))
    check(a.status in (409, 422), 'not before what was done since', a)


@test
def page_by_page(s):
    for _ in range(2):
        Dossier(s, Desk('H11.35.33'), BIRTH).receive(components=[SHEET]).lose(1)
    first = s.get('intake', '/v1/losses?limit=1', INSPECTOR)
    second = s.get('intake', f"/v1/losses?limit=1&after={first['next']}", INSPECTOR)
    check(first['items'][0]['dossier'] != second['items'][0]['dossier'], 'the oldest first', first, second)


main(System)
