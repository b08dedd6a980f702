#!/bin/sh
# Takes the best of what fuzzing has found into the committed corpus: for each target the inputs that together reach everything, the 100 smallest of them.
#
#   sh tests/fuzz/keep.sh              after tests/fuzz/run.sh
#   sh tests/fuzz/keep.sh reply json   these targets only
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
[ $# -gt 0 ] || set -- reply json options invitation start birth_number
work=$target/fuzz
best=$(mktemp -d)
trap 'rm -rf "$best"' EXIT
for name; do
    kept=tests/fuzz/corpus/$name
    program=$(find "$work/build" -path "*/release/$name" -type f)
    mkdir -p "$kept" "$best/$name"
    "$program" -set_cover_merge=1 "$best/$name" "$work/corpus/$name" "$kept" "$work/seeds/$name" 2>"$best/log" || { tail "$best/log"; exit 1; }
    rm -f "$kept"/*
    find "$best/$name" -type f -printf '%s %p\n' | sort -n | head -n 100 | while read -r _ input; do cp "$input" "$kept/"; done
    echo "$kept: $(find "$kept" -type f | wc -l) inputs, $(du -sb "$kept" | cut -f1) bytes"
done
