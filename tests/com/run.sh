#!/bin/sh
# Tests videodoktor_com.dll under Wine, x86 and x64: JScript, Free Pascal and C call it; registration per user and machine, and the manifest.
#
#   sh tests/com/run.sh              everything; ends with the line "N passed, N failed"
#   sh tests/com/run.sh -k x86      only these: pytest's options
#
# Installs what is missing and builds the DLLs as tests/windows does.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
. tests/paths.sh
sh tests/windows/toolchain.sh
sh tests/build.sh
sh tests/windows/build.sh
here=tests/windows
. tests/windows/environment.sh
here=$root/tests/windows
find_versions
export VD_WORK=com-test VD_SANDBOX="$sandbox" VD_LINUX_LIBRARY="$shared_library" VD_FPC="$fpc_windows" VD_FPC_SOURCE="$fpc_source" VD_WINE32="$wine32" VD_PREFIXES="$prefixes"
exec sh tests/pytest.sh tests/com "$@"
