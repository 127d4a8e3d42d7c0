#!/usr/bin/env python3
"""The books of a simulated day with all its paths: the dates of every dossier are counted again by the second engine, and whatever
differs fails the day."""
import collections
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import forward_to  # noqa: E402
from system import BUILD, System  # noqa: E402
from tap import check, equal, main, test  # noqa: E402

ORACLE = Path(__file__).resolve().parents[1] / 'oracle' / 'dossiers.py'
MIX = ('on_spot=40,refused=2,rejected=5,back=5,supplement=20,extended=10,at_once=6,stopped=4,guided=4,withdrawn=4,outage=10,exempt=60,complained=30,corrected=25,'
       'combined=80,found=100,left_out=80,ended_early=40,hand_refused=30,filed=15,posted=20,lends=25,lost=20,post=30,came_back=40,initials=80,reassigned=20,beside=20,not_taken=20,hurried=20,'
       'denied=60,twice=30')


def day(s, seed, oracle, number=100, must=True, mix=MIX):
    return s.ctl('simulate', '--day', '2019-10-01', '--dossiers', number, '--connections', '4', '--seed', seed, '--mix', mix, '--oracle', oracle, must=must)


def counted(done):
    """How many of each kind of fact the oracle met."""
    head = re.search(r'clocks of (\d+) dossiers, (\d+) differ; (.*)', done.err)
    check(head, 'the oracle was asked', done.err[-2000:])
    return int(head[1]), int(head[2]), {kind: int(n) for n, kind in re.findall(r'(\d+) (\w+)', head[3])}


def driven(done, *acts):
    """How often they were done, by the table that is printed."""
    found = [re.search(rf'^{re.escape(act)} +(\d+) ', done.out, re.M) for act in acts]
    return sum(int(m[1]) for m in found if m)


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
    for event in ('FindingRecorded', 'PeriodExcluded', 'PeriodEnded', 'HandOverRefused', 'TransferRefused', 'WithdrawalRefused', 'ExtensionRefused', 'StopRefused'):
        check(event in done.out, f'{event} was driven', done.out[-4000:])
    for early in ('đóng dấu khi chưa vào số', 'lưu trữ khi chưa đóng dấu', 'trả kết quả khi chưa sẵn sàng'):
        check(driven(done, f'(409) {early}'), f'{early}: it was tried, and refused', done.out[-5000:])
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
def a_day_without_a_second_engine_says_so(s):
    few = ('simulate', '--day', '2019-10-01', '--dossiers', '3', '--mix', 'refused=0,guided=0', '--seed', 33)
    done = s.ctl(*few, '--no-oracle')
    check('THE DATES WERE NOT COUNTED AGAIN' in done.out and 'hạn trả kết quả chưa được tính lại' in done.out, 'plainly, in both languages', done.out[-1500:])
    equal([json.loads(s.ctl(*few, '--json', *more).out)['clocks'] for more in ((), ('--no-oracle',))], [3, None], 'the one of this project is found')


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


def extended_beside(s):
    """Of the dossiers that an apology has moved: what else has."""
    return {of for of, what in (('supplement', 'received_at'), ('obligation', 'met_at'), ('finding', 'found_at'))
            if int(s.value(f"SELECT count(*) FROM intake.dossier d WHERE d.extension = 'issued' AND EXISTS"
                           f" (SELECT FROM intake.{of} x WHERE x.dossier = d.id AND x.{what} IS NOT NULL)"))}


# Of a hundred dossiers of a day with the usual shares, so many go this way; and the acts that say that one did.
WAYS = {'refused': (4, 'Refused từ chối tiếp nhận'),
        'rejected': (4, 'DecisionRefused từ chối giải quyết'),
        'back': (3, 'SentBack trả lại thẩm định', 'DraftReturned trả lại dự thảo'),
        'supplement': (8 * 1.1, 'SupplementAsked yêu cầu bổ sung'),             # of a tenth, twice
        'at_once': (3, 'Received tiếp nhận, giải quyết ngay', 'Received tiếp nhận, từ chối giải quyết ngay', 'Received tiếp nhận, thẩm định ngay'),
        'stopped': (1, 'StopSigned ký thông báo dừng'),
        'guided': (2 * 1.1, 'Guided hướng dẫn hoàn thiện hồ sơ'),
        'withdrawn': (1, 'WithdrawalGranted cho rút hồ sơ'),
        'rated': (20, 'RatingGiven đánh giá'),
        'complained': (2, 'ComplaintFiled phản ánh, kiến nghị')}


def shares_hold(done, dossiers):
    for way, (percent, *acts) in WAYS.items():
        n, p = driven(done, *acts), percent / 100
        check(abs(n - dossiers * p) <= 3 * (dossiers * p * (1 - p)) ** .5, f'{way}: {n} of {dossiers} are within three sigmas of {percent} %', done.out[-6000:])


@test
def a_day_with_its_real_shares_whose_days_may_pass_is_in_the_books(s):
    """The clock goes on by weeks."""
    forward_to(s, '2019-10-03T07:30:00+07:00')
    before = told(s)
    done = s.ctl('simulate', '--day', '2019-10-03', '--dossiers', 400, '--connections', '4', '--seed', 32, '--mix', 'days')
    check('no difference' in done.out, 'the books balance', done.out[-3000:], done.err[-2500:])
    equal(re.search(r'clocks of (\d+) dossiers, (\d+) differ', done.err)[2], '0')
    shares_hold(done, 400)
    for event in ('CollectionReminded', 'DueNear', 'DuePassed', 'SupplementReceived', 'Extended', 'Refused', 'Guided', 'DecisionRefused', 'SentBack',
                  'RatingGiven', 'FeePaid', 'HandedOver'):
        check(told(s)[event] > before[event], f'{event} was driven', done.out[-5000:])
    check('lưu trữ, không có người nhận' in done.out, 'what nobody fetched is in the archive')


# What such days need not drive, why, and which test does.
NOT_DRIVEN = {**dict.fromkeys(('IntakeNear', 'AppraisalNear', 'ApprovalNear', 'ReturnNear'), 'the clock goes on by days, mostly past that moment: e2e/25_step_warnings'),
              **dict.fromkeys(('ConsultationLapsed', 'PartLapsed'), 'few dossiers go to other units, and fewer of these are overdue: e2e/28_overdue'),
              'AnsweredLate': 'who kept silent says nothing more: e2e/21_linked',
              'TurnRefused': 'few dossiers go on from unit to unit on paper: e2e/21_linked',
              'DueMoved': 'a new holiday is imported: e2e/08_calendar',
              'SubmissionPassed': 'what was filed on the portal is answered at once: e2e/27_submission',
              'IntakeBrokenOff': 'nobody withdraws a dossier that is between two units: e2e/20_steps',
              'MandateRecorded': 'reference data', 'SealRecorded': 'reference data', 'SeriesRecorded': 'reference data'}


@test
def every_event_that_a_stage_can_tell_was_driven_and_paths_met(s):
    """Last of all: by the days before, and one on which most lies for a month, with whoever has it."""
    today = re.search(r'\d{4}-\d\d-\d\d', s.ctl('clock', 'show').out)[0]
    stays = s.value("SELECT string_agg(id, ',') FROM intake.catalogue_current WHERE kind = 'unit' AND valid_from <= 18109 AND (valid_to = 0 OR valid_to > 18600)")
    done = s.ctl('simulate', '--day', today, '--dossiers', 80, '--connections', '4', '--seed', 34, '--units', stays, '--mix',
                 'days,on_spot=20,refused=0,withdrawn=15,stopped=10,overdue=70,elsewhere=60,not_taken=40,complained=30,late_answers=30')
    check('no difference' in done.out, 'the books balance', done.out[-3000:], done.err[-2500:])
    emitted = set()
    for stage in ('intake', 'appraisal', 'approval', 'return'):
        run = subprocess.run([BUILD / f'bin/taicho-{stage}', 'emits'], capture_output=True, check=True, text=True)
        emitted |= {line.split('\t')[0] for line in run.stdout.splitlines() if line}
    equal(NOT_DRIVEN.keys() - emitted, set(), 'what is said not to be driven is an event')
    equal(extended_beside(s), {'supplement', 'obligation', 'finding'}, 'each of what moves a date was met with an apology')
    equal(sorted(emitted - told(s).keys() - NOT_DRIVEN.keys()), [], 'every other event was told')


main(System)
