"""The independent checker: is everything that the system promised still true? It trusts nothing that a service says.

It reads all five schemas as superuser, all topics and the clients' own journals, with readers of its own (SQL, protobuf,
the working-time clock of tests/oracle), and compares them by the invariants V1 to V10 and V12 (V11 is leaks). Run it when the system is quiet.

    violations, counts = run(conninfo, 'HOST:PORT', ['journal.jsonl'])

A violation is {invariant, subject, text}; counts say how much each invariant looked at, so that a check which found
nothing to look at cannot pass for one that found everything in order. README.md beside this says what each one proves.
"""
import contextlib
import gc
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(p) for p in (TESTS / 'lib', TESTS / 'oracle') if str(p) not in sys.path]

from . import applied, conservation, dead, delivery, duedates, figures, history, order, recorded, requests, rest, times, versions  # noqa: E402
from .database import Database  # noqa: E402
from .leaks import leaks, measure  # noqa: E402
from .quiet import at_rest, unrest  # noqa: E402
from .report import CannotCheck, Report  # noqa: E402
from .topics import Topics  # noqa: E402
from .world import Memory, World  # noqa: E402

CHECKS = [conservation, recorded, versions, delivery, applied, order, history, duedates, requests, dead, figures, rest, times]

__all__ = ['CannotCheck', 'Memory', 'Topics', 'leaks', 'measure', 'run', 'unrest']


@contextlib.contextmanager
def _moment(conninfo, kafka, begin, opts):
    """The database that is looked at; with topics of the same moment in opts, unless they were read before or the database is damaged first."""
    if begin or opts.get('topics'):
        with Database(conninfo, **begin) as db:
            yield db
        return
    with at_rest(conninfo, kafka) as (db, topics):
        opts['topics'] = topics
        yield db


def run(conninfo, kafka, journals, **opts):
    """opts, all of them optional:
      poisoned       [{topic, partition, offset}] of messages that nobody can read; with cluster, where the broker was wiped since
      foreign        the same, of messages that somebody else than a relay wrote and that can be read (repeats need not be named)
      expected_held  ids of subjects that are to be on hold
      complete       the journals name every command that dossiers ever got: an effect that none of them explains is wrong
      wiped          a broker was wiped: what was in flight then may stand before the log that was published anew, and again in it
      topics         Topics that were read before (they are read from kafka when not given)
      memory         a Memory that earlier checks of the same system were given: what cannot change is not read again
      only           invariants to check, such as ['V1', 'V7']
      begin          SQL that begins the transaction in which all is read; it is rolled back (a test damages there what the checker sees)
      most           how many violations of one invariant are listed (200); the counts know all of them
    """
    report = Report(opts.pop('most', 200))
    only, begin = opts.pop('only', None), {'begin': opts.pop('begin')} if 'begin' in opts else {}
    collecting = gc.isenabled()
    gc.disable()        # millions of small objects that all stay: the collector would look at them again and again
    try:
        with _moment(conninfo, kafka, begin, opts) as db:
            world = World(db, kafka, journals, report, **opts)
            for check in CHECKS:
                if only is None or check.INVARIANT in only:
                    check.check(world, report)
    finally:
        if collecting:
            gc.enable()
    return report.violations, report.counts
