"""The renderer on diffusers: the only place, with training, that imports torch and its kin.

Importing this package costs nothing; `build_generator` imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brandhub.inference.adapter_files import Header
from brandhub.inference.adapter_layers import BaseLayers
from brandhub.inference.adapter_recipes import AdapterTrainer
from brandhub.inference.contracts import Generator

if TYPE_CHECKING:
    from brandhub.inference.diffusers_backend.conversion import ConvertedAdapter


def convert_adapter(
    content: bytes,
    header: Header,
    layers: BaseLayers,
    *,
    base_name: str,
    alpha: float | None = None,
) -> ConvertedAdapter:
    """See `conversion.convert`. Imports torch."""
    from brandhub.inference.diffusers_backend.conversion import convert

    return convert(content, header, layers, base_name=base_name, alpha=alpha)


def build_trainer() -> AdapterTrainer:
    """A trainer set up from the environment, as `build_generator`. Imports torch."""
    from brandhub.inference.diffusers_backend.configuration import configuration_from
    from brandhub.inference.diffusers_backend.process import prepare_process

    configuration = configuration_from()
    prepare_process()
    from brandhub.inference.training.adapter import DiffusersTrainer

    return DiffusersTrainer(configuration)


def build_generator() -> Generator:
    """A generator set up from the environment (see `configuration`). Imports torch: 4 s, 550 MB.

    Raises `BackendMisused` if a setting is wrong or the device it names is not there.
    """
    from brandhub.inference.diffusers_backend.configuration import configuration_from
    from brandhub.inference.diffusers_backend.process import prepare_process

    configuration = configuration_from()
    prepare_process()
    from brandhub.inference.diffusers_backend.generator import DiffusersGenerator

    return DiffusersGenerator(configuration)
