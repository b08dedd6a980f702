#!/bin/sh
# Measures what automatic detection costs the first call of a process under Wine where there is nothing to detect: with it on and off, by turns.
#
#   sh tests/windows/detection_cost.sh        both bitnesses, about four minutes; prints medians, the middle half and their ratio
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
cd "$root"
. tests/paths.sh
sh "$here/toolchain.sh"
sh tests/build.sh >/dev/null
sh "$here/build.sh" >/dev/null
find_versions
export VD_SANDBOX="$sandbox" VD_LINUX_LIBRARY="$shared_library" VD_FPC="$fpc_windows" VD_WINE32="$wine32" VD_PREFIXES="$prefixes"
export PYTHONPATH="$root/tests" PYTHONDONTWRITEBYTECODE=1
for bits in x64 x86; do
    unshare --uts --mount --net python3 "$here/detection_cost.py" "$bits"
done
