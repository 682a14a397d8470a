"""Requests are drawn with what their style revision pins, and the record says with which."""

import pytest

from avatars.models import Attempt, Candidate
from avatars.renderer import render_once
from avatars.services.submission import submit_request
from brandhub.audit.record import SYSTEM
from brandhub.common.storage import store
from styles.services import publish_revision
from styles.services.pinning import pin_adapters
from styles.states import RevisionStatus
from tests.avatars.generators import PlainGenerator
from tests.factories import (
    AdapterRevisionFactory,
    BotFactory,
    StyleRevisionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def style(db):
    draft = StyleRevisionFactory(status=RevisionStatus.DRAFT)
    brand = draft.style.brand
    rows = [AdapterRevisionFactory(brand=brand, base_model=draft.base_model) for _ in range(2)]
    pin_adapters(actor=SYSTEM, revision_id=draft.pk, pins=[(rows[0].pk, 1.0), (rows[1].pk, 0.25)])
    return publish_revision(actor=SYSTEM, revision_id=draft.pk)


def submit(style, **values):
    return submit_request(
        actor=SYSTEM,
        bot=BotFactory(brand=style.style.brand),
        style_revision=style,
        requested_by=UserFactory(),
        prompt="a robot",
        candidates=2,
        **values,
    )


def test_a_request_keeps_and_draws_with_what_its_style_pins(style) -> None:
    request = submit(style)
    generator = PlainGenerator()
    assert render_once(family=style.base_model.family, generator=generator) == 2

    pins = list(style.pinned_adapters.select_related("adapter_revision"))
    assert [held["revision"] for held in request.adapters] == [
        str(pin.adapter_revision_id) for pin in pins
    ]
    (batch,) = generator.batches
    public_id = style.style.brand.public_id
    for image in batch.images:
        assert [(spec.sha256, spec.weight, spec.path) for spec in image.adapters] == [
            (
                pin.adapter_revision.canonical_sha256,
                pin.weight,
                store().path_of(public_id, pin.adapter_revision.canonical_sha256),
            )
            for pin in pins
        ]
    assert Candidate.objects.filter(status="rendered").count() == 2
    assert Attempt.objects.count() == 2


def test_requests_of_different_adapters_share_a_batch(style) -> None:
    bare = StyleRevisionFactory(brand=style.style.brand, base_model=style.base_model)
    submit(style, seed=1)
    submit(bare, seed=5)
    generator = PlainGenerator()
    assert render_once(family=style.base_model.family, generator=generator) == 4
    (batch,) = generator.batches
    assert sorted(len(image.adapters) for image in batch.images) == [0, 0, 2, 2]
