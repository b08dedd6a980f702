#!/bin/sh
# Makes the packages and tests them: unpacked elsewhere, each quick start is built from the package alone and run against the sandbox in it.
#
#   sh tests/dist/run.sh                       everything, about 3 minutes once the files are built; ends with "N passed, N failed"
#   sh tests/dist/run.sh -k 'OnLinux or Names' only these: pytest's options
#
# `sh tests/build.sh` must have made the sandbox of the checkout.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh gcc g++ libc6-dev binutils cmake make pkg-config mono-mcs mono-runtime libmono-system-core4.0-cil python3 \
    g++-mingw-w64-x86-64 g++-mingw-w64-i686 osslsigncode
sh tests/windows/toolchain.sh
sh tests/dist/build.sh

VIDEODOKTOR_CONAN=$(sh tests/pypi.sh conan)
export VIDEODOKTOR_CONAN
cyclonedx=$(sh tests/pypi.sh cyclonedx) # validates the bills of materials
here=tests/windows
. tests/windows/environment.sh
find_versions
export VD_FPC="$fpc_windows" PYTHONPATH="$cyclonedx" LC_ALL=C.UTF-8 # Wine reads names of files by it
VIDEODOKTOR_ZIG=$(sh tests/dist/portable.sh --zig)
export VIDEODOKTOR_ZIG
exec sh tests/pytest.sh tests/dist "$@"
