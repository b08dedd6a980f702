# Sourced, not run: how cargo compiles the files that we ship, on each system alike. Needs $root, the top of the checkout, and $building, where they are built.
#
# It is Debian's Rust, whatever rustup has put before it: the source of its standard library is at hand, and compiled with ours it is smaller than
# the ready one, whose printer of backtraces alone has 170 KB. Nobody else needs it: a plain `cargo build --release` gives the same library, larger.
sh "$root/tests/packages.sh" rustc-web cargo-web rust-web-src
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
unset RUSTUP_TOOLCHAIN RUSTFLAGS || true
rust_source=$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust
[ -d "$rust_source" ] || rust_source=/usr/lib/rustlib/src/rust
standard_library="-Zbuild-std=std,panic_unwind -Zbuild-std-features=panic-unwind,optimize_for_size"

# No path of this machine may reach the files: the same source gives the same bytes. The folder of a registry has its address in its name.
tab=$(printf '\037')
cargo_home=${CARGO_HOME:-$HOME/.cargo}
/usr/bin/cargo fetch -q --locked --manifest-path "$root/Cargo.toml"
shipped_flags="--remap-path-prefix=$cargo_home=/cargo"
for registry in "$cargo_home"/registry/src/*; do
    shipped_flags="$shipped_flags${tab}--remap-path-prefix=$registry=/crates"
done
shipped_flags="$shipped_flags${tab}--remap-path-prefix=$rust_source=/rust${tab}--remap-path-prefix=$root=/videodoktor${tab}--remap-path-prefix=$building=/build"

# A bug is reported by its file and line, so no column is kept. What derived Debug prints shrinks to the name of the type or variant: no text of ours
# is made of more, as tests/texts.rs proves.
shipped_flags="$shipped_flags${tab}-Zlocation-detail=file,line${tab}-Zfmt-debug=shallow"
