"""A published revision with all that a pack can hold, and the pack of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brandhub.accounts.models import Brand
from brandhub.audit.record import SYSTEM
from brandhub.common.storage import store
from brandhub.inference.adapter_layers import base_layers
from styles.logos.uploading import upload_logo
from styles.models import AdapterRevision, BaseModel, StyleRevision
from styles.packs.exporting import export_pack
from styles.packs.importing import ImportedPack, import_pack
from styles.references.collecting import pin_references
from styles.services import create_revision, create_style, publish_revision, set_colour
from styles.services.pinning import pin_adapters
from tests.factories import AdapterRevisionFactory, BrandFactory
from tests.inference.layouts import Weights, header_of, kohya_layout
from tests.inference.layouts import file_of as file_of_weights
from tests.pictures import drawing, file_of, library_picture
from tests.styles.adapters.conftest import (  # noqa: F401 - fixtures
    FAMILY,
    _heartbeats_stay_out,
    base_model,
    brand,
    generator,
    models_dir,
    weights,
)


@pytest.fixture(scope="session")
def canonical(models_dir: Path, weights: Weights) -> bytes:  # noqa: F811
    """The weights as the check would keep them."""
    from brandhub.inference.diffusers_backend import convert_adapter

    content = file_of_weights(kohya_layout(weights))
    layers = base_layers(models_dir / FAMILY)
    return convert_adapter(content, header_of(content), layers, base_name="Tiny").data


@pytest.fixture
def ready(brand: Brand, base_model: BaseModel, canonical: bytes) -> AdapterRevision:  # noqa: F811
    """An adapter whose check is over."""
    stored = store().put(brand.public_id, canonical)
    return AdapterRevisionFactory(
        brand=brand,
        base_model=base_model,
        adapter__slug="nimbus",
        adapter__name="Nimbus",
        canonical_sha256=stored.sha256,
        canonical_size=stored.size,
        rank=4,
        trigger_words="nimbus toy",
    )


@pytest.fixture
def published(brand: Brand, base_model: BaseModel, ready: AdapterRevision) -> StyleRevision:  # noqa: F811
    set_colour(actor=SYSTEM, brand=brand, name="Sky", hex="#1c7ed6", role="primary", tolerance=9.0)
    logo = file_of(drawing(9, 40))
    upload_logo(
        actor=SYSTEM,
        brand=brand,
        file=io.BytesIO(logo),
        size=len(logo),
        clear_space=10,
        minimum_size=8,
    )
    style = create_style(
        actor=SYSTEM, brand=brand, slug="friendly", name="Friendly", description="For support."
    )
    draft = create_revision(
        actor=SYSTEM,
        style=style,
        base_model=base_model,
        default_tags={"subject": "robot"},
        prompt_template="soft {caption}",
        negative_prompt="frame",
        badge_corner="top_left",
        badge_size=40,
    )
    pictures = [
        library_picture(
            brand,
            title=f"Mascot {number}",
            tags={"subject": "robot"},
            rights_holder="Acme",
            licence="own work",
        )
        for number in (1, 2)
    ]
    pin_references(
        actor=SYSTEM, revision_id=draft.pk, reference_ids=[image.pk for image in pictures]
    )
    pin_adapters(actor=SYSTEM, revision_id=draft.pk, pins=[(ready.pk, 0.75)])
    return publish_revision(actor=SYSTEM, revision_id=draft.pk)


@pytest.fixture
def pack(published: StyleRevision) -> bytes:
    return exported(published)


@pytest.fixture
def other() -> Brand:
    """Another brand, which has nothing yet."""
    return BrandFactory(slug="other")


@pytest.fixture
def take_in(other: Brand) -> Callable[..., ImportedPack]:
    """Import a pack's bytes into the other brand."""

    def take_in(content: bytes, **values: Any) -> ImportedPack:
        return import_pack(
            **{
                "actor": SYSTEM,
                "brand": other,
                "file": io.BytesIO(content),
                "size": len(content),
            }
            | values
        )

    return take_in


def exported(revision: StyleRevision) -> bytes:
    """The pack of ``revision``."""
    file = io.BytesIO()
    export_pack(actor=SYSTEM, revision_id=revision.pk, to=file)
    return file.getvalue()
