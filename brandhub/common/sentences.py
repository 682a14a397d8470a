"""Errors in the reader's language: each code as a sentence that says what to do next.

Services speak English, for logs and for the API; a page translates the stable code.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import BrandHubError, FieldError

_SENTENCES = {
    "bot_brand_fixed": _("This bot belongs to another brand. Choose another external id."),
    "candidate_not_approved": _("Only an approved picture can be published."),
    "candidate_not_reviewable": _(
        "This picture can no longer be decided on. Load the page again to see where it stands."
    ),
    "conflict": _("Something changed in the meantime. Load the page again to see where it stands."),
    "gone": _("This was withdrawn on purpose and is no longer served."),
    "invalid_input": _("Some of what you entered cannot be used. Look at the marked fields."),
    "invalid_transition": _(
        "This is no longer possible: it has moved on. Load the page again to see where it stands."
    ),
    "not_found": _("There is no such page, or it belongs to a brand that you are not a member of."),
    "nothing_published": _("This bot has no current avatar that could be taken down."),
    "pixels_taken_down": _(
        "Exactly these pixels were taken down before, so they are not published again. "
        "Choose another picture."
    ),
    "platform_fault": _(
        "The platform could not do this now. Try again in a moment; if it stays, tell an operator."
    ),
    "prompt_rejected": _(
        "The requirement asks for something that is not allowed here. Reword what is marked."
    ),
    "refused": _("Your role does not allow this. A manager of the brand can change your role."),
    "storage_full": _("There is no room left to store pictures. Tell an operator."),
    "stored_file_missing": _("A stored picture is missing. Tell an operator."),
    "style_of_another": _(
        "This style belongs to another brand than the bot. Choose one of its own."
    ),
    "version_taken_down": _("This version was taken down, so it cannot come back. Choose another."),
}

_FIELD_SENTENCES = {
    "required": _("Say what to draw: in words, with tags, or both."),
    "too_long": _("This is too long. Shorten it."),
    "out_of_range": _("This number is out of range."),
    "unknown_tag": _("There is no such tag."),
    "repeated_tag": _("Choose one value only."),
}


def sentence_for(error: BrandHubError) -> str:
    """What a person should read about ``error``; its kind's sentence for a code without one."""
    if error.error_code in _SENTENCES:
        return str(_SENTENCES[error.error_code])
    return str(_SENTENCES.get(error.code, _SENTENCES["platform_fault"]))


def sentence_for_field(error: FieldError) -> str:
    """What a person should read beside a wrong field."""
    return str(_FIELD_SENTENCES.get(error.code, _SENTENCES["invalid_input"]))
