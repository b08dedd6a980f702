#!/bin/sh
# Runs the tests; installs by apt-get what they need. Ends with "N passed, N failed".
#
#   sh tests/run.sh              all stages: one line for each, and the log of what failed; under an hour and 15 GB on two cores
#   sh tests/run.sh abi docs     only these stages, in this order
#   sh tests/run.sh --list       the names of the stages
#
# The library is built once, as it is shipped, and every stage tests that build. A stage that fails keeps no other from running.
# The long stages run two at a time: they wait more than they compute.
set -u
cd "$(dirname "$0")/.."
. tests/paths.sh
logs=$target/test-logs
mkdir -p "$logs"
export VIDEODOKTOR_LIBRARY="$shared_library"

# One after another: what the others rest on, what must have the usual port of the sandbox or the list of packages for itself, and what takes seconds.
first="packages format build clippy rust hooks abi c-examples read_back docs supply quickstarts"
[ ! -f tests/peers/run.sh ] || first="$first peers"
# Two at a time, begun in this order.
together="windows csharp cpp campaigns c page release_1_0 cli dist com bench"
by_name_only="advisories sdk" # need a network that not every machine has; an SDK that few have

run_stage() {
    export VIDEODOKTOR_WINE_PREFIXES="$target/wine/$1"
    case $1 in
        packages) sh tests/packages.sh gcc g++ libc6-dev binutils make cmake valgrind clang python3 ca-certificates abigail-tools git ;;
        format) cargo fmt --all --check ;;
        build) sh tests/build.sh ;;
        clippy) cargo clippy --locked --quiet --workspace --all-targets -- -D warnings && check_fuzzers ;;
        rust) rust_tests ;;
        hooks) hook_tests ;;
        abi) sh tests/pytest.sh tests/abi ;;
        c-examples) sh tests/pytest.sh tests/c ;;
        docs) sh tests/pytest.sh tests/docs ;;
        advisories) sh tests/supply/run.sh advisories ;;
        sdk) sh tests/csharp/sdk.sh ;;
        peers | bench) sh "tests/$1/run.sh" --quick ;;
        *) sh "tests/$1/run.sh" ;;
    esac
}

needs_build() {
    case $1 in packages | format | build | clippy | supply | advisories) return 1 ;; esac
}

rust_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --locked --workspace
    else
        cargo test --locked --quiet --workspace --lib --bins --tests --no-fail-fast
    fi
}

# That they compile. tests/fuzz/run.sh runs them, by a nightly toolchain. Nothing is linked here, so libFuzzer, which is C++, need not be built.
check_fuzzers() {
    RUSTFLAGS="--cfg fuzzing" CUSTOM_LIBFUZZER_PATH=/nowhere/libfuzzer.a \
        cargo check --locked --quiet --manifest-path tests/fuzz/Cargo.toml --target-dir "$target/fuzz-check"
}

# Where the library is made to fail on purpose; not the release, so it is not told of that one.
hook_tests() {
    env -u VIDEODOKTOR_LIBRARY cargo test --locked --quiet --features test-hooks --test hooks
}

# counted LOG: "PASSED FAILED" of the sums in a log: ours, cargo test's and nextest's; nothing if it holds none. What was left out counts as neither.
counted() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { ours = $1 " " $3 }
        /^test result:/ { rust = 1; for (i = 1; i < NF; i++) { if ($(i + 1) ~ /^passed;/) p += $i; if ($(i + 1) ~ /^failed;/) f += $i } }
        /tests? run:/ { rust = 1; for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/ || $i ~ /^timed/) f += $(i - 1) } }
        END { if (ours != "") print ours; else if (rust) print p + 0 " " f + 0 }'
}

# report NAME STATUS SECONDS LOG: a stage that counts no tests is one test itself
report() {
    sums=$(counted "$4")
    [ -n "$sums" ] || { [ "$2" = 0 ] && sums="1 0" || sums="0 1"; }
    stage_failed=${sums#* }
    [ "$2" = 0 ] || [ "$stage_failed" != 0 ] || stage_failed=1 # it broke off
    echo "${sums% *} $stage_failed" >>"$all_sums"
    printf '%-6s %-12s %4d s  %4d passed' "$([ "$stage_failed" = 0 ] && echo ok || echo FAILED)" "$1" "$3" "${sums% *}"
    if [ "$stage_failed" = 0 ]; then
        sed -n 's/^\(skipped: .*\)$/, \1/p' "$4" | tr -d '\n'
        echo
    else
        echo ", $stage_failed failed"
        cat "$4"
    fi
}

# prepared: what the stages rest on is installed and built; done once, and only told of when it fails or was asked for
preparation=$logs/preparation.log
prepared() {
    if [ -z "${is_prepared-}" ]; then
        (run_stage packages && run_stage build) >"$preparation" 2>&1
        is_prepared=$?
    fi
    return "$is_prepared"
}

stage() {
    log=$logs/$1.log
    began=$(date +%s)
    if ! needs_build "$1" || prepared; then
        run_stage "$1" >"$log" 2>&1
    else
        echo "not run: what it tests could not be built, see $preparation" >"$log"
        false
    fi
    status=$? seconds=$(($(date +%s) - began))
    exec 9>"$logs/lock"
    flock 9 # two reports at once would be one
    report "$1" "$status" "$seconds" "$log"
    exec 9>&-
}

# Where the disk is full linkers crash and programs end without a word.
enough_space() {
    needed=15 # GB: the folder of the builds after a run from nothing
    free=$(df -Pk "$target" | awk 'NR == 2 { print int($4 / 1048576) }')
    taken=$(du -sk "$target" | awk '{ print int($1 / 1048576) }')
    [ $((free + taken)) -ge "$needed" ] || {
        echo "tests/run.sh: $target needs $needed GB: $taken are in it, $free more are free" >&2
        exit 2
    }
}

if [ "${1-}" = --one-of-two ]; then # --one-of-two SUMS PREPARED STAGE: how the stages that run at the same time are called below
    all_sums=$2 is_prepared=$3
    stage "$4"
    exit 0
fi
if [ "${1-}" = --list ]; then
    # shellcheck disable=SC2086
    printf '%s\n' $first $together
    printf '%s (only by name)\n' $by_name_only
    exit
fi
for name; do
    case " $first $together $by_name_only " in
        *" $name "*) ;;
        *) echo "tests/run.sh: there is no stage $name; the stages are $first $together $by_name_only" >&2; exit 2 ;;
    esac
done

[ $# -gt 0 ] || enough_space
all_sums=$logs/sums
: >"$all_sums"
if [ $# -gt 0 ]; then
    for name; do stage "$name"; done
else
    for name in $first; do stage "$name"; done
    # shellcheck disable=SC2086
    printf '%s\n' $together | xargs -P 2 -n 1 sh tests/run.sh --one-of-two "$all_sums" "$is_prepared" || {
        echo "FAILED a stage ended before its report"
        echo 0 1 >>"$all_sums"
    }
fi
awk '{ passed += $1; failed += $2 } END { print passed + 0 " passed, " failed + 0 " failed"; exit !(NR && !failed) }' "$all_sums"
