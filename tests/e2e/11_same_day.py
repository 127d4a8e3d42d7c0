#!/usr/bin/env python3
"""A same-day procedure: the officer at the counter has his opinion, and where he is authorised his decision, at once. Each stage takes
it as his act by its own rules; what they forbid waits in the ordinary queue, with its reason."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, BIRTH, EXTRACT, MOBILE_BIRTH, Desk, Dossier, reception, same_day  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402


def received(s, unit, procedure, officer, **what):
    """Handed in and decided at the counter; the draft's handle is kept."""
    d = Dossier(s, Desk(unit), procedure).receive(by=officer, same_day=same_day(**what))
    d.draft = d.received['draft']
    return d


def shown(s, service, d):
    path, who = {'appraisal': ('appraisals', d.desk.appraiser), 'approval': ('approvals', d.desk.approver)}[service]
    return s.get(service, f'/v1/{path}/{d.id}', who).json or {}


def steps(s, service, d):
    return [x['state'] for x in shown(s, service, d).get('steps', [])]


def acts(d):
    """Who did what, where."""
    return [(e['type'], e['actor'], e['place']) for e in (d.history() or {}).get('entries', [])]


@test
def a_simulated_day_with_many_same_day_acts_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '11', '--mix', 'at_once=60')
    check('no difference' in done.out, 'the books balance', done.out[-2500:])


@test
def one_officer_decides_at_once(s):
    unit = 'H11.35.21'
    tc = f'{unit}-tc01'
    d = received(s, unit, EXTRACT, tc, mandate=f'{tc}-tuq')
    until(lambda: steps(s, 'approval', d) == ['signed'], 15, 'it is signed without another command')
    equal(steps(s, 'appraisal', d), ['appraised'])
    equal((shown(s, 'appraisal', d)['forbidden'], shown(s, 'approval', d)['forbidden']), (None, None))
    d.becomes('closing')
    d.returned().becomes('returned', 10)
    d.is_told_as('Received', 'Assigned', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived')
    counter = d.desk.counter
    equal(acts(d)[:5], [(t, tc, counter) for t in ('Received', 'Assigned', 'Appraised', 'Granted', 'Signed')], 'every event says that it was he, at the counter')
    equal((d.history()['timing'], d.history()['on_the_spot']), ('on_time', True))
    kept = s.get('intake', f'/v1/dossiers/{d.id}/documents/{d.draft["id"]}', d.desk.receiver)
    equal((kept['kind'], kept['sha256']), ('draft_result', d.draft['sha256']), 'the draft that was signed is kept')


@test
def what_is_against_is_refused_the_same_way(s):
    unit = 'H11.35.22'
    tc = f'{unit}-tc01'
    d = received(s, unit, EXTRACT, tc, opinion='against', reasons=['not_eligible'], mandate=f'{tc}-tuq')
    until(lambda: steps(s, 'approval', d) == ['signed'], 15)
    d.becomes('closing').returned(refusal=True)
    d.is_told_as('Received', 'Assigned', 'Appraised', 'DecisionRefused', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived')
    equal(d.history()['result'], 'refused')


@test
def without_a_mandate_the_decision_is_left_to_an_approver(s):
    unit = 'H11.35.23'
    d = received(s, unit, EXTRACT, f'{unit}-tc01')
    until(lambda: steps(s, 'approval', d) == ['pending'], 15, 'it lies before the approver')
    equal(shown(s, 'approval', d)['forbidden'], None, 'nothing was forbidden')
    d.decided().becomes('closing')


@test
def who_may_not_appraise_leaves_it_to_the_queue(s):
    d = received(s, 'H11.35.24', EXTRACT, 'H11.35.24-tn01', mandate='H11.35.24-tc01-tuq')
    until(lambda: steps(s, 'appraisal', d) == ['queued'], 15)
    why = shown(s, 'appraisal', d)['forbidden']
    equal((why['act'], why['field']), ('assign', 'same_day'))
    check('tn01' in why['vi'] and 'tn01' in why['en'], 'who and why', why)
    equal(steps(s, 'approval', d), ['expected'], 'what was not appraised is not decided')
    d.assign().conclude().decided().becomes('closing')


@test
def what_he_may_do_is_done_and_the_rest_is_left(s):
    unit = 'H11.35.29'
    tc = f'{unit}-tc01'
    d = received(s, unit, EXTRACT, tc, opinion='against', reasons=['tired'], mandate=f'{tc}-tuq')
    until(lambda: steps(s, 'appraisal', d) == ['assigned'], 15, 'it is his step, without the opinion')
    equal([shown(s, 'appraisal', d)['forbidden'][k] for k in ('act', 'field')], ['conclude', 'reasons'])
    equal(steps(s, 'approval', d), ['expected'])
    d.desk.appraiser = tc
    d.conclude('against').refuse().sign().becomes('closing')


@test
def a_mandate_that_does_not_cover_it_leaves_the_decision_to_the_queue(s):
    unit = 'H11.35.25'
    tc = f'{unit}-tc01'
    for mandate in (f'{tc}-tuq', 'no-such-mandate', f'{unit}-pd01-tm'):  # covers other procedures; is none; is another's
        d = received(s, unit, BIRTH, tc, mandate=mandate)
        until(lambda d=d: steps(s, 'approval', d) == ['pending'], 15)
        equal([shown(s, 'approval', d)['forbidden'][k] for k in ('act', 'field')], ['grant', 'mandate'], mandate)
    d.decided().becomes('closing')


@test
def nobody_appraises_and_decides_where_no_rule_allows_it(s):
    unit = 'H11.35.26'
    tc = f'{unit}-tc01'
    s.must('approval', '/v1/mandates', ADMIN, {'mandate': 'm-all', 'officer': tc, 'unit': unit, 'form': 'TUQ', 'procedures': ['*'],
                                               'legal_basis': 'thử', 'valid_from': '2019-10-01'})
    d = received(s, unit, BIRTH, tc, mandate='m-all')
    until(lambda: steps(s, 'approval', d) == ['pending'], 15)
    equal([shown(s, 'approval', d)['forbidden'][k] for k in ('act', 'field')], ['grant', 'actor'])
    d.refused('approval', 'grant', tc, {'mandate': 'm-all', 'draft': d.draft}, 403)
    # Not even of a procedure that allows it at once: later, by a command, he is one of two people again.
    e = received(s, unit, EXTRACT, tc)
    until(lambda: steps(s, 'approval', e) == ['pending'], 15)
    e.refused('approval', 'grant', tc, {'mandate': 'm-all', 'draft': e.draft}, 403)
    d.decided().becomes('closing')


@test
def the_token_of_the_receipt_is_what_counts(s):
    unit = 'H11.35.27'
    tc = f'{unit}-tc01'
    token = s.token(tc, 'receiver', unit)
    a = s.must('intake', '/v1/dossiers', token, reception(Desk(unit), EXTRACT, same_day=same_day(mandate=f'{tc}-tuq')))
    d = Dossier(s, Desk(unit), EXTRACT)
    d.id, d.code, d.draft, d.seen = a['id'], a['code'], a['draft'], {'intake': a['version']}
    until(lambda: steps(s, 'appraisal', d) == ['queued'], 15)
    equal(shown(s, 'appraisal', d)['forbidden']['act'], 'assign', 'his post may appraise, his token may not')


@test
def what_cannot_be_is_refused_and_nothing_is_kept(s):
    desk, tc = Desk('H11.35.28'), 'H11.35.28-tc01'
    for body, field in (({'opinion': 'maybe'}, 'same_day.opinion'), ({'opinion': 'needs_supplement'}, 'same_day.opinion'), ({'draft': None}, 'same_day.draft'),
                        ({'draft': {**same_day()['draft'], 'pages': 0}}, 'same_day.draft.pages'), ({'draft': {**same_day()['draft'], 'content_base64': ''}}, 'same_day.draft.content_base64'),
                        ({'draft': {**same_day()['draft'], 'kind': 'signed'}}, 'same_day.draft.kind'), ({'opinion': 'against'}, 'same_day.reasons'),
                        ({'reasons': ['x'] * 11}, 'same_day.reasons'), ({'mandate': ''}, 'same_day.mandate'), ({'decision': 'granted'}, 'same_day.decision')):
        wrong = {**same_day(), **body}
        if wrong['draft'] is None:
            del wrong['draft']
        a = s.post('intake', '/v1/dossiers', tc, reception(desk, EXTRACT, same_day=wrong))
        equal((a.status, a.json.get('field')), (422, field), str(body))
    a = s.post('intake', '/v1/dossiers', tc, reception(desk, MOBILE_BIRTH, same_day=same_day()))
    equal((a.status, a['field']), (422, 'same_day'), 'no same-day procedure')
    d = received(s, desk.unit, EXTRACT, tc, mandate=f'{tc}-tuq')
    check(d.code.endswith('-0001'), 'none of them took a code', d.code)


main(System)
