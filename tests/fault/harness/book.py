"""What was broken and what came of it."""
import json
import statistics
import threading

ARMING = 'killed to be armed'       # a process that has to come back with something of its own
OWNS, FLOWS = 'kill -9, until its partitions are its own', 'poison: others flow'
BESIDE = (ARMING, OWNS, FLOWS)      # what is counted and measured, and is no fault of its own: in no total
SERVES, POSTGRESQL, BROKER, LINK = 5, 10, 15, 15
# Seconds until it is well again, at most, from the kill on; of faults that have such a promise. Machines are noisy: a single time that is
# over is counted and shown, and fails nothing; where the median of some is over, or each of a few, the promise is broken.
ENOUGH = 5                          # times, of which the median says something
LIMITS = {'kill -9': SERVES, 'two of each, one killed': SERVES, 'restart in order': SERVES, OWNS: 10,
          'postgres fast restart': POSTGRESQL, 'postgres immediate': POSTGRESQL, 'postgres kill -9': POSTGRESQL, 'postgres backend kill -9': POSTGRESQL,
          'broker kill -9': BROKER, 'broker away 60 s': 60, 'no descriptors left': SERVES,
          'cut from Kafka': LINK, 'cut from Kafka, one way': LINK, 'cut from PostgreSQL': LINK, 'cut from PostgreSQL, one way': LINK, 'cut from both, again and again': LINK,
          FLOWS: 2}                 # a partition stands still for a second at most; here the command of the other dossier and its way to the broker are in it


def limit_of(fault):
    return SERVES if fault.startswith('crash ') else LIMITS.get(fault)


class Row:
    """A kind of fault."""

    def __init__(self, name):
        self.name, self.limit = name, limit_of(name)
        self.injected = self.recovered = 0
        self.by = {}                # service or server -> injected
        self.times = []             # seconds until it was well again
        self.missed = []            # what was armed and not reached
        self.skipped = []           # why it could not be injected on this machine

    @property
    def over(self):
        return sum(t > self.limit for t in self.times) if self.limit else 0

    @property
    def is_slow(self):
        if not self.limit or not self.times:
            return False
        return (statistics.median if len(self.times) >= ENOUGH else min)(self.times) > self.limit

    def figures(self):
        rounded = lambda seconds: round(seconds, 3) if self.times else None
        return {'fault': self.name, 'injected': self.injected, 'recovered': self.recovered, 'by': self.by, 'p50_s': rounded(statistics.median(self.times or [0])),
                'max_s': rounded(max(self.times or [0])), 'limit_s': self.limit, 'over': self.over, 'not_reached': self.missed, 'skipped': self.skipped}


class Book:
    def __init__(self):
        self.rows = {}
        self.episodes = []          # each with its seed and what was violated in it
        self.lock = threading.Lock()

    def row(self, fault):
        with self.lock:
            return self.rows.setdefault(fault, Row(fault))

    def injected(self, fault, where):
        r = self.row(fault)
        with self.lock:
            r.injected += 1
            r.by[where] = r.by.get(where, 0) + 1

    def recovered(self, fault, seconds=None):
        """seconds: how long it took, where that can be told."""
        r = self.row(fault)
        with self.lock:
            r.recovered += 1
            if seconds is not None:
                r.times.append(seconds)

    def missed(self, fault, what):
        self.row(fault).missed.append(what)

    def skipped(self, fault, why):
        """It cannot be injected here; whoever reads the table is told."""
        self.row(fault).skipped.append(why)

    def episode(self, name, seed, violations, **more):
        self.episodes.append({'episode': name, 'seed': seed, 'violations': violations, **more})

    def faults(self):
        """The rows that count as faults, by name."""
        return [r for name, r in sorted(self.rows.items()) if name not in BESIDE]

    def totals(self):
        """(injected, recovered, violations)"""
        rows = self.faults()
        return sum(r.injected for r in rows), sum(r.recovered for r in rows), sum(len(e['violations']) for e in self.episodes)

    def tally(self):
        """{fault: how often it was injected or, aloud, skipped}: of an episode, the difference of two."""
        with self.lock:
            return {name: r.injected + len(r.skipped) for name, r in self.rows.items()}

    def unrecovered(self):
        """Faults, and kills to arm, that were not recovered from as often as they came, in words."""
        return [f'{r.name}: {r.injected} injected, {r.recovered} recovered' for _, r in sorted(self.rows.items()) if r.injected != r.recovered]

    def too_slow(self):
        """Faults that usually took longer than promised, in words."""
        return [f'{r.name}: the median of {len(r.times)} recoveries is {statistics.median(r.times):.2f} s, the limit {r.limit} s'
                for _, r in sorted(self.rows.items()) if r.is_slow]

    def skips(self):
        return [f'{r.name}: {why}' for r in self.faults() for why in r.skipped]

    def table(self):
        yield f'{"fault":48} {"injected":>8} {"recovered":>9} {"p50 s":>7} {"max s":>7} {"limit s":>7} {"over":>4}'
        for r in self.faults() + [self.rows[n] for n in BESIDE if n in self.rows]:
            p50 = f'{statistics.median(r.times):7.2f}' if r.times else '      -'
            most = f'{max(r.times):7.2f}' if r.times else '      -'
            limit = f'{r.limit:7} {r.over:4}' if r.limit else '      -    -'
            yield (f'{r.name:48} {r.injected:8} {r.recovered:9} {p50} {most} {limit}' + (f'  not reached: {"; ".join(r.missed)}' if r.missed else '')
                   + (f'  skipped: {"; ".join(r.skipped)}' if r.skipped else ''))
        yield ''
        yield f'{"episode":48} {"faults":>8} {"dossiers":>9} {"quiet s":>7} {"in all":>7} {"violations":>10}  seed'
        for e in self.episodes:
            yield (f'{e["episode"]:48} {e.get("faults", 0):8} {e.get("dossiers", 0):9} {e.get("quiet_s", 0):7.1f} {e.get("seconds", 0):7.0f}'
                   f' {len(e["violations"]):10}  {e["seed"]}')

    def write(self, path, **more):
        injected, recovered, violations = self.totals()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**more, 'injected': injected, 'recovered': recovered, 'violations': violations, 'skipped': self.skips(), 'beside': [self.row(n).figures() for n in BESIDE],
                                    'faults': [r.figures() for r in self.faults()], 'episodes': self.episodes}, ensure_ascii=False, indent=1) + '\n')
