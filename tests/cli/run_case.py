#!/usr/bin/env python3
"""run_case.py [--update] PROGRAM CASE.cmd

Runs the shell script CASE.cmd with PROGRAM on the path as `gigaflame`, in an empty directory with a
copy of data/ in it, and compares, byte for byte, what it prints and its exit status with
CASE.stdout, CASE.stderr (missing: nothing) and CASE.status (missing: 0). No temporary file of an
output may be left. --update writes what came out to those files: look at the difference before
keeping it."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 100


def environment(program, directory):
    tools = directory / ".bin"
    tools.mkdir()
    (tools / "gigaflame").symlink_to(program)
    keep = {k: v for k, v in os.environ.items()
            if k in ("PATH", "HOME") or k.startswith(("ASAN_", "UBSAN_", "TSAN_", "LSAN_"))}
    keep.update(LC_ALL="C.UTF-8", TERM="xterm", COLUMNS="80", CLI=str(pathlib.Path(__file__).parent),
                PATH=f"{tools}:{keep.get('PATH', '/usr/bin:/bin')}")
    return keep


def run(program, case):
    with tempfile.TemporaryDirectory(prefix="gigaflame-cli-") as name:
        directory = pathlib.Path(name)
        shutil.copytree(case.parent.parent / "data", directory, dirs_exist_ok=True)
        env = environment(program, directory)
        done = subprocess.run(["sh", str(case)], cwd=directory, env=env, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        left = sorted(str(p.relative_to(directory)) for p in directory.rglob(".gigaflame*"))
        return {"stdout": done.stdout, "stderr": done.stderr,
                "status": b"%d\n" % done.returncode}, left


def expected(case, part):
    path = case.with_suffix("." + part)
    return path.read_bytes() if path.exists() else (b"0\n" if part == "status" else b"")


def update(case, result):
    for part, data in result.items():
        path = case.with_suffix("." + part)
        if data == (b"0\n" if part == "status" else b""):
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)


def show(title, data):
    print(f"--- {title}")
    for line in data.decode(errors="backslashreplace").splitlines():
        print("    " + line.encode("unicode_escape").decode())


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    program, case = (pathlib.Path(a).resolve() for a in arguments)
    result, left = run(program, case)
    if len(arguments) + 1 < len(sys.argv):
        update(case, result)
        return 0
    failed = bool(left)
    for path in left:
        print(f"left behind: {path}")
    for part, data in result.items():
        if data != expected(case, part):
            failed = True
            show(f"{part}, expected", expected(case, part))
            show(f"{part}, got", data)
    return int(failed)


sys.exit(main())
