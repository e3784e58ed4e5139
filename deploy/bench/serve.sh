#!/bin/sh
# Serve a data folder as `make run` does: serve.sh DATA_DIR PORT WORKERS
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
export PORTAL_ENV=demo DATA_DIR="$1" BASE_URL="http://127.0.0.1:$2"
cd "$root"
# Compiled code is kept, as anywhere else.
unset PYTHONDONTWRITEBYTECODE
memory=/tmp
[ -d /dev/shm ] && memory=/dev/shm
exec .venv/bin/gunicorn wsgi:app --bind "127.0.0.1:$2" --workers "$3" --threads 4 \
    --worker-class portal.serving.worker.Worker --log-level warning --no-control-socket --worker-tmp-dir "$memory"
