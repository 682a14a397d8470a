"""The style library as pages show it."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from brandhub.accounts.models import Brand, User
from styles.models import Style, StyleRevision
from styles.states import RevisionStatus


def newest_published(brand: Brand) -> QuerySet[StyleRevision]:
    """The newest published revision of each of the brand's styles, by the style's name."""
    newest = (
        StyleRevision.objects.filter(style=OuterRef("style"), status=RevisionStatus.PUBLISHED)
        .order_by("-number")
        .values("pk")[:1]
    )
    return (
        StyleRevision.objects.filter(style__brand=brand, pk=Subquery(newest))
        .select_related("style__brand", "base_model")
        .order_by("style__name")
    )


def revisions_visible_to(user: User) -> QuerySet[StyleRevision]:
    """Revisions of the person's brands with style, brand and base model."""
    return StyleRevision.objects.select_related("style__brand", "base_model").filter(
        style__in=Style.objects.visible_to(user)
    )


def styles_visible_to(user: User) -> QuerySet[Style]:
    """Styles of the person's brands with brand, palette and revisions, by name."""
    return (
        Style.objects.visible_to(user)
        .select_related("brand")
        .prefetch_related(
            "brand__palette",
            "revisions__base_model",
            "revisions__pinned_adapters__adapter_revision__adapter",
            "revisions__pinned_references__reference",
        )
        .order_by("name", "pk")
    )
