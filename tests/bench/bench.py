"""The benchmarks: bench.py [--quick] [POINT ...]. run.sh builds what they need."""

import sys

import same_work
import tally


def main():
    if sys.argv[1:2] == ["--quick"]:
        same_work.run()
        tally.finish()


main()
