#!/usr/bin/env python3
"""What an appraiser does beside the process, because this dossier needs it: he looks at something himself, and asks units of which the process
says nothing. The step stays with him; whom he asked is waited for as long as he said. Decree 61/2018 Art. 19(3), (5)."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import INSPECTOR, MOBILE_BIRTH, PETROL, Desk, Dossier, petrol_desk  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

FIRST, SECOND, ASKED = 'H11.10', 'H11.11', 'H11.12'     # the first two co-operate in licences for petrol stations
NEIGHBOUR = 'H11.35.24'


def studied(s):
    return Dossier(s, Desk('H11.35.21', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()


def shown(s, d, who=None):
    return s.get('appraisal', f'/v1/appraisals/{d.id}', who or d.desk.appraiser)


def step(s, d):
    return shown(s, d).json['steps'][-1]


def bodies(s, d, kind):
    return [SCHEMA.body(r.event)[1] for r in s.published() if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == kind]


def holdings(s, d):
    return [h['act'] for h in s.get('intake', f'/v1/dossiers/{d.id}/papers', INSPECTOR)['holdings']]


@test
def a_simulated_day_of_it_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '40', '--connections', '4', '--seed', '31', '--mix', 'on_spot=30,beside=70')
    check('no difference' in done.out and all(e in done.out for e in ('VerifiedBeside', 'OpinionAsked', 'Contributed')), 'the books balance', done.out[-2500:])


@test
def he_looks_at_something_as_often_as_it_takes(s):
    d = studied(s)
    due = step(s, d)['due_at']
    d.verify_beside().verify_beside(others=5)
    kept = step(s, d)
    equal((kept['state'], kept['due_at'], [(v['number'], v['others']) for v in kept['verifications']]), ('assigned', due, [(1, 2), (2, 5)]), 'the step stays where it is')
    told = bodies(s, d, 'VerifiedBeside')
    equal([(b['number'], b['what']['participants']) for b in told], [(1, [d.desk.appraiser]), (2, [d.desk.appraiser])])
    minutes = d.file('minutes', d.desk.appraiser, b'%PDF-1.4 minutes')
    body = {'at': s.business_now(), 'place': d.desk.unit, 'participants': [d.desk.appraiser], 'minutes': minutes}
    for more, field in (({'at': '2019-09-01T08:00:00+07:00'}, 'at'), ({'place': 'somewhere'}, 'place'), ({'participants': ['nobody']}, 'participants'),
                        ({'minutes': {**minutes, 'pages': 9}}, 'minutes.pages')):
        equal(d.refused('appraisal', 'verify-beside', d.desk.appraiser, {**body, **more}, 422)['field'], field)
    d.refused('appraisal', 'verify-beside', 'H11.35.21-td01', body, 403)
    d.refused('appraisal', 'verify', d.desk.appraiser, body, 409)              # it is no verify step
    d.conclude().decided().number().seal().becomes('finished', 9)
    equal(d.story().count('VerifiedBeside'), 2)


@test
def he_asks_units_and_waits_for_them(s):
    d = studied(s)
    desk = d.desk
    request = d.file('request', desk.appraiser, b'%PDF-1.4 what do you think?')
    ask = {'unit': NEIGHBOUR, 'hours': 8, 'request': request}
    for more, field in (({'unit': desk.unit}, 'unit'), ({'unit': 'H99'}, 'unit'), ({'hours': 0}, 'hours'), ({'hours': 161}, 'hours'), ({'hours': 'long'}, 'hours'),
                        ({'request': {**request, 'pages': 7}}, 'request.pages')):
        equal(d.refused('appraisal', 'ask-opinion', desk.appraiser, {**ask, **more}, 422)['field'], field)
    d.refused('appraisal', 'ask-opinion', 'H11.35.21-td01', ask, 403)
    d.refused('appraisal', 'ask', desk.appraiser, {'unit': NEIGHBOUR, 'request': request}, 409)        # it is no consult step
    equal(shown(s, d, f'{NEIGHBOUR}-td01').status, 404, 'nobody has asked it')
    a = d.ask_opinion(NEIGHBOUR)
    equal((a['state'], a['asked']), ('assigned', NEIGHBOUR))
    check(a['part_due_at'][:10] == '2019-10-02', 'eight hours from this morning on', a)
    row = until(lambda: d.in_list('appraisal', f'{NEIGHBOUR}-td01'), 10, 'it is on the list of the unit')
    equal([(p['unit'], p['state']) for p in row['parts']], [(NEIGHBOUR, 'queued')])
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', f'{NEIGHBOUR}-td01').status == 200, 10, 'it may look at the papers')
    equal(d.refused('appraisal', 'ask-opinion', desk.appraiser, ask, 409)['field'], 'unit', 'once in a round')
    equal(d.refused('appraisal', 'conclude', desk.appraiser, {'opinion': 'for', 'draft': d.file('draft_result')}, 409)['field'], 'parts')
    d.ask_opinion('H11.35.25', hours=16)
    d.contribute(f'{NEIGHBOUR}-td01', 'for')
    d.contribute('H11.35.25-td01')
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', f'{NEIGHBOUR}-td01').status == 404, 10, 'it has no more business with it')
    equal(holdings(s, d), ['receive', 'give_transfer', 'take_transfer'], 'papers were nowhere else')
    d.conclude().decided().number().seal().becomes('finished', 9)
    asked = bodies(s, d, 'OpinionAsked')
    equal([(b['unit'], b['minutes'], b['part']) for b in asked], [(NEIGHBOUR, 480, 1), ('H11.35.25', 960, 2)])
    check('what do you think' not in str(asked), 'no words of the question in an event')
    steps = s.get('audit', f'/v1/dossiers/{d.code}/steps', INSPECTOR)['steps']
    equal([(x['event'], x['unit'], x['result']) for x in steps if x['event'] == 'Contributed'], [('Contributed', NEIGHBOUR, 'early'), ('Contributed', 'H11.35.25', 'early')])


@test
def who_looked_or_asked_does_not_decide(s):
    """Whoever concludes: nobody has, so approval knows him by these events alone."""
    looked, asked = studied(s), studied(s)
    looked.verify_beside()
    asked.ask_opinion(NEIGHBOUR)
    asked.contribute(f'{NEIGHBOUR}-td01')
    for d in (looked, asked):
        barred = f"SELECT count(*) FROM approval.barred WHERE dossier = '{d.id}' AND officer = '{d.desk.appraiser}'"
        until(lambda: s.value(barred) == '1', 10, 'his hand is kept away from the decision')


@test
def a_question_leaves_the_turns_of_papers_alone(s):
    d = Dossier(s, petrol_desk(), PETROL).receive().give_transfer().take_transfer().assign()
    d.ask_opinion(ASKED, hours=4)
    states = lambda: [(p['number'], p['unit'], p['state']) for p in shown(s, d).json['parts']]
    equal(states(), [(1, FIRST, 'queued'), (2, SECOND, 'waiting'), (3, ASKED, 'queued')])
    d.contribute(f'{ASKED}-td01')
    equal(states(), [(1, FIRST, 'queued'), (2, SECOND, 'waiting'), (3, ASKED, 'given')], 'an answer brings nobody his turn')
    d.contribute(f'{FIRST}-td01')
    d.contribute(f'{SECOND}-td01')
    until(lambda: holdings(s, d)[-1] == 'end_part', 10, 'the papers are back')
    equal(holdings(s, d), ['receive', 'give_transfer', 'take_transfer', 'open_parts', 'open_parts', 'end_part'], 'and were with these two only')
    d.conclude().decided().becomes('closing')


@test
def a_supplement_cancels_what_was_asked(s):
    d = studied(s)
    d.ask_opinion(NEIGHBOUR)
    d.ask_supplement()
    equal([(p['round'], p['unit'], p['state']) for p in shown(s, d).json['parts']], [(1, NEIGHBOUR, 'cancelled')])
    d.becomes('awaiting_supplement', 5)
    check(d.in_list('appraisal', f'{NEIGHBOUR}-td01') is None, 'nothing is awaited of it')
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', f'{NEIGHBOUR}-td01').status == 404, 10, 'nor may it look any more')


@test
def who_keeps_silent_is_told_and_holds_nobody_up(s):
    d = studied(s)
    d.ask_opinion(NEIGHBOUR, hours=1)
    until(lambda: bodies(s, d, 'OpinionAsked'), 10)
    s.ctl('clock', 'forward', '1d')
    until(lambda: 'PartLapsed' in d.story(), 20, 'its hour passes')
    body, = bodies(s, d, 'PartLapsed')
    equal((body['unit'], body['told']), (NEIGHBOUR, 'H11.35.21-pd01'), 'the head of the counter is told')
    late = d.contribute(f'{NEIGHBOUR}-td01', 'for')
    equal((late['late'], [(p['state'], p['late']) for p in shown(s, d).json['parts']]), (True, [('lapsed', True)]), 'what it says after all stands beside its silence')
    d.refused('appraisal', 'contribute', f'{NEIGHBOUR}-td01', {'opinion': 'for', 'answer': d.file('opinion')}, 409)
    d.conclude().decided().becomes('closing')


main(System)
