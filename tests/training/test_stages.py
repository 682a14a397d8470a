"""The stages of a training as commands, on a corpus and models of a few pixels."""

from __future__ import annotations

import json

import pytest
import torch
import torch.nn.functional as functional
from diffusers import AutoencoderKL, StableDiffusionPipeline
from safetensors.torch import load_file

from brandhub.inference.training import lora, train
from brandhub.inference.training.autoencoder import psnr
from brandhub.inference.training.corpus.build import build
from brandhub.inference.training.diffusion import build_text_encoder, build_unet
from brandhub.inference.training.export import export_pipeline
from brandhub.inference.training.loop import LoopSettings
from brandhub.inference.training.lora import WEIGHTS, train_lora
from brandhub.inference.training.tokens import build_tokenizer
from brandhub.inference.training.widening import widen


def small_autoencoder(sample_size: int = 32) -> AutoencoderKL:
    torch.manual_seed(0)
    return AutoencoderKL(
        block_out_channels=(32, 32),
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
        layers_per_block=1,
        mid_block_add_attention=False,
        norm_num_groups=8,
        sample_size=sample_size,
        scaling_factor=1.0,
    ).eval()


@pytest.fixture(scope="module")
def tiny_parts(tmp_path_factory):
    """A model that draws 32 px from 16 × 16 × 4 latents."""
    torch.manual_seed(1)
    tokenizer = build_tokenizer(tmp_path_factory.mktemp("tokenizer"), ["flat person"] * 9)
    return {
        "vae": small_autoencoder(),
        "unet": build_unet((16, 32), channels=4, size=16, text_width=32, groups=8),
        "text_encoder": build_text_encoder(tokenizer, width=32, layers=1),
        "tokenizer": tokenizer,
    }


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    build(folder, count=40, seed=3, processes=1, shard_size=40)
    return folder


def test_widened_autoencoder_keeps_the_latents():
    # Given an autoencoder, and pictures of its size enlarged to twice that
    core = small_autoencoder()
    halves = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(2)) * 2 - 1
    pictures = functional.interpolate(halves, scale_factor=2)
    # When it is widened
    wide = widen(core).eval()
    # Then its latents of the large ones are the old latents of the small ones
    with torch.no_grad():
        expected = core.encode(halves).latent_dist.mean
        found = wide.encode(pictures).latent_dist.mean
    assert torch.allclose(found, expected, atol=1e-4)


def test_widened_autoencoder_draws_the_same_enlarged():
    core = small_autoencoder()
    coarse = torch.randn(2, 4, 4, 4, generator=torch.Generator().manual_seed(3))
    latents = functional.interpolate(coarse, size=16, mode="bilinear")
    with torch.no_grad():
        expected = functional.interpolate(core.decode(latents).sample, scale_factor=2)
        found = widen(core).decode(latents).sample
    assert found.shape == (2, 3, 64, 64)
    assert psnr(found, expected).min() > 20


def test_widening_needs_room_for_the_neighbours():
    core = AutoencoderKL.from_config({**small_autoencoder().config, "block_out_channels": (16, 32)})
    with pytest.raises(ValueError, match="27 channels"):
        widen(core)


def test_training_goes_on_from_a_folder_and_exports(tmp_path, corpus):
    # Given a folder that draws 128 px, and a corpus
    torch.manual_seed(1)
    tokenizer = build_tokenizer(tmp_path / "tokenizer", ["flat person"] * 9)
    vae = AutoencoderKL.from_config(
        {
            **small_autoencoder().config,
            "block_out_channels": (32, 32, 32, 32),
            "down_block_types": ["DownEncoderBlock2D"] * 4,
            "up_block_types": ["UpDecoderBlock2D"] * 4,
            "sample_size": 128,
        }
    )
    start = tmp_path / "start"
    export_pipeline(
        start,
        vae=vae,
        unet=build_unet((16, 32), channels=4, size=16, text_width=32, groups=8),
        text_encoder=build_text_encoder(tokenizer, width=32, layers=1),
        tokenizer=tokenizer,
    )
    state, out = tmp_path / "state", tmp_path / "model"
    common = ["--corpus", str(corpus), "--state", str(state), "--start", str(start),
              "--steps", "1", "--batch", "2", "--workers", "1"]  # fmt: skip
    # When both stages run and the folder is exported
    train.main(["diffusion", *common])
    train.main(["autoencoder", *common])
    train.main(["export", "--state", str(state), "--out", str(out)])
    # Then the stock pipeline draws 256 px from it
    pipeline = StableDiffusionPipeline.from_pretrained(out, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("flat person", num_inference_steps=1, guidance_scale=1).images[0]
    assert picture.size == (256, 256)
    # And its UNet is the trained one, not the start's
    before = StableDiffusionPipeline.from_pretrained(start, dtype=torch.float32).unet.state_dict()
    after = pipeline.unet.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_adapter_learns_and_is_loaded_by_the_pipeline(tmp_path, tiny_parts):
    # Given a model and three pictures
    export_pipeline(tmp_path / "model", **tiny_parts)
    pipeline = StableDiffusionPipeline.from_pretrained(tmp_path / "model", dtype=torch.float32)
    pictures = torch.rand(3, 3, 32, 32) * 2 - 1
    before = {name: value.clone() for name, value in pipeline.unet.state_dict().items()}
    # When an adapter is trained
    path = train_lora(
        pipeline,
        pictures,
        [{"subject": "person"}] * 3,
        trigger="acme brand",
        folder=tmp_path / "adapter",
        settings=LoopSettings(tmp_path / "state.pt", steps=8, warmup_steps=0, decay_share=0),
        batch=2,
    )
    # Then it holds something, the weights beneath are untouched, and a fresh pipeline takes it
    assert path.name == WEIGHTS
    assert any(value.abs().sum() > 0 for key, value in load_file(path).items() if "lora_B" in key)
    after = pipeline.unet.state_dict()
    plain = {key.replace(".base_layer", ""): value for key, value in after.items()}
    assert all(torch.equal(plain[name], value) for name, value in before.items())
    fresh = StableDiffusionPipeline.from_pretrained(tmp_path / "model", dtype=torch.float32)
    fresh.load_lora_weights(path.parent, weight_name=WEIGHTS)
    latents, states = torch.randn(1, 4, 16, 16), torch.randn(1, 64, 32)
    with torch.no_grad():
        trained = pipeline.unet.eval()(latents, 500, states).sample
        loaded = fresh.unet.eval()(latents, 500, states).sample
        fresh.unload_lora_weights()
        bare = fresh.unet(latents, 500, states).sample
    # (its base is rounded to half precision on the way to disk, for both alike)
    assert torch.allclose(loaded, trained, atol=1e-4)
    assert not torch.allclose(bare, trained, atol=1e-3)


def test_a_family_is_taught_by_one_call(tmp_path, tiny_parts, monkeypatch):
    # Given a model and a family kept from training
    export_pipeline(tmp_path / "model", **tiny_parts)
    monkeypatch.setattr(lora, "RANK", 2)
    # When an adapter is trained for a moment
    train.main(
        ["lora", "--model", str(tmp_path / "model"), "--family", "clay", "--images", "2",
         "--out", str(tmp_path / "adapter"), "--minutes", "0.01"]
    )  # fmt: skip
    # Then the folder says what it was made of
    about = json.loads((tmp_path / "adapter" / "training.json").read_text())
    assert {key: about[key] for key in ("family", "trigger", "images")} == {
        "family": "clay",
        "trigger": "clay brand",
        "images": 2,
    }
    assert (tmp_path / "adapter" / WEIGHTS).stat().st_size > 0
