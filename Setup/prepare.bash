# Everything that has to be in place before Likeness is built and started, in the order it is needed.
# Sourced by ./run and ./test, which set `root` (the package's folder) beforehand. Speaks on stderr only.
#
# Each step looks before it acts, so a second call costs well under a second, and leaves either the old
# state or the new one, so a call after an interrupted one simply carries on.

deps="$root/.deps"
executable="$root/.build/release/likeness"

say() { printf '%s\n' "$*" >&2; }

refuse() {
    say "$*"
    exit 1
}

# quietly SENTENCE COMMAND…: keeps the command's words to itself unless it fails; then shows them, and the
# sentence last, where it is read.
quietly() {
    local sentence=$1 words
    shift
    words=$(mktemp "$deps/.try-words-XXXXXX")
    if "$@" >"$words" 2>&1 </dev/null; then
        rm -f "$words"
        return
    fi
    tail -n 200 "$words" >&2
    rm -f "$words"
    [ "$(free_megabytes "$root")" -gt 200 ] || say "The disk is full."
    refuse "$sentence"
}

# One preparation at a time: the second waits and then finds everything done. What an interrupted one left
# behind can only be rubbish while we hold the lock.
lock_preparation() {
    mkdir -p "$deps" 2>/dev/null || true
    [ -w "$deps" ] && { [ ! -e "$root/.build" ] || [ -w "$root/.build" ]; } || refuse \
        "Cannot write to $deps or $root/.build. If an earlier call ran as root: sudo chown -R \"\$USER\" '$root'"
    exec {preparation}>"$deps/.lock"
    if ! flock --nonblock "$preparation"; then
        say "Another ./run or ./test is preparing Likeness; waiting for it …"
        flock "$preparation"
    fi
    rm -rf "$deps"/.try-*
}

unlock_preparation() { exec {preparation}>&-; }

free_megabytes() { df --portability --block-size=1M "$1" | awk 'NR == 2 { print $4 }'; }

need_space() { # FOLDER MEGABYTES WHAT-FOR
    local free
    free=$(free_megabytes "$1")
    [ "$free" -ge "$2" ] || refuse \
        "There are $free MB free on the disk that holds $1, and $3 needs about $2 MB. Free some and try again."
}

# Runtime, networks and both builds came to 600 MB, a third of it downloads; the rest is for what grows.
# Nothing is asked of the disk once they are there.
check_space() {
    [ -x "$executable" ] && [ -d "$deps/openvino" ] || need_space "$root" 1500 "the first preparation"
}

find_swift() {
    swift=$(command -v swift) || refuse "The Swift toolchain is missing. Install Swift 6.2 or newer for Debian 12" \
        "(see swift.org/install), put its usr/bin folder in PATH, and run this again."
}

install_debian_packages() { # [LIST…]
    local wanted missing as_root=()
    mapfile -t wanted < <(cd "$root/Setup" && grep --no-filename -v -e '^#' -e '^$' "${@:-debian-packages.txt}")
    # Packages that dpkg has never heard of make it fail and are simply not listed: they are missing too.
    missing=$(comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
        <(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
            awk '$1 == "installed" { print $2 }' | sort -u))
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # Package names hold no spaces.
    set -- $missing
    command -v apt-get >/dev/null || refuse "This is not Debian (there is no apt-get). Install what matches: $*"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || refuse "Some Debian packages are missing, and installing them takes root." \
            "As root, once: apt-get update && apt-get install --no-install-recommends $*"
        as_root=(sudo)
    fi
    need_space /usr 1200 "installing the Debian packages"
    say "Installing Debian packages: $* …"
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    quietly "Could not install the Debian packages: $*. Is the network there? Run this again when it is." \
        update_and_install "$@"
}

# Uses the caller's `as_root`.
update_and_install() {
    local apt=("${as_root[@]}" apt-get --quiet --yes -o DPkg::Lock::Timeout=300)
    # What an interrupted installation left half configured is finished first; apt-get repairs the rest.
    "${as_root[@]}" dpkg --configure -a || true
    # A list that cannot be refreshed need not matter; a package that cannot be had does.
    "${apt[@]}" update || true
    "${apt[@]}" install --fix-broken --no-install-recommends "$@"
}

# Python is Debian's own: whichever other one comes first in PATH may lack pip or wear other settings.
fetch_parts() {
    "/usr/bin/python3" -B "$root/Setup/parts.py" "$deps" "$@" || exit 1
}

check_swift() {
    local version
    version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
    case "$version" in
    6.[01] | [0-5].* | "")
        refuse "Likeness needs Swift 6.2 or newer; $swift is ${version:-no Swift that answers}." \
            "Install a newer toolchain (see swift.org/install) and put its usr/bin folder first in PATH."
        ;;
    esac
}

# What the build was made from: our sources, the toolchain, and the libraries of Debian and of the wheel.
# A no-op `swift build` takes seconds; looking at sizes and times does not.
build_inputs() {
    {
        find "$root/Package.swift" "$root/Sources" "$root/Setup/prepare.bash" -printf '%p %s %T@\n' | LC_ALL=C sort
        stat --dereference --format='%n %s %Y' "$swift" "$deps/openvino/.stamp" /var/lib/dpkg/status
    } | sha256sum
}

# With Swift's own libraries inside: calls into them are quicker, and the executable runs without a toolchain.
release=(-c release --static-swift-stdlib)

build_release() {
    local inputs built="$root/.build/release-inputs"
    inputs=$(build_inputs)
    [ -x "$executable" ] && [ "$(cat "$built" 2>/dev/null)" = "$inputs" ] && return
    check_swift
    say "Building Likeness (some minutes the first time) …"
    quietly "The build failed; what the compiler said is above." swift_build "${release[@]}" --product likeness
    printf '%s\n' "$inputs" >"$built"
}

swift_build() {
    "$swift" build --package-path "$root" --explicit-target-dependency-import-check error "$@"
}

# The open model pack is converted from its parts by our own executable, again whenever the converter or
# the parts change.
make_open_pack() { # EXECUTABLE
    local from pack="$deps/models/open"
    from=$(find "$root/Sources/Inference" "$deps/parts/.stamp" -type f -print0 | LC_ALL=C sort -z |
        xargs -0 cat | sha256sum)
    [ -f "$pack/pack.json" ] && [ "$(cat "$deps/.open-made-from" 2>/dev/null)" = "$from" ] && return
    say "Making the open model pack …"
    mkdir -p "$deps/models"
    quietly "Could not make the open model pack; the reason is above." \
        "$1" models make-open "$deps/parts" "$pack"
    printf '%s\n' "$from" >"$deps/.open-made-from"
}
