#!/usr/bin/env python3
"""check_narrow.py GIGAFLAME GEN_PROFILE: narrowing and differentials against the definitions, taken
one stack at a time on the text that `merge` writes: on the example profiles and on made-up ones,
random steps in random order, plain and differential."""
import collections
import fractions
import json
import os
import random
import re
import subprocess
import sys
import tempfile

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../assets/examples")
failures = checks = 0


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fail(what):
    global failures
    failures += 1
    print("FAILED:", what)


def read(data):
    """{stack: [weights]}, the stack a tuple of names, all weights but the last before it."""
    profile = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        words = line.split(" ")
        n = 1
        while n < 2 and re.fullmatch(r"\d+", words[-n - 1] if len(words) > n + 1 else ""):
            n += 1
        profile[tuple(" ".join(words[:-n]).split(";"))] = [int(w) for w in words[-n:]]
    return profile


def one_stack(kind, pattern, stack):
    """The stack after a step, or None."""
    hit = [bool(pattern and pattern.search(name)) for name in stack]
    if kind == "focus":
        return stack if any(hit) else None
    if kind == "ignore":
        return None if any(hit) else stack
    if kind == "hide":
        return tuple(n for n, h in zip(stack, hit) if not h) or None
    if kind == "show":
        return tuple(n for n, h in zip(stack, hit) if h) or None
    if kind == "show-from":
        return stack[hit.index(True):] if any(hit) else None
    if kind == "collapse-recursion":
        return tuple(n for i, n in enumerate(stack) if i == 0 or stack[i - 1] != n)
    if kind == "collapse-all-recursion":
        return tuple(dict.fromkeys(stack))
    raise AssertionError(kind)


def below(profile, share):
    columns = range(len(next(iter(profile.values()))))
    totals = collections.defaultdict(lambda: [0 for _ in columns])
    for stack, weights in profile.items():
        for depth in range(len(stack) + 1):
            for column in columns:
                totals[stack[:depth]][column] += weights[column]
    whole = totals[()]
    out = {}
    for stack, weights in profile.items():
        depth = 0
        while depth < len(stack) and any(
                whole[c] and totals[stack[:depth + 1]][c] * 100 >= share * whole[c]
                for c in columns):
            depth += 1
        if depth:
            add(out, stack[:depth], weights)
    return out


def add(profile, stack, weights):
    profile[stack] = [a + b for a, b in zip(profile.get(stack, [0] * len(weights)), weights)]


def narrow(profile, steps):
    for kind, argument in steps:
        if not profile:
            break
        if kind == "below":
            profile = below(profile, fractions.Fraction(argument))
            continue
        pattern = re.compile(argument) if argument is not None else None
        out = {}
        for stack, weights in profile.items():
            left = one_stack(kind, pattern, stack)
            if left is not None:
                add(out, left, weights)
        profile = out
    return profile


def total(profile):
    return sum(w[-1] for w in profile.values())


def options(steps):
    return [f"--{kind}" if argument is None else
            f"--{kind}={argument}%" if kind == "below" else f"--{kind}={argument}"
            for kind, argument in steps]


def random_step(rng, names):
    kind = rng.choice(("focus", "ignore", "hide", "hide", "show", "show-from",
                       "collapse-recursion", "collapse-all-recursion", "below"))
    if kind.startswith("collapse"):
        return kind, None
    if kind == "below":
        return kind, rng.choice(("0.1", "0.5", "1", "2.5", "20"))
    name = rng.choice(names)
    at = rng.randrange(len(name)) if name else 0
    part = re.escape(name[at:at + rng.randint(1, 6)]).replace("\\ ", " ")
    return kind, rng.choice((part, f"^{part}", "^" + re.escape(name) + "$", f"{part}|^_", "[0-9]$",
                             "(?i)ALLOC"))


def check_steps(gigaflame, label, paths, before, steps):
    """`merge` and `stat` with the steps against narrow()."""
    global checks
    checks += 1
    expect = {s: w for s, w in narrow(before, steps).items() if any(w)}
    name = " ".join([label, *options(steps)])
    done = run(gigaflame, "merge", "--quiet", *options(steps), *paths, "-o", "-")
    if not expect:
        if done.returncode != 1 or b"no sample is left" not in done.stderr:
            fail(f"{name}: nothing is left, but status {done.returncode}")
        return
    got = read(done.stdout)
    if got != expect:
        wrong = [s for s in {**got, **expect} if got.get(s) != expect.get(s)]
        fail(f"{name}: {len(wrong)} stacks differ, as {';'.join(wrong[0])[-200:]}: "
             f"{got.get(wrong[0])} instead of {expect.get(wrong[0])}")
        return
    stat = json.loads(run(gigaflame, "stat", "--quiet", "--json", *options(steps), *paths).stdout)
    figures = stat["total"], stat["stacks"], stat["max_depth"]
    if figures != (total(expect), len(expect), max(map(len, expect))):
        fail(f"{name}: stat says {figures}")
    if steps:
        said = stat["narrowing"]
        if said["total_before"] != total(before) or said["kept"] + said["dropped"] != total(
                before) or sum(s["dropped"] for s in said["steps"]) != said["dropped"]:
            fail(f"{name}: kept and dropped are not what there was: {said}")


def check_split(gigaflame, label, paths, before, pattern):
    """Focus on a pattern and ignore it: together everything."""
    global checks
    checks += 1
    both = {}
    for kind in ("focus", "ignore"):
        done = run(gigaflame, "merge", "--quiet", f"--{kind}={pattern}", *paths, "-o", "-")
        for stack, weights in read(done.stdout).items():
            if stack in both:
                fail(f"{label}: {stack} matches {pattern} and does not")
            both[stack] = weights
    if both != before:
        fail(f"{label}: focus and ignore of {pattern} are not everything")


def check_profile(gigaflame, label, paths, rng, rounds):
    before = read(run(gigaflame, "merge", "--quiet", *paths, "-o", "-").stdout)
    names = sorted({name for stack in before for name in stack})
    for _ in range(rounds):
        check_steps(gigaflame, label, paths, before,
                    [random_step(rng, names) for _ in range(rng.randint(1, 4))])
    check_split(gigaflame, label, paths, before, re.escape(rng.choice(names)))


def prefix_totals(profile, column):
    totals = collections.Counter()
    for stack, weights in profile.items():
        for depth in range(1, len(stack) + 1):
            totals[stack[:depth]] += weights[column]
    return totals


def functions(profile, column):
    self_weight, whole = collections.Counter(), collections.Counter()
    for stack, weights in profile.items():
        self_weight[stack[-1]] += weights[column]
        for name in set(stack):
            whole[name] += weights[column]
    return self_weight, whole


def check_diff(gigaflame, label, before_path, after_path):
    """The stacks with both counts, the table, and what --normalize promises."""
    global checks
    checks += 1
    sides = [read(run(gigaflame, "merge", "--quiet", p, "-o", "-").stdout)
             for p in (before_path, after_path)]
    expect = {}
    for column, side in enumerate(sides):
        for stack, (weight,) in side.items():
            add(expect, stack, [weight * (column == 0), weight * (column == 1)])
    expect = {s: w for s, w in expect.items() if any(w)}
    got = read(run(gigaflame, "diff", "--quiet", "--order=name", before_path, after_path, "-o",
                   "-").stdout)
    if got != expect:
        fail(f"{label}: the two counts differ")
    table = json.loads(run(gigaflame, "diff", "--quiet", "--json", before_path, after_path).stdout)
    columns = [functions(expect, c) for c in (0, 1)]
    rows = [(r["name"], r["self_before"], r["self_after"], r["total_before"], r["total_after"])
            for r in table["functions"]]
    wanted = [(n, columns[0][0][n], columns[1][0][n], columns[0][1][n], columns[1][1][n])
              for n in {name for stack in expect for name in stack}]
    wanted.sort(key=lambda r: (r[1] - r[2], r[3] - r[4], os.fsencode(r[0])))
    if rows != wanted:
        fail(f"{label}: the table of functions differs")
    totals = [prefix_totals(expect, c) for c in (0, 1)]
    vanished = sum(w[0] for s, w in expect.items() if not totals[1][s])
    new = sum(w[1] for s, w in expect.items() if not totals[0][s])
    if (table["vanished"], table["new"]) != (vanished, new):
        fail(f"{label}: vanished {table['vanished']}, new {table['new']}: not {vanished}, {new}")
    scaled = read(run(gigaflame, "diff", "--quiet", "--normalize", before_path, after_path, "-o",
                      "-").stdout)
    whole = [sum(w[c] for w in expect.values()) for c in (0, 1)]
    if sum(w[0] for w in scaled.values()) != whole[1]:
        fail(f"{label}: --normalize does not give the total of after")
    near = prefix_totals(scaled, 0)
    for stack, weight in totals[0].items():
        if abs(near[stack] - fractions.Fraction(weight * whole[1], whole[0])) >= 1:
            fail(f"{label}: --normalize: {';'.join(stack)[-100:]} is {near[stack]}")
            break
    if {s: w[1] for s, w in scaled.items() if w[1]} != {s: w[1] for s, w in expect.items() if w[1]}:
        fail(f"{label}: --normalize changes what is after")


def main(gigaflame, generator):
    rng = random.Random(20)
    with tempfile.TemporaryDirectory(prefix="gigaflame-narrow-") as work:
        example = {n: f"{EXAMPLES}/{n}.folded.zst"
                   for n in ("python", "sqlite-before", "sqlite-after", "build")}
        made = {}
        for seed, shape in enumerate(("sorted", "raw", "new"), 1):
            made[shape] = f"{work}/{shape}.folded"
            with open(made[shape], "wb") as out:
                subprocess.run([generator, "--shape", shape, "--bytes", "300K", "--functions", "200",
                                "--stacks", "500", "--seed", str(seed)], stdout=out, check=True)
        recursive = f"{work}/recursive.folded"
        with open(recursive, "w", encoding="ascii") as out:
            for _ in range(3000):
                stack = ";".join(rng.choice("aabbbcd") for _ in range(rng.randint(1, 9)))
                out.write(f"{stack} {rng.randint(1, 9)}\n")
        two = f"{work}/two.folded"
        with open(two, "wb") as out:
            out.write(run(gigaflame, "diff", example["sqlite-before"], example["sqlite-after"],
                          "-o", "-").stdout)
        for label, path in {**example, **made}.items():
            check_profile(gigaflame, label, [path], rng, 6)
        check_profile(gigaflame, "recursive", [recursive], rng, 25)
        check_profile(gigaflame, "two columns", [two], rng, 15)
        check_diff(gigaflame, "sqlite", example["sqlite-before"], example["sqlite-after"])
        check_diff(gigaflame, "recursive", recursive, made["raw"])
        check_diff(gigaflame, "made", made["sorted"], made["new"])
        check_diff(gigaflame, "the same", made["raw"], made["raw"])
    print(f"{checks} checks, {failures} failures")
    return failures > 0


sys.exit(main(*sys.argv[1:]))
