#!/usr/bin/env python3
"""The running chain: dossiers of real procedures go from counter to counter, and everybody sees what he should see."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import proto  # noqa: E402
from story import ADMIN, BIRTH, BUILDING, DISABILITY, INSPECTOR, LAND, MOBILE_BIRTH, OPERATOR, PHAN_THIET, Desk, Dossier, applicant, reception  # noqa: E402
from system import SCHEMA, SERVICES, STAGE_TOPICS, STAGES, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

STRAIGHT = ['Received', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived']


def kpi(s, unit, procedure):
    """The figures of the day, of one procedure in one unit."""
    a = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-31&unit={unit}&procedure={procedure}', INSPECTOR)
    check(a.status == 200, '/v1/kpi answers', a)
    total = {}
    for item in a['items']:
        equal((item['unit'], item['procedure']), (unit, procedure), 'only what was asked for')
        for k, v in item.items():
            if isinstance(v, int):
                total[k] = total.get(k, 0) + v
    return total


@test
def a_dossier_goes_on_the_spot_from_reception_to_archive(s):
    desk = Desk('H11.35.22')
    d = Dossier(s, desk, BIRTH)
    told = []

    def tells(*types):
        told.extend(types)
        d.is_told_as(*told)

    # The citizen leaves with a code and a date.
    d.receive()
    check(d.code.startswith('000.22.35.H11-191001-'), 'the code of Decree 61/2018', d.code)
    equal(d.received['state'], 'received')
    equal(d.received['route'], 'on_the_spot')
    equal(d.received['due_at'][:10], '2019-10-01', 'same day')
    d.becomes('received', 2)
    check(d.in_list('intake', desk.receiver), 'it is on the list of intake')
    tells('Received')

    # The appraiser at the counter takes it himself.
    row = until(lambda: d.in_list('appraisal', desk.appraiser), 10, 'it appears on the list of appraisal')
    equal(row['state'], 'queued')
    d.assign()
    equal(d.in_list('appraisal', desk.appraiser)['state'], 'assigned', 'his own decision is shown at once')
    d.becomes('in_process', 4)
    check(d.in_list('approval', desk.approver, '&state=pending') is None, 'approval has nothing to decide yet')
    d.conclude('for')
    tells('Assigned', 'DocumentFiled', 'Appraised')

    # The deputy chairman at the counter decides, then signs: two acts.
    row = until(lambda: d.in_list('approval', desk.approver, '&state=pending'), 10, 'it appears on the list of approval')
    d.grant()
    equal(d.state(), 'in_process', 'a decision counts when it is signed')
    check(d.in_list('return', desk.clerk) is None, 'return takes up nothing that is not signed')
    d.sign()
    d.becomes('closing', 4)
    tells('Granted', 'Signed')

    # The clerk numbers and seals: only now it is finished.
    row = until(lambda: d.in_list('return', desk.clerk), 10, 'it appears on the list of return')
    equal(row['state'], 'awaiting_issue')
    d.number()
    check(d.numbered.get('text', d.numbered.get('number_text', '')).endswith('/KQ-UBND'), 'the number is of the series', d.numbered)
    equal(d.state(), 'closing', 'a number alone does not finish it')
    d.seal()
    d.becomes('finished', 9)
    d.make_ready().deliver()
    d.becomes('returned', 10)
    d.archive()
    tells('Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived')
    equal(told, STRAIGHT)

    # And it was on the spot: receipt, appraisal, signature, seal and return at one counter.
    equal({e['place'] for e in d.history()['entries']}, {desk.counter}, 'places')
    until(lambda: kpi(s, desk.unit, BIRTH).get('on_the_spot') == 1, 10, 'the figures show it')
    figures = kpi(s, desk.unit, BIRTH)
    equal({k: figures[k] for k in ('received', 'in_process', 'late', 'refused', 'on_the_spot')},
          {'received': 1, 'in_process': 0, 'late': 0, 'refused': 0, 'on_the_spot': 1}, 'figures')
    equal(figures['early'] + figures['on_time'], 1, 'it was not late')


@test
def tracking_tells_the_citizen_where_it_is_and_nothing_of_whom(s):
    d = Dossier(s).receive()
    t = d.track()
    equal(sorted(t), ['code', 'correction', 'due_at', 'extension', 'loss', 'national_status', 'owed', 'procedure_name', 'promised_at', 'ready', 'state', 'state_vi', 'stop', 'supplement', 'withdrawal'], 'members of a tracking answer')
    equal(t['supplement'], None, 'nothing is asked of him')
    equal(t['procedure_name'], 'Thủ tục đăng ký khai sinh')
    check('Nguyễn' not in str(t) and '060123456789' not in str(t), 'no personal data', t)
    equal(s.get('intake', '/v1/track/000.21.35.H11-191001-9998', None).status, 404, 'a code that was never given')


@test
def a_dossier_is_refused_at_the_counter_and_gets_no_code(s):
    desk = Desk('H11.35.23')
    a = s.must('intake', '/v1/refusals', desk.receiver, {
        'counter': desk.counter, 'procedure': BIRTH, 'channel': 'counter', 'applicant': applicant(),
        'reasons': ['not_eligible', 'wrong_agency'], 'explanation': 'Không đủ điều kiện'})
    equal(a.status, 201)
    equal(a['state'], 'refused')
    check(not a.json.get('code'), 'nothing was accepted: no code', a)
    until(lambda: kpi(s, desk.unit, BIRTH).get('refused') == 1, 10, 'the figures show a refusal')
    equal(kpi(s, desk.unit, BIRTH)['received'], 0, 'nothing was received')


@test
def a_dossier_is_refused_by_decision_and_the_refusal_goes_the_same_way(s):
    d = Dossier(s, Desk('H11.35.24')).receive().appraised('against')
    d.refused('approval', 'grant', d.desk.approver, {'mandate': d.desk.mandate, 'draft': d.draft}, 409)
    d.refuse().sign().becomes('closing')
    equal(d.reasons_given('approval', d.desk.approver), [('Appraised', d.desk.appraiser, ['not_eligible']), ('DecisionRefused', d.desk.approver, ['not_eligible'])])
    equal(d.reasons_given('appraisal', d.desk.appraiser), [('Appraised', d.desk.appraiser, ['not_eligible'])])
    until(lambda: d.in_list('return', d.desk.clerk), 10, 'the refusal is to be issued')
    d.refused('return', 'number', d.desk.clerk, {'series': d.desk.result_series}, 422)
    d.returned(refusal=True).becomes('returned', 10)
    check('/TB-UBND' in str(d.numbered), 'the number is of the series of refusals', d.numbered)
    d.is_told_as('Received', 'Assigned', 'DocumentFiled', 'Appraised', 'DecisionRefused', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived')
    equal(d.history()['result'], 'refused', 'how it ended')


@test
def what_the_approver_sends_back_is_appraised_in_a_second_round(s):
    d = Dossier(s, Desk('H11.35.25')).receive().appraised()
    first = d.draft
    d.send_back(reasons=['invalid_document', 'wrong_draft'])
    row = until(lambda: (r := d.in_list('appraisal', d.desk.appraiser)) and r['state'] == 'queued' and r, 10, 'it is queued again')
    equal(row['round'], 2, 'round')
    equal(d.reasons_given('appraisal', d.desk.appraiser), [('SentBack', d.desk.approver, ['invalid_document', 'wrong_draft'])], 'the appraiser reads why')
    d.assign().conclude(content=b'%PDF-1.4 second draft')
    check(d.draft['sha256'] != first['sha256'], 'another draft')
    until(lambda: (r := d.in_list('approval', d.desk.approver, '&state=pending')) and r['round'] == 2, 10, 'approval has a second round')
    d.refused('approval', 'grant', d.desk.approver, {'mandate': d.desk.mandate, 'draft': first}, 422)
    d.decided().returned().becomes('returned', 10)
    d.is_told_as('Received', 'Assigned', 'DocumentFiled', 'Appraised', 'SentBack', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed',
                 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived')
    equal([(e['type'], e['round']) for e in d.history()['entries'] if e['type'] in ('Appraised', 'SentBack', 'Granted')],
          [('Appraised', 1), ('SentBack', 1), ('Appraised', 2), ('Granted', 2)], 'rounds')


@test
def what_was_decided_and_not_signed_is_sent_back_too(s):
    d = Dossier(s, Desk('H11.35.25')).receive().appraised()
    until(lambda: d.in_list('approval', d.desk.approver, '&state=pending'), 10, 'it lies before the approver')
    d.grant().send_back()
    d.refused('approval', 'sign', d.desk.approver, {'mandate': d.desk.mandate, 'kind': 'ink_attested', 'document': d.draft}, 409)
    until(lambda: (r := d.in_list('appraisal', d.desk.appraiser)) and r['state'] == 'queued', 10, 'it is queued again')
    d.assign().conclude(content=b'%PDF-1.4 what was wrong is put right')
    until(lambda: (r := d.in_list('approval', d.desk.approver, '&state=pending')) and r['round'] == 2, 10, 'approval has a second round')
    d.decided().returned().becomes('returned', 10)
    equal([(e['type'], e['round']) for e in d.history()['entries'] if e['type'] in ('Granted', 'SentBack', 'Signed')],
          [('Granted', 1), ('SentBack', 1), ('Granted', 2), ('Signed', 2)], 'only what was decided anew is signed')


@test
def a_back_office_dossier_is_transferred_and_its_result_handed_over(s):
    desk = Desk('H11.35.26', at_counter=False)
    d = Dossier(s, desk, MOBILE_BIRTH).receive()
    equal(d.received['route'], 'back_office')
    check(d.in_list('appraisal', desk.appraiser) is None, 'appraisal has it only after the transfer')
    d.refused('intake', 'transfers/take', desk.appraiser, {}, 409)
    d.give_transfer()
    d.refused('intake', 'transfers/give', desk.receiver, {}, 409)
    d.take_transfer()
    until(lambda: d.in_list('appraisal', desk.appraiser), 10, 'appraisal has it')
    d.assign(by=desk.head).conclude().decided()
    d.number().seal().becomes('finished', 9)
    d.refused('return', 'ready', desk.returner, {}, 409)
    d.give_result().take_result().make_ready().deliver().becomes('returned', 10).archive()
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed',
                 'HandOverGiven', 'HandOverTaken', 'Ready', 'HandedOver', 'Archived')
    places = {e['type']: e['place'] for e in d.history()['entries']}
    equal({t: places[t] for t in ('Received', 'Appraised', 'Signed', 'Sealed', 'HandedOver')},
          {'Received': desk.counter, 'Appraised': 'office', 'Signed': 'office', 'Sealed': 'office', 'HandedOver': desk.counter}, 'places')
    until(lambda: kpi(s, desk.unit, MOBILE_BIRTH).get('early') == 1, 10, 'it is early')
    equal(kpi(s, desk.unit, MOBILE_BIRTH)['on_the_spot'], 0, 'it was not on the spot')


@test
def papers_that_were_not_taken_go_back_to_the_giver_who_gives_them_again(s):
    desk = Desk('H11.35.27', at_counter=False)
    d = Dossier(s, desk, MOBILE_BIRTH).receive().give_transfer()
    d._post('intake', f'/v1/dossiers/{d.id}/transfers/refuse', desk.appraiser, {'reason': 'Thiếu tờ khai'})
    d.give_transfer().take_transfer()
    d.is_told_as('Received', 'TransferGiven', 'TransferRefused', 'TransferGiven', 'TransferTaken')
    until(lambda: d.in_list('appraisal', desk.appraiser), 10, 'appraisal has it')


@test
def a_procedure_of_two_rounds_is_appraised_and_decided_twice(s):
    desk = Desk('H11.35.28', at_counter=False)
    d = Dossier(s, desk, DISABILITY).receive().give_transfer().take_transfer()
    d.assign().conclude(content=b'%PDF-1.4 degree of disability').decided()
    equal(d.state(), 'in_process', 'only the last decision closes it')
    check(d.in_list('return', desk.clerk) is None, 'return waits for the last signature')
    row = until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['state'] == 'queued' and r, 10, 'the second appraise step is open')
    equal(row['step'], 5, 'step')
    d.assign().conclude(content=b'%PDF-1.4 certificate').decided().becomes('closing')
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed',
                 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed',
                 'Numbered', 'Sealed', 'HandOverGiven', 'HandOverTaken', 'Ready', 'HandedOver', 'Archived')
    equal([(e['type'], e['step']) for e in d.history()['entries'] if e['type'] in ('Appraised', 'Signed')],
          [('Appraised', 3), ('Signed', 4), ('Appraised', 5), ('Signed', 6)], 'steps')


@test
def a_refusal_in_the_first_round_skips_what_would_follow(s):
    desk = Desk('H11.35.29', at_counter=False)
    d = Dossier(s, desk, DISABILITY).receive().give_transfer().take_transfer()
    d.assign().conclude('against').refuse().sign().becomes('closing')
    until(lambda: d.in_list('return', desk.clerk), 10, 'return has it at once')
    d.number(refusal=True).seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)


@test
def a_dossier_is_verified_endorsed_and_waits_for_an_obligation(s):
    desk = Desk(PHAN_THIET, at_counter=False)
    d = Dossier(s, desk, LAND).receive().give_transfer().take_transfer()

    # Somebody looks at it first, and says so in minutes.
    row = until(lambda: d.in_list('appraisal', desk.appraiser), 10, 'it is to be verified')
    equal((row['kind'], row['state'], row['step']), ('verify', 'queued', 3))
    d.assign().becomes('in_process', 4)
    d.refused('appraisal', 'conclude', desk.appraiser, {'opinion': 'for', 'draft': d.file()}, 409)
    d.verify()
    a = s.get('appraisal', f'/v1/appraisals/{d.id}', desk.appraiser)
    step = next(x for x in a['steps'] if x['kind'] == 'verify')
    equal((step['state'], [(v['others'], v['participants']) for v in step['verifications']]), ('verified', [(2, [desk.appraiser])]), 'what was recorded')

    # Then it is appraised, and the head of office endorses exactly that draft.
    d.assign().conclude()
    first = d.draft
    row = until(lambda: (r := d.in_list('appraisal', desk.endorser)) and r['kind'] == 'endorse' and r, 10, 'the endorser has it on his list')
    equal((row['state'], row['round']), ('queued', 1))
    check(d.in_list('approval', desk.approver, '&state=pending') is None, 'the approver has nothing to decide yet')
    d.refused('appraisal', 'endorse', desk.appraiser, {'draft': d.draft}, 403)
    d.refused('appraisal', 'endorse', desk.endorser, {'draft': {**d.draft, 'sha256': '0' * 64}}, 422)
    d.return_draft()
    equal(d.reasons_given('appraisal', desk.appraiser), [('DraftReturned', desk.endorser, ['wrong_draft'])], 'the appraiser reads why')
    d.refused('appraisal', 'endorse', desk.endorser, {'draft': first}, 409)
    d.assign().conclude(content=b'%PDF-1.4 second draft')
    a = d.refused('appraisal', 'endorse', desk.endorser, {'draft': first}, 422)
    equal(a['field'], 'draft.sha256', 'not the draft that lies before him')
    d.endorse()
    until(lambda: d.in_list('approval', desk.approver, '&state=pending'), 10, 'now the approver has it')
    d.refused('approval', 'grant', desk.approver, {'mandate': desk.mandate, 'draft': first}, 422)
    d.refused('intake', 'obligation', desk.appraiser, {'notice': '12/TB-CCT'}, 409)
    d.decided()

    # The tax office tells what is to be paid: the clock stands still until it is.
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', desk.appraiser)['obligations'], 10, 'the obligation is expected')
    a = d.refused('intake', 'obligation', desk.appraiser, {}, 422)
    equal(a['field'], 'notice')
    d.refused('intake', 'obligation', 'H11.35.21-td02', {'notice': '12/TB-CCT'}, 403)
    before = d.owe()['due_at']
    d.becomes('awaiting_obligation', 6)
    check(d.in_list('appraisal', desk.appraiser) is None, 'nobody has anything to do meanwhile')
    after = d.pay()
    check(after['due_at'] > before, 'the date has moved by the pause', before, after)
    d.becomes('in_process', 4)
    told = s.get('intake', f'/v1/dossiers/{d.id}/deadline', desk.appraiser)
    equal((told['due_at'][:19], told['promised_at'][:19]), (after['due_at'][:19], before[:19]), 'the date, and the one on the receipt')
    check('12/TB-CCT' in told.body.decode(), 'it says why', told)
    equal(s.get('intake', f'/v1/dossiers/{d.code}/deadline', desk.appraiser).body, told.body, 'the code finds it too')
    row = until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['step'] == 8 and r, 10, 'the second appraise step is open')
    equal(row['due_at'][:19], after['due_at'][:19], 'the list of appraisal has the date that was moved')
    d.assign().conclude(content=b'%PDF-1.4 certificate').decided().becomes('closing')
    equal(until(lambda: d.in_list('return', desk.clerk), 10)['due_at'][:19], after['due_at'][:19], 'so has the list of return')
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'DocumentFiled', 'DocumentFiled', 'Verified', 'Assigned', 'DocumentFiled', 'Appraised',
                 'DraftReturned', 'Assigned', 'DocumentFiled', 'Appraised', 'Endorsed', 'Granted', 'Signed', 'ObligationOpened', 'ObligationMet',
                 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed',
                 'Numbered', 'Sealed', 'HandOverGiven', 'HandOverTaken', 'Ready', 'HandedOver', 'Archived')
    equal([(e['type'], e['step'], e['round']) for e in d.history()['entries'] if e['type'] in ('Verified', 'DraftReturned', 'Endorsed', 'ObligationMet', 'Granted')],
          [('Verified', 3, 1), ('DraftReturned', 5, 1), ('Endorsed', 5, 2), ('Granted', 6, 1), ('ObligationMet', 7, 1), ('Granted', 9, 1)], 'steps and rounds')


@test
def another_unit_is_consulted_and_answers(s):
    desk = Desk(PHAN_THIET, at_counter=False)
    adviser, other = 'H11.36-td03', 'H11.37-td03'
    d = Dossier(s, desk, BUILDING).receive().give_transfer().take_transfer().assign()
    equal(s.get('intake', f'/v1/dossiers/{d.id}', adviser).status, 404, 'the other unit has no business with it yet')
    d.ask('H11.36')
    row = until(lambda: d.in_list('appraisal', adviser), 10, 'the asked unit has it on its list')
    equal((row['kind'], row['state'], row['asked']), ('consult', 'consulting', 'H11.36'))
    d.refused('appraisal', 'answer', desk.appraiser, {'answer': d.file('opinion')}, 403)
    d.refused('appraisal', 'answer', other, {'answer': d.draft or {'id': d.id, 'sha256': '0' * 64, 'pages': 1}}, 403)
    d.refused('appraisal', 'conclude', adviser, {'opinion': 'for', 'draft': {'id': d.id, 'sha256': '0' * 64, 'pages': 1}}, 403)
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', adviser).status == 200, 10, 'it may see the dossier now')
    d.answer(adviser)
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', adviser).status == 404, 10, 'and no more, once it has answered')
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['kind'] == 'appraise', 10, 'it is to be appraised')
    check(d.in_list('appraisal', adviser) is None, 'the asked unit has nothing left to do')
    d.assign().conclude().decided().becomes('closing')
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)
    told = d.story()
    check(told.index('ConsultationAsked') < told.index('Consulted') < told.index('Appraised'), 'in this order', told)


@test
def the_same_person_never_appraises_and_approves_one_dossier(s):
    # A post with both roles, only for this.
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [{
        'kind': 'officer', 'id': 'H11.35.21-xx01', 'valid_from': '2019-01-01', 'valid_to': '2025-07-01', 'unit': 'H11.35.21',
        'counter': 'H11.35.21-Q1', 'title': 'Kiêm nhiệm', 'roles': ['appraiser', 'approver']}]})
    s.must('approval', '/v1/mandates', ADMIN, {'mandate': 'H11.35.21-xx01-kt', 'officer': 'H11.35.21-xx01', 'unit': 'H11.35.21', 'form': 'KT',
                                               'procedures': ['*'], 'legal_basis': 'thử', 'valid_from': '2019-10-01'})
    release = s.release('intake')
    everywhere = lambda: {n: r for n in SERVICES if (r := s.release(n)) != release}
    try:
        until(lambda: not everywhere(), 15)
    except AssertionError:
        raise AssertionError(f"release {release} did not reach {everywhere()}; catalogue_release: "
                             + str({n: s.value(f'SELECT number FROM "{n}".catalogue_release') for n in everywhere()})) from None
    both = ('H11.35.21-xx01', 'appraiser,approver', 'H11.35.21')
    d = Dossier(s).receive()
    d._post('appraisal', f'/v1/appraisals/{d.id}/assign', both, {'officer': both[0]})
    d.conclude(by=both)
    a = d.refused('approval', 'grant', both, {'mandate': 'H11.35.21-xx01-kt', 'draft': d.draft}, 403)
    check(a.json['detail_en'] and a.json['detail'], 'it says why', a)
    d.decided()


@test
def a_mandate_holds_for_its_officer_unit_day_and_procedures_only(s):
    d = Dossier(s).receive().appraised()
    grant = lambda mandate, by=d.desk.approver: s.post('approval', f'/v1/approvals/{d.id}/grant', by, {'mandate': mandate, 'draft': d.draft}, seen=d.seen)
    for mandate, why in [('H11.35.21-pd01-tm', 'of another officer'), ('H11.35.22-pd02-kt', 'of another unit'), ('nobody-has-this', 'unknown')]:
        check(grant(mandate).status in (403, 422), f'a mandate {why}', grant(mandate))
    for code, more, why in [('late', {'valid_from': '2019-10-02'}, 'not yet valid'), ('early', {'valid_from': '2019-01-01', 'valid_to': '2019-10-01'}, 'no longer valid'),
                            ('other', {'valid_from': '2019-01-01', 'procedures': ['2.000815']}, 'for other procedures')]:
        s.must('approval', '/v1/mandates', ADMIN, {'mandate': f'm-{code}', 'officer': d.desk.approver, 'unit': d.desk.unit, 'form': 'KT', 'procedures': ['*'],
                                                   'legal_basis': 'thử', **more})
        a = grant(f'm-{code}')
        check(a.status in (403, 422), f'a mandate that is {why}', a)
    grant_ok = grant('H11.35.21-pd02-kt')
    equal(grant_ok.status, 200, 'the right one')


@test
def every_event_is_on_its_topic_with_headers_and_without_a_gap(s):
    d = Dossier(s, Desk('H11.35.30')).whole()
    s.settled()
    records = s.published()
    check(records, 'there are events')
    last = {}
    versions = {}
    for r in records:
        where = f'{r.topic}/{r.partition}@{r.offset}'
        check(r.event is not None, f'{where} can be decoded')
        e, h = r.event, r.headers
        kind, _ = SCHEMA.body(e)
        source = e['source'][len('SOURCE_'):].lower()
        subject = hexid(e['subject_id'])
        equal(r.topic, f'taicho.{source}.v1', f'{where}: topic')
        equal(r.key.decode(), subject, f'{where}: key')
        equal(r.partition, proto.stage_partition(subject), f'{where}: partition')
        wanted = {'ce_specversion': '1.0', 'ce_id': hexid(e['event_id']), 'ce_type': f'vn.taicho.{source}.{kind}', 'ce_source': f'/taicho/{source}',
                  'ce_subject': subject, 'content-type': 'application/protobuf'}
        equal({k: h.get(k) for k in wanted}, wanted, f'{where}: headers')
        check(h.get('ce_time', '').startswith('20'), f'{where}: ce_time', h)
        place = (r.topic, r.partition)
        equal(int(h['ce_sequence']), last.get(place, 0) + 1, f'{where}: ce_sequence')
        last[place] = int(h['ce_sequence'])
        key = (source, subject)
        equal(e['version'], versions.get(key, 0) + 1, f'{where}: version of {source} about {subject}')
        versions[key] = e['version']
        check(e['recorded_at'] > 0 and e['occurred_at'] > 0, f'{where}: times')
    of_d = [SCHEMA.body(r.event)[0] for t in STAGE_TOPICS for r in records if r.topic == t and r.key.decode() == d.id]
    equal(sorted(of_d), sorted(STRAIGHT), 'every event of the dossier')


def hexid(b):
    h = b.hex()
    return f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}'


@test
def no_event_carries_personal_data(s):
    secret = applicant('Trần Văn Bí Mật', identity_number='079999888777', phone='0988777666', address='Số 9 ngõ Kín', email='bi.mat@example.vn')
    d = Dossier(s, Desk('H11.35.31')).receive(applicant=secret, content='Nội dung riêng tư')
    d.appraised().decided().returned()
    s.settled()
    words = ['Bí Mật', '079999888777', '0988777666', 'ngõ Kín', 'bi.mat@', 'riêng tư', 'Dự thảo kết quả']
    for topic in STAGE_TOPICS + ['taicho.audit.entry.v1', 'taicho.audit.kpi.v1']:
        for r in s.kafka.read(topic, 12):
            everything = (r.value or b'') + (r.key or b'') + str(r.headers).encode()
            for w in words:
                check(w.encode() not in everything, f'{topic}: "{w}"')
    for schema in ('appraisal', 'approval', 'return', 'audit'):
        for table in s.psql(f"SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = '\"{schema}\"'::regnamespace").split():
            found = s.value(f"SELECT count(*) FROM \"{schema}\".\"{table}\" t WHERE t::text ~ 'Bí Mật|079999888777|0988777666|ngõ Kín|riêng tư'")
            equal(found, '0', f'{schema}.{table}')


@test
def audit_seals_every_event_once_under_a_gapless_number_with_its_exact_bytes(s):
    import base64
    import hashlib
    Dossier(s, Desk('H11.35.32')).whole()
    s.settled()
    on_topics = {(r.topic, r.partition, r.offset): r.value for r in s.published()}
    entries, after = [], 0
    while True:
        a = s.get('audit', f'/v1/entries?after={after}&limit=200', OPERATOR)
        check(a.status == 200, '/v1/entries', a)
        entries += a['items']
        if not a.json.get('next'):
            break
        after = a['next']
    equal([e['number'] for e in entries], list(range(1, len(entries) + 1)), 'gapless')
    equal(len(entries), len(on_topics), 'as many entries as events')
    for e in entries:
        text = next(v for k, v in e.items() if 'base64' in k)
        data = base64.b64decode(text)
        equal(data, on_topics[(e['topic'], e['partition'], e['offset'])], f"entry {e['number']}")
        if 'sha256' in e:
            equal(e['sha256'], hashlib.sha256(data).hexdigest())
    until(lambda: len(s.kafka.read('taicho.audit.entry.v1', 12)) >= len(entries), 10, 'entries are published')
    published = [SCHEMA.decode('SealedEntry', r.value) for r in s.kafka.read('taicho.audit.entry.v1', 12)]
    equal(sorted(p['number'] for p in published), [e['number'] for e in entries], 'published entries')
    for p in published:
        equal(p['event'], on_topics[(p['topic'], p.get('partition', 0), p.get('offset', 0))], f"published entry {p['number']}")
        equal(p['event_sha256'], hashlib.sha256(p['event']).digest(), f"its hash")


@test
def history_cannot_be_changed_by_the_service_itself(s):
    import subprocess
    for sql in ('UPDATE entry SET actor = actor', 'DELETE FROM entry', 'TRUNCATE entry'):
        run = subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', f'{s.server} dbname={s.database} user=taicho_audit password={s.password}',
                              '-c', f'SET search_path TO audit; {sql}'], capture_output=True)
        check(run.returncode != 0 and b'denied' in run.stderr, f'{sql} is denied', run.stderr.decode())


@test
def no_service_may_read_another_ones_schema(s):
    import subprocess
    for name in STAGES + ['audit']:
        for other in STAGES + ['audit']:
            if name == other:
                continue
            run = subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', f'{s.server} dbname={s.database} user=taicho_{name} password={s.password}',
                                  '-c', f'SELECT count(*) FROM "{other}".subject'], capture_output=True)
            check(run.returncode != 0 and b'denied' in run.stderr, f'{name} must not read {other}', run.stderr.decode())


@test
def reads_of_personal_data_are_recorded(s):
    d = Dossier(s).receive()
    before = int(s.value('SELECT count(*) FROM intake.access_log'))
    for path in (f'/v1/dossiers/{d.id}', f'/v1/dossiers/{d.id}/receipt', '/v1/dossiers?limit=5'):
        equal(s.get('intake', path, d.desk.receiver).status, 200, path)
    check(int(s.value('SELECT count(*) FROM intake.access_log')) >= before + 3, 'each of the three reads left a line')
    check(d.desk.receiver in s.value(f"SELECT string_agg(l::text, ' ') FROM intake.access_log l"), 'it says who')


@test
def a_due_date_explains_itself(s):
    d = Dossier(s, Desk('H11.35.33', at_counter=False), MOBILE_BIRTH).receive()
    equal(d.received['due_at'][:10], '2019-10-08', 'five working days after Tuesday 1 October, over a weekend')
    a = s.get('intake', f'/v1/dossiers/{d.id}/deadline', d.desk.receiver)
    equal(a.status, 200)
    check('2019-10-08' in a.body.decode() and 'working_days' in a.body.decode(), 'it names the rule and the date', a)
    vi = a['explained']['vi']
    check(vi[0].startswith('Theo quy định') and 'Thời hạn pháp lý:' in vi and any(line.startswith('Thời hạn báo cáo') for line in vi), 'both clocks, from the receipt on', vi)


@test
def a_day_before_the_date_is_told_while_an_apology_is_in_time(s):
    d = Dossier(s, Desk('H11.35.35', at_counter=False), MOBILE_BIRTH).receive()
    due = s.value(f"SELECT due_at FROM intake.timer WHERE subject = '{d.id}' AND act = 'due'")
    equal(due, '2019-10-07 00:00:00+00', 'looked at when Monday begins, at 07:00 here; it is due on Tuesday')
    s.ctl('clock', 'forward', '6d')
    until(lambda: 'DueNear' in d.story(), 20, 'the date draws near')
    d.is_told_as('Received', 'DueNear')
    equal(d.history()['overdue'], False)
    s.ctl('clock', 'forward', '2d')
    until(lambda: 'DuePassed' in d.story(), 20, 'the date passes')
    d.is_told_as('Received', 'DueNear', 'DuePassed')


@test
def when_the_date_passes_the_dossier_is_late(s):
    desk = Desk('H11.35.34')
    d = Dossier(s, desk).receive()
    s.ctl('clock', 'forward', '11h')
    until(lambda: 'DuePassed' in d.story(), 20, 'the date passes')
    d.is_told_as('Received', 'DuePassed')
    d.appraised().decided().returned().becomes('returned', 10)
    until(lambda: kpi(s, desk.unit, BIRTH).get('late') == 1, 10, 'it is counted as late')
    # The counter is closed in the evening: nobody is received.
    a = s.post('intake', '/v1/dossiers', desk.receiver, reception(desk))
    equal(a.status, 422, 'the counter is closed')
    equal(a['field'], 'counter')


@test
def when_the_other_unit_keeps_silent_the_head_of_the_counter_is_told_and_it_goes_on(s):
    desk = Desk(PHAN_THIET, at_counter=False)
    d = Dossier(s, desk, BUILDING)
    # It is evening by now: the counter takes in what comes by post.
    d.receive(channel='post').give_transfer().take_transfer().assign().ask('H11.36')
    s.ctl('clock', 'forward', '5d')
    until(lambda: 'ConsultationLapsed' in d.story(), 20, 'the time to answer passes')
    row = until(lambda: d.in_list('appraisal', f'{PHAN_THIET}-tr01', '&state=unanswered'), 10, 'the head of the counter sees it')
    equal((row['kind'], row['asked']), ('consult', 'H11.36'))
    lapsed = next(r for r in s.published() if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == 'ConsultationLapsed')
    equal(SCHEMA.body(lapsed.event)[1]['told'], f'{PHAN_THIET}-tr01', 'who is told')
    a = s.post('appraisal', f'/v1/appraisals/{d.id}/answer', 'H11.36-td03', {'answer': {'id': d.id, 'sha256': '0' * 64, 'pages': 1}}, seen=d.seen)
    equal((a.status, a['field']), (422, 'answer.id'), 'an answer is a paper of the dossier, also when it is late')
    d.assign().answer('H11.36-td03')
    step = next(x for x in s.get('appraisal', f'/v1/appraisals/{d.id}', desk.appraiser)['steps'] if x['kind'] == 'consult')
    equal((step['state'], step['late']), ('unanswered', True), 'the appraiser has it, as late as it was')
    check(step['document'] and step['due_at'] < step['ended_at'] < step['answered_at'], 'with the paper, and when it came', step)
    equal(d.in_list('appraisal', desk.appraiser)['kind'], 'appraise', 'the step that is open stays open')
    d.refused('appraisal', 'answer', 'H11.36-td03', {'answer': d.file('opinion', 'H11.36-td03', b'%PDF-1.4 once more')}, 409)
    told = until(lambda: (x := d.story()) and 'AnsweredLate' in x and x, 10)
    check(told.index('ConsultationLapsed') < told.index('AnsweredLate'), 'in this order', told)
    d.conclude().decided().becomes('closing')


main(System)
