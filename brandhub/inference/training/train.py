# mypy: disable-error-code="attr-defined, arg-type"
# (diffusers types neither the parts nor the configuration of its models)
"""``python -m brandhub.inference.training.train reading|diffusion|autoencoder|lora|export``.

Every stage keeps its state in one folder and continues from there; a stage that is stopped with
Ctrl-C or SIGTERM saves first. The same command serves a CPU and a GPU.

First the text encoder learns to read (`reading`), which takes minutes and no picture; then the UNet
learns to draw what it reads. The autoencoder's decoder learns beside it, before or after: latents
are linear (`patches`) and never change.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from brandhub.inference.adapter_recipes import AdapterRecipe

from .autoencoder import dataset_images, psnr, train_decoder, train_linear
from .corpus.store import CorpusDataset
from .diffusion import build_text_encoder, build_unet, train_diffusion
from .export import export_pipeline
from .latents import load_basis, read_corpora, save_basis
from .loop import LoopSettings, load_averages
from .lora import train_family
from .patches import (
    LinearDecoder,
    PatchBasis,
    build_patch_autoencoder,
    fit_basis,
    install_linear,
)
from .reading import sayings, train_reading
from .tokens import build_tokenizer

# Pictures that the linear basis is fitted on; more don't change it.
_BASIS_PICTURES = 3000
_CAPTIONS = 20_000
# Share of the autoencoder's time that goes to the linear part of its decoder.
_LINEAR_SHARE = 0.1
# What the model card says of each checkpoint.
_STAGES = {
    "reading": "text encoder, on prompts alone",
    "diffusion": "UNet, under the frozen text encoder",
    "linear": "linear part of the decoder",
    "decoder": "decoder",
}


def main(arguments: list[str] | None = None) -> None:
    """Run one stage."""
    chosen = _parser().parse_args(arguments)
    torch.manual_seed(chosen.seed)  # fresh weights
    if not torch.cuda.is_available():
        # Workers take parts of a batch, one thread each; see `loop`.
        torch.set_num_threads(1)
    chosen.stage(chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m brandhub.inference.training.train")
    stages = parser.add_subparsers(required=True)
    for name, stage, batch, rate, parts in (
        ("reading", _reading, 128, 1e-3, 2),
        ("autoencoder", _autoencoder, 8, 5e-4, 4),
        ("diffusion", _diffusion, 64, 1.5e-3, 2),
    ):
        command = stages.add_parser(name, help=(stage.__doc__ or "").splitlines()[0])
        command.set_defaults(stage=stage)
        if stage is not _reading:
            command.add_argument("--corpus", type=Path, nargs="+", required=True)
        command.add_argument("--steps", type=int, default=1_000_000)
        command.add_argument("--minutes", type=float, help="training time, summed over resumes")
        command.add_argument("--batch", type=int, default=batch)
        command.add_argument("--rate", type=float, default=rate, help="learning rate")
        command.add_argument("--workers", type=int, default=_default_workers())
        command.add_argument("--parts", type=int, default=parts, help="parts of a batch")
        _common(command)
    command = stages.add_parser("lora", help="teach a model a family it has never seen")
    command.set_defaults(stage=_lora)
    command.add_argument("--model", type=Path, required=True)
    command.add_argument("--family", required=True)
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--steps", type=int, default=AdapterRecipe().steps)
    command.add_argument("--images", type=int, default=12)
    command.add_argument("--seed", type=int, default=1)
    command = stages.add_parser("export", help="write the diffusers folder")
    command.set_defaults(stage=_export)
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--hardware", default=f"{os.cpu_count()} CPU cores", help="for the card")
    command.add_argument("--note", action="append", default=[], help="a sentence for the card")
    _common(command)
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--state", type=Path, required=True, help="folder of checkpoints")
    command.add_argument("--seed", type=int, default=1)


def _default_workers() -> int:
    return 1 if torch.cuda.is_available() else (os.cpu_count() or 1)


def _settings(chosen: argparse.Namespace, name: str, *, ema_decay: float) -> LoopSettings:
    return LoopSettings(
        chosen.state / f"{name}.pt",
        steps=chosen.steps,
        minutes=chosen.minutes,
        ema_decay=ema_decay,
        workers=chosen.workers,
        parts=chosen.parts if chosen.workers > 1 else 1,
    )


def _reading(chosen: argparse.Namespace) -> None:
    """Teach the text encoder what prompts say."""
    tokenizer = _tokenizer(chosen.state)
    train_reading(
        build_text_encoder(tokenizer),
        tokenizer,
        _settings(chosen, "reading", ema_decay=0.99),
        batch=chosen.batch,
        lr=chosen.rate,
        seed=chosen.seed,
    )


def _autoencoder(chosen: argparse.Namespace) -> None:
    """Learn to draw pictures of 256 px from latents; the encoder is known from the start."""
    basis = _basis(chosen)
    images = dataset_images(CorpusDataset(chosen.corpus[0], size=256))

    def encode_images(pictures: Tensor) -> Tensor:
        return basis.encode(functional.avg_pool2d(pictures, 2))

    shared = {"encode_images": encode_images, "batch": chosen.batch, "seed": chosen.seed}
    linear = LinearDecoder(basis)
    brief = _shortened(_settings(chosen, "linear", ema_decay=0.0), share=_LINEAR_SHARE)
    train_linear(linear, images, brief, lr=4 * chosen.rate, **shared)
    model = build_patch_autoencoder(basis)
    install_linear(model, linear.cpu())
    settings = _settings(chosen, "decoder", ema_decay=0.99)
    train_decoder(model, images, settings, lr=chosen.rate, **shared)


def _shortened(settings: LoopSettings, *, share: float) -> LoopSettings:
    minutes = settings.minutes and settings.minutes * share
    return replace(settings, steps=max(1, int(settings.steps * share)), minutes=minutes)


def _diffusion(chosen: argparse.Namespace) -> None:
    """Learn the UNet on latents, under the text encoder that `reading` has taught."""
    basis = _basis(chosen)
    tokenizer, text_encoder = load_reader(chosen.state)
    train_diffusion(
        unet=build_unet(channels=basis.channels),
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        corpus=read_corpora(chosen.corpus, basis.encode),
        settings=_settings(chosen, "diffusion", ema_decay=0.997),
        batch=chosen.batch,
        lr=chosen.rate,
        seed=chosen.seed,
    )


def _tokenizer(state: Path) -> CLIPTokenizer:
    """The training's tokenizer, learnt from captions by whichever stage runs first."""
    folder = state / "tokenizer"
    if (folder / "tokenizer_config.json").exists():
        return CLIPTokenizer.from_pretrained(folder)
    return build_tokenizer(folder, [held.text for held in sayings(random.Random(1), _CAPTIONS)])


def _basis(chosen: argparse.Namespace) -> PatchBasis:
    """The training's latent space, fitted to pictures by whichever stage runs first."""
    path = chosen.state / "basis.pt"
    if not path.exists():
        dataset = CorpusDataset(chosen.corpus[0], limit=_BASIS_PICTURES)
        pixels = np.stack([dataset.image(index) for index in range(len(dataset))])
        halves = torch.from_numpy(pixels).float() / 127.5 - 1
        basis = fit_basis(halves)
        kept = psnr(basis.decode(basis.encode(halves)), halves).mean().item()
        print(f"{basis.channels} linear channels keep {kept:.1f} dB", flush=True)
        save_basis(basis, path)
    return load_basis(path)


def _lora(chosen: argparse.Namespace) -> None:
    """Train an adapter on pictures of one of the families kept from training."""
    train_family(
        chosen.model,
        family=chosen.family,
        folder=chosen.out,
        recipe=AdapterRecipe(steps=chosen.steps, seed=chosen.seed),
        count=chosen.images,
        workers=_default_workers(),
    )


def _export(chosen: argparse.Namespace) -> None:
    """Write the averaged weights as a half-precision diffusers folder."""
    unet, text_encoder, tokenizer = load_trained(chosen.state)
    size = export_pipeline(
        chosen.out,
        vae=load_decoder(chosen.state),
        unet=unet,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
    )
    (chosen.out / "recipe.json").write_text(json.dumps(_recipe(chosen), indent=1) + "\n")
    print(f"{chosen.out}: {size / 1e6:.1f} MB", flush=True)


def _recipe(chosen: argparse.Namespace) -> dict[str, list]:
    """What the stages did, as the model card tells it."""
    stages = []
    for name, what in _STAGES.items():
        held = torch.load(chosen.state / f"{name}.pt", weights_only=True, mmap=True)
        stages.append(
            {
                "name": name,
                "what": what,
                "steps": held["step"],
                "samples": held["step"] * held["batch"],
                "minutes": held["seconds"] / 60,
                "hardware": chosen.hardware,
            }
        )
    return {"stages": stages, "notes": chosen.note}


def load_reader(state: Path) -> tuple[CLIPTokenizer, CLIPTextModel]:
    """The tokenizer and the text encoder that the stage `reading` has taught, averaged.

    Raises ``FileNotFoundError`` where that stage has not run.
    """
    tokenizer = _tokenizer(state)
    text_encoder = build_text_encoder(tokenizer)
    load_averages(text_encoder, state / "reading.pt", name="text_encoder")
    return tokenizer, text_encoder.eval()


def load_trained(state: Path) -> tuple[UNet2DConditionModel, CLIPTextModel, CLIPTokenizer]:
    """UNet, text encoder and tokenizer of the training in `state`, averaged, in float32."""
    tokenizer, text_encoder = load_reader(state)
    unet = build_unet(channels=load_basis(state / "basis.pt").channels)
    load_averages(unet, state / "diffusion.pt", name="unet")
    return unet, text_encoder, tokenizer


def load_decoder(state: Path) -> AutoencoderKL:
    """The autoencoder with the averaged decoder of the training in `state`."""
    model = build_patch_autoencoder(load_basis(state / "basis.pt"))
    load_averages(model.decoder, state / "decoder.pt", name="decoder")
    load_averages(model.post_quant_conv, state / "decoder.pt", name="post_quant_conv")
    return model


if __name__ == "__main__":
    main()
