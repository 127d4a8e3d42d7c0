#!/usr/bin/env python3
"""A same-day procedure: the officer at the counter has his opinion, and where he is authorised his decision, at once, and hands the paper
over. Each stage takes it as his act by its own rules; what they forbid waits in the ordinary queue, with its reason."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, BIRTH, EXTRACT, FILES, MOBILE_BIRTH, PORTAL, Desk, Dossier, costs, filing, late_entry, reception, same_day  # noqa: E402
from system import SCHEMA, System, reference_with  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402


def received(s, unit, procedure, officer, **what):
    """Handed in and decided at the counter; the draft's handle is kept."""
    d = Dossier(s, Desk(unit), procedure).receive(by=officer, same_day=same_day(**what))
    d.draft = d.received['draft']
    return d


def shown(s, service, d):
    path, who = {'appraisal': ('appraisals', d.desk.appraiser), 'approval': ('approvals', d.desk.approver), 'return': ('returns', d.desk.clerk)}[service]
    return s.get(service, f'/v1/{path}/{d.id}', who).json or {}


def steps(s, service, d):
    return [x['state'] for x in shown(s, service, d).get('steps', [])]


def acts(d):
    """Who did what, where."""
    return [(e['type'], e['actor'], e['place']) for e in (d.history() or {}).get('entries', [])]


def heard(d):
    """It is with return. Nobody was answered that it is signed, so that no version says what the next act has to wait for."""
    until(lambda: d.in_list('return', d.desk.clerk), 15, 'return has heard of it')
    return d


@test
def a_simulated_day_with_many_same_day_acts_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '11', '--mix', 'at_once=80,no_at_once=25,left=25,hurried=25')
    check('no difference' in done.out, 'the books balance', done.out[-2500:])
    for how in ('tiếp nhận, giải quyết ngay', 'từ chối giải quyết ngay', 'thẩm định ngay', 'lưu trữ khi chưa đóng dấu'):
        check(how in done.out, f'{how} was driven', done.out[-4000:])


def once(pairs):
    equal(len(dict(pairs)), len(pairs), f'each key once: {[k for k, _ in pairs]}')
    return dict(pairs)


@test
def a_program_reads_the_figures_of_a_day_act_by_act(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '30', '--connections', '4', '--seed', '12', '--mix', 'at_once=80,no_at_once=25,hurried=60', '--json')
    day = json.loads(done.out, object_pairs_hook=once)
    acts = day['commands_ms']
    check(day['books'], 'the books balance', done.err[-2500:])
    equal({n: acts[n]['event'] for n in ('RECEIVE', 'AT_ONCE', 'REFUSE_AT_ONCE', 'HURRY')}, {'RECEIVE': 'Received', 'AT_ONCE': 'Received', 'REFUSE_AT_ONCE': 'Received', 'HURRY': None})
    equal(sum(a['count'] for a in acts.values()), day['commands'])


@test
def one_officer_decides_at_once(s):
    unit = 'H11.35.21'
    tc = f'{unit}-tc01'
    d = received(s, unit, EXTRACT, tc, mandate=f'{tc}-tuq')
    until(lambda: steps(s, 'approval', d) == ['signed'], 15, 'it is signed without another command')
    equal(steps(s, 'appraisal', d), ['appraised'])
    equal((shown(s, 'appraisal', d)['forbidden'], shown(s, 'approval', d)['forbidden']), (None, None))
    d.becomes('closing')
    heard(d).returned().becomes('returned', 10)
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
    heard(d.becomes('closing')).returned(refusal=True)
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
    given = {'mandate': 'm-all', 'officer': tc, 'unit': unit, 'form': 'TUQ', 'procedures': [BIRTH, EXTRACT], 'legal_basis': 'thử', 'valid_from': '2019-10-01', 'valid_to': '2019-12-31'}
    for field, of in (('procedures', {'procedures': ['*']}), ('valid_to', {'valid_to': None})):
        a = s.post('approval', '/v1/mandates', ADMIN, {k: v for k, v in {**given, **of}.items() if v})
        equal((a.status, a.json['field']), (422, field), 'an authorisation is limited')
    s.must('approval', '/v1/mandates', ADMIN, given)
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


ALL = 'receiver,appraiser,approver,clerk,returner'


def handing(unit, refusal=False, **more):
    """What he does with the signed paper."""
    what = {'series': f'{unit}-tb' if refusal else f'{unit}-kq', 'seal': f'{unit}-s2', 'delivery': 'counter', 'who': 'applicant', 'paper': 'receipt', **more}
    return {k: v for k, v in what.items() if v is not None}


def one_post(s, *units):
    """The reference data again: at these counters the officer who decides on the spot is the clerk, too, and keeps the second seal."""
    copy = reference_with(s.dir / 'reference', {'officers': {f'{u}-tc01': {'roles': ALL.replace(',', ' ')} for u in units},
                                                'seals': {f'{u}-s2': {'keeper': f'{u}-tc01'} for u in units}})
    s.ctl('catalogue', 'import', copy)
    for u in units:
        until(lambda u=u: [x['keeper'] for x in s.get('return', f'/v1/seals?after={u}-s1&limit=1', ADMIN)['items']] == [f'{u}-tc01'], 15, 'he keeps the seal')


def handed_out(s, unit, officer_roles=ALL, more=None, headers=None, pays=(), online=False, **what):
    """Handed in, or filed on the portal, decided and handed over at the counter with one command."""
    tc = f'{unit}-tc01'
    refusal = what.get('opinion') == 'against'
    how = {'channel': 'online', 'components': FILES,
           'submission': s.must('intake', '/v1/submissions', PORTAL, filing(Desk(unit), EXTRACT))['id']} if online else {}
    a = s.must('intake', '/v1/dossiers', s.token(tc, officer_roles, unit), reception(Desk(unit), EXTRACT, **how, same_day={
        **same_day(mandate=f'{tc}-tuq', **what), 'return': handing(unit, refusal, **(more or {}))}, **({'payments': pays} if pays else {})), headers=headers or {})
    d = Dossier(s, Desk(unit), EXTRACT)
    d.id, d.code, d.draft, d.seen = a['id'], a['code'], a['draft'], {'intake': a['version']}
    return d


def paper(s, d):
    return (shown(s, 'return', d).get('documents') or [{}])[0]


def left(s, d, state, act, field):
    """The document waits in this state, since this act was forbidden."""
    until(lambda: paper(s, d).get('state') == state and shown(s, 'return', d)['forbidden'], 15, f'it is left {state}')
    why = shown(s, 'return', d)['forbidden']
    equal((why['act'], why['field']), (act, field), str(why))
    check(why['vi'] and why['en'], 'in both languages', why)


@test
def one_officer_hands_it_over_at_once(s):
    """From here on two counters have a post that may do everything."""
    one_post(s, 'H11.35.30', 'H11.35.31')
    unit, told = 'H11.35.30', ('Received', 'Assigned', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver')
    d = handed_out(s, unit)
    d.becomes('returned', 10)
    d.is_told_as(*told)
    equal(acts(d), [(t, f'{unit}-tc01', f'{unit}-Q1') for t in told], 'every event says that it was he, at the counter')
    row = paper(s, d)
    equal([row[k] for k in ('state', 'number_text', 'numbered_by', 'keeper', 'seal_ordinal', 'delivery', 'who', 'paper')],
          ['handed_over', '01/KQ-UBND', f'{unit}-tc01', f'{unit}-tc01', 2, 'counter', 'applicant', 'receipt'])
    equal(shown(s, 'return', d)['forbidden'], None)
    equal({row[k] for k in ('signed_at', 'numbered_at', 'sealed_at', 'ready_at', 'handed_over_at')}, {row['signed_at']}, 'at the moment of the receipt')
    equal((d.history()['timing'], d.history()['on_the_spot'], d.history()['delivery']), ('on_time', True, 'counter'))
    e = handed_out(s, unit, opinion='against', reasons=['not_eligible'], more={'delivery': 'electronic', 'who': None, 'paper': None}, online=True)
    e.becomes('returned', 10)
    equal([paper(s, e)[k] for k in ('outcome', 'number_text', 'delivery')], ['refused', '01/TB-UBND', 'electronic'])
    d.desk.clerk = s.token(f'{unit}-tc01', ALL, unit)
    d.archive()
    for r in s.published():
        if r.key == d.id.encode() and SCHEMA.body(r.event)[0] in ('Numbered', 'Sealed', 'Ready', 'HandedOver'):
            check('command_id' not in r.event and r.event['cause'], 'nobody entered it', r.event)


@test
def numbers_stay_dense_whoever_draws_them(s):
    unit = 'H11.35.31'
    before = int(s.psql(f"SELECT count(*) FROM return.issued_number WHERE series = '{unit}-kq'"))        # the simulated day's
    many = [handed_out(s, unit) for _ in range(4)]
    usual = received(s, unit, EXTRACT, f'{unit}-tc01', mandate=f'{unit}-tc01-tuq')
    until(lambda: steps(s, 'approval', usual) == ['signed'], 15)
    own = s.token(f'{unit}-tc01', ALL, unit)
    equal(heard(usual).refused('return', 'number', own, {'series': f'{unit}-kq'}, 403)['field'], 'actor', 'what he did not number at once another attests')
    usual.number()
    for d in many:
        d.becomes('returned', 10)
    numbers = sorted([paper(s, d)['number'] for d in many] + [usual.numbered['number']])
    equal(numbers, [before + n for n in (1, 2, 3, 4, 5)])


@test
def what_is_forbidden_of_issuing_it_is_left_to_the_clerk(s):
    d = handed_out(s, 'H11.35.32')                                                      # his token says so, his post has no such role
    left(s, d, 'awaiting_issue', 'number', 'actor')
    d.returned().becomes('returned', 10)
    d = handed_out(s, 'H11.35.31', officer_roles='receiver,appraiser,approver')         # the other way round
    left(s, d, 'awaiting_issue', 'number', 'same_day')
    unit = 'H11.35.30'
    for more, state, act, field in (({'series': f'{unit}-tb'}, 'awaiting_issue', 'number', 'series'), ({'series': 'H11.35.31-kq'}, 'awaiting_issue', 'number', 'series'),
                                    ({'seal': f'{unit}-s1'}, 'numbered', 'seal', 'seal'), ({'seal': 'no-such-seal'}, 'numbered', 'seal', 'seal'),
                                    ({'who': 'proxy'}, 'ready', 'deliver', 'authorisation'), ({'paper': None}, 'ready', 'deliver', 'paper'),
                                    ({'delivery': 'post', 'who': None, 'paper': None}, 'ready', 'deliver', 'consignment')):
        d = handed_out(s, unit, more=more)
        left(s, d, state, act, field)
    d.deliver().becomes('returned', 10)
    equal(paper(s, d)['delivery'], 'counter', 'whoever returns results has given it')


@test
def what_the_stages_before_forbid_is_not_issued(s):
    unit = 'H11.35.30'
    tc = f'{unit}-tc01'
    d = Dossier(s, Desk(unit), BIRTH)                                                   # his mandate does not cover it
    a = s.must('intake', '/v1/dossiers', s.token(tc, ALL, unit), reception(Desk(unit), BIRTH, same_day={**same_day(mandate=f'{tc}-tuq'), 'return': handing(unit)}))
    d.id, d.code, d.draft, d.seen = a['id'], a['code'], a['draft'], {'intake': a['version']}
    until(lambda: steps(s, 'approval', d) == ['pending'], 15)
    d.decided().becomes('closing')
    until(lambda: paper(s, d).get('state') == 'awaiting_issue', 15, 'signed later, and by another: it is not his to issue')
    equal(shown(s, 'return', d)['forbidden'], None, 'and nothing of it was forbidden')


@test
def entered_late_it_was_handed_over_at_its_moment(s):
    unit, then = 'H11.35.31', '2019-10-01T07:05:00+07:00'
    d = handed_out(s, unit, headers=late_entry(then, 'software', f'{unit}-pd01'))
    d.becomes('returned', 10)
    row = paper(s, d)
    equal({row[k][:19] for k in ('numbered_at', 'sealed_at', 'ready_at', 'handed_over_at')}, {then[:19]})
    events = [r.event for r in s.published() if r.event and r.key == d.id.encode()]
    equal({(e['late_reason'], e['occurred_at'] == events[0]['occurred_at']) for e in events}, {('software', True)}, 'all of it')


@test
def a_fee_is_paid_with_the_receipt(s):
    """Without, the result waits for it at the counter: everything else is done."""
    costs(s, [{'kind': 'charge', 'basis': 'Nghị quyết', 'valid_from': '2019-10-01', 'code': 'le-phi', 'amount_vnd': 8000, 'due': 'intake'}], EXTRACT)
    unit = 'H11.35.30'
    left(s, handed_out(s, unit), 'ready', 'deliver', 'fee')
    d = handed_out(s, unit, pays=[{'fee': 'le-phi', 'means': 'cash', 'receipt': 'BL-8'}])
    d.becomes('returned', 10)
    told = ['Received', 'FeePaid', 'Assigned', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver']
    until(lambda: sorted(d.story()) == sorted(told), 15, 'every event is written')
    equal({(e['actor'], e['place']) for e in d.history()['entries']}, {(f'{unit}-tc01', f'{unit}-Q1')}, 'all by the officer at the counter')
    equal(d.track()['owed'], [])


@test
def what_cannot_be_is_refused_and_nothing_is_kept(s):
    desk, tc = Desk('H11.35.28'), 'H11.35.28-tc01'
    before = int(s.psql(f"SELECT count(code) FROM intake.dossier WHERE unit = '{desk.unit}'"))        # the simulated day's
    for body, field in (({'opinion': 'maybe'}, 'same_day.opinion'), ({'opinion': 'needs_supplement'}, 'same_day.opinion'), ({'draft': None}, 'same_day.draft'),
                        ({'draft': {**same_day()['draft'], 'pages': 0}}, 'same_day.draft.pages'), ({'draft': {**same_day()['draft'], 'content_base64': ''}}, 'same_day.draft.content_base64'),
                        ({'draft': {**same_day()['draft'], 'kind': 'signed'}}, 'same_day.draft.kind'), ({'opinion': 'against'}, 'same_day.reasons'),
                        ({'return': handing(desk.unit)}, 'same_day.return'), ({'mandate': f'{tc}-tuq', 'return': {**handing(desk.unit), 'series': ''}}, 'same_day.return.series'),
                        ({'mandate': f'{tc}-tuq', 'return': {**handing(desk.unit), 'seal': 7}}, 'same_day.return.seal'),
                        ({'mandate': f'{tc}-tuq', 'return': {**handing(desk.unit), 'delivery': 'pigeon'}}, 'same_day.return.delivery'),
                        ({'mandate': f'{tc}-tuq', 'return': {**handing(desk.unit), 'who': 'neighbour'}}, 'same_day.return.who'),
                        ({'mandate': f'{tc}-tuq', 'return': {**handing(desk.unit), 'paper': 'ticket'}}, 'same_day.return.paper'),
                        ({'mandate': f'{tc}-tuq', 'return': {**handing(desk.unit), 'name': 'A'}}, 'same_day.return.name'),
                        ({'reasons': ['x'] * 11}, 'same_day.reasons'), ({'mandate': ''}, 'same_day.mandate'), ({'decision': 'granted'}, 'same_day.decision')):
        wrong = {**same_day(), **body}
        if wrong['draft'] is None:
            del wrong['draft']
        a = s.post('intake', '/v1/dossiers', tc, reception(desk, EXTRACT, same_day=wrong))
        equal((a.status, a.json.get('field')), (422, field), str(body))
    a = s.post('intake', '/v1/dossiers', tc, reception(desk, MOBILE_BIRTH, same_day=same_day()))
    equal((a.status, a['field']), (422, 'same_day'), 'no same-day procedure')
    for way, how, delivery in (('post', {}, 'counter'), ('post', {}, 'electronic'), ('online', {'components': FILES}, 'counter')):
        given = {**handing(desk.unit, delivery=delivery), **({} if delivery == 'counter' else {'who': None, 'paper': None})}
        a = s.post('intake', '/v1/dossiers', tc, reception(desk, EXTRACT, channel=way, **how, same_day={
            **same_day(mandate=f'{tc}-tuq'), 'return': {k: v for k, v in given.items() if v is not None}}))
        equal((a.status, a.json.get('field')), (422, 'same_day.return.delivery'), f'{way}, {delivery}: nobody is there')
    d = received(s, desk.unit, EXTRACT, tc, mandate=f'{tc}-tuq')
    equal(int(d.code[-4:]), before + 1, 'none of them took a code')


main(System)
