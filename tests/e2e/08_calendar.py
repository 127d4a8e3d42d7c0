#!/usr/bin/env python3
"""A new holiday: a dry run shows every open dossier whose date would move; one batch moves them while the service goes on. Their open steps move
with them, or with what their watch tells, and nobody is called late on the holiday."""
import base64
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import (ADMIN, BIRTH, BUILDING, FILES, INSPECTOR, LAND, MOBILE_BIRTH, OWN_HOURS, PHAN_THIET, PORTAL, Desk, Dossier, filing, forward_to,  # noqa: E402
                   new_holiday, reception)
from system import SCHEMA, SERVICES, STAGES, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

HOLIDAY = '2019-10-04'      # a Friday
KEPT = {'intake': 'transfer', 'appraisal': 'step', 'approval': 'step', 'return': 'document'}       # where the times of open steps are
PASSED = [f'{name.capitalize()}Passed' for name in STAGES]     # of a step; the dossier's own date moves with a batch alone


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


def step(s, d):
    """The newest step of a dossier at appraisal."""
    return s.get('appraisal', f'/v1/appraisals/{d.id}', d.desk.appraiser)['steps'][-1]


def watched_out(s):
    """Whatever the watches of appraisal's steps had to look at by now, they have."""
    due = "SELECT count(*) FROM appraisal.timer t, appraisal.clock c WHERE t.act = 'step' AND t.due_at < clock_timestamp() + c.offset_us * interval '1 us'"
    until(lambda: s.value(due) == '0', 20, 'the watches have looked')


def entries(d):
    return [e['type'] for e in d.history()['entries']]


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
    far = Dossier(s, Desk(PHAN_THIET, at_counter=False), BUILDING).receive().give_transfer().take_transfer()    # in days of the calendar, not of work
    far.assign().ask('H11.36').answer('H11.36-td03')
    until(lambda: step(s, far)['kind'] == 'appraise', 10, 'the step behind the answer is open')
    steps = {d: step(s, d) for d in (mobile, far)}
    equal(steps[mobile]['due_at'][:10], HOLIDAY, 'the step is due on the day that will be a holiday')
    first = {d: due(s, d) for d in (mobile, lacking, land, owing, today, sealed)}
    equal(dry(s), {}, 'nothing moves by the calendar that they were counted with')

    new_holiday(s, HOLIDAY)
    until(lambda: dry(s), 10, 'the release is in use')
    found = dry(s)
    check({mobile.code, land.code, owing.code} <= set(found), 'what was counted over that day', found)
    check(not {gone.code, sealed.code, today.code, far.code} & set(found), 'what has ended, or was due before, stays', found)
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

    release = listed.split('by release ')[1].split()[0]
    other = s.ctl('deadlines', 'move', '--release', int(release) - 1, '--batch', 'NGHI', '--reason', 'Nghỉ bù', must=False)
    check(other.returncode and f'by release {int(release) - 1}' in other.err and f'release {release} is in use' in other.err, 'nor by taichoctl', other.err)
    check(s.ctl('deadlines', 'move', '--batch', 'NGHI', '--reason', 'Nghỉ bù', must=False).returncode, 'nor by whatever is in use')
    done = s.ctl('deadlines', 'move', '--release', release, '--batch', 'NGHI-2019-10-04', '--reason', 'Nghỉ bù theo thông báo của UBND tỉnh').out
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


    # So does the step that is open: it is due on the working day behind, and on the holiday it is not late.
    until(lambda: step(s, mobile)['due_at'][:10] == '2019-10-07', 10, 'the step has moved')
    equal(step(s, mobile)['due_at'][10:], steps[mobile]['due_at'][10:], 'by one working day')
    equal(mobile.in_list('appraisal', away.appraiser)['step_due_at'], step(s, mobile)['due_at'], 'in the list, too')
    equal(step(s, far), steps[far], 'a dossier whose dates stay was not counted again')
    forward_to(s, steps[mobile]['due_at'])
    watched_out(s)
    equal(mobile.in_list('appraisal', away.appraiser)['step_warning'], 'near', 'it is warned of, and not late')
    mobile.conclude()
    until(lambda: 'Appraised' in entries(mobile), 10, 'audit has its end')
    check('AppraisalPassed' not in entries(mobile), 'nobody called it late', entries(mobile))
    ended = until(lambda: [x for x in s.get('audit', f'/v1/dossiers/{mobile.code}/steps', INSPECTOR)['steps'] if x['event'] == 'Appraised'], 10, 'its step')
    check(ended[0]['due_at'][:10] == '2019-10-07' and ended[0]['minutes_late'] == 0 and ended[0]['result'] != 'late', 'nor does audit', ended)

    # The step of a dossier whose dates stay is told nothing before its time, by the calendar in use, and moves with what it is told.
    forward_to(s, steps[far]['near_at'])
    watched_out(s)
    looks = s.value(f"SELECT appraisal.civil(due_at) FROM appraisal.timer WHERE act = 'step' AND subject = '{far.id}'")
    check(looks > steps[far]['near_at'], 'its watch looks again later', looks)
    check('AppraisalNear' not in entries(far), 'and tells nothing yet', entries(far))
    equal(step(s, far), steps[far], 'nor is anything kept of it that no event tells')
    forward_to(s, looks)
    moved = until(lambda: (x := step(s, far))['warning'] == 'near' and x, 15, 'now it is near')
    check(moved['near_at'] == looks and moved['due_at'] > steps[far]['due_at'], 'by the new calendar', moved)

    # It goes on: decided on the day that would have been late, an hour before it is.
    forward_to(s, '2019-10-09T06:30:00+07:00')
    mobile.decided().number().seal()
    until(lambda: mobile.history()['timing'] == 'on_time', 10, 'in time by the new date')
    check('DuePassed' not in mobile.story(), 'it was never late', mobile.story())


@test
def whoever_looks_on_a_new_holiday_tells_nothing_and_keeps_what_was_told(s):
    """No batch was ordered. The services have nothing in mind of these dossiers, so that each state is read."""
    forward_to(s, '2019-10-09T16:56:00+07:00')      # what is opened now is due on the next day
    desk, away = Desk('H11.35.23'), Desk('H11.35.23', at_counter=False)
    given = Dossier(s, away, MOBILE_BIRTH).receive()
    queued, pending = Dossier(s, desk, BIRTH).receive(), Dossier(s, desk, BIRTH).receive().appraised()
    awaiting = Dossier(s, desk, BIRTH).receive().appraised().decided()
    everybody = (given, queued, pending, awaiting)
    s.settled()
    new_holiday(s, '2019-10-10')
    until(lambda: len({s.release(name) for name in SERVICES}) == 1, 20, 'all have the calendar')
    for name in STAGES:
        equal(s.services[name].stop(), 0, f'{name} stops')
        s.services[name].start().ready()
    kept = {name: s.tables()[f'{name}.{table}'] for name, table in KEPT.items()}
    forward_to(s, '2019-10-10T18:00:00+07:00')
    for name in STAGES:
        due = f"SELECT count(*) FROM \"{name}\".timer t, \"{name}\".clock c WHERE t.act = 'step' AND t.due_at < clock_timestamp() + c.offset_us * interval '1 us'"
        until(lambda due=due: s.value(due) == '0', 20, f'the watches of {name} have looked')
    for d in everybody:
        check(not [t for t in entries(d) if t in PASSED], 'nobody is told to be late', entries(d))
    told = {t for d in everybody for t in entries(d) if t.endswith('Near')}
    for name, table in KEPT.items():
        check(s.tables()[f'{name}.{table}'] == kept[name] or f'{name.capitalize()}Near' in told, f'{name} keeps what it told', told)
    forward_to(s, '2019-10-11T07:00:00+07:00')        # the office opens
    given.give_transfer().take_transfer()
    queued.appraised().decided().returned()
    pending.decided().returned()
    awaiting.returned()
    for d in (queued, pending, awaiting):           # what was given behind 15:00 was to be taken over as the office opened
        check(not [t for t in entries(d) if t in PASSED], 'nor was it', entries(d))


def told(s, id, name):
    """What each event of a kind says of a subject."""
    return [e for r in s.published() if r.key == id.encode() for type, e in [SCHEMA.body(r.event)] if type == name]


@test
def who_has_to_answer_has_the_days_of_the_new_calendar(s):
    """What was filed on the portal has eight working hours; a complaint is refused within two working days, and answered within fifteen."""
    desk = Desk('H11.35.24')
    forward_to(s, '2019-10-11T09:00:00+07:00')      # a Friday
    filed = s.must('intake', '/v1/submissions', PORTAL, filing(desk))['id']
    mine, theirs = Dossier(s, desk, BIRTH).receive(), Dossier(s, desk, BIRTH).receive()
    mine.complain()
    theirs.complain()
    complaint = lambda: s.rows(f"SELECT left(intake.civil(answer_due_at), 10) AS due, told, state FROM intake.complaint WHERE dossier = '{mine.id}'")[0]
    equal(complaint()['due'], '2019-11-01')
    s.settled()
    new_holiday(s, '2019-10-14')                    # the Monday
    until(lambda: len({s.release(name) for name in SERVICES}) == 1, 20, 'all have the calendar')
    waits = "SELECT count(*) FROM intake.timer t, intake.clock c WHERE t.act IN ('submission', 'answer') AND t.due_at < clock_timestamp() + c.offset_us * interval '1 us'"

    forward_to(s, '2019-10-14T18:00:00+07:00')
    until(lambda: s.value(waits) == '0', 20, 'the watches have looked')
    equal(told(s, filed, 'SubmissionPassed'), [], 'nobody had to answer on the holiday')
    forward_to(s, '2019-10-15T18:00:00+07:00')
    (passed,) = until(lambda: told(s, filed, 'SubmissionPassed'), 15, 'a day later its time has passed')
    r = s.must('intake', '/v1/dossiers', desk.receiver, reception(desk, channel='online', components=FILES, submission=filed))
    (received,) = until(lambda: told(s, r['id'], 'Received'), 15, 'its receipt')
    equal(received['filing']['answer_due_at'], passed['answer_due_at'], 'the receipt says until when it was to be answered, too')
    a = s.get('intake', f'/v1/submissions/{filed}', PORTAL)
    equal((a['late'], a['answer_due_at'][:13]), (True, '2019-10-15T09'))

    forward_to(s, '2019-10-16T08:30:00+07:00')
    theirs.refuse_complaint(1, desk.head)
    (answered,) = until(lambda: told(s, theirs.id, 'ComplaintAnswered'), 15, 'it is refused')
    check(not answered.get('late'), 'on the second working day, which is the third without the holiday', answered)

    forward_to(s, '2019-11-01T18:00:00+07:00')
    until(lambda: s.value(waits) == '0', 20, 'the watch has looked')
    equal((complaint(), told(s, mine.id, 'ComplaintDuePassed')), ({'due': '2019-11-01', 'told': False, 'state': 'open'}, []), 'a working day is left')
    forward_to(s, '2019-11-04T18:00:00+07:00')
    until(lambda: told(s, mine.id, 'ComplaintDuePassed'), 15, 'it has passed')
    equal(complaint(), {'due': '2019-11-04', 'told': True, 'state': 'open'}, 'by the new date')


@test
def a_word_of_a_newer_release_is_no_date_and_the_others_are_shown(s):
    """During an upgrade a newer process stores words that this one does not know: nothing is counted of that dossier, by its page or in the dry run."""
    forward_to(s, '2019-11-05T08:00:00+07:00')
    desk = Desk('H11.35.21', at_counter=False)
    d, other = (Dossier(s, desk, MOBILE_BIRTH).receive() for _ in range(2))
    day = until(lambda: due(s, d), 10, 'it is due')[:10]
    new_holiday(s, day)
    until(lambda: {d.code, other.code} <= set(dry(s)), 10, 'the release is in use')
    s.psql(f"""INSERT INTO intake.obligation (dossier, step, round, state, notice, opened_by, notified_at, met_by, met_at)
                   SELECT id, 3, 1, 'met', 'x', 'x', received_at, 'x', received_at FROM intake.dossier WHERE id = '{d.id}';
               INSERT INTO intake.finding (dossier, number, finding, replaces, time_unit, amount, basis, found_by, found_at)
                   SELECT id, 1, 'remote_area', false, 'working_days', 1, 'x', 'x', received_at FROM intake.dossier WHERE id = '{d.id}';
               DO $$DECLARE c record; BEGIN
                   FOR c IN SELECT conrelid::regclass AS checked, conname FROM pg_constraint
                             WHERE contype = 'c' AND conislocal AND conrelid <> 0 AND connamespace = 'intake'::regnamespace LOOP
                       EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.checked, c.conname);
                   END LOOP; END$$""")
    for table, column in (('dossier', 'state'), ('dossier', 'extension'), ('transfer', 'state'), ('obligation', 'state'), ('finding', 'time_unit')):
        key = 'id' if table == 'dossier' else 'dossier'
        was = s.value(f"SELECT quote_nullable({column}) FROM intake.{table} WHERE {key} = '{d.id}'")
        s.psql(f"UPDATE intake.{table} SET {column} = 'of_tomorrow' WHERE {key} = '{d.id}'")
        equal(s.get('intake', f'/v1/dossiers/{d.id}/deadline', desk.receiver).status, 500, f'{table}.{column}: nothing is told')
        found = dry(s)
        check(found[d.code].get('refused') and 'would_be' not in found[d.code], f'{table}.{column}: it is shown, and cannot be counted', found)
        check(found[other.code]['would_be'][:10] > day, f'{table}.{column}: the others can', found)
        s.psql(f"UPDATE intake.{table} SET {column} = {was} WHERE {key} = '{d.id}'")
        equal(s.get('intake', f'/v1/dossiers/{d.id}/deadline', desk.receiver).status, 200, f'{table}.{column}: as it was')


main(lambda: System(changes=OWN_HOURS))        # offices count by hours of their own, counters by theirs
