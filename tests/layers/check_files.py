#!/usr/bin/env python3
"""check_files.py ROOT: no path of somebody's machine in any file (also not in the compressed
example profiles), no source above 800 lines, no C line above 100 columns or with a tab, and none of
the C functions that this code does without."""
import re
import shutil
import subprocess
import sys

import tree

SOURCES = (".c", ".h", ".glsl", ".vert", ".frag", ".py", ".sh", ".awk", ".cmake", "CMakeLists.txt",
           "run", "test")
MACHINE = re.compile(rb"(?<![\w.)}$*-])/(?:work|root|home/[a-z_][a-z0-9_-]*|Users/\w+)/")
BANNED = re.compile(r"(?<![\w.>])(alloca|strcpy|strcat|sprintf|vsprintf|gets|strtok|setjmp|"
                    r"longjmp)\s*\(")
MAX_LINES = 800
MAX_COLUMNS = 100


def content(root, path):
    data = tree.read(root, path)
    if path.endswith(".zst") and path.startswith("assets/") and shutil.which("zstd"):
        done = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True)
        return done.stdout
    return data


def main(root):
    findings = []
    paths = tree.files(root)
    for path in paths:
        data = content(root, path)
        for match in MACHINE.finditer(data):
            line = data.count(b"\n", 0, match.start()) + 1
            findings.append(f"{path}:{line}: a path of one machine: {match.group(0).decode()}")
        if not path.endswith(SOURCES) or b"\0" in data:
            continue
        text = data.decode()
        lines = text.split("\n")
        if len(lines) - 1 > MAX_LINES:
            findings.append(f"{path}: {len(lines) - 1} lines, more than {MAX_LINES}")
        if not path.endswith((".c", ".h")):
            continue
        for number, line in enumerate(lines, 1):
            if "\t" in line:
                findings.append(f"{path}:{number}: a tab")
            if len(line) > MAX_COLUMNS:
                findings.append(f"{path}:{number}: {len(line)} columns")
        code = tree.without_comments(text)
        for match in BANNED.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            findings.append(f"{path}:{line}: {match.group(1)}() is not used here")
    return tree.report("files", len(paths), findings)


sys.exit(main(sys.argv[1]))
