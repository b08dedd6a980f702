"""Counts what holds: one line each for what does not, the number for the rest."""

import sys
import time

# of a line about a failure
LONGEST = 700

passed = 0
failed = 0
_began = time.monotonic()


def chapter(title):
    print(f"== {title} [{time.monotonic() - _began:.0f} s]", flush=True)


def check(holds, sentence, why=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"not ok - {sentence}{': ' if why else ''}{why}"[:LONGEST], flush=True)


def finish():
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
