gigaflame bench --json --runs 2 --budget 20 small.folded first.folded.zst > out.json
python3 "$CLI/fields.py" < out.json
python3 -c '
import json
b = json.load(open("out.json"))
for s in b["stages"]:
    print(s["stage"], s["runs"], 0 <= s["min"] <= s["seconds"] <= s["max"], "bytes" in s)
print(b["nodes"], b["peak_rss_bytes"] > 1e6, 0 < b["frame_ms"]["p50"] <= b["frame_ms"]["p99"])
print(sorted(b["machine"]))'
gigaflame bench --runs 1 --budget 0.001 small.folded | grep -Ec '^(read|decompress|decode|aggregate|flatten|layout|frame|png|load) '
