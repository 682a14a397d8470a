"""The studio: what a manager of a brand starts a request from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from avatars.forms import RequestForm, initial_from
from avatars.models import Bot, GenerationRequest
from avatars.states import SETTLED_REQUESTS
from brandhub.accounts.models import Brand, Role, User
from brandhub.audit.record import Actor
from brandhub.common.errors import BrandHubError, InvalidInput, NotFound, Refused
from brandhub.common.pictures import FileTooLarge
from brandhub.common.sentences import sentence_for
from styles.library import newest_published
from styles.models import ReferenceImage
from styles.services import add_reference_image


@dataclass(frozen=True, slots=True)
class Studio:
    """The brands that a person manages, the one at work, its bots and styles as a form."""

    brands: list[Brand]
    brand: Brand
    form: RequestForm
    earlier: GenerationRequest | None

    @property
    def ready(self) -> bool:
        """Whether there is a bot to dress and a style to draw in."""
        return bool(self.form.bots and self.form.revisions)


def open_studio(
    *, user: User, query: QueryDict, data: QueryDict | None, file: UploadedFile | None = None
) -> Studio:
    """The studio as an address asks for it: ``brand``, ``bot`` or ``continues`` by their keys.

    ``data`` is a form that was sent, and ``file`` the picture sent with it, which is kept at once,
    so that it outlives whatever else is wrong with the form. Raises ``Refused`` for somebody who
    manages no brand and ``NotFound`` for a key that is none of theirs.
    """
    brands = list(Brand.objects.with_role(user, Role.MANAGER).prefetch_related("palette"))
    if not brands:
        raise Refused(_("Only managers of a brand request avatars."))
    earlier = _one(
        GenerationRequest.objects.with_role(user, Role.MANAGER).filter(
            status__in=SETTLED_REQUESTS, is_preview=False
        ),
        query.get("continues"),
    )
    bot = _one(Bot.objects.with_role(user, Role.MANAGER), query.get("bot"))
    wanted = (data or query).get("brand")
    if earlier or bot:
        wanted = str((earlier or bot).brand_id)
    brand = next((each for each in brands if str(each.pk) == wanted), None)
    if brand is None:
        if wanted:
            raise NotFound(_("There is no such brand."))
        brand = brands[0]
    revisions = newest_published(brand)
    initial: dict[str, Any] = initial_from(earlier) if earlier else {}
    if bot:
        initial["bot"] = bot.pk
    offered = {revision.pk for revision in revisions}
    if initial.get("style_revision") not in offered and revisions:
        # The revision of an earlier request may have a newer one by now.
        initial["style_revision"] = revisions[0].pk
    refused = None
    if data is not None and file is not None:
        data, refused = _keep(file, data, user=user, brand=brand)
    form = RequestForm(
        data,
        initial=initial,
        bots=Bot.objects.live().filter(brand=brand).order_by("name"),
        revisions=revisions,
        references=ReferenceImage.objects.live().filter(brand=brand),
        continuable=GenerationRequest.objects.live().filter(
            brand=brand, status__in=SETTLED_REQUESTS, is_preview=False
        ),
    )
    if refused is not None:
        form.add_error("reference_file", sentence_for(refused))
    return Studio(brands=brands, brand=brand, form=form, earlier=earlier)


def _keep(
    file: UploadedFile, data: QueryDict, *, user: User, brand: Brand
) -> tuple[QueryDict, BrandHubError | None]:
    """Store the picture; the form as if it had been chosen, or the refusal."""
    try:
        image = add_reference_image(
            actor=Actor.person(user), brand=brand, client=None, file=file, size=file.size or 0
        )
    except (InvalidInput, FileTooLarge) as error:
        return data, error
    data = data.copy()
    data["reference"] = str(image.pk)
    return data, None


def _one(rows: Any, key: str | None) -> Any:
    if not key:
        return None
    try:
        found = rows.filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such bot or request."))
    return found
