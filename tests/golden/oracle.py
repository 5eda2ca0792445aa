#!/usr/bin/env python3
"""oracle.py [--stat | --tree | --folded] [--order weight|name] FILE...

An independent reader of folded stacks (plain, .gz, .zst), written for being obviously right and not
for speed, to hold gigaflame's output against:

  --stat    the figures of `gigaflame stat --json` that the input alone decides (default)
  --tree    the call tree in pre-order: depth, total, self and name of each call path, by tabs
  --folded  a line "root;...;leaf self" for each call path with weight of its own, in pre-order;
            "root;...;leaf before after" where the input is a differential

Siblings stand in the order of `weight` (heaviest first, ties by the bytes of the name) or `name`.

The rules: from each line one carriage return at the end goes, a byte order mark at the start (files
get concatenated), and surrounding blanks (space, tab). Empty lines are skipped. A line that starts
with '#' is a comment if it is "#", starts with "# ", or does not end in a number. The last word is
the count, the rest without blanks at its end is the stack, ';' between frames; empty frames are
frames. If all valid lines in the first 64 KB have two counts, and there are two such lines, then
the file is a differential one: stack, before, after, and the weight is `after`. Fractions are exact
up to nine digits (half rounds up).
"""
import argparse
import gzip
import json
import re
import subprocess
import sys

COUNT = re.compile(rb"([0-9]+)(?:\.([0-9]*))?\Z")
NEGATIVE = re.compile(rb"-[0-9]+(?:\.[0-9]*)?\Z")
BLANKS = b" \t"
DIGITS = 9
HEAD = 64 * 1024
LARGEST = 2**64 - 1


def read(path):
    data = sys.stdin.buffer.read() if path == "-" else open(path, "rb").read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    elif data[:4] == b"\x28\xb5\x2f\xfd" or (data[1:4] == b"\x2a\x4d\x18" and data[0] >> 4 == 5):
        data = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE,
                              check=True).stdout
    return data


def split_word(line):
    """(what stands before the last word, the last word)"""
    at = max(line.rfind(b" "), line.rfind(b"\t"))
    return line[:at + 1].rstrip(BLANKS), line[at + 1:]


def parse_count(word):
    """The count in units of 10**-DIGITS, or why there is none."""
    match = COUNT.match(word)
    if not match:
        return None, "negative" if NEGATIVE.match(word) else "no_count"
    fraction = match.group(2) or b""
    value = int(match.group(1)) * 10**DIGITS + int(fraction[:DIGITS].ljust(DIGITS, b"0"))
    if fraction[DIGITS:DIGITS + 1] >= b"5":
        value += 1
    scale = 10**DIGITS
    while value % scale:
        scale //= 10
    return (None, "too_large") if value // scale > LARGEST else (value, None)


def data_lines(data):
    """Lines that are neither empty nor comments, with the offset of each."""
    offset = 0
    for raw in data.split(b"\n"):
        line = (raw[:-1] if raw.endswith(b"\r") else raw).rstrip(BLANKS)
        line = (line[3:] if line[:3] == b"\xef\xbb\xbf" else line).lstrip(BLANKS)
        comment = line[:1] == b"#" and (line == b"#" or line[:2] == b"# "
                                        or parse_count(split_word(line)[1])[1] == "no_count")
        if line and not comment:
            yield offset, line
        offset += len(raw) + 1


def parse_line(line, differential):
    """(stack, its weights, why there are none)"""
    stack, weights = line, []
    for _ in range(2 if differential else 1):
        stack, word = split_word(stack)
        weight, why = parse_count(word)
        if not why and not stack:
            why = "no_stack"
        if why:
            return stack, weights, why
        weights.append(weight)
    return stack, weights, None


def is_differential(data):
    lines = 0
    for offset, line in data_lines(data):
        if offset + len(line) >= HEAD:
            break
        stack, _, why = parse_line(line, False)
        if not why:
            if parse_line(line, True)[2]:
                return False
            lines += 1
    return lines >= 2


class Tree:
    """Node 0 is the root: what calls the first frame of every stack."""

    def __init__(self):
        self.children, self.name, self.depth, self.self = [{}], [b""], [0], [0]
        self.before = [0]
        self.differential = False
        self.stacks = set()
        self.records = 0
        self.scale = 10**DIGITS  # what all weights so far are multiples of
        self.ignored = {}

    def add(self, stack, weight, before):
        node = 0
        for name in stack.split(b";"):
            child = self.children[node].get(name)
            if child is None:
                child = len(self.name)
                self.children[node][name] = child
                self.children.append({})
                self.name.append(name)
                self.depth.append(self.depth[node] + 1)
                self.self.append(0)
                self.before.append(0)
            node = child
        self.self[node] += weight
        self.before[node] += before
        self.stacks.add(node)
        self.records += 1

    def add_file(self, data):
        differential = is_differential(data)
        for _, line in data_lines(data):
            stack, weights, why = parse_line(line, differential)
            if why:
                self.ignored[why] = self.ignored.get(why, 0) + 1
                continue
            self.add(stack, weights[0], weights[1] if differential else 0)
            self.differential |= differential
            while any(weight % self.scale for weight in weights):
                self.scale //= 10

    def finish(self, order):
        """Scales the weights, adds them up and puts the call paths in pre-order."""
        self.self = [weight // self.scale for weight in self.self]
        self.before = [weight // self.scale for weight in self.before]
        self.total = list(self.self)
        for node in range(len(self.name) - 1, 0, -1):  # a parent's number is below its children's
            for child in self.children[node].values():
                self.total[node] += self.total[child]
        self.total[0] = sum(self.total[c] for c in self.children[0].values())

        def key(node):
            return (-self.total[node] if order == "weight" else 0, self.name[node])
        self.preorder = []
        stack = [0]
        while stack:
            node = stack.pop()
            self.preorder.append(node)
            stack.extend(sorted(self.children[node].values(), key=key, reverse=True))

    def number(self, weight):
        """A weight as it stood in the input, in decimals where it has any."""
        unit = 10**DIGITS // self.scale
        whole, rest = divmod(weight, unit)
        fraction = str(unit + rest)[1:].rstrip("0")
        return f"{whole}.{fraction}" if fraction else str(whole)

    def stat(self):
        return {"total": 0, "records": self.records,
                "ignored": sum(self.ignored.values()), "ignored_by_cause": self.ignored,
                "stacks": len(self.stacks), "nodes": len(self.name) - 1,
                "functions": len(set(self.name[1:])), "max_depth": max(self.depth)}


def main():
    parser = argparse.ArgumentParser()
    what = parser.add_mutually_exclusive_group()
    for name in ("stat", "tree", "folded"):
        what.add_argument("--" + name, action="store_true")
    parser.add_argument("--order", choices=("weight", "name"), default="weight")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()

    tree = Tree()
    for path in args.files:
        tree.add_file(read(path))
    tree.finish(args.order)
    out = sys.stdout.buffer
    if args.tree:
        for n in tree.preorder[1:]:
            figures = f"{tree.depth[n]}\t{tree.number(tree.total[n])}\t{tree.number(tree.self[n])}\t"
            out.write(figures.encode() + tree.name[n] + b"\n")
    elif args.folded:
        path = []
        for n in tree.preorder[1:]:
            path[tree.depth[n] - 1:] = [tree.name[n]]
            if tree.self[n] or tree.before[n]:
                before = f" {tree.number(tree.before[n])}" if tree.differential else ""
                out.write(b";".join(path) + f"{before} {tree.number(tree.self[n])}\n".encode())
    else:
        text = json.dumps(tree.stat(), sort_keys=True)
        total = f'"total": {tree.number(tree.total[0])}'  # exact, unlike a float
        out.write(text.replace('"total": 0', total).encode() + b"\n")
    if tree.total[0] > LARGEST:
        sys.exit("oracle.py: the total is beyond 64 bits")


main()
