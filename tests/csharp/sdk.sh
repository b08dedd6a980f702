#!/bin/sh
# Tests what an SDK makes of the C# project: the NuGet package, and the programs that take it. Ends with "N passed, N failed, N skipped".
#
#   sh tests/csharp/sdk.sh            about a minute with the old SDK, some minutes with a current one
#
# With an SDK of version 8 or later (find_sdk.sh says which) everything is held; with the old one what does not need .NET: the rest counts as skipped.
# What it tests the package with: `sh tests/build.sh` must have made the library and the sandbox; VIDEODOKTOR_FILES, a folder as tests/dist/nuget.py
# fills, and VIDEODOKTOR_SANDBOX name others. On Windows: python -m pytest -c tests/pytest.ini tests/csharp/test_sdk.py, with these two and VIDEODOKTOR_DOTNET.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh python3 git mono-runtime libmono-system-core4.0-cil
VIDEODOKTOR_DOTNET=$(sh tests/csharp/find_sdk.sh)
export VIDEODOKTOR_DOTNET
if [ -z "$(sh tests/csharp/find_sdk.sh --current)" ]; then
    sh tests/packages.sh libicu72
    VIDEODOKTOR_DECLARATIONS=$(sh tests/csharp/reference_assemblies.sh)
    export VIDEODOKTOR_DECLARATIONS
else
    sh tests/packages.sh clang zlib1g-dev # to compile ahead of time
fi
export VIDEODOKTOR_SANDBOX="${VIDEODOKTOR_SANDBOX:-$sandbox}" VIDEODOKTOR_LIBRARY="${VIDEODOKTOR_LIBRARY:-$shared_library}"
exec sh tests/pytest.sh tests/csharp/test_sdk.py "$@"
