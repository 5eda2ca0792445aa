#!/bin/sh
# check_install.sh BUILD ROOT CC CXX: installs to an empty folder, moves it, and builds programs in C
# and C++ against what is there, found by pkg-config alone. The library may export only what the
# public headers declare.
build=$1 root=$2 cc=$3 cxx=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
fail()
{
    echo "FAILED: $*"
    failed=1
}

cmake --install "$build" --prefix "$work/first" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
mv "$work/first" "$work/moved folder" || exit 1
prefix="$work/moved folder"
pc=$(find "$prefix" -name gigaflame.pc)
[ -n "$pc" ] || fail "no gigaflame.pc"
libdir=$(dirname "$(dirname "$pc")")
ln -s "$prefix" "$work/p" # pkg-config writes blanks with a backslash, which the shell would keep
export PKG_CONFIG_PATH="$work/p/${libdir#"$prefix"/}/pkgconfig"
flags=$(pkg-config --cflags --libs gigaflame) || fail "pkg-config"

for header in "$prefix"/include/gigaflame/*.h; do
    echo "#include <gigaflame/$(basename "$header")>"
done >"$work/program.c"
[ "$(wc -l <"$work/program.c")" -eq "$(ls "$root/include/gigaflame" | wc -l)" ] ||
    fail "not all headers were installed"
cat >>"$work/program.c" <<'END'
#include <stdio.h>
int main(void) { return puts(gf_version()) < 0; }
END
cp "$work/program.c" "$work/program.cc"
version=$(sed -n 's/^Version: //p' "$pc")
for compiler in "$cc|c" ${cxx:+"$cxx|cc"}; do
    # A sanitized library needs its runtime in the program too.
    # shellcheck disable=SC2086  # the flags are several words
    "${compiler%|*}" $GF_TEST_FLAGS "$work/program.${compiler#*|}" $flags -o "$work/program" ||
        fail "${compiler%|*}: does not build"
    got=$(LD_LIBRARY_PATH="$libdir" "$work/program")
    [ "$got" = "$version" ] || fail "${compiler%|*}: version '$got' instead of '$version'"
done

nm -D --defined-only "$libdir/libgigaflame.so" | awk '{ print $3 }' | sed 's/@.*//' |
    grep -v -e '^_init$' -e '^_fini$' >"$work/symbols"
while read -r symbol; do
    grep -qw -e "$symbol" "$prefix"/include/gigaflame/*.h || fail "$symbol is exported, not declared"
done <"$work/symbols"
[ -s "$work/symbols" ] || fail "nothing is exported"

for file in share/applications/gigaflame.desktop share/icons/hicolor/scalable/apps/gigaflame.svg; do
    [ -s "$prefix/$file" ] || fail "$file is missing"
done
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate "$prefix/share/applications/gigaflame.desktop" || fail "desktop entry"
fi
exit $failed
