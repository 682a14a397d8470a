"""Base models as workers know them: their queue, and their specification."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from brandhub.inference.specs import ModelSpec
from styles.models.base_models import BaseModel


def render_queue_name(family: str) -> str:
    """The Celery queue of the workers that keep a family's models warm."""
    return f"render.{family}"


def model_spec(model: BaseModel) -> ModelSpec:
    """The base model as the backend knows it."""
    return ModelSpec(
        family=model.family,
        path=Path(settings.MODELS_DIR) / model.folder,
        content_hash=model.content_hash,
    )
