# Distinct stacks: 5 + 2, one of them in both; the zstd file holds two frames.
gigaflame stat --json small.folded more.folded.gz | python3 "$CLI/fields.py" \
    files compression records total stacks nodes functions max_depth
gigaflame stat --json frames.folded.zst | python3 "$CLI/fields.py" \
    files compression bytes_decoded records total stacks
