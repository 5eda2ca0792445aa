# Wider than any driver's largest target.
gigaflame render --width 40000 --json small.folded -o out.png | python3 "$CLI/fields.py" width
python3 "$CLI/png_info.py" < out.png
