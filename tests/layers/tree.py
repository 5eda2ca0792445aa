"""What the checks of this folder share: walking the source tree and reading C without comments."""
import os
import re

SKIP = {"build", ".git", ".cache", "node_modules", "__pycache__"}
# Comments and string or character literals; a literal is matched only so that a comment mark in it
# is not taken for one.
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(root, *suffixes):
    """Paths below root, relative and sorted; all of them when no suffix is given."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIP)
        for name in names:
            path = os.path.join(folder, name)
            if name != ".git" and os.path.isfile(path) and (not suffixes or name.endswith(suffixes)):
                found.append(os.path.relpath(path, root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), "rb") as f:
        return f.read()


def without_comments(text):
    """C text with comments blanked and line numbers kept."""
    def blank(match):
        s = match.group(0)
        return s if s[0] in "\"'" else "\n" * s.count("\n") + " "
    return COMMENT.sub(blank, text)


def report(name, checked, findings):
    """Prints the findings; returns the exit status."""
    for finding in findings:
        print(finding)
    print(f"{name}: {checked} files, {len(findings)} findings")
    return 1 if findings or not checked else 0
