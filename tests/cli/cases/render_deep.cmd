# Far higher than one tile; a frame counts once whatever tiles it lies in.
awk 'BEGIN { for (i = 0; i < 1500; i++) printf "f%d;", i % 97; print "leaf 3" }' > deep.folded
gigaflame render --width 400 --json deep.folded -o out.png > out.json
python3 "$CLI/fields.py" nodes drawn merged < out.json
python3 -c '
import json
r = json.load(open("out.json"))
print(r["tiles"] > 1, 1501 * 18 < r["height"] < 1501 * 18 + 300)'
python3 "$CLI/png_info.py" < out.png
