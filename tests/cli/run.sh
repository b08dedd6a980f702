#!/bin/sh
# Tests the program `videodoktor` against the sandbox: on Linux, and as videodoktor.exe under 32-bit Wine. Ends with "N passed, N failed".
#
#   sh tests/cli/run.sh                        some minutes; the watcher is killed 40 times
#   VIDEODOKTOR_KILLS=500 sh tests/cli/run.sh -k 'Killed and not Wine'    the long form of the kill test alone
#   sh tests/cli/run.sh -k 'not Wine'          only these: pytest's options
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh gcc libc6-dev python3 ca-certificates
cargo build --locked --quiet -p videodoktor-cli -p videodoktor-sandbox
export VIDEODOKTOR_PROGRAM="$target/debug/videodoktor" VIDEODOKTOR_SANDBOX="$sandbox" LC_ALL=C.UTF-8
case "$*" in
    *'not Wine'*) ;;
    *)
        sh tests/windows/toolchain.sh
        sh tests/windows/build.sh --program >/dev/null
        ;;
esac
exec sh tests/pytest.sh tests/cli "$@"
