#!/bin/sh
# Compiles the quick starts exactly as README and the pages of the languages print them, and looks into the sandbox's journal for the patient.
#
#   sh tests/quickstarts/run.sh                  README and the four pages, in both languages; ends with "N passed, N failed"
#   sh tests/quickstarts/run.sh ELSEWHERE.md     the programs of another page: one in each language
#
# `sh tests/build.sh` must have made the library and the sandbox.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh gcc g++ libc6-dev mono-mcs mono-runtime libmono-system-core4.0-cil fpc python3
if [ $# = 0 ]; then
    set -- README.md README.cs.md
    for language in c cpp csharp delphi; do
        set -- "$@" "bindings/$language/README.md" "bindings/$language/README.cs.md"
    done
fi
export VIDEODOKTOR_PAGES="$*" VIDEODOKTOR_LIBRARY="$shared_library" VIDEODOKTOR_SANDBOX="$sandbox"
exec sh tests/pytest.sh tests/quickstarts
