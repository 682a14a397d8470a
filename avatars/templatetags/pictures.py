"""What templates ask about a candidate."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from avatars.models import Candidate
from avatars.selectors.progress import may_see_picture

register = template.Library()

_FAULTS = {
    "lease_expired": _("The worker that drew it was lost"),
    "out_of_memory": _("The device ran out of memory"),
    "model_missing": _("The model is not on this machine"),
    "model_broken": _("The model cannot be loaded"),
    "storage_full": _("There was no room to store it"),
}


@register.filter
def presentable(candidate: Candidate) -> bool:
    """Whether any member of the brand may see the picture."""
    return may_see_picture(candidate)


@register.filter
def fault_label(code: str) -> str:
    """Why a candidate has no picture."""
    return str(_FAULTS.get(code, _("It could not be drawn")))
