gigaflame top --json hostile.folded | python3 -c '
import json, sys
for f in json.load(sys.stdin)["functions"]:
    print(ascii(f["name"]), f["self"], f["total"])'
