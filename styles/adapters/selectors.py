"""Adapters as pages and the API read them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from brandhub.accounts.models import Brand, User
from styles.adapters.states import AdapterStatus
from styles.models.adapters import Adapter, AdapterRevision, PinnedAdapter
from styles.models.base_models import BaseModel
from styles.models.trainings import AdapterTraining


def adapters_visible_to(user: User) -> QuerySet[Adapter]:
    """Adapters of the person's brands, each with its revisions, the newest first."""
    revisions = AdapterRevision.objects.select_related("base_model").order_by("-number")
    return (
        Adapter.objects.visible_to(user)
        .select_related("brand")
        .prefetch_related(Prefetch("revisions", revisions))
    )


def revisions_visible_to(user: User) -> QuerySet[AdapterRevision]:
    """Revisions of the person's brands with what a page says of them."""
    return AdapterRevision.objects.visible_to(user).select_related("adapter", "brand", "base_model")


def ready_adapters(brand: Brand, base_model: BaseModel | None = None) -> QuerySet[AdapterRevision]:
    """Revisions that a draft of ``brand`` may pin, for one base model where it is given."""
    rows = AdapterRevision.objects.filter(brand=brand, status=AdapterStatus.READY)
    if base_model is not None:
        rows = rows.filter(base_model=base_model)
    return rows.select_related("adapter", "base_model").order_by("adapter__name", "-number")


def pins_of(adapter: Adapter) -> QuerySet[PinnedAdapter]:
    """Where the adapter's revisions are pinned: by style, the newest revision first."""
    return (
        PinnedAdapter.objects.filter(adapter_revision__adapter=adapter)
        .select_related("revision__style", "adapter_revision")
        .order_by("revision__style__name", "-revision__number")
    )


def trainings_visible_to(user: User) -> QuerySet[AdapterTraining]:
    """Trainings of the person's brands with what a page says of them."""
    return AdapterTraining.objects.visible_to(user).select_related(
        "brand", "base_model", "result__adapter"
    )


def newest_base_models() -> list[BaseModel]:
    """The newest base model of each family: what adapters are uploaded for."""
    return list(BaseModel.objects.order_by("family", "-id").distinct("family"))
