"""What templates ask about a candidate."""

from __future__ import annotations

from collections.abc import Container

from django import template
from django.utils.translation import gettext_lazy as _

from avatars.models import Candidate
from avatars.selectors.listings import CHECKED
from avatars.states import Verdict

register = template.Library()

_FAULTS = {
    "lease_expired": _("The worker that drew it was lost"),
    "out_of_memory": _("The device ran out of memory"),
    "model_missing": _("The model is not on this machine"),
    "model_broken": _("The model cannot be loaded"),
    "storage_full": _("There was no room to store it"),
}


@register.filter
def presentable(candidate: Candidate, withdrawn: Container[str]) -> bool:
    """Whether any member of the brand may see the picture; ``withdrawn`` are the digests of those
    taken down. The same rule as ``avatars.selectors.listings.presentable``."""
    return (
        candidate.status in CHECKED
        and candidate.verdict != Verdict.BLOCK
        and candidate.pixel_sha256 not in withdrawn
    )


@register.filter
def picture_value(candidate: Candidate) -> str:
    """What a form sends for a chosen picture: the candidate and the pixels that were shown."""
    return f"{candidate.pk}:{candidate.pixel_sha256}"


@register.filter
def fault_label(code: str) -> str:
    """Why a candidate has no picture."""
    return str(_FAULTS.get(code, _("It could not be drawn")))
