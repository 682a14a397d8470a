"""The logo as a badge on a picture: where it stands, how large it is, and laying it on.

Laid onto the pixels that the model drew, before they are hashed: what the checks look at, what a
reviewer approves and what is published are the pixels with the badge. Pure arithmetic and Pillow:
the same picture, logo and place give the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from brandhub.common.errors import FieldError, InvalidInput
from styles.models import BrandLogo, StyleRevision
from styles.models.styles import BadgeCorner

#: A badge larger than this part of the picture would cover the face.
MOST_PERCENT = 45
#: The plate's edge is drawn so many times larger and scaled down, which smooths it.
_SUPERSAMPLING = 4

_DIRECTIONS = {
    BadgeCorner.TOP_LEFT: (-1, -1),
    BadgeCorner.TOP_RIGHT: (1, -1),
    BadgeCorner.BOTTOM_LEFT: (-1, 1),
    BadgeCorner.BOTTOM_RIGHT: (1, 1),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A logo on a round white plate: ``diameter`` and the plate's left upper corner in pixels.

    The logo's own box lies within the plate, with ``clear_space`` percent of the diameter free
    all around.
    """

    logo: str
    sha256: str
    diameter: int
    left: int
    top: int
    clear_space: int

    def as_json(self) -> dict[str, Any]:
        """As a request keeps it, and its lineage tells it."""
        return {name: getattr(self, name) for name in self.__slots__}


def badge_for(revision: StyleRevision, logo: BrandLogo | None) -> Badge | None:
    """The badge that pictures of ``revision`` bear; None for a style without one.

    It stands wholly within the circle that many platforms cut avatars to. Raises ``InvalidInput``:
    ``logo_missing``, or ``badge_too_large`` where the logo's minimum size would cover the face.
    """
    if not revision.badge_corner:
        return None
    if logo is None:
        raise _refused("/badge_corner", "logo_missing", _("The brand has no logo yet."))
    side = revision.image_size
    diameter = max(round(side * revision.badge_size / 100), _plate_of(logo))
    if diameter > round(side * MOST_PERCENT / 100):
        detail = _("At %(side)d pixels the logo's minimum size would cover the face.") % {
            "side": side
        }
        raise _refused("/badge_size", "badge_too_large", detail)
    across, down = _DIRECTIONS[BadgeCorner(revision.badge_corner)]
    # As far out on the diagonal as the circle allows.
    offset = (side - diameter) / 2 / math.sqrt(2)
    middle = (side - diameter) / 2
    return Badge(
        logo=str(logo.pk),
        sha256=logo.file_sha256,
        diameter=diameter,
        left=round(middle + across * offset),
        top=round(middle + down * offset),
        clear_space=logo.clear_space,
    )


def with_badge(image: Image.Image, logo: Image.Image, badge: Badge) -> Image.Image:
    """``image`` (RGB, 8 bit, sRGB) with ``logo`` (RGBA) on its plate, as RGB of the same size."""
    large = Image.new("L", (badge.diameter * _SUPERSAMPLING,) * 2, 0)
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=255)
    plate = Image.new("RGBA", (badge.diameter,) * 2, (255, 255, 255, 255))
    plate.putalpha(large.resize(plate.size, Image.Resampling.BOX))
    width, height = _fitted(logo.size, badge)
    small = logo.resize((width, height), Image.Resampling.LANCZOS)
    place = ((badge.diameter - width) // 2, (badge.diameter - height) // 2)
    plate.alpha_composite(small, place)
    whole = image.convert("RGBA")
    whole.alpha_composite(plate, (badge.left, badge.top))
    return whole.convert("RGB")


def _fitted(size: tuple[int, int], badge: Badge) -> tuple[int, int]:
    """The logo's size within the plate: its diagonal leaves the clear space on both ends."""
    inner = badge.diameter * (1 - 2 * badge.clear_space / 100)
    scale = inner / math.hypot(*size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plate_of(logo: BrandLogo) -> int:
    """The diameter at which the logo's longer side has its minimum size."""
    longer = max(logo.width, logo.height)
    inner = logo.minimum_size * math.hypot(logo.width, logo.height) / longer
    return math.ceil(inner / (1 - 2 * logo.clear_space / 100))


def _refused(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, errors=[FieldError(pointer, code, detail)])
