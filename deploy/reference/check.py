#!/usr/bin/env python3
"""Checks one province's reference data before anything imports it.

    check.py DIR        prints file:line:column: message, exit 1 when there is any

Independent of the services on purpose: it shares no code with the importer, so
that each can catch the other's mistakes. Python 3 standard library only.
deploy/reference/README.md explains the files, columns and rules.
"""
import os
import re
import sys
import unicodedata
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation

TAIL = ['valid_from', 'valid_to', 'verified', 'source']
FILES = {
    'units': 'unit agency_code name level parent statistical_code successor office_hours',
    'counters': 'counter unit name kind opens closes break_from break_to',
    'officers': 'officer unit counter title roles',
    'procedures': 'procedure name field field_name level statutory_time time_unit fee_vnd'
                  ' on_the_spot same_day cutoff_1500 one_officer supplement_wait supplement_basis',
    'fees': 'procedure fee kind amount_vnd online_vnd post_vnd due refund exemptions legal_basis',
    'components': 'procedure component name needed originals certified copies legal_basis',
    'processes': 'process version procedure level route total_hours',
    'process_steps': 'process version step kind role hours unit_ref place with',
    'calendar': 'calendar date kind name',
    'calendar_years': 'calendar year',
    'time_variants': 'procedure finding effect time time_unit legal_basis',
    'excluded_periods': 'procedure period reported legal_basis',
    'terms': 'term value legal_basis',
    'mandates': 'mandate officer unit form procedures legal_basis',
    'seals': 'seal unit ordinal keeper place registration permission',
    'series': 'series unit document pattern',
    'targets': 'target level share_percent phase',
}
# A province may have none of these.
MAY_BE_EMPTY = {'fees', 'components', 'time_variants', 'excluded_periods'}
# What identifies a row. Two rows with one key must not be valid on the same day.
KEYS = {
    'units': ['unit'], 'counters': ['counter'], 'officers': ['officer'],
    'procedures': ['procedure'], 'fees': ['procedure', 'fee'], 'components': ['procedure', 'component'],
    'processes': ['process', 'version'],
    'process_steps': ['process', 'version', 'step'], 'calendar': ['calendar', 'date'],
    'calendar_years': ['calendar', 'year'],
    'time_variants': ['procedure', 'finding'], 'excluded_periods': ['procedure', 'period'],
    'terms': ['term'], 'mandates': ['mandate'], 'seals': ['seal'],
    'series': ['series'], 'targets': ['target'],
}
OPTIONAL = {
    'parent', 'statistical_code', 'successor', 'office_hours', 'fee_vnd', 'supplement_wait', 'supplement_basis', 'counter', 'permission', 'with', 'valid_to',
    'online_vnd', 'post_vnd', 'refund', 'exemptions',
}

# The terms, and the most that each may be: a minute of the day, working days, working hours, days, times.
TERMS_MOST = {'transfer_cutoff': 1439, 'supplement_ask': 366, 'submission_answer': 366, 'apology_notice': 30, 'complaint_refusal': 366, 'complaint_answer': 366,
              'complaint_supplement': 366, 'complaint_wait': 366, 'complaint_publish': 366,
              'collection_remind': 3650, 'collection_reminders': 100, 'late_entry': 31, 'turn_signature': 366}
LEVELS = ['province', 'department', 'district', 'commune']
PARENT_LEVEL = {'department': 'province', 'district': 'province', 'commune': 'district'}
CHOICES = {
    ('units', 'level'): LEVELS,
    ('counters', 'kind'): ['one_stop', 'shared'],
    ('procedures', 'time_unit'): ['hours', 'days', 'working_days', 'months'],
    ('procedures', 'on_the_spot'): ['yes', 'no'],
    ('procedures', 'same_day'): ['yes', 'no'],
    ('procedures', 'one_officer'): ['yes', 'no'],
    ('procedures', 'cutoff_1500'): ['yes', 'no'],
    ('time_variants', 'effect'): ['replaces', 'adds'],
    ('time_variants', 'time_unit'): ['hours', 'days', 'working_days', 'months'],
    ('excluded_periods', 'reported'): ['yes', 'no'],
    ('terms', 'term'): list(TERMS_MOST),
    ('components', 'needed'): ['always', 'sometimes'],
    ('fees', 'kind'): ['fee', 'charge'],
    ('fees', 'due'): ['intake', 'supplement', 'return'],
    ('processes', 'level'): LEVELS,
    ('processes', 'route'): ['on_the_spot', 'back_office'],
    ('process_steps', 'kind'): ['receive', 'transfer', 'appraise', 'verify', 'consult', 'endorse',
                                'approve', 'obligation', 'number_seal', 'hand_over', 'return'],
    ('process_steps', 'place'): ['counter', 'office'],
    ('calendar', 'kind'): ['day_off', 'make_up'],
    ('mandates', 'form'): ['TM', 'KT', 'TL', 'TUQ'],
    ('seals', 'ordinal'): ['first', 'second'],
    ('series', 'document'): ['result', 'refusal', 'apology', 'stop_notice', 'correction'],
    ('targets', 'level'): LEVELS,
}
REFUNDS = ['refused', 'withdrawn', 'stopped']
EXEMPTIONS = ['child', 'elderly', 'disabled', 'merit', 'poor_household', 'hardship_area']
ROLES = ['receiver', 'appraiser', 'endorser', 'approver', 'clerk', 'returner', 'head', 'admin',
         'inspector']
# Which roles may do a step of this kind; a kind that is not here is free.
STEP_ROLES = {
    'receive': ['receiver'], 'transfer': ['receiver', 'clerk'], 'appraise': ['appraiser'],
    'verify': ['appraiser'], 'consult': ['appraiser'],
    'obligation': ['receiver', 'appraiser', 'clerk'], 'endorse': ['endorser', 'head'], 'approve': ['approver'],
    'number_seal': ['clerk'], 'hand_over': ['clerk', 'returner'], 'return': ['returner'],
}

WORKS = ('transfer', 'appraise', 'verify', 'consult', 'endorse', 'obligation')      # before the last decision

ID = re.compile(r'[A-Za-z0-9._-]{1,64}')
UNIT = re.compile(r'[A-Y][0-9]{2}(\.[0-9A-Z]{2}){0,2}')
PATTERNS = {
    ('units', 'unit'): UNIT,
    ('units', 'agency_code'): re.compile(r'[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Y][0-9]{2}'),
    ('units', 'statistical_code'): re.compile(r'[0-9]{2}|[0-9]{3}|[0-9]{5}'),
    ('units', 'successor'): UNIT,
    ('units', 'office_hours'): re.compile(r'SPAN( SPAN){0,3}'.replace('SPAN', r'([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]')),
    ('procedures', 'procedure'): re.compile(r'[1-9]\.[0-9]{6}'),
    ('procedures', 'statutory_time'): re.compile(r'[1-9][0-9]{0,3}'),
    ('procedures', 'fee_vnd'): re.compile(r'0|[1-9][0-9]{0,11}'),
    ('fees', 'procedure'): re.compile(r'[1-9]\.[0-9]{6}'),
    ('fees', 'fee'): re.compile(r'[a-z0-9-]{1,32}'),
    ('fees', 'amount_vnd'): re.compile(r'0|[1-9][0-9]{0,11}'),
    ('fees', 'online_vnd'): re.compile(r'0|[1-9][0-9]{0,11}'),
    ('fees', 'post_vnd'): re.compile(r'0|[1-9][0-9]{0,11}'),
    ('components', 'procedure'): re.compile(r'[1-9]\.[0-9]{6}'),
    ('components', 'component'): re.compile(r'[a-z0-9-]{1,32}'),
    ('components', 'originals'): re.compile(r'0|[1-9][0-9]{0,2}'),
    ('components', 'certified'): re.compile(r'0|[1-9][0-9]{0,2}'),
    ('components', 'copies'): re.compile(r'0|[1-9][0-9]{0,2}'),
    ('procedures', 'supplement_wait'): re.compile(r'[1-9][0-9]{0,2}'),
    ('time_variants', 'procedure'): re.compile(r'[1-9]\.[0-9]{6}'),
    ('time_variants', 'finding'): re.compile(r'[a-z0-9_]{1,32}'),
    ('time_variants', 'time'): re.compile(r'[1-9][0-9]{0,3}'),
    ('excluded_periods', 'procedure'): re.compile(r'[1-9]\.[0-9]{6}'),
    ('excluded_periods', 'period'): re.compile(r'[a-z0-9_]{1,32}'),
    ('terms', 'value'): re.compile(r'[1-9][0-9]{0,3}'),
    ('processes', 'version'): re.compile(r'[1-9][0-9]{0,3}'),
    ('process_steps', 'version'): re.compile(r'[1-9][0-9]{0,3}'),
    ('process_steps', 'step'): re.compile(r'[1-9][0-9]?'),
    ('process_steps', 'with'): re.compile(r'WITH( WITH)*'.replace('WITH', UNIT.pattern + r':(0|[1-9][0-9]{0,4})(\.(00?|25|50?|75))?')),
    ('calendar_years', 'year'): re.compile(r'(19|20)[0-9]{2}'),
    ('series', 'pattern'): re.compile(r'[^{}]*\{n\}[^{}]*'),
    ('targets', 'share_percent'): re.compile(r'[1-9]?[0-9]|100'),
    ('targets', 'phase'): re.compile(r'[1-9]'),
}
TIME = re.compile(r'([01][0-9]|2[0-3]):[0-5][0-9]')
DATE = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}')
HOURS = re.compile(r'(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?')
FOREVER = date.max


class Row(dict):
    """One line: values by column, with the place where each stands."""

    def __init__(self, kind, line, values, cols):
        super().__init__(values)
        self.kind, self.line, self.cols = kind, line, cols
        self.start = self.end = None        # validity; None when it could not be read
        self.broken = False                 # a cell was refused: later rules leave it alone


class Checker:
    def __init__(self, folder):
        self.folder, self.problems = folder, []
        self.rows = {kind: [] for kind in FILES}
        self.by = {kind: defaultdict(list) for kind in FILES}
        self.refused = {kind: set() for kind in FILES}      # keys of rows with a refused cell
        self.unread, self.unstaffed = False, set()

    def say(self, kind, line, col, text):
        self.problems.append((list(FILES).index(kind), line, col, kind, text))

    def at(self, row, column, text):
        self.say(row.kind, row.line, row.cols.get(column, 1), text)

    def refuse(self, row, column, text):
        row.broken = True
        self.at(row, column, '%s: %s' % (column, text))

    def unreadable(self, kind, line, col, text):
        """A file that is not whole: what refers to it is not looked at, it would only echo."""
        self.unread = True
        self.say(kind, line, col, text)

    # ------------------------------------------------------------------ reading

    def read(self, kind):
        head = FILES[kind].split() + TAIL
        try:
            with open(os.path.join(self.folder, kind + '.csv'), 'rb') as f:
                raw = f.read()
        except OSError as e:
            return self.unreadable(kind, 1, 1, 'cannot be read: %s' % e.strerror)
        try:
            text = raw.decode('utf-8')
        except UnicodeDecodeError as e:
            line = raw.count(b'\n', 0, e.start) + 1
            col = e.start - (raw.rfind(b'\n', 0, e.start) + 1) + 1
            return self.unreadable(kind, line, col, 'not UTF-8 (byte 0x%02x)' % raw[e.start])
        if text.startswith('\ufeff'):
            return self.unreadable(kind, 1, 1, 'begins with a byte order mark')
        if '\r\n' in text:
            return self.unreadable(kind, 1, 1, 'lines end in CR LF, they must end in LF')
        if not text.endswith('\n'):
            self.say(kind, text.count('\n') + 1, 1, 'the last line has no line feed')
        records = list(self.parse(kind, text))
        if not records or [v for v, _ in records[0][1]] != head:
            return self.unreadable(kind, 1, 1, 'the header must be %s' % ','.join(head))
        for line, cells in records[1:]:
            if len(cells) != len(head):
                self.unreadable(kind, line, 1, '%d fields, the header has %d'
                                % (len(cells), len(head)))
                continue
            row = Row(kind, line, zip(head, (v for v, _ in cells)),
                      dict(zip(head, (c for _, c in cells))))
            self.cells(row)
            self.rows[kind].append(row)
            key = tuple(row[k] for k in KEYS[kind])
            if row.broken:
                self.refused[kind].add(key)
            else:
                self.by[kind][key].append(row)
        if not self.rows[kind] and kind not in MAY_BE_EMPTY:
            self.say(kind, 1, 1, 'has no rows')

    def parse(self, kind, text):
        """RFC 4180 with LF. Yields (line, [(value, column)]); columns count characters from 1."""
        pos, line, bol, n = 0, 1, 0, len(text)
        while pos < n:
            first, cells = line, []
            while True:
                col = pos - bol + 1
                if pos < n and text[pos] == '"':
                    value, pos = [], pos + 1
                    while True:
                        end = text.find('"', pos)
                        if end < 0:
                            return self.unreadable(kind, first, col, 'a quoted field never ends')
                        value.append(text[pos:end])
                        nl = text.rfind('\n', pos, end)
                        if nl >= 0:
                            line, bol = line + text.count('\n', pos, end), nl + 1
                        pos = end + 1
                        if text[pos:pos + 1] != '"':
                            break
                        value.append('"')
                        pos += 1
                    cells.append((''.join(value), col))
                    if pos < n and text[pos] not in ',\n':
                        return self.unreadable(kind, line, pos - bol + 1,
                                               'text after a closing quote')
                else:
                    end = pos
                    while end < n and text[end] not in ',\n':
                        end += 1
                    if '"' in text[pos:end]:
                        self.say(kind, line, col, 'a quote inside an unquoted field')
                    cells.append((text[pos:end], col))
                    pos = end
                if pos >= n or text[pos] == '\n':
                    break
                pos += 1
            yield first, cells
            pos, line = pos + 1, line + 1
            bol = pos

    def cells(self, row):
        """Everything that can be said about one cell alone."""
        for column, value in row.items():
            if value != unicodedata.normalize('NFC', value):
                self.refuse(row, column, 'not in Unicode normal form C')
            if value != value.strip() or '\u00a0' in value:
                self.refuse(row, column, 'blanks at an end, or a no-break space')
            if any(unicodedata.category(c) in ('Cc', 'Cf', 'Co', 'Cn') for c in value):
                self.refuse(row, column, 'a control or unassigned character')
            if len(value) > 2000:
                self.refuse(row, column, 'longer than 2000 characters')
            if not value:
                if column not in OPTIONAL:
                    self.refuse(row, column, 'missing')
                continue
            if (column in ('unit', 'parent', 'counter', 'officer', 'keeper', 'procedure', 'process',
                           'field', 'calendar', 'mandate', 'seal', 'series', 'target', 'unit_ref',
                           'place', 'successor') and not ID.fullmatch(value)):
                self.refuse(row, column, '"%s" is no id (A-Z a-z 0-9 . _ -, at most 64)' % value)
            choices = CHOICES.get((row.kind, column))
            if choices and value not in choices:
                self.refuse(row, column, '"%s" is none of %s' % (value, ', '.join(choices)))
            pattern = PATTERNS.get((row.kind, column))
            if pattern and not pattern.fullmatch(value):
                self.refuse(row, column, '"%s" does not have the form %s' % (value, pattern.pattern))
            if column == 'office_hours' and (times := re.split('[- ]', value)) != sorted(set(times)):
                self.refuse(row, column, '"%s" does not rise' % value)
            if column in ('opens', 'closes', 'break_from', 'break_to') and not TIME.fullmatch(value):
                self.refuse(row, column, '"%s" is no time of day (hh:mm)' % value)
            if column in ('hours', 'total_hours') and not (HOURS.fullmatch(value)
                                                          and Decimal(value) % Decimal('0.25') == 0):
                self.refuse(row, column, '"%s" is no number of quarter hours' % value)
        if row['verified'] not in ('yes', 'unverified'):
            self.refuse(row, 'verified', '"%s" is neither yes nor unverified' % row['verified'])
        if row.kind == 'calendar':
            self.day(row, 'date')
        row.start = self.day(row, 'valid_from')
        row.end = self.day(row, 'valid_to') if row['valid_to'] else FOREVER
        if row.start and row.end and row.start >= row.end:
            self.refuse(row, 'valid_to', 'not after valid_from (the end is exclusive)')
        for column, known in (('roles', ROLES), ('level', LEVELS), ('refund', REFUNDS), ('exemptions', EXEMPTIONS)):
            words = row.get(column, '').split(' ')
            if (row.kind, column) in (('officers', 'roles'), ('procedures', 'level'), ('fees', 'refund'),
                                      ('fees', 'exemptions')) and words != ['']:
                for word in words:
                    if word not in known:
                        self.refuse(row, column, '"%s" is none of %s' % (word, ', '.join(known)))
                if len(set(words)) != len(words):
                    self.refuse(row, column, 'a word is there twice')

    def day(self, row, column):
        value = row[column]
        try:
            if DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        if value:
            self.refuse(row, column, '"%s" is no date (yyyy-mm-dd)' % value)
        return None

    # ------------------------------------------------------------------ references

    def good(self, kind):
        return [r for r in self.rows[kind] if not r.broken]

    def ref(self, row, column, kind, key=None, start=None, end=None):
        """The rows that a cell names. Reports an unknown one, and days on which it is not valid."""
        key = key or (row[column],)
        if key in self.refused[kind]:
            return []
        found = self.by[kind].get(key, [])
        if not found:
            self.at(row, column, '%s: unknown %s "%s"' % (column, KEYS[kind][0], ' '.join(key)))
            return []
        gap = uncovered(start or row.start, end or row.end, found)
        if gap:
            self.at(row, column, '%s: "%s" is not valid on %s' % (column, ' '.join(key), gap))
        return found

    def overlaps(self):
        for kind in FILES:
            for key, rows in self.by[kind].items():
                rows = sorted(rows, key=lambda r: (r.start, r.line))
                for a, b in zip(rows, rows[1:]):
                    if b.start < a.end:
                        last = max(a, b, key=lambda r: r.line)
                        other = a if last is b else b
                        self.at(last, KEYS[kind][-1], '"%s" is valid at the same time in line %d'
                                % (' '.join(key), other.line))

    # ------------------------------------------------------------------ rules per kind

    def units(self):
        agencies = defaultdict(list)
        provinces = {r['unit'] for r in self.good('units') if r['level'] == 'province'}
        for r in self.good('units'):
            parts = r['unit'].split('.')
            z = parts[2] if len(parts) > 2 else '00'
            y = parts[1] if len(parts) > 1 else '00'
            want = '000.%s.%s.%s' % (z, y, parts[0])
            if r['agency_code'] != want:
                self.at(r, 'agency_code', 'agency_code: "%s" does not belong to unit %s (%s)'
                        % (r['agency_code'], r['unit'], want))
            for other in agencies[r['agency_code']]:
                if other['unit'] != r['unit'] and meet(r, other):
                    self.at(r, 'agency_code', 'agency_code: also that of %s in line %d'
                            % (other['unit'], other.line))
            agencies[r['agency_code']].append(r)
            if r['level'] == 'province':
                if r['parent']:
                    self.at(r, 'parent', 'parent: a province has none')
            elif not r['parent']:
                self.at(r, 'parent', 'parent: missing')
            else:
                for p in self.ref(r, 'parent', 'units'):
                    if p['level'] != PARENT_LEVEL[r['level']]:
                        self.at(r, 'parent', 'parent: a %s stands under a %s, not under a %s'
                                % (r['level'], PARENT_LEVEL[r['level']], p['level']))
                if r['unit'].rpartition('.')[0] != r['parent']:
                    self.at(r, 'parent', 'parent: unit %s does not begin with it' % r['unit'])
            if r['successor'] and r['successor'].split('.')[0] in provinces:
                if r['successor'] == r['unit']:
                    self.at(r, 'successor', 'successor: the unit itself')
                elif not self.by['units'].get((r['successor'],)):
                    self.at(r, 'successor', 'successor: unknown unit "%s"' % r['successor'])
            if r['successor'] and not r['valid_to']:
                self.at(r, 'successor', 'successor: the unit has no end')

    def counters(self):
        staff = defaultdict(list)
        for o in self.good('officers'):
            if o['counter']:
                staff[o['counter']].append(o)
        for r in self.good('counters'):
            self.ref(r, 'unit', 'units')
            if not r['opens'] < r['break_from'] <= r['break_to'] < r['closes']:
                self.at(r, 'opens', 'opens: the hours must run opens, break_from, break_to, closes')
            for role in ('receiver', 'returner'):
                gap = uncovered(r.start, r.end, [o for o in staff[r['counter']]
                                                 if role in o['roles'].split()])
                if gap:
                    self.at(r, 'counter', 'counter: nobody with the role %s on %s' % (role, gap))

    def officers(self):
        for r in self.good('officers'):
            self.ref(r, 'unit', 'units')
            if r['counter']:
                for c in self.ref(r, 'counter', 'counters'):
                    if c['unit'] != r['unit']:
                        self.at(r, 'counter', 'counter: belongs to unit %s' % c['unit'])

    def procedures(self):
        covered = defaultdict(list)
        for p in self.good('processes'):
            covered[p['procedure'], p['level']].append(p)
        for r in self.good('procedures'):
            if r['cutoff_1500'] == 'yes' and r['same_day'] == 'no':
                self.at(r, 'cutoff_1500', 'cutoff_1500: only for same-day procedures')
            if r['one_officer'] == 'yes' and r['same_day'] == 'no':
                self.at(r, 'one_officer', 'one_officer: only for same-day procedures')
            if r['supplement_wait'] and not r['supplement_basis']:
                self.at(r, 'supplement_basis', 'supplement_basis: a time to wait for a supplement needs its legal basis')
            if r['same_day'] == 'yes' and statutory_hours(r) > 8:
                self.at(r, 'same_day', 'same_day: the statutory time is longer than a day')
            for level in r['level'].split():
                if not covered[r['procedure'], level]:
                    self.at(r, 'level', 'level: no process for the level %s' % level)

    def times(self):
        """Variants of a procedure's time, and periods that are left out of it: each holds as long as the procedure does."""
        for kind in ('time_variants', 'excluded_periods'):
            for r in self.good(kind):
                for p in self.ref(r, 'procedure', 'procedures'):
                    if not meet(r, p):
                        continue
                    if r.start > p.start or r.end < p.end:
                        self.at(r, 'valid_from', 'valid_from: must hold as long as the procedure of line %d' % p.line)
                    if sum(meet(x, p) for x in self.good(kind) if x['procedure'] == r['procedure']) > 16:
                        self.at(r, 'procedure', 'procedure: the procedure has more than 16 rows')

    def terms(self):
        """Each term stands there, without a day between two of its rows."""
        rows = defaultdict(list)
        for r in self.good('terms'):
            rows[r['term']].append(r)
            if int(r['value']) > TERMS_MOST[r['term']]:
                self.at(r, 'value', 'value: at most %d' % TERMS_MOST[r['term']])
        for term in TERMS_MOST:
            if not any(r['term'] == term for r in self.rows['terms']):
                self.say('terms', 1, 1, '%s is missing' % term)
            ordered = sorted(rows[term], key=lambda r: r.start)
            for before, r in zip(ordered, ordered[1:]):
                if before.end < r.start:
                    self.at(r, 'valid_from', 'valid_from: no row is valid on %s' % before.end)

    def fees(self):
        for r in self.good('fees'):
            self.ref(r, 'procedure', 'procedures')
            if r['due'] == 'return' and r['refund']:
                self.at(r, 'refund', 'refund: what is paid for a result that lies ready is never given back')

    def components(self):
        for r in self.good('components'):
            self.ref(r, 'procedure', 'procedures')
            if r['originals'] == r['certified'] == r['copies'] == '0':
                self.at(r, 'originals', 'originals: a paper has at least one sheet, of whatever kind')

    def processes(self):
        steps = defaultdict(list)
        for s in self.good('process_steps'):
            self.ref(s, 'process', 'processes', (s['process'], s['version']))
            steps[s['process'], s['version']].append(s)
        spans = defaultdict(list)
        for r in self.good('processes'):
            for other in spans[r['procedure'], r['level']]:
                if meet(r, other):
                    self.at(r, 'process', 'process: line %d is valid for the same procedure and'
                            ' level at the same time' % other.line)
            spans[r['procedure'], r['level']].append(r)
            for p in self.ref(r, 'procedure', 'procedures'):
                if not meet(r, p):
                    continue
                if r['level'] not in p['level'].split():
                    self.at(r, 'level', 'level: the procedure is not handled there')
                if (p['on_the_spot'] == 'yes') != (r['route'] == 'on_the_spot'):
                    self.at(r, 'route', 'route: the procedure says on_the_spot=%s' % p['on_the_spot'])
                if Decimal(r['total_hours']) > statutory_hours(p):
                    self.at(r, 'total_hours', 'total_hours: more than the statutory time (%s hours)'
                            % statutory_hours(p))
            mine = steps[r['process'], r['version']]
            if any(s.broken for s in self.rows['process_steps'] if s['process'] == r['process']):
                continue                       # said already; the rest would be an echo
            if not mine:
                self.at(r, 'process', 'process: has no steps')
            else:
                self.chain(r, mine)

    def chain(self, process, steps):
        """The steps of one process version, in the order of the file."""
        for i, s in enumerate(steps, 1):
            if s['step'] != str(i):
                return self.at(s, 'step', 'step: %s found where %d is due' % (s['step'], i))
            if (s.start, s.end) != (process.start, process.end):
                self.at(s, 'valid_from', 'valid_from, valid_to: differ from those of the process')
        total, limit = Decimal(0), Decimal(process['total_hours'])
        for s in steps:
            total += Decimal(s['hours'])
            if total > limit >= total - Decimal(s['hours']):
                self.at(s, 'hours', 'hours: the steps of %s exceed its total of %s hours here'
                        % (process['process'], process['total_hours']))
            if s['hours'] == '0' and s['kind'] != 'return':
                self.at(s, 'hours', 'hours: 0 is for return alone')
            if s['role'] not in STEP_ROLES.get(s['kind'], ROLES):
                self.at(s, 'role', 'role: "%s" does not do the step %s' % (s['role'], s['kind']))
            self.cooperating(s)
        kinds = [s['kind'] for s in steps]
        if kinds.count('number_seal') != 1:
            self.at(process, 'process', 'process: needs exactly one step number_seal')
        for i, s in enumerate(steps):
            if (i == 0) != (s['kind'] == 'receive'):
                self.at(s, 'kind', 'kind: a process has one receive, and it comes first')
            if (i == len(steps) - 1) != (s['kind'] == 'return'):
                self.at(s, 'kind', 'kind: a process has one return, and it comes last')
            drafted = i and kinds[i - 1] in ('appraise', 'endorse')
            if s['kind'] in ('approve', 'endorse') and not drafted:
                self.at(s, 'kind', 'kind: %s without an appraise or endorse right before it' % s['kind'])
            if s['kind'] == 'transfer' and not (i and kinds[i - 1] in ('receive', 'approve')):
                self.at(s, 'kind', 'kind: transfer without a receive or approve right before it')
            if s['kind'] == 'hand_over' and not (i and kinds[i - 1] == 'number_seal'):
                self.at(s, 'kind', 'kind: hand_over without a number_seal right before it')
            if s['kind'] == 'obligation' and not (i and kinds[i - 1] in ('transfer', 'approve')):
                self.at(s, 'kind', 'kind: obligation without a transfer or approve right before it')
            if s['kind'] in WORKS and 'approve' in kinds[:i] and 'approve' not in kinds[i:]:
                self.at(s, 'kind', 'kind: behind the last approve a result is only issued and returned')
            if s['kind'] == 'number_seal' and ('approve' not in kinds[:i] or 'approve' in kinds[i:]):
                self.at(s, 'kind', 'kind: number_seal comes after the last approve')
        if process['route'] == 'on_the_spot':
            for s in steps:
                if s['place'] != 'counter' or s['kind'] in ('transfer', 'hand_over'):
                    self.at(s, 'place', 'place: on the spot, every step is done at the counter')
        else:
            if kinds[1:2] != ['transfer']:
                self.at(steps[0], 'kind', 'kind: in the back-office route transfer follows receive')
            if kinds[-2:-1] != ['hand_over']:
                self.at(steps[-1], 'kind', 'kind: in the back-office route hand_over precedes return')
            for s in steps:
                if (s['kind'] in ('receive', 'transfer', 'return')) != (s['place'] == 'counter'):
                    self.at(s, 'place', 'place: "%s" is wrong for %s' % (s['place'], s['kind']))
        self.staffing(process, steps)

    def cooperating(self, step):
        """The units beside the one that leads: of an appraise step, each once, with time, all of them within the step's own."""
        named = [w.split(':') for w in step['with'].split()]
        if not named:
            return
        units, hours = [u for u, _ in named], [Decimal(h) for _, h in named]
        if step['kind'] != 'appraise':
            self.at(step, 'with', 'with: only an appraise step has co-operating units')
        elif len(named) > 8:
            self.at(step, 'with', 'with: more than 8 units')
        elif step['unit_ref'] in units or len(set(units)) != len(units):
            self.at(step, 'with', 'with: the unit that leads, or one named twice')
        elif 0 in hours or sum(hours) > Decimal(step['hours']):
            self.at(step, 'with', 'with: no time, or more than the %s hours of the step' % step['hours'])
        for unit in units:
            for u in self.ref(step, 'with', 'units', (unit,)):
                start, end = max(u.start, step.start), min(u.end, step.end)
                who = [o for o in self.staff[unit] if step['role'] in o['roles'].split()]
                gap = start < end and uncovered(start, end, who)
                if gap:
                    self.at(step, 'with', 'with: unit %s has no %s on %s' % (unit, step['role'], gap))

    def competent(self, process, step):
        """The units that do this step, each with the days on which they do."""
        if step['unit_ref'] == 'receiving':
            # The counter's own unit; a department's dossier may also come in at a shared counter.
            owners = {u['unit'] for s in self.by['process_steps'].values() for r in s
                      if r['process'] == process['process'] and r['version'] == process['version']
                      and r['unit_ref'] not in ('own', 'receiving')
                      for u in self.by['units'].get((r['unit_ref'],), []) if u['level'] == process['level']}
            if owners:
                names = {c['unit'] for c in self.good('counters')
                         if c['unit'] in owners or (c['kind'] == 'shared' and any(
                             siblings(self.by['units'], c['unit'], o) for o in owners))}
                return [u for n in names for u in self.by['units'].get((n,), []) if meet(u, process)]
        if step['unit_ref'] in ('own', 'receiving'):
            return [u for u in self.good('units') if u['level'] == process['level']
                    and meet(u, process)]
        found = self.ref(step, 'unit_ref', 'units')
        for u in found:
            if LEVELS.index(u['level']) > LEVELS.index(process['level']):      # a unit above may have a step
                self.at(step, 'unit_ref', 'unit_ref: %s is a %s, the process is for a %s'
                        % (u['unit'], u['level'], process['level']))
        return [u for u in found if meet(u, process)]

    def staffing(self, process, steps):
        """Every step finds its officer, its mandate, its seal and its series, every day."""
        first = next((s['unit_ref'] for s in steps if s['kind'] == 'approve'), '')
        above = any(LEVELS.index(u['level']) < LEVELS.index(process['level']) for u in self.by['units'].get((first,), []))
        for s in steps:
            if s['unit_ref'] == 'own' and process['level'] == 'department':
                self.at(s, 'unit_ref', 'unit_ref: name the department; "own" would mean all of them')
                continue
            if s['unit_ref'] == 'own' and above:
                self.at(s, 'unit_ref', 'unit_ref: name the unit; "own" would mean the one that approves')
                continue
            for u in self.competent(process, s):
                start, end = max(u.start, process.start), min(u.end, process.end)
                who = [o for o in self.staff[u['unit']] if s['role'] in o['roles'].split()]
                if s['place'] == 'counter':
                    who = [o for o in who if o['counter']]
                gap = uncovered(start, end, who)
                if gap and (u['unit'], s['role'], s['place']) in self.unstaffed:
                    continue                   # once per unit, role and place is enough
                if gap:
                    self.unstaffed.add((u['unit'], s['role'], s['place']))
                    self.at(s, 'role', 'role: unit %s has no %s%s on %s' % (
                        u['unit'], s['role'], ' at a counter' if s['place'] == 'counter' else '', gap))
                elif s['kind'] == 'approve':
                    elsewhere = LEVELS.index(u['level']) < LEVELS.index(process['level']) and not any(
                        x['kind'] == 'appraise' and x['unit_ref'] == s['unit_ref'] for x in steps)
                    self.approval(process, s, u, who, start, end, elsewhere)
                elif s['kind'] == 'number_seal':
                    self.sealing(s, u, start, end)

    def approval(self, process, step, unit, who, start, end, elsewhere):
        names = {o['officer'] for o in who}
        cover = [m for m in self.mandate_rows[unit['unit']] if m['officer'] in names
                 and (m['procedures'] == '*' or process['procedure'] in m['procedures'].split())]
        gap = uncovered(start, end, cover)
        if gap:
            return self.at(step, 'kind', 'kind: no approver of unit %s has a mandate for %s on %s'
                           % (unit['unit'], process['procedure'], gap))
        appraisers = {o['officer'] for o in self.staff[unit['unit']]
                      if 'appraiser' in o['roles'].split()}
        if len(names | appraisers) < 2 and not elsewhere:
            self.at(step, 'role', 'role: in unit %s the same person would appraise and approve'
                    % unit['unit'])

    def sealing(self, step, unit, start, end):
        want = 'second' if step['place'] == 'counter' else 'first'
        gap = uncovered(start, end, [s for s in self.good('seals')
                                     if s['unit'] == unit['unit'] and s['ordinal'] == want])
        if gap:
            self.at(step, 'place', 'place: unit %s has no %s seal on %s' % (unit['unit'], want, gap))
        for document in ('result', 'refusal', 'apology', 'stop_notice', 'correction'):
            gap = uncovered(start, end, [s for s in self.good('series') if s['unit'] == unit['unit']
                                         and s['document'] == document])
            if gap:
                self.at(step, 'kind', 'kind: unit %s has no series for a %s on %s'
                        % (unit['unit'], document, gap))

    def calendars(self):
        years = {(r['calendar'], r['year']) for r in self.good('calendar_years')}
        numbers = sorted(int(y) for _, y in years)
        if numbers and numbers != list(range(numbers[0], numbers[-1] + 1)):
            self.say('calendar_years', 2, 1, 'a year is missing between the first and the last')
        for r in self.good('calendar'):
            d = date.fromisoformat(r['date'])
            if (r['calendar'], str(d.year)) not in years:
                self.at(r, 'date', 'date: calendar_years does not have the year %d' % d.year)
            if r['kind'] == 'make_up' and d.weekday() < 5:
                self.at(r, 'date', 'date: a make-up day falls on a weekend, this is a working day')

    def mandates(self):
        for r in self.good('mandates'):
            self.ref(r, 'unit', 'units')
            for o in self.ref(r, 'officer', 'officers'):
                if o['unit'] != r['unit']:
                    self.at(r, 'officer', 'officer: belongs to unit %s' % o['unit'])
                if 'approver' not in o['roles'].split():
                    self.at(r, 'officer', 'officer: is no approver')
            if r['form'] == 'TUQ' and not r['valid_to']:
                self.at(r, 'valid_to', 'valid_to: an authorisation (TUQ) is limited in time')
            if r['form'] == 'TUQ' and r['procedures'] == '*':
                self.at(r, 'procedures', 'procedures: an authorisation (TUQ) is limited in content')
            if r['procedures'] != '*':
                for code in r['procedures'].split(' '):
                    if (code,) not in self.by['procedures']:
                        self.at(r, 'procedures', 'procedures: unknown procedure "%s"' % code)

    def seals(self):
        seen = defaultdict(list)
        for r in self.good('seals'):
            self.ref(r, 'unit', 'units')
            for other in seen[r['unit'], r['ordinal']]:
                if meet(r, other):
                    self.at(r, 'ordinal', 'ordinal: the unit has another %s seal in line %d'
                            % (r['ordinal'], other.line))
            seen[r['unit'], r['ordinal']].append(r)
            for o in self.ref(r, 'keeper', 'officers'):
                if o['unit'] != r['unit'] or 'clerk' not in o['roles'].split():
                    self.at(r, 'keeper', 'keeper: is no clerk of the unit')
                if r['ordinal'] == 'second' and o['counter'] != r['place']:
                    self.at(r, 'keeper', 'keeper: does not sit at %s' % r['place'])
            if r['ordinal'] == 'first':
                if r['place'] != 'office':
                    self.at(r, 'place', 'place: the first seal is kept at the office')
            else:
                for c in self.ref(r, 'place', 'counters'):
                    if c['unit'] != r['unit']:
                        self.at(r, 'place', 'place: the counter belongs to unit %s' % c['unit'])
                if not r['permission']:
                    self.at(r, 'permission', 'permission: a second seal needs one')

    def series(self):
        seen = defaultdict(list)
        for r in self.good('series'):
            self.ref(r, 'unit', 'units')
            for other in seen[r['unit'], r['document']]:
                if meet(r, other):
                    self.at(r, 'document', 'document: the unit has another series in line %d'
                            % other.line)
            seen[r['unit'], r['document']].append(r)

    def targets(self):
        seen = defaultdict(list)
        for r in self.good('targets'):
            for other in seen[r['level']]:
                if meet(r, other):
                    self.at(r, 'level', 'level: has another target in line %d' % other.line)
            seen[r['level']].append(r)

    def shares(self):
        """How much of each level runs on the spot, on the first day of each target."""
        for t in self.good('targets'):
            levels = ['province', 'department'] if t['level'] == 'province' else [t['level']]
            mine = [p for p in self.good('procedures') if p.start <= t.start < p.end
                    and any(v in levels for v in p['level'].split())]
            spot = sum(p['on_the_spot'] == 'yes' for p in mine)
            # A share of 100 % counts those that can run at a counter at all (README, "Targets").
            if t['share_percent'] != '100' and spot * 100 < int(t['share_percent']) * len(mine):
                self.at(t, 'share_percent', 'share_percent: %d of %d procedures are on the spot'
                        % (spot, len(mine)))

    def run(self):
        for kind in FILES:
            self.read(kind)
        if os.path.isdir(self.folder):
            for name in sorted(os.listdir(self.folder)):
                if name.endswith('.csv') and name[:-4] not in FILES:
                    print('%s:1:1: unknown file' % os.path.join(self.folder, name))
                    self.unread = True
        if not self.unread:
            self.rules()
        for _, line, col, kind, text in sorted(set(self.problems)):
            print('%s:%d:%d: %s' % (os.path.join(self.folder, kind + '.csv'), line, col, text))
        return 1 if self.problems or self.unread else 0

    def rules(self):
        self.staff, self.mandate_rows = defaultdict(list), defaultdict(list)
        for o in self.good('officers'):
            self.staff[o['unit']].append(o)
        for m in self.good('mandates'):
            self.mandate_rows[m['unit']].append(m)
        for rule in (self.overlaps, self.units, self.counters, self.officers, self.procedures,
                     self.times, self.terms, self.fees, self.components, self.processes, self.calendars, self.mandates, self.seals, self.series,
                     self.targets, self.shares):
            rule()


def meet(a, b):
    return a.start < b.end and b.start < a.end


def uncovered(start, end, rows):
    """The first day of [start, end) on which none of the rows is valid, or None."""
    for r in sorted(rows, key=lambda r: r.start):
        if r.start > start:
            break
        start = max(start, r.end)
    return start if start < end else None


def siblings(units, a, b):
    """Departments of one province: the centre among them."""
    return any(x['level'] == y['level'] == 'department' and x['parent'] == y['parent']
               for x in units.get((a,), []) for y in units.get((b,), []))


def statutory_hours(procedure):
    """The statutory time in working hours, the upper bound of a process (README, "Hours")."""
    n = int(procedure['statutory_time'])
    return {'hours': n, 'working_days': n * 8, 'days': max(n * 5 // 7, 1) * 8,
            'months': n * 21 * 8}[procedure['time_unit']]


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit('usage: check.py DIR')
    sys.exit(Checker(sys.argv[1]).run())
