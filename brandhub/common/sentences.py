"""Errors in the reader's language: each code as a sentence that says what to do next.

A service says what is the matter; a page also says what to do about it, by the stable code.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import BrandHubError, FieldError, InvalidInput

_SENTENCES = {
    "approved_already": _("You have approved this already. The next approval is somebody else's."),
    "adapter_not_ready": _(
        "An adapter of this revision is still being checked or was refused. Look at it first."
    ),
    "adapter_file_known": _("This adapter has exactly this file already."),
    "avatar_changed": _(
        "The bot wears another picture by now, and nothing was taken down. Look at it again."
    ),
    "brand_slug_taken": _("This short name is taken."),
    "bot_brand_fixed": _("This bot belongs to another brand. Choose another external id."),
    "bot_exists": _(
        "There is a bot of this external id already. Choose another id, or rename that bot."
    ),
    "candidate_not_approved": _("Only an approved picture can be published."),
    "candidate_not_reviewable": _(
        "This picture can no longer be decided on. Load the page again to see where it stands."
    ),
    "candidate_blocked": _(
        "The checks have blocked this picture. Choose another one, or approve it against them "
        "with a comment that says why."
    ),
    "case_assigned": _("A manager has given this case to a colleague. Take another one."),
    "case_claimed": _("A colleague is working on this case. Take another one meanwhile."),
    "case_closed": _("This case was decided in the meantime."),
    "case_open": _("A case about this is open. Decide it first; then its words can go."),
    "colour_name_taken": _("The palette has a colour of that name already."),
    "conflict": _("Something changed in the meantime. Load the page again to see where it stands."),
    "draft_exists": _("This style has a draft already. Go on with that one."),
    "duplicate_reference": _("The library has this picture already."),
    "escalated_already": _("This case is before the managers already."),
    "file_too_large": _("The file is too large: a picture may have 20 MB."),
    "gone": _("This was withdrawn on purpose and is no longer served."),
    "invalid_input": _("Some of what you entered cannot be used. Look at the marked fields."),
    "invalid_transition": _(
        "This is no longer possible: it has moved on. Load the page again to see where it stands."
    ),
    "last_manager": _("A brand keeps at least one manager. Make somebody else one first."),
    "manages_alone": _(
        "%(brands)s would be left without a manager. Make somebody else one there first."
    ),
    "no_other_reviewer": _(
        "Nobody else of the brand could review your own words. Send it back with a comment instead."
    ),
    "not_found": _("There is no such page, or it belongs to a brand that you are not a member of."),
    "no_manager_eligible": _(
        "The brand has no other manager who may decide this. Decide it, or leave it open."
    ),
    "nothing_to_erase": _("Nothing is left to erase here."),
    "nothing_to_undo": _("You have no approval here that could be taken back."),
    "nothing_published": _("This bot has no current avatar that could be taken down."),
    "other_picture_approved": _(
        "A colleague has approved another picture. Approve that one, or reject the case."
    ),
    "pack_too_large": _("This revision is too large for a pack: 100 MB of pictures, 2 GB in all."),
    "own_powers": _("Let another superuser take your own powers away."),
    "own_request": _("You are behind this request yourself, so somebody else decides."),
    "pixels_changed": _("The picture changed after it was shown to you. Look at it again."),
    "pixels_taken_down": _(
        "Exactly these pixels were taken down before, so they are not published again. "
        "Choose another picture."
    ),
    "platform_fault": _(
        "The platform could not do this now. Try again in a moment; if it stays, tell an operator."
    ),
    "policy_draft_exists": _("This brand has a draft already. Go on with that one."),
    "policy_frozen": _("A published policy does not change. Draft a new one."),
    "preview_not_publishable": _("A preview is not published. Request an avatar instead."),
    "sandbox_not_publishable": _("A picture of a sandbox stays there. Request an avatar instead."),
    "prompt_rejected": _(
        "The requirement asks for something that is not allowed here. Reword what is marked."
    ),
    "refused": _("Your role does not allow this. A manager of the brand can change your role."),
    "reference_of_another": _("This picture belongs to another brand. Choose one of the bot's."),
    "reference_in_use": _("A revision of a style has this picture. Take it out there first."),
    "request_open": _("The request is under way; cancel it first."),
    "revision_frozen": _("A published revision does not change. Make a new one."),
    "revision_not_exportable": _("Only a published revision is exported."),
    "revision_not_published": _("Avatars are drawn in a published revision. Choose one."),
    "revision_retired": _("This revision was retired. Choose another style or revision."),
    "role_required": _("Your role in this brand does not allow this."),
    "stage_passed": _("The next stage has built upon your approval, so it stands."),
    "stage_role_required": _("In this stage a manager of the brand decides."),
    "storage_full": _("There is no room left to store pictures. Tell an operator."),
    "stored_file_missing": _("A stored picture is missing. Tell an operator."),
    "style_of_another": _(
        "This style belongs to another brand than the bot. Choose one of its own."
    ),
    "style_slug_taken": _("This brand has a style of that short name already."),
    "too_few_reviewers": _(
        "The stages need more different people than the brand has: nobody reviews their own "
        "request. Add members, or ask for fewer approvals."
    ),
    "too_many_trainings": _("Let one of the brand's trainings end first."),
    "username_taken": _("This user name is taken."),
    "version_taken_down": _("This version was taken down, so it cannot come back. Choose another."),
}

#: By field and code, or by code alone. A field error that is not here brings a translated detail.
_FIELD_SENTENCES = {
    "/prompt required": _("Say what to draw: in words, with tags, or both."),
    "/candidate_id required": _("Choose a picture first."),
    "/reason_codes required": _("Choose at least one reason."),
    "comment_required": _("Say it in words."),
    "not_applicable": _("This does not apply here."),
    "out_of_range": _("This number is out of range."),
    "required": _("This is needed."),
    "too_long": _("This is too long. Shorten it."),
    "unknown_reason": _("There is no such reason."),
}


def sentence_for(error: BrandHubError) -> str:
    """What a person should read about ``error``; its kind's sentence for a code without one.

    A sentence may name what the error brings along.
    """
    if error.error_code in _SENTENCES:
        return str(_SENTENCES[error.error_code]) % error.extra
    return str(_SENTENCES.get(error.code, _SENTENCES["platform_fault"]))


def sentences_for(error: InvalidInput) -> str:
    """What a person should read about ``error`` where its fields can't be marked."""
    told = [sentence_for_field(each) for each in error.errors]
    return " ".join(told) or sentence_for(error)


def sentence_for_field(error: FieldError) -> str:
    """What a person should read beside a wrong field."""
    for key in (f"{error.pointer} {error.code}", error.code):
        if key in _FIELD_SENTENCES:
            return str(_FIELD_SENTENCES[key])
    return error.detail
