"""What the checks' codes mean to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from moderation.states import ReasonCode

CHECKS = {
    "prohibited_content": _("Prohibited content"),
    "forbidden_terms": _("Words that the brand forbids"),
    "protected_names": _("Protected names"),
    "misleading_claims": _("Misleading claims"),
    "broken_image": _("Empty or broken picture"),
    "palette_distance": _("Colours of the brand"),
    "legibility": _("Legible when small and round"),
    "near_duplicate": _("Likeness to published pictures"),
    "picture_agreement": _("Agreement with what was asked"),
    "nudity": _("Uncovered bodies"),
    "text_in_picture": _("Writing in the picture"),
}

CATEGORIES = {
    "prohibited": _("Prohibited content"),
    "sexual": _("Sexual content"),
    "minors": _("Protection of minors"),
    "violence": _("Violence"),
    "hate": _("Hate"),
    "self_harm": _("Self-harm"),
    "drugs": _("Drugs"),
    "profanity": _("Profanity"),
    "forbidden_term": _("Forbidden by the brand"),
    "protected_name": _("Protected name"),
    "misleading": _("Misleading"),
    "official_claim": _("Claim of office or approval"),
    "real_person": _("Face of a real person"),
    "protected_mark": _("Character or mark of others"),
    "extremism": _("Extremism"),
    "legibility": _("Legibility"),
    "duplicate": _("Likeness to other pictures"),
    "writing": _("Writing"),
    "broken": _("Picture quality"),
    "brand_fit": _("Fit with the brand"),
    "agreement": _("Agreement"),
}

#: What ``broken_image`` measured.
MEASURES = {
    "empty": _("Nearly one colour all over"),
    "noise": _("Noise without a shape"),
    "unreadable": _("The file cannot be read"),
    "other_pixels": _("Not the pixels that were rendered"),
}

#: What ``legibility`` measured.
LEGIBLE = {
    "contrast": _("Contrast at 32 pixels (L*)"),
    "detail": _("Shape that is left at 32 pixels"),
    "circle": _("Edges that a circle leaves"),
}

#: What ``nudity`` sees.
BODY_PARTS = {
    "buttocks_exposed": _("Bare buttocks"),
    "female_breast_exposed": _("Bare breast"),
    "female_genitalia_exposed": _("Bare genitals"),
    "male_genitalia_exposed": _("Bare genitals"),
    "anus_exposed": _("Bare anus"),
}

#: Why a request is where it is: codes of the services beside the reviewers' own.
REASONS = {
    **dict(ReasonCode.choices),
    "all_candidates_blocked": _(
        "The checks blocked every picture. A reviewer can still let one through."
    ),
    "no_candidate_rendered": _("None of the pictures could be drawn. You can try again."),
    "pixels_taken_down": _("These pixels were taken down before."),
    "prompt_in_doubt": _("Something in the requirement is in doubt."),
    "screening_failed": _("The checks could not look at any of the pictures."),
}


def in_words(table: Mapping[str, Any], code: str) -> str:
    """The wording, or the code itself made readable where a newer one is not in the table."""
    return str(table.get(code) or code.replace("_", " "))


def reason_in_words(code: str) -> str:
    """Why a request is where it is, in the reader's language."""
    return in_words(REASONS, code)
