#!/bin/sh
# Compiles the quick starts exactly as the READMEs print them, in C, C++, C# and Delphi, and looks into the sandbox's journal for the patient.
#
#   sh tests/quickstarts/run.sh                  README.md, and README.cs.md if it is there; ends with "N passed, N failed"
#   sh tests/quickstarts/run.sh ELSEWHERE.md     the programs of another file
#
# `sh tests/build.sh` must have made the library and the sandbox.
set -eu
cd "$(dirname "$0")/../.."
. tests/places.sh
sh tests/packages.sh gcc g++ libc6-dev mono-mcs mono-runtime libmono-system-core4.0-cil fpc python3
if [ $# = 0 ]; then
    set -- README.md
    [ ! -f README.cs.md ] || set -- "$@" README.cs.md
fi
export VIDEODOKTOR_LIBRARY="$shared_library" VIDEODOKTOR_SANDBOX="$sandbox"
exec python3 tests/quickstarts/run.py "$@"
