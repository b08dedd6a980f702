#!/bin/sh
# Builds the release library, shared and static, and the sandbox; prints where they are.
#
#   sh tests/build.sh                 about 4 minutes cold on two cores, then under a second
#   sh tests/build.sh --test-hooks    instead, the shared library with the ways to make it fail on purpose, unoptimised
#
# The library has a folder of its own: a plain `cargo build --release`, which is not link-time optimised because it also makes an rlib, must not
# put its larger file in this one's place.
set -eu
cd "$(dirname "$0")/.."
. tests/places.sh
sh tests/packages.sh gcc libc6-dev ca-certificates # cargo links by gcc, and asks the registry over TLS

if [ "${1-}" = --test-hooks ]; then
    # A folder of its own: in the usual one it would take the place of the library that other tests load.
    cargo rustc --locked --quiet --lib --crate-type cdylib --features test-hooks --target-dir "$target/test-hooks"
    echo "$hooked_library"
    exit
fi

# No path of this machine goes into the file.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
tab=$(printf '\037')
CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo${tab}--remap-path-prefix=$PWD=/videodoktor" \
    cargo rustc --locked --quiet --release --lib --crate-type cdylib,staticlib --target-dir "$library_target"
cargo build --locked --quiet -p videodoktor-sandbox --bin videodoktor-sandbox

printf '%s\n' "$shared_library" "$static_library" "$sandbox"
