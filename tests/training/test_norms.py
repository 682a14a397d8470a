"""The fast group norm is the stock one, up to rounding."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from brandhub.inference.training.norms import CellwiseGroupNorm, speed_up_norms


def norms(channels: int, groups: int) -> tuple[nn.GroupNorm, nn.GroupNorm]:
    """A stock norm and a fast one with the same weights."""
    torch.manual_seed(3)
    stock = nn.GroupNorm(groups, channels)
    nn.init.normal_(stock.weight)
    nn.init.normal_(stock.bias)
    model = nn.Sequential(nn.GroupNorm(groups, channels))
    model[0].load_state_dict(stock.state_dict())
    speed_up_norms(model)
    return stock, model[0]


def run(norm: nn.GroupNorm, pictures: torch.Tensor, slope: torch.Tensor) -> list[torch.Tensor]:
    """Output, and gradients of pictures, weight and bias."""
    held = pictures.detach().requires_grad_()
    output = norm(held)
    output.backward(slope)
    return [output, held.grad, norm.weight.grad, norm.bias.grad]


@pytest.mark.parametrize("side", [16, 8, 4])
@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_values_and_gradients_are_the_stock_ones(side, layout):
    stock, fast = norms(12, 4)
    assert type(fast) is CellwiseGroupNorm
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randn(3, 12, side, side, generator=generator, dtype=torch.float32) * 2 + 0.5
    slope = torch.randn(pictures.shape, generator=generator)
    pictures = pictures.contiguous(memory_format=layout)
    expected, found = run(stock, pictures, slope), run(fast, pictures, slope)
    for one, other in zip(expected, found, strict=True):
        assert torch.allclose(one, other, atol=2e-4), (one - other).abs().max()


def test_half_precision_stays_near_the_exact_result():
    stock, fast = norms(32, 8)
    generator = torch.Generator().manual_seed(2)
    pictures = torch.randn(4, 32, 16, 16, generator=generator)
    slope = torch.randn(pictures.shape, generator=generator)
    expected = run(stock, pictures, slope)
    found = run(fast, pictures.bfloat16(), slope.bfloat16())
    assert found[0].dtype == torch.bfloat16
    for one, other in zip(expected, found, strict=True):
        assert (one - other.float()).norm() / one.norm() < 0.01


def test_a_flat_picture_gives_its_bias():
    stock, fast = norms(8, 2)
    found = fast(torch.full((1, 8, 16, 16), 0.25))
    assert torch.allclose(found, stock(torch.full((1, 8, 16, 16), 0.25)), atol=1e-3)
