#!/usr/bin/env python3
"""check_includes.py ROOT: rejects an #include that goes up the layers, and a library used outside
the folder it is kept to. The tables are those of docs/ARCHITECTURE.md."""
import re
import sys

import tree

MAY_INCLUDE = {
    "base": "",
    "simd": "base",
    "io": "base",
    "text": "base",
    "decompress": "base io",
    "decode": "base simd decompress",
    "model": "base simd io decompress decode",
    "layout": "base simd model",
    "gl": "base text layout",
    "export": "base io text layout model",  # io: it writes through the atomic output
    "ui": "base text model layout gl export",
    "cli": "base simd io text decompress decode model layout gl export ui",
}

# Foreign header -> the folders (or the one file) that may include it.
LIBRARIES = [
    (re.compile(r"GLFW/"), ["gl/context_glfw.c"]),
    (re.compile(r"(EGL|GL|GLES\d?|KHR|glad)/"), ["gl/"]),
    (re.compile(r"ft2build\.h|freetype|fontconfig/"), ["text/"]),
    (re.compile(r"zstd|zdict|isa-l|igzip|(isal_)?crc(64)?\.h$"), ["decompress/", "export/"]),
    (re.compile(r"zlib\.h|png\.h|X11/|wayland"), []),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(.*)$', re.M)
TARGET = re.compile(r'(["<])([^">]+)[">]\s*$')


def check_one(path, target, quoted):
    """Why `target` may not be included by src/`path`, or None."""
    folder = path.split("/")[0]
    if target.startswith("gigaflame/"):
        return None
    if ".." in target.split("/") or target.startswith("/"):
        return "write it from src/ (folder/file.h)"
    other = target.split("/")[0] if "/" in target else None
    if other in MAY_INCLUDE:
        if other != folder and other not in MAY_INCLUDE[folder].split():
            return f"{folder}/ may include only: {MAY_INCLUDE[folder] or 'nothing of ours'}"
        return None
    for pattern, homes in LIBRARIES:
        if pattern.match(target):
            if not any(path.startswith(home) for home in homes):
                return f"kept to {', '.join('src/' + h for h in homes) or 'tests/'}"
            return None
    if quoted and other:
        return "no such folder below src/"
    return None


def main(root):
    findings = []
    sources = tree.files(f"{root}/src", ".c", ".h")
    public = tree.files(f"{root}/include", ".h")
    for path in sources:
        if path.split("/")[0] not in MAY_INCLUDE:
            findings.append(f"src/{path}: not in a known folder")
            continue
        text = tree.without_comments(tree.read(f"{root}/src", path).decode())
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            target = TARGET.match(match.group(1))
            why = (check_one(path, target.group(2), target.group(1) == '"') if target
                   else "a computed include cannot be checked")
            if why:
                findings.append(f"src/{path}:{line}: #include {match.group(1).strip()}: {why}")
    for path in public:
        text = tree.without_comments(tree.read(f"{root}/include", path).decode())
        for match in INCLUDE.finditer(text):
            target = TARGET.match(match.group(1))
            if not target or "/" in target.group(2) and not target.group(2).startswith("gigaflame/"):
                findings.append(f"include/{path}: #include {match.group(1)}: "
                                "a public header needs only C and its sisters")
    return tree.report("includes", len(sources) + len(public), findings)


sys.exit(main(sys.argv[1]))
