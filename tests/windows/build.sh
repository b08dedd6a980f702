#!/bin/sh
# Builds videodoktor.dll for Windows 7 to 11, x86 and x64, with its import libraries, and videodoktor_com.dll, into target/windows.
#
#   sh tests/windows/build.sh                  installs what is missing; about 5 minutes cold on two cores; prints what it made with SHA-256
#   sh tests/windows/build.sh --com            videodoktor_com.dll only
#   sh tests/windows/build.sh --test-hooks     the same library with the ways to make it fail on purpose, unoptimised, into target/windows-test-hooks
#   sh tests/windows/build.sh --sandbox        videodoktor-sandbox.exe, 32-bit, which every Windows runs, into target/windows-sandbox
#   sh tests/windows/build.sh --program        videodoktor.exe, 32-bit too, into target/windows-program
#
# The win7 targets are not among those that rustup ships, so the standard library is built from its source. Their DLLs ask Windows for nothing that 7 lacks.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
sh "$here/toolchain.sh" compilers

hooks='' first_library='' wanted_function=''
optimised=--release profile=release
result=$root/target/windows
if [ "${1-}" = --test-hooks ]; then
    # Another profile has a folder of its own: cargo keeps one DLL of a name, and would make each of the two anew after the other.
    hooks="--features test-hooks"
    optimised='' profile=debug
    result=$root/target/windows-test-hooks
fi
[ "${1-}" != --sandbox ] || result=$root/target/windows-sandbox
[ "${1-}" != --program ] || result=$root/target/windows-program
building=${CARGO_TARGET_DIR:-$root/target/windows-build}
mkdir -p "$building/startup"
exec 9>"$building/lock"
flock 9 # another stage may want the same

# placed FILE FOLDER: in one step, and not if it is there: a program may have it open
placed() {
    cmp -s "$1" "$2/${1##*/}" && return
    cp "$1" "$2/${1##*/}.new"
    mv "$2/${1##*/}.new" "$2/${1##*/}"
}

. "$here/toolchain_of_windows_7.sh"

# build NAME RUST-ARCHITECTURE MINGW-PREFIX WHAT...: what cargo is told to build; what it says of the crates goes into NAME.json
build() {
    said=$building/$1.json
    shift
    target=$1-win7-windows-gnu mingw=$2
    variable=$(echo "$target" | tr - _)
    startup=$building/startup/$1
    mkdir -p "$startup"
    # 32-bit DLLs start through two objects that rustup's targets bring along
    if [ "$1" = i686 ]; then
        for object in rsbegin rsend; do
            /usr/bin/rustc --target "$target" --crate-type rlib --emit=obj -O -o "$startup/$object.o" "$rust_source/library/rtstartup/$object.rs"
        done
    fi
    # The same source gives the same bytes: no time of day either.
    flags="-Lnative=$startup${tab}-Clink-arg=-Wl,--no-insert-timestamp${tab}$shipped_flags"
    shift 2
    (
        cd "$root"
        export PATH="/usr/bin:/bin" "CC_$variable=$mingw-gcc" "AR_$variable=$mingw-ar" "CFLAGS_$variable=-ffile-prefix-map=$cargo_home=/cargo"
        # shellcheck disable=SC2086
        CARGO_ENCODED_RUSTFLAGS="$flags" /usr/bin/cargo rustc --locked -q $optimised "$@" $standard_library \
            --target "$target" --target-dir "$building" --message-format=json-render-diagnostics \
            ${first_library:+-- "-Zpre-link-arg=$first_library" "-Clink-arg=-Wl,-u,__imp_$wanted_function"}
    ) >"$said.new"
    mv "$said.new" "$said"
}

# build_library FOLDER RUST-ARCHITECTURE MINGW-PREFIX LLVM-MACHINE
build_library() {
    mkdir -p "$result/$1"
    # shellcheck disable=SC2086
    build "${hooks:+hooked-}library-$1" "$2" "$3" --lib --crate-type cdylib $hooks
    placed "$building/$target/$profile/videodoktor.dll" "$result/$1"
    cp "$root/bindings/c/videodoktor.def" "$result/$1/"
    "$3-dlltool" -d "$root/bindings/c/videodoktor.def" -D videodoktor.dll -l "$result/$1/libvideodoktor.dll.a"
    llvm-dlltool -m "$4" -d "$root/bindings/c/videodoktor.def" -D videodoktor.dll -l "$result/$1/videodoktor.lib"
}

# build_com FOLDER RUST-ARCHITECTURE MINGW-PREFIX: the COM server, its type library in it
build_com() {
    mkdir -p "$result/$1"
    # The windows crate imports this function from combase.dll, which Windows 7 lacks. ole32.dll has always had it; its import library comes first.
    first_library=$building/startup/ole32-$1.a wanted_function=CoCreateFreeThreadedMarshaler
    printf 'LIBRARY ole32.dll\nEXPORTS\n    %s\n' "$wanted_function" >"$building/startup/ole32.def"
    "$3-dlltool" --no-leading-underscore -d "$building/startup/ole32.def" -l "$first_library"
    build "com-$1" "$2" "$3" -p videodoktor-com --lib --crate-type cdylib
    first_library=
    placed "$building/$target/release/videodoktor_com.dll" "$result/$1"
}

if [ "${1-}" = --sandbox ]; then
    mkdir -p "$result"
    build sandbox-x86 i686 i686-w64-mingw32 -p videodoktor-sandbox --bin videodoktor-sandbox
    placed "$building/$target/release/videodoktor-sandbox.exe" "$result"
    ls -l "$result"
    exit
fi
if [ "${1-}" = --program ]; then
    mkdir -p "$result"
    build program-x86 i686 i686-w64-mingw32 -p videodoktor-cli --bin videodoktor
    placed "$building/$target/release/videodoktor.exe" "$result"
    ls -l "$result"
    exit
fi
com=
if [ "${1-}" != --com ]; then
    build_library x64 x86_64 x86_64-w64-mingw32 i386:x86-64
    build_library x86 i686 i686-w64-mingw32 i386
fi
if [ -z "$hooks" ]; then
    build_com x64 x86_64 x86_64-w64-mingw32
    build_com x86 i686 i686-w64-mingw32
    com="x64/videodoktor_com.dll x86/videodoktor_com.dll"
fi

[ "${1-}" != --com ] || exit 0
cd "$result"
# shellcheck disable=SC2086
sha256sum x64/videodoktor.dll x86/videodoktor.dll $com >SHA256SUMS
ls -l x64 x86
cat SHA256SUMS
echo "build: $result"
