#!/bin/sh
# Installs the library with its headers, pkg-config files and CMake package into a prefix, or lays out a Windows folder; prints what it installed.
#
#   sh bindings/c/packaging/install.sh [--prefix /usr/local] [--libdir lib] [--shared FILE] [--static FILE]
#   sh bindings/c/packaging/install.sh --windows FOLDER --prefix DESTINATION
#
# DESTDIR is put before the prefix, for packagers. Without --shared and --static it takes what `sh tests/build.sh` made; "" for one of them leaves that
# one out. FOLDER of --windows holds x86 and x64 (or one of them), as tests/windows/build.sh makes them.
set -eu
here=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$here"
. tests/paths.sh
prefix=/usr/local libdir=lib windows=
shared=$shared_library static=$static_library
usage() {
    sed -n '4,5s/^# *//p' "$0" >&2
    exit 2
}
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --prefix) prefix=$2 ;;
        --libdir) libdir=$2 ;;
        --shared) shared=$2 ;;
        --static) static=$2 ;;
        --windows) windows=$2 ;;
        *) usage ;;
    esac
    shift 2
done
case $libdir in /* | *..*) echo "install: --libdir is relative to the prefix" >&2; exit 2 ;; esac
for file in ${windows:-"$shared" "$static"}; do
    [ -z "$file" ] || [ -e "$file" ] || { echo "install: there is no $file; sh tests/build.sh makes it" >&2; exit 1; }
done
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
up=$(echo "$libdir" | sed 's,//*,/,g; s,/$,,; s,[^/][^/]*,..,g')/../.. # from the CMake package's folder to the prefix
into=${DESTDIR:-}$prefix

# put MODE FILE FOLDER: installs and tells
put() {
    mkdir -p "$into/$3"
    install -m "$1" "$2" "$into/$3/"
    echo "$into/$3/$(basename "$2")"
}

# fill TEMPLATE FOLDER: a template with this installation's values
fill() {
    name=$(basename "$1" .in)
    mkdir -p "$into/$2"
    sed -e "s|@PREFIX@|$prefix|g; s|@LIBDIR@|$libdir|g; s|@VERSION@|$version|g; s|@UP@|$up|g; s|@POINTER_SIZE@|$pointer_size|g" "$1" >"$into/$2/$name"
    chmod 644 "$into/$2/$name"
    echo "$into/$2/$name"
}

# 4 or 8: what the ELF header of the shared library says; "" where both bitnesses are installed
pointer_size=
if [ -z "$windows" ]; then
    [ -z "$shared" ] || pointer_size=$(od -An -tu1 -j4 -N1 "$shared" | tr -d ' ' | sed 's/1/4/; s/2/8/')
    [ -z "$shared" ] || put 755 "$shared" "$libdir"
    [ -z "$static" ] || put 644 "$static" "$libdir"
    [ -z "$shared" ] || fill bindings/c/packaging/videodoktor.pc.in "$libdir/pkgconfig"
    [ -z "$static" ] || fill bindings/c/packaging/videodoktor-static.pc.in "$libdir/pkgconfig"
else
    for bits in x86 x64; do
        for file in videodoktor.dll videodoktor.lib libvideodoktor.dll.a videodoktor.def; do
            [ ! -f "$windows/$bits/$file" ] || put 644 "$windows/$bits/$file" "$bits"
        done
    done
fi
for header in include/videodoktor.h include/videodoktor.hpp bindings/c/videodoktor_loader.h; do put 644 "$header" include; done
fill bindings/c/packaging/videodoktorConfig.cmake.in "$libdir/cmake/videodoktor"
fill bindings/c/packaging/videodoktorConfigVersion.cmake.in "$libdir/cmake/videodoktor"
