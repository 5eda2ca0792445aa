#!/bin/sh
# check_format.sh ROOT: every C file is as clang-format leaves it. Exit status 77: no clang-format of
# the version that .clang-format was written for; others break lines differently.
version=14
for program in clang-format-$version clang-format; do
    if "$program" --version 2>/dev/null | grep -q "version $version\."; then
        cd "$1" || exit 1
        find src include tests bench \( -name '*.c' -o -name '*.h' \) -print0 |
            xargs -0 "$program" --style=file --dry-run --Werror --ferror-limit=3
        exit
    fi
done
echo "clang-format $version is not installed"
exit 77
