"""The library of a brand's references: taking in, captioning, removing, pinning to a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandhub.accounts.models import ApiClient, Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from brandhub.common.pictures import clean_picture
from brandhub.common.storage import store
from brandhub.common.validation import refuse_invalid
from brandhub.jobs.hints import hint_on_commit
from styles.composition import resolve_tags
from styles.models import PinnedReference, ReferenceImage, StyleRevision
from styles.models.references import Suggestion
from styles.references.likeness import ALIKE, likeness_of, nearest
from styles.references.rights import require_rights
from styles.references.suggesting import SUGGEST_TASK, suggestion_queue
from styles.states import RevisionStatus

#: References of one revision.
MOST_PINNED = 48
_SETTABLE = frozenset({"title", "tags", "rights_holder", "licence"})


class DuplicateReference(Conflict):
    """The library has this picture already, as ``reference_id``."""

    code = "duplicate_reference"
    title = gettext_lazy("The library has this picture already")


def collect_reference(
    *,
    actor: Actor,
    brand: Brand,
    client: ApiClient | None,
    file: IO[bytes],
    size: int,
    title: str = "",
    tags: Mapping[str, Any] | Sequence[str] | None = None,
    rights_holder: str = "",
    licence: str = "",
) -> ReferenceImage:
    """Take the picture in ``file`` (``size`` bytes) into the brand's library, drawn anew.

    Raises what :func:`~brandhub.common.pictures.clean_picture` raises, ``InvalidInput`` for tags
    or texts that are not possible, and ``DuplicateReference`` for a picture that looks like one
    that is there. No row is kept then, and no file of what is not possible.
    """
    picture = clean_picture(file, size=size)
    image = ReferenceImage(
        brand=brand,
        client=client,
        in_library=True,
        title=title.strip()[:120],
        tags=resolve_tags(tags or {}),
        likeness=likeness_of(picture.png),
        width=picture.width,
        height=picture.height,
        rights_holder=rights_holder.strip(),
        licence=licence.strip(),
    )
    refuse_invalid(image, exclude=["brand", "client", "tags", "file_sha256"])
    image.file_sha256 = store().put(brand.public_id, picture.png).sha256
    return add_to_library(actor=actor, image=image)


@transaction.atomic
def add_to_library(*, actor: Actor, image: ReferenceImage) -> ReferenceImage:
    """Save an unsaved ``image`` whose file is stored. Raises ``DuplicateReference``."""
    # Under the brand's lock, so that twins that come at once see each other.
    Brand.objects.select_for_update(no_key=True).get(pk=image.brand_id)
    _refuse_duplicate(image)
    if not image.tags:
        image.suggestion_status = Suggestion.ASKED
        hint_on_commit(SUGGEST_TASK, queue=suggestion_queue())
    image.save(force_insert=True)
    record(
        actor=actor,
        action="reference.collected",
        of=image,
        brand=image.brand_id,
        file_sha256=image.file_sha256,
    )
    return image


@transaction.atomic
def change_reference(*, actor: Actor, reference_id: UUID, **values: Any) -> ReferenceImage:
    """Change a library picture's title, tags, rights holder or licence. What is not given stays.

    Raises ``NotFound`` and ``InvalidInput`` with pointers.
    """
    if unknown := set(values) - _SETTABLE:
        raise TypeError(f"a reference has no {', '.join(sorted(unknown))} to set")
    image = _lock(reference_id)
    if "tags" in values:
        values["tags"] = resolve_tags(values["tags"])
    changed = sorted(name for name, value in values.items() if getattr(image, name) != value)
    if not changed:
        return image
    for name in changed:
        setattr(image, name, values[name])
    refuse_invalid(image, exclude=["brand", "client", "tags"])
    image.save(update_fields=changed)
    record(actor=actor, action="reference.changed", of=image, brand=image.brand_id, fields=changed)
    return image


@transaction.atomic
def remove_reference(*, actor: Actor, reference_id: UUID) -> None:
    """Take a picture out of the library.

    A request that was drawn from it keeps it, as if it had been sent with that request alone. Its
    file goes within a day once no row names it. Raises ``NotFound``, and ``Conflict``
    (``reference_in_use``) while a revision of a style has it.
    """
    image = _lock(reference_id)
    record(
        actor=actor,
        action="reference.removed",
        of=image,
        brand=image.brand_id,
        file_sha256=image.file_sha256,
    )
    # A training that is being asked for this moment may have read the row already.
    store().renew(image.brand.public_id, image.file_sha256)
    try:
        image.delete()
    except ProtectedError as error:
        if any(isinstance(each, PinnedReference) for each in error.protected_objects):
            raise Conflict(
                _("A revision of a style has this picture. Take it out there first."),
                code="reference_in_use",
            ) from error
        image.in_library = False
        image.suggestion_status = Suggestion.NONE
        image.save(update_fields=["in_library", "suggestion_status"])


@transaction.atomic
def pin_references(
    *, actor: Actor, revision_id: UUID, reference_ids: Sequence[UUID]
) -> StyleRevision:
    """Give a draft these references, in this order, and no others.

    Raises ``NotFound``, ``Conflict`` (``revision_frozen``) for a revision that was published, and
    ``InvalidInput``: ``unknown_reference``, ``too_many_references``, or ``rights_missing`` where
    the brand's policy asks for rights that a picture lacks.
    """
    revision = (
        StyleRevision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("style__brand")
        .filter(pk=revision_id)
        .first()
    )
    if revision is None:
        raise NotFound(_("There is no such revision."))
    if revision.status != RevisionStatus.DRAFT:
        raise Conflict(
            _("A published revision does not change. Make a new one."), code="revision_frozen"
        )
    wanted = list(dict.fromkeys(reference_ids))
    before = list(revision.pinned_references.values_list("reference_id", flat=True))
    if wanted == before:
        return revision
    if len(wanted) > MOST_PINNED:
        most = {"most": MOST_PINNED}
        raise _refused("too_many_references", _("At most %(most)d references.") % most)
    brand = revision.style.brand
    # Locked, so that none is removed before its pin is there to be seen.
    library = (
        ReferenceImage.objects.select_for_update(no_key=True)
        .filter(brand=brand, in_library=True)
        .order_by("pk")
        .in_bulk(wanted)
    )
    if len(library) != len(wanted):
        raise _refused("unknown_reference", _("The library has no such picture."))
    require_rights(brand, [library[key] for key in wanted])
    revision.pinned_references.all().delete()
    PinnedReference.objects.bulk_create(
        PinnedReference(revision=revision, reference_id=key, position=position)
        for position, key in enumerate(wanted)
    )
    record(
        actor=actor,
        action="style_revision.references_pinned",
        of=revision,
        brand=brand,
        references=[str(key) for key in wanted],
    )
    return revision


def _lock(reference_id: UUID) -> ReferenceImage:
    image = (
        ReferenceImage.objects.select_for_update(no_key=True)
        .filter(pk=reference_id, in_library=True)
        .first()
    )
    if image is None:
        raise NotFound(_("The library has no such picture."), code="reference_not_found")
    return image


def _refuse_duplicate(image: ReferenceImage) -> None:
    """Compare with every picture of the library: a few hundred, of 64 bytes each."""
    rows = ReferenceImage.objects.filter(brand_id=image.brand_id, in_library=True)
    known = list(rows.values_list("pk", "file_sha256", "likeness"))
    same = next((key for key, digest, _bits in known if digest == image.file_sha256), None)
    if same is None:
        found = nearest(image.likeness, (bits for _key, _digest, bits in known))
        if found is None or found[1] > ALIKE:
            return
        same = known[found[0]][0]
    raise DuplicateReference(_("The library has this picture already."), reference_id=str(same))


def _refused(code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, errors=[FieldError("/references", code, detail)])
