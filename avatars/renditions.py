"""Files made from approved pixels: one per size, format and shape, stored once for ever."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import structlog
from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageDraw, ImageOps

from avatars.content_credentials import manifest_of, signer_for
from avatars.models import AvatarVersion, Rendition
from avatars.states import VersionStatus
from brandhub.c2pa.signing import NotSigned
from brandhub.common.errors import FieldError, Gone, InvalidInput, NotFound
from brandhub.common.storage import store

log = structlog.get_logger(__name__)

SIZES = (32, 48, 64, 96, 128, 192, 256, 512, 1024)
SHAPES = ("square", "circle")

Format = Literal["png", "webp", "jpeg", "avif"]
FORMATS: dict[Format, str] = {
    "png": "image/png",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "avif": "image/avif",
}
EXTENSIONS: dict[str, Format] = {"png": "png", "webp": "webp", "jpg": "jpeg", "avif": "avif"}

#: Qualities at which an avatar of flat colours shows no artefacts at 100 %.
_ENCODING: dict[Format, dict[str, Any]] = {
    "png": {"optimize": True},
    "webp": {"quality": 90, "method": 4},
    "jpeg": {"quality": 90, "subsampling": 0, "optimize": True},
    "avif": {"quality": 80, "speed": 7},
}
#: The circle's edge is drawn this many times larger and scaled down, which smooths it.
_SUPERSAMPLING = 4
#: Versions whose pixels may leave the house.
PUBLIC_VERSIONS = (VersionStatus.CURRENT, VersionStatus.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class RenditionSpec:
    """What a rendition looks like; ``size`` is one of ``SIZES``."""

    size: int
    format: Format
    shape: str = "square"

    @classmethod
    def parse(
        cls, size: str | int | None = None, format_: str | None = None, shape: str | None = None
    ) -> RenditionSpec:
        """Read the query's words; what is left out is 256, ``png`` and ``square``.

        A size between two of ``SIZES`` means the next one up. Raises ``InvalidInput`` with a
        pointer per wrong word.
        """
        errors = []
        number = _size(256 if size is None else size)
        if number is None:
            detail = _("A number of pixels from 1 to %(most)d.") % {"most": SIZES[-1]}
            errors.append(FieldError("?size", "out_of_range", detail))
        named = format_ or "png"
        if named not in FORMATS:
            detail = _one_of(FORMATS)
            errors.append(FieldError("?format", "unknown_format", detail))
        shaped = shape or "square"
        if shaped not in SHAPES:
            errors.append(FieldError("?shape", "unknown_shape", _one_of(SHAPES)))
        if errors or number is None:
            raise InvalidInput(_("There is no such rendition."), errors=errors)
        return cls(number, cast("Format", named), shaped)

    def for_original(self, width: int) -> RenditionSpec:
        """The spec that is made of an original so wide: nothing is enlarged."""
        return replace(self, size=min(self.size, _snapped(width)))

    @property
    def content_type(self) -> str:
        return FORMATS[self.format]

    @property
    def extension(self) -> str:
        return "jpg" if self.format == "jpeg" else self.format

    @property
    def signed(self) -> str:
        """What the rendition is called that carries content credentials."""
        return f"{self}-signed"

    def __str__(self) -> str:
        return f"{self.size}-{self.format}-{self.shape}"


def _one_of(names: Iterable[str]) -> str:
    return _("One of these: %(known)s.") % {"known": ", ".join(names)}


def rendition_for(*, version: AvatarVersion, spec: RenditionSpec) -> Rendition:
    """The stored rendition of a published version, made now where there is none yet.

    Whoever stores it first wins, and everybody is given that one: with content credentials where
    they can be had, without where signing is off or has just failed, in which case the next one to
    ask once it works again is given a signed one. Raises ``Gone`` for a version that was taken down
    and ``NotFound`` for one that is not published.
    """
    if version.status == VersionStatus.TAKEN_DOWN:
        raise Gone(_("This avatar was withdrawn."), code="taken_down")
    if version.status not in PUBLIC_VERSIONS:
        raise NotFound(_("This version is not published."))
    spec = spec.for_original(version.candidate.width or SIZES[-1])
    stored = _stored(version, spec)
    if spec.signed in stored:
        return stored[spec.signed]
    signer = signer_for(version, spec)
    if signer is None and str(spec) in stored:
        return stored[str(spec)]
    data, width = render(store().read(version.brand.public_id, version.file_sha256), spec)
    made = Rendition(
        brand_id=version.brand_id,
        pixel_sha256=version.pixel_sha256,
        spec=str(spec),
        content_type=spec.content_type,
        width=width,
    )
    if signer is not None:
        try:
            data = signer.sign(
                data, content_type=spec.content_type, manifest=manifest_of(version, spec)
            )
        except NotSigned as problem:
            # The bot keeps its face. Whoever looks after the installation has to be told.
            log.error("picture_not_signed", version=str(version.pk), problem=str(problem))
        else:
            made.spec, made.signed_by = spec.signed, signer.who.signed_by
    return _keep(version, made, data)


def _stored(version: AvatarVersion, spec: RenditionSpec) -> dict[str, Rendition]:
    """What there is of a spec, by its name: signed, unsigned, both or nothing."""
    rows = Rendition.objects.filter(
        brand_id=version.brand_id,
        pixel_sha256=version.pixel_sha256,
        spec__in=[str(spec), spec.signed],
    )
    return {row.spec: row for row in rows}


def _keep(version: AvatarVersion, made: Rendition, data: bytes) -> Rendition:
    """Store a file and its row, unless somebody was first; return whichever row there is."""
    stored = store().put(version.brand.public_id, data)
    made.file_sha256, made.file_size = stored.sha256, stored.size
    Rendition.objects.bulk_create([made], ignore_conflicts=True)
    # Read back: another process may have been first, with other bytes for the same pixels.
    return Rendition.objects.get(
        brand_id=made.brand_id, pixel_sha256=made.pixel_sha256, spec=made.spec
    )


def render(original: bytes, spec: RenditionSpec) -> tuple[bytes, int]:
    """Scale, mask and encode an image file; return the new file and its width in pixels.

    ``original`` is 8-bit sRGB with or without alpha. Lanczos, cut to a square around the middle,
    never enlarged. JPEG has no alpha, so it gets white where the others are transparent.
    """
    with Image.open(io.BytesIO(original)) as opened:
        image = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
    side = min(spec.size, *image.size)
    image = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    if spec.shape == "circle":
        image = _masked(image)
    return encode(image, spec.format), side


def encode(image: Image.Image, format_: Format) -> bytes:
    """``image`` (RGB or RGBA, 8 bit, sRGB) as a file without any metadata."""
    if format_ == "jpeg" and image.mode == "RGBA":
        matte = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(matte, image).convert("RGB")
    file = io.BytesIO()
    image.save(file, format_.upper(), **_ENCODING[format_])
    return file.getvalue()


def _masked(image: Image.Image) -> Image.Image:
    side = image.width
    large = Image.new("L", (side * _SUPERSAMPLING,) * 2, 0)
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=255)
    mask = large.resize((side, side), Image.Resampling.LANCZOS)
    image = image.convert("RGBA")
    image.putalpha(ImageChops.multiply(image.getchannel("A"), mask))
    return image


def _size(value: str | int) -> int | None:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    number = int(text)
    return _snapped(number) if 1 <= number <= SIZES[-1] else None


def _snapped(size: int) -> int:
    return next((each for each in SIZES if each >= size), SIZES[-1])
