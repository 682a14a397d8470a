"""What to render and what came out: plain values, without torch and without a database.

Every specification is checked when it is made and raises `InvalidSpec`, so that nothing wrong
travels as far as a device. Prompts are left out of every `repr`: they must not reach a log.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image

from brandhub.inference.errors import InvalidSpec

# Names a scheduler by what people call it. "default" is the one in the model's own folder; the
# others are built from that one's configuration, so betas and prediction type stay the model's.
SCHEDULERS: Final = frozenset(
    {"default", "ddim", "dpmpp_2m", "dpmpp_2m_karras", "euler", "euler_a", "unipc", "lcm"}
)

# How strongly the prompt leads from step to step: "constant" by the guidance scale throughout;
# "early" by more of it while the noise is strong, which is when it is settled what will be there.
GUIDANCE_SCHEDULES: Final = frozenset({"constant", "early"})

MAX_IMAGES: Final = 64
MAX_SIDE: Final = 2048
MIN_SIDE: Final = 64
SIDE_MULTIPLE: Final = 8  # the stride of a Stable Diffusion autoencoder
MAX_STEPS: Final = 150
MAX_GUIDANCE: Final = 30.0
MAX_PROMPT: Final = 4000  # a template around the 2,000 characters that a person may send
MAX_SEED: Final = 2**63 - 1  # a torch generator takes a signed 64-bit integer, PostgreSQL too
MAX_ADAPTERS: Final = 8
MAX_ADAPTER_WEIGHT: Final = 4.0

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FAMILY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_FAULT_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


def steps_walked(steps: int, strength: float) -> int:
    """The last so many of `steps` that are walked at `strength`, rounded down as diffusers does."""
    return min(int(steps * strength), steps)


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise InvalidSpec(sentence)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A base model: a diffusers folder, pinned by the hash of its content.

    `content_hash` is `model_folder.content_hash(path)`; the backend refuses a folder that has
    another. `family` names the architecture that queues and adapters are matched by.
    """

    family: str
    path: Path
    content_hash: str

    def __post_init__(self) -> None:
        _require(
            isinstance(self.family, str) and bool(_FAMILY.fullmatch(self.family)),
            "A model's family is 1 to 64 of a-z, 0-9, '.', '_' and '-'.",
        )
        _require(isinstance(self.path, Path), "A model's path is a pathlib.Path.")
        _require(
            isinstance(self.content_hash, str) and bool(_SHA256.fullmatch(self.content_hash)),
            "A model's content hash is 64 lower-case hexadecimal digits.",
        )


@dataclass(frozen=True, slots=True)
class AdapterSpec:
    """A LoRA adapter: a safetensors file, pinned by the SHA-256 of its bytes, and its weight."""

    sha256: str
    path: Path
    weight: float

    def __post_init__(self) -> None:
        _require(
            isinstance(self.sha256, str) and bool(_SHA256.fullmatch(self.sha256)),
            "An adapter's SHA-256 is 64 lower-case hexadecimal digits.",
        )
        _require(isinstance(self.path, Path), "An adapter's path is a pathlib.Path.")
        _require(
            _is_number(self.weight) and abs(self.weight) <= MAX_ADAPTER_WEIGHT,
            f"An adapter's weight lies between -{MAX_ADAPTER_WEIGHT:g} and {MAX_ADAPTER_WEIGHT:g}.",
        )


@dataclass(frozen=True, slots=True)
class StartImage:
    """A picture that drawing starts from: a file that Pillow reads, pinned by its SHA-256."""

    sha256: str
    path: Path

    def __post_init__(self) -> None:
        _require(
            isinstance(self.sha256, str) and bool(_SHA256.fullmatch(self.sha256)),
            "A start image's SHA-256 is 64 lower-case hexadecimal digits.",
        )
        _require(isinstance(self.path, Path), "A start image's path is a pathlib.Path.")


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """One picture: what it shows, what it must not show, the seed of its noise, its start if any.

    `adapters` are the picture's own, each with its weight, composed into one; pictures of one
    batch may wear different ones and still share a forward pass. A start image is cut to the
    batch's proportions around its middle and scaled to its size.
    """

    prompt: str = field(repr=False)
    negative_prompt: str = field(repr=False)
    seed: int
    start: StartImage | None = None
    adapters: tuple[AdapterSpec, ...] = ()

    def __post_init__(self) -> None:
        _check_adapters(self.adapters, "picture")
        for name, text in (("prompt", self.prompt), ("negative prompt", self.negative_prompt)):
            _require(isinstance(text, str), f"A {name} is text.")
            _require(len(text) <= MAX_PROMPT, f"A {name} has at most {MAX_PROMPT} characters.")
        _require(
            _is_int(self.seed) and 0 <= self.seed <= MAX_SEED,
            "A seed is a whole number from 0 to 2^63 - 1.",
        )


@dataclass(frozen=True, slots=True)
class BatchSpec:
    """Pictures that share everything but prompts, seed and start, and so can share a forward pass.

    `strength` is the share of the way from noise that is walked (SDEdit, arXiv 2108.01073): 1 draws
    from noise alone; below it every image starts from its start image under that much noise.
    """

    model: ModelSpec
    images: tuple[ImageSpec, ...]
    width: int
    height: int
    steps: int
    guidance_scale: float
    scheduler: str
    adapters: tuple[AdapterSpec, ...] = ()
    strength: float = 1.0
    guidance_schedule: str = "constant"

    @property
    def steps_walked(self) -> int:
        """How many of the `steps` each image takes: all from noise, the last ones from a start."""
        return steps_walked(self.steps, self.strength)

    def __post_init__(self) -> None:
        _require(isinstance(self.model, ModelSpec), "A batch names its model.")
        _require(
            isinstance(self.images, tuple) and all(isinstance(i, ImageSpec) for i in self.images),
            "A batch's images are a tuple of ImageSpec.",
        )
        _require(1 <= len(self.images) <= MAX_IMAGES, f"A batch holds 1 to {MAX_IMAGES} images.")
        for name, side in (("width", self.width), ("height", self.height)):
            _require(
                _is_int(side) and MIN_SIDE <= side <= MAX_SIDE and side % SIDE_MULTIPLE == 0,
                f"The {name} is a multiple of {SIDE_MULTIPLE} from {MIN_SIDE} to {MAX_SIDE}.",
            )
        _require(
            _is_int(self.steps) and 1 <= self.steps <= MAX_STEPS,
            f"The steps are a whole number from 1 to {MAX_STEPS}.",
        )
        _require(
            _is_number(self.guidance_scale) and 0 <= self.guidance_scale <= MAX_GUIDANCE,
            f"The guidance scale lies between 0 and {MAX_GUIDANCE:g}.",
        )
        _require(
            self.scheduler in SCHEDULERS,
            f"The scheduler is one of: {', '.join(sorted(SCHEDULERS))}.",
        )
        _require(
            self.guidance_schedule in GUIDANCE_SCHEDULES,
            f"The guidance schedule is one of: {', '.join(sorted(GUIDANCE_SCHEDULES))}.",
        )
        _check_adapters(self.adapters, "batch")
        _require(
            not self.adapters or not any(image.adapters for image in self.images),
            "Adapters are the batch's or the pictures', not both.",
        )
        self._check_start()

    def _check_start(self) -> None:
        _require(
            _is_number(self.strength) and 0 < self.strength <= 1,
            "The strength lies above 0 and is at most 1.",
        )
        _require(self.steps_walked >= 1, "So few steps at so small a strength are none at all.")
        started = [image.start is not None for image in self.images]
        _require(
            all(started) if self.strength < 1 else not any(started),
            "Images have a start where the strength is below 1, and only there.",
        )


def _check_adapters(adapters: object, wearer: str) -> None:
    _require(
        isinstance(adapters, tuple) and all(isinstance(a, AdapterSpec) for a in adapters),
        f"A {wearer}'s adapters are a tuple of AdapterSpec.",
    )
    if isinstance(adapters, tuple):
        _require(
            len(adapters) <= MAX_ADAPTERS, f"A {wearer} wears at most {MAX_ADAPTERS} adapters."
        )
        _require(
            len({a.sha256 for a in adapters}) == len(adapters),
            f"An adapter is named once in a {wearer}.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class RenderedImage:
    """A picture that came out: `image` is in mode RGB, 8 bits, sRGB, of the batch's size.

    `index` is the place of its `ImageSpec` in the batch. `tokens_dropped` counts the tokens at the
    end of the prompt for which the model's text encoder had no room. `adapter_sha256` is of the one
    adapter that the picture's own were composed into; empty where it has none.
    """

    index: int
    image: Image.Image
    tokens_dropped: int = 0
    adapter_sha256: str = ""


@dataclass(frozen=True, slots=True)
class RenderFault:
    """A picture that did not come out, while the others of its batch may have.

    `code` is `out_of_memory` (the device had no room even for this one alone) or `nan_output`
    (the result had values that are no numbers, or was black throughout). `detail` is one sentence
    for an operator, without the prompt.
    """

    index: int
    code: str
    detail: str

    def __post_init__(self) -> None:
        _require(bool(_FAULT_CODE.fullmatch(self.code)), "A fault's code is a lower-case word.")


@dataclass(frozen=True, slots=True, eq=False)
class BatchResult:
    """One output for each image of the batch, in the batch's order.

    `environment` says what rendered it, for the record: versions of the libraries, device, dtype,
    threads and the sizes of the forward passes. `seconds` is wall time without loading the model.
    """

    outputs: tuple[RenderedImage | RenderFault, ...]
    environment: Mapping[str, str | int | float]
    seconds: float

    def __post_init__(self) -> None:
        _require(
            [o.index for o in self.outputs] == list(range(len(self.outputs))),
            "A result holds one output for each image, in order.",
        )
