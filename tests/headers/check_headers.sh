#!/bin/sh
# check_headers.sh ROOT CC CXX INCLUDE...: every header compiles alone. Those of include/ with the
# strictest warnings and without extensions, as C17 and (CXX not empty) as C++17, where they have to
# declare functions extern "C"; those of src/ as C17.
root=$1 cc=$2 cxx=$3
shift 3
failed=0 checked=0

try() # LABEL FILE COMMAND...: compiles a file that only includes FILE
{
    label=$1 header=$2
    shift 2
    checked=$((checked + 1))
    printf '#include "%s"\nextern int gf_alone;\n' "$header" | "$@" -fsyntax-only - || {
        echo "$label: $header does not compile alone"
        failed=1
    }
}

for dir in "$@"; do
    set -- "$@" "-I$dir"
    shift
done
for header in "$root"/include/gigaflame/*.h; do
    try "C17" "$header" "$cc" -std=c17 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -x c \
        -I"$root/include"
    [ -z "$cxx" ] || try "C++17" "$header" "$cxx" -std=c++17 -Wall -Wextra -Wpedantic -Werror -x c++ \
        -I"$root/include"
    if grep -q '^[A-Za-z].*);$' "$header" && ! grep -q 'extern "C"' "$header"; then
        echo "$header: declares functions without extern \"C\""
        failed=1
    fi
done
for header in "$root"/src/*/*.h; do
    try "C17" "$header" "$cc" -std=gnu17 -Wall -Wextra -Werror -D_GNU_SOURCE -x c \
        -I"$root/include" -I"$root/src" "$@"
done
echo "$checked compilations"
[ $checked -gt 0 ] || failed=1
exit $failed
