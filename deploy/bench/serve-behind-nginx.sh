#!/bin/sh
# The same behind the shipped nginx.conf, with the version posted: serve-behind-nginx.sh DATA_DIR PORT WORKERS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
behind=$(($2 + 50))
folder=$1/nginx-$2
mkdir -p "$folder"
export POSTED_VERSION="$folder/version"
"$here/serve.sh" "$1" "$behind" "$3" &
{
    echo "daemon off; pid $folder/pid; error_log $folder/error.log; worker_processes $3; events { worker_connections 512; }"
    echo "http { access_log off; keepalive_requests 1000000; include /etc/nginx/mime.types;"
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $folder/$kind;"; done
    sed -e "s|127.0.0.1:8000|127.0.0.1:$behind|; s|listen 80;|listen 127.0.0.1:$2;|; s|/var/cache/nginx/portal|$folder/cache|" \
        -e "s|/run/portal|$folder|" "$here/../nginx.conf"
    echo "}"
} > "$folder/nginx.conf"
# nginx alone would be ready before the portal is.
for _ in $(seq 200); do
    curl -sf -o /dev/null "http://127.0.0.1:$behind/readyz" && break
    sleep 0.1
done
exec nginx -c "$folder/nginx.conf" -e "$folder/error.log"
