#!/bin/sh
# Tests the built library against real servers and proxies: the service in PHP under Apache and nginx, with squid, tinyproxy, dante, privoxy, HAProxy
# and mitmproxy in front. All on loopback, all ended with the tests; nothing is installed on the machine (unpack.sh). Ends with "N passed, N failed".
#
#   sh tests/peers/run.sh --quick              what tests/run.sh runs: without mitmproxy and the longest waits, a minute and a half
#   sh tests/peers/run.sh                      everything: about 3 minutes
#   sh tests/peers/run.sh --quick -k test_calls   only these: pytest's options
#   PEERS_LOGS=/tmp/logs sh tests/peers/run.sh keeps the servers' folders: configuration, logs, the service's tables
#
# The library is the release build of tests/build.sh, or the one that VIDEODOKTOR_LIBRARY names.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh

PEERS_FORM=full
if [ "${1-}" = --quick ]; then
    PEERS_FORM=quick
    shift
fi
sh tests/packages.sh python3 openssl ca-certificates curl
if [ -z "${VIDEODOKTOR_LIBRARY-}" ]; then
    sh tests/build.sh >/dev/null
    VIDEODOKTOR_LIBRARY=$shared_library
fi
mkdir -p "$target/peers"
PEERS_BEFORE=$target/peers/before.json
python3 tests/peers/machine.py "$PEERS_BEFORE"
PEERS_UNPACKED=$(sh tests/peers/unpack.sh)
if [ "$PEERS_FORM" = full ]; then
    PEERS_MITMPROXY=$(sh tests/pypi.sh mitmproxy)
    export PEERS_MITMPROXY
fi
export VIDEODOKTOR_LIBRARY PEERS_FORM PEERS_BEFORE PEERS_UNPACKED
exec sh tests/pytest.sh tests/peers "$@"
