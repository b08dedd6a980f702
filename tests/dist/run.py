#!/usr/bin/env python3
"""Tests the packages in target/dist: python3 run.py [OnLinux OnWindows ...]; run.sh says what must be there. Ends with "N passed, N failed"."""

import sys
import unittest

from contents import Contents, Reproducible, Rights  # noqa: F401: the tests are found by these names
from in_use import FromNuGet, OnLinux, OnWindows  # noqa: F401


def main(wanted):
    here, loader = sys.modules["__main__"], unittest.defaultTestLoader
    tests = loader.loadTestsFromNames(wanted, here) if wanted else loader.loadTestsFromModule(here)
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stderr).run(tests)
    failed = len({str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
