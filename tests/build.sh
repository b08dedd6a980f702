#!/bin/sh
# Builds the library, shared and static, and the sandbox; prints where they are.
#
#   sh tests/build.sh                 the library as it is shipped, which every test loads: for every Linux with glibc 2.17 or later
#   sh tests/build.sh --plain         instead, as cargo builds it for this machine: it needs nothing but Rust and gcc
#   sh tests/build.sh --test-hooks    instead, the shared library with the ways to make it fail on purpose, unoptimised
#
# About 4 minutes cold on two cores, then seconds. The plain library has a folder of its own: `cargo build --release`, which is not
# link-time optimised because it also makes an rlib, must not put its larger file in this one's place.
set -eu
cd "$(dirname "$0")/.."
. tests/paths.sh
sh tests/packages.sh gcc libc6-dev ca-certificates # cargo links by gcc, and asks the registry over TLS

if [ "${1-}" = --test-hooks ]; then
    # A folder of its own: in the usual one it would take the place of the library that other tests load.
    cargo rustc --locked --quiet --lib --crate-type cdylib --features test-hooks --target-dir "$target/test-hooks"
    echo "$hooked_library"
    exit
fi

if [ "${1-}" = --plain ]; then
    cargo rustc --locked --quiet --release --lib --crate-type cdylib --target-dir "$plain_target"
    library=$plain_library
else
    sh tests/dist/portable.sh library >/dev/null
    library=$shared_library
    printf '%s\n' "$static_library"
fi
cargo build --locked --quiet -p videodoktor-sandbox --bin videodoktor-sandbox
printf '%s\n' "$library" "$sandbox"
