"""The library of references as pages and the API read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from brandhub.accounts.callers import Caller
from brandhub.accounts.models import Brand, Role, User
from brandhub.common.errors import NotFound
from styles.models import ReferenceImage
from styles.models.references import Suggestion


def library_visible_to(user: User) -> QuerySet[ReferenceImage]:
    """Library pictures of the person's brands, with the brand."""
    return ReferenceImage.objects.visible_to(user).filter(in_library=True).select_related("brand")


def library_of(caller: Caller) -> QuerySet[ReferenceImage]:
    """Library pictures of the brands that a caller of the API may know of, with the brand."""
    rows = caller.within_brands(ReferenceImage.objects.select_related("brand"))
    return rows.filter(in_library=True)


def reference_called(caller: Caller, reference_id: UUID) -> ReferenceImage:
    """One of :func:`library_of`. Raises ``NotFound`` (``reference_not_found``)."""
    found = library_of(caller).filter(pk=reference_id).first()
    if found is None:
        raise NotFound(_("There is no such reference."), code="reference_not_found")
    return found


@dataclass(frozen=True, slots=True)
class CaptionCounts:
    """How far a brand's captions are: pictures without one, by what the classifier has said."""

    brand: Brand
    without: int
    asked: int
    ready: int
    unavailable: int


def caption_counts(user: User) -> list[CaptionCounts]:
    """The brands that the person manages and that have pictures without a caption."""
    bare = Q(reference_images__in_library=True, reference_images__tags={})
    said = {
        name: Count(
            "reference_images",
            filter=bare & Q(reference_images__suggestion_status=status),
        )
        for name, status in (
            ("asked", Suggestion.ASKED),
            ("ready", Suggestion.READY),
            ("unavailable", Suggestion.UNAVAILABLE),
        )
    }
    rows = (
        Brand.objects.with_role(user, Role.MANAGER)
        .annotate(without=Count("reference_images", filter=bare), **said)
        .filter(without__gt=0)
        .order_by("name")
    )
    return [
        CaptionCounts(brand, brand.without, brand.asked, brand.ready, brand.unavailable)
        for brand in rows
    ]


def usable_references(brand: Brand) -> QuerySet[ReferenceImage]:
    """What a draft or a training of ``brand`` may use: with rights, where its policy asks."""
    rows = ReferenceImage.objects.filter(brand=brand, in_library=True)
    if brand.references_need_rights:
        # Blanks alone are no name; the same rule as ``ReferenceImage.has_rights``.
        rows = rows.filter(rights_holder__regex=r"\S", licence__regex=r"\S")
    return rows
