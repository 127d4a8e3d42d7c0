#!/usr/bin/env python3
"""The dates of dossiers by the second engine (tests/oracle/dossiers.py), on dossiers counted by hand; and that whatever is changed in
them is found."""
import contextlib
import copy
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, 'tests', 'lib'), os.path.join(ROOT, 'tests', 'oracle')]
import dossiers                                                            # noqa: E402
from tap import check, equal, main, test                                   # noqa: E402

FIVE_DAYS = {'time_unit': 'working_days', 'statutory_time': 5, 'same_day': False}
SAME_DAY = {'time_unit': 'working_days', 'statutory_time': 1, 'same_day': True, 'cutoff_minute': 900}
LAND = {**FIVE_DAYS, 'variants': [{'finding': 'remote', 'replaces': False, 'time_unit': 'days', 'time': 10},
                                  {'finding': 'verified', 'replaces': True, 'time_unit': 'hours', 'minutes': 960}],
        'excluded': [{'period': 'expert', 'reported': False}, {'period': 'known', 'reported': True}]}


def at(text):
    """'01 08:00' is in October 2019: the first is a Tuesday."""
    day, hour = text.split()
    return f'2019-10-{day}T{hour}:00.000000+07:00'


def dossier(procedure, received, legal, reported=None, **facts):
    dates = {'legal': at(legal), 'reported': at(reported or legal)}
    empty = {k: [] for k in ('findings', 'exclusions', 'supplements', 'obligations', 'transfers')}
    return {'code': 'H11.35.21-191001-0001', 'received_at': at(received), 'stored': dates, 'told': dict(dates), 'procedure': procedure,
            'office_minutes': ['07:00-11:30', '13:30-17:00'], 'extension': None, **empty, **facts}


def supplement(asked, received=None):
    return {'asked_at': at(asked), 'received_at': received and at(received), 'ground': None}


def obligation(notified, met=None):
    return {'notified_at': notified and at(notified), 'met_at': met and at(met)}


# Office hours are eight a day; five days from a Tuesday at eight are the next Tuesday at eight.
COUNTED = {
    'five working days': dossier(FIVE_DAYS, '01 08:00', '08 08:00'),
    'from the opening': dossier(FIVE_DAYS, '05 10:00', '11 17:00'),
    'the same day': dossier(SAME_DAY, '01 15:00', '01 17:00'),
    'the same day, after 15:00': dossier(SAME_DAY, '01 15:01', '02 17:00'),
    'no cut-off': dossier({**SAME_DAY, 'cutoff_minute': 0}, '01 15:01', '01 17:00'),
    'a supplement': dossier(FIVE_DAYS, '01 08:00', '11 08:00', '09 08:00', supplements=[supplement('03 08:00', '04 08:00')]),
    'still waiting': dossier(FIVE_DAYS, '01 08:00', '08 08:00', supplements=[supplement('03 08:00')]),
    'an obligation': dossier(FIVE_DAYS, '01 08:00', '10 08:00', obligations=[obligation('03 08:00', '07 08:00')]),
    'an obligation that is expected': dossier(FIVE_DAYS, '01 08:00', '08 08:00', obligations=[obligation(None)]),
    'a finding that replaces': dossier(LAND, '01 08:00', '03 08:00', findings=[{'finding': 'verified', 'at': at('01 09:00')}]),
    'a finding that adds': dossier(LAND, '01 08:00', '18 17:00', findings=[{'finding': 'remote', 'at': at('02 09:00')}]),
    'a period the portal does not know': dossier(LAND, '01 08:00', '09 08:00', '08 08:00',
                                                 exclusions=[{'period': 'expert', 'from': at('02 08:00'), 'until': at('03 08:00'), 'known': at('02 08:00')}]),
    'a period that it knows': dossier(LAND, '01 08:00', '09 08:00', exclusions=[{'period': 'known', 'from': at('02 08:00'), 'until': at('03 08:00'), 'known': at('02 08:00')}]),
    'a period that ended as it began': dossier(LAND, '01 08:00', '08 08:00', exclusions=[{'period': 'known', 'from': at('02 08:00'), 'until': at('02 08:00'), 'known': at('02 08:00')}]),
    'an extension': dossier(FIVE_DAYS, '01 08:00', '14 16:00', extension={'issued_at': at('02 08:00'), 'due_at': at('14 16:00'), 'reason': 'overload'}),
    'a period that a new date reckons with': dossier(LAND, '01 08:00', '14 16:00', exclusions=[{'period': 'known', 'from': at('02 08:00'), 'until': at('04 08:00'), 'known': at('02 08:00')}],
                                                     extension={'issued_at': at('03 08:00'), 'due_at': at('14 16:00'), 'reason': 'overload'}),
    'a finding behind a new date': dossier(LAND, '01 08:00', '18 17:00', findings=[{'finding': 'remote', 'at': at('03 09:00')}],
                                           extension={'issued_at': at('02 08:00'), 'due_at': at('09 16:00'), 'reason': 'overload'}),
    'transfers': dossier(FIVE_DAYS, '01 08:00', '08 08:00', transfers=[{'opened_at': at('01 08:00'), 'due_at': at('01 17:00')},
                                                                      {'opened_at': at('04 15:01'), 'due_at': at('07 07:00')},
                                                                      {'opened_at': at('01 10:01'), 'due_at': at('02 07:00'), 'cutoff': 600}]),
}
# Whatever is written here, instead, gives other dates.
CHANGES = {
    'five working days': [('received_at', at('01 09:00')), ('procedure', {**FIVE_DAYS, 'statutory_time': 6}), ('procedure', {**FIVE_DAYS, 'time_unit': 'months'})],
    'from the opening': [('office_minutes', ['07:00-11:30', '13:30-16:30'])],
    'the same day': [('received_at', at('01 15:01')), ('procedure', FIVE_DAYS)],
    'the same day, after 15:00': [('received_at', at('01 15:00')), ('procedure', {**SAME_DAY, 'cutoff_minute': 960})],
    'a supplement': [('supplements', []), ('supplements', [supplement('03 08:00')]), ('supplements', [supplement('03 09:00', '04 08:00')])],
    'an obligation': [('obligations', []), ('obligations', [obligation('03 08:00', '07 09:00')])],
    'a finding that replaces': [('findings', [])],
    'a finding that adds': [('findings', []), ('findings', [{'finding': 'nobody knows it', 'at': at('02 09:00')}])],
    'a period the portal does not know': [('exclusions', []), ('exclusions', [{'period': 'known', 'from': at('02 08:00'), 'until': at('03 08:00'), 'known': at('02 08:00')}])],
    'a period that it knows': [('exclusions', [{'period': 'known', 'from': at('02 08:00'), 'until': at('03 09:00'), 'known': at('02 08:00')}])],
    'an extension': [('extension', None), ('extension', {'issued_at': at('02 08:00'), 'due_at': at('15 16:00'), 'reason': 'overload'})],
    'a period that a new date reckons with': [('exclusions', [{'period': 'known', 'from': at('02 08:00'), 'until': at('04 08:00'), 'known': at('03 08:01')}])],
    'a finding behind a new date': [('findings', [])],
    'transfers': [('transfers', [{'opened_at': at('01 10:01'), 'due_at': at('01 17:00'), 'cutoff': 600}]),
                  ('transfers', [{'opened_at': at('01 15:01'), 'due_at': at('01 17:00')}]), ('transfers', [{'opened_at': at('04 15:00'), 'due_at': at('07 07:00')}])],
}


def wrong(d):
    said = []
    count, differ, _ = dossiers.check([json.dumps(d)], say=said.append)
    equal(count, 1)
    equal(bool(said), differ == 1, 'it is said')
    check(all(text.startswith(d['code'] + ': ') for text in said), 'of which dossier', said)
    return said


@test
def what_was_counted_by_hand_is_counted_alike(_):
    for name, d in COUNTED.items():
        equal(wrong(d), [], name)


@test
def a_date_that_is_a_second_off_is_found(_):
    for name, d in COUNTED.items():
        for how in ('stored', 'told'):
            for which in ('legal', 'reported'):
                other = copy.deepcopy(d)
                other[how][which] = d[how][which].replace(':00.000000', ':01.000000')
                said = wrong(other)
                equal(len(said), 1, name)
                check(f'due ({which}) is {how}' in said[0] and other[how][which] in said[0] and d[how][which][:19] in said[0], 'both dates', said)
                other[how][which] = None
                equal(len(wrong(other)), 1, f'{name}: no date')


@test
def a_fact_that_was_another_is_found(_):
    for name, changes in CHANGES.items():
        for field, value in changes:
            check(wrong({**COUNTED[name], field: value}), f'{name}: {field} may be anything', value)


@test
def the_program_ends_with_its_finding(_):
    good = [json.dumps(d) for d in COUNTED.values()]
    bad = json.dumps({**COUNTED['a supplement'], 'supplements': []})
    for lines, status in ((good, 0), (good + [bad], 1)):
        run = subprocess.run([os.path.join(ROOT, 'tests', 'oracle', 'dossiers.py')], input='\n'.join(lines), stderr=subprocess.PIPE, text=True)
        equal(run.returncode, status, run.stderr)
        check(f'clocks of {len(lines)} dossiers, {status} differ' in run.stderr, 'it says how many', run.stderr)


if __name__ == '__main__':
    main(contextlib.nullcontext)
