#!/bin/sh
# Builds what a release publishes into target/release-files: the packages, their sums, the bills of materials. .github/workflows/release.yml calls it.
#
#   sh tests/dist/release.sh
#
# The environment has what signs, if anything does: CERTIFICATE (a PKCS #12 file in base64) with CERTIFICATE_PASSWORD, MINISIGN_KEY (the text of the
# secret key) with MINISIGN_PASSWORD. They are kept in files for as long as this script runs. VIDEODOKTOR_RELEASES is where the files will lie: see
# recipes.py.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
secrets=$(mktemp -d)
trap 'rm -rf "$secrets"' EXIT
trap 'exit 130' INT TERM HUP
if [ -n "${CERTIFICATE-}" ]; then
    printf '%s' "$CERTIFICATE" | base64 -d >"$secrets/certificate.p12"
    export VIDEODOKTOR_CODE_CERTIFICATE="$secrets/certificate.p12" VIDEODOKTOR_CODE_PASSWORD="${CERTIFICATE_PASSWORD-}"
fi
if [ -n "${MINISIGN_KEY-}" ]; then
    printf '%s\n' "$MINISIGN_KEY" >"$secrets/minisign.key"
    export VIDEODOKTOR_SIGNING_KEY="$secrets/minisign.key" VIDEODOKTOR_SIGNING_PASSWORD="${MINISIGN_PASSWORD-}"
fi
unset CERTIFICATE CERTIFICATE_PASSWORD MINISIGN_KEY MINISIGN_PASSWORD || true
sh tests/dist/build.sh

files=$target/release-files
rm -rf "$files"
mkdir -p "$files"
cp "$target"/dist/*.* "$target"/dist/SHA256SUMS "$files/"
cp "$target"/nuget/sbom/*.cdx.json "$files/"
ls -l "$files"
