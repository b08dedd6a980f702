#!/bin/sh
# Signs SHA256SUMS of the packages with the release's key, by minisign, into SHA256SUMS.minisig beside it.
#
#   VIDEODOKTOR_SIGNING_KEY=FILE sh tests/dist/sign.sh [FOLDER]     FOLDER is target/dist
#
# The key is a secret key of `minisign -G`; its password is asked for, or comes from VIDEODOKTOR_SIGNING_PASSWORD. Without a key nothing is signed,
# and an older signature, which would be one of other packages, goes. docs/maintaining.md says who has the key.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sums=${1:-$target/dist}/SHA256SUMS
signature=$sums.minisig
rm -f "$signature"
if [ -z "${VIDEODOKTOR_SIGNING_KEY-}" ]; then
    echo "sign: no VIDEODOKTOR_SIGNING_KEY, so $sums is not signed"
    exit
fi
sh tests/packages.sh minisign
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
signed() {
    minisign -S -s "$VIDEODOKTOR_SIGNING_KEY" -m "$sums" -x "$signature" -t "videodoktor $version"
}
if [ -n "${VIDEODOKTOR_SIGNING_PASSWORD-}" ]; then
    printf '%s\n' "$VIDEODOKTOR_SIGNING_PASSWORD" | signed
else
    signed
fi
echo "sign: $signature"
