#!/usr/bin/env python3
"""The importer's rules against the independent checker: each mistake is found by both, at the same line and column."""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'lib'))
from tap import check, equal, main, test    # noqa: E402

GOOD = os.path.join(ROOT, 'deploy', 'reference', 'binh-thuan')
CHECKER = os.path.join(ROOT, 'deploy', 'reference', 'check.py')
CTL = os.path.join(os.path.abspath(os.environ.get('BUILD', os.path.join(ROOT, 'build'))), 'bin', 'taichoctl')
PLACE = re.compile(r'^\S*/([a-z_]+\.csv:\d+:\d+): ', re.M)

# File, what stands there, what is put instead. One mistake of a group must not hide another: a refused cell silences the
# rules about its row.
MISTAKES = [[
    ('units', '000.00.02.H11', '000.00.03.H11'),
    ('units', 'department,H11,', 'department,H11.35,'),
    ('units', 'H11.05,000.00.05.H11,Sở Kế hoạch và Đầu tư tỉnh Bình Thuận,department,H11,,,,', 'H11.05,000.00.05.H11,Sở Kế hoạch và Đầu tư tỉnh Bình Thuận,department,H11,,,07:30-11:30 11:00-17:00,'),
    ('units', ',2019-01-01,2025-07-01', ',2025-07-01,2019-01-01'),
    ('counters', 'H11.01-Q2,H11.02', 'H11.01-Q2,H11.99'),
    ('counters', '07:00,17:00,11:30,13:30', '07:00,17:00,13:30,11:30'),
    ('counters', '07:00,17:00', '7:00,17:00'),
    ('officers', 'H11.01-tr01,H11.01,,', 'H11.01-tr01,H11.01,QX,'),
    ('officers', ',receiver,', ',receivr,'),
    ('officers', 'receiver returner', 'receiver receiver'),
    ('seals', ',first,H11-vt01,office', ',first,H11-vt01,H11.01-Q1'),
], [
    ('procedures', '1.000656,', '1.001193,'),
    ('procedures', ',1,working_days,0,yes,yes,yes', ',2,working_days,0,yes,yes,yes'),
    ('procedures', ',commune,1,', ',commune village,1,'),
    ('procedures', ',yes,no,no,no,', ',yes,no,no,yes,'),
    ('time_variants', ',replaces,5,', ',replaces,0,'),
    ('time_variants', '2.000889,remote_area,', '9.000889,remote_area,'),
    ('excluded_periods', ',expert_examination,no,', ',expert_examination,,'),
    ('excluded_periods', ',violation,no,', ',Violation,no,'),
    ('processes', 'commune,on_the_spot,8', 'commune,on_the_spot,9'),
    ('processes', 'commune,on_the_spot,8', 'commune,back_office,8'),
    ('process_steps', 'appraise,appraiser,0.75', 'appraise,appraiser,9.75'),
    ('process_steps', 'appraise,appraiser,0.75', 'appraise,appraiser,0.7'),
    ('process_steps', '1.000894-commune,1,3,', '1.000894-commune,1,4,'),
    ('process_steps', '1.000656-commune,1,3,approve,approver', '1.000656-commune,1,3,verify,appraiser'),
    ('process_steps', ',number_seal,clerk,', ',number_seal,appraiser,'),
    ('calendar', '2019-01-05,make_up', '2019-01-04,make_up'),
    ('calendar', '2019-01-01,day_off', '2031-01-01,day_off'),
    ('calendar_years', 'vn,2021', 'vn,2041'),
    ('mandates', 'H11.02-pd01-kt,H11.02-pd01', 'H11.02-pd01-kt,H11.02-pd9'),
    ('mandates', 'H11.03-pd01,H11.03,KT,*', 'H11.03-pd01,H11.03,TUQ,*'),
    ('seals', 'H11.01,first,H11.01-vt01', 'H11.01,first,H11.02-vt01'),
    ('series', 'H11.02,result', 'H11.02,refusal'),
    ('series', '{n}/KQ-VPUBND', '{m}/KQ-VPUBND'),
    ('targets', '2019-10-01,2021-01-01', '2019-10-01,2021-13-01'),
    ('targets', 'province,20', 'province,90'),
], [
    ('terms', 'transfer_cutoff,900', 'transfer_cutof,900'),
    ('terms', 'supplement_ask,3,', 'supplement_ask,367,'),
    ('terms', 'submission_answer,8,', 'submission_answer,0,'),
    ('terms', 'late_entry,7,', 'late_entry,32,'),
    ('terms', ',2022-06-23,2025-07-01,yes', ',2022-06-24,2025-07-01,yes'),
    ('process_steps', '2.000889-district,1,5,endorse,endorser', '2.000889-district,1,5,endorse,appraiser'),
    ('process_steps', '2.000889-district,1,3,verify,appraiser', '2.000889-district,1,3,verify,clerk'),
    ('process_steps', '2.000889-district,1,7,obligation,appraiser', '2.000889-district,1,7,obligation,approver'),
    ('components', '1.001022,chung-cu', '1.999999,chung-cu'),
    ('components', '1.004837,van-ban-cu', '1.004837,Van-ban-cu'),
    ('components', 'khai sinh",always,0,0,1,', 'khai sinh",always,0,0,0,'),
    ('components', ',sometimes,0,1,0,', ',perhaps,0,1,0,'),
    ('components', '1.001266,giay-chung-nhan', '1.001266,thong-bao'),
    ('components', 'tư nhân,always,0,0,1,', 'tư nhân,always,0,0,1000,'),
    ('fees', '2.001019,chung-thuc', '2.999999,chung-thuc'),
    ('fees', '1.001612,dang-ky', '1.001612,Dang-Ky'),
    ('fees', ',135000,,,return,,', ',135000,,,return,refused,'),
    ('fees', ',200000,,,intake,,child elderly', ',200000,,,intake,,child king'),
    ('fees', '2.000620,tham-dinh-lai,fee,300000', '2.000620,tham-dinh,fee,300000'),
    ('process_steps', '1.009974-department,1,3,consult,appraiser', '1.009974-department,1,3,consult,receiver'),
    ('process_steps', '1.009974-department,1,7,appraise,appraiser', '1.009974-department,1,7,obligation,clerk'),
    ('process_steps', '1.009994-district,1,4,appraise,appraiser', '1.009994-district,1,4,obligation,appraiser'),
    ('process_steps', '1.001699-commune,1,6,approve,approver', '1.001699-commune,1,6,appraise,appraiser'),
], [
    ('time_variants', ',adds,10,days,', ',shortens,10,days,'),
    ('time_variants', '18(2)",2019-01-01', '18(2)",2019-06-01'),
    ('process_steps', '1.000894-commune,1,2,appraise,appraiser', '1.000894-commune,1,2,receive,receiver'),
    ('process_steps', '1.000656-commune,1,4,number_seal,clerk', '1.000656-commune,1,4,return,returner'),
    ('process_steps', '2.000889-district,1,8,appraise,appraiser', '2.000889-district,1,8,transfer,clerk'),
    ('process_steps', '1.009974-department,1,7,appraise,appraiser', '1.009974-department,1,7,number_seal,clerk'),
    ('process_steps', '1.009994-district,1,3,consult,appraiser', '1.009994-district,1,3,hand_over,clerk'),
    ('process_steps', '1.001699-commune,1,7,number_seal,clerk', '1.001699-commune,1,7,hand_over,clerk'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', 'H11.10:32 H11.10:32'),
    ('process_steps', '2.000889-district,1,4,appraise,appraiser,20.5,own,office,', '2.000889-district,1,4,appraise,appraiser,20.5,own,office,H11.11:0'),
    ('process_steps', '2.000889-district,1,3,verify,appraiser,8,own,office,', '2.000889-district,1,3,verify,appraiser,8,own,office,H11.11:8'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', 'H11.10:32 H11.07:8'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', 'H11.10:32 H11.99:8'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', 'H11.10:32 H11:8'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', 'H11.10:32  H11.11:32'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', 'H11.10:32 H11.11:90'),
], [
    ('process_steps', '1.003583-commune,1,4,approve,approver,6.5,own', '1.003583-commune,1,4,approve,approver,6.5,H11.35'),
    ('process_steps', '2.000806-district,1,4,approve,approver,14.5,own', '2.000806-district,1,4,approve,approver,14.5,H11.35.21'),
], [
    ('process_steps', 'H11.10:32 H11.11:32', ' '.join('H11.%02d:1' % n for n in (2, 3, 4, 5, 6, 8, 9, 10, 11))),
]]


# What a commune appraises its district decides and issues.
TWO_LEVELS = [('process_steps', f'1.003583-commune,1,{old},office', f'1.003583-commune,1,{new},office') for old, new in (
    ('3,appraise,appraiser,25.5,own', '3,appraise,appraiser,25.5,receiving'), ('4,approve,approver,6.5,own', '4,approve,approver,6.5,H11.35'),
    ('5,number_seal,clerk,2,own', '5,number_seal,clerk,2,H11.35'), ('6,hand_over,clerk,2,own', '6,hand_over,clerk,2,H11.35'))]


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as d:
        yield d


def broken(d, *mistakes):
    """A copy of the good folder with these mistakes in it."""
    copy = os.path.join(d, 'copy')
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(GOOD, copy)
    for file, old, new in mistakes:
        path = os.path.join(copy, file + '.csv')
        with open(path, 'rb') as f:
            text = f.read()
        check(old.encode() in text, f'{file}.csv has {old!r}')
        with open(path, 'wb') as f:
            f.write(text.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1))
    return copy


def ctl(*arguments):
    return subprocess.run([CTL, *arguments], capture_output=True, text=True, timeout=60)


def places(text):
    return set(PLACE.findall(text))


@test
def the_committed_data_are_good(d):
    r = ctl('catalogue', 'check', GOOD)
    equal(r.returncode, 0, r.stdout + r.stderr)


@test
def a_unit_above_may_have_a_step(d):
    """And each step still finds its officer, mandate, seal and series there, by both."""
    copy = broken(d, *TWO_LEVELS)
    for r in (ctl('catalogue', 'check', copy), subprocess.run([sys.executable, CHECKER, copy], capture_output=True, text=True, timeout=100)):
        equal(r.returncode, 0, r.stdout + r.stderr)
    copy = broken(d, *[(file, old, new.replace('H11.35', 'H11')) for file, old, new in TWO_LEVELS])
    theirs = subprocess.run([sys.executable, CHECKER, copy], capture_output=True, text=True, timeout=100)
    ours = ctl('catalogue', 'check', copy)
    check('unit H11 has no approver' in ours.stdout, 'nobody there approves', ours.stdout)
    equal(places(ours.stdout), places(theirs.stdout), ours.stdout + theirs.stdout)


@test
def each_mistake_is_found_where_the_checker_finds_it(d):
    for group in MISTAKES:
        copy = broken(d, *group)
        ours = ctl('catalogue', 'check', copy)
        theirs = subprocess.run([sys.executable, CHECKER, copy], capture_output=True, text=True, timeout=100)
        equal(ours.returncode, 1, 'exit code')
        wanted = places(theirs.stdout)
        check(len(wanted) >= len(group), 'the checker finds at least one place for each', wanted)
        check('and 1 more' not in ours.stdout, 'all of them are shown', ours.stdout)
        equal(places(ours.stdout), wanted, 'places\n' + ours.stdout + theirs.stdout)


@test
def a_province_may_have_no_fees_no_lists_and_no_times_of_their_own(d):
    for file, code in [('components', 0), ('fees', 0), ('time_variants', 0), ('excluded_periods', 0), ('terms', 1), ('seals', 1)]:
        copy = broken(d)
        with open(os.path.join(copy, file + '.csv'), 'r+', encoding='utf-8') as f:
            f.truncate(len(f.readline().encode()))
        for r in (ctl('catalogue', 'check', copy), subprocess.run([sys.executable, CHECKER, copy], capture_output=True, text=True, timeout=100)):
            equal(r.returncode, code, file + '\n' + r.stdout + r.stderr)


@test
def what_is_no_csv_is_named_with_its_place(d):
    for new, place, word in [(b'"a"b,', 'units.csv:4:4', 'closing quote'), (b'\xff,', 'units.csv:4:1', 'UTF-8'),
                             (b'', 'units.csv:4:1', 'fields')]:
        r = ctl('catalogue', 'check', broken(d, ('units', 'H11.02,000.00.02.H11,', new)))
        equal(r.returncode, 1, 'exit code')
        equal(places(r.stdout), {place}, r.stdout)
        check(word in r.stdout, word, r.stdout)


@test
def text_that_nobody_sees_is_refused(d):
    for new in ['Sở Nội vụ\u200b tỉnh', 'Sở Nội vụ\u00a0tỉnh', 'Sơ\u0309 Nội vụ tỉnh']:
        r = ctl('catalogue', 'check', broken(d, ('units', 'Sở Nội vụ tỉnh', new)))
        equal(places(r.stdout), {'units.csv:5:22'}, r.stdout)


@test
def a_missing_folder_and_wrong_usage_are_said(d):
    r = ctl('catalogue', 'check', os.path.join(d, 'nowhere'))
    equal(r.returncode, 1, 'exit code')
    check('cannot be read' in r.stdout, 'it says so', r.stdout)
    for arguments in [('catalogue', 'check'), ('catalogue', 'import', 'a', 'b'), ('clock', 'forward', '-1h'),
                      ('clock', 'forward', '5'), ('simulate',), ('dead', 'show', '1'), ('nonsense',), ()]:
        equal(ctl(*arguments).returncode, 2, f'exit code of {arguments}')
    equal(ctl('help').returncode, 0, 'exit code of help')


if __name__ == '__main__':
    main(folder)
