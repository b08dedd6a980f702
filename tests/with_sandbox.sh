#!/bin/sh
# Runs a command with a sandbox of its own: sh tests/with_sandbox.sh target/c/invite list
#
# The command finds the sandbox in VIDEODOKTOR_URL (https), VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and VIDEODOKTOR_OPTIONS, as the C examples read
# them; tests also in SANDBOX_HTTP, SANDBOX_HTTPS, SANDBOX_CA_FILE. The sandbox stops when the command ends, and with it this script.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || { echo "usage: sh tests/with_sandbox.sh COMMAND [ARGUMENT ...]" >&2; exit 2; }
sandbox=$(cd "$here" && . tests/paths.sh && echo "$sandbox")
pipes=$(mktemp -d)
trap 'rm -rf "$pipes"' EXIT
mkfifo "$pipes/in" "$pipes/out"

# It serves as long as we hold its standard input, and has said everything when it says `ready`.
"$sandbox" --stop-with-stdin <"$pipes/in" >"$pipes/out" &
exec 3>"$pipes/in" 4<"$pipes/out"
SANDBOX_HTTP='' SANDBOX_HTTPS='' SANDBOX_CA_FILE='' VIDEODOKTOR_APP_KEY='' VIDEODOKTOR_API_KEY='' ready=
while read -r line <&4; do
    case $line in
        http://*) SANDBOX_HTTP=$line ;;
        https://*) SANDBOX_HTTPS=$line ;;
        api_app_key=*) VIDEODOKTOR_APP_KEY=${line#*=} ;;
        api_key=*) [ -n "$VIDEODOKTOR_API_KEY" ] || VIDEODOKTOR_API_KEY=${line#*=} ;; # the first practice's
        ca_file=*) SANDBOX_CA_FILE=${line#*=} ;;
        ready) ready=yes; break ;;
    esac
done
[ -n "$ready" ] || { echo "with_sandbox: the sandbox did not start" >&2; exit 1; }

VIDEODOKTOR_URL=$SANDBOX_HTTPS
VIDEODOKTOR_OPTIONS="{\"ca_file\":\"$SANDBOX_CA_FILE\",\"proxy\":\"none\"}"
export SANDBOX_HTTP SANDBOX_HTTPS SANDBOX_CA_FILE VIDEODOKTOR_URL VIDEODOKTOR_APP_KEY VIDEODOKTOR_API_KEY VIDEODOKTOR_OPTIONS
status=0
"$@" 3>&- 4<&- || status=$?
exec 3>&-
wait
exit "$status"
