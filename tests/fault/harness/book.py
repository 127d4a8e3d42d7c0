"""What was broken and what came of it."""
import json
import statistics
import threading


class Row:
    """A kind of fault."""

    def __init__(self):
        self.injected = self.recovered = 0
        self.by = {}                # service or server -> injected
        self.times = []             # seconds until it was well again
        self.missed = []            # what was armed and not reached


class Book:
    def __init__(self):
        self.rows = {}
        self.episodes = []          # each with its seed and what was violated in it
        self.lock = threading.Lock()

    def row(self, fault):
        with self.lock:
            return self.rows.setdefault(fault, Row())

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

    def episode(self, name, seed, violations, **more):
        self.episodes.append({'episode': name, 'seed': seed, 'violations': violations, **more})

    def totals(self):
        """(injected, recovered, violations)"""
        rows = self.rows.values()
        return sum(r.injected for r in rows), sum(r.recovered for r in rows), sum(len(e['violations']) for e in self.episodes)

    def table(self):
        yield f'{"fault":38} {"injected":>8} {"recovered":>9} {"p50 s":>7} {"max s":>7}'
        for name, r in sorted(self.rows.items()):
            p50 = f'{statistics.median(r.times):7.2f}' if r.times else '      -'
            most = f'{max(r.times):7.2f}' if r.times else '      -'
            yield f'{name:38} {r.injected:8} {r.recovered:9} {p50} {most}' + (f'  not reached: {"; ".join(r.missed)}' if r.missed else '')
        yield ''
        yield f'{"episode":38} {"faults":>8} {"dossiers":>9} {"quiet s":>7} {"in all":>7} {"violations":>10}  seed'
        for e in self.episodes:
            yield (f'{e["episode"]:38} {e.get("faults", 0):8} {e.get("dossiers", 0):9} {e.get("quiet_s", 0):7.1f} {e.get("seconds", 0):7.0f}'
                   f' {len(e["violations"]):10}  {e["seed"]}')

    def write(self, path, **more):
        injected, recovered, violations = self.totals()
        faults = [{'fault': n, 'injected': r.injected, 'recovered': r.recovered, 'by': r.by, 'p50_s': round(statistics.median(r.times), 3) if r.times else None,
                   'max_s': round(max(r.times), 3) if r.times else None, 'not_reached': r.missed} for n, r in sorted(self.rows.items())]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**more, 'injected': injected, 'recovered': recovered, 'violations': violations, 'faults': faults, 'episodes': self.episodes},
                                   ensure_ascii=False, indent=1) + '\n')
