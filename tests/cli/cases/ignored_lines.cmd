gigaflame stat --json bad.folded | python3 "$CLI/fields.py" records ignored total
gigaflame stat --quiet --json bad.folded | python3 "$CLI/fields.py" ignored
