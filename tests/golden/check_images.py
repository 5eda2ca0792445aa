#!/usr/bin/env python3
"""check_images.py [--update] PROGRAM GENERATOR [CASE...]

Draws small pictures of all kinds and compares them with those in images/, which people have looked
at. Versions of FreeType and Mesa may differ in the edges of letters and frames: a picture is taken
for the same when few pixels differ by much, and none by a whole frame. --update writes the pictures;
look at each that changed. No fonts but the embedded ones are used, so that machines agree."""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "gui"))
import png  # noqa: E402

# A byte of a pixel may differ by this much; of the pixels of any tile of TILE x TILE, this share may
# differ by more. A letter's edge is less than that, a frame of another colour or place is not.
NEAR = 24
TILE = 16
SHARE = 0.35

NAMES = b"""\
main;std::vector<std::map<std::string, int>>::emplace_back;std::allocator<int>::allocate;operator new 120
main;std::vector<std::map<std::string, int>>::emplace_back;void serde::ser::Serializer::serialize_map 60
main;net/http.(*conn).serve;github.com/user/project/pkg/handler.ServeHTTP;runtime.mallocgc 300
main;net/http.(*conn).serve;github.com/user/project/pkg/handler.ServeHTTP;encoding/json.Marshal 211
main;java/util/concurrent/ThreadPoolExecutor.runWorker;com/example/very/long/package/name/Service.handle 95
main;/usr/lib/x86_64-linux-gnu/libc.so.6;AVAVAToTeLTyPA.fi 33
main 40
"""
KINDS = b"""\
app;read_file;vfs_read_[k];ext4_file_read_iter_[k];copy_page_to_iter_[k] 50
app;parse;inlined_helper_[i];native_leaf 70
app;Interpreter;jitted_[j];jitted_inner_[j] 90
app;malloc;__libc_malloc 25
app;page_fault_[k] 12
"""
SCRIPTS = ("main;\u0645\u0631\u062d\u0628\u0627_\u0628\u0627\u0644\u0639\u0627\u0644\u0645;caf\u00e9_na\u00efve 30\n"
           "main;\u05e9\u05dc\u05d5\u05dd_\u05e2\u05d5\u05dc\u05dd 25\n"
           "main;\u0434\u0435\u043b\u0430\u0442\u044c_\u0432\u0441\u0451;\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac 25\n"
           "main;\u6f22\u5b57\u540d\u524d;\U0001f525hot\U0001f525 20\n"
           "main;evil\u202etxt.exe;zero\u200bwidth 15\n").encode() + \
    b"main;broken\xff\xfeutf8\xc3;tab\tand\x01control 20\n"
BEFORE = b"a;b;c 50\na;b;d 30\na;e 40\na;gone;deep 25\na;same 20\n"
AFTER = b"a;b;c 90\na;b;d 10\na;e 40\na;new;deep 35\na;same 20\n"
DEEP = b";".join(b"f%d" % (i % 7) for i in range(400)) + b" 3\n" + b"f0;f1;side 2\n"
WIDE = b"".join(b"root;callee%d %d\n" % (i, 1 + i % 3) for i in range(20000)) + b"root;large 9000\n"

# Per picture: the profile, or the generator's arguments; options.
CASES = {
    "labels": (NAMES, ["--width", "700"]),
    "labels_dark": (NAMES, ["--width", "700", "--theme", "dark", "--inverted", "--colors", "java"]),
    "dense_screen": (NAMES, ["--width", "350", "--scale", "2", "--title", "Wait \u2013 what?",
                             "--subtitle", "a second line"]),
    "kinds": (KINDS, ["--width", "500", "--colors", "kind"]),
    "kinds_color_blind": (KINDS, ["--width", "500", "--colors", "kind", "--color-blind", "--theme",
                                  "dark"]),
    "heat": (KINDS, ["--width", "500", "--colors", "heat"]),
    "scripts": (SCRIPTS, ["--width", "640"]),
    "differential": (AFTER, ["--width", "500", "--diff-base", BEFORE]),
    "differential_before": (AFTER, ["--width", "500", "--widths", "before", "--diff-base", BEFORE,
                                    "--color-blind"]),
    "one_frame": (b"alone 1\n", ["--width", "300"]),
    "no_width": (b"a;b 1152921504606846976\na;c;thin 1\nzero;weight 0\n", ["--width", "300"]),
    "deep": (DEEP, ["--width", "200", "--height", "4"]),
    "wide": (WIDE, ["--width", "600", "--minwidth", "0"]),
    "dense": (["--shape", "sorted", "--bytes", "20M", "--seed", "7"],
              ["--width", "800", "--height", "9"]),
    "bottom_up": (KINDS, ["--width", "500", "--bottom-up", "--theme", "dark"]),
    "sandwich": (NAMES, ["--width", "600", "--sandwich", "net/http.(*conn).serve"]),
    "narrowed": (NAMES, ["--width", "500", "--focus", "http", "--hide", "^main$"]),
}


def draw(program, generator, case, folder):
    """The picture of a case as a file."""
    profile, options = CASES[case]
    env = dict(os.environ, FONTCONFIG_FILE=str(folder / "fonts.conf"))
    (folder / "fonts.conf").write_text("<fontconfig></fontconfig>")
    if isinstance(profile, list):
        profile = subprocess.run([generator, *profile], stdout=subprocess.PIPE, check=True).stdout
    (folder / "p.folded").write_bytes(profile)
    for i, option in enumerate(options):
        if isinstance(option, bytes):
            (folder / "base.folded").write_bytes(option)
            options = options[:i] + [str(folder / "base.folded")] + options[i + 1:]
    out = folder / (case + ".png")
    subprocess.run([program, "render", "-q", *options, str(folder / "p.folded"), "-o", str(out)],
                   env=env, check=True, timeout=100)
    return out


def compare(have, want):
    """What is wrong with a picture, or None."""
    width, height, rows = png.read(have)
    if (width, height) != png.read(want)[:2]:
        return f"{width}x{height} instead of {'x'.join(map(str, png.read(want)[:2]))}"
    expected = png.read(want)[2]
    for top in range(0, height, TILE):
        lines = range(top, min(top + TILE, height))
        if all(rows[y] == expected[y] for y in lines):
            continue
        for left in range(0, width, TILE):
            cut = slice(3 * left, 3 * min(left + TILE, width))
            size = (cut.stop - cut.start) * len(lines)
            bad = sum(png.different(rows[y][cut], expected[y][cut], NEAR) for y in lines)
            if bad > SHARE * size:
                return f"{bad} of {size} bytes differ at {left},{top}"
    return None


def main():
    args = sys.argv[1:]
    update = args[:1] == ["--update"]
    program, generator, *cases = args[update:]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="gigaflame-images-") as name:
        for case in cases or CASES:
            folder = pathlib.Path(name)
            have, want = draw(program, generator, case, folder), HERE / "images" / (case + ".png")
            if update:
                want.write_bytes(have.read_bytes())
                continue
            wrong = compare(have, want)
            if wrong:
                failed += 1
                print(f"{case}: {wrong}")
    sys.exit(failed > 0)


main()
