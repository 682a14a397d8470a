"""What the checks' codes mean to a reader."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from moderation.reasons import ReasonCode

CHECKS = {
    "prompt_terms": _("Words of the requirement"),
    "broken_image": _("Broken or blank picture"),
    "palette": _("Distance from the palette"),
}

CATEGORIES = {
    "quality": _("Quality"),
}

#: Why a request is where it is: codes of the services beside the reviewers' own.
REASONS = {
    **dict(ReasonCode.choices),
    "all_candidates_blocked": _(
        "The checks blocked every picture. A reviewer can still let one through."
    ),
    "no_candidate_rendered": _("None of the pictures could be drawn. You can try again."),
    "prompt_in_doubt": _("Something in the requirement is in doubt."),
    "screening_failed": _("The checks could not look at any of the pictures."),
}
