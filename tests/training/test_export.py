"""The shipped folder and the words that training reads."""

from __future__ import annotations

import random

import pytest
import torch
from diffusers import StableDiffusionPipeline

from brandhub.inference.training.captioning import word
from brandhub.inference.training.diffusion import (
    build_text_encoder,
    build_unet,
    draw_timesteps,
)
from brandhub.inference.training.export import ExportTooLargeError, export_pipeline
from brandhub.inference.training.patches import build_patch_autoencoder, fit_basis
from brandhub.inference.training.tokens import build_tokenizer, chinese_characters

TAGS = {
    "style": "cartoon",
    "subject": "robot",
    "expression": "smile",
    "eyewear": "glasses",
    "background": "blue",
    "accessory": ("bow", "mask"),
}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    return build_tokenizer(folder, ["cartoon robot wearing glasses, blue background"] * 20)


@pytest.fixture(scope="module")
def parts(tokenizer):
    torch.manual_seed(0)
    basis = fit_basis(torch.rand(12, 3, 64, 64) * 2 - 1, channels=8)
    return {
        "vae": build_patch_autoencoder(basis, widths=(16, 32, 64, 64, 64), size=128),
        "unet": build_unet((16, 32), channels=8, size=8, text_width=32, groups=8),
        "text_encoder": build_text_encoder(tokenizer, width=32, layers=1),
        "tokenizer": tokenizer,
    }


def test_the_stock_pipeline_loads_and_draws(tmp_path, parts):
    # Given an exported folder
    size = export_pipeline(tmp_path / "model", **parts)
    # When the stock pipeline loads it
    pipeline = StableDiffusionPipeline.from_pretrained(tmp_path / "model", dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("戴眼镜的卡通机器人", num_inference_steps=2, guidance_scale=3).images[0]
    # Then it draws at the decoder's own size, from half-precision weights, on trailing timesteps
    assert picture.size == (128, 128)
    stored = sum(path.stat().st_size for path in (tmp_path / "model").rglob("*") if path.is_file())
    assert size == stored
    assert pipeline.scheduler.config.timestep_spacing == "trailing"
    assert pipeline.scheduler.config.rescale_betas_zero_snr is True
    assert pipeline.vae.config.scaling_factor == 1


def test_too_large_an_export_leaves_the_old_one(tmp_path, parts):
    # Given a folder from before
    folder = tmp_path / "model"
    export_pipeline(folder, **parts)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    # When the next one is over the limit
    with pytest.raises(ExportTooLargeError):
        export_pipeline(folder, **parts, max_bytes=1000)
    # Then nothing changed, and nothing is left beside it
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_every_character_is_one_token(tokenizer):
    for character in chinese_characters():
        assert len(tokenizer(character, add_special_tokens=False).input_ids) == 1, character


def test_prompts_never_deny_what_the_picture_shows():
    for seed in range(400):
        text = word(TAGS, random.Random(seed))
        for phrase in (
            "no glasses",
            "without glasses",
            "不戴眼镜",
            "no face mask",
            "没戴口罩",
            "no bow",
        ):
            assert phrase not in text, seed


def test_prompts_deny_what_is_absent_in_both_languages():
    bare = {"style": "flat", "subject": "person", "background": "red"}
    texts = [word(bare, random.Random(seed)) for seed in range(600)]
    assert any("no glasses" in text or "without glasses" in text for text in texts)
    assert any("不戴眼镜" in text or "没有眼镜" in text for text in texts)


def test_prompts_vary_in_length_and_language_and_come_back_the_same():
    texts = [word(TAGS, random.Random(seed)) for seed in range(400)]
    assert texts == [word(TAGS, random.Random(seed)) for seed in range(400)]
    empty = sum(text == "" for text in texts) / 400
    chinese = sum(any(ord(c) > 0x4E00 for c in text) for text in texts) / 400
    assert 0.05 < empty < 0.15
    assert 0.38 < chinese < 0.52
    # At times a prompt names one thing alone, as negative prompts do
    more = {word(TAGS, random.Random(seed)) for seed in range(4000)}
    assert {"wearing glasses", "戴眼镜"} <= more


def test_timesteps_reach_both_ends():
    steps = draw_timesteps(torch.Generator().manual_seed(1), 20_000)
    assert steps.min() >= 0
    assert steps.max() == 999
    # More of them lie where parts are decided than an even draw would put there
    assert ((steps > 400) & (steps < 800)).float().mean() > 0.45
