#!/bin/sh
# Builds the library, shared and static, the program and the sandbox for every Linux with glibc 2.17 or later, into target/portable; prints what it made.
#
#   sh tests/dist/portable.sh            about 5 minutes cold on two cores, then seconds
#   sh tests/dist/portable.sh library    the library only
#   sh tests/dist/portable.sh --zig      only says where its C compiler is kept
#
# The C compiler and linker is zig's, which knows what each glibc had. It comes from PyPI (tests/pypi.sh).
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
oldest_glibc=2.17
machine=x86_64-unknown-linux-gnu
zig=$(sh tests/pypi.sh zig)
[ "${1-}" != --zig ] || { echo "$zig"; exit; }

root=$PWD building=$portable_target
. tests/remapped.sh
export CARGO_ZIGBUILD_ZIG_PATH="$zig/ziglang/zig" CFLAGS_x86_64_unknown_linux_gnu="-ffile-prefix-map=$cargo_home=/cargo"
export CARGO_ENCODED_RUSTFLAGS="$remapped_paths"
mkdir -p "$building"
exec 9>"$building/lock"
flock 9 # another stage may want the same
# built NAME WHAT...: what cargo says of the crates goes into NAME.json
built() {
    said=$building/$1.json
    shift
    "$zig/bin/cargo-zigbuild" rustc --locked --quiet --release --target "$machine.$oldest_glibc" --target-dir "$building" \
        --message-format=json-render-diagnostics "$@" >"$said.new"
    mv "$said.new" "$said" # another stage may read it
}
# Before the library: cargo makes that beside it, too, and not as it is shipped.
[ "${1-}" = library ] || built program -p videodoktor-cli --bin videodoktor
release=$building/$machine/release
built library --lib --crate-type cdylib,staticlib
mkdir -p "$library_folder"
for file in libvideodoktor.so libvideodoktor.a; do
    cmp -s "$release/$file" "$library_folder/$file" || cp "$release/$file" "$library_folder/" # as new as what it was built from
done
printf '%s\n' "$shared_library" "$static_library"
[ "${1-}" != library ] || exit 0
built sandbox -p videodoktor-sandbox --bin videodoktor-sandbox
printf '%s\n' "$release/videodoktor" "$release/videodoktor-sandbox"
