#!/bin/sh
# check_generator.sh GEN_PROFILE PYTHON: the generator writes the same bytes everywhere (hashes made on
# another machine), keeps its promises, and agrees with the oracle about what it wrote.
gen=$1 python=$2 here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
fail()
{
    echo "FAILED: $*"
    failed=1
}

while read -r shape hash; do
    "$gen" --shape "$shape" --bytes 1M --seed 7 --expect "$work/expect" >"$work/$shape" ||
        fail "$shape: exit status $?"
    got=$(sha256sum <"$work/$shape" | cut -c1-16)
    [ "$got" = "$hash" ] || fail "$shape: $got instead of $hash"
    "$gen" --shape "$shape" --bytes 1M --seed 8 | cmp -s - "$work/$shape" &&
        fail "$shape: the seed changes nothing"
    [ "$shape" = perf ] && continue
    "$python" "$here/oracle.py" "$work/$shape" >"$work/stat" || fail "$shape: oracle"
    "$python" - "$work/expect" "$work/stat" <<'END' || fail "$shape: counts differ"
import json, sys
expect, stat = (json.load(open(path)) for path in sys.argv[1:])
sys.exit(any(expect[key] != stat[key] for key in ("records", "ignored", "total")))
END
done <<'END'
sorted 8d82497d668b8899
raw 1f105e53d0327774
new 1d22d2c536fef7cd
deep 0d4281f079fd2642
wide 9d33294b0bc8d9e0
hostile f7ebab49f13e43ce
perf c401c1eca058916d
END

LC_ALL=C sort -c "$work/sorted" || fail "sorted: out of order"
[ -z "$(sed 's/ [0-9]*$//' "$work/sorted" | LC_ALL=C uniq -d)" ] || fail "sorted: a stack twice"
[ "$(sort -u "$work/raw" | wc -l)" -lt "$(wc -l <"$work/raw")" ] || fail "raw: nothing repeats"
[ -z "$(sort "$work/new" | uniq -d)" ] || fail "new: a stack twice"
share=$("$gen" --shape new --bytes 2M --new-share 0.28 | sort -u | wc -l)
[ "$share" -gt 450 ] && [ "$share" -lt 750 ] || fail "new: $share of about 2100 lines are new"
[ "$("$gen" --shape wide --stacks 5000 | sort -u | wc -l)" -eq 5000 ] || fail "wide: not 5000 callees"
"$gen" --shape none >"$work/none" 2>&1 && fail "an unknown shape is taken"
"$gen" --shape raw --bytes 1G 2>"$work/full" >/dev/full && fail "a full disk goes unnoticed"
exit $failed
