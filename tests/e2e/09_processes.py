#!/usr/bin/env python3
"""The internal processes that provinces have published load as process versions; each whose steps do not sum to its stated total is
named, and a dossier of each goes its whole way in the order of its steps. The file is test data that the project does not contain:
TAICHO_TEST_DATA/internal-processes.jsonl.xz."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'lib'), str(TESTS / 'oracle'), str(TESTS.parent)]
import clock  # noqa: E402
import processes  # noqa: E402
from story import ADMIN, INSPECTOR, PHAN_THIET, Desk, Dossier  # noqa: E402
from system import SERVICES, System, rows as reference  # noqa: E402
from tap import Skip, check, equal, main, test, until  # noqa: E402
from tests.fault import check as checker  # noqa: E402

FILE = Path(os.environ.get('TAICHO_TEST_DATA', '')) / 'internal-processes.jsonl.xz'
HOURS = ((7 * 60, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))       # of the counter and of the office there
AT_ONCE = 4                                                     # dossiers


def published():
    if not os.environ.get('TAICHO_TEST_DATA') or not FILE.exists():
        raise Skip('TAICHO_TEST_DATA does not name a folder with internal-processes.jsonl.xz')
    return processes.published(FILE)


def sums(process):
    """-1, 0, 1: the steps take less than the total, as much, more."""
    took = sum(s['minutes'] for s in process['steps'])
    return (took > process['total_minutes']) - (took < process['total_minutes'])


@test
def every_published_process_loads_and_what_does_not_sum_is_named(s):
    rows = published()
    made = [processes.records(row, n) for n, row in enumerate(rows, 1)]
    for row, (_, process) in zip(rows, made):
        equal(sum(x['minutes'] for x in process['steps']), round(row['tong_gio'] * 60), f"{process['id']}: no time is lost on the way")
    stated = [p for row, (_, p) in zip(rows, made) if 'tong_cong_bo_gio' in row]
    equal((len(rows), len(stated), sum(sums(p) == 0 for p in stated)), (103, 87, 74), 'processes, with a total, that sum to it')

    a = s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [r for pair in made for r in pair]})
    equal((a.status, a['added']), (201, 2 * len(made)), 'all load')
    off = {p['id']: (p['total_minutes'], sum(x['minutes'] for x in p['steps'])) for _, p in made if sums(p)}
    equal({x['process']: (x['total_minutes'], x['steps_minutes']) for x in a['steps_off_total']}, off, 'what does not sum is named')
    equal((sum(took > total for total, took in off.values()), len(off)), (2, 13), 'more than the total, all that do not sum to it')
    for _, p in made:
        kept = s.get('intake', f"/v1/catalogue/process/{p['id']}", ADMIN)
        equal((kept.status, kept['version']), (200, 1), 'a process version')
        equal([(x['kind'], x['minutes']) for x in kept['steps']], [(x['kind'], x['minutes']) for x in p['steps']], f"the steps of {p['id']}")


def office():
    """The other engine's working time, on the calendar of the reference data."""
    days = [(clock.datetime.date.fromisoformat(c['date']).toordinal() - clock.EPOCH, c['kind']) for c in reference('calendar')]
    return clock.Office({d for d, kind in days if kind == 'day_off'}, {d for d, kind in days if kind == 'make_up'}, HOURS)


class Patient(Dossier):
    """Many go their ways at once: what one service said may take a while to be heard by another."""

    def _post(self, *args, **more):
        return super()._post(*args, **{'limit': 60, **more})


def walk(s, procedure, steps):
    """A dossier from its receipt until the citizen has the result: one act, or a few, for each step of its process in their order."""
    desk = Desk(PHAN_THIET, at_counter=False)
    others = iter(['03', '04'] * len(steps))        # an officer's step is followed by another's
    d = Patient(s, desk, procedure)
    for kind, _ in steps:
        if kind == 'receive':
            d.receive()
        elif kind == 'appraise':
            desk.appraiser = f'{PHAN_THIET}-td{next(others)}'
            d.assign().conclude()
        elif kind == 'endorse':
            d.endorse()
        elif kind == 'approve':
            d.decided()
        elif kind == 'number_seal':
            d.number().seal()
        elif kind == 'hand_over':
            d.give_result().take_result()
        else:
            equal(kind, 'return', f'a step that {procedure} has and this test does not know')
            d.make_ready().deliver()
    return d


ENDS = {'appraise': 'Appraised', 'endorse': 'Endorsed', 'approve': 'Signed', 'number_seal': 'Sealed', 'hand_over': 'HandOverTaken', 'return': 'Ready'}


def clocked(s, d):
    """What audit holds of the ends of its steps: [(event, step, round, ended, opened, due)], in the order of the steps."""
    micros = lambda t: f"(extract(epoch FROM {t}) * 1000000)::bigint AS {t}"    # noqa: E731
    told = s.rows(f"SELECT type, step, round, {micros('occurred_at')}, {micros('step_opened_at')}, {micros('step_due_at')}, step_timing FROM audit.entry"
                  f" WHERE subject = '{d.id}' AND type IN ({', '.join(repr(e) for e in ENDS.values())}) ORDER BY step, round, number")
    return [tuple(r.values()) for r in told]


def is_clocked(s, d, steps, worktime, statutory):
    """Each step had the time that the file gives it, from the end of the one before it on; the dossier what the law gives."""
    first, due = (int(n) for n in s.fields(f"SELECT (extract(epoch FROM received_at) * 1000000)::bigint, (extract(epoch FROM due_at) * 1000000)::bigint"
                                           f" FROM intake.dossier WHERE id = '{d.id}'")[0])
    equal(due, clock.add(worktime, first, 'hour', statutory), f'{d.procedure}: the date that the citizen was told')
    told, before = clocked(s, d), first
    equal([x[:3] for x in told], [(ENDS[kind], n, 1) for n, (kind, _) in enumerate(steps, 1) if kind in ENDS], f'{d.procedure}: the ends of its steps')
    for (event, n, _, ended, opened, until_, timing), (_, minutes) in zip(told, steps[1:]):
        if minutes:
            equal((opened, until_, timing), (before, clock.add(worktime, before, 'hour', minutes), 'early'), f'{d.procedure}, step {n}: {event}')
        else:
            equal((opened, until_, timing), (None, None, None), f'{d.procedure}, step {n}: {event} of a step without a time')
        before = ended


@test
def a_dossier_of_every_process_goes_its_whole_way(s):
    made = []
    for n, row in enumerate(published(), 1):
        procedure, process = processes.records(row, n)
        made.append((procedure['id'], processes.typed(row), procedure['statutory_minutes'], process))
    release = s.get('intake', '/v1/catalogue/procedure/' + made[0][0], ADMIN)['release']
    until(lambda: all(s.release(n) >= release for n in SERVICES), 60, 'the release is everywhere')
    with ThreadPoolExecutor(AT_ONCE) as pool:
        went = list(pool.map(lambda m: walk(s, m[0], m[1]), made))
    until(lambda: s.value("SELECT count(*) FROM audit.fact WHERE delivery <> ''") == str(len(made)), 30, 'audit has heard of all')

    worktime, wanted = office(), dict.fromkeys(ENDS, 0)
    for d, (_, steps, statutory, process) in zip(went, made):
        equal([(x['kind'], x['minutes']) for x in process['steps']], steps)
        is_clocked(s, d, steps, worktime, statutory)
        for kind, minutes in steps:
            wanted[kind] = wanted.get(kind, 0) + bool(minutes)
    check(wanted['endorse'] > len(made) // 2, 'most processes have an endorsement', wanted)
    figures = s.get('audit', f'/v1/kpi/steps?from=2019-10-01&to=2019-10-01&unit={PHAN_THIET}', INSPECTOR)
    equal({i['kind']: i['ended'] for i in figures['items']}, {kind: n for kind, n in wanted.items() if n and kind != 'receive'}, 'steps of each kind')
    equal([i[k] for i in figures['items'] for k in ('late', 'broken_off', 'minutes_charged')], [0] * 3 * len(figures['items']))

    totals = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-10-01&unit={PHAN_THIET}', INSPECTOR)['totals']
    equal([totals[k] for k in ('received', 'in_process', 'late', 'returned_counter')], [len(made), 0, 0, len(made)])
    equal(totals['early'] + totals['on_time'], len(made), 'each is in the figures once')
    conninfo = f"{s.server} dbname={s.database} user={s.pg['user']} password={s.pg['password']}"
    until(lambda: not checker.unrest(conninfo, s.brokers), 30, 'it comes to rest')
    violations, counts = checker.run(conninfo, s.brokers, [], only=['V1', 'V2', 'V6', 'V9', 'V10'])
    equal(violations, [], 'the books balance')
    check(counts['V6']['steps that ended'] >= sum(wanted.values()), 'and were looked at', counts)


main(System)
