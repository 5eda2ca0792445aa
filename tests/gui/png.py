"""Pictures for the window tests: 8-bit RGB PNG files as rows of bytes, and how far two differ."""
import struct
import zlib


def unfilter(kind, row, above):
    """Undoes one row's filter (PNG specification, section 9); three bytes to a pixel."""
    if kind == 0:
        return row
    out = bytearray(row)
    for i in range(len(out)):
        a = out[i - 3] if i >= 3 else 0
        b = above[i]
        if kind == 1:
            out[i] = (out[i] + a) & 255
        elif kind == 2:
            out[i] = (out[i] + b) & 255
        elif kind == 3:
            out[i] = (out[i] + (a + b) // 2) & 255
        else:
            c = above[i - 3] if i >= 3 else 0
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            out[i] = (out[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c)) & 255
    return bytes(out)


def read(path):
    """(width, height, rows) of a PNG file."""
    with open(path, "rb") as f:
        data = f.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, color = struct.unpack(">IIBB", body[:10])
            assert (depth, color) == (8, 2), path
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, rows, above = zlib.decompress(packed), [], bytes(width * 3)
    for y in range(height):
        start = y * (width * 3 + 1)
        above = unfilter(raw[start], raw[start + 1:start + 1 + width * 3], above)
        rows.append(above)
    return width, height, rows


def different(a, b, tolerance):
    """How many bytes of two equally long rows differ by more than `tolerance`."""
    if a == b:
        return 0
    return sum(abs(x - y) > tolerance for x, y in zip(a, b))
