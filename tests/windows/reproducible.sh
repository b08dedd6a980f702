#!/bin/sh
# Builds what is shipped for Windows from the last commit twice, in two folders with different names and with two cargo homes, and compares it byte for
# byte: videodoktor.dll and videodoktor_com.dll for x86 and x64, videodoktor.exe and the sandbox. About 20 minutes on two idle cores.
#
#   sh tests/windows/reproducible.sh                              everything
#   sh tests/windows/reproducible.sh --com --program              only these of build.sh's parts
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
places=$(mktemp -d)
trap 'rm -rf "$places"' EXIT
trap 'exit 130' INT TERM HUP
unset CARGO_TARGET_DIR || true
[ $# -gt 0 ] || set -- "" --program --sandbox # "": the DLLs
# The crates are fetched once; another cargo home has copies of them, so that their path differs and nothing else. (No blank in it: it goes into CFLAGS.)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
cargo fetch -q --locked --manifest-path "$root/Cargo.toml"
mkdir "$places/cargo-elsewhere"
for part in registry config.toml; do
    [ ! -e "$cargo_home/$part" ] || cp -a "$cargo_home/$part" "$places/cargo-elsewhere/"
done
sums_of_build_in() { # FOLDER CARGO-HOME PART...
    folder=$places/$1
    home=$2
    shift 2
    git clone -q "$root" "$folder"
    for part; do
        CARGO_HOME=$home sh "$folder/tests/windows/build.sh" ${part:+"$part"} >/dev/null
    done
    (cd "$folder/target" && find windows windows-program windows-sandbox -name '*.dll' -o -name '*.exe' 2>/dev/null | sort | xargs sha256sum)
    rm -rf "$folder"
}
sums_of_build_in "one" "$cargo_home" "$@" >"$places/first.sums"
sums_of_build_in "another one, further down" "$places/cargo-elsewhere" "$@" >"$places/second.sums"
cat "$places/first.sums"
[ -s "$places/first.sums" ]
cmp "$places/first.sums" "$places/second.sums"
echo "reproducible: both builds are the same"
