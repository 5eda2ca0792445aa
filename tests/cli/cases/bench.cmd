gigaflame bench --json --runs 2 --budget 1000 small.folded first.folded.zst > out.json
python3 "$CLI/fields.py" < out.json
python3 -c '
import json
b = json.load(open("out.json"))
for s in b["stages"]:
    print(s["stage"], s["runs"], 0 <= s["min"] <= s["seconds"] <= s["max"], "bytes" in s)
print(b["nodes"], b["peak_rss_bytes"] > 1e6, 0 < b["frame_ms"]["p50"] <= b["frame_ms"]["p99"])
print(sorted(b["machine"]))'
gigaflame bench --runs 1 --budget 0.001 small.folded | grep -Ec '^(read|decompress|decode|aggregate|flatten|layout|frame|png|load) '
gigaflame bench --json --matrix --partial --runs 2 --budget 0.001 --threads 3 small.folded > out.json
python3 -c '
import json
b = json.load(open("out.json"))
m = b["matrix"]
print([c["threads"] for c in m if c["simd"] == "scalar"], len(m) % 3)
print({s["stage"] for c in m for s in c["stages"]} ^ {"decode", "aggregate", "flatten", "load"})
print(all(s["min"] <= s["seconds"] <= s["max"] and s["runs"] == 1 for c in m for s in c["stages"]))
p = b["partial"]
print(p["runs"], p["ratio_min"] <= p["ratio"] <= p["ratio_max"], p["plain_seconds"] > 0)'
gigaflame bench --matrix --partial --runs 1 --budget 0.001 small.folded | grep -Ec '^(scalar +1 |a load with)'
