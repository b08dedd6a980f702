#!/bin/sh
# Tests the Windows DLLs (under Wine, 32 and 64 bit, as Windows 7 and 10) and the Delphi binding (Free Pascal: Linux, Win32, Win64).
#
#   sh tests/windows/run.sh                    everything; ends with the line "N passed, N failed"
#   sh tests/windows/run.sh -k 'pascal and x86'   only these: pytest's options; the modules are test_artifacts.py and those beside it
#
# Installs what is missing (toolchain.sh), builds the DLLs if the source is newer (build.sh), and starts a sandbox for each group of programs.
# What cannot be built is a failed test, and so is each chapter that needs it; the others run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
cd "$root"
. tests/paths.sh

not_made=
# made WHAT COMMAND...
made() {
    what=$1
    shift
    "$@" || not_made="$not_made$what;"
}
hooked=$root/target/windows-test-hooks
hooked_for_linux() {
    mkdir -p "$hooked/linux" && sh tests/build.sh --test-hooks && cp "$hooked_library" "$hooked/linux/"
}
made "the tools" sh "$here/toolchain.sh"
made "the Linux library and the sandbox" sh tests/build.sh
made "the Linux library with test hooks" hooked_for_linux
made "the DLLs with test hooks" sh "$here/build.sh" --test-hooks
made "the DLLs" sh "$here/build.sh"
made "the versions of the tools" find_versions
PYTHONPATH=
grammar_of_delphi() { PYTHONPATH=$(sh tests/pypi.sh pascal); }
made "the grammar of Delphi" grammar_of_delphi
export PYTHONPATH
PEERS_UNPACKED=
unpacked_proxies() { PEERS_UNPACKED=$(sh tests/peers/unpack.sh); }
made "squid and Samba's NTLM" unpacked_proxies

export VD_SANDBOX="$sandbox" VD_LINUX_LIBRARY="$shared_library" VD_NOT_MADE="$not_made"
export VD_FPC="$fpc_windows" VD_WINE32="$wine32" VD_PREFIXES="$prefixes" PEERS_UNPACKED
exec sh tests/pytest.sh tests/windows "$@"
