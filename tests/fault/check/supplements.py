"""Of V1: what a request form lists is stored as it was told, in numbers; and each supplement that was received answers its list: every paper of it was
brought, or is named as not brought, never both, and nothing else is. What was asked for by a form without a list is complete with any component."""
from .words import id_text

INVARIANT = 'V1'


def _lists(world, report, stories, compare):
    """{(dossier, form): how many it lists}; appraisal and approval keep the number with their copy of the form."""
    said = {(d, id_text(e.body['document']['id'])): e.body['missing_count'] for d, s in stories.items() for e in s.of('DocumentFiled') if e.body.get('missing_count')}
    rows = world.db.rows('SELECT m.dossier, m.document, count(*), max(m.number), bool_and(o.dossier = m.dossier AND o.kind = \'request\') FROM intake.document_missing m'
                         ' LEFT JOIN intake.document o ON o.id = m.document GROUP BY 1, 2')
    for d, form, count, last, is_form in rows:
        if count != last or is_form != 't':
            report.wrong(INVARIANT, d, f'the list of {form} has {count} papers, numbered to {last}, and is of no request form of the dossier')
    compare(report, 'intake.document_missing', said, {(d, form): int(count) for d, form, count, *_ in rows})
    for stage in ('appraisal', 'approval'):
        compare(report, f'{stage}.paper missing', said, {(d, form): int(n) for d, form, n in world.db.rows(f'SELECT dossier, id, missing FROM {stage}.paper WHERE missing > 0')})
    return said


def _items(world, sql):
    found = {}
    for d, supplement, item, *rest in world.db.rows(sql):
        found.setdefault((d, int(supplement)), []).append((item and int(item), *rest))
    return found


def check(world, report, stories, compare):
    lists = _lists(world, report, stories, compare)
    brought = _items(world, 'SELECT dossier, supplement, item FROM intake.component WHERE supplement IS NOT NULL')
    without = _items(world, 'SELECT dossier, supplement, item, reason FROM intake.supplement_without')
    said, held = {}, {}
    for d, s in stories.items():
        for e in s.of('SupplementReceived'):
            key = d, e.body['number']
            came, lacking = [n for n, in brought.get(key, [])], [n for n, _ in without.get(key, [])]
            asked = lists.get((d, id_text(e.get('document_id'))), 0)
            said[key] = tuple(e.body.get(k, 0) for k in ('component_count', 'asked_count', 'lacking_count'))
            held[key] = len(came), asked, len(lacking)
            answers = set(filter(None, came))
            if answers | set(lacking) != set(range(1, asked + 1)) or answers & set(lacking):
                report.wrong(INVARIANT, d, f'supplement {key[1]} answers {sorted(answers)} of {asked} papers that were asked for, and lacks {sorted(lacking)}')
    compare(report, 'intake.supplement in numbers', said, held)
    for key in (brought.keys() | without.keys()) - said.keys():
        report.wrong(INVARIANT, key[0], f'components came with supplement {key[1]}, which was not received')
