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
    """expects: the faults that it is there for; one that was not injected is a violation. `crash *` means any of that beginning.
    kills: it ends processes, so that a leak cannot be seen in them; in all others V11 is measured over the episode."""

    def __init__(self, name, fault, seconds, expects, kills=False, rate=4, workers=8, load=ways.mixed, **more):
        self.name, self.fault, self.seconds, self.expects, self.kills, self.more = name, fault, seconds, expects, kills, more
        self.rate, self.workers, self.load = rate, workers, load

    def run(self, bed, seed, scale=1.0):
        """Violations, as lines; they stand in the book too."""
        rng = random.Random(f'{seed}/{self.name}')
        begin = time.monotonic()
        injected, tally, skipped = bed.book.totals()[0], bed.book.tally(), len(bed.book.skips())
        pids, before = bed.pids(), bed.measure()
        load = bed.load = Load(bed, self.load, self.rate, self.workers)
        while load.done < WARM and not load.failed and time.monotonic() - begin < 60:
            time.sleep(0.02)
        wrong = [] if load.done >= WARM or load.failed else [f'{load.done} of {WARM} dossiers were done within 60 s, before anything broke']
        try:
            self.fault(bed, rng, self.seconds * scale, **self.more)
        except Exception as e:
            wrong.append(f'the fault itself: {type(e).__name__}: {str(e)[:1500]}')
        try:
            wrong += bed.heal()
        except AssertionError as e:
            wrong.append(f'not healed: {e}')
        wrong += load.end()
        wrong += _with_held(bed)
        took, left = quiet(bed, QUIET_S)
        if left:
            wrong.append(f'not quiet {QUIET_S} s after everything was healed: {left}')
        wrong += bed.supervisor.take_unexplained()
        quiet_at = time.monotonic()
        wrong += self._not_injected(tally, bed.book.tally())
        wrong += self._leaks(bed, pids, before)
        wrong += _checked(bed)
        wrong += bed.wrong
        bed.wrong = []
        faults = bed.book.totals()[0] - injected
        bed.book.episode(self.name, seed, wrong, faults=faults, dossiers=load.done, repeats=load.repeats, quiet_s=round(took, 1),
                         seconds=round(time.monotonic() - begin, 1))
        say(f'{self.name}: {faults} faults, {load.done} dossiers, {load.repeats} repeated requests, quiet {took:.1f} s after healing,'
            f' checked in {time.monotonic() - quiet_at:.1f} s, {time.monotonic() - begin:.0f} s in all, {len(wrong)} violations')
        for s in bed.book.skips()[skipped:]:
            say(f'  SKIPPED, could not be injected here: {s}')
        for w in wrong[:12]:
            say('  ' + w[:900])
        return wrong

    def _not_injected(self, before, after):
        grown = {name for name, n in after.items() if n > before.get(name, 0)}
        return [f'"{name}" was not injected' for name in self.expects
                if not any(g == name or (name.endswith('*') and g.startswith(name[:-1])) for g in grown)]

    def _leaks(self, bed, pids, before):
        """V11 of an episode in which nobody dies: the same processes, quiet both times."""
        if self.kills:
            return []
        now = bed.pids()
        return [f'V11 {name}: it is another process than before' for name in pids if now[name] != pids[name]] + bed.leaks(before)


def _with_held(bed):
    """What a fault left on hold: the checker names each, and finds nothing wrong when it is told of them. Then they are put right."""
    held, wrong = sorted(bed.held), []
    if not held:
        return []
    _, left = quiet(bed, QUIET_S)
    if left:
        wrong.append(f'not quiet {QUIET_S} s after everything but {held} was healed: {left}')
    try:
        seen = {v['subject'] for v in check(bed.conninfo(), bed.brokers, [bed.journal.path], complete=True, wiped=bed.wiped, memory=bed.memory, only=['V10'])[0]}
        wrong += [f'the checker does not see that {i} is stopped' for i in held if i not in seen]
    except Exception as e:
        wrong.append(f'not checked: {type(e).__name__}: {e}')
    wrong += [f'with {held} on hold: {w}' for w in _checked(bed, expected_held=held)]
    for put_right in bed.held.values():
        try:
            put_right()
        except Exception as e:
            wrong.append(f'not put right: {type(e).__name__}: {str(e)[:1500]}')
    bed.held = {}
    return wrong


def _checked(bed, **more):
    """What the independent checker finds in all that happened so far."""
    noted = {}
    for what in ('poisoned', 'foreign'):
        with open(getattr(bed, what), encoding='utf-8') as f:
            noted[what] = [json.loads(line) for line in f]
    try:
        violations, counts = check(bed.conninfo(), bed.brokers, [bed.journal.path], complete=True, wiped=bed.wiped,
                                   memory=bed.memory, **noted, **more)
    except Exception as e:
        return [f'not checked: {type(e).__name__}: {e}']
    looked = LOOKED + (('V8',) if noted['poisoned'] else ())
    return [f"{v['invariant']} {v['subject']}: {v['text']}" for v in violations] + [f'{i} had nothing to look at' for i in looked if not counts[i]['looked_at']]
