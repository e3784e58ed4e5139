#!/bin/sh
# The drill: start the portal as on several machines, on this one, take every part away and bring it back.
# drill.sh [FOLDER]; ends with status 1 when a page was refused, an entry was lost, or something did not heal.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
missing=""
for program in nginx redis-server; do
    PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null || missing="$missing $program"
done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
if [ -n "$missing" ]; then
    echo "The drill needs:$missing (Debian: apt-get install nginx-light redis-server postgresql)"
    exit 2
fi
exec .venv/bin/python deploy/drill/drill.py "$@"
