#!/usr/bin/env python3
"""A few minutes of `make fault`: each kind of fault that costs little time, under load, each followed by the independent
check. Every test is an episode of tests/fault/harness/plan.py; FAULT_SEED replays one that failed. Which crash points have their turn is the seed's
to say, and a seed that is drawn has the day's turn: in fifteen days all had theirs."""
# Runs alone: it kills under load, and waits for what it killed.
import contextlib
import os
import secrets
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402, F401
from harness.bed import Bed  # noqa: E402
from harness.book import Book  # noqa: E402
from harness.plan import SELECTION  # noqa: E402
from harness.quiet import quiet  # noqa: E402
from load import stretch  # noqa: E402
from tap import TESTS, check, main, say, test  # noqa: E402

DAYS = 15                   # a multiple of the turns of faults/crash.py and of faults/broker.py
MOST_S = 300                # that all of it may take, and as much longer as a build with sanitizers waited for a core


def seed_of_today():
    return secrets.randbelow(10**6 // DAYS) * DAYS + int(time.time() // 86400) % DAYS


SEED = int(os.environ.get('FAULT_SEED') or seed_of_today())


@contextlib.contextmanager
def bed():
    book, begin = Book(), time.monotonic()
    say(f'seed {SEED}')
    with Bed(book, SEED, what='fault') as b:
        b.before, b.begun = b.measure(), begin
        yield b
    for line in book.table():
        say(line)
    for e in book.episodes:             # at the end, where a runner that shows only that shows them
        for v in e['violations'][:10]:
            say(f"violation ({e['episode']}): {v[:600]}")


def test_of(episode):
    def breaks(b):
        wrong = episode.run(b, SEED)
        check(not wrong, f'{len(wrong)} violations, FAULT_SEED={SEED}', *wrong[:10])
    breaks.__name__ = f'{episode.name} breaks nothing'.replace(' ', '_')
    test(breaks)


for _episode in SELECTION:
    test_of(_episode)


@test
def nothing_leaks_and_everything_that_died_came_back(b):
    took, left = quiet(b, 60)
    check(not left, f'quiet after {took:.1f} s', left)
    wrong = b.leaks(b.before)
    check(not wrong, 'leaks', *wrong)
    left = b.book.unrecovered()
    check(not left, 'what died came back', *left)


@test
def it_took_no_longer_than_it_may(b):
    took, longer = time.monotonic() - b.begun, stretch(b.pids().values())
    say(f'{took:.0f} s, of {MOST_S} x {longer:.2f} s that it may take')
    check(took < MOST_S * longer, f'the selection took {took:.0f} s')


assert TESTS
main(bed)
