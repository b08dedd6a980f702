#!/bin/sh
# Runs the campaigns against the built library, with the e-mails and the journal of the sandbox as the judge. Ends with "N passed, N failed".
#
#   sh tests/campaigns/run.sh                  all of them in their quick form: under three minutes, once built
#   sh tests/campaigns/run.sh --full           the full form, whose figures are in docs/measurements.md: about 35 minutes on two cores
#   sh tests/campaigns/run.sh --full cut       one or several of waiting, cut, moving, doubled, endless, mistakes, tokens, hosts, soak
#   SEED=42 sh tests/campaigns/run.sh tokens   with the chances of an earlier run, which printed its seed
#
#   waiting   the default time-out of 30 s, services that work for up to 36 s: hundreds of calls at once
#   cut       add and remove cut at every byte; random runs, half of them with slow services; hosts that are killed
#   moving    moves cut at every byte, slow services, programs that are killed; each move is made again
#   doubled   answers that come twice, late, or for another meeting
#   endless   replies, proxies and handshakes that go on without an end: calls in time, no thread and no socket left
#   mistakes  libraries that are wrong on purpose, which the judges must catch
#   tokens    a service that refuses valid tokens
#   hosts     hosts that pass anything
#   soak      memory, threads and descriptors over many calls and clients
#
# The library is the release build of tests/build.sh, or the one that VIDEODOKTOR_LIBRARY names. A second one, with feature test-hooks, is built to be
# caught. In the full form the hostile host also runs under AddressSanitizer, where rustup has a nightly toolchain, and under ThreadSanitizer, where that
# toolchain has its component rust-src: without a standard library that is instrumented too, every lock looks like a race.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh

full=
for word; do [ "$word" != --full ] || full=yes; done
wants() { # wants NAME WORD...: whether this campaign is among those asked for
    name=$1
    shift
    asked=no
    for word; do
        case $word in --full) ;; "$name" | all) return 0 ;; *) asked=yes ;; esac
    done
    [ "$asked" = no ]
}

if [ -z "${VIDEODOKTOR_LIBRARY-}" ]; then
    sh tests/build.sh >/dev/null
    VIDEODOKTOR_LIBRARY=$shared_library
fi
export VIDEODOKTOR_LIBRARY
cargo build --locked --quiet -p videodoktor-campaigns

if wants mistakes "$@"; then
    VIDEODOKTOR_HOOKED_LIBRARY=$(sh tests/build.sh --test-hooks)
    export VIDEODOKTOR_HOOKED_LIBRARY
fi

# sanitized NAME [FLAG]: builds program and library with a sanitizer; prints the folder
sanitized() {
    flags="-Zsanitizer=$1 -Clink-arg=-rdynamic" # the library finds the sanitizer in the program
    host=$(rustc -vV | sed -n 's/^host: //p')
    RUSTFLAGS=$flags cargo +nightly build --locked --quiet ${2-} -p videodoktor-campaigns --target "$host" --target-dir "$target/$1"
    RUSTFLAGS=$flags cargo +nightly rustc --locked --quiet ${2-} --lib --crate-type cdylib --target "$host" --target-dir "$target/$1"
    echo "$target/$1/$host/debug"
}
if [ "$full" ] && wants hosts "$@" && cargo +nightly --version >/dev/null 2>&1; then
    VIDEODOKTOR_ASAN=$(sanitized address)
    export VIDEODOKTOR_ASAN
    if [ -d "$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library" ]; then
        VIDEODOKTOR_TSAN=$(sanitized thread -Zbuild-std)
        export VIDEODOKTOR_TSAN
    fi
fi

exec "$target/debug/campaigns" "$@"
