"""Finding published pictures by the addresses that the world has of them."""

from uuid import UUID

from django.db.models import Q

from avatars.models import AvatarVersion, Bot, Rendition
from avatars.renditions import PUBLIC_VERSIONS
from avatars.states import VersionStatus
from styles.models import PaletteColour


def bot_of_token(token: str) -> Bot | None:
    """The bot whose public address holds ``token``, with its brand."""
    return Bot.objects.select_related("brand").filter(public_token=token).first()


def rendition_called(brand_public_id: str, file_sha256: str) -> Rendition | None:
    """A stored rendition of the brand; several specs may have given equal bytes."""
    return (
        Rendition.objects.filter(brand__public_id=brand_public_id, file_sha256=file_sha256)
        .order_by("id")
        .first()
    )


def approved_and_withdrawn(brand_id: UUID, pixel_sha256: str) -> tuple[bool, bool]:
    """Whether these pixels are published in the brand, and whether they were taken down.

    Asked with every delivery, so that a withdrawal holds from the moment it is committed.
    """
    statuses = set(
        AvatarVersion.objects.filter(brand_id=brand_id, pixel_sha256=pixel_sha256)
        .filter(Q(status__in=PUBLIC_VERSIONS) | Q(status=VersionStatus.TAKEN_DOWN))
        .values_list("status", flat=True)
        .distinct()
    )
    return bool(statuses & set(PUBLIC_VERSIONS)), VersionStatus.TAKEN_DOWN in statuses


def brand_colours(brand_id: UUID) -> tuple[str, ...]:
    """The brand's palette as ``#rrggbb``, its primary colours first, greys of the page left out."""
    rows = PaletteColour.objects.filter(brand_id=brand_id).order_by("position", "name")
    strong = [
        colour
        for colour in rows
        if colour.role
        not in {PaletteColour.ColourRole.BACKGROUND, PaletteColour.ColourRole.NEUTRAL}
    ]
    strong.sort(key=lambda colour: colour.role != PaletteColour.ColourRole.PRIMARY)
    return tuple(colour.hex.lower() for colour in strong)
