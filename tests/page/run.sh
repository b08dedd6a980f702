#!/bin/sh
# Drives the sandbox's page in headless Chromium and its control API with schemathesis; ends with "N passed, N failed".
#
#   sh tests/page/run.sh                  about a minute and a half, the first time some more for the tools
#   sh tests/page/run.sh --shots FOLDER   also leaves pictures of the page there, in both languages and widths
#
# Chromium comes from Debian, Selenium and schemathesis from PyPI, axe-core from npm; these are kept outside the checkout, in
# ${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor, one folder for each set of versions.
set -eu
cd "$(dirname "$0")/../.."
. tests/places.sh
sh tests/packages.sh python3 python3-venv chromium chromium-driver ca-certificates fonts-dejavu-core
command -v npm >/dev/null || sh tests/packages.sh npm
[ -x "$sandbox" ] || cargo build --quiet -p videodoktor-sandbox

selenium=4.51.0 schemathesis=4.32.5 axe=4.14.1
tools=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/page-$selenium-$schemathesis-$axe
if [ ! -f "$tools/whole" ]; then
    rm -rf "$tools"
    mkdir -p "$tools"
    python3 -m venv "$tools/python"
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check "selenium==$selenium" "schemathesis==$schemathesis"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$tools/npm" "axe-core@$axe"
    : >"$tools/whole"
fi
export SANDBOX="$sandbox" AXE="$tools/npm/node_modules/axe-core/axe.min.js" SE_OFFLINE=true SE_AVOID_STATS=true
exec "$tools/python/bin/python" tests/page/run.py "$@"
