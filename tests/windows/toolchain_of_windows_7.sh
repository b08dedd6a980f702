# Sourced, not run: the compiler of the files for Windows 7. rustup ships no standard library for the win7 targets, so it is built from its source, by
# Debian's Rust, which brings that source along. Needs $root and $building as tests/remapped.sh does.
sh "$root/tests/packages.sh" rustc-web cargo-web rust-web-src
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
unset RUSTUP_TOOLCHAIN RUSTFLAGS || true
rust_source=$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust
[ -d "$rust_source" ] || rust_source=/usr/lib/rustlib/src/rust
standard_library="-Zbuild-std=std,panic_unwind -Zbuild-std-features=panic-unwind"
. "$root/tests/remapped.sh"
shipped_flags="$remapped_paths${tab}--remap-path-prefix=$rust_source=/rust"
