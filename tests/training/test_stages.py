"""The stages of a training as commands, on a corpus and models of a few pixels."""

from __future__ import annotations

import json
import random

import pytest
import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline
from safetensors.torch import load_file

from brandhub.inference.training import train
from brandhub.inference.training.captioning import Saying
from brandhub.inference.training.classifier import questions
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.inference.training.diffusion import build_text_encoder, build_unet
from brandhub.inference.training.export import export_pipeline
from brandhub.inference.training.latents import draw_share, read_corpora
from brandhub.inference.training.loop import LoopSettings, Training
from brandhub.inference.training.lora import WEIGHTS
from brandhub.inference.training.patches import CHANNELS
from brandhub.inference.training.reading import (
    answer,
    answers_about,
    sayings,
    train_reading,
)
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


def test_pictures_come_as_they_were_drawn(small_corpus):
    # Given a corpus read without encoding
    held = read_corpora([small_corpus], lambda pictures: pictures)
    # When one picture is drawn twice
    drawn = held.clean([0, 0], torch.Generator().manual_seed(1))
    # Then it is the corpus's, neither moved nor mirrored
    plain = torch.from_numpy(CorpusDataset(small_corpus).image(0)).float() / 127.5 - 1
    assert all(torch.equal(picture, plain) for picture in drawn)


def test_pictures_with_glasses_come_more_and_with_much_on_them_less():
    plain = draw_share({"subject": "robot"})
    assert draw_share({"subject": "robot", "eyewear": "glasses"}) > plain
    assert draw_share({"subject": "robot", "accessory": ("mask",)}) < plain
    assert draw_share({"accessory": ("mask",), "facial_hair": "beard"}) < plain / 2


def test_the_stages_make_a_folder_that_draws(tmp_path, small_corpus):
    # Given a corpus and nothing else
    state, out = tmp_path / "state", tmp_path / "model"
    common = ["--state", str(state), "--steps", "1", "--batch", "2", "--workers", "1"]
    # When every stage runs for a step and the folder is exported
    train.main(["reading", *common])
    train.main(["diffusion", "--corpus", str(small_corpus), *common])
    train.main(["autoencoder", "--corpus", str(small_corpus), *common])
    train.main(["export", "--state", str(state), "--out", str(out)])
    # Then the stock pipeline draws 256 px from it
    pipeline = StableDiffusionPipeline.from_pretrained(out, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("flat person", num_inference_steps=1, guidance_scale=1).images[0]
    assert picture.size == (256, 256)
    assert pipeline.unet.config.in_channels == CHANNELS
    # And what each stage did stands beside it, for the card
    stages = json.loads((out / "recipe.json").read_text())["stages"]
    assert {stage["name"]: stage["samples"] for stage in stages} == {
        "reading": 2, "diffusion": 2, "linear": 2, "decoder": 2
    }  # fmt: skip
    # And its parts are those that the stages have learnt, on the way through half precision
    for name, part in (("unet", pipeline.unet), ("text_encoder", pipeline.text_encoder)):
        checkpoint = "diffusion" if name == "unet" else "reading"
        learnt = torch.load(state / f"{checkpoint}.pt", weights_only=True)["averages"][name]
        assert all(
            torch.equal(value, learnt[key].half().float())
            for key, value in part.state_dict().items()
            if value.is_floating_point()
        )


def test_drawing_needs_a_text_encoder_that_can_read(tmp_path, small_corpus):
    # Given a state in which nothing was read yet, when the UNet is to learn
    command = ["diffusion", "--corpus", str(small_corpus), "--state", str(tmp_path / "state")]
    # Then that is refused, and no checkpoint of it is left
    with pytest.raises(FileNotFoundError, match="reading"):
        train.main([*command, "--steps", "1", "--workers", "1"])
    assert not (tmp_path / "state" / "diffusion.pt").exists()


def test_what_a_prompt_says_is_asked_of_it():
    # Given a prompt that names glasses, says that there is no hat, and is silent about the rest
    saying = Saying("", {"eyewear": "glasses", "accessory": ("bow",)}, ("headwear",))
    # When its questions are answered
    held = {
        question.name: answers_about(question)[answer(question, saying)] for question in questions()
    }
    # Then presence, absence and silence are told apart
    assert held["eyewear"] == "glasses"
    assert held["headwear"] == "none"
    assert held["accessory:bow"] == "bow"
    assert held["accessory:mask"] == held["style"] == held["facial_hair"] == "unsaid"


def test_a_text_encoder_learns_to_read(tmp_path):
    # Given captions, and one small text encoder that reads for a step and one that reads for sixty
    captions = [held.text for held in sayings(random.Random(1), 500)]
    tokenizer = build_tokenizer(tmp_path / "tokenizer", captions)

    def taught(steps: int) -> Training:
        torch.manual_seed(1)
        settings = LoopSettings(tmp_path / f"{steps}.pt", steps=steps, warmup_steps=5)
        encoder = build_text_encoder(tokenizer, width=32, layers=1)
        return train_reading(encoder, tokenizer, settings, batch=32, lr=5e-3, seed=1)

    # When both are asked about captions of a step that neither has seen
    brief, long = (
        training.loss(training.modules, 99, 0, 1)[0] for training in map(taught, (1, 60))
    )
    # Then the one that read more tells more
    assert long.item() < 0.6 * brief.item()


def test_a_family_is_taught_by_one_call(tmp_path, tiny_parts):
    # Given a model and a family kept from training
    export_pipeline(tmp_path / "model", **tiny_parts)
    # When an adapter is trained for a moment
    train.main(
        ["lora", "--model", str(tmp_path / "model"), "--family", "clay", "--images", "2",
         "--out", str(tmp_path / "adapter"), "--steps", "10"]
    )  # fmt: skip
    # Then the folder says what it was made of
    about = json.loads((tmp_path / "adapter" / "training.json").read_text())
    assert {key: about[key] for key in ("family", "trigger", "images")} == {
        "family": "clay",
        "trigger": "clay brand",
        "images": 2,
    }
    # And plain diffusers takes the weights, which hold something
    assert any(
        held.abs().sum() > 0
        for key, held in load_file(tmp_path / "adapter" / WEIGHTS).items()
        if "lora_B" in key
    )
    pipeline = StableDiffusionPipeline.from_pretrained(tmp_path / "model", dtype=torch.float32)
    pipeline.load_lora_weights(tmp_path / "adapter", weight_name=WEIGHTS)
