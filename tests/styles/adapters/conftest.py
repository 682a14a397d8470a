"""A tiny base model on disk, adapters for it as files, and a warm generator to check them with."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from brandhub.accounts.models import Brand
from brandhub.audit.record import SYSTEM
from styles.adapters import checker, trainer
from styles.adapters.uploading import upload_adapter
from styles.models import AdapterRevision, BaseModel
from tests.factories import BaseModelFactory, BrandFactory
from tests.inference.layouts import Weights, file_of, kohya_layout, lora_weights
from tests.inference.tiny import SIDE, build_tiny_pipeline

FAMILY = "tiny"


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_tiny_pipeline(folder / FAMILY)
    return folder


@pytest.fixture(scope="session")
def generator() -> Iterator[Any]:
    from brandhub.inference.diffusers_backend.configuration import Configuration
    from brandhub.inference.diffusers_backend.generator import DiffusersGenerator

    made = DiffusersGenerator(Configuration(device="cpu", threads=1))
    yield made
    made.unload()


@pytest.fixture(autouse=True)
def _heartbeats_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat has a connection of its own, which doesn't see rows of a test's transaction."""
    for module in (checker, trainer):
        monkeypatch.setattr(module, "HEARTBEAT", timedelta(hours=1))


@pytest.fixture(scope="session")
def weights() -> Weights:
    return lora_weights(1)


@pytest.fixture
def brand(db: None) -> Brand:
    return BrandFactory(slug="acme")


@pytest.fixture
def base_model(db: None, models_dir: Path, settings: Settings) -> BaseModel:
    from brandhub.inference.model_folder import content_hash

    settings.MODELS_DIR = models_dir
    return BaseModelFactory(
        family=FAMILY,
        name="Tiny",
        folder=FAMILY,
        content_hash=content_hash(models_dir / FAMILY),
        image_size=SIDE,
        default_steps=2,
        default_scheduler="default",
    )


@pytest.fixture
def upload(brand: Brand, base_model: BaseModel) -> Callable[..., AdapterRevision]:
    """Upload bytes as a revision of ``nimbus``."""

    def send(content: bytes, **values: Any) -> AdapterRevision:
        return upload_adapter(
            **{
                "actor": SYSTEM,
                "brand": brand,
                "slug": "nimbus",
                "name": "Nimbus",
                "base_model": base_model,
                "file": io.BytesIO(content),
                "size": len(content),
            }
            | values
        )

    return send


@pytest.fixture
def uploaded(upload: Callable[..., AdapterRevision], weights: Weights) -> AdapterRevision:
    """A sound adapter in kohya's layout that waits for its check."""
    return upload(file_of(kohya_layout(weights)))
