#!/bin/sh
# Run a command of the portal on a data folder of its own: portal.sh DATA_DIR COMMAND…
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
export PORTAL_ENV=demo DATA_DIR="$1"
shift
cd "$root"
# Compiled code is kept, as anywhere else.
unset PYTHONDONTWRITEBYTECODE
exec .venv/bin/flask --app wsgi "$@"
