# A PostgreSQL of the tests' own: in a temporary folder, on a free port, under a user without rights, gone with them.
# Sourced by ./test, which sets `root` and `scratch`.

postgres_programs=/usr/lib/postgresql/15/bin
postgres_home=""

# Installing the server makes Debian start a cluster for everybody, unless it was told otherwise before.
keep_debian_from_making_a_cluster() {
    local file=/etc/postgresql-common/createcluster.conf as_root=()
    [ ! -x "$postgres_programs/postgres" ] && [ ! -e "$file" ] || return 0
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    command -v "${as_root[0]:-sh}" >/dev/null || return 0 # The installation itself says what is missing.
    "${as_root[@]}" mkdir -p "${file%/*}"
    printf 'create_main_cluster = false\n' | "${as_root[@]}" tee "$file" >/dev/null
}

# The server refuses to run as root, so root runs it as the user that its package made.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
    else
        "$@"
    fi
}

# Sets LIKENESS_TEST_POSTGRES.
start_postgres() {
    local port
    postgres_home=$(mktemp -d /tmp/likeness-postgres-XXXXXX)
    [ "$(id -u)" -ne 0 ] || chown postgres "$postgres_home"
    port=$(/usr/bin/python3 -B -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_postgres "$postgres_programs/initdb" --pgdata="$postgres_home/data" --username=likeness --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$postgres_home/words" 2>&1 &&
        as_postgres "$postgres_programs/pg_ctl" --pgdata="$postgres_home/data" --wait --silent \
            --log="$postgres_home/log" start --options="-c listen_addresses=127.0.0.1 -c port=$port \
            -c unix_socket_directories=$postgres_home -c shared_buffers=64MB -c max_connections=200 \
            -c max_wal_size=256MB" >>"$postgres_home/words" 2>&1 || {
        cat "$postgres_home/words" "$postgres_home/log" 2>/dev/null
        return 1
    }
    export LIKENESS_TEST_POSTGRES="postgres://likeness@127.0.0.1:$port/postgres"
}

stop_postgres() {
    [ -n "$postgres_home" ] || return 0
    as_postgres "$postgres_programs/pg_ctl" --pgdata="$postgres_home/data" --mode=immediate --silent stop \
        >/dev/null 2>&1 || true
    rm -rf "$postgres_home"
    postgres_home=""
}
