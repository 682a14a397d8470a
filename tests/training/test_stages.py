"""The stages of a training as commands, on a corpus and models of a few pixels."""

from __future__ import annotations

import json

import pytest
import torch
import torch.nn.functional as functional
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import load_file

from brandhub.inference.training import lora, train
from brandhub.inference.training.autoencoder import encode
from brandhub.inference.training.bridging import bridge_unet
from brandhub.inference.training.corpus.build import build
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.inference.training.diffusion import build_text_encoder, build_unet
from brandhub.inference.training.export import export_pipeline
from brandhub.inference.training.latents import draw_share, read_corpora
from brandhub.inference.training.loop import LoopSettings
from brandhub.inference.training.lora import WEIGHTS, train_lora
from brandhub.inference.training.patches import CHANNELS, fit_basis
from brandhub.inference.training.tokens import build_tokenizer


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


def test_bridged_unet_says_the_same_in_other_latents(tmp_path, tiny_parts):
    # Given a model over four channels, and a basis that keeps all that flat patches hold
    export_pipeline(tmp_path / "model", **tiny_parts)
    colours = torch.rand(30, 3, 16, 16, generator=torch.Generator().manual_seed(2)) * 2 - 1
    halves = functional.interpolate(colours, scale_factor=8)
    basis = fit_basis(halves, channels=3)
    # When its UNet is taken over (its autoencoder halves once, so pictures of 32 px fit)
    unet = bridge_unet(tmp_path / "model", basis, halves)
    # Then it reads and writes the basis's channels, and says what a linear map makes of the old one
    old = UNet2DConditionModel.from_pretrained(tmp_path / "model", subfolder="unet")
    old = old.to(torch.float32).eval()
    vae = AutoencoderKL.from_pretrained(tmp_path / "model", subfolder="vae").to(torch.float32)
    pictures = functional.interpolate(halves, (32, 32), mode="nearest")
    theirs = flat(encode(vae, pictures))
    ours = flat(basis.encode(halves))
    reading = torch.linalg.lstsq(ours, theirs).solution
    writing = torch.linalg.lstsq(theirs, ours).solution
    states = torch.randn(30, 64, 32, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        found = flat(unet.eval()(unflat(ours), 300, states).sample)
        expected = flat(old(unflat(ours @ reading), 300, states).sample) @ writing
    assert unet.config.in_channels == unet.config.out_channels == 3
    assert torch.allclose(found, expected, atol=1e-4)


def flat(latents: torch.Tensor) -> torch.Tensor:
    return latents.permute(0, 2, 3, 1).flatten(0, 2)


def unflat(cells: torch.Tensor) -> torch.Tensor:
    return cells.view(30, 16, 16, -1).permute(0, 3, 1, 2)


def test_bridging_refuses_another_number_of_cells(tmp_path, tiny_parts):
    export_pipeline(tmp_path / "model", **tiny_parts)
    halves = torch.rand(4, 3, 64, 64) * 2 - 1
    with pytest.raises(ValueError, match="cells"):
        bridge_unet(tmp_path / "model", fit_basis(halves, channels=3), halves)


def test_pictures_come_mirrored_at_times(corpus):
    # Given a corpus read without encoding
    held = read_corpora([corpus], lambda pictures: pictures)
    # When one picture is drawn many times
    drawn = held.clean([0] * 40, torch.Generator().manual_seed(1))
    # Then it comes as it is or mirrored, about as often, and the same generator gives the same
    plain = torch.from_numpy(CorpusDataset(corpus).image(0)).float() / 127.5 - 1
    as_it_is = sum(torch.equal(picture, plain) for picture in drawn)
    mirrored = sum(torch.equal(picture, plain.flip(-1)) for picture in drawn)
    assert as_it_is + mirrored == 40
    assert 8 < mirrored < 32
    assert torch.equal(held.clean([0] * 40, torch.Generator().manual_seed(1)), drawn)


def test_pictures_with_glasses_come_more_and_with_much_on_them_less():
    plain = draw_share({"subject": "robot"})
    assert draw_share({"subject": "robot", "eyewear": "glasses"}) > plain
    assert draw_share({"subject": "robot", "accessory": ("mask",)}) < plain
    assert draw_share({"accessory": ("mask",), "facial_hair": "beard"}) < plain / 2


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
    # Then the stock pipeline draws 256 px from it, in linear latents
    pipeline = StableDiffusionPipeline.from_pretrained(out, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("flat person", num_inference_steps=1, guidance_scale=1).images[0]
    assert picture.size == (256, 256)
    # And its UNet is the trained one, not the bridged start's
    bridged = UNet2DConditionModel.from_pretrained(state / "start", subfolder="unet")
    before, after = bridged.state_dict(), pipeline.unet.state_dict()
    assert after["conv_in.weight"].shape == (16, CHANNELS, 3, 3)
    name = "mid_block.resnets.0.conv1.weight"
    assert not torch.allclose(before[name], after[name], atol=1e-5)


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
