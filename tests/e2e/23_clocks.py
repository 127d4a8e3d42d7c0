#!/usr/bin/env python3
"""A supplement parts the two clocks: by law the time starts anew, for the report only the wait is left out. Behind it the reported
date is the nearer one: it is warned of, told when it passes, moved by what moves it, and a dossier is judged by it."""
import datetime
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, INSPECTOR, LAND, MOBILE_BIRTH, PHAN_THIET, Desk, Dossier, forward_to, new_holiday  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402


def deadline(s, d):
    a = s.get('intake', f'/v1/dossiers/{d.id}/deadline', d.desk.receiver)
    equal(a.status, 200, 'the dates explain themselves')
    return a.json


def dates(told):
    return told['due_at_legal'][:10], told['due_at_reported'][:10]


def said(s, d, kind):
    """The bodies of a dossier's events of a kind, as they were published."""
    bodies = [SCHEMA.body(r.event) for r in s.published() if r.key == d.id.encode()]
    return [body for name, body in bodies if name == kind]


def pauses(s, unit, d):
    items = s.get('audit', f'/v1/inspection/pauses?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR)['items']
    return [x for x in items if x['code'] == d.code]


def watch(s, d):
    return s.value(f"SELECT intake.civil(due_at) FROM intake.timer WHERE act = 'due' AND subject = '{d.id}'")


@test
def the_nearer_date_is_watched_and_told_and_judged_by(s):
    desk = Desk(PHAN_THIET, at_counter=False)
    d = Dossier(s, desk, LAND).receive().give_transfer().take_transfer().assign().verify().assign()   # ten working days from Tuesday 1 October
    early = Dossier(s, Desk('H11.35.21', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()    # five
    equal(dates(deadline(s, d)), ('2019-10-15', '2019-10-15'), 'one date as yet')
    s.ctl('clock', 'forward', '2d')                                             # Thursday 3 October
    d.ask_supplement()
    early.ask_supplement()
    early.becomes('awaiting_supplement', 5)
    d.becomes('awaiting_supplement', 5)
    s.ctl('clock', 'forward', '1d')                                             # Friday
    supplied = d.supply()
    early.supply()
    equal((supplied['due_at'][:10], supplied['due_at_reported'][:10]), ('2019-10-18', '2019-10-16'), 'the clocks part')
    equal(dates(deadline(s, d)), ('2019-10-18', '2019-10-16'))
    equal(watch(s, d)[:16], '2019-10-15T07:00', 'what is warned of is the nearer one')

    # An obligation pauses both, each from where it stands; what is told names both.
    d.assign().conclude().endorse().decided()
    until(lambda: s.get('intake', f'/v1/dossiers/{d.id}', desk.appraiser)['obligations'], 20, 'the obligation is expected')
    d.owe()
    s.ctl('clock', 'forward', '3d')                                             # Monday 7 October: one working day later
    equal(d.refused('intake', 'obligation/met', desk.appraiser, {'document': d.file('minutes', content=b'%PDF-1.4 of another kind')['id']}, 422)['field'], 'document')
    receipt = d.evidence(content=b'%PDF-1.4 paid to the treasury')
    paid = d.pay(document=receipt)
    equal([x['document'] for x in s.get('intake', f'/v1/dossiers/{d.id}', desk.appraiser)['obligations']], [receipt], 'what proves the payment')
    equal((paid['due_at'][:10], paid['due_at_reported'][:10]), ('2019-10-21', '2019-10-17'))
    met = until(lambda: said(s, d, 'ObligationMet'), 10)[0]
    check(met['due_at'] == met['due_at_legal'] > met['due_at_reported'], 'the event has both', met)
    until(lambda: d.history()['due_at'][:10] == '2019-10-17', 10, 'audit goes by the reported one')
    equal([(x['kind'], x['from'][:10], x['to'][:10], x['days']) for x in pauses(s, desk.unit, d)],
          [('obligation', '2019-10-04', '2019-10-07', 3.0), ('supplement', '2019-10-03', '2019-10-04', 1.0)], 'inspectors see both waits, the longer one first')
    equal(watch(s, d)[:16], '2019-10-16T07:00')
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['due_at'][:10] == '2019-10-21', 10, 'the lists have what the citizen is promised')

    # The citizen is told by the date that he was given, the figures are by the reported one: three working days and two.
    equal(dates(deadline(s, early)), ('2019-10-11', '2019-10-09'))
    early.assign().conclude().decided()
    s.ctl('clock', 'forward', '47h')                                            # Wednesday 9 October, before the hour
    early.number().seal().give_result().take_result().make_ready()
    until(lambda: early.track().get('ready'), 10, 'it lies at the counter')
    equal(early.track()['ready']['early'], True, 'two days before the date he was given')
    equal(until(lambda: early.history()['timing'], 20), 'on_time')

    # The warning comes when an apology is still in time; behind the reported date it is late, though the legal one lies ahead.
    check('DueNear' not in d.story(), 'not warned of yet')
    s.ctl('clock', 'forward', '169h')                                           # Wednesday 16 October
    until(lambda: 'DueNear' in d.story(), 15, 'the last day for an apology')
    check('DuePassed' not in d.story(), 'it has not passed')
    s.ctl('clock', 'forward', '34h')                                            # Thursday evening
    until(lambda: 'DuePassed' in d.story(), 15, 'the reported date has passed')
    equal([body['due_at'] for kind in ('DueNear', 'DuePassed') for body in said(s, d, kind)], [met['due_at_reported']] * 2, 'which date it was')
    s.ctl('clock', 'forward', '14h')                                            # Friday, before the legal date
    d.assign().conclude(content=b'%PDF-1.4 certificate').decided().number().seal()
    until(lambda: d.history()['timing'], 10)
    equal((d.history()['timing'], d.history()['overdue'], d.story().count('DuePassed')), ('late', True, 1), 'judged by the reported date, and told once')


@test
def a_day_off_in_the_time_used_before_moves_only_the_reported_date(s):
    away = Desk('H11.35.22', at_counter=False)
    of = lambda: Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
    s.ctl('clock', 'forward', '3d')                                             # Monday 21 October
    today = s.value("SELECT intake.civil(now() + offset_us * interval '1 microsecond') FROM intake.clock")[:10]
    equal(today, '2019-10-21', 'the day')
    d, done, stretched = of(), of(), of()
    s.ctl('clock', 'forward', '2d')                                             # Wednesday
    d.ask_supplement()
    done.ask_supplement()
    stretched.ask_supplement()
    for x in (d, done, stretched):
        x.becomes('awaiting_supplement', 5)
    s.ctl('clock', 'forward', '1d')                                             # Thursday
    for x in (d, done, stretched):
        x.supply()
    # An extension between the dates was promised behind the legal one, and is in force for both.
    stretched.ask_more('2019-11-05T16:00:00+07:00')
    stretched.sign_apology()
    stretched.issue_apology()
    until(lambda: dates(deadline(s, stretched)) == ('2019-11-05', '2019-11-05'), 10, 'the extension is in force')
    done.assign().conclude().decided().number().seal()
    done.becomes('finished', 9)
    before, judged = deadline(s, d), deadline(s, done)
    equal(dates(before), ('2019-10-31', '2019-10-29'))
    equal(before['would_be'], {k: before[k] for k in ('due_at_legal', 'due_at_reported', 'release')}, 'counted today it is the same')
    equal(dates(judged), ('2019-10-31', '2019-10-29'))

    new_holiday(s, '2019-10-22')                                                # the Tuesday of the time used
    changes = lambda: {i['code']: i for i in s.get('intake', '/v1/deadlines/changes', ADMIN)['items']}
    found = until(changes, 10, 'the release is in use')
    check(done.code not in found and stretched.code not in found, 'what has ended, or was promised anew, stays', found)
    item = found[d.code]
    equal((item['due_at'], item['would_be']), (before['due_at'], before['due_at']), 'the legal date began behind that day')
    equal((item['due_at_reported'][:10], item['would_be_reported'][:10]), ('2019-10-29', '2019-10-30'), 'the reported one moves')
    told = deadline(s, d)
    equal((dates(told), told['release']), (dates(before), before['release']), 'the dates that are in force, with what they were counted with')
    equal((dates(told['would_be']), told['would_be']['release'] > told['release']), (('2019-10-31', '2019-10-30'), True), 'and what would be')
    check('reported' in s.ctl('deadlines', 'check').out, 'it is listed for people')

    s.ctl('deadlines', 'move', '--release', told['would_be']['release'], '--batch', 'NGHI-2019-10-22', '--reason', 'Nghỉ bù')
    until(lambda: dates(deadline(s, d)) == ('2019-10-31', '2019-10-30'), 10, 'it has moved')
    equal(deadline(s, d)['release'], told['would_be']['release'], 'counted with the new release')
    moved = until(lambda: said(s, d, 'DueMoved'), 10)[0]
    check(moved['due_at'] == moved['due_at_legal'] > moved['due_at_reported'], 'the event has both', moved)
    until(lambda: d.history()['due_at'][:10] == '2019-10-30', 10, 'audit goes by it')
    equal(changes(), {}, 'once')
    equal(watch(s, d)[:16], '2019-10-29T07:00')
    equal(deadline(s, done), {**judged, 'would_be': None}, 'what it was judged by stays as it was')


@test
def what_the_law_says_of_a_case_gives_it_another_time(s):
    desk = Desk(PHAN_THIET, at_counter=False)
    shown = s.get('intake', f'/v1/catalogue/procedure/{LAND}', desk.receiver).json
    equal([(v['finding'], v['replaces'], v['time_unit'], v['time']) for v in shown['variants']], [('remote_area', False, 'days', 10)], 'the procedure has it')
    equal([(x['period'], x['reported']) for x in shown['excluded']], [('expert_examination', False), ('violation', False)])
    d = Dossier(s, desk, LAND).receive().give_transfer().take_transfer().assign()
    first = deadline(s, d)
    shows = d.evidence()
    remote = {'finding': 'remote_area', 'document': shows}
    equal(d.refused('intake', 'finding', desk.appraiser, {**remote, 'finding': 'nothing'}, 422)['field'], 'finding')
    equal(d.refused('intake', 'finding', desk.appraiser, {}, 422)['field'], 'finding')
    d.refused('intake', 'finding', desk.receiver, remote, 403)
    equal(d.refused('intake', 'finding', 'H11.35.22-td02', remote, 403)['field'], 'actor')
    other = Dossier(s, desk, LAND).receive().evidence()
    for wrong in (None, 'soon', '00000000-0000-7000-8000-000000000001', d.file('minutes', content=b'%PDF-1.4 of another kind')['id'], other):
        equal(d.refused('intake', 'finding', desk.appraiser, {**remote, 'document': wrong}, 422)['field'], 'document', f'no date moves without evidence: {wrong}')
    found = d.find('remote_area', document=shows)
    check((found['finding'], found['document']) == ('remote_area', shows) and found['due_at'] > first['due_at'], 'the date moves by ten days', found)
    equal(d.refused('intake', 'finding', desk.appraiser, remote, 409)['field'], 'finding', 'once')
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['due_at'][:19] == found['due_at'][:19], 10, 'the others have it')
    until(lambda: d.history()['due_at'][:19] == found['due_at_reported'][:19], 10, 'audit goes by it')
    told = deadline(s, d)
    equal([(x['finding'], x['by'], x['document']) for x in told['findings']], [('remote_area', desk.appraiser, shows)])
    body = until(lambda: said(s, d, 'FindingRecorded'), 10)[0]
    equal(str(uuid.UUID(bytes=body['document']['id'])), shows, 'the event names the paper')
    check('43/2014' in str(told['explained']) and 'remote_area' in str(told['explained']), 'it says by what article', told)
    equal((told['promised_at'], dates(told['would_be'])), (first['due_at'], dates(told)), 'the receipt keeps its date; counted again it is the same')

    at_appraisal = lambda x: s.get('appraisal', f'/v1/appraisals/{x.id}', desk.appraiser).json
    step = at_appraisal(d)['steps'][-1]
    examined = d.evidence(content=b'%PDF-1.4 of the expert')
    span = {'period': 'expert_examination', 'from': first['received_at'], 'until': first['due_at'], 'document': examined}
    for wrong, field in (({'period': 'lunch'}, 'period'), ({'from': '2019-01-01T08:00:00+07:00'}, 'from'), ({'from': '2030-01-01T08:00:00+07:00'}, 'from'),
                         ({'until': first['received_at']}, 'until'), ({'until': '2029-01-01T08:00:00+07:00'}, 'until'), ({'until': 'soon'}, 'until'),
                         ({'document': None}, 'document'), ({'document': other}, 'document')):
        equal(d.refused('intake', 'exclude', desk.appraiser, {**span, **wrong}, 422)['field'], field)
    out = d.exclude(span['period'], span['from'], span['until'], document=examined)
    check(out['due_at'] > found['due_at'], 'the legal date moves', out)
    listed = until(lambda: pauses(s, desk.unit, d), 10, 'inspectors see it')
    equal([(x['kind'], x['period'], x['from'], x['to']) for x in listed], [('excluded', span['period'], span['from'], span['until'])])
    check('43/2014' in listed[0]['basis'], 'and by what article', listed)
    equal(out['due_at_reported'], found['due_at_reported'], 'the portal does not know the pause: the reported one stays')
    equal(d.refused('intake', 'exclude', desk.appraiser, span, 409)['field'], 'from', 'not twice')
    told = deadline(s, d)
    equal([(p['why'], p['to'][:10]) for p in told['pauses']], [('expert_examination', first['due_at'][:10])])
    equal([(x['period'], x['until'], x['document']) for x in told['exclusions']], [('expert_examination', span['until'], examined)])
    equal([(h['why'], h['about'], h['due_at_legal'], h['due_at_reported']) for h in told['history']],
          [('Received', None, first['due_at'], first['due_at']), ('FindingRecorded', 'remote_area', found['due_at'], found['due_at_reported']),
           ('PeriodExcluded', 'expert_examination', out['due_at'], out['due_at_reported'])], 'each date that was in force')
    equal(told['history'][0]['from'], first['received_at'])
    check(all(h['vi'] and h['en'] for h in told['history']) and told['history'][0]['from'] < told['history'][1]['from'] < told['history'][2]['from'], 'in words, and in order', told['history'])
    whole = s.get('intake', f'/v1/dossiers/{d.id}', desk.appraiser).json
    equal((whole['findings'], whole['exclusions']), (told['findings'], told['exclusions']), 'the dossier has them, too')
    equal(dates(told['would_be']), dates(told), 'counted again it is the same')
    body = until(lambda: said(s, d, 'PeriodExcluded'), 10)[0]
    check(body['due_at'] == body['due_at_legal'] > body['due_at_reported'], 'the event has both', body)
    until(lambda: (r := d.in_list('appraisal', desk.appraiser)) and r['due_at'][:19] == out['due_at'][:19], 10, 'the lists have the promised one')

    moved = until(lambda: (x := at_appraisal(d))['left_out'] and x, 10, 'appraisal knows of the period')
    equal([(p['from'], p['until']) for p in moved['left_out']], [(span['from'], span['until'])])
    check(moved['steps'][-1]['due_at'] > span['until'] > step['due_at'], 'the officer has the time behind it', moved, step)
    equal(d.in_list('appraisal', desk.appraiser)['step_due_at'], moved['steps'][-1]['due_at'])

    # Until when it lasts was known when a new date was promised: the date of the letter is the one in force, and what is found since gives its time.
    stretched = Dossier(s, desk, LAND).receive().give_transfer().take_transfer().assign()
    begun = datetime.datetime.fromisoformat(deadline(s, stretched)['received_at'])
    stretched.exclude('expert_examination', begun.isoformat(), (begun + datetime.timedelta(days=14)).isoformat())
    day = begun + datetime.timedelta(days=35 - begun.weekday())                 # a Monday
    letter = day.strftime('%Y-%m-%dT16:00:00')
    stretched.ask_more(letter + '+07:00')
    stretched.sign_apology()
    stretched.issue_apology()
    until(lambda: deadline(s, stretched)['due_at_reported'][:19] == letter, 10, 'it is in force')
    equal(deadline(s, stretched)['due_at_legal'][:19], letter, 'the date of the letter')
    given = stretched.find('remote_area')
    check(given['due_at'][:19] > letter == given['due_at_reported'][:19], 'by law: ten days behind the time that is left out', given)

    late = Dossier(s, desk, LAND).receive().give_transfer().take_transfer().assign()
    forward_to(s, at_appraisal(late)['steps'][-1]['due_at'])
    until(lambda: at_appraisal(late)['steps'][-1]['warning'] == 'late', 15, 'its step is late')
    check(at_appraisal(d)['steps'][-1]['warning'] != 'late', 'that of the other, of whose time the period is left out, is not')
    s.ctl('clock', 'forward', '40d')
    until(lambda: 'DuePassed' in late.story(), 15, 'it is late')
    equal(late.refused('intake', 'finding', desk.appraiser, {'finding': 'remote_area', 'document': late.evidence()}, 409)['field'], 'finding', 'what is late stays late')


@test
def a_period_that_ends_early_gives_the_time_back(s):
    desk = Desk(PHAN_THIET, at_counter=False)
    d = Dossier(s, desk, LAND).receive().give_transfer().take_transfer().assign()
    at_appraisal = lambda x: s.get('appraisal', f'/v1/appraisals/{x.id}', desk.appraiser).json
    first = deadline(s, d)
    begun = datetime.datetime.fromisoformat(first['received_at'])
    later = lambda days: (begun + datetime.timedelta(days=days)).isoformat()
    own = at_appraisal(d)['steps'][-1]['due_at']
    given = d.exclude('expert_examination', first['received_at'], later(30))
    longer = until(lambda: (x := at_appraisal(d))['left_out'] and x, 10, 'appraisal knows of the period')['steps'][-1]['due_at']
    check(given['due_at'] > first['due_at'] and longer > own, 'both have the time', given, longer)
    s.ctl('clock', 'forward', '9d')
    shows = d.evidence(content=b'%PDF-1.4 the expert is ready')
    other = Dossier(s, desk, LAND).receive().evidence()
    end = {'period': 'expert_examination', 'until': later(7), 'document': shows}
    for wrong, field in (({'period': 'lunch'}, 'period'), ({'period': 'violation'}, 'period'), ({'until': later(20)}, 'until'), ({'until': later(-1)}, 'until'),
                         ({'until': 'soon'}, 'until'), ({'document': None}, 'document'), ({'document': other}, 'document')):
        equal(d.refused('intake', 'exclude/end', desk.appraiser, {**end, **wrong}, 422)['field'], field)
    d.refused('intake', 'exclude/end', desk.receiver, end, 403)
    equal(d.refused('intake', 'exclude/end', 'H11.35.22-td02', end, 403)['field'], 'actor')
    equal(deadline(s, d)['due_at'], given['due_at'], 'no refusal moves anything')
    out = d.end_period(**{'period': end['period'], 'end': end['until'], 'document': shows})
    check(first['due_at'] < out['due_at'] < given['due_at'], 'the date is nearer again', first, out, given)
    equal((out['period'], out['document'], out['due_at_reported']), ('expert_examination', shows, given['due_at_reported']), 'the portal never knew of the period')
    equal(d.refused('intake', 'exclude/end', desk.appraiser, end, 409)['field'], 'period', 'once')
    told = deadline(s, d)
    equal((told['due_at'], told['promised_at'], dates(told['would_be'])), (out['due_at'], first['promised_at'], dates(told)), 'the first promise stays')
    equal([(p['why'], p['from'], p['to']) for p in told['pauses']], [('expert_examination', first['received_at'], later(7))], 'as long as it was')
    equal([(x['until'], x['recorded_until'], x['ended_by'], x['ended_document']) for x in told['exclusions']], [(later(7), later(30), desk.appraiser, shows)])
    check('kết thúc sớm hơn đã ghi nhận' in str(told['explained']['vi']) and 'ended earlier than was recorded' in str(told['explained']['en']), 'in words', told['explained'])
    moves = [(h['why'], h['about'], h['due_at_legal']) for h in told['history']]
    equal(moves, [('Received', None, first['due_at']), ('PeriodExcluded', 'expert_examination', given['due_at']), ('PeriodEnded', 'expert_examination', out['due_at'])])
    check('kết thúc sớm' in told['history'][-1]['vi'] and told['history'][-1]['en'], 'in words', told['history'])
    body = until(lambda: said(s, d, 'PeriodEnded'), 10)[0]
    check(body['due_at'] == body['due_at_legal'] and str(uuid.UUID(bytes=body['document']['id'])) == shows, 'the event has the date, and names the paper', body)
    back = until(lambda: (x := at_appraisal(d))['left_out'][0]['until'] == later(7) and x, 10, 'appraisal knows of the end')
    check(own < back['steps'][-1]['due_at'] < longer, 'the step has less time again', own, back, longer)
    equal(d.in_list('appraisal', desk.appraiser)['step_due_at'], back['steps'][-1]['due_at'])
    for service in ('approval', 'return'):
        until(lambda: s.rows(f"SELECT upper(left_out) - lower(left_out) = interval '7 days' AS so FROM {service}.dossier WHERE id = '{d.id}'")[0]['so'], 10, f'{service} knows, too')
    listed = until(lambda: (p := pauses(s, desk.unit, d)) and p[0]['recorded_to'] and p, 10, 'inspectors see it')
    equal([(x['kind'], x['from'], x['to'], x['recorded_to'], x['days']) for x in listed], [('excluded', first['received_at'], later(7), later(30), 7.0)])

    # The time of the open step has passed by it: that is told at once. (The reported date never knew of the period.)
    late = Dossier(s, desk, LAND).receive().give_transfer().take_transfer().assign()
    begun = datetime.datetime.fromisoformat(deadline(s, late)['received_at'])
    promised = deadline(s, late)['due_at']
    step = at_appraisal(late)['steps'][-1]['due_at']
    late.exclude('violation', begun.isoformat(), later(300))
    until(lambda: at_appraisal(late)['left_out'], 10, 'appraisal knows of the period')
    s.ctl('clock', 'forward', '60d')
    check(at_appraisal(late)['steps'][-1]['warning'] != 'late', 'it has time')
    late.end_period('violation', begun.isoformat())
    equal(deadline(s, late)['due_at'], promised, 'nothing is left out')
    until(lambda: (x := at_appraisal(late)['steps'][-1])['warning'] == 'late' and x['due_at'] == step, 15, 'its step is late')
    equal(at_appraisal(late)['left_out'], None, 'nothing is left out there')


main(System)
