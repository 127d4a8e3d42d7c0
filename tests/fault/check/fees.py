"""Of V1: what is to be paid. Each fee is one that the receipt named, is paid or waived once and only when it was due, is given back at
most once and no more than was paid, of a dossier that ended so; a result that grants was handed over when all that was due was settled;
what intake and return hold of it is what the events say."""
from .database import micros
from .words import seen_of, word

INVARIANT = 'V1'


def _due_at(s, fee, received, before=None):
    """When it fell due, as far as the event `before` can know it; None: it did not."""
    when = word(fee.get('due'), 'FEE_DUE')
    if when == 'intake':
        return received.at
    if when == 'supplement':
        came = [e for e in s.of('SupplementReceived') if before is None or e.version < before.version]
        return min(came, key=lambda e: e.version).at if came else None
    ready = [e for e in s.of('Ready') if word(e.body.get('outcome'), 'OUTCOME') == 'granted' and (before is None or e.version <= seen_of(before, 'return'))]
    return ready[0].at if ready else None


def _ended(s):
    return 'withdrawn' if s.withdrawn else 'stopped' if s.types['NoticeIssued'] else 'refused' if any(
        word(e.body.get('outcome'), 'OUTCOME') == 'refused' for e in s.of('Sealed')) else ''


def _settle(report, d, s, fee, received):
    """One fee through its life: the row that intake is to hold."""
    code, amount = fee['code'], fee['amount_vnd']
    due_at = _due_at(s, fee, received)
    row = {'state': 'expected' if due_at is None else 'due', 'kind': word(fee['kind'], 'FEE_KIND'), 'amount': str(amount), 'due': word(fee['due'], 'FEE_DUE'),
           'due_at': due_at and str(due_at), 'means': None, 'paid_at': None, 'paid_by': None, 'refunded': '0', 'refund': None, 'refunded_by': None,
           'exemption': None, 'superior': None, 'waived_by': None}
    for e in sorted((e for e in s.of('FeePaid', 'FeeWaived', 'FeeRefunded') if e.body.get('fee') == code), key=lambda e: e.version):
        said, actor = e.body['amount_vnd'], e.get('actor')
        if e.type == 'FeeRefunded':
            ground = word(e.body.get('ground'), 'FEE_REFUND')
            if row['state'] != 'paid' or said > amount:
                report.wrong(INVARIANT, d, f'of fee {code}, {row["state"]}, {said} VND were given back')
            if ground != _ended(s):
                report.wrong(INVARIANT, d, f'fee {code} was given back as {ground}; how it ended: "{_ended(s)}"')
            row.update(state='refunded', refunded=str(said), refund=ground, refunded_by=actor)
            continue
        if row['state'] != 'due' or _due_at(s, fee, received, e) is None or said != amount:
            report.wrong(INVARIANT, d, f'{e.type} of {said} VND is of fee {code}: {row["state"]}, {amount} VND')
        if e.type == 'FeePaid':
            row.update(state='paid', means=word(e.body.get('means'), 'PAY_MEANS'), paid_at=str(e.at), paid_by=actor)
        else:
            row.update(state='waived', exemption=word(e.body.get('ground'), 'FEE_EXEMPTION'), superior=e.body['superior'], waived_by=actor)
    return row


def _handed_over(report, d, s, fees, received):
    """What return knew when it gave a result that grants away."""
    for e in s.of('HandedOver'):
        if word(e.body.get('outcome'), 'OUTCOME') != 'granted':
            continue
        known = seen_of(e, 'intake')
        supplement = any(x.version <= known for x in s.of('SupplementReceived'))
        for fee in fees:
            settled = fee.get('paid') or any(x.version <= known for x in s.of('FeePaid', 'FeeWaived') if x.body.get('fee') == fee['code'])
            if not settled and (supplement or word(fee['due'], 'FEE_DUE') != 'supplement'):
                report.wrong(INVARIANT, d, f'the result was handed over though fee {fee["code"]} was not settled')


def check(world, report, stories):
    mine, at_return = {}, {}
    for d, s in stories.items():
        received = next(iter(s.of('Received')), None)
        fees = received.body.get('fees', []) if received else []
        for e in s.of('FeePaid', 'FeeWaived', 'FeeRefunded'):
            if e.body.get('fee') not in {f['code'] for f in fees}:
                report.wrong(INVARIANT, d, f'{e} is of fee {e.body.get("fee")}, which its receipt does not name')
        for fee in fees:
            if fee.get('paid') and not any(e.body.get('fee') == fee['code'] and e.get('cause') and (e.get('actor'), e.at) == (received.get('actor'), received.at)
                                           for e in s.of('FeePaid')):
                report.wrong(INVARIANT, d, f'fee {fee["code"]} was paid with the receipt, and nothing tells of it')
            row = _settle(report, d, s, fee, received)
            mine[d, fee['code']] = tuple(row.values())
            supplemented = row['due'] != 'supplement' or s.types['SupplementReceived'] > 0
            at_return[d, fee['code']] = ('settled' if row['state'] in ('paid', 'waived', 'refunded') else 'owed' if supplemented else 'expected', row['amount'])
        _handed_over(report, d, s, fees, received)
    compare(report, 'intake.fee', mine, {(d, c): tuple(rest) for d, c, *rest in world.db.rows(
        f'SELECT dossier, code, state, kind, amount, due, {micros("due_at")}, means, {micros("paid_at")}, paid_by, refunded, refund, refunded_by, exemption, superior,'
        ' waived_by FROM intake.fee')})
    compare(report, 'return.fee', at_return, {(d, c): tuple(rest) for d, c, *rest in world.db.rows('SELECT dossier, code, state, amount FROM "return".fee')})
    report.looked(INVARIANT, 'fees', len(mine))


def compare(report, table, mine, held):
    for key in mine.keys() | held.keys():
        if mine.get(key) != held.get(key):
            report.wrong(INVARIANT, key[0], f'{table} holds {held.get(key)} of fee {key[1]}; its events say {mine.get(key)}')
