#!/usr/bin/env python3
"""check_manual.py PROGRAM PAGE: the manual page and --help name the same commands and options, with
the same letters and arguments: those of each command in its own section, shared ones in theirs.
Where mandoc is installed it finds nothing wrong with the page."""
import re
import shutil
import subprocess
import sys

COMMON = "Options of every command"
# Sections whose options several commands share.
SHARED = {"Narrowing": {"view", "render", "top", "stat", "merge", "diff"},
          "Comparing": {"view", "render", "top", "stat", "merge"},
          "Pictures": {"render", "diff"},
          "What is seen": {"render", "diff"}}


def help_text(program, *arguments):
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


def commands(program):
    listed = help_text(program, "--help").split("Commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()]


def help_options(program, command):
    """{long name: (letter, argument)} of all options in the help."""
    found = {}
    for line in help_text(program, command, "--help").splitlines():
        match = re.match(r"  (?:-(\w), |    )--([a-z-]+)(?:=(\w+))?(?:\s|$)", line)
        if match:
            found[match[2]] = (match[1], match[3])
    return found


def page_options(page):
    """{section: {long name: (letter, argument)}}"""
    found, section = {}, None
    for line in page.splitlines():
        if line.startswith((".Ss ", ".Sh ")):
            section = line[4:]
        match = re.match(r"\.It (?:Fl (\w) (?:Ar (\w+) )?, )?Fl -([a-z-]+)(?: Ns = Ns Ar (\w+))?$",
                         line)
        if match:
            if match[1] and match[2] != match[4]:
                raise SystemExit(f"{line}: two names for one argument")
            found.setdefault(section, {})[match[3]] = (match[1], match[4])
        elif line.startswith(".It Fl"):
            raise SystemExit(f"{line}: not understood")
    return found


def main(program, path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    documented = page_options(page)
    wrong = []
    names = commands(program)
    for command in names:
        if f".Cm {command}\n" not in page:
            wrong.append(f"{command}: not in the synopsis")
        of_help = help_options(program, command)
        of_page = {**documented[COMMON], **documented.get(command, {})}
        for section, users in SHARED.items():
            of_page.update(documented[section] if command in users else {})
        for name in sorted(of_help.keys() | of_page.keys()):
            if of_help.get(name) != of_page.get(name):
                wrong.append(f"{command} --{name}: --help has {of_help.get(name)}, the manual page "
                             f"{of_page.get(name)}")
    for section in documented.keys() - set(names) - {COMMON, *SHARED}:
        wrong.append(f"{section}: a section with options, but no command")
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path],
                              stdout=subprocess.PIPE, text=True)
        wrong += done.stdout.splitlines()
    print("\n".join(wrong) or f"{len(names)} commands agree")
    return bool(wrong)


sys.exit(main(*sys.argv[1:]))
