"""What was broken and what came of it."""
import json
import statistics
import threading


class Row:
    def __init__(self):
        self.injected = self.recovered = 0
        self.by = {}                # service or place -> injected
        self.times = []             # seconds until it served again
        self.violations = []
        self.seeds = []
        self.missed = []            # what was not reached


class Book:
    def __init__(self):
        self.rows = {}
        self.lock = threading.Lock()

    def row(self, fault):
        with self.lock:
            return self.rows.setdefault(fault, Row())

    def injected(self, fault, where, count=1):
        r = self.row(fault)
        with self.lock:
            r.injected += count
            r.by[where] = r.by.get(where, 0) + count

    def recovered(self, fault, where, seconds, count=1):
        r = self.row(fault)
        with self.lock:
            r.recovered += count
            r.times.append(seconds)

    def seed(self, fault, seed):
        self.row(fault).seeds.append(seed)

    def violated(self, fault, what):
        self.row(fault).violations.append(what)

    def missed(self, fault, what):
        self.row(fault).missed.append(what)

    def totals(self):
        rows = self.rows.values()
        return sum(r.injected for r in rows), sum(r.recovered for r in rows), sum(len(r.violations) for r in rows)

    def table(self):
        yield f'{"fault":34} {"injected":>8} {"recovered":>9} {"p50 s":>7} {"max s":>7} {"violations":>10}  seeds'
        for name in sorted(self.rows):
            r = self.rows[name]
            p50 = f'{statistics.median(r.times):7.2f}' if r.times else '      -'
            most = f'{max(r.times):7.2f}' if r.times else '      -'
            yield f'{name:34} {r.injected:8} {r.recovered:9} {p50} {most} {len(r.violations):10}  {",".join(map(str, r.seeds[:6]))}' + \
                (f'  not reached: {"; ".join(r.missed)}' if r.missed else '')

    def json(self):
        return [{'fault': n, 'injected': r.injected, 'recovered': r.recovered, 'by': r.by, 'p50_s': round(statistics.median(r.times), 3) if r.times else None,
                 'max_s': round(max(r.times), 3) if r.times else None, 'violations': r.violations, 'seeds': r.seeds, 'not_reached': r.missed}
                for n, r in sorted(self.rows.items())]

    def write(self, path, **more):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**more, 'faults': self.json()}, ensure_ascii=False, indent=1) + '\n')
