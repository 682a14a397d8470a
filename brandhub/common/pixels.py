"""The identity of a picture: a hash of its pixels, whatever file they came in."""

import hashlib
import io

from PIL import Image


def pixel_sha256(image: Image.Image) -> str:
    """SHA-256 over the size and the 8-bit sRGB RGBA rows of ``image``, as 64 hex digits.

    Equal pixels give equal digests in any format and compression; an opaque RGB picture and its
    RGBA twin are the same picture.
    """
    rgba = image.convert("RGBA")
    digest = hashlib.sha256(f"RGBA8 {rgba.width}x{rgba.height}\n".encode())
    digest.update(rgba.tobytes())
    return digest.hexdigest()


def png_bytes(image: Image.Image) -> bytes:
    """Encode as PNG without metadata; the same pixels give the same bytes with one Pillow."""
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=6)
    return buffer.getvalue()
