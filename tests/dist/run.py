#!/usr/bin/env python3
"""Tests the packages in target/dist: python3 run.py [OnLinux OnWindows ...]; run.sh says what must be there. Ends with "N passed, N failed"."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import tally  # noqa: E402 (it lies one folder up)
from contents import Contents, Names, Reproducible, Rights  # noqa: E402,F401 (the tests are found by these names)
from in_use import FromNuGet, OnLinux, OnWindows  # noqa: E402,F401
from recipes_in_use import Compared, Recipes  # noqa: E402,F401


if __name__ == "__main__":
    tally.run_cases(sys.argv[1:], verbosity=2)
