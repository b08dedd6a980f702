#!/bin/sh
# Replaces the library of 1.0 by copying one file: programs compiled with the C, C++, C# and Delphi bindings of release 1.0, out of git, use today's library.
#
#   sh tests/release_1_0/run.sh              all four; ends with "N passed, N failed"
#   sh tests/release_1_0/run.sh -k delphi    only these: pytest's options
#
# `sh tests/build.sh` must have made the library and the sandbox. A shallow clone has no release 1.0: then nothing is tested, which is said and counted as skipped.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
export VIDEODOKTOR_RELEASE_1_0="$target/release-1.0" VIDEODOKTOR_LIBRARY="${VIDEODOKTOR_LIBRARY:-$shared_library}" VIDEODOKTOR_SANDBOX="$sandbox"
sh tests/packages.sh git python3 openssl binutils gcc g++ libc6-dev mono-mcs mono-runtime libmono-system-core4.0-cil fp-compiler
exec sh tests/pytest.sh tests/release_1_0 "$@"
