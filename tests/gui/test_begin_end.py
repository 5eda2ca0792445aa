#!/usr/bin/env python3
"""test_begin_end.py PART GIGAFLAME GEN_PROFILE: how a session of the explorer begins and ends, and what
it keeps; in a real window under Xvfb."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys

import test_view
from test_view import ALL, FOLDED


def test_hang(t):
    """A file system that does not answer holds up neither the window nor its end."""
    profile, marker = t.write("far.folded", FOLDED), t.path("hang")
    shim = os.path.join(os.path.dirname(t.generator), "..", "tests", "gui", "libgf_hang_stat.so")
    # The loader cuts its list at blanks, which the build's folder may have in its name.
    preload = shutil.copy(shim, t.path("hang_stat.so"))
    env = dict(t.display.env, LD_PRELOAD=preload, GF_TEST_HANG=marker,
               GF_TEST_HANG_ON="far.folded")
    env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    script = t.write("script", """wait loaded
leave
wait still
state
wait 3.5
key i
wait still
state
quit
""")
    with subprocess.Popen(t.view(profile, "--script", script), env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        try:
            first = json.loads(process.stdout.readline())
            t.write("hang", "")
            rest, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    second = json.loads(rest)
    assert process.returncode == 0 and errors == b"", (process.returncode, errors)
    assert not first["inverted"] and second["inverted"] and not second["stale"], second
    # It would have waited for a look at the files, which are looked at every two seconds.
    assert second["turn_seconds_worst"] < 1, second["turn_seconds_worst"]


def test_settings(t):
    """How the window looked is how the next one looks; options win; nonsense is said and left out."""
    profile = t.write("p.folded", FOLDED)
    t.settings = True
    path = os.path.join(t.display.env["XDG_CONFIG_HOME"], "gigaflame", "settings")
    ask = "wait loaded\nleave\nwait still\nstate"

    def looks(*args):
        state = t.script(profile, ask, *args)[0]
        return state["dark"], state["inverted"], state["order"], state["scale"]

    assert looks() == (False, False, 0, 1) and not os.path.exists(path)
    t.script(profile, "wait loaded\nkey d\nkey i\nkey o\nkey Ctrl-=\nwait still")
    with open(path, encoding="utf-8") as f:
        lines = f.read().splitlines()
    assert lines[0].startswith("#") and sorted(lines[1:]) == [
        "direction = icicle", "order = name", "scale = 1.1", "theme = dark"], lines
    assert looks() == (True, True, 1, 1.1)
    assert looks("--theme", "light", "--flame", "--order", "weight", "--scale", "2") == (
        False, False, 0, 2)
    assert looks("--no-settings") == (False, False, 0, 1)
    assert looks() == (True, True, 1, 1.1), "options are no settings"
    # Colours are changed in place, and kept, also when the window is ended from outside.
    os.remove(path)
    plain, kind, blind, lens, back = t.script(profile, """wait loaded
leave
zoom_to main;parse
wait still
state
key l
wait still
state
key L
wait still
state
key b
wait still
state
key l
key Alt-Left
wait still
state""")
    assert (plain["colors"], kind["colors"]) == ("module", "kind"), (plain, kind)
    assert kind["view"] == plain["view"] and kind["focus"] == plain["focus"], kind
    assert blind["color_blind"] and not kind["color_blind"], blind
    assert lens["colors"] == "kind" and lens["lens"] == 1 and lens["total"] == ALL, lens
    assert back["colors"] != "kind" and back["view"] == plain["view"], (plain, back)
    with open(path, encoding="utf-8") as f:
        kept = f.read()
    assert f"colors = {back['colors']}\n" in kept and "color-blind = yes\n" in kept, kept
    assert t.script(profile, "wait loaded\nstate")[0]["colors"] == back["colors"]
    for stop, status in (signal.SIGINT, 130), (signal.SIGTERM, 143):
        os.remove(path)
        process = t.start(profile, "--script",
                          t.write("script", "wait loaded\nkey d\nstate\nwait 60"),
                          stdout=subprocess.PIPE)
        process.stdout.readline()
        process.send_signal(stop)
        assert process.wait(20) == status, process.returncode
        process.stdout.close()
        with open(path, encoding="utf-8") as f:
            assert "theme = dark" in f.read()
    # What a person wrote stays; nonsense counts for nothing, and is said.
    with open(path, "w", encoding="utf-8") as f:
        f.write("# mine\n\n theme=dark \nscale = huge\nfuture = yes\n")
    state = t.script(profile, "wait loaded\nstate\nkey d\nwait still")[0]
    assert state["dark"] and state["scale"] == 1 and "line 4" in state["toast"], state
    with open(path, encoding="utf-8") as f:
        assert f.read() == "# mine\n\ntheme = light\nscale = huge\nfuture = yes\n"
    with open(path, "wb") as f:
        f.write(bytes(range(256)) * 300)
    assert looks() == (False, False, 0, 1)
    # Nowhere to write to is no reason to fail.
    t.display.env["XDG_CONFIG_HOME"] = "/dev/null"
    t.script(profile, "wait loaded\nkey d\nwait still")


def test_stop(t):
    """A load that is given up leaves what was read, and says so; what is read again leaves what was
    there."""
    def piped(text, script):
        ours, theirs = os.pipe()
        os.write(theirs, text.encode())
        process = t.start("-", "--script", t.write("script", script + "\nquit\n"), stdin=ours,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=120)  # the pipe is still open
        os.close(ours)
        os.close(theirs)
        assert process.returncode == 0 and err == b"", (process.returncode, err.decode())
        return [json.loads(line) for line in out.splitlines()]

    for key in "Escape", "Ctrl-.":
        early, late = piped(FOLDED + "main;id", f"""wait 1
leave
state
key {key}
wait loaded
wait still
state""")
        assert early["loading"] and not early["incomplete"]
        assert not late["loading"] and late["incomplete"] and late["total"] == ALL, late
    nothing = piped("", "wait 0.5\nkey Escape\nwait loaded\nwait still\nstate")[0]
    assert not nothing["loading"] and nothing["nodes"] == 0
    # A load that has ended cannot be given up, and is not incomplete.
    profile = t.write("p.folded", FOLDED)
    whole = t.script(profile, "wait loaded\nkey Escape\nkey Ctrl-.\nwait still\nstate")[0]
    assert not whole["incomplete"] and whole["total"] == ALL
    # Reading again: the file has become a pipe that says nothing.
    process = t.start(profile, "--script", t.write("script", """wait loaded
leave
wait 1.5
key F5
wait 0.5
state
key Escape
wait loaded
wait still
state
quit"""), stdout=subprocess.PIPE)
    window = t.window(process)
    assert window
    os.remove(profile)
    os.mkfifo(profile)
    out, _ = process.communicate(timeout=120)
    during, after = map(json.loads, out.splitlines())
    assert during["loading"] and not after["loading"] and not after["incomplete"], (during, after)
    assert during["total"] == after["total"] == ALL and "as it was before" in after["toast"], after


def test_storm_loading(t):
    """Thousands of events by a script, drops among them, while one profile after the other is read,
    stopped, and read again."""
    events = int(os.environ.get("GF_TEST_EVENTS", "3000"))
    seed = int(os.environ.get("GF_TEST_SEED", "1"))
    print(f"seed {seed}")
    rng = random.Random(seed)
    profile, other = t.path("raw.folded"), t.write("other.folded", FOLDED)
    with open(profile, "wb") as f:
        subprocess.run([t.generator, "--shape", "raw", "--stacks", "20000", "--bytes", "30M"],
                       stdout=f, check=True, timeout=120)
    keys = ["Escape", "Escape", "Home", "Left", "Right", "Up", "Down", "PageUp", "PageDown", "Enter",
            "Ctrl-.", "Ctrl-Z", "Ctrl-Shift-Z", "Ctrl-Y", "Tab", "Delete", "Alt-Left", "Alt-Right",
            "F5", "Backspace", "Ctrl-=", "Ctrl--", "Ctrl-0", "F1", "Menu"] + list("lLdiotgbwcvfxhmkrRuuazyn?0")
    lines = []
    while len(lines) < events:
        x, y, kind = rng.randrange(800), rng.randrange(500), rng.randrange(20)
        if kind < 6:
            lines.append(f"move {x} {y}")
        elif kind < 9:
            lines.append(f"click {x} {y}{rng.choice(['', '', ' right'])}")
        elif kind < 11:
            lines.append(f"wheel {x} {y} {rng.choice([-3, -1, 1, 2])}{rng.choice(['', ' Shift', ' Ctrl'])}")
        elif kind < 18 or rng.randrange(20):
            lines.append("key " + rng.choice(keys))
        elif rng.randrange(2):
            lines += [f"drop {rng.choice([profile, other])}", "key " + rng.choice("acc")]
        else:
            lines += ["search e", "key Escape", "wait 0.05"]
    state = t.script(profile, "\n".join(lines) + """
wait loaded
wait still
wait loaded
wait still
state""", "--no-animation")[0]
    assert not state["loading"] and state["nodes"] > 0, state


if __name__ == "__main__":
    sys.exit(test_view.main(*sys.argv[1:4], tests=globals()))
