#!/bin/bash
# record.sh WORK SQLITE: records the example profiles. WORK is an empty folder with typescript and
# prettier installed by npm; SQLITE holds sqlite3.c and sqlite3.h. See README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1 sqlite=$(cd "$2" && pwd)
cd "$work"
load="$here/workload"

fold() # NAME: NAME.data -> NAME.folded.zst
{
    perf script -i "$1.data" --no-inline -F comm,pid,tid,time,event,ip,sym,dso 2>/dev/null |
        awk -f "$here/fold.awk" | LC_ALL=C sort >"$1.folded"
    zstd -q -f -19 "$1.folded" -o "$here/$1.folded.zst"
}
record() # NAME CALLGRAPH HZ COMMAND...
{
    local name=$1 graph=$2 hz=$3
    shift 3
    perf record -q -o "$name.data" -e cpu-clock -F "$hz" --call-graph "$graph" -- "$@" >/dev/null
    fold "$name"
}

export load sqlite
record build dwarf,24576 397 sh -c '
    # Without garbage collection: its recursion over the syntax tree would be the tallest tower.
    rare="--param ggc-min-heapsize=4000000 --param ggc-min-expand=1000"
    gcc $rare -O2 -g -fno-omit-frame-pointer -DSQLITE_ENABLE_FTS5 -I"$sqlite" -c "$sqlite/sqlite3.c" &
    g++ $rare -std=c++17 -O2 "$load/words.cpp" -o words-g++ -lpthread
    clang++ -std=c++17 -O2 "$load/words.cpp" -o words-clang++ -lpthread
    wait
    gcc -O2 -g -fno-omit-frame-pointer -I"$sqlite" "$load/sql.c" sqlite3.o -o sql -lm -lpthread'

cp "$load/queries.sql" scan.sql
sed 's/^--INDEX //' scan.sql >index.sql
record sqlite-before fp 997 ./sql scan.sql
record sqlite-after fp 997 ./sql index.sql

cp "$load/shapes.ts" .
record typescript fp 997 node --perf-basic-prof --interpreted-frames-native-stack \
    node_modules/typescript/lib/tsc.js --noEmit --strict --target es2022 --lib es2022,dom shapes.ts
record prettier fp 997 node --perf-basic-prof --interpreted-frames-native-stack \
    node_modules/prettier/bin/prettier.cjs --no-config --stdin-filepath lib.d.ts \
    <node_modules/typescript/lib/lib.es5.d.ts
record python dwarf,24576 397 /usr/bin/python3 "$load/crunch.py" "$sqlite/sqlite3.c" 30
