#!/bin/sh
# Run a command beside a throw-away PostgreSQL: deploy/postgres.sh COMMAND…
# The command finds the database in TEST_POSTGRES_URL. The server belongs to an unprivileged user,
# listens on a socket in a temporary folder only, and is gone at the end. It does not wait for the disk
# (what is tested against it survives the kill of a process, and no test cuts the power) unless
# POSTGRES_FSYNC=on asks for it, for figures that mean something.
set -eu

# The newest server: Debian keeps each version in a folder of its own, outside the path.
find_programs() {
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse); do
        if [ -x "$folder/initdb" ]; then
            echo "$folder"
            return
        fi
    done
    dirname "$(command -v initdb)"
}

# PostgreSQL refuses to run as root, and its user may not see the folder that root stands in.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser --user postgres -- "$@")
    else
        "$@"
    fi
}

stop() {
    as_owner "$programs/pg_ctl" stop --silent --pgdata="$folder/data" --mode=immediate || true
    rm -rf "$folder"
}

programs=$(find_programs) || {
    echo "没有找到 PostgreSQL 服务器（initdb），测试需要它：apt-get install postgresql" >&2
    exit 3
}
folder=$(mktemp -d)
trap stop EXIT
trap 'exit 130' HUP INT TERM
[ "$(id -u)" != 0 ] || chown postgres "$folder"

as_owner "$programs/initdb" --pgdata="$folder/data" --username=fengxue --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as_owner "$programs/pg_ctl" start --silent --wait --pgdata="$folder/data" --log="$folder/log" \
    --options="-c listen_addresses= -c unix_socket_directories=$folder -c max_connections=200 \
        -c fsync=${POSTGRES_FSYNC:-off}" || {
    cat "$folder/log" >&2
    echo "测试用的 PostgreSQL 没有启动，原因见上。" >&2
    exit 3
}

# A path makes a poor host in a URL: libpq takes it, and the user, from its own variables.
export PGHOST="$folder" PGUSER=fengxue TEST_POSTGRES_URL=postgresql:///postgres
"$@"
