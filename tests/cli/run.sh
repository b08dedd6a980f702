#!/bin/sh
# Tests the program `videodoktor` against the sandbox: on Linux, and as videodoktor.exe under 32-bit Wine. Ends with "N passed, N failed".
#
#   sh tests/cli/run.sh                        about a minute once everything is built; the watcher is killed 40 times
#   VIDEODOKTOR_KILLS=500 sh tests/cli/run.sh Killed    the long form of the kill test alone
#   sh tests/cli/run.sh Commands Encodings     only these: Commands Encodings Unknown Folder Killed UnderWine KilledUnderWine
set -eu
cd "$(dirname "$0")/../.."
. tests/places.sh
sh tests/packages.sh gcc libc6-dev python3 ca-certificates
cargo build --locked --quiet -p videodoktor-cli -p videodoktor-sandbox
export VIDEODOKTOR_PROGRAM="$target/debug/videodoktor" VIDEODOKTOR_SANDBOX="$sandbox" LC_ALL=C.UTF-8
case "${*:-UnderWine}" in
    *UnderWine*)
        sh tests/windows/toolchain.sh
        sh tests/windows/build.sh --program >/dev/null
        ;;
esac
PYTHONPATH="$PWD/tests:$PWD/tests/quickstarts:$PWD/tests/windows" exec python3 tests/cli/run.py "$@"
