gigaflame render --json small.folded -o out.png > out.json
python3 "$CLI/fields.py" output format width nodes drawn merged tiles < out.json
python3 "$CLI/fields.py" < out.json
python3 -c '
import json, os
r = json.load(open("out.json"))
s = r["seconds"]
print(sorted(s), all(v >= 0 for v in s.values()), r["bytes"] == os.path.getsize("out.png"))'
