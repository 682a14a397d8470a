"""A draft's adapters: chosen within bounds, checked once more on publishing, frozen afterwards."""

import pytest
from django.db import ProgrammingError, transaction

from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput
from styles.adapters.uploading import deprecate_adapter
from styles.differences import changes_between
from styles.models import PinnedAdapter, StyleRevision
from styles.services import change_revision, publish_revision
from styles.services.pinning import copy_pins, pin_adapters, pinned_stack
from styles.states import RevisionStatus
from tests.factories import (
    AdapterRevisionFactory,
    BaseModelFactory,
    PinnedAdapterFactory,
    StyleRevisionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> StyleRevision:
    return StyleRevisionFactory(status=RevisionStatus.DRAFT)


@pytest.fixture
def ready(draft):
    def make(**values):
        return AdapterRevisionFactory(
            **{"brand": draft.style.brand, "base_model": draft.base_model} | values
        )

    return make


def pin(draft, *pins):
    return pin_adapters(actor=SYSTEM, revision_id=draft.pk, pins=pins)


def pinned(draft) -> list:
    return list(draft.pinned_adapters.values_list("adapter_revision_id", "weight"))


def test_pins_replace_those_before_in_their_order(draft, ready) -> None:
    first, second, third = ready(), ready(), ready()
    pin(draft, (first.pk, 1.0), (second.pk, -0.5))
    pin(draft, (third.pk, 0.7), (first.pk, 0.3))
    assert pinned(draft) == [(third.pk, 0.7), (first.pk, 0.3)]
    stack = pinned_stack(draft)
    assert [(each["sha256"], each["weight"]) for each in stack] == [
        (third.canonical_sha256, 0.7),
        (first.canonical_sha256, 0.3),
    ]


def test_what_cannot_be_pinned_is_refused_and_changes_nothing(draft, ready) -> None:
    held = ready()
    pin(draft, (held.pk, 1.0))
    other_base = BaseModelFactory(name="sdxl")
    cases = [
        ([(ready(status="uploaded").pk, 1.0)], "adapter_not_ready"),
        ([(ready(status="refused").pk, 1.0)], "adapter_not_ready"),
        ([(ready(status="deprecated").pk, 1.0)], "adapter_not_ready"),
        ([(AdapterRevisionFactory(base_model=draft.base_model).pk, 1.0)], "adapter_not_ready"),
        ([(ready(base_model=other_base).pk, 1.0)], "adapter_of_another_base"),
        ([(held.pk, 1.0), (held.pk, 0.5)], "adapter_twice"),
        ([(ready(rank=200).pk, 1.0), (ready(rank=57).pk, 1.0)], "stack_rank_too_high"),
        ([(ready().pk, 1.0) for _ in range(9)], "too_many_adapters"),
    ]
    for pins, code in cases:
        with pytest.raises(InvalidInput) as raised:
            pin(draft, *pins)
        assert raised.value.error_code == code
    for weight in (4.5, -4.5, float("nan")):
        with pytest.raises(InvalidInput):
            pin(draft, (held.pk, weight))
    assert pinned(draft) == [(held.pk, 1.0)]


def test_the_refusal_of_another_base_names_both(draft, ready) -> None:
    other = ready(base_model=BaseModelFactory(name="sdxl-base"))
    with pytest.raises(InvalidInput) as raised:
        pin(draft, (other.pk, 1.0))
    assert "sdxl-base" in raised.value.detail
    assert draft.base_model.name in raised.value.detail


def test_a_draft_whose_base_model_changed_is_not_published_with_old_pins(draft, ready) -> None:
    pin(draft, (ready().pk, 1.0))
    other = BaseModelFactory(image_size=draft.base_model.image_size)
    change_revision(actor=SYSTEM, revision_id=draft.pk, base_model=other)
    with pytest.raises(InvalidInput) as raised:
        publish_revision(actor=SYSTEM, revision_id=draft.pk)
    assert raised.value.error_code == "adapter_of_another_base"
    draft.refresh_from_db()
    assert draft.status == RevisionStatus.DRAFT


def test_pins_of_a_published_revision_are_frozen_in_services_and_below(draft, ready) -> None:
    held, other = ready(), ready()
    pin(draft, (held.pk, 1.0))
    publish_revision(actor=SYSTEM, revision_id=draft.pk)
    with pytest.raises(Conflict) as raised:
        pin(draft, (other.pk, 1.0))
    assert raised.value.error_code == "revision_frozen"
    for deed in (
        lambda: PinnedAdapter.objects.filter(revision=draft).update(weight=2),
        lambda: PinnedAdapter.objects.filter(revision=draft).delete(),
        lambda: PinnedAdapterFactory(revision=draft, adapter_revision=other, position=1),
    ):
        with pytest.raises(ProgrammingError, match="frozen"), transaction.atomic():
            deed()
    assert pinned(draft) == [(held.pk, 1.0)]


def test_what_is_deprecated_later_stays_where_it_is_pinned(draft, ready) -> None:
    held = ready()
    pin(draft, (held.pk, 1.0))
    deprecate_adapter(actor=SYSTEM, revision_id=held.pk)
    pin(draft, (held.pk, 0.5))
    publish_revision(actor=SYSTEM, revision_id=draft.pk)
    copied = StyleRevisionFactory(
        style=draft.style, base_model=draft.base_model, status=RevisionStatus.DRAFT
    )
    copy_pins(source=draft, target=copied)
    assert pinned(copied) == [(held.pk, 0.5)]


def test_what_changed_names_adapters_with_their_weights(draft, ready) -> None:
    held = ready()
    newer = StyleRevisionFactory(
        style=draft.style, base_model=draft.base_model, status=RevisionStatus.DRAFT
    )
    pin(newer, (held.pk, 0.5))
    (change,) = changes_between(draft, newer, "en")
    assert (change.label, change.before) == ("Adapters", "–")
    assert change.after == f"{held.adapter.name}@{held.number} × 0.5"
    assert changes_between(newer, newer, "en") == []
