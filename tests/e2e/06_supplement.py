#!/usr/bin/env python3
"""An accepted dossier is incomplete: asked once through the counter, the clocks pause and part; asked twice it is late and listed,
however it ends."""
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, INSPECTOR, LACKING, MOBILE_BIRTH, Desk, Dossier, brought, decreed, paper, today  # noqa: E402
from system import SCHEMA, SERVICES, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

SUPPLY = {'channel': 'counter', 'components': brought()}
FORM = b'%PDF-1.4 form 02'


def assigned(s, unit):
    return Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()


def returned(d):
    d.assign().conclude().decided().becomes('closing')
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)


def listed(s):
    a = s.get('audit', '/v1/inspection/supplements?from=2019-10-01&to=2019-10-31', INSPECTOR)
    equal(a.status, 200)
    return {i['code']: i for i in a['items']}


def standing(s, unit):
    """Where the unit's dossiers stand: the figures that are not 0."""
    names = ('received', 'in_process', 'early', 'on_time', 'late', 'withdrawn', 'stopped', 'late_open', 'late_withdrawn', 'late_stopped')
    totals = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-31&unit={unit}', INSPECTOR)['totals']
    equal(totals['received'], sum(totals[k] for k in ('in_process', 'early', 'on_time', 'late', 'withdrawn', 'stopped')), 'every one is counted once')
    return {k: totals[k] for k in names if totals[k]}


def paused(s, unit):
    return s.get('audit', f'/v1/inspection/pauses?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR)['items']


@test
def a_simulated_day_with_many_supplements_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '5', '--mix', 'supplement=60')
    check('no difference' in done.out and 'SupplementReceived' in done.out, 'the books balance', done.out[-2500:])
    lists = s.fields('SELECT count(*), (SELECT count(*) FROM intake.supplement_without w WHERE w.dossier = m.dossier) FROM intake.document_missing m GROUP BY m.dossier')
    check({n for n, _ in lists} > {'1'} and {w for _, w in lists} >= {'0', '1'}, 'one paper was asked for, or more; some are taken without', lists)


@test
def what_is_missing_is_asked_by_the_counter_and_the_clocks_part(s):
    d = assigned(s, 'H11.35.21')
    desk, first = d.desk, d.received['due_at']
    a = d.refused('appraisal', 'conclude', desk.appraiser,
                  {'opinion': 'needs_supplement', 'draft': d.file('draft_result'), 'reasons': ['missing_component']}, 422)
    equal(a['field'], 'opinion', 'it is an act of its own')
    d.refused('intake', 'supplement', desk.receiver, SUPPLY, 409)
    equal(d.ask_supplement()['state'], 'awaiting_supplement')
    d.becomes('awaiting_supplement', 5)
    row = d.in_list('appraisal', desk.appraiser)
    equal((row['state'], row['round'], row['opinion']), ('awaiting_supplement', 1, 'needs_supplement'), 'it waits in the list')
    d.refused('appraisal', 'conclude', desk.appraiser, {'opinion': 'for', 'draft': d.file('draft_result'), 'reasons': []}, 409)
    asked = s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver)['supplements']
    equal([(x['number'], x['asked_by'], x['ground'], x['received_at']) for x in asked], [(1, desk.appraiser, None, None)], 'what is asked')
    equal(d.reasons_given('intake', desk.receiver), [('SupplementAsked', desk.appraiser, ['missing_component'])], 'the counter can tell why')
    # Nothing falls due while it waits, however long.
    s.ctl('clock', 'forward', '9d')
    a = d.refused('intake', 'supplement', desk.receiver, {'channel': 'counter', 'components': []}, 422)
    d.refused('intake', 'supplement', 'H11.35.22-tn01', SUPPLY, 403)
    supplied = d.supply()
    d.becomes('in_process', 4)
    check('DuePassed' not in d.story(), 'nothing fell due', d.story())
    equal((first[:10], supplied['due_at'][:10], supplied['due_at_reported'][:10]), ('2019-10-08', '2019-10-17', '2019-10-17'), 'five working days, twice')
    told = s.get('intake', f'/v1/dossiers/{d.id}/deadline', desk.receiver)
    equal((told['due_at'][:19], told['promised_at'][:19]), (supplied['due_at'][:19], first[:19]), 'the date, and the one on the receipt')
    check('19(4)' in told.body.decode(), 'it says why', told)
    equal((told['due_at_legal'][:19], told['due_at_reported'][:19]), (supplied['due_at'][:19], supplied['due_at_reported'][:19]), 'both clocks')
    equal([(p['why'], p['from'][:10], p['to'][:10]) for p in told['pauses']], [('supplement', '2019-10-01', '2019-10-10')], 'and what parts them')
    row = until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['round'] == 2 and r, 10, 'the next round is open')
    equal((row['state'], row['due_at'][:19]), ('queued', supplied['due_at'][:19]))
    equal([c['supplement'] for c in s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver)['components']], [None, 1, 1], 'with what it came')
    waits = paused(s, desk.unit)
    equal([(x['code'], x['kind'], x['from'][:10], x['to'][:10], x['days'] >= 9, x['ground']) for x in waits if x['code'] == d.code],
          [(d.code, 'supplement', '2019-10-01', '2019-10-10', True, None)], 'the wait is listed for inspection')
    equal(waits, sorted(waits, key=lambda x: -x['days']), 'the longest first')
    returned(d)
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'DocumentFiled', 'DocumentFiled', 'SupplementAsked', 'SupplementRequested',
                 'DocumentFiled', 'SupplementReceived', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed',
                 'HandOverGiven', 'HandOverTaken', 'Ready', 'HandedOver', 'Archived')
    history = d.history()
    equal((history['timing'], history['supplements']), ('early', 1))
    equal((history['contacts'], history['agencies']), (1, 1), 'he had to turn to the counter once more')
    check(d.code not in listed(s), 'one is not for inspection')
    for r in s.published():
        if r.key == d.id.encode() and SCHEMA.body(r.event)[0].startswith('Supplement'):
            check('chứng sinh' not in str(r.event), 'no words of the citizen in an event', r.event)


def lists_of(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['supplements'][-1]['missing']


def bodies(s, d, kind):
    return [body for r in s.published() if r.key == d.id.encode() and r.event for name, body in [SCHEMA.body(r.event)] if name == kind]


def kept(s, d):
    """All that a supplement would move."""
    return (s.rows(f"SELECT state, component_count, due_at, due_at_reported FROM intake.dossier WHERE id = '{d.id}'"),
            s.rows(f"SELECT received_at FROM intake.supplement WHERE dossier = '{d.id}'"), s.value(f"SELECT count(*) FROM intake.component WHERE dossier = '{d.id}'"),
            s.value(f"SELECT count(*) FROM intake.supplement_without WHERE dossier = '{d.id}'"), d.track()['national_status'])


@test
def it_is_complete_when_all_that_was_listed_is_there(s):
    d = assigned(s, 'H11.35.26')
    desk = d.desk
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5)
    asked = [{'number': n, **m, 'listed': None} for n, m in enumerate(LACKING, 1)]
    equal(lists_of(s, d), [{**m, 'components': [], 'without': None} for m in asked], 'the table of the form')
    equal([b['missing_count'] for b in bodies(s, d, 'DocumentFiled')], [2], 'the others hear how many')
    before, story = kept(s, d), d.story()
    one = brought(without=(2,))
    a = d.refused('intake', 'supplement', desk.receiver, {**SUPPLY, 'components': one}, 422)
    equal(a['field'], 'components')
    check(all(x in a['detail'] for x in ('còn thiếu 1 giấy tờ', 'số 2', LACKING[1]['name'])) and 'paper 2' in a['detail_en'], 'it says what', a)
    extra = {'name': 'Ảnh thẻ', 'originals': 0, 'certified': 0, 'copies': 2}
    without = lambda *items: [{'item': n, 'reason': 'held_by_agency'} for n in items]       # noqa: E731
    for body, field in (({'components': [extra]}, 'components'),                                                # nothing of the list
                        ({'components': []}, 'components'),
                        ({'components': [], 'without': without(1)}, 'components'),
                        ({'components': [*one, {**extra, 'item': 3}]}, 'components[1].item'),
                        ({'components': [{**extra, 'item': 0}, *SUPPLY['components']]}, 'components[0].item'),
                        ({'components': one, 'without': without(3)}, 'without[0].item'),
                        ({'components': one, 'without': without(2, 2)}, 'without[1].item'),
                        ({'components': one, 'without': without(1)}, 'without[0].item'),                         # brought, and not
                        ({'components': one, 'without': [{'item': 2, 'reason': 'tired'}]}, 'without[0].reason'),
                        ({'components': one, 'without': [{'item': 2}]}, 'without[0].reason'),
                        ({'components': one, 'without': []}, 'without')):
        equal(d.refused('intake', 'supplement', desk.receiver, {'channel': 'counter', **body}, 422)['field'], field, f'{body}')
    equal(kept(s, d), before, 'nothing is taken, no clock goes on')
    equal(d.story(), story)
    supplied = d.supply(components=[*one, {**extra, 'item': 1}, extra], without={2: 'held_by_agency'})
    d.becomes('in_process', 4)
    equal(lists_of(s, d), [{**asked[0], 'components': [2, 3], 'without': None}, {**asked[1], 'components': [], 'without': 'held_by_agency'}],
          'two papers answer one, a third was not asked for')
    equal([(b['component_count'], b['asked_count'], b['lacking_count']) for b in bodies(s, d, 'SupplementReceived')], [(3, 2, 1)], 'in numbers')
    equal(supplied['supplement'], 1)
    returned(d)


@test
def nothing_at_all_is_brought_when_the_agency_has_it_all(s):
    d = assigned(s, 'H11.35.27')
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5)
    body = {'channel': 'post', 'components': [], 'without': [{'item': 1, 'reason': 'replaced'}, {'item': 2, 'reason': 'not_obtainable'}]}
    key = 'nothing-at-all-is-brought'
    first, again = (s.call('intake', 'POST', f'/v1/dossiers/{d.id}/supplement', d.desk.receiver, body, key=key) for _ in range(2))
    equal((first.status, again.status, again.json), (200, 200, first.json), 'a repeat is the same answer')
    equal(d.refused('intake', 'supplement', d.desk.receiver, body, 409).status, 409)
    equal([c['supplement'] for c in s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['components']], [None])
    equal([(m['components'], m['without']) for m in lists_of(s, d)], [([], 'replaced'), ([], 'not_obtainable')])
    until(lambda: [(b.get('component_count', 0), b['asked_count'], b['lacking_count']) for b in bodies(s, d, 'SupplementReceived')] == [(0, 2, 2)], 10, 'told once')
    until(lambda: (r := d.in_list('appraisal', d.desk.appraiser)) and r['round'] == 2, 10, 'the next round is open')
    returned(d)


@test
def it_is_asked_with_a_list_or_not_at_all(s):
    d = assigned(s, 'H11.35.28')
    desk, form = d.desk, paper('request', FORM)
    for more, field in (({'missing': []}, 'missing'), ({'missing': LACKING * 26}, 'missing'), ({'missing': [{**LACKING[0], 'copies': -1}]}, 'missing[0].copies'),
                        ({'missing': [{'name': 'x'}]}, 'missing[0].originals'), ({'missing': [{**LACKING[0], 'item': 1}]}, 'missing[0].item'),
                        ({'kind': 'opinion', 'missing': LACKING}, 'missing'), ({'kind': 'component', 'missing': LACKING}, 'missing')):
        equal(d.refused('intake', 'documents', desk.appraiser, {**form, **more}, 422)['field'], field, f'{more}')
    bare = {'request': d.file('request', content=FORM), 'reasons': ['missing_component']}
    a = d.refused('appraisal', 'ask-supplement', desk.appraiser, bare, 422)
    equal(a['field'], 'request')
    check('missing' in a['detail'] and 'list' in a['detail_en'], 'it says what the form lacks', a)
    equal((d.state(), d.track()['national_status']), ('in_process', 4), 'nobody is asked')
    equal(d.ask_supplement()['state'], 'awaiting_supplement')


@test
def what_was_asked_before_lists_were_kept_is_complete_with_any_component(s):
    d = assigned(s, 'H11.35.29')
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5)
    s.psql(f"DELETE FROM intake.document_missing WHERE dossier = '{d.id}'")
    equal(lists_of(s, d), [])
    any_paper = {k: v for k, v in SUPPLY['components'][0].items() if k != 'item'}
    for body, field in (({'components': []}, 'components'), ({'components': SUPPLY['components']}, 'components[0].item'),
                        ({'components': [any_paper], 'without': [{'item': 1, 'reason': 'replaced'}]}, 'without[0].item')):
        equal(d.refused('intake', 'supplement', d.desk.receiver, {'channel': 'counter', **body}, 422)['field'], field)
    d.supply(components=[any_paper])
    d.becomes('in_process', 4)
    equal([(b.get('asked_count', 0), b.get('lacking_count', 0)) for b in bodies(s, d, 'SupplementReceived')], [(0, 0)])


@test
def what_it_brings_follows_the_other_papers(s):
    d = assigned(s, 'H11.35.24')
    desk = d.desk
    papers = lambda: s.get('intake', f'/v1/dossiers/{d.id}/papers', desk.receiver)      # noqa: E731
    lies = lambda: [(x['supplement'], x['post'], x['act'], x['going_to']) for x in papers()['apart']]       # noqa: E731
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5).supply()
    equal(papers()['holder']['post'], desk.appraiser, 'the others lie with the appraiser')
    equal(lies(), [(1, desk.receiver, 'receive_supplement', None)], 'and what came lies at the counter')
    equal([c['supplement'] for c in papers()['components']], [None, 1, 1])
    give, take = {'supplement': 1}, 'transfers/take'
    equal(d.refused('intake', 'transfers/give', desk.receiver, {'supplement': 2}, 409)['field'], 'supplement')
    equal(d.refused('intake', 'transfers/give', desk.receiver, {'supplement': 3}, 422)['field'], 'supplement')
    d.refused('intake', 'transfers/give', desk.receiver, {}, 409)                   # the dossier's own were taken
    d.refused('intake', take, desk.appraiser, give, 409)                            # nobody has given it yet
    answer = d.give_supply()
    equal((answer['supplement'], answer['step'], answer['transfer']), (1, 3, 'given'))
    equal(lies(), [(1, desk.receiver, 'give_transfer', desk.unit)], 'the giver answers until it is taken')
    d.refused('intake', take, desk.receiver, give, 403)
    d._post('intake', f'/v1/dossiers/{d.id}/transfers/refuse', desk.appraiser, {'supplement': 1, 'reason': 'Thiếu trang'})
    equal(lies(), [(1, desk.receiver, 'refuse_transfer', None)])
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['round'] == 2, 10, 'no step waits for it')
    d.give_supply()
    d.take_supply()
    equal((lies(), papers()['holder']['act']), ([], 'take_transfer'), 'they lie together')
    equal([(h['supplement'], h['act']) for h in papers()['holdings'] if h['supplement']],
          [(1, a) for a in ('receive_supplement', 'give_transfer', 'refuse_transfer', 'give_transfer', 'take_transfer')])
    slip = s.get('intake', f'/v1/dossiers/{d.id}/control-slip', desk.receiver)['hand_overs']
    equal([(b['what'], b['state'], b['given_by'], b['answered_by']) for b in slip],
          [('papers', 'taken', desk.receiver, desk.appraiser), ('supplement', 'taken', desk.receiver, desk.appraiser)], 'both are on the slip')
    returned(d)
    check('SupplyRefused' in d.story() and d.story().index('SupplyTaken') > d.story().index('SupplementReceived'), 'everybody is told', d.story())


@test
def a_second_one_is_the_heads_and_late_and_listed(s):
    d = assigned(s, 'H11.35.22')
    desk = d.desk
    request = d.file('request', content=FORM, missing=LACKING)
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5).supply()
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['round'] == 2, 10)
    d.assign()
    again = {'request': request, 'reasons': ['invalid_document']}
    equal(d.refused('appraisal', 'ask-supplement', desk.appraiser, again, 403)['field'], 'actor')
    equal(d.refused('appraisal', 'ask-supplement', desk.head, again, 422)['field'], 'ground')
    d.ask_supplement(by=desk.head, ground='incomplete_answer')
    d.becomes('awaiting_supplement', 5)
    until(lambda: d.code in listed(s), 10, 'inspectors see it at once')
    row = listed(s)[d.code]
    equal((row['supplements'], row['supplement_late'], row['result'], row['timing']), (2, False, 'open', 'late'), 'late by rule, though it is open')
    equal([(x['ground'], x['superior']) for x in row['asked']], [(None, None), ('incomplete_answer', desk.head)], 'why once more, and who answers for it')
    equal(standing(s, desk.unit), {'received': 1, 'late': 1, 'late_open': 1})
    d.supply()
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['round'] == 3, 10)
    d.assign()
    d.refused('appraisal', 'ask-supplement', desk.head, {**again, 'ground': 'other'}, 409)
    d.conclude('against').refuse().sign().becomes('closing')
    d.number(refusal=True).seal()
    until(lambda: d.history()['timing'] == 'late', 10, 'it is late, though it was sealed in time')
    equal((listed(s)[d.code]['supplements'], listed(s)[d.code]['timing']), (2, 'late'))
    until(lambda: standing(s, desk.unit) == {'received': 1, 'late': 1}, 10, 'counted once')


@test
def asked_twice_it_is_late_though_it_is_withdrawn(s):
    d = assigned(s, 'H11.35.25')
    desk = d.desk
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5).supply()
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['round'] == 2, 10)
    d.assign().ask_supplement(by=desk.head, ground='incomplete_answer')
    d.becomes('awaiting_supplement', 5).ask_back()
    d.let_go()
    d.becomes('withdrawn', 7)
    until(lambda: d.history()['result'] == 'withdrawn', 10)
    equal(d.history()['timing'], 'late')
    equal(standing(s, desk.unit), {'received': 1, 'late': 1, 'late_withdrawn': 1}, 'counted once, and as what it is')
    waits = paused(s, desk.unit)
    equal([(x['kind'], x['ground'], x['superior'], x['to'] is not None) for x in waits if x['code'] == d.code and x['ground']],
          [('supplement', 'incomplete_answer', desk.head, True)], 'its end ended the wait, too')


@test
def late_it_is_the_heads_to_ask(s):
    d = assigned(s, 'H11.35.23')
    request = d.file('request', content=FORM, missing=LACKING)
    s.ctl('clock', 'forward', '6d')
    late = {'request': request, 'reasons': ['missing_component']}
    equal(d.refused('appraisal', 'ask-supplement', d.desk.appraiser, late, 403)['field'], 'actor')
    d.ask_supplement(by=d.desk.head, ground='new_finding')
    d.becomes('awaiting_supplement', 5)
    asked = s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['supplements'][0]
    equal((asked['ground'], asked['superior']), ('new_finding', d.desk.head), 'why, and who')
    until(lambda: d.code in listed(s), 10, 'inspectors see it')
    row = listed(s)[d.code]
    equal((row['supplements'], row['supplement_late'], row['timing']), (1, True, None), 'a breach, and not late by rule')
    equal([(x['ground'], x['superior']) for x in row['asked']], [('new_finding', d.desk.head)], 'why late, and who answers for it')
    totals = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-31&unit={d.desk.unit}', INSPECTOR)['totals']
    equal(totals['supplement_late'], 1, 'and it is counted')


@test
def how_long_it_may_be_asked_is_what_the_law_said_on_the_day_of_acceptance(s):
    s.ctl('clock', 'forward', f'{8 - today(s).weekday()}d')      # the next Tuesday
    decreed(s, 'supplement_ask', str(today(s) + timedelta(1)), 5)
    before = assigned(s, 'H11.35.24')
    s.ctl('clock', 'forward', '1d')
    after = assigned(s, 'H11.35.24')
    s.ctl('clock', 'forward', '6d')     # Tuesday again: the fifth, and the fourth, working day
    late = {'request': before.file('request', content=FORM, missing=LACKING), 'reasons': ['missing_component']}
    a = before.refused('appraisal', 'ask-supplement', before.desk.appraiser, late, 403)
    equal((a['field'], '3 ngày làm việc' in a['detail']), ('actor', True), 'three days, by the law of its day')
    equal(after.ask_supplement()['state'], 'awaiting_supplement')


main(System)
