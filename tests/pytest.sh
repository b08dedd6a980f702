#!/bin/sh
# Runs tests that are written in Python, by pytest: sh tests/pytest.sh tests/docs -k anchor
#
# Ends with "N passed, N failed" (conftest.py), which tests/run.sh adds up. pytest comes from PyPI (pypi.sh), the same version on every machine.
# PYTHON names another Python than that of the PATH.
set -eu
cd "$(dirname "$0")/.."
PYTHONPATH=$(sh tests/pypi.sh pytest):$PWD/tests${PYTHONPATH:+:$PYTHONPATH} # for the programs that tests start, too
export PYTHONPATH PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-python3}" -m pytest -c tests/pytest.ini --rootdir tests "$@"
