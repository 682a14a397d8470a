"""Why an adapter is refused or a training failed, as a sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

_REASONS = {
    "pickle_refused": _(
        "This is a pickle inside, which can run code. Save the adapter as safetensors."
    ),
    "not_safetensors": _("This is no safetensors file."),
    "file_too_large": _("The file is too large: an adapter may have 2 GB."),
    "header_too_large": _("The file's header is over 2 MB."),
    "header_invalid": _("The file's header is damaged."),
    "metadata_too_large": _("The file's header holds too many notes."),
    "duplicate_key": _("The file names a tensor twice."),
    "too_many_tensors": _("The file holds over 20,000 tensors."),
    "dtype_not_allowed": _("The weights must be 32-bit or 16-bit floating-point numbers."),
    "offsets_invalid": _("The tensors overlap, leave gaps or lie outside of the file."),
    "shape_invalid": _("The two matrices of a layer do not fit each other."),
    "incomplete_pair": _("A layer lacks one of its two matrices."),
    "rank_too_high": _("The rank is too high: 256 at most."),
    "alpha_invalid": _("Alpha is a number above 0, to 10,000."),
    "unknown_keys": _(
        "Some names in the file are of no layout that is known here: PEFT, diffusers and "
        "kohya (sd-scripts) are."
    ),
    "mixed_layouts": _("The file mixes names of several layouts."),
    "variant_not_supported": _("This is a variant of LoRA. Only plain LoRA is supported."),
    "no_layers": _("The file holds no tensors."),
    "other_base_model": _(
        "This adapter was made for %(trained_on)s and does not fit %(base_model)s."
    ),
    "wrong_shapes": _("The layer %(module)s has another shape in %(base_model)s."),
    "nan_values": _("Some weights are no numbers (NaN or infinite)."),
    "no_effect": _("With this adapter the same pictures come out as without it."),
    "renders_broken": _("With this adapter the pictures come out broken."),
    "adapter_incompatible": _("The model cannot wear this adapter."),
}
_TRAINING_FAULTS = {
    "eyes_missing": _(
        "The network that finds eyes is no longer beside the base model, so faces can't be brought "
        "to one place. The training can go on once an operator has put it back; or ask for one "
        "that leaves faces where they are."
    ),
    "model_missing": _(
        "The base model is not on the training worker's machine. The training can go on once an "
        "operator has put it there."
    ),
}
_TRAINING_FAILED = _(
    "It failed several times at the same place. It can go on from its last checkpoint once the "
    "cause is gone."
)
_FAILED = _("The platform could not check the file. Have it checked again.")


def reason_sentence(code: str, facts: Mapping[str, object]) -> str:
    """What a person should read about a refusal or a failure with that code."""
    if code not in _REASONS:
        return str(_FAILED)
    told = {"trained_on": _("another model"), "base_model": "", "module": ""}
    return str(_REASONS[code]) % (told | {name: fact for name, fact in facts.items() if fact})


def training_sentence(code: str) -> str:
    """What a person should read about a training that failed with that code."""
    return str(_TRAINING_FAULTS.get(code, _TRAINING_FAILED))


def is_about_the_file(code: str) -> bool:
    """Whether the code says something of an adapter's file."""
    return code in _REASONS
