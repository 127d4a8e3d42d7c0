"""A test program in a few lines: tests are functions whose names are sentences; what they say comes out as TAP.

    @test
    def a_dossier_is_received(system): ...

    main(with_system)      # with_system: a context manager that gives what every test gets

TEST_FILTER (a part of a name) picks single tests. A failed test prints why, and what its notes say of it.
"""
import os
import signal
import sys
import time
import traceback

TESTS = []
NOTES = []          # functions that tell more when a test fails; each gives lines
BEGINS = []         # functions that are told that a test begins


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


def test(function):
    TESTS.append(function)
    return function


def check(condition, text, *more):
    """A condition that must hold; text says what was expected."""
    if not condition:
        raise AssertionError(text + ''.join('\n' + str(m) for m in more))


def equal(got, wanted, what=''):
    if got != wanted:
        raise AssertionError(f'{what}: got {got!r}, wanted {wanted!r}')


def until(condition, limit=20.0, what=''):
    """Asks again and again until condition() is true (not None, not empty); gives what it gave. Fails after `limit` seconds."""
    end = time.monotonic() + limit
    pause, last, why = 0.01, None, ''
    while True:
        try:
            last, why = condition(), ''
        except AssertionError as e:
            last, why = None, str(e)
        if last:
            return last
        if time.monotonic() > end:
            said = [t for t in (what, why) if t] or [getattr(condition, '__name__', '')]
            raise AssertionError(f'not within {limit:g} s: {": ".join(said)}')
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)


def say(text):
    for line in str(text).splitlines() or ['']:
        print('# ' + line)
    sys.stdout.flush()


def _run(number, function, argument):
    name = function.__name__
    begin = time.monotonic()
    for told in BEGINS:
        told()
    try:
        function(argument)
        print(f'ok {number} - {name} # {time.monotonic() - begin:.1f} s')
    except Skip as e:
        print(f'ok {number} - {name} # SKIP {e}')
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as e:
        print(f'not ok {number} - {name} # {time.monotonic() - begin:.1f} s')
        here = [f for f in traceback.extract_tb(e.__traceback__) if '/lib/tap.py' not in f.filename]
        for f in here[-4:]:
            say(f'{os.path.basename(f.filename)}:{f.lineno}: {f.line}')
        say(f'{type(e).__name__}: {e}'[:4000])
        for note in NOTES:
            try:
                for line in note():
                    say(line)
            except Exception as n:
                say(f'(no note: {n})')
        sys.stdout.flush()
        return False
    sys.stdout.flush()
    return True


def main(environment):
    """Runs the chosen tests inside environment(); its end is a test of its own (nothing died, no sanitizer spoke)."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    pick = os.environ.get('TEST_FILTER', '')
    chosen = [t for t in TESTS if pick in t.__name__]
    print(f'1..{len(chosen) + 1}')
    good, number = True, 0
    begin = time.monotonic()
    try:
        with environment() as argument:
            say(f'ready after {time.monotonic() - begin:.1f} s')
            for number, function in enumerate(chosen, 1):
                good = _run(number, function, argument) and good
        print(f'ok {number + 1} - everything_that_was_started_ended_well')
    except Skip as e:
        for i in range(number + 1, len(chosen) + 2):
            print(f'ok {i} - {(chosen + [main])[i - 1].__name__} # SKIP {e}')
    except Exception as e:
        good = False
        print(f'not ok {number + 1} - everything_that_was_started_ended_well')
        say(f'{type(e).__name__}: {e}')
        if not isinstance(e, AssertionError):
            say(traceback.format_exc())
    sys.stdout.flush()
    sys.exit(0 if good else 1)
