gigaflame stat --json decimals.folded | python3 "$CLI/fields.py" total
gigaflame stat decimals.folded | grep total
