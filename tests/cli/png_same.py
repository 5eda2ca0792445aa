#!/usr/bin/env python3
"""png_same.py A B: fails unless two PNG files hold the same pixels in rows filtered the same way. The
compressed bytes may differ: on a busy machine ISA-L now and then finds other matches."""
import sys
import zlib


def content(path):
    data = open(path, "rb").read()
    at, head, packed = 8, b"", b""
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        head += body if kind == b"IHDR" else b""
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    return head, zlib.decompress(packed)


a, b = (content(path) for path in sys.argv[1:3])
assert len(a[0]) == 13 and a[1], "not a picture"
sys.exit(0 if a == b else f"{sys.argv[1]} and {sys.argv[2]} show different pictures")
