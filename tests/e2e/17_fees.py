#!/usr/bin/env python3
"""What is to be paid: by the rules of the day and the channel, due with the receipt, a supplement or the result; paid, waived, given back;
no clock and no work waits for it, only the hand-over of a result that grants; and audit counts it."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, BIRTH, INSPECTOR, LAND, MOBILE_BIRTH, PHAN_THIET, PORTAL, Desk, Dossier, applicant, costs, reception  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

BASIS = 'Nghị quyết thử nghiệm, Điều 3'
ANY = {'kind': 'fee', 'basis': BASIS, 'valid_from': '2019-10-01'}
FEES = [{**ANY, 'code': 'le-phi', 'kind': 'charge', 'amount_vnd': 50000, 'online_vnd': 0, 'due': 'intake', 'exemptions': ['elderly']},
        {**ANY, 'code': 'tham-dinh', 'amount_vnd': 200000, 'due': 'intake', 'refund': ['refused', 'withdrawn']},
        {**ANY, 'code': 'bo-sung', 'amount_vnd': 30000, 'due': 'supplement'},
        {**ANY, 'code': 'cap-phep', 'amount_vnd': 150000, 'due': 'return'},
        {**ANY, 'code': 'le-phi', 'kind': 'charge', 'amount_vnd': 99000, 'due': 'intake', 'valid_from': '2019-01-01', 'valid_to': '2019-10-01'}]


def fees_of(s, d):
    return {f['fee']: f for f in s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json['fees']}


def owed(d):
    return [(f['fee'], f['amount_vnd']) for f in d.track()['owed']]


def figures(s, d):
    return s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={d.desk.unit}', INSPECTOR)['fees']


def counted(s, d, before, **more):
    wanted = {k: v + more.get(k, 0) for k, v in before.items()}
    until(lambda: figures(s, d) == wanted, 15, f'audit counts {wanted}')


@test
def a_simulated_day_of_payers_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '150', '--connections', '4', '--seed', '17', '--mix', 'paid_online=40,exempt=60,rejected=15,supplement=15')
    check('no difference' in done.out and 'FeePaid' in done.out, 'the books balance', done.out[-2500:])
    f = s.get('audit', '/v1/kpi?from=2019-10-01&to=2019-10-01', INSPECTOR)['fees']
    check(f['due'] > 0 and f['due_vnd'] == f['paid_vnd'] + f['waived_vnd'], 'all that was due is paid or waived', f)
    equal(f['paid'], f['paid_cash'] + f['paid_transfer'] + f['paid_post'] + f['paid_online'])
    check(f['refunded_vnd'] <= f['paid_vnd'], 'no more is given back than was paid', f)
    check('Phí, lệ phí (fees): ' in s.ctl('report').out, 'the report shows it', s.ctl('report').out[-1500:])


@test
def a_release_names_the_rule_that_is_wrong(s):
    now = s.get('intake', f'/v1/catalogue/procedure/{BIRTH}?day=2019-10-01', ADMIN).json
    record = {k: v for k, v in now.items() if k not in ('version', 'release')}
    for wrong, field in (({'due': 'never'}, 'due'), ({'due': 'return', 'refund': ['refused']}, 'refund'), ({'exemptions': ['king']}, 'exemptions'),
                         ({'amount_vnd': -1}, 'amount_vnd'), ({'kind': 'tax'}, 'kind'), ({'basis': ''}, 'basis'), ({'valid_to': '2019-01-01'}, 'valid_to')):
        a = s.post('intake', '/v1/catalogue/releases', ADMIN, {'records': [{**record, 'fees': [{**FEES[1], **wrong}]}]})
        equal((a.status, a.json['field']), (422, f'records[0].fees[0].{field}'), wrong)
    a = s.post('intake', '/v1/catalogue/releases', ADMIN, {'records': [{**record, 'fees': [FEES[0], FEES[0]]}]})
    equal((a.status, a.json['field']), (422, 'records[0].fees'), 'two rules of one code on one day')
    costs(s, FEES, BIRTH, MOBILE_BIRTH)
    shown = s.get('intake', f'/v1/catalogue/procedure/{BIRTH}?day=2019-10-01', ADMIN).json['fees']
    equal([(f['code'], f['amount_vnd'], f['online_vnd'], f['post_vnd'], f['due']) for f in shown[:2]],
          [('le-phi', 50000, 0, 50000, 'intake'), ('tham-dinh', 200000, 200000, 200000, 'intake')])


@test
def a_result_that_grants_waits_until_all_is_paid(s):
    desk = Desk('H11.35.26')
    free = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={desk.unit}', INSPECTOR)['fees']
    d = Dossier(s, desk, BIRTH).receive()
    equal([(f['fee'], f['amount_vnd'], f['due']) for f in d.received['fees']],
          [('bo-sung', 30000, 'supplement'), ('cap-phep', 150000, 'return'), ('le-phi', 50000, 'intake'), ('tham-dinh', 200000, 'intake')])
    equal(owed(d), [('le-phi', 50000), ('tham-dinh', 200000)], 'the citizen sees what is due, and no more')
    counted(s, d, free, fee_dossiers=1, due=2, due_vnd=250000)
    due_at = d.received['due_at']
    d.appraised().decided().number().seal().make_ready()        # nothing of that waits
    a = d.refused('return', 'deliver', desk.returner, {'delivery': 'counter', 'who': 'applicant', 'paper': 'receipt'}, 409)
    equal(a.json['field'], 'fee')
    check('"cap-phep" (150000' in a.json['detail'] and '"cap-phep" (150000' in a.json['detail_en'], 'it names the fee', a)
    d.becomes('finished', 9)
    until(lambda: fees_of(s, d)['cap-phep']['state'] == 'due', 15, 'the result lies ready')
    equal([f for f, _ in owed(d)], ['cap-phep', 'le-phi', 'tham-dinh'])
    equal(d.pay_fee('le-phi')['state'], 'paid')
    equal(d.pay_fee('tham-dinh', by=desk.returner, means='transfer', receipt='GD-77')['amount_vnd'], 200000)
    d.refused('return', 'deliver', desk.returner, {'delivery': 'post', 'consignment': 'EE123456785VN'}, 409)
    equal([x['fee'] for x in s.get('return', f'/v1/returns/{d.id}', desk.returner).json['owed']], ['cap-phep'])
    d.pay_fee('cap-phep', by=PORTAL, means='online', receipt='PAY-1')
    equal(owed(d), [])
    d.deliver().archive().becomes('returned', 10)
    shown = s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver).json
    equal((shown['due_at'], shown['promised_at']), (due_at, due_at), 'no date has moved')
    f = fees_of(s, d)
    equal((f['tham-dinh']['receipt'], f['tham-dinh']['paid_by'], f['cap-phep']['means']), ('GD-77', desk.returner, 'online'))
    equal(f['bo-sung']['state'], 'expected', 'nothing was asked for later')
    counted(s, d, free, fee_dossiers=1, fee_dossiers_online=1, due=3, due_vnd=400000, paid=3, paid_vnd=400000, paid_cash=1, paid_transfer=1, paid_online=1)
    told = ' '.join(str(r.event) for r in s.published() if r.key == d.id.encode())
    check('GD-77' not in told and 'tham-dinh' in told, 'the receipt stays at intake')


@test
def each_payment_is_refused_for_its_reason(s):
    d = Dossier(s, Desk('H11.35.27'), BIRTH).receive()
    cash = {'fee': 'le-phi', 'means': 'cash', 'receipt': 'BL-1'}
    for body, who, status, field in (
            ({**cash, 'fee': 'khac'}, d.desk.receiver, 422, 'fee'), ({**cash, 'fee': 'cap-phep'}, d.desk.receiver, 409, 'fee'),
            ({**cash, 'means': 'gold'}, d.desk.receiver, 422, 'means'), ({**cash, 'receipt': ''}, d.desk.receiver, 422, 'receipt'),
            ({'fee': 'le-phi', 'means': 'cash'}, d.desk.receiver, 422, 'receipt'), ({**cash, 'means': 'online'}, d.desk.receiver, 403, 'means'),
            (cash, 'H11.35.28-tn01', 403, 'actor'), (cash, PORTAL, 403, 'actor')):
        a = d.refused('intake', 'fees/pay', who, body, status)
        equal(a.json['field'], field, body)
    equal(d.refused('intake', 'fees/pay', d.desk.appraiser, cash, 403).status, 403)
    d.pay_fee('le-phi')
    equal(d.refused('intake', 'fees/pay', d.desk.receiver, cash, 409).json['field'], 'fee', 'it is paid already')
    visit = s.must('intake', '/v1/refusals', d.desk.receiver, {'counter': d.desk.counter, 'procedure': BIRTH, 'channel': 'counter', 'applicant': applicant(),
                                                                'reasons': ['wrong_agency'], 'explanation': 'Không thuộc thẩm quyền'}).json
    equal(s.post('intake', f"/v1/dossiers/{visit['id']}/fees/pay", d.desk.receiver, cash).status, 409, 'nothing was accepted, nothing is to be paid')


@test
def what_falls_due_with_the_receipt_is_paid_with_it(s):
    desk = Desk('H11.35.29')
    pays = [{'fee': f, 'means': m, 'receipt': f'BL-{f}'} for f, m in (('le-phi', 'cash'), ('tham-dinh', 'transfer'))]
    for change, status, field in (({'fee': 'cap-phep'}, 409, 'payments[1].fee'), ({'fee': 'le-phi'}, 409, 'payments[1].fee'), ({'means': 'online'}, 403, 'payments[1].means'),
                                  ({'receipt': ''}, 422, 'payments[1].receipt'), ({'fee': 'khac'}, 422, 'payments[1].fee')):
        a = s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, BIRTH, payments=[pays[0], {**pays[1], **change}]))
        equal((a.status, a.json.get('field')), (status, field), change)
    s.settled()
    before = figures(s, Dossier(s, desk, BIRTH))        # nothing of what was refused is stored
    d = Dossier(s, desk, BIRTH).receive(payments=pays)
    equal({f['fee']: f['paid'] for f in d.received['fees']}, {'le-phi': True, 'tham-dinh': True, 'bo-sung': False, 'cap-phep': False})
    equal({f: (x['state'], x.get('paid_by')) for f, x in fees_of(s, d).items() if x['state'] == 'paid'},
          {'le-phi': ('paid', desk.receiver), 'tham-dinh': ('paid', desk.receiver)})
    d.is_told_as('Received', 'FeePaid', 'FeePaid')
    counted(s, d, before, fee_dossiers=1, due=2, due_vnd=250000, paid=2, paid_vnd=250000, paid_cash=1, paid_transfer=1)
    d.appraised().decided().number().seal().make_ready()
    equal(until(lambda: owed(d), 15, 'the result lies ready'), [('cap-phep', 150000)], 'what falls due with the result is owed still')


@test
def the_channel_and_the_law_may_make_it_free(s):
    files = [{'name': 'Tờ khai', 'form': 'electronic'}]
    d = Dossier(s, Desk('H11.35.28'), BIRTH).receive(channel='online', components=files)
    equal([f['fee'] for f in d.received['fees']], ['bo-sung', 'cap-phep', 'tham-dinh'], 'online the charge is not to be paid')
    e = Dossier(s, Desk('H11.35.28'), BIRTH).receive()
    for body, field in (({'fee': 'tham-dinh', 'ground': 'elderly', 'superior': e.desk.head}, 'ground'), ({'fee': 'le-phi', 'ground': 'child', 'superior': e.desk.head}, 'ground'),
                        ({'fee': 'le-phi', 'ground': 'elderly', 'superior': e.desk.receiver}, 'superior'), ({'fee': 'le-phi', 'ground': 'rich', 'superior': e.desk.head}, 'ground'),
                        ({'fee': 'le-phi', 'ground': 'elderly'}, 'superior')):
        equal(e.refused('intake', 'fees/waive', e.desk.receiver, body, 422).json['field'], field, body)
    until(lambda: 'Received' in d.story() and 'Received' in e.story(), 15, 'both are counted')
    before = figures(s, e)
    equal(e.waive_fee('le-phi', 'elderly')['state'], 'waived')
    counted(s, e, before, waived=1, waived_vnd=50000)
    equal(fees_of(s, e)['le-phi']['superior'], e.desk.head)
    e.pay_fee('tham-dinh')
    e.appraised().decided().number().seal().make_ready()
    until(lambda: fees_of(s, e)['cap-phep']['state'] == 'due', 15)
    e.pay_fee('cap-phep')
    e.deliver().becomes('returned')


@test
def a_refusal_is_handed_over_whatever_is_owed_and_given_back_as_the_rule_says(s):
    d = Dossier(s, Desk('H11.35.29'), BIRTH).receive()
    d.pay_fee('tham-dinh')
    a = d.refused('intake', 'fees/refund', d.desk.receiver, {'fee': 'tham-dinh'}, 409)          # it goes on
    d.appraised('against').refuse().sign().returned(refusal=True).becomes('returned')
    equal(fees_of(s, d)['le-phi']['state'], 'due', 'it is owed all the same')
    equal(fees_of(s, d)['cap-phep']['state'], 'expected', 'there is no result to be paid for')
    a = d.refused('intake', 'fees/refund', d.desk.receiver, {'fee': 'tham-dinh', 'amount_vnd': 200001}, 422)
    equal(a.json['field'], 'amount_vnd')
    before = figures(s, d)
    equal(d.refund_fee('tham-dinh')['refunded_vnd'], 200000)
    counted(s, d, before, refunded=1, refunded_vnd=200000)
    equal(d.refused('intake', 'fees/refund', d.desk.receiver, {'fee': 'tham-dinh'}, 409).json['field'], 'fee', 'once')
    d.pay_fee('le-phi')
    a = d.refused('intake', 'fees/refund', d.desk.receiver, {'fee': 'le-phi'}, 409)
    check(BASIS in a.json['detail'] and BASIS in a.json['detail_en'], 'the sentence names the rule', a)
    equal(d.story().count('FeeRefunded'), 1)


@test
def a_supplement_brings_its_fee_and_no_clock_waits_for_it(s):
    desk = Desk('H11.35.30', at_counter=False)
    d = Dossier(s, desk, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign(by=desk.head)
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5)
    equal(d.refused('intake', 'fees/pay', desk.receiver, {'fee': 'bo-sung', 'means': 'cash', 'receipt': 'BL-2'}, 409).json['field'], 'fee')
    d.supply()
    d.becomes('in_process', 4)
    due_at = s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver).json['due_at']
    equal([f for f, _ in owed(d)], ['bo-sung', 'le-phi', 'tham-dinh'])
    d.assign(by=desk.head).conclude().decided().number().seal().give_result().take_result().make_ready()
    for fee in ('le-phi', 'tham-dinh'):
        d.pay_fee(fee)
    until(lambda: fees_of(s, d)['cap-phep']['state'] == 'due', 15)
    d.pay_fee('cap-phep', by=desk.returner)
    a = d.refused('return', 'deliver', desk.returner, {'delivery': 'counter', 'who': 'applicant', 'paper': 'receipt'}, 409)
    check('bo-sung' in a.json['detail'], 'the one that came with the supplement', a)
    d.pay_fee('bo-sung', means='post', receipt='BC-9')
    d.deliver().archive().becomes('returned')
    equal(s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver).json['due_at'], due_at)


@test
def only_a_financial_obligation_stops_the_clock(s):
    costs(s, [{**ANY, 'code': 'trich-luc', 'amount_vnd': 15000, 'due': 'intake'}], LAND)
    desk = Desk(PHAN_THIET, at_counter=False)
    d = Dossier(s, desk, LAND).receive().give_transfer().take_transfer()
    due_at = d.received['due_at']
    d.assign().verify().assign().conclude().endorse().decided()
    shown = until(lambda: (x := s.get('intake', f'/v1/dossiers/{d.id}', desk.appraiser).json)['obligations'] and x, 20, 'the obligation is expected')
    equal((shown['fees'][0]['state'], d.track()['national_status'], shown['due_at']), ('due', 4, due_at), 'a fee is owed, and the work goes on')
    equal(d.refused('intake', 'obligation', desk.appraiser, {}, 422).json['field'], 'notice', 'the tax notice has a number')
    equal(d.owe()['due_at'], due_at)
    d.becomes('awaiting_obligation', 6)
    d.pay_fee('trich-luc')
    equal((d.state(), owed(d)), ('awaiting_obligation', []), 'who paid the fee has not paid the tax')
    check(d.pay()['due_at'] > due_at, 'the date moves by what the tax took')
    d.becomes('in_process', 4)
    story = until(lambda: 'ObligationMet' in (x := d.story()) and x, 15, 'audit has it')
    check(story.index('ObligationOpened') < story.index('FeePaid') < story.index('ObligationMet'), 'the fee neither began nor ended the pause', story)


@test
def what_is_paid_is_told_by_unit_by_procedure_and_by_both(s):
    d = Dossier(s, Desk('H11.35.27'), BIRTH).receive()
    other, others = 'H11.35.28', LAND

    def paid(**by):
        return s.get('audit', '/v1/kpi?from=2019-10-01&to=2019-10-01' + ''.join(f'&{k}={v}' for k, v in by.items()), INSPECTOR)['fees']['paid_vnd']

    asked = [({}, 50000), ({'unit': d.desk.unit}, 50000), ({'procedure': BIRTH}, 50000), ({'unit': d.desk.unit, 'procedure': BIRTH}, 50000),
             ({'unit': other}, 0), ({'procedure': others}, 0), ({'unit': other, 'procedure': BIRTH}, 0), ({'unit': d.desk.unit, 'procedure': others}, 0)]
    before = [paid(**by) for by, _ in asked]
    d.pay_fee('le-phi')
    wanted = [n + more for n, (_, more) in zip(before, asked)]
    until(lambda: [paid(**by) for by, _ in asked] == wanted, 15, f'audit tells {wanted} of {[by for by, _ in asked]}')


@test
def the_receipt_and_the_late_entry_say_what_was_paid(s):
    d = Dossier(s, Desk('H11.35.31'), BIRTH).on_paper('2019-10-01T07:05:00+07:00').receive()
    d.pay_fee('le-phi')
    shown = fees_of(s, d)['le-phi']
    check(shown['paid_at'].startswith('2019-10-01T07:06'), 'it was paid on paper', shown)
    receipt = s.get('intake', f'/v1/dossiers/{d.id}/receipt', d.desk.receiver).json
    equal([(f['fee'], f['amount_vnd']) for f in receipt['fees'] if f['due'] == 'intake'], [('le-phi', 50000), ('tham-dinh', 200000)])


main(System)
