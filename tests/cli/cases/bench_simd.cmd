GIGAFLAME_SIMD=scalar gigaflame bench --json --runs 1 small.folded | python3 "$CLI/fields.py" simd
GIGAFLAME_SIMD=fast gigaflame bench small.folded
