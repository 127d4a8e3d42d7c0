#!/usr/bin/env python3
"""The ways of return: at the counter to the applicant or a proxy, by post, electronically; what the post brings back; a result that lies
ready early; one that nobody comes for."""
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, MOBILE_BIRTH, Desk, Dossier, decreed, today  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

COUNTER = {'delivery': 'counter', 'who': 'applicant', 'paper': 'receipt'}
ISSUED = ('Received', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready')


def lies_ready(s, unit, filed=False):
    d = Dossier(s, Desk(unit), BIRTH)
    return (d.filed_online() if filed else d.receive()).appraised().decided().number().seal().make_ready()


def at_return(s, d):
    """The result as return shows it."""
    return s.get('return', f'/v1/returns/{d.id}', d.desk.returner)['documents'][0]


def at_intake(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json


def announced(d, limit=15):
    """What the citizen sees of the result at the counter."""
    return until(lambda: d.track()['ready'], limit, 'the citizen sees that it lies ready')


WAYS = ('returned_counter', 'returned_proxy', 'returned_post', 'returned_electronic', 'came_back', 'unclaimed')


def ways(s, d):
    """What audit counts of how results of the unit went to citizens."""
    totals = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-12-31&unit={d.desk.unit}', INSPECTOR)['totals']
    return {k: totals[k] for k in WAYS}


def counted(s, d, before, **more):
    """The figures become what they were, and so much more."""
    wanted = {k: before[k] + more.get(k, 0) for k in WAYS}
    until(lambda: ways(s, d) == wanted, 10, f'audit counts {wanted}, not {ways(s, d)}')


@test
def a_simulated_day_with_every_way_of_return_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '13', '--mix',
                 'proxy=30,post=30,came_back=50,filed=60,electronic=90')
    check('no difference' in done.out and 'CameBack' in done.out, 'the books balance', done.out[-2500:])
    check(int(s.value('SELECT count(*) FROM "return".document WHERE delivery = \'electronic\'')) > 0, 'some of it electronically')


@test
def the_applicant_comes_with_a_paper(s):
    d = lies_ready(s, 'H11.35.21')
    before = ways(s, d)
    for wrong, field in (({'delivery': 'pigeon'}, 'delivery'), ({'delivery': 'counter'}, 'who'), ({**COUNTER, 'who': 'neighbour'}, 'who'),
                         ({'delivery': 'counter', 'who': 'applicant'}, 'paper'), ({**COUNTER, 'paper': 'ticket'}, 'paper'),
                         ({**COUNTER, 'consignment': 'EE123456785VN'}, 'consignment'), ({**COUNTER, 'name': 'Nguyễn Văn A'}, 'name')):
        equal(d.refused('return', 'deliver', d.desk.returner, wrong, 422)['field'], field)
    d.refused('return', 'deliver', d.desk.clerk, COUNTER, 403)
    d.refused('return', 'came-back', d.desk.returner, {'reason': 'absent'}, 409)        # it was never sent
    d.deliver(who='applicant', paper='identity').becomes('returned', 10)
    row = at_return(s, d)
    equal([row[k] for k in ('delivery', 'who', 'paper', 'authorisation', 'consignment')], ['counter', 'applicant', 'identity', None, None])
    equal(d.track()['ready'], None, 'the citizen has it: nothing is announced any more')
    counted(s, d, before, returned_counter=1)
    equal(d.refused('return', 'came-back', d.desk.returner, {'reason': 'absent'}, 409).status, 409, 'nobody sent it')


@test
def a_proxy_comes_with_an_authorisation(s):
    d = lies_ready(s, 'H11.35.22')
    before = ways(s, d)
    desk, proxy = d.desk, {'delivery': 'counter', 'who': 'proxy', 'paper': 'receipt'}
    d.becomes('finished', 9)
    other = {'id': d.id, 'sha256': '0' * 64, 'pages': 1}
    equal(d.refused('return', 'deliver', desk.returner, proxy, 422)['field'], 'authorisation')
    equal(d.refused('return', 'deliver', desk.returner, {**proxy, 'authorisation': other}, 422)['field'], 'authorisation.id')
    letter = {'kind': 'authorisation', 'media_type': 'text/plain', 'pages': 1, 'content_base64': 'w7R5IHF1eeG7gW4='}
    d.refused('intake', 'documents', desk.receiver, {**letter, 'kind': 'component'}, 409)      # the dossier has ended: nothing else is filed
    d.refused('intake', 'documents', 'H11.35.23-tk01', letter, 403)
    handle = d.file('authorisation', desk.returner, b'%PDF-1.4 he may have it')
    for wrong, field in (({'sha256': 'f' * 64}, 'authorisation.sha256'), ({'pages': 2}, 'authorisation.pages')):
        a = until(lambda w=wrong: (a := s.post('return', f'/v1/returns/{d.id}/deliver', desk.returner, {**proxy, 'authorisation': {**handle, **w}},
                                               seen=dict(d.seen))).status == 422 and a, 10, field)
        equal(a['field'], field)
    equal(d.refused('return', 'deliver', desk.returner, {**COUNTER, 'authorisation': handle}, 422)['field'], 'authorisation')
    ahead = s.call('return', 'POST', f'/v1/returns/{d.id}/deliver', desk.returner, {**proxy, 'authorisation': handle}, key='too-early',
                   seen={**d.seen, 'intake': 99})
    equal((ahead.status, ahead['type'].rsplit(':', 1)[1]), (409, 'not-yet'), 'return has not heard of that version of intake yet')
    check('retry-after' in {k.lower() for k in ahead.headers}, 'and says when to ask again', ahead.headers)
    named = {**proxy, 'authorisation': handle}
    equal(d.refused('return', 'deliver', desk.returner, named, 422)['field'], 'collector', 'nobody knows who he is')
    equal(d.refused('return', 'deliver', desk.returner, {**named, 'collector': handle}, 422)['field'], 'collector.id', 'an authorisation is no record of who came')
    came = d.note_collector()
    equal(until(lambda: (a := s.post('return', f'/v1/returns/{d.id}/deliver', desk.returner, {**named, 'authorisation': came, 'collector': came},
                                     seen=dict(d.seen))).status == 422 and a, 10, 'it is refused')['field'], 'authorisation.id', 'nor the record an authorisation')
    equal(d.refused('return', 'deliver', desk.returner, {**named, 'collector': {**came, 'sha256': 'f' * 64}}, 422)['field'], 'collector.sha256')
    equal(d.refused('return', 'deliver', desk.returner, {'delivery': 'counter', 'collector': came}, 422)['field'], 'who')
    equal(d.refused('return', 'deliver', desk.returner, {'delivery': 'post', 'consignment': 'EE123456785VN', 'collector': came}, 422)['field'], 'collector')
    d.deliver(**named, collector=came).becomes('returned', 10)
    equal([at_return(s, d)[k] for k in ('authorisation', 'collector')], [handle['id'], came['id']])
    counted(s, d, before, returned_counter=1, returned_proxy=1)
    d.archive().is_told_as(*ISSUED, 'DocumentFiled', 'DocumentFiled', 'HandedOver', 'Archived')
    for r in s.published():
        if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == 'HandedOver':
            equal({k: v if isinstance(v, str) else v['sha256'].hex() for k, v in SCHEMA.body(r.event)[1].items()},
                  {'delivery': 'DELIVERY_COUNTER', 'outcome': 'OUTCOME_GRANTED', 'who': 'COLLECTOR_PROXY', 'paper': 'PROOF_RECEIPT',
                   'authorisation': handle['sha256'], 'collector': came['sha256']}, 'codes and handles, and no name')


SHOWN = {'name': 'Lê Văn Nhận', 'paper': 'identity', 'number': '001088000111'}       # what story.COMES says


@test
def who_came_is_known_to_intake_alone(s):
    d = lies_ready(s, 'H11.35.24')
    desk, document = d.desk, s.get('return', f'/v1/returns/{d.id}', d.desk.returner)['documents'][0]['id']
    d.becomes('finished', 9)
    for wrong, field in (({'name': None}, 'collector.name'), ({'paper': 'receipt'}, 'collector.paper'), ({'number': '123'}, 'collector.number'),
                         ({'number': None}, 'collector.number'), ({'phone': '0900'}, 'collector.phone')):
        said = {k: v for k, v in {**SHOWN, **wrong}.items() if v is not None}
        equal(d.refused('intake', 'documents', desk.returner, {'kind': 'collector', 'collector': said}, 422)['field'], field)
    equal(d.refused('intake', 'documents', desk.returner, {'kind': 'collector'}, 422)['field'], 'collector')
    equal(d.refused('intake', 'documents', desk.returner, {'kind': 'authorisation', 'media_type': 'text/plain', 'pages': 1, 'content_base64': 'eA==',
                                                           'collector': SHOWN}, 422)['field'], 'collector')
    same = [d.note_collector() for _ in range(2)]
    check(same[0]['sha256'] != same[1]['sha256'], 'the hash that others see does not tell the name: nobody can try it out', same)
    equal(at_intake(s, d)['collected'], [], 'nobody has come yet')
    d.deliver(who='applicant', paper='identity', collector=same[1]).becomes('returned', 10)        # who comes himself may be written down, too
    looked = lambda: int(s.value(f"SELECT count(*) FROM intake.access_log WHERE dossiers = ARRAY['{d.id}'::uuid]"))
    before = looked()
    shown = at_intake(s, d)
    equal([(c['document'], c['collector']) for c in shown['collected']], [(document, {'id': same[1]['id'], **SHOWN})])
    equal(shown['collected'][0]['at'], shown['returned_at'])
    equal(looked(), before + 1, 'the look is written down')
    read = s.get('intake', f"/v1/dossiers/{d.id}/documents/{same[1]['id']}", desk.receiver)
    equal((read['kind'], read['media_type'], looked()), ('collector', 'application/json', before + 2))
    equal(s.get('intake', f"/v1/dossiers/{d.id}/documents/{same[1]['id']}", 'H11.35.25-tn01').status, 404, 'whoever has no business with it')
    for where, text in (('the page that tracks it', str(d.track())), ('return', str(s.get('return', f'/v1/returns/{d.id}', desk.returner).json))):
        check('Nhận' not in text and SHOWN['number'] not in text, f'{where} shows nothing of it', text)
    check(not any('Nhận'.encode() in r.value or SHOWN['number'].encode() in r.value for r in s.published()), 'no event has the name, or the number')


@test
def the_post_brings_it_back(s):
    d = lies_ready(s, 'H11.35.23')
    desk, before = d.desk, ways(s, d)
    for wrong, field in (({}, 'consignment'), ({'consignment': 'EE123456789VN'}, 'consignment'), ({'consignment': 'EE 123'}, 'consignment'),
                         ({'consignment': 'A1'}, 'consignment'), ({'consignment': 'E' * 33}, 'consignment'),
                         ({'consignment': 'EE123456785VN', 'who': 'applicant'}, 'who'), ({'consignment': 'EE123456785VN', 'paper': 'receipt'}, 'paper')):
        equal(d.refused('return', 'deliver', desk.returner, {'delivery': 'post', **wrong}, 422)['field'], field)
    d.deliver(delivery='post').becomes('returned', 10)
    check(d.in_list('intake', desk.receiver) is None, 'it is no open dossier')
    d.archive()
    equal(at_return(s, d)['consignment'], 'EE123456785VN')
    counted(s, d, before, returned_post=1)
    equal(d.refused('return', 'came-back', desk.returner, {'reason': 'rain'}, 422)['field'], 'reason')
    d.refused('return', 'came-back', desk.clerk, {'reason': 'moved'}, 403)
    d.come_back(reason='moved')
    row = at_return(s, d)
    equal((row['state'], row['came_back'], row['consignment'], row['archived_at']), ('ready', 'moved', None, None), 'it lies there once more')
    check(d.in_list('return', desk.returner), 'on the list of the counter, too')
    counted(s, d, before, came_back=1)
    d.becomes('finished', 9)
    check(announced(d)['came_back_at'], 'the citizen sees it', d.track())
    check(until(lambda: d.in_list('intake', desk.receiver), 10), 'the dossier is open again')
    d.deliver().becomes('returned', 10)
    d.archive().is_told_as(*ISSUED, 'HandedOver', 'Archived', 'CameBack', 'HandedOver', 'Archived')
    until(lambda: d.history()['on_the_spot'] is True, 10, 'what was done at the counter counts once')
    counted(s, d, before, came_back=1, returned_counter=1)
    equal((d.history()['delivery'], d.history()['unclaimed']), ('counter', False))


@test
def electronically(s):
    other = lies_ready(s, 'H11.35.24')
    equal(other.refused('return', 'deliver', other.desk.returner, {'delivery': 'electronic'}, 422)['field'], 'delivery', 'what was not filed on the portal nobody can read there')
    other.deliver().becomes('returned', 10)
    d = lies_ready(s, 'H11.35.24', filed=True)
    before = ways(s, d)
    equal(d.refused('return', 'deliver', d.desk.returner, {'delivery': 'electronic', 'consignment': 'EE123456785VN'}, 422)['field'], 'consignment')
    equal(d.refused('return', 'deliver', d.desk.returner, {'delivery': 'electronic', 'who': 'applicant'}, 422)['field'], 'who')
    d.deliver(delivery='electronic').becomes('returned', 10)
    equal(at_return(s, d)['delivery'], 'electronic')
    counted(s, d, before, returned_electronic=1)
    equal((d.history()['contacts'], d.history()['agencies']), (0, 0), 'he came to nobody')
    check('điện tử (electronically)' in s.ctl('report').out, 'the report shows the ways', s.ctl('report').out[-1500:])


@test
def a_result_that_is_there_early_is_announced(s):
    d = Dossier(s, Desk('H11.35.25', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().appraised().decided()
    d.number().seal().give_result().take_result()
    d.becomes('finished', 9)
    equal(d.track()['ready'], None, 'sealed, and not at the counter yet')
    d.make_ready()
    seen = announced(d)
    equal((seen['early'], seen['reminders'], seen['reminded_at'], seen['came_back_at']), (True, 0, None, None), 'before the promised day')
    equal(at_intake(s, d)['ready'], seen)
    check(set(d.track()) == {'code', 'state', 'state_vi', 'national_status', 'withdrawal', 'extension', 'stop', 'due_at', 'promised_at', 'procedure_name', 'ready', 'loss', 'correction', 'owed', 'supplement'},
          'no personal data', d.track())
    same_day = lies_ready(s, 'H11.35.25')
    equal(announced(same_day)['early'], False, 'on the promised day it is no news')


@test
def nobody_comes_for_it(s):
    d, fetched = lies_ready(s, 'H11.35.26'), lies_ready(s, 'H11.35.27')
    desk, before = d.desk, ways(s, d)
    announced(d)
    fetched.deliver().becomes('returned', 10)
    check('0 trong 3' in d.refused('return', 'archive', desk.clerk, {}, 409).body.decode(), 'it is to be told three times first')
    for n in (1, 2, 3):
        s.ctl('clock', 'forward', '30d')
        until(lambda n=n: (r := d.track()['ready']) and r['reminders'] == n, 15, f'the citizen is reminded {n} times')
        if n < 3:
            check(f'{n} trong 3' in d.refused('return', 'archive', desk.clerk, {}, 409).body.decode(), 'not yet')
    check(d.track()['ready']['reminded_at'], 'with the day')
    s.ctl('clock', 'forward', '60d')
    d.archive()
    row = at_return(s, d)
    equal((row['state'], row['reminders'], row['delivery']), ('unclaimed', 3, None), 'archived, and nobody has it')
    counted(s, d, before, unclaimed=1)
    check(d.in_list('return', desk.returner) is None, 'nobody has to do anything with it')
    check(d.in_list('return', desk.returner, '&state=unclaimed'), 'and it is found')
    equal(d.state(), 'finished', 'the citizen can still come')
    d.refused('return', 'archive', desk.clerk, {}, 409)
    d.deliver().becomes('returned', 10)
    d.archive().is_told_as(*ISSUED, 'CollectionReminded', 'CollectionReminded', 'CollectionReminded', 'Archived', 'HandedOver', 'Archived')
    counted(s, d, before, returned_counter=1)
    equal([t for t in fetched.story() if t == 'CollectionReminded'], [], 'who came is not reminded')


@test
def what_lies_ready_is_told_of_by_the_terms_of_its_day(s):
    """Of two results, of which one lies ready before the province changes its terms, and the other behind it."""
    s.ctl('clock', 'forward', f'{7 + (1 - today(s).weekday()) % 7}d')      # a Tuesday
    before = lies_ready(s, 'H11.35.24')
    decreed(s, 'collection_remind', str(today(s) + timedelta(1)), 10)
    decreed(s, 'collection_reminders', str(today(s) + timedelta(1)), 1)
    s.ctl('clock', 'forward', '1d')
    after = lies_ready(s, 'H11.35.24')
    s.ctl('clock', 'forward', '10d')
    until(lambda: announced(after)['reminders'] == 1, 15, 'after ten days, once')
    equal(announced(before)['reminders'], 0, 'thirty days, as on the day on which it was ready')
    check('0 trong 3' in before.refused('return', 'archive', before.desk.clerk, {}, 409).body.decode(), 'and three times')
    after.archive()
    equal(at_return(s, after)['state'], 'unclaimed')
    s.ctl('clock', 'forward', '19d')
    until(lambda: announced(before)['reminders'] == 1, 15, 'the moment that was set is kept')


main(System)
