#!/usr/bin/env python3
"""Linked units (liên thông): one leads a step, the others give their parts beside it. Files go to all of them at once, papers from one to
the next, and who has them is known; who keeps silent is told, and holds nobody up; the lead waits for the rest. Decree 61/2018 Art. 19(5) to (7)."""
import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, INSPECTOR, PETROL, Dossier, forward_to, late_entry, moment, new_paper, petrol_desk, today  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

LEAD, FIRST, SECOND = 'H11.07', 'H11.10', 'H11.11'
FILES = [{'name': 'Đơn đề nghị', 'form': 'electronic'}, {'name': 'Bản vẽ', 'form': 'electronic'}]
OPINION = b'%PDF-1.4 nothing against it'
LOSS = {'components': [{'number': 1}], 'what': 'lost', 'found': 'custody', 'minutes': new_paper(b'%PDF-1.4 it is not in the file')}


def taken(s, **more):
    d = Dossier(s, petrol_desk(), PETROL).receive(**more).give_transfer().take_transfer()
    return d.assign()


def as_files(s):
    return taken(s, channel='online', components=FILES)


def part_of(row, unit):
    return next(p for p in row['parts'] if p['unit'] == unit)


def shown(s, d, who=None):
    return s.get('appraisal', f'/v1/appraisals/{d.id}', who or d.desk.appraiser)


def states(s, d):
    return [(p['round'], p['unit'], p['state']) for p in shown(s, d).json['parts']]


def bodies(s, d, kind):
    return [SCHEMA.body(r.event)[1] for r in s.published() if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == kind]


def papers(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}/papers', INSPECTOR).json


def lie_with(s, d, unit, post, act):
    """Who has the papers, as intake has heard of by now."""
    until(lambda: (h := papers(s, d)['holder']) and (h['unit'], h['post'], h['act'], h['going_to']) == (unit, post, act, None), 10, f'{unit} has the papers by {act}')


def figures(s, unit):
    rows = s.get('audit', f'/v1/inspection/parts?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR).json['items']
    return [(r['procedure'], r['given'], r['late'], r['lapsed']) for r in rows]


@test
def a_simulated_day_of_linked_dossiers_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '40', '--connections', '4', '--seed', '21', '--units', LEAD, '--mix', 'on_spot=0,not_taken=30')
    check('no difference' in done.out and all(e in done.out for e in ('Contributed', 'TurnTaken', 'TurnRefused')), 'the books balance', done.out[-2500:])
    ways = s.value("SELECT string_agg(DISTINCT electronic::text, ' ' ORDER BY electronic::text) FROM appraisal.dossier JOIN appraisal.part ON dossier = id")
    equal(ways, 'false true', 'both of files and on paper')


@test
def files_go_to_all_at_once_and_the_lead_waits(s):
    before = figures(s, FIRST)
    d = as_files(s)
    desk = d.desk
    opened, = bodies(s, d, 'PartsOpened')
    equal((opened['lead'], opened.get('in_order', False), [p['unit'] for p in opened['parts']], opened.get('waiting', [])), (LEAD, False, [FIRST, SECOND], []))
    for unit in (FIRST, SECOND):
        row = until(lambda: d.in_list('appraisal', f'{unit}-td01'), 10, f'{unit} sees it in its list')
        equal(part_of(row, unit)['state'], 'queued')
        check(part_of(row, unit)['due_at'].startswith('2019-10-07'), 'four working days from Tuesday morning', row)
        equal(shown(s, d, f'{unit}-td01').status, 200, 'and may look at it')
        until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', f'{unit}-td01').status == 200, 10, 'and at its papers')
    equal(shown(s, d, 'H11.12-td01').status, 404, 'nobody else')
    draft = d.file('draft_result')
    late = d.refused('appraisal', 'conclude', desk.appraiser, {'opinion': 'for', 'draft': draft}, 409)
    equal(late['field'], 'parts')
    check(FIRST in str(late.json) and SECOND in str(late.json), 'it names who is waited for', late)
    answer = d.file('opinion', f'{FIRST}-td01', OPINION)
    equal(s.post('intake', f'/v1/dossiers/{d.id}/documents', f'{FIRST}-td01', {'kind': 'draft_result', 'media_type': 'text/plain', 'pages': 1, 'content_base64': 'eA=='}).status,
          403, 'an answer is all that it files')
    for body, who, status, field in (({'opinion': 'maybe', 'answer': answer}, f'{FIRST}-td01', 422, 'opinion'),
                                     ({'opinion': 'against', 'answer': answer}, f'{FIRST}-td01', 422, 'reasons'),
                                     ({'opinion': 'against', 'answer': answer, 'reasons': ['because']}, f'{FIRST}-td01', 422, 'reasons'),
                                     ({'opinion': 'for'}, f'{FIRST}-td01', 422, 'answer'),
                                     ({'opinion': 'for', 'answer': draft}, f'{FIRST}-td01', 422, 'answer.id'),
                                     ({'opinion': 'for', 'answer': answer, 'unit': SECOND}, f'{FIRST}-td01', 422, 'unit'),
                                     ({'opinion': 'for', 'answer': answer}, 'H11.12-td01', 403, 'actor'),
                                     ({'opinion': 'for', 'answer': answer}, desk.appraiser, 403, 'actor')):
        equal(d.refused('appraisal', 'contribute', who, body, status)['field'], field, str(body))
    a = d._post('appraisal', f'/v1/appraisals/{d.id}/contribute', f'{FIRST}-td01', {'opinion': 'against', 'answer': answer, 'reasons': ['not_eligible']}).json
    equal((a['state'], a['unit'], a['officer'], a['opinion']), ('given', FIRST, f'{FIRST}-td01', 'against'))
    check(d.in_list('appraisal', f'{FIRST}-td01') is None, 'it has nothing more to do with it')
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', f'{FIRST}-td01').status == 404, 10, 'nor with the papers')
    equal(d.refused('appraisal', 'contribute', f'{FIRST}-td02', {'opinion': 'for', 'answer': answer}, 409).status, 409, 'once')
    d.contribute(f'{SECOND}-td02', 'for')
    d.pay_fee('tham-dinh')
    equal(states(s, d), [(1, FIRST, 'given'), (1, SECOND, 'given')])
    d.conclude('for').decided().number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)
    story = d.story()
    check(story.index('PartsOpened') < story.index('Contributed') < story.index('Appraised'), 'in this order', story)
    equal(story.count('PartsOpened'), 1)
    after = figures(s, FIRST)
    equal(after[0][1] - (before[0][1] if before else 0), 1, 'counted for its unit')
    steps = s.get('audit', f'/v1/dossiers/{d.code}/steps', INSPECTOR)['steps']
    equal([(x['event'], x['unit'], x['result']) for x in steps if x['event'] in ('Contributed', 'Appraised')],
          [('Contributed', FIRST, 'early'), ('Contributed', SECOND, 'early'), ('Appraised', LEAD, 'early')], 'each has its line on the control slip')
    own = s.get('audit', f'/v1/kpi/steps?from=2019-10-01&to=2019-10-31&unit={FIRST}', INSPECTOR)['items']
    check([x for x in own if x['kind'] == 'appraise' and x['ended'] and x['early']], 'and it is a step in the figures of its unit', own)
    for body in bodies(s, d, 'Contributed'):
        check('nothing against' not in str(body), 'no words of the answer in an event', body)


@test
def papers_go_from_one_to_the_next(s):
    d = taken(s)
    opened, = bodies(s, d, 'PartsOpened')
    equal((opened['in_order'], [p['unit'] for p in opened['parts']], opened['waiting']), (True, [FIRST], [SECOND]))
    equal(states(s, d), [(1, FIRST, 'queued'), (1, SECOND, 'waiting')])
    until(lambda: d.in_list('appraisal', f'{FIRST}-td01'), 10, 'the first one has it')
    lie_with(s, d, FIRST, None, 'open_parts')
    for who in (d.desk.receiver, d.desk.appraiser, f'{SECOND}-td01'):
        equal(d.refused('intake', 'loss', who, LOSS, 403)['field'], 'actor', 'it does not have them')
    equal(d.lose(1, found='transfer', by=f'{FIRST}-td02')['holder'], {'unit': FIRST, 'post': None}, 'nobody has signed for them')
    equal(d.refused('intake', 'loss/settle', f'{SECOND}-pd02', {'number': 1, 'remedy': 'found', 'responsible': FIRST}, 403)['field'], 'actor')
    check(any(x['dossier'] == d.id for x in s.get('intake', '/v1/losses?limit=200', f'{FIRST}-pd02')['items']), 'it waits for its head')
    d.settle_loss(1, by=f'{FIRST}-pd02', responsible=FIRST)
    check(d.in_list('appraisal', f'{SECOND}-td01') is None, 'the second one not yet')
    equal(shown(s, d, f'{SECOND}-td01').status, 404)
    d.refused('appraisal', 'contribute', f'{SECOND}-td01', {'opinion': 'for', 'answer': d.file('opinion')}, 409)
    d.contribute(f'{FIRST}-td01')
    equal(states(s, d), [(1, FIRST, 'given'), (1, SECOND, 'queued')])
    until(lambda: d.in_list('appraisal', f'{SECOND}-td01'), 10, 'now it is the turn of the second one')
    lie_with(s, d, SECOND, None, 'open_parts')
    equal(d.refused('intake', 'loss', f'{FIRST}-td02', LOSS, 403)['field'], 'actor', 'they have moved on')
    equal([[p['unit'] for p in b['parts']] for b in bodies(s, d, 'PartsOpened')], [[FIRST], [SECOND]])
    equal(d.refused('appraisal', 'conclude', d.desk.appraiser, {'opinion': 'for', 'draft': d.file('draft_result')}, 409)['field'], 'parts')
    d.contribute(f'{SECOND}-td01')
    lie_with(s, d, LEAD, d.desk.appraiser, 'end_part')
    equal([h['act'] for h in papers(s, d)['holdings']], ['receive', 'give_transfer', 'take_transfer', 'open_parts', 'open_parts', 'end_part'])
    d.conclude().send_back().assign().conclude()               # what was said stands: nobody is asked again
    equal(states(s, d), [(1, FIRST, 'given'), (1, SECOND, 'given')])
    d.decided().becomes('closing')
    slip = until(lambda: (x := s.get('intake', f'/v1/dossiers/{d.id}/control-slip', INSPECTOR)).status == 200 and x, 10, 'it has a control slip')
    equal([u['unit'] for u in slip['cooperating_units']], sorted([FIRST, SECOND]), 'which names who co-operated, though their turns are over')
    equal([(b['from_unit'], b['to_unit'], b['state'], b['given_by'], b['answered_by'], b['result']) for b in slip['hand_overs'] if b['what'] == 'turn'],
          [(a, b, 'passed_on', by, None, went) for a, by, b, went in ((LEAD, d.desk.appraiser, FIRST, None), (FIRST, None, SECOND, 'early'), (SECOND, None, LEAD, 'early'))],
          'and the ways of the papers, for which nobody signed')


def turns(s, d):
    """Each way of the papers round the units, as it stands on the control slip."""
    slip = until(lambda: (x := s.get('intake', f'/v1/dossiers/{d.id}/control-slip', INSPECTOR)).status == 200 and x, 10, 'it has a control slip')
    return [(b['from_unit'], b['given_by'], b['to_unit'], b['state'], b['answered_by'], b['note']) for b in slip['hand_overs'] if b['what'] == 'turn']


def to_sign(s, verb, d, who, status):
    return d.refused('intake', f'turn/{verb}', who, {'reason': 'thiếu trang'} if verb == 'refuse' else {}, status)


@test
def whoever_the_papers_come_to_signs_for_them(s):
    """Giver and receiver of each hand-over (form 05); a unit need not sign at once, nor at all."""
    first, head, second, lead = f'{FIRST}-td01', f'{FIRST}-pd02', f'{SECOND}-td01', 'H11.07-pd02'
    d = Dossier(s, petrol_desk(), PETROL).receive().give_transfer()
    equal(to_sign(s, 'take', d, first, 409)['field'], 'turn', 'there is no turn')
    d.take_transfer().assign()
    lie_with(s, d, FIRST, None, 'open_parts')
    for verb, who, status, field in (('take', second, 403, 'actor'), ('take', lead, 403, 'actor'), ('refuse', d.desk.appraiser, 403, 'actor')):
        equal(to_sign(s, verb, d, who, status)['field'], field, f'{who} is of no unit that they came to')
    equal(d.refused('intake', 'turn/refuse', first, {}, 422)['field'], 'reason')
    equal(d.refused('intake', 'turn/take', d.desk.receiver, {}, 403).status, 403, 'no role of his')
    a = d.refuse_turn(by=first)
    equal((a['turn'], a['from_unit'], a['to_unit']), ('refused', LEAD, FIRST))
    equal({k: papers(s, d)['holder'][k] for k in ('unit', 'post', 'act', 'going_to')},
          {'unit': LEAD, 'post': d.desk.appraiser, 'act': 'refuse_turn', 'going_to': FIRST}, 'they are with whom they came from')
    equal(turns(s, d), [(LEAD, d.desk.appraiser, FIRST, 'refused', first, 'thiếu trang')])
    equal(to_sign(s, 'refuse', d, head, 409)['field'], 'turn', 'once')
    equal(d.take_turn(by=head)['turn'], 'taken', 'it was put right')
    lie_with(s, d, FIRST, head, 'take_turn')
    for verb, who in (('take', first), ('take', head), ('refuse', first)):
        equal(to_sign(s, verb, d, who, 409)['field'], 'turn', 'it is taken')
    d.contribute(first)
    lie_with(s, d, SECOND, None, 'open_parts')
    d.contribute(second)                                        # it has not signed
    lie_with(s, d, LEAD, d.desk.appraiser, 'end_part')
    equal(to_sign(s, 'take', d, second, 403)['field'], 'actor', 'they are back with the lead')
    equal(to_sign(s, 'refuse', d, lead, 409)['field'], 'turn', 'which takes what came back')
    d.take_turn(by=lead)
    lie_with(s, d, LEAD, lead, 'take_turn')
    equal(turns(s, d), [(LEAD, d.desk.appraiser, FIRST, 'taken', head, None), (FIRST, head, SECOND, 'passed_on', None, None), (SECOND, None, LEAD, 'taken', lead, None)])
    equal([(b['from_unit'], b['to_unit'], b.get('reason')) for b in bodies(s, d, 'TurnRefused')], [(LEAD, FIRST, 'stated')], 'why stays at intake')
    equal([(b['from_unit'], b['to_unit']) for b in bodies(s, d, 'TurnTaken')], [(LEAD, FIRST), (SECOND, LEAD)])
    d.conclude().decided().becomes('closing')
    equal(to_sign(s, 'refuse', d, d.desk.appraiser, 409)['field'], 'turn')
    story = d.story()
    equal([story.count(e) for e in ('TurnTaken', 'TurnRefused')], [2, 1], 'audit has them')


def results(s, d):
    """Until when the work was allowed that each giver of the papers had ended, and how it went."""
    slip = s.get('intake', f'/v1/dossiers/{d.id}/control-slip', INSPECTOR).json
    return [(b['from_unit'], b['to_unit'], b['due_at'], b['result']) for b in slip['hand_overs'] if b['what'] == 'turn']


@test
def who_has_them_again_sees_why(s):
    first, second = f'{FIRST}-td01', f'{SECOND}-td01'
    d = taken(s)
    lie_with(s, d, FIRST, None, 'open_parts')
    d.take_turn(by=first)
    d.contribute(first)
    lie_with(s, d, SECOND, None, 'open_parts')
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', first).status == 404, 10, 'it has no more business with it')
    d.refuse_turn(by=second)
    slip = s.get('intake', f'/v1/dossiers/{d.id}/control-slip', first)
    equal([(b['to_unit'], b['state'], b['note']) for b in slip['hand_overs'] if b['what'] == 'turn'], [(FIRST, 'taken', None), (SECOND, 'refused', 'thiếu trang')])
    d.take_turn(by=second)
    equal(s.get('intake', f'/v1/dossiers/{d.id}', first).status, 404, 'and none again')


@test
def a_turn_may_be_signed_for_on_paper_and_entered_later(s):
    d = taken(s)
    lie_with(s, d, FIRST, None, 'open_parts')
    before = (moment(s.business_now()) - datetime.timedelta(hours=2)).isoformat()
    late = late_entry(before, superior=f'{FIRST}-pd02')
    a = s.post('intake', f'/v1/dossiers/{d.id}/turn/take', f'{FIRST}-td01', {}, seen=dict(d.seen), headers=late)
    equal((a.status, a['field']), (422, 'Taicho-Late-Entry.occurred_at'), 'never before what was done last')
    until(lambda: moment(s.business_now()) > moment(papers(s, d)['holder']['since']) + datetime.timedelta(seconds=2), 10, 'some time goes by')
    at = s.business_now()
    d.on_paper(at)
    d.take_turn(by=f'{FIRST}-td01')
    d.on_paper(None)
    equal(moment(papers(s, d)['holder']['since']), moment(at))


@test
def what_breaks_the_turns_off_does_not_wait_for_a_signature(s):
    asked, gone = taken(s), taken(s)
    for d in (asked, gone):
        lie_with(s, d, FIRST, None, 'open_parts')
    asked.refuse_turn(by=f'{FIRST}-td01')
    asked.ask_supplement()
    asked.becomes('awaiting_supplement')
    lie_with(s, asked, LEAD, asked.desk.appraiser, 'request_supplement')
    equal(turns(s, asked), [(LEAD, asked.desk.appraiser, FIRST, 'refused', f'{FIRST}-td01', 'thiếu trang')], 'they never left the lead')
    equal(to_sign(s, 'take', asked, 'H11.07-pd02', 409)['field'], 'turn', 'nothing came back')
    asked.supply(channel='post')
    lie_with(s, asked, FIRST, None, 'open_parts')
    asked.take_turn(by=f'{FIRST}-td01')
    gone.take_turn(by=f'{FIRST}-td01')
    gone.ask_back()
    gone.let_go()
    gone.becomes('withdrawn', 7)
    lie_with(s, gone, LEAD, gone.desk.appraiser, 'grant_withdrawal')
    equal(turns(s, gone), [(LEAD, gone.desk.appraiser, FIRST, 'taken', f'{FIRST}-td01', None), (FIRST, f'{FIRST}-td01', LEAD, 'passed_on', None, None)])
    for verb in ('take', 'refuse'):
        equal(to_sign(s, verb, gone, 'H11.07-pd02', 409).status, 409, 'the table says so')


@test
def a_supplement_brings_the_papers_back_and_they_go_round_anew(s):
    d = taken(s)
    lie_with(s, d, FIRST, None, 'open_parts')
    d.ask_supplement()
    d.becomes('awaiting_supplement')
    lie_with(s, d, LEAD, d.desk.appraiser, 'request_supplement')
    d.supply(channel='post')
    lie_with(s, d, FIRST, None, 'open_parts')
    equal([(x['supplement'], x['unit']) for x in papers(s, d)['apart']], [(1, s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['receiving_unit'])], 'what came lies at the counter')
    d.give_supply()
    equal(papers(s, d)['apart'][0]['going_to'], LEAD, 'and goes to the lead')
    d.take_supply()
    equal(papers(s, d)['apart'], [])
    lie_with(s, d, FIRST, None, 'open_parts')
    d.assign()
    d.contribute(f'{FIRST}-td01')
    d.contribute(f'{SECOND}-td01')
    lie_with(s, d, LEAD, d.desk.appraiser, 'end_part')
    d.conclude().decided().becomes('closing')


@test
def one_unit_behind_the_other(s):
    """In order without a lead: each unit has a step of its own, and works on the dossier as long as it has it."""
    step = lambda kind, role, unit, desk=False: {'kind': kind, 'role': role, 'minutes': 60, 'unit_ref': unit, 'at_counter': desk}
    valid = {'valid_from': '2019-10-01'}
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [
        {'kind': 'procedure', 'id': '3.900001', **valid, 'name': 'Thủ tục liên thông thử nghiệm', 'field': 'H11-TN', 'field_name': 'Thử nghiệm', 'levels': ['department'],
         'time_unit': 'working_days', 'statutory_time': 10, 'on_the_spot': False, 'same_day': False, 'verified': False},
        {'kind': 'process', 'id': '3.900001-department', **valid, 'procedure': '3.900001', 'level': 'department', 'on_the_spot': False, 'total_minutes': 4800, 'steps': [
            step('receive', 'receiver', 'receiving', True), step('transfer', 'receiver', 'receiving', True), step('appraise', 'appraiser', FIRST),
            step('appraise', 'appraiser', LEAD), step('approve', 'approver', LEAD), step('number_seal', 'clerk', LEAD), step('hand_over', 'clerk', LEAD),
            step('return', 'returner', 'receiving', True)]}]})
    until(lambda: s.get('intake', '/v1/catalogue/process/3.900001-department', INSPECTOR).status == 200, 20, 'the process is known')
    d = Dossier(s, petrol_desk(), '3.900001').receive().give_transfer().take_transfer(by=f'{FIRST}-td02')
    first, desk = f'{FIRST}-td02', d.desk
    equal(d.refused('appraisal', 'assign', desk.appraiser, {'officer': desk.appraiser}, 403)['field'], 'actor')
    d.assign(first)
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', first).status == 200, 15, 'the unit sees what it works on')
    lie_with(s, d, FIRST, first, 'take_transfer')
    d.conclude(by=first)
    lie_with(s, d, LEAD, None, 'go_on')
    equal(s.get('intake', f'/v1/dossiers/{d.id}', first).status, 404, 'it sees what it works on, and no longer')
    equal(turns(s, d), [(FIRST, first, LEAD, 'passed_on', None, None)])
    equal(d.refused('intake', 'loss', first, LOSS, 403)['field'], 'actor', 'nor does it answer for what it does not have')
    d.take_turn(by=desk.appraiser)
    lie_with(s, d, LEAD, desk.appraiser, 'take_turn')
    d.assign().conclude(content=b'%PDF-1.4 of the second unit')
    d.decided().becomes('closing')
    equal(turns(s, d), [(FIRST, first, LEAD, 'taken', desk.appraiser, None)])


@test
def who_gave_a_part_does_not_decide(s):
    d = as_files(s)
    d.contribute(f'{FIRST}-td01')
    until(lambda: f'{FIRST}-td01' in s.value(f"SELECT coalesce(string_agg(officer, ' '), '') FROM approval.barred WHERE dossier = '{d.id}'"), 10, 'approval knows')
    d.contribute(f'{SECOND}-td01')


@test
def a_completed_dossier_is_asked_about_anew(s):
    d = as_files(s)
    d.contribute(f'{FIRST}-td01')
    d.ask_supplement()
    equal(states(s, d), [(1, FIRST, 'given'), (1, SECOND, 'cancelled')])
    check(d.in_list('appraisal', f'{SECOND}-td01') is None, 'nothing is awaited from it meanwhile')
    d.becomes('awaiting_supplement')
    equal(s.get('intake', f'/v1/dossiers/{d.id}', f'{SECOND}-td01').status, 404)
    d.supply(channel='online', components=[{**FILES[0], 'item': 1}], without={2: 'replaced'})
    until(lambda: (2, FIRST, 'queued') in states(s, d), 10, 'all of them are asked anew')
    equal(states(s, d)[2:], [(2, FIRST, 'queued'), (2, SECOND, 'queued')], 'it is files still')
    equal(bodies(s, d, 'SupplementReceived')[0]['medium'], 'MEDIUM_ELECTRONIC')
    d.assign()
    d.contribute(f'{FIRST}-td01')
    d.contribute(f'{SECOND}-td01')
    d.conclude().decided().becomes('closing')


@test
def files_to_which_a_paper_has_come_go_from_one_to_the_next(s):
    d = as_files(s)
    equal(states(s, d), [(1, FIRST, 'queued'), (1, SECOND, 'queued')])
    d.ask_supplement()
    d.becomes('awaiting_supplement')
    d.supply(channel='post')
    equal((papers(s, d)['medium'], bodies(s, d, 'SupplementReceived')[0]['medium']), ('mixed', 'MEDIUM_MIXED'))
    until(lambda: (2, FIRST, 'queued') in states(s, d), 10, 'the first one is asked anew')
    equal(states(s, d)[2:], [(2, FIRST, 'queued'), (2, SECOND, 'waiting')], 'the second one waits for the paper')
    opened = bodies(s, d, 'PartsOpened')[-1]
    equal((opened['in_order'], [p['unit'] for p in opened['parts']], opened['waiting']), (True, [FIRST], [SECOND]))
    lie_with(s, d, FIRST, None, 'open_parts')
    d.give_supply()
    d.take_supply()
    d.assign()
    d.contribute(f'{FIRST}-td01')
    until(lambda: (2, SECOND, 'queued') in states(s, d), 10, 'now it is the turn of the second one')
    lie_with(s, d, SECOND, None, 'open_parts')
    d.contribute(f'{SECOND}-td01')
    lie_with(s, d, LEAD, d.desk.appraiser, 'end_part')
    for service in ('appraisal', 'approval', 'return'):
        until(lambda: s.value(f"SELECT electronic FROM {service}.dossier WHERE id = '{d.id}'") == 'f', 10, f'{service} knows that it is not files alone')
    d.conclude().decided().becomes('closing')


@test
def parts_end_with_the_dossier(s):
    d = taken(s)
    until(lambda: d.in_list('appraisal', f'{FIRST}-td01'), 10)
    lie_with(s, d, FIRST, None, 'open_parts')
    d.ask_back()
    d.let_go()
    d.becomes('withdrawn', 7)
    until(lambda: states(s, d) == [(1, FIRST, 'cancelled'), (1, SECOND, 'cancelled')], 10, 'nobody is waited for any more')
    check(d.in_list('appraisal', f'{FIRST}-td01') is None, 'nor sees it')
    equal(s.get('intake', f'/v1/dossiers/{d.id}', f'{FIRST}-td01').status, 404)
    equal(s.value(f"SELECT count(*) FROM appraisal.timer WHERE subject = '{d.id}'"), '0', 'no clock runs')
    lie_with(s, d, LEAD, d.desk.appraiser, 'grant_withdrawal')
    slip = s.get('intake', f'/v1/dossiers/{d.id}/control-slip', INSPECTOR)
    equal([(b['from_unit'], b['to_unit']) for b in slip['hand_overs'] if b['what'] == 'turn'], [(LEAD, FIRST), (FIRST, LEAD)])


def warned(s, unit):
    """How often the unit was warned, as audit has counted it."""
    items = s.get('audit', f'/v1/kpi/steps?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR)['items']
    return sum(i['warned'] for i in items if i['kind'] == 'appraise')


def watched(s, d):
    return s.value(f"SELECT appraisal.civil(due_at) FROM appraisal.timer WHERE act = 'part' AND subject = '{d.id}'")


@test
def a_unit_is_warned_once_before_its_time_is_over(s):
    files, paper = as_files(s), taken(s)
    micros = lambda text: round(moment(text).timestamp() * 10 ** 6)
    before = warned(s, FIRST)
    part, other = shown(s, files).json['parts']
    check(part['opened_at'] < part['near_at'] < part['due_at'], 'warned of before it is due', part)
    equal((part['warning'], watched(s, files)), (None, part['near_at']), 'its watch is set')
    files.contribute(f'{SECOND}-td01')
    forward_to(s, max(p['near_at'] for p in (part, shown(s, paper).json['parts'][0])))
    until(lambda: files.in_list('appraisal', f'{FIRST}-td01')['step_warning'] == 'near', 15, 'the list of the unit warns')
    lead = files.in_list('appraisal', files.desk.appraiser)
    equal((lead['step_warning'], part_of(lead, FIRST)['warning'], part_of(lead, SECOND)['warning']), (None, 'near', None), 'the lead sees whose time it is')
    (body,) = bodies(s, files, 'AppraisalNear')
    equal((body['part'], {k: body['step'].get(k) for k in ('kind', 'unit', 'officer', 'opened_at', 'due_at')}),
          (1, {'kind': 'appraise', 'unit': FIRST, 'officer': None, 'opened_at': micros(part['opened_at']), 'due_at': micros(part['due_at'])}), 'which part, whose, until when')
    equal(watched(s, files), part['due_at'], 'the end is watched next')
    until(lambda: len(bodies(s, paper, 'AppraisalNear')) == 1, 15, 'on paper the unit whose turn it is, too')
    until(lambda: watched(s, paper) == shown(s, paper).json['parts'][0]['due_at'], 10)
    paper.contribute(f'{FIRST}-td01')
    equal((shown(s, paper).json['parts'][1]['warning'], watched(s, paper)), (None, shown(s, paper).json['parts'][1]['near_at']), 'the next one has a time of its own')
    said = [b['step']['unit'] for kind, b in map(SCHEMA.body, (r.event for r in s.published())) if kind == 'AppraisalNear' and b['step']['kind'] == 'appraise']
    until(lambda: [warned(s, unit) for unit in (FIRST, SECOND)] == [said.count(unit) for unit in (FIRST, SECOND)], 15, 'counted for the unit')    # those of other dossiers, too
    check(said.count(FIRST) >= before + 2, 'both of these')
    files.contribute(f'{FIRST}-td01')
    paper.contribute(f'{SECOND}-td01')
    equal((watched(s, files), watched(s, paper)), ('', ''), 'nobody is waited for')
    equal([len(bodies(s, d, 'AppraisalNear')) for d in (files, paper)], [1, 1], 'each was told once')


@test
def a_unit_that_keeps_silent_is_told_and_holds_nobody_up(s):
    paper, files, silent = taken(s), as_files(s), as_files(s)
    files.contribute(f'{SECOND}-td01')
    s.ctl('clock', 'forward', '7d')
    until(lambda: 'PartLapsed' in paper.story() and 'PartLapsed' in files.story(), 20, 'the time of the first unit passes')
    equal(states(s, files), [(1, FIRST, 'lapsed'), (1, SECOND, 'given')])
    until(lambda: silent.story().count('PartLapsed') == 2, 20, 'neither unit of the third one has answered')
    equal(len({e['occurred_at'] for e in silent.history()['entries'] if e['type'] == 'PartLapsed'}), 1, 'both lapse at once')
    equal(states(s, paper), [(1, FIRST, 'lapsed'), (1, SECOND, 'queued')], 'the papers go on')
    lie_with(s, paper, SECOND, None, 'open_parts')
    equal(s.value(f"SELECT count(*) FROM intake.holding WHERE dossier = '{files.id}' AND act IN ('open_parts', 'end_part')"), '0', 'of files none moves')
    body, = bodies(s, files, 'PartLapsed')
    equal((body['unit'], body['told']), (FIRST, f'{LEAD}-pd02'), 'the head is told')
    check(files.in_list('appraisal', f'{FIRST}-td01') is None, 'it is too late for the unit')
    files.conclude()
    until(lambda: s.get('intake', f'/v1/dossiers/{files.id}', f'{FIRST}-td01').status == 200, 10, 'the unit may still say what it thinks')
    given = files.contribute(f'{FIRST}-td01', 'against', reasons=['not_eligible'])
    equal((given['state'], given['late'], given['opinion']), ('lapsed', True, 'against'), 'though it comes too late')
    shown_part = part_of(shown(s, files).json, FIRST)
    equal([shown_part[k] for k in ('state', 'late', 'opinion', 'officer')], ['lapsed', True, 'against', f'{FIRST}-td01'], 'the lead sees it beside its own, late')
    check(shown_part['due_at'] < shown_part['ended_at'] < shown_part['answered_at'], 'when it lapsed, and when it was answered', shown_part)
    equal((part_of(shown(s, files).json, SECOND)['late'], states(s, files)), (False, [(1, FIRST, 'lapsed'), (1, SECOND, 'given')]))
    files.refused('appraisal', 'contribute', f'{FIRST}-td01', {'opinion': 'for', 'answer': files.file('opinion', f'{FIRST}-td01', b'%PDF-1.4 once more')}, 409)
    body, = bodies(s, files, 'AnsweredLate')
    equal((body['unit'], body['part'], body['reasons']), (FIRST, 1, ['not_eligible']))
    files.decided().becomes('closing')
    opinion = silent.file('opinion', f'{FIRST}-td01', b'%PDF-1.4 too late')
    silent.conclude().decided().becomes('closing')
    until(lambda: s.value(f"SELECT bool_and(decided) FROM appraisal.part WHERE dossier = '{silent.id}'") == 't', 15, 'appraisal knows that it is decided')
    a = s.post('appraisal', f'/v1/appraisals/{silent.id}/contribute', f'{FIRST}-td01', {'opinion': 'for', 'answer': opinion}, seen=silent.seen)
    equal((a.status, a['field']), (409, 'parts'), 'it was decided without')
    check('khi chưa có ý kiến của đơn vị' in a['detail'], 'and says so', a)
    equal(s.get('intake', f'/v1/dossiers/{silent.id}', f'{FIRST}-td01').status, 404, 'nor has the unit any more business with it')
    s.ctl('clock', 'forward', '7d')
    until(lambda: paper.story().count('PartLapsed') == 2, 20, 'nor does the second one answer')
    lie_with(s, paper, LEAD, paper.desk.appraiser, 'end_part')
    paper.conclude().decided().becomes('closing')
    for unit in (FIRST, SECOND):
        kept = int(s.value(f"SELECT count(*) FROM appraisal.part WHERE unit = '{unit}' AND state = 'lapsed'"))
        until(lambda: figures(s, unit)[0][3] == kept, 15, f'what {unit} let lapse is counted')
        check(kept >= (2 if unit == FIRST else 1), 'at least these', kept)


@test
def the_slip_says_of_each_turn_how_the_work_of_its_giver_went(s):
    """Round two units, of which the first lets its time go by, and on to the one that endorses; as the inspectors read it at audit."""
    step = lambda kind, role, unit, minutes=480, desk=False, **more: {'kind': kind, 'role': role, 'minutes': minutes, 'unit_ref': unit, 'at_counter': desk, **more}    # noqa: E731
    valid = {'valid_from': '2019-10-01'}
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [
        {'kind': 'procedure', 'id': '3.900021', **valid, 'name': 'Thủ tục chuyển vòng thử nghiệm', 'field': 'H11-TN', 'field_name': 'Thử nghiệm', 'levels': ['department'],
         'time_unit': 'working_days', 'statutory_time': 30, 'on_the_spot': False, 'same_day': False, 'verified': False},
        {'kind': 'process', 'id': '3.900021-department', **valid, 'procedure': '3.900021', 'level': 'department', 'on_the_spot': False, 'total_minutes': 14400, 'steps': [
            step('receive', 'receiver', 'receiving', desk=True), step('transfer', 'receiver', 'receiving', desk=True),
            step('appraise', 'appraiser', LEAD, 4800, **{'with': [{'unit': FIRST, 'minutes': 480}, {'unit': SECOND, 'minutes': 960}]}),
            step('endorse', 'endorser', FIRST, 0), step('approve', 'approver', LEAD, 0), step('number_seal', 'clerk', LEAD), step('hand_over', 'clerk', LEAD), step('return', 'returner', 'receiving', desk=True)]}]})
    until(lambda: s.get('intake', '/v1/catalogue/process/3.900021-department', INSPECTOR).status == 200, 20, 'the process is known')
    d = Dossier(s, petrol_desk(), '3.900021').receive().give_transfer().take_transfer().assign()
    lie_with(s, d, FIRST, None, 'open_parts')
    equal([x[2:] for x in results(s, d)], [(None, None)], 'the step of the lead goes on')
    forward_to(s, part_of(shown(s, d).json, FIRST)['due_at'])
    lie_with(s, d, SECOND, None, 'open_parts')
    d.refuse_turn(by=f'{SECOND}-td01')
    d.take_turn(by=f'{SECOND}-td01')
    d.contribute(f'{SECOND}-td01')
    lie_with(s, d, LEAD, d.desk.appraiser, 'end_part')
    d.conclude()
    lie_with(s, d, FIRST, None, 'go_on')
    told = until(lambda: (x := s.get('audit', f'/v1/dossiers/{d.code}/steps', INSPECTOR)['steps']) and x[-1]['event'] == 'Appraised' and x, 15, 'audit has them')
    steps = {(x['event'], x['unit']): (x['due_at'], x['result']) for x in told}
    lapsed, given, appraised = steps['PartLapsed', FIRST], steps['Contributed', SECOND], steps['Appraised', LEAD]
    equal((lapsed[1], given[1], appraised[1]), ('late', 'early', 'early'), 'as audit judges them')
    equal(results(s, d), [(LEAD, FIRST, None, None), (FIRST, SECOND, *lapsed), (SECOND, LEAD, *given), (LEAD, FIRST, *appraised)], 'one rule')


@test
def what_no_unit_signs_for_within_the_term_is_listed_for_inspection(s):
    s.ctl('clock', 'forward', f'{7 + (1 - today(s).weekday()) % 7}d')      # a Tuesday
    silent, signed = taken(s), taken(s)
    unsigned = lambda who=INSPECTOR: {x['code']: x for x in s.get('intake', '/v1/papers/unsigned?limit=200', who)['items']}      # noqa: E731
    looks = lambda: int(s.value(f"SELECT count(*) FROM intake.access_log WHERE what = 'papers' AND '{silent.id}' = ANY (dossiers)"))     # noqa: E731
    for d in (silent, signed):
        lie_with(s, d, FIRST, None, 'open_parts')
    signed.take_turn(by=f'{FIRST}-td01')
    s.ctl('clock', 'forward', '1d')
    check(silent.code not in unsigned(), 'the next working day is in time')
    s.ctl('clock', 'forward', '1d')
    seen = looks()
    turn, = unsigned()[silent.code]['turns']
    equal([turn[k] for k in ('from_unit', 'given_by', 'to_unit', 'taken_by', 'taken_at')], [LEAD, silent.desk.appraiser, FIRST, None, None], 'both units')
    equal((turn['given_at'][:10], turn['sign_until']), (str(today(s) - datetime.timedelta(2)), str(today(s) - datetime.timedelta(1))), 'since when, and until when it was time')
    check(signed.code not in unsigned(), 'what is signed for is not')
    equal(looks(), seen + 2, 'who looks is written down')
    for who, sees in ((ADMIN, True), (f'{FIRST}-pd02', True), (silent.desk.head, True), (f'{SECOND}-pd02', False), ('H11.35-tr01', False)):
        equal(silent.code in unsigned(who), sees, who)
    for who in (silent.desk.receiver, f'{FIRST}-td01'):
        equal(s.get('intake', '/v1/papers/unsigned', who).status, 403, 'no list of theirs')
    equal(s.get('intake', '/v1/papers/unsigned?after=1', INSPECTOR)['field'], 'after')
    pages, after = [], ''
    while True:
        page = s.get('intake', f'/v1/papers/unsigned?limit=1{after}', INSPECTOR)
        pages += [x['code'] for x in page['items']]
        if not page['next']:
            break
        after = f"&after={page['next']}"
    equal(pages, list(unsigned()), 'page by page')
    day = today(s) - datetime.timedelta(2)
    in_span = lambda back, on: silent.code in [x['code'] for x in s.get('intake', f'/v1/papers/unsigned?limit=200&from={day + datetime.timedelta(back)}&to={day + datetime.timedelta(on)}', INSPECTOR)['items']]     # noqa: E731
    equal([in_span(*x) for x in ((0, 0), (-300, 0), (0, 60), (1, 1), (-1, -1), (-90, -1), (1, 60))], [True] * 3 + [False] * 4, 'by the day on which they were passed on')
    check(silent.code not in [x['code'] for x in s.get('intake', f'/v1/papers/unsigned?limit=200&to={day - datetime.timedelta(1)}', INSPECTOR)['items']], 'from is counted from there')
    for query, field in (('from=x', 'from'), ('to=2019-13-01', 'to'), ('from=2019-10-02&to=2019-10-01', 'to'), ('from=2019-01-01&to=2020-01-02', 'from')):
        equal((s.get('intake', f'/v1/papers/unsigned?{query}', INSPECTOR).status, s.get('intake', f'/v1/papers/unsigned?{query}', INSPECTOR)['field']), (422, field), query)
    silent.take_turn(by=f'{FIRST}-pd02')
    turn, = unsigned()[silent.code]['turns']
    equal((turn['taken_by'], turn['taken_at'][:10]), (f'{FIRST}-pd02', str(today(s))), 'signed for, and late')
    silent.contribute(f'{FIRST}-td01')
    lie_with(s, silent, SECOND, None, 'open_parts')
    s.ctl('clock', 'forward', '4d')         # Monday; the Friday was in time
    equal([(t['to_unit'], t['taken_by']) for t in unsigned()[silent.code]['turns']], [(FIRST, f'{FIRST}-pd02'), (SECOND, None)], 'and the next one')


main(System)
