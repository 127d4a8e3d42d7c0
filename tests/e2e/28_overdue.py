#!/usr/bin/env python3
"""A simulated day some of whose dossiers nobody handles for a month: what comes late, what is asked for once more, and who keeps silent
stands in the books, and the dates are still those of the second engine."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from system import System  # noqa: E402
from tap import check, equal, main, test  # noqa: E402

ORACLE = Path(__file__).resolve().parents[1] / 'oracle' / 'dossiers.py'
MIX = 'on_spot=30,refused=0,rejected=0,back=0,supplement=25,extended=15,guided=10,withdrawn=0,stopped=0,complained=40,at_once=0,twice=50,overdue=60'


@test
def what_is_late_or_asked_for_once_more_is_in_the_books(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', 420, '--connections', '4', '--seed', 31, '--mix', MIX, '--oracle', ORACLE)
    check('no difference' in done.out, 'the books balance', done.out[-3000:], done.err[-2500:])
    differ = re.search(r'clocks of (\d+) dossiers, (\d+) differ', done.err)
    equal(differ and differ[2], '0')

    n = lambda query: int(s.value('SELECT count(*) FROM ' + query))
    once_more = n("intake.supplement WHERE number = 2 AND ground IS NOT NULL AND superior IS NOT NULL")
    late = n("intake.supplement WHERE number = 1 AND ground IS NOT NULL AND superior IS NOT NULL AND asked_at > '2019-10-30'")
    check(once_more > 5 and late > 5, 'the head asked once more, and late', once_more, late)
    overdue = n("intake.dossier WHERE extension_issued_at > '2019-10-30' AND promised_at < extension_issued_at")
    breaches = int(s.value('SELECT sum(breaches) FROM audit.kpi'))
    check(breaches >= overdue > 5, 'an apology behind the date is a breach, as one on its last day is', breaches, overdue)
    again = int(s.value('SELECT sum(guided_again) FROM audit.kpi'))
    check(0 < again < int(s.value('SELECT sum(guided) FROM audit.kpi')), 'some were guided once more', again)
    check(n("appraisal.step WHERE state = 'unanswered'") > 0, 'a unit that was asked kept silent')
    check(n("appraisal.part WHERE state = 'lapsed'") > 0, 'and one that co-operates')

    passed = n("(SELECT DISTINCT subject FROM audit.entry WHERE type = 'DuePassed') x")
    check(passed > 50, 'the clock told of it', passed)
    check(int(s.value('SELECT sum(late) FROM audit.kpi')) > 50, 'what nobody handled in time counts as late')
    equal(s.value("SELECT count(*) FROM intake.dossier WHERE code IS NOT NULL AND state <> 'returned'"), '0', 'all have ended')


main(System)
