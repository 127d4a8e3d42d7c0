#!/usr/bin/env python3
"""The internal processes that provinces have published load as process versions; each whose steps do not sum to its stated total is
named. The file is test data that the project does not contain: TAICHO_TEST_DATA/internal-processes.jsonl.xz."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import processes  # noqa: E402
from story import ADMIN  # noqa: E402
from system import System  # noqa: E402
from tap import Skip, equal, main, test  # noqa: E402

FILE = Path(os.environ.get('TAICHO_TEST_DATA', '')) / 'internal-processes.jsonl.xz'


def sums(process):
    """-1, 0, 1: the steps take less than the total, as much, more."""
    took = sum(s['minutes'] for s in process['steps'])
    return (took > process['total_minutes']) - (took < process['total_minutes'])


@test
def every_published_process_loads_and_what_does_not_sum_is_named(s):
    if not os.environ.get('TAICHO_TEST_DATA') or not FILE.exists():
        raise Skip('TAICHO_TEST_DATA does not name a folder with internal-processes.jsonl.xz')
    rows = processes.published(FILE)
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


main(System)
