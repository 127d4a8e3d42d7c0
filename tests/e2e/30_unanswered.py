#!/usr/bin/env python3
"""A simulated day some of whose supplements never come: a stop is asked for while the citizen may still bring them, which is refused,
and once more when his time is over; then the notice is signed, sealed and fetched, and the books and the second engine agree."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import with_waits  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test  # noqa: E402

ORACLE = Path(__file__).resolve().parents[1] / 'oracle' / 'dossiers.py'
SOON = ['1.001193', '1.000894', '1.000656', '1.001022', '1.000689', '1.003583', '1.000593', '1.004222', '1.004194', '1.002755', '2.000806', '2.000620']
LATER = ['1.004837', '1.000419', '1.010038', '1.001612', '2.000720', '1.011607']
ENDLESS = ['1.004845', '1.004859', '1.004873', '2.001263']       # longer than a simulated day goes on
WAITS = {**dict.fromkeys(SOON, 20), **dict.fromkeys(LATER, 45), **dict.fromkeys(ENDLESS, 300)}
MIX = 'on_spot=45,refused=0,rejected=0,back=0,supplement=60,unanswered=60,extended=0,overnight=30,complained=30,late_answers=30,overdue=15'


def day(s, number, mix, **more):
    return s.ctl('simulate', '--day', '2019-10-01', '--dossiers', number, '--connections', '4', '--seed', 30, '--mix', mix, '--oracle', ORACLE, **more)


@test
def where_no_procedure_says_how_long_it_waits_the_day_does_not_begin(s):
    done = day(s, 5, 'unanswered=10', must=False)
    equal(done.returncode, 1)
    check('no procedure of this day has a supplement_wait' in done.err, 'it says why', done.err)
    equal(s.value('SELECT count(*) FROM intake.dossier'), '0', 'nothing was received')


@test
def what_is_waited_for_in_vain_is_stopped(s):
    with_waits(s, WAITS, 'a rule of this test')
    done = day(s, 120, MIX)
    check('no difference' in done.out, 'the books balance', done.out[-3000:], done.err[-2500:])
    differ = re.search(r'clocks of (\d+) dossiers, (\d+) differ', done.err)
    equal(differ and differ[2], '0')

    n = lambda query: int(s.value('SELECT count(*) FROM ' + query))
    driven = lambda name: int(m[1]) if (m := re.search(rf'^{re.escape(name)} +(\d+) ', done.out, re.M)) else 0
    in_vain = n("intake.dossier WHERE stop_ground = 'no_supplement'")
    check(in_vain > 7, 'some went that way', in_vain)
    equal((driven('StopRequested đề nghị dừng vì không bổ sung'), driven('(409) đề nghị dừng khi còn hạn bổ sung')), (in_vain, in_vain),
          'each was asked for in time, and too early before')
    equal(n("intake.idempotency WHERE status = 409 AND answer::json ->> 'field' = 'ground'"), in_vain, 'those refusals are kept')
    asked = "intake.dossier d JOIN intake.supplement u ON u.dossier = d.id WHERE d.stop_ground = 'no_supplement' AND u.received_at IS NULL"
    equal(n(f"{asked} AND d.stop_at > u.answer_until AND d.state = 'stopped' AND d.returned_at IS NOT NULL"), in_vain, 'stopped when his time was over, and told')
    for procedures in (SOON, LATER):
        check(n(asked + f" AND d.procedure = ANY ('{{{','.join(procedures)}}}')") > 2, 'by both rules', procedures)
    equal(n("audit.fact f JOIN intake.dossier d ON d.id = f.dossier WHERE d.stop_ground = 'no_supplement' AND f.result = 'stopped'"), in_vain, 'audit counts them so')

    came = n(f"intake.supplement u JOIN intake.dossier d ON d.id = u.dossier WHERE d.procedure = ANY ('{{{','.join(ENDLESS)}}}') AND u.received_at IS NOT NULL")
    check(came > 2, 'what is waited for longer comes', came)
    equal(s.value("SELECT count(*) FROM intake.supplement u JOIN intake.dossier d ON d.id = u.dossier WHERE u.received_at IS NULL AND d.state <> 'stopped'"), '0')


main(System)
