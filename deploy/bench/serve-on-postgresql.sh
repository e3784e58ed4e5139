#!/bin/sh
# The same with PostgreSQL as the database: serve-on-postgresql.sh FOLDER DATABASE_PORT PORT WORKERS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export DATABASE_URL="postgresql://portal@127.0.0.1:$2/nation"
exec "$here/serve.sh" "$1/folder" "$3" "$4"
