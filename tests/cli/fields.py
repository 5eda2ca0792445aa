#!/usr/bin/env python3
"""fields.py KEY...: reads one JSON document from standard input and prints the values of the keys
("a.b.0" goes into objects and arrays), one a line; without keys the sorted names of the top."""
import json
import sys

document = json.load(sys.stdin)
if len(sys.argv) == 1:
    print("\n".join(sorted(document)))
for key in sys.argv[1:]:
    value = document
    for part in key.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    print(f"{key}: {json.dumps(value, ensure_ascii=True)}")
