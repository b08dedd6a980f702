#!/bin/sh
# Builds the DLLs of the last commit twice, in two folders with different names, and compares them byte for byte. About 10 minutes on two idle cores.
#
#   sh tests/windows/reproducible.sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
places=$(mktemp -d)
trap 'rm -rf "$places"' EXIT
trap 'exit 130' INT TERM HUP
unset CARGO_TARGET_DIR || true
sums_of_build_in() { # FOLDER
    git clone -q "$root" "$places/$1"
    sh "$places/$1/tests/windows/build.sh" >/dev/null
    cat "$places/$1/target/windows/SHA256SUMS"
    rm -rf "${places:?}/$1"
}
sums_of_build_in "one" >"$places/first.sums"
sums_of_build_in "another one, further down" >"$places/second.sums"
cat "$places/first.sums"
cmp "$places/first.sums" "$places/second.sums"
echo "reproducible: both builds are the same"
