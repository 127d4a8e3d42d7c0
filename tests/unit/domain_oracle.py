#!/usr/bin/env python3
"""The working-time engine against its independent second implementation (tests/oracle/clock.py), on 20,000 random cases; a million
is `$BUILD/tests/oracle/worktime_cases tests/oracle/calendar.csv 1000000 | tests/oracle/clock.py tests/oracle/calendar.csv`.
ORACLE_CASES and ORACLE_SEED choose others."""
import contextlib
import csv
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, 'tests', 'lib'), os.path.join(ROOT, 'tests', 'oracle')]
import clock                                                               # noqa: E402
from tap import Skip, check, equal, main, say, test                       # noqa: E402

CALENDAR = os.path.join(ROOT, 'tests', 'oracle', 'calendar.csv')
CASES = os.environ.get('ORACLE_CASES', '20000')
SEED = os.environ.get('ORACLE_SEED', '20191001')


@contextlib.contextmanager
def cases():
    """The lines of worktime_cases."""
    program = os.path.join(os.environ.get('BUILD', 'build/asan'), 'tests', 'oracle', 'worktime_cases')
    check(os.access(program, os.X_OK), f'no {program}: make test-bins')
    run = subprocess.run([program, CALENDAR, CASES, SEED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    check(run.returncode == 0, f'worktime_cases ended with {run.returncode}', run.stderr[-2000:])
    yield run.stdout.splitlines()


@test
def both_engines_answer_alike(lines):
    count, differences, walked = clock.check(CALENDAR, lines, every_minute=10, say=say)
    say(f'{count} cases, {walked} of them walked minute by minute, {differences} differences')
    equal(count, int(CASES), 'cases')
    equal(differences, 0, 'differences')
    check(walked > 0 or count < 2000, 'no case was walked minute by minute')


@test
def every_kind_of_case_is_thrown(lines):
    text = '\n'.join(lines)
    for kind in 'ASTBOD':
        check(f'\n{kind} ' in text, f'no case of kind {kind}')
    facts = ['received', 'finding', 'supplement_requested', 'supplement_received', 'obligation_opened', 'obligation_closed',
             'excluded_from', 'excluded_to', 'round_started', 'round_ended', 'extended', 'stopped', 'resumed', 'withdrawn', 'sealed']
    good = '\n'.join(line for line in lines if line.startswith('D ') and '!' not in line)
    for fact in facts:
        check(f';{fact},' in good, f'no dossier with {fact}')
    for unit in ('hour', 'day', 'working_day', 'month'):
        check(f' {unit},' in good, f'no dossier with a time in {unit}')
    for word in (',early', ',on_time', ',late', ',supplement,', ',obligation,', ',stopped,', ',excluded,'):
        check(word in good, f'no dossier that says {word}')
    check('!calendar:2027' in text, 'no case beyond the calendar')


@test
def a_wrong_answer_is_found(lines):
    for kind in 'ASTBOD':
        case = next(line for line in lines if line.startswith(kind + ' ') and '!' not in line)
        head = [line for line in lines if line[:2] in ('H ', 'K ')]
        question, _, answer = case.partition(' = ')
        words = answer.split(' ')
        words[0] = str(int(words[0]) + 1)
        told = []
        equal(clock.check(CALENDAR, head + [case], say=told.append)[:2], (1, 0), kind)
        equal(clock.check(CALENDAR, head + [f"{question} = {' '.join(words)}"], say=told.append)[:2], (1, 1), kind)
        check(told, 'the difference was not told')


@test
def the_calendar_is_that_of_the_reference_data(_):
    path = os.path.join(ROOT, 'deploy', 'reference', 'binh-thuan', 'calendar.csv')
    if not os.path.exists(path):
        raise Skip('no reference data')
    with open(path, encoding='utf-8') as f:
        reference = {(row['date'], '1' if row['kind'] == 'make_up' else '0') for row in csv.DictReader(f)}
    with open(CALENDAR, encoding='utf-8') as f:
        own = {(row['date'], row['works']) for row in csv.DictReader(f)}
    equal(sorted(own ^ reference), [], 'days that only one of them has')


if __name__ == '__main__':
    main(cases)
