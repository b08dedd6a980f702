#!/bin/sh
# Drives the sandbox's page in headless Chromium and its control API with schemathesis; ends with "N passed, N failed".
#
#   sh tests/page/run.sh                     about a minute and a half, the first time some more for the tools
#   sh tests/page/run.sh -k 'phone and cs'   only these: pytest's options
#   sh tests/page/run.sh --pictures FOLDER   instead, leaves pictures of the page there, in both languages and widths
#
# Chromium comes from Debian; Selenium, schemathesis and axe from PyPI (tests/pypi.sh).
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh python3 chromium chromium-driver ca-certificates fonts-dejavu-core
[ -x "$sandbox" ] || cargo build --locked --quiet -p videodoktor-sandbox

PYTHONPATH=$(sh tests/pypi.sh page):$PWD/tests
AXE=$(sh tests/pypi.sh axe)/axe_playwright_python/axe.min.js
export PYTHONPATH SANDBOX="$sandbox" AXE SE_OFFLINE=true SE_AVOID_STATS=true
[ "${1-}" != --pictures ] || exec python3 tests/page/pictures.py "$2"
exec sh tests/pytest.sh tests/page "$@"
