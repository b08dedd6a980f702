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
for place in one "another one, further down"; do
    git clone -q "$root" "$places/$place"
    sh "$places/$place/tests/windows/build.sh" >/dev/null
    cp "$places/$place/target/windows/SHA256SUMS" "$places/$(echo "$place" | cut -c1-3)"
    rm -rf "$places/$place/target/windows-build"
done
cat "$places/one"
cmp "$places/one" "$places/ano"
echo "reproducible: both builds are the same"
