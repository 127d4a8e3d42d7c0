"""Processes whose steps lie with units of two levels, one behind the other, with no transfer between them: a commune appraises, its district
decides (Decree 61/2018 Art. 19(7)). The reference data have none."""
from story import ADMIN, INSPECTOR, PHAN_THIET, Desk
from tap import until

COMMUNE, DISTRICT = 'H11.35.24', PHAN_THIET
ENDORSED, TWICE = '3.900002', '3.900003'        # the district endorses; it appraises once more
LEAD, SECOND, IN_TURN = 'H11.07', 'H11.10', '3.900004'      # two departments decide, one behind the other
HANDED_ON = '3.900005'                          # and the first one signs its papers over to the second
BY_CLERK = '3.900006'                           # the clerk, not the counter's officer, signs the papers over to who appraises
ASKED_BRIEFLY, WITH_BRIEFLY = '3.900007', '3.900008'        # another unit has one minute: as it is consulted, and as it co-operates
BRIEF = 'H11.35.37'                             # who co-operates


def _step(kind, role, unit, at_counter=False):
    return {'kind': kind, 'role': role, 'minutes': 60, 'unit_ref': unit, 'at_counter': at_counter}


def _records(procedure, second, giver='receiver'):
    valid = {'valid_from': '2019-10-01'}
    return [{'kind': 'procedure', 'id': procedure, **valid, 'name': 'Thủ tục liên thông hai cấp', 'field': 'H11-TN', 'field_name': 'Thử nghiệm', 'levels': ['commune'],
             'time_unit': 'working_days', 'statutory_time': 10, 'on_the_spot': False, 'same_day': False, 'verified': False},
            {'kind': 'process', 'id': f'{procedure}-commune', **valid, 'procedure': procedure, 'level': 'commune', 'on_the_spot': False, 'total_minutes': 4800, 'steps': [
                _step('receive', 'receiver', 'receiving', True), _step('transfer', giver, 'receiving', giver == 'receiver'), _step('appraise', 'appraiser', 'receiving'),
                second, _step('approve', 'approver', DISTRICT), _step('number_seal', 'clerk', DISTRICT), _step('hand_over', 'clerk', DISTRICT),
                _step('return', 'returner', 'receiving', True)]}]


def two_levels(s):
    """Makes both known."""
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': _records(ENDORSED, _step('endorse', 'endorser', DISTRICT)) + _records(TWICE, _step('appraise', 'appraiser', DISTRICT))})
    until(lambda: s.get('intake', f'/v1/catalogue/process/{TWICE}-commune', INSPECTOR).status == 200, 20, 'the processes are known')


def brief(s):
    """Makes the two known in which another unit has a minute, so that one that keeps silent does so soon."""
    valid, records = {'valid_from': '2019-10-01'}, []
    for procedure, first in ((ASKED_BRIEFLY, [{**_step('consult', 'appraiser', 'own'), 'minutes': 1}, _step('appraise', 'appraiser', 'own')]),
                             (WITH_BRIEFLY, [{**_step('appraise', 'appraiser', 'own'), 'with': [{'unit': BRIEF, 'minutes': 1}]}])):
        records += [{'kind': 'procedure', 'id': procedure, **valid, 'name': 'Thủ tục hỏi nhanh', 'field': 'H11-TN', 'field_name': 'Thử nghiệm', 'levels': ['commune'],
                     'time_unit': 'working_days', 'statutory_time': 10, 'on_the_spot': False, 'same_day': False, 'verified': False},
                    {'kind': 'process', 'id': f'{procedure}-commune', **valid, 'procedure': procedure, 'level': 'commune', 'on_the_spot': False, 'total_minutes': 4800, 'steps': [
                        _step('receive', 'receiver', 'receiving', True), _step('transfer', 'receiver', 'receiving', True), *first, _step('approve', 'approver', 'own'),
                        _step('number_seal', 'clerk', 'own'), _step('hand_over', 'clerk', 'own'), _step('return', 'returner', 'receiving', True)]}]
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': records})
    until(lambda: s.get('intake', f'/v1/catalogue/process/{WITH_BRIEFLY}-commune', INSPECTOR).status == 200, 20, 'the processes are known')


def given_by_the_clerk(s):
    """Makes the one known in which the clerk passes the papers on."""
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': _records(BY_CLERK, _step('endorse', 'endorser', DISTRICT), 'clerk')})
    until(lambda: s.get('intake', f'/v1/catalogue/process/{BY_CLERK}-commune', INSPECTOR).status == 200, 20, 'the process is known')


def _two_departments(procedure, between):
    """One decides behind the other; between them lie these steps."""
    valid = {'valid_from': '2019-10-01'}
    return [
        {'kind': 'procedure', 'id': procedure, **valid, 'name': 'Thủ tục liên thông hai sở', 'field': 'H11-TN', 'field_name': 'Thử nghiệm', 'levels': ['department'],
         'time_unit': 'working_days', 'statutory_time': 10, 'on_the_spot': False, 'same_day': False, 'verified': False},
        {'kind': 'process', 'id': f'{procedure}-department', **valid, 'procedure': procedure, 'level': 'department', 'on_the_spot': False, 'total_minutes': 4800, 'steps': [
            _step('receive', 'receiver', 'receiving', True), _step('transfer', 'receiver', 'receiving', True),
            _step('appraise', 'appraiser', LEAD), _step('approve', 'approver', LEAD), *between, _step('appraise', 'appraiser', SECOND), _step('approve', 'approver', SECOND),
            _step('number_seal', 'clerk', SECOND), _step('hand_over', 'clerk', SECOND), _step('return', 'returner', 'receiving', True)]}]


def _known(s, procedure, between=()):
    s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': _two_departments(procedure, between)})
    until(lambda: s.get('intake', f'/v1/catalogue/process/{procedure}-department', INSPECTOR).status == 200, 20, 'the process is known')


def decided_first(s):
    """Makes the third one known."""
    _known(s, IN_TURN)


def handed_on(s):
    """Makes the fourth one known."""
    _known(s, HANDED_ON, [_step('transfer', 'receiver', LEAD, True)])


def desk():
    """The commune's counter and appraiser; whoever decides and issues is the district's."""
    here, above = Desk(COMMUNE, at_counter=False), Desk(DISTRICT, at_counter=False)
    for who in ('endorser', 'approver', 'mandate', 'clerk', 'seal', 'result_series', 'refusal_series', 'notice_series'):
        setattr(here, who, getattr(above, who))
    return here
