"""The mark on every picture of the sandbox: a striped band from corner to corner.

Stripes and no letters: they say the same in every language, and the check for writing in pictures
has nothing to read. Laid onto the pixels before they are hashed, so that every rendition bears it.
Pure arithmetic and Pillow: the same picture gives the same pixels.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

#: What draws the mark; kept with each attempt, for a later mark may look otherwise.
WATERMARK = "striped-band-1"

#: Shares of the picture's side, along its edges: half the band's width, and one stripe's length.
_HALF_BAND = 0.12
_STRIPE = 0.14
_DARK = (16, 16, 16, 224)
_BRIGHT = (255, 255, 255, 224)
#: The band is drawn so many times larger and scaled down, which smooths it.
_SUPERSAMPLING = 4


def watermarked(image: Image.Image) -> Image.Image:
    """``image`` (RGB, 8 bit, sRGB) with the mark on it, as RGB of the same size."""
    marked = image.convert("RGBA")
    marked.alpha_composite(_band(*image.size))
    return marked.convert("RGB")


def _band(width: int, height: int) -> Image.Image:
    """The mark on nothing: RGBA, from the lower left corner to the upper right one."""
    large = Image.new("RGBA", (width * _SUPERSAMPLING, height * _SUPERSAMPLING))
    side = max(large.size)
    half, stripe = round(side * _HALF_BAND), round(side * _STRIPE)
    draw = ImageDraw.Draw(large)
    # Across the band x + y stays near the side; along it x - y grows.
    for number, along in enumerate(range(-side, side, stripe)):
        corners = [
            ((side + across + end) / 2, (side + across - end) / 2)
            for across, end in (
                (-half, along),
                (half, along),
                (half, along + stripe),
                (-half, along + stripe),
            )
        ]
        draw.polygon(corners, fill=_BRIGHT if number % 2 else _DARK)
    return large.resize((width, height), Image.Resampling.BOX)
