#!/usr/bin/env python3
"""test_view.py PART GIGAFLAME GEN_PROFILE: the explorer in a real window under Xvfb."""
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import png

FOLDED = """main;parse;scan 300
main;parse;scan;next 200
main;parse 100
main;emit;write;flush 250
main;emit;write 50
main;idle 80
worker;take 20
"""
ALL = 1000
WIDTH, HEIGHT = 800, 500


class Display:
    """An Xvfb of its own."""

    def __enter__(self):
        ours, theirs = os.pipe()
        self.xvfb = subprocess.Popen(
            ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1024x768x24", "-nolisten", "tcp",
             "-noreset"],
            pass_fds=[theirs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs)
        with os.fdopen(ours) as f:
            number = f.readline().strip()
        assert number, "Xvfb did not start"
        self.env = dict(os.environ, DISPLAY=":" + number, LIBGL_ALWAYS_SOFTWARE="1",
                        MESA_SHADER_CACHE_DISABLE="true")
        self.env.pop("WAYLAND_DISPLAY", None)
        if shutil.which("xdotool"):  # away from where windows open
            subprocess.run(["xdotool", "mousemove", "1020", "760"], env=self.env, check=True,
                           timeout=60)
        return self

    def __exit__(self, *_):
        self.xvfb.terminate()
        self.xvfb.wait()


class Test:
    def __init__(self, program, generator, display, folder):
        self.program, self.generator, self.display = program, generator, display
        self.folder, self.settings = folder, False
        display.env["XDG_CONFIG_HOME"] = os.path.join(folder, "config")  # nobody's own

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def view(self, *args):
        size = ["--width", str(WIDTH), "--height", str(HEIGHT)]
        keep = [] if self.settings else ["--no-settings"]
        return [self.program, "view", *size, *keep, *args]

    def start(self, *args, **more):
        return subprocess.Popen(self.view(*args), env=self.display.env, **more)

    def script(self, profile, text, *args):
        """Runs a script to its end; returns what its `state` steps printed. A long one may take
        longer: a storm under ThreadSanitizer does."""
        script = self.write("script", text + "\nquit\n")
        done = subprocess.run(self.view(profile, "--script", script, *args), env=self.display.env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=max(120, text.count("\n") // 10), check=False)
        assert done.returncode == 0, (done.returncode, done.stderr.decode())
        assert done.stderr == b"", done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    def xdotool(self, *args):
        return subprocess.run(["xdotool", *map(str, args)], env=self.display.env, check=True,
                              stdout=subprocess.PIPE, timeout=60).stdout.decode()

    def window(self, process):
        """The id of the window that `process` shows."""
        for _ in range(200):
            assert process.poll() is None, "the program ended"
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--class", "gigaflame"],
                env=self.display.env, stdout=subprocess.PIPE, check=False).stdout.split()
            if found:
                return found[-1].decode()
            time.sleep(0.05)
        raise AssertionError("no window")


def graph_rows(picture, pitch, frames):
    """The rows of pixels of the lowest `frames` rows of a flame graph: from the bottom edge of the
    frame of all samples upwards. Found by that frame, the one line that has one colour from margin
    to margin and lies lowest."""
    width, height, rows = picture
    for y in range(height - 1, 0, -1):
        inner = rows[y][15 * 3:(width - 15) * 3]
        if inner == inner[:3] * (len(inner) // 3) and inner[:3] == b"\xcd\xc9\xc2":
            return rows[y + 1 - frames * pitch:y + 1]
    raise AssertionError("no frame of all samples")


def test_picture(t):
    """The graph equals that of render, pixel by pixel but for a blended level or two."""
    profile = t.write("p.folded", FOLDED)
    t.script(profile, f"wait loaded\nleave\nscreenshot {t.path('view.png')}")
    subprocess.run([t.program, "render", profile, "-o", t.path("render.png"), "--width",
                    str(WIDTH), "--minwidth", "0"], check=True, timeout=60)
    ours, theirs = (graph_rows(png.read(t.path(n)), 18, 5) for n in ("view.png", "render.png"))
    wrong = sum(png.different(a, b, 3) for a, b in zip(ours, theirs))
    assert wrong == 0, f"{wrong} bytes differ"
    # And what is in the window is what screenshots show.
    if not shutil.which("import"):
        return
    process = t.start(profile, "--no-animation")
    window = t.window(process)
    t.xdotool("mousemove", 1000, 760)
    time.sleep(0.5)
    subprocess.run(["import", "-window", window, "-depth", "8", "-type", "TrueColor",
                    "-define", "png:color-type=2", t.path("window.png")], env=t.display.env,
                   check=True, timeout=60)
    process.terminate()
    process.wait(20)
    shown = graph_rows(png.read(t.path("window.png")), 18, 5)
    wrong = sum(png.different(a, b, 3) for a, b in zip(ours, shown))
    assert wrong == 0, f"{wrong} bytes differ in the window"


def has_rows(ours, block):
    """Whether the rows of pixels of `block` are somewhere in `ours`, in one piece."""
    return any(all(png.different(a, b, 3) == 0 for a, b in zip(ours[y:y + len(block)], block))
               for y in range(len(ours) - len(block) + 1))


def test_lens_picture(t):
    """Through a lens the window and render draw the same graph, pixel by pixel."""
    profile = t.write("p.folded", FOLDED)
    for option, key, rows in (["--bottom-up"], "b", 5), (["--callers", "write"], "c", 4), \
            (["--callees", "parse"], "v", 4), (["--sandwich", "emit"], "w", 4):
        name = option[-1]
        path = {"write": "main;emit;write", "parse": "main;parse", "emit": "main;emit"}
        select = [f"select {path[name]}"] if name in path else []
        shot = t.path("view.png")
        t.script(profile, "\n".join(["wait loaded", *select, f"key {key}", "wait still", "leave",
                                     f"screenshot {shot}"]))
        out = t.path("render.png")
        subprocess.run([t.program, "render", profile, *option, "-o", out, "--width", str(WIDTH),
                        "--minwidth", "0"], check=True, timeout=60)
        ours, (_, height, theirs) = png.read(shot)[2], png.read(out)
        # Header and footer are the picture's own; 31 pixels below the graph, the graph of 18 a row.
        graph = theirs[height - 31 - rows * 18:height - 31]
        inner = [row[12 * 3:(WIDTH - 12) * 3] for row in graph]
        assert has_rows([row[12 * 3:(WIDTH - 12) * 3] for row in ours], inner), option


def test_session(t):
    """A person's way through a profile, by the script's pointer and keys and by xdotool's."""
    profile = t.write("p.folded", FOLDED)
    states = t.script(profile, """wait loaded
leave
state
zoom_to main;emit
wait still
state
key Escape
wait still
state
key Right
key Home
move 400 455
state
click 400 455
wait still
state
key i
wheel 400 100 5
state
dark
key ?
state""")
    start, emit, back, hover, click, icicle, last = states
    assert start["view"]["span"] == ALL and start["focus"]["node"] == 0
    assert emit["view"] == {"x": 600, "frac": 0, "span": 300, "scroll": 0}, emit["view"]
    assert emit["focus"]["name"] == "emit" and emit["focus"]["total"] == 300
    assert back["view"]["span"] == ALL and back["forward"] == 1
    assert hover["hovered"]["name"] == "main", hover
    assert click["focus"]["name"] == "main" and click["view"]["span"] == 980
    assert icicle["inverted"] and icicle["view"]["span"] < 980 / 1.25 ** 4
    assert last["dark"] and last["help"]
    if not shutil.which("xdotool"):
        return
    process = t.start(profile, "--no-animation", "--script",
                      t.write("late", "wait loaded\nwait 3\nstate\nquit\n"),
                      stdout=subprocess.PIPE)
    window = t.window(process)
    x, y = 400, 455
    t.xdotool("mousemove", "--window", window, x, y)
    t.xdotool("click", "1")
    t.xdotool("mousemove", "--window", window, x, y + 8)
    t.xdotool("click", "4")
    t.xdotool("click", "4")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    state = json.loads(out)
    assert abs(state["view"]["span"] - 980 / 1.25 ** 2) < 1e-6, state
    assert state["selected"]["name"] == "main", state


def test_search(t):
    """What is typed is found, and adds up to what a count of the text's lines gives."""
    lines = [line.rsplit(" ", 1) for line in FOLDED.splitlines()]
    flush = sum(int(n) for stack, n in lines if "w" in stack.replace(";", " "))
    profile = t.write("p.folded", FOLDED)
    found, regex, bad, two, table, gone = t.script(profile, """wait loaded
leave
key /
type W
wait still
state
key Ctrl-U
type /^(scan|flush)$/
wait still
state
key Ctrl-U
type /a(/
wait still
state
key Ctrl-Enter
type /^idle$/
wait still
state
key Escape
key Escape
key t
wait still
click 600 82
key n
wait still
state
key Escape
key Escape
state""")
    assert found["search"]["weight"] == flush and found["search"]["functions"] == 2, found
    assert regex["search"]["weight"] == 300 + 200 + 250 and regex["search"]["frames"] == 2
    assert "parenthesis" in bad["search"]["error"]
    assert two["searches"]["2"]["weight"] == 80 and two["searches"]["2"]["mark"] == 2, two
    assert two["typing"] and two["search"] == two["searches"]["2"], two
    assert table["table"] and table["table_rows"] == 10 and table["selected"]["name"] == "scan", table
    assert gone["search"]["text"] == ""


def around(name):
    """What the text's lines say of a function: its weight, and those of the paths of its callers and
    callees from its outermost call on."""
    total, callers, callees = 0, {}, {}
    for line in FOLDED.splitlines():
        stack, n = line.rsplit(" ", 1)
        stack = stack.split(";")
        if name not in stack:
            continue
        at = stack.index(name)
        total += int(n)
        for i in range(at + 1):
            path = tuple(stack[at - i:at + 1][::-1])
            callers[path] = callers.get(path, 0) + int(n)
        for i in range(at, len(stack)):
            path = tuple(stack[at:i + 1])
            callees[path] = callees.get(path, 0) + int(n)
    return total, callers, callees


def test_sandwich(t):
    """A function between its callers and callees, by keys and by the mouse, against the text."""
    profile = t.write("p.folded", FOLDED)
    total, callers, callees = around("parse")
    plain, parse, up, down, centred, back, left, bottom = t.script(profile, f"""wait loaded
leave
state
select main;parse
key w
wait still
state
key Up
key Up
state
key Down
key Down
state
click {WIDTH // 4} {30 + (HEIGHT - 30) // 2 + 38}
wait still
state
key Alt-Left
wait still
state
key Escape
wait still
state
key b
wait still
state""")
    assert plain["lens"] == 0 and plain["total"] == ALL
    # The root, the function once for either side, and what stands on it.
    assert parse["lens"] == 4 and parse["total"] == total, parse
    assert parse["nodes"] == 1 + len(callers) + len(callees), (parse, callers, callees)
    assert up["selected"]["name"] == "main" and up["selected"]["total"] == total, up
    child = down["selected"]["name"]
    assert down["selected"]["total"] == callees[("parse", child)], (down, callees)
    assert centred["lens"] == 4 and centred["total"] == around(centred["selected"].get(
        "name", child))[0], centred
    assert back["lens"] == 4 and back["total"] == total, back
    assert left["lens"] == 0 and left["total"] == ALL, left
    # Coming back shows what was seen, and leads on back from there.
    first, again, before, forth = t.script(profile, """wait loaded
leave
zoom_to main
wait still
zoom_to main;parse
wait still
state
select main;emit;write
key w
wait still
key +
wait still
key Alt-Left
wait still
key Alt-Left
wait still
state
key Alt-Left
wait still
state
key Alt-Right
wait still
key Alt-Right
wait still
state""")
    assert again["lens"] == 0 and again["view"] == first["view"], (first, again)
    assert again["focus"] == first["focus"] and again["back"] == first["back"], again
    assert before["lens"] == 0 and before["focus"]["name"] == "main", before
    assert forth["lens"] == 4 and forth["total"] == 300, forth
    # Out of a sandwich, which has no stacks, come the whole ones through the function.
    here = os.getcwd()
    os.chdir(t.folder)
    state = t.script(profile, """wait loaded
select main;parse
key w
wait still
key e
wait still
state""")[0]
    os.chdir(here)
    assert "p-view.folded: all stacks through" in state["toast"], state["toast"]
    with open(t.path("p-view.folded"), encoding="utf-8") as f:
        assert sorted(f.read().splitlines()) == sorted(
            line for line in FOLDED.splitlines() if ";parse" in line)
    assert bottom["lens"] == 1 and bottom["total"] == ALL, bottom


def test_narrow(t):
    """What the steps leave is what a look at the text's lines leaves; what is saved is that too."""
    lines = [line.rsplit(" ", 1) for line in FOLDED.splitlines()]
    focus = [(s.split(";"), int(n)) for s, n in lines if "write" in s.split(";")]
    hidden = [([f for f in s if f != "emit"], n) for s, n in focus]
    profile = t.write("n.folded", FOLDED)
    here = os.getcwd()
    os.chdir(t.folder)
    try:
        selected, narrowed, undone, gone = t.script(profile, """wait loaded
leave
select main;emit;write
key f
wait still
state
hide /^emit$/
wait still
state
key e
wait still
key u
wait still
state
key Tab
key Delete
wait still
state""")
    finally:
        os.chdir(here)
    total = sum(n for _, n in focus)
    assert selected["total"] == total and selected["read"] == ALL, selected
    assert selected["narrow"]["1"] == {"kind": "focus", "text": "write", "dropped": ALL - total}
    assert narrowed["total"] == total and narrowed["narrow"]["2"]["kind"] == "hide", narrowed
    with open(t.path("n-view.folded"), encoding="utf-8") as f:
        assert sorted(f) == sorted(f"{';'.join(s)} {n}\n" for s, n in hidden)
    assert undone["total"] == total and list(undone["narrow"]) == ["1"], undone
    assert gone["total"] == ALL and gone["narrow"] == {}, gone
    options = ("--focus=^write$", "--hide=^emit$", "--below=10%")
    begun, = t.script(profile, "wait loaded\nwait still\nstate", *options)
    stat = json.loads(subprocess.run([t.program, "stat", "--json", *options, profile],
                                     stdout=subprocess.PIPE, check=True).stdout)
    assert begun["total"] == total == stat["total"] and begun["nodes"] == stat["nodes"] + 1, begun
    assert [(s["kind"], s["text"]) for s in begun["narrow"].values()] == [
        ("focus", "^write$"), ("hide", "^emit$"), ("below", "10%")], begun


def test_files(t):
    """Files that change are noticed and read again; dropped ones are added; bad ones change nothing."""
    profile, other = t.write("p.folded", FOLDED), t.write("other.folded", "main;new 500\n")
    bad = t.write("bad.txt", "nothing like a profile\n")
    process = t.start(profile, "--no-animation", "--script", t.write("script", f"""wait loaded
zoom_to main;emit
state
wait 4
state
key F5
wait still
wait loaded
state
drop {other}
key a
wait still
wait loaded
state
drop {bad}
key a
wait still
wait loaded
state
drop {bad}
drop {other}
key Escape
state
key F5
wait still
wait loaded
state
quit"""), stdout=subprocess.PIPE)
    first = json.loads(process.stdout.readline())
    with open(profile, "a", encoding="utf-8") as f:
        f.write("main;emit 30\nmain;later 100\n")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    stale, again, added, failed, cancelled, last = map(json.loads, out.splitlines())
    assert not first["stale"] and first["total"] == ALL, first
    assert stale["stale"] and stale["total"] == ALL, stale
    assert not again["stale"] and again["total"] == ALL + 130, again
    assert again["focus"]["name"] == "emit" and again["view"]["span"] == 330, again["view"]
    assert added["total"] == ALL + 630 and added["input"].endswith("p.folded + 1"), added
    assert failed["total"] == ALL + 630 and "not a profile" in failed["toast"], failed["toast"]
    assert failed["input"] == added["input"] and not failed["loading"]
    assert cancelled["dropped"] == 0 and cancelled["total"] == ALL + 630
    assert last["total"] == ALL + 630, last
    # Standard input comes only once.
    done = subprocess.run(t.view("-", "--script",
                                 t.write("script", "wait loaded\nkey F5\nwait still\nstate\nquit")),
                          env=t.display.env, input=FOLDED.encode(), stdout=subprocess.PIPE, timeout=60,
                          check=True)
    assert "standard input" in json.loads(done.stdout)["toast"], done.stdout


def test_compare(t):
    """A dropped file compared with what is open: both counts of every stack, and so after F5."""
    after = "main;parse;scan 500\nmain;emit;write 10\nmain;new 40\n"
    profile, other = t.write("p.folded", FOLDED), t.write("after.folded", after)
    bad = t.write("bad.txt", "nothing like a profile\n")
    here = os.getcwd()
    os.chdir(t.folder)
    try:
        failed, diff, cut, again = t.script(profile, f"""wait loaded
leave
drop {bad}
key c
wait still
wait loaded
wait still
state
drop {other}
key c
wait still
wait loaded
wait still
state
key e
wait still
key E
wait still
focus /^emit$/
wait still
state
key u
wait still
key F5
wait still
wait loaded
wait still
state""")
    finally:
        os.chdir(here)
    assert failed["total"] == ALL and failed["input"] == "p.folded", failed
    assert diff["total"] == 550 and diff["input"] == "p.folded \u2192 after.folded", diff
    sides = {}
    for side, text in enumerate((FOLDED, after)):
        for line in text.splitlines():
            stack, n = line.rsplit(" ", 1)
            sides.setdefault(stack, [0, 0])[side] += int(n)
    with open(t.path("p-view.folded"), encoding="utf-8") as f:
        assert sorted(f) == sorted(f"{s} {b} {a}\n" for s, (b, a) in sides.items())
    with gzip.open(t.path("p-view.pb.gz")) as f:
        assert b"pprof::base" in f.read()  # tests/cli/test_pprof.py reads all of such a file
    assert cut["total"] == 10, cut
    assert again["total"] == 550 and again["narrow"] == {}, again


def both_sides(before, after, scale=1):
    """{stack: [before, after]} of two texts."""
    sides = {}
    for side, text in enumerate((before, after)):
        for line in text.splitlines():
            stack, n = line.rsplit(" ", 1)
            sides.setdefault(stack, [0, 0])[side] += int(n) * (scale if side == 0 else 1)
    return sides


def test_diff_base(t):
    """view --diff-base: widths of either side and of both, normalised; F5 reads both sides again."""
    after = "main;parse;scan 500\nmain;emit;write 10\nmain;new 40\n"
    new = t.write("new.folded", after)
    base = t.write("base.folded", FOLDED)
    started, before, both, scaled, rows = t.script(new, """wait loaded
wait still
state
key y
wait still
state
key y
wait still
state
key z
wait still
state
key z
wait still
key t
wait still
key Space
state""", "--diff-base", base)
    sides = both_sides(FOLDED, after)
    assert started["input"] == "base.folded \u2192 new.folded", started["input"]
    assert started["total"] == 550 and started["sides"]["before"] == ALL, started["sides"]
    gone = sum(b for b, a in sides.values() if a == 0)  # no path above these remains but main, emit
    assert started["sides"]["unseen"] == gone - 100, started["sides"]  # main;parse is still there
    assert before["total"] == ALL and before["sides"]["widths"] == "before", before["sides"]
    assert before["sides"]["unseen"] == 40, before["sides"]  # main;new
    assert both["total"] == sum(map(max, sides.values())) and both["sides"]["unseen"] == 0, both
    assert scaled["sides"]["before"] == scaled["sides"]["after"] == 550, scaled["sides"]
    assert rows["table_keys"] and rows["table_at"] == "scan", rows  # 300 to 500: gained most
    # Both files change while they are looked at.
    process = t.start(new, "--diff-base", base, "--no-animation", "--script", t.write("script", """wait loaded
wait still
key y
wait still
state
wait 4
state
key F5
wait still
wait loaded
wait still
state
quit"""), stdout=subprocess.PIPE)
    first = json.loads(process.stdout.readline())
    with open(base, "a", encoding="utf-8") as f:
        f.write("main;emit 30\n")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    stale, again = map(json.loads, out.splitlines())
    assert first["sides"]["before"] == ALL and stale["stale"], stale
    assert again["sides"]["before"] == ALL + 30 and again["sides"]["after"] == 550, again["sides"]
    assert again["sides"]["widths"] == "before" and not again["stale"], again["sides"]
    # What cannot be read ends the program as any other input.
    done = subprocess.run(t.view(new, "--diff-base", t.path("none.folded")), env=t.display.env,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1 and b"none.folded" in done.stderr, done


def paint_rects(svg):
    """The rectangles of an SVG as rows of pixels, and nothing else of it."""
    rows = [bytearray(WIDTH * 3) for _ in range(HEIGHT)]
    for rect in svg.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, w, h = (int(rect.get(k)) for k in ("x", "y", "width", "height"))
        color = bytes.fromhex(rect.get("fill")[1:])
        alpha = float(rect.get("fill-opacity", "1"))
        for row in rows[y:y + h]:
            for c in range(x * 3, (x + w) * 3):
                row[c] = round(row[c] * (1 - alpha) + color[c % 3] * alpha)
    return [bytes(row) for row in rows]


def test_save(t):
    """P, S and E write what is seen: the same picture, an SVG that parses, the same profile."""
    profile = t.write("some profile.folded", FOLDED)
    here = os.getcwd()
    os.chdir(t.folder)
    try:
        states = t.script(profile, f"""wait loaded
leave
zoom_to main;emit
wait still
key p
wait still
state
screenshot {t.path('seen.png')}
key s
wait still
key e
wait still
key p
wait still
state""")
    finally:
        os.chdir(here)
    assert states[0]["toast"] == "Saved someprofile-view.png", states[0]["toast"]
    assert states[1]["toast"] == "Saved someprofile-view-2.png", states[1]["toast"]
    saved, seen = (png.read(t.path(n))[2] for n in ("someprofile-view.png", "seen.png"))
    bad = [y for y in range(100, 430) if saved[y] != seen[y]]
    assert not bad, bad
    tree = xml.etree.ElementTree.parse(t.path("someprofile-view.svg"))
    painted = paint_rects(tree.getroot())
    # The lowest pixels of each row of frames, where no text reaches.
    for y in [HEIGHT - 22 - 4 - 18 * k - 2 for k in range(5)]:
        wrong = png.different(painted[y][30:-30], saved[y][30:-30], 2)
        assert wrong == 0, f"{wrong} bytes of row {y} differ between SVG and PNG"
    titles = [e.text for e in tree.iter() if e.tag.endswith("title")]
    assert any(t.startswith("emit: 300 samples") for t in titles), titles
    with open(t.path("someprofile-view.folded"), encoding="utf-8") as f:
        assert sorted(f) == sorted(FOLDED.splitlines(keepends=True))


def test_loading(t):
    """A picture before the end, the same totals at the end, nothing jumps."""
    profile = t.path("raw.folded")
    with open(profile, "wb") as f:
        subprocess.run([t.generator, "--shape", "raw", "--stacks", "20000", "--bytes", "40M"],
                       stdout=f, check=True, timeout=120)
    fifo = t.path("fifo")
    os.mkfifo(fifo)
    process = t.start("-", "--script", t.write("script", "wait 2\nstate\nwait loaded\nstate\nquit"),
                      stdin=os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), stdout=subprocess.PIPE)
    with open(profile, "rb") as f, open(fifo, "wb", buffering=0) as pipe:
        half = os.path.getsize(profile) // 2
        pipe.write(f.read(half))
        time.sleep(4)
        pipe.write(f.read())
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    early, late = map(json.loads, out.splitlines())
    assert early["loading"] and not late["loading"]
    assert 0 < early["total"] < late["total"], (early["total"], late["total"])
    stat = subprocess.run([t.program, "stat", "--json", profile], stdout=subprocess.PIPE,
                          check=True, timeout=60).stdout
    assert json.loads(stat)["total"] == late["total"]
    # Dropped while it is still being read: added when that is done, whatever is done meanwhile.
    other = t.write("other.folded", FOLDED)
    both = t.script(profile, f"""drop {other}
key a
search frame
focus /./
key i
wait loaded
wait still
wait loaded
wait still
state""")[0]
    assert both["total"] == late["total"] + ALL, both["total"]


def test_ends(t):
    """What cannot be shown is said, and status 1; the program goes away when asked to."""
    bad = t.write("bad.txt", "nothing like a profile\n")
    for args, env, says in [
            ([bad], t.display.env, b"not a profile"),
            ([t.path("missing")], t.display.env, b"No such file"),
            ([t.write("p.folded", FOLDED)],
             {k: v for k, v in t.display.env.items() if k != "DISPLAY"}, b"no display")]:
        done = subprocess.run(t.view(*args), env=env, stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE, timeout=60, check=False)
        assert done.returncode == 1 and says in done.stderr, (done.returncode, done.stderr)
        assert done.stderr.count(b"\n") == 1 and done.stdout == b"", done.stderr
    process = t.start(t.path("p.folded"))
    t.window(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130, process.returncode
    # A pipe that never ends, and says nothing: the window goes all the same.
    ours, theirs = os.pipe()
    process = t.start("-", stdin=ours, stderr=subprocess.PIPE)
    window = t.window(process)
    if shutil.which("xdotool"):
        t.xdotool("mousemove", "--window", window, 400, 300)
        t.xdotool("key", "q")
    else:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode in (0, 143), process.returncode
    os.close(ours)
    os.close(theirs)


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_idle(t):
    """Nothing happens: nothing is spent. Twenty milliseconds of two seconds are the clock's grain."""
    process = t.start(t.write("p.folded", FOLDED))
    t.window(process)
    time.sleep(1)
    before = cpu_seconds(process)
    time.sleep(2)
    spent = cpu_seconds(process) - before
    process.terminate()
    process.wait(20)
    assert spent <= 0.02, f"{spent} s of CPU in 2 s without anything to do"


def test_storm(t):
    """Thousands of random events, resizes among them, on a real window."""
    if not shutil.which("xdotool"):
        sys.exit(77)
    most = int(os.environ.get("GF_TEST_EVENTS", "3000"))
    seed = int(os.environ.get("GF_TEST_SEED", "1"))
    print(f"seed {seed}")
    rng = random.Random(seed)
    process = t.start(t.write("p.folded", FOLDED), stderr=subprocess.PIPE)
    window = t.window(process)
    keys = ["Escape", "Home", "Left", "Right", "Up", "Down", "Prior", "Next", "Return", "plus",
            "minus", "question", "d", "i", "o", "t", "slash", "a", "n", "alt+Left", "ctrl+f",
            "ctrl+c", "BackSpace", "F1", "Tab", "f", "y", "z", "E", "space", "x", "h", "m", "k",
            "r", "R", "F", "X", "percent", "u", "u", "Delete", "g", "b", "w", "c", "v", "F5",
            "ctrl+plus", "ctrl+minus", "ctrl+0", "alt+c", "ctrl+shift+c", "ctrl+z", "ctrl+shift+z",
            "ctrl+y", "ctrl+period", "l", "L", "Menu", "shift+F10", "ctrl+Return"]
    events = 0
    while events < most:
        args = []
        for _ in range(100):
            kind = rng.randrange(10)
            if kind < 4:
                args += ["mousemove", rng.randrange(1024), rng.randrange(768)]
            elif kind < 6:
                args += ["click", "--delay", 0, rng.choice([1, 1, 3, 4, 5, 8, 9])]
            elif kind < 7:
                args += [rng.choice(["mousedown", "mouseup"]), rng.choice([1, 1, 3])]
            elif kind < 9 or rng.randrange(20):
                args += ["key", "--delay", 0, rng.choice(keys)]
            else:
                args += ["windowsize", window, rng.randrange(1, 1000), rng.randrange(1, 700)]
            events += 1
        t.xdotool(*args)
        assert process.poll() is None, process.communicate()[1].decode()
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 143 and errors == b"", (process.returncode, errors.decode())


def main(part, program, generator, tests=None):
    if not shutil.which("Xvfb"):
        print("Xvfb is not installed")
        return 77
    with Display() as display, tempfile.TemporaryDirectory() as folder:
        (tests or globals())["test_" + part](Test(program, generator, display, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
