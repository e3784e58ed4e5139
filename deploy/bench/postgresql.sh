#!/bin/sh
# A PostgreSQL of its own for the benchmark: postgresql.sh FOLDER PORT load FILES | start | import_base | stop
# What was loaded once is used again; remove FOLDER to load anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 port=$2 what=$3
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
PATH="${bin:-/usr/bin}:$PATH"
# PostgreSQL refuses to run as root.
as_its_user() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}
running() { as_its_user pg_ctl -D "$folder/data" status >/dev/null 2>&1; }
# What was loaded by an older release is brought up to this one.
bring_up() {
    DATABASE_URL="postgresql://portal@127.0.0.1:$port/nation" "$here/portal.sh" "$folder/folder" db upgrade
}
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
        createdb -h 127.0.0.1 -p "$port" -U portal nation
        DATABASE_URL="postgresql://portal@127.0.0.1:$port/nation" "$here/portal.sh" "$folder/folder" bench load "$4" --copy import_base
        DATABASE_URL="postgresql://portal@127.0.0.1:$port/nation" "$here/portal.sh" "$folder/folder" \
            jobs run --once --only "figures of the shares"
        psql -q -h 127.0.0.1 -p "$port" -U portal -c "VACUUM ANALYZE" nation
        touch "$folder/READY"
    fi
    start
    bring_up
    ;;
start)
    start
    bring_up
    ;;
import_base)
    dropdb -h 127.0.0.1 -p "$port" -U portal --if-exists import
    createdb -h 127.0.0.1 -p "$port" -U portal -T import_base import
    DATABASE_URL="postgresql://portal@127.0.0.1:$port/import" "$here/portal.sh" "$folder/folder" db upgrade
    psql -q -h 127.0.0.1 -p "$port" -U portal -c "VACUUM ANALYZE" -c CHECKPOINT import
    ;;
stop) ! running || as_its_user pg_ctl -D "$folder/data" -m fast -w -s stop ;;
esac
