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
from tap import Skip, check, equal, main, test  # noqa: E402

FILE = Path(os.environ.get('TAICHO_TEST_DATA', '')) / 'internal-processes.jsonl.xz'


def sums(process):
    """-1, 0, 1: the steps take less than the total, as much, more."""
    took = sum(s['minutes'] for s in process['steps'])
    return (took > process['total_minutes']) - (took < process['total_minutes'])


@test
def every_published_process_loads_or_is_refused_by_its_sum(s):
    if not os.environ.get('TAICHO_TEST_DATA') or not FILE.exists():
        raise Skip('TAICHO_TEST_DATA does not name a folder with internal-processes.jsonl.xz')
    rows = processes.published(FILE)
    made = [processes.records(row, n) for n, row in enumerate(rows, 1)]
    for row, (_, process) in zip(rows, made):
        equal(sum(x['minutes'] for x in process['steps']), round(row['tong_gio'] * 60), f"{process['id']}: no time is lost on the way")
    stated = [p for row, (_, p) in zip(rows, made) if 'tong_cong_bo_gio' in row]
    equal((len(rows), len(stated), sum(sums(p) == 0 for p in stated)), (103, 87, 74), 'processes, with a total, that sum to it')

    over = [(procedure, p) for procedure, p in made if sums(p) > 0]
    for procedure, p in over:
        a = s.post('intake', '/v1/catalogue/releases', ADMIN, {'records': [procedure, p]})
        equal((a.status, a.json['field']), (422, 'records[1].total_minutes'), 'more than the total is refused')
        check(p['id'] in a.json['detail'], 'and named', a)
    loads = [x for x in made if sums(x[1]) <= 0]
    a = s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [r for x in loads for r in x]})
    equal((a.status, a['added']), (201, 2 * len(loads)), 'all others load')
    equal(sorted(a['steps_below_total']), sorted(p['id'] for _, p in loads if sums(p) < 0), 'less than the total is named')
    equal((len(over), len(a['steps_below_total'])), (2, 11), 'of the 13 that do not sum')
    for _, p in loads:
        kept = s.get('intake', f"/v1/catalogue/process/{p['id']}", ADMIN)
        equal((kept.status, kept['version']), (200, 1), 'a process version')
        equal([(x['kind'], x['minutes']) for x in kept['steps']], [(x['kind'], x['minutes']) for x in p['steps']], f"the steps of {p['id']}")


main(System)
