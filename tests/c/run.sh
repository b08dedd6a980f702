#!/bin/sh
# Runs the C tests: compiled as C89, C99, C++98 and C++17, linked to the shared and the static library, over http and https, under valgrind, with ASan;
# and a host in Python that ends while its log callback is set.
#
#   sh tests/c/run.sh            the log of each way that fails; ends with "N passed, N failed"
#
# `sh tests/build.sh` must have made the libraries and the sandbox.
set -u
cd "$(dirname "$0")/../.."
. tests/paths.sh
out=$target/c-tests
mkdir -p "$out"
export TEST_VECTORS=$PWD/tests/vectors
warnings='-pedantic -Wall -Wextra -Werror -D_GNU_SOURCE -g -O1'
shared="-L$library_folder -lvideodoktor -Wl,-rpath,$library_folder"
static="$static_library -lgcc_s -lutil -lrt -ldl"
without_traps='library offline text vector client call argument handle log log_thread thread'
passed=0 failed=0

# compile NAME COMPILER LIBRARY: compiles the tests; what fails to compile counts as one failed test
compile() {
    # shellcheck disable=SC2086
    $2 $warnings -Iinclude tests/c/*.c -x none $3 -lpthread -lm -o "$out/$1" >"$out/$1.log" 2>&1 && return
    failed=$((failed + 1))
    echo "c: $1 does not compile"
    cat "$out/$1.log"
    return 1
}

# count NAME COMMAND...: runs the tests in this way and adds them up
count() {
    log="$out/$1.log" title=$1
    shift
    sh tests/with_sandbox.sh "$@" >"$log" 2>&1
    status=$?
    result=$(sed -n 's/^\([0-9]* passed, [0-9]* failed\)$/\1/p' "$log" | tail -n 1)
    if [ -n "$result" ]; then
        passed=$((passed + ${result%% *}))
        result_failed=${result#*, }
        result_failed=${result_failed%% *}
    else
        result_failed=0
    fi
    # a leak, a crash or a sanitizer's report is a failure though each test passed
    [ "$status" = 0 ] || [ "$result_failed" != 0 ] || result_failed=1
    failed=$((failed + result_failed))
    [ "$status" = 0 ] || { echo "c: $title, exit status $status"; cat "$log"; }
}

over_both() {
    TEST_OVER=http count "$1 over http" "$out/$1"
    TEST_OVER=https count "$1 over https" "$out/$1"
}

for standard in 'gcc -std=c89' 'gcc -std=c99' 'g++ -std=c++98 -x c++' 'g++ -std=c++17 -x c++'; do
    name=${standard#*-std=}
    name=${name%% *}
    for library in shared static; do
        [ $library = shared ] && link=$shared || link=$static
        compile "$name-$library" "$standard" "$link" && over_both "$name-$library"
    done
done

TEST_OVER=https TEST_LARGE=yes count "a list of 20 MB and little memory" "$out/c99-shared" memory

for library in shared static; do
    # shellcheck disable=SC2086
    TEST_OVER=http TEST_SLOW=yes count "valgrind, $library" valgrind --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --error-exitcode=99 "$out/c99-$library" $without_traps
    [ $library = shared ] && link=$shared || link=$static
    compile "asan-$library" 'gcc -std=c99 -fsanitize=address -fno-omit-frame-pointer' "$link" && over_both "asan-$library"
done

count "a Python host with a log callback" python3 tests/c/log_host.py "$shared_library"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
