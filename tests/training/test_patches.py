"""The linear latents, as the stock autoencoder's weights hold them."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as functional

from brandhub.inference.training.autoencoder import psnr
from brandhub.inference.training.patches import (
    LinearDecoder,
    PatchBasis,
    build_patch_autoencoder,
    fit_basis,
    install_linear,
)

WIDTHS = (16, 32, 64, 64, 64)


@pytest.fixture(scope="module")
def halves() -> torch.Tensor:
    """Flat shapes of a few colours, 32 px."""
    generator = torch.Generator().manual_seed(4)
    coarse = torch.rand(60, 3, 6, 6, generator=generator) * 2 - 1
    return functional.interpolate(coarse, size=32, mode="nearest")


@pytest.fixture(scope="module")
def basis(halves) -> PatchBasis:
    return fit_basis(halves, channels=12)


@pytest.fixture(scope="module")
def model(basis):
    torch.manual_seed(0)
    return build_patch_autoencoder(basis, widths=WIDTHS, size=64).eval()


def test_latents_are_centred_and_of_unit_size(basis, halves):
    latents = basis.encode(halves)
    assert latents.shape == (60, 12, 4, 4)
    assert latents.mean((0, 2, 3)).abs().max() < 1e-4
    assert latents.square().mean().item() == pytest.approx(1, abs=1e-2)


def test_details_are_smaller_than_what_they_refine(basis, halves):
    deviations = basis.encode(halves).std((0, 2, 3))
    assert torch.equal(deviations.argsort(descending=True), torch.arange(12))


def test_more_components_reconstruct_better(halves):
    found = [
        psnr(held.decode(held.encode(halves)), halves).mean().item()
        for held in (fit_basis(halves, channels=count) for count in (3, 12, 48))
    ]
    assert found == sorted(found)
    assert found[-1] > found[0] + 5


def test_the_stock_encoder_gives_the_same_latents(model, basis, halves):
    pictures = functional.interpolate(halves[:6], scale_factor=2, mode="nearest")
    with torch.no_grad():
        posterior = model.encode(pictures).latent_dist
    wanted = basis.encode(functional.avg_pool2d(pictures, 2))
    assert (posterior.mean - wanted).square().mean() < 2e-3
    # And it is as good as certain of them
    assert posterior.std.max() < 1e-3


def test_colours_survive_the_untrained_decoder(model, basis):
    # Given plain pictures of one colour each
    colours = torch.tensor([[0.9, -0.8, -0.7], [-0.8, 0.2, 0.9], [0.5, 0.5, -0.9]])
    pictures = colours[:, :, None, None].expand(-1, -1, 64, 64)
    latents = basis.encode(functional.avg_pool2d(pictures, 2))
    with torch.no_grad():
        output = model.decode(latents).sample
    reference = basis.decode(latents).mean((2, 3))
    # Then the middle of each has the colour that the basis gives it
    assert (output[:, :, 24:40, 24:40].mean((2, 3)) - reference).abs().max() < 0.1


def test_a_linear_decoder_draws_the_same_once_installed(basis):
    # Given a linear decoder that has learnt something
    torch.manual_seed(1)
    linear = LinearDecoder(basis)
    with torch.no_grad():
        for parameter in linear.parameters():
            parameter += 0.01 * torch.randn_like(parameter)
    model = build_patch_autoencoder(basis, widths=WIDTHS, size=64).eval()
    latents = 0.5 * torch.randn(2, 12, 4, 4)
    # When it is installed
    install_linear(model, linear)
    # Then the stock decoder draws what it draws, but for the norm's small inexactness
    with torch.no_grad():
        difference = model.decode(latents).sample - linear(latents)
    assert difference.square().mean() < 1e-3
