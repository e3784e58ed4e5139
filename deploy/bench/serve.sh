#!/bin/sh
# Serve a data folder as `make run` does: serve.sh DATA_DIR PORT WORKERS
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
export PORTAL_ENV=demo DATA_DIR="$1" BASE_URL="http://127.0.0.1:$2"
cd "$root"
# Compiled code is kept, as anywhere else.
unset PYTHONDONTWRITEBYTECODE
export BIND="127.0.0.1:$2" WORKERS="$3"
exec .venv/bin/gunicorn --config deploy/gunicorn.conf.py wsgi:app
