#!/usr/bin/env python3
"""Units of two levels, one behind the other: a commune receives and appraises, its district decides. With the end of each step the papers
go on to the unit of the next one, or back; who has them is known at every hour, on the control slip and to whom they went."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from chains import BY_CLERK, COMMUNE, DISTRICT, ENDORSED, IN_TURN, LEAD, SECOND, TWICE, decided_first, desk, given_by_the_clerk, two_levels  # noqa: E402
from story import INSPECTOR, Desk, Dossier, new_paper, petrol_desk  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

APPRAISER, CLERK, HEAD = f'{COMMUNE}-td02', f'{DISTRICT}-vt01', f'{DISTRICT}-tr01'
ORIGINAL = [{'name': 'Sổ hộ khẩu', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper', 'to_return': True}]
LOSS = {'components': [{'number': 1}], 'what': 'lost', 'found': 'custody', 'minutes': new_paper(b'%PDF-1.4 it is not in the file')}


def appraised(s, procedure=ENDORSED, **more):
    return Dossier(s, desk(), procedure).receive(**more).give_transfer().take_transfer().assign().conclude()


def papers(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}/papers', INSPECTOR).json


def lie_with(s, d, unit, post, act, going_to=None):
    until(lambda: (h := papers(s, d)['holder']) and (h['unit'], h['post'], h['act'], h['going_to']) == (unit, post, act, going_to), 15, f'{unit} has the papers by {act}')


def other_desk():
    desk = Desk(SECOND, counter='H11.01-Q7', at_counter=False)
    desk.appraiser, desk.approver, desk.mandate = f'{SECOND}-td02', f'{SECOND}-pd02', f'{SECOND}-pd02-kt'
    return desk


def seen_by(s, d, who):
    there = s.get('intake', f'/v1/dossiers/{d.id}', who).status
    equal(s.get('intake', f'/v1/dossiers/{d.id}/deadline', who).status, there, 'who sees the dossier sees until when it is due')
    return there == 200


def turns(s, d):
    slip = until(lambda: (x := s.get('intake', f'/v1/dossiers/{d.id}/control-slip', INSPECTOR)).status == 200 and x, 10, 'it has a control slip')
    return [(b['from_unit'], b['given_by'], b['to_unit'], b['state'], b['answered_by'], b['note']) for b in slip['hand_overs'] if b['what'] == 'turn']


def bodies(s, d, kind):
    return [SCHEMA.body(r.event)[1] for r in s.published() if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == kind]


@test
def what_a_commune_appraises_its_district_decides(s):
    two_levels(s)
    d = Dossier(s, desk(), ENDORSED).receive(components=ORIGINAL).give_transfer().take_transfer().assign()
    lie_with(s, d, COMMUNE, APPRAISER, 'take_transfer')
    equal(d.refused('intake', 'turn/take', CLERK, {}, 409)['field'], 'turn', 'there is none')
    d.conclude()
    lie_with(s, d, DISTRICT, None, 'go_on')
    equal(turns(s, d), [(COMMUNE, APPRAISER, DISTRICT, 'passed_on', None, None)])
    equal(d.refused('intake', 'turn/take', APPRAISER, {}, 403)['field'], 'actor', 'they came to the district')

    d.refuse_turn(by=CLERK)
    lie_with(s, d, COMMUNE, APPRAISER, 'refuse_turn', going_to=DISTRICT)
    d.take_turn(by=CLERK)
    lie_with(s, d, DISTRICT, CLERK, 'take_turn')
    equal(turns(s, d), [(COMMUNE, APPRAISER, DISTRICT, 'taken', CLERK, None)])

    d.return_draft()
    lie_with(s, d, COMMUNE, None, 'go_back')
    d.take_turn(by=APPRAISER)
    d.assign().conclude(content=b'%PDF-1.4 second draft')
    lie_with(s, d, DISTRICT, None, 'go_on')
    d.endorse()
    d.send_back()                                       # nobody had signed for them there
    lie_with(s, d, COMMUNE, None, 'go_back')
    d.assign().conclude(content=b'%PDF-1.4 third draft')
    lie_with(s, d, DISTRICT, None, 'go_on')

    for who in (f'{COMMUNE[:-2]}25-tn01', 'H11.10-td01'):
        equal(d.refused('intake', 'loss', who, LOSS, 403)['field'], 'actor', 'it does not have them')
    equal(d.lose(1, by=d.desk.appraiser)['holder'], {'unit': DISTRICT, 'post': None}, 'a loss is the districts')
    check(any(x['dossier'] == d.id for x in s.get('intake', '/v1/losses?limit=200', HEAD)['items']), 'it waits for its head')
    d.settle_loss(1, by=HEAD, responsible=DISTRICT)
    d.take_turn(by=CLERK)
    d.endorse().decided().becomes('closing')
    lie_with(s, d, DISTRICT, CLERK, 'take_turn')
    d.number().seal().give_result().take_result().make_ready()
    check(DISTRICT in d.refused('intake', 'papers/give-back', d.desk.receiver, {}, 409)['detail'], 'they are not at the counter')
    equal(d.refused('intake', 'papers/bring-back', APPRAISER, {}, 403)['field'], 'actor', 'the commune does not have them')
    d.bring_back(by=CLERK)
    d.take_back()
    d.give_back(1)
    equal([(b['holder_unit'], b['holder']) for b in bodies(s, d, 'PapersGivenBack')], [(COMMUNE, d.desk.returner)], 'who had them until then')
    d.deliver().archive().becomes('returned', 10)
    equal(turns(s, d), [(COMMUNE, APPRAISER, DISTRICT, 'taken', CLERK, None), (DISTRICT, CLERK, COMMUNE, 'taken', APPRAISER, None),
                        (COMMUNE, APPRAISER, DISTRICT, 'passed_on', None, None), (DISTRICT, None, COMMUNE, 'passed_on', None, None),
                        (COMMUNE, None, DISTRICT, 'taken', CLERK, None)], 'each way, with whoever gave and took them')
    equal([h['act'] for h in papers(s, d)['holdings']],
          ['receive', 'give_transfer', 'take_transfer', 'go_on', 'refuse_turn', 'take_turn', 'go_back', 'take_turn', 'go_on', 'go_back', 'go_on', 'take_turn'])


@test
def what_a_supplement_brings_follows(s):
    d = appraised(s, TWICE)
    second = f'{DISTRICT}-td03'
    lie_with(s, d, DISTRICT, None, 'go_on')
    d.assign(second)
    d.ask_supplement(by=second, filed_by=second)
    d.becomes('awaiting_supplement')
    lie_with(s, d, DISTRICT, None, 'go_on')
    d.supply()
    d.give_supply()
    equal([(x['unit'], x['going_to']) for x in papers(s, d)['apart']], [(COMMUNE, DISTRICT)], 'to whoever has the dossier')
    d.assign(second).conclude(by=second, content=b'%PDF-1.4 of the district')
    d.send_back()                                       # to the district itself: nothing moves
    d.take_supply(by=CLERK)
    equal(papers(s, d)['apart'], [])
    d.assign(second).conclude(by=second, content=b'%PDF-1.4 of the district, again').decided().becomes('closing')
    lie_with(s, d, DISTRICT, None, 'go_on')
    equal(turns(s, d), [(COMMUNE, APPRAISER, DISTRICT, 'passed_on', None, None)])

    late = Dossier(s, desk(), ENDORSED).receive().give_transfer().take_transfer().assign()
    late.ask_supplement()
    late.becomes('awaiting_supplement')
    late.supply()
    late.give_supply()
    late.assign().conclude()
    until(lambda: [x['going_to'] for x in papers(s, late)['apart']] == [DISTRICT], 15, 'on its way it goes to where the others went')
    equal(late.refused('intake', 'transfers/take', APPRAISER, {'supplement': 1}, 403)['field'], 'actor')
    late.take_supply(by=CLERK)
    equal(papers(s, late)['apart'], [])


@test
def what_ends_without_a_result_comes_back_from_where_it_is(s):
    d = appraised(s, components=ORIGINAL)
    lie_with(s, d, DISTRICT, None, 'go_on')
    d.ask_back()
    d.let_go()
    d.becomes('withdrawn', 7)
    lie_with(s, d, DISTRICT, None, 'go_on')
    d.refused('intake', 'papers/give-back', d.desk.receiver, {}, 409)
    d.bring_back(by=CLERK)                              # nobody had signed for them there
    d.take_back()
    d.give_back(1)
    equal([(b['from_unit'], b['to_unit']) for b in bodies(s, d, 'PapersBroughtBack')], [(DISTRICT, COMMUNE)])
    stopped = appraised(s)
    lie_with(s, stopped, DISTRICT, None, 'go_on')
    stopped.take_turn(by=CLERK)
    stopped.ask_stop(by=f'{DISTRICT}-td03')
    stopped.sign_stop()
    stopped.becomes('closing')
    lie_with(s, stopped, DISTRICT, CLERK, 'take_turn')


@test
def whoever_has_them_sees_the_dossier(s):
    """Two decisions, each of another department: whoever decides last keeps the papers, and is neither the competent nor the receiving unit."""
    decided_first(s)
    first, second = petrol_desk(), other_desk()
    clerk = f'{SECOND}-vt01'
    d = Dossier(s, first, IN_TURN).receive().give_transfer().take_transfer().assign().conclude()
    until(lambda: d.in_list('approval', first.approver), 15, 'its own unit decides first')
    check(not seen_by(s, d, clerk), 'the other one has no business with it yet')
    d.decided()
    lie_with(s, d, SECOND, None, 'go_on')
    check(seen_by(s, d, clerk), 'it sees what it has')
    d.take_turn(by=clerk)
    d.desk = second
    d.assign().conclude(content=b'%PDF-1.4 of the second department').decided().becomes('closing')
    lie_with(s, d, SECOND, clerk, 'take_turn')
    check(seen_by(s, d, clerk), 'who decided last has them, and sees them')
    equal([t[:4] for t in turns(s, d)], [(LEAD, first.appraiser, SECOND, 'taken')])


@test
def a_simulated_day_of_them_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '40', '--connections', '4', '--seed', '29', '--units', LEAD, '--mix', 'on_spot=0,not_taken=40')
    check('no difference' in done.out, 'the books balance', done.out[-2500:])
    acts = s.value(f"SELECT string_agg(DISTINCT h.act, ' ' ORDER BY h.act) FROM intake.holding h JOIN intake.dossier d ON d.id = h.dossier WHERE d.procedure = '{IN_TURN}' AND d.received_at > '2019-10-01'")
    check(all(act in acts.split() for act in ('go_on', 'take_turn', 'refuse_turn')), 'some of them went on, were taken, and were refused at first', acts)


@test
def of_files_nothing_changes_hands(s):
    d = appraised(s, channel='online', components=[{'name': 'Đơn', 'form': 'electronic'}])
    until(lambda: d.in_list('appraisal', d.desk.endorser), 15, 'the district works on it')
    equal(papers(s, d)['holder'], None)
    equal(turns(s, d), [])
    equal(d.refused('intake', 'turn/take', CLERK, {}, 409)['field'], 'turn', 'there is nothing to sign for')
    d.endorse().decided().becomes('closing')


@test
def what_the_citizen_has_back_does_not_go_on(s):
    d = Dossier(s, desk(), ENDORSED).receive(components=ORIGINAL).give_transfer().take_transfer().assign()
    d.bring_back()
    d.take_back()
    d.give_back()
    d.conclude()
    until(lambda: d.in_list('appraisal', d.desk.endorser), 15, 'the district works on it')
    equal(turns(s, d), [])
    equal(d.refused('intake', 'turn/take', CLERK, {}, 409)['field'], 'turn', 'there is nothing to sign for')
    d.endorse().decided().becomes('closing')


@test
def the_clerk_passes_on_what_is_the_clerks(s):
    given_by_the_clerk(s)
    d, clerk = Dossier(s, desk(), BY_CLERK).receive(components=ORIGINAL), f'{COMMUNE}-vt01'
    equal(d.refused('intake', 'transfers/give', d.desk.receiver, {}, 403)['field'], 'actor', 'the step names another role')
    equal(d.refused('intake', 'transfers/give', CLERK, {}, 403)['field'], 'actor', 'nor another unit\'s clerk')
    d.give_transfer(by=clerk)
    lie_with(s, d, COMMUNE, clerk, 'give_transfer', going_to=COMMUNE)
    equal(d.refused('intake', 'transfers/take', clerk, {}, 403)['field'], 'actor', 'giver and receiver are two')
    d.take_transfer().assign().conclude()
    lie_with(s, d, DISTRICT, None, 'go_on')
    d.endorse().decided().becomes('closing')
    other = Dossier(s, desk(), ENDORSED).receive()
    equal(other.refused('intake', 'transfers/give', clerk, {}, 403)['field'], 'actor', 'nor is the receiver\'s the clerk\'s')


main(System)
