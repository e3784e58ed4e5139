#!/bin/sh
# Load the bench's files into an empty data folder: load.sh FILES DATA_DIR COPY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2"
mkdir -p "$2"
"$here/portal.sh" "$2" bench load "$1" --copy "$3"
# What a standing `jobs run` would do next: no worker has to count the years by itself.
exec "$here/portal.sh" "$2" jobs run --once --only "figures of the shares"
