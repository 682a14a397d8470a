"""Trainings go on from a checkpoint as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from brandhub.inference.training.diffusion import (
    LatentCorpus,
    build_text_encoder,
    build_unet,
    train_diffusion,
)
from brandhub.inference.training.loop import (
    LoopSettings,
    Training,
    load_averages,
    run_loop,
    save_checkpoint,
    step_generator,
)
from brandhub.inference.training.optimizers import MuonAdamW, build_optimizer, orthogonalise
from brandhub.inference.training.tokens import build_tokenizer


def tiny_training(rows: torch.Tensor, *, batch: int = 8) -> Training:
    """A regression whose data depend on step and part alone."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 1))

    def loss(modules, step, part, parts):
        chosen = torch.randint(
            0, len(rows), (batch // parts,), generator=step_generator(7, step, part)
        )
        inputs = rows[chosen]
        error = modules["model"](inputs) - inputs.sum(1, keepdim=True)
        return error.square().mean(), {"rows": float(len(chosen))}

    return Training({"model": model}, build_optimizer([model], lr=0.01), loss, batch)


@pytest.fixture
def rows() -> torch.Tensor:
    return torch.randn(64, 4, generator=torch.Generator().manual_seed(1))


def settings(folder: Path, **changes) -> LoopSettings:
    return replace(
        LoopSettings(folder / "state.pt", steps=12, warmup_steps=3, ema_decay=0.9), **changes
    )


def states(training: Training) -> dict[str, torch.Tensor]:
    held = {f"model.{k}": v for k, v in training.modules["model"].state_dict().items()}
    held |= {f"average.{k}": v for k, v in training.averages["model"].items()}
    for index, state in training.optimizer.state_dict()["state"].items():
        held |= {f"optimizer.{index}.{k}": v for k, v in state.items()}
    return held


class Interruption(Exception):
    pass


def test_resumed_training_ends_in_the_identical_state(tmp_path, rows):
    # Given a training that runs through
    whole = tiny_training(rows)
    run_loop(whole, settings(tmp_path / "whole"))
    # And one that breaks off in the middle of a step, two steps after its last checkpoint
    broken = tiny_training(rows)
    plain_loss = broken.loss

    def breaking(modules, step, part, parts):
        if step == 5:
            save_checkpoint(broken, tmp_path / "broken" / "state.pt")
        if step == 7:
            raise Interruption
        return plain_loss(modules, step, part, parts)

    broken.loss = breaking
    with pytest.raises(Interruption):
        run_loop(broken, settings(tmp_path / "broken"))
    # When a new process takes it up
    resumed = tiny_training(rows)
    run_loop(resumed, settings(tmp_path / "broken"))
    # Then weights, averages and optimiser are the same to the last bit
    assert resumed.step == whole.step == 12
    expected = states(whole)
    found = states(resumed)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_workers_add_up_to_the_same_gradient(tmp_path, rows):
    # Given the same parts of a batch for one worker and for two
    alone, together = tiny_training(rows), tiny_training(rows)
    # When both train
    run_loop(alone, settings(tmp_path / "1", workers=1, parts=4))
    run_loop(together, settings(tmp_path / "2", workers=2, parts=4))
    # Then they agree up to the order of sums
    expected, found = states(alone), states(together)
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], rtol=1e-3, atol=1e-5)


def test_a_request_to_stop_saves_first(tmp_path, rows):
    # Given a training that is asked to end during its fourth step
    training = tiny_training(rows)
    plain_loss = training.loss

    def loss(modules, step, part, parts):
        if step == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return plain_loss(modules, step, part, parts)

    training.loss = loss
    before = signal.getsignal(signal.SIGTERM)
    # When it runs
    run_loop(training, settings(tmp_path))
    # Then it ended after that step, saved, and gave the signal back
    assert training.step == 4
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 4
    assert signal.getsignal(signal.SIGTERM) is before


def test_averages_are_what_is_loaded_for_use(tmp_path, rows):
    # Given a finished training
    training = tiny_training(rows)
    run_loop(training, settings(tmp_path))
    # When its averages are loaded into a fresh module
    module = tiny_training(rows).modules["model"]
    load_averages(module, tmp_path / "state.pt", name="model")
    # Then they differ from the last weights, and are the averages
    last = training.modules["model"].state_dict()
    assert not torch.equal(module.state_dict()["0.weight"], last["0.weight"])
    assert torch.equal(module.state_dict()["0.weight"], training.averages["model"]["0.weight"])


def test_a_step_that_is_not_finite_changes_nothing(tmp_path, rows):
    # Given a loss that is infinite at the second step
    training = tiny_training(rows)
    plain_loss, weights = training.loss, []

    def loss(modules, step, part, parts):
        weights.append(modules["model"][0].weight.detach().clone())
        value, figures = plain_loss(modules, step, part, parts)
        return (value * float("inf") if step == 1 else value), figures

    training.loss = loss
    # When three steps run
    run_loop(training, settings(tmp_path, steps=3, ema_decay=0.0))
    # Then the second left the weights as they were
    assert not torch.equal(weights[0], weights[1])
    assert torch.equal(weights[1], weights[2])


def test_generators_depend_on_seed_step_and_part():
    draws = {
        key: torch.rand(1, generator=step_generator(*key)).item()
        for key in ((1, 2, 3), (1, 2, 4), (1, 3, 3), (2, 2, 3))
    }
    assert len(set(draws.values())) == 4
    assert draws[1, 2, 3] == torch.rand(1, generator=step_generator(1, 2, 3)).item()


@pytest.mark.parametrize("shape", [(16, 16), (8, 72), (72, 8)])
def test_orthogonalise_evens_the_singular_values(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    values = torch.linalg.svdvals(orthogonalise(matrix))
    # The smallest of a square one may stay behind: nothing evens out what is nearly zero.
    assert values.max() < 1.3
    assert values.median() > 0.6


def test_muon_takes_kernels_and_adamw_the_outer_layers():
    module = nn.ModuleDict({"conv_in": nn.Conv2d(3, 4, 3), "hidden": nn.Conv2d(4, 4, 3)})
    optimizer = build_optimizer([module], lr=0.1)
    shapes = {
        group["muon"]: [tuple(p.shape) for p in group["params"]] for group in optimizer.param_groups
    }
    assert shapes == {True: [(4, 4, 3, 3)], False: [(4, 3, 3, 3), (4,), (4,)]}


def test_optimizer_takes_no_closure():
    optimizer = MuonAdamW([{"params": [nn.Parameter(torch.ones(1))], "muon": False}], lr=0.1)
    with pytest.raises(TypeError):
        optimizer.step(lambda: None)


def test_diffusion_resumes_identically(tmp_path):
    # Given a corpus of a dozen latents with captions, and tiny models
    latents = torch.randn(12, 4, 8, 8, generator=torch.Generator().manual_seed(2))
    words = ["a red robot", "一个机器人", ""]

    def caption(index: int, rng: random.Random) -> str:
        return words[index % 3] if rng.random() < 0.9 else ""

    corpus = LatentCorpus(
        lambda indices, generator: latents[indices],
        caption,
        draw_share=torch.ones(len(latents)),
        emphasis=torch.ones(8, 8),
    )
    tokenizer = build_tokenizer(tmp_path / "tokenizer", words)

    def train(name: str, steps: int):
        torch.manual_seed(5)
        return train_diffusion(
            unet=build_unet((16, 32), channels=4, size=8, text_width=32, groups=8),
            text_encoder=build_text_encoder(tokenizer, width=32, layers=1),
            tokenizer=tokenizer,
            corpus=corpus,
            settings=LoopSettings(
                tmp_path / f"{name}.pt", steps=steps, warmup_steps=0, decay_share=0, ema_decay=0.9
            ),
            batch=4,
            lr=1e-3,
            seed=9,
        )

    # When one runs four steps and another two and then two more
    whole = train("whole", 4)
    train("halves", 2)
    resumed = train("halves", 4)
    # Then both are the same, and the UNet alone was learnt
    assert list(whole.averages) == ["unet"]
    for key, value in whole.averages["unet"].items():
        assert torch.equal(value, resumed.averages["unet"][key]), key
