"""JSON, regular expressions, sorting and big integers in one CPython process."""
import collections
import json
import re
import sys

WORD = re.compile(r"([A-Za-z_]\w*)\s*\(([^()]*)\)")


def parse(text):
    calls = collections.Counter(m.group(1) for m in WORD.finditer(text))
    return [{"name": n, "count": c, "half": c / 2, "tags": n.split("_")} for n, c in calls.items()]


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


text = open(sys.argv[1], encoding="utf-8").read()
for _ in range(int(sys.argv[2])):
    rows = parse(text)
    copy = json.loads(json.dumps(rows, sort_keys=True))
    copy.sort(key=lambda r: (-r["count"], r["name"]))
    digest = {k: sum(hash(t) for t in r["tags"]) for r in copy for k in r}
    assert fibonacci(22) == 17711
    assert len(str(3 ** 8000)) > 1000
