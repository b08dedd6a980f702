#!/bin/sh
# Builds the library, shared and static, the program and the sandbox for every Linux with glibc 2.17 or later, into target/portable; prints what it made.
#
#   sh tests/dist/portable.sh            about 8 minutes cold on two cores, then seconds
#   sh tests/dist/portable.sh --zig      only says where its C compiler is kept
#
# The C compiler and linker is zig's, which knows what each glibc had. It comes from PyPI (tests/pypi.sh).
set -eu
cd "$(dirname "$0")/../.."
. tests/places.sh
oldest_glibc=2.17
machine=x86_64-unknown-linux-gnu
building=$target/portable
zig=$(sh tests/pypi.sh zig)
[ "${1-}" != --zig ] || { echo "$zig"; exit; }

root=$PWD
. tests/shipped.sh
export CARGO_ZIGBUILD_ZIG_PATH="$zig/ziglang/zig" CFLAGS_x86_64_unknown_linux_gnu="-ffile-prefix-map=$cargo_home=/cargo"
export PATH=/usr/bin:/bin CARGO=/usr/bin/cargo CARGO_ENCODED_RUSTFLAGS="$shipped_flags"
# built NAME WHAT...: what cargo says of the crates goes into NAME.json
mkdir -p "$building"
built() {
    said=$building/$1.json
    shift
    # shellcheck disable=SC2086
    "$zig/bin/cargo-zigbuild" rustc --locked --quiet --release $standard_library --target "$machine.$oldest_glibc" --target-dir "$building" --message-format=json-render-diagnostics "$@" >"$said"
}
# Before the library: cargo makes that beside it, too, and not as it is shipped.
built program -p videodoktor-cli --bin videodoktor
built library --lib --crate-type cdylib,staticlib
built sandbox -p videodoktor-sandbox --bin videodoktor-sandbox

for file in libvideodoktor.so libvideodoktor.a videodoktor videodoktor-sandbox; do
    printf '%s\n' "$building/$machine/release/$file"
done
