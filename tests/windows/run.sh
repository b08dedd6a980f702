#!/bin/sh
# Tests the Windows DLLs (under Wine, 32 and 64 bit, as Windows 7 and 10) and the Delphi binding (Free Pascal: Linux, Win32, Win64).
#
#   sh tests/windows/run.sh                    everything; ends with the line "N passed, N failed"
#   sh tests/windows/run.sh pascal-linux ...   only these chapters: artifacts declarations c-x64 c-x86 demos pascal-linux pascal-x64 pascal-x86
#
# Installs what is missing (toolchain.sh), builds the DLLs if the source is newer (build.sh), and starts a sandbox for each group of programs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
sh "$here/toolchain.sh"
find_versions

cd "$root"
cargo build -q -p videodoktor-sandbox
cargo_target=${CARGO_TARGET_DIR:-$root/target}
hooked=$root/target/windows-test-hooks
mkdir -p "$hooked/linux"
cargo rustc -q --lib --crate-type cdylib --release --features test-hooks
cp "$cargo_target/release/libvideodoktor.so" "$hooked/linux/"
cargo rustc -q --lib --crate-type cdylib --release
sh "$here/build.sh" --test-hooks >/dev/null
sh "$here/build.sh"

export VD_SANDBOX="$cargo_target/debug/videodoktor-sandbox" VD_LINUX_LIBRARY="$cargo_target/release/libvideodoktor.so"
export VD_FPC="$fpc_windows" VD_WINE32="$wine32" VD_PREFIXES="$prefixes"
exec python3 "$here/suite.py" "$@"
