cat small.folded | gigaflame stat --json - | python3 "$CLI/fields.py" files records total
gigaflame stat --json - more.folded < first.folded.zst | python3 "$CLI/fields.py" files total
gigaflame stat - small.folded - < more.folded
