# Asks a fresh server for everything that its document describes. Sourced by ./test; needs `executable` and `scratch`.

schemathesis_version=4.32.5

# Debian's own pip fills the environment: a bare machine lacks what would put pip inside.
install_schemathesis() {
    local place="$deps/api-venv"
    [ "$(cat "$place/.complete" 2>/dev/null)" = "$schemathesis_version" ] && return
    /usr/bin/python3 -m venv --without-pip --clear "$place"
    /usr/bin/python3 -m pip --quiet --disable-pip-version-check --python "$place/bin/python" install \
        "schemathesis==$schemathesis_version"
    printf '%s\n' "$schemathesis_version" >"$place/.complete"
}

every_operation_is_as_documented() {
    local home="$scratch/api" process status=0 line=""
    install_schemathesis
    mkdir -p "$home"
    LIKENESS_DATA="$home/data" "$executable" serve --port 0 >"$home/words" 2>&1 &
    process=$!
    for _ in $(seq 120); do
        line=$(grep -oE 'http://[0-9.:]+' "$home/words" || true)
        [ -n "$line" ] && break
        sleep 0.5
    done
    /usr/bin/python3 -B "$root/Setup/api/check.py" "$deps/api-venv/bin/schemathesis" "$line" \
        "$(grep -oE '^  [A-Za-z0-9_-]{43}$' "$home/words" | tr -d ' ')" "$home" || status=$?
    kill "$process"
    wait "$process" || true
    return "$status"
}
