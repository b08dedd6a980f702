#!/bin/sh
# Tests include/videodoktor.hpp (both error styles, C++11 and C++17, gcc, clang and MinGW, http and https, shared, static and loaded, ASan, valgrind)
# and the package that bindings/c/packaging/install.sh installs.
#
#   sh tests/cpp/run.sh          the log of each way that fails; ends with "N passed, N failed"
#
# `sh tests/build.sh` must have made the libraries and the sandbox.
set -u
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh gcc g++ clang valgrind python3 cmake make pkg-config g++-mingw-w64-x86-64 g++-mingw-w64-i686
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export TEST_VECTORS="$PWD/tests/vectors" TEST_FOLDER="$out" VIDEODOKTOR_SHARED="$shared_library"
warnings='-Wall -Wextra -Werror -pedantic -g -Iinclude'
service='tests/c/check.c tests/c/sandbox.c'
shared="-L$library_folder -lvideodoktor -Wl,-rpath,$library_folder -lpthread"
static="$static_library -lgcc_s -lutil -lrt -lpthread -lm -ldl"
sanitizers='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
passed=0 failed=0

# compile NAME COMPILER LIBRARY SOURCE...: what fails to compile counts as one failed test
compile() {
    name=$1 command=$2 library=$3
    shift 3
    # shellcheck disable=SC2086
    $command $warnings "$@" -x c++ $service -x none $library -o "$out/$name" >"$out/$name.log" 2>&1 && return
    failed=$((failed + 1))
    echo "cpp: $name does not compile"
    cat "$out/$name.log"
    return 1
}

# count NAME COMMAND...: runs the tests in this way and adds them up
count() {
    log=$out/$1.log title=$1
    shift
    "$@" >"$log" 2>&1
    status=$?
    result=$(sed -n 's/^\([0-9]* passed, [0-9]* failed\)$/\1/p' "$log" | tail -n 1)
    failed_here=$(echo "$result" | sed -n 's/.*, \([0-9]*\) failed/\1/p')
    passed_here=${result%% *}
    passed=$((passed + ${passed_here:-0}))
    # a leak, a crash or a sanitizer's report is a failure though each test passed
    [ "$status" = 0 ] || [ "${failed_here:-0}" != 0 ] || failed_here=1
    failed=$((failed + ${failed_here:-1}))
    [ "$status" = 0 ] || { echo "cpp: $title, exit status $status"; cat "$log"; }
}

with_sandbox() { sh tests/with_sandbox.sh "$@"; }
throwing() { compile "$1" "$2" "$3" tests/cpp/*_story.cpp tests/cpp/main.cpp; }
status_style() { compile "$1" "$2 -fno-exceptions" "$3" tests/cpp/status_style.cpp; }

gcc -shared -fPIC -DABI=1 '-DVERSION="1.0.0"' -DRELEASE_1_0 tests/delphi/pretender.c -o "$out/release10.so"
for compiler in g++ clang++; do
    for standard in c++11 c++17; do
        way=$compiler-$standard
        throwing "$way" "$compiler -std=$standard" "$shared" && TEST_OVER=http count "$way over http" with_sandbox "$out/$way"
        status_style "$way-status" "$compiler -std=$standard" "$shared" && TEST_OVER=http count "$way, status style" with_sandbox "$out/$way-status"
        # shellcheck disable=SC2086
        if $compiler -std=$standard $warnings tests/cpp/loaded.cpp -ldl -o "$out/$way-loaded"; then
            count "$way, loaded" with_sandbox "$out/$way-loaded" "$shared_library" "$out/release10.so"
        else
            failed=$((failed + 1))
        fi
    done
done
TEST_OVER=https count "over https" with_sandbox "$out/g++-c++11"
throwing static "g++ -std=c++11" "$static" && TEST_OVER=https count "static, over https" with_sandbox "$out/static"
throwing asan "g++ -std=c++11 $sanitizers" "$shared" && TEST_OVER=http count "sanitizers" with_sandbox "$out/asan"
status_style asan-status "g++ -std=c++11 $sanitizers" "$shared" && TEST_OVER=http count "status style, sanitizers" with_sandbox "$out/asan-status"
for way in g++-c++11 g++-c++11-status; do
    TEST_OVER=http TEST_WITHOUT_TLS=yes count "valgrind, $way" with_sandbox valgrind --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --error-exitcode=99 "$out/$way"
done
count "promises" sh tests/pytest.sh tests/cpp/test_promises.py
count "package" sh tests/pytest.sh tests/cpp/test_package.py

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
