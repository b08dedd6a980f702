#!/bin/sh
# Leads through the whole service, call by call: builds the library and the sandbox, then loads the one and calls the other.
#
#   sh tests/tour.sh         some minutes the first time, then seconds
set -eu
cd "$(dirname "$0")/.."
. tests/paths.sh
echo "tour: building the library and the sandbox"
sh tests/build.sh --plain
exec "$sandbox" tour --library "$plain_library"
