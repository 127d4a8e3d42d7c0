"""python3 -m tests.fault.check --conninfo PGURL --kafka HOST:PORT --journal FILE [--journal FILE ...] [--json OUT]

Exit status: 0 no violation, 1 violations (one line each: invariant, subject, what), 2 it could not check, or had nothing to
look at.
"""
import argparse
import json
import sys

from . import CannotCheck, run
from .report import lines


def read_lines(path):
    with open(path, encoding='utf-8') as f:
        return [json.loads(line) for line in f if line.strip()]


def main():
    p = argparse.ArgumentParser(prog='python3 -m tests.fault.check', description='Checks the invariants V1 to V10 and V12 of a quiet system.')
    p.add_argument('--conninfo', required=True, help='the database, as superuser')
    p.add_argument('--kafka', required=True, metavar='HOST:PORT')
    p.add_argument('--journal', action='append', default=[], metavar='FILE', help='what a client sent and was answered; may be repeated')
    p.add_argument('--complete', action='store_true', help='the journals name every command that dossiers ever got')
    p.add_argument('--poisoned', metavar='FILE', help='JSON lines {topic, partition, offset}: messages that nobody can read')
    p.add_argument('--foreign', metavar='FILE', help='the same: readable messages that no relay wrote')
    p.add_argument('--held', action='append', default=[], metavar='SUBJECT', help='a subject that is to be on hold')
    p.add_argument('--wiped', action='store_true', help='a broker was wiped: what was in flight then may stand before the log that was published anew')
    p.add_argument('--json', metavar='OUT', help='violations and counts as JSON')
    a = p.parse_args()
    try:
        violations, counts = run(a.conninfo, a.kafka, a.journal, complete=a.complete, expected_held=a.held, wiped=a.wiped,
                                 poisoned=read_lines(a.poisoned) if a.poisoned else [], foreign=read_lines(a.foreign) if a.foreign else [])
    except (CannotCheck, OSError, RuntimeError, AssertionError, ValueError) as e:
        print(f'cannot check: {e}', file=sys.stderr)
        return 2
    if a.json:
        with open(a.json, 'w', encoding='utf-8') as f:
            json.dump({'violations': violations, 'counts': counts}, f, ensure_ascii=False, indent=1)
    for line in lines(violations, counts):
        print(line)
    if violations:
        return 1
    # No poison is an ordinary day; nothing else may be empty.
    return 2 if any(not c['looked_at'] for invariant, c in counts.items() if invariant != 'V8') else 0


sys.exit(main())
