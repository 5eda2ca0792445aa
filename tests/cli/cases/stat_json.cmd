gigaflame stat --json small.folded | python3 "$CLI/fields.py" \
    files format compression bytes_read bytes_decoded records ignored total unit stacks nodes \
    functions max_depth
