#!/usr/bin/env python3
"""The books of a simulated day with all its paths: the dates of every dossier are counted again by the second engine, and whatever
differs fails the day."""
import collections
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import forward_to  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test  # noqa: E402

ORACLE = Path(__file__).resolve().parents[1] / 'oracle' / 'dossiers.py'
MIX = 'on_spot=40,refused=2,back=0,posted=20,reassigned=20,not_taken=20,denied=30,supplement=30,extended=20,stopped=4,found=80,left_out=80,hand_refused=30,at_once=10,outage=10,lost=20'


def day(s, seed, oracle, number=100, must=True, mix=MIX):
    return s.ctl('simulate', '--day', '2019-10-01', '--dossiers', number, '--connections', '4', '--seed', seed, '--mix', mix, '--oracle', oracle, must=must)


def counted(done):
    """How many of each kind of fact the oracle met."""
    head = re.search(r'clocks of (\d+) dossiers, (\d+) differ; (.*)', done.err)
    check(head, 'the oracle was asked', done.err[-2000:])
    return int(head[1]), int(head[2]), {kind: int(n) for n, kind in re.findall(r'(\d+) (\w+)', head[3])}


@test
def the_dates_of_a_day_with_all_paths_are_those_of_the_oracle(s):
    done = day(s, 25, ORACLE, 120)
    check('no difference' in done.out, 'the books balance', done.out[-2500:], done.err[-2500:])
    dossiers, differ, facts = counted(done)
    equal((differ, facts['received']), (0, dossiers))
    check(dossiers > 100, 'every dossier that has a date', dossiers)
    for kind in ('supplement_requested', 'supplement_received', 'obligation_opened', 'obligation_closed', 'extended', 'finding', 'excluded_from',
                 'excluded_to', 'transfer', 'same_day'):
        check(facts.get(kind), f'the day has no {kind}', facts)
    for event in ('FindingRecorded', 'PeriodExcluded', 'HandOverRefused', 'TransferRefused', 'WithdrawalRefused', 'ExtensionRefused', 'StopRefused'):
        check(event in done.out, f'{event} was driven', done.out[-4000:])
    check(int(s.value("SELECT count(*) FROM intake.dossier WHERE channel = 'post' AND code IS NOT NULL")) > 5, 'some came by post')
    check(s.rows("SELECT subject FROM audit.entry WHERE type = 'Assigned' GROUP BY subject, step HAVING count(DISTINCT actor) > 1"), 'some were given to another officer')


@test
def a_date_that_differs_fails_the_day_and_is_named(s):
    for field in ('"told":.*"legal":"', '"told":.*"reported":"', '"stored" : .*"legal" : "'):
        damaged = day(s, 26, f"sed -E '2s/({field})2019/\\12018/' | {ORACLE}", 6, must=False, mix='refused=0,guided=0')
        check(damaged.returncode != 0, 'the command fails', damaged.out[-2000:])
        equal(counted(damaged)[1], 1)
        check(re.search(r'^\S+-\d{6}-\d{4}: due \((legal|reported)\) is (told|stored) as 2018-\S+, the oracle says 2019-', damaged.err, re.M),
              'with its code and both dates', damaged.err)
        check('the clocks are not those of the oracle' in damaged.out and 'THERE ARE DIFFERENCES' in damaged.out, 'the books say so', damaged.out[-2000:])


@test
def an_oracle_that_does_not_answer_fails_the_day(s):
    for command in ('true; exit 3', 'no-such-command'):
        check(day(s, 27, command, 3, must=False).returncode != 0, command)


@test
def both_rules_of_15_00_hold_in_the_afternoon(s):
    s.ctl('clock', 'forward', '8h')                                             # half past three
    done = day(s, 28, ORACLE)
    check('no difference' in done.out, 'the books balance', done.out[-2500:], done.err[-2500:])
    equal(counted(done)[1], 0)
    late = s.rows("SELECT left(intake.civil(d.due_at), 10) AS due FROM intake.dossier d WHERE due_rule LIKE 'same_day:900@%'"
                  " AND intake.civil(received_at) > '2019-10-01T15:00' AND extension IS NULL AND due_at IS NOT NULL")
    check(late and {x['due'] for x in late} == {'2019-10-02'}, 'results of the same day come on the next one', late)
    slow = s.rows("SELECT intake.civil(due_at) AS due FROM intake.transfer WHERE intake.civil(opened_at) > '2019-10-01T15:00'")
    check(slow and {x['due'][:16] for x in slow} == {'2019-10-02T07:00'}, 'and the papers go there the next morning', slow)


@test
def what_was_asked_for_comes_the_next_day(s):
    done = day(s, 29, ORACLE, 260, mix='on_spot=30,refused=0,supplement=40,overnight=70,extended=0,outage=0')
    check('no difference' in done.out, 'the books balance', done.out[-2500:], done.err[-2500:])
    equal(counted(done)[1], 0)
    waited = s.rows("SELECT d.code, d.due_at <> d.due_at_reported AS parted, least(d.due_at, d.due_at_reported) > d.promised_at AS moved"
                    " FROM intake.supplement x JOIN intake.dossier d ON d.id = x.dossier"
                    " WHERE left(intake.civil(x.asked_at), 10) = '2019-10-01' AND left(intake.civil(x.received_at), 10) = '2019-10-02'")
    check(waited and all(x['moved'] for x in waited), 'a day between them: both dates move', waited)
    check(sum(x['parted'] for x in waited) > 10, 'and mostly part: begun anew, and a day left out, is the same only where nothing was used before', waited)
    paid = s.value("SELECT count(*) FROM intake.obligation WHERE intake.civil(notified_at) < '2019-10-02' AND intake.civil(met_at) > '2019-10-02'")
    check(int(paid) > 0, 'a tax was paid on the next day', paid)
    received = int(re.search(r'^SupplementReceived\D+(\d+)', done.out, re.M)[1])
    check(received > len(waited), 'and some came at once', received)


def told(s):
    """How many events of each kind there are by now."""
    return collections.Counter({r['type']: r['n'] for r in s.rows('SELECT type, count(*) AS n FROM audit.entry GROUP BY 1')})


@test
def a_day_with_its_real_shares_whose_days_may_pass_is_in_the_books(s):
    """Last of all: the clock goes on by weeks."""
    forward_to(s, '2019-10-03T07:30:00+07:00')
    before = told(s)
    done = s.ctl('simulate', '--day', '2019-10-03', '--dossiers', 400, '--connections', '4', '--seed', 32, '--mix', 'days', '--oracle', ORACLE)
    check('no difference' in done.out, 'the books balance', done.out[-3000:], done.err[-2500:])
    equal(re.search(r'clocks of (\d+) dossiers, (\d+) differ', done.err)[2], '0')
    for event in ('CollectionReminded', 'DueNear', 'DuePassed', 'SupplementReceived', 'Extended', 'Refused', 'Guided', 'DecisionRefused', 'SentBack',
                  'RatingGiven', 'FeePaid', 'HandedOver'):
        check(told(s)[event] > before[event], f'{event} was driven', done.out[-5000:])
    check('lưu trữ, không có người nhận' in done.out, 'what nobody fetched is in the archive')


main(System)
