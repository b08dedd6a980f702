#!/bin/sh
# Runs all tests; installs by apt-get what they need. Ends with "N passed, N failed".
#
#   sh tests/run.sh          one line for each stage, and the log of what failed
#
# The library is built once, as it is shipped, and every stage tests that build.
set -u
cd "$(dirname "$0")/.."
. tests/places.sh
logs=$target/test-logs
mkdir -p "$logs"
export VIDEODOKTOR_LIBRARY="$shared_library"
passed=0 failed=0

# counted LOG: "PASSED FAILED" of the sums in a log: ours, cargo test's and nextest's; nothing if it holds none
counted() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        /^[0-9]+ passed, [0-9]+ failed$/ { ours = $1 " " $3 }
        /^test result:/ { rust = 1; for (i = 1; i < NF; i++) { if ($(i + 1) ~ /^passed;/) p += $i; if ($(i + 1) ~ /^failed;/) f += $i } }
        /tests? run:/ { rust = 1; for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/ || $i ~ /^timed/) f += $(i - 1) } }
        END { if (ours != "") print ours; else if (rust) print p + 0 " " f + 0 }'
}

# stage NAME COMMAND...: a stage that counts no tests is one test itself
stage() {
    name=$1
    log=$logs/$(echo "$1" | tr ' /' '--').log
    shift
    began=$(date +%s)
    "$@" >"$log" 2>&1
    status=$?
    took=$(($(date +%s) - began))
    sums=$(counted "$log")
    [ -n "$sums" ] || { [ "$status" = 0 ] && sums="1 0" || sums="0 1"; }
    stage_failed=${sums#* }
    [ "$status" = 0 ] || [ "$stage_failed" != 0 ] || stage_failed=1 # it broke off
    passed=$((passed + ${sums% *}))
    failed=$((failed + stage_failed))
    printf '%-6s %-24s %4d s  %4d passed' "$([ "$stage_failed" = 0 ] && echo ok || echo FAILED)" "$name" "$took" "${sums% *}"
    if [ "$stage_failed" = 0 ]; then
        echo
    else
        echo ", $stage_failed failed"
        cat "$log"
    fi
    return "$status"
}

rust_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace --no-fail-fast --status-level fail --final-status-level fail
    else
        cargo test --quiet --workspace --lib --bins --tests --no-fail-fast
    fi
}

# Where the library is made to fail on purpose; not the release, so it is not told of that one.
hook_tests() {
    env -u VIDEODOKTOR_LIBRARY cargo test --quiet --features test-hooks --test hooks
}

stage "packages" sh tests/packages.sh gcc g++ libc6-dev binutils make cmake valgrind clang python3 ca-certificates abigail-tools
stage "format" cargo fmt --all --check
if stage "release build" sh tests/build.sh; then
    stage "clippy" cargo clippy --quiet --workspace --all-targets -- -D warnings
    stage "rust" rust_tests
    stage "rust, failing inside" hook_tests
    stage "abi" python3 tests/abi/run.py
    stage "c" sh tests/c/run.sh
    stage "c examples" python3 tests/c/examples.py
    stage "docs" python3 tests/docs/run.py
    for folder in campaigns cpp csharp quickstarts page windows dist; do
        stage "$folder" sh "tests/$folder/run.sh"
    done
    stage "bench, the same work" sh tests/bench/run.sh --quick
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
