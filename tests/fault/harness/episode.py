"""An episode: load, a fault again and again, everything healed, quiet, and then the independent checker."""
import json
import random
import time

from harness import ways
from harness.client import Load
from harness.quiet import quiet
from tap import say
from tests.fault.check import run as check

QUIET_S = 90            # the longest that anything may take to come to rest after it was healed
LOOKED = ('V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V9', 'V10', 'V12')
WARM = 4                # dossiers that are through before anything breaks


class Episode:
    def __init__(self, name, fault, seconds, rate=4, **more):
        self.name, self.fault, self.seconds, self.rate, self.more = name, fault, seconds, rate, more

    def run(self, bed, seed, scale=1.0):
        """Violations, as lines; they stand in the book too."""
        rng = random.Random(f'{seed}/{self.name}')
        begin = time.monotonic()
        injected = bed.book.totals()[0]
        load = Load(bed, ways.mixed, self.rate)
        while load.done < WARM and not load.failed and time.monotonic() - begin < 60:
            time.sleep(0.02)
        wrong = []
        try:
            self.fault(bed, rng, self.seconds * scale, **self.more)
        except Exception as e:
            wrong.append(f'the fault itself: {type(e).__name__}: {str(e)[:1500]}')
        try:
            wrong += bed.heal()
        except AssertionError as e:
            wrong.append(f'not healed: {e}')
        wrong += load.end()
        took, left = quiet(bed, QUIET_S)
        if left:
            wrong.append(f'not quiet {QUIET_S} s after everything was healed: {left}')
        wrong += bed.supervisor.take_unexplained()
        quiet_at = time.monotonic()
        with open(bed.poisoned, encoding='utf-8') as f:
            poisoned = [json.loads(line) for line in f]
        try:
            violations, counts = check(bed.conninfo(), bed.brokers, [bed.journal.path], poisoned=poisoned, complete=True, wiped=bed.wiped)
            wrong += [f"{v['invariant']} {v['subject']}: {v['text']}" for v in violations]
            wrong += [f'{i} had nothing to look at' for i in LOOKED if not counts[i]['looked_at']]
        except Exception as e:
            wrong.append(f'not checked: {type(e).__name__}: {e}')
        wrong += bed.wrong
        bed.wrong = []
        faults = bed.book.totals()[0] - injected
        bed.book.episode(self.name, seed, wrong, faults=faults, dossiers=load.done, repeats=load.repeats, quiet_s=round(took, 1),
                         seconds=round(time.monotonic() - begin, 1))
        say(f'{self.name}: {faults} faults, {load.done} dossiers, {load.repeats} repeated requests, quiet {took:.1f} s after healing,'
            f' checked in {time.monotonic() - quiet_at:.1f} s, {time.monotonic() - begin:.0f} s in all, {len(wrong)} violations')
        for w in wrong[:12]:
            say('  ' + w[:900])
        return wrong
