#!/usr/bin/env python3
"""test_pprof.py GIGAFLAME: what is written for pprof, read by a decoder that knows only the format.

The decoder follows protobuf's wire format and the field numbers of pprof's proto/profile.proto;
where Go is installed its pprof has to agree too."""
import gzip
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        at += 1
        if byte < 0x80:
            assert value < 1 << 64
            return value, at
        shift += 7


def fields(data):
    """(number, value) of a message: integers and bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = varint(data, at)
        assert key & 7 in (0, 2), key
        if key & 7 == 2:
            assert at + value <= len(data)
            value, at = data[at:at + value], at + value
        yield key >> 3, value


def packed(data):
    at, out = 0, []
    while at < len(data):
        value, at = varint(data, at)
        out.append(value)
    return out


def signed(value):
    return value - (1 << 64) if value >> 63 else value


class Profile:
    """types: [(type, unit)]; samples: [(stack from the root, values, {label: text})]."""

    def __init__(self, path):
        with open(path, "rb") as f:
            top = list(fields(gzip.decompress(f.read())))
        every = {n: [v for k, v in top if k == n] for n in range(1, 15)}
        assert not [k for k, _ in top if k > 14]
        text = [s.decode("utf-8") for s in every[6]]  # valid UTF-8 is part of the format
        assert text[0] == ""
        self.types = [tuple(text[dict(fields(t))[i]] for i in (1, 2)) for t in every[1]]
        functions = {}
        for message in map(dict, map(fields, every[5])):
            assert message[1] != 0 and message[1] not in functions
            functions[message[1]] = text[message[2]]
        locations = {}
        for message in map(dict, map(fields, every[4])):
            assert message[1] != 0 and message[1] not in locations
            locations[message[1]] = functions[dict(fields(message[4]))[1]]
        self.functions = functions
        self.samples = []
        for message in every[2]:
            sample = list(fields(message))
            stack = [locations[i] for k, v in sample if k == 1 for i in packed(v)][::-1]
            values = [signed(i) for k, v in sample if k == 2 for i in packed(v)]
            labels = {text[dict(fields(v))[1]]: text[dict(fields(v))[2]] for k, v in sample if k == 3}
            assert stack and len(values) == len(self.types)
            self.samples.append((tuple(stack), values, labels))

    def sums(self, base=False):
        out = {}
        for stack, values, labels in self.samples:
            assert labels in ({}, {"pprof::base": "true"})
            if bool(labels) == base:
                out[stack] = out.get(stack, 0) + values[0]
        return out


class Test:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, lines):
        with open(self.path(name), "wb") as f:
            f.write(b"".join(lines))
        return self.path(name)

    def run(self, *args, status=0):
        done = subprocess.run([self.program, *args], stderr=subprocess.PIPE, timeout=60, check=False)
        assert done.returncode == status, (args, done)
        return done.stderr.decode()


def folded(sums):
    return [(";".join(stack) + f" {n}\n").encode() for stack, n in sums.items()]


def random_sums(seed):
    rng = random.Random(seed)
    names = [f"f{i}" for i in range(40)] + ["<b>&", "läuft", "x" * 300, "a:b"]
    sums = {}
    for _ in range(3000):
        stack = tuple(rng.choice(names) for _ in range(rng.randint(1, 20)))
        sums[stack] = sums.get(stack, 0) + rng.choice([1, 7, 1 << rng.randint(0, 40)])
    return sums


def test_stacks(t):
    sums = random_sums(1)
    t.run("merge", "-q", t.write("r.folded", folded(sums)), "-o", t.path("r.pb.gz"))
    profile = Profile(t.path("r.pb.gz"))
    assert profile.types == [("samples", "count")]
    assert profile.sums() == sums
    names = list(profile.functions.values())
    assert len(profile.samples) == len(sums) and len(names) == len(set(names))
    # --format says what a name does not, and what is narrowed is what is written.
    t.run("merge", "-q", "--focus", "^f3$", t.path("r.folded"), "--format", "pprof", "-o", t.path("x"))
    assert Profile(t.path("x")).sums() == {s: n for s, n in sums.items() if "f3" in s}


def test_differential(t):
    before, after = random_sums(2), random_sums(1)
    args = [t.write("b.folded", folded(before)), t.write("a.folded", folded(after))]
    t.run("diff", "-q", *args, "-o", t.path("d.pb.gz"))
    profile = Profile(t.path("d.pb.gz"))
    assert profile.sums() == after and profile.types == [("samples", "count")]
    assert profile.sums(base=True) == {s: -n for s, n in before.items()}


def test_numbers(t):
    t.run("merge", "-q", t.write("n.folded", [b"a;b 1.25\n", b"a 3\n"]), "-o", t.path("n.pb.gz"))
    profile = Profile(t.path("n.pb.gz"))
    assert profile.types == [("samples", "0.01 samples")], profile.types
    assert profile.sums() == {("a", "b"): 125, ("a",): 300}
    largest = (1 << 63) - 1
    t.run("merge", "-q", t.write("l.folded", [b"a %d\n" % largest]), "-o", t.path("l.pb.gz"))
    assert Profile(t.path("l.pb.gz")).sums() == {("a",): largest}
    error = t.run("merge", "-q", t.write("m.folded", [b"a %d\n" % (largest + 1)]), "-o",
                  t.path("m.pb.gz"), status=1)
    assert "total" in error and not os.path.exists(t.path("m.pb.gz")), error


def test_hostile(t):
    deep = b";".join(b"d%d" % (i % 7) for i in range(100000))
    bad = [b"\xff\xfe;caf\xe9 3\n", b"a\x00b;\x1b[1m 5\n", deep + b" 2\n"]
    t.run("merge", "-q", t.write("h.folded", bad), "-o", t.path("h.pb.gz"))
    sums = Profile(t.path("h.pb.gz")).sums()
    assert sums[("\ufffd\ufffd", "caf\ufffd")] == 3 and sums[("a\0b", "\x1b[1m")] == 5
    assert sums[tuple(deep.decode().split(";"))] == 2


def test_go(t):
    """What Go's pprof makes of it, where it is installed: self and total of the hottest."""
    if not shutil.which("go"):
        return
    lines = [b"main;run;parse 500\n", b"main;run 30\n", b"main;idle;main 100\n"]
    t.run("merge", "-q", t.write("g.folded", lines), "-o", t.path("g.pb.gz"))
    done = subprocess.run(["go", "tool", "pprof", "-top", t.path("g.pb.gz")], check=True,
                          env=dict(os.environ, HOME=t.folder), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=100).stdout.decode()
    rows = re.findall(r"^ *(\d+) +[\d.]+% +[\d.]+% +(\d+) +[\d.]+%  (\S+)$", done, re.M)
    assert sorted(rows) == sorted([("500", "500", "parse"), ("100", "630", "main"),
                                   ("30", "530", "run"), ("0", "100", "idle")]), done


def main(program):
    for test in (test_stacks, test_differential, test_numbers, test_hostile, test_go):
        with tempfile.TemporaryDirectory() as folder:
            test(Test(program, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
