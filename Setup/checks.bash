# Counts what was tried. Sourced by ./test; speaks on stdout.

passed=0
failed=0
skipped=0

# check SENTENCE COMMAND…: one check, silent about its workings unless it fails.
check() {
    local sentence=$1 words status
    shift
    words=$(mktemp)
    # Not `if "$@"`: in a condition the shell forgets about `set -e`, and a check would only see its last line.
    set +e
    (
        set -e
        "$@"
    ) >"$words" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        printf '  passed   %s\n' "$sentence"
    else
        failed=$((failed + 1))
        tail -n 200 "$words"
        printf '  FAILED   %s\n' "$sentence"
    fi
    rm -f "$words"
    return 0
}

skip() { # SENTENCE REASON
    skipped=$((skipped + 1))
    printf '  skipped  %s: %s\n' "$1" "$2"
}

# fails_with WORDS COMMAND…: the command must fail, and its words must hold these.
fails_with() {
    local wanted=$1 words status=0
    shift
    words=$("$@" 2>&1) || status=$?
    printf '%s\n(exit code %s)\n' "$words" "$status"
    [ "$status" -ne 0 ]
    grep --quiet --fixed-strings -- "$wanted" <<<"$words"
}
