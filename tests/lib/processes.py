"""Internal processes as provinces publish them (a row a step: task, post, time) as typed steps of the catalogue. The words decide
the kind; what has no kind of its own, like assigning an officer, goes with the step behind it. No time is lost on the way."""
import json
import lzma
import re

APPROVES = re.compile(r'phê duyệt|ký|duyệt|quyết định', re.I)
LEADERS = re.compile(r'lãnh đạo (sở|ubnd|ủy ban|uỷ ban|cơ quan|chi cục|ban|văn phòng)|chủ tịch|phó chủ tịch|giám đốc|ubnd|ủy ban|bộ trưởng|cục trưởng', re.I)
HEADS = re.compile(r'(trưởng|lãnh đạo|phụ trách).{0,25}(phòng|bộ phận|đơn vị)', re.I)
ISSUES = re.compile(r'văn thư|đóng dấu|vào số|vào sổ|phát hành', re.I)
ROLES = {'receive': 'receiver', 'appraise': 'appraiser', 'endorse': 'endorser', 'approve': 'approver', 'number_seal': 'clerk', 'hand_over': 'clerk', 'return': 'returner'}


def published(path):
    """The processes of a file, one JSON object a line."""
    with lzma.open(path, 'rt', encoding='utf-8') as f:
        return [json.loads(line) for line in f]


def _guess(step):
    text = ' '.join(step['cot'])
    if ISSUES.search(text) and not HEADS.search(text):
        return 'number_seal'
    if APPROVES.search(text) and LEADERS.search(text):
        return 'approve'
    if APPROVES.search(text) and HEADS.search(text):
        return 'endorse'
    return 'appraise'


def typed(process):
    """[(kind, minutes)]: receive, what is worked, the last approval, number and seal, hand-over, return."""
    minutes = [round((h or 0) * 60) for h in process['gio']]
    middle = [[_guess(s), m] for s, m in zip(process['steps'][1:-1], minutes[1:-1])]
    last = max((i for i, (kind, _) in enumerate(middle) if kind == 'approve'), default=None)
    if last is None:        # nobody is named: whoever is the last before it is issued
        worked = [i for i, (kind, _) in enumerate(middle) if kind != 'number_seal'] or [len(middle) - 1]
        last = worked[-1]
    before, issued = middle[:last], sum(m for _, m in middle[last + 1:])
    steps = []
    for kind, m in before:
        kind = 'endorse' if kind in ('approve', 'endorse') and steps else 'appraise'
        steps.append([kind, m])
    approving = middle[last][1]
    if not steps:           # one person does both: half of the time each, and none of it lost
        steps, approving = [['appraise', approving - approving // 2]], approving // 2
    return [('receive', minutes[0]), *map(tuple, steps), ('approve', approving), ('number_seal', issued), ('hand_over', 0), ('return', minutes[-1])]


def records(process, number):
    """The procedure and the process as records of a release."""
    steps = typed(process)
    stated = process.get('tong_cong_bo_gio')
    total = round(stated * 60) if stated else sum(m for _, m in steps)
    valid = {'valid_from': '2019-10-01', 'valid_to': None}
    procedure = {'kind': 'procedure', 'id': f'3.{900000 + number}', **valid, 'name': f'Thủ tục thử nghiệm {number}', 'field': 'H11-TN', 'field_name': 'Thử nghiệm',
                 'levels': ['district'], 'time_unit': 'hours', 'statutory_minutes': max(total, sum(m for _, m in steps)), 'on_the_spot': False, 'same_day': False,
                 'verified': False}
    return procedure, {'kind': 'process', 'id': f'3.{900000 + number}-district', **valid, 'procedure': procedure['id'], 'level': 'district', 'on_the_spot': False,
                       'total_minutes': total, 'steps': [{'kind': k, 'role': ROLES[k], 'minutes': m, 'unit_ref': 'receiving' if k in ('receive', 'return') else 'own',
                                                          'at_counter': k in ('receive', 'return')} for k, m in steps]}
