gigaflame stat --json crlf.folded | python3 "$CLI/fields.py" records ignored total
gigaflame top crlf.folded
