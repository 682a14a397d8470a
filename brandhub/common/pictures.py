"""Pictures from outside: recognised by what they decode to, bounded, and drawn anew.

What is kept is never the file that came but a new PNG of its pixels, so that nothing else in the
file survives: no metadata, no second file behind the first, no profile to interpret later.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageChops, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError

from brandhub.common.errors import BrandHubError, FieldError, InvalidInput

FORMATS = ("PNG", "JPEG", "WEBP")
#: The same as a file chooser wants to be told it.
UPLOAD_TYPES = ("image/png", "image/jpeg", "image/webp")
MAX_BYTES = 20 * 1000 * 1000
#: Over all frames together, by what the header announces and before anything is decoded.
MAX_PIXELS = 40_000_000
#: Longest side of what is kept: no model here looks at more.
MAX_SIDE = 2048

#: What Pillow's decoders raise for damaged files.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
)
# A picture's texts are read before its pixels and never used here.
PngImagePlugin.MAX_TEXT_MEMORY = 4 * 2**20

_SRGB = ImageCms.createProfile("sRGB")


class FileTooLarge(BrandHubError):
    """The uploaded file has too many bytes. HTTP 413."""

    code = "file_too_large"
    title = gettext_lazy("The file is too large")
    status = 413


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A PNG, 8 bit, sRGB, RGB or RGBA, without metadata, and its size in pixels."""

    png: bytes
    width: int
    height: int


def clean_picture(file: IO[bytes], *, size: int, pointer: str = "/file") -> CleanPicture:
    """Decode the picture in ``file`` (``size`` bytes) and draw it anew, upright and in sRGB.

    Of an animation the first frame. Sides over 2,048 pixels are scaled down. Raises
    ``FileTooLarge``, and ``InvalidInput`` with ``unsupported_image_format`` for anything that is
    not a PNG, JPEG or WebP inside, ``too_many_pixels`` or ``image_damaged``.
    """
    if size > MAX_BYTES:
        limit = {"limit": MAX_BYTES // 1_000_000}
        raise FileTooLarge(_("A picture may have %(limit)d MB.") % limit)
    try:
        with Image.open(file, formats=FORMATS) as opened:
            frames = getattr(opened, "n_frames", 1)
            if opened.width * opened.height * frames > MAX_PIXELS:
                raise _too_many_pixels(pointer)
            # Lets the JPEG decoder scale by eighths while decoding.
            opened.draft(None, (MAX_SIDE, MAX_SIDE))
            opened.load()
            picture = _in_srgb(_reduced(_upright(opened)))
    except UnidentifiedImageError as error:
        raise _invalid(
            pointer, "unsupported_image_format", _("A PNG, JPEG or WebP picture is needed.")
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(pointer) from error
    except _DAMAGED as error:
        raise _invalid(pointer, "image_damaged", _("The picture cannot be read.")) from error
    # Whatever the file said about itself ends here.
    picture.info = {}
    png = io.BytesIO()
    picture.save(png, "PNG")
    return CleanPicture(png.getvalue(), picture.width, picture.height)


def _upright(image: Image.Image) -> Image.Image:
    """``image`` as its EXIF says it was held; as it is where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except _DAMAGED:
        return image


def _reduced(image: Image.Image) -> Image.Image:
    """``image`` in a mode that can be scaled, and no larger than is kept."""
    if image.mode.startswith("I"):
        # 16-bit grey; Pillow reads 16-bit colour as 8-bit already.
        image = _in_eight_bits(image)
    elif image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey as 8-bit; transparent where it has the value that its file says is."""
    grey = image.point(lambda value: value * (1 / 256)).convert("L")
    key = image.info.get("transparency")
    if not isinstance(key, int):
        return grey
    words = image.convert("I;16").tobytes()
    alpha = ImageChops.lighter(
        *(
            Image.frombytes("L", image.size, words[at::2]).point(
                [0 if value == wanted else 255 for value in range(256)]
            )
            for at, wanted in enumerate(key.to_bytes(2, "little"))
        )
    )
    return Image.merge("LA", (grey, alpha))


def _in_srgb(image: Image.Image) -> Image.Image:
    """``image`` as RGB or RGBA, converted from its profile where it has one that can be read."""
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    profile = image.info.get("icc_profile")
    colours = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode]) if alpha else image
    converted = _by_profile(colours, profile) if profile else None
    colours = converted or colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """None for a profile that is damaged or meant for other colours: sRGB is assumed then."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, *_DAMAGED):
        return None


def _too_many_pixels(pointer: str) -> InvalidInput:
    limit = {"limit": MAX_PIXELS // 1_000_000}
    detail = _("A picture may have %(limit)d megapixels, all frames together.") % limit
    return _invalid(pointer, "too_many_pixels", detail)


def _invalid(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, errors=[FieldError(pointer, code, detail)])
