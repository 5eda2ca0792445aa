mkdir -p d/e
cp small.folded d/b.folded
cp first.folded.zst d/e/c.bin
printf '\211PNG\r\n\032\n\0\0\0' > d/a.png
gigaflame stat --json d | python3 "$CLI/fields.py" files records total skipped_files
gigaflame stat --json --quiet d | python3 "$CLI/fields.py" total
