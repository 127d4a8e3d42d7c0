#!/usr/bin/env python3
"""The shares of a simulated day: each that is printed is taken and says where it comes from, and the page about taichoctl names the same ones."""
import contextlib
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'lib'))
from tap import check, equal, main, test    # noqa: E402

CTL = os.path.join(os.path.abspath(os.environ.get('BUILD', os.path.join(ROOT, 'build'))), 'bin', 'taichoctl')


def ctl(*arguments):
    return subprocess.run([CTL, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
                          env={'PATH': os.environ['PATH'], 'TAICHO_ADMIN_DATABASE_URL': 'host=/nowhere'})


def shares(text):
    return dict(re.findall(r'^  (\w+) +(\d+)  \S', text, re.M))


def rows(text):
    """(name, percentage, of what, source), as they are printed."""
    return re.findall(r'^  (\w+) +(\d+)  (\S.*) \[(.+)\]$', text, re.M)


def mix(text):
    return ctl('simulate', '--day', '2019-10-01', '--dossiers', '1', '--mix', text)


@test
def each_share_that_is_printed_is_taken(_):
    printed = shares(ctl('simulate', '--help').stdout)
    check({'on_spot', 'overdue'} <= printed.keys(), 'first and last', printed)
    equal(mix(','.join(f'{name}={usual}' for name, usual in printed.items())).returncode, 1, 'all of them; but there is no service')
    equal([mix(text).returncode for text in ('days', 'days,on_spot=70', 'overdue=5,days')], [1, 1, 1], 'and the word that lets days pass')
    for wrong in ('days=1', 'day', 'days;', 'on_spot=101', 'on_spot=-1', 'on_spot=', 'on_spot', 'on_spots=1', 'on_spo=1', 'on_spot=1;back=1'):
        equal(mix(wrong).returncode, 2, wrong)
    equal(shares(mix('nonsense=1').stderr), printed, 'who asks for another one is told of them')
    check('--mix [days,]SHARE=P' in ctl('help').stdout and '--help lists the shares' in ctl('help').stdout, 'help leads there')


@test
def what_is_named_stands_wherever_the_word_that_lets_days_pass_does(_):
    usual = shares(ctl('simulate', '--help').stdout)
    days = {'overnight': '50', 'unclaimed': '1', 'late_answers': '10', 'overdue': '2'}
    for text, more in (('days', days), ('days,overdue=5', {**days, 'overdue': '5'}), ('overdue=5,days', {**days, 'overdue': '5'}), ('overdue=5', {'overdue': '5'}),
                       ('overdue=5,on_spot=60,days,overnight=0', {**days, 'overdue': '5', 'on_spot': '60', 'overnight': '0'})):
        equal(shares(ctl('simulate', '--mix', text, '--help').stdout), {**usual, **more}, text)


@test
def each_share_says_where_it_comes_from(_):
    text = ctl('simulate', '--help').stdout
    printed = rows(text)
    equal({name for name, *_ in printed}, shares(text).keys(), 'each of them')
    bench = {name: int(usual) for name, usual, _, source in printed if source == 'mix of the bench'}
    equal(bench, {'supplement': 8, 'rejected': 4, 'extended': 3})
    with open(os.path.join(ROOT, 'tests', 'bench', 'README.md'), encoding='utf-8') as f:
        check('85 % straight, 8 % supplemented once (15 commands), 4 % refused by decision, 3 % with an apology' in f.read(), 'which is the one of the bench')
    equal({source for *_, source in printed} - {'mix of the bench', 'assumed'}, {'assumed, near the targets of Circular 01/2018 Art. 13(5)'})


@test
def ways_of_which_a_dossier_goes_one_are_named(_):
    ways = 'refused rejected back supplement extended at_once stopped guided withdrawn'
    for text, rest in (('', '; straight on: 71'), ('supplement=30', '; straight on: 49'), ('supplement=80', '; they come to 101, and each has its part of that')):
        check(f'{ways}{rest}\n' in ctl('simulate', '--mix', text, '--help').stdout, text, ctl('simulate', '--mix', text, '--help').stdout[-600:])


@test
def the_page_names_the_same_shares(_):
    with open(os.path.join(ROOT, 'services', 'ctl', 'README.md'), encoding='utf-8') as f:
        page = re.findall(r'^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$', f.read(), re.M)
    equal(page, rows(ctl('simulate', '--help').stdout))


@test
def the_second_engine_is_asked_or_turned_off_but_not_both(_):
    equal(ctl('simulate', '--day', '2019-10-01', '--dossiers', '1', '--oracle', 'true', '--no-oracle').returncode, 2)


if __name__ == '__main__':
    main(contextlib.nullcontext)
