#!/bin/sh
# Builds the library, shared and static, and the sandbox for every Linux with glibc 2.17 or later, into target/portable; prints what it made.
#
#   sh tests/dist/portable.sh            about 8 minutes cold on two cores, then seconds
#   sh tests/dist/portable.sh --zig      only says where its C compiler is kept
#
# The C compiler and linker is zig's, which knows what each glibc had. It comes from PyPI once and is kept in the user's cache.
set -eu
cd "$(dirname "$0")/../.."
. tests/places.sh
sh tests/packages.sh python3 python3-pip
oldest_glibc=2.17
zig_version=0.17.1 zigbuild_version=0.24.0
machine=x86_64-unknown-linux-gnu
building=$target/portable
zig=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/zig-$zig_version-$zigbuild_version

if [ ! -d "$zig" ]; then
    mkdir -p "$(dirname "$zig")"
    growing=$(mktemp -d "$zig.XXXXXX")
    trap 'rm -rf "$growing"' EXIT
    trap 'exit 130' INT TERM HUP
    python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-compile --target "$growing" "ziglang==$zig_version" "cargo-zigbuild==$zigbuild_version"
    chmod 755 "$growing"
    mv -T "$growing" "$zig" 2>/dev/null || [ -d "$zig" ] # another run may have been faster
fi
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
    "$zig/bin/cargo-zigbuild" rustc --quiet --release $standard_library --target "$machine.$oldest_glibc" --target-dir "$building" --message-format=json-render-diagnostics "$@" >"$said"
}
built library --lib --crate-type cdylib,staticlib
built sandbox -p videodoktor-sandbox --bin videodoktor-sandbox

for file in libvideodoktor.so libvideodoktor.a videodoktor-sandbox; do
    printf '%s\n' "$building/$machine/release/$file"
done
