"""Reading styles: which a caller may ask for, and what their names mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from brandhub.accounts.callers import Caller
from brandhub.accounts.models import Brand
from brandhub.common.errors import Conflict, NotFound
from styles.models import ReferenceImage, Style, StyleRevision
from styles.states import RevisionStatus

_NAME = re.compile(r"(?P<brand>[-a-zA-Z0-9_]+)/(?P<style>[-a-zA-Z0-9_]+)(?:@(?P<number>\d{1,9}))?")


def published_styles_of(brands: QuerySet[Brand]) -> QuerySet[Style]:
    """Styles of ``brands`` that can be asked for, with what shows them, in a few queries.

    Each style's ``published`` is the list of its published revisions, the current one first.
    """
    published = StyleRevision.objects.filter(status=RevisionStatus.PUBLISHED)
    return (
        Style.objects.filter(Exists(published.filter(style=OuterRef("pk"))), brand__in=brands)
        .select_related("brand")
        .prefetch_related(
            "brand__palette",
            Prefetch(
                "revisions",
                published.select_related("base_model")
                .prefetch_related("pinned_references__reference")
                .order_by("-number"),
                to_attr="published",
            ),
        )
        .order_by("brand__slug", "slug")
    )


def revision_for(brands: QuerySet[Brand], name: str) -> StyleRevision:
    """The revision that ``acme/friendly-robots`` (the newest published) or ``…@7`` names.

    Raises ``NotFound`` (``style_not_found``) for what ``brands`` don't hold or a draft, and
    ``Conflict`` (``revision_retired``) for a number that was retired.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise _not_found()
    revisions = StyleRevision.objects.select_related("style__brand", "base_model").filter(
        style__brand__in=brands,
        style__brand__slug=match["brand"],
        style__slug=match["style"],
    )
    if match["number"] is None:
        revision = revisions.filter(status=RevisionStatus.PUBLISHED).order_by("-number").first()
    else:
        revision = (
            revisions.exclude(status=RevisionStatus.DRAFT)
            .filter(number=int(match["number"]))
            .first()
        )
    if revision is None:
        raise _not_found()
    if revision.status == RevisionStatus.RETIRED:
        raise Conflict(_("This revision was retired."), code="revision_retired")
    return revision


def reference_images_for(
    caller: Caller, *, brand: Brand, ids: Sequence[UUID]
) -> dict[UUID, ReferenceImage]:
    """The reference images called ``ids`` that the caller may use for ``brand``, by their ids.

    Raises ``NotFound`` (``reference_image_not_found``) unless all of them are.
    """
    if not ids:
        return {}
    rows = caller.within_brands(ReferenceImage.objects.all()).filter(brand=brand)
    if caller.client is not None:
        rows = rows.in_sandbox(caller.sandbox).filter(client=caller.client)
    found = rows.in_bulk(set(ids))
    if len(found) != len(set(ids)):
        raise NotFound(
            _("There is no such reference image."),
            code="reference_image_not_found",
            pointer="/reference_images",
        )
    return found


def _not_found() -> NotFound:
    return NotFound(_("There is no such published style."), code="style_not_found")
