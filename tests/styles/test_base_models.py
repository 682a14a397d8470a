"""Registering weights: pinned by content, below the models' folder, without a model library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidInput
from brandhub.inference.specs import GUIDANCE_SCHEDULES
from styles.models import BaseModel
from styles.models.base_models import GuidanceSchedule
from styles.services import register_base_model


@pytest.fixture
def models_dir(tmp_path, settings) -> Path:
    settings.MODELS_DIR = tmp_path / "weights"
    return settings.MODELS_DIR


def test_what_a_style_may_be_guided_by_is_what_a_worker_can_draw() -> None:
    assert set(GuidanceSchedule.values) == GUIDANCE_SCHEDULES


def pipeline(models_dir: Path, name: str = "tiny", *, weights: bytes = b"0") -> Path:
    """A folder with the files of a pipeline: configuration as diffusers writes it."""
    folder = models_dir / name
    for part, config in (
        ("unet", {"sample_size": 16}),
        ("vae", {"block_out_channels": [32, 64, 128, 128]}),
    ):
        (folder / part).mkdir(parents=True)
        (folder / part / "config.json").write_text(json.dumps(config))
        (folder / part / "diffusion_pytorch_model.safetensors").write_bytes(weights)
    (folder / "model_index.json").write_text("{}")
    return folder


@pytest.mark.django_db
class TestRegistration:
    def test_a_folder_is_pinned_by_what_is_in_it(self, models_dir):
        folder = pipeline(models_dir)

        model, created = register_base_model(actor=SYSTEM, folder=folder, steps=20)
        again, twice = register_base_model(actor=SYSTEM, folder="tiny")

        assert (created, twice, again.pk) == (True, False, model.pk)
        model.refresh_from_db()
        assert (model.family, model.name, model.folder) == ("tiny", "tiny", "tiny")
        assert (model.image_size, model.default_steps) == (128, 20)
        assert len(model.content_hash) == 64
        assert "style:realistic" in model.unsupported_tags
        assert "style:cartoon" not in model.unsupported_tags
        assert [e.action for e in AuditEvent.objects.all()] == ["base_model.registered"]

    def test_other_weights_are_another_model(self, models_dir):
        first, _created = register_base_model(actor=SYSTEM, folder=pipeline(models_dir))
        other = pipeline(models_dir, "other", weights=b"1")
        second, created = register_base_model(actor=SYSTEM, folder=other, family="tiny")

        assert created
        assert second.content_hash != first.content_hash

    def test_weights_that_moved_stay_the_same_model(self, models_dir):
        first, _created = register_base_model(actor=SYSTEM, folder=pipeline(models_dir))
        (models_dir / "tiny").rename(models_dir / "moved")

        second, created = register_base_model(actor=SYSTEM, folder="moved")

        assert (created, second.pk, second.folder) == (False, first.pk, "moved")
        assert BaseModel.objects.get().folder == "moved"

    def test_eyes_are_found_where_a_network_for_it_lies_beside_the_folder(self, models_dir):
        pipeline(models_dir)
        without, _created = register_base_model(actor=SYSTEM, folder="tiny")
        (models_dir / "tiny-eyes").mkdir()

        beside, created = register_base_model(actor=SYSTEM, folder="tiny")

        assert (without.finds_eyes, beside.finds_eyes, created) == (False, True, False)
        assert BaseModel.objects.get().finds_eyes
        assert [
            (e.action, e.data.get("finds_eyes")) for e in AuditEvent.objects.order_by("pk")
        ] == [
            ("base_model.registered", None),
            ("base_model.eyes_changed", True),
        ]

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"folder": "../tiny"}, "/folder"),
            ({"folder": "/etc"}, "/folder"),
            ({"folder": "."}, "/folder"),
            ({"folder": "missing"}, "/folder"),
            ({"family": "no slug"}, "/family"),
            ({"scheduler": "magic"}, "/scheduler"),
            ({"unsupported_tags": ["style:flat", "style:nope"]}, "/unsupported_tags/1"),
        ],
    )
    def test_what_is_not_possible_is_refused(self, models_dir, values, pointer):
        pipeline(models_dir)

        with pytest.raises(InvalidInput) as refusal:
            register_base_model(actor=SYSTEM, **{"folder": "tiny", **values})
        assert [error.pointer for error in refusal.value.errors] == [pointer]
        assert not BaseModel.objects.exists()

    def test_a_folder_with_a_pickle_or_without_a_size_is_refused(self, models_dir):
        folder = pipeline(models_dir)
        (folder / "unet" / "weights.bin").write_bytes(b"pickle")
        with pytest.raises(InvalidInput) as refusal:
            register_base_model(actor=SYSTEM, folder="tiny")
        assert "weights.bin" in refusal.value.errors[0].detail

        (folder / "unet" / "weights.bin").unlink()
        (folder / "unet" / "config.json").write_text("[]")
        with pytest.raises(InvalidInput):
            register_base_model(actor=SYSTEM, folder="tiny")
        assert not BaseModel.objects.exists()

    def test_the_command_says_what_it_did_or_why_not(self, models_dir, capsys):
        folder = pipeline(models_dir)

        call_command("register_base_model", str(folder), "--name", "Tiny one")
        call_command("register_base_model", "tiny")
        with pytest.raises(CommandError, match="does not lie below"):
            call_command("register_base_model", "/etc")

        first, second = capsys.readouterr().out.splitlines()
        assert first.startswith("Registered Tiny one, 128 px, family tiny, ")
        assert second.startswith("Already registered: Tiny one, ")


def test_registering_loads_no_model_library():
    code = (
        "import django, sys; django.setup();"
        "import styles.services, styles.management.commands.register_base_model;"
        "print([m for m in ('torch', 'diffusers', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "brandhub.settings.test"},
    )
    assert done.stdout.strip() == "[]"
