# Sourced, not run: no path of this machine may reach the files that we ship, so that the same source gives the same bytes. Needs $root, the top of
# the checkout, and $building, where they are built; sets $remapped_paths, for rustc. The folder of a registry has its address in its name.
tab=$(printf '\037')
cargo_home=${CARGO_HOME:-$HOME/.cargo}
cargo fetch -q --locked --manifest-path "$root/Cargo.toml"
remapped_paths="--remap-path-prefix=$cargo_home=/cargo"
for registry in "$cargo_home"/registry/src/*; do
    remapped_paths="$remapped_paths${tab}--remap-path-prefix=$registry=/crates"
done
remapped_paths="$remapped_paths${tab}--remap-path-prefix=$root=/videodoktor${tab}--remap-path-prefix=$building=/build"
