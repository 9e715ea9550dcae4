#!/usr/bin/env bash
# Feeds the parsers of HTTP, and that of settings, with bytes that nobody would send in good faith, under the address sanitizer.
#
#     Setup/fuzz.bash [PARSER [RUNS]]
#
# PARSER is one of json target form range cookie tags gzip date metadata checksum forwarded settings; without it each gets its turn.
set -euo pipefail

root=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/..
build="$root/.build/fuzz"
mkdir -p "$build"
swiftc -O -sanitize=fuzzer,address -parse-as-library -swift-version 6 -package-name likeness \
    -module-name Fuzz -o "$build/fuzz" "$root"/Sources/HTTP/Parsing/*.swift \
    "$root"/Sources/HTTP/Server/{AddressRange,ForwardedChain}.swift "$root/Sources/HTTP/Header.swift" \
    "$root/Sources/likeness/Configuration/SettingsText.swift" \
    "$root/Tests/Fuzz/FuzzParsers.swift" \
    2>"$build/words" || { cat "$build/words"; exit 1; }
declare -A letters=([json]=j [target]=t [form]=f [range]=r [cookie]=c [tags]=e [gzip]=g
    [date]=d [metadata]=m [checksum]=s [forwarded]=x [settings]=k)
parsers=(json target form range cookie tags gzip date metadata checksum forwarded settings)
[ $# -eq 0 ] || parsers=("$1")
for parser in "${parsers[@]}"; do
    printf '%s:\n' "$parser"
    found=$(mktemp -d)
    # Only the seed of this parser, so that the runs are its own.
    cp "$root/Tests/Fuzz/corpus/$parser" "$found"
    status=0
    # The report is of the sanitizer; beside it that of Swift reads what it must not.
    SWIFT_BACKTRACE=enable=no LIKENESS_FUZZ_PARSER=${letters[$parser]} "$build/fuzz" -runs="${2-20000}" \
        -max_len=512 -timeout=5 -seed=1 -verbosity=0 -print_final_stats=1 -artifact_prefix="$build/" "$found" \
        >"$build/words-$parser" 2>&1 </dev/null || status=$?
    grep -E 'number_of_executed|ERROR|SUMMARY|Fatal|Test unit' "$build/words-$parser" || status=1
    rm -rf "$found"
    [ "$status" -eq 0 ]
done
