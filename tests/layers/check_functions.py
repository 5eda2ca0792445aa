#!/usr/bin/env python3
"""check_functions.py ROOT: reports the C functions longer than 60 lines, and rejects those longer
than 150. Exit status 77: no universal-ctags."""
import json
import shutil
import subprocess
import sys

import tree

GOOD, LIMIT = 60, 150


def main(root):
    version = ["ctags", "--version"]
    if not shutil.which("ctags") or b"Universal" not in subprocess.run(
            version, stdout=subprocess.PIPE, check=False).stdout:
        print("universal-ctags is not installed")
        return 77
    paths = tree.files(root, ".c", ".h")
    done = subprocess.run(
        ["ctags", "--options=NONE", "--languages=C", "--langmap=C:.c.h", "--kinds-C=f",
         "--fields=+ne", "--output-format=json", "--sort=no", "-f", "-", "-L", "-"],
        input="\n".join(paths).encode(), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    lengths = []
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            lengths.append((tag["end"] - tag["line"] + 1, tag["path"], tag["line"], tag["name"]))
    lengths.sort(reverse=True)
    for length, path, line, name in lengths:
        if length <= GOOD:
            break
        print(f"{path}:{line}: {name}: {length} lines")
    if lengths:
        print(f"{len(lengths)} functions, median {lengths[len(lengths) // 2][0]} lines, "
              f"90th percentile {lengths[len(lengths) // 10][0]}")
    return tree.report("functions", len(paths), [f"{p}:{n}: {f}() has {k} lines, more than {LIMIT}"
                                                 for k, p, n, f in lengths if k > LIMIT])


sys.exit(main(sys.argv[1]))
