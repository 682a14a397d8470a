"""Files that are not what they seem, made byte by byte."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def grey_png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A black PNG of any size, compressed to next to nothing."""
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(width)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def deep_grey_png(tones: tuple[int, ...], extra: bytes = b"") -> bytes:
    """One row of 16-bit grey."""
    header = struct.pack(">IIBBBBB", len(tones), 1, 16, 0, 0, 0, 0)
    row = b"\0" + b"".join(tone.to_bytes(2) for tone in tones)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(row))
        + chunk(b"IEND", b"")
    )


def announced_png(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds hardly any data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """200 compressed texts of a megabyte each."""
    packed = zlib.compress(bytes(1_000_000))
    texts = b"".join(chunk(b"zTXt", b"key%d\0\0" % number + packed) for number in range(200))
    return grey_png(8, 8, texts)


def profile_bomb() -> bytes:
    """A colour profile of half a gigabyte."""
    return grey_png(8, 8, chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(500_000_000))))


def animated_webp(side: int, frames: int) -> bytes:
    first = Image.new("RGB", (side, side), "red")
    others = [Image.new("RGB", (side, side), (0, 0, number % 256)) for number in range(1, frames)]
    file = io.BytesIO()
    first.save(file, "WEBP", save_all=True, append_images=others, lossless=True, method=0)
    return file.getvalue()


def wide_webp() -> bytes:
    """An animation whose canvas would take two gigabytes to open."""
    canvas = (16383 - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas + b"ANIM" + bytes(60)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def with_archive(picture: bytes) -> bytes:
    """A picture that is also a zip file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("payload.txt", "PAYLOAD-IN-ARCHIVE")
    return picture + archive.getvalue()


def with_script(picture: bytes) -> bytes:
    """A picture that a careless server could take for a page."""
    return picture + b"<script>alert('PAYLOAD-IN-SCRIPT')</script>"


def animated_png(side: int, frames: int) -> bytes:
    first = Image.new("L", (side, side), 0)
    others = [Image.new("L", (side, side), number % 256) for number in range(1, frames)]
    file = io.BytesIO()
    first.save(file, "PNG", save_all=True, append_images=others)
    return file.getvalue()


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n/showpage\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PSD = b"8BPS\0\1" + bytes(6) + b"\0\3" + struct.pack(">II", 8, 8) + b"\0\x08\0\3" + bytes(40)
