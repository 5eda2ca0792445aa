#!/usr/bin/env python3
"""png_info.py: reads a PNG from standard input, checks the sums of its chunks and that its pixels
are all there, and prints its width, whether it shows more than a few colours, and its texts."""
import struct
import sys
import zlib

data = sys.stdin.buffer.read()
assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:16]
at, pixels, texts, size = 8, b"", [], None
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
    at += 12 + length
    if kind == b"IHDR":
        size = struct.unpack(">II5B", body)
    elif kind == b"IDAT":
        pixels += body
    elif kind == b"tEXt":
        keyword, text = body.split(b"\0", 1)
        texts.append((keyword.decode("latin-1"), text.decode("latin-1")))
    elif kind == b"iTXt":
        keyword, rest = body.split(b"\0", 1)
        texts.append((keyword.decode("latin-1"), rest[2:].split(b"\0", 2)[2].decode()))
assert kind == b"IEND" and size[2:] == (8, 2, 0, 0, 0)
width, height = size[:2]
raw = zlib.decompress(pixels)
assert len(raw) == (width * 3 + 1) * height
colors = len({raw[i:i + 3] for y in range(0, height, 3)
              for i in range(y * (width * 3 + 1) + 1, (y + 1) * (width * 3 + 1), 3)})
print(f"width {width}, {'several' if colors > 8 else 'too few'} colours")
for keyword, text in sorted(texts):
    if keyword != "Software":
        print(f"{keyword}: {text}")
