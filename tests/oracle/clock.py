#!/usr/bin/env python3
"""A second engine for working time and deadlines, to check the first by: clock.py CALENDAR.CSV < cases

It was written from the text of the rules, in another language and by other means than common/domain/worktime and deadline:
nothing is computed in closed form. Time is walked, day by day and office interval by office interval, over a table of
days; a dossier keeps the list of what happened and every figure is found anew from the whole list. It reads what worktime_cases
prints, answers every question itself and counts the answers that differ. `--minutes N` walks every N-th addition minute by
minute as a third witness.

The rules:
  received outside of office hours: the clock starts at the next opening (provincial practice)
  hours, working days: office time of working days (Labour Code; yearly notices on holidays and make-up days)
  days, months: Civil Code 2015 Art. 147(2), 148(2), (4), (5)
  same-day results: after 15:00 on the next working day (Law on Civil Status 2014; Decree 23/2015 Art. 7)
  transfer: Decree 61/2018 Art. 18
  supplement: once, Art. 11(2c); until the 3rd working day after acceptance, and then from zero, Art. 19(4)
  extension: once, at least a day before, Art. 19(9); it gives time and takes none, and what it reckons with is not added to it again
  reported time: Decision 766/2022, 2.1: end less pauses; waiting on the citizen, the request is the end; a second supplement is late
"""
import datetime
import sys

MINUTE = 60 * 1000000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EAST = 7 * HOUR                                 # Vietnam is seven hours ahead, always
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST, LAST = datetime.date(2019, 1, 1).toordinal() - EPOCH, datetime.date(2026, 12, 31).toordinal() - EPOCH


class Refused(Exception):
    """Its text is the field; for a day that no calendar knows, the calendar and the year."""


def no_calendar(day):
    return Refused(f'calendar:{datetime.date.fromordinal(day + EPOCH).year}')


def day_of(t):
    return (t + EAST) // DAY


def midnight(day):
    return day * DAY - EAST


class Office:
    """One set of office hours on one calendar: for every day the intervals that are worked, as moments."""

    def __init__(self, closed, made_up, hours):
        self.table = {}
        for day in range(FIRST, LAST + 1):
            weekend = datetime.date.fromordinal(day + EPOCH).weekday() >= 5
            works = day in made_up or not weekend and day not in closed
            start = midnight(day)
            self.table[day] = [(start + a * MINUTE, start + b * MINUTE) for a, b in hours] if works else []
        self.last_minute = hours[-1][1] * MINUTE
        self.memory = {}

    def of(self, day):
        try:
            return self.table[day]
        except KeyError:
            raise no_calendar(day) from None

    def days_from(self, day):
        """Every day with its intervals from this one on; the first day without a calendar is refused."""
        while True:
            yield day, self.of(day)
            day += 1

    def opening(self, t):
        for _, intervals in self.days_from(day_of(t)):
            for a, b in intervals:
                if t < b:
                    return max(a, t)

    def walk(self, t, length):
        """The moment when `length` of office time has passed since t: a closing rather than the opening after it."""
        if length == 0:
            return t
        for _, intervals in self.days_from(day_of(t)):
            for a, b in intervals:
                if b <= t:
                    continue
                a = max(a, t)
                if b - a >= length:
                    return a + length
                length -= b - a

    def worked(self, a, b):
        """Office time from a to b."""
        if b < a:
            return -self.worked(b, a)
        if (a, b) in self.memory:
            return self.memory[a, b]
        last, total = day_of(b), 0
        self.of(last)
        for day, intervals in self.days_from(day_of(a)):
            for x, y in intervals:
                if y > a and x < b:
                    total += min(y, b) - max(x, a)
            if day == last:
                break
        if len(self.memory) > 5000:
            self.memory.clear()
        self.memory[a, b] = total
        return total

    def day_length(self):
        for intervals in self.table.values():
            if intervals:
                return sum(b - a for a, b in intervals)

    def closing(self, day):
        """The closing of a day, or of the next one that is worked."""
        for day, intervals in self.days_from(day):
            if intervals:
                return midnight(day) + self.last_minute

    def works(self, day):
        return bool(self.of(day))


def months_later(day, months):
    """The same day of a later month; the last day of that month when it has none (Civil Code Art. 148(4))."""
    date = datetime.date.fromordinal(day + EPOCH)
    year, month = date.year, date.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = date.day
    while True:
        try:
            return datetime.date(year, month, number).toordinal() - EPOCH
        except ValueError:
            number -= 1


def add(office, t, unit, amount, paused=0, paused_days=0, first=True):
    """A span from t; `first`: t is a moment of receipt, else the end of another span."""
    if first:
        t = office.opening(t)
    if unit in ('hour', 'working_day'):
        length = amount * (MINUTE if unit == 'hour' else office.day_length())
        return office.walk(t, length + paused)
    if amount == 0 and paused_days == 0:
        return t
    day = day_of(t)
    day = months_later(day, amount) if unit == 'month' else day + amount
    return office.closing(day + paused_days)


def same_day(office, t, cutoff):
    """The day whose closing a result is due at: that of receipt, or the next working day."""
    day = day_of(t)
    works = office.works(day)
    in_time = works and t < midnight(day) + office.last_minute and not (cutoff and t > midnight(day) + cutoff * MINUTE)
    if in_time:
        return day, True
    day += 1
    while not office.works(day):
        day += 1
    return day, False


def transfer(office, t, cutoff):
    day, in_time = same_day(office, t, cutoff)
    return midnight(day) + office.last_minute if in_time else office.of(day)[0][0]


# ---- a dossier


def merge(spans):
    """Pauses that overlap become one. A moment is (time, number of the fact); an end of None is still open."""
    out = []
    for begin, end in sorted(spans, key=lambda s: s[0]):
        if out and (out[-1][1] is None or begin < out[-1][1]):
            if out[-1][1] is not None and (end is None or end > out[-1][1]):
                out[-1] = (out[-1][0], end)
        else:
            out.append((begin, end))
    return out


def begun_minutes(us):
    return -(-us // MINUTE)


class Dossier:
    """Facts are (kind, at, code, reference, due); of an extension also, where that is told, when the letter was sealed, the date that it had to
    precede, and by how many days (0: when it was heard of, the nearest date then, a day); of the beginning of a period that is left out, since when its
    end was known (0: not before it came). Whatever is asked is found from the whole list."""

    def __init__(self, office, rule, variants, exclusions):
        self.office, self.rule, self.variants, self.exclusions = office, rule, variants, exclusions
        self.facts = []
        self.ended = None
        self.promised = self.promised_first = self.extended_at = None
        self.transfer_due = self.wait_until = 0
        self.breaches = [[], [], []]

    # what the list says

    def times(self, *kinds):
        return [x[1] for x in self.facts if x[0] in kinds]

    def pauses_of(self, opens, closes, code=None):
        spans, begin = [], None
        for number, (kind, at, its, *_) in enumerate(self.facts):
            if code is not None and its != code:
                continue
            if kind == opens:
                begin = (at, number)
            elif kind == closes:
                spans.append((begin, (at, number)))
                begin = None
        return spans + ([(begin, None)] if begin else [])

    def is_open(self, opens, closes, code=None):
        spans = self.pauses_of(opens, closes, code)
        return bool(spans) and spans[-1][1] is None

    def pauses(self, reported):
        spans = self.pauses_of('supplement_requested', 'supplement_received')
        spans += self.pauses_of('obligation_opened', 'obligation_closed')
        if reported:
            spans += self.pauses_of('stopped', 'resumed')
        for code, shown in self.exclusions:
            if shown or not reported:
                spans += self.pauses_of('excluded_from', 'excluded_to', code)
        return merge(spans)

    def restart(self):
        """(time, number) from which the legal clock counts."""
        back = [(x[1], i) for i, x in enumerate(self.facts) if x[0] in ('received', 'supplement_received')]
        return back[-1]

    def start(self, reported):
        return self.times('received')[0] if reported else self.restart()[0]

    def clock_pauses(self, reported):
        spans = self.pauses(reported)
        if reported:
            return spans
        since = self.restart()
        return [(max(a, since), b) for a, b in spans if b is None or b > since]

    def is_extended(self, reported):
        return self.extended_at is not None and (reported or self.restart() < self.extended_at)

    def reckoned(self, reported):
        """The periods that the new date reckons with: it was known how long they last when that came into force."""
        spans = []
        for code, shown in self.exclusions:
            for begin, end in self.pauses_of('excluded_from', 'excluded_to', code) if shown or not reported else ():
                known = (self.facts[begin[1]][5:] or (0,))[0]
                if 0 < known <= self.extended_at[0]:
                    spans.append((begin, end))
        return spans

    def behind_extension(self, reported):
        """The pauses that carry the new date on: what of them lies behind it and in no period that it reckons with, piece by piece."""
        pieces = [(max(a, self.extended_at), b) for a, b in self.clock_pauses(reported) if b is None or b > self.extended_at]
        for x, y in self.reckoned(reported):
            rest = []
            for a, b in pieces:
                if (b is not None and b <= x) or (y is not None and y <= a):
                    rest.append((a, b))
                    continue
                if a < x:
                    rest.append((a, x))
                if y is not None and (b is None or y < b):
                    rest.append((y, b))
            pieces = rest
        return pieces

    # the time of the rule

    def spans(self, reduced):
        found = [x[2] for x in self.facts if x[0] == 'finding']
        first = ('same_day',) if self.rule['same_day'] else self.rule['span']
        if reduced:
            first = self.rule['reduced']
        for code in found:
            for name, replaces, span in self.variants:
                if name == code and replaces:
                    first = span
        chain = [first]
        for name, replaces, span in self.variants:
            if name in found and not replaces:
                if chain[-1][0] == span[0]:
                    chain[-1] = (span[0], chain[-1][1] + span[1])
                else:
                    chain.append(span)
        return chain

    def replaced(self):
        found = {x[2] for x in self.facts if x[0] == 'finding'}
        return any(replaces and name in found for name, replaces, _ in self.variants)

    def by_days(self):
        return self.spans(False)[-1][0] in ('day', 'month')

    def count(self, chain, start, us, days):
        office, t = self.office, start
        for i, span in enumerate(chain):
            last = i == len(chain) - 1
            if span[0] == 'same_day':
                day, _ = same_day(office, start, self.rule['cutoff'])
                t = office.walk(midnight(day) + office.last_minute, us if last else 0)
            else:
                t = add(office, t, span[0], span[1], us if last else 0, days if last else 0, i == 0)
        return t

    def sums(self, pauses):
        """Office time and days of the pauses that are over."""
        over = [(a[0], b[0]) for a, b in pauses if b is not None]
        return sum(self.office.worked(a, b) for a, b in over), sum(day_of(b) - day_of(a) for a, b in over)

    def due(self, reported):
        """By the rule; with a new date not before that, as what came behind it carries it on."""
        due, office = self.rule_due(reported), self.office
        if not self.is_extended(reported):
            return due
        us, days = self.sums(self.behind_extension(reported))
        day = day_of(self.promised)
        if self.by_days():
            return max(due, office.closing(day + days) if days or not office.works(day) else self.promised)
        return max(due, office.walk(self.promised if office.works(day) else office.closing(day), us))

    def rule_due(self, reported):
        us, days = self.sums(self.clock_pauses(reported))
        start = self.start(reported)
        lawful = self.count(self.spans(False), start, us, days)
        if not reported or not self.rule['has_reduced'] or self.replaced():
            return lawful
        return min(lawful, self.count(self.spans(True), start, us, days))

    def dues(self):
        return self.due(False), self.due(True)

    # facts, in order

    def add(self, x):
        kind, at, code, reference, due, *letter = x
        office = self.office
        received = self.times('received')
        if self.facts and at < self.facts[-1][1]:
            raise Refused(kind)
        if kind != 'finding' and (kind == 'received') == bool(received):
            raise Refused(kind)
        if self.ended and kind != 'resumed':
            raise Refused(kind)
        supplement = self.is_open('supplement_requested', 'supplement_received')
        wrong = {
            'finding': code not in [v[0] for v in self.variants],
            'supplement_requested': supplement or bool(self.times(kind)) and not code,
            'supplement_received': not supplement,
            'obligation_opened': self.is_open('obligation_opened', 'obligation_closed') or not reference,
            'obligation_closed': not self.is_open('obligation_opened', 'obligation_closed'),
            'excluded_from': code not in [e[0] for e in self.exclusions] or self.is_open('excluded_from', 'excluded_to', code),
            'excluded_to': code not in [e[0] for e in self.exclusions] or not self.is_open('excluded_from', 'excluded_to', code),
            'round_started': self.is_open('round_started', 'round_ended'),
            'round_ended': not self.is_open('round_started', 'round_ended'),
            'extended': self.extended_at is not None or not code,
            'resumed': not self.ended or self.ended[0] != 'stopped',
        }
        if wrong.get(kind):
            raise Refused(kind)

        before = self.dues() if kind == 'extended' else None
        self.facts.append(x)
        here = (at, len(self.facts) - 1)
        if kind == 'received':
            computed = self.dues()[1]
            self.promised_first = self.promised = due or computed
            if self.rule['transferred']:
                self.transfer_due = transfer(office, at, self.rule['transfer_cutoff'])
        elif kind == 'supplement_requested':
            if self.rule['wait'][1]:
                self.wait_until = add(office, at, *self.rule['wait'])
            if len(self.times(kind)) > 1:
                self.breaches[1].append((at, 0))
            else:
                self.check_limit(received[0], at)
        elif kind == 'supplement_received':
            self.wait_until = 0
        elif kind == 'extended':
            if due <= at or due <= min(before):
                raise Refused(kind)
            self.extended_at, self.promised = here, due
            sealed, limit, notice = (told or usual for told, usual in zip(letter or (0, 0, 0), (at, min(before), 1)))
            if day_of(limit) - day_of(sealed) < notice:
                self.breaches[2].append((sealed, limit))
        elif kind in ('stopped', 'withdrawn', 'sealed'):
            self.ended = (kind, at)
        elif kind == 'resumed':
            self.ended = None

    def check_limit(self, received, at):
        """Until the end of the third working day after that of acceptance; none when the rule says so."""
        wanted = self.rule['supplement_days'] or 3
        if wanted < 0:
            return
        seen, day = 0, day_of(received)
        while seen < wanted and day < day_of(at):
            day += 1
            seen += self.office.works(day)
        if day < day_of(at):
            self.breaches[0].append((at, midnight(day) + self.office.last_minute))

    # what is told

    def elapsed(self, reported, at):
        """Office time used until `at`, pauses taken out piece by piece."""
        pauses = self.clock_pauses(reported)
        used = self.office.worked(self.start(reported), at)
        for (begin, _), end in pauses:
            until = at if end is None else end[0]
            used -= self.office.worked(begin, until)
        return used

    def rework(self):
        """Office time of the second and later rounds, less the pauses that the portal knows."""
        total = 0
        for (a, _), end in self.pauses_of('round_started', 'round_ended')[1:]:
            if end is None:
                continue
            b = end[0]
            total += self.office.worked(a, b)
            for (x, _), y in self.pauses(True):
                x, y = max(x, a), b if y is None else min(y[0], b)
                if x < y:
                    total -= self.office.worked(x, y)
        return total

    def read(self, reported, now, due):
        pauses = self.clock_pauses(reported)
        paused = bool(pauses) and pauses[-1][1] is None
        judged = pauses[-1][0][0] if paused else self.ended[1] if self.ended else now
        hold = ''
        if paused:
            hold = 'excluded'
            if reported and self.is_open('stopped', 'resumed'):
                hold = 'stopped'
            if self.is_open('obligation_opened', 'obligation_closed'):
                hold = 'obligation'
            if self.is_open('supplement_requested', 'supplement_received'):
                hold = 'supplement'
        lateness, late = 'on_time', 0
        if judged > due:
            lateness, late = 'late', begun_minutes(self.office.worked(due, judged))
        elif self.ended:
            by_hours = self.spans(False)[-1][0] == 'hour'
            if judged < due if by_hours else day_of(judged) < day_of(due):
                lateness = 'early'
        again = reported and len(self.times('supplement_requested')) > 1
        if again:
            lateness = 'late'
        used = max(0, self.elapsed(reported, judged)) // MINUTE
        state = 2 if self.ended else 1 if paused else 0
        return f'{state},{hold},{judged},{used},{late},{lateness},{int(again)}', late

    def apology_day(self, nearest, notice):
        day = day_of(nearest) - notice
        while not self.office.works(day):
            day -= 1
        return day

    def steps(self, steps, late, now):
        """One text per step, and what stays uncharged."""
        office = self.office
        spans = self.pauses_of('supplement_requested', 'supplement_received')
        spans += self.pauses_of('obligation_opened', 'obligation_closed') + self.pauses_of('stopped', 'resumed')
        for code, _ in self.exclusions:
            spans += self.pauses_of('excluded_from', 'excluded_to', code)
        spans = merge(spans)
        read = []
        for opened, closed, allowed, until in steps:
            end = closed or max(now, opened)
            paused = 0
            for (a, _), b in spans:
                a, b = max(a, opened), end if b is None else min(b[0], end)
                if a < b:
                    paused += office.worked(a, b)
            used = office.worked(opened, end) - paused
            if until:
                day = day_of(until)
                due = office.walk(until if office.works(day) else office.closing(day), paused)
                over, early = office.worked(due, end), day_of(end) < day_of(due)
            else:
                due = office.walk(office.opening(opened), allowed * MINUTE + paused)
                over = used - allowed * MINUTE
                early = over < 0
            word = 'late' if over > 0 else 'early' if closed and early else 'on_time'
            read.append([due, used // MINUTE, begun_minutes(over) if over > 0 else 0, 0, word])
        for r in reversed(read):
            r[3] = min(r[2], late)
            late -= r[3]
        return [','.join(str(v) for v in r) for r in read] + [str(late)]


# ---- the cases


def span_of(unit, amount):
    return unit, int(amount)


def parts(text):
    return [p.split(',') for p in text.split(';')[1:]]


def dossier_of(office, rule, variants, exclusions):
    r = rule.split(',')
    return Dossier(office, {
        'span': span_of(r[0], r[1]), 'same_day': r[2] == '1', 'cutoff': int(r[3]), 'has_reduced': r[4] == '1',
        'reduced': span_of(r[5], r[6]), 'transferred': r[7] == '1', 'transfer_cutoff': int(r[8]), 'supplement_days': int(r[9]),
        'wait': span_of(r[10], r[11]),
    }, [(v[0], v[1] == '1', span_of(v[2], v[3])) for v in variants], [(e[0], e[1] == '1') for e in exclusions])


def fold(office, rule, variants, exclusions, facts):
    d = dossier_of(office, rule, variants, exclusions)
    for f in facts:
        d.add((f[0], int(f[1]), '' if f[2] == '-' else f[2], '' if f[3] == '-' else f[3], *map(int, f[4:])))
    if not d.times('received'):
        raise Refused('received')
    return d, d.dues()


def compare(office, other, rule, variants, exclusions, facts):
    d, was = fold(office, rule, variants, exclusions, facts)
    now = was if d.ended else fold(other, rule, variants, exclusions, facts)[1]
    differs = 0
    for day in range(day_of(d.times('received')[0]), day_of(max(was + now)) + 1):
        works = [bool(o.table[day]) if day in o.table else None for o in (office, other)]
        if works[0] != works[1]:
            differs = day
            break
    return f'{int(was != now)},{was[0]},{was[1]},{now[0]},{now[1]},{differs}'


def life(offices, words):
    h, k, other, rule, variants, exclusions, facts, now, notice, steps = words
    office, now = offices(h, k), int(now)
    variants, exclusions, facts = parts(variants), parts(exclusions), parts(facts)
    d, (legal, reported) = fold(office, rule, variants, exclusions, facts)
    out = [legal, reported, d.promised_first, d.promised, d.transfer_due, d.wait_until]
    out.append(f"{len(d.times('supplement_requested'))},{len(d.times('round_started'))},{d.rework()}")
    for found in d.breaches:
        at, limit = found[0] if found else (0, 0)
        out.append(f'{len(found)},{at},{limit}')
    one, _ = d.read(False, now, legal)
    two, late = d.read(True, now, reported)
    out += [one, two]

    def attempt(what):
        try:
            out.extend(what())
        except Refused as e:
            out.append(f'!{e}')
    attempt(lambda: [d.apology_day(min(legal, reported), int(notice))])
    attempt(lambda: d.steps([[int(v) for v in s] for s in parts(steps)], late, now))
    if other != '-1':
        attempt(lambda: [compare(office, offices(h, other), rule, variants, exclusions, facts)])
    return ' '.join(str(v) for v in out)


def by_minutes(office, t, minutes):
    """The third witness: one minute after another. For starts on a whole minute."""
    t = office.opening(t)
    while minutes:
        for a, b in office.of(day_of(t)):
            minutes -= a <= t < b
        t += MINUTE
    return t


def answer(offices, line):
    words = line.split(' ')
    kind = words[0]
    if kind == 'D':
        return life(offices, words[1:])
    office, t = offices(words[1], words[2]), int(words[3])
    if kind == 'A':
        unit, amount = words[4].split(',')
        return str(add(office, t, unit, int(amount)))
    if kind == 'S':
        return str(midnight(same_day(office, t, int(words[4]))[0]) + office.last_minute)
    if kind == 'T':
        return str(transfer(office, t, int(words[4])))
    if kind == 'B':
        us = office.worked(t, int(words[4]))
        return str(us // MINUTE if us >= 0 else -(-us // MINUTE))
    if kind == 'O':
        return str(office.opening(t))
    raise ValueError(f'no such case: {kind}')


def read_calendar(path):
    closed, made_up = set(), set()
    with open(path, encoding='utf-8') as f:
        for line in f.readlines()[1:]:
            date, works = line.strip().split(',')
            (made_up if works == '1' else closed).add(datetime.date.fromisoformat(date).toordinal() - EPOCH)
    return closed, made_up


def check(path, lines, every_minute=0, say=print):
    """Answers all cases; gives how many there were, how many differ, and how many were walked by minutes."""
    closed, made_up = read_calendar(path)
    hours, calendars, built = {}, {}, {}
    cases = differences = walked = 0

    def offices(h, k):
        if (h, k) not in built:
            built[h, k] = Office(calendars[k], made_up, hours[h])
        return built[h, k]

    for line in lines:
        question, equals, given = line.rstrip('\n').partition(' =')
        if not equals:
            words = question.split()
            if words[0] == 'H':
                hours[words[1]] = [tuple(int(m) for m in p.split('-')) for p in words[2:]]
            else:
                calendars[words[1]] = closed | {int(d) for d in words[2:]}
            continue
        cases += 1
        try:
            mine = answer(offices, question)
        except Refused as e:
            mine = f'!{e}'
        if mine != given.strip():
            differences += 1
            if differences <= 10:
                say(f'case {cases}: {question}\n  engine: {given.strip()}\n  oracle: {mine}')
        words = question.split(' ')
        if every_minute and words[0] == 'A' and words[4].startswith('hour,') and cases % every_minute == 0:
            minutes, t = int(words[4][5:]), int(words[3])
            if minutes and t % MINUTE == 0 and mine[0] != '!':
                walked += 1
                if by_minutes(offices(words[1], words[2]), t, minutes) != int(mine):
                    differences += 1
                    say(f'case {cases}: walked by minutes it is another moment: {question}')
    return cases, differences, walked


def main():
    arguments = sys.argv[1:]
    every = int(arguments.pop(arguments.index('--minutes') + 1)) if '--minutes' in arguments else 0
    arguments = [a for a in arguments if a != '--minutes']
    cases, differences, walked = check(arguments[0], sys.stdin, every)
    print(f'clock_oracle_cases {cases}')
    print(f'clock_oracle_minute_walks {walked}')
    print(f'clock_oracle_differences {differences}')
    sys.exit(differences > 0 or cases == 0)


if __name__ == '__main__':
    main()
