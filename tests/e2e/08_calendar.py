#!/usr/bin/env python3
"""A new holiday: a dry run shows every open dossier whose date would move; one batch moves them while the service goes on."""
import base64
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, BIRTH, INSPECTOR, LAND, MOBILE_BIRTH, PHAN_THIET, Desk, Dossier, new_holiday  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

HOLIDAY = '2019-10-04'      # a Friday


def dry(s, who=ADMIN):
    items, after = [], ''
    while True:
        a = s.get('intake', f'/v1/deadlines/changes{after}', who)
        equal(a.status, 200, 'a page of the dry run')
        items += a['items']
        if not a['next']:
            return {i['code']: i for i in items}
        after = f"?after={a['next']}"


def due(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['due_at']


def sealed_moves(s):
    """(code, batch, what it says) of each DueMoved, by its sealed bytes."""
    after = 0
    while after is not None:
        page = s.get('audit', f'/v1/entries?after={after}&limit=200', INSPECTOR)
        for e in page['items']:
            if e['type'] == 'DueMoved':
                event = SCHEMA.decode('LifecycleEvent', base64.b64decode(e['value_base64']))
                yield event['dossier_code'], event['command_id'], SCHEMA.body(event)[1]
        after = page['next']


@test
def a_new_holiday_moves_every_open_date_once_and_by_one_batch(s):
    away = Desk('H11.35.21', at_counter=False)
    mobile = Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()       # five working days
    lacking = Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
    lacking.ask_supplement()
    lacking.becomes('awaiting_supplement', 5)
    gone = Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
    gone.ask_back()
    gone.let_go()
    gone.becomes('withdrawn', 7)
    land = Dossier(s, Desk(PHAN_THIET, at_counter=False), LAND).receive()
    owing = Dossier(s, Desk(PHAN_THIET, at_counter=False), LAND).receive().give_transfer().take_transfer()
    owing.assign().verify().assign().conclude().endorse().decided()
    until(lambda: s.get('intake', f'/v1/dossiers/{owing.id}', owing.desk.appraiser)['obligations'], 20, 'the obligation is expected')
    owing.owe()
    today = Dossier(s, Desk('H11.35.22'), BIRTH).receive()                                           # today or tomorrow
    sealed = Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign().conclude().decided().number().seal()
    sealed.becomes('finished', 9)
    first = {d: due(s, d) for d in (mobile, lacking, land, owing, today, sealed)}
    equal(dry(s), {}, 'nothing moves by the calendar that they were counted with')

    new_holiday(s, HOLIDAY)
    until(lambda: dry(s), 10, 'the release is in use')
    found = dry(s)
    check({mobile.code, land.code, owing.code} <= set(found), 'what was counted over that day', found)
    check(not {gone.code, sealed.code, today.code} & set(found), 'what has ended, or was due before, stays', found)
    equal(found[mobile.code]['due_at'][:10], first[mobile][:10], 'from')
    equal((first[mobile][:10], found[mobile.code]['would_be'][:10]), ('2019-10-08', '2019-10-09'), 'one working day later')
    equal(due(s, mobile), first[mobile], 'the dry run moved nothing')
    listed = s.ctl('deadlines', 'check').out
    check(mobile.code in listed and 'dates would move' in listed, 'it is listed for people', listed)
    equal(dry(s, INSPECTOR), found, 'an inspector sees the same')
    equal(s.get('intake', '/v1/deadlines/changes', away.receiver).status, 403)
    body = {'batch': 'NGHI-2019-10-04', 'reason': 'Nghỉ bù', 'release': 1, 'dossiers': [mobile.id]}
    equal(s.post('intake', '/v1/deadlines/recounts', ADMIN, body).json['field'], 'release', 'not by what somebody saw before')
    equal(s.post('intake', '/v1/deadlines/recounts', INSPECTOR, body).status, 403)
    equal(s.post('intake', '/v1/deadlines/recounts', ADMIN, {**body, 'dossiers': ['x']}).json['field'], 'dossiers')

    done = s.ctl('deadlines', 'move', '--batch', 'NGHI-2019-10-04', '--reason', 'Nghỉ bù theo thông báo của UBND tỉnh').out
    check(f'{len(found)} dates were counted again' in done, 'all of them', done)
    check(not [i for i in found.values() if 'refused' in i], 'each can be counted', found)
    for d in (mobile, land, owing):
        equal(due(s, d)[:19], found[d.code]['would_be'][:19], 'as the dry run said')
        told = s.get('intake', f'/v1/dossiers/{d.id}/deadline', d.desk.receiver)
        equal(told['promised_at'], first[d], 'the receipt keeps its date')
    for d in (sealed, today):
        equal(due(s, d), first[d], 'not moved')
    equal(dry(s), {}, 'once')
    batch = s.get('intake', '/v1/deadlines/recounts/NGHI-2019-10-04', INSPECTOR).json
    equal((batch['dossiers'], batch['waiting'], batch['reason']), (len(found), 0, 'Nghỉ bù theo thông báo của UBND tỉnh'), 'who, why, how many')
    equal(s.get('intake', '/v1/deadlines/recounts/NONE', ADMIN).status, 404)
    until(lambda: mobile.in_list('appraisal', away.appraiser)['due_at'][:10] == '2019-10-09', 10, 'the appraiser sees it')
    until(lambda: 'DueMoved' in mobile.story(), 10, 'audit has sealed it')
    equal(mobile.history()['due_at'][:10], '2019-10-09', 'and judges by it')
    check('DueMoved' not in sealed.story() + gone.story(), 'what has ended was left alone')

    # One batch in the sealed history: whose it is stands in each event's bytes, and which in the history, too.
    for d in (mobile, land, owing):
        until(lambda: 'DueMoved' in d.story(), 10, 'audit has sealed it')
        entry = next(e for e in d.history()['entries'] if e['type'] == 'DueMoved')
        equal((entry['command'], entry['actor']), (batch['id'], 'service:intake'), 'its batch; nobody acted on the dossier')
    until(lambda: len(list(sealed_moves(s))) == len(found), 10, 'audit has sealed all of them')
    moved = {c: body for c, batch_id, body in sealed_moves(s) if batch_id == uuid.UUID(batch['id']).bytes}
    equal(moved.keys(), found.keys(), 'under one batch')
    equal({body['ordered_by'] for body in moved.values()}, {batch['asked_by']}, 'who ordered it')
    equal(batch['asked_by'], 'taichoctl')

    # It goes on: decided on the day that would have been late, an hour before it is.
    s.ctl('clock', 'forward', '191h')
    mobile.conclude().decided().number().seal()
    until(lambda: mobile.history()['timing'] == 'on_time', 10, 'in time by the new date')
    check('DuePassed' not in mobile.story(), 'it was never late', mobile.story())


main(System)
