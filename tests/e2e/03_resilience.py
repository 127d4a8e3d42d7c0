#!/usr/bin/env python3
"""What dies comes back, what is away is waited for, what is wrong is held: nothing is lost and nothing happens twice."""
# Runs alone: it waits for what dies and comes back.
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import proto  # noqa: E402
from load import CHAIN, ended_once  # noqa: E402
from story import ADMIN, BIRTH, INSPECTOR, OPERATOR, Desk, Dossier, paper, reception  # noqa: E402
from system import BUILD, MORNING, REFERENCE, SCHEMA, SERVICES, Service, System, subject_of_code  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

STAGE_OF = {'Received': 'intake', 'DocumentFiled': 'intake', 'Assigned': 'appraisal', 'Appraised': 'appraisal', 'Granted': 'approval', 'Signed': 'approval'}
# Moves without anything being done: how far readers and relay are.
MOVING = ('consumed', 'tick', 'published', 'relay', 'idempotency', 'access_log', 'timer_lease')


def held(s, service):
    return {h['subject']: h for h in s.get(service, '/ops/held', OPERATOR)['held']}


def dead(s, service):
    return s.get(service, '/ops/dead', OPERATOR)['dead']


# ---- settings: no system needed

@test
def a_missing_or_wrong_setting_keeps_a_service_from_starting_and_is_named(s):
    (s.dir / 'empty.json').write_text('{}')
    (s.dir / 'torn.json').write_text('{"keys": [')
    cases = [('TAICHO_DATABASE_URL', None), ('KAFKA_BROKERS', None), ('TAICHO_JWKS', None), ('TAICHO_JWKS', '/nowhere/jwks.json'),
             ('TAICHO_JWKS', str(s.dir / 'torn.json')), ('TAICHO_JWKS', str(s.dir / 'empty.json')), ('TAICHO_BATCH_MAX', 'many'), ('TAICHO_BATCH_MAX', '0'),
             ('TAICHO_HTTP_THREADS', '65'), ('TAICHO_LOG_LEVEL', 'loud'), ('TAICHO_GROUP', 'perhaps'), ('TAICHO_LISTEN', 'nonsense'),
             ('TAICHO_LISTEN', '127.0.0.1:99999'), ('TAICHO_DATABASE_URL', 'this is no conninfo')]
    for name in SERVICES:
        for setting, value in cases if name == 'intake' else cases[:3]:
            env = Service(s, name, '9', brokers='127.0.0.1:1').environment(**{setting: value})
            try:
                run = subprocess.run([BUILD / f'bin/taicho-{name}', 'serve'], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10)
            except subprocess.TimeoutExpired as e:
                raise AssertionError(f'{name} with {setting}={value} goes on:\n{(e.stdout or b"").decode()[-1500:]}') from None
            said = run.stdout.decode()
            check(run.returncode not in (0, -6, -11) and 'Sanitizer' not in said, f'{name} with {setting}={value}: status {run.returncode}', said)
            # libpq's own words do not know where the text came from.
            check(setting in said or (value or '') and value in said or 'conninfo' in said, f'{name} with {setting}={value} names it', said)


@test
def a_setting_that_is_a_term_now_is_warned_of(s):
    gone = {'TAICHO_LATE_ENTRY_DAYS': 'late_entry', 'TAICHO_REMIND_DAYS': 'collection_remind', 'TAICHO_REMINDERS': 'collection_reminders'}
    for more in ({}, {'TAICHO_REMINDERS': '5'}, dict.fromkeys(gone, '5')):
        env = Service(s, 'return', '9', brokers='127.0.0.1:1').environment(TAICHO_JWKS='/nowhere/jwks.json', **more)
        run = subprocess.run([BUILD / 'bin/taicho-return', 'serve'], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10)
        warned = [json.loads(line)['message'] for line in run.stdout.decode().splitlines() if '"warn"' in line]
        equal([all(word in ' '.join(warned) for word in pair) for pair in gone.items()], [env in more for env in gone], warned)


@test
def a_database_that_was_not_migrated_is_said_so(s):
    name = s.database + '_empty'
    s.psql(f'CREATE DATABASE {name}', database='postgres')
    url = f'{s.server} dbname={name} user=taicho_intake password={s.password}'
    run = subprocess.run([BUILD / 'bin/taicho-intake', 'serve'], env=Service(s, 'intake').environment(TAICHO_DATABASE_URL=url), stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=45)
    check(run.returncode not in (0, -6, -11) and b'migrate' in run.stdout, f'status {run.returncode}', run.stdout.decode())
    s.psql(f'DROP DATABASE {name}', database='postgres')


@test
def a_port_that_is_taken_is_said_so(s):
    port = s.services['intake'].port
    run = subprocess.run([BUILD / 'bin/taicho-audit', 'serve'], env=Service(s, 'audit', '9').environment(TAICHO_LISTEN=f'127.0.0.1:{port}'),
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=45)
    check(run.returncode not in (0, -6, -11) and str(port).encode() in run.stdout, f'status {run.returncode}', run.stdout.decode()[-2000:])


# ---- what comes again changes nothing

@test
def a_second_migrate_and_import_change_nothing(s):
    s.settled()
    before, release = s.tables(MOVING), s.release('intake')
    s.ctl('migrate', TAICHO_CLOCK_START='2020-01-01T07:30:00+07:00')
    s.ctl('topics')
    said = s.ctl('catalogue', 'import', REFERENCE)
    s.settled()
    after = s.tables(MOVING)
    changed = [f'{t}: {before[t]} -> {after.get(t)}' for t in before if before[t] != after.get(t)]
    check(not changed, 'something changed', *changed, said.out)
    equal(s.release('intake'), release, 'release')


# ---- processes

@test
def every_service_is_killed_under_load_and_everything_ends_exactly_once(s):
    units = [f'H11.35.{n}' for n in range(21, 27)]
    for u in units:                                     # tokens first: they cost time
        desk = Desk(u)
        for who in (desk.receiver, desk.appraiser, desk.approver, desk.clerk, desk.returner):
            s.token(who)
    done, failed, stop = [], [], threading.Event()

    def client(unit):
        while not stop.is_set():
            d = Dossier(s, Desk(unit))
            try:
                d.receive().appraised().decided().returned()
                done.append(d)
            except BaseException as e:
                failed.append(f'{d.code}: {e}')
                return
    threads = [threading.Thread(target=client, args=(u,)) for u in units]
    for t in threads:
        t.start()
    try:
        for name in SERVICES:
            enough = len(done) + 2
            until(lambda: len(done) >= enough or failed, 30, 'the load flows')
            s.services[name].kill()
            s.services[name].start().ready()
    finally:
        stop.set()
        for t in threads:
            t.join(60)
    check(not failed, 'no client was left without an answer', *failed[:3])
    check(len(done) >= 10, 'some load')
    ended_once(s, done)
    codes = sorted(d.code for d in done)
    equal(len(set(codes)), len(codes), 'no code twice')
    for u in units:
        numbers = sorted(int(c[-4:]) for c in codes if c.startswith(f'000.{u[-2:]}.'))
        equal(numbers, list(range(1, len(numbers) + 1)), f'codes of {u} without a gap')


@test
def two_processes_of_a_stage_share_its_partitions_and_one_takes_over(s):
    first = s.services['appraisal']
    second = s.add('appraisal', '2')

    def partitions(service):
        a = s.get(service, '/ops/status', OPERATOR)
        return {(p['topic'], p['partition']) for p in a['consumer']['partitions'] if p['topic'] == 'taicho.intake.v1'} if a.status == 200 else set()
    until(lambda: partitions(first) and partitions(second) and len(partitions(first) | partitions(second)) == 12, 20, 'both have partitions')
    equal(len(partitions(first)), 6, 'half of them each')
    dossiers, places = [], (partitions(first), partitions(second))
    # Where a dossier's events go is chance: received until each process has some.
    while len(dossiers) < 8 or not all(any(('taicho.intake.v1', proto.stage_partition(d.id)) in p for d in dossiers) for p in places):
        dossiers.append(Dossier(s, Desk('H11.35.30')).receive())
    for i, d in enumerate(dossiers):
        until(lambda: d.in_list('appraisal', d.desk.appraiser), 15, 'appraisal has it')
        # Either answers for any dossier.
        a = s.post(second if i % 2 else first, f'/v1/appraisals/{d.id}/assign', d.desk.appraiser, {'officer': d.desk.appraiser}, seen=dict(d.seen))
        equal(a.status, 200, 'assigned')
        d._saw('appraisal', a)
        d.conclude().decided().returned()
    for p in (first, second):
        check(s.get(p, '/ops/status', OPERATOR)['executor']['events'] > 0, f'process {p.instance} took events in')
    second.kill()
    more = [Dossier(s, Desk('H11.35.30')).receive() for _ in range(6)]
    for d in more:
        until(lambda: d.in_list('appraisal', d.desk.appraiser), 25, 'the one that is left takes over')
        d.appraised().decided().returned()
    ended_once(s, dossiers + more)


@test
def a_second_process_of_audit_stands_by_and_takes_over(s):
    second = s.add('audit', '2')
    first = s.services['audit']
    equal(s.get(second, '/v1/kpi', INSPECTOR).status, 200, 'the standby answers reads')
    first.kill()
    d = Dossier(s, Desk('H11.35.31')).whole()
    h = until(lambda: (a := s.get(second, f'/v1/dossiers/{d.code}/history', INSPECTOR)).status == 200 and len(a['entries']) == len(CHAIN) and a, 30, 'it takes over')
    equal([e['type'] for e in h['entries']], CHAIN)
    numbers = s.rows('SELECT number FROM audit.entry ORDER BY number')
    equal([n['number'] for n in numbers], list(range(1, len(numbers) + 1)), 'gapless')
    equal(second.stop(), 0, 'it ends well')
    first.start().ready()


# ---- servers

@test
def without_kafka_commands_are_taken_and_follow_later_by_themselves(s):
    s.servers('kafka', 'stop')
    try:
        desk = Desk('H11.35.32')
        dossiers = [Dossier(s, desk).receive() for _ in range(3)]
        for d in dossiers:
            d.file('component')
        equal(dossiers[0].state(), 'received')
        for name in SERVICES:
            until(lambda: s.get(name, '/readyz', None)['degraded'], 20, f'{name} says that it is degraded')
            equal(s.services[name].get_ready(), 200, 'and is ready all the same')
        unpublished = lambda: s.get('intake', '/ops/status', OPERATOR)['relay']['unpublished']
        until(lambda: unpublished() >= 6, 10, 'it says that six messages are not published')
        # Stopped and started meanwhile, as an operator would try.
        equal(s.services['return'].stop(), 0, 'return stops in order without Kafka')
        s.services['return'].start().ready()
    finally:
        s.servers('kafka', 'start')
    for d in dossiers:
        until(lambda: d.in_list('appraisal', desk.appraiser), 40, 'they arrive')
    until(lambda: s.get('intake', '/ops/status', OPERATOR)['relay']['unpublished'] == 0, 20, 'the outbox is empty')
    d = dossiers[0].appraised().decided().returned().becomes('returned', 10)
    until(lambda: len(d.story()) >= len(CHAIN) + 1, 40, 'audit hears of all of it')
    equal(sorted(d.story()), sorted(CHAIN + ['DocumentFiled']), 'nothing twice')


@test
def without_postgresql_everything_answers_503_and_resumes_by_itself(s):
    desk = Desk('H11.35.33')
    before = Dossier(s, desk).receive()
    key, body = str(uuid.uuid4()), reception(desk)
    s.servers('postgres', 'stop')
    try:
        for name, path, who, what in [('intake', '/v1/dossiers', desk.receiver, body), ('appraisal', f'/v1/appraisals/{before.id}/assign', desk.appraiser, {'officer': desk.appraiser}),
                                      ('approval', f'/v1/approvals/{before.id}/send-back', desk.approver, {'mandate': desk.mandate, 'reasons': ['other']}),
                                      ('return', f'/v1/returns/{before.id}/archive', desk.clerk, {})]:
            begin = time.monotonic()
            a = s.call(name, 'POST', path, who, what, key=key)
            check(a.status == 503 and int(a.headers.get('retry-after', 0)) >= 1, f'{name}: 503 with Retry-After', a, a.headers)
            check(a.json['detail'] and a.json['detail_en'], f'{name}: in two languages', a)
            check(time.monotonic() - begin < 12, f'{name}: answers soon')
        for name in SERVICES:
            path = {'intake': '/v1/dossiers', 'appraisal': '/v1/appraisals', 'approval': '/v1/approvals', 'return': '/v1/returns', 'audit': '/v1/kpi'}[name]
            a = s.get(name, path, INSPECTOR)
            check(a.status == 503 and 'retry-after' in a.headers, f'{name}: a read', a)
            equal(s.get(name, '/healthz', None).status, 200, f'{name} is alive')
            until(lambda: s.services[name].get_ready() == 503, 10, f'{name} is not ready')
    finally:
        s.servers('postgres', 'start')
    for name in SERVICES:
        s.services[name].ready(30)
    a = until(lambda: (a := s.call('intake', 'POST', '/v1/dossiers', desk.receiver, body, key=key)).status == 201 and a, 15, 'the same key is taken now')
    equal(s.call('intake', 'POST', '/v1/dossiers', desk.receiver, body, key=key).body, a.body, 'once')
    equal(int(s.value(f"SELECT count(*) FROM intake.dossier WHERE unit = '{desk.unit}'")), 2, 'two dossiers of this unit')
    before.appraised().decided().returned()
    ended_once(s, [before])


@test
def a_cut_connection_is_not_even_noticed(s):
    desk = Desk('H11.36.21')
    for _ in range(5):
        s.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'taicho-%'")
        d = Dossier(s, desk).receive()
    d.appraised().decided().returned()
    ended_once(s, [d])


@test
def a_service_serves_although_nobody_reads_its_log(s):
    service, (reading, writing) = s.services['approval'], os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, b'\n' * 4096)
    service.stop()
    service.open_log = lambda: os.fdopen(os.dup(writing), 'wb')
    try:
        service.start().ready()
        d = Dossier(s, Desk('H11.36.27'), BIRTH).whole()
        left_out = re.search(r'^taicho_log_lines_left_out_total\S* (\d+)', s.http('GET', service.port, '/metrics').body.decode(), re.M)
        check(left_out and int(left_out.group(1)) > 0, 'it counts the lines for which there was no room', left_out)
        os.read(reading, 65536)
        equal(service.stop(), 0, 'it ends well')
        said = os.read(reading, 65536).decode()
        told = sum(int(n) for n in re.findall(r'"(\d+) log lines were left out', said))
        check(told >= int(left_out.group(1)), 'it says how many, now that there is room', said)
    finally:
        del service.open_log
        service.stop()
        service.start().ready()
        os.close(reading)
        os.close(writing)
    ended_once(s, [d])


@test
def everything_is_as_it_was_after_a_restart(s):
    desk = Desk('H11.36.22')
    d = Dossier(s, desk).receive().appraised()
    s.settled()
    before, clock = s.tables(MOVING), s.get('intake', '/readyz', None)['business_time']
    for name in SERVICES:
        equal(s.services[name].stop(), 0, f'{name} ends well')
    for name in SERVICES:
        s.services[name].start()
    for name in SERVICES:
        s.services[name].ready()
    s.settled()
    after = s.tables(MOVING)
    changed = [f'{t}: {before[t]} -> {after.get(t)}' for t in before if before[t] != after.get(t)]
    check(not changed, 'something changed', *changed)
    check(s.get('intake', '/readyz', None)['business_time'] > clock, 'business time goes on')
    d.decided().returned()
    ended_once(s, [d])


# ---- messages

@test
def bytes_that_cannot_be_read_become_a_dead_letter_and_hold_only_their_dossier(s):
    desk = Desk('H11.36.23')
    victim = Dossier(s, desk).receive()
    partition = proto.stage_partition(victim.id)
    neighbour = Dossier(s, desk).receive()
    while proto.stage_partition(neighbour.id) != partition:     # one that shares the partition
        neighbour = Dossier(s, desk).receive()
    until(lambda: victim.in_list('appraisal', desk.appraiser), 15, 'appraisal has it')
    s.settled()
    s.kafka.write('taicho.intake.v1', partition, victim.id.encode(), b'\xff\xff this is no event', {'ce_type': 'vn.taicho.intake.Received'})
    s.kafka.write('taicho.intake.v1', partition, b'no-dossier-at-all', b'\x00', {})
    s.kafka.write('taicho.intake.v1', partition, None, None, {})
    for name in ('appraisal', 'approval', 'return', 'audit'):
        until(lambda: any(x['subject'] == victim.id for x in dead(s, name)), 15, f'{name} has a dead letter')
        until(lambda: len(dead(s, name)) >= 2, 10, f'{name}: the one of no dossier is a dead letter too')
        until(lambda: victim.id in held(s, name), 10, f'{name} holds the dossier')
    letter = next(x for x in dead(s, 'appraisal') if x['subject'] == victim.id)
    check(letter['reason'], 'it says why')
    one = s.get('appraisal', f"/ops/dead?id={letter['id']}", OPERATOR)
    check('value_base64' in one.json and one['topic'] == 'taicho.intake.v1', 'its bytes are kept', one)
    a = s.call('appraisal', 'POST', f'/v1/appraisals/{victim.id}/assign', desk.appraiser, {'officer': desk.appraiser})
    check(a.status == 409 and a.json['type'].endswith(':held') and 'retry-after' in a.headers, 'its commands are answered with held', a)
    # The rest flows, on the same partition.
    neighbour.appraised().decided().returned()
    ended_once(s, [neighbour])
    check(s.kafka.read('taicho.intake.v1.dlq', 12), 'and the topic of dead letters has it')
    # Given up with a reason: the dossier goes on.
    for name in ('appraisal', 'approval', 'return', 'audit'):
        for x in dead(s, name):
            a = s.call(name, 'POST', '/ops/dead/discard', OPERATOR, {'id': x['id'], 'reason': 'một thử nghiệm'})
            equal(a.status, 200, f'{name}: discard {a}')
        equal(dead(s, name), [], f'{name}: none is left')
        check(victim.id not in held(s, name), f'{name} holds it no longer')
    victim.appraised().decided().returned()
    ended_once(s, [victim])


def received(s, d):
    """The event that began the dossier, as published."""
    return next(r.event for r in s.published(['taicho.intake.v1']) if r.event and r.key == d.id.encode())


def forged(s, d, source, kind, body, version=1, seen=None, **more):
    """A well-formed event about a dossier that nobody published."""
    genuine = received(s, d)
    e = {k: genuine[k] for k in ('subject_kind', 'subject_id', 'release', 'dossier_code', 'occurred_at', 'recorded_at', 'place', 'route', 'unit', 'procedure', 'process', 'process_version')}
    e.update(event_id=uuid.uuid4().bytes, source=proto.source_enum(source), version=version, actor='nobody', step=1, round=1, command_id=uuid.uuid4().bytes, **more)
    proto.set_seen(e, seen or {})
    field = next(f for f in SCHEMA.oneofs['LifecycleEvent'] if SCHEMA.messages['LifecycleEvent'][f][1] == kind)
    e[field] = body
    return e


def publish(s, e):
    source = e['source'][len('SOURCE_'):].lower()
    subject = str(uuid.UUID(bytes=e['subject_id']))
    s.kafka.write(f'taicho.{source}.v1', proto.stage_partition(subject), subject.encode(), SCHEMA.encode('LifecycleEvent', e),
                  {'ce_specversion': '1.0', 'ce_id': str(uuid.UUID(bytes=e['event_id'])), 'ce_type': f'vn.taicho.{source}.{SCHEMA.body(e)[0]}',
                   'ce_source': f'/taicho/{source}', 'ce_subject': subject, 'content-type': 'application/protobuf'})


@test
def an_event_that_cannot_be_true_is_held_with_its_reason_and_only_its_dossier_waits(s):
    desk = Desk('H11.36.24')
    victim, other = Dossier(s, desk).receive(), Dossier(s, desk).receive()
    s.settled()
    publish(s, forged(s, victim, 'return', 'Sealed', {'seal': 'H11.36.24-s2', 'ordinal': 2, 'keeper': desk.clerk, 'outcome': 'OUTCOME_GRANTED',
                                                      'document': {'id': uuid.uuid4().bytes, 'sha256': b'\1' * 32, 'pages': 1}}, seen={'intake': 1}))
    h = until(lambda: held(s, 'intake').get(victim.id), 15, 'intake holds it')
    check(h['hold'] and h['waiting'] == 1, 'with its reason', h)
    a = s.call('intake', 'POST', f'/v1/dossiers/{victim.id}/documents', desk.receiver, paper('component'))
    check(a.status == 409 and a.json['type'].endswith(':held'), 'its commands are answered with held', a)
    equal(victim.track()['national_status'], 2, 'nothing of it was applied')
    other.appraised().decided().returned()
    ended_once(s, [other])
    # A redrive tries again and says the same.
    a = s.call('intake', 'POST', '/ops/redrive', OPERATOR, {'subject': victim.id, 'reason': 'thử lại'})
    check(victim.id in held(s, 'intake'), 'still held after a redrive', a)
    equal(victim.track()['national_status'], 2, 'still nothing of it')


@test
def what_was_held_goes_on_after_a_redrive_when_its_cause_is_gone(s):
    desk = Desk('H11.36.25')
    d = Dossier(s, desk).receive()
    s.settled()
    ghost = forged(s, d, 'intake', 'Received', {'channel': 'CHANNEL_COUNTER', 'counter': desk.counter, 'receiving_unit': desk.unit, 'due_at': 1570000000000000,
                                                 'due_at_legal': 1570000000000000, 'due_at_reported': 1570000000000000, 'due_rule': 'working_days:1',
                                                 'calendar_year_last': 2026, 'component_count': 1, 'calendar_release': 1})
    ghost.update(subject_id=uuid.uuid4().bytes, dossier_code='000.25.36.H11-191001-9000', process='ghost-process', process_version=1)
    ghost.pop('seen')
    subject = str(uuid.UUID(bytes=ghost['subject_id']))
    publish(s, ghost)
    h = until(lambda: held(s, 'appraisal').get(subject), 15, 'appraisal does not know the process and holds it')
    check('ghost-process' in h['hold'], 'the reason names it', h)
    step = lambda kind, role: {'kind': kind, 'role': role, 'minutes': 15, 'unit_ref': 'own', 'at_counter': True}
    a = s.call('intake', 'POST', '/v1/catalogue/releases', ADMIN, {'records': [{
        'kind': 'process', 'id': 'ghost-process', 'valid_from': '2024-10-01', 'valid_to': '2025-07-01', 'procedure': BIRTH, 'level': 'commune', 'on_the_spot': True, 'total_minutes': 480,
        'steps': [step('receive', 'receiver'), step('appraise', 'appraiser'), step('approve', 'approver'), step('number_seal', 'clerk'), step('return', 'returner')]}]})
    check(a.status == 201, 'the process is imported', a)
    until(lambda: s.release('appraisal') == a['release'], 15, 'its release is there')
    a = s.call('appraisal', 'POST', '/ops/redrive', OPERATOR, {'subject': subject, 'reason': 'quy trình đã có'})
    equal(a.status, 200, f'redrive {a}')
    check(subject not in held(s, 'appraisal'), 'held no longer')
    equal(s.get('appraisal', f'/v1/appraisals/{subject}', INSPECTOR).status, 200, 'it is there')


@test
def an_event_that_comes_too_early_waits_for_what_it_has_seen(s):
    desk = Desk('H11.36.26')
    d = Dossier(s, desk).receive()
    s.settled()
    filed = forged(s, d, 'intake', 'DocumentFiled', {'kind': 'DOCUMENT_KIND_DRAFT_RESULT', 'document': {'id': uuid.uuid4().bytes, 'sha256': b'\2' * 32, 'pages': 1}}, version=2)
    filed['subject_id'] = uuid.uuid4().bytes
    subject = str(uuid.UUID(bytes=filed['subject_id']))
    first = {**received(s, d), 'subject_id': filed['subject_id'],
             'event_id': uuid.uuid4().bytes, 'dossier_code': '000.26.36.H11-191001-9001'}
    s.submit('appraisal', SCHEMA.encode('LifecycleEvent', filed))
    waiting = lambda: [w for w in s.get('appraisal', '/ops/waiting', OPERATOR)['waiting'] if w['subject'] == subject]
    equal([(w['type'], w['reason']) for w in waiting()], [('DocumentFiled', 'order')], 'it waits for its turn')
    s.submit('appraisal', SCHEMA.encode('LifecycleEvent', first))
    equal(waiting(), [], 'both are applied')
    equal(s.rows(f"SELECT applied[1] AS intake FROM appraisal.subject WHERE id = '{subject}'"), [{'intake': 2}], 'in order')
    s.submit('appraisal', SCHEMA.encode('LifecycleEvent', first), SCHEMA.encode('LifecycleEvent', filed))
    equal(s.rows(f"SELECT applied[1] AS intake FROM appraisal.subject WHERE id = '{subject}'"), [{'intake': 2}], 'a repeat is dropped')


@test
def an_event_of_a_later_release_waits_until_that_release_is_here(s):
    desk = Desk('H11.36.27')
    d = Dossier(s, desk).receive()
    s.settled()
    release = s.release('intake')
    first = {**received(s, d), 'subject_id': uuid.uuid4().bytes,
             'event_id': uuid.uuid4().bytes, 'dossier_code': '000.27.36.H11-191001-9002', 'release': release + 1}
    subject = str(uuid.UUID(bytes=first['subject_id']))
    s.submit('appraisal', SCHEMA.encode('LifecycleEvent', first))
    waiting = lambda: [w['reason'] for w in s.get('appraisal', '/ops/waiting', OPERATOR)['waiting'] if w['subject'] == subject]
    equal(waiting(), ['release'], 'it waits')
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [{'kind': 'officer', 'id': 'H11.36.27-zz01', 'valid_from': '2019-01-01', 'valid_to': '2025-07-01', 'unit': 'H11.36.27',
                                                                    'title': 'Thử', 'roles': ['clerk']}]})
    # Nothing else happens at appraisal: the release alone has to wake it.
    until(lambda: not waiting(), 15, 'the release wakes it')
    equal(s.get('appraisal', f'/v1/appraisals/{subject}', INSPECTOR).status, 200, 'it is there')


@test
def a_dead_letter_that_was_taken_in_after_all_is_replayed_and_only_the_last_one_lifts_the_hold(s):
    desk = Desk('H11.36.27')
    d = Dossier(s, desk).receive()
    until(lambda: d.in_list('appraisal', desk.appraiser), 15, 'appraisal has it')
    s.settled()
    genuine = next(r for r in s.kafka.read('taicho.intake.v1', 12) if r.key and r.key.decode() == d.id)
    s.psql(f"UPDATE appraisal.subject SET hold = 'dead-letter: a test', held_at = now() WHERE id = '{d.id}'")
    for offset, value in ((-1, genuine.value.hex()), (-2, 'ffff')):
        s.psql("INSERT INTO appraisal.dead_letter (cluster, topic, \"partition\", \"offset\", value, reason, subject)"
               f" VALUES ('test', 'taicho.intake.v1', 0, {offset}, '\\x{value}', 'a test', '{d.id}')")
    letters = {x['offset']: x['id'] for x in dead(s, 'appraisal')}
    replay = lambda offset: s.call('appraisal', 'POST', '/ops/dead/replayed', OPERATOR, {'id': letters[offset]})
    equal(replay(-2).status, 422, 'its bytes are not readable')
    a = replay(-1)
    equal((a.status, a.json['lifted']), (200, False), f'it was taken in, but another one is open: {a}')
    equal(replay(-1).body, a.body, 'the same order has the same answer')
    equal(s.call('appraisal', 'POST', '/ops/dead/discard', OPERATOR, {'id': letters[-1], 'reason': 'một thử nghiệm'}).status, 404, 'another one finds it closed')
    equal(s.rows(f"SELECT state FROM appraisal.dead_letter WHERE id = {letters[-1]}"), [{'state': 'replayed'}], 'its state')
    check(d.id in held(s, 'appraisal'), 'the other one holds it still')
    discard = {'id': letters[-2], 'reason': 'một thử nghiệm'}
    equal(s.call('appraisal', 'POST', '/ops/dead/discard', OPERATOR, discard).status, 200, 'given up')
    check(d.id not in held(s, 'appraisal'), 'the last one lifts it')
    # A hold for another reason is not lifted by a dead letter.
    s.psql(f"UPDATE appraisal.subject SET hold = 'refused: a test', held_at = now() WHERE id = '{d.id}'")
    s.psql(f"UPDATE appraisal.dead_letter SET state = 'open' WHERE id = {letters[-2]}")
    a = s.call('appraisal', 'POST', '/ops/dead/discard', OPERATOR, discard)
    equal((a.status, a.json['lifted']), (200, False), f'discarded: {a}')
    check(d.id in held(s, 'appraisal'), 'it is held for something else')
    s.psql(f"UPDATE appraisal.subject SET hold = NULL, held_at = NULL WHERE id = '{d.id}'")
    d.appraised().decided().returned()
    ended_once(s, [d])


@test
def a_dead_letter_is_closed_and_its_hold_lifted_at_once_or_not_at_all(s):
    desk = Desk('H11.36.27')
    d = Dossier(s, desk).receive()
    until(lambda: d.in_list('appraisal', desk.appraiser), 15, 'appraisal has it')
    s.settled()
    s.psql(f"UPDATE appraisal.subject SET hold = 'dead-letter: a test', held_at = now() WHERE id = '{d.id}'")
    s.psql("INSERT INTO appraisal.dead_letter (cluster, topic, \"partition\", \"offset\", value, reason, subject)"
           f" VALUES ('test', 'taicho.intake.v1', 0, -3, '\\xff', 'a test', '{d.id}')")
    letter = next(x['id'] for x in dead(s, 'appraisal') if x['offset'] == -3)
    discard = lambda: s.call('appraisal', 'POST', '/ops/dead/discard', OPERATOR, {'id': letter, 'reason': 'một thử nghiệm'})
    state = lambda: s.rows(f"SELECT state, state_by IS NULL AS nobody FROM appraisal.dead_letter WHERE id = {letter}")
    # The hold cannot be lifted: somebody else is always first.
    s.psql("CREATE FUNCTION appraisal.trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a test' USING ERRCODE = '40001'; END $$;"
           " CREATE TRIGGER trip BEFORE UPDATE ON appraisal.subject FOR EACH STATEMENT EXECUTE FUNCTION appraisal.trip()")
    try:
        a = discard()
    finally:
        s.psql('DROP FUNCTION appraisal.trip() CASCADE')
    check(a.status == 503 and 'retry-after' in a.headers, 'the operator is told that it was not done', a)
    equal(state(), [{'state': 'open', 'nobody': True}], 'nothing of it was done')
    check(d.id in held(s, 'appraisal'), 'it is held as before')
    a = discard()
    equal((a.status, a.json['lifted'], a.json['held']), (200, True, False), f'the same order does it: {a}')
    check(d.id not in held(s, 'appraisal'), 'held no longer')
    # A letter that was closed while its hold stayed, as an earlier release could leave it.
    s.psql(f"UPDATE appraisal.subject SET hold = 'dead-letter: a test', held_at = now() WHERE id = '{d.id}'")
    a = discard()
    equal((a.status, a.json['lifted']), (200, True), f'the same order heals it: {a}')
    check(d.id not in held(s, 'appraisal'), 'held no longer')
    d.appraised().decided().returned()
    ended_once(s, [d])


@test
def a_stop_answers_what_is_under_way_although_the_database_hangs(s):
    desk = Desk('H11.36.27')
    d = Dossier(s, desk).receive()
    until(lambda: d.in_list('appraisal', desk.appraiser), 15, 'appraisal has it')
    # Every connection of it hangs: the server processes are stopped, as if their disk did not answer.
    pids = [r['pid'] for r in s.rows("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'taicho-appraisal-%'")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    got = []
    asker = threading.Thread(target=lambda: got.append(
        s.call('appraisal', 'POST', f'/v1/appraisals/{d.id}/assign', desk.appraiser, {'officer': desk.appraiser})))
    try:
        asker.start()
        time.sleep(0.3)
        began = time.time()
        equal(s.services['appraisal'].stop(), 0, 'it ends well')
        check(time.time() - began < 10, 'within 10 s', time.time() - began)
        asker.join(5)
        equal([a.status for a in got], [503], f'the command was answered: {got}')
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    s.services['appraisal'].start()
    s.services['appraisal'].ready()
    d.appraised().decided().returned()
    ended_once(s, [d])


@test
def a_gap_in_the_sequence_is_written_down_and_struck_out_when_the_missing_comes(s):
    desk = Desk('H11.36.28')
    d = Dossier(s, desk).receive()
    s.settled()
    p = proto.stage_partition(d.id)
    last = max(int(r.headers['ce_sequence']) for r in s.kafka.read('taicho.intake.v1', 12) if r.partition == p and 'ce_sequence' in r.headers)
    at = s.rows(f"SELECT next_sequence FROM appraisal.consumed WHERE topic = 'taicho.intake.v1' AND \"partition\" = {p}")
    equal(s.rows(f"SELECT count(*) AS n FROM appraisal.missing_sequence"), [{'n': 0}], 'no gap so far')
    e = next(r for r in s.kafka.read('taicho.intake.v1', 12) if r.key and r.key.decode() == d.id)
    s.kafka.write('taicho.intake.v1', p, e.key, e.value, {**e.headers, 'ce_sequence': str(last + 3)})
    gap = lambda: [m['sequence'] for m in s.rows(f"SELECT sequence FROM appraisal.missing_sequence WHERE topic = 'taicho.intake.v1' AND \"partition\" = {p} ORDER BY 1")]
    until(lambda: gap() == [last + 1, last + 2], 10, f'two numbers are missing: {gap()} of {at}')
    s.kafka.write('taicho.intake.v1', p, e.key, e.value, {**e.headers, 'ce_sequence': str(last + 1)})
    until(lambda: gap() == [last + 2], 10, 'one arrived')
    # The other one never will: an operator strikes it out and says why.
    listed = s.get('appraisal', '/ops/missing', OPERATOR)['missing']
    equal([(m['topic'], m['partition'], m['sequence']) for m in listed], [('taicho.intake.v1', p, last + 2)], 'it is listed')
    strike = {'topic': 'taicho.intake.v1', 'partition': p, 'sequence': last + 2, 'reason': 'never published'}
    equal(s.call('appraisal', 'POST', '/ops/missing/strike', OPERATOR, {**strike, 'reason': ''}).status, 422, 'not without a reason')
    equal(s.call('appraisal', 'POST', '/ops/missing/strike', OPERATOR, strike).status, 200, 'struck out')
    equal(s.call('appraisal', 'POST', '/ops/missing/strike', OPERATOR, strike).status, 404, 'once')
    equal(gap(), [], 'none is missing')
    more = Dossier(s, desk).receive()
    until(lambda: more.in_list('appraisal', desk.appraiser), 10, 'the partition flows on')


@test
def a_database_that_is_older_than_what_others_know_stops_working_until_an_operator_decides(s):
    desk = Desk('H11.36.29')
    d = Dossier(s, desk).receive()
    s.settled()
    s.submit('return', SCHEMA.encode('LifecycleEvent', forged(s, d, 'approval', 'Granted', {'mandate': 'm'}, seen={'return': 5, 'intake': 1})))
    until(lambda: s.services['return'].get_ready() == 503, 10, 'return is not ready')
    a = s.get('return', '/readyz', None)
    equal(a['parts']['halted'], True, 'it says why')
    equal(s.services['intake'].get_ready(), 200, 'the others go on')
    a = s.call('return', 'POST', '/v1/series', ADMIN, {'series': 'r-x', 'unit': desk.unit, 'document': 'result', 'pattern': '{n}/KQ', 'valid_from': '2019-10-01'})
    equal(a.status, 503, f'no command is carried out: {a}')


main(lambda: System(own_servers=True))
