"""How an adapter is trained: plain values, without torch and without a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, Protocol

from PIL import Image

from brandhub.inference.errors import InvalidSpec
from brandhub.inference.specs import MAX_PROMPT, MAX_SEED, ModelSpec

MIN_PICTURES: Final = 2
MAX_PICTURES: Final = 200
#: Field → (least, most, default). The defaults aim at a dozen pictures in three minutes of two
#: cores.
LIMITS: Final = {
    "rank": (1, 128, 16),
    "steps": (10, 5000, 200),
    "batch": (1, 32, 16),
    "learning_rate": (1e-6, 1e-2, 2e-3),
    "seed": (0, MAX_SEED, 1),
    "prior_pictures": (0, 64, 0),
    "prior_weight": (0.0, 2.0, 0.5),
}


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """The numbers of a training. Equal recipes on equal pictures, machine and versions give the
    same file.

    `prior_pictures` are drawn with the base model before the training and shown beside the brand's
    own, weighing `prior_weight`, so that the model keeps what it knew of everything else.
    `place_faces` brings faces that lie anywhere to the one place where the base model knows
    faces, if it is such a model; what faces anywhere, tilted and of all sizes look like is not
    learnt from a dozen. `mirrored` shows each picture flipped in half of the cases, which blurs
    faces that all look the same way.
    """

    rank: int = 16
    steps: int = 200
    batch: int = 16
    learning_rate: float = 2e-3
    seed: int = 1
    prior_pictures: int = 0
    prior_weight: float = 0.5
    place_faces: bool = True
    mirrored: bool = False

    def __post_init__(self) -> None:
        for name, (least, most, default) in LIMITS.items():
            value = getattr(self, name)
            whole = isinstance(default, int)
            is_number = isinstance(value, int if whole else int | float)
            if not is_number or isinstance(value, bool) or not least <= value <= most:
                raise InvalidSpec(f"The {name.replace('_', ' ')} lies from {least} to {most}.")

    def as_dict(self) -> dict[str, int | float | bool]:
        """The numbers by name, for a record."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TrainingPicture:
    """A picture to learn from: an encoded file, and what it shows beside what all share."""

    data: bytes = field(repr=False)
    caption: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.caption) > MAX_PROMPT:
            raise InvalidSpec(f"A caption has at most {MAX_PROMPT} characters.")


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """What to train: the base model, the pictures, the words that stand for what they share."""

    model: ModelSpec
    pictures: tuple[TrainingPicture, ...]
    trigger_words: str
    recipe: AdapterRecipe
    #: Prompts of the previews, drawn with the trigger words in front.
    previews: tuple[str, ...] = ()
    preview_every: int = 60
    checkpoint_every: int = 20

    def __post_init__(self) -> None:
        if not MIN_PICTURES <= len(self.pictures) <= MAX_PICTURES:
            raise InvalidSpec(f"A training takes {MIN_PICTURES} to {MAX_PICTURES} pictures.")


class TrainingFollower(Protocol):
    """Whoever watches a training. Each call may raise to end it at once, and reaches the caller."""

    def on_stage(self, name: str) -> None:
        """A part of the preparation is done: `loaded`, `prior`, `encoded`."""
        ...

    def on_step(self, step: int, steps: int, loss: float) -> None:
        """`step` steps are done; `loss` is of the last one."""
        ...

    def on_checkpoint(self, step: int, checkpoint: Callable[[], bytes]) -> None:
        """A good moment to keep what `checkpoint` gives, from which a training goes on."""
        ...

    def on_preview(self, step: int, pictures: Sequence[Image.Image]) -> None:
        """Pictures of the previews' prompts, drawn after `step` steps; before the first one those
        that are learnt from, where their faces were moved."""
        ...


@dataclass(frozen=True, slots=True)
class TrainedAdapter:
    """What came out: the canonical file, and what it takes to make it again."""

    data: bytes
    environment: dict[str, str | int | float]


class AdapterTrainer(Protocol):
    """Trains adapters on one device, one after another."""

    def train(
        self, spec: TrainingSpec, follower: TrainingFollower, *, resume: bytes | None = None
    ) -> TrainedAdapter:
        """Train by `spec`, going on from the checkpoint `resume` where there is one.

        A training that was interrupted and goes on gives the same file as one that was not, on the
        same machine with the same versions and number of threads. Raises what `Generator.warm`
        raises, and `InvalidSpec` for pictures that can't be read or a checkpoint of another recipe.
        """
        ...
