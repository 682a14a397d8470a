"""Pictures for tests: made here, stored as the product stores them."""

import io
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
