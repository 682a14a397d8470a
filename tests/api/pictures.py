"""Pictures for tests: made here, stored as the product stores them."""

import io
import struct
from typing import Any

from PIL import Image

from avatars.models import AvatarVersion, Candidate
from brandhub.common.storage import store
from tests.factories import AvatarVersionFactory, CandidateFactory, GenerationRequestFactory


def png(colour: str = "#1565c0", size: int = 64, mode: str = "RGB") -> bytes:
    """A square of one colour with a white spot, so that a crop or a flip shows."""
    image = Image.new(mode, (size, size), colour)
    image.paste("#ffffff", (size // 8, size // 8, size // 4, size // 4))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries and no curve (ICC.1:2001-04, matrix and TRC)."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(*values)

    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 7) + b"linear\0" + bytes(79),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        padded = value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", start + len(data), len(value))
        data += padded
    header = (
        struct.pack(">I", start + len(data))
        + b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ "
        + bytes(12)
        + b"acsp"
        + bytes(28)
        + fixed(0.9642, 1.0, 0.8249)
        + bytes(48)
    )
    return header + table + data


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def candidate_with_picture(data: bytes | None = None, **values: Any) -> Candidate:
    """A checked candidate whose picture lies in the store."""
    request = values.pop("request", None) or GenerationRequestFactory(
        **{name: values.pop(name) for name in ("bot", "client", "brand") if name in values}
    )
    stored = store().put(request.brand.public_id, data or png())
    width = opened(data or png()).width
    return CandidateFactory(
        request=request, file_sha256=stored.sha256, width=width, height=width, **values
    )


def published(bot: Any, data: bytes | None = None, **values: Any) -> AvatarVersion:
    """A version of ``bot`` whose picture lies in the store; current unless told otherwise."""
    candidate = candidate_with_picture(data, bot=bot, status="approved")
    return AvatarVersionFactory(bot=bot, candidate=candidate, **values)
