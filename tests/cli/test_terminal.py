#!/usr/bin/env python3
"""test_terminal.py PROGRAM: what needs a terminal or a signal: the progress bar on a pseudo-terminal
and who may not see it, and that an interrupted program ends soon with the right status and leaves
nothing."""
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
LINES = b"".join(b"main;work;f%d 1\n" % (i % 100) for i in range(20000))


def read_terminal(fd):
    text = b""
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:  # EIO: the other side is closed
            return text
        if not piece:
            return text
        text += piece


def slow_load(arguments=(), seconds=1.2, **variables):
    """What stat prints to a terminal while its standard input takes `seconds`."""
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    env.update(TERM="xterm", LC_ALL="C.UTF-8", **variables)
    master, slave = pty.openpty()
    process = subprocess.Popen([PROGRAM, "stat", "-", *arguments], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=slave, env=env)
    os.close(slave)
    process.stdin.write(LINES)
    process.stdin.flush()
    time.sleep(seconds)
    process.stdin.close()
    text = read_terminal(master)
    os.close(master)
    return process.wait(60), text


class Progress(unittest.TestCase):
    def test_shown_and_taken_away(self):
        status, text = slow_load()
        self.assertEqual(status, 0)
        self.assertIn(b"\r\x1b[Kreading ", text)
        self.assertIn(b"/s", text)
        self.assertTrue(text.endswith(b"\r\x1b[K"), text)
        self.assertNotIn(b"\n", text)

    def test_not_shown_for_short_work(self):
        self.assertEqual(slow_load(seconds=0), (0, b""))

    def test_quiet(self):
        self.assertEqual(slow_load(["--quiet"]), (0, b""))

    def test_dumb_terminal(self):
        env = dict(os.environ, TERM="dumb")
        master, slave = pty.openpty()
        process = subprocess.Popen([PROGRAM, "stat", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=slave, env=env)
        os.close(slave)
        time.sleep(1)
        process.communicate(LINES)
        self.assertEqual(read_terminal(master), b"")
        os.close(master)
        self.assertEqual(process.returncode, 0)

    def test_no_color(self):
        """Of escape sequences only the one that wipes the line is left."""
        status, text = slow_load(NO_COLOR="1")
        self.assertEqual(status, 0)
        self.assertIn(b"reading ", text)
        self.assertNotIn(b"\x1b", text.replace(b"\x1b[K", b""))


class Interrupt(unittest.TestCase):
    def start(self, directory, arguments, **options):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=directory, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        process.stdin.write(LINES)
        process.stdin.flush()
        time.sleep(0.5)
        return process

    def stop(self, number, arguments, status):
        with tempfile.TemporaryDirectory() as directory:
            process = self.start(directory, arguments)
            before = time.monotonic()
            process.send_signal(number)
            self.assertEqual(process.wait(30), status)
            self.assertLess(time.monotonic() - before, 8)
            self.assertEqual(process.stdout.read() + process.stderr.read(), b"")
            self.assertEqual(os.listdir(directory), [])
            process.stdin.close()
            process.stdout.close()
            process.stderr.close()

    def test_merge(self):
        self.stop(signal.SIGINT, ["merge", "-", "-o", "out.folded"], 130)

    def test_render(self):
        self.stop(signal.SIGINT, ["render", "-", "-o", "out.png"], 130)

    def test_terminate(self):
        self.stop(signal.SIGTERM, ["merge", "-", "-o", "out.folded.zst"], 143)

    def test_ignored_from_the_start(self):
        """Under nohup and in the background of a script Ctrl-C is for somebody else."""
        def ignore():
            signal.signal(signal.SIGINT, signal.SIG_IGN)

        with tempfile.TemporaryDirectory() as directory:
            process = self.start(directory, ["merge", "-", "-o", "out.folded"], preexec_fn=ignore)
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            out, err = process.communicate()
            self.assertEqual((process.returncode, out, err), (0, b"", b""))
            self.assertEqual(os.listdir(directory), ["out.folded"])


unittest.main()
