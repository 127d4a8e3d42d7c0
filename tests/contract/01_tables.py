#!/usr/bin/env python3
"""The five services' own tables against each other and against the contract: what one emits another takes up, everybody names
every type of its sources, and every state of every lifecycle can be reached and left."""
import functools
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from system import BUILD, SCHEMA, SERVICES, STAGES  # noqa: E402
from tap import Skip, check, equal, main, test  # noqa: E402

PROTO = (Path(__file__).resolve().parents[2] / 'proto/taicho/v1/lifecycle.proto').read_text()


@functools.lru_cache(None)
def printed(service, *verb):
    out = subprocess.run([BUILD / f'bin/taicho-{service}', *verb], capture_output=True, check=True).stdout.decode()
    return [line.split('\t') for line in out.splitlines() if line]


def contract():
    """{type: source} as the comments of the oneof group them."""
    out, source = {}, None
    inner = re.search(r'oneof body \{(.*?)\}', PROTO, re.S).group(1)
    for line in inner.splitlines():
        if m := re.match(r'\s*// (\w+)$', line):
            source = m.group(1)
        elif m := re.match(r'\s*(\w+) \w+ = \d+;', line):
            out[m.group(1)] = source
    return out


def emits():
    return {s: {row[0]: row for row in printed(s, 'emits')} for s in SERVICES}


def consumes():
    return {s: {(row[0], row[1]): row for row in printed(s, 'consumes')} for s in SERVICES}


@test
def the_services_emit_the_types_of_the_contract_each_its_own(_):
    wanted = contract()
    equal(set(wanted), set(SCHEMA.body_types()), 'the oneof is read')
    got = {t: s for s, rows in emits().items() for t in rows}
    equal(got, wanted, 'type and its emitter')
    equal(sum(len(r) for r in emits().values()), len(got), 'no type has two emitters')
    equal(emits()['audit'], {}, 'audit emits no lifecycle event')


@test
def what_is_emitted_somebody_besides_audit_takes_up_unless_it_is_marked(_):
    listening = consumes()
    wrong = []
    for source, rows in emits().items():
        for kind, row in rows.items():
            takers = [s for s in STAGES if listening[s].get((source, kind), ['', '', ''])[2] == 'act']
            marked = len(row) > 2 and row[2] == 'audit-only'
            if not takers and not marked:
                wrong.append(f'{source} {kind}: nobody takes it up and it is not marked audit-only')
            if takers and marked:
                wrong.append(f'{source} {kind}: marked audit-only, but {takers} take it up')
    check(not wrong, 'emitted = taken up', *wrong)


@test
def what_is_consumed_that_source_emits(_):
    sending = emits()
    for service, rows in consumes().items():
        for source, kind in rows:
            check(kind in sending[source], f'{service} listens to {source} {kind}, which {source} does not emit')
            check(source != service, f'{service} listens to itself')


@test
def whoever_listens_to_a_source_names_every_type_of_it(_):
    sending = emits()
    for service, rows in consumes().items():
        for source in {s for s, _ in rows}:
            missing = set(sending[source]) - {k for s, k in rows if s == source}
            check(not missing, f'{service} does not name {sorted(missing)} of {source}: they would wait for ever')


@test
def each_listens_to_the_sources_of_the_design(_):
    wanted = {'intake': {'appraisal', 'approval', 'return'}, 'appraisal': {'intake', 'approval'}, 'approval': {'intake', 'appraisal', 'return'},
              'return': {'intake', 'approval'}, 'audit': {'intake', 'appraisal', 'approval', 'return'}}
    equal({s: {source for source, _ in rows} for s, rows in consumes().items()}, wanted, 'who listens to whom')


@test
def audit_takes_up_everything(_):
    rows = consumes()['audit']
    equal({k for _, k in rows}, set(contract()), 'types')
    check(all(r[2] == 'act' for r in rows.values()), 'none is skipped')


@test
def every_row_says_what_it_is_for(_):
    for s in SERVICES:
        for row in printed(s, 'emits'):
            check(len(row) > 1 and len(row[1]) > 5, f'{s} emits {row}')
        for row in printed(s, 'consumes'):
            check(len(row) > 3 and len(row[3]) > 5, f'{s} consumes {row}')
        for row in printed(s, 'routes'):
            check(len(row) > 3 and row[2] and len(row[3]) > 5, f'{s} route {row}')


def lifecycles(service):
    """[[(from, act, to)]] of the drawings; '[*]' begins and ends."""
    out = []
    text = subprocess.run([BUILD / f'bin/taicho-{service}', 'fsm', '--mermaid'], capture_output=True, check=True).stdout.decode()
    for block in text.split('stateDiagram-v2')[1:]:
        out.append([(m.group(1), m.group(3), m.group(2)) for m in re.finditer(r'^\s*(\S+) --> (\S+)(?: : (\S+))?$', block, re.M)])
    return out


@test
def every_state_can_be_reached_and_all_but_the_ends_be_left(_):
    for s in STAGES:
        blocks = lifecycles(s)
        check(blocks, f'{s} has a lifecycle')
        for edges in blocks:
            states = {x for f, _, t in edges for x in (f, t)} - {'[*]'}
            reached, more = set(), {t for f, _, t in edges if f == '[*]'}
            check(more, f'{s}: something begins')
            while more:
                reached |= more
                more = {t for f, _, t in edges if f in reached and t != '[*]'} - reached
            equal(states - reached, set(), f'{s}: states that nothing reaches')
            stuck = {x for x in states if not any(f == x for f, _, _ in edges)}
            # A state that only waits for another service's act is drawn with an edge to [*]; everything else has to lead on.
            check(len(stuck) <= 1, f'{s}: more than one state without a way on: {sorted(stuck)}')


# The states that were designed, and each one that is different, with its reason.
DESIGNED = {'intake': {'submitted', 'received', 'refused', 'awaiting_supplement', 'awaiting_obligation', 'in_process', 'closing', 'withdrawn', 'stopped', 'finished', 'returned'},
            'appraisal': {'queued', 'assigned', 'verifying', 'consulting', 'awaiting_supplement', 'appraised', 'cancelled'},
            'approval': {'expected', 'pending', 'decided', 'signed', 'sent_back', 'stopped'},
            'return': {'expected', 'awaiting_issue', 'numbered', 'sealed', 'ready', 'handed_over', 'archived', 'cancelled'}}
ADDED = {'intake': {'guided': 'nothing was filed: a guidance was written for whoever came'},
         'appraisal': {'verified': 'a step of verification has ended, with its minutes',
                       'consulted': 'a step of consultation has ended, with an answer',
                       'unanswered': 'a step of consultation has ended by silence',
                       'supplemented': 'a round of appraisal has ended with what the citizen brought',
                       'endorsed': 'a step of endorsement has ended',
                       'sent_back': 'a step of endorsement has ended, and the draft went back'},
         'approval': {},
         'return': {'unclaimed': 'a result that nobody came for is archived, and can still be handed over'}}
LEFT_OUT = {'intake': {}, 'appraisal': {}, 'approval': {},
            'return': {'expected': 'a lifecycle here is of a signed document: before the signature there is none',
                       'cancelled': 'what is signed is issued: a dossier that ends early has no document, or that of its end'}}


@test
def states_have_the_names_of_the_design(_):
    for s in STAGES:
        states = {x for f, _, t in lifecycles(s)[0] for x in (f, t)} - {'[*]'}
        equal(sorted(states), sorted(DESIGNED[s] - LEFT_OUT[s].keys() | ADDED[s].keys()), f'{s}: its states are those of the design, but for what is named here')
        equal(DESIGNED[s] & ADDED[s].keys() | LEFT_OUT[s].keys() - DESIGNED[s], set(), f'{s}: what is named here differs from the design')


@test
def golden_bytes_are_what_protoc_makes_of_their_text(_):
    if not shutil.which('protoc'):
        raise Skip('protoc is not installed')
    root = Path(__file__).resolve().parents[2]
    texts = sorted((root / 'tests/contract/golden').glob('*.txt'))
    equal({t.stem.split('-')[0] for t in texts}, set(SCHEMA.body_types()), 'a text for every type')
    for t in texts:
        run = subprocess.run(['protoc', f'--proto_path={root}/proto', '--deterministic_output', '--encode=taicho.v1.LifecycleEvent', 'taicho/v1/lifecycle.proto'],
                             input=t.read_bytes(), capture_output=True)
        equal(run.returncode, 0, f'{t.name}: {run.stderr.decode()}')
        data = t.with_suffix('.bin').read_bytes()
        equal(data, run.stdout, f'{t.name}: its bytes (golden/make.sh makes them)')
        # The tests' own reader and writer agree with protoc, so that what they make up is what it says.
        equal(SCHEMA.encode('LifecycleEvent', SCHEMA.decode('LifecycleEvent', data)), data, f'{t.name}: there and back')


@test
def a_path_has_one_owner(_):
    owner = {}
    for s in SERVICES:
        for method, path, *_ in printed(s, 'routes'):
            shape = (method, re.sub(r':\w+', ':', path))
            check(shape not in owner, f'{shape} is answered by {owner.get(shape)} and {s}')
            owner[shape] = s


@test
def only_health_and_public_tracking_answer_without_a_token(_):
    public = {(s, path) for s in SERVICES for _, path, roles, *_ in printed(s, 'routes') if roles == 'public'}
    extra = {(s, p) for s, p in public if not p.startswith('/assets/') and p not in ("/", "/v1/track/:code")}
    equal(extra, set(), 'public routes')


main(nullcontext)
