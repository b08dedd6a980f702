#!/bin/sh
# Fuzzes what reads bytes of strangers: replies, JSON, options, invitations, starts, birth numbers. Ends with "N passed, N failed".
#
#   sh tests/fuzz/run.sh                  a minute for each target
#   sh tests/fuzz/run.sh 5                five seconds for each
#   sh tests/fuzz/run.sh 60 reply json    these targets only
#   RUNS=1000000 sh tests/fuzz/run.sh 0   so many runs for each, however long it takes
#
# Needs rustup's nightly toolchain; installs cargo-fuzz if it is missing. Starts from the committed corpus and the tables of tests/vectors. What is found
# lies in target/fuzz/found; a case that broke something belongs into tests/vectors once it is mended.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
seconds=${1:-60}
[ $# = 0 ] || shift
[ $# -gt 0 ] || set -- reply json options invitation start birth_number
here=tests/fuzz
work=$target/fuzz
command -v cargo-fuzz >/dev/null || cargo install --quiet --locked cargo-fuzz
mkdir -p "$work/found"
cargo metadata --locked --format-version 1 --manifest-path $here/Cargo.toml >/dev/null # cargo-fuzz would renew a lock file that is behind
python3 $here/seeds.py "$work/seeds" >/dev/null

fuzz() {
    cargo +nightly fuzz "$1" --fuzz-dir $here --target-dir "$work/build" "$2"
}

passed=0 failed=0
# An input that takes 10 seconds or 2 GB is a finding, too. Short inputs are tried faster, so none is longer than 1,024 bytes.
for name; do
    fuzz build "$name" 2>"$work/$name.log" || { cat "$work/$name.log"; exit 1; }
    mkdir -p "$work/corpus/$name" $here/corpus/"$name"
    program=$(find "$work/build" -path "*/release/$name" -type f)
    if "$program" -max_total_time="$seconds" -runs="${RUNS:--1}" -max_len=1024 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$work/found/$name-" "$work/corpus/$name" $here/corpus/"$name" "$work/seeds/$name" >"$work/$name.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 40 "$work/$name.log"
    fi
    printf '%-14s %s runs, %s inputs kept\n' "$name" "$(sed -n 's/.*number_of_executed_units: //p' "$work/$name.log")" \
        "$(find "$work/corpus/$name" -type f | wc -l)"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
