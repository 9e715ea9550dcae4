# Shows that check-imports bites: each forbidden line, put into a copy of the sources, must make it fail.
# Sourced by ./test, which sets `root` and `scratch`.

directions_copy="$scratch/directions"

check_directions() {
    mkdir -p "$directions_copy/Tests"
    cp -r "$root/Sources" "$root/Benchmarks" "$directions_copy"
    check "a copy of the sources keeps to the directions" "$root/Setup/check-imports" "$directions_copy"
    forbidden Domain "internal import Storage" "Domain may not see Storage"
    forbidden Pipeline "internal import Glibc" "Pipeline may not see Glibc"
    forbidden Pipeline "internal import CSQLite" "Pipeline may not see CSQLite"
    forbidden Storage "package import Imaging" "Storage may not see Imaging"
    forbidden likeness "@preconcurrency internal import CVips" "likeness may not see CVips"
    forbidden Imaging "internal import struct Foundation.Data" "Foundation is not used here"
    forbidden Inference "import Domain" "say how far"
    forbidden Utils "internal import Domain" "is named after what it does"
    forbidden Elsewhere "internal import Domain" "add this target to the directions"
}

forbidden() { # TARGET LINE WORDS-OF-THE-FAULT
    local folder="$directions_copy/Sources/$1"
    mkdir -p "$folder"
    printf '%s\n' "$2" >"$folder/Forbidden.swift"
    check "\`$2\` in $1 is refused" fails_with "$3" "$root/Setup/check-imports" "$directions_copy"
    rm "$folder/Forbidden.swift"
}
