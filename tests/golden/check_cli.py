#!/usr/bin/env python3
"""check_cli.py GIGAFLAME GEN_PROFILE: `stat` and `merge` against the oracle, on generated, recorded
and hand-made profiles, compressed and not, whatever the number of threads and the SIMD level."""
import decimal
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = ("total", "stacks", "nodes", "functions", "max_depth", "records", "ignored")
failures = 0
checks = 0

HAND_MADE = {
    "bom": b"\xef\xbb\xbfa;b 1\nc 2\n",
    "bom inside": b"a 1\n\xef\xbb\xbfb 2\n\xef\xbb\xbfa 4\n",
    "crlf": b"a;b 1\r\nc 2\r\n\r\n",
    "no newline": b"a;b 1\nc 2",
    "decimals": b"a;b 1.5\na;b 2.25\nc 0.123456789\nc 3.000\nd 2.\n",
    "rounding": b"a 1.0000000005\nb 1.00000000049\nc 0.9999999999\n",
    "differential": b"a;b 3 4\na;c 0 2\nd 7 0\n",
    "digits at the end": b"a;foo 12 5\nb 1\n",
    "zero": b"a;b 0\na 3\nx;y 0\n",
    "largest": b"a;b 18446744073709551614\nc 1\nd 18446744073709551616\n",
    "empty frames": b";;x 1\ny; 2\n; 3\na;;b 4\na;b 5\n",
    "blanks": b"  a b ; c  \t 5 \t\n\ta b ; c 6\n",
    "comments": b"# x 1\n#\n#no count\n#foo 3\n#-5 -5\n \n# \na 1\n",
    "reopened": b"a 1\na b 2\na b;c 3\na!;x 4\na;b 5\na!x;b 6\na;b;c 7\n",
    "ties": b"b;y 1\nb;x 1\na;z 2\na\x00;z 1\na 1\n",
    "only a long name": b"x" * 300000 + b" 1\n",
}


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def fail(what):
    global failures
    failures += 1
    print("FAILED:", what)


def oracle(*args):
    done = run([sys.executable, "-B", f"{HERE}/oracle.py", *args])
    if done.returncode:
        sys.exit(f"oracle: {done.stderr.decode()}")
    return done.stdout


def parse(text):
    return json.loads(text, parse_float=decimal.Decimal)


def first_difference(a, b):
    for number, (x, y) in enumerate(zip(a.split(b"\n"), b.split(b"\n")), 1):
        if x != y:
            return f"line {number}: {x[-200:]!r} instead of {y[-200:]!r}"
    return f"{len(a)} bytes instead of {len(b)}"


def check(gigaflame, label, paths, work, variants):
    """Both subcommands on `paths`, in all variants: (options, environment) each."""
    global checks
    expect = parse(oracle("--stat", *paths))
    folded = oracle("--folded", "--order=name", *paths)
    out = f"{work}/out.folded"
    for options, environment in variants:
        checks += 1
        more = {"env": {**os.environ, **environment}}
        name = " ".join([label, *options, *environment.values()])
        stat = run([gigaflame, "stat", "--json", *options, *paths], **more)
        if stat.returncode:
            fail(f"{name}: stat: {stat.stderr.decode(errors='replace').strip()}")
            continue
        got = parse(stat.stdout)
        for key in KEYS:
            if decimal.Decimal(got[key]) != decimal.Decimal(expect[key]):
                fail(f"{name}: {key} is {got[key]} instead of {expect[key]}")
        merge = run([gigaflame, "merge", *options, *paths, "-o", out], **more)
        if merge.returncode:
            fail(f"{name}: merge: {merge.stderr.decode(errors='replace').strip()}")
            continue
        with open(out, "rb") as f:
            merged = f.read()
        if merged != folded:
            fail(f"{name}: merge: {first_difference(merged, folded)}")


def variants(gigaflame, sample):
    """One thread, many threads, and each SIMD level that this machine has."""
    found = [(["--threads", "1"], {}), (["--threads", "5"], {})]
    for level in ("scalar", "sse42", "avx2", "avx512"):
        environment = {"GIGAFLAME_SIMD": level}
        done = run([gigaflame, "stat", "--json", sample], env={**os.environ, **environment})
        if done.returncode == 0:
            found.append(([], environment))
    return found


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path


def zstd(data):
    return run(["zstd", "-qc"], input=data, check=True).stdout


def main(gigaflame, gen):
    with tempfile.TemporaryDirectory() as work:
        plain = write(f"{work}/plain", b"a;b 1\n")
        every = variants(gigaflame, plain)
        two = every[:2]
        for name, data in HAND_MADE.items():
            check(gigaflame, name, [write(f"{work}/hand", data)], work, every)
        made = {}
        for shape, size in (("hostile", "400K"), ("sorted", "3M"), ("raw", "3M"), ("new", "2M"),
                            ("wide", "1M"), ("deep", "6M")):
            done = run([gen, "--shape", shape, "--bytes", size, "--depth", "20000"], check=True)
            made[shape] = done.stdout
            path = write(f"{work}/{shape}", done.stdout)
            check(gigaflame, shape, [path], work, every)
        lines = made["raw"].splitlines(keepends=True)
        third = len(lines) // 3
        parts = [b"".join(lines[i * third:(i + 1) * third]) for i in range(3)]
        check(gigaflame, "gzip, two members", [write(f"{work}/g.gz", gzip.compress(parts[0]) +
                                                     gzip.compress(parts[1]))], work, two)
        check(gigaflame, "zstd, three frames",
              [write(f"{work}/z", b"".join(zstd(p) for p in parts))], work, two)
        check(gigaflame, "three files", [write(f"{work}/p0", parts[0]),
                                         write(f"{work}/p1.gz", gzip.compress(parts[1])),
                                         write(f"{work}/p2.zst", zstd(parts[2]))], work, two)
        for path in sorted(glob.glob(f"{HERE}/../../assets/examples/*.zst")):
            check(gigaflame, os.path.basename(path), [path], work, two)
    print(f"{checks} checks, {failures} failures")
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:3]))
