"""What reviewers enter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from moderation.services.cases import MAX_COMMENT
from moderation.states import ReasonCode


class ApproveForm(forms.Form):
    """A chosen picture, bound to the pixels that the page showed: ``<candidate>:<sha256>``."""

    picture = forms.CharField(
        required=False,
        validators=[RegexValidator(r"\A[0-9a-f-]{36}:[0-9a-f]{64}\Z")],
        error_messages={"invalid": _("Choose a picture first.")},
    )
    override = forms.BooleanField(
        label=_("Approve it against the checks; the comment says why."), required=False
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def decision(self) -> dict[str, Any]:
        """The cleaned values as the service takes them."""
        candidate_id, _colon, pixel_sha256 = self.cleaned_data["picture"].partition(":")
        return {
            "candidate_id": UUID(candidate_id) if candidate_id else None,
            "pixel_sha256": pixel_sha256,
            "override": self.cleaned_data["override"],
            "comment": self.cleaned_data["comment"],
        }


class RejectForm(forms.Form):
    reason_codes = forms.MultipleChoiceField(
        label=_("Reasons"),
        choices=ReasonCode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChangesForm(forms.Form):
    comment = forms.CharField(
        label=_("What should change?"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who asked reads this and can ask again with changes."),
        error_messages={"required": _("Say what should change.")},
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say it in words.")},
    )
