# mypy: disable-error-code="attr-defined, operator"
# (diffusers types neither the parts nor the configuration of its models)
"""The latent space: principal components of 16 × 16 px patches, seen at half resolution.

A learnt encoder needs hours to tell colours apart; the best linear one is known in closed form,
is the same for styles never seen, and never changes under the UNet. It is written here into the
weights of a stock `AutoencoderKL`, whose residual blocks start out doing nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from diffusers import AutoencoderKL
from torch import Tensor, nn

CHANNELS = 16
PATCH = 16
HALF = PATCH // 2
# Deviations of the channels are (their share of the picture's)^0.5: details are small, so that
# they drown in noise first and are drawn last, yet not so small as in the picture itself.
_COMPRESSION = 0.5
# A group's norm divides by its deviation; two constants of this size in the group (the signals'
# deviation is about 1) make that division nearly the same for all pictures.
_ANCHOR = 16.0
_LOG_VARIANCE = -20.0


@dataclass(frozen=True)
class PatchBasis:
    """A linear map between patches of a half-size picture and latents.

    `mean`: (192,), `analysis`: (channels, 192), `synthesis`: (192, channels). Patches are rows of
    (8 rows, 8 columns, 3 colours), sRGB in -1..1.
    """

    mean: Tensor
    analysis: Tensor
    synthesis: Tensor

    @property
    def channels(self) -> int:
        return len(self.analysis)

    def encode(self, halves: Tensor) -> Tensor:
        """Latents (count, channels, height/8, width/8) of half-size pictures (count, 3, …)."""
        kernel = self.analysis.view(-1, HALF, HALF, 3).permute(0, 3, 1, 2)
        offset = self.analysis @ self.mean
        return functional.conv2d(halves, kernel.contiguous(), -offset, stride=HALF)

    def decode(self, latents: Tensor) -> Tensor:
        """Half-size pictures (count, 3, …) of `latents`, patch by patch."""
        kernel = self.synthesis.T.view(-1, HALF, HALF, 3).permute(0, 3, 1, 2)
        patches = functional.conv_transpose2d(latents, kernel.contiguous(), stride=HALF)
        mean = self.mean.view(HALF, HALF, 3).permute(2, 0, 1)
        return patches + mean.tile(1, *latents.shape[2:])


def fit_basis(halves: Tensor, *, channels: int = CHANNELS) -> PatchBasis:
    """The basis that keeps most of `halves` (count, 3, height, width), float32 in -1..1.

    Latents of `halves` have mean 0 by channel and mean square 1 over all channels.
    """
    count, _, height, width = halves.shape
    patches = halves.view(count, 3, height // HALF, HALF, width // HALF, HALF)
    patches = patches.permute(0, 2, 4, 3, 5, 1).reshape(-1, HALF * HALF * 3).double()
    mean = patches.mean(0)
    variances, vectors = torch.linalg.eigh(torch.cov((patches - mean).T))
    variances, vectors = variances.flip(0)[:channels], vectors.flip(1)[:, :channels]
    deviations = variances.sqrt()
    wanted = deviations**_COMPRESSION
    wanted = wanted / wanted.square().mean().sqrt()
    scale = wanted / deviations
    return PatchBasis(
        mean.float(),
        (vectors * scale).T.float().contiguous(),
        (vectors / scale).float().contiguous(),
    )


@torch.no_grad()
def build_patch_autoencoder(
    basis: PatchBasis,
    *,
    widths: tuple[int, ...] = (16, 32, 64, 128, 128),
    groups: int = 2,
    size: int = 256,
) -> AutoencoderKL:
    """A stock autoencoder whose encoder is `basis` and whose decoder starts as soft patches."""
    model = AutoencoderKL(
        block_out_channels=widths,
        down_block_types=["DownEncoderBlock2D"] * len(widths),
        up_block_types=["UpDecoderBlock2D"] * len(widths),
        latent_channels=basis.channels,
        layers_per_block=1,
        mid_block_add_attention=False,
        norm_num_groups=groups,
        sample_size=size,
        scaling_factor=1.0,
    )
    for block in (*model.encoder.down_blocks, *model.decoder.up_blocks):
        _silence(block.resnets)
    _silence(model.encoder.mid_block.resnets)
    _silence(model.decoder.mid_block.resnets)
    _write_encoder(model, basis)
    _write_decoder(model, basis)
    return model


def _silence(resnets) -> None:
    """Make each block pass its input on, until its second convolution learns otherwise."""
    for resnet in resnets:
        resnet.conv2.weight.zero_()
        resnet.conv2.bias.zero_()
        if resnet.conv_shortcut is not None:
            _embed(resnet.conv_shortcut)


def _embed(conv) -> None:
    """Make `conv` copy as many channels as it can, its middle tap alone at work."""
    conv.weight.zero_()
    conv.bias.zero_()
    middle = conv.kernel_size[0] // 2
    for channel in range(min(conv.in_channels, conv.out_channels)):
        conv.weight[channel, channel, middle, middle] = 1


def _write_encoder(model: AutoencoderKL, basis: PatchBasis) -> None:
    encoder = model.encoder
    _embed(encoder.conv_in)
    first, *unfolding, last = (
        block.downsamplers[0].conv for block in encoder.down_blocks if block.downsamplers
    )
    # Halve by averaging two by two …
    _embed(first)
    first.weight.zero_()
    for colour in range(3):
        first.weight[colour, colour, :2, :2] = 0.25
    # … lay patches out as channels, doubling twice …
    layout = torch.eye(3).view(3, 1, 1, 3)  # (channels, rows, columns, colours) each one holds
    for conv in unfolding:
        conv.weight.zero_()
        conv.bias.zero_()
        layout = _unfold(conv.weight, layout)
    # … and read each component off them, once as it is and once negated.
    last.weight.zero_()
    last.bias.zero_()
    final = _unfold(torch.zeros(4 * len(layout), len(layout), 3, 3), layout)
    taps = torch.zeros(4 * len(layout), last.in_channels, 3, 3)
    _unfold(taps, layout)
    reading = basis.analysis @ final.flatten(1).T
    offset = basis.analysis @ basis.mean
    norm, out = encoder.conv_norm_out, encoder.conv_out
    out.weight.zero_()
    out.bias.zero_()
    out.bias[basis.channels :] = _LOG_VARIANCE
    per_group = last.out_channels // norm.num_groups
    for component in range(basis.channels):
        group, place = component % norm.num_groups, component // norm.num_groups
        plus = group * per_group + 2 + 2 * place
        for channel, sign in ((plus, 1.0), (plus + 1, -1.0)):
            last.weight[channel] = sign * torch.einsum("p,pikl->ikl", reading[component], taps)
            last.bias[channel] = -sign * offset[component]
            out.weight[component, channel, 1, 1] = sign
    scale = _anchor(norm, last, per_group, signals=2 * -(-basis.channels // norm.num_groups))
    norm.weight.fill_(scale)
    norm.bias.zero_()
    quant = model.quant_conv
    quant.weight.copy_(torch.eye(len(quant.weight)).view(quant.weight.shape))
    quant.bias.zero_()


def _anchor(norm, conv, per_group: int, *, signals: int) -> float:
    """Put the two constants into each group of `conv`'s output; return what undoes `norm`."""
    for group in range(norm.num_groups):
        conv.bias[group * per_group] = _ANCHOR
        conv.bias[group * per_group + 1] = -_ANCHOR
    return ((2 * _ANCHOR**2 + signals) / per_group) ** 0.5


def _unfold(weight: Tensor, layout: Tensor) -> Tensor:
    """Write a strided convolution that lays two by two cells out as channels; return its layout."""
    channels, rows, columns, _ = layout.shape
    wider = torch.zeros(4 * channels, 2 * rows, 2 * columns, 3)
    for row in range(2):
        for column in range(2):
            for channel in range(channels):
                target = (2 * row + column) * channels + channel
                weight[target, channel, row, column] = 1
                top, left = row * rows, column * columns
                wider[target, top : top + rows, left : left + columns] = layout[channel]
    return wider


def _write_decoder(model: AutoencoderKL, basis: PatchBasis) -> None:
    """Start the decoder as a soft enlargement of each patch's mean colour (`LinearDecoder`)."""
    decoder = model.decoder
    post = model.post_quant_conv
    post.weight.copy_(torch.eye(len(post.weight)).view(post.weight.shape))
    post.bias.zero_()
    linear = LinearDecoder(basis, doublings=len(decoder.up_blocks) - 1)
    install_linear(model, linear)
    norm, out = decoder.conv_norm_out, decoder.conv_out
    per_group = decoder.up_blocks[-1].resnets[0].out_channels // norm.num_groups
    scale = ((2 * _ANCHOR**2 + 3) / per_group) ** 0.5
    norm.weight[:per_group] = scale
    for resnet in decoder.up_blocks[-1].resnets[1:]:
        resnet.norm1.weight[:per_group] = scale
    out.bias.zero_()
    out.weight[:, :8] = 0
    out.weight[:, 8:] *= 0.1
    for colour in range(3):
        out.weight[colour, 2 + 2 * colour, 1, 1] = 1
        out.weight[colour, 3 + 2 * colour, 1, 1] = -1


class LinearDecoder(nn.Module):
    """Latents to pictures by convolutions alone: the part of a decoder that is quick to learn.

    Enlargements are the stock decoder's (nearest, then 3 × 3), so that the weights fit into it.
    """

    def __init__(self, basis: PatchBasis, *, doublings: int = 4, width: int = 32) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(basis.channels, width, 3, padding=1)
        self.enlarging = nn.ModuleList(
            nn.Conv2d(width, width, 3, padding=1) for _ in range(doublings)
        )
        self.conv_out = nn.Conv2d(width, 3, 1)
        colour_bias = basis.mean.view(-1, 3).mean(0)
        smooth = torch.tensor([0.25, 0.5, 0.25])
        with torch.no_grad():
            _embed(self.conv_in)
            for conv in self.enlarging:
                _embed(conv)
                for channel in range(width):
                    conv.weight[channel, channel] = torch.outer(smooth, smooth)
            self.conv_out.weight.zero_()
            colours = basis.synthesis.view(HALF * HALF, 3, -1).mean(0)
            self.conv_out.weight[:, : basis.channels, 0, 0] = colours
            self.conv_out.bias = nn.Parameter(colour_bias)

    def forward(self, latents: Tensor) -> Tensor:
        """Pictures (count, 3, height, width) of `latents`, float as they come."""
        held = self.conv_in(latents)
        for conv in self.enlarging:
            held = conv(functional.interpolate(held, scale_factor=2.0, mode="nearest"))
        return self.conv_out(held)


@torch.no_grad()
def install_linear(model: AutoencoderKL, linear: LinearDecoder) -> None:
    """Write `linear` into the decoder of `model`, whose residual blocks must still be silent."""
    decoder = model.decoder
    _install(decoder.conv_in, linear.conv_in)
    convs = [block.upsamplers[0].conv for block in decoder.up_blocks if block.upsamplers]
    for conv, source in zip(convs, linear.enlarging, strict=True):
        _install(conv, source)
    last = decoder.up_blocks[-1].resnets[0].conv_shortcut
    last.weight.zero_()
    last.bias.zero_()
    width = min(linear.conv_out.in_channels, last.in_channels)
    for colour in range(3):
        for place, sign in ((2 + 2 * colour, 1.0), (3 + 2 * colour, -1.0)):
            last.weight[place, :width] = sign * linear.conv_out.weight[colour, :width]
            last.bias[place] = sign * _bias(linear.conv_out)[colour]
    last.bias[0], last.bias[1] = _ANCHOR, -_ANCHOR


def _bias(conv: nn.Conv2d) -> Tensor:
    if conv.bias is None:
        raise ValueError("Every convolution here has a bias.")
    return conv.bias


def _install(conv, source) -> None:
    rows, columns = source.out_channels, min(source.in_channels, conv.in_channels)
    conv.weight[:rows] = 0
    conv.weight[:rows, :columns] = source.weight[:, :columns]
    conv.bias[:rows] = source.bias
