"""Counts what holds: a line for what does not."""

import sys

passed = 0
failed = 0


def check(holds, sentence, why=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {sentence}: {why}"[:700], flush=True)


def finish():
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
