#!/usr/bin/env python3
"""test_lens.py GIGAFLAME: pictures through a lens and of both sides, against sums over the lines."""
import json
import random
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"
WIDTH, PAD, PITCH = 1000, 10, 18


def random_stacks(seed):
    rng = random.Random(seed)
    names = ["a", "b", "c", "d", "ee", "ff"]
    sums = {}
    for _ in range(60):
        stack = tuple(rng.choice(names) for _ in range(rng.randint(1, 6)))
        sums[stack] = sums.get(stack, 0) + rng.randint(1, 50)
    return sums


def tree(paths):
    """{path: total} of weighted paths: every prefix of a path holds its weight."""
    out = {}
    for path, n in paths:
        for i in range(1, len(path) + 1):
            out[path[:i]] = out.get(path[:i], 0) + n
    return out


def bottom_up(sums):
    return tree((stack[::-1], n) for stack, n in sums.items())


def callers(sums, name):
    """The outermost call counts."""
    return tree((s[:s.index(name) + 1][::-1], n) for s, n in sums.items() if name in s)


def callees(sums, name):
    return tree((s[s.index(name):], n) for s, n in sums.items() if name in s)


class Test:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def render(self, profile, *args, name="out.svg"):
        out = f"{self.folder}/{name}"
        done = subprocess.run([self.program, "render", "-q", profile, "-o", out, "--width",
                               str(WIDTH), *args, *([] if name.endswith(".svg") else ["--json"])],
                              stdout=subprocess.PIPE, check=True, timeout=60)
        return out if name.endswith(".svg") else json.loads(done.stdout)


def frames_of(path):
    """[(x, y, width, name, weight)] of a picture, in its order."""
    out = []
    for g in xml.etree.ElementTree.parse(path).iter(SVG + "g"):
        title, rect = g.find(SVG + "title"), g.find(SVG + "rect")
        if title is None:
            continue
        name, weight = re.match(r"(.*) \(([\d,]+) samples, ", title.text or "").groups()
        out.append((float(rect.get("x")), float(rect.get("y")), float(rect.get("width")), name,
                    int(weight.replace(",", ""))))
    return out


def read_half(frames, root_y, direction):
    """{path: weight} of the frames from `root_y` on, upwards or downwards, by what stands on what."""
    rows = {}
    for x, y, w, name, weight in frames:
        depth = (y - root_y) / PITCH * direction
        if depth >= 0:
            rows.setdefault(round(depth), []).append((x, w, name, weight))
    out, below = {}, {}
    for depth in sorted(rows):
        here = {}
        for x, w, name, weight in rows[depth]:
            path = next((p for (px, pw), p in below.items()
                         if px - 0.05 <= x and x + w <= px + pw + 0.05), ()) if depth else ()
            assert depth == 0 or path, (depth, name)
            here[(x, w)] = path + (name,)
            out[path + (name,)] = weight
        below = here
    return out


def test_lens(t, profile, sums):
    every = frames_of(t.render(profile, "--bottom-up"))
    root = max(y for _, y, *_ in every)
    got = {p[1:]: n for p, n in read_half(every, root, -1).items() if p != ("all",)}
    assert got == bottom_up(sums)
    for name in ("a", "ff"):
        for lens, want in (("--callers", callers(sums, name)), ("--callees", callees(sums, name))):
            every = frames_of(t.render(profile, lens, name))
            got = {p[1:]: n for p, n in read_half(every, max(y for _, y, *_ in every), -1).items()
                   if p != ("all",)}
            assert got == want, (lens, name)
        every = frames_of(t.render(profile, "--sandwich", name))
        _, band, width, shown, weight = every[0]  # the function, once, over the whole width
        assert shown == name and abs(width - (WIDTH - 2 * PAD)) < 0.05
        assert [f for f in every if f[1] == band] == [every[0]]
        assert weight == sum(n for s, n in sums.items() if name in s)
        assert read_half(every, band, -1) == callers(sums, name)
        assert read_half(every, band, 1) == callees(sums, name)


def test_picture(t, profile, sums):
    """A PNG has as many rows as the lens has: the others are the same on every graph."""
    def height(*args):
        return t.render(profile, *args, name="out.png")["height"]

    base = height() - (1 + max(map(len, sums))) * PITCH
    assert height("--bottom-up") == base + (1 + max(map(len, sums))) * PITCH
    above, below = (max(map(len, f(sums, "ff"))) for f in (callers, callees))
    assert height("--callers", "ff") == base + (1 + above) * PITCH
    assert height("--sandwich", "ff") == base + (above + below - 1) * PITCH


def test_both_sides(t, after):
    """Widths of both: every stack as on its larger side; what vanished, and only that, is outlined."""
    before = random_stacks(4)
    sides = []
    for name, sums in (("before", before), ("after", after)):
        sides.append(f"{t.folder}/{name}.folded")
        with open(sides[-1], "w", encoding="utf-8") as f:
            f.writelines(f"{';'.join(s)} {n}\n" for s, n in sums.items())
    out = t.folder + "/both.svg"
    subprocess.run([t.program, "diff", "-q", *sides, "-o", out, "--widths", "both", "--width",
                    str(WIDTH)], check=True, timeout=60)
    every = frames_of(out)
    assert every[0][4] == sum(max(before.get(s, 0), after.get(s, 0)) for s in {*before, *after})
    gone = set(tree(before.items())) - set(tree(after.items()))
    groups = [g for g in xml.etree.ElementTree.parse(out).iter(SVG + "g")
              if g.find(SVG + "title") is not None]
    ghosts = [g for g in groups if g.find(SVG + "rect").get("fill-opacity")]
    assert gone and len(ghosts) == len(gone), (len(ghosts), len(gone))
    assert len(groups) == 1 + len(set(tree(before.items())) | set(tree(after.items())))
    assert all("gone)" in g.find(SVG + "title").text for g in ghosts)


def test_names(t, profile):
    def error(*args):
        done = subprocess.run([t.program, "render", profile, "-o", t.folder + "/x.svg", *args],
                              stderr=subprocess.PIPE, check=False, timeout=60)
        return done.returncode, done.stderr.decode()

    assert frames_of(t.render(profile, "--callers", "e"))[1][3] == "ee"  # a part of one name
    assert error("--callers", "zz")[0] == 2 and "no function is called" in error("--callers", "zz")[1]
    assert error("--callers", "f", "--bottom-up")[0] == 2
    code, text = error("--sandwich", "_part")
    assert code == 2 and "part of 2 names: x_part, y_part" in text, text


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        t, sums = Test(program, folder), random_stacks(3)
        profile = folder + "/p.folded"
        with open(profile, "w", encoding="utf-8") as f:
            f.writelines(f"{';'.join(s)} {n}\n" for s, n in sums.items())
        test_lens(t, profile, sums)
        test_picture(t, profile, sums)
        test_both_sides(t, sums)
        with open(profile, "a", encoding="utf-8") as f:
            f.write("x_part 1\ny_part 1\n")
        test_names(t, profile)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
