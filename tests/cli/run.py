"""All tests of the program; run.sh calls it. Arguments: classes to run, or none for all."""

import sys

import tally
from commands import Commands, Encodings, Unknown  # noqa: F401 (the tests are found by these names)
from folder import Folder  # noqa: F401
from killed import Killed  # noqa: F401
from under_wine import KilledUnderWine, UnderWine  # noqa: F401

if __name__ == "__main__":
    tally.run_cases(sys.argv[1:], verbosity=2)
