"""Counts what holds: a line for each thing that does not, and at the end "N passed, N failed", which tests/run.sh adds up."""

import sys
import time
import traceback
import unittest

LONGEST = 700  # characters about a failed check: some checks give a compiler's whole output as the reason

passed = 0
failed = 0
skipped = 0
_began = time.monotonic()


def chapter(title):
    print(f"== {title} [{time.monotonic() - _began:.0f} s]", flush=True)


def check(holds, sentence, why=""):
    if holds:
        _count(passes=1)
    else:
        _count(fails=1)
        print(f"FAILED {sentence}{': ' if why else ''}{why}"[:LONGEST], flush=True)


def tell(name, story, *told_with):
    """A story is a function that raises where it goes wrong."""
    try:
        story(*told_with)
        _count(passes=1)
    except Exception:
        _count(fails=1)
        print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)


def run_cases(wanted=(), verbosity=0):
    """Runs the unittest cases of the program that was started, or those that are wanted by name, and finishes."""
    program, loader = sys.modules["__main__"], unittest.defaultTestLoader
    tests = loader.loadTestsFromNames(wanted, program) if wanted else loader.loadTestsFromModule(program)
    result = unittest.TextTestRunner(verbosity=verbosity, stream=sys.stderr).run(tests)
    # one test may fail in several subtests; what fails before the tests of a class is no test, and none that was run
    broken = {getattr(test, "test_case", test) for test, _ in result.failures + result.errors}
    left_out = {test for test, _ in result.skipped if isinstance(test, unittest.TestCase)}
    _count(passes=result.testsRun - sum(isinstance(test, unittest.TestCase) for test in broken | left_out), fails=len(broken), skips=len(left_out))
    finish()


def add_passed(count):
    """Tests that another program ran."""
    _count(passes=count)


def leave_out(why):
    """Ends a program none of whose tests can run here, which is no failure of theirs."""
    print(f"skipped: {why}\n0 passed, 0 failed, 1 skipped", flush=True)
    sys.exit(0)


def finish():
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    sys.exit(0 if passed and not failed else 1)  # a run without a test has shown nothing


def _count(passes=0, fails=0, skips=0):
    global passed, failed, skipped
    passed += passes
    failed += fails
    skipped += skips
