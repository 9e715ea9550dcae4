# Tries the set-up in a small copy of the package: a stand-in for the Swift toolchain "builds" at once, and
# pip takes the real archives from our own downloads, so that nothing is fetched twice and no network is
# asked. Sourced by ./test, which sets `root`, `deps`, `executable` and `scratch`.

copy="$scratch/a package" # With a space, as people have them.
tools="$scratch/tools"    # Stand-ins for commands, first in PATH where a check asks for them.

check_setup() {
    if [ ! -e "$deps/downloads" ]; then
        skip "checks of the set-up" "$deps/downloads was removed, and they unpack what lies there"
        return
    fi
    export PIP_NO_INDEX=1 PIP_FIND_LINKS="$deps/downloads"
    lay_out_copy
    lay_out_tools
    printf 'The set-up, in a copy:\n'
    check "a missing toolchain is named, with the cure" without_swift
    check "a toolchain that is too old is named" old_swift
    check "a full disk is noticed beforehand" short_of_space
    check "no package index: says so and leaves nothing behind" without_index
    check "a part with another sum is refused" other_sum
    check "missing Debian packages are installed, lists refreshed first" installs_packages
    check "neither root nor sudo: says what to type" neither_root_nor_sudo
    check "set-up killed while unpacking heals" killed_while_unpacking
    check "set-up killed while building heals" killed_while_building
    check "a build that fails shows why and says so" failing_build
    check "prepares from nothing and prints only where the executable is" from_nothing
    check "a second call builds and unpacks nothing" second_call
    check "damaged and missing parts are put back" damaged_parts
    check "a changed source is built, a lost pack made again" changed_source
    check "arguments, folder, output and exit code pass through" passes_through
    check "works through links and from other folders" through_links
    check "two at once wait for each other" two_at_once
    check "./run alone serves" alone
    printf 'The set-up, here:\n'
    check "./run --build names the release executable" names_the_executable
    check "a second ./run adds less than 3 seconds" quick_here
}

lay_out_copy() {
    mkdir -p "$copy/Sources/Inference" "$tools"
    cp -r "$root/run" "$root/Setup" "$root/Package.swift" "$copy"
    printf 'first\n' >"$copy/Sources/Inference/Some.swift"
    keep_downloads
}

# Fresh copies would cost a hundred megabytes each time; links cost nothing and are never written to.
keep_downloads() {
    mkdir -p "$copy/.deps"
    cp -rl "$deps/downloads" "$copy/.deps" 2>/dev/null || cp -r "$deps/downloads" "$copy/.deps"
}

from_scratch() { # [with-downloads]
    rm -rf "$copy/.deps" "$copy/.build"
    [ "${1-}" != with-downloads ] || keep_downloads
}

stand_in() { # NAME, script on stdin
    mkdir -p "$tools/$1-only"
    { printf '#!/bin/bash\n' && cat; } >"$tools/$1-only/${2-$1}"
    chmod +x "$tools/$1-only/${2-$1}"
}

lay_out_tools() {
    # Builds a `likeness` that makes an empty pack and otherwise says how it was called.
    stand_in swift <<TEXT
[ "\$1" = --version ] && { echo "Swift version 6.3.1 (stand-in)"; exit; }
echo built >>"$scratch/builds"
mkdir -p "$copy/.build/release"
cat >"$copy/.build/release/likeness" <<'LIKENESS'
#!/bin/bash
[ "\$1 \$2" = "models make-open" ] && { mkdir -p "\$4" && echo made >"\$4/pack.json"; exit; }
printf '%s\n' "\$PWD" "\$#" "\$@"
exit 7
LIKENESS
chmod +x "$copy/.build/release/likeness"
TEXT
    stand_in old-swift swift <<<'echo "Swift version 6.0.3 (stand-in)"'
    stand_in slow-swift swift <<<'[ "$1" = --version ] && { echo "Swift version 6.3.1"; exit; }; exec sleep 60'
    stand_in failing-swift swift <<TEXT
[ "\$1" = --version ] && { echo "Swift version 6.3.1"; exit; }
echo "error: no such thing"; exit 1
TEXT
    stand_in df <<<'echo head; echo "disk 9999 9000 50 99% /"'
    stand_in nothing-installed dpkg-query </dev/null
    stand_in dpkg </dev/null
    stand_in id <<<'echo 1000'
    stand_in apt-get <<<'echo "$*" >>"${0%/*}/../asked"'
}

# run_in_copy [STAND-IN…] -- ARGUMENTS…: the stand-in for Swift is there unless another takes its place.
run_in_copy() {
    local path="$tools/swift-only:$PATH"
    while [ "$1" != -- ]; do
        path="$tools/$1-only:$path"
        shift
    done
    shift
    PATH=$path "$copy/run" "$@"
}

nothing_half_done() {
    ! compgen -G "$copy/.deps/.try-*"
    for folder in openvino parts; do
        [ ! -e "$copy/.deps/$folder" ] || [ -f "$copy/.deps/$folder/.stamp" ]
    done
}

complete() {
    nothing_half_done
    [ -f "$copy/.deps/openvino/include/openvino/c/openvino.h" ]
    [ "$(readlink "$copy/.deps/openvino/lib/libopenvino_c.so")" = libopenvino_c.so.2641 ]
    [ -f "$copy/.deps/openvino/licenses/LICENSE" ]
    cmp "$copy/.deps/parts/centerface.onnx" "$deps/parts/centerface.onnx"
    cmp "$copy/.deps/parts/dlib-LICENSE" "$deps/parts/dlib-LICENSE"
    [ -f "$copy/.deps/models/open/pack.json" ]
}

without_swift() {
    mkdir -p "$tools/plain"
    ln -s /usr/bin/dirname /usr/bin/readlink /usr/bin/bash "$tools/plain"
    fails_with "The Swift toolchain is missing. Install" env PATH="$tools/plain" "$copy/run" --build
}

old_swift() {
    from_scratch with-downloads
    fails_with "needs Swift 6.2 or newer" run_in_copy old-swift -- --build
}

short_of_space() {
    from_scratch
    fails_with "There are 50 MB free" run_in_copy df -- --build
}

without_index() {
    from_scratch
    PIP_FIND_LINKS="" fails_with "Could not fetch openvino" run_in_copy -- --build
    nothing_half_done
    [ ! -e "$copy/.deps/openvino" ]
}

# Pinned to another sum in a second copy of the script: pip itself must notice.
other_sum() {
    from_scratch
    mkdir -p "$copy/.deps"
    sed 's/c787987bf236/000000000000/' "$root/Setup/parts.py" >"$scratch/parts.py"
    cp -r "$root/Setup/names-only" "$scratch"
    fails_with "is not the file we know" /usr/bin/python3 -B "$scratch/parts.py" "$copy/.deps" parts
    nothing_half_done
    [ ! -e "$copy/.deps/parts" ]
}

installs_packages() {
    from_scratch with-downloads
    rm -f "$tools/asked"
    run_in_copy nothing-installed dpkg apt-get -- --build
    grep --line-number "update" "$tools/asked" | grep '^1:'
    grep --line-number "install .*--no-install-recommends .*libvips-dev" "$tools/asked" | grep '^2:'
}

neither_root_nor_sudo() {
    local without_sudo="$tools/without-sudo" stand_ins command
    mkdir -p "$without_sudo"
    for command in dirname readlink bash mkdir flock rm grep comm sort awk df env; do
        ln -sf "$(command -v "$command")" "$without_sudo"
    done
    stand_ins="$tools/id-only:$tools/nothing-installed-only:$tools/apt-get-only:$tools/swift-only"
    fails_with "As root, once: apt-get update && apt-get install --no-install-recommends" \
        env PATH="$stand_ins:$without_sudo" "$copy/run" --build
}

# Starts a set-up in its own process group and kills all of it as soon as the condition holds.
kill_when() { # CONDITION STAND-IN…
    local condition=$1 group
    shift
    setsid bash -c 'PATH=$1 exec "$2" --build' _ "$tools/${1:-swift}-only:$PATH" "$copy/run" &
    group=$!
    for _ in {1..600}; do
        ! eval "$condition" || break
        sleep 0.05
    done
    eval "$condition"
    kill -KILL -- "-$group"
    wait "$group" || true
}

killed_while_unpacking() {
    from_scratch with-downloads
    # The network after this one takes seconds to unpack, so the blow always falls in the middle.
    kill_when 'compgen -G "$copy/.deps/.try-*/parts/centerface.onnx" >/dev/null'
    compgen -G "$copy/.deps/.try-*"
    [ ! -e "$copy/.deps/parts" ]
    run_in_copy -- --build
    complete
}

killed_while_building() {
    rm -rf "$copy/.build" "$copy/.deps/models"
    kill_when 'compgen -G "$copy/.deps/.try-words-*" >/dev/null' slow-swift
    [ ! -e "$copy/.deps/models" ]
    run_in_copy -- --build
    complete
}

failing_build() {
    rm -rf "$copy/.build"
    fails_with "error: no such thing" run_in_copy failing-swift -- --build
    fails_with "The build failed" run_in_copy failing-swift -- --build
    nothing_half_done
}

# Without kept downloads, so that pip's whole way is walked: archives by name, wheels and sources alike.
from_nothing() {
    local answer
    from_scratch
    answer=$(run_in_copy -- --build)
    [ "$answer" = "$copy/.build/release/likeness" ]
    [ -x "$answer" ]
    complete
}

second_call() {
    local before=$SECONDS
    rm -f "$scratch/builds"
    touch "$scratch/before"
    run_in_copy -- --build
    [ $((SECONDS - before)) -lt 3 ]
    [ ! -e "$scratch/builds" ]
    [ -z "$(find "$copy/.deps" -type f -newer "$scratch/before" ! -name .lock)" ]
}

damaged_parts() {
    rm "$copy/.deps/openvino/lib/libtbb.so.12"
    truncate --size=1000 "$copy/.deps/parts/centerface.onnx"
    mkdir -p "$copy/.deps/.try-left-behind"
    run_in_copy -- --build
    [ -f "$copy/.deps/openvino/lib/libtbb.so.12" ]
    complete
}

changed_source() {
    rm -f "$scratch/builds"
    printf 'second, longer\n' >"$copy/Sources/Inference/Some.swift"
    rm "$copy/.deps/models/open/pack.json"
    run_in_copy -- --build
    [ -s "$scratch/builds" ]
    complete
}

passes_through() {
    local elsewhere="$scratch/elsewhere" status=0 answer
    mkdir -p "$elsewhere"
    cd "$elsewhere"
    answer=$(run_in_copy -- index "a folder" $'new\nline' '' '*') || status=$?
    [ "$status" -eq 7 ]
    [ "$answer" = "$(printf '%s\n' "$elsewhere" 5 index "a folder" $'new\nline' '' '*')" ]
}

through_links() {
    ln -sf "$copy/run" "$scratch/link"
    cd "$scratch"
    PATH="$tools/swift-only:$PATH" ./link --build
    cd "$copy/Sources"
    PATH="$tools/swift-only:$PATH" ../run --build
    [ "$(CDPATH=/ PATH="$tools/swift-only:$PATH" ../run --build)" = "$copy/.build/release/likeness" ]
}

two_at_once() {
    local first
    rm -rf "$copy/.deps/parts" "$copy/.build" "$scratch/builds"
    run_in_copy -- --build &
    first=$!
    run_in_copy -- --build
    wait "$first"
    complete
    [ "$(wc -l <"$scratch/builds")" -eq 1 ] # The one that waited found it done.
}

alone() {
    local status=0 answer
    answer=$(run_in_copy --) || status=$?
    [ "$status" -eq 7 ]
    [ "${answer##*$'\n'}" = serve ]
}

names_the_executable() {
    [ "$("$root/run" --build)" = "$executable" ]
    [ -x "$executable" ]
}

# The start of the executable itself is not ours to count: only what comes before it.
quick_here() {
    local before
    before=$(date +%s%N)
    "$root/run" --build
    [ $((($(date +%s%N) - before) / 1000000)) -lt 3000 ]
}
