#!/usr/bin/env python3
"""make fault: the whole campaign, fault x outcome at its end, and build/fault.json.

  FAULT_SECONDS   how long in all, about; the episodes' times are scaled to it (as planned)
  FAULT_SEED      the seed of every choice (a new one; it is printed)
  FAULT_ONLY      parts of names, by commas: only those episodes
"""
import os
import secrets
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402
from faults.crash import never_reached  # noqa: E402
from faults.message import not_everywhere  # noqa: E402
from harness.bed import Bed  # noqa: E402
from harness.book import Book  # noqa: E402
from harness.plan import CAMPAIGN, FAULTS  # noqa: E402
from harness.quiet import quiet  # noqa: E402
from tap import say  # noqa: E402

OUT = Path(harness.ROOT) / 'build/fault.json'


def too_few(book):
    injected = book.totals()[0]
    return [] if injected >= FAULTS else [f'{injected} faults were injected; the whole campaign has at least {FAULTS}']


def run(episodes, book, seed, scale, written):
    """Episodes on a system that is theirs alone; whatever becomes of it, the next system has its turn."""
    try:
        with Bed(book, seed, what='fault', fsync='on') as bed:
            before = bed.measure()
            for e in episodes:
                e.run(bed, seed, scale)
                written()
            quiet(bed, 60)
            book.episode('no leaks', seed, bed.leaks(before))
    except Exception as e:
        book.episode('beginning and end', seed, [f'{type(e).__name__}: {e}'])
        say(f'{type(e).__name__}: {e}')


def tell(book, seed, seconds):
    """Prints all; True: nothing was violated."""
    print()
    for line in book.table():
        print(line)
    injected, recovered, violations = book.totals()
    print(f'\nseed {seed}: {injected} faults injected, {recovered} recovered, {violations} violations, {len(book.skips())} kinds of faults skipped,'
          f' in {seconds:.0f} s; build/fault.json')
    for s in book.skips():
        print(f'skipped, could not be injected here: {s}')
    for e in book.episodes:
        for v in e['violations'][:20]:
            print(f"violation ({e['episode']}): {v[:600]}")
    return injected and not violations


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seed = int(os.environ.get('FAULT_SEED') or secrets.randbelow(10**6))
    only = [p for p in os.environ.get('FAULT_ONLY', '').split(',') if p]
    systems = [[e for e in s if not only or any(p in e.name for p in only)] for s in CAMPAIGN]
    episodes = [e for s in systems for e in s]
    if not episodes:
        sys.exit(f"FAULT_ONLY={','.join(only)} is none of: {', '.join(e.name for s in CAMPAIGN for e in s)}")
    planned = sum(e.seconds for e in episodes)
    scale = float(os.environ.get('FAULT_SECONDS') or planned) / planned
    book, begin = Book(), time.monotonic()

    def write(complete=False):
        book.write(OUT, seed=seed, seconds=round(time.monotonic() - begin), complete=complete)

    say(f'seed {seed}, {len(episodes)} episodes on {sum(map(bool, systems))} systems, one behind the other')
    for s in filter(None, systems):
        run(s, book, seed, scale, write)
    if not only and scale >= 1:
        book.episode('every crash point', seed, never_reached(book))
        book.episode('every poison everywhere', seed, not_everywhere(book))
        book.episode('enough faults', seed, too_few(book))
    book.episode('all recovered', seed, book.unrecovered())
    book.episode('within the stated times', seed, book.too_slow())
    write(complete=True)
    sys.exit(0 if tell(book, seed, time.monotonic() - begin) else 1)


main()
