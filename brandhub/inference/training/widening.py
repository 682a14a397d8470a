# mypy: disable-error-code="attr-defined"
# (diffusers types neither the parts nor the configuration of its models)
"""Doubling a trained autoencoder: 128 px to 256 px, the latents unchanged.

The UNet that draws in its latents need not learn anything anew.
"""

from __future__ import annotations

import torch
from diffusers import AutoencoderKL


@torch.no_grad()
def widen(core: AutoencoderKL) -> AutoencoderKL:
    """Return `core` with one more block at the encoder's start and at the decoder's end.

    Its latents are those of `core` on the picture halved by averaging pairs of pixels (but for
    the outermost column and row); its decoder starts as `core`'s, enlarged.
    """
    widths = core.config.block_out_channels
    if widths[0] < 27:
        raise ValueError("The first block needs 27 channels: nine shifts of three colours.")
    config = {**core.config, "block_out_channels": (widths[0], *widths)}
    config["down_block_types"] = ["DownEncoderBlock2D"] * (len(widths) + 1)
    config["up_block_types"] = ["UpDecoderBlock2D"] * (len(widths) + 1)
    config["sample_size"] = 2 * core.config.sample_size
    wide = AutoencoderKL.from_config(config)
    _widen_encoder(core, wide)
    _widen_decoder(core, wide)
    return wide


def _widen_encoder(core: AutoencoderKL, wide: AutoencoderKL) -> None:
    encoder = wide.encoder
    encoder.mid_block.load_state_dict(core.encoder.mid_block.state_dict())
    encoder.conv_norm_out.load_state_dict(core.encoder.conv_norm_out.state_dict())
    encoder.conv_out.load_state_dict(core.encoder.conv_out.state_dict())
    wide.quant_conv.load_state_dict(core.quant_conv.state_dict())
    for old, new in zip(core.encoder.down_blocks, encoder.down_blocks[1:], strict=True):
        new.load_state_dict(old.state_dict())
    # The new first convolution lays out the nine neighbours of each pixel as channels …
    encoder.conv_in.weight.zero_()
    encoder.conv_in.bias.zero_()
    for row in range(3):
        for column in range(3):
            for colour in range(3):
                channel = 9 * colour + 3 * row + column
                encoder.conv_in.weight[channel, colour, row, column] = 1
    resnet = encoder.down_blocks[0].resnets[0]
    resnet.conv2.weight.zero_()
    resnet.conv2.bias.zero_()
    # … and the strided one, which sees 5 × 5 pixels through them, is the old first convolution
    # over averages of pairs. It starts at an even pixel and reaches rows -1..3 of the six that
    # the old one wants (-2..3): the pair (-2, -1) is taken by its second member alone.
    pairs = torch.zeros(3, 5)  # old tap → share of rows -1, 0, 1, 2, 3
    pairs[0, 0] = 1
    pairs[1, 1] = pairs[1, 2] = 0.5
    pairs[2, 3] = pairs[2, 4] = 0.5
    reach = torch.einsum("ockl,kr,ls->ocrs", core.encoder.conv_in.weight, pairs, pairs)
    down = encoder.down_blocks[0].downsamplers[0].conv
    down.weight.zero_()
    down.bias.copy_(core.encoder.conv_in.bias)
    for r in range(5):
        for s in range(5):
            # Row -1 + r is tap `top` of the strided kernel (rows 0, 1, 2) shifted by -1, 0 or 1.
            top, left = min(max(r - 1, 0), 2), min(max(s - 1, 0), 2)
            row, column = r - top, s - left
            for colour in range(3):
                channel = 9 * colour + 3 * row + column
                down.weight[:, channel, top, left] += reach[:, colour, r, s]


def _widen_decoder(core: AutoencoderKL, wide: AutoencoderKL) -> None:
    decoder = wide.decoder
    wide.post_quant_conv.load_state_dict(core.post_quant_conv.state_dict())
    for name in ("conv_in", "mid_block", "conv_norm_out", "conv_out"):
        getattr(decoder, name).load_state_dict(getattr(core.decoder, name).state_dict())
    for old, new in zip(core.decoder.up_blocks, decoder.up_blocks[:-1], strict=True):
        new.load_state_dict(old.state_dict(), strict=False)
    # Nearest enlargement, then [1, 2, 1] smoothing: close to a bilinear enlargement.
    conv = decoder.up_blocks[-2].upsamplers[0].conv
    smooth = torch.tensor([0.25, 0.5, 0.25])
    conv.weight.zero_()
    conv.bias.zero_()
    for channel in range(len(conv.weight)):
        conv.weight[channel, channel] = torch.outer(smooth, smooth)
    for resnet in decoder.up_blocks[-1].resnets:
        resnet.conv2.weight.zero_()
        resnet.conv2.bias.zero_()
