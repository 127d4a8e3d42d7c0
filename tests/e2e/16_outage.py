#!/usr/bin/env python3
"""The system was away and the counter went on, on paper: what was done is entered behind it, with its moment, a reason and a superior. The
moment counts for whatever is decided; each entry is counted, and shown to inspectors."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, BIRTH, EXTRACT, INSPECTOR, MOBILE_BIRTH, WATCHES, Desk, Dossier, decreed, late_entry, reception, same_day  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

HEADER = 'Taicho-Late-Entry'
THEN = '2019-10-01T07:05:00+07:00'      # before the clock begins; the counter was open


def figures(s, unit):
    return s.get('audit', f'/v1/kpi?from=2019-09-01&to=2019-10-31&unit={unit}', INSPECTOR)['totals']


def entered(s, unit, day='2019-10-01'):
    return s.get('audit', f'/v1/inspection/late-entries?from={day}&to={day}&unit={unit}', INSPECTOR)['items']


def events_of(s, d):
    """What was done, without what the watches told: of a step that had passed on paper, when it is entered."""
    return [r.event for r in s.published() if r.event and r.key == d.id.encode() and SCHEMA.body(r.event)[0] not in WATCHES]


def minutes(*numbers):
    return [f'2019-10-01T07:{n:02}:00' for n in numbers]


@test
def a_simulated_day_with_an_outage_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '16', '--mix', 'outage=60')
    check('no difference' in done.out and ' 0 acts of counter' not in done.out and 'were entered late' in done.out, 'the books balance', done.out[-2500:])


@test
def a_whole_dossier_is_entered_late_through_all_stages(s):
    d = Dossier(s, Desk('H11.35.21'), BIRTH).on_paper(THEN)
    desk = d.desk
    before = figures(s, desk.unit)
    usual = Dossier(s, Desk('H11.35.21'), BIRTH).receive()
    d.whole().becomes('returned', 10)
    d.is_told_as('Received', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived')
    history = d.history()
    entries = [e for e in history['entries'] if e['type'] not in WATCHES]           # a step that had passed on paper is told of when it is entered
    equal([e['occurred_at'][:19] for e in entries], minutes(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), 'each at its own moment')
    equal([e['late_entry']['reason'] for e in entries], ['network'] * len(entries))
    equal({e['late_entry']['superior'] for e in entries}, {desk.head})
    equal((history['timing'], history['ended_at'][:19]), ('on_time', minutes(12)[0]), 'it ended when it was sealed')
    equal(usual.received['due_at'], d.received['due_at'], 'of one day')
    equal(s.get('intake', f'/v1/dossiers/{d.id}', desk.receiver)['received_at'][:19], minutes(5)[0])
    after = until(lambda: (a := figures(s, desk.unit))['late_entries'] == before['late_entries'] + 11 and a, 10, 'audit counts each of them')
    equal((after['received'], after['on_time'], after['on_the_spot']), (before['received'] + 2, before['on_time'] + 1, before['on_the_spot'] + 1))
    mine = [x for x in entered(s, desk.unit) if x['code'] == d.code]
    equal([x['type'] for x in mine], [e['type'] for e in entries])
    equal((mine[0]['actor'], mine[0]['superior'], mine[0]['reason'], mine[0]['occurred_at'][:19]), (desk.receiver, desk.head, 'network', minutes(5)[0]))
    check(all(x['entered_at'] > x['occurred_at'] for x in mine), 'and when it was entered', mine[0])
    for e in events_of(s, d):
        check(e['occurred_at'] < e['recorded_at'] and (e['late_reason'], e['late_superior']) == ('network', desk.head), 'every event says so', e)
    for e in events_of(s, usual):
        check('late_reason' not in e and e['occurred_at'] == e['recorded_at'], 'what is done now says nothing of it', e)


@test
def what_is_done_now_follows_what_was_entered_late(s):
    d = Dossier(s, Desk('H11.35.22', at_counter=False), MOBILE_BIRTH).on_paper(THEN, 'power').receive().give_transfer().on_paper(None)
    d.take_transfer().assign().conclude().decided().becomes('closing')
    entries = d.history()['entries']
    equal([bool(e['late_entry']) for e in entries], [True, True] + [False] * (len(entries) - 2))
    check(entries[2]['occurred_at'] > minutes(30)[0], 'now', entries[2])
    step = s.get('appraisal', f'/v1/appraisals/{d.id}', d.desk.appraiser)['steps'][0]
    check(step['opened_at'] > minutes(30)[0], 'its step was opened by what is done now', step)


@test
def what_follows_elsewhere_happens_at_the_moment_of_what_it_follows_from(s):
    d = Dossier(s, Desk('H11.35.29', at_counter=False), MOBILE_BIRTH).on_paper(THEN, 'other').receive().give_transfer().take_transfer().assign()
    d.ask_supplement()
    d.becomes('awaiting_supplement', 5)
    asked, told = (next(e for e in events_of(s, d) if SCHEMA.body(e)[0] == t) for t in ('SupplementAsked', 'SupplementRequested'))
    equal((told['occurred_at'], told['late_reason'], told['late_superior']), (asked['occurred_at'], 'other', d.desk.head), 'the clocks pause from then on')
    check('command_id' not in told, 'nobody entered it', told)
    d.supply()
    received = next(e for e in events_of(s, d) if SCHEMA.body(e)[0] == 'SupplementReceived')
    equal(received['occurred_at'] - asked['occurred_at'], 60 * 1000000, 'a minute later on paper')
    d.on_paper(None).becomes('in_process')
    equal([x['type'] for x in entered(s, d.desk.unit) if x['code'] == d.code],
          ['Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'DocumentFiled', 'SupplementAsked', 'SupplementReceived'])
    d.assign().conclude().decided().becomes('closing')


@test
def each_rule_refuses_by_name(s):
    d = Dossier(s, Desk('H11.35.24'), BIRTH).receive()
    desk = d.desk
    begun = s.business_now()

    def refused(headers, part, **more):
        a = s.post('appraisal', f'/v1/appraisals/{d.id}/assign', desk.appraiser, {'officer': desk.appraiser}, seen=dict(d.seen), headers=headers, **more)
        equal((a.status, a.json.get('field')), (422, part), str(headers))
        check(a['detail'] and a['detail_en'], 'in both languages', a)

    good = {'at': begun, 'superior': desk.head}
    refused({HEADER: 'reason=power'}, HEADER)
    refused({HEADER: f'occurred_at={begun}, reason=power, superior={desk.head}, by=me'}, HEADER)
    refused(late_entry(**{**good, 'at': 'yesterday'}), f'{HEADER}.occurred_at')
    refused(late_entry(**{**good, 'at': '2019-12-01T09:00:00+07:00'}), f'{HEADER}.occurred_at')     # in the future
    refused(late_entry(**{**good, 'at': '2019-09-20T09:00:00+07:00'}), f'{HEADER}.occurred_at')     # more than seven days back
    refused(late_entry(**{**good, 'at': THEN}), f'{HEADER}.occurred_at')                            # before it was received, which appraisal knows
    refused(late_entry(**good, reason='tired'), f'{HEADER}.reason')
    refused(late_entry(**{**good, 'superior': desk.appraiser}), f'{HEADER}.superior')               # himself
    refused(late_entry(**{**good, 'superior': desk.approver}), f'{HEADER}.superior')                # no head
    refused(late_entry(**{**good, 'superior': 'H11.35.25-pd01'}), f'{HEADER}.superior')             # of another unit
    refused(late_entry(**{**good, 'superior': 'H11.35-tr01'}), f'{HEADER}.superior')                # of the unit above
    a = s.post('approval', '/v1/mandates', ADMIN, {'mandate': 'm-late', 'officer': desk.approver, 'unit': desk.unit, 'form': 'KT', 'procedures': ['*'],
                                                   'legal_basis': 'thử', 'valid_from': '2019-10-01'}, headers=late_entry(**good))
    equal((a.status, a['field']), (422, HEADER), 'only acts on dossiers')
    equal(s.get('appraisal', f'/v1/appraisals/{d.id}', desk.appraiser)['steps'][0]['state'], 'queued', 'nothing has happened')
    # A step at another stage is not entered before what it answers to, and one of the dossier's own not before the last one.
    d.assign()
    a = s.post('appraisal', f'/v1/appraisals/{d.id}/assign', desk.head, {'officer': desk.appraiser}, headers=late_entry(begun, superior='H11.35-tr01'))
    equal((a.status, a['field']), (422, f'{HEADER}.occurred_at'), 'appraisal has done something since')
    d.conclude().decided().becomes('closing')


@test
def a_head_names_one_above_him(s):
    d = Dossier(s, Desk('H11.35.25'), BIRTH).on_paper(THEN).receive()
    desk = d.desk
    d.assign(by=desk.head).conclude()
    entry = next(x for x in entered(s, desk.unit) if x['code'] == d.code and x['type'] == 'Assigned')
    equal((entry['actor'], entry['superior']), (desk.head, 'H11.35-tr01'))
    d.on_paper(None).decided().becomes('closing')


@test
def a_key_names_one_moment(s):
    desk, key = Desk('H11.35.26'), 'outage-one-key'
    say = lambda at: s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, BIRTH), key=key, headers=late_entry(at, superior=desk.head))
    first, again, other = say(THEN), say(THEN), say('2019-10-01T07:06:00+07:00')
    equal((first.status, again.status), (201, 201))
    equal(first['code'], again['code'], 'a repeat finds the same')
    equal((other.status, other['type'].rpartition(':')[2]), (422, 'idempotency-key-reused'), 'another moment is another request')


@test
def what_the_officer_decided_at_once_keeps_his_moment(s):
    unit = 'H11.35.27'
    desk = Desk(unit)
    d = Dossier(s, desk, EXTRACT).on_paper(THEN, 'software').receive(by=desk.decider, same_day=same_day(mandate=desk.decider_mandate))
    d.on_paper(None).is_told_as('Received', 'Assigned', 'Appraised', 'Granted', 'Signed')
    events = events_of(s, d)
    equal({SCHEMA.body(e)[0]: (e['occurred_at'] == events[0]['occurred_at'], e['late_reason']) for e in events},
          dict.fromkeys(('Received', 'Assigned', 'Appraised', 'Granted', 'Signed'), (True, 'software')), 'all that followed happened with it')
    equal([x['type'] for x in entered(s, unit) if x['code'] == d.code], ['Received'], 'entered was one act')


@test
def a_number_of_a_day_before_is_the_next_of_its_year(s):
    d, e = (Dossier(s, Desk('H11.35.28'), BIRTH) for _ in range(2))
    before = int(s.psql("SELECT count(*) FROM return.issued_number WHERE series = 'H11.35.28-kq'"))     # the simulated day's
    d.on_paper(THEN).receive().appraised().decided()
    e.receive().appraised().decided().number()
    d.number()
    equal((e.numbered['number'], d.numbered['number'], d.numbered['year']), (before + 1, before + 2, 2019), 'numbers stay dense, in the order of their entry')
    d.seal().make_ready().deliver().archive().becomes('returned')


@test
def the_moment_decides_not_the_hour_of_the_entry(s):
    """Near the end: it is the next day from now on."""
    desk = Desk('H11.35.23')
    s.ctl('clock', 'forward', '1d')
    today = Dossier(s, desk, BIRTH).receive()
    for at, why in (('2019-10-01T06:30:00+07:00', 'the counter was closed then'), ('2019-10-01T12:00:00+07:00', 'at noon, too')):
        a = s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, BIRTH), headers=late_entry(at, superior=desk.head))
        equal((a.status, a['field']), (422, 'counter'), why)
    d = Dossier(s, desk, BIRTH).on_paper('2019-10-01T15:30:00+07:00').receive()
    e = Dossier(s, desk, BIRTH).on_paper('2019-10-01T09:00:00+07:00').receive()
    equal([x.code.split('-')[1] for x in (today, d, e)], ['191002', '191001', '191001'], 'the code has the day of the act')
    equal(int(e.code[-4:]), int(d.code[-4:]) + 1, 'codes of a day stay dense, in the order of their entry')
    equal([x.received['due_at'][:10] for x in (d, e)], ['2019-10-02', '2019-10-01'], 'behind the cut-off of its own day, and before it')
    until(lambda: 'DuePassed' in e.story(), 15, 'that its date has passed is told at once')
    e.on_paper('2019-10-01T10:00:00+07:00').appraised().decided().number().seal().becomes('finished', 9)
    until(lambda: e.history()['timing'], 10)
    equal((e.history()['timing'], e.history()['overdue']), ('on_time', False), 'in time on paper; what the clock told is taken back')


@test
def how_far_back_is_what_the_province_says_on_the_day_of_the_entry(s):
    """Last: it is one more day from now on."""
    desk = Desk('H11.35.23')
    decreed(s, 'late_entry', '2019-10-03', 1)
    enter = lambda: s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, BIRTH), headers=late_entry('2019-10-01T09:00:00+07:00', superior=desk.head))
    equal(enter().status, 201, 'seven days, on the second of October')
    s.ctl('clock', 'forward', '1d')
    a = enter()
    equal((a.status, a['field'], '1 ngày' in a['detail']), (422, f'{HEADER}.occurred_at', True), 'one, on the third')


main(System)
