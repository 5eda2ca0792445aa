#!/usr/bin/env python3
"""png_info.py: reads a PNG from standard input, checks the sums of its chunks and that its pixels
are all there, and prints its width, whether it shows more than a few colours, whether the frame of
all samples reaches from one margin to the other, and its texts."""
import struct
import sys
import zlib

NONE, UP = 0, 2


def chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:16]
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length:at + 12 + length])
        assert crc == zlib.crc32(kind + body), kind
        at += 12 + length
        yield kind, body
    assert kind == b"IEND"


def rows(raw, width, height):
    """The rows of RGB pixels, their filters undone: all bytes of a row are added at once, as one
    number whose carries are kept out of the next byte."""
    n = width * 3
    assert len(raw) == (n + 1) * height, "pixels are missing"
    low, high = (int.from_bytes(bytes([b]) * n, "big") for b in (0x7F, 0x80))
    above = 0
    for y in range(height):
        start = y * (n + 1)
        row = int.from_bytes(raw[start + 1:start + 1 + n], "big")
        assert raw[start] in (NONE, UP), raw[start]
        if raw[start] == UP:
            row = ((row & low) + (above & low)) ^ ((row ^ above) & high)
        above = row
        yield row.to_bytes(n, "big")


def text_of(kind, body):
    keyword, text = body.split(b"\0", 1)
    if kind == b"iTXt":
        return keyword.decode("latin-1"), text[2:].split(b"\0", 2)[2].decode()
    return keyword.decode("latin-1"), text.decode("latin-1")


def main():
    pixels, texts = b"", []
    for kind, body in chunks(sys.stdin.buffer.read()):
        if kind == b"IHDR":
            width, height, *layout = struct.unpack(">II5B", body)
            assert layout == [8, 2, 0, 0, 0]
        elif kind == b"IDAT":
            pixels += body
        elif kind in (b"tEXt", b"iTXt"):
            texts.append(text_of(kind, body))
    margin = max(width // 40, 20) * 3
    colors, across, background = set(), False, None
    for row in rows(zlib.decompress(pixels), width, height):
        background = background or row[:3]
        middle = row[margin:margin + 3]
        if middle != background and row[margin:-margin] == middle * ((len(row) - 2 * margin) // 3):
            across = True
        if len(colors) < 20:
            colors.update(row[i:i + 3] for i in range(0, len(row), 3))
    print(f"width {width}, {'several' if len(colors) > 8 else 'too few'} colours, all samples "
          f"{'across' if across else 'not across'}")
    for keyword, text in sorted(texts):
        if keyword != "Software":
            print(f"{keyword}: {text}")


main()
