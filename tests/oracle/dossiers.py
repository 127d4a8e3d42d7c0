#!/usr/bin/env python3
"""The dates of real dossiers by the second engine: taichoctl simulate --oracle tests/oracle/dossiers.py

It reads one line of JSON per dossier: what happened to it as intake keeps it, the procedure as the reference data has it, and both
dates as they are stored and as they are told. Nothing that was counted is used: the dates are found anew from the receipt on
by clock.py, over its own table of days off. Each difference is named with the dossier's code and both dates; then the status is 1.

Which fact is which rule: the head of clock.py. The time of the procedure and what the law adds, replaces or leaves out of it come
from the procedure's record (Civil Status Law, Land Law decree and so on stand there as its basis), not from the dossier.
"""
import datetime
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clock                                                               # noqa: E402

CALENDAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'calendar.csv')
UNITS = {'hours': 'hour', 'days': 'day', 'working_days': 'working_day', 'months': 'month'}
TRANSFER_CUTOFF = 15 * 60               # Decree 61/2018 Art. 18: accepted after 15:00, the start of the next working day; where no data say it
UNIX = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SHOWN = 20


def moment(text):
    return (datetime.datetime.fromisoformat(text) - UNIX) // datetime.timedelta(microseconds=1)


def text_of(t):
    east = datetime.timezone(datetime.timedelta(hours=7))
    return (UNIX + datetime.timedelta(microseconds=t)).astimezone(east).isoformat(timespec='seconds')


def span(record, amount, minutes):
    """A time with its unit: hours are written in minutes."""
    return UNITS[record['time_unit']], record[minutes if record['time_unit'] == 'hours' else amount]


def rule_of(procedure):
    return {'span': span(procedure, 'statutory_time', 'statutory_minutes'), 'same_day': bool(procedure.get('same_day')),
            'cutoff': procedure.get('cutoff_minute') or 0, 'has_reduced': False, 'reduced': None, 'transferred': False,
            'transfer_cutoff': 0, 'supplement_days': -1, 'wait': ('day', 0)}


def facts_of(d):
    """(kind, at, code, reference, due, of a period since when its end was known) in the order of time; what happened at one moment as it is listed here."""
    found = [('received', d['received_at'], '', '', 0)]
    found += [('finding', x['at'], x['finding'], '', 0) for x in d['findings']]
    for x in d['obligations']:
        found.append(('obligation_opened', x['notified_at'], '', 'notice', 0))
        found.append(('obligation_closed', x['met_at'], '', '', 0))
    for x in d['supplements']:
        found.append(('supplement_requested', x['asked_at'], x['ground'] or '', '', 0))
        found.append(('supplement_received', x['received_at'], '', '', 0))
    for x in d['exclusions']:
        found.append(('excluded_from', x['from'], x['period'], '', 0, moment(x['known'])))
        found.append(('excluded_to', x['until'], x['period'], '', 0))
    if d['extension']:
        x = d['extension']
        found.append(('extended', x['issued_at'], x['reason'], '', moment(x['due_at'])))
    happened = [(kind, moment(at), *rest) for kind, at, *rest in found if at]
    return sorted(happened, key=lambda x: x[1])


class Offices:
    """One per set of office hours: a table of days takes its time."""

    def __init__(self, path):
        self.closed, self.made_up = clock.read_calendar(path)
        self.known = {}

    def of(self, spans):
        key = tuple(spans)
        if key not in self.known:
            hours = [tuple(int(t[:2]) * 60 + int(t[3:]) for t in s.split('-')) for s in spans]
            self.known[key] = clock.Office(self.closed, self.made_up, hours)
        return self.known[key]


def count(offices, d):
    """Both dates, and until when each transfer was to be given."""
    office, procedure = offices.of(d['office_minutes']), d['procedure']
    variants = [(v['finding'], v['replaces'], span(v, 'time', 'minutes')) for v in procedure.get('variants') or []]
    left_out = [(x['period'], x['reported']) for x in procedure.get('excluded') or []]
    dossier = clock.Dossier(office, rule_of(procedure), variants, left_out)
    for fact in facts_of(d):
        dossier.add(fact)
    legal, reported = dossier.dues()
    return legal, reported, [clock.transfer(office, moment(x['opened_at']), x.get('cutoff') or TRANSFER_CUTOFF) for x in d['transfers']]


def differences(offices, d):
    """What is said of one dossier; nothing when all its dates are those that are counted here."""
    try:
        legal, reported, transfers = count(offices, d)
    except clock.Refused as e:
        return [f'cannot be counted: {e}']
    found = []
    for name, mine in (('legal', legal), ('reported', reported)):
        for how in ('stored', 'told'):
            if d[how][name] is None or moment(d[how][name]) != mine:
                found.append(f'due ({name}) is {how} as {d[how][name]}, the oracle says {text_of(mine)}')
    for x, mine in zip(d['transfers'], transfers):
        if moment(x['due_at']) != mine:
            found.append(f"the transfer is due at {x['due_at']}, the oracle says {text_of(mine)}")
    return found


def complain(text):
    print(text, file=sys.stderr)


def check(lines, say=complain, calendar=CALENDAR):
    """Counts all; gives how many dossiers there were, how many differ, and how many of each kind of fact."""
    offices, dossiers, wrong, facts = Offices(calendar), 0, 0, {}
    for line in lines:
        d = json.loads(line)
        dossiers += 1
        for fact in facts_of(d):
            facts[fact[0]] = facts.get(fact[0], 0) + 1
        facts['transfer'] = facts.get('transfer', 0) + len(d['transfers'])
        facts['same_day'] = facts.get('same_day', 0) + bool(d['procedure'].get('same_day'))
        found = differences(offices, d)
        wrong += bool(found)
        if found and wrong <= SHOWN:
            for text in found:
                say(f"{d['code']}: {text}")
    return dossiers, wrong, facts


def main():
    dossiers, wrong, facts = check(sys.stdin)
    print(f'clocks of {dossiers} dossiers, {wrong} differ;', ', '.join(f'{n} {kind}' for kind, n in sorted(facts.items())), file=sys.stderr)
    sys.exit(wrong > 0)


if __name__ == '__main__':
    main()
