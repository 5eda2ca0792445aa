#!/usr/bin/env python3
"""test_open.py PART GIGAFLAME GEN_PROFILE: what is done within a window: the other theme, and
opening files."""
import json
import os
import shutil
import subprocess
import sys
import time

import png
from test_view import ALL, FOLDED, main


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


def test_open(t):
    """A path that is typed is added or compared; what is wrong with it is said; by script, and by
    the keyboard of a real window."""
    profile, other = t.write("p.folded", FOLDED), t.write("other.folded", "main;new 500\n")
    junk = t.write("junk.txt", "nothing like a profile\n")
    os.mkdir(t.path("folder"))
    t.write("folder/one.folded", "main;one 1\n")
    t.write("folder/two.folded", "main;two 2\n")
    wait = "wait still\nwait loaded\nwait still\nstate\n"
    added, both, nowhere, failed, compared = t.script(
        profile, f"wait loaded\nwait still\nopen {other}\n{wait}open {t.path('folder')}/\n{wait}"
        f"open {t.path('nowhere')}\n{wait}open {junk}\n{wait}compare {other}\n{wait}")
    assert added["total"] == ALL + 500 and "opening" not in added, added
    assert both["total"] == ALL + 503, both
    assert nowhere["opening"]["wrong"] == "There is no such file", nowhere
    assert failed["toast"].startswith("junk.txt: not a profile"), failed["toast"]
    assert failed["total"] == ALL + 503 and "opening" not in failed, failed
    assert compared["total"] == 500 and compared["input"].endswith("other.folded"), compared
    assert compared["sides"]["before"] == ALL + 503, compared["sides"]
    if not shutil.which("xdotool"):
        return
    process = t.start(profile, "--no-animation", "--script",
                      t.write("late", "wait loaded\nwait 4\nstate\nquit\n"),
                      stdout=subprocess.PIPE)
    t.xdotool("mousemove", "--window", t.window(process), 400, 300)
    t.xdotool("key", "ctrl+o")
    t.xdotool("type", t.path("oth"))
    t.xdotool("key", "Tab")
    time.sleep(0.7)
    t.xdotool("key", "Return")
    out, _ = process.communicate(timeout=60)
    state = json.loads(out)
    assert state["total"] == ALL + 500 and state["input"] == "p.folded + 1", state


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], tests=globals()))
