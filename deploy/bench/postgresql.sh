#!/bin/sh
# A PostgreSQL of its own for the benchmark: postgresql.sh FOLDER PORT load FILES | start | import_base | stop
# What was loaded once is used again; remove FOLDER to load anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 port=$2 what=$3
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
PATH="${bin:-/usr/bin}:$PATH"
export PGHOST=127.0.0.1 PGPORT="$port" PGUSER=portal
# PostgreSQL refuses to run as root.
as_its_user() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}
running() { as_its_user pg_ctl -D "$folder/data" status >/dev/null 2>&1; }
# A command of the portal on one of the databases: portal DATABASE COMMAND…
portal() {
    database=$1
    shift
    DATABASE_URL="postgresql://portal@127.0.0.1:$port/$database" "$here/portal.sh" "$folder/folder" "$@"
}
# What was loaded by an older release is brought up to this one.
bring_up() { portal "$1" db upgrade; }
start() {
    running || as_its_user pg_ctl -D "$folder/data" -l "$folder/log" -w -t 60 -s \
        -o "-p $port -c listen_addresses=127.0.0.1 -k /tmp -c shared_buffers=256MB -c max_wal_size=2GB" start
}
case $what in
load)
    if [ ! -e "$folder/READY" ]; then
        mkdir -p "$folder/data" "$folder/folder"
        [ "$(id -u)" != 0 ] || chown postgres "$folder" "$folder/data"
        as_its_user initdb -D "$folder/data" -U portal -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
        start
        createdb nation
        portal nation bench load "$4" --copy import_base
        portal nation jobs run --once --only "figures of the shares"
        psql -q -c "VACUUM ANALYZE" nation
        touch "$folder/READY"
    fi
    start
    bring_up nation
    ;;
start)
    start
    bring_up nation
    ;;
import_base)
    dropdb --if-exists import
    createdb -T import_base import
    bring_up import
    psql -q -c "VACUUM ANALYZE" -c CHECKPOINT import
    ;;
stop) ! running || as_its_user pg_ctl -D "$folder/data" -m fast -w -s stop ;;
esac
