#!/bin/sh
# Reads back what the library draws and writes: QR codes by zbarimg, calendars by Python's icalendar. Ends with "N passed, N failed".
#
#   sh tests/read_back/run.sh
#
# `sh tests/build.sh` must have made the library.
set -u
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh python3 python3-icalendar zbar-tools librsvg2-bin poppler-utils || exit 1
# Debian's own Python: icalendar is a package of it.
VIDEODOKTOR_LIBRARY=${VIDEODOKTOR_LIBRARY:-$shared_library} PYTHON=/usr/bin/python3 sh tests/pytest.sh tests/read_back
