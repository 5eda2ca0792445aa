#!/usr/bin/env python3
"""test_open.py PART GIGAFLAME GEN_PROFILE: what is done within a window and takes its time: the
other theme."""
import sys

import png
from test_view import main


def dense(t):
    """A profile whose rows have far more frames than the window has pixels."""
    return t.write("dense.folded", "".join(
        f"main;f{i};{'gh'[i % 2]}{i % 7};leaf{i % 3} {1 + i % 5}\n" for i in range(12000)))


def test_theme(t):
    """The other theme is that of a window that had it from the start, byte by byte; also after
    a narrowing, through a lens, and on the way back from there."""
    profile = dense(t)
    ways = {"plain": [], "narrowed": ["ignore g1", "wait still"],
            "lens": ["key b", "wait still"],
            "back": ["key b", "wait still", "THEME", "key Escape", "wait still"]}
    for name, steps in ways.items():
        steps = steps if "THEME" in steps else steps + ["THEME"]
        shots = {}
        for start, other, key in ("light", "dark", "key d"), ("dark", "dark", "light\ndark"), \
                ("dark", "light", "key d\nkey d\nkey d"), ("light", "light", "wait 0"):
            shot = t.path(f"{start}-{other}.png")
            lines = [key + "\nwait still" if s == "THEME" else s for s in steps]
            t.script(profile, "\n".join(["wait loaded", "wait still", "leave", *lines,
                                         f"screenshot {shot}"]), "--theme", start)
            shots[start, other] = png.read(shot)
        assert shots["light", "dark"] == shots["dark", "dark"], name
        assert shots["dark", "light"] == shots["light", "light"], name
        assert shots["light", "light"] != shots["dark", "dark"], name


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], tests=globals()))
